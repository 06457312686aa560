"""partners/AGENCY.pdf: one agency's public figures beside the program's, on two pages."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.program.model import Agency, Metric
from pipeline.publish import labels, numbers, wording
from pipeline.publish.charts.canvas import Frame
from pipeline.publish.charts.rates import WIDE, RateRow, rates_chart
from pipeline.publish.public.context import PublicContext, Shell, heading, through
from pipeline.publish.public.words import PEOPLE_TWICE, note
from pipeline.publish.report.prepare import footer
from pipeline.publish.report.views import Cell, Head, Picture, Row, Table
from pipeline.publish.wording import Span

FIRST = (*labels.HEADLINE, "coverage", "referral_accepted_rate")
TIMES = ("response_time_median", "dispatch_time_median", "on_scene_time_median")
CALLS = ("calls_for_service", "behavioral_health_calls", "team_calls", "personnel_trained")
RATES = ("stable_rate", "coverage", "referral_accepted_rate", "resolved_in_community_rate", "diversion_rate")
MOST_RATES, MOST_YEARS = 3, 2


@dataclass(frozen=True, slots=True)
class Note:
    """What to keep in mind about a figure."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Partner:
    """The two pages."""

    shell: Shell
    title: str
    description: str
    organization: str
    palette: object
    footer: str
    heading: str
    subtitle: str
    lead: str
    table: Table | None
    has_withheld: bool
    picture: Picture | None
    times: Table | None
    calls: Table | None
    name: str
    alone: bool  # the program's only agency
    notes: tuple[Note, ...]


def partner(context: PublicContext, agency: Agency) -> Partner:
    """Prepare the summary of one agency; it is never empty, also when everything is withheld."""
    shell, spans = context.shell, context.spans(agency.id)[: MOST_YEARS + 1]
    name = context.names[agency.id]
    covered = _covered(spans)
    picture, alike = _picture(context, agency, spans)
    table = _table(context, agency, spans)
    return Partner(
        shell=shell,
        title=f"{agency.name} in the {context.program.name}, {covered or context.period.label}",
        description="Two-page summary of one agency’s public figures beside the program’s",
        organization=shell.organization,
        palette=shell.palette,
        footer=footer(agency.name, covered or "no figures yet", "", context.edition),
        heading=agency.name,
        subtitle=_subtitle(context, name, covered),
        lead=_lead(context, agency, spans, alike),
        table=table,
        has_withheld=table is not None
        and any("wh" in c.css and c.text == "withheld" for r in table.rows for c in r.cells),
        picture=picture,
        times=_small(context, agency, spans, TIMES, "How fast, and how long, in minutes"),
        calls=_small(context, agency, spans, CALLS, "Calls in CAD, and training"),
        name=name,
        alone=_alone(context),
        notes=_notes(context, table),
    )


def _subtitle(context: PublicContext, name: str, covered: str) -> str:
    """Which months the figures cover, and what stands beside them."""
    beside = "" if _alone(context) else f"beside all agencies together, {name} included"
    return " · ".join(p for p in (covered or "No quarter is over yet", beside) if p)


def _alone(context: PublicContext) -> bool:
    """Whether the program has one agency: then there is nothing to set it beside."""
    return len(context.names) == 1


def _covered(spans: list[Span]) -> str:
    if not spans:
        return ""
    first, last = min(s.start for s in spans), max(s.end for s in spans)
    return Span(f"{first}..{last}", first, last).days


def _columns(context: PublicContext, agency: Agency, spans: list[Span]) -> list[tuple[str, Span]]:
    """Agency columns, the latest first, then the program's fiscal year; of a single agency that while it has none."""
    program = [s for s in context.spans("all") if s.text == context.fiscal]
    if spans and _alone(context):
        program = []
    return [(agency.id, s) for s in spans] + [("all", s) for s in program]


def _heads(context: PublicContext, columns: list[tuple[str, Span]], first: str) -> tuple[Head, ...]:
    names = [context.names[who] if who != "all" else "Program" for who, _ in columns]
    short = [n if len(n) <= 18 else "Agency" for n in names]
    return (
        Head(first, width=190.0),
        *(Head(f"{n}\n{heading(s)}", "r") for n, (_, s) in zip(short, columns, strict=True)),
    )


def _row(context: PublicContext, metric: Metric, columns: list[tuple[str, Span]]) -> Row:
    cells = tuple(
        context.cell(metric, span, who, "r now" if i == 0 and who != "all" else "r")
        for i, (who, span) in enumerate(columns)
    )
    return Row(metric.title, cells, labels.out_of(metric))


def _says(cells: tuple[Cell, ...]) -> bool:
    return any(c.text not in (numbers.NO_DATA, numbers.DASH) for c in cells)


