"""Every measure that is no headline figure, in one table, so that nothing measured is out of sight."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.measure.intervals import rare_event
from pipeline.program.model import Metric
from pipeline.publish import labels, numbers, wording
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Head, Row, Table, two_lines

#: Told elsewhere in the report: on the first page, on the ladder, with the data, with referrals, by agency.
ELSEWHERE = (
    *labels.HEADLINE, *labels.LADDER, "team_calls", "team_calls_logged_rate", "team_calls_without_log",
    "log_entries_without_call", "arrests_disagree", "referrals_made", "referral_accepted_rate",
    "referral_connected_rate", "days_to_connection_median",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measures:
    """The page of further measures."""

    table: Table
    notes: tuple[str, ...]


def shown(context: Context) -> list[Metric]:
    """Metrics of this page that have data in at least one of the periods."""
    chosen = [m for m in context.measured if m.id not in ELSEWHERE]
    return [m for m in chosen if _has_data(context, m)]


def measures(context: Context) -> Measures | None:
    """Prepare the page; None when there is no further metric."""
    found = shown(context)
    if not found:
        return None
    rows: list[Row] = []
    before = ""
    for m in found:
        if _median_of(m, found) is not None:
            continue  # stands in small print below its median
        topic = _topic(m)
        rows.append(_row(context, m, found, css="gap" if rows and topic != before else ""))
        before = topic
    heads = (Head("Measure", width=188.0), *(Head(two_lines(span.short), "r") for span in context.spans))
    silent = [m.title for m in context.measured if m.id not in ELSEWHERE and m not in found]
    notes = list(rare_events(context))
    if silent:
        listed = wording.listed([silent[0], *(wording.lower_first(t) for t in silent[1:])])
        notes.append(f"No data in these periods: {wording.lower_first(listed)}.")
    return Measures(Table("All other measures", heads, tuple(rows), css="tight dense"), tuple(notes))


def _row(context: Context, metric: Metric, found: list[Metric], css: str) -> Row:
    cells = tuple(context.cell(metric.id, span) for span in context.spans)
    small = labels.out_of(metric)
    p90 = next((m for m in found if _median_of(m, found) is metric), None)
    if p90 is not None:
        cells = tuple(
            replace(c, small=numbers.value_text(f)) if (f := context.figure(p90.id, span)) else c
            for c, span in zip(cells, context.spans, strict=True)
        )
        small = f"{small}; 9 of 10 within"
    return Row(metric.title, cells, small, css=css, target=f"d-{metric.id}")


def _median_of(metric: Metric, found: list[Metric]) -> Metric | None:
    """The median of the same measure, for a metric of the time within which 9 of 10 are."""
    if metric.kind != "p90":
        return None
    of = (metric.over, metric.measure, metric.denominator)
    return next((m for m in found if m.kind == "median" and (m.over, m.measure, m.denominator) == of), None)


def _has_data(context: Context, metric: Metric) -> bool:
    figures = (context.figure(metric.id, span) for span in context.spans)
    return any(f is not None and (f.value is not None or f.status in ("withheld", "bounded")) for f in figures)


def _topic(metric: Metric) -> str:
    """Metrics over the same table and of like kind stand together."""
    over = metric.over.removesuffix("_linked")
    return f"{over} {metric.unit if metric.unit in ('minutes', 'per_1000') else metric.kind == 'survival'}"


def rare_events(context: Context) -> tuple[str, ...]:
    """What nothing seen in so many cases says: the true rate may be above zero, up to the exact bound."""
    notes = []
    for metric in context.measured:
        figure = context.figure(metric.id, context.period)
        if metric.kind != "rate" or metric.direction != "lower" or figure is None or figure.numerator != 0:
            continue
        if figure.denominator:
            cases = round(figure.denominator)
            notes.append(f"{metric.title}, of {numbers.number(cases)}: {rare_event(cases)}.")
    return tuple(notes)
