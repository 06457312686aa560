"""Workbook archives put together by hand: further parts, parts that go on and on, parts that lie."""

from __future__ import annotations

import io
import struct
import zipfile

from tests.readers.books import SHEET


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def with_files(good: bytes, parts: dict[str, bytes]) -> bytes:
    """The workbook with further parts."""
    held = io.BytesIO(good)
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def with_parts(good: bytes, sizes: dict[str, int]) -> bytes:
    """The workbook with further parts of so many zeros."""
    held = io.BytesIO(good)
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, size in sizes.items():
            with archive.open(name, "w", force_zip64=True) as made:
                for start in range(0, size, 1 << 20):
                    made.write(bytes(min(1 << 20, size - start)))
    return held.getvalue()


def bomb_sheet(good: bytes, size: int) -> bytes:
    """A sheet that goes on and on."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    begin, end = parts.pop(SHEET).split(b"</sheetData>")
    row = b'<row><c t="inlineStr"><is><t>' + b"x" * 1000 + b"</t></is></c></row>"
    held = io.BytesIO(zipped(parts))
    with (
        zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(SHEET, "w", force_zip64=True) as made,
    ):
        made.write(begin)
        block = row * 1000
        for _ in range(size // len(block)):
            made.write(block)
        made.write(b"</sheetData>" + end)
    return held.getvalue()


def lying(content: bytes, size: int) -> bytes:
    """A part of this size says that it has ten bytes."""
    return content.replace(struct.pack("<I", size), struct.pack("<I", 10))


def flagged(good: bytes) -> bytes:
    """Every part says that it is encrypted."""
    changed_bytes = bytearray(good)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed_bytes.find(mark)
        while place >= 0:
            changed_bytes[place + at] |= 1
            place = changed_bytes.find(mark, place + 4)
    return bytes(changed_bytes)


def doubled(good: bytes) -> bytes:
    """The sheet twice under one name: which one is read?"""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        sheet = archive.read(SHEET)
    held = io.BytesIO(good)
    with zipfile.ZipFile(held, "a") as archive:
        info = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
        archive.writestr(info, sheet.replace(b"X-1", b"Y-1"))
    return held.getvalue().replace(b"sheet2.xml", b"sheet1.xml")
