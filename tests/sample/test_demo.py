"""The demo as a folder: says that it is made up, overwrites nothing, has the same bytes everywhere."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from pipeline.errors import Exit, UserError
from pipeline.program.load import load_program
from pipeline.sample import make_demo
from pipeline.sample.demo import Sample
from pipeline.sample.dirt import DUPLICATE, QUARANTINED, SUPERSEDED, WARNED

ROOT = Path(__file__).parents[2]
DRAW = """
import hashlib
from pipeline.sample.demo import sample
whole = hashlib.sha256()
for name, data in sorted(sample().files.items()):
    whole.update(name.encode() + b"\\0" + data)
print(whole.hexdigest())
"""


def test_same_bytes_whatever_the_hash_seed_and_the_time_zone(drawn: Sample) -> None:
    whole = hashlib.sha256()
    for name, data in sorted(drawn.files.items()):
        whole.update(name.encode() + b"\0" + data)
    other = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    run = subprocess.run([sys.executable, "-c", DRAW], env=other, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == whole.hexdigest()


def test_workbooks_are_not_compressed(demo: Path) -> None:
    """Compressed bytes would depend on the machine's zlib."""
    books = sorted((demo / "raw").rglob("*.xlsx"))
    assert len(books) > 10
    for path in books:
        with zipfile.ZipFile(path) as book:
            assert {(i.compress_type, i.date_time) for i in book.infolist()} == {
                (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0))
            }


def test_the_declarations_are_sound(demo: Path) -> None:
    program = load_program(demo)
    assert [a.id for a in program.agencies] == ["west-des-moines", "urbandale", "waukee", "clive"]
    assert (program.name, program.organization) == (
        "CIT Co-Responder Program",
        "Heart of Iowa Community Services (sample: made-up data)",
    )
    assert (program.timezone, program.fiscal_year_starts, program.began.isoformat()) == (
        "America/Chicago",
        7,
        "2022-07-01",
    )
    assert all(a.population and a.team_units for a in program.agencies)
    assert {m.table for m in program.mappings} == {"calls", "encounters", "referrals", "shifts", "trainings"}
    assert {m.grain for m in program.mappings if m.table == "calls"} == {"call", "unit"}
    assert [bool(c.shift_columns) for c in program.corrections] == [True, False, False]
    assert [c.exclude for c in program.corrections] == [False, False, True]
    assert "peer_support_referrals" in program.metrics


def test_every_extract_has_one_mapping(demo: Path) -> None:
    mappings = load_program(demo).mappings
    for path in sorted(p for p in (demo / "raw").rglob("*") if p.is_file()):
        assert len([m for m in mappings if path in set((demo / "raw").glob(m.files))]) == 1, path


def test_it_says_that_it_is_made_up(demo: Path) -> None:
    for name in (
        "README.md",
        "program.toml",
        "corrections.toml",
        *(f"agencies/{p.name}" for p in (demo / "agencies").iterdir()),
    ):
        assert "made up" in (text := (demo / name).read_text(encoding="utf-8").lower()) or "made-up" in text, name


def test_it_overwrites_nothing(tmp_path: Path) -> None:
    own = tmp_path / "notes.txt"
    own.write_text("mine")
    with pytest.raises(UserError) as refused:
        make_demo(tmp_path)
    assert refused.value.code == Exit.USAGE
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(UserError):
        make_demo(own, force=True)


def test_force_never_replaces_a_program_that_is_no_demo(tmp_path: Path) -> None:
    extract = tmp_path / "raw" / "town" / "cad.csv"
    extract.parent.mkdir(parents=True)
    extract.write_text("Incident\n1\n")
    with pytest.raises(UserError) as refused:
        make_demo(tmp_path, force=True)
    assert refused.value.code == Exit.USAGE
    assert extract.read_text() == "Incident\n1\n"
    assert not (tmp_path / "program.toml").exists()


