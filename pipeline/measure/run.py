"""Runs the queries of a batch and sorts the answers into cells: metric, period, agency and category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.measure.compiled import QUANTILES, Compiled
from pipeline.measure.intervals import order_ranks
from pipeline.measure.relations import Relation
from pipeline.measure.scope import Scope, query
from pipeline.measure.statements import DAYS, Batch, value_lists
from pipeline.program.model import Program
from pipeline.store.zone import changes, elapsed_macro

if TYPE_CHECKING:
    import duckdb

#: (period number, agency or None for all, group or None, category or None)
Place = tuple[int, str | None, str | None, str | None]


@dataclass(slots=True)
class Cell:
    """What rows say about one figure. `n` and `d` are numerator and denominator, `u` unknown; the rest by kind."""

    n: float = 0
    d: float = 0
    u: int = 0
    value: float | None = None
    low: float | None = None
    high: float | None = None
    greenwood: float = 0


@dataclass(slots=True)
class Measured:
    """Cells by metric id, and the number of rows that stand in each place at all."""

    cells: dict[str, dict[Place, Cell]]
    rows: dict[Place, int]


def run(con: duckdb.DuckDBPyConnection, batch: Batch, program: Program) -> Measured:
    """Measure one batch. Its working tables are temporary; the warehouse stays as it is."""
    measured = Measured({c.metric.id: defaultdict(Cell) for c in batch.metrics}, {})
    con.execute(batch.base())
    _rows(con, batch, measured)
    _last(con, batch, measured)
    _people(con, batch, measured)
    _survival(con, batch, measured, program)
    for name in ("base", "events", "followed", "sorted", "ranks"):
        con.execute(f"DROP TABLE IF EXISTS temp.measure_{name}")
    return measured


def _rows(con: duckdb.DuckDBPyConnection, batch: Batch, measured: Measured) -> None:
    slow = [c for c in batch.metrics if c.kind == "per_1000" and c.measure]
    plain = [c for c in batch.metrics if not c.last_by and c not in slow]
    scope = batch.scope()
    _count(con, batch, measured, plain, DAYS, scope)
    _quantiles(con, batch, measured, plain, DAYS, scope)
    # residents by category are not known: distinct values per 1,000 need not be counted in breakdowns
    _count(con, batch, measured, slow, DAYS, batch.scope(groups=()))


def _count(
    con: duckdb.DuckDBPyConnection, batch: Batch, measured: Measured, among: list[Compiled], source: str, scope: Scope
) -> None:
    """What rows decide, one query for all metrics; and how many rows there are at all."""
    parts = [(measured.cells[c.metric.id], part) for c in among for part in c.aggregates()]
    for place, row in _answers(con, batch, batch.rows(among, source, scope), scope) if among else ():
        if source == DAYS:
            measured.rows[place] = row[0]
        for (cells, part), value in zip(parts, row[1:], strict=True):
            setattr(cells[place], part, value if isinstance(value, int) else float(value))


def _last(con: duckdb.DuckDBPyConnection, batch: Batch, measured: Measured) -> None:
    """Metrics with last_by: once over the last rows in any agency, once over the last rows in each."""
    for c in batch.metrics:
        scopes = [(False, batch.scope(agency=False))]
        if batch.agencies:
            scopes.append((True, Scope(tuple(s for s in batch.scope().sets if "agency" in s))))
        for agency, scope in scopes if c.last_by else []:
            source = batch.last(c, agency=agency)
            _count(con, batch, measured, [c], source, scope)
            _quantiles(con, batch, measured, [c], source, scope)


def _people(con: duckdb.DuckDBPyConnection, batch: Batch, measured: Measured) -> None:
    by_key: dict[str, list[Compiled]] = defaultdict(list)
    for c in batch.metrics:
        if c.kind == "people" and not c.last_by:
            by_key[str(c.person)].append(c)
    for metrics in by_key.values():
        for scope, sql in _people_queries(batch, metrics):
            for place, counts in _answers(con, batch, sql, scope):
                for c, n in zip(metrics, counts, strict=True):
                    measured.cells[c.metric.id][place].n = n


def _people_queries(batch: Batch, metrics: list[Compiled]) -> Iterator[tuple[Scope, str]]:
    """Sets of columns of rows go into one query; those of persons into one for the program and one for agencies."""
    own = {g.column for g in batch.groups if g.of_person}
    sets = batch.scope().sets
    of_rows = [s for s in sets if not own & set(s)]
    for within in (("period",), ("period", "agency")):
        of_persons = [s for s in sets if own & set(s) and ("agency" in s) == ("agency" in within)]
        if of_persons:
            of_rows.remove(within)  # comes along without another pass
            scope = Scope((*of_persons, within))
            yield scope, batch.people_known(metrics, scope)
    if of_rows:
        yield Scope(tuple(of_rows)), batch.people(metrics, Scope(tuple(of_rows)))


def _quantiles(
    con: duckdb.DuckDBPyConnection, batch: Batch, measured: Measured, among: list[Compiled], source: str, scope: Scope
) -> None:
    metrics = [c for c in among if c.kind in QUANTILES]
    if not metrics:
        return
    con.execute(batch.sorted(metrics, source, scope))
    _rank(con, metrics)
    for place, row in _answers(con, batch, batch.quantiles(metrics, scope), scope):
        for i, c in enumerate(metrics):
            cell = measured.cells[c.metric.id][place]
            cell.d = row[4 * i]
            # whole numbers times the decimal 0.5 are a DECIMAL, which json cannot write
            cell.value, cell.low, cell.high = (None if v is None else float(v) for v in row[4 * i + 1 : 4 * i + 4])


def _rank(con: duckdb.DuckDBPyConnection, metrics: list[Compiled]) -> None:
    """The table of ranks that bound each quantile, for the numbers of values that occur."""
    lists = value_lists(metrics)
    sizes = " UNION ".join(f"SELECT len(v{i}) FROM measure_sorted" for i in range(len(lists)))
    found = [n for (n,) in con.execute(sizes).fetchall() if n]
    shares = sorted({QUANTILES[c.kind] for c in metrics})
    ranks = [(share, n, *r) for share in shares for n in found if (r := order_ranks(n, share))]
    con.execute("CREATE OR REPLACE TEMP TABLE measure_ranks (share DOUBLE, n BIGINT, low BIGINT, high BIGINT)")
    if ranks:
        con.execute(f"INSERT INTO measure_ranks VALUES {', '.join(map(str, ranks))}")


def _survival(con: duckdb.DuckDBPyConnection, batch: Batch, measured: Measured, program: Program) -> None:
    if not batch.follows():
        return
    con.execute(batch.events())
    end = newest(con, batch.over, "m_at", "measure_events")
    con.execute(elapsed(program, min(p.start for p in batch.periods).year, end))
    scope = batch.scope()
    for follow in batch.follows():
        con.execute(batch.followed(follow, end))
        for c in follow.metrics:
            for place, (d, n, s, greenwood) in _answers(con, batch, batch.survival(c), scope):
                cell = measured.cells[c.metric.id][place]
                cell.d, cell.n, cell.value, cell.greenwood = int(d), int(n), float(s), float(greenwood)


def newest(con: duckdb.DuckDBPyConnection, over: Relation, time: str, source: str) -> datetime:
    """The newest moment that the data of a relation hold, where what follows is no longer seen. Of an empty one any.

    `source` is the relation itself, or a working table that has its rows.
    """
    table = "encounters" if "encounter" in over.columns else over.name
    found = con.execute(query("data_end", time=time, relation=source, table=table)).fetchone()
    return found[0] if found and found[0] else datetime(1970, 1, 1)


def elapsed(program: Program, first_year: int, end: datetime) -> str:
    """The macro for minutes between two local times, with the clock changes of the years that matter."""
    return elapsed_macro(changes(program.timezone, first_year - 1, max(first_year, end.year) + 1))


def _answers(
    con: duckdb.DuckDBPyConnection, batch: Batch, sql: str, scope: Scope
) -> Iterator[tuple[Place, tuple[Any, ...]]]:
    """The rows of an answer whose columns are the keys, the set and the values; each with its place."""
    width = len(scope.keys)
    for row in con.execute(sql).fetchall():
        grouped = _grouped(scope.keys, row[width])
        yield _place(batch, dict(zip(scope.keys, row, strict=False)), grouped), row[width + 1 :]


def _grouped(keys: Sequence[str], mask: int) -> list[str]:
    """The keys that a row of GROUPING SETS is grouped by: GROUPING sets a bit for each key that it is not."""
    return [k for i, k in enumerate(keys) if not mask >> (len(keys) - 1 - i) & 1]


def _place(batch: Batch, values: dict[str, Any], grouped: Sequence[str]) -> Place:
    by = next((g for g in batch.groups if g.column in grouped), None)
    agency = values["agency"] if "agency" in grouped else None
    category = by.categories[values[by.column] - 1] if by else None
    return values["period"], agency, by.name if by else None, category
