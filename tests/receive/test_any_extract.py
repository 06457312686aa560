"""Whatever an extract holds, each of its rows is accounted for once. Faults of every kind are planted by hypothesis."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.program.seal import Seal
from pipeline.receive.stream import connect
from tests.receive.conftest import Folder, Made

CALLS = """
[[extract]]
table = "calls"
files = "river/file.csv"
datetime = ["%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M"]
[extract.columns]
incident = "No"
received_at = "At"
cleared_at = "Clear"
nature = "Nature"
disposition = "Result"
units = "Units"
address = "Where"
[extract.split]
units = ";"
[extract.codes.disposition]
ARR = "arrest"
RPT = "report"
[extract.codes.behavioral_health]
from = "nature"
true = ["MENTAL*"]
"""
UNITS = (
    CALLS.replace('table = "calls"', 'table = "calls"\ngrain = "unit"')
    .replace('units = "Units"', 'unit = "Units"')
    .replace('[extract.split]\nunits = ";"\n', "")
)
LOG = """
[[extract]]
table = "encounters"
files = "river/file.csv"
datetime = ["%m/%d/%Y %H:%M"]
[extract.columns]
encounter = "No"
started_at = "At"
ended_at = "Clear"
person = ["Nature", "Where"]
transported_to = "Result"
referrals = "Units"
[extract.split]
referrals = ";"
"""
UNNUMBERED = LOG.replace('encounter = "No"', 'incident = "No"')
SHIFTS = """
[[extract]]
table = "shifts"
files = "river/file.csv"
datetime = ["%m/%d/%Y %H:%M"]
[extract.columns]
team = "No"
date = "At"
[extract.unpivot]
unit = "minutes"
direct = "Units"
travel = "Free"
"""

HEADINGS = ("No", "At", "Clear", "Nature", "Result", "Units", "Where", "Free")
CELLS = (
    st.sampled_from(["1", "2", "3", " 3", "r 1", "R  1", "5.00E+93", "7.0", ""]),
    st.sampled_from(["01/05/2024 10:00", "01/05/2024 10:01", "2024-01-05 10:00", "13/40/2024 10:00", "soon", ""]),
    st.sampled_from(["01/05/2024 11:00", "01/05/2024 09:00", "01/08/2024 09:00", "later", ""]),
    st.sampled_from(["MENTAL", "THEFT", "Doe", "", "\u00a0", 'a "quote"', "two\nlines"]),
    st.sampled_from(["ARR", "rpt", "home", "none", "jail", "XX", ""]),
    st.sampled_from(["CR1", "P1;CR1", "housing", "housing; yoga", "30", "900", "-1", "", ";"]),
    st.sampled_from(["4711 Made Up St", "Doe", "2/3/80", ""]),
    st.sampled_from(["600", "x", "", "note"]),
)
ROW = st.tuples(*CELLS)
BROKEN = st.sampled_from(["1,2", "1,2,3,4,5,6,7,8,9,10", ",,,,,,,", " , ,,,,,,", "", "TOTAL 3,,,,,,,"])


@dataclass(frozen=True)
class Extract:
    """Text of an extract; `read` rows of it count."""

    mapping: str
    text: str
    read: int


@st.composite
def extracts(draw: st.DrawFn) -> Extract:
    mapping = draw(st.sampled_from([CALLS, UNITS, LOG, UNNUMBERED, SHIFTS]))
    rows = draw(st.lists(st.one_of(ROW, BROKEN), max_size=12))
    again = draw(st.lists(st.integers(0, 11), max_size=4))
    rows += [rows[n] for n in again if n < len(rows)]
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=ends)
    writer.writerow(HEADINGS)
    read = 0
    for row in rows:
        if isinstance(row, str):
            out.write(row + ends)
            read += bool(row.replace(",", "").strip())
        else:
            writer.writerow(row)
            read += any(cell.strip() for cell in row)
    return Extract(mapping, out.getvalue(), read)


def received(extract: Extract) -> tuple[Made, Path]:
    path = Path(tempfile.mkdtemp())
    folder = Folder(path)
    folder.write("agencies/river.toml", extract.mapping)
    folder.write("raw/river/file.csv", extract.text)
    return folder.receive()["river/file.csv"], path


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(extracts())
def test_every_row_is_accounted_for_once(extract: Extract) -> None:
    made, path = received(extract)
    try:
        check(made, extract)
    finally:
        shutil.rmtree(path)


def check(made: Made, extract: Extract) -> None:
    receipt = made.receipt
    assert receipt.problem is None
    assert receipt.read == extract.read
    assert receipt.read == receipt.accepted + receipt.quarantined + receipt.duplicate + receipt.superseded

    quarantined = made.column("source_row", "quarantine")
    assert len(quarantined) == len(set(quarantined)) == receipt.quarantined
    accepted = [row for rows in made.column("source_rows") for row in rows]
    assert not set(accepted) & set(quarantined)
    if "shifts" in extract.mapping:
        assert len(set(accepted)) <= receipt.accepted  # a row without any time becomes none
    else:
        assert len(accepted) == len(set(accepted)) == receipt.accepted

    violations = made.rows("violations")
    assert dict(Counter(v["rule"] for v in violations)) == receipt.rules
    errors = {v["source_row"] for v in violations if v["severity"] == "error"}
    assert errors == set(quarantined)
    for row, rules in zip(quarantined, made.column("rules", "quarantine"), strict=True):
        assert set(rules) == {v["rule"] for v in violations if v["source_row"] == row and v["severity"] == "error"}
    check_keys(made, extract)


def check_keys(made: Made, extract: Extract) -> None:
    """What was accepted has one row for each key, and every required value."""
    rows = made.rows()
    if "shifts" in extract.mapping:
        days: Counter[tuple[object, ...]] = Counter()
        for row in rows:
            days[row["team"], row["date"]] += row["minutes"]
        assert all(0 <= minutes <= 1440 for minutes in days.values())
        return
    key = "incident" if "calls" in extract.mapping else "encounter"
    keys = [row[key] for row in rows]
    assert len(keys) == len(set(keys))
    assert None not in keys
    if key == "encounter":
        referred = {r["encounter"] for r in made.rows("referrals")}
        assert referred <= set(keys)


def test_long_code_lists_leave_the_rows_in_order(folder: Folder) -> None:
    """DuckDB may turn a long IN list into a join, which gives rows in any order; then row numbers would be wrong."""
    codes = "".join(f'"CODE {n}" = "report"\n' for n in range(60))
    folder.write(
        "agencies/river.toml",
        CALLS.replace('ARR = "arrest"\nRPT = "report"\n', codes).replace('address = "Where"\n', 'priority = "Free"\n'),
    )
    count = 250_000
    lines = (f"{n},01/05/2024 10:00,,x,code {n % 60},,,{n + 2}\n" for n in range(count))
    folder.write("raw/river/file.csv", ",".join(HEADINGS) + "\n" + "".join(lines))
    made = folder.receive()["river/file.csv"]
    assert made.counts == (count, count, 0, 0, 0)
    con = connect(folder.path / "spill", Seal())
    path = str(made.received.folder / "accepted.parquet") if made.received.folder else ""
    wrong = con.execute("SELECT count(*) FROM read_parquet(?) WHERE CAST(priority AS BIGINT) <> source_row", [path])
    assert wrong.fetchone() == (0,)
    plan = con.execute(
        "EXPLAIN SELECT x IN ('a', 'b', 'c', 'd', 'e', 'f', 'g') FROM (SELECT 'a' || range AS x FROM range(9))"
    )
    assert "JOIN" not in str(plan.fetchall())
