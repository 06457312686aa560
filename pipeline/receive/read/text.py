"""The encoding of a text extract: found by its bytes or declared, and checked before a row is read."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import TextIO

from pipeline.receive.read.source import Unreadable

HEAD = 1 << 16
UTF8 = "utf-8-sig"
#: UTF-8 whose bytes that are none are cp1252: a whole file in cp1252, or a single line that came from elsewhere.
MIXED = "utf-8 or cp1252"
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ADVICE = "Save the file as UTF-8, or declare its `encoding` in the mapping."


def read_head(path: Path, size: int = HEAD) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as file:
        return file.read(size)


def find_encoding(head: bytes, declared: str | None, *, utf8: bool) -> str:
    """A byte order mark wins, then what is declared, then evident UTF-16, then UTF-8 with cp1252 for other bytes.

    `utf8` tells whether the whole file is UTF-8. The answer is a name that Python knows, or MIXED.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if declared and not head.startswith(codecs.BOM_UTF8):
        return _checked(declared)
    return _evident_utf16(head) or (UTF8 if utf8 else MIXED)


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text, line ends as they are. Its bytes were checked: only a last, cut-off character is replaced."""
    if encoding == MIXED:
        return path.open("r", encoding=UTF8, errors=_LENIENT, newline="")
    return path.open("r", encoding=encoding, errors="replace", newline="")


def check_text(path: Path, encoding: str, declared: str | None) -> None:
    """Raises Unreadable when a byte of the file does not belong to its encoding; reads it once, in a stream."""
    name, errors = (UTF8, _STRICT) if encoding == MIXED else (encoding, "strict")
    decoder = codecs.getincrementaldecoder(name)(errors=errors)
    lines = 1
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            try:
                decoded = decoder.decode(chunk)
            except UnicodeError as error:
                at = error.start if isinstance(error, UnicodeDecodeError) else 0
                line = lines + chunk[:at].count(b"\n")
                raise Unreadable(_wrong_bytes(name, declared if encoding != MIXED else None, line)) from None
            lines += decoded.count("\n")


def _as_cp1252(error: UnicodeError, otherwise: str) -> tuple[str, int]:
    """Bytes that are no UTF-8, read as cp1252; five bytes are neither."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    try:
        return error.object[error.start : error.end].decode("cp1252", otherwise), error.end
    except UnicodeDecodeError:
        raise error from None


_STRICT, _LENIENT = "outcomes.cp1252", "outcomes.cp1252.lenient"
codecs.register_error(_STRICT, lambda error: _as_cp1252(error, "strict"))
codecs.register_error(_LENIENT, lambda error: _as_cp1252(error, "replace"))


def _wrong_bytes(encoding: str, declared: str | None, line: int) -> str:
    name = "utf-8" if encoding == UTF8 else encoding
    if declared:
        return f"Near line {line} are bytes that do not belong to the encoding in use here, {name}. {_ADVICE}"
    return f"Near line {line} are bytes that are neither UTF-8 nor cp1252: no text, or in another encoding. {_ADVICE}"


def _checked(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
        "".encode(name)
        b"".decode(name)
    except (LookupError, ValueError):
        advice = "Leave it out: it is found by itself."
        raise Unreadable(f'The declared encoding "{declared}" is no encoding of text. {advice}') from None
    return UTF8 if name == "utf-8" else name


def _evident_utf16(head: bytes) -> str | None:
    """Western text in UTF-16 without a mark has a zero in nearly every second byte."""
    pairs = len(head) // 2
    if not pairs:
        return None
    even, odd = head[: pairs * 2 : 2].count(0) / pairs, head[1 : pairs * 2 : 2].count(0) / pairs
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else None
