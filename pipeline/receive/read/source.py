"""The contract between the readers (this folder) and the rest of receive: an open extract is a stream of text cells.

Cells are VARCHAR columns `c0` … `cN` in the order of the headings, as they stand in the file (not yet trimmed); an
empty cell is null.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from pipeline.receive.read.headings import Wanted

#: Before an Excel date, time or date-time that the reader wrote as ISO text (YYYY-MM-DD, HH:MM:SS, or both with a T).
#: Only sources with `typed` use marks. A duration has hours as many as it has: 30:05:00.
DATE_MARK = "\ue000"
#: Before the reason why a cell has no value: a formula that was never calculated, an Excel error such as #REF!.
BROKEN_MARK = "\ue001"

#: So many bad lines are borne in any file; beyond that, a file of hardly anything else is no table.
MOST_BAD_LINES, _MOST_OF_ELEVEN = 1_000_000, 10

#: Ids of schemas.LINE_RULES.
TOO_FEW_CELLS, TOO_MANY_CELLS = "too_few_cells", "too_many_cells"
UNCLOSED_QUOTE, UNREADABLE_LINE = "unclosed_quote", "unreadable_line"


class Unreadable(Exception):  # noqa: N818 (a state of the file, told to users as such)
    """The file cannot be an extract. The message becomes the receipt's `problem`: what is wrong and what to do.

    `open_source` raises it; `batches` only when the file changed or the disk failed meanwhile, or when hardly any line
    turns out to be a row.
    """


@dataclass(frozen=True, slots=True)
class BadLine:
    """A row that has no cells: it could not be parsed, or has the wrong number of cells. Its text is never kept."""

    source_row: int
    rule: str  # an id from schemas.LINE_RULES
    sheet: str | None = None


class MissingHeadings(Unreadable):
    """Headings that the mapping names are not in the file: `missing` are named in the message."""

    def __init__(self, message: str, missing: Sequence[Wanted]) -> None:
        super().__init__(message)
        self.missing = tuple(missing)


class Source(ABC):
    """One extract, opened: headings known, rows not yet read. `open_source(path, mapping)` makes it."""

    headings: tuple[str, ...]
    heading_row: int
    typed: bool = False

    def __init__(self) -> None:
        self._bad_lines: list[BadLine] = []
        self._noted = 0

    def scan(self, con: duckdb.DuckDBPyConnection) -> str | None:
        """A SQL table expression with the columns c0..cN, or None when only `batches` reads this file exactly.

        Rows come in file order; row k (from 0) stands on source row heading_row + 1 + k. Blank rows are included.
        A failure while it is read means that a line did not fit after all, and that `batches` must be used: DuckDB
        stops at the first one. (Told to go on and to list them, it takes 3.5 kB for each.)
        """
        return None

    def sample(self, rows: int) -> list[list[str]]:
        """The cells of the first rows of a scan, empty ones as ""; none where they are not easily had."""
        return []

    def pick(self, places: Sequence[int], rows: int) -> pa.RecordBatch | None:
        """The cells c0..cN of rows k of a scan that gave `rows` rows, without another scan; None when it takes one."""
        return None

    @abstractmethod
    def batches(self, size: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Exact reading: columns c0..cN (string), source_row (int64), sheet (string). Blank rows are left out.

        Several sheets have their columns in the order of `headings`, whatever their own order.
        """

    @property
    def bad_lines(self) -> list[BadLine]:
        """Those found and not yet taken; complete when `batches` is exhausted."""
        return self._bad_lines

    def take_bad_lines(self) -> list[BadLine]:
        """The bad lines found since they were last taken: a file of nothing else does not fill the memory."""
        taken, self._bad_lines = self._bad_lines, []
        return taken

    def _note(self, source_row: int, rule: str, sheet: str | None = None) -> None:
        """One more bad line. Unreadable when a large file holds hardly anything else: its rows would say nothing, and
        telling of each would take hours. `batches` begins with `_noted` at 0."""
        self._bad_lines.append(BadLine(source_row, rule, sheet))
        self._noted += 1
        if self._noted > MOST_BAD_LINES and self._noted * 11 > (source_row - self.heading_row) * _MOST_OF_ELEVEN:
            raise Unreadable(_NO_TABLE.format(count=MOST_BAD_LINES, row=source_row))


_NO_TABLE = (
    "Down to line {row:,} the file holds more than {count:,} lines that have not the cells of its headings, and hardly"
    ' any that have: it is no table. Perhaps a quote (") that opens a cell is never closed, the delimiter is another'
    " one, or something else follows the rows. Export it again."
)
