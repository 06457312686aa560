"""What kind of file an extract is: by its ending, and whether its first bytes are of that kind."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Literal

from pipeline.receive.read.source import Unreadable

Kind = Literal["workbook", "json", "delimited"]

_WORKBOOKS = {".xlsx", ".xlsm", ".xls"}
_JSON = {".json", ".jsonl", ".ndjson"}
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"%PDF", "a PDF"),
    (ZIP, "a zip archive or an Excel workbook"),
    (b"PK\x05\x06", "an empty zip archive"),
    (OLE, "an old Excel workbook or another Office document"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ", "a compressed file (xz)"),
    (b"7z\xbc\xaf", "a compressed archive (7z)"),
    (b"Rar!", "a compressed archive (rar)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a formatted document (RTF)"),
)
_WEB = ("<!doctype", "<html", "<table", "<head", "<body", "<?xml")


def kind_of(path: Path) -> Kind:
    """The kind that the ending of the name promises; any other ending promises delimited text."""
    ending = path.suffix.casefold()
    if ending in _WORKBOOKS:
        return "workbook"
    return "json" if ending in _JSON else "delimited"


def check_file(path: Path) -> None:
    """Raises Unreadable for what is no file, may not be read, or holds no byte. Opens nothing but regular files."""
    try:
        status = path.stat()
        _check_ordinary(status.st_mode)
        with path.open("rb"):
            pass
    except PermissionError:
        raise Unreadable("The file may not be read: its permissions forbid it. Allow reading and run again.") from None
    except OSError:
        raise Unreadable("The file cannot be opened. Is it still there, and is the disk sound?") from None
    if status.st_size == 0:
        raise Unreadable("The file is empty: it holds no byte. Export it again.")


def _check_ordinary(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise Unreadable("This is a folder, not a file. Put its files where the mapping looks for them.")
    if not stat.S_ISREG(mode):
        raise Unreadable("This is no ordinary file (a pipe or a device) and was not opened. Remove it.")


def content_of(head: bytes) -> str | None:
    """What the first bytes are evidently, in words; None for what may be text."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    start = head[:1024].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").decode("latin-1").casefold()
    return "a web page (HTML or XML)" if start.startswith(_WEB) else None


def check_is_text(path: Path, head: bytes, encoding: str) -> None:
    """Raises Unreadable when the first bytes are those of another kind of file."""
    content = content_of(head)
    if content:
        name = path.suffix or "it"
        raise Unreadable(
            f"The file is not what its ending ({name}) says: its content is {content}. "
            "Export it as delimited text (CSV), or give it the ending of what it is."
        )
    if not encoding.startswith(("utf-16", "utf-32")) and _rubbish(head):
        raise Unreadable("The file is not text: it holds bytes that no text has. Export it again as CSV or Excel.")


def _rubbish(head: bytes) -> bool:
    """More than one control character in twenty, and not just a few in a small file."""
    control = sum(head.count(bytes([b])) for b in (*range(1, 9), *range(14, 28), 127))
    return control > 64 and control * 20 > len(head)
