"""Finished work: found again, done anew when an input changes, whole or not at all, the same by any number of workers."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from pipeline.errors import DeclarationError
from pipeline.program.load import load_program
from pipeline.receive import begin, find_extracts, receive_all, remove_unused, run
from pipeline.receive.folder import clear_left, working_folder
from tests.receive.conftest import Folder

CALLS = """
[[extract]]
table = "calls"
files = "river/*.csv"
[extract.columns]
incident = "No"
received_at = "At"
nature = "Nature"
"""
TEXT = "No,At,Nature\n1,2024-01-05,A\n2,soon,A\n1,2024-01-06,B\n"


def write(folder: Folder) -> None:
    folder.write("agencies/river.toml", CALLS)
    for n in range(3):
        folder.write(f"raw/river/cad_{n}.csv", TEXT + f"9{n},2024-01-05,A\n")


def contents(folder: Folder) -> dict[str, bytes]:
    base = folder.path / "out" / "extracts"
    return {p.relative_to(base).as_posix(): p.read_bytes() for p in sorted(base.rglob("*")) if p.is_file()}


def test_finished_work_is_found_again(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder)
    first = folder.receive()
    before = contents(folder)

    def never(*_: object) -> None:
        raise AssertionError("work was done again")

    monkeypatch.setattr(begin, "work", never)
    again = folder.receive()
    assert {n: m.received for n, m in first.items()} == {n: m.received for n, m in again.items()}
    assert contents(folder) == before
    assert {p.rpartition("/")[2] for p in before} == {
        "accepted.parquet",
        "quarantine.parquet",
        "violations.parquet",
        "receipt.json",
    }


@pytest.mark.parametrize(
    "change",
    ["extract", "mapping", "timezone", "team", "key", "name", "correction"],
)
def test_work_is_done_anew_when_an_input_changes(folder: Folder, change: str) -> None:
    write(folder)
    before = folder.receive()["river/cad_0.csv"].received.folder
    settings = (folder.path / "program.toml").read_text()
    name = "river/cad_0.csv"
    if change == "extract":
        folder.write("raw/river/cad_0.csv", TEXT)
    elif change == "mapping":
        folder.write(
            "agencies/river.toml",
            CALLS + '[extract.codes.behavioral_health]\nfrom = "nature"\ntrue = ["A"]\n',
        )
    elif change == "timezone":
        folder.write("program.toml", settings.replace("America/Chicago", "America/Denver"))
    elif change == "team":
        folder.write("program.toml", settings.replace("7c10", "7c11"))
    elif change == "key":
        folder.write("person.key", "11" * 32)
    elif change == "name":
        (folder.path / "raw/river/cad_0.csv").rename(folder.path / "raw/river/cad_9.csv")
        name = "river/cad_9.csv"
    else:
        folder.write(
            "corrections.toml",
            f'[[correction]]\nextract = "{name}"\nreason = "made up"\nwhere = "incident = \'1\'"\nexclude = true\nexpect = 2\n',
        )
    assert folder.receive()[name].received.folder != before


def test_what_does_not_matter_changes_nothing(folder: Folder) -> None:
    write(folder)
    before = folder.receive()["river/cad_0.csv"].received.folder
    text = (folder.path / "program.toml").read_text()
    folder.write(
        "program.toml",
        text.replace("Example (made up)", "Another").replace("fiscal_year_starts = 7", "fiscal_year_starts = 1"),
    )
    folder.write("agencies/river.toml", "# a comment\n" + CALLS)
    os.utime(folder.path / "raw/river/cad_0.csv", (1, 1))
    assert folder.receive()["river/cad_0.csv"].received.folder == before


def test_workers_make_the_same_bytes(folder: Folder) -> None:
    write(folder)
    folder.write("raw/river/cad_3.csv", b"")
    one = folder.receive(1)
    first = contents(folder)
    shutil.rmtree(folder.path / "out")
    two = folder.receive(2)
    assert contents(folder) == first
    assert [m.receipt for m in one.values()] == [m.receipt for m in two.values()]
    assert one["river/cad_3.csv"].receipt.problem


def test_mistakes_in_corrections_come_together_from_workers(folder: Folder) -> None:
    write(folder)
    folder.write(
        "corrections.toml",
        "".join(
            f'[[correction]]\nextract = "river/cad_{n}.csv"\nreason = "r"\nwhere = "true"\nexclude = true\nexpect = 9\n'
            for n in range(2)
        ),
    )
    with pytest.raises(DeclarationError) as failure:
        folder.receive(2)
    assert [m.where.split("'")[1] for m in failure.value.mistakes] == ["river/cad_0.csv", "river/cad_1.csv"]


def test_work_that_is_cut_short_leaves_nothing_behind(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder)

    def broken(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(run, "write_receipt", broken)
        with pytest.raises(RuntimeError, match="power cut"):
            folder.receive()
    assert contents(folder) == {}
    assert len(folder.receive()) == 3


def test_the_second_of_two_processes_keeps_what_the_first_made(tmp_path: Path) -> None:
    target = tmp_path / "extracts" / "KEY"
    with working_folder(target) as slow:
        (slow / "receipt.json").write_text("slow")
        with working_folder(target) as fast:
            (fast / "receipt.json").write_text("fast")
    assert (target / "receipt.json").read_text() == "fast"
    assert [p.name for p in target.parent.iterdir()] == ["KEY"]


def test_unused_work_is_removed_and_work_under_way_is_not(folder: Folder) -> None:
    write(folder)
    folder.receive()
    (folder.path / "raw/river/cad_2.csv").unlink()
    program = load_program(folder.path)
    received = receive_all(program, find_extracts(program))
    base = folder.path / "out" / "extracts"
    (base / ".KEY.dead").mkdir()
    with working_folder(base / "OTHER") as busy:
        remove_unused(program, received)
        assert clear_left(program) == 1
        assert busy.is_dir()
        assert not (base / ".KEY.dead").exists()
        (busy / "receipt.json").write_text(json.dumps({}))
    names = {p.name for p in base.iterdir()}
    assert names == {r.folder.name for r in received if r.folder} | {"OTHER"}


def test_an_extract_that_may_not_be_read_is_a_problem(folder: Folder) -> None:
    write(folder)
    program = load_program(folder.path)
    found = find_extracts(program)
    (folder.path / "raw/river/cad_1.csv").unlink()
    outcome = {r.extract.name: r.receipt for r in receive_all(program, found)}
    assert outcome["river/cad_1.csv"].problem
    assert outcome["river/cad_2.csv"].problem is None
