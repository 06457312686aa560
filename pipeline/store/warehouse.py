"""The warehouse, open for reading."""

from __future__ import annotations

import json
import weakref
from dataclasses import fields
from datetime import date
from pathlib import Path

import duckdb

from pipeline.program.model import Program
from pipeline.program.periods import last_complete_month
from pipeline.program.seal import CLEAR, Seal, seal_of
from pipeline.receive.product import Receipt
from pipeline.sql_text import literal
from pipeline.store.engine import escaped, quiet
from pipeline.store.in_place import READS, is_whole
from pipeline.store.inputs import Input, made_by
from pipeline.store.spill import Spill

FILE_NAME = "warehouse.duckdb"
#: What DuckDB calls the database of this file.
NAME = "warehouse"
_MEMORY = "2GB"


class Warehouse:
    """out/warehouse.duckdb, read-only: nothing on this connection writes, reaches another file or the network.

    `connection` is for one thread; take a `cursor()` for more. Close it, or use it in a `with`.
    """

    def __init__(self, path: Path, seal: Seal = CLEAR) -> None:
        self.path = path
        self._attached = seal.encrypted
        self._spill = Spill(path.parent, "warehouse")
        self._gone = weakref.finalize(self, self._spill.release)
        try:
            self.connection = _connect(path, self._spill.path, seal)
        except BaseException:
            self._gone()
            raise

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file, so that a build can replace it on Windows too."""
        self.connection.close()
        self._gone()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Another connection, for another thread, or to read two answers side by side."""
        cursor = self.connection.cursor()
        if self._attached:
            cursor.execute(f"USE {NAME}")
        return quiet(cursor)

    def last_complete_month(self, today: date | None = None) -> date | None:
        """The last day of the latest month that the data complete (spec 3); None when there are no data.

        That is the month whose last day is on or before the newest received_at or started_at of rows without a warning;
        days after today do not count. Where every row has some warning (a log whose program hands over no calls), rows
        without one on their time count.
        """
        newest = self._newest(today or date.today())
        return last_complete_month(newest) if newest else None

    def _newest(self, today: date) -> date | None:
        sql = (
            "SELECT max(day) FILTER (clean > 0), max(day) FILTER (dated > 0) FROM days"
            f" WHERE day <= DATE '{today}' AND \"table\" IN ('calls', 'encounters')"
        )
        days: tuple[date | None, date | None] = self.connection.execute(sql).fetchall()[0]
        return days[0] or days[1]

    def first_day(self) -> date | None:
        """The first day that a call or an encounter has, warned rows left out; None when there are none."""
        return self._day("min")

    def last_day(self) -> date | None:
        """The last such day."""
        return self._day("max")

    def _day(self, function: str) -> date | None:
        sql = (
            f"SELECT {function}(day) FILTER (clean > 0), {function}(day) FILTER (dated > 0) FROM days"
            " WHERE \"table\" IN ('calls', 'encounters')"
        )
        days: tuple[date | None, date | None] = self.connection.execute(sql).fetchall()[0]
        return days[0] or days[1]

    def agencies(self) -> tuple[str, ...]:
        """The ids of the agencies that have a row, sorted."""
        rows = self.connection.execute("SELECT DISTINCT agency FROM days ORDER BY agency").fetchall()
        return tuple(agency for (agency,) in rows)

    def receipts(self) -> tuple[Receipt, ...]:
        """The receipts of all files, in the order of the extracts, problems last."""
        names = [f.name for f in fields(Receipt)]
        columns = ", ".join(f'"{name}"' for name in names)
        rows = self.connection.execute(f"SELECT {columns} FROM receipts ORDER BY place").fetchall()
        found = []
        for row in rows:
            cells = dict(zip(names, row, strict=True))
            found.append(Receipt(**cells | {n: json.loads(cells[n]) for n in ("rules", "corrections")}))
        return tuple(found)

    def inputs(self) -> tuple[Input, ...]:
        """The files that it was made of."""
        columns = ", ".join(f'"{name}"' for name in Input.__slots__)
        return tuple(
            Input(*r) for r in self.connection.execute(f"SELECT {columns} FROM inputs ORDER BY place").fetchall()
        )

    def metadata(self) -> dict[str, str]:
        """What it was made of: fingerprint, made_by, timezone, and until: the day after which
        received_at was doubted, empty when no row is that late."""
        return dict(self.connection.execute("SELECT name, value FROM metadata ORDER BY name").fetchall())


def open_warehouse(program: Program) -> Warehouse | None:
    """The last good warehouse of the program.

    None when there is none, when the file is no whole warehouse, when products that it reads in place are gone, or when
    other code made it (after an update its columns may mean something else): then a build makes it anew.
    """
    path = program.out / FILE_NAME
    if not path.exists():
        return None
    try:
        warehouse = Warehouse(path, seal_of(program))
    except duckdb.Error:
        return None
    try:
        made = warehouse.metadata()
        if made.get("made_by") == made_by() and is_whole(made.get(READS, ""), program.out, warehouse.inputs()):
            return warehouse
    except duckdb.Error:
        pass
    warehouse.close()
    return None


def _connect(path: Path, spill: Path, seal: Seal) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": _MEMORY, "temp_directory": str(spill)}
    if seal.encrypted:
        con = duckdb.connect(config=config)
        seal.prepare(con)
        con.execute(f"ATTACH {literal(str(path))} AS {NAME}{seal.attaching('READ_ONLY')}")
        con.execute(f"USE {NAME}")
    else:
        con = duckdb.connect(path, read_only=True, config=config)
    if not seal.encrypted:  # DuckDB 1.5 takes an encrypted file's metadata from there without the key, and fails
        con.execute("SET parquet_metadata_cache = true")
    products = (path.parent / "extracts").resolve()  # calls may be read in place; asked as a pattern and as a path
    con.execute(f"SET allowed_directories = [{literal(str(products))}, {literal(escaped(products))}]")
    con.execute("SET enable_external_access = false")  # cannot be undone while the file is open
    return quiet(con)
