"""Shifts, trainings, referrals, unit rows, corrections and places: how extracts of each table overlap (made-up data, counts by hand)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.journeys.conftest import Folder

PROGRAM = """
[program]
name = "Acceptance (made up)"
organization = "Example region"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2024-01-01
[[agency]]
id = "oak"
name = "Oak Police Department"
team_units = ["CR1"]
[[agency]]
id = "elm"
name = "Elm Sheriff"
team_units = ["CR9"]
"""

OAK = """
[[extract]]
table = "shifts"
files = "oak/wide*.csv"
datetime = ["%m/%d/%Y"]
[extract.columns]
team = "Team"
date = "Day"
[extract.unpivot]
unit = "hours"
direct = "Client hrs"
travel = "Drive"

[[extract]]
table = "shifts"
files = "oak/minutes.csv"
datetime = ["%m/%d/%Y"]
[extract.columns]
team = "Team"
date = "Day"
[extract.unpivot]
unit = "minutes"
direct = "Client min"
meeting = "Meet"

[[extract]]
table = "shifts"
files = "oak/long*.csv"
[extract.columns]
team = "Team"
date = "Day"
category = "What"
minutes = "Minutes"
[extract.codes.category]
CLIENT = "direct"

[[extract]]
table = "encounters"
files = "oak/log*.csv"
[extract.columns]
encounter = "No"
started_at = "Start"
referrals = "Referred"
[extract.split]
referrals = ","

[[extract]]
table = "referrals"
files = "oak/refs*.csv"
[extract.columns]
encounter = "No"
service = "Service"
referred_on = "On"
accepted = "Took it"
connected_on = "Connected"
[extract.codes.service]
"HOUS*" = "housing"

[[extract]]
table = "calls"
files = "oak/units*.csv"
grain = "unit"
[extract.columns]
incident = "Inc"
unit = "Unit"
received_at = "Rec"
dispatched_at = "Disp"
arrived_at = "Arr"
cleared_at = "Clr"
nature = "Nature"
disposition = "Dispo"
priority = "Pri"
[extract.codes.disposition]
R = "report"
A = "arrest"

[[extract]]
table = "calls"
files = "oak/cad*.csv"
[extract.columns]
incident = "Inc"
received_at = "Rec"
arrived_at = "Arr"
disposition = "Dispo"
[extract.codes.disposition]
R = "report"
A = "arrest"
"""

TRAININGS = """
[[extract]]
table = "trainings"
files = "courses*.csv"
datetime = ["%B %d, %Y"]
[extract.columns]
agency = "Agency"
held_on = "Date"
course = "Course"
trained = "People"
[extract.codes.agency]
"Oak PD" = "oak"
[extract.codes.course]
"40*" = "cit_40h"
"""

CORRECTIONS = """
[[correction]]
extract = "oak/cad_2.csv"
reason = "Clock one hour ahead"
where = "received_at BETWEEN '2024-03-01 00:00' AND '2024-03-02 00:00'"
shift = { columns = ["received_at", "arrived_at"], minutes = -60 }
expect = 2

[[correction]]
extract = "oak/cad_2.csv"
reason = "A code typed wrongly"
where = "incident = 'C-3'"
set = { disposition = "report" }
expect = 1

