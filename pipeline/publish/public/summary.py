"""public/report: the program report for everybody, from public figures alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.measure.figure import Figure
from pipeline.program.model import Metric
from pipeline.program.period import TO_DATE
from pipeline.protect.breakdown import REMAINDER
from pipeline.publish import labels, numbers, wording
from pipeline.publish.charts.canvas import Frame
from pipeline.publish.charts.rates import RateRow, Size, rates_chart
from pipeline.publish.public.answers import answers
from pipeline.publish.public.context import PublicContext, Shell, heading, through
from pipeline.publish.public.trend import trends
from pipeline.publish.public.words import PEOPLE_TWICE
from pipeline.publish.report.definitions import caveat_together, said_together, together
from pipeline.publish.report.first import kind_of_report, subtitle
from pipeline.publish.report.ladder import NAMES
from pipeline.publish.report.measures import column_room, families, family_title, fitting, side_by_side
from pipeline.publish.report.prepare import footer
from pipeline.publish.report.views import Answer, Cell, Head, Picture, Row, Table
from pipeline.publish.wording import Span

AGENCY_COLUMNS = (
    "calls_responded", "people_met", "people_diverted", "people_transported", "people_referred", "diversion_rate",
    "stable_rate",
)  # fmt: skip
RATES = ("diversion_rate", "stable_rate", "coverage", "referral_accepted_rate", "resolved_in_community_rate")
SLIM = Size(504, 190, 20)
RECONCILED = ("team_calls_without_log", "log_entries_without_call", "arrests_disagree")
#: Of tables of figures, in points.
FIRST_WIDTH = 178.0
REST = "Others together"
#: Breakdowns of people, in two columns of about the same height.
GROUPS = (
    (("gender", "Gender"), ("age_band", "Age")),
    (("race_ethnicity", "Race and ethnicity"), ("veteran", "Veterans"), ("unhoused", "Housing")),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A definition."""

    id: str
    term: str
    text: str
    small: str
    also: tuple[str, ...]  # ids of the other metrics that it speaks for


@dataclass(frozen=True, slots=True)
class PublicReport:
    """Everything that the template prints."""

    shell: Shell
    title: str
    description: str
    organization: str
    palette: object
    footer: str
    heading: str
    subtitle: str
    answers: tuple[Answer, ...]
    headline: Table | None
    trends: tuple[Picture, ...]
    picture: Picture | None
    ladder: Table | None
    measures: Table | None
    agencies: tuple[Table, ...]
    people: tuple[tuple[Table, ...], ...]
    people_intro: str
    restated: Table | None
    definitions: tuple[Entry, ...]


def public_report(context: PublicContext) -> PublicReport:
    """Prepare the public report; what is withheld stays in its place as the word and nothing else."""
    span, program = wording.span(context.period), context.program
    kind = kind_of_report(span)
    people, years = _people(context)
    headline = [context.metrics[m] for m in labels.HEADLINE if m in context.metrics]
    return PublicReport(
        shell=context.shell,
        title=f"{kind}, {span.title}: {program.name}",
        description=f"{kind} for the public: headline figures, agencies, people met, definitions",
        organization=program.organization,
        palette=context.shell.palette,
        footer=footer(program.name, f"{kind}, {span.title}", _audience(context), context.edition),
        heading=span.title,
        subtitle=subtitle(span, _who(context)),
        answers=answers(context),
        headline=_table(context, headline, "Headline figures"),
        trends=trends(context),
        picture=_picture(context),
        ladder=_ladder(context),
        measures=_table(context, _others(context), "Other measures"),
        agencies=_agencies(context),
        people=people,
        people_intro=years,
        restated=_restated(context),
        definitions=_definitions(context),
    )


def _audience(context: PublicContext) -> str:
    """At the foot of each page: for whom it is, and when nothing was protected, that."""
    return "Public" if context.figures.protected else "Disclosure control is switched off"


def _who(context: PublicContext) -> str:
    words = wording.common_words(sorted((a.name for a in context.program.agencies), key=str.casefold))
    return words if len(words) <= 110 else f"{wording.spelled(len(context.names)).capitalize()} agencies"


