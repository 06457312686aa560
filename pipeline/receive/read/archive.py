"""The zip archive inside an .xlsx or .xlsm file: whether it is sound and of bearable size, and its parts as streams.

An archive can declare a size and expand to another, so every part is inflated once, and counted, before calamine sees
the file.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pipeline.receive.read.source import Unreadable

#: A workbook may expand to so many bytes (spec 2).
MOST_BYTES = 1_000_000_000
_CHUNK = 1 << 20
_STORED, _DEFLATED = 0, 8
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_DAMAGED = "The workbook is damaged: its zip archive cannot be read. Open it in Excel and save it anew."


class Archive:
    """An open workbook archive. Use it in a `with` statement."""

    def __init__(self, path: Path) -> None:
        """Unreadable when `path` is no zip archive, is encrypted, or declares to expand beyond the limit."""
        self._file: BinaryIO = path.open("rb")
        try:
            with zipfile.ZipFile(self._file) as archive:
                self.parts = {info.filename.lstrip("/"): info for info in archive.infolist()}
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            self._file.close()
            raise Unreadable(_DAMAGED) from None
        self._expanded = 0
        if sum(info.file_size for info in self.parts.values()) > MOST_BYTES:
            self._file.close()
            raise Unreadable(_too_large())

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def stream(self, name: str) -> Iterator[bytes]:
        """The bytes of one part, in chunks, as the deflated data gives them, whatever size is declared."""
        info = self.parts[name]
        if info.header_offset < 0 or info.flag_bits & 1 or info.compress_type not in (_STORED, _DEFLATED):
            raise Unreadable(_DAMAGED)
        self._file.seek(info.header_offset)
        header = self._file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise Unreadable(_DAMAGED)
        _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        start = info.header_offset + _LOCAL_HEADER.size + name_length + extra_length
        raw = self._raw(start, info.compress_size)
        for chunk in _inflated(raw) if info.compress_type == _DEFLATED else raw:
            self._expanded += len(chunk)
            if self._expanded > MOST_BYTES:
                raise Unreadable(_too_large())
            yield chunk

    def read(self, name: str, most: int = 1 << 26) -> bytes:
        """One small part as a whole; Unreadable when it is not small."""
        held = bytearray()
        for chunk in self.stream(name):
            held += chunk
            if len(held) > most:
                raise Unreadable(_DAMAGED)
        return bytes(held)

    def _raw(self, start: int, size: int) -> Iterator[bytes]:
        while size > 0:
            self._file.seek(start)
            chunk = self._file.read(min(_CHUNK, size))
            if not chunk:
                raise Unreadable(_DAMAGED)
            start += len(chunk)
            size -= len(chunk)
            yield chunk


def _inflated(raw: Iterator[bytes]) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-15)
    try:
        for chunk in raw:
            held = chunk
            while held and not inflate.eof:
                yield inflate.decompress(held, _CHUNK)
                held = inflate.unconsumed_tail
        yield inflate.flush()
    except zlib.error:
        raise Unreadable(_DAMAGED) from None
    if not inflate.eof:
        raise Unreadable(_DAMAGED)


def _too_large() -> str:
    limit = f"{MOST_BYTES // 1_000_000_000} GB"
    return f"The workbook expands beyond {limit} and was not read. Export the sheet as CSV, which may be of any size."
