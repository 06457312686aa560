"""What each figure counts, over what, and what to keep in mind."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.program.model import Metric
from pipeline.publish import labels, numbers, wording
from pipeline.publish.report import measures
from pipeline.publish.report.context import Context


@dataclass(frozen=True, slots=True)
class Definition:
    """A term with its meaning and the small print; `number` is the footnote number of a headline figure."""

    id: str
    term: str
    text: str
    small: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    """The last page."""

    entries: tuple[Definition, ...]
    others: tuple[Definition, ...]


def definitions(context: Context) -> Definitions:
    """Prepare the page: headline figures in the order of their footnotes, the other metrics, then general terms."""
    metrics = context.metrics
    headline = [metrics[m] for m in labels.HEADLINE if m in metrics and context.figure(m, context.period)]
    first = [_of_metric(context, m, str(i)) for i, m in enumerate(headline, 1)]
    further = [m for m in (*measures.shown(context), *_elsewhere(context)) if m not in headline]
    others = tuple(
        _of_metric(context, m, caveat=before is None or m.caveat != before.caveat)
        for before, m in zip([None, *further], further, strict=False)
    )
    return Definitions((*first, *_general(context)), others)


def _elsewhere(context: Context) -> list[Metric]:
    """Metrics with a figure that the report tells of outside of the table of measures."""
    return [m for m in context.measured if m.id in measures.ELSEWHERE]


def _of_metric(context: Context, metric: Metric, number: str = "", *, caveat: bool = True) -> Definition:
    """A metric's entry; `caveat` is False where the entry before says the same."""
    kept = _sentence(metric.caveat) if caveat else ""
    small = [s for s in (_whole(metric), kept, _unknown(context, metric)) if s]
    if metric.counterpart:
        small.append(f"Counterpart in the GPL toolkit: {_sentence(metric.counterpart)}")
    return Definition(f"d-{metric.id}", metric.title, _sentence(metric.definition), " ".join(small), number)


def _whole(metric: Metric) -> str:
    is_part = metric.kind == "people" and metric.id != labels.PEOPLE_MET
    return "Out of people met." if is_part else ""


def _unknown(context: Context, metric: Metric) -> str:
    """How many rows left the figure because something was unknown, over the longest period."""
    figure = context.figure(metric.id, context.widest)
    if figure is None or not figure.unknown:
        return ""
    until = "to date" if context.widest.text == "to-date" else context.widest.title
    return (
        f"Unknown and left out: {numbers.number(figure.unknown)} ({until})."
        if metric.kind != "people"
        else (f"Without a person key: {numbers.number(figure.unknown)} ({until}).")
    )


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _general(context: Context) -> list[Definition]:
    year = context.inputs.program
    first = wording.MONTHS[year.fiscal_year_starts - 1]
    last = wording.MONTHS[(year.fiscal_year_starts + 10) % 12]
    fiscal = f"A fiscal year runs from {first} to {last} and is named by the year it ends."
    entries = [
        Definition(
            "d-interval", "95% interval",
            "The range in which the true rate may well lie, given how few or many stand behind it.",
            "Wilson for rates; order statistics for medians; exact Poisson for counts.",
        )
    ]  # fmt: skip
    if context.by_metric:
        entries.append(
            Definition(
                "d-usual", "Usual range",
                "Mean of all months, plus and minus 2.66 times the mean change from month to month (XmR chart).",
                "With fewer than 12 months the limits are called trial limits and drawn dashed without a band.",
            )
        )  # fmt: skip
    entries += [
        Definition("d-periods", "Periods", f"{fiscal} Program to date runs from {wording.day(year.began)}."),
        Definition(
            "d-encounter", "Encounter, people met",
            "An encounter is one contact of a team with one person. People met are the persons with at least one.",
            "One incident can hold several encounters; one person can have many.",
        ),
    ]  # fmt: skip
    return entries
