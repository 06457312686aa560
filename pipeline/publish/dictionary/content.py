"""What the dictionary says, prepared for its three forms. All of it comes from `schemas` and the declared metrics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.program.metrics import read_metrics, shipped_metrics
from pipeline.program.mistakes import Mistakes
from pipeline.program.model import Branding, Metric, Program
from pipeline.publish.labels import HEADLINE, UNITS
from schemas import RULES, TABLES, ColumnSpec, Rule
from schemas.relations import relations
from schemas.spec import Table
from schemas.views import DERIVED, LOAD_RULES, ORIGIN, VIEWS, Derived, LoadRule, View

#: Kinds of columns as people call them.
KINDS = {
    "text": "text",
    "code": "code",
    "bool": "yes or no",
    "timestamp": "date and time",
    "date": "date",
    "number": "number",
    "integer": "whole number",
    "texts": "list of texts",
    "integers": "list of whole numbers",
}
_JUDGED = {
    "line": "each line",
    "cell": "each cell",
    "row": "each row",
    "extract": "the rows of an extract together",
    "warehouse": "all extracts together",
}
_METRIC_KINDS = {
    "count": "A count of rows",
    "distinct": "A count of different values",
    "people": "A count of people, each counted once,",
    "rate": "A rate",
    "share_of_sum": "A share of a sum",
    "median": "A median",
    "p90": "A 90th percentile",
    "survival": "A share that something follows in time (Kaplan–Meier)",
    "per_1000": "A count by 1,000 residents",
}
_DIRECTIONS = {"higher": "Higher is better.", "lower": "Lower is better."}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `kind` is a key of KINDS; `limits` is text such as `0 to 1,440`."""

    name: str
    kind: str
    kind_words: str
    duckdb_type: str
    description: str
    required: bool
    codes: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    limits: str
    derived: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a view with the columns of its own; origin columns stand once for all. `key` names one row."""

    name: str
    is_view: bool
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    unique: bool
    time: str
    copied: tuple[str, ...]

    @property
    def key_words(self) -> str:
        """What the key means, as a sentence."""
        names = f"{', '.join(self.key[:-1])} and {self.key[-1]}"
        if self.unique:
            return f"One row for each {names}."
        return f"All rows of the same {names} come from one extract, the last that has any."


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One rule: what holds when it is kept, what a user is told when not."""

    id: str
    severity: str
    description: str
    message: str
    judged: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The rules of one table, or those of every table."""

    id: str
    title: str
    rules: tuple[RuleEntry, ...]


@dataclass(frozen=True, slots=True)
class MetricEntry:
    """One metric in words, and the SQL that counts it."""

    id: str
    title: str
    definition: str
    relation: str
    kind: str
    how: str
    unit: str
    direction: str
    better: str
    sql: tuple[tuple[str, str], ...]
    sentence: str
    caveat: str
    source: str
    counterpart: str
    own: bool


@dataclass(frozen=True, slots=True)
class MetricGroup:
    """Metrics that are read together."""

    id: str
    title: str
    metrics: tuple[MetricEntry, ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The whole dictionary. `program` is its name, empty for what comes with Outcomes."""

    program: str
    organization: str
    accent: str
    metrics: tuple[MetricGroup, ...]
    tables: tuple[Relation, ...]
    views: tuple[Relation, ...]
    origin: tuple[Column, ...]
    rules: tuple[RuleGroup, ...]


def contents(program: Program | None) -> Dictionary:
    """The dictionary of a program, or of what comes with Outcomes."""
    metrics = program.metrics if program else read_metrics(None, shipped_metrics(), Mistakes())
    branding = program.branding if program else Branding()
    return Dictionary(
        program=program.name if program else "",
        organization=program.organization if program else "",
        accent=branding.accent,
        metrics=_metric_groups(metrics),
        tables=tuple(_table(t) for t in TABLES.values()),
        views=tuple(_view(v) for v in VIEWS.values()),
        origin=tuple(_column(c) for c in ORIGIN),
        rules=_rule_groups(),
    )


def _column(column: ColumnSpec | Derived, *, derived: bool = False) -> Column:
    spec = column if isinstance(column, ColumnSpec) else None
    low, high = (spec.minimum, spec.maximum) if spec else (None, None)
    return Column(
        name=column.name,
        kind=column.kind,
        kind_words=KINDS[column.kind],
        duckdb_type=column.duckdb_type,
        description=column.description,
        required=bool(spec and spec.required),
        codes=tuple(column.codes),
        minimum=low,
        maximum=high,
        limits=_limits(low, high),
        derived=derived,
    )


