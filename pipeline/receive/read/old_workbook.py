"""What calamine does not tell of a .xls file: which cells hold an error, and whether the workbook is encrypted.

Reads just enough of the OLE container ([MS-CFB]) and of its records ([MS-XLS]) for that.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from pipeline.receive.read.source import Unreadable

#: Error codes of a cell, [MS-XLS] 2.5.10 BErr.
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BOF, _EOF, _FORMULA, _FILE_PASS, _BOUND_SHEET, _BOOL_ERR = 0x0809, 0x000A, 0x0006, 0x002F, 0x0085, 0x0205
_NO_SECTOR = 0xFFFFFFFA  # this and higher numbers name no sector
ENCRYPTED = "The workbook is encrypted (it asks for a password). Save it without a password and hand it over again."
_DAMAGED = "The workbook is damaged or not one that Excel writes. Open it in Excel and save it anew."

Broken = dict[tuple[int, int], str]


def broken_cells(path: Path) -> list[Broken]:
    """For each sheet in the order of the tabs the cells with an error: (row, column) from 1 -> the error.

    Unreadable when the container is damaged, or the workbook is encrypted (in any of Excel's ways).
    """
    try:
        stream = _workbook_stream(path.read_bytes())
        offsets: list[int] = []
        for kind, content in _records(stream, 0):
            if kind == _FILE_PASS:
                raise Unreadable(ENCRYPTED)
            if kind == _BOUND_SHEET:
                offsets.append(struct.unpack_from("<I", content)[0])
        return [_errors(stream, offset) for offset in offsets]
    except (struct.error, IndexError, KeyError):
        raise Unreadable(_DAMAGED) from None


def _errors(stream: bytes, offset: int) -> Broken:
    found: Broken = {}
    for kind, content in _records(stream, offset):
        if kind == _BOOL_ERR:
            row, column, _, code, is_error = struct.unpack_from("<HHHBB", content)
        elif kind == _FORMULA:
            row, column, _, sort, code, mark = struct.unpack_from("<HHHBxBxxxH", content)
            is_error = mark == 0xFFFF and sort == 2
        else:
            continue
        if is_error:
            found[row + 1, column + 1] = _ERRORS.get(code, "#ERROR")
    return found


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the stream, to its end; charts and the like that lie inside are passed over."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
        elif depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        if depth <= 0:
            return
        at += 4 + size


def _workbook_stream(file: bytes) -> bytes:
    """The stream `Workbook` of an OLE container (`Book` in files of Excel 95)."""
    shift, mini_shift = struct.unpack_from("<HH", file, 30)
    folder_start, cutoff, mini_table_start, _, extra_start, _ = struct.unpack_from("<I4xIIIII", file, 48)
    if shift not in (9, 12):
        raise KeyError
    size = 1 << shift
    listed = list(struct.unpack_from("<109I", file, 76))
    while extra_start < _NO_SECTOR and len(listed) < len(file):
        more = struct.unpack_from(f"<{size // 4}I", file, (extra_start + 1) * size)
        listed += more[:-1]
        extra_start = more[-1]
    table: list[int] = []
    for sector in listed:
        if sector < _NO_SECTOR:
            table += struct.unpack_from(f"<{size // 4}I", file, (sector + 1) * size)

    def chain(start: int) -> bytes:
        return b"".join(file[(s + 1) * size : (s + 2) * size] for s in _chain(table, start))

    entries = _entries(chain(folder_start))
    start, length = entries.get("workbook") or entries["book"]
    if length >= cutoff:
        return chain(start)[:length]
    mini = chain(entries["root entry"][0])
    links = chain(mini_table_start)
    small = list(struct.unpack(f"<{len(links) // 4}I", links))
    width = 1 << mini_shift
    return b"".join(mini[s * width : (s + 1) * width] for s in _chain(small, start))[:length]


def _chain(table: list[int], start: int) -> Iterator[int]:
    """The sectors of one stream; KeyError when the chain runs in a circle."""
    seen = 0
    while start < _NO_SECTOR:
        yield start
        start = table[start]
        seen += 1
        if seen > len(table):
            raise KeyError


def _entries(folder: bytes) -> dict[str, tuple[int, int]]:
    """Streams by name, folded: their first sector and length."""
    found: dict[str, tuple[int, int]] = {}
    for at in range(0, len(folder) - 127, 128):
        (length,) = struct.unpack_from("<H", folder, at + 64)
        name = folder[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").casefold()
        start, size = struct.unpack_from("<II", folder, at + 116)
        found.setdefault(name, (start, size))
    return found
