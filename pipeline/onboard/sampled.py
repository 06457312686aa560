"""A sample of the rows of an extract from the whole file, and values counted over all of it; read in one stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.receive.read import BROKEN_MARK
from pipeline.recognize import Profile, profile

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.receive.read import Source

#: Rows of the sample: enough to judge by, few enough to be looked at in a second.
SAMPLE = 3_000
#: Rows that stand together stay together in the sample, so that it shows what repeats from row to row.
_BLOCK = 32
#: Values of a column are counted over the whole file as long as there are no more different ones.
_COUNTED = 2_000
#: Rows whose cells are kept as they stand, to be shown.
_FIRST = 60


@dataclass
class Sample:
    """Rows from the whole file in blocks, thinned out as it turns out how long the file is, and values counted."""

    width: int
    rows: int = 0
    every: int = 1
    blocks: list[tuple[int, list[tuple[str | None, ...]]]] = field(default_factory=list)
    counts: list[Counter[str] | None] = field(default_factory=list)
    first: list[tuple[int, tuple[str | None, ...]]] = field(default_factory=list)

    def profiles(self, headings: Sequence[str]) -> tuple[Profile, ...]:
        """One profile for each column."""
        rows = [row for _, block in self.blocks for row in block]
        columns: list[tuple[str | None, ...]] = list(zip(*rows, strict=True)) or [()] * self.width
        return tuple(profile(h, c, w) for h, c, w in zip(headings, columns, self.counts, strict=True))

    def take(self, batch: pa.RecordBatch) -> None:
        """Takes the next rows of the file."""
        self._count(batch)
        for start in range(0, batch.num_rows, _BLOCK):
            place = (self.rows + start) // _BLOCK
            if place % self.every == 0:
                piece = batch.slice(start, _BLOCK)
                cells = [[_sound(c) for c in piece.column(n).to_pylist()] for n in range(self.width)]
                self.blocks.append((place, list(zip(*cells, strict=True))))
                while len(self.blocks) * _BLOCK > SAMPLE:
                    self._thin()
        self.rows += batch.num_rows

    def _thin(self) -> None:
        self.every *= 2
        self.blocks = [(place, rows) for place, rows in self.blocks if place % self.every == 0]

    def _count(self, batch: pa.RecordBatch) -> None:
        import pyarrow.compute as pc

        for n, counter in enumerate(self.counts):
            if counter is None:
                continue
            found = pc.value_counts(batch.column(n))
            if len(found) > _COUNTED:
                self.counts[n] = None
                continue
            values, counts = found.field("values").to_pylist(), found.field("counts").to_pylist()
            for value, count in zip(values, counts, strict=True):
                if _sound(value) and value.strip():
                    counter[value.strip()] += count
            if len(counter) > _COUNTED:
                self.counts[n] = None


def _sound(cell: str | None) -> str | None:
    """A cell; None for one of a workbook that has no value."""
    return None if cell and cell.startswith(BROKEN_MARK) else cell


def sample_of(source: Source) -> Sample:
    """The rows of the file, by the fast reader where that can read it exactly; blank rows are left out."""
    import duckdb

    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        scan = source.scan(con)
        if scan is not None:
            with suppress(duckdb.Error, OSError):  # the exact reader will tell
                return _taken(con.execute(f"SELECT * FROM {scan}").to_arrow_reader(100_000), source)
    return _taken(source.batches(), source)


def _taken(batches: Iterable[pa.RecordBatch], source: Source) -> Sample:
    sample = Sample(len(source.headings), counts=[Counter() for _ in source.headings])
    for batch in batches:
        if not sample.first:
            sample.first = _numbered(batch.slice(0, _FIRST), source)
        sample.take(_filled(batch))
    source.take_bad_lines()  # told of when the rows are tried
    return sample


def _numbered(batch: pa.RecordBatch, source: Source) -> list[tuple[int, tuple[str | None, ...]]]:
    """The first rows with their numbers; rows of a scan are numbered by counting."""
    width = len(source.headings)
    cells = list(zip(*(batch.column(n).to_pylist() for n in range(width)), strict=True))
    counted = "source_row" in batch.schema.names
    below = range(source.heading_row + 1, source.heading_row + 1 + len(cells))
    numbers = batch.column("source_row").to_pylist() if counted else list(below)
    return list(zip(numbers, cells, strict=True))


def _filled(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same rows without the blank ones."""
    import pyarrow.compute as pc

    blank = None
    for name in batch.schema.names:
        if name.startswith("c"):
            empty = pc.is_null(batch.column(name))
            blank = empty if blank is None else pc.and_(blank, empty)
    return batch.filter(pc.invert(blank)) if blank is not None and blank.true_count else batch
