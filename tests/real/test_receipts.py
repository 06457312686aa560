"""What becomes of every row of the real extracts, counted a second time in plain Python."""

from __future__ import annotations

import collections
from typing import Any

import pytest

from pipeline.errors import Exit
from tests.real.conftest import REAL, Checked, run, write_program
from tests.real.counting import Counts, Row, folded, read_csv, read_sheet, settle
from tests.real.declared import AGENCIES


def agrees(checked: Checked, extract: str, counts: Counts) -> None:
    receipt = checked.receipts[extract]
    assert receipt["problem"] is None
    assert {k: receipt[k] for k in counts.receipt} == counts.receipt


CALLS: dict[str, tuple[str, Any]] = {
    "burlington/incidents_2022.csv": (
        "burlington_vt_2022/police-incidents-2022.csv",
        lambda r: folded(r["incident_number"]),
    ),
    "ucsd/logs.csv": ("ucsd_police_2025/police_logs_parsed_EXACT.csv", lambda r: folded(r["Incident/Case#"])),
    "orlando/police_calls.csv": (
        "orlando_opd_2022/police_calls.csv",
        lambda r: folded(r["Date"], r["Description"], r["Location"]),
    ),
    "berkeley/calls.csv": ("berkeley_calls_2022/calls.csv", lambda r: folded(r["CASENO"])),
    "detroit/mh_2017_2021.csv": (
        "detroit_mh_2017_2021/detroit_cfs_mh_2017_2021.csv",
        lambda r: folded(r["call_timestamp"], r["category"]),
    ),
    "toronto/police_calls.csv": (
        "toronto_tps_2016_cr/police_calls.csv",
        lambda r: folded(r["Time"], r["Longitude"], r["Latitude"]),
    ),
}


@pytest.mark.parametrize("extract", CALLS)
def test_calls_in_one_csv(checked: Checked, extract: str) -> None:
    origin, key = CALLS[extract]
    agrees(checked, extract, settle(read_csv(REAL / origin), key))


def number(value: Any) -> str:
    """An incident number as Excel shows it."""
    return str(int(value)) if isinstance(value, (int, float)) else str(value)


def test_the_same_calls_as_a_workbook(checked: Checked) -> None:
    rows = read_sheet(REAL / "ucsd_police_2025/df_clean_zones.xlsx")
    counts = settle(rows, lambda r: folded(number(r["Incident/Case#"])))
    agrees(checked, "ucsd-excel/zones.xlsx", counts)
    text = settle(
        read_csv(REAL / "ucsd_police_2025/police_logs_parsed_EXACT.csv"), lambda r: folded(r["Incident/Case#"])
    )
    plain = {k for k in text.kept if k.isascii()}  # the students' workbook has damaged the other hyphens
    assert plain == {k for k in counts.kept if k.isascii()}
    assert len(plain) > 2_000
    assert checked.receipts["ucsd/logs.csv"]["accepted"] == checked.receipts["ucsd-excel/zones.xlsx"]["accepted"]


def test_a_sheet_behind_hidden_ones(checked: Checked) -> None:
    rows = read_sheet(REAL / "orlando_opd_2022/OPD_Analysis.xlsx", "full - general descs USE ")
    counts = settle(rows, lambda r: folded(r["Month"], r["Day"], r["Description"], r["Location"]))
    agrees(checked, "orlando-excel/OPD_Analysis.xlsx", counts)


def test_a_later_snapshot_supersedes_the_earlier_one(checked: Checked) -> None:
    earlier, later = (read_csv(REAL / f"umd_police_pair/incidents_data_{d}.csv") for d in ("2021-12-08", "2022-10-18"))
    keys = {folded(r["umpd_case_number"]) for r in later}
    superseded = sum(folded(r["umpd_case_number"]) in keys for r in earlier)
    receipts = checked.receipts
    assert receipts["umd/incidents_2022-10-18.csv"]["accepted"] == len(later) == len(keys)
    assert receipts["umd/incidents_2021-12-08.csv"]["superseded"] == superseded
    assert receipts["umd/incidents_2021-12-08.csv"]["accepted"] == len(earlier) - superseded
    assert receipts["umd/incidents_2021-12-08.csv"]["read"] == len(earlier)


