"""One independent piece of the attacker's system, and the question of rules 3 and 10: is every count in it safe?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.protect.model import Row
from pipeline.protect.solve import TOLERANCE, Program, Vector, round_high, round_low

_KEEP = 64  # witnesses remembered at most


@dataclass(frozen=True, slots=True)
class Item:
    """A count that nobody may learn: its unknowns, what is known of it, and its true value (None to an outsider)."""

    name: tuple[object, ...]
    terms: tuple[tuple[int, int], ...]
    known: float
    truth: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """Rules 3 and 10 for one threshold. `lows` and `highs` say which ends are looked at (both, outside of tests)."""

    suppress_below: int
    lows: bool = True
    highs: bool = True
    audit: bool = True

    def safe(self, truth: int | None, low: int, high: int) -> bool:
        """True when a count with these smallest and largest possible values may stay as it is."""
        top = self.suppress_below - 1
        if truth is not None and 1 <= truth <= top:  # rule 3
            return (not self.lows or low <= 1) and (not self.highs or high >= top)
        return not (self.audit and self.fails_audit(low, high))

    def fails_audit(self, low: int, high: int) -> bool:
        """Rule 10: proved to be small, without looking at a row."""
        top = self.suppress_below - 1
        return 1 <= high < top or (low >= 2 and high < self.suppress_below)


class Piece:
    """Columns, rows and protected counts that hang together, with the tables of counts ("witnesses") found so far."""

    def __init__(self, columns: Sequence[int], rows: Iterable[Row], items: Sequence[Item], limits: Limits) -> None:
        self.program = Program(columns, rows)
        self.items = items
        self.limits = limits
        self._matrix = np.zeros((len(items), len(columns)))
        for i, item in enumerate(items):
            for column, k in item.terms:
                self._matrix[i, self.program.columns[column]] = k
        self._known = np.array([i.known for i in items])
        self._truth = np.array([-1 if i.truth is None else i.truth for i in items])
        self._witnesses = np.zeros((0, len(columns)))
        self._suspects: list[int] = []  # items that were unsafe before: looked at first

    def push(self, rows: Sequence[Row]) -> tuple[int, Vector]:
        """Add rows for a while; what `pop` needs to take them away again."""
        state = self.program.push(rows), self._witnesses
        for row in rows:
            vector = np.zeros(self._matrix.shape[1])
            for column, k in row.terms:
                vector[self.program.columns[column]] = k
            seen = self._witnesses @ vector
            fits = (seen >= row.low - TOLERANCE) & (seen <= row.high + TOLERANCE)
            self._witnesses = self._witnesses[fits]
        return state

    def pop(self, state: tuple[int, Vector]) -> None:
        """Take away the rows that `push` added."""
        self.program.pop(state[0])
        self._witnesses = state[1]

    def unsafe(self) -> tuple[Item, int, int] | None:
        """The first count found that is not safe, with its smallest and largest possible value; None when all are.

        Every solution is a table of counts that agrees with what is published, so it tells about all counts at once.
        """
        low, high = self._seen()
        for find in (self._together, self._one_by_one):
            found = find(low, high)
            if found is not None:
                return found
        return None

    def _open(self, low: Vector, high: Vector) -> Vector:
        """Items whose safety the witnesses do not show yet."""
        top, small = self.limits.suppress_below - 1, (self._truth >= 1) & (self._truth < self.limits.suppress_below)
        shown = (low <= 1 + TOLERANCE) & (high >= top - TOLERANCE)
        outsider = (self._truth < 0) & (high < top + 1 - TOLERANCE)
        zero = (self._truth == 0) & (high < top - TOLERANCE)
        return np.flatnonzero((small | outsider) & ~shown | zero)

    def _seen(self) -> tuple[Vector, Vector]:
        """Smallest and largest value of each item among the witnesses."""
        n = len(self.items)
        if not len(self._witnesses) or not n:
            return np.full(n, np.inf), np.full(n, -np.inf)
        values = self._matrix @ self._witnesses.T + self._known[:, None]
        return values.min(axis=1), values.max(axis=1)

    def _together(self, low: Vector, high: Vector) -> None:
        """Push all open items down, then up, as long as that shows some of them safe."""
        if not len(self._witnesses):
            self._learn(np.zeros(self._matrix.shape[1]), False, low, high)
        progress = True
        while progress:
            progress = False
            for largest in (True, False):
                todo = self._open(low, high)
                if not len(todo):
                    return
                top = self.limits.suppress_below - 1 - TOLERANCE
                wanted = todo[high[todo] < top] if largest else todo[low[todo] > 1 + TOLERANCE]
                if len(wanted):
                    self._learn(self._matrix[wanted].sum(axis=0), largest, low, high)
                    progress |= len(self._open(low, high)) < len(todo)

    def _one_by_one(self, low: Vector, high: Vector) -> tuple[Item, int, int] | None:
        first = [i for i in self._suspects if i < len(self.items)]
        for i in [*first, *self._open(low, high)]:
            if i not in self._open(low, high):
                continue
            exact_high, exact_low = self._extreme(i, True, low, high), self._extreme(i, False, low, high)
            if not self.limits.safe(self.items[i].truth, exact_low, exact_high):
                self._suspects = [i, *(s for s in self._suspects if s != i)][:8]
                return self.items[i], exact_low, exact_high
            # safe for another reason than wide bounds (certainly zero): not asked again in this round
            low[i], high[i] = -np.inf, np.inf
        return None

    def _extreme(self, i: int, largest: bool, low: Vector, high: Vector) -> int:
        value = self._learn(self._matrix[i], largest, low, high)[i]
        return round_high(value) if largest else round_low(value)

    def _learn(self, cost: Vector, largest: bool, low: Vector, high: Vector) -> Vector:
        table = self.program.extreme(cost, largest=largest)
        self._witnesses = np.vstack([self._witnesses[-_KEEP:], table])
        values = self._matrix @ table + self._known
        np.minimum(low, values, out=low)
        np.maximum(high, values, out=high)
        return values

    def ranges(self) -> Iterator[tuple[Item, int, int | None]]:
        """Every item with its smallest and largest possible value; None: nothing published limits it."""
        low, high = self._seen()
        for i, item in enumerate(self.items):
            if not item.terms:
                yield item, round_low(item.known), round_high(item.known)
                continue
            largest = self._extreme(i, True, low, high)
            free = largest >= self.program.limit - 1
            yield item, self._extreme(i, False, low, high), None if free else largest
