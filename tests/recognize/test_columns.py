"""What a column is, by its heading and by its values. All values are made up."""

from __future__ import annotations

import pytest

from pipeline.recognize import DOUBTFUL, TAKEN, fit, fits, person_like, profile
from pipeline.recognize.words import heading_says, heading_words

ID = [f"2024-{n:05}" for n in range(1, 60)]
TYPES = ["Welfare Check", "Traffic Stop", "Alarm - Burglary", "Mental Health", "Theft", "Noise Complaint"] * 10


def test_headings_are_compared_in_words() -> None:
    same = {heading_words(h) for h in ("Time_First_Unit_Arrived", "timeFirstUnitArrived", "TIME FIRST UNIT ARRIVED")}
    assert same == {("time", "first", "unit", "arrived")}
    assert heading_words("Incident/Case#") == ("incident", "case", "number")


@pytest.mark.parametrize(
    ("table", "column", "heading"),
    [
        ("calls", "incident", "CASENO"),
        ("calls", "received_at", "report_date_time"),
        ("calls", "arrived_at", "Time First Unit On Scene"),
        ("calls", "arrived_at", "Time_First_Unit_Arived"),  # a slip
        ("calls", "nature", "nature_of_call"),
        ("calls", "area", "DISTRICT"),
        ("encounters", "unhoused", "Homeless?"),
        ("encounters", "arrest_likely", "Would have been arrested?"),
    ],
)
def test_headings_of_real_systems_are_known(table: str, column: str, heading: str) -> None:
    assert heading_says(table, column, heading) > 0.6


@pytest.mark.parametrize(
    "heading", ["Officer Race", "Dispatched Code", "Arrest Date", "Response Time Seconds", "Column7"]
)
def test_headings_that_only_sound_alike(heading: str) -> None:
    pairs = [("encounters", "race_ethnicity"), ("encounters", "arrested"), ("calls", "received_at")]
    assert all(heading_says(table, column, heading) < 0.5 for table, column in pairs)


def test_values_speak_where_the_heading_is_silent() -> None:
    columns = ("incident", "nature", "disposition", "priority", "area", "address", "source", "units")
    best = {
        "incident": ID,
        "nature": TYPES,
        "disposition": ["ARR", "RPT", "GOA", "Unfounded", "No Report", "Cancelled"] * 10,
        "address": ["100 BLOCK OF MAIN ST", "5 Oak Ave", "MAIN ST / 1ST AVE", "12 Elm Rd"] * 15,
        "units": ["A12, B7", "A12", "C3, A12, B7", "B7"] * 15,
    }
    for column, cells in best.items():
        found = fits("calls", profile("Column1", cells), columns)
        assert found[0].column == column, column
        assert found[0].confidence >= TAKEN, column


def test_a_heading_does_not_carry_values_that_cannot_be_the_column() -> None:
    assert fit("calls", "received_at", profile("Call Received", ["Main", "Elm", "Oak"] * 20)).confidence == 0
    assert fit("calls", "area", profile("Area", [f"{n} Main St" for n in range(60)])).confidence == 0
    assert fit("calls", "incident", profile("Incident Number", [str(n) for n in range(60)])).confidence < TAKEN


@pytest.mark.parametrize("digits", ["9" * 400, "-" + "9" * 400, "9" * 400 + ".5"])
def test_digits_without_end_are_no_number(digits: str) -> None:
    column = profile("Column1", [digits, digits + "1", "1" + digits])
    assert column.numbers == ()
    assert all(fit("shifts", name, column).confidence < TAKEN for name in ("minutes", "date"))
    assert fit("calls", "incident", column).confidence < TAKEN


@pytest.mark.parametrize("heading", ["Log No", "Log #", "LogNo", "Entry Number"])
def test_a_log_numbered_by_hand_has_entries(heading: str) -> None:
    further = profile(heading, [str(n) for n in range(7, 60)])
    assert fit("encounters", "encounter", further).confidence >= TAKEN
    first = fit("encounters", "encounter", profile(heading, [str(n) for n in range(1, 60)]))
    assert DOUBTFUL <= first.confidence < TAKEN  # the next file may begin at 1 again
    assert "goes on counting" in first.reasons[-1]
    for cells in (["1", "2", "2", "3"] * 10, ["1", "2", None, "4"] * 10):
        assert fit("encounters", "encounter", profile(heading, cells)).confidence < DOUBTFUL


PERSONS = {
    "last_name": ["Smith", "Garcia", "Nguyen", "Miller", "Lee", "Walker", "Hall"] * 5,
    "first_name": ["Mary", "JAMES", "José", "Linda", "Noah", "Zoë", "Karen"] * 5,
    "full_name": ["SMITH, MARY", "Garcia, José", "Lee, Ann M.", "Hall, Noah"] * 8,
    "birth_date": [f"{1 + n % 12}/{1 + n % 28}/{1940 + n}" for n in range(60)],
    "free_text": [f"Met client number {n} at the park and talked about what happened" for n in range(20)],
    "other": [f"(515) 555-0{n:03}" for n in range(20)],
}


@pytest.mark.parametrize("role", PERSONS)
def test_persons_are_known_by_their_values(role: str) -> None:
    found = person_like(profile("Column1", PERSONS[role]))
    assert found is not None
    assert found.role == role


@pytest.mark.parametrize(
    "heading",
    [
        *("Last Name", "DOB", "Client Name", "Caller Phone", "SSN", "Officer", "Narrative", "Client last name"),
        *("D O B", "D.O.B.", "Client D O B", "D/O/B", "BDate", "B-Day", "S.S.N.", "Soc Sec No", "DL #"),
    ],
)
def test_persons_are_known_by_their_headings_even_when_nothing_stands_below(heading: str) -> None:
    assert person_like(profile(heading, [None, None, None])) is not None


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Call Type", TYPES),
        ("Incident Number", ID),
        ("Beat", ["B1", "B2", "C3"] * 20),
        ("Received", ["1/2/2024 10:05"] * 30),
    ],
)
def test_columns_that_tell_nobody_are_let_through(heading: str, cells: list[str]) -> None:
    assert person_like(profile(heading, cells)) is None
