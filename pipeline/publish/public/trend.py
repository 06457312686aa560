"""Public trends: the month beside averages of longer periods, each a public figure or one divided by months.

More may not be drawn: single months of earlier editions are no figures of this one. A chart needs every figure exactly
as planned; when one is withheld or stepped back, the table says what there is.
"""

from __future__ import annotations

from pipeline.measure.figure import Figure
from pipeline.program.model import Metric
from pipeline.program.period import TO_DATE
from pipeline.publish import labels, numbers, wording
from pipeline.publish.charts.canvas import Frame
from pipeline.publish.charts.levels import Dot, Level, level_chart
from pipeline.publish.public.context import PublicContext
from pipeline.publish.report.views import Picture

#: The first of these that can be drawn are.
CANDIDATES = (
    "calls_responded", "stable_rate", "response_time_median", "coverage", "direct_time_share",
    "resolved_in_community_rate",
)  # fmt: skip
MOST = 2
#: Fewer numbers than this are a table, not a chart.
FEWEST = 5


def trends(context: PublicContext) -> tuple[Picture, ...]:
    """At most two charts, for a monthly edition."""
    found = (trend(context, context.metrics[m]) for m in CANDIDATES if m in context.metrics)
    return tuple([p for p in found if p is not None][:MOST])


def trend(context: PublicContext, metric: Metric) -> Picture | None:
    """The chart of one metric, or None when there is too little or anything of it is withheld."""
    figures = planned(context, metric)
    if figures is None:
        return None
    first = min(f.period_start for f in figures)

    def place(figure: Figure) -> int:
        end = figure.period_end
        return (end.year - first.year) * 12 + end.month - first.month

    levels, dots = [], []
    for f in figures:
        span = wording.span_of(f)
        if span.is_month:
            dots.append(Dot(f.period, place(f), f.value or 0.0))
        else:
            length = months_of(f)
            label = "to date" if f.period == TO_DATE else f.period
            levels.append(Level(label, span.days, place(f) - length + 1, place(f), _average(metric, f, length)))
    levels.sort(key=lambda level: level.first - level.last)
    dots.sort(key=lambda dot: dot.place)
    measure = labels.measure(metric)
    unit = f"{measure}; lines: averages" if metric.unit in numbers.COUNTED else f"{measure}; lines: longer periods"
    frame = Frame(metric.title, unit, f"{context.program.name}, edition {context.edition}")
    chart = level_chart(
        f"trend-{metric.id}", metric.title, measure, levels, dots, metric.unit, context.shell.palette, frame,
    )  # fmt: skip
    return Picture(metric.title, unit, chart)


def planned(context: PublicContext, metric: Metric) -> list[Figure] | None:
    """To date, fiscal year to date and the months of the edition, all shown exactly and to their end; else None."""
    whole = wording.span(context.period)
    figures = [f for f in context.figures if f.metric == metric.id and f.agency == "all" and f.group is None]
    figures = [f for f in figures if f.status != "no_data"]
    if not whole.is_month or metric.kind == "people" or any(f.status != "published" for f in figures):
        return None
    wide = [f for f in figures if not wording.span_of(f).is_month]
    if any(f.period_end != context.period.end or f.value is None or not _whole_months(f) for f in wide):
        return None
    if len({(f.period_start, f.period_end) for f in wide}) < 2 or len(figures) < FEWEST:
        return None
    return figures if any(f.period == whole.text for f in figures) else None


def months_of(figure: Figure) -> int:
    """How many months a figure covers."""
    start, end = figure.period_start, figure.period_end
    return (end.year - start.year) * 12 + end.month - start.month + 1


def monthly(figure: Figure) -> str | None:
    """The mean of a count by month, as printed; None unless it covers whole months."""
    if figure.value is None or not _whole_months(figure):
        return None
    return numbers.average(numbers.exact(figure.value) / months_of(figure), figure.unit)


def _whole_months(figure: Figure) -> bool:
    return wording.span_of(figure).whole_months


def _average(metric: Metric, figure: Figure, months: int) -> float:
    """A count by month; a rate or a median is one for the whole period already."""
    value = figure.value or 0.0
    return value / months if metric.unit in numbers.COUNTED else value
