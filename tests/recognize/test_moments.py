"""Dates and times as people and systems write them."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.receive.read import DATE_MARK
from pipeline.recognize import moments
from pipeline.recognize.moments import EXCEL, ISO, read_moments

FORMATS = [
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%y %H:%M",
    "%m-%d-%Y",
    "%Y/%m/%d %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M%p",
    "%d-%b-%Y %H:%M",
    "%d-%b-%y",
    "%B %d, %Y",
    "%b %d, %Y %I:%M %p",
    "%a %d %b %Y",
    "%Y%m%d",
    "%Y%m%d%H%M%S",
    "%H:%M:%S",
    "%I:%M %p",
]


@pytest.mark.parametrize("form", FORMATS)
def test_the_format_found_reads_what_it_was_written_with(form: str) -> None:
    """DuckDB, which reads the extract later, is the judge."""
    written = [datetime(2023, month, day, hour, 5, 9) for month, day, hour in ((1, 25, 0), (5, 3, 13), (12, 31, 23))]
    cells = [w.strftime(form) for w in written]
    found = read_moments(cells)
    assert found is not None
    assert found.share == 1
    with duckdb.connect() as con:
        listed = [f for f, _ in found.formats]
        for cell in cells:
            row = con.execute("SELECT try_strptime($1, $2), try_strptime($1, [$3])", [cell, listed, form]).fetchone()
            assert row is not None
            assert row[0] == row[1] is not None


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2035, 1, 1)), st.sampled_from(FORMATS[:6]))
def test_the_value_read_is_the_value_written(when: datetime, form: str) -> None:
    cell = when.strftime(form)
    found = read_moments([cell])
    assert found is not None
    read = found.values[0]
    assert read in (datetime.strptime(cell, form), None) or when.day <= 12


def test_day_or_month_first_is_decided_by_days_after_the_twelfth() -> None:
    day = read_moments(["25/01/2022", "03/02/2022", "13/11/2022"])
    month = read_moments(["01/25/2022", "03/02/2022"])
    neither = read_moments(["01/02/2022", "03/04/2022"])
    assert day is not None
    assert month is not None
    assert neither is not None
    assert (day.order, day.decided, day.formats[0][0]) == ("day", 2, "%d/%m/%Y")
    assert day.values[1] == datetime(2022, 2, 3)
    assert (month.order, month.formats[0][0]) == ("month", "%m/%d/%Y")
    assert neither.order == "undecided"


def test_iso_and_excel_dates_need_no_format() -> None:
    assert moments.DATE_MARK == DATE_MARK
    iso = read_moments(["2022-01-05T10:00:00-05:00", "2022-01-06 11:00:00"])
    excel = read_moments([f"{DATE_MARK}2022-01-05T10:00:00", f"{DATE_MARK}2022-01-06T00:00:00"])
    assert iso is not None
    assert excel is not None
    assert iso.formats[0][0] == ISO
    assert excel.formats[0][0] == EXCEL


def test_a_midnight_that_always_stands_there_is_no_time_of_day() -> None:
    found = read_moments([f"2022-01-{d:02}T00:00:00.000" for d in range(1, 9)])
    assert found is not None
    assert found.has_date
    assert not found.has_clock


@pytest.mark.parametrize("cell", ["Main St", "22BU000002", "13/32/2022", "25:99", "202200000005", "W30", ""])
def test_what_is_no_date(cell: str) -> None:
    assert read_moments([cell]) is None