def test_a_heading_that_was_renamed_between_snapshots(checked: Checked) -> None:
    """Entries without a number of their own are told apart by incident, start and, where alike in these, their order."""
    earlier, later = (read_csv(REAL / f"umd_police_pair/arrests_data_{d}.csv") for d in ("2021-12-08", "2022-10-16"))

    def keys(rows: list[Row]) -> collections.Counter[tuple[str, str]]:
        return collections.Counter((folded(r["umpd_case_number"]), r["arrested_date_time_charge"]) for r in rows)

    superseded = (keys(earlier) & keys(later)).total()
    receipts = checked.receipts
    assert receipts["umd/arrests_2022-10-16.csv"]["accepted"] == len(later)
    assert receipts["umd/arrests_2021-12-08.csv"]["superseded"] == superseded
    assert receipts["umd/arrests_2021-12-08.csv"]["accepted"] == len(earlier) - superseded


def test_arrests_link_to_incidents_by_their_case_number(checked: Checked) -> None:
    incidents = {
        folded(r["umpd_case_number"]) for r in read_csv(REAL / "umd_police_pair/incidents_data_2022-10-18.csv")
    }
    arrests = [r["umpd_case_number"] for r in read_csv(REAL / "umd_police_pair/arrests_data_2022-10-16.csv")]
    unlinked = sum(bool(a) and folded(a) not in incidents for a in arrests)
    assert checked.receipts["umd/arrests_2022-10-16.csv"]["rules"] == {"no_such_call": unlinked}


def test_one_row_a_unit_in_two_styles_and_a_file_that_came_twice(checked: Checked) -> None:
    for extract, origin, superseded in (
        ("dallas/2021_05_10_active_calls.csv", "2021_05_10_active_calls.csv", False),
        ("dallas/are8-xahz.csv", "are8-xahz.csv", True),  # the same rows stand in sample2.csv
        ("dallas/sample2.csv", "sample2.csv", False),
    ):
        rows = read_csv(REAL / "dallas_active_calls" / origin)
        counts = settle(rows, lambda r: f"{r['incident_number']} {r['unit_number']}")
        receipt = checked.receipts[extract]
        assert (receipt["read"], receipt["duplicate"], receipt["quarantined"]) == (len(rows), counts.duplicate, 0)
        assert receipt["accepted"] == (0 if superseded else len(counts.kept))


def test_all_receipts_add_up_and_nothing_is_quarantined(checked: Checked) -> None:
    for receipt in checked.receipts.values():
        parts = (receipt[p] for p in ("accepted", "quarantined", "duplicate", "superseded"))
        assert receipt["read"] == sum(parts)
    assert not [v for v in checked.violations if v["severity"] == "error"]


def test_what_is_no_extract_has_a_receipt_that_says_so(checked: Checked) -> None:
    assert checked.code == Exit.ATTENTION
    problems = {name: r["problem"] for name, r in checked.receipts.items() if r["problem"]}
    assert set(problems) == {"baltimore/CFS_2021.json", "elsewhere/suicide_data1.csv", "toronto/analysis_data.csv"}
    assert "nested JSON is no table" in problems["baltimore/CFS_2021.json"]
    assert "No mapping matches" in problems["elsewhere/suicide_data1.csv"]
    assert '"Time" (mapped to `incident`, `received_at`)' in problems["toronto/analysis_data.csv"]
    for name in problems:
        assert checked.receipts[name]["read"] == 0
        assert checked.receipts[name]["rules"] == {}


def test_a_column_without_a_heading_cannot_be_mapped(tmp_path: Any) -> None:
    files, mappings = AGENCIES["detroit"]
    unnamed = mappings.replace('["call_timestamp", "category"]', '""')
    done = run("check", "--program", str(write_program(tmp_path / "p", {"detroit": (files, unnamed)}, {})))
    assert done.returncode == Exit.USAGE
    assert "agencies/detroit.toml" in done.stderr
    assert "incident" in done.stderr


def test_a_table_without_any_date_cannot_be_calls(tmp_path: Any) -> None:
    """The persons-in-crisis table has no date; a mapping that asks for one is told which heading no file has."""
    files = {"toronto/analysis_data.csv": "toronto_pic/analysis_data.csv"}
    mapping = """
[[extract]]
table = "calls"
files = "toronto/*"
[extract.columns]
incident = "objectid"
received_at = "event_date"
nature = "event_type"
"""
    done = run("check", "--program", str(write_program(tmp_path / "p", {"toronto": (files, mapping)}, {})))
    assert done.returncode == Exit.USAGE
    assert '"event_date"' in done.stderr
    assert "agencies/toronto.toml, extract 1, columns.received_at" in done.stderr
