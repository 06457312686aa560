"""Program folders written by hand (all data made up), and the real command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"

PROGRAM = """
[program]
name = "Test Program (made up)"
organization = "Example region"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2024-01-01
contact = "data@example.org"

[privacy]
suppress_below = 11
key_file = "person.key"

[[agency]]
id = "oak"
name = "Oak Police Department"
population = 10000
team_units = ["CR1"]

[[agency]]
id = "elm"
name = "Elm Sheriff's Office"
team_units = ["CR9"]
"""


@dataclass
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer, when it is JSON."""
        return json.loads(self.out)


def outcomes(*args: str | Path, env: dict[str, str] | None = None, stdin: str | None = None) -> Result:
    """Run the real command line; `stdin` is what is typed beforehand."""
    command = [sys.executable, str(ROOT / "cli.py"), *map(str, args)]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **(env or {})}, input=stdin, check=False
    )
    return Result(done.returncode, done.stdout, done.stderr)


class Folder:
    """A program folder under construction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "agencies").mkdir(parents=True)
        (path / "raw").mkdir()
        self.write("program.toml", PROGRAM)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file below the folder."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return target

    def run(self, command: str, *args: str | Path) -> Result:
        """Run a command on this program."""
        return outcomes(command, *args, "--program", self.path, "--quiet")

    def check(self, expect: int = 0) -> dict[str, dict[str, Any]]:
        """Receipts by extract, from `check --format json`."""
        result = self.run("check", "--format", "json")
        assert result.code == expect, result.err + result.out[-2000:]
        return {entry["extract"]: entry for entry in result.json["extracts"]}

    def violations(self) -> list[dict[str, Any]]:
        """All violations, from `check --format json`."""
        return list(self.run("check", "--format", "json").json["violations"])

    def figures(self, period: str, *args: str) -> dict[tuple[str, str], dict[str, Any]]:
        """Figures by (metric, agency), from `figures --format json`."""
        result = self.run("figures", period, "--audience", "staff", "--format", "json", *args)
        assert result.code == 0, result.err
        answer = result.json
        rows = answer["figures"] if isinstance(answer, dict) else answer
        return {(row["metric"], row["agency"]): row for row in rows}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A program of two agencies without mappings yet."""
    return Folder(tmp_path / "program")


CALLS = """
[[extract]]
table = "calls"
files = "oak/cad*"
datetime = ["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"]
[extract.columns]
incident = "Incident"
received_at = "Received"
nature = "Nature"
disposition = "Dispo"
units = "Units"
[extract.split]
units = ","
[extract.codes.disposition]
ARR = "arrest"
RPT = "report"
[extract.codes.behavioral_health]
from = "nature"
true = ["MENTAL*"]
"""

LOG = """
[[extract]]
table = "encounters"
files = "oak/log*"
datetime = ["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"]
[extract.columns]
encounter = "No"
incident = "CAD"
started_at = "Start"
person = ["Last", "First", "DOB"]
arrest_likely = "Likely"
arrested = "Arrested"
transported_to = "To"
"""
