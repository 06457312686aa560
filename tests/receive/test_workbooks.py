"""Workbooks and JSON through the whole stage: real dates, text dates, broken cells, several sheets (made-up data)."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl

from tests.receive.conftest import Folder, One


def book(**sheets: list[list[Any]]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


LOG = """
table = "encounters"
datetime = ["%m/%d/%Y %I:%M %p"]
[extract.columns]
encounter = "No"
incident = "CAD"
started_at = ["Day", "Time"]
minutes = "Min"
person = ["Name", "DOB"]
arrested = "Arrested"
"""
HEAD = ["No", "CAD", "Day", "Time", "Min", "Name", "DOB", "Arrested"]


def test_dates_of_excel_work_whatever_is_declared(one: One) -> None:
    rows = [
        [1, "A-1", date(2024, 1, 5), time(14, 5), 30, "Doe", date(1990, 3, 4), True],
        [2, "A-2", date(2024, 1, 5), "2:05 PM", timedelta(minutes=90), "Doe", "3/4/90", "No"],
        [3, "A-3", "01/05/2024", time(14, 5), "30", "Doe", datetime(1990, 3, 4, 8), None],
        [4, "A-4", "01/05/2024", "2:05 PM", 1.5, "doe ", "03/04/1990 12:00 AM", 0],
        [5, "A-5", datetime(2024, 1, 5), time(14, 5), None, "Doe", "1990-03-04", "x"],
    ]
    made = one(LOG, book(Log=[["Log of River", None], HEAD, *rows]), "river/log.xlsx")
    assert made.counts == (5, 5, 0, 0, 0)
    assert made.column("started_at") == [datetime(2024, 1, 5, 14, 5)] * 5
    assert made.column("minutes") == [30, 90, 30, 1.5, None]
    assert made.column("arrested") == [True, False, None, False, True]
    assert len(set(made.column("person_key"))) == 1
    assert made.column("birth_year") == [1990] * 5
    assert made.column("encounter") == ["1", "2", "3", "4", "5"]
    assert made.column("source_row") == [3, 4, 5, 6, 7]
    assert set(made.column("sheet")) == {None}  # told only where several sheets are read


def test_an_incident_that_excel_made_a_date_is_damaged(one: One) -> None:
    rows = [[1, date(2024, 1, 5), date(2024, 1, 5), time(14), 1, "Doe", date(1990, 3, 4), "No"]]
    made = one(LOG, book(Log=[HEAD, *rows]), "river/log.xlsx")
    assert made.violations == [(2, "incident", "2024-01-05", "excel_damage")]
    cells = made.quarantined[2]
    assert cells is not None
    assert (cells["CAD"], cells["DOB"]) == ("2024-01-05", "(kept in the extract)")


def test_a_formula_without_a_value_is_an_error_on_its_row(one: One) -> None:
    rows = [
        [1, "A-1", date(2024, 1, 5), time(14), "=E9*2", "Doe", date(1990, 3, 4), "No"],
        [2, "A-2", date(2024, 1, 5), time(14), 5, "Doe", date(1990, 3, 4), "No"],
    ]
    made = one(LOG, book(Log=[HEAD, *rows]), "river/log.xlsx")
    assert made.counts == (2, 1, 1, 0, 0)
    assert made.violations == [(2, "minutes", None, "broken_cell")]
    assert "formula" in made.rows("violations")[0]["message"]


def test_several_sheets_keep_their_own_row_numbers(one: One) -> None:
    mapping = LOG.replace('table = "encounters"', 'table = "encounters"\nsheet = ["May", "June"]')
    one_row = ["A-1", date(2024, 1, 5), time(14), 5, "Doe", date(1990, 3, 4), "No"]
    data = book(
        June=[HEAD, ["3", *one_row], ["x", None, "soon"]], May=[HEAD, ["1", *one_row], ["3", *one_row[:-1], "Yes"]]
    )
    made = one(mapping, data, "river/log.xlsx")
    assert made.counts == (4, 1, 3, 0, 0)
    assert [(r["encounter"], r["sheet"], r["source_row"]) for r in made.rows()] == [("1", "May", 2)]
    assert {(q["sheet"], q["source_row"]) for q in made.rows("quarantine")} == {("May", 3), ("June", 2), ("June", 3)}


def test_json(one: One) -> None:
    mapping = 'table = "calls"\n[extract.columns]\nincident = "id"\nreceived_at = "at"\nbehavioral_health = "bh"\npriority = "p"\n'
    data = [
        {"id": 7, "at": "2024-01-05T10:00:00Z", "bh": True, "p": None},
        {"id": "8", "at": "soon", "bh": "no", "p": 2},
    ]
    made = one(mapping, json.dumps(data), "river/calls.json")
    assert made.counts == (2, 1, 1, 0, 0)
    row = made.rows()[0]
    assert (row["incident"], row["received_at"], row["behavioral_health"], row["source_row"]) == (
        "7",
        datetime(2024, 1, 5, 4),
        True,
        1,
    )
    assert made.violations == [(2, "received_at", "soon", "unreadable_timestamp")]


def test_a_file_that_cannot_be_read_has_a_problem_and_no_rows(folder: Folder) -> None:
    folder.write("agencies/river.toml", '[[extract]]\nfiles = "river/*.xlsx"\n' + LOG)
    folder.write("raw/river/a.xlsx", b"not a workbook")
    folder.write("raw/river/b.xlsx", b"")
    folder.write("raw/river/c.xlsx", book(Log=[HEAD]))
    made = folder.receive()
    for name in ("river/a.xlsx", "river/b.xlsx"):
        receipt = made[name].receipt
        assert receipt.problem
        assert made[name].received.folder is None
        assert (made[name].counts, receipt.rules) == ((0, 0, 0, 0, 0), {})
    assert made["river/c.xlsx"].receipt.problem is None
