"""A metric as pieces of SQL over the working table of its relation: the one place where a kind says what it counts.

Measuring, `explain` and `explain --rows` all work from these pieces, so that they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.errors import UserError
from pipeline.measure.relations import Relation
from pipeline.program.model import Metric, Program

COUNTS = frozenset(("count", "distinct", "people"))
QUANTILES = {"median": 0.5, "p90": 0.9}
TRUE = "true"


@dataclass(slots=True)
class Columns:
    """Expressions over a relation, each computed once, under short names."""

    readable: bool = False  # names that say what they are, for SQL that people read
    prefix: str = "c"
    names: dict[str, str] = field(default_factory=dict)

    def name(self, sql: str | None, meaning: str = "") -> str:
        """The column that holds this expression; `true` for a condition that is left out or says so."""
        if sql is None or sql.strip().lower() == TRUE:
            return TRUE
        free = self.readable and meaning not in self.names.values()
        return self.names.setdefault(f"({sql.strip()})", meaning if free else f"{self.prefix}{len(self.names) + 1}")

    @property
    def select(self) -> list[str]:
        """The expressions with their names, for a SELECT."""
        return [f"{sql} AS {name}" for sql, name in self.names.items()]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`count` of rows, `distinct` values or `sum` of values, over the rows on which the condition holds."""

    function: str
    condition: str
    value: str | None = None

    @property
    def sql(self) -> str:
        """As people write it."""
        if self.function == "count":
            return f"count(*) FILTER ({self.condition})"
        if self.function == "distinct":
            return f"count(DISTINCT {self.value}) FILTER ({self.condition})"
        return f"coalesce(sum({_exact(self.value)}) FILTER ({self.condition}), 0)"

    @property
    def picked(self) -> str:
        """The value on rows that count, else null. Worked out once a row: a FILTER is worked out anew in every set of
        GROUPING SETS, which takes five times as long."""
        value = {"count": TRUE, "distinct": f"md5_number({_text(self.value)})", "sum": _exact(self.value)}[
            self.function
        ]
        return f"CASE WHEN {self.condition} THEN {value} END"

    def over(self, picked: str) -> str:
        """The aggregate over a column of picked values."""
        if self.function == "sum":
            return f"coalesce(sum({picked}), 0)"
        return f"count({'DISTINCT ' if self.function == 'distinct' else ''}{picked})"


def _text(value: str | None) -> str:
    return f"CAST({value} AS VARCHAR)"


def _exact(value: str | None) -> str:
    """A number whose sums do not depend on the order of rows: six decimal places."""
    return f"CAST({value} AS DECIMAL(28, 6))"


