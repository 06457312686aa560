"""Delimited text read exactly: every row has the number that a spreadsheet shows, and a fault costs its own line only.

The rules: a quote that opens a cell must be closed before a delimiter or the line's end; a quote inside an unquoted
cell is text; line feeds inside a quoted cell belong to the cell. A line whose quote is never closed, or closed amid
text, has no cells but the rule that it breaks, and reading goes on with the line below it.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import TextIO

from pipeline.receive.read.source import UNCLOSED_QUOTE, UNREADABLE_LINE

#: Longest line, and longest run of lines that one quoted cell may span, in characters. Longer ones have no cells.
LONGEST = 1 << 25
#: What a line that is held costs besides its characters: a cell of nothing but line feeds fills the memory as well.
_HELD = 50
_END_OF_FILE = "\x1a"  # ends the files of some old programs
_MANY = "\x1f"  # stands for a delimiter of several characters while a line is parsed

#: The cells of a row, or the rule that it breaks.
Cells = list[str] | str
Fits = Callable[[list[str]], bool]
#: The cells of a blank line. Some exports end in millions of them.
BLANK: Cells = [""]
_BLANK_LINES = frozenset({"\n", "\r\n", "\r"})


def read_rows(
    stream: TextIO, delimiter: str, fits: Fits | None = None, longest: int = LONGEST
) -> Iterator[tuple[int, Cells]]:
    """(row number from 1, cells) of each row, blank lines included as a row of one empty cell.

    `stream` must have been opened with newline="". `fits` tells whether a row has as many cells as it should: a quoted
    cell that swallows whole rows because an earlier quote was not closed is recognised by it.
    """
    csv.field_size_limit(max(csv.field_size_limit(), longest * 2))
    feed = _Feed(stream, longest)
    for number, line in enumerate(feed, 1):
        if line is None:
            yield number, UNREADABLE_LINE
        elif line in _BLANK_LINES:
            yield number, BLANK
        elif '"' not in line:
            yield number, (line if line[-1] != _END_OF_FILE else line[:-1]).rstrip("\r\n").split(delimiter)
        else:
            yield number, _quoted(line, feed, delimiter, fits)


class _Feed:
    """Lines of a stream; lines that were taken too early can be given back. A line that is too long is None."""

    def __init__(self, stream: TextIO, longest: int) -> None:
        self.longest = longest
        self._stream = stream
        self._returned: deque[str | None] = deque()

    def __iter__(self) -> Iterator[str | None]:
        returned, readline, longest = self._returned, self._stream.readline, self.longest
        while True:
            if returned:
                yield returned.popleft()
                continue
            line = readline(longest)
            if not line:
                return
            yield self._skip_rest(line) if len(line) >= longest else line

    def give_back(self, lines: list[str | None]) -> None:
        """The next lines to come are these."""
        self._returned.extendleft(reversed(lines))

    def _skip_rest(self, line: str) -> str | None:
        if line.endswith(("\n", "\r")):
            return line
        while line and not line.endswith(("\n", "\r")):
            line = self._stream.readline(self.longest)
        return None


def _quoted(line: str, feed: _Feed, delimiter: str, fits: Fits | None) -> Cells:
    """The cells of the row that begins with `line`; what of the following lines does not belong to it is given back."""
    taken: list[str | None] = []
    cells = _parse(_supply(line, feed, taken), delimiter)
    if not taken:
        return cells
    if isinstance(cells, str) or (fits and not fits(cells) and _row_of_its_own(taken[-1], delimiter, fits)):
        feed.give_back(taken)
        return UNCLOSED_QUOTE
    return cells


def _supply(line: str, feed: _Feed, taken: list[str | None]) -> Iterator[str]:
    """`line` and, as long as the parser asks for more, the lines below it, which are noted in `taken`."""
    yield line
    room = feed.longest - len(line)
    for following in feed:
        taken.append(following)
        room -= len(following) + _HELD if following is not None else room
        if following is None or room < 0:
            return
        yield following


def _row_of_its_own(line: str | None, delimiter: str, fits: Fits) -> bool:
    """Whether the line that closes a quote would be a sound row without what is above it: then the quote was open."""
    if line is None:
        return False
    edge = re.escape(delimiter)
    rest = re.sub(f'(^|{edge})"(?:[^"]|"")*"(?={edge}|[\r\n]*$)', r"\1", line)
    cells = _parse(iter([line]), delimiter)
    return '"' not in rest and isinstance(cells, list) and len(cells) > 1 and fits(cells)


def _parse(lines: Iterator[str], delimiter: str) -> Cells:
    """One row, or the rule that its quotes break. Takes no more lines than the row has."""
    try:
        if len(delimiter) == 1:
            return next(csv.reader(lines, delimiter=delimiter, strict=True))
        replaced = (line.replace(delimiter, _MANY) for line in lines)
        return [c.replace(_MANY, delimiter) for c in next(csv.reader(replaced, delimiter=_MANY, strict=True))]
    except csv.Error as error:
        return UNCLOSED_QUOTE if "end of data" in str(error) else UNREADABLE_LINE
