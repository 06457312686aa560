"""The memory: what is written is read back, and whatever is missing, changed or forked stops with what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.protect.calendar import add_months
from pipeline.protect.entry import read_entry
from pipeline.protect.ledger import Ledger, PublicEdition, published_figures
from pipeline.protect.public import PublicFigures
from tests.protect.simulated import METRICS, Simulated, asked, build, draw, program, until

FIRST = date(2022, 7, 1)
NAMES = {m: METRICS[m] for m in ("calls_responded", "diversion_rate", "people_met")}


def publish(folder: Path, month: int, seed: int = 1) -> PublicFigures:
    counts = Simulated(until(draw(seed, month + 1, shares=(0.7, 0.3)), month), ("a", "b"), FIRST, NAMES)
    return build(folder, counts, asked(add_months(FIRST, month)), settings=program(folder, ("a", "b"), NAMES)).figures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for month in range(3):
        publish(tmp_path, month)
    return tmp_path


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.csv"))


def test_entries_are_read_as_they_were_written(folder: Path) -> None:
    for path in files(folder):
        assert read_entry(path.read_bytes(), path.name).to_bytes() == path.read_bytes()


def test_an_edition_is_made_again_from_its_entry(tmp_path: Path) -> None:
    made = publish(tmp_path, 0)
    ledger = Ledger.read(tmp_path)
    again = published_figures(ledger, ledger.entries[0])
    assert again.rows == made.rows


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        for month in range(3):
            publish(tmp_path / name, month)
    assert [p.read_bytes() for p in files(tmp_path / "one")] == [p.read_bytes() for p in files(tmp_path / "two")]


def test_a_published_edition_is_found_by_its_inputs(folder: Path) -> None:
    ledger = Ledger.read(folder)
    entry = ledger.entries[1]
    assert ledger.find(entry.period, entry.inputs) is entry
    assert ledger.find(entry.period, "other") is None
    assert Ledger.read(folder).withdraw(entry.edition, "wrong file").find(entry.period, entry.inputs) is None


def test_a_missing_file_is_noticed(folder: Path) -> None:
    files(folder)[1].unlink()
    with pytest.raises(UserError, match="entry 0002 is missing"):
        Ledger.read(folder)


def test_a_changed_file_is_noticed(folder: Path) -> None:
    path = files(folder)[0]
    path.write_bytes(path.read_bytes().replace(b"published", b"Published", 1))
    with pytest.raises(UserError, match="not as it was written"):
        Ledger.read(folder)


def test_a_file_cut_short_is_noticed(folder: Path) -> None:
    path = files(folder)[-1]
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UserError, match="not as it was written"):
        Ledger.read(folder)


def test_a_file_from_another_ledger_is_noticed(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for month in range(3):
        publish(other, month, seed=9)
    files(folder)[1].write_bytes(files(other)[1].read_bytes())
    with pytest.raises(UserError, match="does not follow"):
        Ledger.read(folder)


def test_a_lost_end_is_noticed_by_the_editions_in_out(folder: Path) -> None:
    ledger = Ledger.read(folder)
    editions = [PublicEdition(e.edition, c) for e, c in zip(ledger.entries, ledger.checksums, strict=True)]
    assert len(Ledger.read(folder, editions).entries) == 3
    files(folder)[-1].unlink()
    with pytest.raises(UserError, match="does not list"):
        Ledger.read(folder, editions)
    with pytest.raises(UserError, match="not the one"):
        Ledger.read(folder, [PublicEdition(ledger.entries[0].edition, "0" * 64)])


def test_two_machines_that_publish_apart_are_noticed(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "copy"
    other.mkdir()
    for path in files(folder):
        (other / path.name).write_bytes(path.read_bytes())
    publish(folder, 3)
    publish(other, 4)
    fourth = files(other)[-1]
    (folder / fourth.name).write_bytes(fourth.read_bytes())
    with pytest.raises(UserError, match="apart from each other"):
        Ledger.read(folder)


def test_a_build_that_was_overtaken_publishes_nothing(folder: Path) -> None:
    slow = Ledger.read(folder)
    publish(folder, 3)
    with pytest.raises(UserError, match="another edition was published") as caught:
        slow.withdraw(slow.entries[0].edition, "reason")
    assert caught.value.code == 4
    assert len(files(folder)) == 4


def test_a_killed_append_leaves_the_ledger_as_it_was(folder: Path) -> None:
    (folder / ".0004_2022-10_x.csv.part").write_bytes(b"half an ent")
    assert len(Ledger.read(folder).entries) == 3
    publish(folder, 3)
    assert len(Ledger.read(folder).entries) == 4


def test_withdrawn_figures_are_measured_anew_and_stay_known(folder: Path) -> None:
    ledger = Ledger.read(folder)
    known = len(list(ledger.admitted()))
    ledger = ledger.withdraw(ledger.entries[2].edition, "wrong extract")
    assert len(list(ledger.admitted())) == known
    assert all(line.admitted != 3 for line in ledger.standing().values())
    assert ledger.withdrawn[ledger.entries[2].edition].reason == "wrong extract"
    with pytest.raises(UserError, match="withdrawn already"):
        ledger.withdraw(ledger.entries[2].edition, "again")


def test_restating_and_withdrawing_need_a_reason_and_something_published(folder: Path) -> None:
    ledger = Ledger.read(folder)
    with pytest.raises(UserError, match="reason"):
        ledger.restate(date(2022, 8, 1), " ")
    with pytest.raises(UserError, match="no published figure"):
        ledger.restate(date(2030, 1, 1), "x")
    with pytest.raises(UserError, match="no published edition"):
        ledger.withdraw("2022-07_nowhere", "x")


def test_only_this_room_makes_public_figures() -> None:
    with pytest.raises(TypeError, match=r"pipeline\.protect alone"):
        PublicFigures((), suppress_below=11)
