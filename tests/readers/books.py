"""Makes workbooks for tests: .xlsx by openpyxl and by changing its parts, .xls byte by byte. All data is made up."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

SHEET = "xl/worksheets/sheet1.xml"


def book(
    path: Path, rows: list[list[Any]], title: str = "Calls", more: dict[str, list[list[Any]]] | None = None
) -> Path:
    """A workbook whose first sheet has these rows; `more` are further sheets."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for name, further in (more or {}).items():
        other = made.create_sheet(name)
        for row in further:
            other.append(row)
    made.save(path)
    return path


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The same workbook with one part changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    assert change(parts[part]) != parts[part]
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def old_book(path: Path, cells: list[tuple[int, int, Any]], *, encrypted: bool = False, small: bool = False) -> Path:
    """A .xls of one sheet with (row, column, value) from 0: text, numbers, True/False, `#REF!` and date serials.

    A number in a tuple is a date; `=#N/A` is a formula with that result. BIFF8 in an OLE container, with the records that
    calamine and Excel need; with `small` in its small sectors.
    """
    content = _biff(cells, encrypted=encrypted)
    path.write_bytes(_small_container(content) if small else _container(content))
    return path


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _biff(cells: list[tuple[int, int, Any]], *, encrypted: bool) -> bytes:
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    if encrypted:
        begin += _record(0x002F, struct.pack("<HHH", 1, 1, 1))
    plain = struct.pack("<HHHBBBBIIH", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    day = struct.pack("<HHHBBBBIIH", 0, 22, 0, 0, 0, 0, 0, 0, 0, 0)  # 22 is m/d/yy h:mm
    formats = _record(0x00E0, plain) + _record(0x00E0, day)
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, column, value in cells:
        sheet += _cell(row, column, value)
    sheet += _record(0x000A, b"")
    name = b"Calls"
    end = _record(0x000A, b"")
    bound_size = 4 + 4 + 2 + 2 + len(name)
    offset = len(begin) + len(formats) + bound_size + len(end)
    bound = _record(0x0085, struct.pack("<IHBB", offset, 0, len(name), 0) + name)
    return begin + formats + bound + end + sheet


def _cell(row: int, column: int, value: Any) -> bytes:
    if value == "=#N/A":
        result = struct.pack("<BxBxxxH", 2, 0x2A, 0xFFFF)
        formula = struct.pack("<HIH", 0, 0, 3) + b"\x1e\1\0"
        return _record(0x0006, struct.pack("<HHH", row, column, 0) + result + formula)
    if value == "#REF!":
        return _record(0x0205, struct.pack("<HHHBB", row, column, 0, 0x17, 1))
    if isinstance(value, bool):
        return _record(0x0205, struct.pack("<HHHBB", row, column, 0, int(value), 0))
    if isinstance(value, tuple):
        return _record(0x0203, struct.pack("<HHHd", row, column, 1, value[0]))
    if isinstance(value, (int, float)):
        return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))
    text = value.encode("utf-16-le")
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + text)


def _container(content: bytes) -> bytes:
    """An OLE container with one stream."""
    content += bytes(max(0, 4096 - len(content)))  # smaller streams would need the other kind of sectors
    content += bytes(-len(content) % 512)
    sectors = len(content) // 512
    chain = [*range(1, sectors), 0xFFFFFFFE]
    table = [*chain, 0xFFFFFFFE, 0xFFFFFFFD]  # the stream, the folder, this table
    assert len(table) <= 128
    fat = struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    header = _header(sectors, sectors + 1, mini_table=(0xFFFFFFFE, 0))
    folder = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0xFFFFFFFF, 0, len(content))
    return header + content + folder + bytes(512 - len(folder)) + fat


def _small_container(content: bytes) -> bytes:
    """The same with a stream below 4,096 bytes, which lies in the small sectors of the root's stream."""
    assert len(content) < 4096
    length = len(content)
    content += bytes(-length % 512)
    sectors, pieces = len(content) // 512, -(-length // 64)
    end = 0xFFFFFFFE
    table = [*range(1, sectors), end, end, end, 0xFFFFFFFD]  # small sectors, folder, table of small sectors, this table
    fat = struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    mini = struct.pack("<128I", *range(1, pieces), end, *[0xFFFFFFFF] * (128 - pieces))
    folder = _entry("Root Entry", 5, 1, 0, pieces * 64) + _entry("Workbook", 2, 0xFFFFFFFF, 0, length)
    header = _header(sectors, sectors + 2, mini_table=(sectors + 1, 1))
    return header + content + folder + bytes(512 - len(folder)) + mini + fat


def _header(folder: int, table: int, mini_table: tuple[int, int]) -> bytes:
    none = 0xFFFFFFFE
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, folder, 0, 4096, *mini_table, none, 0,
    )  # fmt: skip
    return header + struct.pack("<109I", table, *[0xFFFFFFFF] * 108)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    spelled = name.encode("utf-16-le") + b"\0\0"
    none = 0xFFFFFFFF
    return (
        spelled.ljust(64, b"\0")
        + struct.pack("<HBBIII16xIQQIQ", len(spelled), kind, 1, none, none, child, 0, 0, 0, start, size)
    )  # fmt: skip
