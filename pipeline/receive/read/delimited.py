"""Delimited text: a fast path through DuckDB for regular files, an exact one in Python for all others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.program.model import Mapping
from pipeline.receive.read.batches import in_batches, to_batch
from pipeline.receive.read.dialect import Dialect, find_dialect
from pipeline.receive.read.fingerprint import Fingerprint
from pipeline.receive.read.headings import HeadingRow, check_headings
from pipeline.receive.read.kinds import check_is_text
from pipeline.receive.read.lines import BLANK, read_rows
from pipeline.receive.read.pick import pick_rows
from pipeline.receive.read.source import TOO_FEW_CELLS, TOO_MANY_CELLS, Source
from pipeline.receive.read.text import UTF8, check_text, find_encoding, open_text, read_head
from pipeline.sql_text import literal

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


#: Of shorter files no sample is taken.
_SAMPLED_BYTES = 1 << 22


def open_delimited(path: Path, mapping: Mapping, facts: Fingerprint) -> Source:
    """The extract, its encoding checked to the last byte; Unreadable when it cannot be one."""
    head = read_head(path)
    encoding = find_encoding(head, mapping.encoding, utf8=facts.utf8)
    check_is_text(path, head, encoding)
    if encoding != UTF8 or not facts.utf8:
        check_text(path, encoding, mapping.encoding)
    dialect = find_dialect(path, mapping, encoding)
    check_headings(dialect.row, mapping)
    return DelimitedSource(path, dialect, facts)


def delimited_headings(path: Path, mapping: Mapping) -> list[HeadingRow]:
    """The heading row alone, from the first bytes; Unreadable when they are none of a text."""
    head = read_head(path)
    encoding = find_encoding(head, mapping.encoding, utf8=False)
    check_is_text(path, head, encoding)
    return [find_dialect(path, mapping, encoding).row]


class DelimitedSource(Source):
    """One delimited text. `scan` gives SQL when the bytes are regular; `batches` reads every file."""

    def __init__(self, path: Path, dialect: Dialect, facts: Fingerprint) -> None:
        super().__init__()
        self.headings = dialect.row.headings
        self.heading_row = dialect.row.number
        self.dialect = dialect
        self._path = path
        self._facts = facts
        # Unnamed headings at the end: rows may leave their cells out.
        self._named = max((n for n, h in enumerate(self.headings, 1) if h.strip()), default=1)

    def scan(self, con: duckdb.DuckDBPyConnection) -> str | None:
        """A read_csv expression, or None when the file is not regular."""
        if not self._scannable():
            return None
        columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(self.headings)))
        options = {
            "columns": "{" + columns + "}",
            "auto_detect": "false",
            "header": "false",
            "skip": str(self.heading_row),
            "delim": literal(self.dialect.delimiter),
            "quote": literal('"'),
            "escape": literal('"'),
            "encoding": literal("utf-8"),
            "compression": literal("none"),
            "hive_partitioning": "false",
            "strict_mode": "true",
        }
        return f"read_csv({literal(str(self._path))}, {', '.join(f'{k} = {v}' for k, v in options.items())})"

    def sample(self, rows: int) -> list[list[str]]:
        """Read by the exact reader; short files have none, since nobody gains by it."""
        if self._facts.size < _SAMPLED_BYTES:
            return []
        found = [cells for _, cells in islice(self._rows(), rows)]
        self.take_bad_lines()
        return found

    def pick(self, places: Sequence[int], rows: int) -> pa.RecordBatch | None:
        """Finds the lines themselves, where each row is one line."""
        lines = self._facts.feeds + (self._facts.last_byte != ord("\n"))
        marks = self._facts.marks
        if marks is None or self._facts.line_ends not in ("lf", "crlf") or rows != lines - self.heading_row:
            return None
        wanted = [self.heading_row + place for place in places]
        cells = pick_rows(self._path, wanted, marks.tolist(), self.dialect.delimiter, len(self.headings))
        if cells is None:
            return None
        held = [cell for row in cells for cell in row]
        return to_batch(held, wanted, len(self.headings), None).drop_columns(["source_row", "sheet"])

    def batches(self, size: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Every row, in a stream."""
        self._noted = 0
        yield from in_batches(self._rows(), len(self.headings), size)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        width = len(self.headings)
        with open_text(self._path, self.dialect.encoding) as stream:
            for number, cells in read_rows(stream, self.dialect.delimiter, self._fits):
                if cells is BLANK or number <= self.heading_row:
                    continue
                if isinstance(cells, str):
                    self._note(number, cells)
                elif not any(map(str.strip, cells)):
                    continue
                elif len(cells) == width:
                    yield number, cells
                elif self._fits(cells):
                    yield number, (cells + [""] * (width - len(cells)))[:width]
                else:
                    self._note(number, TOO_FEW_CELLS if len(cells) < width else TOO_MANY_CELLS)

    def _fits(self, cells: list[str]) -> bool:
        """Whether a row has a cell for each named heading, and more than headings only if those cells are blank."""
        return self._named <= len(cells) and not any(map(str.strip, cells[len(self.headings) :]))

    def _scannable(self) -> bool:
        """DuckDB takes `*`, `?` and `[` in a path for a glob, and skips lines, not rows, above the data."""
        if self.dialect.encoding != UTF8 or not self.dialect.lines or re.search(r"[*?\[]", str(self._path)):
            return False
        return self._facts.regular(self.dialect.delimiter, self._data_offset())

    def _data_offset(self) -> int:
        """Where the line below the headings begins, in bytes."""
        with self._path.open("rb") as file:
            head = file.read(1 << 20)
        ends = re.finditer(rb"\r\n|\n|\r", head)
        return next((m.end() for n, m in enumerate(ends, 1) if n == self.heading_row), 0)
