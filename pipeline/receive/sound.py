"""The rows of one extract that have no error: in memory while they are few, in a Parquet file when they are many.

What becomes of them is known only at the end (duplicates, conflicts, folding); few rows are then written once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from pipeline.receive.parquet import read_rows
from pipeline.receive.tables import RowFile
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
    """Sound rows in the order of the extract; their places count from 0. `alike`: see RowFile."""

    def __init__(self, path: Path, schema: pa.Schema, table: Table, seal: Seal, alike: frozenset[str]) -> None:
        self.count = 0
        self.seal = seal
        self.schema = schema
        self.alike = alike
        self._path, self._table = path, table
        self._held: list[pa.RecordBatch] = []
        self._bytes = 0
        self._file: RowFile | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        """The next rows."""
        self.count += batch.num_rows
        if self._file is not None:
            self._file.write(batch)
            return
        self._held.append(batch)
        self._bytes += batch.nbytes
        if self._bytes > _IN_MEMORY:
            self._file = RowFile(self._path, self.schema, self._table, self.seal, self.alike)
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
            yield from self._held
            return
        ahead = Ahead(read_rows(self._path, self.seal, 100_000))
        try:
            yield from ahead
        finally:
            ahead.close()

    def relation(self, con: duckdb.DuckDBPyConnection) -> str:
        """The rows as a SQL table expression, with their `place`."""
        if self._file is not None:
            return (
                "(SELECT * EXCLUDE (file_row_number), file_row_number AS place"
                f" FROM read_parquet({literal(str(self._path))}, file_row_number = true{self.seal.reading}))"
            )
        table = pa.Table.from_batches(self._held, self._held_schema())
        con.register("sound_rows", table.append_column("place", pa.array(np.arange(self.count))))
        return "sound_rows"

    def at(self, con: duckdb.DuckDBPyConnection, places: NDArray[np.int64], columns: Sequence[str]) -> pa.Table:
        """These columns of the rows at `places` (ascending)."""
        if self._file is None:
            return pa.Table.from_batches(self._held, self._held_schema()).select(columns).take(pa.array(places))
        con.register("wanted", pa.table({"place": places}))
        listed = ", ".join(columns)
        sql = f"SELECT {listed} FROM {self.relation(con)} SEMI JOIN wanted USING (place) ORDER BY place"
        return con.execute(sql).to_arrow_table()

    def become(self, path: Path) -> bool:
        """Whether the rows were renamed to be that file: they can be when they are in a file already."""
        if self._file is None:
            return False
        self._path.rename(path)
        return True

    def _held_schema(self) -> pa.Schema:
        return self._held[0].schema if self._held else self.schema

    def remove(self) -> None:
        """Nobody needs the rows any more."""
        self._held = []
        self._path.unlink(missing_ok=True)
