"""A small program folder (made up) that tests change in one place and load."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import DeclarationError, UserError
from pipeline.program.load import load_program
from pipeline.program.model import Program

PROGRAM = """
[program]
name = "Oak and Elm (made up)"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2023-07-01

[[agency]]
id = "oak"
name = "Oak Police Department"

[[agency]]
id = "elm"
name = "Elm Sheriff's Office"
"""

CALLS = """
[[extract]]
table = "calls"
files = "oak/cad_*.csv"
[extract.columns]
incident = "Incident"
received_at = ["Date", "Time"]
nature = "Nature"
disposition = "Result"
"""

LOG = """
[[extract]]
table = "encounters"
files = "oak/log_*.xlsx"
[extract.columns]
incident = "CAD"
started_at = "Start"
person = ["Last", "First", "DOB"]
referrals = "Referred"
"""


class Folder:
    """A program folder under construction."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, content: str | bytes) -> Path:
        """Writes a file below the folder."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return target

    def load(self) -> Program:
        """The program."""
        return load_program(self.path)

    def mistakes(self) -> list[UserError]:
        """All mistakes; the test fails when there are none."""
        with pytest.raises(DeclarationError) as caught:
            self.load()
        assert caught.value.code == 2
        return list(caught.value.mistakes)

    def mistake(self) -> str:
        """The one mistake, as it is printed."""
        found = self.mistakes()
        assert len(found) == 1, [str(m) for m in found]
        return str(found[0])


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A program of two agencies and two mappings without mistakes."""
    made = Folder(tmp_path / "program")
    made.write("program.toml", PROGRAM)
    made.write("agencies/oak.toml", CALLS + LOG)
    return made
