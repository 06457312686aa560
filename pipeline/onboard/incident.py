"""A call without a number of its own: one is made of what tells calls apart."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.onboard.proposal import Choice, Proposal
from pipeline.onboard.sentences import sentence
from pipeline.recognize import Profile
from pipeline.recognize.persons import address_share

#: So many of a hundred rows must be told apart.
_ENOUGH = 0.995
_MOST_PARTS = 5


def made_up_incident(proposal: Proposal, columns: Sequence[Profile]) -> tuple[Choice, str]:
    """The time received, the call type, and whatever else is needed to tell rows apart; with a sentence for staff.

    Addresses, coordinates and persons are never part of it: the number is stored as it stands.
    """
    usable = {c.heading: c for c in columns if _may_be_part(c)}
    parts = list(proposal.columns["received_at"].headings)
    nature = proposal.columns.get("nature") or proposal.columns.get("nature_initial")
    parts += [h for h in (nature.headings if nature else ()) if h in usable]
    cells = {c.heading: c.cells for c in columns}
    told = _told_apart(parts, cells)
    while told < _ENOUGH and len(parts) < _MOST_PARTS:
        better = {h: _told_apart([*parts, h], cells) for h in usable if h not in parts}
        best = max(better, key=lambda h: better[h], default=None)
        if best is None or better[best] < told + 0.002:
            break
        parts.append(best)
        told = better[best]
    named = ", ".join(f'"{p}"' for p in parts)
    note = sentence("made_up_incident", parts=named, told=f"{told:.1%}")
    return Choice("incident", tuple(parts), 0.5, (f"made of columns that tell {told:.1%} of the rows apart",)), note


def _may_be_part(column: Profile) -> bool:
    decimals = sum("." in c and c.lstrip("-").replace(".", "").isdigit() for c in column.filled)
    return (
        column.fill > 0.5
        and not column.counter
        and column.words < 6
        and address_share(column) < 0.3
        and decimals < 0.3 * max(1, len(column.filled))
    )


def _told_apart(parts: Sequence[str], cells: dict[str, tuple[str | None, ...]]) -> float:
    rows = list(zip(*(cells[p] for p in parts), strict=True))
    return len(set(rows)) / len(rows) if rows else 0.0
