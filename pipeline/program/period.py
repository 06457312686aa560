"""A period of days and the ways to make one: month, quarter, year, fiscal year, range, to date (spec 3)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

PeriodKind = Literal["month", "quarter", "fiscal_year", "year", "range", "to_date"]

TO_DATE = "to-date"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` to `end`, both inclusive. `label` is the spelling in the figures table.

    A fiscal year to date has the label and the kind of its fiscal year; `end` says how far it goes, `whole_end` where
    the fiscal year ends when it is over.
    """

    start: date
    end: date
    label: str
    kind: PeriodKind
    whole_end: date

    @property
    def since(self) -> datetime:
        """The first moment; rows belong to the period when since <= time < until."""
        return datetime(self.start.year, self.start.month, self.start.day)

    @property
    def until(self) -> datetime:
        """The first moment after the period."""
        after = self.end + DAY
        return datetime(after.year, after.month, after.day)

    @property
    def folder(self) -> str:
        """The spelling in folder names: `2022-07-01_to_2023-11-30`."""
        return self.label.replace("..", "_to_")

    @property
    def closed(self) -> bool:
        """Whether the period goes as far as its label says; false for a fiscal year so far."""
        return self.end == self.whole_end

    @property
    def whole_months(self) -> bool:
        """Whether the period begins with a month and ends with one."""
        return self.start.day == 1 and (self.end + DAY).day == 1

    def __contains__(self, day: object) -> bool:
        day = day.date() if isinstance(day, datetime) else day
        return isinstance(day, date) and self.start <= day <= self.end

    @property
    def words(self) -> str:
        """The period as a person says it: `November 2023`, `fiscal year 2024 to date (through November 2023)`."""
        if self.kind == "month":
            return f"{month_name(self.start)} {self.start.year}"
        if self.kind == "quarter":
            return f"{month_name(self.start)} to {month_name(self.end)} {self.end.year}"
        if self.kind == "fiscal_year":
            year = f"fiscal year {self.label[2:]}"
            return year if self.closed else f"{year} to date ({self.through})"
        if self.kind == "to_date":
            return f"program to date ({self.through})"
        return self.label if self.kind == "year" else f"{long_date(self.start)} to {long_date(self.end)}"

    @property
    def through(self) -> str:
        """`through November 2023`; with the day when the period ends inside a month."""
        if (self.end + DAY).day == 1:
            return f"through {month_name(self.end)} {self.end.year}"
        return f"through {long_date(self.end)}"


def long_date(day: date) -> str:
    """`July 1, 2022`, whatever the language of the machine."""
    return f"{month_name(day)} {day.day}, {day.year}"


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def month_name(day: date) -> str:
    """`July`, whatever the language of the machine."""
    return _MONTHS[day.month - 1]


def month(year_number: int, month_number: int) -> Period:
    """A calendar month."""
    start = date(year_number, month_number, 1)
    end = month_end(start)
    return Period(start, end, f"{start:%Y-%m}", "month", end)


def quarter(year_number: int, number: int) -> Period:
    """A calendar quarter, 1 to 4."""
    start = date(year_number, 3 * number - 2, 1)
    end = month_end(add_months(start, 2))
    return Period(start, end, f"{year_number}-Q{number}", "quarter", end)


def year(number: int) -> Period:
    """A calendar year."""
    end = date(number, 12, 31)
    return Period(date(number, 1, 1), end, str(number), "year", end)


def fiscal_year(number: int, starts: int) -> Period:
    """The fiscal year named by the year it ends; `starts` is its first month. January: the calendar year."""
    start = date(number if starts == 1 else number - 1, starts, 1)
    end = month_end(add_months(start, 11))
    return Period(start, end, f"FY{number}", "fiscal_year", end)


def day_range(start: date, end: date) -> Period:
    """Any days, both ends inclusive."""
    return Period(start, end, f"{start}..{end}", "range", end)


def month_of(day: date) -> Period:
    """The month that holds a day."""
    return month(day.year, day.month)


def quarter_of(day: date) -> Period:
    """The calendar quarter that holds a day."""
    return quarter(day.year, (day.month + 2) // 3)


def fiscal_year_of(day: date, starts: int) -> Period:
    """The fiscal year that holds a day."""
    return fiscal_year(day.year + (1 if starts > 1 and day.month >= starts else 0), starts)


def fiscal_year_to_date(end: date, starts: int) -> Period:
    """The fiscal year that holds `end`, so far; at its last day the fiscal year itself."""
    whole = fiscal_year_of(end, starts)
    return Period(whole.start, end, whole.label, "fiscal_year", whole.end)


def to_date(end: date, began: date) -> Period | None:
    """From the program's beginning to `end`; None when it had not begun."""
    return Period(began, end, TO_DATE, "to_date", end) if began <= end else None


def month_before(day: date) -> Period:
    """The month before the one that holds a day."""
    return month_of(day.replace(day=1) - DAY)


def same_month_year_before(day: date) -> Period:
    """The same month a year before the one that holds a day."""
    return month(day.year - 1, day.month)


def month_end(day: date) -> date:
    """The last day of the month that holds a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, count: int) -> date:
    """The same day of the month `count` months on; a day that month lacks becomes its last."""
    index = day.year * 12 + day.month - 1 + count
    number, position = divmod(index, 12)
    return date(number, position + 1, min(day.day, calendar.monthrange(number, position + 1)[1]))
