"""What each figure counts, over what, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.program.model import Metric
from pipeline.publish import labels, numbers, wording
from pipeline.publish.report import measures
from pipeline.publish.report.context import Context

#: How the titles of shipped rates by population end.
PER_RESIDENTS = ", per 1,000 residents"


@dataclass(frozen=True, slots=True)
class Definition:
    """A term with its meaning and the small print; `number` is the footnote number of a headline figure."""

    id: str
    term: str
    text: str
    small: str = ""
    number: str = ""
    also: tuple[str, ...] = ()  # ids of the others that it speaks for


@dataclass(frozen=True, slots=True)
class Definitions:
    """The last page."""

    entries: tuple[Definition, ...]


def definitions(context: Context) -> Definitions:
    """Prepare the page: headline figures in the order of their footnotes, general terms, then the other metrics."""
    metrics = context.metrics
    headline = [metrics[m] for m in labels.HEADLINE if m in metrics and context.figure(m, context.period)]
    first = [_of_metric(context, m, str(i)) for i, m in enumerate(headline, 1)]
    further = [m for m in (*measures.shown(context), *_elsewhere(context)) if m not in headline]
    groups = together(measures.families(further))
    leads = [group[0] for group in groups]
    others = tuple(
        _of_family(_of_metric(context, group[0], caveat=before is None or group[0].caveat != before.caveat), group)
        for before, group in zip([None, *leads], groups, strict=False)
    )
    return Definitions((*first, *_general(context), *others))


def together(groups: list[list[Metric]]) -> list[list[Metric]]:
    """Rates by population explain each other; those of the program's own speak for themselves."""
    shared = [m for group in groups for m in group if m.kind == "per_1000" and not m.own]
    if len(shared) < 2:
        return groups
    return [shared if group[0] is shared[0] else group for group in groups if group[0] not in shared[1:]]


def _of_family(entry: Definition, group: Sequence[Metric]) -> Definition:
    """The entry of the first of a family, made to speak for all of it."""
    if len(group) == 1:
        return entry
    term, text = said_together(group)
    also = tuple(f"d-{m.id}" for m in group[1:])
    return replace(entry, term=term, text=_sentence(text), small=caveat_together(group, entry.small), also=also)


def said_together(group: Sequence[Metric]) -> tuple[str, str]:
    """Term and definition of a family of metrics, or of a single one."""
    first = group[0]
    if len(group) == 1:
        return first.title, first.definition
    if first.kind == "per_1000":
        counts = [wording.lower_first(m.title.removesuffix(PER_RESIDENTS)) for m in group]
        text = f"{wording.listed(counts)} of the period, by 1,000 residents of the agencies whose population is known."
        return "Per 1,000 residents", text[0].upper() + text[1:]
    if first.kind != "survival":
        return f"{first.title}, median and 9 of 10 within", first.definition
    return measures.family_title(group), measures.every_span(group, first.definition)


def caveat_together(group: Sequence[Metric], caveat: str) -> str:
    """The caveat of the first of a family, not tied to its own number of days."""
    return caveat if len(group) == 1 else caveat.replace(f"whose {group[0].within_days} days", "whose days")


def _elsewhere(context: Context) -> list[Metric]:
    """Metrics that the report tells of outside of the table of measures, and does not define where it does.

    The ladder and the comparison of CAD and log say beside their numbers what is counted.
    """
    told = (*labels.LADDER, *measures.RECONCILED)
    return [m for m in context.measured if m.id in measures.ELSEWHERE and (m.own or m.id not in told)]


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
    until = "to date" if context.widest.text == "to-date" else f"({context.widest.title})"
    noun = labels.unknown(metric) if metric.kind == "people" else "Unknown"
    return f"{noun}: {numbers.number(figure.unknown)} {until}."


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