@pytest.mark.parametrize("name", ["person.key", "program.toml", "published/0001_2024-01_0123abcd.csv", "README.md"])
def test_force_never_replaces_the_key_the_ledger_or_the_words_of_a_program(tmp_path: Path, name: str) -> None:
    kept = tmp_path / name
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("of a program whose extracts lie elsewhere")
    with pytest.raises(UserError, match=name.split("/", maxsplit=1)[0]):
        make_demo(tmp_path, force=True)
    assert kept.read_text() == "of a program whose extracts lie elsewhere"
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


def test_force_replaces_an_older_demo_whole(tmp_path: Path, drawn: Sample) -> None:
    make_demo(tmp_path / "demo")
    folder = tmp_path / "demo"
    before = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert before == drawn.files
    stamp = (folder / "program.toml").stat().st_mtime_ns
    (folder / "out").mkdir()
    make_demo(folder, force=True)  # nothing changed: what was built from it stays
    assert (folder / "out").is_dir() and (folder / "program.toml").stat().st_mtime_ns == stamp
    (folder / "raw/clive/old.csv").write_text("from an older demo")
    (folder / "program.toml").write_text("changed")
    make_demo(folder, force=True)
    assert not (folder / "out").exists()
    assert {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


@pytest.mark.skipif(os.name == "nt", reason="this system has no modes")
def test_the_key_is_fixed_fake_and_closed(demo: Path) -> None:
    assert b"made-up people" in (demo / "person.key").read_bytes()
    assert stat.S_IMODE((demo / "person.key").stat().st_mode) == 0o600


def test_four_export_styles(demo: Path) -> None:
    raw = demo / "raw"
    west = (raw / "west-des-moines/cad_2022-07.csv").read_bytes()
    assert west.startswith(b"\xef\xbb\xbfIncident Number,") and b"\r\n" in west
    unit_rows = (raw / "urbandale/cad_rolling_2022-10-03.tsv").read_text(encoding="utf-8").splitlines()
    events = [line.split("\t")[0].strip().upper() for line in unit_rows[1:]]
    assert len(set(events)) < 0.8 * len(events)  # one row a unit
    assert (raw / "urbandale/cad_rolling_2023-04-03.tsv").read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff")
    book = openpyxl.load_workbook(raw / "waukee/CFS 2023 Q4.xlsx")
    assert [s.sheet_state for s in book.worksheets] == ["hidden", "visible"]
    assert book["CFS"]["A1"].value == "Waukee Police Department (made-up data)"
    assert book["CFS"].cell(book["CFS"].max_row, 1).value == "*** End of report ***"
    clive = (raw / "clive/cfs_fy2023_q1.txt").read_bytes()
    assert clive.decode("cp1252").splitlines()[3].startswith("No|Date Recd|Time Recd|")
    with pytest.raises(UnicodeDecodeError):
        clive.decode("utf-8")


def test_faults_of_every_kind_are_planted(drawn: Sample) -> None:
    found = {what for planted in drawn.book.planted.values() for what in planted}
    assert {outcome for outcome, _ in found} == {QUARANTINED, DUPLICATE, SUPERSEDED, WARNED}
    assert {fault for outcome, fault in found if outcome == QUARANTINED} >= {
        "impossible date", "unknown code", "unknown service", "incident number damaged by Excel",
        "incident number damaged by a spreadsheet", "incident number missing", "quote that is never closed", "a comma too many",
        "cells too many", "a row cut short", "cut off at the end", "a total below the rows", "a footer below the rows",
        "date without time", "start missing", "broken formula", "number that cannot be read", "more than a day in a day",
        "arrested, yet taken home", "outcome arrest, but not arrested", "same entry id, other content",
        "answer that is neither yes nor no", "test entry, excluded by a correction",
    }  # fmt: skip
    assert {f"raw/{name}" for name in drawn.book.planted} <= set(drawn.files)
