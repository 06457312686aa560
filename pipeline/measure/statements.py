"""From metrics to SQL text. Nothing here runs: what is measured can be printed first (`Batch.statements`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from pipeline.measure.compiled import QUANTILES, Columns, Compiled, compile_metric
from pipeline.measure.relations import Group, Relation, group, relation
from pipeline.measure.scope import Scope, query, set_list
from pipeline.program.model import Metric, Program
from pipeline.program.periods import Period

#: A view that has every column of a table, with the same meaning: one scan then serves the metrics of both.
WIDER = {"encounters": "encounters_linked"}
DAYS = "measure_base b JOIN measure_days USING (m_day)"
MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class Follow:
    """An event (a condition of the later row) that may follow rows with `used`, and the metrics that ask for it."""

    event: str
    used: str
    metrics: tuple[Compiled, ...]


@dataclass(slots=True)
class Batch:
    """All metrics over one relation by one time: one scan into a working table, then a query for each way to count."""

    program: Program
    over: Relation
    time: str
    periods: Sequence[Period]
    agencies: bool
    groups: tuple[Group, ...]
    grouped_agencies: bool
    columns: Columns = field(default_factory=Columns)
    metrics: list[Compiled] = field(default_factory=list)
    _picks: Columns | None = None  # made when all metrics are known

    # -- the working table ------------------------------------------------------------------------------------------

    @property
    def ordered(self) -> bool:
        """Whether any metric needs to know which row is the later one: rowid is then the order in time."""
        return any((c.kind == "people" and self.groups) or c.last_by for c in self.metrics)

    def base(self) -> str:
        """The scan of the relation."""
        # a program may begin without any; an enumeration may not
        agencies = ", ".join(f"'{a.id}'" for a in self.program.agencies) or "''"
        columns = [
            f'CAST("{self.time}" AS DATE) AS m_day',
            f'"{self.time}" AS m_at',
            f"TRY_CAST(agency AS ENUM ({agencies})) AS agency",
            *self.columns.select,
            *(f"CAST({g.sql} AS UTINYINT) AS {g.column}" for g in self.groups),
        ]
        order = ", ".join(f'"{n}"' for n in dict.fromkeys((self.time, *self.over.order)))
        return query(
            "base",
            columns=",\n        ".join(columns),
            picks=",\n    ".join((*self._kept(), *self.picks().select)),
            relation=self.over.name,
            time=self.time,
            since=min(p.start for p in self.periods),
            until=max(p.end for p in self.periods) + timedelta(days=1),
            order=f"\n    ORDER BY {order}" if self.ordered else "",
        )

    def _kept(self) -> list[str]:
        """Columns that the queries need beside the picked values."""
        names = ["m_day", "agency", *(g.column for g in self.groups)]
        for c in self.metrics:
            names += [c.counted] if c.kind == "people" else []
            names += [c.last_condition, str(c.last_by)] if c.last_by else []
            names += ["m_at", c.used, str(c.person)] if c.kind == "survival" else []
        columns = {"m_day", "m_at", "agency", *(g.column for g in self.groups), *self.columns.names.values()}
        words = (word for name in names for word in re.findall(r"\w+", name))
        return [word for word in dict.fromkeys(words) if word in columns]

    def picks(self) -> Columns:
        """The columns of values picked for aggregates, for lists of values and for keys of people."""
        if self._picks is None:
            self._picks = self._all_picks()
        return self._picks

    def _all_picks(self) -> Columns:
        found = Columns(prefix="p")
        for c in self.metrics:
            for aggregate in c.aggregates().values():
                found.name(aggregate.picked)
            if c.kind in QUANTILES:
                found.name(value_of(c))
            if c.kind == "people":
                found.name(person_of(c))
        return found

    # -- queries over it --------------------------------------------------------------------------------------------

    def scope(self, *, agency: bool | None = None, groups: Iterable[Group] | None = None) -> Scope:
        """The sets: the program, each agency, each category (and each category of each agency, when asked for)."""
        agency = self.agencies if agency is None else agency
        columns = [g.column for g in (self.groups if groups is None else groups)]
        sets = [("period",), *(("period", c) for c in columns)]
        if agency:
            sets.append(("period", "agency"))
            sets += [("period", "agency", c) for c in columns if self.grouped_agencies]
        return Scope(tuple(sets))

    def rows(self, metrics: Sequence[Compiled], source: str, scope: Scope) -> str:
        """Figures that rows decide; the columns behind the number of rows stand in the order of `aggregates`."""
        picks = self.picks()
        sql = [a.over(picks.name(a.picked)) for c in metrics for a in c.aggregates().values()]
        aggregates = ["count(*) AS m_rows", *(f"{text} AS a{i}" for i, text in enumerate(sql))]
        return self._fill("rows", scope, aggregates=",\n    ".join(aggregates), source=source)

    def _fill(self, name: str, scope: Scope, **parts: str) -> str:
        return query(name, keys=scope.key_list, sets=scope.set_list, **parts)

    def last(self, compiled: Compiled, *, agency: bool) -> str:
        """The rows that `last_by` keeps, as a source; within each agency when asked for."""
        scope = "period, agency" if agency else "period"
        return query("last", condition=compiled.last_condition, last_by=compiled.last_by, scope=scope)

    def people(self, metrics: Sequence[Compiled], scope: Scope) -> str:
        """Counts of people by one key, in the sets of columns of rows; columns `a0`, … one a metric."""
        sets = set_list((*s, "m_person") for s in scope.sets)
        return query("people", keys=scope.key_list, sets=sets, **self._persons(metrics, ()))

    def people_known(self, metrics: Sequence[Compiled], scope: Scope) -> str:
        """The same, in the sets of columns of persons; all sets are within the period, or all within agencies too."""
        within = ", ".join(n for n in scope.keys if not n.startswith("g_"))
        groups = tuple(g for g in self.groups if g.column in scope.keys)
        return self._fill("people_known", scope, within=within, **self._persons(metrics, groups))

    def _persons(self, metrics: Sequence[Compiled], groups: Sequence[Group]) -> dict[str, str]:
        """What both ways to count people share. The last known value is the largest of (order, value) in one number."""
        key = f"coalesce({self.picks().name(person_of(metrics[0]))}, CAST(b.rowid AS UHUGEINT))"
        known = [
            f"CASE WHEN {g.column} <> {g.unknown} THEN b.rowid * 256 + {g.column} END AS l_{g.name}" for g in groups
        ]
        flags = [f"coalesce(bool_or({c.counted}), false) AS f{i}" for i, c in enumerate(metrics)]
        flags += [f"coalesce(max(l_{g.name}) % 256, {g.unknown}) AS {g.column}" for g in groups]
        listed = ", ".join(("* EXCLUDE m_day", *known, f"{key} AS m_person"))
        return {
            "source": f"(SELECT {listed} FROM {DAYS})",
            "flags": ",\n        ".join(flags),
            "aggregates": ",\n    ".join(f"count(*) FILTER (f{i}) AS a{i}" for i in range(len(metrics))),
        }

    def sorted(self, metrics: Sequence[Compiled], source: str, scope: Scope) -> str:
        """The lists of values behind medians and 90th percentiles, each pair of condition and measure once."""
        picks = self.picks()
        names = [picks.name(value) for value in value_lists(metrics)]
        lists = [f"list_sort(list({name}) FILTER ({name} IS NOT NULL)) AS v{i}" for i, name in enumerate(names)]
        some = " OR ".join(f"{name} IS NOT NULL" for name in names)
        return self._fill("sorted", scope, lists=",\n    ".join(lists), source=source, any=some)

    def quantiles(self, metrics: Sequence[Compiled], scope: Scope) -> str:
        """Number of values, quantile and bounds of each metric, in threes and fours: `a0` to `a3` of the first, …"""
        lists = value_lists(metrics)
        values, ranks = [], []
        for i, c in enumerate(metrics):
            v, share = f"v{lists.index(value_of(c))}", QUANTILES[c.kind]
            place = f"((len({v}) - 1) * {share})"
            below, above = f"{v}[floor({place})::INT + 1]", f"{v}[least(floor({place})::INT + 2, len({v}))]"
            quantile = f"{below} + ({above} - {below}) * ({place} - floor({place}))"
            pieces = (f"coalesce(len({v}), 0)", quantile, f"{v}[r{i}.low]", f"{v}[r{i}.high]")
            values += [f"{piece} AS a{4 * i + k}" for k, piece in enumerate(pieces)]
            ranks.append(f"LEFT JOIN measure_ranks r{i} ON r{i}.share = {share} AND r{i}.n = len({v})")
        return query("quantiles", keys=scope.key_list, values=",\n    ".join(values), ranks="\n".join(ranks))

    # -- survival ---------------------------------------------------------------------------------------------------

    def follows(self) -> list[Follow]:
        """The different things that may follow, each with the metrics that ask for it."""
        found: dict[tuple[str, str], list[Compiled]] = {}
        for c in self.metrics:
            if c.kind == "survival":
                found.setdefault((str(c.metric.event), c.used), []).append(c)
        return [Follow(event, used, tuple(metrics)) for (event, used), metrics in found.items()]

    def events(self) -> str:
        """The scan for later rows: one column for each different event, and the person."""
        return query(
            "events", time=self.time, relation=self.over.name, columns=",\n    ".join(self._event_columns().select)
        )

    def _event_columns(self) -> Columns:
        found = Columns(prefix="e")
        for follow in self.follows():
            found.name(follow.event)
            found.name('"person_key"')
        return found

    def followed(self, follow: Follow, data_end: object) -> str:
        """The table of minutes from index rows to what follows, and to the end of the data."""
        events = self._event_columns()
        return query(
            "followed",
            groups="".join(f", {g.column}" for g in self.groups),
            data_end=data_end,
            used=follow.used,
            event_person=events.name('"person_key"'),
            event=events.name(follow.event),
            person=follow.metrics[0].person,
            longest=max(c.metric.within_days or 0 for c in follow.metrics) * MINUTES_A_DAY,
        )

    def survival(self, compiled: Compiled) -> str:
        """Kaplan–Meier of one metric: index rows `d`, events `n`, survival `s` and Greenwood's sum."""
        scope = self.scope()
        sets = set_list((*s, "m_minutes") for s in scope.sets)
        limit = (compiled.metric.within_days or 0) * MINUTES_A_DAY
        return query("survival", keys=scope.key_list, sets=sets, limit=limit)


