"""Wide time sheets: a column for each activity, a number in each."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.onboard.proposal import Choice, Proposal
from pipeline.recognize import DOUBTFUL, Profile
from pipeline.recognize.words import heading_says, heading_words, vocabulary


def propose_wide(proposal: Proposal, columns: Sequence[Profile]) -> None:
    """Headings that name an activity over numbers become `unpivot`; from three on the sheet is wide."""
    offers: list[tuple[float, str, Profile]] = []
    numeric = [c for c in columns if c.numbers and min(c.numbers) >= 0]
    for column in numeric:
        for category in vocabulary()["shifts_wide"]:
            says = heading_says("shifts_wide", category, column.heading)
            if says >= DOUBTFUL:
                offers.append((says, category, column))
    used: set[str] = set()
    chosen: dict[str, Choice] = {}
    for says, category, column in sorted(offers, key=lambda o: -o[0]):
        if category not in chosen and column.heading not in used:
            used.add(column.heading)
            reasons = ("the heading says so" if says > 0.9 else "the heading suggests it", "numbers")
            chosen[category] = Choice(category, (column.heading,), 0.97 * says, reasons)
    if len(chosen) < 3:
        return
    proposal.unpivot = {c: chosen[c] for c in vocabulary()["shifts_wide"] if c in chosen and chosen[c].sure}
    proposal.doubtful += [c for c in chosen.values() if not c.sure]
    proposal.unpivot_unit = _unit([c for c in numeric if c.heading in used])


def _unit(columns: Sequence[Profile]) -> str:
    """Hours or minutes: by the headings, else by how large the numbers are."""
    words = {w for c in columns for w in heading_words(c.heading)}
    if "hours" in words or "minutes" in words:
        return "hours" if "hours" in words else "minutes"
    largest = max((max(c.numbers) for c in columns), default=0)
    return "hours" if largest <= 24 else "minutes"
