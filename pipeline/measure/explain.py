"""Where a figure comes from: definition, SQL, what was left out and why, the extracts, and exactly the rows counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipeline.errors import UserError
from pipeline.measure.figure import Figure
from pipeline.measure.figures import ALL, chosen, measure
from pipeline.measure.one import OneFigure
from pipeline.measure.run import newest
from pipeline.program.model import Metric, Program
from pipeline.program.periods import Period
from schemas import TABLES
from schemas.views import VIEWS

if TYPE_CHECKING:
    import duckdb

#: Why a row of the relation is not behind the figure, in the order in which they are listed.
REASONS = {
    "outside_period": "outside the period",
    "no_time": "no time that puts the row into a period",
    "condition_not_met": "does not meet the condition",
    "not_the_last": "not the last row of its person in the period",
    "denominator_unknown": "not known whether it belongs to the denominator",
    "numerator_unknown": "not known whether it belongs to the numerator",
    "value_unknown": "the value measured is not known",
    "no_person": "no person key, so nothing can be followed",
    "no_population": "the agency has no population in program.toml",
    "quarantined": "waiting in quarantine (whole extracts, whatever their period)",
    "duplicate": "equal in every cell to a row before it (whole extracts)",
    "superseded": "replaced by a later row or extract (whole extracts)",
}
#: The tables whose extracts stand behind each view.
BEHIND = {
    "encounters_linked": ("encounters", "calls"),
    "places": ("calls",),
    "reconciliation": ("calls", "encounters"),
    "link_candidates": ("encounters", "calls"),
    "referrals": ("referrals", "encounters"),
}


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows that are not behind the figure, and why. `reason` is a key of REASONS."""

    reason: str
    words: str
    rows: int


@dataclass(frozen=True, slots=True)
class Origin:
    """An extract, and how many of the rows counted come from it."""

    extract: str
    rows: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that defends one figure.

    `rows` of the relation were counted (of a rate those of the denominator). For the program or agency asked for,
    `rows` and the exclusions up to `no_population` add up to `total`, the rows of the relation; the last three are rows
    of extracts that never came into it. `without_person` of the rows counted have no person key.
    """

    metric: Metric
    period: Period
    agency: str
    figure: Figure
    sql: str
    total: int
    rows: int
    without_person: int
    exclusions: tuple[Exclusion, ...]
    origins: tuple[Origin, ...]


def explain(
    con: duckdb.DuckDBPyConnection, program: Program, metric: str, period: Period, agency: str = ALL
) -> Explanation:
    """The figure with its evidence. UserError when there is no such metric or agency."""
    one = _one(con, program, metric, period, agency)
    figure = measure(con, program, [period], metrics=[metric], agencies=agency != ALL).get(metric, period.label, agency)
    assert figure is not None  # noqa: S101 - measured just now
    if one.macro:
        con.execute(one.macro)
    counts = dict(con.execute(one.reasons_sql).fetchall())
    kept_out = {**{r: counts.get(r, 0) for r in REASONS}, **_receipts(con, one, agency)}
    origins = tuple(Origin(*row) for row in con.execute(one.origins_sql).fetchall())
    return Explanation(
        metric=one.metric,
        period=period,
        agency=agency,
        figure=figure,
        sql=one.sql,
        total=sum(counts.values()),
        rows=counts.get("counted", 0),
        without_person=_without_person(con, one),
        exclusions=tuple(Exclusion(r, words, kept_out[r]) for r, words in REASONS.items() if kept_out[r]),
        origins=origins,
    )


def row_columns(program: Program, metric: str, period: Period) -> tuple[str, ...]:
    """The heading of what `rows` yields."""
    return OneFigure(program, chosen(program, [metric])[0], period, ALL).row_columns


def rows(
    con: duckdb.DuckDBPyConnection, program: Program, metric: str, period: Period, agency: str = ALL
) -> Iterator[dict[str, object]]:
    """Exactly the rows that the figure counted, oldest first; of a rate those of the denominator, with `in_numerator`.

    Columns: agency, the key, person_key (over encounters and referrals), extract, source_row (of a folded call all its
    rows, separated by blanks); then what it takes to work the figure out again: in_numerator, measure, days_seen.
    """
    one = _one(con, program, metric, period, agency)
    if one.macro:
        con.execute(one.macro)
    answer = con.execute(one.rows_sql)
    while batch := answer.fetchmany(10_000):
        for row in batch:
            yield {name: _plain(cell) for name, cell in zip(one.row_columns, row, strict=True)}


def _plain(cell: object) -> object:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat(*((" ",) if isinstance(cell, datetime) else ())) if isinstance(cell, date) else cell


def _one(con: duckdb.DuckDBPyConnection, program: Program, metric: str, period: Period, agency: str) -> OneFigure:
    known = [a.id for a in program.agencies]
    if agency not in (ALL, *known):
        raise UserError(f"there is no agency `{agency}`", hint=f"Agencies: all, {', '.join(known)}.")
    found = chosen(program, [metric])[0]
    one = OneFigure(program, found, period, agency)
    if found.kind != "survival":
        return one
    return OneFigure(program, found, period, agency, newest(con, one.over, f'"{one.time}"', one.over.name))


def _without_person(con: duckdb.DuckDBPyConnection, one: OneFigure) -> int:
    if "person_key" not in one.row_columns:
        return 0
    found = con.execute(f"SELECT count(*) FROM ({one.rows_sql}) WHERE person_key IS NULL").fetchone()
    return int(found[0]) if found else 0


def _receipts(con: duckdb.DuckDBPyConnection, one: OneFigure, agency: str) -> dict[str, int]:
    """Rows of extracts that never came into the relation. Receipts of a whole program count for the program alone."""
    over = one.over.name
    tables = BEHIND.get(over, (over,) if over in TABLES else tuple(TABLES) if over in VIEWS else ())
    listed = ", ".join(f"'{t}'" for t in tables) or "NULL"
    mine = "" if agency == ALL else f" AND agency = '{agency}'"
    names = ("quarantined", "duplicate", "superseded")
    sums = ", ".join(f"CAST(coalesce(sum({n}), 0) AS BIGINT)" for n in names)
    found = con.execute(f'SELECT {sums} FROM receipts WHERE "table" IN ({listed}){mine}').fetchone()
    return dict(zip(names, found or (0, 0, 0), strict=True))
