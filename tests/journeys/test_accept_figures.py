"""Figures of a small program, every number worked out by hand (made-up data), in every format, and the rows behind them."""

from __future__ import annotations

import csv
import io
import json
import math
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.journeys.conftest import Folder

PROGRAM = """
[program]
name = "Acceptance (made up)"
organization = "Example region"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2023-11-01
[[agency]]
id = "oak"
name = "Oak Police Department"
population = 10000
team_units = ["CR1"]
[[agency]]
id = "elm"
name = "Elm Sheriff"
team_units = ["CR9"]
"""

MAPPINGS = """
[[extract]]
table = "calls"
files = "{0}/cad*.csv"
[extract.columns]
incident = "Inc"
received_at = "Rec"
dispatched_at = "Disp"
arrived_at = "Arr"
cleared_at = "Clr"
nature = "Nature"
disposition = "Dispo"
units = "Units"
[extract.split]
units = ","
[extract.codes.behavioral_health]
from = "nature"
true = ["MENTAL"]

[[extract]]
table = "encounters"
files = "{0}/log*.csv"
[extract.columns]
encounter = "No"
incident = "Inc"
kind = "Kind"
started_at = "Start"
person = ["Name", "Born"]
arrest_likely = "Likely"
arrested = "Arrested"
transported_to = "To"
deescalated = "Calm"
stable = "Stable"
gender = "Sex"
force_used = "Force"
referrals = "Referred"
[extract.split]
referrals = ";"
"""

CALLS = """Inc,Rec,Disp,Arr,Clr,Nature,Dispo,Units
C1,2024-01-01 00:00:00,2024-01-01 00:02,2024-01-01 00:04,2024-01-01 00:34,MENTAL,report,CR1
C2,2024-01-10 10:00,2024-01-10 10:03,2024-01-10 10:06,2024-01-10 10:46,MENTAL,arrest,CR1
C3,2024-01-20 10:00,,2024-01-20 10:10,2024-01-20 11:10,THEFT,report,"CR1,P1"
C4,2024-01-31 23:59:59,2024-02-01 00:14:59,2024-02-01 00:19:59,,MENTAL,report,CR1
C5,2024-01-15 10:00,,2024-01-15 11:40,,MENTAL,report,P1
C6,2024-01-16 10:00,,,,,report,CR1
C7,2024-01-17 10:00,,,,MENTAL,report,
C8,2024-02-01 00:00:00,,2024-02-01 00:08,,MENTAL,report,CR1
C9,2024-01-18 10:00,,2024-01-18 09:55,,MENTAL,report,CR1
"""
CALLS_ELM = (
    "Inc,Rec,Disp,Arr,Clr,Nature,Dispo,Units\n"
    "E1,2024-01-20 10:00,,2024-01-20 10:08,2024-01-20 10:46,MENTAL,report,CR9\n"
    "D1,2023-11-05 00:50,,2023-11-05 01:05,2023-11-05 03:05,THEFT,report,CR9\n"  # the night with 25 hours
)
HEAD = "No,Inc,Kind,Start,Name,Born,Likely,Arrested,To,Calm,Stable,Sex,Force,Referred\n"
LOG = (
    HEAD
    + """1,C1,call,2024-01-02 10:00,Pone,1980-01-01,Y,N,hospital,Y,,female,N,housing;medical
2,,follow_up,2024-01-03 10:00,Pone,1980-01-01,N,N,none,Y,Y,female,N,
3,C2,call,2024-01-05 10:00,Ptwo,1990-01-01,Y,Y,jail,N,N,male,Y,
4,,follow_up,2024-01-07 10:00,Ptwo,1990-01-01,N,N,none,,Y,,,
5,,call,2024-01-10 10:00,Pthree,1970-01-01,Y,N,crisis_stabilization,,,male,N,
7,C3,call,2024-01-12 10:00,Pfour,1960-01-01,Y,,none,,,,N,
8,C3,call,2024-01-15 10:00,Pfour,1960-01-01,,N,none,,,,N,
9,,follow_up,2024-01-20 10:00,Pfour,1960-01-01,N,N,none,Y,Y,,,
10,,call,2024-01-31 09:00,Pfive,2010-01-01,Y,N,none,,,unknown,N,
11,,phone,2024-02-01 10:00,Pseven,2001-01-01,Y,N,none,,,,,
12,C4,call,2024-01-31 23:59:59,,,Y,N,hospital,,,female,N,housing
13,,self_initiated,2024-01-25 10:00,Pone,1980-01-01,N,N,none,,,female,N,medical
"""
)
LOG_ELM = (
    HEAD
    + """6,,follow_up,2024-01-11 10:00,Pthree,1970-01-01,N,N,none,N,Y,male,,
14,C1,call,2024-01-13 11:00,Psix,1958-01-01,N,N,none,,,male,N,
15,,phone,2042-01-01 10:00,Psix,1958-01-01,N,N,none,,,male,N,
"""
)

