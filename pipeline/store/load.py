"""The warehouse: every accepted row, linked, in one DuckDB file. A pure function of the extracts' products."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, fields
from pathlib import Path

import duckdb

from pipeline import durable
from pipeline.errors import Exit, UserError
from pipeline.program.model import Program
from pipeline.receive.product import Receipt, Violation
from pipeline.sql_text import literal
from pipeline.store.engine import insert, parquet, query, quoted, typed, value
from pipeline.store.in_place import READS, TABLE, make_view, place_of
from pipeline.store.inputs import fingerprint, inputs_of, made_by
from pipeline.store.resolve import Resolution
from pipeline.store.warehouse import FILE_NAME, NAME, Warehouse, open_warehouse
from pipeline.store.zone import Change, changes, elapsed_macro
from schemas import RELATIONS, TABLES
from schemas.encounters import OLDEST
from schemas.views import CANDIDATE_MINUTES, ORIGIN, PLACE_WINDOW_DAYS, RECEIVED_LATER, VIEWS

_SETTINGS = {"days": PLACE_WINDOW_DAYS, "minutes": CANDIDATE_MINUTES, "oldest": OLDEST, "elapsed": "elapsed_minutes"}
#: Tables of which one row of an extract may stand behind several rows, or behind none.
_SHARED_ROWS = ("shifts", "referrals")


def load(program: Program, resolution: Resolution, *, waiting: Callable[[], None] | None = None) -> Warehouse:
    """Write out/warehouse.duckdb, unless it was made of the same already; returns it open for reading.

    It is written under another name and renamed last, so that a build killed at any moment leaves the last good one.
    A second build waits for the first; `waiting` is called before it does. UserError when another program holds the
    file open (Windows). RuntimeError when rows went missing on the way: that is a bug.
    """
    inputs = inputs_of(resolution.received, resolution.receipts)
    late = _late(resolution)
    reads = place_of(program, resolution)
    made_of = fingerprint(program, inputs, late, reads)
    target = program.out / FILE_NAME
    with durable.alone(program.out / ".warehouse.lock", waiting):
        if _stored_fingerprint(program) != made_of:
            facts = _facts(program, late, reads) | {"fingerprint": made_of}
            _write(target, _Filler(program, resolution, facts))
        return Warehouse(target, resolution.seal)


@contextmanager
def loaded_apart(program: Program, resolution: Resolution) -> Iterator[Warehouse]:
    """The same warehouse in a file of its own, removed afterwards: for looking without a build."""
    facts = _facts(program, _late(resolution), place_of(program, resolution))
    with durable.owned(program.out / f".apart-{secrets.token_hex(4)}.duckdb") as place:
        _fill(place, _Filler(program, resolution, facts))
        durable.make_private(place)
        with Warehouse(place, resolution.seal) as warehouse:
            yield warehouse


def _facts(program: Program, late: str, reads: str) -> dict[str, str]:
    """What a warehouse says of itself, its fingerprint aside."""
    return {"made_by": made_by(), "timezone": program.timezone, "until": late, READS: reads}


def _stored_fingerprint(program: Program) -> str | None:
    warehouse = open_warehouse(program)
    if warehouse is None:
        return None
    with warehouse:
        return warehouse.metadata().get("fingerprint")


def _late(resolution: Resolution) -> str:
    """The day after which received_at is doubted, when a row is that late; else it changes nothing and is left out."""
    sql = f"SELECT count(*) FROM added WHERE rule = {literal(RECEIVED_LATER.id)}"
    (rows,) = resolution.connection.execute(sql).fetchall()[0]
    return str(resolution.until) if rows else ""


def _write(target: Path, filler: _Filler) -> None:
    beside = target.with_name(f".warehouse-{secrets.token_hex(4)}.duckdb")
    try:
        _fill(beside, filler)
        durable.make_private(beside)
        _rename(beside, target)
    except BaseException:
        for left in beside.parent.glob(f"{beside.name}*"):
            with suppress(OSError):
                left.unlink(missing_ok=True)
        raise


def _fill(path: Path, filler: _Filler) -> None:
    filler.con.execute(f"ATTACH {literal(str(path))} AS {NAME}{filler.resolution.seal.attaching()}")
    try:
        filler.fill()
        filler.con.execute("DETACH warehouse")
    except BaseException:
        with suppress(duckdb.Error):  # on a full disk it cannot even end
            filler.con.execute("DETACH DATABASE IF EXISTS warehouse")
        raise


def _rename(beside: Path, target: Path) -> None:
    try:
        durable.name_file(beside, target)
    except PermissionError:
        what = "the warehouse cannot be replaced, because another program has it open"
        hint = "Close the programs that show it (a second `outcomes`, a database viewer), and build again."
        raise UserError(what, str(target), hint, Exit.FAILURE) from None


class _Filler:
    """Fills the attached database `warehouse` from the views of a resolution."""

    def __init__(self, program: Program, resolution: Resolution, facts: dict[str, str]) -> None:
        self.program = program
        self.resolution = resolution
        self.facts = facts
        self.con = resolution.connection

    def fill(self) -> None:
        """Everything, in the order in which one needs the other."""
        self.con.execute(query("bookkeeping"))
        self._keep_books()
        self._keep_violations()
        self._keep_quarantine()
        self._read_referrals()
        clock_changes = self._clock_changes()
        self.con.execute(elapsed_macro(clock_changes))
        for table in TABLES:
            if table == TABLE and self.facts[READS]:
                make_view(self.resolution, clock_changes, self.facts[READS])
            else:
                self._make(table)
        self._check_rows()
        self._count_days()
        for view in VIEWS:
            self._make(view)

    def _make(self, relation: str) -> None:
        """One table or view with exactly the columns that `schemas` declares. Views are kept as tables, joined once."""
        columns = typed(RELATIONS[relation].values(), row="x.")
        sql = query(relation, call_columns=_call_columns(), accepted="accepted_calls", **_SETTINGS)
        if relation == TABLE:
            sql += "ORDER BY a.received_at, a.agency, a.incident"
        self.con.execute(f"CREATE TABLE warehouse.{relation} AS SELECT {columns} FROM ({sql}) x")

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

    def _count_days(self) -> None:
        for name, table in TABLES.items():
            if name in ("calls", "encounters"):
                parts = {"table": name, "time": table.time, "key": table.key[-1], "later": RECEIVED_LATER.id}
                self.con.execute(query("days", **parts))
            elif table.time is not None:
                self.con.execute(query("plain_days", table=name, time=table.time))

    def _check_rows(self) -> None:
        """Every accepted row of the receipts stands in the warehouse: the last of the checks that nothing is lost."""
        for table in TABLES:
            due = sum(r.accepted for r in self.resolution.receipts if r.table == table)
            (there,) = self.con.execute(f"SELECT sum(len(source_rows)) FROM warehouse.{table}").fetchall()[0]
            if table not in _SHARED_ROWS and (there or 0) != due:
                raise RuntimeError(
                    f"The warehouse holds {there or 0} rows of extracts of {table}, the receipts accept {due}."
                )


def _cells(receipt: Receipt) -> list[object]:
    return [getattr(receipt, f.name) for f in fields(receipt)]


def _call_columns() -> str:
    """The columns of calls that `encounters_linked` repeats, renamed, with the two that join them."""
    copy = next(c for c in VIEWS["encounters_linked"].copied if c.table == "calls")
    origin = {column.name for column in ORIGIN}
    names = [name for name in RELATIONS["calls"] if name not in origin and name not in copy.without]
    return ", ".join(["agency", "incident", *(f'"{name}" AS "{copy.prefix}{name}"' for name in names)])
