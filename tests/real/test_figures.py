"""Figures from the real extracts, counted a second time in plain Python, and a report made of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.errors import Exit
from tests.real.conftest import REAL, Checked
from tests.real.counting import Row, folded, read_csv, read_sheet, settle
from tests.real.test_receipts import CALLS, number

HOME = ZoneInfo("America/New_York")


def utc(text: str) -> str:
    """A time with Z as a local one."""
    return dt.datetime.fromisoformat(text).astimezone(HOME).isoformat()


def american(text: str) -> str:
    """The month of M/D/YYYY or MM/DD/YY."""
    month, _, year = text.split(maxsplit=1)[0].split("/")
    return f"{int(year) % 100 + 2000}-{int(month):02d}"


#: Extract -> (a month in it, the month of a row).
MONTHS: dict[str, tuple[str, Callable[[Row], str]]] = {
    "burlington/incidents_2022.csv": ("2022-03", lambda r: r["call_time"][:7]),
    "ucsd/logs.csv": ("2025-10", lambda r: american(r["Date Reported"])),
    "orlando/police_calls.csv": ("2022-03", lambda r: american(r["Date"])),
    "berkeley/calls.csv": ("2022-09", lambda r: american(r["EVENTDT"])),
    "detroit/mh_2017_2021.csv": ("2020-02", lambda r: r["call_timestamp"][:7]),
    "toronto/police_calls.csv": ("2016-12", lambda r: utc(r["Time"])[:7]),
}


@pytest.fixture(scope="module")
def built(checked: Checked) -> Checked:
    """The same program after a build for the staff."""
    done = checked.run("build", "2022-03", "--audience", "staff")
    assert done.returncode == Exit.ATTENTION, done.stderr
    return checked


def figures(built: Checked, period: str, metrics: str) -> dict[tuple[str, str], dict[str, Any]]:
    done = built.run(
        "figures", period, "--metric", metrics, "--by", "agency", "--audience", "staff", "--format", "json"
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    return {(f["metric"], f["agency"]): f for f in answer}


@pytest.mark.parametrize("extract", MONTHS)
def test_calls_of_a_month(built: Checked, extract: str) -> None:
    month, month_of = MONTHS[extract]
    origin, key = CALLS[extract]
    rows = settle(read_csv(REAL / origin), key).kept.values()
    expected = sum(month_of(r) == month for r in rows)
    assert expected > 100
    found = figures(built, month, "calls_for_service")
    assert found["calls_for_service", extract.split("/", maxsplit=1)[0]]["value"] == expected


def test_behavioral_health_calls_and_those_of_unknown_nature(built: Checked) -> None:
    rows = read_csv(REAL / "burlington_vt_2022/police-incidents-2022.csv")
    natures = [r["call_type"] for r in rows if r["call_time"][:7] == "2022-03"]
    expected = sum(n == "Mental Health Issue" or n.startswith("Welfare") for n in natures)
    found = figures(built, "2022-03", "behavioral_health_calls")["behavioral_health_calls", "burlington"]
    assert (found["value"], found["unknown"]) == (expected, natures.count("NA"))


def test_a_workbook_gives_the_same_month_as_the_csv(built: Checked) -> None:
    rows = settle(
        read_sheet(REAL / "ucsd_police_2025/df_clean_zones.xlsx"), lambda r: folded(number(r["Incident/Case#"]))
    ).kept.values()
    expected = sum(r["Date Reported"].strftime("%Y-%m") == "2025-10" for r in rows)
    found = figures(built, "2025-10", "calls_for_service")
    assert found["calls_for_service", "ucsd-excel"]["value"] == expected
    assert found["calls_for_service", "ucsd"]["value"] == expected


def test_units_are_folded_into_calls(built: Checked) -> None:
    for period, origin in (("2018-01", "sample2.csv"), ("2021-05", "2021_05_10_active_calls.csv")):
        rows = read_csv(REAL / "dallas_active_calls" / origin)
        found = figures(built, period, "calls_for_service")
        assert found["calls_for_service", "dallas"]["value"] == len({r["incident_number"] for r in rows})


def test_linked_snapshots(built: Checked) -> None:
    """Incidents of the newest snapshot, and what the ledger says of the same month."""
    incidents = read_csv(REAL / "umd_police_pair/incidents_data_2022-10-18.csv")
    arrests = read_csv(REAL / "umd_police_pair/arrests_data_2022-10-16.csv")
    here = [r["umpd_case_number"] for r in arrests if american(r["arrested_date_time_charge"]) == "2018-03"]
    found = figures(built, "2018-03", "calls_for_service,calls_responded")
    calls = sum(american(r["report_date_time"]) == "2018-03" for r in incidents)
    assert found["calls_for_service", "umd"]["value"] == calls
    assert found["calls_responded", "umd"]["value"] == len({h for h in here if h}) + here.count("")


def test_a_report_is_made(built: Checked) -> None:
    (edition,) = (p for p in (built.folder / "out/editions").iterdir() if p.is_dir())
    assert (edition / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (edition / "manifest.json").exists()
