"""headline.pdf: one page for grant writers, each figure with what it is out of, and sentences to copy."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.measure.figure import Figure
from pipeline.program.model import Metric
from pipeline.publish import numbers, sentences, wording
from pipeline.publish.public.context import PublicContext, Shell
from pipeline.publish.public.trend import monthly, months_of
from pipeline.publish.public.words import ORDER, fact, note
from pipeline.publish.report.prepare import footer
from pipeline.publish.text import closing


@dataclass(frozen=True, slots=True)
class Fact:
    """One row: the figure large, what it is and counts, what it is out of, its interval, its footnote."""

    value: str
    css: str
    what: str
    counts: str
    out_of: str
    interval: str
    note: str


@dataclass(frozen=True, slots=True)
class FactSheet:
    """The page."""

    shell: Shell
    title: str
    description: str
    organization: str
    palette: object
    footer: str
    heading: str
    subtitle: str
    intro: str
    facts: tuple[Fact, ...]
    copies: tuple[str, ...]
    closing: str
    protected: str
    notes: tuple[str, ...]


def fact_sheet(context: PublicContext) -> FactSheet:
    """Prepare the page from the program's figures to date."""
    shell, program = context.shell, context.program
    chosen = [(context.metrics[m], f) for m in ORDER if m in context.metrics and (f := context.get(m, context.main))]
    shown = [(m, f) for m, f in chosen if f.status != "no_data"]
    spans = [wording.span_of(f) for _, f in chosen]
    longest = max(spans, key=lambda s: s.end, default=wording.span(context.period))
    notes = _notes(shown)
    facts = tuple(_fact(context, m, f, notes, longest.end == f.period_end) for m, f in shown)
    title = f"{program.name} in {wording.spelled(len(facts))} figure{'' if len(facts) == 1 else 's'}"
    title = title if facts else program.name
    agencies = wording.common_words(sorted((a.name for a in program.agencies), key=str.casefold))
    where = agencies if len(agencies) <= 80 else f"{wording.spelled(len(program.agencies))} agencies"
    return FactSheet(
        shell=shell,
        title=f"{title}, {longest.days}",
        description="One-page fact sheet with headline figures, what each is out of, and sentences to copy",
        organization=shell.organization,
        palette=shell.palette,
        footer=footer("", "", "", context.edition),  # the title names the program
        heading=title,
        subtitle=f"{wording.day(longest.start)} to {wording.day(longest.end)} · {where}",
        intro=(
            "A co-responder team is a mental health professional and a police officer who answer calls together. "
            f"These are the program’s figures {_how_long(longest)}."
        ),
        facts=facts,
        copies=tuple(sentences.copy_ready(m, f) for m, f in shown if f.status in ("published", "bounded")),
        closing=closing(),
        protected=shell.why_withheld if any(f.css for f in facts) and context.figures.protected else "",
        notes=notes,
    )


def _how_long(span: wording.Span) -> str:
    months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month + 1
    if span.text != "to-date" or not span.whole_months:
        return f"for {span.days}"
    return "for its first month" if months == 1 else f"for its first {months} months"


def _notes(shown: list[tuple[Metric, Figure]]) -> tuple[str, ...]:
    """Caveats as footnotes, each once."""
    return tuple(dict.fromkeys(note(m) for m, _ in shown if note(m)))


def _fact(context: PublicContext, metric: Metric, figure: Figure, notes: tuple[str, ...], to_the_end: bool) -> Fact:
    what, counts = fact(metric)
    text = numbers.value_text(figure)
    css = "wh" if figure.status == "withheld" else "long" if figure.status == "bounded" else ""
    near = numbers.tenths(figure) if metric.id == "stable_rate" and figure.status == "published" else ""
    interval = numbers.interval_text(figure)
    if not to_the_end:
        what = f"{what}, through {wording.month_name(figure.period_end)}"
    return Fact(
        value=near or text,
        css=css,
        what=what,
        counts=counts,
        out_of=_out_of(context, metric, figure),
        interval=f"95% interval: {interval}" if interval else "",
        note=str(notes.index(said) + 1) if (said := note(metric)) else "",
    )


def _out_of(context: PublicContext, metric: Metric, figure: Figure) -> str:
    """The denominator with its noun; a count says its monthly mean."""
    if figure.status == "withheld":
        return "withheld"
    whole = context.whole_of(metric, figure)
    if whole is not None and whole.value:
        return f"{wording.counted(whole.value, 'people')} met"
    if figure.status == "bounded":
        return _beside_a_bound(metric, figure)
    if metric.unit == "fraction":
        noun = {"encounters": "encounters", "shifts": "hours"}.get(metric.over, "")
        noun = "with a known follow-up" if metric.id == "stable_rate" else noun
        return f"{context.out_of(metric, figure)} {noun}".strip()
    average = monthly(figure)
    if metric.id != "calls_responded" or average is None or months_of(figure) < 2:
        return "a count"
    return f"a count; {average} a month on average"


def _beside_a_bound(metric: Metric, figure: Figure) -> str:
    """The one number that is printed beside `at least 97%` (what was counted) or `at most 4%` (the whole)."""
    if figure.numerator is not None:
        return f"{sentences.things(metric, figure.numerator)}; out of how many is withheld"
    return f"of {sentences.things(metric, figure.denominator or 0)}"
