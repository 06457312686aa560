"""Small warehouses drawn by hand, in memory, linked by the store's own SQL. All data made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb

from pipeline.measure.figure import Figure
from pipeline.measure.figures import measure
from pipeline.program.metrics import read_metrics, shipped_metrics
from pipeline.program.mistakes import Declared, Mistakes
from pipeline.program.model import Agency, Branding, Privacy, Program
from pipeline.program.periods import Period, parse_period
from pipeline.store.engine import query
from pipeline.store.fill import SETTINGS, select
from pipeline.store.zone import changes, elapsed_macro
from schemas import TABLES
from schemas.views import ORIGIN, VIEWS

BEGAN = date(2024, 1, 1)
AGENCIES = (
    Agency("river", "River Police Department", team_units=("CR1",)),
    Agency("lake", "Lake County Sheriff's Office", population=20_000, team_units=("CR9",)),
)
Row = Mapping[str, str | None]


def program(
    own: str = "", *, agencies: tuple[Agency, ...] = AGENCIES, timezone: str = "America/Chicago", began: date = BEGAN
) -> Program:
    """A made-up program; `own` is the text of its metrics.toml."""
    import tomllib

    mistakes = Mistakes()
    declared = Declared("metrics.toml", own, tomllib.loads(own)) if own else None
    metrics = read_metrics(declared, shipped_metrics(), mistakes)
    mistakes.stop()
    return Program(
        folder=Path("made-up"),
        name="River and Lake",
        organization="",
        timezone=timezone,
        fiscal_year_starts=7,
        began=began,
        contact="",
        privacy=Privacy(),
        branding=Branding(),
        agencies=agencies,
        mappings=(),
        corrections=(),
        metrics=metrics,
    )


def period(text: str) -> Period:
    """A period as people spell it."""
    return parse_period(text, 7, BEGAN, date(2024, 12, 31))


def rows(text: str) -> list[dict[str, str | None]]:
    """A table drawn with `|` between cells, headings first; an empty cell is null, a list is written `a,b`."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]
    return [dict(zip(lines[0], (cell or None for cell in line), strict=True)) for line in lines[1:]]


def warehouse(
    of: Program | None = None,
    *,
    warnings: Sequence[tuple[str, str, int]] = (),
    views: bool = True,
    **tables: str | Sequence[Row],
) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with these rows and every table and view that the store makes.

    Without `views` only the tables are made, which is faster. Row i of a table has source row i + 2 of `TABLE.csv`; agency is river where none is drawn. `warnings`: (table, column,
    source row).
    """
    of = of or program()
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    con.execute("ATTACH ':memory:' AS warehouse")
    con.execute(query("bookkeeping"))
    for name in TABLES:
        drawn = tables.get(name, [])
        _accept(con, name, rows(drawn) if isinstance(drawn, str) else drawn)
    for table, column, row in warnings:
        con.execute(
            "INSERT INTO warehouse.violations VALUES"
            f" ('river', '{table}', '{table}.csv', {row}, NULL, '{column}', NULL, 'made_up', 'warning', 'made up')"
        )
    con.execute(query("incidents"))
    con.execute("CREATE TEMP VIEW split_referrals AS FROM accepted_referrals WHERE false")
    con.execute(elapsed_macro(changes(of.timezone, 2015, 2027)))
    for name in TABLES:
        con.execute(f"CREATE TABLE warehouse.{name} AS {select(name)}")
    for name in ("calls", "encounters"):
        parts = {"table": name, "time": TABLES[name].time, "key": TABLES[name].key[-1], "later": "received_later"}
        con.execute(query("days", rows=f"warehouse.{name}", **parts))
    for name in ("shifts", "trainings"):
        con.execute(query("plain_days", table=name, time=TABLES[name].time))
    for name in VIEWS if views else ():
        con.execute(f"CREATE TABLE warehouse.{name} AS {select(name)}")
    if views:
        con.execute(query("windows", **SETTINGS))
    con.execute("USE warehouse")
    return con


def _accept(con: duckdb.DuckDBPyConnection, table: str, drawn: Sequence[Row]) -> None:
    columns = [*TABLES[table].columns, *ORIGIN]
    unknown = {n for row in drawn for n in row} - {c.name for c in columns}
    assert not unknown, unknown
    typed = ", ".join(f'"{c.name}" {c.duckdb_type}' for c in columns)
    con.execute(f"CREATE TEMP TABLE accepted_{table} ({typed})")
    lines = []
    for place, row in enumerate(drawn):
        number = (row.get("source_rows") or str(place + 2)).split(",")[0]
        shared = {"agency": "river", "extract": f"{table}.csv", "source_row": number, "extract_sha256": "0" * 64}
        cells = {**shared, "source_rows": number, **{k: v for k, v in row.items() if v is not None}}
        lines.append("(" + ", ".join(_cell(cells.get(c.name), c.duckdb_type) for c in columns) + ")")
    if lines:
        con.execute(f"INSERT INTO accepted_{table} VALUES {', '.join(lines)}")


def _cell(cell: str | None, kind: str) -> str:
    if cell is None:
        return "NULL"
    if kind.endswith("[]"):
        return "[" + ", ".join(f"'{part}'" for part in cell.split(",")) + f"]::{kind}"
    return f"'{cell}'::{kind}"


def figure(
    con: duckdb.DuckDBPyConnection,
    metric: str,
    text: str = "2024-01",
    agency: str = "all",
    *,
    of: Program | None = None,
    group: str | None = None,
    category: str | None = None,
) -> Figure:
    """One figure, measured."""
    asked = period(text)
    found = measure(con, of or program(), [asked], metrics=[metric], groups=[group] if group else [])
    one = found.get(metric, asked.label, agency, group, category)
    assert one is not None
    return one


def parts(found: Figure) -> tuple[float | None, float | None]:
    """Numerator and denominator."""
    return found.numerator, found.denominator
