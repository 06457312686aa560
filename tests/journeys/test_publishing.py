"""Publishing, as staff live through it: what was handed out is remembered, made again to the byte, and never lost quietly."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from .conftest import Folder, outcomes

MAPPING = """
[[extract]]
table = "encounters"
files = "{agency}/log*.csv"
datetime = ["%Y-%m-%d %H:%M"]
[extract.columns]
encounter = "Id"
incident = "Incident"
started_at = "Start"
person = ["Name", "Born"]
arrest_likely = "Likely"
arrested = "Arrested"
"""
MONTH = "2024-02"


def log(agency: str, size: int) -> str:
    """Made-up encounters of January and February: every third one an arrest that was likely and did not happen."""
    lines = ["Id,Incident,Start,Name,Born,Likely,Arrested"]
    for month in (1, 2):
        for i in range(size):
            day, who = i % 28 + 1, f"Made Up {i % (size - 5)}"
            likely = "Y" if i % 3 == 0 else "N"
            lines.append(f"{agency}{month}-{i},{month}{i},2024-{month:02d}-{day:02d} 10:15,{who},1980-01-01,{likely},N")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A program that has published February; the period was asked for in vain before."""
    folder = Folder(tmp_path_factory.mktemp("published") / "program")
    for agency, size in (("oak", 48), ("elm", 30)):
        folder.write(f"agencies/{agency}.toml", MAPPING.format(agency=agency))
        folder.write(f"raw/{agency}/log.csv", log(agency, size))
    before = folder.run("figures", MONTH)
    assert before.code == 2 and f"outcomes build {MONTH}" in before.err
    done = folder.run("build", MONTH)
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def copy(published: Folder, tmp_path: Path) -> Folder:
    """The same program, to be damaged."""
    target = Folder.__new__(Folder)
    target.path = tmp_path / "copy"
    shutil.copytree(published.path, target.path)
    return target


def contents(folder: Path) -> dict[str, str]:
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith("."))
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_a_deleted_edition_comes_back_to_the_byte_and_without_a_new_entry(copy: Folder) -> None:
    editions, ledger = copy.path / "out" / "editions", copy.path / "published"
    before, entries = contents(editions), contents(ledger)
    assert len(entries) == 1 and any("/public/report.pdf" in name for name in before)
    shutil.rmtree(copy.path / "out")
    assert copy.run("figures", MONTH).code == 0  # the ledger remembers
    done = copy.run("build", MONTH)
    assert done.code == 0, done.err
    assert contents(ledger) == entries
    assert contents(editions) == before


def test_periods_in_days_are_refused(copy: Folder) -> None:
    before = contents(copy.path / "published")
    for command in ("build", "figures"):
        refused = copy.run(command, "2024-01-02..2024-02-29")
        assert refused.code == 2 and "whole calendar months" in refused.err, command
    assert contents(copy.path / "published") == before


def test_a_month_that_the_data_have_not_reached_is_not_published(copy: Folder) -> None:
    ledger = contents(copy.path / "published")
    refused = copy.run("build", "2031-01")
    assert refused.code == 2 and "the data end on 2024-02-28" in refused.err, refused.err
    assert contents(copy.path / "published") == ledger
    march = log("oak", 3).replace("2024-02-", "2024-03-").replace("oak", "late")
    (copy.path / "raw/oak/log_march.csv").write_text(march)
    partly = outcomes("build", "2024-03", "--program", copy.path)
    assert partly.code == 0 and "The data end on 2024-03-03, and 2024-03 on 2024-03-31" in partly.err, partly.err


def test_a_lost_or_changed_ledger_stops_with_what_to_do(copy: Folder) -> None:
    (entry,) = (copy.path / "published").glob("*.csv")
    data = entry.read_bytes()
    entry.write_bytes(data.replace(b"published", b"Published", 1))
    for command in (("build", MONTH), ("figures", MONTH), ("audit",), ("editions",)):
        changed = copy.run(*command)
        assert changed.code == 4 and "backup" in changed.err, command
    entry.unlink()
    lost = copy.run("build", MONTH)
    assert lost.code == 4 and "does not list" in lost.err and "backup" in lost.err
    assert not list((copy.path / "published").glob("*.csv"))
    entry.write_bytes(data)
    assert copy.run("audit").code == 0


def test_figures_say_that_raw_has_changed_and_keep_their_values(copy: Folder) -> None:
    was = copy.run("figures", MONTH, "--format", "csv").out
    more = log("elm", 31).replace("elm", "late")
    copy.write("raw/elm/log_late.csv", more)
    now = outcomes("figures", MONTH, "--format", "csv", "--program", copy.path)
    assert now.out == was
    assert "raw/ has changed since this edition was made (elm/log_late.csv)" in now.err