METRICS = """
[weekend_calls]
title = "Calls of the weekend"
definition = "Calls received on a Saturday or Sunday."
over = "calls"
kind = "count"
numerator = "isodow(received_at) IN (6, 7)"
unit = "calls"

[longest_wait]
title = "Wait of the men"
definition = "Made up."
over = "encounters_linked"
kind = "median"
denominator = "gender = 'male' AND call_response_minutes IS NOT NULL"
measure = "call_response_minutes"
unit = "minutes"

[coverage]
title = "Mental-health calls with a team (our words)"
"""

#: figures of January 2024 for all: numerator, denominator, value, unknown
JANUARY: dict[str, tuple[float | None, float | None, float | None, int | None]] = {
    "calls_responded": (7, None, 7, 0),  # C1 C2 C3 C4, two without a number, C1 of the other agency
    "people_met": (7, None, 7, 1),
    "people_diverted": (4, None, 4, None),  # Pone, Pthree, Pfive, the unnamed
    "people_transported": (3, None, 3, 1),
    "people_referred": (2, None, 2, 1),
    "referrals_made": (4, None, 4, 0),
    "diversion_rate": (4, 5, 0.8, 2),  # unknown: 7 (arrested), 8 (likely)
    "diversion_loose": (11, 12, 11 / 12, 1),
    "diversion_confirmed": (2, 3, 2 / 3, None),  # 1 and 12 are no arrest, 3 is one, 5 and 10 have no call
    "stable_rate": (2, 3, 2 / 3, None),  # Pone and Pfour are, Pthree is not; Ptwo is unknown
    "direct_time_share": (0, 0, None, 0),
    "calls_for_service": (9, None, 9, 0),
    "behavioral_health_calls": (7, None, 7, 1),
    "coverage": (5, 6, 5 / 6, 2),
    "response_time_median": (None, 5, 8, 3),  # 4 6 8 10 20
    "response_time_p90": (None, 5, 16, 3),
    "dispatch_time_median": (None, 3, 3, None),  # 2 3 5
    "dispatch_time_p90": (None, 3, 4.6, None),
    "on_scene_time_median": (None, 4, 39, None),  # 30 38 40 60
    "on_scene_time_p90": (None, 4, 54, None),
    "force_rate": (1, 10, 0.1, None),
    "follow_up_48h": (3, 7, 1 - 5 / 7 * 3 / 4, 1),  # after 24 h 2 of 7; Pfive seen for 25 h only; after 48 h 1 of 4
    "repeat_7_days": (1, 7, 1 / 6, 1),
    "repeat_30_days": (1, 7, 1 / 6, 1),
    "calls_for_service_per_1000": (8, 10000, 0.8, 0),
    "weekend_calls": (2, None, 2, 0),  # C3 and E1, on Saturday the 20th
    "longest_wait": (None, 1, 6, None),
}


def wilson(n: int, d: int) -> tuple[float, float]:
    z = 1.959963984540054
    centre, half = n + z * z / 2, z * math.sqrt(n * (d - n) / d + z * z / 4)
    return (centre - half) / (d + z * z), (centre + half) / (d + z * z)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = Folder(tmp_path_factory.mktemp("figures") / "program")
    folder.write("program.toml", PROGRAM)
    folder.write("metrics.toml", METRICS)
    for agency, calls, log in (("oak", CALLS, LOG), ("elm", CALLS_ELM, LOG_ELM)):
        folder.write(f"agencies/{agency}.toml", MAPPINGS.format(agency))
        folder.write(f"raw/{agency}/cad.csv", calls)
        folder.write(f"raw/{agency}/log.csv", log)
    return folder


@pytest.fixture(scope="module")
def january(program: Folder) -> dict[tuple[str, str], dict[str, Any]]:
    return program.figures("2024-01", "--by", "agency")


def test_every_kind_of_figure_by_hand(january: dict[tuple[str, str], dict[str, Any]]) -> None:
    for metric, (numerator, denominator, value, unknown) in JANUARY.items():
        row = january[metric, "all"]
        assert (row["numerator"], row["denominator"]) == (numerator, denominator), metric
        assert row["value"] == (None if value is None else pytest.approx(value)), metric
        assert unknown is None or row["unknown"] == unknown, metric
        assert row["status"] == ("no_data" if value is None else "published")
        assert (row["period"], row["period_start"], row["period_end"]) == ("2024-01", "2024-01-01", "2024-01-31")
        assert (row["group"], row["category"], row["edition"]) == (None, None, None)
    low, high = wilson(4, 5)
    assert (january["diversion_rate", "all"]["low"], january["diversion_rate", "all"]["high"]) == (
        pytest.approx(low, abs=1e-9),
        pytest.approx(high, abs=1e-9),
    )


