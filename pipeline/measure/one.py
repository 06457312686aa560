"""One figure as one piece of SQL that can be read, printed and run, and the rows behind it by the same conditions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.measure.compiled import QUANTILES, TRUE, Columns, Compiled, both, compile_metric
from pipeline.measure.relations import Relation, relation
from pipeline.measure.scope import query
from pipeline.measure.statements import MINUTES_A_DAY
from pipeline.program.model import Metric, Program
from pipeline.program.periods import Period
from pipeline.store.zone import changes, elapsed_macro

ALL = "all"


@dataclass(frozen=True, slots=True)
class OneFigure:
    """The SQL of one metric for one period and agency (`all` for the program). `data_end` matters to survival only."""

    program: Program
    metric: Metric
    period: Period
    agency: str
    data_end: datetime | None = None
    columns: Columns = field(default_factory=lambda: Columns(readable=True))
    compiled: Compiled = field(init=False)

    def __post_init__(self) -> None:
        compiled = compile_metric(self.metric, self.over, self.columns, self.program)
        object.__setattr__(self, "compiled", compiled)

    @property
    def over(self) -> Relation:
        """The table or view."""
        return relation(self.metric.over)

    @property
    def time(self) -> str:
        """The column that puts a row into the period."""
        return self.metric.time or self.over.time

    # -- pieces -----------------------------------------------------------------------------------------------------

    @property
    def _where(self) -> dict[str, object]:
        return {
            "relation": self.over.name,
            "time": self.time,
            "since": self.period.start,
            "until": self.period.end + timedelta(days=1),
        }

    @property
    def _columns(self) -> str:
        number = [f"row_number() OVER (ORDER BY {self._order}) AS m_order"] if self.compiled.last_by else []
        return ",\n        ".join(("*", *self.columns.select, *number))

    @property
    def _order(self) -> str:
        return ", ".join(f'"{n}"' for n in dict.fromkeys((self.time, *self.over.order)))

    @property
    def macro(self) -> str:
        """The statement before the query that makes `elapsed_minutes`; empty but for survival."""
        if self.compiled.kind != "survival":
            return ""
        last = max(self.period.end.year, self.data_end.year if self.data_end else 0)
        return elapsed_macro(changes(self.program.timezone, self.period.start.year, last))

    @property
    def source(self) -> str:
        """Common table expressions that end with the table `counted` (or `candidates`, where no row is left out)."""
        agency = "" if self.agency == ALL else f"\n        AND agency = '{self.agency}'"
        text = query("one_rows", columns=self._columns, agency=agency, **self._where).rstrip()
        c = self.compiled
        if c.kind == "survival":
            parts = {"event": c.metric.event, "data_end": self.data_end, "used": c.used, "limit": self._limit}
            text += query("one_survival", time=self.time, relation=self.over.name, **parts).rstrip()
        elif c.last_by:
            text += query("one_last", condition=self.compiled.last_condition, last_by=c.last_by).rstrip()
        return text

    @property
    def _limit(self) -> int:
        return (self.metric.within_days or 0) * MINUTES_A_DAY

    @property
    def _from(self) -> str:
        return "counted" if self.compiled.last_by or self.compiled.kind == "survival" else "candidates"

    # -- queries ----------------------------------------------------------------------------------------------------

    @property
    def sql(self) -> str:
        """The figure: numerator, denominator and value (as far as the kind has them), unknown. Runs as it stands."""
        c = self.compiled
        if c.kind == "survival":
            answer = query("one_kaplan_meier", unknown=c.unknown).rstrip()
            return f"{self.macro};\n{self.source}{answer}"
        found = c.aggregates()
        names = {"n": "numerator", "d": "denominator", "u": "unknown"}
        parts = [f"{found[k].sql} AS {name}" for k, name in names.items() if k in found]
        if c.kind == "people" and not c.last_by:
            distinct = f"count(DISTINCT {c.person}) FILTER ({c.used})"
            parts.insert(0, f"{distinct} + count(*) FILTER ({c.used} AND {c.person} IS NULL) AS numerator")
        elif c.kind in QUANTILES:
            value = f"quantile_cont({c.measure}, {QUANTILES[c.kind]}) FILTER ({c.used}) AS value"
            parts = [f"count(*) FILTER ({c.used}) AS denominator", value, *parts]
        listed = ",\n    ".join(parts)
        return f"{self.source}\nSELECT {listed}\nFROM {self._from}"

    @property
    def row_columns(self) -> tuple[str, ...]:
        """The columns of `rows_sql`."""
        c, over = self.compiled, self.over
        names = ["agency", *(k for k in over.key if k != "agency")]
        names += ["person_key"] if "person_key" in over.columns and "person_key" not in names else []
        names += ["extract", "source_row"]
        names += ["in_numerator"] if c.kind in ("rate", "share_of_sum", "survival") and not c.sums_numbers else []
        if c.sums_numbers:
            names += ["numerator", "denominator"]
        names += ["measure"] if c.measure is not None else []
        names += ["days_seen"] if c.kind == "survival" else []
        return tuple(names)

    @property
    def rows_sql(self) -> str:
        """Exactly the rows that the figure counted (of a rate those of the denominator), in the order of their time."""
        c = self.compiled
        special = {
            "source_row": "coalesce(array_to_string(source_rows, ' '), CAST(source_row AS VARCHAR))",
            "in_numerator": "happened" if c.kind == "survival" else c.numerator,
            "numerator": c.numerator,
            "denominator": c.denominator,
            "measure": str(c.measure),
            "days_seen": f"minutes_seen / {MINUTES_A_DAY}" if c.kind == "survival" else "",
        }
        names = [f"{special[n]} AS {n}" if n in special else f'"{n}"' for n in self.row_columns]
        return (
            f"{self.source}\nSELECT {', '.join(names)}\nFROM {self._from}\nWHERE {self._used}\nORDER BY {self._order}"
        )

    @property
    def _used(self) -> str:
        c = self.compiled
        return TRUE if c.kind == "survival" else both(c.resident, c.used)

    @property
    def origins_sql(self) -> str:
        """The extracts behind the figure and how many of the rows come from each."""
        parts = f"SELECT extract, count(*)\nFROM {self._from}\nWHERE {self._used}\nGROUP BY extract ORDER BY extract"
        return f"{self.source}\n{parts}"

    @property
    def reasons_sql(self) -> str:
        """What became of every row of the relation (of the agency): counted, or why not."""
        c = self.compiled
        agency = "" if self.agency == ALL else f" WHERE agency = '{self.agency}'"
        place = "1"
        if c.last_by:
            place = (
                f"row_number() OVER (PARTITION BY {self._inside}, {self.compiled.last_condition} IS NOT FALSE,"
                f" coalesce(CAST({c.last_by} AS VARCHAR), '#' || m_order)"
                f" ORDER BY ({self.compiled.last_condition} IS TRUE) DESC, m_order DESC)"
            )
        cases = "\n    ".join(f"WHEN {condition} THEN '{reason}'" for reason, condition in self._cases)
        return query("one_reasons", columns=self._columns, agency=agency, place=place, cases=cases, **self._where)

    @property
    def _inside(self) -> str:
        w = self._where
        return f"(\"{self.time}\" >= TIMESTAMP '{w['since']}' AND \"{self.time}\" < TIMESTAMP '{w['until']}')"

    @property
    def _cases(self) -> list[tuple[str, str]]:
        """Reasons that keep a row of the period out, in the order in which they are asked for."""
        c = self.compiled
        cases = []
        if c.kind == "per_1000":
            cases.append(("no_population", f"NOT ({c.resident})"))
        if c.last_by:
            cases += [("condition_not_met", f"NOT {self.compiled.last_condition}"), ("not_the_last", "m_place > 1")]
        if c.denominator != TRUE:
            cases.append(("denominator_unknown", f"{c.denominator} IS NULL"))
        if c.numerator != TRUE:
            cases.append(("numerator_unknown", f"{c.numerator} IS NULL"))
        if c.kind == "survival":
            cases.append(("no_person", f"{c.base} AND {c.person} IS NULL"))
        elif c.measure is not None:
            cases.append(("value_unknown", f"{c.base} AND {c.measure} IS NULL"))
        if not c.sums_numbers and c.base != TRUE:
            cases.append(("condition_not_met", f"NOT {c.base}"))
        return cases