def value_lists(metrics: Iterable[Compiled]) -> list[str]:
    """The different values behind quantiles, in order."""
    return list(dict.fromkeys(value_of(c) for c in metrics))


def value_of(c: Compiled) -> str:
    """The value of a quantile on rows that count, else null."""
    return f"CASE WHEN {c.used} THEN {c.measure} END"


def person_of(c: Compiled) -> str:
    """A person's key as a number, which groups faster than text; null without a key."""
    return f"md5_number({c.person})"


def days(periods: Sequence[Period]) -> str:
    """The table of days of all periods."""
    listed = (f"({i}, DATE '{p.start}', DATE '{p.end}')" for i, p in enumerate(periods))
    return query("days", periods=", ".join(listed))


def batches(
    program: Program,
    metrics: Iterable[Metric],
    periods: Sequence[Period],
    *,
    agencies: bool = True,
    groups: Sequence[str] = (),
    grouped_agencies: bool = False,
) -> Iterator[Batch]:
    """The scans that measuring these metrics takes: one for each relation and time."""
    found: dict[tuple[str, str], Batch] = {}
    metrics = list(metrics)
    names = {m.over for m in metrics}
    for metric in metrics:
        over = relation(WIDER[metric.over] if WIDER.get(metric.over) in names else metric.over)
        time = metric.time or over.time
        if (over.name, time) not in found:
            own = tuple(g for name in groups if (g := group(over, name, time)) is not None)
            found[over.name, time] = Batch(program, over, time, periods, agencies, own, grouped_agencies)
        batch = found[over.name, time]
        batch.metrics.append(compile_metric(metric, over, batch.columns, program))
    yield from found.values()
