"""The headings of a large workbook are found in its first rows, and are those of the whole (made-up data)."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from pipeline.program.model import Mapping
from pipeline.receive.read import Unreadable, open_source, read_headings
from pipeline.receive.read.workbook_file import Workbook
from pipeline.receive.read.workbook_head import LARGE, CutShort

PLAIN = Mapping("oak", 1, None, "calls", "*")
HEADS = ("Incident", "Received", "Nature")


def book(path: Path, above: int = 0, rows: int = 15_000, sheets: tuple[str, ...] = ("Calls",)) -> Path:
    """Sheets of shared texts with so many blank rows above the headings."""
    with xlsxwriter.Workbook(str(path)) as made:
        for name in sheets:
            sheet = made.add_worksheet(name)
            sheet.write_row(above, 0, HEADS)
            for n in range(1, rows + 1):
                sheet.write_row(above + n, 0, (f"{name}-{n:06}", n * 1.25, ("ALARM", "THEFT")[n % 2]))
    assert path.stat().st_size > LARGE
    return path


def whole(path: Path, mapping: Mapping) -> tuple[tuple[str, ...], int]:
    source = open_source(path, mapping)
    return source.headings, source.heading_row


@pytest.mark.parametrize("above", [0, 3, 390, 500])
def test_the_same_headings_as_in_the_whole(tmp_path: Path, above: int) -> None:
    path = book(tmp_path / "cad.xlsx", above)
    (found,) = read_headings(path, PLAIN)
    assert (found.headings, found.number) == whole(path, PLAIN) == (HEADS, above + 1)


@pytest.mark.parametrize("row", [1, 300, 14_000])
def test_a_declared_row_however_far_down(tmp_path: Path, row: int) -> None:
    path = book(tmp_path / "cad.xlsx")
    mapping = Mapping("oak", 1, None, "calls", "*", header_row=row)
    (found,) = read_headings(path, mapping)
    assert (found.headings, found.number) == whole(path, mapping)
    with pytest.raises(Unreadable, match=r"Row 20000"):
        read_headings(path, Mapping("oak", 1, None, "calls", "*", header_row=20_000))


def test_each_sheet_has_its_own(tmp_path: Path) -> None:
    path = book(tmp_path / "cad.xlsx", sheets=("July", "August"))
    found = read_headings(path, Mapping("oak", 1, None, "calls", "*", sheets=("August", "July")))
    assert [(f.sheet, f.headings) for f in found] == [("August", HEADS), ("July", HEADS)]


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """The same workbook with another XML of its first sheet."""
    target = path.with_name("other.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == "xl/worksheets/sheet1.xml" else data)
    return target


def test_elements_with_a_prefix(tmp_path: Path) -> None:
    def prefixed(xml: bytes) -> bytes:
        for name in (b"worksheet", b"sheetData", b"row", b"c", b"v"):
            for end in (b" ", b">"):
                xml = xml.replace(b"<" + name + end, b"<x:" + name + end)
            xml = xml.replace(b"</" + name + b">", b"</x:" + name + b">")
        return xml.replace(b"xmlns=", b"xmlns:x=")

    path = rewritten(book(tmp_path / "cad.xlsx"), prefixed)
    (found,) = read_headings(path, PLAIN)
    assert (found.headings, found.number) == whole(path, PLAIN)


def test_who_asks_for_more_is_told(tmp_path: Path) -> None:
    small = Workbook(book(tmp_path / "cad.xlsx"), begun=True)
    rows = small.rows("Calls")
    first = [next(rows) for _ in range(400)]
    assert first[1] == (2, ["Calls-000001", "1.25", "THEFT"])
    with pytest.raises(CutShort):
        next(rows)
