"""The rows of one extract, projected: DuckDB reads and converts, Arrow batches come out in the order of the file."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa

from pipeline.errors import UserError, machine_fault
from pipeline.receive.corrections import unusable
from pipeline.receive.text import literal
from pipeline.receive.threads import Ahead

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.program.model import Correction
    from pipeline.program.seal import Seal
    from pipeline.receive.looked_up import Lookups
    from pipeline.receive.project import Projection
    from pipeline.receive.read import BadLine, Source

BATCH_ROWS = 100_000
#: Enough for the batches under way; sorting and grouping spill to disk beyond it.
_MEMORY = "700MB"
#: DuckDB stops reading when so much waits for Python; at its default of 1 MB it would mostly stand still.
_BUFFER = "64MB"
#: So many batches may wait for the libraries that are being loaded.
_AHEAD = 4
#: So much of the rows that were looked at again may stay in memory.
_KEPT_BYTES = 1 << 26


class IrregularText(Exception):  # noqa: N818 (a state of the file, answered by reading it again)
    """DuckDB's reader does not fit this file after all; nothing that came from it can be used."""


def connect(spill: Path, seal: Seal) -> duckdb.DuckDBPyConnection:
    """A DuckDB of our own, with the macros of cells.sql; what does not fit into memory goes to `spill`."""
    con = duckdb.connect()
    seal.prepare(con)
    con.execute("SET enable_progress_bar = false")  # it would print to stdout
    con.execute(f"SET memory_limit = '{_MEMORY}'")
    con.execute(f"SET streaming_buffer_size = '{_BUFFER}'")
    con.execute(f"SET temp_directory = {literal(str(spill))}")  # a bound parameter would make DuckDB import pandas
    con.execute("SET autoinstall_known_extensions = false")
    # It turns `x IN (…)` with more than a few values into a join, and a join gives rows in any order: they could not be
    # counted (duckdb issue 24398).
    con.execute("SET disabled_optimizers = 'in_clause'")
    con.execute(resources.files("pipeline.receive").joinpath("cells.sql").read_text(encoding="utf-8"))
    return con


