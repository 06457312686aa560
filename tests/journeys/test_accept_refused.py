"""What a careful person writes and drops, and the program must not pass over in silence (all data made up)."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.journeys.conftest import PROGRAM, ROOT, Folder

MAPPINGS = """
[[extract]]
table = "calls"
files = "oak/*.csv"
[extract.columns]
incident = "Inc"
received_at = "Received"
source = "How"
nature = "Nature"
[extract.codes.source]
"E911*" = "911"
"*" = "other"
[extract.codes.behavioral_health]
from = "nature"
"MENTAL*" = true

[[extract]]
table = "trainings"
files = "oak/courses.xlsx"
[extract.columns]
held_on = "Held"
course = "Course"
trained = "2024-01-31"
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = Folder(tmp_path_factory.mktemp("refused") / "program")
    folder.write("agencies/oak.toml", MAPPINGS)
    rows = [
        "A,2024-01-05 10:00:00 -0600,E911 x,MENTAL ILL",
        "B,2024-01-05 16:00:00 +0000,,THEFT",
        "C,2024-01-05 10:00-06,x,",
    ]
    folder.write("raw/oak/cad.csv", "Inc,Received,How,Nature\n" + "\n".join(rows) + "\n")
    for name in ("raw/oak/.cad.csv.part.csv", "raw/.sync/x.csv", "raw/.DS_Store", "raw/oak/._cad.csv"):
        folder.write(name, "Inc,Received,How,Nature\nHIDDEN,2024-01-05 10:00:00,x,x\n")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Held", "Course", date(2024, 1, 31)])  # a sheet whose heading is a real date
    sheet.append([datetime(2024, 1, 5), "cit_8h", 12])
    book.save(folder.path / "raw/oak/courses.xlsx")
    return folder


def test_hidden_files_are_named_and_never_read(program: Folder) -> None:
    receipts = program.check()
    assert {name: entry["problem"] is None for name, entry in receipts.items()} == {
        "oak/cad.csv": True,
        "oak/courses.xlsx": True,
        "oak/.cad.csv.part.csv": False,
        ".sync": False,
    }
    assert receipts["oak/.cad.csv.part.csv"]["agency"] is None


def test_offsets_behind_a_space_derived_codes_and_a_date_as_heading(program: Folder) -> None:
    receipts = program.check()
    assert [receipts["oak/cad.csv"][k] for k in ("read", "accepted")] == [3, 3]
    assert receipts["oak/courses.xlsx"]["accepted"] == 1
    figures: dict[tuple[str, str], dict[str, Any]] = program.figures("2024-01")
    assert figures["personnel_trained", "all"]["numerator"] == 12
    assert figures["calls_for_service", "all"]["numerator"] == 3
    assert [figures["behavioral_health_calls", "all"][k] for k in ("numerator", "unknown")] == [1, 1]
    hours = program.run("explain", "calls_for_service", "2024-01-05..2024-01-05").out
    assert "Behind this figure: 3." in hours


@pytest.mark.parametrize(
    ("name", "text", "pieces"),
    [
        ("agencies/oak.toml", MAPPINGS.replace("oak/*.csv", "oak/[cad.csv"), ["files", "never closed"]),
        (
            "agencies/oak.toml",
            MAPPINGS.replace('"Nature"', '"Nature"\ndisposition = { value = "arested" }'),
            ["columns.disposition", "`arrest`"],
        ),
        (
            "metrics.toml",
            '[met]\ntitle = "T"\ndefinition = "D"\nover = "encounters"\nkind = "count"\nunit = "encounters"\n'
            "numerator = \"kind = 'cal'\"\n",
            ["met.numerator", "`call`"],
        ),
        (
            "corrections.toml",
            '[[correction]]\nextract = "oak/cda.csv"\nreason = "r"\nwhere = "true"\nexclude = true\nexpect = 1\n',
            ["correction", "`oak/cad.csv`"],
        ),
    ],
)
def test_mistakes_stop_with_file_key_and_nearest_name(program: Folder, name: str, text: str, pieces: list[str]) -> None:
    path = program.path / name
    before = path.read_text(encoding="utf-8") if path.exists() else None
    program.write(name, text)
    try:
        result = program.run("check")
    finally:
        path.unlink()
        if before is not None:
            program.write(name, before)
    assert (result.code, result.out) == (2, "")
    for piece in [name, *pieces]:
        assert piece in result.err, result.err


@pytest.mark.parametrize(
    "command", [("build", "2024-13"), ("figures", "2024-13"), ("explain", "people_met", "2024-13")]
)
def test_a_misspelt_period_stops_before_data_is_read(tmp_path: Path, command: tuple[str, ...]) -> None:
    folder = Folder(tmp_path / "program")
    audience = ["--audience", "staff"] if command[0] == "figures" else []
    result = folder.run(*command, *audience)
    assert (result.code, result.out) == (2, "")
    assert "there is no month 13" in result.err
    assert not (folder.path / "out").exists()


def test_what_goes_into_a_file_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "program")
    folder.write("program.toml", PROGRAM.replace("Test Program", "Peña – 日本"))
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, ROOT / "cli.py", "figures", "2024-01", "--audience", "staff", "--program", folder.path]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONIOENCODING"} | plain
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert done.stdout.decode("utf-8").startswith("Peña – 日本 (made up)")
