"""How fast `outcomes check` is beside DuckDB's own typed read of the same file: whole processes, start-up included.

    python -m benchmarks.receive_speed [--rows 1000000] [--rounds 3] [--clean]

Prints a table: time, ratio to the floor, peak memory. The file is made up; unless --clean it has some dirt of each kind.
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
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PROGRAM = """
[program]
name = "Speed (made up)"
organization = "None"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2022-07-01
contact = "data@example.org"
[[agency]]
id = "speed"
name = "Speed"
team_units = ["CR1", "7C10"]
"""
MAPPING = """
[[extract]]
table = "calls"
files = "speed/cad.csv"
datetime = ["%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
null = ["", "NULL"]
[extract.columns]
incident = "Master_Incident_Number"
received_at = "Response_Date"
dispatched_at = "Time_First_Unit_Assigned"
arrived_at = "Time_First_Unit_Arrived"
cleared_at = "Time_CallClosed"
nature = "Problem"
priority = "Priority"
disposition = "Call_Disposition"
units = "Radio_Name"
area = "Beat"
[extract.split]
units = ","
[extract.codes.disposition]
ARR = "arrest"
RPT = "report"
NRP = "no_report"
TRN = "transport"
UNF = "unfounded"
"*" = "other"
[extract.codes.behavioral_health]
from = "nature"
true = ["MENTAL*", "SUICIDE*", "WELFARE*"]
"""
HEADINGS = (
    "Master_Incident_Number,Response_Date,Time_First_Unit_Assigned,Time_First_Unit_Arrived,Time_CallClosed,"
    "Problem,Priority,Call_Disposition,Radio_Name,Beat,Caller_Type,Jurisdiction"
)
FLOOR = """
import sys, duckdb
con = duckdb.connect()
con.execute("SET enable_progress_bar = false")
con.execute("CREATE TABLE t AS SELECT * FROM read_csv(?, header = true, ignore_errors = true,"
    " timestampformat = '%m/%d/%Y %H:%M:%S', columns = {'i': 'VARCHAR', 'a': 'TIMESTAMP', 'b': 'TIMESTAMP', 'c': 'TIMESTAMP',"
    " 'd': 'TIMESTAMP', 'n': 'VARCHAR', 'p': 'INTEGER', 'x': 'VARCHAR', 'u': 'VARCHAR', 'z': 'VARCHAR', 'y': 'VARCHAR',"
    " 'j': 'VARCHAR'})", [sys.argv[1]])
"""
PANDAS = """
import sys, pandas as pd, pandera.pandas as pa
frame = pd.read_csv(sys.argv[1], dtype=str)
times = ["Response_Date", "Time_First_Unit_Assigned", "Time_First_Unit_Arrived", "Time_CallClosed"]
for name in times:
    frame[name] = pd.to_datetime(frame[name].str.strip(), format="%m/%d/%Y %H:%M:%S", errors="coerce")
frame["Master_Incident_Number"] = frame["Master_Incident_Number"].str.strip().str.upper()
codes = {"ARR": "arrest", "RPT": "report", "NRP": "no_report", "TRN": "transport", "UNF": "unfounded"}
frame["disposition"] = frame["Call_Disposition"].str.strip().map(codes).fillna("other")
frame["behavioral_health"] = frame["Problem"].str.match("MENTAL|SUICIDE|WELFARE")
frame["units"] = frame["Radio_Name"].str.split(",")
frame["co_response"] = frame["Radio_Name"].str.contains("CR1|7C10", regex=True)
model = pa.DataFrameSchema(
    {"Master_Incident_Number": pa.Column(str), "Response_Date": pa.Column("datetime64[us]", nullable=True),
     "disposition": pa.Column(str, pa.Check.isin([*codes.values(), "other"]))},
    checks=[pa.Check(lambda f: ~(f["Time_First_Unit_Arrived"] < f["Response_Date"]), name="order", n_failure_cases=1)])
try:
    model.validate(frame, lazy=True, inplace=True)
except pa.errors.SchemaErrors:
    pass
units = frame.pop("units")
frame = frame.drop_duplicates().drop_duplicates("Master_Incident_Number", keep="last")
frame.assign(units=units).to_parquet(sys.argv[2])
"""


def make_extract(path: Path, rows: int, *, clean: bool) -> None:
    """A CAD export of so many calls; about 1 row in 300 has some fault, unless it is to be clean."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    dirt = "false" if clean else "true"
    form = "'%m/%d/%Y %H:%M:%S'"
    con.execute(
        f"""
        COPY (
            SELECT 'INC' || lpad(CAST(CASE WHEN {dirt} AND i % 1500 = 7 THEN i - 1 ELSE i END AS VARCHAR), 9, '0'),
                   CASE WHEN {dirt} AND i % 2000 = 11 THEN '13/40/2023 10:00:00' ELSE strftime(t, {form}) END,
                   CASE WHEN i % 3 > 0 THEN strftime(t + to_seconds(60 + i % 200), {form}) END,
                   CASE WHEN i % 3 > 0 THEN strftime(t + to_seconds(CASE WHEN {dirt} AND i % 900 = 1 THEN -5 ELSE 300 + i % 700 END), {form}) END,
                   strftime(t + to_seconds(3000 + i % 900), {form}),
                   ['MENTAL - ADULT', 'THEFT', 'WELFARE CHECK', 'ALARM', 'SUICIDE THREAT', 'TRAFFIC STOP', 'NOISE'][1 + i % 7],
                   1 + i % 4,
                   ['ARR', 'RPT', 'NRP', 'TRN', 'UNF', 'XYZ'][1 + i % 6],
                   CASE i % 5 WHEN 0 THEN 'CR1, P' || i % 90 WHEN 1 THEN '7C10' ELSE 'P' || i % 90 END,
                   CASE WHEN i % 100 = 3 THEN ' B' || i % 30 || ' ' ELSE 'B' || i % 30 END,
                   ['CITIZEN', 'OFFICER', 'ALARM COMPANY'][1 + i % 3], 'CITY OF EXAMPLE'
            FROM (SELECT i, TIMESTAMP '2022-07-01' + to_seconds(i * 43) AS t FROM range({rows}) r(i))
        ) TO '{path}' (FORMAT csv, HEADER false)
        """
    )
    body = path.read_bytes() if rows <= 2_000_000 else None
    if body is not None:
        again = b"" if clean else b"".join(body.splitlines(keepends=True)[100:400:3])
        path.write_bytes(HEADINGS.encode() + b"\n" + body + again)
        return
    whole = path.with_suffix(".whole")
    with whole.open("wb") as target, path.open("rb") as source:
        target.write(HEADINGS.encode() + b"\n")
        shutil.copyfileobj(source, target, 1 << 24)
    whole.replace(path)


def run(command: list[str]) -> tuple[float, float, float]:
    """Seconds from start to end of one process, its CPU seconds and its peak memory in GB (0 where nobody tells)."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if hasattr(os, "wait4"):
        _, status, used = os.wait4(process.pid, 0)
        code, peak = (
            os.waitstatus_to_exitcode(status),
            used.ru_maxrss / (1 << 30 if sys.platform == "darwin" else 1 << 20),
        )
        process.returncode, cpu = code, used.ru_utime + used.ru_stime
    else:
        code, peak, cpu = process.wait(), 0.0, 0.0
    if code:
        raise SystemExit(f"{command[:3]} ended with {code}")
    return time.perf_counter() - began, cpu, peak


def measure(folder: Path, rounds: int, *, with_pandas: bool) -> Iterator[tuple[str, float, float, float]]:
    """(what, median seconds, median CPU seconds, highest peak in GB); the variants take turns, so that a busy machine is busy for all."""
    extract = folder / "raw" / "speed" / "cad.csv"
    commands = {
        "DuckDB, typed read into a table": [sys.executable, "-c", FLOOR, str(extract)],
        "outcomes check": [sys.executable, "cli.py", "check", "--program", str(folder), "--format", "json", "--quiet"],
    }
    if with_pandas:
        commands["pandas.read_csv and pandera"] = [
            sys.executable,
            "-c",
            PANDAS,
            str(extract),
            str(folder / "p.parquet"),
        ]
    times: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            shutil.rmtree(folder / "out", ignore_errors=True)
            times[name].append(run(command))
    for name, measured in times.items():
        seconds, cpu = (statistics.median(m[n] for m in measured) for n in (0, 1))
        yield name, seconds, cpu, max(m[2] for m in measured)


def main() -> None:
    """Makes the file, measures, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clean", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "agencies").mkdir()
        (folder / "raw" / "speed").mkdir(parents=True)
        (folder / "program.toml").write_text(PROGRAM)
        (folder / "agencies" / "speed.toml").write_text(MAPPING)
        make_extract(folder / "raw" / "speed" / "cad.csv", given.rows, clean=given.clean)
        floor = 0.0
        print(f"{given.rows:,} rows, {'clean' if given.clean else 'with dirt'}, median of {given.rounds} rounds")
        print("| what | s | ratio | cpu s | peak GB |\n|---|---|---|---|---|")
        for what, seconds, cpu, peak in measure(folder, given.rounds, with_pandas=given.rows <= 2_000_000):
            floor = floor or seconds
            print(f"| {what} | {seconds:.2f} | {seconds / floor:.2f} | {cpu:.2f} | {peak:.2f} |", flush=True)


if __name__ == "__main__":
    main()