def test_figures_of_each_agency(january: dict[tuple[str, str], dict[str, Any]]) -> None:
    expected = {
        ("stable_rate", "oak"): (2, 2),
        ("stable_rate", "elm"): (0, 1),
        ("calls_responded", "oak"): (6, None),
        ("calls_responded", "elm"): (1, None),
        ("people_met", "oak"): (6, None),
        ("people_met", "elm"): (2, None),
        ("coverage", "elm"): (1, 1),
        ("calls_for_service_per_1000", "oak"): (8, 10000),
        ("follow_up_48h", "oak"): (3, 6),  # the follow-up of Pthree was in the other agency
    }
    for place, numbers in expected.items():
        assert (january[place]["numerator"], january[place]["denominator"]) == numbers, place
    assert january["calls_for_service_per_1000", "elm"]["status"] == "no_data"
    assert january["coverage", "all"]["title"] == "Mental-health calls with a team (our words)"


def test_periods_in_every_form(program: Folder) -> None:
    # calls: D1 in November, nine in January, C8 in February; encounters: 13 in January, one in February
    expected = {
        "2024-01": (9, 13),
        "2024-Q1": (10, 14),
        "FY2024": (11, 14),
        "2023": (1, 0),
        "2024-01-31..2024-01-31": (1, 2),
        "to-date": (10, 13),
    }
    for period, (calls, encounters) in expected.items():
        figures = program.figures(period, "--metric", "calls_for_service,encounters")
        assert set(figures) == {("calls_for_service", "all"), ("encounters", "all")}
        got = tuple(figures[m, "all"]["numerator"] for m in ("calls_for_service", "encounters"))
        assert got == (calls, encounters), period
        assert figures["encounters", "all"]["period"] == period
        start, end = (figures["encounters", "all"][f"period_{side}"] for side in ("start", "end"))
        spans = {
            "FY2024": ("2023-07-01", "2024-06-30"),
            "to-date": ("2023-11-01", "2024-01-31"),
            "2023": ("2023-01-01", "2023-12-31"),
        }
        assert (start, end) == spans.get(period, (start, end))


def test_the_default_period_and_a_row_a_month(program: Folder) -> None:
    result = program.run("figures", "--audience", "staff", "--format", "csv", "--metric", "calls_for_service")
    assert [r["period"] for r in csv.DictReader(io.StringIO(result.out))] == ["2024-01"]
    result = program.run(
        "figures",
        "--audience",
        "staff",
        "2023-11-01..2024-02-29",
        "--format",
        "csv",
        "--by",
        "agency,month",
        "--metric",
        "calls_for_service",
    )
    rows = list(csv.DictReader(io.StringIO(result.out)))
    months = {(r["period"], r["agency"]): r["numerator"] for r in rows}
    assert [months["2023-11", a] for a in ("all", "oak", "elm")] == ["1", "0", "1"]
    assert [months["2024-01", a] for a in ("all", "oak", "elm")] == ["9", "8", "1"]
    assert [months["2024-02", a] for a in ("all", "oak", "elm")] == ["1", "1", "0"]
    assert {p for p, _ in months} >= {"2023-11", "2023-12", "2024-01", "2024-02"}


def test_a_night_with_25_hours(program: Folder) -> None:
    figures = program.figures("2023-11", "--metric", "on_scene_time_median")
    # 01:05 (the first) to 03:05: two hours on the clock, and one hour more that the clock does not show
    assert figures["on_scene_time_median", "all"]["value"] in (120, 180)


COLUMNS = "metric,title,unit,period,period_start,period_end,agency,group,category,numerator,denominator,value,low,high,unknown,status,edition"


