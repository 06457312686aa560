"""A question to a warehouse that reads calls in place, while a build replaces it and removes what it reads."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipeline import ask
from pipeline.program.model import Program
from pipeline.program.periods import Period
from pipeline.store import in_place
from pipeline.store.warehouse import Warehouse
from tests.crashes.power import PROGRAM

MAPPING = """
[[extract]]
table = "calls"
files = "oak/cad_*.csv"
datetime = ["%m/%d/%Y %H:%M:%S"]
[extract.columns]
incident = "Incident"
received_at = "Received"
"""
HEADING = "Incident,Received\n"
ROOT = Path(__file__).resolve().parents[2]
#: In a process of its own, as in life: DuckDB opens a file once in a process.
BUILD = """
import sys
from pathlib import Path
from pipeline import build
from pipeline.program.load import load_program
from pipeline.store import in_place
in_place.IN_PLACE_ROWS = 1
build.refresh(load_program(Path(sys.argv[1])))[0].close()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built program of one agency whose one call is read in place."""
    monkeypatch.setattr(in_place, "IN_PLACE_ROWS", 1)
    (tmp_path / "agencies").mkdir()
    (tmp_path / "raw/oak").mkdir(parents=True)
    (tmp_path / "program.toml").write_text(PROGRAM)
    (tmp_path / "agencies/oak.toml").write_text(MAPPING)
    (tmp_path / "raw/oak/cad_1.csv").write_text(HEADING + "R1,01/05/2024 10:00:00\n")
    ask.figures(tmp_path, "2024-01")
    return tmp_path


def change(folder: Path, rows: int) -> None:
    """Another extract comes in the place of the one before, and a build runs to its end."""
    lines = "".join(f"N{n},01/{n + 1:02}/2024 11:00:00\n" for n in range(rows))
    (folder / "raw/oak/cad_1.csv").write_text(HEADING + lines)
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], check=True, cwd=ROOT)


def building(monkeypatch: pytest.MonkeyPatch, folder: Path, builds: int) -> None:
    """The first questions are overtaken by a build each, after the warehouse was opened."""
    choose, done = ask.choose_period, []

    def overtaken(program: Program, warehouse: Warehouse, text: str | None) -> Period:
        if len(done) < builds:
            done.append(text)
            change(folder, 1 + len(done))
        return choose(program, warehouse, text)

    monkeypatch.setattr(ask, "choose_period", overtaken)


def calls(answer: ask.Answer) -> list[float | None]:
    return [f.value for f in answer.figures if f.metric == "calls_for_service" and f.agency == "all"]


def test_the_new_warehouse_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    building(monkeypatch, folder, 2)
    assert calls(ask.figures(folder, "2024-01", metrics=["calls_for_service"])) == [3]


def test_rows_are_explained_by_the_new_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    building(monkeypatch, folder, 1)
    ask.explain(folder, "calls_for_service", "2024-01", rows=folder / "rows.csv")
    lines = (folder / "rows.csv").read_text().splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["N0", "N1"]


def test_products_that_somebody_removed_are_made_anew_by_the_next_question(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose = ask.choose_period

    def removed(program: Program, warehouse: Warehouse, text: str | None) -> Period:
        shutil.rmtree(folder / "out/extracts")
        return choose(program, warehouse, text)

    monkeypatch.setattr(ask, "choose_period", removed)
    monkeypatch.setattr(ask, "TRIES", 1)
    with pytest.raises(duckdb.IOException):
        ask.figures(folder, "2024-01", metrics=["calls_for_service"])
    monkeypatch.undo()
    assert calls(ask.figures(folder, "2024-01", metrics=["calls_for_service"])) == [1]  # made anew


def test_text_is_the_same_when_only_what_it_shows_is_measured(folder: Path) -> None:
    answers = [ask.figures(folder, "2024-01", by=["agency"], headline=headline) for headline in (False, True)]
    assert len({len(answer.figures) for answer in answers}) == 2  # less was measured
    for form in ("text", "markdown"):
        all_measured, shown_measured = (answer.render(form, None) for answer in answers)
        assert all_measured == shown_measured