def _columns(context: PublicContext) -> list[Span]:
    """The program's periods: the one asked for first, months before longer ones, to date last; of the others none
    before it began."""
    asked = context.period.label
    spans = [s for s in context.spans("all") if s.end >= context.program.began or s.text == asked]
    first = [s for s in spans if s.text == context.period.label]
    months = [s for s in spans if s.is_month and s not in first]
    longer = [s for s in spans if s not in first and s not in months]
    longer.sort(key=lambda s: (s.end - s.start, s.text == TO_DATE))
    return [*first, *months, *longer]


def _table(context: PublicContext, metrics: list[Metric], caption: str) -> Table | None:
    spans = _columns(context)
    rows = []
    groups = families([m for m in metrics if _has_data(context, m)])
    room = column_room(FIRST_WIDTH, len(spans), gap=5)
    for group in fitting(groups, lambda g: [_family_cell(context, g, s, "r").text for s in spans], room):
        cells = tuple(_family_cell(context, group, s, "r now" if i == 0 else "r") for i, s in enumerate(spans))
        if any(c.text not in (numbers.NO_DATA, numbers.DASH) for c in cells):
            rows.append(Row(family_title(group), cells, labels.out_of(group[0]), target=f"d-{group[0].id}"))
    if not rows:
        return None
    heads = (Head("Figure", width=FIRST_WIDTH), *(Head(heading(s), "r") for s in spans))
    return Table(caption, heads, tuple(rows), "with what each is out of", "fixed tight dense denser")


def _ladder(context: PublicContext) -> Table | None:
    """The definitions of diversion, from strict to loose, always together."""
    rungs = [context.metrics[m] for m in labels.LADDER if m in context.metrics]
    table = _table(context, rungs, "Arrests that did not happen, from strict to loose")
    if table is None or len(table.rows) < 2:
        return None
    short = {m.title: NAMES[m.id] for m in rungs if not m.own}
    return replace(table, rows=tuple(replace(r, head=short.get(r.head, r.head)) for r in table.rows))


def _has_data(context: PublicContext, metric: Metric) -> bool:
    figures = (context.get(metric.id, s.text) for s in _columns(context))
    return any(f is not None and f.status != "no_data" for f in figures)


def _family_cell(context: PublicContext, group: list[Metric], span: Span, css: str) -> Cell:
    """One figure, or those of a family beside each other: `5% · 17% · 27%`."""
    cells = [context.cell(m, span, "all", css) for m in group]
    text = side_by_side([c.text for c in cells])
    return cells[0] if text == cells[0].text else replace(cells[0], text=text, css=css)


def _others(context: PublicContext) -> list[Metric]:
    """Further measures; how CAD and log agree, and the second quantile of times, stay in figures.csv."""
    skip = (*labels.HEADLINE, *labels.LADDER, *RECONCILED)
    return [m for m in context.metrics.values() if m.id not in skip and m.kind != "p90"]


def _picture(context: PublicContext) -> Picture | None:
    """The program's rates to date with their intervals, at the full width."""
    found = [(context.metrics[m], context.rate(m, context.main)) for m in RATES if m in context.metrics]
    rows = [RateRow(m.title, rate) for m, rate in found if rate is not None]
    if not rows:
        return None
    title, when = "Rates with their margin of error", wording.lower_first(context.main.replace("-", " "))
    frame = Frame(title, f"Percent, program {when}", f"{context.program.name}, edition {context.edition}")
    chart = rates_chart("program-rates", rows, context.shell.palette, SLIM, frame)
    return Picture(title, f"Percent, program {when}; the bar is the 95% interval", chart)


