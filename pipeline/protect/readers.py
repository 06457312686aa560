"""What the command line reads from published/: figures for the public, the list of editions, and what moved
between two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.errors import UserError
from pipeline.measure.figure import Figure
from pipeline.protect.entry import Entry
from pipeline.protect.ledger import Ledger, key_of, published_figures
from pipeline.protect.public import PublicFigures


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of `outcomes editions`."""

    edition: str
    period: str
    shown: int  # figures printed with numbers, breakdowns included
    withheld: int
    stepped: int  # cumulative figures that repeat an earlier end
    restated: tuple[str, ...]  # months whose figures it prints anew
    withdrawn: str  # the reason; empty when it stands


def editions(ledger: Ledger) -> list[Listed]:
    """All public editions, oldest first."""
    found = []
    for entry in ledger.editions:
        figures = [line.figure for line in entry.lines]
        reasons = ledger.withdrawn.get(entry.edition)
        found.append(
            Listed(
                entry.edition,
                entry.period,
                sum(f.status != "withheld" for f in figures),
                sum(f.status == "withheld" for f in figures),
                sum(_stepped(f, entry.end) for f in figures),
                tuple(f"{e.month:%Y-%m}" for e in ledger.before(entry.number).pending(entry.end) if e.month),
                reasons.reason if reasons else "",
            )
        )
    return found


def _stepped(figure: Figure, end: date) -> bool:
    """A figure to date that does not go to the end of its edition."""
    return figure.period == "to-date" and figure.status != "withheld" and figure.period_end < end


def standing_edition(ledger: Ledger, period: str) -> Entry:
    """The last edition of a period that was not withdrawn. UserError (exit 2) with the command that would publish
    one."""
    for entry in reversed(ledger.editions):
        if entry.period == period and entry.edition not in ledger.withdrawn:
            return entry
    raise UserError(
        f"nothing was published for {period} yet",
        "PERIOD",
        f"`outcomes build {period}` publishes an edition; `outcomes figures {period} --audience staff` is for staff.",
    )


def public_figures(ledger: Ledger, period: str) -> PublicFigures:
    """`figures --audience public`: the figures of the last standing edition of a period."""
    return published_figures(ledger, standing_edition(ledger, period))


Why = Literal[
    "late, corrected or withdrawn rows", "changed definition", "restated", "appeared", "withheld now", "another end"
]


@dataclass(frozen=True, slots=True)
class Moved:
    """A public figure that differs between two editions, and why."""

    metric: str
    agency: str
    period: str
    group: str | None
    category: str | None
    old: Figure | None
    new: Figure | None
    why: Why
    months: tuple[str, ...] = ()  # agency and month whose rows changed meanwhile


def compare(ledger: Ledger, old: str, new: str) -> list[Moved]:
    """What moved between two public editions, in the order of the newer one. UserError names an edition that there
    is not."""
    first, second = _entry(ledger, old), _entry(ledger, new)
    before = {_spelled(f): f for f in published_figures(ledger, first)}
    after = published_figures(ledger, second)
    restated = {id(r.new): r.reason for r in after.restated} | {id(r.old): r.reason for r in after.restated}
    found = []
    for figure in after:
        earlier = before.get(_spelled(figure))
        if (
            earlier is not None
            and _numbers(earlier) != _numbers(figure)
            and (why := _why(first, second, earlier, figure, restated))
        ):
            found.append(_moved(earlier, figure, why, tuple(_changed(first, second, figure))))
    return found


def _moved(old: Figure, new: Figure, why: Why, months: tuple[str, ...]) -> Moved:
    return Moved(new.metric, new.agency, new.period, new.group, new.category, old, new, why, months)


def _entry(ledger: Ledger, edition: str) -> Entry:
    for entry in ledger.editions:
        if entry.edition == edition:
            return entry
    names = ", ".join(e.edition for e in ledger.editions) or "none"
    raise UserError(f"there is no public edition {edition}", "compare", f"Published: {names}.")


def _spelled(figure: Figure) -> tuple[object, ...]:
    return figure.metric, figure.agency, figure.period, figure.group, figure.category


def _numbers(figure: Figure) -> tuple[object, ...]:
    return figure.status, figure.numerator, figure.denominator, figure.value, figure.low, figure.high, figure.period_end


def _why(first: Entry, second: Entry, old: Figure, new: Figure, restated: Mapping[int, str]) -> Why | None:
    if id(new) in restated:
        return "restated"
    if new.status == "withheld":
        return "withheld now"
    if old.status == "withheld":
        return "appeared"
    if key_of(old) != key_of(new):
        return "another end"
    definitions = [{d.id: d for d, _ in e.metrics}.get(new.metric) for e in (first, second)]
    return "changed definition" if definitions[0] != definitions[1] else "late, corrected or withdrawn rows"


def _changed(first: Entry, second: Entry, figure: Figure) -> Iterator[str]:
    """Agency months in the figure whose rows changed between the two editions."""
    for (agency, month), (version, _) in sorted(second.versions.items()):
        before = first.versions.get((agency, month))
        inside = figure.period_start <= month.replace(day=28) and month <= figure.period_end
        if before is not None and before[0] != version and inside and figure.agency in ("all", agency):
            yield f"{agency} {month:%Y-%m}"
