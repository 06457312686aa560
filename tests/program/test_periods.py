"""Periods: every form of the specification, what is refused, and laws that hold for every day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UserError
from pipeline.program.periods import (
    Period,
    edition_periods,
    fiscal_year_of,
    fiscal_year_to_date,
    last_complete_month,
    month_before,
    month_of,
    month_pieces,
    months,
    parse_period,
    period_before,
    quarter_of,
    same_month_year_before,
    to_date,
    year_before,
)

BEGAN = date(2022, 7, 1)
LAST = date(2023, 11, 30)
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
STARTS = st.integers(1, 12)


def parse(text: str, starts: int = 7) -> Period:
    return parse_period(text, starts, BEGAN, LAST)


@pytest.mark.parametrize(
    ("text", "starts", "start", "end", "words"),
    [
        ("2023-11", 7, date(2023, 11, 1), date(2023, 11, 30), "November 2023"),
        ("2024-02", 7, date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("2023-Q4", 7, date(2023, 10, 1), date(2023, 12, 31), "October to December 2023"),
        ("FY2024", 7, date(2023, 7, 1), date(2024, 6, 30), "fiscal year 2024"),
        ("FY2024", 1, date(2024, 1, 1), date(2024, 12, 31), "fiscal year 2024"),
        ("FY2024", 10, date(2023, 10, 1), date(2024, 9, 30), "fiscal year 2024"),
        ("FY2024", 3, date(2023, 3, 1), date(2024, 2, 29), "fiscal year 2024"),
        ("2023", 7, date(2023, 1, 1), date(2023, 12, 31), "2023"),
        ("2022-07-01..2023-11-30", 7, BEGAN, LAST, "July 1, 2022 to November 30, 2023"),
        ("2023-05-05..2023-05-05", 7, date(2023, 5, 5), date(2023, 5, 5), "May 5, 2023 to May 5, 2023"),
        ("to-date", 7, BEGAN, LAST, "program to date (through November 2023)"),
    ],
)
def test_forms(text: str, starts: int, start: date, end: date, words: str) -> None:
    period = parse(text, starts)
    assert (period.label, period.start, period.end, period.words) == (text, start, end, words)
    assert period.closed


def test_case_and_outer_spaces_do_not_count() -> None:
    assert parse(" fy2024 ").label == "FY2024"
    assert parse("2023-q4").label == "2023-Q4"
    assert parse("To-Date").label == "to-date"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "november",
        "2023-13",
        "2023-00",
        "2023-1",
        "23-11",
        "2023-Q0",
        "2023-Q5",
        "Q4-2023",
        "FY24",
        "FY 2024",
        "2023/11",
        "2023-11-05",
        "2023-02-30..2023-03-01",
        "2023-01-01..2023-02-29",
        "2023-12-01..2023-11-30",
        "2023-01..2023-02",
        "2022-07-01...2023-11-30",
        "0000",
        "0001-01",
        "9999-12",
        "FY9999",
        "٢٠٢٣",
        "2023-11\n2023",
        "../../etc",
    ],
)
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(text)
    assert caught.value.code == 2
    assert "2023-" in caught.value.hint
    assert text.strip() in str(caught.value)


def test_to_date_needs_data_after_the_beginning() -> None:
    with pytest.raises(UserError, match="no data"):
        parse_period("to-date", 7, BEGAN, None)
    with pytest.raises(UserError, match=r"no month since the program began \(2022-07-01\)"):
        parse_period("to-date", 7, BEGAN, date(2022, 6, 30))


def test_moments_are_half_open() -> None:
    period = parse("2023-11")
    assert (period.since, period.until) == (datetime(2023, 11, 1), datetime(2023, 12, 1))
    assert date(2023, 11, 30) in period
    assert datetime(2023, 11, 30, 23, 59, 59) in period
    assert date(2023, 12, 1) not in period


def test_folders_have_no_dots() -> None:
    assert parse("2022-07-01..2023-11-30").folder == "2022-07-01_to_2023-11-30"
    assert parse("to-date").folder == "to-date"


def labels(period: Period, starts: int = 7, began: date = BEGAN) -> list[tuple[str, date, date]]:
    return [(p.label, p.start, p.end) for p in edition_periods(period, starts, began)]


def test_the_periods_of_a_monthly_edition() -> None:
    assert labels(parse("2023-11")) == [
        ("2023-11", date(2023, 11, 1), date(2023, 11, 30)),
        ("2023-10", date(2023, 10, 1), date(2023, 10, 31)),
        ("2022-11", date(2022, 11, 1), date(2022, 11, 30)),
        ("FY2024", date(2023, 7, 1), date(2023, 11, 30)),
        ("to-date", date(2022, 7, 1), date(2023, 11, 30)),
    ]


def test_the_periods_of_a_quarter() -> None:
    assert [entry[0] for entry in labels(parse("2023-Q1"))] == ["2023-Q1", "2022-Q4", "2022-Q1", "FY2023", "to-date"]


def test_the_periods_of_a_fiscal_year_stand_once_each() -> None:
    assert labels(parse("FY2024")) == [
        ("FY2024", date(2023, 7, 1), date(2024, 6, 30)),
        ("FY2023", date(2022, 7, 1), date(2023, 6, 30)),
        ("to-date", date(2022, 7, 1), date(2024, 6, 30)),
    ]


def test_the_periods_of_a_range() -> None:
    assert [entry[0] for entry in labels(parse("2023-01-01..2023-02-28"))] == [
        "2023-01-01..2023-02-28",
        "2022-11-01..2022-12-31",
        "2022-01-01..2022-02-28",
        "FY2023",
        "to-date",
    ]
    assert labels(parse("2024-02-10..2024-02-29"))[1:3] == [
        ("2024-01-21..2024-02-09", date(2024, 1, 21), date(2024, 2, 9)),
        ("2023-02-10..2023-02-28", date(2023, 2, 10), date(2023, 2, 28)),
    ]


def test_the_periods_to_date() -> None:
    assert [entry[0] for entry in labels(parse("to-date"))] == ["to-date", "FY2024"]


def test_before_the_program_began_there_is_no_to_date() -> None:
    assert "to-date" not in [entry[0] for entry in labels(parse("2022-06"))]


def test_a_fiscal_year_so_far_says_how_far() -> None:
    period = fiscal_year_to_date(date(2023, 11, 30), 7)
    assert period.words == "fiscal year 2024 to date (through November 2023)"
    assert not period.closed
    assert fiscal_year_to_date(date(2023, 11, 12), 7).through == "through November 12, 2023"
    before = year_before(period)
    assert before is not None
    assert (before.label, before.start, before.end, before.closed) == (
        "FY2023",
        date(2022, 7, 1),
        date(2022, 11, 30),
        False,
    )


def test_months_and_pieces_of_a_range() -> None:
    period = parse("2023-01-15..2023-03-10")
    assert [m.label for m in months(period)] == ["2023-02"]
    assert [m.label for m in month_pieces(period)] == ["2023-01-15..2023-01-31", "2023-02", "2023-03-01..2023-03-10"]


def test_the_last_complete_month() -> None:
    assert last_complete_month(date(2023, 11, 30)) == date(2023, 11, 30)
    assert last_complete_month(date(2023, 11, 29)) == date(2023, 10, 31)
    assert last_complete_month(date(2024, 1, 1)) == date(2023, 12, 31)


@given(DAYS, STARTS)
def test_every_day_belongs_to_one_month_quarter_and_fiscal_year(day: date, starts: int) -> None:
    for make in (month_of, quarter_of, lambda d: fiscal_year_of(d, starts)):
        period = make(day)
        assert day in period
        assert make(period.start) == period == make(period.end)
        after, before = make(period.end + timedelta(1)), make(period.start - timedelta(1))
        assert after.start == period.end + timedelta(1)
        assert before.end == period.start - timedelta(1)
        assert day not in after
        assert day not in before


@given(DAYS, STARTS)
def test_labels_lead_back_to_their_period(day: date, starts: int) -> None:
    for period in (month_of(day), quarter_of(day), fiscal_year_of(day, starts)):
        assert parse_period(period.label, starts, BEGAN, None) == period


@given(DAYS, STARTS)
def test_fiscal_year_to_date_lies_inside_its_fiscal_year(day: date, starts: int) -> None:
    so_far, whole = fiscal_year_to_date(day, starts), fiscal_year_of(day, starts)
    assert (so_far.label, so_far.start) == (whole.label, whole.start)
    assert so_far.end == day <= whole.end == so_far.whole_end
    assert so_far.closed == (so_far == whole)
    assert whole.label == f"FY{whole.end.year}"
    assert len(months(whole)) == 12


@given(DAYS)
def test_month_before_and_a_year_before(day: date) -> None:
    period = month_of(day)
    assert month_before(day).end + timedelta(1) == period.start
    assert month_before(day) == period_before(period)
    earlier = same_month_year_before(day)
    assert (earlier.start.year + 1, earlier.start.month) == (day.year, day.month)
    assert earlier == year_before(period)


@given(DAYS, st.integers(0, 1000), STARTS)
def test_laws_of_any_range(start: date, length: int, starts: int) -> None:
    end = start + timedelta(length)
    period = parse_period(f"{start}..{end}", starts, BEGAN, None)
    pieces = month_pieces(period)
    assert (pieces[0].start, pieces[-1].end) == (start, end)
    assert all(a.end + timedelta(1) == b.start for a, b in pairwise(pieces))
    assert set(months(period)) <= set(pieces)
    before = period_before(period)
    assert before is not None
    assert before.end == start - timedelta(1)
    if not period.whole_months:
        assert before.end - before.start == end - start
    found = edition_periods(period, starts, BEGAN)
    assert found[0] == period
    assert len(set(found)) == len(found)
    assert len({p.label for p in found}) == len(found)
    assert all(p.start <= p.end for p in found)


@given(DAYS, DAYS)
def test_to_date_runs_from_the_beginning(began: date, end: date) -> None:
    period = to_date(end, began)
    assert (period is None) == (end < began)
    if period is not None:
        assert (period.start, period.end, period.label) == (began, end, "to-date")
