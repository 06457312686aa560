"""The first rows of each sheet of a large workbook, as a small workbook in memory: enough to find its headings.

Calamine reads a sheet as a whole or not at all, and one of 100,000 rows takes it a second.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator

from pipeline.receive.read.archive import Archive

#: A smaller file is read as quickly as a whole, in bytes.
LARGE = 300_000
#: Rows of a sheet that are kept. Headings are looked for in far fewer, but blank rows may stand between them.
_ROWS = 400
#: A sheet whose first rows are longer than this, in bytes, is kept as it is.
_LONGEST = 1 << 24
#: What a sheet needs besides its own part: names, formats and shared texts.
_NEEDED = re.compile(r"(?:\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/)?[^/]+\.(?:xml|rels))", re.IGNORECASE)
_ROW = re.compile(rb"<((?:\w+:)?)row\b")


class CutShort(Exception):  # noqa: N818 (answered by reading the whole)
    """More rows of a sheet were asked for than the small workbook has."""


class SmallWorkbook:
    """`sheets` are the XML of its sheets by part, `cut` the parts of which the archive has more, `file` the whole."""

    def __init__(self, archive: Archive, parts: Iterable[str]) -> None:
        """Unreadable when the archive is damaged or expands beyond the limit."""
        wanted, cut = set(parts), set[str]()
        self.sheets: dict[str, bytes] = {}
        self.file = io.BytesIO()
        with zipfile.ZipFile(self.file, "w", zipfile.ZIP_STORED) as small:
            for name in archive.parts:
                if name in wanted:
                    self.sheets[name], whole = _head(archive.stream(name))
                    small.writestr(name, self.sheets[name])
                    if not whole:
                        cut.add(name)
                elif _NEEDED.fullmatch(name):
                    small.writestr(name, b"".join(archive.stream(name)))
        self.file.seek(0)
        self.cut = frozenset(cut)


def _head(chunks: Iterator[bytes]) -> tuple[bytes, bool]:
    """The XML of a sheet up to its first rows, closed again, and whether that is all of it."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        rows = list(_ROW.finditer(held))
        if len(rows) > _ROWS:
            after = rows[_ROWS]
            return b"%b</%bsheetData></%bworksheet>" % (bytes(held[: after.start()]), after[1], after[1]), False
        if len(held) > _LONGEST:
            break
    return bytes(held) + b"".join(chunks), True
