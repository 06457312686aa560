"""What the command line reads from published/: the list of editions, and which of them stands for a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.errors import UserError
from pipeline.measure.figure import Figure
from pipeline.protect.entry import Entry
from pipeline.protect.ledger import Ledger


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
