"""Step 4 of the receipt (spec 2): what a later extract supersedes, and the warnings that need several extracts.

Works on the Parquet that receive wrote; of each table only its keys are read, and of a table whose extracts cannot
overlap nothing at all.
"""

from __future__ import annotations

import heapq
import weakref
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb

from pipeline.program.model import Program
from pipeline.program.seal import seal_of
from pipeline.receive.order import sort_key
from pipeline.receive.product import Receipt, Received, Violation
from pipeline.sql_text import literal
from pipeline.store.engine import insert, parquet, query, quiet, quoted, scratch, typed
from pipeline.store.spill import Spill
from schemas import TABLES, ColumnSpec
from schemas.views import LATE_DAYS, LOAD_RULES, NO_SUCH_CALL, NO_SUCH_ENCOUNTER, ORIGIN, RECEIVED_LATER

#: A violation as a struct, its fields in the order of the class.
_NAMED = "{" + ", ".join(f"'{name}': \"{name}\"" for name in Violation.__dataclass_fields__) + "}"
#: Tables of which one row of an extract may stand behind several rows.
_SHARED_ROWS = ("shifts", "referrals")


def doubted_after(period_end: date | None = None, today: date | None = None) -> date:
    """The day after which received_at is doubted: 31 days after the end of the period asked for, else today."""
    if period_end is not None:
        return period_end + timedelta(days=LATE_DAYS)
    return today or date.today()


def resolve(
    program: Program, received: Sequence[Received], *, until: date | None = None, problems: Sequence[Receipt] = ()
) -> Resolution:
    """Decide between extracts: the one whose name sorts last wins (`order.sort_key`), in whatever order they come.

    `until` (see `doubted_after`) defaults to today. `problems` are receipts of files that are no extract; they come
    last. RuntimeError when a receipt no longer adds up: that is a bug, never the user's mistake.
    """
    in_order = tuple(sorted(received, key=lambda one: sort_key(one.extract.name)))
    found = Resolution(program, in_order, until or doubted_after())
    found.decide(problems)
    return found


