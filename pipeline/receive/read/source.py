"""The contract between the readers (this folder) and the rest of receive: an open extract is a stream of text cells.

Cells are VARCHAR columns `c0` … `cN` in the order of the headings, as they stand in the file (not yet trimmed).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

#: Before an Excel date, time or date-time that the reader wrote as ISO text (YYYY-MM-DD, HH:MM:SS, or both with a T).
#: Only sources with `typed` use marks.
DATE_MARK = "\ue000"
#: Before the reason why a cell has no value: a formula that was never calculated, an Excel error such as #REF!.
BROKEN_MARK = "\ue001"


class Unreadable(Exception):
    """The file cannot be an extract. The message becomes the receipt's `problem`: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A row that has no cells: it could not be parsed, or has the wrong number of cells. Its text is never kept."""

    source_row: int
    rule: str  # an id from schemas.LINE_RULES
    sheet: str | None = None


class Source(ABC):
    """One extract, opened: headings known, rows not yet read. `open_source(path, mapping)` makes it."""

    headings: tuple[str, ...]
    heading_row: int
    typed: bool = False

    def scan(self, con: duckdb.DuckDBPyConnection) -> str | None:
        """A SQL table expression with the columns c0..cN, or None when only `batches` reads this file exactly.

        Rows come in file order; row k (from 0) stands on source row heading_row + 1 + k. Rows of blank cells are included.
        """
        return None

    def scan_failed(self, con: duckdb.DuckDBPyConnection) -> bool:
        """After the scan was read to its end on `con`: whether a line did not fit, so that `batches` must be used."""
        return False

    @abstractmethod
    def batches(self, size: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Exact reading: columns c0..cN (string), source_row (int64), sheet (string). Blank rows are left out."""

    @property
    @abstractmethod
    def bad_lines(self) -> list[BadLine]:
        """Complete when `batches` is exhausted."""
