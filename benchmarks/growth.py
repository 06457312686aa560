"""What a build costs as a program grows: seconds, processor seconds, memory and disk of each stage (docs/scale.md).

    python -m benchmarks.growth [--rows 1000000 ...] [--agencies 50] [--years 10] [--monthly] [--month] [--keep FOLDER]

For each number of calls a program is made (made-up data; a tenth as many encounters), built for staff in a process of
its own, and removed. `--monthly` makes an extract a month instead of one a year; `--month` then adds one month more to
every agency and builds again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipeline.progress import Silent

ROOT = Path(__file__).resolve().parents[1]
SQL = Path(__file__).parent / "growth.sql"
BEGAN = date(2014, 1, 1)

PROGRAM = """
[program]
name = "Growth (made up)"
organization = "None"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2014-01-01
contact = "data@example.org"
"""
AGENCY = """
[[agency]]
id = "a{n:02}"
name = "Agency {n}"
population = {population}
team_units = ["CR1", "CR2"]
"""
MAPPING = """
[[extract]]
table = "calls"
files = "a{n:02}/cad_*.csv"
datetime = ["%m/%d/%Y %H:%M:%S"]
[extract.columns]
incident = "Incident"
received_at = "Received"
dispatched_at = "Dispatched"
arrived_at = "Arrived"
cleared_at = "Cleared"
nature = "Problem"
priority = "Priority"
disposition = "Disposition"
units = "Units"
area = "Beat"
address = "Location"
[extract.split]
units = ","
[extract.codes.disposition]
ARR = "arrest"
RPT = "report"
NRP = "no_report"
"*" = "other"
[extract.codes.behavioral_health]
from = "nature"
true = ["MENTAL*", "SUICIDE*", "WELFARE*"]
[[extract]]
table = "encounters"
files = "a{n:02}/log_*.csv"
datetime = ["%m/%d/%Y %H:%M:%S"]
[extract.columns]
encounter = "Contact"
incident = "Incident"
kind = "Kind"
team = "Team"
started_at = "Start"
ended_at = "End"
person = ["Last", "First", "Born"]
gender = "Gender"
arrest_likely = "Likely"
arrested = "Arrested"
resolution = "Result"
transported_to = "To"
stable = "Stable"
deescalated = "Calm"
referrals = "Referred"
[extract.split]
referrals = ";"
"""


class Stages(Silent):
    """Notes when each stage of a build begins, and the processor time used until then."""

    def __init__(self) -> None:
        self.marks: list[tuple[str, float, float]] = []

    def stage(self, title: str, total: int | None = None) -> None:
        """A new stage begins."""
        self.marks.append((title, time.perf_counter(), _processor()))

    def spent(self) -> Iterator[tuple[str, float, float]]:
        """Seconds and processor seconds of each stage; those of writing documents together."""
        self.stage("")
        found: dict[str, tuple[float, float]] = {}
        for (title, at, cpu), (_, until, cpu_until) in zip(self.marks, self.marks[1:], strict=False):
            name = title.split(" ")[0]
            wall, processor = found.get(name, (0.0, 0.0))
            found[name] = wall + until - at, processor + cpu_until - cpu
        for name, (wall, processor) in found.items():
            yield name, wall, processor


def _processor() -> float:
    """Processor seconds of this process and of the workers that have ended."""
    try:
        import resource
    except ImportError:  # Windows
        return time.process_time()
    return sum(
        u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def make_program(folder: Path, rows: int, agencies: int, years: int, *, monthly: bool) -> None:
    """A program folder with so many calls, spread evenly over its agencies and years."""
    import duckdb

    (folder / "agencies").mkdir(parents=True)
    settings = PROGRAM + "".join(AGENCY.format(n=n, population=20_000 + 100 * n) for n in range(agencies))
    (folder / "program.toml").write_text(settings, encoding="utf-8")
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    for n in range(agencies):
        (folder / "agencies" / f"a{n:02}.toml").write_text(MAPPING.format(n=n), encoding="utf-8")
        (folder / "raw" / f"a{n:02}").mkdir(parents=True)
    months = years * 12
    for first, count in [(m, 1) for m in range(months)] if monthly else [(12 * y, 12) for y in range(years)]:
        make_extracts(con, folder, rows // agencies // months, agencies, first, count)


def make_extracts(con: object, folder: Path, rows: int, agencies: int, first: int, count: int) -> None:
    """The calls and the log of `count` months from the month `first` on, a file each for every agency."""
    name = f"{BEGAN.year + first // 12}-{first % 12 + 1:02}"
    for n in range(agencies):
        parts = {
            "n": n,
            "first": first,
            "count": count,
            "rows": rows * count,
            "began": BEGAN,
            "name": name,
            "raw": folder / "raw",
        }
        for statement in SQL.read_text(encoding="utf-8").format(**parts).split(";\n"):
            con.execute(statement)  # type: ignore[attr-defined]


def build_once(folder: Path, workers: int) -> None:
    """Builds the program in this process; prints what each stage took as JSON."""
    from pipeline.build import build

    stages = Stages()
    build(folder, public=False, workers=workers, progress=stages)
    print(json.dumps({"stages": list(stages.spent()), "peak": _peak()}))


def _peak() -> float:
    try:
        import resource
    except ImportError:
        return 0.0
    used = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return used / (1 << 30 if sys.platform == "darwin" else 1 << 20)


def size(path: Path) -> float:
    """GB of a file or of everything below a folder."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(p.stat().st_size for p in files) / 1e9


def measured(folder: Path, workers: int, what: str) -> None:
    """One row of the table."""
    command = [sys.executable, "-m", "benchmarks.growth", "--build", str(folder), "--workers", str(workers)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found = json.loads(done.stdout)
    cells = [f"{wall:.1f} ({cpu:.1f})" for _, wall, cpu in found["stages"]]
    whole = f"{sum(s[1] for s in found['stages']):.1f}"
    disk = [f"{size(folder / p):.2f}" for p in ("raw", "out/extracts", "out/warehouse.duckdb")]
    print(f"| {what} | {' | '.join(cells)} | {whole} | {found['peak']:.2f} | {' | '.join(disk)} |", flush=True)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--agencies", type=int, default=50)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--monthly", action="store_true")
    parser.add_argument("--month", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder for the programs, which then stay")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.build:
        build_once(given.build, given.workers)
        return
    print(
        f"{given.agencies} agencies, {given.years} years, an extract a {'month' if given.monthly else 'year'}; seconds (processor seconds)"
    )
    print(
        "| calls | looking | reading | loading | measuring | writing | whole | peak GB | raw GB | extracts GB | warehouse GB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for rows in given.rows:
        with tempfile.TemporaryDirectory() as temporary:
            folder = (given.keep or Path(temporary)) / f"growth-{rows}"
            if not folder.exists():
                make_program(folder, rows, given.agencies, given.years, monthly=given.monthly)
            shutil.rmtree(folder / "out", ignore_errors=True)
            measured(folder, given.workers, f"{rows:,}")
            if given.month:
                import duckdb

                per_month = rows // given.agencies // given.years // 12
                make_extracts(duckdb.connect(), folder, per_month, given.agencies, given.years * 12, 1)
                measured(folder, given.workers, "one month more")


if __name__ == "__main__":
    main()
