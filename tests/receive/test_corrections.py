"""Corrections mend canonical values before they are judged, and must touch as many rows as they say (made-up data)."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipeline.errors import DeclarationError
from pipeline.program.load import load_program
from pipeline.receive import find_extracts, receive_all
from tests.receive.conftest import Folder, One

CALLS = """
table = "calls"
[extract.columns]
incident = "No"
received_at = "At"
arrived_at = "There"
nature = "Nature"
disposition = "Result"
units = "Units"
[extract.split]
units = ","
"""
TEXT = (
    "No,At,There,Nature,Result,Units\n"
    "1,2023-11-05 01:59,,ALARM,report,P1\n"
    "2,2023-11-05 02:00,2023-11-05 02:10,ALARM,RPT,P1\n"
    "3,2023-11-05 03:00,,ALARM,RPT,P1\n"
)


def correction(action: str, where: str, expect: int, extract: str = "river/file.csv") -> str:
    return (
        f'[[correction]]\nextract = "{extract}"\nreason = "made up"\nwhere = "{where}"\n{action}\nexpect = {expect}\n'
    )


def test_a_shift_moves_times_and_is_counted(one: One) -> None:
    shift = 'shift = { columns = ["received_at", "arrived_at"], minutes = -60 }'
    where = "received_at >= '2023-11-05 02:00'"
    made = one(CALLS, TEXT.replace("RPT", "report"), corrections=correction(shift, where, 2))
    assert made.column("received_at") == [
        datetime(2023, 11, 5, 1, 59),
        datetime(2023, 11, 5, 1, 0),
        datetime(2023, 11, 5, 2, 0),
    ]
    assert made.column("arrived_at") == [None, datetime(2023, 11, 5, 1, 10), None]
    assert made.receipt.corrections == [{"reason": "made up", "rows": 2}]


def test_set_mends_a_code_that_cannot_be_read(one: One) -> None:
    text = correction('set = { disposition = "report" }', "incident = '2'", 1)
    made = one(CALLS, TEXT, corrections=text)
    assert made.counts == (3, 2, 1, 0, 0)
    assert made.column("disposition") == ["report", "report"]
    assert [v[0] for v in made.violations] == [4]


def test_set_may_change_the_team_and_with_it_the_co_response(one: One) -> None:
    made = one(
        CALLS, TEXT.replace("RPT", "report"), corrections=correction('set = { units = "CR1" }', "incident = '2'", 1)
    )
    assert made.column("co_response") == [False, True, False]


def test_exclude_quarantines(one: One) -> None:
    made = one(CALLS, TEXT.replace("RPT", "report"), corrections=correction("exclude = true", "incident < '3'", 2))
    assert made.counts == (3, 1, 2, 0, 0)
    assert [(v[0], v[3]) for v in made.violations] == [(2, "excluded"), (3, "excluded")]


def test_corrections_are_applied_in_order(one: One) -> None:
    first = correction('set = { nature = "FIRE" }', "nature = 'ALARM'", 3)
    second = correction('set = { disposition = "other" }', "nature = 'FIRE'", 3)
    made = one(CALLS, TEXT, corrections=first + second)
    assert made.column("disposition") == ["other"] * 3


def test_a_wrong_expectation_stops_with_both_numbers(folder: Folder, one: One) -> None:
    with pytest.raises(DeclarationError) as failure:
        one(CALLS, TEXT, corrections=correction("exclude = true", "incident = '1'", 41))
    text = str(failure.value)
    assert "touches 1 row" in text
    assert "41" in text
    assert "river/file.csv" in text
    assert [p for p in (folder.path / "out" / "extracts").iterdir() if not p.name.startswith(".")] == []


def test_rows_of_a_unit_file_are_corrected_before_they_are_folded(one: One) -> None:
    mapping = CALLS.replace('table = "calls"', 'table = "calls"\ngrain = "unit"').replace(
        'units = "Units"', 'unit = "Units"'
    )
    mapping = mapping.partition("[extract.split]")[0]
    text = "No,At,There,Nature,Result,Units\n1,2023-11-05 02:00,,A,report,P1\n1,2023-11-05 02:00,,A,report,P2\n"
    made = one(mapping, text, corrections=correction('set = { unit = "7C10" }', "unit = 'P2'", 1))
    assert [(r["units"], r["co_response"]) for r in made.rows()] == [(["P1", "7C10"], True)]


def test_corrections_of_wide_sheets_count_rows_of_the_extract(one: One) -> None:
    mapping = (
        'table = "shifts"\n[extract.columns]\nteam = "T"\ndate = "D"\n[extract.unpivot]\nunit = "minutes"\n'
        'direct = "A"\ntravel = "B"\n'
    )
    made = one(
        mapping,
        "T,D,A,B\nx,2024-01-05,1,2\ny,2024-01-05,3,\n",
        corrections=correction('set = { team = "z" }', "true", 2),
    )
    assert made.column("team") == ["z"] * 3


def test_a_correction_of_an_extract_that_is_gone_stops(folder: Folder, one: One) -> None:
    one(CALLS, TEXT, corrections=correction("exclude = true", "incident = '1'", 1))
    (folder.path / "raw/river/file.csv").rename(folder.path / "raw/river/file.txt")
    folder.write("agencies/river.toml", '[[extract]]\nfiles = "river/file.*"\n' + CALLS.strip())
    with pytest.raises(DeclarationError, match=r"not in raw/(.|\n)*Did you mean `river/file.txt`"):
        folder.receive()


def test_of_two_mappings_of_a_file_the_first_is_corrected(folder: Folder) -> None:
    text = '[[extract]]\nfiles = "river/file.csv"' + CALLS
    log = text.replace('"calls"', '"encounters"').replace("incident", "encounter").replace("received_at", "started_at")
    log = "\n".join(
        line for line in log.splitlines() if line.split(" ")[0] not in ("arrived_at", "nature", "disposition")
    )
    log = log.replace('units = "Units"', "").replace("[extract.split]", "").replace('units = ","', "")
    folder.write("agencies/river.toml", text + "\n" + log)
    folder.write("raw/river/file.csv", TEXT)
    folder.write("corrections.toml", correction("exclude = true", "incident = '1' AND nature = 'ALARM'", 1))
    program = load_program(folder.path)
    received = {r.extract.mapping.table: r.receipt for r in receive_all(program, find_extracts(program))}
    assert (received["calls"].quarantined, len(received["calls"].corrections)) == (3, 1)
    assert (received["encounters"].quarantined, received["encounters"].corrections) == (0, [])
