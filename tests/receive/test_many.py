"""What users are told of many faulty rows at once is what they are told of each."""

from __future__ import annotations

import csv
import io
import random
import shutil
from typing import Any

import pytest

from pipeline.receive import many
from tests.receive.conftest import Folder, Made

CALLS = """
table = "calls"
[extract.columns]
incident = "No"
received_at = ["Day", "Time"]
arrived_at = "There"
nature = "Why"
disposition = "End"
address = "Where"
"""
PERSONS = """
table = "encounters"
datetime = ["%m/%d/%Y %H:%M"]
[extract.columns]
encounter = "No"
started_at = "Day"
ended_at = "There"
person = ["Why", "Time"]
resolution = "End"
arrested = "Where"
"""
CELLS = {
    "No": ["{n}", "{n}", "{n}", "", "5.00E+93", "{n}.0", "7", "7"],
    "Day": ["2024-01-05", "01/05/2024 10:00", "2024-02-30", "", "soon", 'a "quoted" day', "café", "\\ back", "x" * 150],
    "Time": ["10:00", "10:00:00", "", "noon", "01/02/1990", "02/30/1990", "Smith"],
    "There": ["2024-01-05 10:05", "2024-01-04 09:00", "", "\t", "a\x07bell", "x" * 230, "SMITH was here"],
    "Why": ["THEFT", "Smith", "", "{value}", "O'Neil", "smith's", "a"],
    "End": ["report", "arrest", "unheard of", "{value} {heading}", "Ärger", "smith", "no\u2028line", ""],
    "Where": ["yes", "no", "1 Elm St", "elm", "", "Smith", "1 Elm St "],
    "Free": ["", "anything"],
}


def made_up(seed: int) -> str:
    """An extract of 80 made-up rows, most of them faulty."""
    dice = random.Random(seed)  # noqa: S311
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CELLS)
    for n in range(80):
        writer.writerow([dice.choice(cells).replace("{n}", str(n)) for cells in CELLS.values()])
    return out.getvalue()


def products(folder: Folder) -> tuple[Any, ...]:
    shutil.rmtree(folder.path / "out", ignore_errors=True)
    made: Made = folder.receive()["river/file.csv"]
    return made.receipt, made.rows(), made.rows("violations"), made.rows("quarantine")


@pytest.mark.parametrize("mapping", [CALLS, PERSONS], ids=["address", "person"])
def test_many_rows_are_told_of_as_one_by_one(folder: Folder, monkeypatch: pytest.MonkeyPatch, mapping: str) -> None:
    told = []
    one_by_one = many.Many.tell

    def counted(self: many.Many, *given: Any) -> Any:
        rows = one_by_one(self, *given)
        told.append(len(rows))
        return rows

    monkeypatch.setattr(many.Many, "tell", counted)
    folder.write("agencies/river.toml", f'[[extract]]\nfiles = "river/*"\n{mapping}')
    for seed in range(4):
        folder.write("raw/river/file.csv", made_up(seed))
        monkeypatch.setattr(many, "_MANY", 10_000)
        apart = products(folder)
        assert not any(told)
        monkeypatch.setattr(many, "_MANY", 1)
        together = products(folder)
        assert sum(told) > 5  # otherwise nothing is compared
        told.clear()
        assert together == apart