def _limits(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:,.0f} to {high:,.0f}"
    return f"{low:,.0f} or more" if low is not None else f"{high:,.0f} or less" if high is not None else ""


def _table(table: Table) -> Relation:
    own = [_column(c) for c in table.columns]
    return Relation(
        name=table.name,
        is_view=False,
        description=table.description,
        columns=(*own, *(_column(c, derived=True) for c in DERIVED[table.name])),
        key=table.key,
        unique=table.name in ("calls", "encounters"),
        time=table.time or "started_at",
        copied=(),
    )


def _view(view: View) -> Relation:
    """A view: columns that it repeats from a table are named once, not described again."""
    copied = tuple(
        f"every column of `{c.table}`" + (f", each with `{c.prefix}` before its name" if c.prefix else "")
        for c in view.copied
    )
    return Relation(
        name=view.name,
        is_view=True,
        description=view.row,
        columns=tuple(_column(c, derived=True) for c in view.columns),
        key=view.key,
        unique=True,
        time=view.time,
        copied=copied,
    )


def all_columns(relation: Relation) -> tuple[Column, ...]:
    """Every column of a table or view in the order of the warehouse, repeated and origin columns included."""
    return tuple(_column(c) for c in relations(TABLES)[relation.name].values())


def _rule_groups() -> tuple[RuleGroup, ...]:
    of_tables = {name: list[Rule | LoadRule](table.rules) for name, table in TABLES.items()}
    for rule in LOAD_RULES:
        of_tables[rule.table].append(rule)
    placed = {rule.id for rules in of_tables.values() for rule in rules}
    general = [rule for rule in RULES.values() if rule.id not in placed]
    groups = [RuleGroup("rules-all", "Every table", _rules(general))]
    groups += [RuleGroup(f"rules-{name}", name, _rules(rules)) for name, rules in of_tables.items() if rules]
    return tuple(groups)


def _rules(rules: Iterable[Rule | LoadRule]) -> tuple[RuleEntry, ...]:
    return tuple(_rule(rule) for rule in rules)


def _rule(rule: Rule | LoadRule) -> RuleEntry:
    judged, columns = ("warehouse", (rule.column,)) if isinstance(rule, LoadRule) else (rule.judged, rule.columns)
    message = re.sub(r"\{\w+\}", "…", rule.message)
    return RuleEntry(rule.id, rule.severity, rule.description, message, _JUDGED[judged], tuple(columns))


def _metric_groups(metrics: dict[str, Metric]) -> tuple[MetricGroup, ...]:
    """The headline metrics, then the others by what they count, then the program's own."""
    headline = [metrics[m] for m in HEADLINE if m in metrics]
    rest = [m for m in metrics.values() if m.id not in HEADLINE]
    shipped = shipped_metrics().data
    added = [m for m in rest if m.id not in shipped]
    groups = [MetricGroup("metrics-headline", "Headline", _metrics(headline))]
    titles = {"calls": "Calls", "encounters": "Encounters and people", "referrals": "Referrals", "shifts": "Hours"}
    titles |= {"trainings": "Trainings", "places": "Places", "reconciliation": "CAD and log, compared"}
    for name, title in titles.items():
        found = [m for m in rest if m.id in shipped and m.over.removesuffix("_linked") == name]
        groups.append(MetricGroup(f"metrics-{name}", title, _metrics(found)))
    groups.append(MetricGroup("metrics-own", "The program's own", _metrics(added)))
    return tuple(g for g in groups if g.metrics)


def _metrics(metrics: Sequence[Metric]) -> tuple[MetricEntry, ...]:
    return tuple(_metric(m) for m in metrics)


def _metric(metric: Metric) -> MetricEntry:
    parts = [
        ("Denominator", metric.denominator),
        ("Numerator", metric.numerator),
        ("Measure", metric.measure),
        ("Followed by", metric.event),
        ("Within", f"{metric.within_days} days" if metric.within_days is not None else None),
        ("Last row by", metric.last_by),
        ("Time", metric.time),
    ]
    return MetricEntry(
        id=metric.id,
        title=metric.title,
        definition=metric.definition,
        relation=metric.over,
        kind=metric.kind,
        how=_METRIC_KINDS.get(metric.kind, metric.kind),
        unit=UNITS.get(metric.unit, metric.unit).lower(),
        direction=metric.direction,
        better=_DIRECTIONS.get(metric.direction, ""),
        sql=tuple((label, text) for label, text in parts if text),
        sentence=metric.sentence,
        caveat=metric.caveat,
        source=metric.source,
        counterpart=metric.counterpart,
        own=metric.own,
    )
