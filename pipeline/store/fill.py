"""Filling a warehouse: every table and view, in the order in which one needs the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, fields

from pipeline.program.model import Program
from pipeline.receive.product import Receipt, Violation
from pipeline.store.call_months import Sums, keep_sums
from pipeline.store.engine import insert, parquet, query, quoted, typed, value
from pipeline.store.in_place import READS, TABLE, make_view
from pipeline.store.inputs import inputs_of
from pipeline.store.resolve import Resolution
from pipeline.store.zone import Change, changes, elapsed_macro
from schemas import RELATIONS, TABLES
from schemas.encounters import OLDEST
from schemas.views import CANDIDATE_MINUTES, ORIGIN, PLACE_WINDOW_DAYS, RECEIVED_LATER, VIEWS

SETTINGS = {"days": PLACE_WINDOW_DAYS, "minutes": CANDIDATE_MINUTES, "oldest": OLDEST, "elapsed": "elapsed_minutes"}
#: What the SQL of each table and view reads.
SOURCES = {
    "accepted_encounters": "accepted_encounters",
    "accepted_referrals": "accepted_referrals",
    "split_referrals": "split_referrals",
    "calls": "warehouse.calls",
    "encounters": "warehouse.encounters",
    "referrals": "warehouse.referrals",
}
#: Tables of which one row of an extract may stand behind several rows, or behind none.
_SHARED_ROWS = ("shifts", "referrals")


class Filler:
    """Fills the attached database `warehouse` from the views of a resolution.

    `sums` are those of calls that are known already; None leaves them out, for a warehouse of which no edition is made.
    """

    def __init__(
        self, program: Program, resolution: Resolution, facts: dict[str, str], sums: Sums | None = None
    ) -> None:
        self.program = program
        self.resolution = resolution
        self.facts = facts
        self.sums = sums
        self.con = resolution.connection

    def fill(self) -> None:
        """Everything."""
        self.begin()
        for table in TABLES:
            self.make(table)
        self.check_rows()
        for table in TABLES:
            self.count_days(table)
        for view in VIEWS:
            self.make(view)
        self.end()

    def begin(self) -> None:
        """What every warehouse has anew: the books, and what the SQL of tables needs."""
        self.con.execute(query("bookkeeping"))
        self._keep_books()
        self._keep_violations()
        self._keep_quarantine()
        self._read_referrals()
        self.clock_changes = self._clock_changes()
        self.con.execute(elapsed_macro(self.clock_changes))

    def end(self) -> None:
        """What can be said last only."""
        self.con.execute(query("windows", **SETTINGS))
        if self.sums is not None:
            keep_sums(self.resolution, self.sums)
            self.count_months()

    def count_months(self, **sources: str) -> None:
        """What is said of each month: for comparing editions, and for disclosure control."""
        for name in ("row_months", "protected_months"):
            self.con.execute(query(name, **SOURCES | {"encounters_linked": "warehouse.encounters_linked"} | sources))

    def make(self, relation: str) -> None:
        """One table or view with exactly the columns that `schemas` declares. Views are kept as tables, joined once."""
        if relation == TABLE and self.facts[READS]:
            make_view(self.resolution, self.clock_changes, self.facts[READS])
        else:
            self.con.execute(f"CREATE OR REPLACE TABLE warehouse.{relation} AS {select(relation)}")

    def _clock_changes(self) -> Sequence[Change]:
        """The changes of the clocks in the years that the data span."""
        years = [
            year
            for table, time in (("calls", "received_at"), ("encounters", "started_at"))
            for year in self.con.execute(
                f"SELECT min(year({time})), max(year({time})) FROM accepted_{table}"
            ).fetchall()[0]
            if year is not None
        ]
        first, last = (max(min(years), 1970), min(max(years) + 1, 2100)) if years else (1970, 1970)
        return changes(self.program.timezone, first, last)

    def _keep_books(self) -> None:
        insert(self.con, "warehouse.metadata", sorted(self.facts.items()))
        receipts = self.resolution.receipts
        inputs = inputs_of(self.resolution.received, receipts)
        insert(self.con, "warehouse.inputs", [(place, *astuple(i)) for place, i in enumerate(inputs)])
        rows = [
            (place, *(json.dumps(c) if isinstance(c, dict | list) else c for c in _cells(receipt)))
            for place, receipt in enumerate(receipts)
        ]
        insert(self.con, "warehouse.receipts", rows)

    def _keep_violations(self) -> None:
        files = self.resolution.products("violations.parquet")
        if files:
            columns = quoted(Violation.__dataclass_fields__)
            source = parquet(list(files.values()), self.resolution.seal)
            self.con.execute(f"INSERT INTO warehouse.violations SELECT {columns} FROM {source}")
        added = query("added", first=0, last=len(self.resolution.received))
        self.con.execute(f"INSERT INTO warehouse.violations {added}")

    def _keep_quarantine(self) -> None:
        files = self.resolution.products("quarantine.parquet")
        if not files:
            return
        mappings = [self.resolution.received[file].extract.mapping for file in files]
        agencies = f"[{', '.join(value(m.agency) for m in mappings)}]::VARCHAR[]"
        tables = f"[{', '.join(value(m.table) for m in mappings)}]"
        rows = parquet(list(files.values()), self.resolution.seal)
        sql = query("quarantine", agencies=agencies, tables=tables, rows=rows)
        self.con.execute(sql)

    def _read_referrals(self) -> None:
        """The view `split_referrals`: what the cells of encounters were split into."""
        columns = typed(TABLES["referrals"].columns, ORIGIN)
        files = self.resolution.product("encounters", "referrals.parquet")
        source = parquet(list(files.values()), self.resolution.seal) if files else "accepted_referrals WHERE false"
        self.con.execute(f"CREATE OR REPLACE VIEW split_referrals AS SELECT {columns} FROM {source}")

    def count_days(self, name: str, rows: str | None = None) -> None:
        """Count the rows of each day of a table, of `rows` of it when given."""
        table = TABLES[name]
        if name in ("calls", "encounters"):
            parts = {"table": name, "time": table.time, "key": table.key[-1], "later": RECEIVED_LATER.id}
            self.con.execute(query("days", rows=rows or f"warehouse.{name}", **parts))
        elif table.time is not None:
            self.con.execute(query("plain_days", table=name, time=table.time))

    def check_rows(self) -> None:
        """Every accepted row of the receipts stands in the warehouse: the last of the checks that nothing is lost."""
        for table in TABLES:
            due = sum(r.accepted for r in self.resolution.receipts if r.table == table)
            (there,) = self.con.execute(f"SELECT sum(len(source_rows)) FROM warehouse.{table}").fetchall()[0]
            if table not in _SHARED_ROWS and (there or 0) != due:
                raise RuntimeError(
                    f"The warehouse holds {there or 0} rows of extracts of {table}, the receipts accept {due}."
                )


def select(relation: str, **sources: str) -> str:
    """The SELECT of a table or view with its declared columns; from other `sources` than all rows, where given."""
    columns = typed(RELATIONS[relation].values(), row="x.")
    parts = {**SOURCES, "accepted": "accepted_calls", "call_columns": _call_columns(), **SETTINGS, **sources}
    sql = query(relation, **parts)
    if relation == TABLE:
        sql += "ORDER BY a.received_at, a.agency, a.incident"
    return f"SELECT {columns} FROM ({sql}) x"


def _cells(receipt: Receipt) -> list[object]:
    return [getattr(receipt, f.name) for f in fields(receipt)]


def _call_columns() -> str:
    """The columns of calls that `encounters_linked` repeats, renamed, with the two that join them."""
    copy = next(c for c in VIEWS["encounters_linked"].copied if c.table == "calls")
    origin = {column.name for column in ORIGIN}
    names = [name for name in RELATIONS["calls"] if name not in origin and name not in copy.without]
    return ", ".join(["agency", "incident", *(f'"{name}" AS "{copy.prefix}{name}"' for name in names)])
