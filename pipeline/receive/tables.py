"""The files of a finished extract: their columns, and writers that take rows or Arrow batches in a stream."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa

from pipeline.receive.parquet import RowWriter, row_writer, write_rows
from schemas.spec import Table

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from pipeline.program.seal import Seal

_FLUSH = 50_000
#: So much of violations or quarantine is kept in memory.
_HELD_BYTES = 1 << 26
#: Runs of fewer rows than this are not worth joining one by one.
_MANY_RUNS = 50
_ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "texts": pa.list_(pa.string()),
}
#: Columns with few different values: kept as a dictionary. (On all columns it takes more time than it saves.)
_FEW = ("agency", "team", "sheet", "extract", "extract_sha256", "nature", "nature_initial", "priority", "area")

#: Columns that have one value in the whole file of one extract.
ALIKE = frozenset({"extract", "extract_sha256"})
_CODED = pa.dictionary(pa.int32(), pa.string())

#: Columns of violations and quarantine with as many values as rows.
_DIFFERING = ("source_row", "cells", "value", "message", "rules")

ORIGIN = pa.schema(
    [
        ("extract", pa.string()),
        ("source_row", pa.int64()),
        ("source_rows", pa.list_(pa.int64())),
        ("sheet", pa.string()),
        ("extract_sha256", pa.string()),
    ]
)
VIOLATIONS = pa.schema(
    [
        ("agency", pa.string()),
        ("table", pa.string()),
        ("extract", pa.string()),
        ("source_row", pa.int64()),
        ("sheet", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("rule", pa.string()),
        ("severity", pa.string()),
        ("message", pa.string()),
    ]
)
QUARANTINE = pa.schema(
    [
        ("extract", pa.string()),
        ("source_row", pa.int64()),
        ("sheet", pa.string()),
        ("cells", pa.string()),
        ("rules", pa.list_(pa.string())),
    ]
)


def canonical_schema(table: Table) -> pa.Schema:
    """The Arrow schema of a table's canonical columns."""
    return pa.schema([(c.name, _ARROW[c.kind]) for c in table.columns])


def accepted_schema(table: Table) -> pa.Schema:
    """The Arrow schema of accepted.parquet: canonical columns, then the origin."""
    return pa.schema([*canonical_schema(table), *ORIGIN])


class RowFile:
    """A Parquet file of canonical rows of one extract, written batch by batch. `alike` are the columns that have the
    same value on every row; `coded` those that come as dictionaries."""

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        table: Table,
        seal: Seal,
        alike: frozenset[str] = ALIKE,
        coded: frozenset[str] = frozenset(),
    ) -> None:
        few = {*_FEW, *(c.name for c in table.columns if c.kind == "code"), *coded}
        numbers = [f.name for f in schema if pa.types.is_timestamp(f.type) or pa.types.is_int64(f.type)]
        times = [f.name for f in schema if pa.types.is_timestamp(f.type) or pa.types.is_date(f.type)]
        self.schema = schema
        self._alike, self._coded = alike, coded
        self._file = row_writer(
            path,
            pa.schema([f.with_type(_CODED) if f.name in alike | coded else f for f in schema]),
            seal,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in schema.names if name in few],
            column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),  # rows come nearly in order
            write_statistics=times,  # those of texts cost a quarter of the writing, and nobody looks at them
            store_schema=False,  # readers see plain text where a dictionary was written
        )

    def write(self, batch: pa.RecordBatch) -> None:
        """One row group of rows that have the columns of the schema, in any order."""
        if not batch.num_rows:
            return
        columns = [self._as_written(name, batch.column(name)) for name in self.schema.names]
        self._file.write_batch(pa.RecordBatch.from_arrays(columns, schema=self._file.schema))

    def _as_written(self, name: str, column: pa.Array) -> pa.Array:
        if name in self._alike:
            return _one_text(column)
        return column.dictionary_encode() if name in self._coded and pa.types.is_string(column.type) else column

    def close(self) -> None:
        """Ends the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _one_text(column: pa.Array) -> pa.Array:
    """A column that has the same text on every row, as a dictionary of one: much quicker to write."""
    if isinstance(column, pa.DictionaryArray):
        return column
    return repeated(column[0].as_py(), len(column))


def rows_kept(batch: pa.RecordBatch, keep: NDArray[np.bool_]) -> pa.RecordBatch:
    """The rows of a batch to be kept. Where few are left out, joining the runs between them is much quicker."""
    dropped = np.flatnonzero(~keep)
    if not len(dropped):
        return batch
    if len(dropped) * _MANY_RUNS > len(keep):
        return batch.filter(pa.array(keep))
    starts, ends = [0, *(dropped + 1).tolist()], [*dropped.tolist(), len(keep)]
    return pa.concat_batches([batch.slice(s, e - s) for s, e in zip(starts, ends, strict=True) if e > s])


def repeated(value: str, count: int) -> pa.Array:
    """One text for so many rows, as a dictionary of one."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int32)), pa.array([value]))


