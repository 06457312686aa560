"""`measure`: metrics × periods × agencies × groups become figures, in one scan for each relation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.errors import UserError
from pipeline.measure.compiled import COUNTS, QUANTILES, Compiled
from pipeline.measure.figure import Figure, Figures, Status
from pipeline.measure.intervals import log_log, poisson, wilson
from pipeline.measure.relations import Group
from pipeline.measure.run import Cell, Measured, Place, run
from pipeline.measure.statements import Batch, batches, days
from pipeline.program.model import Metric, Program
from pipeline.program.periods import Period
from schemas import TABLES

if TYPE_CHECKING:
    import duckdb

ALL = "all"
#: Tables whose days with rows the store keeps.
DATED = frozenset(name for name, table in TABLES.items() if table.time is not None)


def measure(
    con: duckdb.DuckDBPyConnection,
    program: Program,
    periods: Sequence[Period],
    *,
    agencies: bool = True,
    groups: Sequence[str] = (),
    metrics: Iterable[str] | None = None,
    grouped_agencies: bool = False,
) -> Figures:
    """Figures of `metrics` (ids; default all of the program) for each period: the program as `all`, then each agency.

    `groups` (names such as `gender`) adds one-way breakdowns of the program, with `grouped_agencies` of each agency
    too; a metric whose rows have no such group is left out there. Order: by period, metric and agency; then by group,
    period, metric, agency and category. `con` is a connection to the warehouse, which is only read. UserError names an
    id that there is not.
    """
    periods = list(dict.fromkeys(periods))
    wanted = chosen(program, metrics)
    if not periods or not wanted:
        return Figures(())
    con.execute(days(periods))
    asked = {"agencies": agencies, "groups": groups, "grouped_agencies": grouped_agencies}
    makers: dict[str, _Maker] = {}
    for batch in batches(program, wanted, periods, **asked):  # type: ignore[arg-type]
        maker = _Maker(con, program, batch, run(con, batch, program))
        makers |= {c.metric.id: maker for c in batch.metrics}
    con.execute("DROP TABLE IF EXISTS temp.measure_days")
    scopes = [None, *(a.id for a in program.agencies)] if agencies else [None]
    return Figures(_all_figures(makers, wanted, periods, scopes, groups, grouped_agencies))


def chosen(program: Program, ids: Iterable[str] | None) -> list[Metric]:
    """The metrics with these ids, in the order of the declarations; all of them for None."""
    if ids is None:
        return list(program.metrics.values())
    ids = list(ids)
    for name in ids:
        if name not in program.metrics:
            raise UserError(f"there is no metric `{name}`", hint=_nearest(name, program.metrics))
    return [m for m in program.metrics.values() if m.id in ids]


def _nearest(name: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    return f"Did you mean `{near[0]}`?" if near else "`outcomes dictionary` lists all metrics."


def _all_figures(
    makers: dict[str, _Maker],
    metrics: Sequence[Metric],
    periods: Sequence[Period],
    scopes: Sequence[str | None],
    groups: Sequence[str],
    grouped_agencies: bool,
) -> Iterator[Figure]:
    for number in range(len(periods)):
        for metric in metrics:
            for agency in scopes:
                yield makers[metric.id].figure(metric.id, (number, agency, None, None))
    for name in groups:
        for number in range(len(periods)):
            for metric in metrics:
                for agency in scopes if grouped_agencies else [None]:
                    yield from makers[metric.id].breakdown(metric.id, name, number, agency)


@dataclass(slots=True)
class _Maker:
    """Makes figures from the cells of one batch."""

    con: duckdb.DuckDBPyConnection
    program: Program
    batch: Batch
    measured: Measured
    _compiled: dict[str, Compiled] = field(init=False)
    _reporting: set[str] | None = None

    def __post_init__(self) -> None:
        self._compiled = {c.metric.id: c for c in self.batch.metrics}

    def breakdown(self, metric_id: str, name: str, number: int, agency: str | None) -> Iterator[Figure]:
        """Every category of a group, those without a row too. Residents by category are not known."""
        group: Group | None = next((g for g in self.batch.groups if g.name == name), None)
        if group is None or self._compiled[metric_id].kind == "per_1000":
            return
        for category in group.categories:
            yield self.figure(metric_id, (number, agency, name, category))

    def figure(self, metric_id: str, place: Place) -> Figure:
        """The figure at one place."""
        number, agency, group, category = place
        period, metric = self.batch.periods[number], self.program.metrics[metric_id]
        cell = self.measured.cells[metric_id].get(place, Cell())
        residents = self._residents(agency)
        reported = metric.kind not in {*COUNTS, "per_1000"} or self._reported(number, agency)
        n, d, value, low, high, status = numbers(metric, cell, residents=residents, reported=reported)
        return Figure(
            metric=metric_id,
            title=metric.title,
            unit=metric.unit,
            period=period.label,
            period_start=period.start,
            period_end=period.end,
            agency=agency or ALL,
            group=group,
            category=category,
            numerator=n,
            denominator=d,
            value=value,
            low=low,
            high=high,
            unknown=cell.u,
            status=status,
        )

    def _residents(self, agency: str | None) -> int:
        """Residents of one agency, or of all whose population is known."""
        return sum(a.population or 0 for a in self.program.agencies if agency in (None, a.id))

    def _reported(self, number: int, agency: str | None) -> bool:
        """False where a count of 0 would say too much: the agency never reported a row of this kind at all, or the
        period was over before the program began."""
        if self.measured.rows.get((number, agency, None, None)):
            return True
        if self.batch.periods[number].end < self.program.began:
            return False
        if self._reporting is None:
            self._reporting = reporting(self.con, self.batch.over.name)
        return agency in self._reporting if agency else bool(self._reporting)


def reporting(con: duckdb.DuckDBPyConnection, relation: str) -> set[str]:
    """The agencies that ever reported a row; of tables by the days on which they have rows, which takes no scan."""
    table = relation.removesuffix("_linked")
    counted = f"(SELECT agency FROM days WHERE \"table\" = '{table}')" if table in DATED else relation
    return {a for (a,) in con.execute(f"SELECT DISTINCT agency FROM {counted}").fetchall()}


Numbers = tuple[float | None, float | None, float | None, float | None, float | None, Status]


def numbers(metric: Metric, cell: Cell, *, residents: int = 0, reported: bool = True) -> Numbers:
    """Numerator, denominator, value, low, high and status of a figure, from what its rows say (spec 3)."""
    if metric.kind in COUNTS:
        return _count(metric, cell) if reported else (0, None, None, None, None, "no_data")
    if metric.kind == "per_1000":
        return _per_1000(cell, residents if reported else 0)
    if not cell.d:
        return 0, 0, None, None, None, "no_data"
    if metric.kind in QUANTILES:
        return None, cell.d, cell.value, cell.low, cell.high, "published"
    if metric.kind == "survival":
        survival = 1.0 if cell.value is None else cell.value
        low, high = log_log(survival, cell.greenwood) or (None, None)
        return cell.n, cell.d, 1 - survival, low, high, "published"
    low, high = (wilson(cell.n, cell.d) or (None, None)) if metric.kind == "rate" else (None, None)
    return cell.n, cell.d, cell.n / cell.d, low, high, "published"


def _count(metric: Metric, cell: Cell) -> Numbers:
    """A count repeats its value in the numerator. A sum is no Poisson count: it has no interval."""
    summed = metric.kind == "count" and metric.measure is not None
    low, high = (None, None) if summed else poisson(int(cell.n))
    return cell.n, None, cell.n, low, high, "published"


def _per_1000(cell: Cell, residents: int) -> Numbers:
    if not residents:
        return 0, 0, None, None, None, "no_data"
    low, high = (1000 * bound / residents for bound in poisson(int(cell.n)))
    return cell.n, residents, 1000 * cell.n / residents, low, high, "published"