[[correction]]
extract = "oak/cad_2.csv"
reason = "A test entry of the dispatch center"
where = "incident LIKE 'TEST%'"
exclude = true
expect = 1
"""

FILES = {
    "oak/wide_1.csv": "Team,Day,Client hrs,Drive\n"
    "CR1,01/05/2024,6,1.5\n"  # superseded: wide_2 has CR1's day
    "CR1,01/06/2024,5,\n"
    "CR1,01/07/2024,abc,1\n"  # row 4: error
    "CR1,01/08/2024,25,\n"  # row 5: 1,500 minutes
    "CR1,01/09/2024,20,5\n"  # row 6: the day has 25 hours
    "CR1,01/10/2024,13,\n"  # rows 7 and 8: together 25 hours
    "CR1,01/10/2024,,12\n"
    "CR2,01/10/2024,-1,\n"  # row 9: negative
    ",01/11/2024,2,\n"  # superseded: no team, but the same day without a team in wide_2
    "CR3,01/12/2024,24,0\n"  # exactly 1,440
    "CR4,,3,1\n",  # row 12: no date
    "oak/wide_2.csv": "Team,Day,Client hrs,Drive\nCR1,01/05/2024,2.25,\n,01/11/2024,,3\nCR1,01/07/2024,99,\n",
    "oak/minutes.csv": "Team,Day,Client min,Meet\nCR7,01/05/2024,90,30\nCR7,01/05/2024,90,30\n",
    "oak/long.csv": "Team,Day,What,Minutes\nCR8,2024-01-05,client,60\nCR8,2024-01-05,client,60\nCR8,2024-01-05,Travel,30.5\n"
    "CR8,2024-01-06,lunch,30\nCR8,2024-01-06,other,1441\n",
    "courses_1.csv": 'Agency,Date,Course,People\nOak PD,"January 5, 2024",40 hour CIT,12\nOak PD,"January 5, 2024",40 hour CIT,12\n'
    'elm,"January 6, 2024",deescalation,5\nelm,"January 7, 2024",other,10001\nelm,"January 7, 2024",other,2.5\n'
    'elm,"January 7, 2024",other,\nPine PD,"January 7, 2024",other,2\nelm,"January 8, 2024",other,10000\n',
    "courses_2.csv": 'Agency,Date,Course,People\nELM,"January 6, 2024",Deescalation,7\nelm,"January 6, 2024",other,1\n',
    "oak/log_1.csv": 'No,Start,Referred\n1,2024-01-05,"housing, mental_health"\n2,2024-01-05,family\n3,2024-01-06,"family, spa"\n',
    "oak/log_2.csv": "No,Start,Referred\n1,2024-01-05,housing\n4,2024-01-07,\n",
    "oak/refs_1.csv": "No,Service,On,Took it,Connected\n4,Housing help,2024-01-07,Y,2024-01-10\n4,medical,2024-01-07,N,\n"
    "2,benefits,2024-01-08,,\n2,tea,2024-01-08,,\n",
    "oak/refs_2.csv": "No,Service,On,Took it,Connected\n4,medical,2024-01-07,Y,2024-01-12\n",
    "oak/units_1.csv": "Inc,Unit,Rec,Disp,Arr,Clr,Nature,Dispo,Pri\n"
    "U-1,CR1,2024-01-05 10:00:05,2024-01-05 10:02,2024-01-05 10:10,2024-01-05 10:40,THEFT,R,1\n"
    "U-1,P1,2024-01-05 10:00:00,2024-01-05 10:01,2024-01-05 10:12,2024-01-05 11:00,MENTAL,,\n"  # row 3
    "U-1,P2,2024-01-05 09:00:00,2024-01-05 10:01,2024-01-05 10:05,2024-01-05 12:00,MENTAL,ZZ,9\n"  # row 4: quarantined
    "U-2,P1,2024-01-06 10:00,,,,A,R,\nU-2,P1,2024-01-06 10:01,,,,A,R,\n"  # one unit twice: the last row wins
    "U-3,P1,2024-01-07 10:00,,,,A,R,\nU-3,CR1,2024-01-07 10:00,,,,A,R,\n"  # taken whole from units_2
    "U-4,CR1,2024-01-08 10:00,,,,A,R,\n"  # units_2 has it with an error only
    "U-5,,2024-01-09 10:00,,,,A,R,\n",  # no unit: co_response unknown
    "oak/units_2.csv": "Inc,Unit,Rec,Disp,Arr,Clr,Nature,Dispo,Pri\nu-3,P9,2024-01-07 10:00,,,,A,A,\nU-4,P1,bad,,,,A,R,\n",
    "oak/cad_2.csv": "Inc,Rec,Arr,Dispo\nC-1,2024-03-01 10:00,2024-03-01 10:10,R\nC-2,2024-03-01 00:30,,A\n"
    "C-3,2024-03-05 10:00,,OOPS\nTEST1,2024-03-05 10:00,,R\nC-4,2024-03-05 10:00,,OOPS\n",
}  # fmt: skip

Built = tuple[Folder, dict[str, Any]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = Folder(tmp_path_factory.mktemp("tables") / "program")
    folder.write("program.toml", PROGRAM)
    folder.write("agencies/oak.toml", OAK)
    folder.write("agencies/trainings.toml", TRAININGS)
    folder.write("corrections.toml", CORRECTIONS)
    for name, text in FILES.items():
        folder.write(f"raw/{name}", text)
    check = folder.run("check", "--format", "json")
    assert check.code == 0, check.err
    figures = folder.run("figures", "--audience", "staff", "2024-01", "--format", "json")
    assert figures.code == 0, figures.err
    return folder, check.json


def query(built: Built, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(built[0].path / "out/warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def errors(built: Built, extract: str) -> set[int]:
    return {v["source_row"] for v in built[1]["violations"] if v["extract"] == extract and v["severity"] == "error"}


def test_receipts_add_up_to_the_row(built: Built) -> None:
    found = {
        r["extract"]: (r["read"], r["accepted"], r["quarantined"], r["duplicate"], r["superseded"])
        for r in built[1]["extracts"]
    }
    assert found == {
        "oak/wide_1.csv": (11, 2, 7, 0, 2),
        "oak/wide_2.csv": (3, 2, 1, 0, 0),
        "oak/minutes.csv": (2, 2, 0, 0, 0),
        "oak/long.csv": (5, 3, 2, 0, 0),
        "courses_1.csv": (8, 3, 4, 0, 1),
        "courses_2.csv": (2, 2, 0, 0, 0),
        "oak/log_1.csv": (3, 1, 1, 0, 1),
        "oak/log_2.csv": (2, 2, 0, 0, 0),
        "oak/refs_1.csv": (4, 1, 1, 0, 2),
        "oak/refs_2.csv": (1, 1, 0, 0, 0),
        "oak/units_1.csv": (9, 5, 1, 0, 3),
        "oak/units_2.csv": (2, 1, 1, 0, 0),
        "oak/cad_2.csv": (5, 3, 2, 0, 0),
    }
    assert errors(built, "oak/wide_1.csv") == {4, 5, 6, 7, 8, 9, 12}
    assert errors(built, "oak/long.csv") == {5, 6}
    assert errors(built, "courses_1.csv") == {5, 6, 7, 8}


def test_minutes_of_a_team_and_day_add_up_and_are_taken_whole(built: Built) -> None:
    got = query(
        built, "SELECT team, strftime(date, '%m-%d'), category, sum(minutes) FROM shifts GROUP BY ALL ORDER BY ALL"
    )
    assert got == [
        ("CR1", "01-05", "direct", 135),
        ("CR1", "01-06", "direct", 300),
        ("CR3", "01-12", "direct", 1440),
        ("CR3", "01-12", "travel", 0),
        ("CR7", "01-05", "direct", 180),
        ("CR7", "01-05", "meeting", 60),
        ("CR8", "01-05", "direct", 120),
        ("CR8", "01-05", "travel", 30.5),
        (None, "01-11", "travel", 180),
    ]
    figure = built[0].figures("2024-01", "--metric", "direct_time_share")["direct_time_share", "all"]
    assert (figure["numerator"], figure["denominator"]) == (135 + 300 + 1440 + 180 + 120, 2175 + 60 + 30.5 + 180)


def test_courses_of_two_agencies_from_one_file(built: Built) -> None:
    got = query(built, "SELECT agency, held_on::VARCHAR, course, trained FROM trainings ORDER BY ALL")
    assert got == [
        ("elm", "2024-01-06", "deescalation", 7),
        ("elm", "2024-01-06", "other", 1),
        ("elm", "2024-01-08", "other", 10000),
        ("oak", "2024-01-05", "cit_40h", 12),
        ("oak", "2024-01-05", "cit_40h", 12),
    ]
    figures = built[0].figures("2024-01", "--metric", "personnel_trained", "--by", "agency")
    assert [figures["personnel_trained", a]["value"] for a in ("all", "elm", "oak")] == [10032, 10008, 24]


def test_referrals_follow_their_encounter(built: Built) -> None:
    got = query(built, "SELECT encounter, service, accepted, connected_on::VARCHAR FROM referrals ORDER BY ALL")
    assert ("1", "housing", None, None) in got
    assert ("1", "mental_health", None, None) not in got
    assert ("3", "family", None, None) not in got
    assert [row for row in got if row[0] == "4"] == [("4", "medical", True, "2024-01-12")]
    assert ("2", "benefits", None, None) in got


def test_unit_rows_fold_into_calls(built: Built) -> None:
    got = query(
        built,
        "SELECT incident, received_at::VARCHAR, dispatched_at::VARCHAR, arrived_at::VARCHAR, cleared_at::VARCHAR, nature, disposition, "
        "priority, list_sort(units), co_response, source_rows FROM calls WHERE incident LIKE 'U%' ORDER BY 1",
    )
    day = "2024-01-0"
    assert got == [
        ("U-1", day + "5 10:00:00", day + "5 10:01:00", day + "5 10:10:00", day + "5 11:00:00", "MENTAL", "report", "1",
         ["CR1", "P1"], True, [2, 3]),
        ("U-2", day + "6 10:01:00", None, None, None, "A", "report", None, ["P1"], False, [6]),
        ("U-3", day + "7 10:00:00", None, None, None, "A", "arrest", None, ["P9"], False, [2]),
        ("U-4", day + "8 10:00:00", None, None, None, "A", "report", None, ["CR1"], True, [9]),
        ("U-5", day + "9 10:00:00", None, None, None, "A", "report", None, None, None, [10]),
    ]  # fmt: skip
    warned = {
        v["source_row"]
        for v in built[1]["violations"]
        if v["extract"] == "oak/units_1.csv" and v["severity"] == "warning"
    }
    assert warned & {2, 3}  # the natures of U-1 differ
    assert warned & {5, 6}  # U-2's unit stands twice


def test_corrections_mend_rows_before_they_are_judged(built: Built) -> None:
    got = query(
        built,
        "SELECT incident, received_at::VARCHAR, arrived_at::VARCHAR, disposition FROM calls WHERE incident LIKE 'C%' ORDER BY 1",
    )
    assert got == [
        ("C-1", "2024-03-01 09:00:00", "2024-03-01 09:10:00", "report"),
        ("C-2", "2024-02-29 23:30:00", None, "arrest"),
        ("C-3", "2024-03-05 10:00:00", None, "report"),
    ]
    assert errors(built, "oak/cad_2.csv") == {5, 6}
    text = built[0].run("check").out
    assert "oak/cad_2.csv: 2 rows corrected by corrections.toml: Clock one hour ahead" in text
    assert "oak/cad_2.csv: 1 row corrected by corrections.toml: A code typed wrongly" in text


def test_a_correction_that_touches_another_number_of_rows_stops_the_build(built: Built, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "program")
    folder.write("program.toml", PROGRAM)
    folder.write("agencies/oak.toml", OAK[OAK.index('[[extract]]\ntable = "calls"\nfiles = "oak/cad') :])
    folder.write("corrections.toml", CORRECTIONS.replace("expect = 2", "expect = 3"))
    folder.write("raw/oak/cad_2.csv", FILES["oak/cad_2.csv"])
    result = folder.run("build", "--audience", "staff", "2024-03")
    assert result.code == 2
    assert result.out == ""
    assert "Clock one hour ahead" in result.err or "oak/cad_2.csv" in result.err
    assert "3" in result.err
    assert "2" in result.err
    assert not list((folder.path / "out/editions").glob("2*"))
