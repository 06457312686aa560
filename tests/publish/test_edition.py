"""An edition: whole or not at all, never changed, the same bytes anywhere."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from pipeline.errors import UserError
from pipeline.protect.public import make_public
from pipeline.publish import edition as room
from pipeline.publish.edition import write_edition
from pipeline.publish.identity import edition_id, edition_name, software
from pipeline.publish.inputs import Sources

from . import letters_made_up, made_up
from .test_public import rows as public_rows

REPOSITORY = Path(__file__).resolve().parents[2]


def inputs(folder: Path):
    return made_up.inputs(made=made_up.program(("Alder PD", "Birch PD"), folder=folder), months=6, groups=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_edition(inputs(tmp_path_factory.mktemp("program")))


def test_the_folder_is_named_by_period_and_id(made) -> None:
    assert made.made and made.folder.name == made.name == f"2023-11_{made.id[:8]}"
    assert made.folder.parent.name == "editions" and made.folder.parent.parent.name == "out"
    assert {p.name for p in made.files} == {
        "report.pdf", "report.html", "figures.csv", "figures.xlsx", "rows.csv", "manifest.json"
    }  # fmt: skip
    assert made.files[0].name == "report.pdf" and made.files[-1].name == "manifest.json"
    assert sorted(p.name for p in made.folder.parent.iterdir()) == [made.name, "index.html"]


def test_the_manifest_lists_what_went_in_and_what_came_out(made) -> None:
    manifest = json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["id"] == made.id and manifest["audience"] == "staff"
    assert manifest["sources"]["raw"] == {"a0/cad.csv": "00" * 32}
    assert manifest["receipts"][0]["extract"].endswith(".csv") and manifest["versions"]["weasyprint"]
    for name, sha256 in manifest["documents"].items():
        assert hashlib.sha256((made.folder / name).read_bytes()).hexdigest() == sha256


def test_figures_carry_the_edition(made) -> None:
    rows = list(csv.DictReader(io.StringIO((made.folder / "figures.csv").read_text(encoding="utf-8"))))
    assert {r["edition"] for r in rows} == {made.name} and len(rows) == len(inputs(Path("x")).figures)
    assert openpyxl.load_workbook(made.folder / "figures.xlsx").sheetnames == ["Figures", "Headline", "Definitions"]


def test_the_same_inputs_give_the_edition_that_is_there(made) -> None:
    before = {p: p.stat().st_mtime_ns for p in made.files}
    again = write_edition(inputs(made.folder.parents[2]))
    assert not again.made and again.folder == made.folder
    assert before == {p: p.stat().st_mtime_ns for p in again.files}


def test_a_damaged_or_foreign_folder_is_never_touched(tmp_path) -> None:
    given = inputs(tmp_path)
    folder = tmp_path / "out" / "editions" / edition_name(given)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="another edition or a damaged one"):
        write_edition(given)
    assert [p.name for p in folder.iterdir()] == ["manifest.json"]


def test_a_failure_leaves_nothing_and_the_next_build_works(tmp_path, monkeypatch) -> None:
    editions = tmp_path / "out" / "editions"
    given = inputs(tmp_path)
    documents = {"a.txt": b"a", "sub/b.txt": b"b"}
    monkeypatch.setattr(room, "staff_documents", lambda *_: (dict(documents), ()))
    monkeypatch.setattr(room, "manifest", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_edition(given)
    assert list(editions.glob("*")) == []
    monkeypatch.setattr(room, "manifest", lambda *_: b"{}")
    assert (write_edition(given).folder / "sub" / "b.txt").read_bytes() == b"b"
    assert sorted(p.name for p in editions.iterdir()) == [edition_name(given), "index.html"]


@pytest.mark.parametrize(
    "changes",
    [
        {"raw": {"a0/cad.csv": "99" * 32}}, {"raw": {"a0/cad 2.csv": "00" * 32}},
        {"declarations": {"program.toml": "12" * 32}}, {"key_fingerprint": "23" * 8}, {"ledger": {"1.csv": "0"}},
    ],
)  # fmt: skip
def test_whatever_goes_in_changes_the_id(changes) -> None:
    given = made_up.inputs(months=1)
    other = replace(given, sources=replace(given.sources, **changes))
    assert edition_id(other) != edition_id(given)
    assert edition_id(replace(given, audience="public")) != edition_id(given)
    assert edition_id(replace(given, sources=Sources(**{**vars_of(given.sources)}))) == edition_id(given)


def vars_of(sources: Sources) -> dict[str, object]:
    return {name: getattr(sources, name) for name in ("raw", "declarations", "key_fingerprint", "ledger")}


def everything(folder: Path):
    """Inputs of an edition with every kind of document: staff, public, letters."""
    program = made_up.program(("Alder Police Department", "Birch Police Department"), folder=folder)
    given = made_up.inputs(made=program, months=6, groups=False)
    letters = {
        a.id: facts
        for a, facts in zip(
            program.agencies, (letters_made_up.nothing_wrong(), letters_made_up.every_rule()), strict=True
        )
    }
    return replace(
        given, public=make_public(public_rows(), 11), audience="public", entry="ab" * 32,
        letters=lambda agency: replace(letters[agency.id], agency=agency),
    )  # fmt: skip


MAKE = """
import sys, time
from pathlib import Path
time.time = lambda: 2_000_000_000.0  # another day
sys.path.insert(0, sys.argv[2])
from pipeline.publish import identity
from pipeline.publish.edition import write_edition
from publish.test_edition import everything
if __name__ == "__main__":
    identity.software = lambda: sys.argv[3]  # the code may be edited while the tests run
    print(write_edition(everything(Path(sys.argv[1])), workers=2).folder)
"""


def test_the_same_bytes_on_any_day_in_any_folder_zone_locale_hash_seed_and_with_any_workers(tmp_path) -> None:
    made = write_edition(everything(tmp_path))
    folder = tmp_path / "somewhere else" / "programm"
    folder.mkdir(parents=True)
    script = tmp_path / "make.py"
    script.write_text(MAKE, encoding="utf-8")
    setting = {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "1", "LC_ALL": "C", "LANG": "C", "SOURCE_DATE_EPOCH": "1"}
    done = subprocess.run(
        [sys.executable, str(script), str(folder), str(REPOSITORY / "tests"), software()],
        cwd=REPOSITORY, env={**os.environ, **setting, "PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    other = Path(done.stdout.strip())
    names = [p.relative_to(made.folder) for p in made.files]
    assert {"report.pdf", "public/headline.pdf", "public/partners/a1.pdf", "letters/a1.pdf", "public/figures.xlsx"} <= {
        n.as_posix() for n in names
    }
    assert other.name == made.name and sorted(names) == sorted(
        p.relative_to(other) for p in other.rglob("*") if p.is_file()
    )
    assert [n for n in names if (other / n).read_bytes() != (made.folder / n).read_bytes()] == []