class Rows:
    """One open extract and what reads it. `exact` reads through Python, which numbers every row itself."""

    def __init__(self, source: Source, con: duckdb.DuckDBPyConnection, *, exact: bool) -> None:
        self.source = source
        self.con = con
        self.scan = None if exact else source.scan(con)
        self._failure: BaseException | None = None
        self._ahead: Ahead[pa.RecordBatch] | None = None
        self._kept: pa.Table | None = None
        self._rows = 0

    @property
    def counted(self) -> bool:
        """Whether the rows bring ord, source_row and sheet."""
        return self.scan is None

    def begin(self, projection: Projection) -> None:
        """Lets DuckDB read from now on, beside whatever this thread does before it calls `project`."""
        if self.scan is not None:
            self._ahead = Ahead(self._first(projection.text(self.scan)), _AHEAD)

    def close(self) -> None:
        """Ends what `begin` began; must be called in the end."""
        if self._ahead is not None:
            self._ahead.close()

    def project(
        self, projection: Projection, corrections: tuple[Correction, ...], lookups: Lookups
    ) -> Iterator[pa.RecordBatch]:
        """The projected rows, with `ord` (their place in the file from 0), source_row and sheet; blank rows left out.

        IrregularText when the fast reader fails; what it gave until then must be thrown away.
        """
        try:
            batches = iter(self._ahead or self._query(projection.text("raw_rows")))
            placed = map(lookups.fill, self._placed(batches))
            yield from _whole_rows(placed) if projection.wide else placed
        except (duckdb.Error, OSError) as problem:  # after the first batches failures come through Arrow, as OSError
            self._explain(problem, corrections)

    def again(self, places: NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
        """The rows at these places (ascending) in the order of the file: c0 … cN as they stand, ord, source_row, sheet.

        What was looked at once is kept while it is little, since those rows are often wanted again.
        """
        kept = self._kept.column("ord").to_numpy() if self._kept is not None else np.empty(0, np.int64)
        if len(places) and len(kept) and np.isin(places, kept).all():
            assert self._kept is not None  # noqa: S101 (there are rows in it)
            yield from self._kept.take(pa.array(np.searchsorted(kept, places))).combine_chunks().to_batches()
            return
        looked = []
        for batch in self._picked(places) or _gathered(self._chosen(places)):
            looked.append(batch)
            yield batch
        if len(places) <= BATCH_ROWS and sum(b.nbytes for b in looked) <= _KEPT_BYTES:
            self._kept = pa.Table.from_batches(looked) if looked else None

    def _picked(self, places: NDArray[np.int64]) -> list[pa.RecordBatch]:
        """A few rows, when the source can find them without a scan."""
        if self.counted or not 0 < len(places) <= BATCH_ROWS:
            return []
        batch = self.source.pick(places.tolist(), self._rows)
        return [] if batch is None else [self._numbered_by(batch, places)]

    def _chosen(self, places: NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
        first = 0
        columns = ", ".join(f"c{n}" for n in range(len(self.source.headings)))
        beside = ", ord, source_row, sheet" if self.counted else ""
        reader = self._query(f"SELECT {columns}{beside} FROM {self.scan or 'raw_rows'}")
        for batch in reader:
            begin, end = np.searchsorted(places, [first, first + batch.num_rows])
            if end > begin:
                chosen = batch.take(pa.array(places[begin:end] - first))
                yield chosen if self.counted else self._numbered_by(chosen, places[begin:end])
            first += batch.num_rows
            if end == len(places):
                break
        reader.close()
        self.source.take_bad_lines()

    def bad_lines(self) -> list[BadLine]:
        """Rows without cells found since the last call."""
        return self.source.take_bad_lines()

    def _first(self, sql: str) -> Iterator[pa.RecordBatch]:
        yield from self._query(sql)

    def _query(self, sql: str) -> pa.RecordBatchReader:
        if self.scan is None:
            schema = _raw_schema(len(self.source.headings))
            self.con.register("raw_rows", pa.RecordBatchReader.from_batches(schema, self._numbered(schema)))
        return self.con.execute(sql).to_arrow_reader(BATCH_ROWS)

    def _numbered(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """What the exact reader gives, its rows numbered. A failure is kept: DuckDB would wrap it in its own words."""
        first = 0
        try:
            for batch in self.source.batches(BATCH_ROWS):
                places = pa.array(np.arange(first, first + batch.num_rows))
                yield pa.RecordBatch.from_arrays([*batch.columns, places], schema=schema)
                first += batch.num_rows
        except Exception as problem:
            self._failure = problem

    def _placed(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Rows of a scan get their place and row number by counting; blank ones are counted and left out."""
        if self.scan is None:
            yield from self._in_order(batches)
            if self._failure:
                raise self._failure
            return
        first = 0
        for batch in batches:
            places = np.arange(first, first + batch.num_rows, dtype=np.int64)
            first += batch.num_rows
            blank = batch.column("blank")
            numbered = self._numbered_by(batch.drop_columns(["blank"]), places)
            self._rows = first
            yield numbered.filter(pa.array(~blank.to_numpy(zero_copy_only=False))) if blank.true_count else numbered

    def _in_order(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same batches. All that follows relies on the order of the file, so it is checked where it can be."""
        last = -1
        for batch in batches:
            places = batch.column("ord").to_numpy()
            if np.any(np.diff(places, prepend=last) < 0):
                raise AssertionError("rows came out of the order of the file")
            last = int(places[-1]) if len(places) else last
            yield batch

    def _numbered_by(self, batch: pa.RecordBatch, places: NDArray[np.int64]) -> pa.RecordBatch:
        """The rows of a scan with their place and row number; row k stands k rows below the one under the headings."""
        batch = batch.append_column("ord", pa.array(places))
        batch = batch.append_column("source_row", pa.array(places + (self.source.heading_row + 1)))
        return batch.append_column("sheet", pa.nulls(len(places), pa.string()))

    def _explain(self, problem: duckdb.Error | OSError, corrections: tuple[Correction, ...]) -> None:
        """Raises what the failure means to users. DuckDB's words are not repeated: they may hold cells."""
        if self._failure:
            raise self._failure from None
        if self.scan is None and machine_fault(problem):
            raise problem
        if corrections and (self.scan is None or isinstance(problem, duckdb.BinderException)):
            raise unusable(corrections) from None
        if self.scan is not None and not isinstance(problem, duckdb.OutOfMemoryException):
            raise IrregularText from None
        raise UserError(f"the extract could not be worked on ({type(problem).__name__})") from None


def _raw_schema(width: int) -> pa.Schema:
    cells = [(f"c{n}", pa.string()) for n in range(width)]
    return pa.schema([*cells, ("source_row", pa.int64()), ("sheet", pa.string()), ("ord", pa.int64())])


def _gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in fewer batches: what is done with a batch costs time, however few rows it has."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(b.num_rows for b in held) >= BATCH_ROWS or sum(b.nbytes for b in held) >= _KEPT_BYTES:
            yield pa.concat_batches(held)
            held = []
    if held:
        yield pa.concat_batches(held)


def _whole_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches cut so that all canonical rows of one row of a wide extract come together."""
    held: pa.RecordBatch | None = None
    for batch in batches:
        whole = pa.concat_batches([held, batch]) if held is not None else batch
        places = whole.column("ord").to_numpy()
        if not len(places):
            continue
        cut = int(np.searchsorted(places, places[-1]))
        if cut:
            yield whole.slice(0, cut)
        held = whole.slice(cut)
    if held is not None and held.num_rows:
        yield held
