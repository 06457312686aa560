"""Workbooks that a careless or hostile sender could hand over (made up)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.archives import bomb_sheet, doubled, flagged, lying, with_files, with_parts, zipped
from tests.hostile.made import HEADINGS, TEXTS, TIME
from tests.readers.books import SHEET, book, changed, old_book

_ROWS = [list(HEADINGS), ["X-1", TIME, "MADEUP", "arrest", "CR1"]]
_FORMULAS = [
    *("=1+1", "=NOW()", '=HYPERLINK("http://hostile.example")', "=cmd|'/C calc'!A0"),
    '=WEBSERVICE("http://hostile.example")',
]
_EXTERNAL = (
    b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook/></externalLink>'
)
_OUTSIDE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http:'
    b'//schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="file:///etc/passwd" '
    b'TargetMode="External"/></Relationships>'
)


def workbooks(folder: Path, full: bool) -> Iterator[tuple[str, bytes]]:
    """Names and contents of workbooks; `folder` is where they are made."""
    made = folder / "made.xlsx"
    good = book(made, _ROWS).read_bytes()
    yield from _bombs(good, full)
    yield from _parts(good)
    yield from _sheets(good, made)
    yield from _contents(made, full)
    yield from _no_workbooks(good)
    yield from _old(folder / "made.xls")


def _bombs(good: bytes, full: bool) -> Iterator[tuple[str, bytes]]:
    """Archives that expand to much more than they are."""
    size = 1_200_000_000 if full else 3_000_000
    yield "bomb_media.xlsx", with_parts(good, {"xl/media/image1.png": size})
    yield "bomb_sheet.xlsx", bomb_sheet(good, size)
    yield "bomb_lies.xlsx", lying(with_parts(good, {"xl/sharedStrings.xml": 3_000_000}), 3_000_000)
    many = (f"xl/x{n}.bin" for n in range(60_000 if full else 500))
    yield "bomb_many.xlsx", with_parts(good, dict.fromkeys(many, 10))


def _parts(good: bytes) -> Iterator[tuple[str, bytes]]:
    """Parts that lead out of the workbook, or stand in it twice."""
    links = {
        "xl/externalLinks/externalLink1.xml": _EXTERNAL,
        "xl/externalLinks/_rels/externalLink1.xml.rels": _OUTSIDE,
    }
    yield "links.xlsx", with_files(good, links)
    yield "macros.xlsm", with_files(good, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(5000)})
    names = ("../../../../tmp/hostile.txt", "/etc/hostile.txt", "xl\\worksheets\\..\\x")
    yield "climbing.xlsx", with_files(good, dict(zip(names, (b"HOSTILE", b"HOSTILE", b"x"), strict=True)))
    yield "twice.xlsx", doubled(good)


def _sheets(good: bytes, made: Path) -> Iterator[tuple[str, bytes]]:
    """XML that is not what Excel writes."""

    def part(name: str, change: Callable[[bytes], bytes]) -> bytes:
        made.write_bytes(good)
        return changed(made, name, change).read_bytes()

    def swapped(*pairs: tuple[bytes, bytes], name: str = SHEET) -> bytes:
        def change(xml: bytes) -> bytes:
            for old, new in pairs:
                xml = xml.replace(old, new)
            return xml

        return part(name, change)

    doctype = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet'
    yield "entities.xlsx", swapped((b"<worksheet", doctype), (b"MADEUP", b"&a;"))
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    yield "far_cell.xlsx", swapped((b"</sheetData>", far))
    yield "rows_claimed.xlsx", swapped((b'<dimension ref="A1:E2"', b'<dimension ref="A1:XFD1048576"'))
    yield "row_numbers.xlsx", swapped((b'r="2"', b'r="99999999999999999999"'), (b'"A2"', b'"ZZZZZZ0"'))
    yield "string_index.xlsx", swapped((b't="inlineStr"><is><t>MADEUP</t></is>', b't="s"><v>999999999</v>'))
    name = b'name="&#27;[31;7mHOSTILE &lt;script&gt; &#x202e;"'
    yield "sheet_name.xlsx", swapped((b'name="Calls"', name), name="xl/workbook.xml")


def _contents(made: Path, full: bool) -> Iterator[tuple[str, bytes]]:
    """Sound workbooks whose cells are not what rows should hold."""
    head, row = _ROWS
    more = {f"Sheet{n}": [["x"]] for n in range(30)}
    texts = [[f"W-{n}", TIME, _excel(text), "arrest", "CR1"] for n, text in enumerate(TEXTS)]
    numbers = [[1e300, -1.0, 5e93, 2**70, 0.1], [45000.5, 2958466, -5, 0, 60]]
    wide = [*HEADINGS, *(f"C{n}" for n in range(16_000 if full else 1_500))]
    yield "formulas.xlsx", book(made, [head, row, _FORMULAS]).read_bytes()
    yield "sheets.xlsx", book(made, _ROWS, more=more).read_bytes()
    yield "texts.xlsx", book(made, [head, *texts]).read_bytes()
    yield "numbers.xlsx", book(made, [head, *numbers]).read_bytes()
    yield "columns.xlsx", book(made, [wide, row]).read_bytes()


def _no_workbooks(good: bytes) -> Iterator[tuple[str, bytes]]:
    """Files cut off, locked, or something else."""
    for cut in (30, len(good) // 3, len(good) // 2, len(good) - 30):
        yield f"cut_{cut}.xlsx", good[:cut]
    locked = bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(3000)
    yield "cipher.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + locked
    yield "no_workbook.xlsx", zipped({"word/document.xml": b"<x/>"})
    yield "encrypted_zip.xlsx", flagged(good)


def _old(made: Path) -> Iterator[tuple[str, bytes]]:
    """Workbooks of Excel before 2007, sound and not."""
    old = old_book(made, [(r, c, v) for r, cells in enumerate(_ROWS) for c, v in enumerate(cells)]).read_bytes()
    yield "old.xls", old
    yield "old_locked.xls", old_book(made, [(0, 0, "Incident")], encrypted=True).read_bytes()
    for cut in (100, 600, len(old) // 2):
        yield f"old_cut_{cut}.xls", old[:cut]
    yield "old_loop.xls", old[:512] + struct.pack("<I", 0) * 128 + old[1024:]


def _excel(text: str) -> str:
    """What openpyxl takes: no control characters, 32,767 of them at most; a leading `=` stays a text."""
    return "'" * text.startswith("=") + "".join(c for c in text if c >= " " and c != "\x7f")[:32_000]
