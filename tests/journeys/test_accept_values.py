"""Every way a source value becomes a canonical one (made-up data): one folder, one check, one warehouse, expected rows by hand."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
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
team_units = ["CR1", "7C10"]
[[agency]]
id = "elm"
name = "Elm Sheriff"
team_units = ["CR9"]
"""

OAK = """
[[extract]]
table = "calls"
files = "oak/joined*.csv"
datetime = ["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%d %H%M"]
null = ["NULL", "N/A", "-999"]
[extract.columns]
incident = "Inc"
received_at = ["Date", "Time"]
arrived_at = "Arr"
nature = { any = ["Old Nature", "New Nature"] }
disposition = "Dispo"
source = { value = "911" }
units = "Units"
priority = "Pri"
[extract.split]
units = ","
[extract.codes.disposition]
"ARR*" = "arrest"
" rpt " = "report"
"*" = "other"
[extract.codes.behavioral_health]
from = "nature"
true = ["MENTAL", "SUICIDE*", "*WELFARE*"]

[[extract]]
table = "calls"
files = "oak/iso.csv"
[extract.columns]
incident = "inc"
received_at = "at"
disposition = "dispo"
agency = "who"
[extract.codes.disposition]
ARR = "arrest"
[extract.codes.agency]
OPD = "oak"
"E*" = "elm"

[[extract]]
table = "calls"
files = "oak/epoch.json"
datetime = ["epoch"]
[extract.columns]
incident = "inc"
received_at = "at"

[[extract]]
table = "calls"
files = "oak/ms.jsonl"
datetime = ["epoch_ms", "%d.%m.%Y %H:%M"]
[extract.columns]
incident = "inc"
received_at = "at"

[[extract]]
table = "encounters"
files = "oak/log.xlsx"
[extract.columns]
agency = { value = "elm" }
encounter = "ID"
kind = { value = "phone" }
started_at = "Start"
veteran = "Vet"
unhoused = "Vet2"
minutes = "Min"
birth_year = "Born"
gender = "Gender"
referrals = "Sent to"
[extract.codes.gender]
F = "female"
"M*" = "male"
[extract.codes.service]
"MH Center" = "mental_health"
"Shelter*" = "housing"
[extract.split]
referrals = ";"
"""

JOINED = """Inc,Date,Time,Arr,Old Nature,Dispo,Units,Pri
J-1,01/05/2024,10:00:00,01/05/2024 10:08:30,MENTAL,ARR,"CR1, P2",-999
J-2,01/05/2024,12:30:00 AM,,suicide attempt,arrest warrant,P2,2
J-3,01/05/2024,12:30:00 PM,N/A,a welfare check,Rpt,,N/A
J-4,2024-01-05,2359,,MENTAL ADULT,transport,7c10,1
j-5 ,01/05/2024,1:05:09 pm,, ,NULL,null,1
J-6,02/30/2024,10:00:00,,THEFT,RPT,P1,1
J-7,01/05/2024,24:00:01,,THEFT,RPT,P1,1
J-8,01/05/2024,10:00:00,soon,THEFT,RPT,P1,1
J-9,01/05/2024,,,THEFT,RPT,P1,1
5.00E+93,01/05/2024,10:00:00,,THEFT,RPT,P1,1
12345.0,01/05/2024,10:00:00,,THEFT,RPT,P1,1
 j   10  b ,01/05/2024,10:00:00,01/05/2024 09:59:59,NULL,ZZZ,P1,1
J-11,01/05/2024,13:00:00 PM,,THEFT,RPT,P1,1
"""

ISO = """inc,at,dispo,who
I-1,2024-01-05T10:00:00-05:00,arr,opd
I-2,2024-07-05T10:00:00Z,Citation,ELM SO
I-3,2024-01-05 10:00:00,,elm
I-4,2024-01-05T10:00:00.250,,oak
I-5,2024-01-05T16:00:00.5+00:00,,oak
I-6,2024-11-03T06:30:00Z,,oak
I-7,2024-01-05,,oak
I-8,01/05/2024 10:00,,oak
I-9,2024-01-05T10:00:00,XX,oak
I-10,2024-01-05T10:00:00,ARR,birch
I-11,2024-01-05T10:00:00,ARR,
I-12,2024-02-30T10:00:00,ARR,oak
I-13,1999-01-05T10:00:00,ARR,oak
I-14,2124-01-05T10:00:00,ARR,oak
"""


