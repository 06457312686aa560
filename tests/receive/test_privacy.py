"""Made-up names, birth dates and addresses go through every error path; none may be found in any file or output."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import DeclarationError
from tests.receive.conftest import Folder, Made, One

LAST, FIRST, BORN = "Zzyzxowitz", "Quenbyra", "03/17/1961"
STREET = "4711 Xylophane Terrace"
KEPT = "(kept in the extract)"
SECRETS = (LAST, FIRST, BORN, "1961-03-17", "3/17/61", STREET, "Xylophane")

LOG = """
table = "encounters"
datetime = ["%m/%d/%Y %H:%M"]
[extract.columns]
encounter = "No"
incident = "CAD"
started_at = ["Day", "Time"]
ended_at = "End"
minutes = "Min"
kind = "Kind"
person = ["Last", "First", "DOB"]
birth_year = "Year"
gender = "Sex"
arrested = "Arrested"
transported_to = "Place"
team = "Team"
referrals = "Ref"
[extract.split]
referrals = ";"
"""
HEAD = "No,CAD,Day,Time,End,Min,Kind,Last,First,DOB,Year,Sex,Arrested,Place,Team,Ref,Notes\n"
CALLS = """
table = "calls"
{grain}
[extract.columns]
incident = "No"
received_at = "At"
arrived_at = "There"
nature = "Nature"
disposition = "Result"
address = "Where"
area = "Beat"
{unit}
"""


def row(**cells: str) -> str:
    """A sound row of the log with some cells changed."""
    sound = {
        "No": "1",
        "CAD": "A-1",
        "Day": "01/05/2024",
        "Time": "10:00",
        "End": "01/05/2024 11:00",
        "Min": "60",
        "Kind": "call",
        "Last": LAST,
        "First": FIRST,
        "DOB": BORN,
        "Year": "1961",
        "Sex": "female",
        "Arrested": "No",
        "Place": "none",
        "Team": "T",
        "Ref": "housing",
        "Notes": f"{FIRST} {LAST} lives at {STREET}",
    }
    return ",".join(f'"{v}"' for v in {**sound, **cells}.values()) + "\n"


def leaks(folder: Path) -> list[tuple[str, str]]:
    """(file, secret) for every secret in any file below out/, names of files included; Parquet is read as well."""
    found = []
    for path in sorted((folder / "out").rglob("*")):
        text = str(path)
        if path.suffix == ".parquet":
            text += json.dumps(
                duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall(), default=str
            )
        if path.is_file():
            text += path.read_bytes().decode("latin-1")
        found += [(path.name, s) for s in SECRETS if s.casefold() in text.casefold()]
    return found


ERRORS = [
    {"Day": "soon"},
    {"Day": BORN, "Time": "late"},
    {"CAD": "5.00E+93"},
    {"End": LAST},
    {"End": BORN},
    {"Min": FIRST},
    {"Min": "-3"},
    {"Kind": LAST.lower()},
    {"Kind": f"call {LAST}"},
    {"Year": BORN, "Min": "ten"},
    {"Year": "17/03/61"},
    {"Year": "03-17-1961 x"},
    {"Sex": FIRST.upper()},
    {"Arrested": LAST},
    {"Place": f"home of {FIRST}"},
    {"Arrested": "Yes", "Place": "home"},
    {"Ref": f"housing;{LAST}"},
    {"DOB": "not a date", "Last": LAST},
    {"First": "", "End": "01/05/2024 09:00"},
    {"Team": "T", "Min": "2000"},
]


@pytest.mark.parametrize("change", ERRORS, ids=[str(n) for n in range(len(ERRORS))])
def test_no_error_of_a_log_tells_of_the_person(
    one: One,
    folder: Folder,
    change: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.DEBUG):
        made = one(LOG, HEAD + row(**change))
    assert made.violations, "the row must break a rule, or the test proves nothing"
    assert leaks(folder.path) == []
    captured = capfd.readouterr()
    spoken = captured.out + captured.err + caplog.text
    assert not any(s.casefold() in spoken.casefold() for s in SECRETS)


def test_conflicts_duplicates_and_bad_lines_tell_nothing_either(one: One, folder: Folder) -> None:
    text = HEAD + row(No="7") + row(No="7", Min="61") + row(No="8") + row(No="8") + f"{LAST},{FIRST}\n" + f'"{LAST}\n'
    made = one(LOG, text)
    assert made.counts == (6, 1, 4, 1, 0)
    assert leaks(folder.path) == []


@pytest.mark.parametrize("grain", ["", 'grain = "unit"'])
def test_no_error_of_cad_tells_of_the_address(one: One, folder: Folder, grain: str) -> None:
    mapping = CALLS.format(grain=grain, unit='unit = "Unit"' if grain else "")
    text = "No,At,There,Nature,Result,Where,Beat,Unit\n" + "".join(
        f'{number},{at},{there},"{nature}",{result},"{STREET}",3,{unit}\n'
        for number, at, there, nature, result, unit in [
            ("1", "2024-01-05", "2024-01-04", "ALARM", "report", "P1"),
            ("2", "soon", "", "ALARM", "report", "P1"),
            ("3", "2024-01-05", STREET, "ALARM", "report", "P1"),
            ("4", "2024-01-05", "", "ALARM", STREET.upper(), "P1"),
            ("5", "2024-01-05", "", "ALARM", "report", "P1"),
            ("5", "2024-01-05", "", "FIRE", "report", "P1"),
            ("6", "2024-01-05", "", "ALARM", "report", "P1"),
            ("6", "2024-01-05", "", "FIRE", "report", "P2"),
        ]
    )
    made = one(mapping, text)
    assert made.receipt.quarantined == 3
    assert leaks(folder.path) == []


def test_what_is_shown_and_what_is_kept(one: One) -> None:
    text = (
        HEAD + row(Kind=LAST, Sex="Q", Min="ten", Place=f"with {FIRST.lower()}") + row(No="2", Year="19 61", Team="CR1")
    )
    made = one(LOG, text)
    assert sorted(made.violations) == [
        (2, "gender", "Q", "unknown_code"),
        (2, "kind", KEPT, "unknown_code"),
        (2, "minutes", "ten", "unreadable_number"),
        (2, "transported_to", KEPT, "unknown_code"),
        (3, "birth_year", KEPT, "unreadable_integer"),
    ]
    cells = made.quarantined[2]
    assert cells is not None
    assert (cells["Last"], cells["DOB"], cells["Kind"], cells["Sex"], cells["Notes"]) == (KEPT, KEPT, KEPT, "Q", None)


def test_values_are_short_and_without_control_characters(one: One) -> None:
    made: Made = one(LOG, HEAD + row(Sex="\x1b[31mred\u202e" + "x" * 5000))
    value = made.violations[0][2]
    assert value.startswith("[31mred x")
    assert len(value) <= 201
    assert all(c.isprintable() for c in made.rows("violations")[0]["message"])


def test_corrections_that_fail_do_not_repeat_cells(folder: Folder) -> None:
    folder.write("agencies/river.toml", '[[extract]]\nfiles = "river/log.csv"' + LOG)
    folder.write("raw/river/log.csv", HEAD + row(Team=LAST))
    folder.write(
        "corrections.toml",
        '[[correction]]\nextract = "river/log.csv"\nreason = "made up"\nwhere = "CAST(team AS INTEGER) > 3"\n'
        'set = { team = "T" }\nexpect = 1\n',
    )
    with pytest.raises(DeclarationError) as failure:
        folder.receive()
    chain = [failure.value, failure.value.__cause__, failure.value.__context__]
    assert not any(s.casefold() in str(problem).casefold() for problem in chain for s in SECRETS)
    assert leaks(folder.path) == []
