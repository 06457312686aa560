"""Rows together: duplicates, conflicts, folding, wide sheets, long days; exactly in the order of spec 2."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from pipeline.receive import repeats
from tests.receive.conftest import Folder, One

CALLS = """
table = "calls"
[extract.columns]
incident = "No"
received_at = "At"
nature = "Nature"
"""
UNITS = """
table = "calls"
grain = "unit"
[extract.columns]
incident = "No"
received_at = "At"
dispatched_at = "Sent"
cleared_at = "Clear"
unit = "Unit"
nature = "Nature"
disposition = "Result"
priority = "P"
"""
LOG = """
table = "encounters"
[extract.columns]
encounter = "No"
started_at = "At"
"""


def test_a_duplicate_equals_an_earlier_accepted_row_in_every_cell_unmapped_ones_too(one: One) -> None:
    text = "No,At,Nature,Free\n1,2024-01-05,A,x\n1,2024-01-05, A ,x\n1,2024-01-05,A,y\n2,2024-01-05,A,x\n"
    made = one(CALLS, text)
    assert made.counts == (4, 2, 0, 1, 1)
    assert made.column("source_row") == [4, 5]
    assert made.violations == [(2, "incident", "1", "repeated_incident")]
    assert made.rows("violations")[0]["severity"] == "warning"


def test_of_calls_the_last_row_wins_after_duplicates_are_gone(one: One) -> None:
    text = "No,At,Nature\n1,2024-01-05,A\n1,2024-01-05,B\n1,2024-01-05,A\n1,2024-01-05,C\n1,2024-01-05,B\n"
    made = one(CALLS, text)
    assert made.counts == (5, 1, 0, 2, 2)
    assert made.column("nature") == ["C"]


def test_a_row_with_an_error_is_no_duplicate_and_supersedes_nothing(one: One) -> None:
    text = "No,At,Nature\n1,soon,A\n1,soon,A\n1,2024-01-05,A\n1,never,B\n"
    made = one(CALLS, text)
    assert made.counts == (4, 1, 3, 0, 0)


def test_incidents_that_differ_only_in_writing_are_one(one: One) -> None:
    made = one(CALLS, "No,At,Nature\nr  1,2024-01-05,A\nR 1,2024-01-05,A\n")
    assert made.counts == (2, 1, 0, 0, 1)  # another cell, so no duplicate


def test_encounters_that_share_a_number_are_all_quarantined(one: One) -> None:
    text = "No,At\n1,2024-01-05\n2,2024-01-05\n1,2024-01-06\n1,2024-01-05\n"
    made = one(LOG, text)
    assert made.counts == (4, 1, 2, 1, 0)
    assert made.violations == [(2, "encounter", "1", "key_conflict"), (4, "encounter", "1", "key_conflict")]
    assert sorted(made.quarantined) == [2, 4]


def test_encounters_without_number_are_told_apart_by_their_order(one: One) -> None:
    mapping = LOG.replace('encounter = "No"\n', 'incident = "No"\nteam = "Team"\n')
    text = "No,At,Team\n1,2024-01-05,A\n1,2024-01-05,B\n1,2024-01-05,A\n1,2024-01-05,C\n,2024-01-05,A\n"
    made = one(mapping, text)
    assert made.counts == (5, 4, 0, 1, 0)
    first = made.column("encounter")
    assert len(set(first)) == 4
    assert all(len(e) == 32 for e in first)
    # the first of several keeps its id when others come or go, and quarantined rows have no place in the order
    fewer = one(mapping, "No,At,Team\n1,2024-01-05,A\n1,99,B\n1,2024-01-05,C\n")
    assert fewer.column("encounter") == first[:2]


def test_unit_rows_fold_into_calls(one: One) -> None:
    text = (
        "No,At,Sent,Clear,Unit,Nature,Result,P\n"
        "1,2024-01-05 10:00,2024-01-05 10:05,2024-01-05 11:00,P1,THEFT,report,3\n"
        "2,2024-01-05 12:00,,,,,,\n"
        "1,2024-01-05 10:01,2024-01-05 10:03,2024-01-05 10:30,cr1,MENTAL,,\n"
        "1,2024-01-05 10:02,,,P1x,MENTAL,report,2\n"
        "1,soon,2024-01-05 10:00,2024-01-05 23:00,P9,ALARM,arrest,1\n"
    )
    made = one(UNITS, text)
    assert made.counts == (5, 4, 1, 0, 0)
    first, second = made.rows()
    assert (first["received_at"], first["dispatched_at"], first["cleared_at"]) == (
        datetime(2024, 1, 5, 10, 0),
        datetime(2024, 1, 5, 10, 3),
        datetime(2024, 1, 5, 11, 0),
    )
    assert (first["nature"], first["disposition"], first["priority"]) == ("MENTAL", "report", "2")
    assert (first["units"], first["co_response"], first["source_rows"]) == (["P1", "cr1", "P1x"], True, [2, 4, 5])
    assert (second["units"], second["co_response"], second["source_rows"]) == (None, None, [3])
    assert ("nature", "MENTAL", "differing_units") in [v[1:] for v in made.violations]
    assert "disposition" not in [v[1] for v in made.violations]


def test_a_unit_that_stands_twice_on_an_incident(one: One) -> None:
    text = (
        "No,At,Sent,Clear,Unit,Nature,Result,P\n"
        "1,2024-01-05 10:00,,,P1,A,report,1\n"
        "1,2024-01-05 10:00,,,P2,A,report,1\n"
        "1,2024-01-05 10:00,,,P1,A,report,2\n"
        "1,2024-01-05 10:00,,,P2,A,report,1\n"
    )
    made = one(UNITS, text)
    assert made.counts == (4, 2, 0, 1, 1)
    assert made.rows()[0]["source_rows"] == [3, 4]
    assert made.violations == [(2, "incident", "1", "repeated_unit")]


def test_times_out_of_order_are_warned_of_and_kept(one: One) -> None:
    text = (
        "No,At,Sent,Clear,Unit,Nature,Result,P\n"
        "1,2024-01-05 10:00,2024-01-05 09:59,2024-01-05 10:30,P1,A,report,1\n"
        "2,2010-01-05 10:00,,,P1,A,report,1\n"
    )
    made = one(UNITS, text)
    assert made.counts == (2, 2, 0, 0, 0)
    assert made.violations == [
        (2, "dispatched_at", "2024-01-05 09:59", "out_of_order"),
        (3, "received_at", "2010-01-05 10:00", "received_too_early"),
    ]


WIDE = """
table = "shifts"
[extract.columns]
team = "Team"
date = "Day"
[extract.unpivot]
unit = "{unit}"
direct = "Client"
travel = "Drive"
"""


def test_a_wide_sheet_gives_a_row_for_each_filled_cell(one: One) -> None:
    text = "Team,Day,Client,Drive,Note\nA,2024-01-05,6,1.1,\nA,2024-01-06,,0,\nA,2024-01-07,,,ill\nTOTAL,,6,1.1,\n"
    made = one(WIDE.format(unit="hours"), text)
    assert [(r["date"], r["category"], r["minutes"], r["source_row"]) for r in made.rows()] == [
        (date(2024, 1, 5), "direct", 360, 2),
        (date(2024, 1, 5), "travel", 66, 2),
        (date(2024, 1, 6), "travel", 0, 3),
    ]
    assert made.counts == (4, 3, 1, 0, 0)
    assert made.violations == [(5, "date", None, "missing")]


def test_one_bad_cell_of_a_wide_row_stops_the_whole_row_once(one: One) -> None:
    text = "Team,Day,Client,Drive\nA,2024-01-05,six,90\nB,never,30,60\nC,2024-01-05,1441,x\n"
    made = one(WIDE.format(unit="minutes"), text)
    assert made.rows() == []
    assert made.counts == (3, 0, 3, 0, 0)
    assert made.violations == [
        (2, "minutes", "six", "unreadable_number"),
        (3, "date", "never", "unreadable_date"),
        (4, "minutes", "1441", "out_of_range"),
        (4, "minutes", "x", "unreadable_number"),
    ]
    assert "“Client”" in made.rows("violations")[0]["message"]
    assert "from 0 to 1,440 minutes" in made.rows("violations")[2]["message"]


def test_the_canonical_rows_of_one_wide_row_stay_together_across_batches(one: One) -> None:
    """100,000 rows come at a time: 33,334 wide rows of three categories cross that border."""
    mapping = WIDE.format(unit="minutes") + 'meeting = "Meet"\n'
    count = 40_000
    lines = [f"T{n},2024-01-05,1,2,{'x' if n == 33_333 else 3}" for n in range(count)]
    made = one(mapping, "Team,Day,Client,Drive,Meet\n" + "\n".join(lines) + "\n")
    assert made.counts == (count, count - 1, 1, 0, 0)
    assert made.violations == [(33_335, "minutes", "x", "unreadable_number")]
    assert len(made.rows()) == 3 * (count - 1)


LONG = """
table = "shifts"
[extract.columns]
team = "Team"
date = "Day"
category = "What"
minutes = "Min"
"""


def test_a_day_over_24_hours_is_an_error_on_every_row_of_it(one: One) -> None:
    text = (
        "Team,Day,What,Min\n"
        "A,2024-01-05,direct,1000\n"
        "A,2024-01-05,direct,1000\n"
        "A,2024-01-05,travel,ten\n"
        "A,2024-01-06,direct,720\n"
        "A,2024-01-06,direct,720\n"
        "B,2024-01-05,direct,1440\n"
        ",2024-01-05,direct,1440\n"
        ",2024-01-05,travel,1\n"
    )
    made = one(LONG, text)
    assert made.counts == (8, 3, 5, 0, 0)  # rows that are alike add up and are no duplicates
    assert [v[0] for v in made.violations if v[3] == "day_over_24_hours"] == [2, 3, 8, 9]
    assert sorted(made.column("source_row")) == [5, 6, 7]


def test_a_long_day_takes_whole_wide_rows(one: One) -> None:
    made = one(WIDE.format(unit="hours"), "Team,Day,Client,Drive\nA,2024-01-05,20,5\nA,2024-01-06,20,4\n")
    assert made.counts == (2, 1, 1, 0, 0)
    assert made.violations == [(2, "minutes", None, "day_over_24_hours")]
    assert [r["source_row"] for r in made.rows()] == [3, 3]


def test_referrals_and_trainings_have_no_duplicates(one: One) -> None:
    mapping = 'table = "referrals"\n[extract.columns]\nencounter = "E"\nservice = "S"\nreferred_on = "R"\nconnected_on = "C"\n'
    text = "E,S,R,C\n1,housing,2024-01-05,2024-01-04\n1,housing,2024-01-05,2024-01-04\n"
    made = one(mapping, text)
    assert made.counts == (2, 2, 0, 0, 0)
    assert [v[3] for v in made.violations] == ["connected_too_early"] * 2


def test_lines_that_cannot_be_parsed_are_counted(one: One) -> None:
    text = 'No,At,Nature\n1,2024-01-05,A\n2,2024-01-05\n3,2024-01-05,A,B\n4,2024-01-05,"open\n5,2024-01-05,A\n'
    made = one(CALLS, text)
    assert made.counts == (5, 2, 3, 0, 0)
    assert made.column("source_row") == [2, 6]
    assert {row: rule for row, _, _, rule in made.violations} == {
        3: "too_few_cells",
        4: "too_many_cells",
        5: "unclosed_quote",
    }
    assert made.quarantined == {3: None, 4: None, 5: None}


def test_the_fast_and_the_exact_reader_agree(folder: Folder) -> None:
    """The second file ends one line differently, so that it goes through Python."""
    folder.write(
        "agencies/river.toml",
        '[[extract]]\nfiles = "river/*.csv"\n'
        + CALLS.strip()
        + '\n[extract.codes.behavioral_health]\nfrom = "nature"\ntrue = ["M*"]\n',
    )
    text = "No,At,Nature\n1,2024-01-05,M\n,,\n2,soon,M\n1,2024-01-06,\n1,2024-01-06, \n3,2024-01-05,x\n"
    folder.write("raw/river/fast.csv", text)
    folder.write("raw/river/slow.csv", text.replace("M\n", "M\r\n", 1))
    made = folder.receive()
    fast, slow = made["river/fast.csv"], made["river/slow.csv"]
    assert fast.counts == slow.counts == (5, 2, 1, 1, 1)
    assert fast.violations == slow.violations
    assert fast.quarantined == slow.quarantined
    drop = ("extract", "extract_sha256")
    assert [{k: v for k, v in r.items() if k not in drop} for r in fast.rows()] == [
        {k: v for k, v in r.items() if k not in drop} for r in slow.rows()
    ]


def test_conflicts_in_many_rows_are_found_on_disk_as_in_memory(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(7)
    numbers = generator.integers(0, 3000, 4000)
    text = "No,At,Nature\n" + "".join(f"{n},2024-01-05,{'ab'[int(n % 7 == i % 7)]}\n" for i, n in enumerate(numbers))
    here = one(CALLS, text)
    monkeypatch.setattr(repeats, "_IN_MEMORY", 0)
    disk = one(CALLS, text + "\n", "river/again.csv")
    assert here.counts == disk.counts
    assert here.counts[1] == len(set(numbers.tolist()))
    assert here.column("source_row") == disk.column("source_row")


def test_units_are_folded_in_parts_as_at_once(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.receive import finish

    text = "No,At,Sent,Clear,Unit,Nature,Result,P\n" + "".join(
        f"{n % 50},2024-01-05 10:00,,,P{n},A{n % 3},report,\n" for n in range(200)
    )
    whole = one(UNITS, text)
    monkeypatch.setattr(finish, "_FOLD_ROWS", 20)
    parts = one(UNITS, text, "river/again.csv")
    drop = ("extract", "extract_sha256")
    clean = [sorted(str({k: v for k, v in r.items() if k not in drop}) for r in m.rows()) for m in (whole, parts)]
    assert clean[0] == clean[1]
    assert whole.violations == parts.violations


def test_rows_are_looked_at_again_by_lines_and_by_a_scan_alike(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.receive.read.delimited import DelimitedSource

    text = "No,At,Nature,Free\n" + "".join(
        f'{n % 40},2024-01-05,"A, {n % 3}",{"x" if n % 2 else ""}\n' for n in range(120)
    )
    lines = one(CALLS, text)
    monkeypatch.setattr(DelimitedSource, "pick", lambda *_: None)
    scanned = one(CALLS, text + "\n", "river/again.csv")
    assert lines.counts == scanned.counts == (120, 40, 0, 0, 80)
    assert lines.violations == scanned.violations
    assert lines.column("source_row") == scanned.column("source_row")


def test_many_sound_rows_wait_in_a_file(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.receive import sound

    text = "No,At,Sent,Clear,Unit,Nature,Result,P\n" + "".join(
        f"{n % 20},2024-01-05 10:00,,,P{n % 60},A{n % 3},report,{n % 7}\n" for n in range(200)
    )
    calls = "No,At,Nature\n" + "".join(f"{n % 30},2024-01-05,A{n % 4}\n" for n in range(200)) + "99,2024-01-05,\n"
    made = [
        one(UNITS, text),
        one(CALLS, calls, "river/calls.csv"),
        one(CALLS, "No,At,Nature\n1,2024-01-05,\n", "r/1.csv"),
    ]
    monkeypatch.setattr(sound, "_IN_MEMORY", 0)
    again = [
        one(UNITS, text + "\n", "river/units_2.csv"),
        one(CALLS, calls + "\n", "river/calls_2.csv"),
        one(CALLS, "No,At,Nature\n1,2024-01-05,\n\n", "r/2.csv"),
    ]
    drop = ("extract", "extract_sha256")
    for one_way, other in zip(made, again, strict=True):
        assert one_way.counts == other.counts
        assert one_way.violations == other.violations
        rows = [[{k: v for k, v in r.items() if k not in drop} for r in m.rows()] for m in (one_way, other)]
        assert rows[0] == rows[1]
