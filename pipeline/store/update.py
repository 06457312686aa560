"""A month more: the warehouse before is copied, and only what changed extracts touch is made anew.

Every row of a table or view belongs to one key (an incident, an encounter, a place, a day), and depends on rows of that
key alone. So it is enough to know the keys that the extracts which are new, gone or other touch: rows of these keys are
removed and made by the same SQL as all others, from the rows of these keys. Touching more than needed does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.program.model import Program
from pipeline.receive.product import Received
from pipeline.sql_text import literal
from pipeline.store.call_months import Sums, known_sums
from pipeline.store.engine import parquet, query
from pipeline.store.fill import SETTINGS, Filler, select
from pipeline.store.in_place import READS, TABLE
from pipeline.store.inputs import Input
from pipeline.store.resolve import Resolution
from pipeline.store.warehouse import Warehouse
from schemas import TABLES

#: Beyond this share of rows in changed extracts everything is made anew.
MOST = 0.2
#: DuckDB keeps the room of rows that were removed: with so many places for each row the file is made anew.
ROOMY = 1.5
#: What a row belongs to, and the set of the touched ones.
INCIDENTS = ("touched_incidents", ("agency", "incident"))
ENCOUNTERS = ("touched_encounters", ("agency", "encounter"))
LOOSE = ("touched_loose", ("agency", "encounter"))
PLACES = ("touched_places", ("agency", "place_key"))
#: What is said of months is said of these, by their times.
OF_MONTHS = {
    "calls": "received_at",
    "encounters": "started_at",
    "encounters_linked": "started_at",
    "referrals": "started_at",
}
Touched = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Before:
    """The last good warehouse: what it says of itself, what it was made of, and what of it need not be made again."""

    path: Path
    facts: dict[str, str]
    inputs: tuple[Input, ...]
    accepted: dict[str, int]
    sums: Sums
    roomy: bool

    @classmethod
    def of(cls, warehouse: Warehouse) -> Before:
        """What is to be known of it when it is closed."""
        sql = "SELECT coalesce(max(rowid), 0) + 1, count(*) FROM encounters_linked"
        (places, rows) = warehouse.connection.execute(sql).fetchall()[0]
        accepted: dict[str, int] = {}
        for receipt in warehouse.receipts():
            accepted[receipt.extract] = accepted.get(receipt.extract, 0) + receipt.accepted
        return cls(
            path=warehouse.path,
            facts=warehouse.metadata(),
            inputs=warehouse.inputs(),
            accepted=accepted,
            sums=known_sums(warehouse),
            roomy=places > ROOMY * rows,
        )


def is_near(before: Before, resolution: Resolution, facts: dict[str, str]) -> bool:
    """Whether updating the warehouse before is right, and less work than making it anew."""
    if before.roomy or any(before.facts.get(name) != facts[name] for name in ("made_by", "timezone", READS)):
        return False
    new, gone = changed(before, resolution)
    rows = sum(resolution.receipts[file].accepted for file in new) + sum(before.accepted[name] for name in gone)
    return rows <= MOST * sum(receipt.accepted for receipt in resolution.receipts)


def changed(before: Before, resolution: Resolution) -> tuple[list[int], list[str]]:
    """Positions of extracts that are new or other than before, and names of those that are gone or were other."""
    then = {(i.extract, i.table, i.key) for i in before.inputs if i.key is not None}
    now = {named: file for file, one in enumerate(resolution.received) if (named := _named(one)) is not None}
    return [file for named, file in now.items() if named not in then], sorted({name for name, *_ in then - now.keys()})


def _named(one: Received) -> tuple[str, str, str] | None:
    return (one.extract.name, one.extract.mapping.table, one.folder.name) if one.folder is not None else None


class Updater(Filler):
    """Fills the attached database `warehouse`, a copy of the one before, with what has changed since."""

    def __init__(self, program: Program, resolution: Resolution, facts: dict[str, str], before: Before) -> None:
        super().__init__(program, resolution, facts, before.sums)
        self.before = before

    def fill(self) -> None:
        """What has changed, in the order of a whole warehouse."""
        new, gone = changed(self.before, self.resolution)
        removed = f"[{', '.join(literal(name) for name in gone)}]::VARCHAR[]"
        added = {f"added_{table}": self._added(table, new) for table in ("calls", "encounters", "referrals")}
        self.con.execute(query("touched", removed=removed, **added))
        self.begin()
        self._make_tables()
        self.check_rows()
        self.con.execute(query("touched_now", **SETTINGS))
        self._count_touched_days()
        self._make_views()
        self.end()

    def _added(self, table: str, new: Sequence[int]) -> str:
        """The rows of new extracts of a table, superseded ones too."""
        files = [path for file, path in self.resolution.product(table).items() if file in new]
        return parquet(files, self.resolution.seal) if files else f"accepted_{table} WHERE false"

    def _make_tables(self) -> None:
        if self.facts[READS]:
            self.make(TABLE)
        else:
            self._replace(TABLE, INCIDENTS, accepted=among("accepted_calls", INCIDENTS))
        sources = ("accepted_encounters", "accepted_referrals", "split_referrals")
        rows = {name: among(name, ENCOUNTERS) for name in sources}
        self._replace("encounters", ENCOUNTERS, **rows)
        self._replace("referrals", ENCOUNTERS, **rows, encounters=among("warehouse.encounters", ENCOUNTERS))
        self.make("shifts")  # few, and a day of a team may be in any extract
        self.make("trainings")

    def _make_views(self) -> None:
        of_encounters = {name: among(f"warehouse.{name}", ENCOUNTERS) for name in ("encounters", "referrals")}
        calls = among("warehouse.calls", INCIDENTS)
        self._replace("encounters_linked", ENCOUNTERS, calls=calls, **of_encounters)
        encounters = among("warehouse.encounters", INCIDENTS)
        self._replace("reconciliation", INCIDENTS, calls=calls, encounters=encounters)
        self._replace(
            "link_candidates", LOOSE, calls=self._calls_near(), encounters=among("warehouse.encounters", LOOSE)
        )
        if self._first(f"SELECT count(*) FROM {PLACES[0]}")[0]:
            self._replace("places", PLACES, calls=among("warehouse.calls", PLACES))

    def _calls_near(self) -> str:
        """The calls that a touched log entry may belong to; of the others none need be looked at."""
        entries = "warehouse.encounters SEMI JOIN touched_loose USING (agency, encounter)"
        sql = f"SELECT min(started_at)::DATE::VARCHAR, max(started_at)::DATE::VARCHAR FROM {entries}"
        first, last = self._first(sql)
        return _within("warehouse.calls", "received_at", first, last, margin=9)

    def _replace(self, relation: str, touched: Touched, **sources: str) -> None:
        """Rows of touched keys are removed, and made again from `sources`, which hold all that they depend on."""
        name, key = touched
        same = " AND ".join(f"r.{column} = t.{column}" for column in key)
        self.con.execute(f"DELETE FROM warehouse.{relation} r USING {name} t WHERE {same}")
        self.con.execute(f"INSERT INTO warehouse.{relation} {select(relation, **sources)}")

    def _count_touched_days(self) -> None:
        same = 'd."table" = t."table" AND d.agency = t.agency AND d.day = t.day'
        self.con.execute(f"DELETE FROM warehouse.days d USING touched_days t WHERE {same}")
        self.con.execute("DELETE FROM warehouse.days WHERE \"table\" NOT IN ('calls', 'encounters')")
        for name, table in TABLES.items():
            rows = None
            if name in ("calls", "encounters"):
                days = f"(SELECT agency, day FROM touched_days WHERE \"table\" = '{name}')"
                first, last = self._first(f"SELECT min(day)::VARCHAR, max(day)::VARCHAR FROM {days}")
                held = _within(f"warehouse.{name}", str(table.time), first, last)
                same = f"t.agency = r.agency AND t.day = r.{table.time}::DATE"
                rows = f"(SELECT r.* FROM {held} r SEMI JOIN {days} t ON {same})"
            self.count_days(name, rows)

    def count_months(self, **sources: str) -> None:
        """The months of touched rows alone."""
        self.con.execute(query("touched_months"))
        first, last = self._first("SELECT min(month)::VARCHAR, max(last_day(month))::VARCHAR FROM touched_months")
        for name, time in OF_MONTHS.items():
            held = _within(f"warehouse.{name}", time, first, last)
            same = f"t.agency = r.agency AND t.month = date_trunc('month', r.{time})::DATE"
            sources[name] = f"(SELECT r.* FROM {held} r SEMI JOIN touched_months t ON {same})"
        super().count_months(**sources)

    def _first(self, sql: str) -> tuple:  # type: ignore[type-arg]
        return self.con.execute(sql).fetchall()[0]


def among(rows: str, touched: Touched) -> str:
    """Those of the rows that belong to a touched key."""
    name, key = touched
    return f"(SELECT * FROM {rows} SEMI JOIN {name} USING ({', '.join(key)}))"


def _within(rows: str, time: str, first: str | None, last: str | None, margin: int = 0) -> str:
    """Those of the rows whose time lies from the first day to the last, or so many days beside; none without days."""
    if first is None or last is None:
        return f"(SELECT * FROM {rows} WHERE false)"
    since = f"TIMESTAMP '{first}' - INTERVAL {margin} DAY"
    return f"(SELECT * FROM {rows} WHERE {time} >= {since} AND {time} < TIMESTAMP '{last}' + INTERVAL {margin + 1} DAY)"