class Writer:
    """Rows of plain values, written to Parquet as they come and put in the order of the extract at the end."""

    def __init__(self, path: Path, schema: pa.Schema, seal: Seal) -> None:
        self.path = path
        self.schema = schema
        self._seal = seal
        self.count = 0
        self._file: RowWriter | None = None
        self._rows: list[tuple[Any, ...]] = []
        self._tables: list[pa.Table] = []
        self._last = 0  # the last source row, as long as they come in order

    def add(self, *values: Any) -> None:
        """One row, in the order of the schema."""
        self._rows.append(values)
        self.count += 1
        if len(self._rows) >= _FLUSH:
            self._take_rows()

    def add_table(self, table: pa.Table) -> None:
        """Rows that have the columns of the schema."""
        self._take_rows()
        self.count += table.num_rows
        self._take(table)

    def finish(self, con: duckdb.DuckDBPyConnection) -> None:
        """Ends the file: rows by sheet and source row, those of one row in the order in which they came."""
        self._take_rows()
        if self._file is None:
            table = pa.concat_tables([self.schema.empty_table(), *self._tables])
            if self._last < 0:
                table = table.sort_by([("sheet", "ascending"), ("source_row", "ascending")])
            write_rows(table, self.path, self._seal)
            self._tables = []
            return
        self._spill()
        self._file.close()
        if self._last >= 0:
            self._part.rename(self.path)
            return
        unsorted, seal = str(self._part), self._seal
        con.execute(
            f"COPY (SELECT * EXCLUDE (file_row_number)"
            f" FROM read_parquet('{_quoted(unsorted)}', file_row_number = true{seal.reading})"
            f" ORDER BY sheet NULLS LAST, source_row, file_row_number)"
            f" TO '{_quoted(str(self.path))}' (FORMAT parquet, COMPRESSION zstd{seal.copying})"
        )
        self._part.unlink()

    def discard(self) -> None:
        """Ends without a file."""
        self._tables = []
        if self._file is not None:
            self._file.close()
            self._part.unlink()

    @property
    def _part(self) -> Path:
        return self.path.with_suffix(".unsorted")

    def _take_rows(self) -> None:
        if self._rows:
            columns = list(zip(*self._rows, strict=True))
            arrays = [pa.array(c, f.type) for c, f in zip(columns, self.schema, strict=True)]
            self._rows = []
            self._take(pa.Table.from_arrays(arrays, schema=self.schema))

    def _take(self, table: pa.Table) -> None:
        self._note_order(table)
        self._tables.append(table)
        if sum(t.nbytes for t in self._tables) > _HELD_BYTES:
            self._spill()

    def _note_order(self, table: pa.Table) -> None:
        rows = table["source_row"].to_numpy()
        if self._last < 0 or not len(rows):
            return
        in_order = table["sheet"].null_count == len(rows) and bool(np.all(np.diff(rows, prepend=self._last) >= 0))
        self._last = int(rows[-1]) if in_order else -1

    def _spill(self) -> None:
        if self._file is None:
            names = [name for name in self.schema.names if name not in _DIFFERING]
            options = {"compression": "zstd", "compression_level": 1, "write_statistics": False}
            self._file = row_writer(self._part, self.schema, self._seal, use_dictionary=names, **options)
        for table in self._tables:
            self._file.write_table(table)
        self._tables = []


def _quoted(text: str) -> str:
    return text.replace("'", "''")
