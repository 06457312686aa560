"""A small program folder with extracts written in the test, received by the real pipeline. All data is made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.program.load import load_program
from pipeline.receive import Receipt, Received, find_extracts, receive_all

PROGRAM = """
[program]
name = "Example (made up)"
organization = "Example"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2024-01-01
contact = "data@example.org"

[[agency]]
id = "river"
name = "River Police Department"
team_units = ["CR1", "7c10"]

[[agency]]
id = "lake"
name = "Lake County Sheriff's Office"
team_units = ["CR9"]
"""

KEY = "00" * 32


@dataclass(frozen=True)
class Made:
    """One received extract, opened for a test."""

    received: Received

    @property
    def receipt(self) -> Receipt:
        return self.received.receipt

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """read, accepted, quarantined, duplicate, superseded"""
        r = self.receipt
        return r.read, r.accepted, r.quarantined, r.duplicate, r.superseded

    def rows(self, name: str = "accepted") -> list[dict[str, Any]]:
        """The rows of one of its files, as plain values."""
        assert self.received.folder is not None
        table = duckdb.connect().execute(
            "SELECT * FROM read_parquet(?)", [str(self.received.folder / f"{name}.parquet")]
        )
        names = [d[0] for d in table.description or []]
        return [dict(zip(names, row, strict=True)) for row in table.fetchall()]

    def column(self, name: str, file: str = "accepted") -> list[Any]:
        return [row[name] for row in self.rows(file)]

    @property
    def violations(self) -> list[tuple[Any, ...]]:
        """(source row, column, value, rule)"""
        return [(v["source_row"], v["column"], v["value"], v["rule"]) for v in self.rows("violations")]

    @property
    def quarantined(self) -> dict[int, dict[str, str | None] | None]:
        """Source row -> cells"""
        return {q["source_row"]: q["cells"] and json.loads(q["cells"]) for q in self.rows("quarantine")}


class Folder:
    """A program folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("program.toml", PROGRAM)
        self.write("person.key", KEY)
        (path / "raw").mkdir()

    def write(self, name: str, text: str | bytes) -> Path:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def receive(self, workers: int = 1) -> dict[str, Made]:
        """Every extract by its path below raw/."""
        program = load_program(self.path)
        received = receive_all(program, find_extracts(program), workers)
        for one in received:
            assert one.receipt.adds_up
        return {one.extract.name: Made(one) for one in received}


One = Callable[..., Made]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def one(folder: Folder) -> One:
    """Receives one extract of River: its mapping as TOML below [[extract]] (without files), its text, its name."""

    def make(mapping: str, text: str | bytes, name: str = "river/file.csv", corrections: str = "") -> Made:
        head, _, rest = mapping.strip().partition("\n")
        folder.write("agencies/river.toml", f'[[extract]]\nfiles = "{name}"\n{head}\n{rest}')
        folder.write(f"raw/{name}", text)
        if corrections:
            folder.write("corrections.toml", corrections)
        return folder.receive()[name]

    return make
