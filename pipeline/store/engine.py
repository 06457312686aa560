"""DuckDB as the store uses it: connections, SQL files, names and paths in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from pipeline.program.seal import CLEAR, Seal
from pipeline.sql_text import literal, queries
from schemas import ColumnSpec
from schemas.views import Derived

#: What loading may use; sorting, joining and grouping go to disk beyond it.
MEMORY = "1500MB"
#: The SQL of the file `sql/NAME.sql` of this room with each `{part}` filled in.
query = queries(Path(__file__).parent / "sql")


def quoted(names: Iterable[str], prefix: str = "") -> str:
    """Column names for SQL: `extract`, `source`, `date` and `column` are words of SQL too."""
    return ", ".join(f'{prefix}"{name}"' for name in names)


def typed(*columns: Iterable[ColumnSpec | Derived], row: str = "") -> str:
    """Columns as their declared types, for a SELECT; `row` is the name of the relation with a dot."""
    return ", ".join(f'{row}"{c.name}"::{c.duckdb_type} AS "{c.name}"' for part in columns for c in part)


def parquet(paths: Sequence[Path], seal: Seal = CLEAR) -> str:
    """A SQL table expression over Parquet files, in this order, with `file_index` and `file_row_number`.

    A folder may hold `[` or `*` in its name, which DuckDB would take for a pattern.
    """
    return f"read_parquet([{', '.join(literal(escaped(p)) for p in paths)}]{seal.reading})"


def escaped(path: Path) -> str:
    """A path for DuckDB's functions that take patterns."""
    return str(path).replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")


def scratch(spill: Path, seal: Seal = CLEAR) -> duckdb.DuckDBPyConnection:
    """An empty database in memory that spills into the folder `spill` when a set outgrows memory.

    A join keeps no order in DuckDB, whatever `preserve_insertion_order` says: what must have one is sorted.
    """
    con = duckdb.connect(config={"temp_directory": str(spill), "memory_limit": MEMORY})
    seal.prepare(con)
    return quiet(con)


def quiet(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The connection without DuckDB's progress bar, which would stand in stdout; cursors do not inherit the setting."""
    con.execute("SET enable_progress_bar = false")
    con.execute("SET TimeZone = 'UTC'")
    return con


def value(cell: object) -> str:
    """A cell for SQL: null, a number or a text. DuckDB's bound parameters would import pandas."""
    if cell is None:
        return "NULL"
    return str(cell) if isinstance(cell, int) else literal(str(cell))


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Put rows into a table, some hundreds at a time."""
    for start in range(0, len(rows), 500):
        cells = ", ".join(f"({', '.join(value(c) for c in row)})" for row in rows[start : start + 500])
        con.execute(f"INSERT INTO {table} VALUES {cells}")
