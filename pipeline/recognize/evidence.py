"""Which canonical columns a column of an extract may be, with how sure that is and why."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.recognize.profile import Profile
from pipeline.recognize.values import values_say
from pipeline.recognize.words import anonymous, heading_says

#: What `--yes` takes without asking, and below what nothing is proposed.
TAKEN, DOUBTFUL = 0.6, 0.35
_DOUBTED = 0.7


@dataclass(frozen=True, slots=True)
class Fit:
    """One canonical column that a column of an extract may be. `heading` and `values` are what each says (0 to 1)."""

    column: str
    confidence: float
    heading: float
    values: float
    reasons: tuple[str, ...]


def fit(table: str, column: str, seen: Profile) -> Fit:
    """How well a column of an extract fits one canonical column (`unit`, `person`-like ones aside)."""
    said = heading_says(table, column, seen.heading)
    values = values_say(table, column, seen)
    # a heading that is known to say something else, or says something unknown, doubts what the values say
    strength = values.strength if said > 0.3 or anonymous(seen.heading) else values.strength * _DOUBTED
    confidence = values.possible * (1 - (1 - 0.97 * said) * (1 - strength))
    reasons = []
    if said >= 0.9:
        reasons.append("the heading says so")
    elif said > 0.3:
        reasons.append("the heading suggests it")
    if values.reason:
        reasons.append(values.reason)
    return Fit(column, round(confidence, 4), said, values.strength, tuple(reasons))


def fits(table: str, seen: Profile, columns: tuple[str, ...]) -> list[Fit]:
    """The canonical columns among `columns` that this column may be, the likeliest first; the hopeless left out."""
    found = [fit(table, column, seen) for column in columns]
    return sorted((f for f in found if f.confidence >= 0.1), key=lambda f: -f.confidence)