class Resolution:
    """What the extracts say together. Holds a database in memory: close it, or use it in a `with`.

    `receipts`: one for each of `received`, in that order, then the problems. On `connection` stand the views
    `accepted_TABLE` (canonical columns, origin, `file` = position in `received`) and the sets of `sql/incidents.sql`.
    """

    def __init__(self, program: Program, received: tuple[Received, ...], until: date) -> None:
        self.received = received
        self.until = until
        self.receipts: tuple[Receipt, ...] = ()
        self.problems: tuple[Receipt, ...] = ()
        self.lost: dict[int, int] | None = None
        self._spill = Spill(program.out)
        self._gone = weakref.finalize(self, self._spill.release)
        self.seal = seal_of(program)
        self.connection = scratch(self._spill.path, self.seal)
        self.connection.execute(query("resolution"))
        rules = [(r.id, r.table, r.column, r.severity, r.message) for r in LOAD_RULES]
        insert(self.connection, "load_rules", rules)
        insert(self.connection, "extracts", [(file, one.extract.name) for file, one in enumerate(received)])

    def __enter__(self) -> Resolution:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the memory, and of what was spilled to disk."""
        self.connection.close()
        self._gone()

    def product(self, table: str, name: str = "accepted.parquet") -> dict[int, Path]:
        """The Parquet files `name` of the extracts of a table, by position in `received`."""
        found = self.products(name)
        return {file: path for file, path in found.items() if self.received[file].extract.mapping.table == table}

    def products(self, name: str) -> dict[int, Path]:
        """The same of all tables."""
        folders = {file: one.folder for file, one in enumerate(self.received) if one.folder is not None}
        return {file: folder / name for file, folder in folders.items() if (folder / name).exists()}

    def decide(self, problems: Sequence[Receipt] = ()) -> None:
        """Do the work: what is superseded, what stays, what is doubtful, and the receipts after that."""
        for table in TABLES:
            self._supersede(table)
            self._accept(table)
        self.connection.execute(query("incidents"))
        self._judge()
        self.problems = tuple(problems)
        self._doubt()

    def doubt_after(self, until: date) -> None:
        """Doubt received_at after another day; all else that was decided stays."""
        if until != self.until:
            self.until = until
            self.connection.execute(f"DELETE FROM added WHERE rule = {literal(RECEIVED_LATER.id)}")
            self._doubt()

    def _doubt(self) -> None:
        self.connection.execute(query("received_later", rule=RECEIVED_LATER.id, until=self.until))
        self.receipts = (*self._settle(), *self.problems)

    def _supersede(self, table: str) -> None:
        """Note the rows of the table whose key stands in a later extract too."""
        files = self.product(table)
        agencies = [self.received[file].extract.mapping.agency for file in files]
        if len(agencies) == len(set(agencies)) and (len(agencies) < 2 or None not in agencies):
            return
        key = [TABLES[table].column(name) for name in TABLES[table].key]
        keys = ", ".join(f"{_never_null(column)} AS {quoted([column.name])}" for column in key)
        sql = query("superseded", keys=keys, names=quoted(c.name for c in key), **self._source(files))
        self.connection.execute(sql)

    def _accept(self, table: str) -> None:
        """Make the view `accepted_TABLE`."""
        self.connection.execute(f"CREATE VIEW accepted_{table} AS {self.accepted(table, self.product(table))}")

    def accepted(self, table: str, files: dict[int, Path]) -> str:
        """SQL for the rows of a table that stay, read from these files. It names `superseded` when some do not."""
        if files:
            cells = typed(TABLES[table].columns, ORIGIN, row="p.")
            sql = query("accepted", columns=cells, **self._source(files))
            return sql + (query("remaining", **self._source(files)) if self._superseded(files) else "")
        cells = typed(TABLES[table].columns, ORIGIN)
        nothing = ", ".join(f'NULL AS "{c}"' for c in (*TABLES[table].names, *(o.name for o in ORIGIN), "file"))
        return f"SELECT {cells}, file FROM (SELECT {nothing} WHERE false)"

    def _judge(self) -> None:
        """Note the warnings that need several extracts."""
        run = self.connection.execute
        run(query("no_such_call", rule=NO_SUCH_CALL.id))
        run(query("no_such_encounter", rule=NO_SUCH_ENCOUNTER.id))

    def _settle(self) -> list[Receipt]:
        """The receipts of the extracts, brought up to date."""
        if self.lost is None:
            self.lost = {file: rows for table in TABLES for file, rows in self._lost_of(table)}
        rules = self.connection.execute(
            "SELECT file, rule, count(*) FROM added GROUP BY ALL ORDER BY file, rule"
        ).fetchall()
        settled = []
        for file, one in enumerate(self.received):
            gone = self.lost.get(file, 0)
            counts = one.receipt.rules | {rule: rows for place, rule, rows in rules if place == file}
            receipt = replace(
                one.receipt,
                accepted=one.receipt.accepted - gone,
                superseded=one.receipt.superseded + gone,
                rules=counts,
            )
            _check(receipt)
            settled.append(receipt)
        return settled

    def violations(self) -> Iterator[Violation]:
        """Every violation, extract by extract and row by row; streamed: a bad file has one for each of its rows."""
        stored = self.products("violations.parquet")
        for file in range(len(self.received)):
            yield from heapq.merge(self._stored(stored.get(file)), self._added(file), key=_row)

    def violations_as_json(self, only: Container[str] | None = None) -> Iterator[str]:
        """The same as JSON objects, some of them at a time with commas between, of the extracts in `only`.

        DuckDB writes them, and no text is made of each: there may be a million.
        """
        stored = self.products("violations.parquet")
        for file, one in enumerate(self.received):
            if only is not None and one.extract.name not in only:
                continue
            added = query("added", first=file, last=file)
            rows = parquet([stored[file]], self.seal) if file in stored else f"({added} LIMIT 0)"
            if any(True for _ in self._added(file)):
                yield from _joined(self.connection, query("merged_json", violation=_NAMED, stored=rows, added=added))
            else:
                yield from _joined(self.connection, f"SELECT CAST(to_json({_NAMED}) AS VARCHAR) FROM {rows}")

    def _stored(self, path: Path | None) -> Iterator[Violation]:
        """What receive found in one extract; it has put them in order."""
        if path is not None:
            columns = quoted(Violation.__dataclass_fields__)
            for row in _stream(self.connection, f"SELECT {columns} FROM {parquet([path], self.seal)}"):
                yield Violation(*row)

    def _added(self, file: int) -> Iterator[Violation]:
        for row in _stream(self.connection, query("added", first=file, last=file)):
            yield Violation(*row)

    def _source(self, files: dict[int, Path]) -> dict[str, object]:
        return {"rows": parquet(list(files.values()), self.seal), "files": list(files)}

    def _superseded(self, files: dict[int, Path]) -> bool:
        found = self.connection.execute("SELECT DISTINCT file FROM superseded").fetchall()
        return any(file in files for (file,) in found)

    def _lost_of(self, table: str) -> list[tuple[int, int]]:
        files = self.product(table)
        if not self._superseded(files):
            return []
        name = "lost_shared_rows" if table in _SHARED_ROWS else "lost_rows"
        return self.connection.execute(query(name, **self._source(files))).fetchall()


def _never_null(column: ColumnSpec) -> str:
    """The column as part of a key: a missing team is a team of its own."""
    return f'p."{column.name}"' if column.required else f"coalesce(p.\"{column.name}\", '')"


def _stream(connection: duckdb.DuckDBPyConnection, sql: str, size: int = 10_000) -> Iterator[tuple]:  # type: ignore[type-arg]
    cursor = quiet(connection.cursor())
    try:
        cursor.execute(sql)
        while rows := cursor.fetchmany(size):
            yield from rows
    finally:
        cursor.close()


def _joined(connection: duckdb.DuckDBPyConnection, sql: str, size: int = 20_000) -> Iterator[str]:
    """The texts of the only column of a query, some of them at a time with commas between."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cursor = quiet(connection.cursor())
    try:
        for batch in cursor.execute(sql).to_arrow_reader(size):
            texts = pa.ListArray.from_arrays(pa.array([0, batch.num_rows], pa.int32()), batch.column(0))
            if batch.num_rows:
                yield pc.binary_join(texts, ",\n")[0].as_py()
    finally:
        cursor.close()


def _row(violation: Violation) -> tuple[bool, str, int]:
    return violation.sheet is None, violation.sheet or "", violation.source_row


def _check(receipt: Receipt) -> None:
    if not receipt.adds_up or min(receipt.accepted, receipt.superseded) < 0:
        parts = f"{receipt.accepted} accepted, {receipt.quarantined} quarantined, {receipt.duplicate} duplicate"
        raise RuntimeError(
            f"The receipt of {receipt.extract} does not add up: {receipt.read} rows read, {parts},"
            f" {receipt.superseded} superseded. This is a fault of the software, not of the extract."
        )
