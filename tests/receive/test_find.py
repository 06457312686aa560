"""Which files are extracts, in which order they win, and what is said of the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DeclarationError
from pipeline.program.load import load_program
from pipeline.receive.find import find_extracts
from pipeline.receive.order import sort_key

PROGRAM = """
[program]
name = "Oak (made up)"
organization = "Example"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2024-01-01
[[agency]]
id = "oak"
name = "Oak Police Department"
"""
CALLS = """
[[extract]]
table = "calls"
files = "oak/cad_*.csv"
[extract.columns]
incident = "Incident"
received_at = { any = ["Received", "Created"] }
nature = "Nature"
"""
HEAD = "Incident,Received,Nature\n"


@pytest.fixture
def oak(tmp_path: Path) -> Path:
    (tmp_path / "agencies").mkdir()
    (tmp_path / "raw/oak").mkdir(parents=True)
    (tmp_path / "program.toml").write_text(PROGRAM)
    (tmp_path / "agencies/oak.toml").write_text(CALLS)
    return tmp_path


def test_extracts_come_in_the_order_in_which_they_win(oak: Path) -> None:
    names = ["cad_2023-corrected", "cad_2023 (1)", "cad_10", "cad_9", "cad_2023", "CAD_100"]
    for name in names:
        (oak / f"raw/oak/{name}.csv").write_text(HEAD)
    found = find_extracts(load_program(oak))
    assert [e.name for e in found.extracts] == [
        f"oak/{n}.csv" for n in ("cad_9", "cad_10", "CAD_100", "cad_2023", "cad_2023 (1)", "cad_2023-corrected")
    ]
    assert found.problems == ()
    assert found.notices == ()
    assert found.extracts[0].path == oak / "raw/oak/cad_9.csv"


def test_what_is_no_extract_is_a_problem_and_never_opened(oak: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "cad.csv"
    elsewhere.write_text(HEAD)
    (oak / "raw/oak/cad_link.csv").symlink_to(elsewhere)
    (oak / "raw/oak/cad_gone.csv").symlink_to(oak / "nowhere.csv")
    (oak / "raw/notes.docx").write_text("x")
    os.mkfifo(oak / "raw/oak/cad_pipe.csv")
    found = find_extracts(load_program(oak))
    assert found.extracts == ()
    assert [(p.extract, p.agency, p.table, p.read) for p in found.problems] == [
        (n, None, None, 0) for n in ("notes.docx", "oak/cad_gone.csv", "oak/cad_link.csv", "oak/cad_pipe.csv")
    ]
    said = {p.extract: p.problem or "" for p in found.problems}
    assert "No mapping" in said["notes.docx"]
    assert "leads nowhere" in said["oak/cad_gone.csv"]
    assert "out of the program folder" in said["oak/cad_link.csv"]
    assert "pipe" in said["oak/cad_pipe.csv"]
    assert "oak/cad_*.csv" in found.notices[0]
    assert "agencies/oak.toml, extract 1" in found.notices[0]


def test_a_heading_that_no_readable_file_has_is_a_mistake_in_the_declaration(oak: Path) -> None:
    (oak / "raw/oak/cad_1.csv").write_text("Incident,Recieved,Nature\n")
    (oak / "raw/oak/cad_2.csv").write_text("Incident,Other,Nature\n")
    (oak / "raw/oak/cad_3.csv").write_bytes(b"%PDF")
    with pytest.raises(DeclarationError) as caught:
        find_extracts(load_program(oak))
    (mistake,) = caught.value.mistakes
    assert '"Received" or "Created"' in mistake.what
    assert "none of the 2 files" in mistake.what
    assert mistake.where == "agencies/oak.toml, extract 1, columns.received_at"
    assert "Recieved" in mistake.hint


def test_a_heading_that_one_file_has_is_no_mistake(oak: Path) -> None:
    (oak / "raw/oak/cad_1.csv").write_text("Incident,Other,Nature\n")
    (oak / "raw/oak/cad_2.csv").write_text("Incident,Created,Nature\n")
    assert len(find_extracts(load_program(oak)).extracts) == 2


def test_files_that_cannot_be_read_are_no_mistake_in_the_declaration(oak: Path) -> None:
    (oak / "raw/oak/cad_1.csv").write_bytes(b"")
    assert len(find_extracts(load_program(oak)).extracts) == 1


def test_a_file_is_taken_once_for_a_table(oak: Path) -> None:
    trainings = CALLS.replace('"calls"', '"trainings"').split("[extract.columns]")[0] + (
        '[extract.columns]\nheld_on = "Received"\ncourse = { value = "other" }\ntrained = "Nature"\n'
    )
    (oak / "raw/oak/cad_1.csv").write_text(HEAD)
    (oak / "agencies/oak.toml").write_text(CALLS + trainings)
    assert [e.mapping.table for e in find_extracts(load_program(oak)).extracts] == ["calls", "trainings"]
    (oak / "agencies/oak.toml").write_text(CALLS + CALLS.replace("oak/cad_*.csv", "**/cad*"))
    with pytest.raises(DeclarationError) as caught:
        find_extracts(load_program(oak))
    (mistake,) = caught.value.mistakes
    assert mistake.where == "agencies/oak.toml, extract 2, files"
    assert "oak/cad_1.csv" in mistake.what
    assert "extract 1" in mistake.what


NAMES = st.lists(st.text("aB1029-_ (é/.", min_size=1, max_size=8), min_size=1, max_size=6)
STEM = st.text("aB1029-_ (é", min_size=1, max_size=8)


@given(NAMES)
def test_the_order_is_total_and_does_not_depend_on_the_order_of_arrival(names: list[str]) -> None:
    assert sorted(set(names), key=sort_key) == sorted(dict.fromkeys(reversed(names)), key=sort_key)
    assert len({sort_key(n) for n in set(names)}) == len(set(names))


@given(STEM, STEM, st.sampled_from([".csv", ".xlsx"]))
def test_a_prefix_comes_before_its_longer_forms(stem: str, more: str, ending: str) -> None:
    assert sort_key(stem + ending) < sort_key(stem + more + ending)


@given(STEM, st.integers(0, 10**6), st.integers(0, 10**6), STEM)
def test_runs_of_digits_go_by_their_value(stem: str, one: int, other: int, more: str) -> None:
    left, right = (f"{stem}_{n}_{more}.csv" for n in (one, other))
    assert (sort_key(left) < sort_key(right)) == (one < other) or one == other
