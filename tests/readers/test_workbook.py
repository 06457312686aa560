"""Excel workbooks: sheets, title rows, what cells hold, and what they only seem to hold."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.receive.read import BROKEN_MARK, DATE_MARK, Unreadable, open_source, read_headings
from pipeline.receive.read.cells import cell_text, number_text
from tests.readers.books import SHEET, book, changed, old_book
from tests.readers.made import mapping, read

WANTED = mapping("Incident", "Received")
HEADINGS = ["Incident", "Received", "Done"]


def values(path: Path, *columns: str, **settings: Any) -> list[tuple[int, list[str | None]]]:
    rows, bad = read(path, mapping(*(columns or ("Incident",)), **settings))
    assert bad == []
    return rows


def test_what_a_person_sees_in_the_cells(tmp_path: Path) -> None:
    day = dt.datetime(2024, 1, 2)
    rows: list[list[Any]] = [
        [240001, day.replace(hour=10), True],
        [240001.5, day.replace(hour=9, minute=59, second=59, microsecond=600_000), False],
        ["240001.0", day, None],
        [" A-1 ", dt.time(8, 5), "x"],
        [5e93, "01/02/2024 10:00", 0.1 + 0.2],
        [20_231_100_012_345_678, dt.timedelta(hours=30, minutes=5), -0.5],
        ["line\nfeed", dt.date(2024, 1, 2), 123_456_789_012_345],
    ]
    found = values(book(tmp_path / "cad.xlsx", [HEADINGS, *rows]))
    assert found == [
        (2, ["240001", f"{DATE_MARK}2024-01-02T10:00:00", "true"]),
        (3, ["240001.5", f"{DATE_MARK}2024-01-02T10:00:00", "false"]),
        (4, ["240001.0", f"{DATE_MARK}2024-01-02", None]),
        (5, [" A-1 ", f"{DATE_MARK}08:05:00", "x"]),
        (6, ["5.00E+93", "01/02/2024 10:00", "0.3"]),
        (7, ["2.02E+16", f"{DATE_MARK}30:05:00", "-0.5"]),
        (8, ["line\nfeed", f"{DATE_MARK}2024-01-02", "123456789012345"]),
    ]


def test_numbers_and_times_at_the_edges() -> None:
    assert [number_text(n) for n in (0.0, -0.0, 1e15, 999_999_999_999_999.0, 1e-7, 12345.678)] == [
        "0", "0", "1.00E+15", "999999999999999", "1E-07", "12345.678",
    ]  # fmt: skip
    assert cell_text(dt.time(23, 59, 59, 900_000)) == f"{DATE_MARK}23:59:59"
    assert cell_text(dt.datetime.max) == f"{DATE_MARK}9999-12-31T23:59:59"
    assert cell_text(dt.timedelta(days=-1)) == f"{DATE_MARK}-24:00:00"
    assert cell_text(DATE_MARK + "2024-01-02") == "2024-01-02"  # a mark that the file itself holds is no mark
    assert cell_text(BROKEN_MARK + DATE_MARK + "x") == "x"


def test_title_rows_merged_cells_footers_and_an_offset(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["C3"] = "Oak Police Department"
    sheet.merge_cells("C3:E3")
    for row, cells in ((5, HEADINGS), (6, ["A-1", "x", "y"]), (8, ["Total", 1, None])):
        for column, cell in enumerate(cells, 3):
            sheet.cell(row, column, cell)
    sheet["H7"] = "a note beside the data"
    made.save(tmp_path / "cad.xlsx")
    assert [(n, cells[:3]) for n, cells in values(tmp_path / "cad.xlsx")] == [
        (6, ["A-1", "x", "y"]),
        (7, [None, None, None]),
        (8, ["Total", "1", None]),
    ]
    assert len(values(tmp_path / "cad.xlsx", header_row=5)) == 3
    with pytest.raises(Unreadable, match=r"Row 4 .*header_row"):
        open_source(tmp_path / "cad.xlsx", mapping("Incident", header_row=4))


def test_the_first_visible_sheet_is_read_and_others_by_name(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    hidden = made.active
    assert hidden is not None
    hidden.title = "Working"
    hidden.append(["Incident", "Received"])
    hidden.append(["hidden", "x"])
    hidden.sheet_state = "hidden"
    for name, rows in {
        "Log ": [["Incident", "Received"], ["A-1", "x"]],
        "2": [["t"], ["Received", "Incident", "New"], ["y", "A-2", "z"]],
    }.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "log.xlsm"
    made.save(path)
    assert values(path) == [(2, ["A-1", "x"])]
    assert values(path, sheets=("working",)) == [(2, ["hidden", "x"])]
    source = open_source(path, mapping("Incident", sheets=(" LOG", "2")))
    assert source.headings == ("Incident", "Received", "New")
    found = [tuple(row.values()) for batch in source.batches() for row in batch.to_pylist()]
    assert found == [("A-1", "x", None, 2, "Log "), ("A-2", "y", "z", 3, "2")]
    with pytest.raises(Unreadable, match='no sheet "Logs"; it has "Working", "Log ", "2"'):
        open_source(path, mapping("Incident", sheets=("Logs",)))
    with pytest.raises(Unreadable, match='sheet "Log ", row 1'):
        open_source(path, mapping("Incident", "New", sheets=("Log", "2")))
    assert [r.number for r in read_headings(path, mapping("Incident", sheets=("Log", "2")))] == [1, 2]


def test_a_missing_heading_names_the_other_sheets(tmp_path: Path) -> None:
    path = book(tmp_path / "log.xlsx", [["Read me"]], "Notes", {"Log": [["Incident"], ["A-1"]]})
    with pytest.raises(Unreadable, match=r'sheet "Notes".*there are also "Log"'):
        open_source(path, mapping("Incident"))
    empty = book(tmp_path / "empty.xlsx", [], "Notes", {"Log": [["Incident"], ["A-1"]]})
    with pytest.raises(Unreadable, match=r'"Notes" is empty.*"Log"'):
        open_source(empty, mapping("Incident"))


def test_formulas_errors_and_cells_without_a_value(tmp_path: Path) -> None:
    path = book(tmp_path / "cad.xlsx", [HEADINGS, ["A-1", "=1+1", "x"], ["A-2", "#REF!", "y"], ["A-3", "=2", "=3"]])
    lone = f"{BROKEN_MARK}formula without a stored value"
    expected = [
        (2, ["A-1", lone, "x"]),
        (3, ["A-2", f"{BROKEN_MARK}#REF!", "y"]),
        (4, ["A-3", lone, lone]),
    ]
    assert values(path) == expected

    def store(xml: bytes) -> bytes:
        xml = xml.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"
        )
        xml = re.sub(rb"<f>2</f><v ?/>|<f>2</f><v></v>", b"<f>2</f>", xml)
        return re.sub(rb'<c r="C4"><f>3</f>(<v ?/>|<v></v>)', b'<c r="C4" t="str"><f>3</f><v></v>', xml)

    assert values(changed(path, SHEET, store)) == [
        (2, ["A-1", "2", "x"]),  # a stored value is a value
        expected[1],
        (4, ["A-3", lone, None]),  # and so is a stored empty text
    ]


def test_broken_cells_where_nothing_else_stands(tmp_path: Path) -> None:
    """calamine leaves out rows and columns of nothing but formulas without a value."""
    rows = [["=1", "Incident", "Received"], [None, "A-1", "x"], ["=2", None, None], [None, None, "=3"]]
    lone = f"{BROKEN_MARK}formula without a stored value"
    assert values(book(tmp_path / "cad.xlsx", rows)) == [
        (2, [None, "A-1", "x"]),
        (3, [lone, None, None]),
        (4, [None, None, lone]),
    ]


def test_cells_without_references_and_with_a_prefix(tmp_path: Path) -> None:
    """Some programs leave out the references, or write every element with a prefix."""
    path = book(tmp_path / "cad.xlsx", [HEADINGS, ["A-1", "=1+1", "x"]])
    changed(path, SHEET, lambda xml: re.sub(rb' r="[A-Z]*[0-9]+"', b"", xml))
    lone = f"{BROKEN_MARK}formula without a stored value"
    assert values(path) == [(2, ["A-1", lone, "x"])]

    def prefix(xml: bytes) -> bytes:
        xml = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", xml)
        return xml.replace(b" xmlns=", b" xmlns:x=")

    assert values(changed(path, SHEET, prefix)) == [(2, ["A-1", lone, "x"])]


def test_the_calendar_that_begins_in_1904(tmp_path: Path) -> None:
    path = book(tmp_path / "cad.xlsx", [HEADINGS, ["A-1", dt.datetime(2024, 1, 2, 10), None]])
    changed(path, "xl/workbook.xml", lambda xml: re.sub(rb"<workbookPr\b", b'<workbookPr date1904="1"', xml))
    assert values(path) == [(2, ["A-1", f"{DATE_MARK}2028-01-03T10:00:00", None])]


def test_an_old_workbook(tmp_path: Path) -> None:
    cells = [(1, 1, "Title"), (2, 1, "Incident"), (2, 2, "Received"), (2, 3, "Done")]
    cells += [(4, 1, 240001), (4, 2, (45293.4166666,)), (4, 3, True), (5, 1, "É-2"), (5, 3, "#REF!"), (6, 2, "#REF!")]
    path = old_book(tmp_path / "cad.xls", cells)
    assert values(path) == [
        (5, ["240001", f"{DATE_MARK}2024-01-02T10:00:00", "true"]),
        (6, ["É-2", None, f"{BROKEN_MARK}#REF!"]),
        (7, [None, f"{BROKEN_MARK}#REF!", None]),
    ]


def test_a_formula_with_an_error_in_an_old_workbook(tmp_path: Path) -> None:
    path = old_book(tmp_path / "cad.xls", [(0, 0, "Incident"), (0, 1, "Minutes"), (1, 0, "A-1"), (1, 1, "=#N/A")])
    assert values(path) == [(2, ["A-1", f"{BROKEN_MARK}#N/A"])]


def test_a_small_old_workbook_in_a_mini_stream(tmp_path: Path) -> None:
    path = old_book(tmp_path / "cad.xls", [(0, 0, "Incident"), (1, 0, "A-1"), (2, 0, "#REF!")], small=True)
    assert values(path) == [(2, ["A-1"]), (3, [f"{BROKEN_MARK}#REF!"])]


def test_only_a_heading_is_an_extract_without_rows(tmp_path: Path) -> None:
    assert values(book(tmp_path / "cad.xlsx", [HEADINGS])) == []


def test_wide_formatting_beyond_the_data_does_no_harm(tmp_path: Path) -> None:
    path = book(tmp_path / "cad.xlsx", [HEADINGS, ["A-1", "x", "y"]])
    changed(path, SHEET, lambda xml: xml.replace(b'<row r="2">', b'<row r="2"><c r="XFD2" s="0"/>', 1))
    assert values(path) == [(2, ["A-1", "x", "y"])]
