"""public/report: the program report for everybody, from public figures alone."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.measure.figure import Figure
from pipeline.program.model import Metric
from pipeline.protect.breakdown import REMAINDER
from pipeline.publish import labels, numbers, wording
from pipeline.publish.charts.canvas import Frame
from pipeline.publish.charts.rates import RateRow, Size, rates_chart
from pipeline.publish.public.context import PublicContext, Shell, heading, through
from pipeline.publish.public.headline import Fact, fact_sheet
from pipeline.publish.public.words import PEOPLE_TWICE
from pipeline.publish.report.first import kind_of_report
from pipeline.publish.report.prepare import footer
from pipeline.publish.report.views import Answer, Cell, Head, Picture, Row, Run, Table
from pipeline.publish.wording import Span

DID = (
    ("people_diverted", "kept out of jail"),
    ("people_referred", "referred to services"),
    ("people_transported", "taken to care"),
)
AGENCY_COLUMNS = (
    "calls_responded", "people_met", "people_diverted", "people_transported", "people_referred", "diversion_rate",
    "stable_rate",
)  # fmt: skip
RATES = ("diversion_rate", "stable_rate", "coverage", "referral_accepted_rate", "resolved_in_community_rate")
SLIM = Size(504, 190, 28)
RECONCILED = ("team_calls_without_log", "log_entries_without_call", "arrests_disagree")
GROUPS = (
    ("gender", "Gender"), ("race_ethnicity", "Race and ethnicity"), ("age_band", "Age"), ("veteran", "Veterans"),
    ("unhoused", "Housing"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A definition."""

    id: str
    term: str
    text: str
    small: str


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
    picture: Picture | None
    measures: Table | None
    agencies: tuple[Table, ...]
    people: tuple[Table, ...]
    people_intro: str
    restated: Table | None
    definitions: tuple[Entry, ...]


def public_report(context: PublicContext) -> PublicReport:
    """Prepare the public report; what is withheld stays in its place as the word and nothing else."""
    span, program = wording.span(context.period), context.program
    kind, sheet = kind_of_report(span), fact_sheet(context)
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
        subtitle=f"{kind} · {_who(context)}",
        answers=(
            Answer("What happened", _happened(context)),
            Answer("Since the program began", _since(sheet.facts)),
            Answer("What is not shown", _not_shown(context)),
        ),
        headline=_table(context, headline, "Headline figures"),
        picture=_picture(context),
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


def _happened(context: PublicContext) -> tuple[Run, ...]:
    """Only what is published is said; of what is withheld not even that it happened."""
    period = context.period.label
    calls, met = context.count("calls_responded", period), context.count(labels.PEOPLE_MET, period)
    runs: list[Run] = []
    if calls is not None:
        runs += [Run("Teams responded to "), Run(wording.counted(calls, "calls"), strong=True)]
    if met is not None:
        runs += [Run(" and met " if runs else "Teams met "), Run(wording.counted(met, "people"), strong=True)]
    did = [(n, what) for metric, what in DID if (n := context.count(metric, period)) is not None]
    said = [f"{'none' if n == 0 else f'{n:,}'} {'was' if n <= 1 else 'were'} {what}" for n, what in did]
    if said:
        text = wording.listed(said)
        runs.append(Run(f"{'. ' if runs else ''}{text[0].upper()}{text[1:]}."))
    elif runs:
        runs.append(Run("."))
    return tuple(runs) or (Run("The figures of this period are withheld.", strong=True),)


def _since(facts: tuple[Fact, ...]) -> tuple[Run, ...]:
    shown = [f for f in facts if not f.css][:3]
    if not shown:
        return (Run("No figure to date can be shown yet."),)
    runs: list[Run] = []
    for i, f in enumerate(shown):
        runs += [Run("; " if i else ""), Run(f.value, strong=True), Run(f" {f.what}")]
    return (*runs, Run("."))


def _not_shown(context: PublicContext) -> tuple[Run, ...]:
    if not context.figures.protected:
        return (Run(context.shell.control_off, strong=True),)
    if not context.any_withheld:
        return (Run("Nothing is withheld.", strong=True), Run(" Every planned figure is shown."))
    return (
        Run("Some figures are withheld", strong=True),
        Run(" so that nobody can be identified. Single months of agencies are never published."),
    )


def _columns(context: PublicContext) -> list[Span]:
    """The program's periods: the one asked for first, months before longer ones, to date last."""
    spans = context.spans("all")
    first = [s for s in spans if s.text == context.period.label]
    months = [s for s in spans if s.is_month and s not in first]
    longer = [s for s in spans if s not in first and s not in months]
    return [*first, *months, *sorted(longer, key=lambda s: s.end - s.start)]


def _table(context: PublicContext, metrics: list[Metric], caption: str) -> Table | None:
    spans = _columns(context)
    rows = []
    for metric in metrics:
        cells = tuple(context.cell(metric, s, "all", "r now" if i == 0 else "r") for i, s in enumerate(spans))
        if any(c.text not in (numbers.NO_DATA, numbers.DASH) for c in cells):
            rows.append(Row(metric.title, cells, labels.out_of(metric), target=f"d-{metric.id}"))
    if not rows:
        return None
    heads = (Head("Figure", width=178.0), *(Head(heading(s), "r") for s in spans))
    return Table(caption, heads, tuple(rows), "with what each is out of", "fixed tight dense")


def _others(context: PublicContext) -> list[Metric]:
    """Further measures; how CAD and log agree, and the second quantile of times, stay in figures.csv."""
    skip = (*labels.HEADLINE, *RECONCILED)
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
        tables.append(Table(title, heads, tuple(rows), css="nb-heads tight", under=PEOPLE_TWICE if not tables else ""))
    return tuple(tables)


def _people(context: PublicContext) -> tuple[tuple[Table, ...], str]:
    """Breakdowns of people met in the latest closed fiscal year."""
    tables: list[Table] = []
    name = ""
    for group, caption in GROUPS:
        spans = context.spans("all", group)
        rows = _group(context, group, spans[0].text) if spans else []
        if rows:
            name = spans[0].short
            tables.append(Table(caption, (Head("Group"), Head(name, "r")), tuple(rows), css="tight"))
    joined = "Small groups are joined with others, so that nobody can be identified."
    return tuple(tables), f"People met in {name}, each counted once. {joined}" if tables else ""


def _group(context: PublicContext, group: str, period: str) -> list[Row]:
    """The categories of one group; those folded into the remainder are named in its small print."""
    key = (labels.PEOPLE_MET, period, "all", group)
    figures = [f for f in context.figures if (f.metric, f.period, f.agency, f.group) == key and f.category]
    rest = next((f for f in figures if f.category == REMAINDER), None)
    if rest is None:
        return [Row(_name(group, f), (_cell(f),)) for f in figures]
    folded = wording.listed([_name(group, f) for f in figures if f.status == "withheld"])
    shown = [Row(_name(group, f), (_cell(f),)) for f in figures if f.status != "withheld" and f is not rest]
    return [*shown, Row("Others together", (_cell(rest),), folded)]


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
    used = {f.metric for f in context.figures if f.status != "no_data"}
    return tuple(Entry(f"d-{m.id}", m.title, m.definition, m.caveat) for m in context.metrics.values() if m.id in used)
