"""What changed and what did not, and how the service runs: charts month by month, and the other measures."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.measure.series import Series
from pipeline.publish import labels, numbers, sentences, wording
from pipeline.publish.charts.xmr import HEIGHT, LOW_HEIGHT, drawable, xmr_chart
from pipeline.publish.report.context import Context
from pipeline.publish.report.measures import Measures, measures
from pipeline.publish.report.views import Cell, Head, Picture, Row, Table

#: Months that a table shows while there are too few for a chart.
MONTHS_IN_TABLE = 6
#: The first charts of the page about the service, in this order.
ON_SERVICE_PAGE = ("direct_time_share", *labels.FOLLOWED)
ALWAYS = 2


@dataclass(frozen=True, slots=True)
class Trends:
    """A section of charts; `months` is a table instead while there are too few months, `measures` all the rest."""

    heading: str
    intro: str
    pictures: tuple[Picture, ...]
    months: Table | None = None
    measures: Measures | None = None


def changes(context: Context) -> Trends | None:
    """The headline metrics month by month; None until there are two months."""
    ours = [m for m in labels.HEADLINE if m not in ON_SERVICE_PAGE]
    chosen = [s for m in ours if m in context.metrics and (s := context.series(m))]
    months = max((sum(v is not None for v in s.values) for s in chosen), default=0)
    if months < 2:
        return None  # the first page says all there is
    pictures = tuple(picture(context, s) for s in chosen if drawable(s))
    short = [s for s in chosen if not drawable(s)]
    return Trends("What changed, and what did not", _intro(chosen), pictures, months_table(context, short))


def service(context: Context) -> Trends | None:
    """How teams spend their time and how fast they come, month by month, and every other measure as a table.

    Two charts always, the others when something really changed in them: the table holds them all.
    """
    found = [s for m in ON_SERVICE_PAGE if m in context.metrics and (s := context.series(m)) and drawable(s)]
    changed = [s for s in found[ALWAYS:] if s.verdict in sentences.SIGNALS]
    pictures = tuple(picture(context, s, LOW_HEIGHT) for s in (*found[:ALWAYS], *changed))
    others = measures(context)
    if not pictures and others is None:
        return None
    heading = "How the service runs" if pictures else "What else was measured"
    return Trends(heading, "", pictures, measures=others)


def picture(context: Context, series: Series, height: float = HEIGHT) -> Picture:
    """The chart of a series with its title, unit and sentence."""
    metric = context.metrics[series.metric]
    words = labels.measure(metric)
    chart = xmr_chart(series, metric.title, metric.unit, words, context.palette, height=height)
    finding, sentence = sentences.split_finding(series)
    return Picture(metric.title, words, chart, finding, sentence)


def _intro(series: list[Series]) -> str:
    months = max(len(s.months) for s in series)
    drawn = [s for s in series if drawable(s)]
    if not drawn:
        return "Charts begin with the fifth month that has data; here are the months so far."
    parts = [f"Each chart shows {wording.counted(months, 'months')}."]
    if any(s.mean is None for s in drawn):
        parts.append("A usual range needs six months with data.")
    if any(s.mean is not None and not s.trial for s in drawn):
        parts.append("The line is the mean, the band the usual range: a month inside it needs no explanation.")
    elif any(s.trial for s in drawn):
        parts.append("The line is the mean; with fewer than twelve months the dashed limits are trial limits.")
    if any(s.mean is not None for s in drawn):
        parts.append(
            "A diamond marks a real change: a month outside the range, seven months in a row on one side of the mean, "
            "or seven in one direction."
        )
    return " ".join([*parts, "Scales do not start at zero."])


def months_table(context: Context, series: list[Series]) -> Table | None:
    """The last months of metrics that have too few for a chart, as a table."""
    if not series:
        return None
    months = sorted({m for s in series for m in s.months})[-MONTHS_IN_TABLE:]
    heads = [Head("Figure", width=190.0)]
    heads += [Head(f"{wording.MONTHS[int(m[5:]) - 1][:3]} {m[:4]}", "r") for m in months]
    rows = []
    for s in series:
        unit, values = context.metrics[s.metric].unit, dict(zip(s.months, s.values, strict=True))
        known = {m: v for m, v in values.items() if v is not None}
        cells = tuple(
            Cell(numbers.amount(known[m], unit), css="r") if m in known else Cell(numbers.NO_DATA, css="r wh")
            for m in months
        )
        rows.append(Row(context.title(s.metric), cells, labels.out_of(context.metrics[s.metric])))
    return Table("Month by month", tuple(heads), tuple(rows), css="fixed")
