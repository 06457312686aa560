"""The diversion ladder, from strict to loose: always shown together, with what to say and what not to say."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.measure.figure import Figure
from pipeline.program.model import Metric
from pipeline.publish import labels, numbers, sentences, wording
from pipeline.publish.charts.bars import Rung, ladder_chart
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Cell, Head, Picture, Row, Table
from pipeline.publish.wording import Span

STRICT = "diversion_rate"
NAMES = {
    "diversion_confirmed": "Confirmed twice",
    "diversion_rate": "Strict: the headline",
    "diversion_loose": "Loose: all encounters",
}
#: What each rung counts, as long as the shipped definitions hold.
STEPS = {
    "diversion_confirmed": "Arrest likely; neither log nor CAD shows an arrest",
    "diversion_rate": "Arrest likely (probable cause); no arrest in the log",
    "diversion_loose": "Any encounter without arrest",
}
WIDTHS = (94.0, 212.0, 40.0, 54.0, 42.0)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The page about how many arrests were avoided."""

    intro: str
    picture: Picture
    steps: Table
    over_time: Table
    say: str
    not_say: str
    why_heading: str
    why: str


def ladder(context: Context) -> Ladder | None:
    """Prepare the page; None unless the strict rate and another rung were measured."""
    span = context.widest
    rungs = [(m, f) for m in labels.LADDER if m in context.metrics and (f := _known(context, m, span))]
    strict = next((f for m, f in rungs if m == STRICT), None)
    if strict is None or len(rungs) < 2:
        return None
    loose = dict(rungs).get("diversion_loose")
    confirmed = dict(rungs).get("diversion_confirmed")
    why = _why(confirmed, strict)
    return Ladder(
        intro=(
            "“Diverted” can be counted in several ways. The headline uses the strict one. The loose one looks better "
            f"because most of the people in it would not have been arrested anyway. {span.title}, encounters."
        ),
        picture=_picture(context, rungs),
        steps=_steps(context, rungs),
        over_time=_over_time(context),
        say=_say(context, strict),
        not_say=_not_say(loose),
        why_heading=why[0],
        why=why[1],
    )


def _known(context: Context, metric: str, span: Span) -> Figure | None:
    figure = context.figure(metric, span)
    return figure if figure is not None and figure.denominator and figure.numerator is not None else None


def _picture(context: Context, rungs: list[tuple[str, Figure]]) -> Picture:
    bars = [
        Rung(str(i), NAMES[m], int(f.numerator or 0), int(f.denominator or 0), m == STRICT)
        for i, (m, f) in enumerate(rungs, 1)
    ]
    return Picture(
        "Encounters counted under each definition",
        "Bar: encounters counted. Dark end: those that ended in arrest.",
        ladder_chart(bars, context.palette),
    )


def _heads(first: str, second: str) -> tuple[Head, ...]:
    return (
        Head(first, width=WIDTHS[0]),
        Head(second, "lead-in", WIDTHS[1]),
        Head("Not\narrested", "r", WIDTHS[2]),
        Head("Encounters", "r", WIDTHS[3]),
        Head("Rate", "r", WIDTHS[4]),
        Head("95% interval", "r"),
    )


def _row(head: str, what: str, figure: Figure, css: str = "r") -> Row:
    interval = numbers.interval_text(figure, 1, numbers.DASH).replace(f"%{numbers.DASH}", numbers.DASH)
    cells = (
        Cell(what, css="lead-in"),
        Cell(numbers.number(figure.numerator or 0), css=css),
        Cell(numbers.number(figure.denominator or 0), css=css),
        Cell(numbers.value_text(figure, 1), css=css),
        Cell(interval or numbers.DASH, css=f"{css} nb"),
    )
    return Row(head, cells)


def _steps(context: Context, rungs: list[tuple[str, Figure]]) -> Table:
    rows = [
        _row(f"{i} {NAMES[m]}", _step(context.metrics[m]), f, "r now" if m == STRICT else "r")
        for i, (m, f) in enumerate(rungs, 1)
    ]
    return Table("What each step counts", _heads("Definition", "What it counts"), tuple(rows), css="tight fixed")


def _step(metric: Metric) -> str:
    return metric.definition if metric.own else STEPS[metric.id]


def _over_time(context: Context) -> Table:
    rows = []
    for span in context.spans:
        figure = _known(context, STRICT, span)
        if figure is not None:
            rows.append(_row(span.short, span.days, figure))
    return Table("The strict rate over time", _heads("Period", "From when to when"), tuple(rows), css="tight fixed")


def _say(context: Context, strict: Figure) -> str:
    people = context.count("people_diverted", context.widest)
    said = f"“{sentences.copy_ready(context.metrics[STRICT], strict)}”"
    interval = numbers.interval_text(strict)
    parts = [said, f"Give the {numbers.number(strict.denominator or 0)}"]
    parts[1] += f" and the 95% interval, {interval}." if interval else "."
    if people is not None:
        parts.append(f"In people: {wording.agree(f'{numbers.number(people)} people were kept out of jail.')}")
    return " ".join(parts)


def _not_say(loose: Figure | None) -> str:
    if loose is None:
        return "Not a rate over all encounters: most of them would not have ended in arrest without the program either."
    return (
        f"“{numbers.value_text(loose)} of people served avoided jail.” That is the loose rate, of encounters rather "
        "than people, and would be high without any program."
    )


def _why(confirmed: Figure | None, strict: Figure) -> tuple[str, str]:
    """Why the first two rungs differ: the log and CAD tell different stories; empty when they do not."""
    if confirmed is None:
        return "", ""
    apart = int((strict.denominator or 0) - (confirmed.denominator or 0))
    parts = []
    if apart > 0:
        left_out = wording.counted(apart, "encounters")
        parts.append(f"Step 1 leaves out {left_out} whose call is not linked or has no disposition in CAD.")
    fewer = int((strict.numerator or 0) - (confirmed.numerator or 0)) - max(apart, 0)
    if fewer > 0:
        parts.append(
            f"In at least {wording.counted(fewer, 'encounters')} the log says that nobody was arrested, and CAD closed "
            "the incident with an arrest. It may have been another person at the same incident."
        )
    return ("Why 1 and 2 differ", " ".join(parts)) if parts else ("", "")
