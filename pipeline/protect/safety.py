"""Rules 3 and 10: is every protected count in a component safe?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.protect.component import Component
from pipeline.protect.solve import TOLERANCE, Vector, round_high, round_low

Mask = npt.NDArray[np.bool_]
Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Item:
    """A count that nobody may learn: its unknowns, what is known of it, and its true value (None to an outsider)."""

    name: tuple[object, ...]
    columns: tuple[int, ...]
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

    def shown(self, truth: Vector, low: Vector, high: Vector) -> Mask:
        """Counts that bounds reached by some table show to be safe; `truth` is -1 where it is not known."""
        top = self.suppress_below - 1
        large = high >= top - TOLERANCE
        wide = large & (low <= 1 + TOLERANCE)
        surely = high >= top + 1 - TOLERANCE
        small = (truth >= 1) & (truth <= top)
        found: Mask = np.where(small, wide, np.where(truth == 0, large, np.where(truth < 0, wide | surely, True)))
        return found


class Watch:
    """The protected counts of a component.

    `elsewhere` says what the unknowns of other components add to a count: between which values, as seen so far or
    (asked exactly) at most.
    """

    def __init__(
        self,
        component: Component,
        items: Sequence[Item],
        limits: Limits,
        elsewhere: Callable[[Sequence[int], bool], Bounds],
        suspects: Iterable[int] = (),
    ) -> None:
        """`suspects`: numbers of items that are looked at first."""
        self.component, self.items, self.limits = component, items, limits
        self._elsewhere = elsewhere
        mine = set(component.columns)
        inside = [[c for c in item.columns if c in mine] for item in items]
        self._part = np.array([component.part(columns) for columns in inside], dtype=int)
        self._truth = np.array([-1 if i.truth is None else i.truth for i in items])
        self._low, self._high = (np.array([i.known for i in items], dtype=float) for _ in range(2))
        self._others = {
            n: tuple(c for c in item.columns if c not in mine)
            for n, item in enumerate(items)
            if len(inside[n]) < len(item.columns)
        }
        self._alone = np.ones(len(items), dtype=bool)
        self._alone[list(self._others)] = False
        self.suspects = list(suspects)  # items that were unsafe before: looked at first
        self._prepared = not items

    def unsafe(self, touched: Sequence[int] = ()) -> tuple[Item, int, int] | None:
        """The first count found that is not safe, with its smallest and largest possible value; None when all are.

        `touched`: numbers of items that new rows speak of. Which items are looked at first changes nothing but time.
        """
        if not self.items:
            self.component.seen()  # a component that no table agrees with is found out all the same
            return None
        self.prepare()
        nothing = self.component.nothing(self._part)
        self._done = nothing & self._alone & (self._high == 0)
        for i in self.suspects:
            self._look_elsewhere(i)
            if self._open()[i] and (found := self._ask(i)) is not None:
                return found
        for n in self._others:
            self._look_elsewhere(n)
        self._done |= nothing & (self._high == 0)
        self._together()
        near = np.zeros(len(self.items), dtype=bool)
        near[list(touched)] = True
        while len(left := np.flatnonzero(self._open())):
            found = self._ask(self._doubtful(left, near))
            if found is not None:
                return found
        return None

    def prepare(self) -> None:
        """Find tables that move many counts, before anything is asked of this component's part in others."""
        if not self._prepared:
            self._prepared = True
            self._done = np.zeros(len(self.items), dtype=bool)
            self._together()

    def _doubtful(self, items: npt.NDArray[np.int_], near: Mask) -> int:
        """The item most likely unsafe: no table makes it small, or new rows speak of it, or tables moved it least."""
        _, high = self._bounds()
        return int(items[np.lexsort((high[items], ~near[items], ~self._stuck()[items]))[0]])

    def _stuck(self) -> Mask:
        """Items that no table makes small."""
        low, _ = self._bounds()
        stuck: Mask = (low > 1 + TOLERANCE) & (self._truth != 0)
        return stuck

    # -- what tables show ------------------------------------------------------------------------------------------

    def _bounds(self) -> tuple[Vector, Vector]:
        low, high = self.component.seen()
        return self._low + low[self._part], self._high + high[self._part]

    def _open(self, largest: bool | None = None) -> Mask:
        """Items not shown to be safe yet; with `largest` those of which that end is the question."""
        low, high = self._bounds()
        unsure: Mask = ~(self.limits.shown(self._truth, low, high) | self._done)
        if largest is None:
            return unsure
        wanting: Mask = high < self.limits.suppress_below - 1 - TOLERANCE
        if not largest:
            wanting = (low > 1 + TOLERANCE) & (self._truth != 0)
        return unsure & wanting

    def _together(self) -> None:
        """Push all open items up, and all down, as long as that shows many of them safe."""
        for largest in (True, False):
            before = np.inf
            while (wanted := np.flatnonzero(self._open(largest))).size and wanted.size < 0.85 * before:
                before = wanted.size
                self._push(wanted, largest)

    def _push(self, wanted: Sequence[int] | npt.NDArray[np.int_], largest: bool, first: int | None = None) -> None:
        weights = dict.fromkeys((int(p) for p in self._part[wanted]), 1.0)
        if first is not None:
            weights[int(self._part[first])] = 1000.0
        cost = self.component.cost(weights, largest=largest)
        if first is not None and largest:
            cost -= 0.001  # everything else small: such a table survives more rows
        self.component.learn(cost, largest=largest)

    def _ask(self, i: int) -> tuple[Item, int, int] | None:
        """Is item i safe? First with a thought for the other open ones, so that one table may show several safe."""
        if i in self._others and self._at_its_ends(i):
            self._look_elsewhere(i, exact=True)
        for largest in (True, False):
            others = np.flatnonzero(self._open(largest))
            if i in others and others.size > 1 and not self._stuck()[i]:
                self._push(others, largest, first=i)
                if self._open(largest)[i]:
                    break  # it did not help: hardly anything will
        if not self._open()[i]:
            return None
        self._look_elsewhere(i, exact=True)
        found = self._exact(i)
        if not self.limits.safe(self.items[i].truth, *found):
            self.suspects = [i, *(s for s in self.suspects if s != i)][:8]
            return self.items[i], *found
        self._done[i] = True
        return None

    def _at_its_ends(self, i: int) -> bool:
        """True when tables of this component leave nothing to ask here: item i depends on what others add."""
        low, high = self.component.seen()
        part = self._part[i]
        return bool(low[part] <= TOLERANCE and high[part] >= self.limits.suppress_below - 1 - TOLERANCE)

    def _look_elsewhere(self, i: int, *, exact: bool = False) -> None:
        """What other components add to item i at the least and at the most: as seen so far, or exactly."""
        if i in self._others:
            low, high = self._elsewhere(self._others[i], exact)
            self._low[i], self._high[i] = self.items[i].known + low, self.items[i].known + high

    def _exact(self, i: int) -> tuple[int, int]:
        """The ends of item i, each as far as it matters."""
        low, high = (float(b[i]) for b in self._bounds())
        part = int(self._part[i])
        if high < self.limits.suppress_below - TOLERANCE:
            high = float(self._high[i]) + self.component.end(part, largest=True)
        if low > 1 + TOLERANCE:
            low = float(self._low[i]) + self.component.end(part, largest=False)
        return round_low(low), round_high(high) if high < np.inf else self.limits.suppress_below
