"""Who is the same person, which encounters break a rule, and that nothing about a person is left anywhere (made-up people)."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from tests.journeys.conftest import Folder, Result

PROGRAM = """
[program]
name = "Acceptance (made up)"
organization = "Example region"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2024-01-01
[privacy]
suppress_below = 11
key_file = "secret/person.key"
[[agency]]
id = "oak"
name = "Oak Police Department"
team_units = ["CR1"]
[[agency]]
id = "elm"
name = "Elm Sheriff"
[[agency]]
id = "ash"
name = "Ash Police Department"
"""

OAK = """
[[extract]]
table = "encounters"
files = "oak/log*.csv"
datetime = ["%Y%m%d %H:%M"]
[extract.columns]
encounter = "No"
incident = "Inc"
started_at = "Start"
ended_at = "End"
person = ["Last", "First", "DOB"]
arrest_likely = "Likely"
arrested = "Arrested"
transported_to = "To"
resolution = "Res"
kind = "Kind"

[[extract]]
table = "calls"
files = "oak/cad.csv"
[extract.columns]
incident = "Inc"
received_at = "At"
address = "Where"
"""

ELM = """
[[extract]]
table = "encounters"
files = "elm/log.xlsx"
[extract.columns]
started_at = "Start"
incident = "Inc"
minutes = "Min"
person = ["Last", "First", "DOB"]

[[extract]]
table = "encounters"
files = "elm/roll*.csv"
[extract.columns]
started_at = "Start"
incident = "Inc"
minutes = "Min"
person = ["Last", "First", "DOB"]
"""

ASH = """
[[extract]]
table = "encounters"
files = "ash/log.csv"
[extract.columns]
encounter = "No"
started_at = "Start"
person = "PID"
team = "Team"

