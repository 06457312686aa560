"""When encounters begin: by weekday and by time of day, as real tables shaded by their numbers."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.publish import numbers, wording
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Cell, Head, Row, Table
from pipeline.publish.wording import Span

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BANDS = ("Midnight\n–3 am", "3–6 am", "6–9 am", "9 am\n–noon", "Noon\n–3 pm", "3–6 pm", "6–9 pm", "9 pm–\nmidnight")
HOURS_IN_BAND = 3
#: Shares of the largest number from which a cell takes the next darker shade.
SHADES = (0.2, 0.45, 0.7, 0.9)
DAYTIME = range(8, 20)


@dataclass(frozen=True, slots=True)
class When:
    """The section about weekdays and hours."""

    tables: tuple[Table, ...]
    sentence: str


def when(context: Context) -> When | None:
    """Prepare the section; None when encounters were not broken down by hour or weekday."""
    tables = []
    for group, heads in (("weekday", tuple(d.capitalize() for d in WEEKDAYS)), ("hour", BANDS)):
        rows = [(s, counts) for s in _two(context) if (counts := _counts(context, group, s))]
        if rows:
            tables.append(_table(group, heads, rows))
    return When(tuple(tables), _daytime(context)) if tables else None


def _two(context: Context) -> tuple[Span, ...]:
    return tuple({s.text: s for s in (context.period, context.widest)}.values())


def _hours(context: Context, span: Span) -> list[int]:
    figures = [context.figure("encounters", span, "all", "hour", f"{hour:02d}") for hour in range(24)]
    return [int(f.value) if f is not None and f.value is not None else 0 for f in figures]


def _counts(context: Context, group: str, span: Span) -> list[int]:
    """Encounters by weekday or by band of hours; empty when there is none."""
    if group == "hour":
        hours = _hours(context, span)
        counts = [sum(hours[i : i + HOURS_IN_BAND]) for i in range(0, 24, HOURS_IN_BAND)]
    else:
        figures = [context.figure("encounters", span, "all", "weekday", day) for day in WEEKDAYS]
        counts = [int(f.value) if f is not None and f.value is not None else 0 for f in figures]
    return counts if any(counts) else []


def _table(group: str, heads: tuple[str, ...], rows: list[tuple[Span, list[int]]]) -> Table:
    made = []
    for span, counts in rows:
        cells = tuple(Cell(f"{n:,}", css=_shade(n, max(counts))) for n in counts)
        made.append(Row(span.short, (*cells, Cell(f"{sum(counts):,}", css="r"))))
    caption = "Encounters by weekday" if group == "weekday" else "Encounters by time of day"
    columns = (Head("Period", width=84.0), *(Head(h) for h in heads), Head("All", width=44.0))
    return Table(caption, columns, tuple(made), "the darker, the more in its row", "heat")


def _shade(n: int, most: int) -> str:
    return f"h{sum(n >= limit * most for limit in SHADES)}"


def _daytime(context: Context) -> str:
    hours = _hours(context, context.widest)
    if not sum(hours):
        return ""
    share = numbers.percent(numbers.exact(sum(hours[h] for h in DAYTIME)) / sum(hours))
    every = wording.counted(sum(hours), "encounters")
    duty = "Hours in which no team was on duty have none."
    return f"{share} of {every} began between 8 am and 8 pm ({context.widest.inside}). {duty}"