def test_every_format_says_the_same(program: Folder, tmp_path: Path) -> None:
    text = program.run("figures", "--audience", "staff", "2024-01", "--format", "csv")
    assert text.err == ""
    assert text.out.splitlines()[0] == COLUMNS
    target = tmp_path / "figures.csv"
    assert program.run("figures", "--audience", "staff", "2024-01", "--format", "csv", "--output", target).code == 0
    assert target.read_bytes() == text.out.encode()
    lines = {r["metric"]: r for r in csv.DictReader(io.StringIO(text.out))}
    answer = program.run("figures", "--audience", "staff", "2024-01", "--format", "json").json
    rows = {r["metric"]: r for r in answer}
    assert list(rows) == list(lines)
    book = tmp_path / "f.xlsx"
    assert program.run("figures", "--audience", "staff", "2024-01", "--format", "xlsx").code == 2
    assert program.run("figures", "--audience", "staff", "2024-01", "--format", "xlsx", "--output", book).code == 0
    sheet = openpyxl.load_workbook(book)["Figures"]
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(i for i, row in enumerate(table) if row[0] == "metric")
    sheets = {row[0]: dict(zip(COLUMNS.split(","), row, strict=False)) for row in table[start + 1 :]}
    for metric in JANUARY:
        for column in ("numerator", "denominator", "value", "low", "high"):
            number = rows[metric][column]
            assert (None if lines[metric][column] == "" else float(lines[metric][column])) == number
            assert sheets[metric][column] == (None if number is None else pytest.approx(number))
    words = program.run("figures", "--audience", "staff", "2024-01", "--format", "markdown").out
    assert "80%" in words or "80 %" in words
    assert "4 of 5" in words


def test_rows_behind_a_figure_are_exactly_those_counted(program: Folder, tmp_path: Path) -> None:
    expected = {
        "calls_responded": {"1", "3", "5", "7", "8", "10", "12", "14"},
        "diversion_rate": {"1", "3", "5", "10", "12"},
        "people_transported": {"1", "5", "12"},
        "coverage": {"C1", "C2", "C4", "C5", "C9", "E1"},
        "response_time_median": {"C1", "C2", "C3", "C4", "E1"},
        "follow_up_48h": {"1", "3", "5", "7", "8", "10", "14"},
        "stable_rate": {"2", "6", "9"},
    }
    for metric, keys in expected.items():
        path = tmp_path / f"{metric}.csv"
        result = program.run("explain", metric, "2024-01", "--rows", path)
        assert result.code == 0, result.err
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        key = "incident" if "incident" in rows[0] and "encounter" not in rows[0] else "encounter"
        assert {r[key] for r in rows} == keys, metric
        assert len(rows) == len(keys)
        assert all({"agency", "extract", "source_row"} <= set(r) for r in rows)
        assert ("person_key" in rows[0]) == (key == "encounter")
        if metric in ("diversion_rate", "coverage", "stable_rate"):
            hits = sum(r["in_numerator"].casefold() in ("true", "1", "yes") for r in rows)
            assert hits == JANUARY[metric][0]
        if metric == "coverage":
            assert {r["incident"]: (r["extract"], r["source_row"]) for r in rows}["C5"] == ("oak/cad.csv", "6")


BAD_SQL = {
    "numerator = \"(SELECT count(*) FROM shifts) > 0\"": "numerator",
    "numerator = \"random() < 0.5\"": "random",
    "numerator = \"received_at < now()\"": "now",
    "numerator = \"sum(1) OVER () > 1\"": "numerator",
    "numerator = \"recieved_at IS NULL\"": "received_at",
    "numerator = \"nature = (\"": "numerator",
    "numerator = \"read_text('/etc/passwd') = ''\"": "read_text",
    "numerator = \"person_key IS NULL\"": "person_key",
    "numerator = \"true; DROP TABLE calls\"": "numerator",
    "numerator = \"true\"\nsentence = \"{value.__class__} calls\"": "sentence",
    "numerator = \"true\"\ncolour = \"red\"": "colour",
    "kindd = \"x\"": "kindd",
}  # fmt: skip


def test_metrics_that_reach_too_far_are_refused(program: Folder, tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    shutil.copytree(program.path, folder)
    for i, (body, named) in enumerate(BAD_SQL.items()):
        text = f'[bad_{i}]\ntitle = "T"\ndefinition = "D"\nover = "calls"\nkind = "count"\nunit = "calls"\n{body}\n'
        (folder / "metrics.toml").write_text(text)
        result = Folder.run(type("F", (), {"path": folder})(), "figures", "2024-01", "--audience", "staff")  # type: ignore[arg-type]
        assert result.code == 2, (body, result.err)
        assert f"bad_{i}" in result.err
        assert named in result.err, result.err
        assert result.out == ""


def test_deleting_out_brings_the_same_figures_back(program: Folder) -> None:
    before = program.run("figures", "--audience", "staff", "2024-01", "--format", "csv", "--by", "agency")
    shutil.rmtree(program.path / "out")
    after = program.run("figures", "--audience", "staff", "2024-01", "--format", "csv", "--by", "agency")
    assert json.dumps(before.out) == json.dumps(after.out)