def _table(context: PublicContext, agency: Agency, spans: list[Span]) -> Table | None:
    columns = _columns(context, agency, spans)
    rows = [_row(context, context.metrics[m], columns) for m in FIRST if m in context.metrics]
    rows = [r for r in rows if _says(r.cells)]
    if not rows:
        return None
    heads = _heads(context, columns, "Figure")
    return Table("What the teams did, and what came of it", heads, tuple(rows), css="fixed tight")


def _small(
    context: PublicContext, agency: Agency, spans: list[Span], metrics: tuple[str, ...], caption: str
) -> Table | None:
    columns = _columns(context, agency, spans)
    rows = [_row(context, context.metrics[m], columns) for m in metrics if m in context.metrics]
    rows = [r for r in rows if _says(r.cells)]
    if not rows:
        return None
    return Table(caption, _heads(context, columns, "Measure"), tuple(rows), css="fixed tight")


def _picture(context: PublicContext, agency: Agency, spans: list[Span]) -> tuple[Picture | None, str]:
    """The agency's published rates beside the program's of the same fiscal year, and what the comparison says."""
    name = context.names[agency.id]
    for span in spans:
        rows = []
        for metric_id in RATES:
            own = context.rate(metric_id, span.text, agency.id) if metric_id in context.metrics else None
            if own is not None:
                whole = None if _alone(context) else context.rate(metric_id, span.text)
                rows.append(RateRow(context.metrics[metric_id].title, own, whole))
        if rows:
            return _rates(context, agency, span, rows[:MOST_RATES]), _alike(name, rows[:MOST_RATES])
    return None, ""


def _rates(context: PublicContext, agency: Agency, span: Span, rows: list[RateRow]) -> Picture:
    name = context.names[agency.id]
    pair = any(r.beside is not None for r in rows)
    legend = _legend(context, name, span) if pair else ""
    unit = f"{legend}The bar is the 95% interval" + (
        "; where bars overlap, chance may explain the difference." if pair else "."
    )
    title = "Rates with their margin of error"
    source = f"{context.program.name}, edition {context.edition}"
    frame = Frame(f"{name}: {wording.lower_first(title)}", f"Percent, {span.short}. {legend}".strip(), source)
    return Picture(title, unit, rates_chart(f"rates-{agency.id}", rows, context.shell.palette, WIDE, frame))


def _legend(context: PublicContext, name: str, span: Span) -> str:
    """Which mark is whose; and how far each goes, where the program's figures go further than the agency's."""
    program = next((s for s in context.spans("all") if s.text == span.text), span)
    if program.end == span.end:
        return f"Filled: {name}. Open: program. "
    return f"Filled: {name}, {through(span.end)}. Open: program, {through(program.end)}. "


def _alike(name: str, rows: list[RateRow]) -> str:
    """Whether the agency's rates that are drawn differ from the program's by more than chance."""
    compared = [(r.label, r.rate, r.beside) for r in rows if r.beside is not None]
    apart = [label for label, own, whole in compared if not own.low <= whole.share <= own.high]
    if not compared:
        return ""
    if apart:
        listed = wording.listed([wording.lower_first(label) for label in apart])
        return f"{name} differs from the program by more than the margin of error in {listed}."
    rates = "the rate" if len(compared) == 1 else "the rates"
    return f"In {rates} drawn below, {name} and the program are alike: differences are within the margin of error."


def _lead(context: PublicContext, agency: Agency, spans: list[Span], alike: str) -> str:
    name = context.names[agency.id]
    for span in spans:
        calls = context.count("calls_responded", span.text, agency.id)
        if calls is not None:
            figure = context.get("calls_responded", span.text, agency.id)
            days = wording.span_of(figure).opening.rstrip(",") if figure is not None else span.opening.rstrip(",")
            said = f"{days}, {name}’s teams responded to {wording.counted(calls, 'calls')}."
            return f"{said} {alike}".strip()
    if not spans:
        return f"Figures of {name} appear when its first quarter is over."
    totals = "" if _alone(context) else " The program’s totals include it."
    return f"How many calls {name}’s teams responded to is withheld to protect the people met.{totals}"


def _notes(context: PublicContext, table: Table | None) -> tuple[Note, ...]:
    """What to keep in mind, figure by figure: who counts twice, then the caveats of the figures shown."""
    if table is None:
        return ()
    titles = {r.head for r in table.rows}
    shown = [context.metrics[m] for m in FIRST if m in context.metrics and context.metrics[m].title in titles]
    titles_of: dict[str, list[str]] = {}
    for m in shown:
        if said := note(m):
            titles_of.setdefault(said, []).append(m.title)
    about = (Note(wording.listed([t[0], *map(wording.lower_first, t[1:])]), said) for said, t in titles_of.items())
    return (*(() if _alone(context) else (Note("People", PEOPLE_TWICE),)), *about)
