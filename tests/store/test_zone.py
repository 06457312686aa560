"""Minutes over nights when the clocks change, in America/Chicago: 2024-03-10 02:00 → 03:00, 2023-11-05 02:00 → 01:00."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.store.zone import Change, changes, elapsed_macro

CHICAGO = ZoneInfo("America/Chicago")


def minutes(since: str, until: str, zone: str = "America/Chicago") -> float | None:
    with duckdb.connect() as con:
        con.execute(elapsed_macro(changes(zone, 2020, 2030)))
        (found,) = con.execute(f"SELECT elapsed_minutes(TIMESTAMP '{since}', TIMESTAMP '{until}')").fetchall()[0]
    return found


def test_changes_of_a_year() -> None:
    assert changes("America/Chicago", 2024, 2024) == (
        Change(datetime(2024, 3, 10, 2), datetime(2024, 3, 10, 3), 60),
        Change(datetime(2024, 11, 3, 1), datetime(2024, 11, 3, 2), -60),
    )


def test_a_zone_that_never_changes_has_none() -> None:
    assert changes("America/Phoenix", 2000, 2030) == ()


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2024-01-05 10:00:00", "2024-01-05 10:08:30", 8.5),
        ("2024-01-05 10:08:00", "2024-01-05 10:00:00", None),  # out of order is unknown, never negative
        ("2024-01-05 10:00:00", "2024-01-05 10:00:00", 0),
        ("2024-03-10 01:50:00", "2024-03-10 03:10:00", 20),  # spring: 80 on the wall, 20 in truth
        ("2024-03-09 23:00:00", "2024-03-10 03:00:00", 180),
        ("2024-03-10 01:00:00", "2024-03-10 01:30:00", 30),
        ("2024-03-10 03:30:00", "2024-03-10 04:00:00", 30),
        ("2023-11-05 00:30:00", "2023-11-05 02:30:00", 180),  # autumn: 120 on the wall, 180 in truth
        ("2023-11-04 20:00:00", "2023-11-05 06:00:00", 660),
        ("2023-11-05 00:50:00", "2023-11-05 01:10:00", 20),  # 01:10 happens twice: the nearer one
        ("2023-11-05 01:10:00", "2023-11-05 01:40:00", 30),
        ("2023-11-05 01:50:00", "2023-11-05 02:10:00", 20),
        ("2023-11-05 03:00:00", "2023-11-05 03:20:00", 20),
        ("2024-03-01 12:00:00", "2024-11-30 12:00:00", 274 * 1440),  # both changes of a year cancel out
    ],
)
def test_elapsed_worked_by_hand(since: str, until: str, expected: float | None) -> None:
    assert minutes(since, until) == expected


def test_a_zone_without_changes_counts_plainly() -> None:
    assert minutes("2024-03-10 01:50:00", "2024-03-10 03:10:00", "America/Phoenix") == 80


def test_null_stays_null() -> None:
    with duckdb.connect() as con:
        con.execute(elapsed_macro(changes("America/Chicago", 2024, 2024)))
        nothing, day = "NULL::TIMESTAMP", "TIMESTAMP '2024-01-01'"
        sql = f"SELECT elapsed_minutes({nothing}, {day}), elapsed_minutes({day}, {nothing})"
        assert con.execute(sql).fetchall() == [(None, None)]


ANY_TIME = st.datetimes(datetime(2020, 1, 1), datetime(2030, 12, 30)).map(lambda d: d.replace(microsecond=0))
NEAR_A_CHANGE = st.builds(
    lambda change, hours, seconds: change.first + timedelta(hours=hours + 6, seconds=seconds),
    st.sampled_from(changes("America/Chicago", 2021, 2029)),
    st.integers(-30, 6),
    st.integers(0, 3599),
)
INSTANTS = ANY_TIME | NEAR_A_CHANGE


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(INSTANTS, st.integers(0, 3 * 86400)), min_size=10, max_size=80))
def test_agrees_with_python_wherever_the_wall_clock_is_clear(pairs: list[tuple[datetime, int]]) -> None:
    """Instants in UTC, shown on the wall, must come back as the true difference, unless a wall time happens twice."""
    drawn = []
    for start, seconds in pairs:
        ends = [(start + timedelta(seconds=s)).replace(tzinfo=UTC).astimezone(CHICAGO) for s in (0, seconds)]
        if all(e.utcoffset() == e.replace(fold=1 - e.fold).utcoffset() for e in ends):
            drawn.append((ends[0].replace(tzinfo=None), ends[1].replace(tzinfo=None), seconds / 60))
    values = ", ".join(f"(TIMESTAMP '{since}', TIMESTAMP '{until}')" for since, until, _ in drawn)
    if not drawn:
        return
    with duckdb.connect() as con:
        con.execute(elapsed_macro(changes("America/Chicago", 2019, 2031)))
        found = con.execute(f"SELECT elapsed_minutes(a, b) FROM (VALUES {values}) t (a, b)").fetchall()
    assert [minutes for (minutes,) in found] == pytest.approx([expected for _, _, expected in drawn], abs=1e-9)
