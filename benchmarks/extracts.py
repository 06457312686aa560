"""Made-up programs with one large extract of ten columns, in several forms, with faults of several kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import duckdb

Form = Literal["calls", "units", "persons"]
Faults = Literal["none", "few", "half"]

_SQL = Path(__file__).parent / "extracts.sql"
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
_CALLS = """
[[extract]]
table = "calls"
files = "speed/*"
datetime = ["%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
null = ["", "NULL"]
{grain}
[extract.columns]
incident = "Master_Incident_Number"
received_at = "Response_Date"
dispatched_at = "Time_First_Unit_Assigned"
arrived_at = "Time_First_Unit_Arrived"
cleared_at = "Time_CallClosed"
nature = "Problem"
priority = "Priority"
disposition = "Call_Disposition"
{units} = "Radio_Name"
area = "Beat"
[extract.split]
units = ","
[extract.codes.disposition]
ARR = "arrest"
RPT = "report"
NRP = "no_report"
TRN = "transport"
UNF = "unfounded"
[extract.codes.behavioral_health]
from = "nature"
true = ["MENTAL*", "SUICIDE*", "WELFARE*"]
"""
_PERSONS = """
[[extract]]
table = "encounters"
files = "speed/*"
datetime = ["%m/%d/%Y %H:%M:%S"]
[extract.columns]
encounter = "Log_No"
incident = "CAD_No"
started_at = "Began"
ended_at = "Ended"
person = ["Last_Name", "First_Name", "Date_of_Birth"]
gender = "Gender"
resolution = "Outcome"
deescalated = "Calmer"
[extract.codes.gender]
F = "female"
M = "male"
U = "unknown"
[extract.codes.resolution]
HOME = "resolved_on_scene"
REFERRED = "referred"
HOLD = "involuntary_hold"
"""
MAPPINGS: dict[Form, str] = {
    "calls": _CALLS.format(grain="", units="units"),
    "units": _CALLS.format(grain='grain = "unit"', units="unit").replace('[extract.split]\nunits = ","\n', ""),
    "persons": _PERSONS,
}
#: The types of the columns, for DuckDB's own read of the same file; t stands for a time.
TYPES: dict[Form, str] = {"calls": "vttttvivvv", "units": "vttttvivvv", "persons": "vvttvvvvvv"}


def make_program(folder: Path, form: Form = "calls") -> Path:
    """The declarations of a made-up program, and the folder for its extracts."""
    raw = folder / "raw" / "speed"
    raw.mkdir(parents=True)
    (folder / "agencies").mkdir()
    (folder / "program.toml").write_text(PROGRAM, encoding="utf-8")
    (folder / "agencies" / "speed.toml").write_text(MAPPINGS[form], encoding="utf-8")
    return raw


def make_extract(path: Path, rows: int, form: Form = "calls", faults: Faults = "few") -> None:
    """A delimited extract of so many rows. Few faults: one row in 200, five kinds; half: every second row."""
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        given = {"rows": rows, "table": form, "faults": faults, "path": path}
        for statement in _SQL.read_text(encoding="utf-8").format(**given).split(";\n"):
            con.execute(statement)
