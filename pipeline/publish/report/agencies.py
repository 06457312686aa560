"""Agencies side by side: one table for the period, and rates with their intervals. Listed by size, never ranked."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.measure.figure import Figure
from pipeline.program.model import Metric
from pipeline.publish import labels, numbers, wording
from pipeline.publish.charts.dots import Dot, dot_chart
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Cell, Head, Picture, Row, Table

COLUMNS = (
    "calls_responded", "people_met", "people_diverted", "people_transported", "people_referred",
    "diversion_rate", "stable_rate",
)  # fmt: skip
#: Rates whose agencies are drawn, the first two that can be.
DRAWN = ("stable_rate", "coverage", "diversion_rate")
PICTURES = 2


@dataclass(frozen=True, slots=True)
class Agencies:
    """The page of agencies."""

    table: Table
    pictures: tuple[Picture, ...]
    finding: str

    @property
    def short(self) -> bool:
        """Whether there is too little for a page of its own."""
        return not self.pictures and self.table.together


def agencies(context: Context) -> Agencies | None:
    """Prepare the page; None for a program of one agency, whose figures are the program's."""
    shown = [context.metrics[m] for m in COLUMNS if m in context.metrics and context.figure(m, context.period)]
    if len(context.names) < 2 or not shown:
        return None
    pictures, findings = _pictures(context)
    return Agencies(_table(context, shown), pictures, _finding(findings) if pictures else "")


def _table(context: Context, metrics: list[Metric]) -> Table:
    heads = (Head("Agency", width=118.0), *(Head(labels.column(m), "r") for m in metrics))
    rows = [
        Row(context.names[a], tuple(_cell(context.figure(m.id, context.period, a)) for m in metrics))
        for a in context.agencies
    ]
    total = tuple(_cell(context.figure(m.id, context.period)) for m in metrics)
    under = (
        "A person met by two agencies counts in each, and once in the total. With fewer than 50 behind it, a rate is "
        "shown as counts, not as a percentage."
    )
    return Table(
        context.period.title, heads, (*rows, Row("All agencies", total, css="total")), under=under, css="nb-heads"
    )


def _cell(figure: Figure | None) -> Cell:
    if figure is None:
        return Cell(numbers.DASH)
    text = numbers.value_text(figure)
    if text in (numbers.NO_DATA, numbers.WITHHELD):
        return Cell(text, css="r wh")
    if figure.unit == "fraction" and figure.numerator is not None and figure.denominator:
        if figure.denominator < numbers.SMALL_DENOMINATOR:
            return Cell(numbers.of_text(figure), css="r nb")
        return Cell(text, numbers.of_text(figure))
    return Cell(text)


def _pictures(context: Context) -> tuple[tuple[Picture, ...], list[str]]:
    span = context.widest
    pictures: list[Picture] = []
    outside: list[str] = []
    for metric_id in DRAWN:
        whole = context.figure(metric_id, span)
        if metric_id not in context.metrics or whole is None or whole.value is None or len(pictures) == PICTURES:
            continue
        metric = context.metrics[metric_id]
        dots = [d for a in context.agencies if (d := _dot(context, metric_id, a))]
        if len(dots) < 2:
            continue
        chart = dot_chart(f"agencies-{metric_id}.svg", metric.title, dots, whole.value, context.palette)
        pictures.append(Picture(metric.title, f"{span.short}, with 95% interval", chart))
        outside += [
            f"{d.label} in {wording.lower_first(metric.title)}" for d in dots if not d.low <= whole.value <= d.high
        ]
    return tuple(pictures), outside


def _dot(context: Context, metric: str, agency: str) -> Dot | None:
    figure = context.figure(metric, context.widest, agency)
    if figure is None or figure.value is None or figure.low is None or figure.high is None:
        return None
    return Dot(context.names[agency], figure.value, figure.low, figure.high)


def _finding(outside: list[str]) -> str:
    listed = "Agencies are listed by size, not by rank."
    if not outside:
        return f"In what is drawn here no agency differs from the program by more than chance. {listed}"
    return f"Different from the program by more than chance: {wording.listed(outside)}. {listed}"
