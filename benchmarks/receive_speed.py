"""How fast `outcomes check` is beside DuckDB's own typed read of the same file: whole processes, start-up included.

    python -m benchmarks.receive_speed [--rows 1000000] [--rounds 3] [--case calls:few ...]

A case is the form of the extract (calls, units, persons) and its faults (none, few: one row in 200, half). Prints a
table: the best round, its ratio to the best of DuckDB, the same of processor time (which other work on the machine
disturbs less), and the highest peak of memory. The files are made up, with ten columns.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from benchmarks.extracts import TYPES, Faults, Form, make_extract, make_program

ROOT = Path(__file__).resolve().parents[1]
CASES = ("calls:none", "calls:few", "calls:half", "units:few", "persons:few", "persons:half")
FLOOR = """
import sys, duckdb
con = duckdb.connect()
con.execute("SET enable_progress_bar = false")
types = {"v": "VARCHAR", "t": "TIMESTAMP", "i": "INTEGER"}
columns = ", ".join(f"'c{n}': '{types[t]}'" for n, t in enumerate(sys.argv[2]))
con.execute("CREATE TABLE t AS SELECT * FROM read_csv(?, header = true, ignore_errors = true,"
    " timestampformat = '%m/%d/%Y %H:%M:%S', columns = {" + columns + "})", [sys.argv[1]])
"""
PANDAS = """
import sys, pandas as pd, pandera.pandas as pa
frame = pd.read_csv(sys.argv[1], dtype=str)
times = ["Response_Date", "Time_First_Unit_Assigned", "Time_First_Unit_Arrived", "Time_CallClosed"]
for name in times:
    frame[name] = pd.to_datetime(frame[name].str.strip(), format="%m/%d/%Y %H:%M:%S", errors="coerce")
frame["Master_Incident_Number"] = frame["Master_Incident_Number"].str.strip().str.upper()
codes = {"ARR": "arrest", "RPT": "report", "NRP": "no_report", "TRN": "transport", "UNF": "unfounded"}
frame["disposition"] = frame["Call_Disposition"].str.strip().map(codes)
frame["behavioral_health"] = frame["Problem"].str.match("MENTAL|SUICIDE|WELFARE")
frame["units"] = frame["Radio_Name"].str.split(",")
frame["co_response"] = frame["Radio_Name"].str.contains("CR1|7C10", regex=True)
model = pa.DataFrameSchema(
    {"Master_Incident_Number": pa.Column(str), "Response_Date": pa.Column("datetime64[us]", nullable=True),
     "disposition": pa.Column(str, pa.Check.isin([*codes.values(), "other"]), nullable=True)},
    checks=[pa.Check(lambda f: ~(f["Time_First_Unit_Arrived"] < f["Response_Date"]), name="order", n_failure_cases=1)])
try:
    model.validate(frame, lazy=True, inplace=True)
except pa.errors.SchemaErrors:
    pass
units = frame.pop("units")
frame = frame.drop_duplicates().drop_duplicates("Master_Incident_Number", keep="last")
frame.assign(units=units).to_parquet(sys.argv[2])
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds from start to end, its processor seconds, its peak of memory in GB (0 where nobody tells)."""

    seconds: float
    cpu: float
    peak: float


def run(command: list[str]) -> Run:
    """Run a process to its end; SystemExit when it fails."""
    # what is installed has its bytecode: without it, compiling takes longer than many commands
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not hasattr(os, "wait4"):
        code, cpu, peak = process.wait(), 0.0, 0.0
    else:
        _, status, used = os.wait4(process.pid, 0)
        code = process.returncode = os.waitstatus_to_exitcode(status)
        cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / (1 << 30 if sys.platform == "darwin" else 1 << 20)
    if code:
        raise SystemExit(f"{command[:3]} ended with {code}")
    return Run(time.perf_counter() - began, cpu, peak)


def check(folder: Path) -> list[str]:
    """The command that is measured."""
    return [sys.executable, "cli.py", "check", "--program", str(folder), "--format", "json", "--quiet"]


def measure(folder: Path, form: Form, rounds: int, *, with_pandas: bool) -> dict[str, list[Run]]:
    """Runs of each variant (of pandas one); they take turns, so that a busy machine is busy for all."""
    extract = str(folder / "raw" / "speed" / "cad.csv")
    commands = {
        "DuckDB, typed read": [sys.executable, "-c", FLOOR, extract, TYPES[form]],
        "outcomes check": check(folder),
    }
    if with_pandas:
        commands["pandas + pandera"] = [sys.executable, "-c", PANDAS, extract, str(folder / "p.parquet")]
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(rounds):
        for name, command in commands.items():
            if turn and name.startswith("pandas"):
                continue  # once is enough: it is far away
            shutil.rmtree(folder / "out", ignore_errors=True)
            runs[name].append(run(command))
    return runs


def print_case(case: str, runs: dict[str, list[Run]]) -> None:
    """The lines of one case."""
    floor = next(iter(runs.values()))
    wall, cpu = min(r.seconds for r in floor), min(r.cpu for r in floor) or 1
    for name, found in runs.items():
        best, least = min(r.seconds for r in found), min(r.cpu for r in found)
        middle = statistics.median(r.seconds for r in found)
        print(
            f"| {case} | {name} | {best:.2f} | {middle:.2f} | {best / wall:.2f} | {least:.2f} | {least / cpu:.2f}"
            f" | {max(r.peak for r in found):.2f} |",
            flush=True,
        )


def main() -> None:
    """Makes the files, measures, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--case", nargs="*", default=CASES)
    given = parser.parse_args()
    print(f"{given.rows:,} rows, {given.rounds} rounds")
    print(
        "| case | what | best s | median s | ratio | cpu s | cpu ratio | peak GB |\n|---|---|---|---|---|---|---|---|"
    )
    for case in given.case:
        form, _, faults = case.partition(":")
        if form not in get_args(Form) or faults not in get_args(Faults):
            raise SystemExit(f"no case {case}; there are {', '.join(CASES)}")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_extract(make_program(folder, form) / "cad.csv", given.rows, form, faults)
            print_case(
                case, measure(folder, form, given.rounds, with_pandas=form == "calls" and given.rows <= 2_000_000)
            )


if __name__ == "__main__":
    main()
