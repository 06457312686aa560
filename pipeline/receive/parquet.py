"""Parquet files of rows, batch by batch: by pyarrow in clear, by DuckDB when they are to be encrypted.

DuckDB reads lists that pyarrow encrypted with a failure of their checksum, and pyarrow nothing that DuckDB encrypted;
so whatever is encrypted is both written and read by DuckDB.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.receive.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.program.seal import Seal

_WAITING = 2
_PATIENCE = 0.1
_MEMORY = "300MB"


class RowWriter(Protocol):
    """What takes rows for one file."""

    schema: pa.Schema

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """The next rows."""

    def write_table(self, table: pa.Table) -> None:
        """The next rows."""

    def close(self) -> None:
        """Ends the file."""


def row_writer(path: Path, schema: pa.Schema, seal: Seal, **options: Any) -> RowWriter:
    """Writes `path` as the program keeps its rows; `options` are those of pyarrow for files in clear."""
    if seal.encrypted:
        return _Encrypted(path, schema, seal)
    writer: RowWriter = pq.ParquetWriter(path, schema, **options)
    return writer


def write_rows(table: pa.Table, path: Path, seal: Seal) -> None:
    """One table as one file."""
    writer = row_writer(path, table.schema, seal, compression="zstd")
    try:
        writer.write_table(table)
    finally:
        writer.close()


def read_rows(path: Path, seal: Seal, size: int) -> Iterator[pa.RecordBatch]:
    """The rows of a file in their order, so many at a time."""
    if not seal.encrypted:
        with pq.ParquetFile(path) as source:
            yield from source.iter_batches(batch_size=size)
        return
    with _connected(path, seal) as con:
        yield from con.execute(f"FROM read_parquet({literal(str(path))}{seal.reading})").to_arrow_reader(size)


def _connected(path: Path, seal: Seal) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": str(path.with_suffix(".spill"))})
    con.execute("SET enable_progress_bar = false")
    seal.prepare(con)
    return con


class _Encrypted:
    """DuckDB takes rows rather than being given them: a thread of its own copies what `write_batch` hands on."""

    def __init__(self, path: Path, schema: pa.Schema, seal: Seal) -> None:
        self.schema = schema
        self._waiting: queue.Queue[pa.RecordBatch | None] = queue.Queue(_WAITING)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._copy, args=(path, seal), name="copy", daemon=True)
        self._thread.start()

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Waits while two others are waiting. Raises what made the copying fail."""
        self._put(batch)
        if self._failure:
            raise self._failure

    def write_table(self, table: pa.Table) -> None:
        """The same for all batches of a table."""
        for batch in table.to_batches():
            self.write_batch(batch)

    def close(self) -> None:
        """Ends when everything is written."""
        self._put(None)
        self._thread.join()
        if self._failure:
            raise self._failure

    def _put(self, item: pa.RecordBatch | None) -> None:
        while self._thread.is_alive():
            try:
                self._waiting.put(item, timeout=_PATIENCE)
            except queue.Full:
                continue
            return

    def _copy(self, path: Path, seal: Seal) -> None:
        try:
            with _connected(path, seal) as con:
                con.register("handed_on", pa.RecordBatchReader.from_batches(self.schema, iter(self._waiting.get, None)))
                con.execute(f"COPY handed_on TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd{seal.copying})")
        except BaseException as problem:
            self._failure = problem
