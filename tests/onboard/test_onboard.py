"""Onboarding with nobody to ask: what is found, what is written, what is left alone."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pipeline.errors import Exit, UserError
from pipeline.receive.find import find_extracts
from pipeline.receive.workers import receive_all
from tests.onboard.conftest import CAD, FIRST, LAST, LOG, Place, cad_rows, log_rows, table

Cad = Callable[..., Path]


def receipts(place: Place) -> dict[str, tuple[int, int]]:
    """Read and accepted rows of every extract, by the ordinary receive code."""
    program = place.program
    received = receive_all(program, find_extracts(program))
    return {r.receipt.extract: (r.receipt.read, r.receipt.accepted) for r in received}


def test_a_cad_export_is_mapped_and_every_row_is_used(place: Place, cad: Cad) -> None:
    done = place.onboard(cad())
    assert done.exit is Exit.DONE
    expected = {
        "incident": "Incident Number",
        "received_at": "Received",
        "arrived_at": "Arrived",
        "cleared_at": "Cleared",
        "nature": "Call Type",
        "disposition": "Disposition",
        "area": "Beat",
        "address": "Address",
    }
    assert {c: place.heading(c) for c in expected} == {c: (h,) for c, h in expected.items()}
    assert place.mapping().datetime == ("%m/%d/%Y %H:%M:%S",)
    assert place.mapping().codes["behavioral_health"].pairs == (("*MENTAL*", "true"), ("*WELFARE*", "true"))
    assert dict(place.mapping().codes["disposition"].pairs)["Arrest Made"] == "arrest"
    assert receipts(place) == {"oak/cad_2024-01.csv": (60, 60)}


def test_the_extract_is_copied_unchanged_and_next_months_file_fits(place: Place, cad: Cad) -> None:
    file = cad()
    done = place.onboard(file)
    assert (place.folder / "raw/oak/cad_2024-01.csv").read_bytes() == file.read_bytes()
    assert any("raw/oak/cad_2024-01.csv" in m for m in done.messages)
    assert place.mapping().files == "oak/cad_*.csv"


def test_a_file_in_raw_stays_where_it_is(place: Place, cad: Cad) -> None:
    there = place.folder / "raw/cad/jan 2024.csv"
    there.parent.mkdir(parents=True)
    cad().rename(there)
    done = place.onboard(there)
    assert done.extract == "cad/jan 2024.csv"
    assert place.mapping().files.startswith("cad/jan")
    assert [p.name for p in (place.folder / "raw").rglob("*.csv")] == ["jan 2024.csv"]


def test_another_file_of_the_same_name_is_never_overwritten(place: Place, cad: Cad) -> None:
    there = place.folder / "raw/oak/cad_2024-01.csv"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"something else\n")
    with pytest.raises(UserError, match="nothing is overwritten"):
        place.onboard(cad())
    assert there.read_bytes() == b"something else\n"


def test_a_new_agency_is_added_and_comments_stay(place: Place, cad: Cad) -> None:
    path = place.folder / "program.toml"
    path.write_text(path.read_text() + "# mind the gap\n")
    before = path.read_text()
    place.onboard(cad(), agency_name="Oak Police Department")
    assert path.read_text().startswith(before)
    assert place.program.agency("oak").name == "Oak Police Department"


def test_a_mapping_is_never_overwritten_but_the_difference_is_shown(place: Place, cad: Cad) -> None:
    file = cad()
    place.onboard(file)
    path = place.folder / "agencies/oak.toml"
    path.write_text(path.read_text().replace('area        = "Beat"', '# area is wrong\narea        = "Disposition"'))
    before = path.read_bytes()
    done = place.onboard(file)
    assert path.read_bytes() == before
    assert done.mapping is None
    assert done.exit is Exit.DONE
    changes = done.text.split("as proposed):")[1].split()
    assert " ".join(changes) == '- columns.area = "Disposition" + columns.area = "Beat"'
    place.onboard(file, force=True)
    assert place.heading("area") == ("Beat",)
    assert (place.folder / "agencies/oak.toml.before").read_bytes() == before


def test_a_mapping_that_says_the_same_in_other_words_is_the_same(place: Place, cad: Cad) -> None:
    file = cad()
    place.onboard(file)
    path = place.folder / "agencies/oak.toml"
    path.write_text("".join(line.split("  #")[0] + "\n" for line in path.read_text().splitlines()))
    done = place.onboard(file)
    assert "says the same as the proposal" in done.messages[0]


def test_force_replaces_its_own_extract_only(place: Place, cad: Cad) -> None:
    first, log = cad(), place.sent("log 2024.csv", table(LOG, log_rows()))
    place.onboard(first)
    place.onboard(log, "encounters")
    text = (place.folder / "agencies/oak.toml").read_text()
    place.onboard(first, force=True)
    assert (place.folder / "agencies/oak.toml").read_text().strip() == text.strip()
    assert [m.table for m in place.program.mappings] == ["calls", "encounters"]


def test_names_and_birth_dates_become_the_person_and_are_shown_nowhere(place: Place) -> None:
    done = place.onboard(place.sent("log.csv", table(LOG, log_rows())), "encounters")
    assert place.heading("person") == ("Last Name", "First Name", "DOB")
    said = "\n".join((done.text, *done.messages, (place.folder / "agencies/oak.toml").read_text()))
    assert "(masked)" in said
    for secret in (*LAST, *FIRST, "Talked", "1950", "1987"):
        assert secret not in said, secret
    mapped = {p[0] for s in place.mapping().columns.values() for p in s.parts}
    assert "Notes" not in mapped


def test_phone_numbers_and_addresses_are_shown_nowhere(place: Place, cad: Cad) -> None:
    done = place.onboard(cad())
    said = "\n".join((done.text, *done.messages, (place.folder / "agencies/oak.toml").read_text()))
    assert "555-" not in said
    assert "Main St" not in said


def test_a_row_for_each_unit_is_found_by_numbers_that_repeat(place: Place) -> None:
    rows = [[*row, unit] for row in cad_rows(40) for unit in ("A1", "B7")[: 1 + int(row[0][-1]) % 2]]
    place.onboard(place.sent("units.csv", table((*CAD, "Unit"), rows)))
    assert place.mapping().grain == "unit"
    assert place.heading("unit") == ("Unit",)
    assert receipts(place) == {"oak/units.csv": (60, 60)}


def test_several_units_in_a_cell_are_split(place: Place) -> None:
    rows = [[*row, ("A1, CR1", "B7")[n % 2]] for n, row in enumerate(cad_rows())]
    place.onboard(place.sent("cad.csv", table((*CAD, "Units Assigned"), rows)))
    assert place.mapping().split == {"units": ","}
    assert place.mapping().grain == "call"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("%d/%m/%Y %H:%M", ("%d/%m/%Y %H:%M",)),
        ("%m/%d/%y %I:%M %p", ("%m/%d/%y %I:%M %p",)),
        ("%Y-%m-%dT%H:%M:%S", ()),
        ("%d-%b-%Y %H:%M", ("%d-%b-%Y %H:%M",)),
        ("%Y%m%d%H%M%S", ("%Y%m%d%H%M%S",)),
    ],
)
def test_the_forms_of_dates_are_found(place: Place, cad: Cad, form: str, expected: tuple[str, ...]) -> None:
    place.onboard(cad(form=form))
    assert place.mapping().datetime == expected
    assert receipts(place) == {"oak/cad_2024-01.csv": (60, 60)}


def test_a_day_that_cannot_be_told_from_a_month_is_said(place: Place) -> None:
    rows = [row for row in cad_rows(400) if int(row[1][3:5]) <= 12 and int(row[3][3:5]) <= 12][:60]
    done = place.onboard(place.sent("cad.csv", table(CAD, rows)))
    assert "cannot be told whether the day or the month comes first" in done.text
    assert "cannot be told" in (place.folder / "agencies/oak.toml").read_text()


def test_date_and_time_in_cells_of_their_own_are_joined(place: Place) -> None:
    rows = [[r[0], *r[1].split(), *r[3].split(), r[4]] for r in cad_rows()]
    headings = ("No", "Call Date", "Call Time", "Date Closed", "Time Closed", "Type")
    place.onboard(place.sent("cad.txt", table(headings, rows, "|")))
    assert place.heading("received_at") == ("Call Date", "Call Time")
    assert place.heading("cleared_at") == ("Date Closed", "Time Closed")
    assert receipts(place) == {"oak/cad.txt": (60, 60)}


def test_rare_codes_and_forms_far_down_the_file_are_learned_from_the_trial(place: Place) -> None:
    rows = cad_rows(8_000)
    rows[5_003][5] = "Citation Issued"
    for n in (5_004, 5_005, 5_006, 5_007):
        rows[n][1] = rows[n][1][:16]  # a batch that was saved in Excel: no seconds
    rows[5_100][2] = "NULL"
    place.onboard(place.sent("cad.csv", table(CAD, rows)))
    assert dict(place.mapping().codes["disposition"].pairs)["Citation Issued"] == "citation"
    assert "%m/%d/%Y %H:%M" in place.mapping().datetime
    assert "NULL" in place.mapping().null
    assert receipts(place) == {"oak/cad.csv": (8_000, 8_000)}


def test_codes_that_nobody_knows_are_caught_and_told(place: Place) -> None:
    rows = cad_rows()
    for n in range(0, 60, 4):
        rows[n][5] = "QZ7"
    place.onboard(place.sent("cad.csv", table(CAD, rows)))
    assert dict(place.mapping().codes["disposition"].pairs)["*"] == "other"
    assert '"QZ7" (15)' in (place.folder / "agencies/oak.toml").read_text()


def workbook(sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_hidden_sheets_pivots_and_notes_are_set_aside(place: Place) -> None:
    rows: list[list[object]] = [["Monthly export"], [], [*CAD], *[[*r] for r in cad_rows()]]
    pivot: list[list[object]] = [["Row Labels", "Count"], ["Theft", 10], ["Welfare Check", 10], ["Grand Total", 20]]
    sheets = {
        "old": [[*CAD], *[[*r] for r in cad_rows(5)]],
        "Pivot": pivot,
        "Notes": [["1", "Pulled by hand"]],
        "Calls": rows,
    }
    done = place.onboard(place.sent("cad.xlsx", workbook(sheets, hidden=("old",))))
    assert place.mapping().sheets == ("Calls",)
    assert 'left aside: "Pivot", "Notes"' in done.text
    assert receipts(place) == {"oak/cad.xlsx": (60, 60)}


def test_sheets_that_go_on_with_the_same_table_are_read_together(place: Place) -> None:
    rows = [[*r] for r in cad_rows()]
    sheets: dict[str, list[list[object]]] = {"Jan": [[*CAD], *rows[:30]], "Feb": [[*CAD], *rows[30:]]}
    place.onboard(place.sent("cad.xlsx", workbook(sheets)))
    assert place.mapping().sheets == ("Jan", "Feb")
    assert receipts(place) == {"oak/cad.xlsx": (60, 60)}


def test_a_wide_time_sheet_is_unpivoted(place: Place) -> None:
    headings = ("Team", "Date", "Client Hours", "Documentation", "Drive", "Meetings")
    rows = [["CR1", f"01/{d:02}/2024", 4.5, 1, 0.5, 0] for d in range(1, 25)]
    place.onboard(place.sent("time.csv", table(headings, rows)), None)
    mapping = place.mapping()
    assert mapping.table == "shifts"
    assert mapping.unpivot is not None
    assert mapping.unpivot.unit == "hours"
    assert set(mapping.unpivot.columns) == {"direct", "documentation", "travel", "meeting"}


@pytest.mark.parametrize(
    ("headings", "rows", "expected"), [(CAD, cad_rows(), "calls"), (LOG, log_rows(), "encounters")]
)
def test_the_table_is_proposed_when_none_is_named(
    place: Place, headings: tuple[str, ...], rows: list[list[str]], expected: str
) -> None:
    place.onboard(place.sent("file.csv", table(headings, rows)), None)
    assert place.mapping().table == expected


def test_a_call_without_a_number_gets_one_without_its_address(place: Place) -> None:
    rows = [[r[1], r[4], r[7]] for r in cad_rows()]
    done = place.onboard(place.sent("calls.csv", table(("Date", "Description", "Location"), rows)))
    assert place.heading("incident") == ("Date", "Description")
    assert "has no incident number" in done.text


def test_without_a_date_it_is_refused_and_nothing_is_written(place: Place) -> None:
    file = place.sent(
        "calls.csv",
        table(
            ("Incident Number", "Call Type", "Weekday"),
            [[f"24-{n}", TYPE, "Monday"] for n, TYPE in enumerate(("Theft", "Alarm") * 20)],
        ),
    )
    with pytest.raises(UserError, match="no column for `received_at`"):
        place.onboard(file)
    assert not list((place.folder / "agencies").iterdir())
    assert not list((place.folder / "raw").iterdir())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b'{"result": {"rows": [1, 2]}}'),
        ("a.csv", b""),
        ("a.csv", b"Incident Number,Received\n"),
        ("a.xlsx", b"no workbook"),
        ("a.csv", b"24-1,01/02/2024,5\n24-2,01/03/2024,6\n24-3,01/04/2024,7\n"),
    ],
)
def test_what_cannot_be_read_ends_with_3_and_nothing_is_written(place: Place, name: str, content: bytes) -> None:
    done = place.onboard(place.sent(name, content))
    assert done.exit is Exit.ATTENTION
    assert name in done.messages[0]
    assert not list((place.folder / "agencies").iterdir())
    assert not list((place.folder / "raw").iterdir())


@pytest.mark.parametrize("agency", ["all", "Oak PD", "con"])
def test_an_agency_needs_an_id_that_can_be_one(place: Place, cad: Cad, agency: str) -> None:
    with pytest.raises(UserError):
        place.onboard(cad(), agency=agency)


def test_a_table_that_is_none_is_answered_with_the_nearest(place: Place, cad: Cad) -> None:
    with pytest.raises(UserError) as caught:
        place.onboard(cad(), "call")
    assert "calls" in caught.value.hint


def test_headings_that_say_nothing_are_still_the_headings(place: Place) -> None:
    """A row of data taken for headings would name persons in the mapping."""
    rows = [[*r[:8], LAST[n % 8], f"{FIRST[n % 7]} {LAST[n % 8]}"] for n, r in enumerate(cad_rows())]
    done = place.onboard(place.sent("cad.csv", table([f"Column{n}" for n in range(10)], rows)))
    assert place.heading("incident") == ("Column0",)
    assert {p[0] for s in place.mapping().columns.values() for p in s.parts} <= {f"Column{n}" for n in range(8)}
    assert not any(name in done.text for name in LAST)


@pytest.mark.parametrize("form", ["%H:%M:%S %m/%d/%Y", "%m/%d/%Y %H:%M:%S CST", "%Y-%m-%d %I:%M %p"])
def test_unusual_times_are_read(place: Place, cad: Cad, form: str) -> None:
    place.onboard(cad(form=form))
    assert place.mapping().datetime == (form,)
    assert receipts(place) == {"oak/cad_2024-01.csv": (60, 60)}


def test_a_heading_that_stands_twice_is_left_out_and_told(place: Place) -> None:
    done = place.onboard(place.sent("cad.csv", table((*CAD, "Disposition"), [[*r, "x"] for r in cad_rows()])))
    assert place.heading("disposition") is None
    assert "stands more than once" in done.text


def test_the_name_of_a_course_is_nobodys(place: Place) -> None:
    rows = [[("CIT 40 hours", "De-escalation")[n % 2], f"01/{n + 1:02}/2024", 10 + n] for n in range(20)]
    place.onboard(place.sent("courses.csv", table(("Name", "Date", "Attendees"), rows)), None)
    assert place.mapping().table == "trainings"
    assert place.heading("course") == ("Name",)


def test_hours_are_never_taken_for_minutes(place: Place) -> None:
    rows = [["CR1", f"01/{n + 1:02}/2024", ("Travel", "Training")[n % 2], 1.5] for n in range(20)]
    with pytest.raises(UserError, match="minutes"):
        place.onboard(place.sent("time.csv", table(("Team", "Date", "Activity", "Hours"), rows)), "shifts")


def test_a_hidden_file_is_not_put_where_it_would_not_be_read(place: Place, cad: Cad) -> None:
    with pytest.raises(UserError, match="hides it"):
        place.onboard(cad(".cad.csv"))


def test_birth_dates_in_a_form_of_their_own_are_declared(place: Place) -> None:
    rows = [[*r[:4], f"{1 + n % 28:02}-Mar-{1950 + n}", *r[5:]] for n, r in enumerate(log_rows())]
    place.onboard(place.sent("log.csv", table(LOG, rows)), "encounters")
    assert place.mapping().datetime == ("%m/%d/%Y %H:%M", "%d-%b-%Y")
    program = place.program
    received = receive_all(program, find_extracts(program))
    assert "person_unreadable" not in received[0].receipt.rules


def test_a_column_that_names_agencies_says_whose_each_row_is(place: Place, cad: Cad) -> None:
    place.onboard(cad(), agency="oak", agency_name="Oak Police Department")
    place.onboard(cad("elm.csv"), agency="elm", agency_name="Elm County Sheriff's Office")
    rows = [[("Oak PD", "Elm")[n % 2], "CR1", f"01/{n + 1:02}/2024", 5, 2, 1] for n in range(24)]
    headings = ("Agency", "Team", "Date", "Client Hours", "Documentation", "Drive")
    place.onboard(place.sent("time.csv", table(headings, rows)), "shifts")
    mapping = next(m for m in place.program.mappings if m.table == "shifts")
    assert mapping.columns["agency"].parts == (("Agency",),)
    assert dict(mapping.codes["agency"].pairs)["Oak PD"] == "oak"


@pytest.mark.parametrize("most", [1 << 28, 0])
@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_what_is_shown_is_what_check_says(place: Place, monkeypatch: pytest.MonkeyPatch, kind: str, most: int) -> None:
    """Rows of these kinds are kept from the look for the trial, or read again when they are too many."""
    monkeypatch.setattr("pipeline.onboard.remembered._MOST_BYTES", most)
    rows = [*cad_rows(), cad_rows(3)[2]]  # two rows alike
    rows[7][1] = "99/99/2024"
    if kind == "xlsx":
        data = workbook({"Calls": [[*CAD], *[[*r] for r in rows]]})
    else:
        lines = [json.dumps(dict(zip(CAD, r, strict=True))) for r in rows]
        data = "\n".join([*lines[:5], "{not closed", *lines[5:], ""]).encode()
    done = place.onboard(place.sent(f"cad.{kind}", data))
    bad = int(kind == "json")
    assert receipts(place) == {f"oak/cad.{kind}": (61 + bad, 59)}
    told = f"Tried on all {61 + bad} rows: 59 would be used, {1 + bad} would wait in quarantine, 1 stands twice"
    assert told in done.text


def test_columns_that_cannot_be_named_are_told_of(place: Place) -> None:
    heads, rows = [*CAD], cad_rows()
    heads[6], heads[8] = "", "Address"
    done = place.onboard(place.sent("cad.csv", table(heads, rows)))
    assert place.heading("area") is None
    assert "Column G has values but no heading" in done.text and "ask the agency to name it" in done.text
    assert 'More than one column is called "Address"' in done.text
    assert place.heading("address") is None


def test_an_empty_column_without_heading_needs_no_word(place: Place) -> None:
    done = place.onboard(place.sent("cad.csv", table([*CAD, ""], [[*r, ""] for r in cad_rows()])))
    assert "no heading." not in done.text
