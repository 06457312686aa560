"""An export without an incident number: one is made of date, time and place, in a workbook with real dates (made up)."""

from __future__ import annotations

import datetime as dt

import openpyxl

from tests.journeys.conftest import Folder

MAPPING = """
[[extract]]
table = "calls"
files = "oak/*.xlsx"
[extract.columns]
incident = ["Date", "Time", "Beat"]
received_at = ["Date", "Time"]
nature = "Type"
"""


def test_dates_among_the_parts_of_an_incident_number_are_no_damage(folder: Folder) -> None:
    folder.write("agencies/oak.toml", MAPPING)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Date", "Time", "Type", "Beat"],
        [dt.datetime(2024, 1, 25), dt.time(20, 27), "Welfare", "A"],
        [dt.datetime(2024, 1, 25), dt.time(20, 27), "Welfare", "B"],
    ):
        sheet.append(row)
    (folder.path / "raw/oak").mkdir()
    book.save(folder.path / "raw/oak/calls.xlsx")
    receipt = folder.check()["oak/calls.xlsx"]
    assert (receipt["read"], receipt["accepted"]) == (2, 2)


def test_a_date_in_place_of_an_incident_number_is_damage(folder: Folder) -> None:
    folder.write("agencies/oak.toml", MAPPING.replace('["Date", "Time", "Beat"]', '"No"'))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["No", "Date", "Time", "Type"])
    sheet.append([dt.datetime(2024, 5, 1), dt.datetime(2024, 1, 25), dt.time(20, 27), "Welfare"])
    (folder.path / "raw/oak").mkdir()
    book.save(folder.path / "raw/oak/calls.xlsx")
    receipt = folder.check()["oak/calls.xlsx"]
    assert (receipt["quarantined"], receipt["rules"]) == (1, {"excel_damage": 1})