@dataclass(frozen=True, slots=True)
class Compiled:
    """One metric over the columns of a working table. Conditions are names of bool columns or `true`."""

    metric: Metric
    numerator: str
    denominator: str
    measure: str | None
    person: str | None
    last_by: str | None
    resident: str = TRUE  # of per_1000: the condition that the row's agency has a population

    @property
    def kind(self) -> str:
        """The kind of the metric."""
        return self.metric.kind

    @property
    def counted(self) -> str:
        """Of kinds without a numerator of their own: the condition of a row that counts; null is unknown."""
        return both(self.numerator, self.denominator)

    @property
    def sums_numbers(self) -> bool:
        """A share_of_sum whose numerator and denominator are the numbers themselves."""
        return self.kind == "share_of_sum" and self.measure is None

    @property
    def base(self) -> str:
        """The condition of rows that the figure is out of: of a rate the denominator, else the rows that count."""
        if self.sums_numbers:
            return TRUE
        return self.denominator if self.kind in ("rate", "share_of_sum", "survival") else self.counted

    @property
    def last_condition(self) -> str:
        """Of metrics with last_by: the condition on which the last row is looked for."""
        return self.denominator if self.kind in ("rate", "share_of_sum") else TRUE

    @property
    def unknown(self) -> str:
        """True on rows that leave the figure because something about them is not known; on rows of `people`
        without a key, which count once each, too."""
        nulls = [f"{c} IS NULL" for c in dict.fromkeys((self.numerator, self.denominator)) if c != TRUE]
        if self.kind in ("survival", "people"):
            nulls.append(f"({self.base} AND {self.person} IS NULL)")
        elif self.measure is not None:
            nulls.append(f"({self.base} AND {self.measure} IS NULL)")
        return f"({' OR '.join(nulls)})" if nulls else "false"

    @property
    def used(self) -> str:
        """True on the rows behind the figure: `base` without what is unknown. A null is as good as false."""
        known = [self.numerator] if self.kind in ("rate", "share_of_sum") else []
        known += [self.denominator] if self.sums_numbers else []
        known += [self.person] if self.kind == "survival" and self.person else []
        known += [self.measure] if self.measure is not None else []
        return both(self.base, *(f"{name} IS NOT NULL" for name in dict.fromkeys(known) if name != TRUE))

    def aggregates(self) -> dict[str, Aggregate]:
        """Aggregates over rows: `n` and `d` where rows alone decide them, `u` for unknown."""
        used = both(self.resident, self.used)
        hit = both(used, self.numerator)
        found = {"u": Aggregate("count", both(self.resident, self.unknown))}
        if self.kind == "rate":
            found |= {"n": Aggregate("count", hit), "d": Aggregate("count", used)}
        elif self.sums_numbers:
            found |= {"n": Aggregate("sum", used, self.numerator), "d": Aggregate("sum", used, self.denominator)}
        elif self.kind == "share_of_sum":
            found |= {"n": Aggregate("sum", hit, self.measure), "d": Aggregate("sum", used, self.measure)}
        elif self.kind == "distinct" or (self.kind == "per_1000" and self.measure):
            found["n"] = Aggregate("distinct", used, self.measure)
        elif self.kind == "count" and self.measure:
            found["n"] = Aggregate("sum", used, self.measure)
        elif self.kind in ("count", "per_1000") or (self.kind == "people" and self.last_by):
            found["n"] = Aggregate("count", used)
        return found


def both(*conditions: str) -> str:
    """Conditions that must all hold."""
    needed = [c for c in dict.fromkeys(conditions) if c != TRUE]
    return f"({' AND '.join(needed)})" if len(needed) > 1 else needed[0] if needed else TRUE


def compile_metric(metric: Metric, over: Relation, columns: Columns, program: Program) -> Compiled:
    """The pieces of a metric; expressions that it needs are added to `columns`."""
    numerator = columns.name(metric.numerator, "in_numerator")
    denominator = columns.name(metric.denominator, "in_denominator")
    person = _person(metric, over, columns)
    if metric.kind == "people" and metric.measure is not None:
        measure = None  # another key of people than person_key
    else:
        measure = columns.name(metric.measure, "measured") if metric.measure is not None else None
    if metric.kind == "share_of_sum" and measure is None:
        denominator = denominator if metric.denominator else columns.name("1")
    last_by = columns.name(f'"{metric.last_by}"', "last_by") if metric.last_by else None
    return Compiled(metric, numerator, denominator, measure, person, last_by, _resident(metric, columns, program))


def _resident(metric: Metric, columns: Columns, program: Program) -> str:
    known = [a.id for a in program.agencies if a.population]
    if metric.kind != "per_1000" or len(known) == len(program.agencies):
        return TRUE
    listed = ", ".join(f"'{agency}'" for agency in known)
    return columns.name(f"agency IN ({listed})" if known else "false", "has_population")


def _person(metric: Metric, over: Relation, columns: Columns) -> str | None:
    if metric.kind not in ("people", "survival"):
        return None
    if metric.kind == "people" and metric.measure is not None:
        return columns.name(f"CAST({metric.measure} AS VARCHAR)", "person")
    if "person_key" not in over.columns:
        hint = "Use encounters, encounters_linked or referrals, or another kind."
        raise UserError(f"`{metric.over}` has no person_key, which the kind `{metric.kind}` needs", metric.id, hint)
    return columns.name('"person_key"', "person")
