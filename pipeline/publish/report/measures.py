"""Every measure that is no headline figure, in one table, so that nothing measured is out of sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.program.model import Metric
from pipeline.publish import fonts, labels, numbers, sentences, wording
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Head, Row, Table, two_lines
from pipeline.publish.wording import Span

#: Widths of the table, of its first column where there is room and at the least, in points.
TABLE_WIDTH, FIRST_WIDTH, NARROWEST = 504.0, 188.0, 130.0
#: Whether CAD and log agree, told with the data.
RECONCILED = (
    "team_calls", "team_calls_logged_rate", "team_calls_without_log", "log_entries_without_call", "arrests_disagree",
)  # fmt: skip
#: Told elsewhere in the report: on the first page, on the ladder, with the data, with referrals, by agency.
ELSEWHERE = (
    *labels.HEADLINE, *labels.LADDER, *RECONCILED, "referrals_made", "referral_accepted_rate",
    "referral_connected_rate", "days_to_connection_median",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measures:
    """The page of further measures."""

    table: Table


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
    room = column_room(NARROWEST, len(context.spans))
    for group in fitting(families(found), lambda g: [_together(context, g, s) for s in context.spans], room):
        topic = _topic(group[0])
        rows.append(_row(context, group, css="gap" if rows and topic != before else ""))
        before = topic
    heads = (Head("Measure", width=FIRST_WIDTH), *(Head(two_lines(span.short), "r") for span in context.spans))
    silent = [m for m in context.measured if m.id not in ELSEWHERE and m not in found]
    notes = list(rare_events(context))
    if silent:
        listed = "; ".join(wording.lower_first(family_title(g)) for g in families(silent))
        notes.append(f"No data in these periods: {listed}.")
    return Measures(Table("All other measures", heads, tuple(rows), css="tight dense denser", under=" ".join(notes)))


def _row(context: Context, group: Sequence[Metric], css: str) -> Row:
    """A family in one row: the quantiles above each other, the spans of days beside each other."""
    first = group[0]
    cells = tuple(context.cell(first.id, span) for span in context.spans)
    small = labels.out_of(first)
    if first.kind == "survival":
        cells = tuple(
            replace(c, text=_together(context, group, span)) for c, span in zip(cells, context.spans, strict=True)
        )
    elif len(group) > 1:
        cells = tuple(
            replace(c, small=" ".join((numbers.value_text(f), c.small)))
            if (f := context.figure(group[1].id, span)) and f.value is not None
            else c
            for c, span in zip(cells, context.spans, strict=True)
        )
        small = f"{small}; 9 of 10 within"
    return Row(family_title(group), cells, small, css=css, target=f"d-{first.id}")


def _together(context: Context, group: Sequence[Metric], span: Span) -> str:
    """`5% · 17% · 27%`: the figures of a family of spans of days beside each other."""
    return side_by_side([context.cell(m.id, span).text for m in group if m.kind == "survival"])


def side_by_side(texts: Sequence[str]) -> str:
    """Figures of a family in one cell; the same word for all of them once."""
    same = len(set(texts)) == 1 and texts[0] in (numbers.NO_DATA, numbers.WITHHELD, numbers.DASH)
    return texts[0] if same else " · ".join(texts)


def column_room(first: float, columns: int, gap: float = 10.0) -> float:
    """How wide the text of a cell may be in so many columns after the first, `gap` apart, in points."""
    return (TABLE_WIDTH - first) / columns - gap


def fitting(groups: list[list[Metric]], cells: Callable[[list[Metric]], list[str]], room: float) -> list[list[Metric]]:
    """Families in one row where their figures fit beside each other in every cell; else a row for each metric."""
    found: list[list[Metric]] = []
    for group in groups:
        apart = len(group) > 1 and any(fonts.width(text, 9, 700) > room for text in cells(group))
        found += [[m] for m in group] if apart else [group]
    return found


def families(found: Sequence[Metric]) -> list[list[Metric]]:
    """Metrics that differ only in how far they look ahead, or in the quantile, stand together; order is kept."""
    groups: dict[tuple[object, ...], list[Metric]] = {}
    for m in found:
        key: tuple[object, ...] = (m.id,)
        if m.kind == "survival":
            key = (m.over, m.denominator, m.event, _any_days(m, m.title), _any_days(m, m.definition))
        elif (median := median_of(m, found)) is not None:
            key = (median.id,)
        groups.setdefault(key, []).append(m)
    return list(groups.values())


def family_title(group: Sequence[Metric]) -> str:
    """The title of a family: `Repeat encounter within 7, 30 or 90 days`."""
    return every_span(group, group[0].title)


def every_span(group: Sequence[Metric], text: str) -> str:
    """The words of the first of a family with the days of all."""
    if len(group) == 1 or group[0].kind != "survival":
        return text
    days = [f"{m.within_days}" for m in group]
    return text.replace(f"{days[0]} days", f"{', '.join(days[:-1])} or {days[-1]} days")


def _any_days(metric: Metric, text: str) -> str:
    return text.replace(f"{metric.within_days} days", "days")


def median_of(metric: Metric, found: Sequence[Metric]) -> Metric | None:
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
        words = sentences.rare(metric, figure) if figure is not None else ""
        if figure is not None and words:
            notes.append(f"{metric.title}, of {numbers.number(figure.denominator or 0)}: {words}.")
    return tuple(notes)