def _agencies(context: PublicContext) -> tuple[Table, ...]:
    """A table for each published period of agencies, the latest first; none for a program of one agency."""
    if len(context.names) < 2:
        return ()
    periods: dict[str, Span] = {}
    for agency in context.names:
        for span in context.spans(agency):
            if span.text not in periods or span.end > periods[span.text].end:
                periods[span.text] = span
    chosen = [context.metrics[m] for m in AGENCY_COLUMNS if m in context.metrics]
    tables: list[Table] = []
    for span in sorted(periods.values(), key=lambda s: s.end, reverse=True)[:3]:
        rows = [
            Row(name, tuple(context.cell(m, span, agency) for m in chosen)) for agency, name in context.names.items()
        ]
        heads = (Head("Agency"), *(Head(labels.column(m), "r") for m in chosen))
        title = span.title if span.complete else f"{span.text} {through(span.end)}"
        tables.append(
            Table(title, heads, tuple(rows), css="nb-heads tight dense", under=PEOPLE_TWICE if not tables else "")
        )
    return tuple(tables)


def _people(context: PublicContext) -> tuple[tuple[tuple[Table, ...], ...], str]:
    """Breakdowns of people met in the latest closed fiscal year, column by column."""
    columns: list[tuple[Table, ...]] = []
    name = ""
    for groups in GROUPS:
        tables: list[Table] = []
        for group, caption in groups:
            spans = context.spans("all", group)
            rows = _group(context, group, spans[0].text) if spans else []
            if rows:
                name = spans[0].short
                tables.append(Table(caption, (Head("Group"), Head(name, "r")), tuple(rows), css="tight dense"))
        columns += [tuple(tables)] if tables else []
    joined = any(row.head == REST for tables in columns for t in tables for row in t.rows)
    why = " Small groups are joined with others, so that nobody can be identified." if joined else ""
    return tuple(columns), f"People met in {name}, each counted once.{why}" if columns else ""


def _group(context: PublicContext, group: str, period: str) -> list[Row]:
    """The categories of one group; those folded into the remainder are named in its small print."""
    key = (labels.PEOPLE_MET, period, "all", group)
    figures = [f for f in context.figures if (f.metric, f.period, f.agency, f.group) == key and f.category]
    rest = next((f for f in figures if f.category == REMAINDER), None)
    if rest is None:
        return [Row(_name(group, f), (_cell(f),)) for f in figures]
    folded = wording.listed([_name(group, f) for f in figures if f.status == "withheld" and f is not rest])
    shown = [Row(_name(group, f), (_cell(f),)) for f in figures if f.status != "withheld" and f is not rest]
    return [*shown, Row(REST, (_cell(rest),), folded)]


def _name(group: str, figure: Figure) -> str:
    return labels.category(group, figure.category or "")


def _cell(figure: Figure) -> Cell:
    return Cell(numbers.value_text(figure), css="r wh" if figure.status == "withheld" else "r")


def _restated(context: PublicContext) -> Table | None:
    rows = [
        Row(
            context.metrics[r.new.metric].title if r.new.metric in context.metrics else r.new.title,
            (
                Cell(wording.span_of(r.new).short, css="lead-in"),
                Cell(numbers.value_text(r.old)),
                Cell(numbers.value_text(r.new)),
                Cell(r.reason, css="lead-in"),
            ),
        )
        for r in context.figures.restated
    ]
    if not rows:
        return None
    heads = (Head("Figure"), Head("Period", "lead-in"), Head("Before", "r"), Head("Now", "r"), Head("Why", "lead-in"))
    about = "the value published before, and the one that replaces it"
    return Table("Restated figures", heads, tuple(rows), about, "tight")


def _definitions(context: PublicContext) -> tuple[Entry, ...]:
    """What each figure counts; those that differ only in days or in the quantile stand in one entry."""
    used = {f.metric for f in context.figures if f.status != "no_data"} - {*RECONCILED}
    made, before = [], ""
    for group in together(families([m for m in context.metrics.values() if m.id in used])):
        term, text = said_together(group)
        caveat = caveat_together(group, group[0].caveat)
        also = tuple(f"d-{m.id}" for m in group[1:])
        made.append(Entry(f"d-{group[0].id}", term, text, caveat if caveat != before else "", also))
        before = caveat
    return tuple(made)
