"""Workbooks that are none, are locked, or were made to do harm."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from pipeline.receive.read import Unreadable, archive, open_source
from tests.readers.books import SHEET, book, changed, old_book
from tests.readers.made import mapping, write

WANTED = mapping("Incident")
ROWS = [["Incident"], ["A-1"]]

NO_WORKBOOK = {
    "text.xlsx": (b"Incident\nA-1\n", "not what its ending"),
    "page.xls": (b"<html><table><tr><td>Incident</td></tr></table></html>", "web page"),
    "page.xlsx": (b"\xef\xbb\xbf <table><tr><td>Incident</td></tr></table>", "web page"),
    "print.xlsx": (b"%PDF-1.7", "PDF"),
    "empty.xlsx": (b"", "empty"),
    "cut.xlsx": (b"PK\x03\x04" + bytes(100), "damaged"),
    "cut.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
    "old.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"old Excel workbook \(\.xls\)"),
    "new.xls": (b"PK\x03\x04" + bytes(100), r"newer Excel workbook"),
    "locked.xlsx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
    ),
}


@pytest.mark.parametrize("name", NO_WORKBOOK)
def test_what_is_no_workbook_says_so(tmp_path: Path, name: str) -> None:
    content, expected = NO_WORKBOOK[name]
    with pytest.raises(Unreadable, match=expected):
        open_source(write(tmp_path, content, name), WANTED)


def test_a_zip_archive_without_a_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "cad.xlsx", "w") as made:
        made.writestr("cad.csv", "Incident\nA-1\n")
    with pytest.raises(Unreadable, match="zip archive without a workbook"):
        open_source(tmp_path / "cad.xlsx", WANTED)


def test_a_workbook_under_the_name_of_a_text(tmp_path: Path) -> None:
    book(tmp_path / "cad.xlsx", ROWS).rename(tmp_path / "cad.csv")
    with pytest.raises(Unreadable, match="zip archive or an Excel workbook"):
        open_source(tmp_path / "cad.csv", WANTED)


def test_an_old_workbook_with_a_password(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="encrypted"):
        open_source(old_book(tmp_path / "cad.xls", [(0, 0, "Incident")], encrypted=True), WANTED)


def test_a_workbook_that_declares_to_expand_beyond_bounds(tmp_path: Path) -> None:
    path = book(tmp_path / "cad.xlsx", ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made, made.open("xl/media/image1.png", "w") as part:
        for _ in range(1_001):
            part.write(bytes(1_000_000))
    assert path.stat().st_size < 2_000_000
    with pytest.raises(Unreadable, match="beyond 1 GB"):
        open_source(path, WANTED)


def test_a_workbook_that_lies_about_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path / "cad.xlsx", ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/sharedStrings.xml", bytes(3_000_000))
    content = bytearray(path.read_bytes())
    for place in _all(content, struct.pack("<I", 3_000_000)):
        content[place : place + 4] = struct.pack("<I", 10)
    path.write_bytes(content)
    with zipfile.ZipFile(path) as made:
        assert made.getinfo("xl/sharedStrings.xml").file_size == 10
    monkeypatch.setattr(archive, "MOST_BYTES", 2_000_000)
    with pytest.raises(Unreadable, match="expands beyond"):
        open_source(path, WANTED)


def _all(content: bytearray, wanted: bytes) -> list[int]:
    found = [content.find(wanted)]
    while (following := content.find(wanted, found[-1] + 1)) >= 0:
        found.append(following)
    return found


@pytest.mark.parametrize("reference", ["XFD1048576", "ZZZ2", "A99999999", "XFE2"])
def test_a_stray_cell_far_away_does_not_fill_the_memory(tmp_path: Path, reference: str) -> None:
    path = book(tmp_path / "cad.xlsx", ROWS)
    cell = f'<row r="1048576"><c t="n" r="{reference}"><v>1</v></c></row></sheetData>'.encode()
    changed(path, SHEET, lambda xml: xml.replace(b"</sheetData>", cell))
    with pytest.raises(Unreadable, match="too far"):
        open_source(path, WANTED)


def test_entities_are_never_followed(tmp_path: Path) -> None:
    secret = write(tmp_path, "made-up secret", "secret.txt")
    outside = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]><worksheet'.encode()
    path = book(tmp_path / "cad.xlsx", ROWS)
    changed(path, SHEET, lambda xml: xml.replace(b"<worksheet", outside).replace(b"A-1", b"&a;"))
    with pytest.raises(Unreadable, match="damaged") as caught:
        open_source(path, WANTED)
    assert "secret" not in str(caught.value)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
    )
    path = book(tmp_path / "cad.xlsx", ROWS, title="Calls")
    changed(path, "xl/workbook.xml", lambda xml: bomb + b"]>" + xml.replace(b'name="Calls"', b'name="&m;"'))
    with pytest.raises(Unreadable, match="damaged"):
        open_source(path, WANTED)


def test_xml_that_is_broken(tmp_path: Path) -> None:
    path = book(tmp_path / "cad.xlsx", ROWS)
    changed(path, SHEET, lambda xml: xml.replace(b"</sheetData>", b"<row"))
    with pytest.raises(Unreadable, match="damaged"):
        open_source(path, WANTED)
