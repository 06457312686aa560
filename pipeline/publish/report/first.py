"""The first page: what happened, better or worse than usual, can I trust it; the headline figures."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.publish import fonts, labels, sentences, wording
from pipeline.publish.charts.xmr import LOW_HEIGHT, drawable, spark, xmr_chart
from pipeline.publish.report.context import Context
from pipeline.publish.report.happened import happened
from pipeline.publish.report.trust import Trust
from pipeline.publish.report.views import Answer, Cell, Head, Picture, Row, Run, Table, Tile, two_lines
from pipeline.publish.wording import Span

TABLE_WIDTH, FIRST_WIDTH, TREND_WIDTH, NARROWEST = 504.0, 146.0, 108.0, 110.0
#: With less room than this for the titles the trends give way: each title would take three lines.
TITLES_NEED = 132.0


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Everything on page 1."""

    title: str
    subtitle: str
    answers: tuple[Answer, ...]
    table: Table
    has_trend: bool
    pictures: tuple[Picture, ...]
    tiles: tuple[Tile, ...]


def first_page(context: Context, trust: Trust) -> FirstPage:
    """Prepare page 1."""
    table, has_trend = headline_table(context)
    return FirstPage(
        title=context.period.title,
        subtitle=subtitle(context.period, _who(context)),
        answers=(
            Answer("What happened", what_happened(context)),
            Answer("Better or worse than usual", _compared(context)),
            Answer("Can I trust it", trust.answer),
        ),
        table=table,
        has_trend=has_trend,
        pictures=_pictures(context),
        tiles=trust.tiles,
    )


def kind_of_report(span: Span) -> str:
    """`Monthly report` and so on, by the period."""
    if span.is_month:
        return "Monthly report"
    if "-Q" in span.text:
        return "Quarterly report"
    return "Annual report" if span.text.removeprefix("FY").isdigit() else "Report"


def subtitle(span: Span, who: str) -> str:
    """Kind of report, from when to when where the title does not say it, and who takes part."""
    days = "" if span.title == span.days else span.days
    return " · ".join(p for p in (kind_of_report(span), days, who) if p)


def _who(context: Context) -> str:
    names = [a.name for a in sorted(context.inputs.program.agencies, key=lambda a: a.name.casefold())]
    words = wording.common_words(names)
    return words if len(words) <= 110 else f"{wording.spelled(len(names)).capitalize()} agencies"


def what_happened(context: Context) -> tuple[Run, ...]:
    """How many calls and people, and what came of it. Zero is said as none."""
    said = happened(context.count, context.period)
    return said or (Run("No encounter is in the extracts of this period.", strong=True),)


def _compared(context: Context) -> tuple[Run, ...]:
    series = context.followed
    if not series:
        return (Run("Too early to say.", strong=True), Run(" No month has been measured yet."))
    lead, rest = sentences.followed(series, {s.metric: context.title(s.metric) for s in series})
    return Run(lead, strong=True), Run(f" {rest}")


def headline_table(context: Context) -> tuple[Table, bool]:
    """The headline metrics over all periods, each with what it is out of; and whether their trends have room."""
    shown = [m for m in labels.HEADLINE if m in context.metrics and context.figure(m, context.period)]
    trend = _has_trend(context)
    rows = [_headline_row(context, metric, i, trend) for i, metric in enumerate(shown, 1)]
    first, widths = _widths(context, rows, TABLE_WIDTH - (TREND_WIDTH if trend else 0))
    if trend and first < TITLES_NEED:
        trend = False
        rows = [replace(row, cells=row.cells[:-1]) for row in rows]
        first, widths = _widths(context, rows, TABLE_WIDTH)
    heads = [Head("Figure", width=first)]
    for span, width in zip(context.spans, widths, strict=True):
        heads.append(Head(two_lines(span.short), "r", width))
    if trend:
        months = max(len(s.months) for s in context.followed)
        heads.append(Head(f"{wording.counted(months, 'months')},\nagainst usual", "lab"))
    return Table("Headline figures", tuple(heads), tuple(rows), "with what each is out of", "key"), trend


def _widths(context: Context, rows: list[Row], whole: float) -> tuple[float, list[float]]:
    """Width of the first column and of each period's, so that no denominator runs into its neighbour."""
    need = []
    for i, span in enumerate(context.spans):
        texts = [fonts.width(row.cells[i].small, 8) for row in rows]
        texts += [fonts.width(row.cells[i].text, 9.5, 700) for row in rows]
        texts += [fonts.width(line, 8.5) for line in two_lines(span.short).split("\n")]
        need.append(max(texts, default=0) + 8)
    first = min(max(whole - sum(need), NARROWEST), FIRST_WIDTH)
    spare = (whole - first - sum(need)) / len(need)
    return first, [round(n + spare, 1) for n in need]


def _headline_row(context: Context, metric: str, note: int, trend: bool) -> Row:
    cells = [context.cell(metric, span) for span in context.spans]
    if trend:
        cells.append(_trend_cell(context, metric))
    declared = context.metrics[metric]
    return Row(declared.title, tuple(cells), labels.out_of(declared), note=str(note), target=f"d-{metric}")


def _trend_cell(context: Context, metric: str) -> Cell:
    series = context.series(metric)
    if series is None:
        return Cell("", css="sp")
    declared = context.metrics[metric]
    words = sentences.VERDICTS[series.verdict]
    css = "sp sig" if series.verdict in sentences.SIGNALS else "sp"
    if not drawable(series):
        return Cell(words, css=css)
    return Cell(words, css=css, chart=spark(series, declared.title, declared.unit, context.palette))


def _has_trend(context: Context) -> bool:
    return any(drawable(s) for m, s in context.by_metric.items() if m in labels.HEADLINE)


def _pictures(context: Context) -> tuple[Picture, ...]:
    """The two strongest signals, else calls and the diversion rate, else the first that can be drawn."""
    able = [s for s in context.followed if drawable(s)]
    order = {"calls_responded": 0, "diversion_rate": 1}
    able.sort(key=lambda s: (-sentences.strength(s), order.get(s.metric, 2)))
    pictures = []
    for series in sorted(able[:2], key=lambda s: list(context.metrics).index(s.metric)):
        metric = context.metrics[series.metric]
        finding, _ = sentences.split_finding(series)
        heading = f"{metric.title}: {wording.lower_first(finding.removesuffix('.'))}" if finding else metric.title
        chart = xmr_chart(series, metric.title, metric.unit, labels.measure(metric), context.palette, height=LOW_HEIGHT)
        pictures.append(Picture(heading, labels.measure(metric), chart))
    return tuple(pictures)
