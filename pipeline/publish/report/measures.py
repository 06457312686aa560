"""Every measure that is no headline figure, in one table, so that nothing measured is out of sight."""

from __future__ import annotations

from dataclasses import dataclass

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
        topic = _topic(m)
        rows.append(
            Row(
                m.title, tuple(context.cell(m.id, span) for span in context.spans), labels.out_of(m),
                css="gap" if rows and topic != before else "", target=f"d-{m.id}",
            )
        )  # fmt: skip
        before = topic
    heads = (Head("Measure", width=188.0), *(Head(two_lines(span.short), "r") for span in context.spans))
    silent = [m.title for m in context.measured if m.id not in ELSEWHERE and m not in found]
    notes = list(rare_events(context))
    if silent:
        listed = wording.listed([silent[0], *(wording.lower_first(t) for t in silent[1:])])
        notes.append(f"No data in these periods: {wording.lower_first(listed)}.")
    return Measures(Table("All other measures", heads, tuple(rows), css="tight dense"), tuple(notes))


def _has_data(context: Context, metric: Metric) -> bool:
    figures = (context.figure(metric.id, span) for span in context.spans)
    return any(f is not None and (f.value is not None or f.status in ("withheld", "bounded")) for f in figures)


def _topic(metric: Metric) -> str:
    """Metrics over the same table and of like kind stand together."""
    over = metric.over.removesuffix("_linked")
    return f"{over} {metric.unit if metric.unit in ('minutes', 'per_1000') else metric.kind == 'survival'}"


def rare_events(context: Context) -> tuple[str, ...]:
    """What nothing seen in so many cases says: the true rate may be above zero, up to the interval's end."""
    notes = []
    for metric in context.measured:
        figure = context.figure(metric.id, context.period)
        if metric.kind != "rate" or metric.direction != "lower" or figure is None or figure.numerator != 0:
            continue
        if figure.denominator and figure.high is not None:
            notes.append(
                f"{metric.title}: none in {numbers.number(figure.denominator)}; with so few, the true rate could be "
                f"as high as {numbers.percent(figure.high, 1)}."
            )
    return tuple(notes)
