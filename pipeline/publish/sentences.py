"""Sentences made from figures by fixed rules: nothing rises without a signal, nothing is better without a direction."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.measure.figure import Figure
from pipeline.measure.intervals import rare_event
from pipeline.measure.series import Series, Verdict
from pipeline.program.model import Metric
from pipeline.publish import numbers, wording

#: How the last column of the headline table says what a series shows.
VERDICTS: dict[Verdict, str] = {
    "usual": "usual",
    "rise": "higher",
    "fall": "lower",
    "better": "better",
    "worse": "worse",
    "too_few": "too early",
    "no_data": "no data",
}
#: How a declared sentence gives what its rate is out of.
PARTS = "({numerator} of {denominator})"
#: What the rows of a table are called in a sentence.
NOUNS = {"calls": "calls", "encounters": "encounters", "referrals": "referrals", "reconciliation": "calls"}
SIGNALS: tuple[Verdict, ...] = ("better", "worse", "rise", "fall")


def fill(metric: Metric, figure: Figure) -> str:
    """The metric's declared sentence with this figure's numbers, in agreement with them; empty when none is declared.

    Fields are those of the figures table, and `percent`. Withheld, bounded and missing figures have words of their own.
    """
    if figure.status == "withheld":
        return f"{metric.title}: withheld."
    if figure.value is None and figure.status != "bounded":
        return f"{metric.title}: no data."
    if figure.status == "bounded":
        return _bounded(metric, figure)
    if not metric.sentence:
        return ""
    return wording.agree(metric.sentence.format(**fields(figure)))


def _bounded(metric: Metric, figure: Figure) -> str:
    """`At least 97% of … did not (367 encounters).`: the declared sentence with the one number that is printed."""
    if figure.numerator is not None:
        beside = things(metric, figure.numerator)
    else:
        beside = f"of {things(metric, figure.denominator or 0)}"
    if PARTS not in metric.sentence:
        return f"{metric.title}: {numbers.bound_text(figure)} ({beside})."
    return wording.agree(metric.sentence.replace(PARTS, f"({beside})").format(**fields(figure)))


def things(metric: Metric, n: float) -> str:
    """`367 encounters`: how many of what a rate is over; people where each counts with the last row."""
    noun = "people" if metric.last_by == "person_key" else NOUNS.get(metric.over.removesuffix("_linked"), "rows")
    return wording.counted(n, noun)


def rare(metric: Metric, figure: Figure) -> str:
    """What none in so many cases says of a rate that should be low; empty for every other figure."""
    none_seen = metric.kind == "rate" and metric.direction == "lower" and figure.numerator == 0
    if not none_seen or not figure.denominator or figure.status != "published":
        return ""
    return rare_event(round(figure.denominator))


def fields(figure: Figure) -> dict[str, str]:
    """What a declared sentence may name, as printed."""
    return {
        "percent": numbers.value_text(figure),
        "value": numbers.value_text(figure),
        "numerator": numbers.part_text(figure, figure.numerator),
        "denominator": numbers.part_text(figure, figure.denominator),
        "low": "" if figure.low is None else numbers.amount(figure.low, figure.unit),
        "high": "" if figure.high is None else numbers.amount(figure.high, figure.unit),
        "unknown": "" if figure.unknown is None else numbers.number(figure.unknown),
        "title": figure.title,
        "unit": figure.unit,
        "metric": figure.metric,
        "period": wording.span_of(figure).title,
        "period_start": wording.day(figure.period_start),
        "period_end": wording.day(figure.period_end),
        "agency": figure.agency,
        "group": figure.group or "",
        "category": figure.category or "",
        "status": figure.status,
        "edition": figure.edition or "",
    }


def copy_ready(metric: Metric, figure: Figure, where: str = "") -> str:
    """The sentence with its period in front, as it can be pasted into an application.

    `where` names an agency when the figure is one agency's.
    """
    span = wording.span_of(figure)
    place = f"{where}: " if where else ""
    said = fill(metric, figure)
    if not said or said.startswith(f"{metric.title}: "):
        text = numbers.spoken(figure) if not said else said.removeprefix(f"{metric.title}: ").removesuffix(".")
        return f"{place}{metric.title}, {span.days}: {text}."
    return f"{place}{span.opening} {wording.lower_first(said)}"


def followed(series: Sequence[Series], titles: dict[str, str]) -> tuple[str, str]:
    """The answer to "better or worse than usual": its first words, and the sentences after them."""
    judged = [s for s in series if s.verdict not in ("too_few", "no_data")]
    if not judged:
        months = max((sum(v is not None for v in s.values) for s in series), default=0)
        so_far = {0: "there is none", 1: "there is one"}.get(months, f"there are {wording.spelled(months)}")
        return "Too early to say.", f"The usual range needs six months with data; so far {so_far}."
    changed = [s for s in judged if s.verdict in SIGNALS]
    if not changed:
        return (
            "As usual.",
            f"Of {wording.counted(len(judged), 'figures')} followed over time, none left its usual range.",
        )
    lead = f"{wording.spelled(len(changed)).capitalize()} real change{'' if len(changed) == 1 else 's'}."
    parts = []
    for verdict in SIGNALS:
        names = [titles[s.metric] for s in changed if s.verdict == verdict]
        if names:
            names = [names[0], *(wording.lower_first(n) for n in names[1:])]
            parts.append(f"{VERDICTS[verdict].capitalize()} than usual: {wording.lower_first(wording.listed(names))}.")
    if len(judged) > len(changed):
        parts.append("The rest is as usual.")
    return lead, " ".join(parts)


def split_finding(series: Series) -> tuple[str, str]:
    """A series' sentence as (bold part, rest): the first words are bold where something really changed."""
    if series.verdict not in SIGNALS or ". " not in series.sentence:
        return "", series.sentence
    first, rest = series.sentence.split(". ", 1)
    return f"{first}.", rest


def strength(series: Series) -> float:
    """How far the last value lies from the mean, in half widths of the usual range; 0 without a signal."""
    known = [v for v in series.values if v is not None]
    if series.verdict not in SIGNALS or series.mean is None or series.upper is None or not known:
        return 0.0
    half = max(series.upper - series.mean, series.mean - (series.lower or 0.0))
    return 1 + abs(known[-1] - series.mean) / half if half else 1.0
