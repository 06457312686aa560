"""Who was met, and how: breakdowns of people and encounters with the unknown share shown."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.publish import labels, numbers, wording
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Cell, Head, Row, Table, two_lines
from pipeline.publish.wording import Span

GROUPS_OF_PEOPLE = (
    (("gender", "race_ethnicity"), "Gender, race and ethnicity"),
    (("age_band", "age", "veteran", "unhoused"), "Age, veterans, housing"),
)
WHOLES = {"people_met": "All people met", "encounters": "All encounters"}


@dataclass(frozen=True, slots=True)
class People:
    """The page of breakdowns: tables side by side, two by two."""

    intro: str
    tables: tuple[Table, ...]


def people(context: Context) -> People | None:
    """Prepare the page; None when no breakdown of people was measured."""
    tables = [t for groups, caption in GROUPS_OF_PEOPLE if (t := breakdown(context, "people_met", groups, caption))]
    if not tables:
        return None
    wide = context.widest.title
    wide = wording.lower_first(wide) if context.widest.text == "to-date" else wide
    share = f"; the share is of {wide}" if context.widest != context.period else ""
    intro = f"People met, each counted once in the period{share}. Unknown is shown, not spread over the others."
    return People(intro, tuple(tables))


def breakdown(context: Context, metric: str, groups: tuple[str, ...], caption: str) -> Table | None:
    """One table over some groups of a metric: the period, the widest period, and the share of the latter."""
    rows: list[Row] = []
    for group in groups:
        rows += _rows(context, metric, group, first=not rows)
    if not rows:
        return None
    spans = _two(context)
    total = tuple(Cell(_count(context, metric, s, None, None)) for s in spans)
    rows.append(Row(WHOLES.get(metric, "All"), (*total, Cell("")), css="total"))
    heads = (Head("Group", width=128.0), *(Head(two_lines(s.short), "r") for s in spans), Head("Share", "r"))
    return Table(caption, heads, tuple(rows), css="tight")


def _two(context: Context) -> tuple[Span, ...]:
    return tuple({s.text: s for s in (context.period, context.widest)}.values())


def _rows(context: Context, metric: str, group: str, *, first: bool) -> list[Row]:
    found = {
        f.category: f
        for f in context.inputs.figures
        if f.metric == metric and f.group == group and f.agency == "all" and f.period == context.widest.text
    }
    codes = sorted((c for c in found if c is not None), key=lambda c: c == "unknown")
    whole = sum(f.value or 0.0 for f in found.values())
    rows = []
    for i, code in enumerate(codes):
        counts = tuple(Cell(_count(context, metric, s, group, code)) for s in _two(context))
        share = (
            numbers.percent(numbers.exact(found[code].value or 0.0) / numbers.exact(whole)) if whole else numbers.DASH
        )
        css = " ".join(c for c, on in (("unk", code == "unknown"), ("gap", i == 0 and not first)) if on)
        rows.append(Row(labels.category(group, code), (*counts, Cell(share)), css=css))
    return rows


def _count(context: Context, metric: str, span: Span, group: str | None, category: str | None) -> str:
    figure = context.figure(metric, span, "all", group, category)
    return numbers.value_text(figure) if figure is not None else "0"
