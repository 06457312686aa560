"""How long measuring takes: all figures of a monthly edition, on the demo and on ten years of fifty agencies.

    python -m benchmarks.measure_speed [PROGRAM_FOLDER]      (a built program; default demo/)

Prints a table. The large warehouse (6 million calls, 600,000 encounters; made up) lives in a temporary folder.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from pipeline.measure.figures import measure
from pipeline.measure.relations import BREAKDOWNS
from pipeline.measure.xmr import all_series
from pipeline.program.metrics import read_metrics, shipped_metrics
from pipeline.program.mistakes import Mistakes
from pipeline.program.model import Agency, Branding, Privacy, Program
from pipeline.program.periods import Period, day_range, edition_periods, month, months
from pipeline.store.engine import query, typed
from pipeline.store.zone import changes, elapsed_macro
from schemas import RELATIONS
from schemas.views import DERIVED

SQL = Path(__file__).parent / "measure_speed.sql"
IN_PLACE = Path(__file__).parent / "measure_in_place.sql"
AGENCIES, CALLS, ENCOUNTERS = 50, 6_000_000, 600_000
BEGAN, LAST = date(2014, 1, 1), month(2023, 12)
ROUNDS = 3


def large_program() -> Program:
    """A made-up program of fifty agencies."""
    agencies = tuple(Agency(f"agency-{i}", f"Agency {i}", population=10_000 + i) for i in range(AGENCIES))
    metrics = read_metrics(None, shipped_metrics(), Mistakes())
    return Program(
        folder=Path("made-up"), name="Made up", organization="", timezone="America/Chicago", fiscal_year_starts=7,
        began=BEGAN, contact="", privacy=Privacy(), branding=Branding(), agencies=agencies, mappings=(),
        corrections=(), metrics=metrics,
    )  # fmt: skip


def fill(con: duckdb.DuckDBPyConnection) -> None:
    """Tables with every column that the store makes; those that no shipped metric asks for stay null."""
    made = {"agencies": AGENCIES, "calls": CALLS, "encounters": ENCOUNTERS, "began": BEGAN}
    for statement in SQL.read_text(encoding="utf-8").format(**made).split(";\n"):
        con.execute(statement)
    for name, columns in RELATIONS.items():
        have = {row[0] for row in con.execute(f"SELECT column_name FROM (DESCRIBE made_{name})").fetchall()}
        select = ", ".join(
            f'CAST({c.name if c.name in have else "NULL"} AS {c.duckdb_type}) AS "{c.name}"' for c in columns.values()
        )
        con.execute(f"CREATE TABLE {name} AS SELECT {select} FROM made_{name}")
        con.execute(f"DROP TABLE IF EXISTS made_{name}")


def put_in_place(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The calls of `fill` as Parquet files that a view reads, as in a program with so many calls (docs/scale.md)."""
    con.execute(elapsed_macro(changes(large_program().timezone, BEGAN.year, LAST.end.year + 1), "MACRO call_minutes"))
    derived = ", ".join(c.name for c in DERIVED["calls"])
    source = f"(SELECT * EXCLUDE ({derived}, made_in) FROM read_parquet('{folder.as_posix()}/*/*/*.parquet'))"
    rows = query("calls", accepted=source, elapsed="call_minutes")
    columns = typed(RELATIONS["calls"].values(), row="x.")
    for statement in (
        IN_PLACE.read_text(encoding="utf-8").format(folder=folder, columns=columns, rows=rows).split(";\n")
    ):
        con.execute(statement)


def timed(work: Callable[[], object]) -> tuple[float, float, object]:
    """Seconds of the middle one of some rounds, processor seconds of it, and what the work gave."""
    found = []
    result: object = None
    for _ in range(ROUNDS):
        begun, processor = time.perf_counter(), time.process_time()
        result = work()
        found.append((time.perf_counter() - begun, time.process_time() - processor))
    return (*sorted(found)[ROUNDS // 2], result)


def bench(name: str, con: duckdb.DuckDBPyConnection, program: Program, period: Period) -> None:
    """One row a step: the edition's figures, 17 months of trends, headline figures alone."""
    comparison = edition_periods(period, program.fiscal_year_starts, program.began)
    trend = months(day_range(date(period.end.year - 2, period.end.month, 1), period.end))[-17:]
    steps: list[tuple[str, Callable[[], object]]] = [
        ("figures, agencies, breakdowns", lambda: measure(con, program, comparison, groups=BREAKDOWNS)),
        ("17 months of trends", lambda: all_series(con, program, None, trend)),
        ("figures of one period", lambda: measure(con, program, [period])),
    ]
    total = total_cpu = 0.0
    for step, work in steps:
        seconds, cpu, result = timed(work)
        if step != steps[-1][0]:
            total, total_cpu = total + seconds, total_cpu + cpu
        print(f"{name:<28}{step:<34}{len(result):>8,} {seconds:>8.2f} s {cpu:>8.2f} s")  # type: ignore[arg-type]
    print(f"{name:<28}{'a monthly edition':<34}{'':>8} {total:>8.2f} s {total_cpu:>8.2f} s")


def main() -> None:
    """Print the table."""
    print(f"{'warehouse':<28}{'step':<34}{'rows':>8} {'median':>10} {'processor':>10}")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("demo")
    if (folder / "out" / "warehouse.duckdb").exists():
        from pipeline.program.load import load_program
        from pipeline.program.periods import month_of
        from pipeline.store.warehouse import Warehouse

        program = load_program(folder)
        with Warehouse(folder / "out" / "warehouse.duckdb") as made:
            last = made.last_complete_month()
            assert last is not None
            bench(str(folder), made.connection, program, month_of(last))
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "large.duckdb"
        with duckdb.connect(path) as con:
            con.execute("SET enable_progress_bar = false")
            fill(con)
        with duckdb.connect(path, read_only=True, config={"memory_limit": "2GB"}) as con:
            con.execute("SET enable_progress_bar = false")
            con.execute("SET threads = 2")
            bench("10 years, 50 agencies", con, large_program(), LAST)
        with duckdb.connect(path) as con:
            con.execute("SET enable_progress_bar = false")
            put_in_place(con, Path(temporary) / "products")
        with duckdb.connect(path, read_only=True, config={"memory_limit": "2GB"}) as con:
            con.execute("SET enable_progress_bar = false; SET threads = 2; SET parquet_metadata_cache = true")
            bench("the same, read in place", con, large_program(), LAST)


if __name__ == "__main__":
    main()