def test_a_restated_month_answers_with_its_new_value_and_says_why(copy: Folder) -> None:
    asked = ("figures", MONTH, "--metric", "calls_responded", "--format", "json")
    before = copy.run(*asked).json
    copy.write("raw/elm/log_late.csv", log("elm", 31).replace("elm", "late"))
    copy.write("raw/oak/log_march.csv", log("oak", 48).replace("2024-02-", "2024-03-").replace("oak", "march"))
    assert copy.run("editions", "--restate", MONTH, "--reason", "The log came late").code == 0
    waiting = outcomes(*asked, "--program", copy.path)
    assert waiting.json == before
    assert f"A restatement of {MONTH} (The log came late) waits for the next edition" in waiting.err
    assert copy.run("build", "2024-03").code == 0
    after = outcomes(*asked, "--program", copy.path)
    assert [row["period"] for row in after.json] == [MONTH]
    assert after.json[0]["value"] == before[0]["value"] + 1  # 30 of the 31 late rows are of calls that were counted
    assert "Restated in 2024-03_" in after.err and "(The log came late): Calls responded to" in after.err
    assert "waits" not in after.err


def test_a_withdrawn_edition_is_marked_and_no_longer_answers(copy: Folder) -> None:
    (edition,) = (p.name for p in (copy.path / "out" / "editions").iterdir() if p.is_dir())
    assert copy.run("editions", "--withdraw", edition).code == 2  # without a reason
    assert copy.run("editions", "--withdraw", edition, "--reason", "The wrong file").code == 0
    assert "withdrawn: The wrong file" in copy.run("editions").out
    assert "Withdrawn: The wrong file" in (copy.path / "out" / "editions" / "index.html").read_text(encoding="utf-8")
    assert copy.run("figures", MONTH).code == 2
    assert len(list((copy.path / "published").glob("*.csv"))) == 2


def test_figures_by_month_are_months_alone_each_once(copy: Folder) -> None:
    assert copy.run("build", "2024-Q1").code == 0
    asked = ("figures", "2024-Q1", "--by", "month", "--format", "json")
    done = outcomes(*asked, "--program", copy.path)
    rows = [(row["period"], row["period_start"], row["metric"]) for row in done.json]
    assert len(set(rows)) == len(rows)
    assert {row[:2] for row in rows} == {
        ("2024-Q1", "2024-01-01"),
        ("2024-01", "2024-01-01"),
        ("2024-02", "2024-02-01"),
    }
    assert len({sum(period == p for p, *_ in rows) for period in ("2024-Q1", "2024-01", "2024-02")}) == 1
    assert any(row["status"] == "withheld" for row in done.json if row["period"] == "2024-02")
    assert "no edition holds 2024-03; to publish it: outcomes build 2024-03" in done.err


def test_verify_tells_of_a_file_that_was_put_there_later_and_of_a_key_that_is_gone(copy: Folder) -> None:
    (edition,) = (p for p in (copy.path / "out" / "editions").iterdir() if p.is_dir())
    (edition / "public" / "more.pdf").write_bytes(b"%PDF-1.7")
    (edition / "Thumbs.db").write_bytes(b"")  # left by a system
    (copy.path / "person.key").unlink()
    found = outcomes("verify", edition, "--program", copy.path)
    assert found.code == 1
    assert [line.strip() for line in found.out.splitlines()[1:]] == [
        "public/more.pdf was put there later",
        "person.key is another one",
    ]
    assert "person.key was missing, so a new one was made" in found.err


def test_a_damaged_manifest_ends_with_what_to_do(copy: Folder) -> None:
    (edition,) = (p for p in (copy.path / "out" / "editions").iterdir() if p.is_dir())
    (edition / "manifest.json").write_text("[]", encoding="utf-8")
    for command in (("verify", edition), ("compare", edition.name, edition.name)):
        refused = copy.run(*command)
        assert refused.code == 2 and "manifest.json is not the one that was written" in refused.err, command
    assert copy.run("figures", MONTH).code == 0  # the ledger answers


def test_options_that_do_nothing_and_places_that_cannot_be_written_are_refused(copy: Folder) -> None:
    alone = copy.run("editions", "--reason", "The wrong file")
    assert alone.code == 2 and "--restate MONTH" in alone.err
    no_folder = copy.run("dictionary", "--output", copy.path / "program.toml")
    assert no_folder.code == 2 and "Name a folder" in no_folder.err
    entry, key = next((copy.path / "published").glob("*.csv")), copy.path / "person.key"
    for place in (entry, key, copy.path / "raw" / "oak" / "log.csv", copy.path / "out" / "warehouse.duckdb"):
        before = place.read_bytes() if place.exists() else None
        kept = copy.run("figures", MONTH, "--format", "csv", "--output", place)
        assert kept.code == 2 and "never written to" in kept.err
        assert (place.read_bytes() if place.exists() else None) == before
    two = outcomes("init", copy.path, "--program", copy.path / "other", "--yes")
    assert two.code == 2 and "two folders" in two.err and not (copy.path / "other").exists()