def log(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Oak log, made up"])
    sheet.append(["ID", "Start", "Vet", "Vet2", "Min", "Born", "Gender", "Sent to"])
    start = dt.datetime(2024, 1, 5, 10, 0)
    yes, no = ["Yes", "y", "TRUE", "t", 1, "x", True, " yes "], ["No", "n", "False", "F", 0, False, "0", "NO"]
    for i, (a, b) in enumerate(zip(yes, no, strict=True), 1):
        sheet.append([i, start, a, b, 30.5, 1980, "F", None])
    sheet.append([])
    sheet.append([9, start, "maybe", "n", 30, 1980, "male", None])  # row 12: not a boolean
    sheet.append([10, start, None, None, "half an hour", 1980, "MAN", None])  # row 13: not a number
    sheet.append([11, start, None, None, None, None, "Q", None])  # row 14: an unknown code
    sheet.append([12, start, None, None, None, None, "Male", "MH Center; shelter bed ;peer_support;;"])  # row 15
    sheet.append([13, start, None, None, None, None, None, "MH Center;Spa"])  # row 16: an unknown service
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = Folder(tmp_path_factory.mktemp("values") / "program")
    folder.write("program.toml", PROGRAM)
    folder.write("agencies/oak.toml", OAK)
    folder.write("raw/oak/joined_1.csv", JOINED)
    folder.write(
        "raw/oak/joined_2.csv", "Inc,Date,Time,Arr,New Nature,Dispo,Units,Pri\nN-1,01/05/2024,10:00:00,,MENTAL,,P1,\n"
    )
    folder.write("raw/oak/iso.csv", ISO)
    # 2024-01-05 16:00:00 UTC is 1704470400
    folder.write(
        "raw/oak/epoch.json", json.dumps([{"inc": "E-1", "at": 1704470400}, {"inc": "E-2", "at": "1704470401"}])
    )
    folder.write(
        "raw/oak/ms.jsonl",
        '{"inc": "M-1", "at": 1704470400000}\n{"inc": "M-2", "at": "05.01.2024 23:10"}\n{"inc": "M-3", "at": "x"}\n',
    )
    log(folder.path / "raw/oak/log.xlsx")
    check = folder.run("check", "--format", "json")
    assert check.code == 0, check.err
    figures = folder.run("figures", "--audience", "staff", "2024-01", "--format", "json")
    assert figures.code == 0, figures.err
    return check.json, folder.path / "out/warehouse.duckdb"


def rows(built: tuple[dict[str, Any], Path], sql: str) -> dict[str, tuple[Any, ...]]:
    with duckdb.connect(str(built[1]), read_only=True) as connection:
        return {row[0]: row[1:] for row in connection.execute(sql).fetchall()}


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat("2024-01-05 " + text)


def test_joined_columns_formats_nulls_codes_and_derived_values(built: tuple[dict[str, Any], Path]) -> None:
    got = rows(
        built,
        "SELECT incident, received_at, arrived_at, behavioral_health, disposition, units, co_response, priority, source, agency "
        "FROM calls WHERE extract LIKE 'oak/joined%'",
    )
    assert got == {
        "J-1": (at("10:00:00"), at("10:08:30"), True, "arrest", ["CR1", "P2"], True, None, "911", "oak"),
        "J-2": (at("00:30:00"), None, True, "arrest", ["P2"], False, "2", "911", "oak"),
        "J-3": (at("12:30:00"), None, True, "report", None, None, None, "911", "oak"),
        "J-4": (at("23:59:00"), None, False, "transport", ["7c10"], True, "1", "911", "oak"),
        "J-5": (at("13:05:09"), None, None, None, ["null"], False, "1", "911", "oak"),
        "J 10 B": (at("10:00:00"), at("09:59:59"), None, "other", ["P1"], False, "1", "911", "oak"),
        "N-1": (at("10:00:00"), None, True, None, ["P1"], False, None, "911", "oak"),
    }
    (minutes,) = rows(built, "SELECT incident, response_minutes FROM calls WHERE incident = 'J-1'")["J-1"]
    assert minutes == 8.5
    assert rows(built, "SELECT incident, response_minutes FROM calls WHERE incident = 'J 10 B'")["J 10 B"] == (None,)


def test_iso_offsets_epochs_and_the_agency_from_a_column(built: tuple[dict[str, Any], Path]) -> None:
    got = rows(
        built, "SELECT incident, received_at, disposition, agency FROM calls WHERE extract NOT LIKE 'oak/joined%'"
    )
    assert got == {
        "I-1": (at("09:00:00"), "arrest", "oak"),
        "I-2": (dt.datetime(2024, 7, 5, 5), "citation", "elm"),
        "I-3": (at("10:00:00"), None, "elm"),
        "I-4": (at("10:00:00.250"), None, "oak"),
        "I-5": (at("10:00:00.5"), None, "oak"),
        "I-6": (dt.datetime(2024, 11, 3, 1, 30), None, "oak"),
        "I-7": (at("00:00:00"), None, "oak"),
        "I-13": (dt.datetime(1999, 1, 5, 10), "arrest", "oak"),
        "I-14": (dt.datetime(2124, 1, 5, 10), "arrest", "oak"),
        "E-1": (at("10:00:00"), None, "oak"),
        "E-2": (at("10:00:01"), None, "oak"),
        "M-1": (at("10:00:00"), None, "oak"),
        "M-2": (at("23:10:00"), None, "oak"),
    }


def test_values_that_cannot_be_read_are_errors_with_their_column_and_text(built: tuple[dict[str, Any], Path]) -> None:
    errors = {
        (v["extract"], v["source_row"], v["column"], v["value"])
        for v in built[0]["violations"]
        if v["severity"] == "error"
    }
    assert errors == {
        ("oak/joined_1.csv", 7, "received_at", "02/30/2024 10:00:00"),
        ("oak/joined_1.csv", 8, "received_at", "01/05/2024 24:00:01"),
        ("oak/joined_1.csv", 9, "arrived_at", "soon"),
        ("oak/joined_1.csv", 10, "received_at", "01/05/2024"),
        ("oak/joined_1.csv", 11, "incident", "5.00E+93"),
        ("oak/joined_1.csv", 12, "incident", "12345.0"),
        ("oak/joined_1.csv", 14, "received_at", "01/05/2024 13:00:00 PM"),
        ("oak/iso.csv", 9, "received_at", "01/05/2024 10:00"),
        ("oak/iso.csv", 10, "disposition", "XX"),
        ("oak/iso.csv", 11, "agency", "birch"),
        ("oak/iso.csv", 12, "agency", None),
        ("oak/iso.csv", 13, "received_at", "2024-02-30T10:00:00"),
        ("oak/ms.jsonl", 3, "received_at", "x"),
        ("oak/log.xlsx", 12, "veteran", "maybe"),
        ("oak/log.xlsx", 13, "minutes", "half an hour"),
        ("oak/log.xlsx", 14, "gender", "Q"),
        ("oak/log.xlsx", 16, "referrals", "MH Center;Spa"),
    }


def test_warnings_name_times_out_of_order_or_out_of_reach(built: tuple[dict[str, Any], Path]) -> None:
    warned = {(v["extract"], v["source_row"]) for v in built[0]["violations"] if v["severity"] == "warning"}
    assert {("oak/joined_1.csv", 13), ("oak/iso.csv", 14), ("oak/iso.csv", 15)} <= warned
    assert warned <= {("oak/joined_1.csv", 13), ("oak/iso.csv", 14), ("oak/iso.csv", 15)} | {
        ("oak/log.xlsx", n) for n in range(17)
    }


def test_booleans_in_every_form_constants_and_split_lists(built: tuple[dict[str, Any], Path]) -> None:
    got = rows(built, "SELECT encounter, agency, kind, veteran, unhoused, minutes, birth_year, gender FROM encounters")
    assert got == {
        **{str(i): ("elm", "phone", True, False, 30.5, 1980, "female") for i in range(1, 9)},
        "12": ("elm", "phone", None, None, None, None, "male"),
    }
    with duckdb.connect(str(built[1]), read_only=True) as connection:
        referrals = connection.execute(
            "SELECT agency, encounter, service, source_row FROM referrals ORDER BY service"
        ).fetchall()
    assert referrals == [
        ("elm", "12", "housing", 15),
        ("elm", "12", "mental_health", 15),
        ("elm", "12", "peer_support", 15),
    ]


def test_receipts_have_exactly_the_keys_of_the_specification_and_add_up(built: tuple[dict[str, Any], Path]) -> None:
    assert list(built[0]) == ["extracts", "violations"]
    found = {}
    for receipt in built[0]["extracts"]:
        assert set(receipt) == {
            "extract", "agency", "table", "sha256", "read", "accepted", "quarantined", "duplicate", "superseded", "problem", "rules",
        }  # fmt: skip
        found[receipt["extract"]] = (receipt["read"], receipt["accepted"], receipt["quarantined"])
        assert receipt["problem"] is None
    assert found == {
        "oak/joined_1.csv": (13, 6, 7),
        "oak/joined_2.csv": (1, 1, 0),
        "oak/iso.csv": (14, 9, 5),
        "oak/epoch.json": (2, 2, 0),
        "oak/ms.jsonl": (3, 2, 1),
        "oak/log.xlsx": (13, 9, 4),
    }
