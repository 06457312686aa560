"""Cells of a workbook as a person sees them, as text: dates in ISO form behind a mark, numbers without `.0`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from pipeline.receive.read.source import BROKEN_MARK, DATE_MARK

#: Excel keeps 15 digits of a number: a longer incident number has lost its end, and is shown as Excel shows it.
_DIGITS = 15
_HALF = timedelta(milliseconds=500)


def cell_text(value: Any) -> str:
    """The text of one cell that calamine gave; `""` for an empty one."""
    if isinstance(value, str):
        return value.lstrip(DATE_MARK + BROKEN_MARK) if value[:1] in (DATE_MARK, BROKEN_MARK) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    return DATE_MARK + _moment_text(value)


def number_text(value: float) -> str:
    """12345.0 is 12345, 0.1 + 0.2 is 0.3, and what has more than 15 digits is 2.02E+16."""
    if abs(value) >= 10**_DIGITS:
        return f"{value:.2E}"
    if value == (whole := int(value)):
        return str(whole)
    return f"{value:.{_DIGITS}g}".upper()


def _moment_text(value: date | datetime | time | timedelta) -> str:
    if isinstance(value, datetime):
        return to_second(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        rounded = to_second(datetime.combine(date(2000, 1, 1), value))
        return rounded.time().isoformat() if rounded.day == 1 else "23:59:59"
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def to_second(value: datetime) -> datetime:
    """Rounded to the second: Excel stores 10:00:00 as a fraction of a day and often misses it by a millisecond."""
    if value.microsecond == 0:
        return value
    try:
        return (value + _HALF).replace(microsecond=0)
    except OverflowError:  # the last second of the year 9999
        return value.replace(microsecond=0)
