"""The rows of one extract that have no error: in memory while they are few, in a Parquet file when they are many.

What becomes of them is known only at the end (duplicates, conflicts, folding); few rows are then written once. Many are
written while reading goes on, without those that their neighbours seem to repeat or supersede: these are laid apart,
and if the end confirms that they and no others go, the file is what is wanted as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from pipeline.receive.parquet import read_rows
from pipeline.receive.tables import RowFile, rows_kept
from pipeline.receive.text import literal
from pipeline.receive.threads import Ahead

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    from numpy.typing import NDArray

    from pipeline.program.seal import Seal
    from schemas.spec import Table

#: So much may stay in memory: about a million calls.
_IN_MEMORY = 1 << 28


class Sound:
    """Sound rows in the order of the extract; their places count from 0. `alike` and `coded`: see RowFile.

    `apart` are the places of those laid apart. `at_once`: none waits in memory.
    """

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        table: Table,
        seal: Seal,
        alike: frozenset[str],
        coded: frozenset[str] = frozenset(),
        *,
        at_once: bool = False,
    ) -> None:
        self.count = 0
        self.seal = seal
        self.schema = schema
        self.alike, self.coded = alike, coded
        self._path, self._table = path, table
        self._held: list[pa.RecordBatch] = []
        self._bytes = 0
        self._at_once = at_once
        self.apart: NDArray[np.int64] = np.empty(0, np.int64)
        self._apart: list[pa.RecordBatch] = []
        self._file: RowFile | None = None

    def write(self, given: tuple[pa.RecordBatch, NDArray[np.int64]]) -> None:
        """The next rows, and which of them (places in the batch, ascending) are to be laid apart."""
        batch, apart = given
        if len(apart):
            self.apart = np.append(self.apart, apart + self.count)
            self._apart.append(batch.take(pa.array(apart)))
        self.count += batch.num_rows
        if len(apart):
            keep = np.ones(batch.num_rows, dtype=bool)
            keep[apart] = False
            batch = rows_kept(batch, keep)
        if self._file is not None:
            self._file.write(batch)
            return
        self._held.append(batch)
        self._bytes += batch.nbytes
        if self._at_once or self._bytes > _IN_MEMORY:
            self._file = RowFile(self._path, self.schema, self._table, self.seal, self.alike, self.coded)
            for held in self._held:
                self._file.write(held)
            self._held = []

    def close(self) -> None:
        """No more rows come."""
        if self._file is not None:
            self._file.close()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in their order."""
        if self._file is None:
            yield from self._whole(self._held)
            return
        ahead = Ahead(read_rows(self._path, self.seal, 100_000))
        try:
            yield from self._whole(ahead)
        finally:
            ahead.close()

    def _whole(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """With the rows that were laid apart, where they belong."""
        if not len(self.apart):
            yield from batches
            return
        apart = pa.Table.from_batches(self._apart).cast(self.schema)
        kept = np.delete(np.arange(self.count), self.apart)
        first = taken = 0
        for batch in batches:
            places = kept[first : first + batch.num_rows]
            first += batch.num_rows
            # the last batch takes what lies behind it, too
            until = int(places[-1]) if first < len(kept) else self.count
            end = int(np.searchsorted(self.apart, until))
            between = self.apart[taken:end]
            both = pa.concat_tables(
                [pa.Table.from_batches([batch]).cast(self.schema), apart.slice(taken, len(between))]
            )
            taken = end
            yield from both.take(np.argsort(np.append(places, between))).combine_chunks().to_batches()
        yield from apart.slice(taken).combine_chunks().to_batches()

    def relation(self, con: duckdb.DuckDBPyConnection) -> str:
        """The rows that are not laid apart as a SQL table expression, with their `place` among these."""
        if self._file is not None:
            return (
                "(SELECT * EXCLUDE (file_row_number), file_row_number AS place"
                f" FROM read_parquet({literal(str(self._path))}, file_row_number = true{self.seal.reading}))"
            )
        table = pa.Table.from_batches(self._held, self._held_schema())
        con.register("sound_rows", table.append_column("place", pa.array(np.arange(table.num_rows))))
        return "sound_rows"

    def at(self, con: duckdb.DuckDBPyConnection, places: NDArray[np.int64], columns: Sequence[str]) -> pa.Table:
        """These columns of the rows at `places` (ascending)."""
        beside = np.isin(places, self.apart, assume_unique=True)
        written = places[~beside]
        found = self._written_at(con, written - np.searchsorted(self.apart, written), columns)
        if not beside.any():
            return found
        schema = pa.schema([self.schema.field(c) for c in columns])
        apart = pa.Table.from_batches(self._apart).select(columns)
        chosen = apart.take(np.searchsorted(self.apart, places[beside])).cast(schema)
        order = np.argsort(np.concatenate([written, places[beside]]))
        return pa.concat_tables([found.cast(schema), chosen]).take(order)

    def _written_at(
        self, con: duckdb.DuckDBPyConnection, places: NDArray[np.int64], columns: Sequence[str]
    ) -> pa.Table:
        """The same of the rows that are not laid apart, counted without those that are."""
        if self._file is None:
            return pa.Table.from_batches(self._held, self._held_schema()).select(columns).take(pa.array(places))
        con.register("wanted", pa.table({"place": places}))
        listed = ", ".join(columns)
        sql = f"SELECT {listed} FROM {self.relation(con)} SEMI JOIN wanted USING (place) ORDER BY place"
        return con.execute(sql).to_arrow_table()

    def become(self, path: Path, dropped: NDArray[np.int64]) -> bool:
        """Whether the rows were renamed to be that file: they can be when they are in a file, without those dropped."""
        if self._file is None or not np.array_equal(dropped, self.apart):
            return False
        self._path.rename(path)
        return True

    def _held_schema(self) -> pa.Schema:
        return self._held[0].schema if self._held else self.schema

    def remove(self) -> None:
        """Nobody needs the rows any more."""
        self._held, self._apart = [], []
        self._path.unlink(missing_ok=True)
