"""Tables of counts that agree with what is published, as far as they were found, and what sums of counts are in them.

Each table is a witness: whatever a sum is in one of them, an attacker must think possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.protect.solve import TOLERANCE, Vector

KEEP = 96  # tables remembered at most
_TERMS = 4_000_000  # terms of sums looked at together at most: 32 MB
Indices = npt.NDArray[np.int_]


class _LaidOut:
    """Sums one behind the other, and where each begins; further ones are laid behind those that lie there."""

    def __init__(self, sums: Sequence[Sequence[int]], width: int) -> None:
        self._sums, self._width = sums, width
        self._flat, self._starts = np.zeros(0, int), np.zeros(0, int)

    def out(self, since: int = 0) -> tuple[Indices, Indices]:
        """All sums, or those from number `since` on."""
        if len(self._starts) < len(self._sums):
            more = self._sums[len(self._starts) :]
            lengths = [len(classes) + 1 for classes in more]
            flat = np.fromiter((c for classes in more for c in (*classes, self._width)), int, sum(lengths))
            starts = len(self._flat) + np.cumsum([0, *lengths[:-1]])
            self._flat, self._starts = np.concatenate([self._flat, flat]), np.concatenate([self._starts, starts])
        begin = self._starts[since] if since else 0
        return self._flat[begin:], self._starts[since:] - begin


class Parts:
    """Sums of unknowns, each as the classes that it touches (`up`) and those that lie wholly in it (`down`)."""

    def __init__(self, width: int) -> None:
        self._width = width  # the number of classes; one more, always 0, stands at the end of each sum
        self._numbers: dict[tuple[int, ...], int] = {}
        self.up: list[list[int]] = []
        self.down: list[list[int]] = []
        self._touched, self._whole = _LaidOut(self.up, width), _LaidOut(self.down, width)

    def number(self, up: list[int], down: list[int]) -> int:
        """The number of a sum; sums with the same ends have the same number."""
        key = (*up, -1, *down)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.up)
            self.up.append(up)
            self.down.append(down)
        return found

    def __len__(self) -> int:
        return len(self.up)

    def of(self, tables: Vector, since: int = 0) -> tuple[Vector, Vector]:
        """Each sum, from number `since` on, at its smallest and at its largest in each table (one per row)."""
        if since == len(self.up):
            return np.zeros((len(tables), 0)), np.zeros((len(tables), 0))
        wide = np.hstack([tables, np.zeros((len(tables), 1))])
        low, high = (self._added(wide, *laid.out(since)) for laid in (self._whole, self._touched))
        return low, high

    @staticmethod
    def _added(wide: Vector, flat: Indices, starts: Indices) -> Vector:
        """A few tables at a time: in a program of many agencies the terms of all sums are millions."""
        few = max(1, _TERMS // len(flat))
        found: Vector = np.empty((len(wide), len(starts)))
        for i in range(0, len(wide), few):
            np.add.reduceat(wide[i : i + few, flat], starts, axis=1, out=found[i : i + few])
        return found

    def cost(self, weights: Mapping[int, float], *, largest: bool) -> Vector:
        """What the sum of some parts, each with its weight, is in classes."""
        flat, starts = (self._touched if largest else self._whole).out()
        weight = np.zeros(len(self.up))
        weight[list(weights)] = list(weights.values())
        lengths = np.diff(np.append(starts, len(flat)))
        found: Vector = np.bincount(flat, np.repeat(weight, lengths), self._width + 1).astype(float)
        return found[: self._width]


class Known(NamedTuple):
    """What was found up to some time, to go back to."""

    tables: tuple[Vector, ...]
    low: tuple[Vector, ...]
    high: tuple[Vector, ...]


class Tables:
    """Tables found so far, latest last, and what all parts are in each of them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tables: list[Vector] = []
        self._low: list[Vector] = []
        self._high: list[Vector] = []
        self._seen: tuple[Vector, Vector] | None = None
        self._stacked: Vector | None = None

    def __len__(self) -> int:
        return len(self._tables)

    @property
    def many(self) -> bool:
        """True when a further table would push another out."""
        return len(self._tables) >= KEEP

    def together(self) -> Vector:
        """All tables, one per row."""
        if self._stacked is None:
            self._stacked = np.array(self._tables)
        return self._stacked

    def add(self, *tables: Vector) -> None:
        """Further tables; what was seen of all parts grows with them."""
        self._catch_up()
        self._stacked = None
        low, high = self._parts.of(np.array(tables))
        if self._seen is not None:
            seen_low, seen_high = self._seen
            self._seen = np.minimum(seen_low, low.min(axis=0)), np.maximum(seen_high, high.max(axis=0))
        for held, new in ((self._tables, tables), (self._low, low), (self._high, high)):
            del held[: max(0, len(held) - KEEP)]
            held += list(new)

    def seen(self) -> tuple[Vector, Vector]:
        """For each part the smallest and largest value in the tables found so far (at least one)."""
        if self._seen is None or len(self._seen[0]) < len(self._parts):
            self._catch_up()
            self._seen = np.min(self._low, axis=0), np.max(self._high, axis=0)
        return self._seen

    def _catch_up(self) -> None:
        """Look at parts that were asked for after the tables were found."""
        if self._tables and (known := len(self._low[-1])) < len(self._parts):
            low, high = self._parts.of(self.together(), known)
            self._low = [np.concatenate(values) for values in zip(self._low, low, strict=True)]
            self._high = [np.concatenate(values) for values in zip(self._high, high, strict=True)]
            self._seen = None

    def sums(self, classes: Sequence[int]) -> Vector:
        """The sum of some classes in each table."""
        if not self._tables:
            return np.zeros(0)
        found: Vector = self.together()[:, list(classes)].sum(axis=1)
        return found

    def mend(self, terms: Sequence[tuple[int, float]], low: float, high: float, far: Callable[[int], Vector]) -> None:
        """Tables that break a new row agree with it again by mixing in one that breaks it the other way: `far` finds
        one on the upper (1) or lower (-1) side of it.

        Tables that agree with what is published are convex: any mixture of two of them is one too.
        """
        self._catch_up()
        self._seen = None  # it may tell of tables that are no longer remembered, and break the row
        here = [c for c, _ in terms]
        factors = np.array([k for _, k in terms], dtype=float)
        seen = self.together()[:, here] @ factors
        fine = (seen >= low - TOLERANCE) & (seen <= high + TOLERANCE)
        if fine.all():
            return
        kept = [int(i) for i in np.flatnonzero(fine)]
        found = Known(*(tuple(held[i] for i in kept) for held in (self._tables, self._low, self._high)))
        for bad, goal, side in ((seen < low - TOLERANCE, low, 1), (seen > high + TOLERANCE, high, -1)):
            if bad.any():
                other = far(side)
                its_low, its_high = (v[0] for v in self._parts.of(other[None, :]))
                reach = float(other[here] @ factors)
                places = np.flatnonzero(bad)
                share = ((goal - seen[places]) / (reach - seen[places]))[:, None]
                mixed = Known(
                    *(
                        tuple(np.array([held[i] for i in places]) * (1 - share) + its * share)
                        for held, its in ((self._tables, other), (self._low, its_low), (self._high, its_high))
                    )
                )
                found = Known(*(a + b for a, b in zip(found, mixed, strict=True)))
        self.restore(found)

    def known(self) -> Known:
        """What `restore` goes back to."""
        return Known(tuple(self._tables), tuple(self._low), tuple(self._high))

    def restore(self, known: Known) -> None:
        """Forget what was found since."""
        self._tables, self._low, self._high = list(known.tables), list(known.low), list(known.high)
        self._seen = self._stacked = None
