"""Rule 8: one-way breakdowns of persons. Small categories, with the smallest others, become a remainder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.measure.figure import Figure
from pipeline.protect.calendar import Span
from pipeline.protect.counts import Counts
from pipeline.protect.entry import Line
from pipeline.protect.forms import EMPTY, withheld
from pipeline.protect.ledger import Ledger
from pipeline.protect.plan import PERSON_GROUPS

REMAINDER = "remainder"  # the category under which folded ones are printed together


@dataclass(frozen=True, slots=True)
class Folded:
    """Which categories stand alone, and which are added up in the remainder."""

    shown: tuple[str, ...]
    folded: tuple[str, ...]
    remainder: int


def fold(counts: Mapping[str, int], suppress_below: int, caps: Mapping[str, int] | None = None) -> Folded | None:
    """How a breakdown is printed; None when it cannot be.

    Categories of 0 to `suppress_below` - 1 are folded, with the smallest others, until the remainder has at least
    two categories
    and at least `suppress_below` people, and no small count in it is given away. `caps` are limits on counts that
    readers know
    from elsewhere. A category that holds everyone (100 %) leaves only zeros to fold, so it is not shown either.
    """
    by_size = sorted(counts, key=lambda c: (counts[c], c))
    must = sum(counts[c] < suppress_below for c in by_size)
    for n in range(must, len(by_size)):
        folded = tuple(sorted(by_size[:n]))
        rest = sum(counts[c] for c in folded)
        if not folded or (
            len(folded) >= 2 and rest >= suppress_below and _safe(counts, folded, suppress_below, caps or {})
        ):
            return Folded(tuple(c for c in counts if c not in folded), folded, rest)
    return None


def _safe(counts: Mapping[str, int], folded: Sequence[str], suppress_below: int, caps: Mapping[str, int]) -> bool:
    """Rule 3 within a remainder: every small count in it can still be 1 or less and `suppress_below` - 1 or more."""
    rest, top = sum(counts[c] for c in folded), suppress_below - 1
    limit = {c: min(caps.get(c, rest), rest) for c in folded}
    for c in folded:
        lowest = max(0, rest - sum(limit[d] for d in folded if d != c))
        if 1 <= counts[c] <= top and (lowest > 1 or limit[c] < top):
            return False
        if counts[c] == 0 and 1 <= limit[c] < top:
            return False
    return True


@dataclass(frozen=True)
class Breakdowns:
    """Breakdowns of persons of an edition: program, closed fiscal years, one group at a time."""

    counts: Counts
    ledger: Ledger
    suppress_below: int
    number: int
    edition: str
    remainders: bool = True
    frozen: bool = True

    def lines(
        self,
        years: Sequence[tuple[str, Span]],
        metrics: Sequence[str],
        total_is_safe: Callable[[str, Span], bool],
        restating: Iterable[Span] = (),
    ) -> list[Line]:
        """The rows of all breakdowns. `total_is_safe` asks the gate: a breakdown adds up to its total, so it
        prints that too."""
        again = list(restating)
        found: list[Line] = []
        for group in PERSON_GROUPS:
            for period, year in years:
                known: dict[str, int] = {}
                for metric in sorted(metrics, key=lambda m: (m != "people_met", metrics.index(m))):
                    old = (
                        []
                        if any(year.start <= m.start <= year.end for m in again)
                        else self._standing.get((metric, group, year.start, year.end), [])
                    )
                    lines = old or self._new(metric, group, period, year, known, total_is_safe)
                    found += [replace(x, figure=replace(x.figure, period=period, edition=self.edition)) for x in lines]
                    if metric == "people_met":
                        known = {
                            x.figure.category: round(x.figure.numerator)
                            for x in lines
                            if x.figure.category and x.figure.numerator is not None
                        }
        return found

    @cached_property
    def _standing(self) -> dict[tuple[object, ...], list[Line]]:
        """Rule 9: breakdowns that stand in the ledger are printed as they stand, folded as they were."""
        found: dict[tuple[object, ...], list[Line]] = {}
        gone = self.ledger.withdrawn
        for entry in self.ledger.editions if self.frozen else ():
            tables: dict[tuple[object, ...], list[Line]] = {}
            for line in entry.breakdowns if entry.edition not in gone else ():
                tables.setdefault(_place(line.figure), []).append(line)
            found.update((k, rows) for k, rows in tables.items() if any(x.figure.status != "withheld" for x in rows))
        return found

    def _new(
        self,
        metric: str,
        group: str,
        period: str,
        year: Span,
        caps: Mapping[str, int],
        safe: Callable[[str, Span], bool],
    ) -> list[Line]:
        rows = [f for f in self.counts.breakdown(metric, group, year) if f.category is not None]
        counts = {str(f.category): round(f.numerator or 0) for f in rows}
        if self.suppress_below <= 1 or not self.remainders:
            return [Line(replace(f, unknown=None), self.number) for f in rows]
        folded = fold(counts, self.suppress_below, caps)
        if not rows or folded is None or not safe(metric, year):
            return [Line(withheld(f, period, self.edition), self.number) for f in rows]
        shown = [
            replace(f, unknown=None) if f.category in folded.shown else withheld(f, period, self.edition) for f in rows
        ]
        if folded.folded:
            shown.append(_remainder(rows[0], folded.remainder))
        return [Line(f, self.number) for f in shown]


def _remainder(row: Figure, count: int) -> Figure:
    numbers = {**EMPTY, "numerator": float(count), "value": float(count)}
    return replace(row, **numbers, category=REMAINDER, status="published")  # type: ignore[arg-type]


def _place(figure: Figure) -> tuple[object, ...]:
    return figure.metric, figure.group, figure.period_start, figure.period_end