[[extract]]
table = "encounters"
files = "ash/same.csv"
[extract.columns]
agency = { value = "oak" }
encounter = "No"
started_at = "Start"
person = "PID"
"""

S = "20240105 10:00"
# No, Inc, Start, End, Last, First, DOB, Likely, Arrested, To, Res, Kind
PEOPLE = [
    ("a1", "1980-02-03", "Zwölfer-O'Neilsen", "Anastázia"),
    ("a2", "2/3/80", "zwolfer oneilsen", "ANASTAZIA"),
    ("a3", "02/03/1980", "ZWÖLFER\u2019ONEILSEN", "Anasta\u0301zia"),
    ("a4", "19800203", "\uff3awolferoneilsen", "anastazia."),
    ("a5", "19800203 00:00", "Zwolferoneilsen", "Anastazia"),
    ("a6", "1980-02-03T00:00:00", "Zwolferoneilsen", "Anastazia"),
    ("b1", "2/3/30", "Qvistbergh", "Olaf"),
    ("b2", "1930-02-03", "Qvistbergh", "Olaf"),
    ("b3", "1/2/2001", "Qvistbergh", "Olaf"),
    ("b4", "1/2/01", "Qvistbergh", "Olaf"),
    ("m1", "", "Qvistbergh", "Olaf"),
    ("m2", "2/3/30", "", "Olaf"),
    ("m3", "2/30/1980", "Qvistbergh", "Olaf"),
    ("m4", "about 1980", "Qvistbergh", "Olaf"),
    ("m5", "1/2/2001", "--", "Olaf"),
]
# what is wrong: (likely, arrested, to, resolution, kind, end)
CASES = {
    "e1": ("Y", "Y", "jail", "", "call", ""),
    "e2": ("Y", "Y", "hospital", "arrest", "call", ""),
    "e3": ("Y", "Y", "", "", "call", ""),
    "w1": ("Y", "Y", "none", "", "call", ""),
    "w2": ("N", "Y", "jail", "", "call", ""),
    "x1": ("Y", "Y", "home", "", "call", ""),
    "x2": ("Y", "Y", "crisis_stabilization", "", "call", ""),
    "x3": ("Y", "N", "none", "arrest", "call", ""),
    "e4": ("Y", "", "none", "arrest", "call", ""),
    "x4": ("Y", "N", "none", "", "", ""),
    "x5": ("Y", "N", "none", "", "chat", ""),
    "w3": ("Y", "N", "none", "", "call", "20240105 09:59"),
    "w4": ("Y", "N", "none", "", "call", "20240106 10:01"),
    "e5": ("Y", "N", "none", "", "call", "20240106 10:00"),
}
SECRETS = ("zwölfer", "zwolfer", "anast", "qvistbergh", "olaf", "1980-02-03", "19800203", "2/3/80", "2/30/1980", "about 1980",
           "wisteria", "88417", "1930-02-03")  # fmt: skip


def oak_log() -> str:
    lines = ["No,Inc,Start,End,Last,First,DOB,Likely,Arrested,To,Res,Kind"]
    lines += [f"{n},,{S},,{last},{first},{dob},,,,,call" for n, dob, last, first in PEOPLE]
    lines += [
        f"{n},O-1,{S},{end},Qvistbergh,Olaf,1/2/2001,{li},{ar},{to},{re},{ki}"
        for n, (li, ar, to, re, ki, end) in CASES.items()
    ]
    lines += [f"n1,O-2,{S},,Qvistbergh,Olaf,1/2/2001,,,,,call", "n2,,never,,Qvistbergh,Olaf,1/2/2001,,,,,Olaf"]
    lines += [f"n3,,{S},,Qvistbergh,Olaf,1/2/2001,,,,,call,too,many Wisteria", '"n4,,never,,Qvistbergh,Olaf']
    return "\n".join(lines) + "\n"


def elm_log(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Start", "Inc", "Min", "Last", "First", "DOB", "Remarks"])
    sheet.append(
        [dt.datetime(2024, 1, 9, 8), None, 30, "Zwolferoneilsen", "Anastazia", dt.datetime(1980, 2, 3), "Wisteria"]
    )
    sheet.append(
        [dt.datetime(2024, 1, 9, 9), "never", "x", "Zwolferoneilsen", "Anastazia", dt.datetime(1980, 2, 3), None]
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


ROLL = """Start,Inc,Min,Last,First,DOB
2024-01-10 08:00,R-1,10,Qvistbergh,Olaf,1/2/2001
2024-01-10 08:00,R-1,20,Qvistbergh,Olaf,1/2/2001
2024-01-10 08:00,R-1,20,Qvistbergh,Olaf,1/2/2001
2024-01-11 08:00,R-2,20,Qvistbergh,Olaf,1/2/2001
"""

Built = tuple[Folder, dict[str, Any], list[Result]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = Folder(tmp_path_factory.mktemp("people") / "program")
    folder.write("program.toml", PROGRAM)
    for agency, text in {"oak": OAK, "elm": ELM, "ash": ASH}.items():
        folder.write(f"agencies/{agency}.toml", text)
    folder.write("raw/oak/log.csv", oak_log())
    folder.write("raw/oak/cad.csv", "Inc,At,Where\nO-1,2024-01-05 09:00,88417 Wisteria St.\nO-3,x,88417 wisteria st\n")
    folder.write("raw/elm/roll_1.csv", ROLL)
    folder.write(
        "raw/elm/roll_2.csv", ROLL.replace(",20,", ",21,") + "2024-01-12 08:00,R-3,20,Qvistbergh,Olaf,1/2/01\n"
    )
    folder.write(
        "raw/ash/log.csv",
        "No,Start,PID,Team\n1,2024-01-05 10:00,ab-123,\n2,2024-01-05 10:00,AB123,\n3,2024-01-06,,CR1\n",
    )
    folder.write("raw/ash/same.csv", "No,Start,PID\nq1,2024-01-05 10:00,ab-123\n")
    elm_log(folder.path / "raw/elm/log.xlsx")
    check = folder.run("check", "--format", "json")
    assert check.code == 0, check.err
    outputs = [check, folder.run("check", "--debug"), folder.run("build", "--audience", "staff", "2024-01", "--debug")]
    outputs += [
        folder.run("figures", "--audience", "staff", "2024-01", "--format", f)
        for f in ("text", "markdown", "csv", "json")
    ]
    outputs += [folder.run("explain", "people_met", "2024-01", "--rows", folder.path / "out/rows.csv")]
    assert [result.code for result in outputs] == [0] * len(outputs), [result.err for result in outputs]
    return folder, check.json, outputs


def encounters(built: Built, columns: str, where: str = "true") -> dict[str, Any]:
    with duckdb.connect(str(built[0].path / "out/warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            f"SELECT agency || ' ' || encounter, {columns} FROM encounters WHERE {where}"
        ).fetchall()
    return {row[0]: row[1] if len(row) == 2 else row[1:] for row in found}


def test_the_same_person_has_one_key_in_every_spelling_and_agency(built: Built) -> None:
    keys = encounters(built, "person_key")
    ana = keys["oak a1"]
    assert [keys[f"oak a{i}"] for i in range(1, 7)] == [ana] * 6
    assert len(ana) == 32
    assert int(ana, 16) >= 0
    assert keys["oak b1"] == keys["oak b2"] != keys["oak b3"] == keys["oak b4"]
    assert [keys[f"oak m{i}"] for i in range(1, 6)] == [None] * 5
    elm = encounters(built, "person_key", "extract = 'elm/log.xlsx'")
    assert list(elm.values()) == [ana]
    assert keys["ash 1"] == keys["ash 2"] != keys["oak q1"]
    assert keys["ash 3"] is None
    secret = (built[0].path / "secret/person.key").read_bytes()
    message = b"ZWOLFERONEILSEN|ANASTAZIA|1980-02-03"
    candidates = [secret, secret.strip()]
    with contextlib.suppress(ValueError):
        candidates.append(bytes.fromhex(secret.decode().strip()))
    assert ana in [hmac.new(key, message, hashlib.sha256).hexdigest()[:32] for key in candidates]


def test_birth_year_comes_from_the_person(built: Built) -> None:
    years = encounters(built, "birth_year", "agency = 'oak'")
    assert (years["oak a1"], years["oak b1"], years["oak b4"]) == (1980, 1930, 2001)
    assert (years["oak m1"], years["oak m4"], years["oak m5"]) == (None, None, 2001)


def test_rules_across_columns(built: Built) -> None:
    first = {f"{len(PEOPLE) + 2 + i}": name for i, name in enumerate(CASES)}
    errors: set[str] = set()
    warnings: set[str] = set()
    for v in built[1]["violations"]:
        if v["extract"] == "oak/log.csv" and str(v["source_row"]) in first:
            (errors if v["severity"] == "error" else warnings).add(first[str(v["source_row"])])
    assert errors == {"x1", "x2", "x3", "x4", "x5"}
    assert warnings == {"w1", "w2", "w3", "w4"}
    rules = {
        v["source_row"] for v in built[1]["violations"] if v["extract"] == "oak/log.csv" and v["severity"] == "error"
    }
    last = len(PEOPLE) + len(CASES) + 1  # the row of x5's last neighbour; n1 follows
    assert rules - {int(row) for row in first} == {last + 2, last + 3, last + 4}
    (no_call,) = [v for v in built[1]["violations"] if v["extract"] == "oak/log.csv" and v["source_row"] == last + 1]
    assert (no_call["severity"], no_call["column"], no_call["value"]) == ("warning", "incident", "O-2")


def test_missing_people_are_warnings_and_people_figures_count_them_once_each(built: Built) -> None:
    rows = {
        v["source_row"] for v in built[1]["violations"] if v["extract"] == "oak/log.csv" and v["column"] == "person_key"
    }
    assert rows == {12, 13, 14, 15, 16}
    figures = built[0].figures("2024-01", "--by", "agency")
    # oak: Ana, Olaf 1930, Olaf 2001, five without a key, and the id of same.csv
    assert (figures["people_met", "oak"]["value"], figures["people_met", "oak"]["unknown"]) == (9, 5)
    assert (figures["people_met", "ash"]["value"], figures["people_met", "ash"]["unknown"]) == (2, 1)
    assert (figures["people_met", "elm"]["value"], figures["people_met", "elm"]["unknown"]) == (2, 0)
    # all: Ana and Olaf 2001 of elm are known from oak
    assert (figures["people_met", "all"]["value"], figures["people_met", "all"]["unknown"]) == (11, 6)


def test_derived_encounters_follow_a_rolling_export(built: Built) -> None:
    receipts = {r["extract"]: r for r in built[1]["extracts"]}
    one, two = receipts["elm/roll_1.csv"], receipts["elm/roll_2.csv"]
    assert (one["read"], one["accepted"], one["duplicate"], one["superseded"], one["quarantined"]) == (4, 0, 1, 3, 0)
    assert (two["read"], two["accepted"], two["duplicate"], two["superseded"], two["quarantined"]) == (5, 4, 1, 0, 0)
    minutes = sorted(encounters(built, "minutes", "extract LIKE 'elm/roll%'").values())
    assert minutes == [10, 20, 21, 21]


def test_nothing_about_a_person_leaves_the_ingest_step(built: Built) -> None:
    folder, _, outputs = built
    for result in outputs:
        text = (result.out + result.err).casefold()
        assert [s for s in SECRETS if s in text] == []
    for path in sorted((folder.path / "out").rglob("*")):
        if path.is_file():
            assert [s for s in SECRETS if s in haystack(path)] == [], path
    with duckdb.connect(str(folder.path / "out/warehouse.duckdb"), read_only=True) as connection:
        tables = [t for (t,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()]
        for table in tables:
            text = str(connection.execute(f'SELECT * FROM "{table}"').fetchall()).casefold()
            assert [s for s in SECRETS if s in text] == [], table


def haystack(path: Path) -> str:
    """The text of a file, also of a workbook's parts and of a Parquet file's cells."""
    if path.suffix == ".parquet":
        return str(duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()).casefold()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return " ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist()).casefold()
    return path.read_bytes().decode("utf-8", "replace").casefold()
