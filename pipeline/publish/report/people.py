"""Who was met, and how: breakdowns of people and encounters with the unknown share shown."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.measure.figure import Figure
from pipeline.publish import labels, numbers
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Cell, Head, Row, Table, two_lines
from pipeline.publish.wording import Span

GROUPS_OF_PEOPLE = (
    (("gender", "race_ethnicity"), "Gender, race and ethnicity"),
    (("age_band", "veteran", "unhoused"), "Age, veterans, housing"),
)
WHOLES = {"people_met": "All people met", "encounters": "All encounters"}
#: Steps of a referral: metric, how the row reads, whether its numerator or its denominator is the count.
REFERRALS = (
    ("referral_accepted_rate", "Answer known", "denominator"),
    ("referral_accepted_rate", "Accepted, of those known", "numerator"),
    ("referral_connected_rate", "Connected, of those accepted", "numerator"),
)


@dataclass(frozen=True, slots=True)
class People:
    """The page of breakdowns: tables side by side, people first, then encounters and referrals."""

    intro: str
    people: tuple[Table, ...]
    encounters: tuple[Table, ...]


def people(context: Context) -> People | None:
    """Prepare the page; None when neither a breakdown nor a referral was measured."""
    met = [t for groups, caption in GROUPS_OF_PEOPLE if (t := breakdown(context, "people_met", groups, caption))]
    others = (breakdown(context, "encounters", ("kind",), "Encounters by kind"), _referrals(context))
    encounters = [t for t in others if t is not None]
    if not met and not encounters:
        return None
    share = f"; the share is of {context.widest.inside}" if context.widest != context.period else ""
    intro = f"People met, each counted once in the period{share}. Unknown is shown, not spread over the others."
    return People(intro if met else "", tuple(met), tuple(encounters))


def _referrals(context: Context) -> Table | None:
    """What became of referrals: made, answered, accepted, connected, and how long it took."""
    spans = _two(context)
    made = [context.figure("referrals_made", s) for s in spans]
    if not any(f is not None and f.value for f in made):
        return None
    rows = [Row("Referrals made", (*(Cell(_plain(f)) for f in made), Cell("100%")))]
    for metric, label, part in REFERRALS:
        figures = [context.figure(metric, s) for s in spans]
        if metric not in context.metrics or not any(f is not None and f.denominator for f in figures):
            continue
        counts = tuple(Cell(_part(f, part)) for f in figures)
        rows.append(Row(label, (*counts, Cell(_share(figures[-1], made[-1], part)))))
    days = [context.figure("days_to_connection_median", s) for s in spans]
    if any(f is not None and f.value is not None for f in days):
        rows.append(Row("Median days to connection", (*(Cell(_plain(f)) for f in days), Cell(numbers.DASH))))
    heads = (Head("Step", width=124.0), *(Head(two_lines(s.short), "r") for s in spans), Head("Share", "r"))
    under = "Recent referrals may still be connected." if len(rows) > 1 else ""
    return Table("What became of referrals", heads, tuple(rows), css="tight", under=under)


def _plain(figure: Figure | None) -> str:
    return numbers.DASH if figure is None else numbers.value_text(figure)


def _part(figure: Figure | None, part: str) -> str:
    value = getattr(figure, part) if figure is not None else None
    return numbers.number(value) if value is not None else _plain(figure)


def _share(figure: Figure | None, made: Figure | None, part: str) -> str:
    """Accepted of those known and connected of those accepted; known of all that were made."""
    if figure is None or not figure.denominator or made is None or not made.value:
        return numbers.DASH
    if part == "numerator":
        return numbers.value_text(figure)
    return numbers.percent(numbers.exact(figure.denominator) / numbers.exact(made.value))


def breakdown(context: Context, metric: str, groups: tuple[str, ...], caption: str) -> Table | None:
    """One table over some groups of a metric: the period, the widest period, and the share of the latter.

    None when nobody was counted.
    """
    whole = context.figure(metric, context.widest)
    if whole is None or not whole.value:
        return None
    rows: list[Row] = []
    for group in groups:
        rows += _rows(context, metric, group, first=not rows)
    if not rows:
        return None
    spans = _two(context)
    total = tuple(Cell(_count(context, metric, s, None, None)) for s in spans)
    rows.append(Row(WHOLES.get(metric, "All"), (*total, Cell("100%")), css="total"))
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
    if metric != "people_met":  # of people, none unknown is worth saying
        codes = [c for c in codes if c != "unknown" or found[c].value]
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
