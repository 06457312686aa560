"""The demo's rows add up to the program's published figures: recounted from the raw files without the pipeline."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from pipeline.sample.demo import Sample
from tests.sample import recount
from tests.sample.recount import CARE, Row


@pytest.fixture(scope="module")
def rows(demo: Path) -> list[Row]:
    found = recount.encounters(demo / "raw")
    assert all(date(2022, 7, 1) <= r.start.date() <= date(2023, 11, 30) for r in found)
    return found


def people(rows: list[Row]) -> int:
    """Distinct people; who has no name counts alone."""
    return len({r.person for r in rows if r.person}) + sum(r.person is None for r in rows)


def test_calls_responded(rows: list[Row]) -> None:
    calls = [r for r in rows if r.call]
    assert len({(r.agency, r.incident) for r in calls if r.incident}) + sum(not r.incident for r in calls) == 2_486


def test_people(rows: list[Row], demo: Path) -> None:
    assert people(rows) == 1_731
    assert people([r for r in rows if r.likely and r.arrested is False]) == 367
    assert people([r for r in rows if r.place in CARE]) == 157
    west = recount.referred_in_files(demo / "raw")
    referred = [r for r in rows if r.referrals or str(r.key[0]) in west]
    assert people(referred) == 572
    assert sum(len(r.referrals) or len(west[str(r.key[0])]) for r in referred) == 742


def test_likely_arrests(rows: list[Row]) -> None:
    likely = [r for r in rows if r.likely and r.arrested is not None]
    assert (sum(not r.arrested for r in likely), len(likely)) == (479, 490)


def test_stable_at_the_last_known_follow_up(rows: list[Row]) -> None:
    last: dict[str, Row] = {}
    for row in sorted(rows, key=lambda r: r.start):
        if row.stable is not None:
            assert row.person and row.calm is not None
            last[row.person] = row
    stable = sum(bool(r.calm and r.stable) for r in last.values())
    assert (stable, len(last)) == (1_003, 1_254)
    assert round(100 * stable / len(last)) == 80


def test_nobody_is_met_twice_in_the_same_minute(rows: list[Row]) -> None:
    met = [(r.person, r.start) for r in rows if r.person]
    assert len(met) == len(set(met))  # else the last encounter would be a matter of chance


def test_time_with_people(demo: Path) -> None:
    direct, total = recount.minutes(demo / "raw")
    assert (direct, total) == (592_920, 705_840)
    assert round(100 * direct / total) == 84


def test_trained(demo: Path) -> None:
    courses = [
        row for s in ("CIT", "Other courses") for row in recount.sheet_rows(demo / "raw/program/trainings.xlsx", s)
    ]
    held = [(row["Held on"], row["Completed"]) for row in courses if isinstance(row["Completed"], int)]
    assert sum(int(str(n)) for _, n in held) == 371
    assert all(isinstance(day, datetime) and day <= datetime(2023, 7, 31) for day, _ in held)


def test_likely_arrests_that_happened_stay_small_until_the_last_months(rows: list[Row]) -> None:
    """Public rate to date: exact only with 11 on both sides, and no smaller part may be known to be above ten."""
    happened = [r for r in rows if r.likely and r.arrested]
    assert len(happened) == 11

    def most(*parts: object) -> int:
        return max(parts.count(p) for p in parts)

    assert most(*[(r.start.year, r.start.month) for r in happened]) <= 10
    assert most(*[(r.start.year, (r.start.month - 1) // 3) for r in happened]) <= 10
    assert most(*[r.start.year + (r.start.month >= 7) for r in happened]) <= 10
    assert most(*[r.agency for r in happened]) <= 10
    assert max(r.start for r in happened) >= datetime(2023, 10, 1)
    assert sum(r.start < datetime(2023, 10, 1) for r in happened) <= 10


def test_what_makes_the_demo_look_like_life(drawn: Sample, rows: list[Row]) -> None:
    by_agency = {a: sum(r.agency == a and r.call for r in rows) / sum(r.call for r in rows) for a in recount.LOGS}
    expected = {"west-des-moines": 0.40, "urbandale": 0.26, "waukee": 0.20, "clive": 0.14}
    assert all(abs(by_agency[a] - share) < 0.03 for a, share in expected.items())
    both = {r.person for r in rows if r.agency == "urbandale"} & {r.person for r in rows if r.agency == "waukee"} - {
        None
    }
    assert both  # people whom two agencies met
    weekend = [r for r in rows if r.call and r.start.weekday() >= 5]
    assert 0.18 < len(weekend) / sum(r.call for r in rows) < 0.28  # two days of seven would be 0.29
    ways = {c.log for c in drawn.plan.calls}
    assert ways == {"linked", "mistyped", "no_number", "not_in_cad", "not_logged"}
