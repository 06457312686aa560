"""How much a letter says: as much as two pages hold, less and less until it fits."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Room:
    """Rows of each part at most. `css` sets the page closer; `how` repeats what to do beside each fault; `problem`,
    `reason` and `name` are the lengths of what is said about an extract that could not be read, of the reason of a
    correction, and of the name of a file."""

    css: str
    extracts: int
    problems: int
    problem: int
    faults: int
    warnings: int
    places: int
    values: int
    how: bool
    proposals: int
    corrections: int
    reason: int
    changes: int
    newest: int
    name: int


def _rooms() -> tuple[Room, ...]:
    """From roomy to what fits whatever an agency sends: first the page is set closer, then less is said."""
    most = Room("roomy", 9, 4, 640, 12, 6, 5, 4, True, 6, 6, 300, 3, 6, 48)
    closer = replace(most, css="closer")
    closest = replace(most, css="closer closest", problems=3, problem=420, values=3, places=4, reason=200)
    closest = replace(closest, changes=2, newest=5)
    brief = replace(closest, how=False, extracts=6, corrections=3)
    least = replace(brief, extracts=3, problems=1, problem=240, places=2, values=1, corrections=1, reason=90)
    least = replace(least, changes=1, newest=3, name=32)
    return (
        *_steps(most, (12, 6, 6), (9, 5, 6)),
        *_steps(closer, (12, 6, 6), (9, 5, 6), (7, 4, 6)),
        *_steps(closest, (10, 5, 5), (8, 5, 4), (7, 4, 3), (6, 3, 3)),
        *_steps(brief, (10, 5, 4), (8, 4, 3), (6, 3, 2), (5, 2, 2)),
        *_steps(least, (3, 1, 1)),
        *_steps(replace(least, extracts=1, reason=60, changes=0, newest=0, places=1, name=24, problem=150), (3, 1, 1)),
    )


def _steps(room: Room, *counts: tuple[int, int, int]) -> list[Room]:
    """The same room with so many faults, warnings and proposals."""
    return [replace(room, faults=f, warnings=w, proposals=p) for f, w, p in counts]


ROOMS = _rooms()
