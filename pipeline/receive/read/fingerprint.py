"""One pass over the bytes of an extract: its SHA-256, and what tells a regular text file from an irregular one."""

from __future__ import annotations

import codecs
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LineEnds = Literal["none", "lf", "crlf", "cr", "mixed"]

#: Larger ones would go through memory that the system has to hand out anew each time.
_CHUNK = 1 << 20
_LF, _CR, _SPACE, _QUOTE = 10, 13, 32, 34
#: Where every 64th line begins is noted, so that single lines are found again without reading all above them.
LINES_APART = 64


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What one pass over the bytes found. Offsets are in bytes from the start of the file.

    `last_blank_line` is the last blank line with content after it, -1 when there is none.
    `before_quote` and `after_quote` hold the bytes beside the quotes that open and close cells, when quotes are taken
    to alternate: with nothing but delimiters, line ends and quotes there, every quoted cell is well formed.
    """

    sha256: str
    size: int
    utf8: bool  # apart from a last character that was cut off
    line_ends: LineEnds
    last_blank_line: int
    balanced: bool
    before_quote: frozenset[int]
    after_quote: frozenset[int]
    last_byte: int
    #: No byte but printable ASCII and line ends, and no quoted cell that begins or ends with a line end: at the ends of
    #: cells there is no white space but spaces.
    plain: bool = False
    #: A byte of zero somewhere; DuckDB takes a cell of it for an empty one.
    zeros: bool = False
    #: Line feeds, wherever they stand.
    feeds: int = 0
    #: Where the lines 64, 128 … begin (lines count from 0), in bytes.
    marks: NDArray[np.int64] | None = field(default=None, compare=False, repr=False)

    def regular(self, delimiter: str, data_offset: int) -> bool:
        """Whether DuckDB and the exact reader agree on every row that begins at `data_offset` or later."""
        if len(delimiter) != 1 or not delimiter.isascii():
            return False
        beside = frozenset({ord(delimiter), _LF, _CR, _QUOTE})
        return (
            self.utf8
            and self.line_ends in ("lf", "crlf", "none")
            and self.balanced
            and self.before_quote <= beside
            and self.after_quote <= beside
            and self.last_blank_line < data_offset
            and self.last_byte != 0x1A
            and not self.zeros
        )


def fingerprint(path: Path) -> Fingerprint:
    """Reads the file once, in a stream; OSError when it cannot be read."""
    digest = hashlib.sha256()
    scan = _Scan()
    with path.open("rb") as file, ThreadPoolExecutor(1) as beside:
        chunk = file.read(_CHUNK)
        while chunk:
            hashed = beside.submit(digest.update, chunk)  # hashing needs no interpreter lock
            scan.take(chunk)
            following = file.read(_CHUNK)
            hashed.result()
            chunk = following
    return scan.result(digest.hexdigest())


def _joined(parts: list[NDArray[np.int64]]) -> NDArray[np.int64] | None:
    import numpy as np

    return np.concatenate(parts) if parts else None


@dataclass(slots=True)
class _Scan:
    """The facts gathered so far; `take` is called for each chunk in order."""

    size: int = 0
    utf8: bool = True
    lf: int = 0
    cr: int = 0
    crlf: int = 0
    last_blank: int = -1
    blank_at_end: int = -1
    line_start: int = 0
    quotes: int = 0
    before: set[int] = field(default_factory=set)
    after: set[int] = field(default_factory=set)
    inside: set[int] = field(default_factory=set)
    marks: list[NDArray[np.int64]] = field(default_factory=list)
    plain: bool = True
    zeros: bool = False
    _tail: bytes = b"\n"
    _decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))

    def take(self, chunk: bytes) -> None:
        """Takes the next bytes of the file."""
        self._check_utf8(chunk)
        self._look_at_lines(chunk)
        body = chunk[3:] if self.size == 0 and chunk.startswith(codecs.BOM_UTF8) else chunk
        window = self._tail + body
        self._look_beside_quotes(window)
        self._tail = window[-2:]
        self.size += len(chunk)

    def result(self, sha256: str) -> Fingerprint:
        """The facts of the whole file."""
        last = self._tail[-1] if self.size else 0
        self._look_beside_quotes(self._tail + b"\n")
        return Fingerprint(
            sha256=sha256,
            size=self.size,
            utf8=self.utf8,
            line_ends=self._line_ends(),
            last_blank_line=max(self.last_blank, self.blank_at_end) if self.line_start < self.size else self.last_blank,
            balanced=self.quotes % 2 == 0,
            before_quote=frozenset(self.before),
            after_quote=frozenset(self.after),
            last_byte=last,
            plain=self.plain and not self.inside & {_LF, _CR},
            zeros=self.zeros,
            feeds=self.lf,
            marks=_joined(self.marks),
        )

    def _check_utf8(self, chunk: bytes) -> None:
        if not self.utf8 or (chunk.isascii() and not self._decoder.getstate()[0]):
            return
        try:
            self._decoder.decode(chunk)
        except UnicodeDecodeError:
            self.utf8 = False

    def _line_ends(self) -> LineEnds:
        if self.cr == 0:
            return "lf" if self.lf else "none"
        if self.lf == 0:
            return "cr"
        return "crlf" if self.cr == self.lf == self.crlf else "mixed"

    def _look_at_lines(self, chunk: bytes) -> None:
        """Counts line ends and finds blank lines: lines of nothing but their end. Bare returns end no line here."""
        import numpy as np

        held = np.frombuffer(chunk, dtype=np.uint8)
        # one search finds line ends and tells whether there is any other control character
        controls = np.flatnonzero(held < _SPACE)
        found = held[controls]
        ends = controls[found == _LF]
        returns = int(np.count_nonzero(found == _CR))
        self.marks.append(ends[-(self.lf + 1) % LINES_APART :: LINES_APART] + (self.size + 1))
        self.lf += len(ends)
        if self.plain:
            self.plain = chunk.isascii() and len(controls) == len(ends) + returns
        self.zeros |= len(controls) > len(ends) + returns and not found.all()
        after_cr = np.zeros(len(ends), dtype=bool)
        if returns or self._tail[-1] == _CR:
            after_cr = held[ends - 1] == _CR
            if len(ends) and ends[0] == 0:
                after_cr[0] = self._tail[-1] == _CR
            self.cr += returns
            self.crlf += int(np.count_nonzero(after_cr))
        if len(ends):
            starts = np.concatenate(([self.line_start - self.size], ends[:-1] + 1))
            lengths = ends - starts + 1
            self._note_blank_lines(starts + self.size, (lengths == 1) | ((lengths == 2) & after_cr))
            self.line_start = self.size + int(ends[-1]) + 1

    def _note_blank_lines(self, starts: NDArray[np.int64], blank: NDArray[np.bool_]) -> None:
        full = starts[~blank]
        empty = starts[blank]
        if len(full):
            amid = empty[empty < full[-1]]
            self.last_blank = max(self.last_blank, self.blank_at_end, int(amid[-1]) if len(amid) else -1)
            self.blank_at_end = -1
        if len(empty) and (not len(full) or empty[-1] > full[-1]):
            self.blank_at_end = int(empty[-1])

    def _look_beside_quotes(self, window: bytes) -> None:
        """Judges the quotes of a window but for its first and last byte, which are there as neighbours."""
        import numpy as np

        if b'"' not in window:
            return
        held = np.frombuffer(window, dtype=np.uint8)
        at = np.flatnonzero(held[1:-1] == _QUOTE) + 1
        opening, closing = at[self.quotes % 2 :: 2], at[1 - self.quotes % 2 :: 2]
        self.before.update(np.flatnonzero(np.bincount(held[opening - 1])).tolist())
        self.after.update(np.flatnonzero(np.bincount(held[closing + 1])).tolist())
        self.inside.update(np.flatnonzero(np.bincount(held[np.concatenate((opening + 1, closing - 1))])).tolist())
        self.quotes += len(at)
