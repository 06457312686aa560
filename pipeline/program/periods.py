"""Periods: how users spell them, and which others stand beside one in a report (spec 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from pipeline.errors import UserError
from pipeline.program.period import (
    DAY,
    TO_DATE,
    Period,
    add_months,
    day_range,
    fiscal_year,
    fiscal_year_of,
    fiscal_year_to_date,
    long_date,
    month,
    month_before,
    month_end,
    month_of,
    quarter,
    quarter_of,
    same_month_year_before,
    to_date,
    year,
)

__all__ = [
    "TO_DATE",
    "Period",
    "check_period",
    "day_range",
    "edition_periods",
    "fiscal_year",
    "fiscal_year_of",
    "fiscal_year_to_date",
    "last_complete_month",
    "long_date",
    "month",
    "month_before",
    "month_of",
    "month_pieces",
    "months",
    "parse_period",
    "period_before",
    "quarter",
    "quarter_of",
    "same_month_year_before",
    "to_date",
    "year",
    "year_before",
]

EXAMPLES = "Write 2023-11, 2023-Q4, FY2024, 2023, 2022-07-01..2023-11-30 or to-date."
_FIRST_YEAR, _LAST_YEAR = 1900, 2199

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER = re.compile(r"([0-9]{4})-[Qq]([0-9])")
_FISCAL = re.compile(r"[Ff][Yy]([0-9]{4})")
_YEAR = re.compile(r"[0-9]{4}")
_RANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")


def parse_period(text: str, fiscal_year_starts: int, began: date, last_complete: date | None) -> Period:
    """The period that `text` spells; case does not count. UserError (exit 2) with examples for anything else.

    `last_complete` is the last day of the latest complete month in the data (None: no data); only `to-date` needs it.
    """
    text = text.strip()
    if text.lower() == TO_DATE:
        return _to_last_complete(began, last_complete)
    if found := _MONTH.fullmatch(text):
        return month(_year(found[1], text), _month_number(found[2], text))
    if found := _QUARTER.fullmatch(text):
        if not 1 <= int(found[2]) <= 4:
            raise UserError(f"`{text}` is no period: a year has the quarters Q1 to Q4", hint=EXAMPLES)
        return quarter(_year(found[1], text), int(found[2]))
    if found := _FISCAL.fullmatch(text):
        return fiscal_year(_year(found[1], text), fiscal_year_starts)
    if _YEAR.fullmatch(text):
        return year(_year(text, text))
    if found := _RANGE.fullmatch(text):
        return _range(_day(found[1], text), _day(found[2], text), text)
    raise UserError(f"`{text}` is no period", hint=EXAMPLES)


def check_period(text: str | None, fiscal_year_starts: int, began: date) -> None:
    """UserError when `text` spells no period. Asked before data is read; whether `to-date` has any shows later."""
    if text is not None and text.strip().lower() != TO_DATE:
        parse_period(text, fiscal_year_starts, began, None)


def _to_last_complete(began: date, last_complete: date | None) -> Period:
    if last_complete is None:
        raise UserError("there is no data yet, so nothing is known to date", hint="Put extracts into raw/ first.")
    found = to_date(last_complete, began)
    if found is None:
        what = (
            f"no month since the program began ({began}) is complete in the data: the last one ends on {last_complete}"
        )
        raise UserError(what, hint="Name the period, or check `began` in program.toml.")
    return found


def _year(digits: str, text: str) -> int:
    if not _FIRST_YEAR <= int(digits) <= _LAST_YEAR:
        raise UserError(
            f"`{text}` is no period: the year must lie between {_FIRST_YEAR} and {_LAST_YEAR}", hint=EXAMPLES
        )
    return int(digits)


def _month_number(digits: str, text: str) -> int:
    if not 1 <= int(digits) <= 12:
        raise UserError(f"`{text}` is no period: there is no month {digits}", hint=EXAMPLES)
    return int(digits)


def _day(digits: str, text: str) -> date:
    _year(digits[:4], text)
    try:
        return date.fromisoformat(digits)
    except ValueError:
        raise UserError(f"`{text}` is no period: there is no day {digits}", hint=EXAMPLES) from None


def _range(start: date, end: date, text: str) -> Period:
    if end < start:
        raise UserError(f"`{text}` ends before it begins", hint=f"Did you mean {end}..{start}?")
    return day_range(start, end)


def period_before(period: Period) -> Period | None:
    """The period of the same kind and length just before; of a fiscal year so far the one before, as far; else None."""
    if period.kind == "to_date":
        return None
    if period.kind == "range":
        return _range_before(period)
    if period.kind in ("year", "fiscal_year"):
        return year_before(period)
    last = period.start - DAY
    return month_of(last) if period.kind == "month" else quarter_of(last)


def _range_before(period: Period) -> Period:
    """As many whole months before a range of whole months; else as many days."""
    last = period.start - DAY
    if period.whole_months:
        return day_range(add_months(period.start, -len(months(period))), last)
    return day_range(period.start - (period.end - last), last)


def year_before(period: Period) -> Period | None:
    """The same days a year before; None for to date. A month's last day stays a last day, February 29 becomes 28."""
    if period.kind == "to_date":
        return None
    start, end = add_months(period.start, -12), add_months(period.end, -12)
    if (period.end + DAY).day == 1:
        end = month_end(end)
    if period.kind == "month":
        return month_of(start)
    if period.kind == "quarter":
        return quarter_of(start)
    if period.kind == "year":
        return year(start.year)
    if period.kind == "fiscal_year":
        whole_end = month_end(add_months(period.whole_end, -12))
        return Period(start, end, f"FY{int(period.label[2:]) - 1}", "fiscal_year", whole_end)
    return day_range(start, end)


def edition_periods(period: Period, fiscal_year_starts: int, began: date) -> tuple[Period, ...]:
    """The period, the one before, the same a year before, fiscal year to date, program to date; each once.

    Program to date ends with the period; it is left out when the program began later.
    """
    found = (
        period,
        period_before(period),
        year_before(period),
        fiscal_year_to_date(period.end, fiscal_year_starts),
        to_date(period.end, began),
    )
    return tuple(dict.fromkeys(p for p in found if p is not None))


def months(period: Period) -> tuple[Period, ...]:
    """The calendar months that lie wholly inside, oldest first."""
    return tuple(m for m in _touched(period) if m.start >= period.start and m.end <= period.end)


def month_pieces(period: Period) -> tuple[Period, ...]:
    """The period cut at the ends of months: months, and ranges of days where it holds a part of one only."""
    return tuple(
        m
        if m.start >= period.start and m.end <= period.end
        else day_range(max(m.start, period.start), min(m.end, period.end))
        for m in _touched(period)
    )


def _touched(period: Period) -> Iterator[Period]:
    found = month_of(period.start)
    while found.start <= period.end:
        yield found
        found = month_of(found.end + DAY)


def last_complete_month(newest: date) -> date:
    """The last day of the latest month that is over on `newest`, the day of the newest row."""
    end = month_end(newest)
    return end if end == newest else newest.replace(day=1) - DAY
