"""partners/AGENCY.pdf: one agency's public figures beside the program's, on two pages."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.program.model import Agency, Metric
from pipeline.publish import labels, numbers, wording
from pipeline.publish.charts.canvas import Frame
from pipeline.publish.charts.rates import WIDE, RateRow, rates_chart
from pipeline.publish.public.context import PublicContext, Shell, heading
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
    reading: tuple[str, ...]
    notes: tuple[Note, ...]
    sources: str


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
        subtitle=f"{covered or 'No period is complete yet'} · beside all agencies together, {name} included",
        lead=_lead(context, agency, spans, alike),
        table=table,
        has_withheld=table is not None
        and any("wh" in c.css and c.text == "withheld" for r in table.rows for c in r.cells),
        picture=picture,
        times=_small(context, agency, spans, TIMES, "How fast, and how long, in minutes"),
        calls=_small(context, agency, spans, CALLS, "Calls in CAD, and training"),
        reading=_reading(name),
        notes=_notes(context, table),
        sources=(
            f"{name}’s CAD (computer-aided dispatch) and team log, as handed over to the program. Rows in quarantine, "
            "waiting for a correction, are not counted."
        ),
    )


def _covered(spans: list[Span]) -> str:
    if not spans:
        return ""
    first, last = min(s.start for s in spans), max(s.end for s in spans)
    return Span(f"{first}..{last}", first, last).days


def _columns(context: PublicContext, agency: Agency, spans: list[Span]) -> list[tuple[str, Span]]:
    """Agency columns, the latest first, then the program's fiscal year."""
    program = [s for s in context.spans("all") if s.text == context.fiscal]
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
    if not spans or not rows:
        return None
    heads = _heads(context, columns, "Figure")
    return Table("What the teams did, and what came of it", heads, tuple(rows), css="fixed tight")


def _small(
    context: PublicContext, agency: Agency, spans: list[Span], metrics: tuple[str, ...], caption: str
) -> Table | None:
    columns = _columns(context, agency, spans)
    rows = [_row(context, context.metrics[m], columns) for m in metrics if m in context.metrics]
    rows = [r for r in rows if _says(r.cells)]
    if not spans or not rows:
        return None
    return Table(caption, _heads(context, columns, "Measure"), tuple(rows), css="fixed tight")


def _picture(context: PublicContext, agency: Agency, spans: list[Span]) -> tuple[Picture | None, str]:
    """The agency's published rates beside the program's of the same fiscal year, and what the comparison says."""
    name = context.names[agency.id]
    for span in spans:
        rows, apart = [], []
        for metric_id in RATES:
            own = context.rate(metric_id, span.text, agency.id) if metric_id in context.metrics else None
            whole = context.rate(metric_id, span.text) if own is not None else None
            if own is None:
                continue
            rows.append(RateRow(context.metrics[metric_id].title, own, whole))
            if whole is not None and not own.low <= whole.share <= own.high:
                apart.append(wording.lower_first(context.metrics[metric_id].title))
        if rows:
            return _rates(context, name, span, rows[:MOST_RATES]), _alike(name, rows, apart)
    return None, ""


def _rates(context: PublicContext, name: str, span: Span, rows: list[RateRow]) -> Picture:
    pair = any(r.beside is not None for r in rows)
    unit = f"Filled: {name}. Open: program. " if pair else ""
    unit += "The bar is the 95% interval" + (
        "; where bars overlap, chance may explain the difference." if pair else "."
    )
    title = "Rates with their margin of error"
    legend = f" Filled: {name}. Open: program." if pair else ""
    source = f"{context.program.name}, edition {context.edition}"
    frame = Frame(f"{name}: {wording.lower_first(title)}", f"Percent, {span.short}.{legend}", source)
    slug = next(k for k, v in context.names.items() if v == name)
    return Picture(title, unit, rates_chart(f"rates-{slug}", rows, context.shell.palette, WIDE, frame))


def _alike(name: str, rows: list[RateRow], apart: list[str]) -> str:
    compared = [r for r in rows if r.beside is not None]
    if not compared:
        return ""
    if not apart:
        alike = "differences are within the margin of error"
        return f"In every rate that can be compared, {name} and the program are alike: {alike}."
    return f"{name} differs from the program by more than the margin of error in {wording.listed(apart)}."


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
    return f"{name}’s counts are withheld to protect the people met. The program’s totals include them."


def _reading(name: str) -> tuple[str, ...]:
    return (
        f"Compare a rate with its margin of error, not by its last digit, before saying that {name} and the program "
        "differ.",
        "More calls can mean more need, better recognition by dispatch, or more team hours. These figures do not tell "
        "which.",
        "“Kept out of jail” says that an arrest the team thought likely did not happen. It does not say what would "
        "have happened later.",
        "Do not rank agencies: the towns, hours covered and calls differ.",
    )


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
    return (Note("People", PEOPLE_TWICE), *about)
