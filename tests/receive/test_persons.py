"""Person keys and place keys as spec 2 words them; every person here is made up."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.receive.columns import looks_like_birth
from pipeline.receive.persons import plain
from tests.receive.conftest import KEY, Folder, Made, One

SECRET = bytes.fromhex(KEY)
LOG = """
table = "encounters"
{options}
[extract.columns]
encounter = "No"
started_at = "At"
person = ["Last", "First", "DOB"]
"""


def expected(*parts: str) -> str:
    return hmac.new(SECRET, "|".join(parts).encode(), hashlib.sha256).hexdigest()[:32]


def log(one: One, *people: str, options: str = "") -> list[dict[str, Any]]:
    lines = [f"{n},2024-01-05T10:00:00,{person}\n" for n, person in enumerate(people)]
    made = one(LOG.format(options=options), "No,At,Last,First,DOB\n" + "".join(lines))
    assert made.counts == (len(people), len(people), 0, 0, 0)
    return made.rows()


def test_one_person_however_written(one: One) -> None:
    people = ["O'Neil,Ana,1980-02-03", "oneil,ANA,02/03/1980", " O NEIL ,Aña,2/3/80", "O’Neil,Ana,1980-02-03T00:00:00"]
    rows = log(one, *people, "O'Neil,Ana,1980-02-04")
    assert [r["person_key"] for r in rows[:4]] == [expected("ONEIL", "ANA", "1980-02-03")] * 4
    assert rows[4]["person_key"] == expected("ONEIL", "ANA", "1980-02-04")
    assert [r["birth_year"] for r in rows] == [1980] * 5


def test_a_declared_format_with_and_without_its_time(one: One) -> None:
    rows = log(
        one,
        "Doe,Sam,04.03.1990 08:00",
        "Doe,Sam,04.03.1990",
        "Doe,Sam,1990-03-04",
        options='datetime = ["%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:%S"]',
    )
    assert {r["person_key"] for r in rows} == {expected("DOE", "SAM", "1990-03-04")}


def test_a_declared_order_of_day_and_month_comes_before_the_american_one(one: One) -> None:
    rows = log(one, "Doe,Sam,04/03/1990", options='datetime = ["%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S"]')
    assert rows[0]["person_key"] == expected("DOE", "SAM", "1990-03-04")


@pytest.mark.parametrize(
    ("born", "day"),
    [
        ("3/4/23", "2023-03-04"),
        ("1/5/24", "2024-01-05"),
        ("1/6/24", "1924-01-06"),
        ("3/4/30", "1930-03-04"),
        ("3/4/68", "1968-03-04"),
        ("3/4/69", "1969-03-04"),
        ("3/4/2090", "1990-03-04"),
        ("2/29/48", "1948-02-29"),
    ],
)
def test_a_birth_date_after_the_encounter_means_the_century_before(one: One, born: str, day: str) -> None:
    row = log(one, f"Doe,Sam,{born}")[0]
    assert (row["person_key"], row["birth_year"]) == (expected("DOE", "SAM", day), int(day[:4]))


def test_missing_and_unreadable_parts_keep_the_row_without_a_key(one: One) -> None:
    people = ["Doe,,1/2/1980", ",,", "Doe,Sam,", "Doe,Sam,unknown", "Doe,???,1/2/1980", "Doe,Sam,13/13/1980"]
    lines = [f"{n},2024-01-05T10:00:00,{person}\n" for n, person in enumerate(people)]
    made = one(LOG.format(options=""), "No,At,Last,First,DOB\n" + "".join(lines))
    assert made.counts == (6, 6, 0, 0, 0)
    assert made.column("person_key") == [None] * 6
    assert made.column("birth_year") == [1980, None, None, None, 1980, None]
    kept = "(kept in the extract)"
    assert made.violations == [
        *((row, "person_key", None, "person_missing") for row in (2, 3, 4)),
        *((row, "person_key", kept, "person_unreadable") for row in (5, 6, 7)),
    ]
    messages = made.column("message", "violations")
    assert "“First”" in messages[0]
    assert "“Last” and “First” and “DOB”" in messages[1]
    assert "“DOB”" in messages[3]


def test_an_agencys_own_id_is_its_own(folder: Folder) -> None:
    mapping = '[[extract]]\ntable = "encounters"\nfiles = "{0}.csv"\n[extract.columns]\nencounter = "No"\nstarted_at = "At"\nperson = "ID"\n'
    for agency in ("river", "lake"):
        folder.write(f"agencies/{agency}.toml", mapping.format(agency))
        folder.write(f"raw/{agency}.csv", "No,At,ID\n1,2024-01-05,A-17\n2,2024-01-05,\n")
    made = folder.receive()
    assert made["river.csv"].column("person_key") == [expected("river", "A17"), None]
    assert made["lake.csv"].column("person_key") == [expected("lake", "A17"), None]


def test_names_are_the_same_person_in_every_agency(folder: Folder) -> None:
    for agency, options in (("river", ""), ("lake", 'datetime = ["%m/%d/%y"]')):
        folder.write(
            f"agencies/{agency}.toml", "[[extract]]\n" + f'files = "{agency}.csv"' + LOG.format(options=options)
        )
    folder.write("raw/river.csv", "No,At,Last,First,DOB\n1,2024-01-05,Doe,Sam,1990-03-04\n")
    folder.write("raw/lake.csv", "No,At,Last,First,DOB\n1,1/5/24,DOE,sam,3/4/90\n")
    made = folder.receive()
    assert made["river.csv"].column("person_key") == made["lake.csv"].column("person_key")


def test_an_own_id_is_no_date_where_times_are_epochs(one: One) -> None:
    mapping = 'table = "encounters"\ndatetime = ["epoch"]\n[extract.columns]\nencounter = "No"\nstarted_at = "At"\nperson = "ID"\n'
    made = one(mapping, "No,At,ID\n1,1704470400,101\n2,1704470400,102\n")
    assert made.column("person_key") == [expected("river", "101"), expected("river", "102")]


def test_a_mapped_year_of_birth_is_used_instead(one: One) -> None:
    mapping = LOG.format(options="") + 'birth_year = "YOB"\n'
    made = one(
        mapping, "No,At,Last,First,DOB,YOB\n1,2024-01-05,Doe,Sam,1990-03-04,1991\n2,2024-01-05,D,S,1990-03-04,\n"
    )
    assert made.column("birth_year") == [1991, None]


def test_places_are_keyed_by_agency_and_letters_and_digits(one: One) -> None:
    mapping = 'table = "calls"\n[extract.columns]\nincident = "No"\nreceived_at = "At"\naddress = ["Num", "Street"]\n'
    text = "No,At,Num,Street\n1,2024-01-05,12,Main St.\n2,2024-01-05,,12 MAIN ST\n3,2024-01-05,,\n4,2024-01-05,13,Main St\n"
    made: Made = one(mapping, text)
    key = expected("river", "12MAINST")
    assert made.column("place_key") == [key, key, None, expected("river", "13MAINST")]
    assert made.violations == []


def test_encounter_ids_are_keyed_hashes_of_agency_incident_person_and_start(one: One) -> None:
    mapping = LOG.format(options="").replace('encounter = "No"', 'incident = "No"')
    made = one(mapping, "No,At,Last,First,DOB\nr-1,2024-01-05T10:00:00,Doe,Sam,1990-03-04\n,2024-01-05,,,\n")
    person = expected("DOE", "SAM", "1990-03-04")
    assert made.column("encounter")[0] == expected("river", "R-1", person, "2024-01-05 10:00:00.000000")


@pytest.mark.parametrize(
    ("heading", "birth"),
    [
        ("DOB", True),
        ("Date of Birth", True),
        ("Birthdate", True),
        ("Born", True),
        ("D.O.B.", True),
        ("B-Date", True),
        ("Last", False),
        ("ID", False),
        ("2nd Observer", False),
    ],
)
def test_headings_of_birth_dates(heading: str, birth: bool) -> None:
    assert looks_like_birth(heading) is birth


@settings(deadline=None)
@given(st.text())
def test_plain_text_is_letters_and_digits_and_stays_what_it_is(text: str) -> None:
    assert all(c.isalnum() for c in plain(text))
    assert plain(f"  {text}.") == plain(text)
    assert plain(plain(text)) == plain(text)
