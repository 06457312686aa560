"""One independent piece of the attacker's system, and the question of rules 3 and 10: is every count in it safe?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.protect.era import Row
from pipeline.protect.solve import TOLERANCE, ContradictionError, Program, Vector, round_high, round_low

_KEEP = 128  # witnesses remembered at most


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
        rows = list(rows)
        self.program = Program(columns, rows)
        self.items = items
        self.limits = limits
        self._width = len(columns)
        lengths = [max(1, len(i.terms)) for i in items]  # an item without unknowns reads one unknown 0 times
        self._starts = np.cumsum([0, *lengths[:-1]]) if items else np.zeros(0, dtype=int)
        place = self.program.columns
        self._index = np.array(
            [place[c] for i in items for c, _ in i.terms or ((columns[0], 0),)] if columns else [], dtype=int
        )
        self._factor = np.array([k for i in items for _, k in i.terms or ((0, 0),)], dtype=float)
        self._known = np.array([float(i.known) for i in items])
        self._truth = np.array([-1 if i.truth is None else i.truth for i in items])
        self._zero = np.zeros(len(items), dtype=bool)  # certainly 0: what is published more cannot change that
        self._witnesses = np.zeros((0, self._width))
        self._sure = np.zeros(len(items), dtype=bool)  # shown to be safe with the rows that there are
        self._tied = np.array(self._by_rows(rows), dtype=int)  # unknowns with the same number are tied together by rows
        self._suspects: list[int] = []  # items that were unsafe before: looked at first
        self._near = self._comfortable()
        self.program.stay_near(self._near)

    def _by_rows(self, rows: Sequence[Row]) -> list[int]:
        parent = list(range(self._width))

        def root(i: int) -> int:
            while parent[i] != i:
                parent[i] = parent[parent[i]]
                i = parent[i]
            return i

        for row in rows:
            first, *others = (self.program.columns[c] for c, _ in row.terms)
            for i in others:
                parent[root(i)] = root(first)
        return [root(i) for i in range(self._width)]

    def _tie(self, row: Row) -> None:
        """The unknowns of a row hang together; items without any of them are as safe as they were."""
        mine = np.unique(self._tied[[self.program.columns[c] for c, _ in row.terms]])
        touched = np.isin(self._tied, mine)
        self._tied[touched] = mine[0]
        if self._width and len(self.items):
            hit = np.add.reduceat(touched[self._index].astype(int), self._starts) > 0
            self._sure &= ~(hit & (np.add.reduceat(np.abs(self._factor), self._starts) > 0))

    def _comfortable(self) -> Vector | None:
        """Limits on unknowns, well above the truth, within which nearly every count can be shown to be safe.

        Tables of moderate counts stay useful when more is published; one with a month of thousands does not. What
        cannot be shown
        within these limits is asked again without them.
        """
        upper = np.full(self._width, np.inf)
        for item in self.items:
            if item.truth is None:
                return None
            if len(item.terms) == 1 and item.terms[0][1] == 1:
                upper[self.program.columns[item.terms[0][0]]] = 2 * (item.truth + self.limits.suppress_below)
        return upper

    def _anywhere(self) -> None:
        """From now on all tables are looked at."""
        if self._near is not None:
            self._near = None
            self.program.stay_near(None)

    def _values(self, tables: Vector) -> Vector:
        """The items' values in each table (rows of `tables`)."""
        if not self._width or not len(self.items):
            return np.tile(self._known, (len(tables), 1))
        values: Vector = np.add.reduceat(tables[:, self._index] * self._factor, self._starts, axis=1) + self._known
        return values

    def _cost(self, items: Iterable[int]) -> Vector:
        cost = np.zeros(self._width)
        for i in items:
            for column, k in self.items[i].terms:
                cost[self.program.columns[column]] += k
        return cost

    # -- rows on trial ---------------------------------------------------------------------------------------------

    def push(self, rows: Sequence[Row]) -> State:
        """Add rows for a while; what `pop` needs to take them away again."""
        state = self.program.push(()), self._witnesses, self._zero.copy(), self._sure.copy(), self._tied.copy()
        try:
            for row in rows:
                self._mend(row)
                self.program.push([row])
                self._tie(row)
        except ContradictionError:
            self.pop(state)
            if self._near is None:
                raise
            self._anywhere()
            return self.push(rows)
        return state

    def pop(self, state: State) -> None:
        """Take away the rows that `push` added."""
        self.program.pop(state[0])
        self._witnesses, self._zero, self._sure, self._tied = state[1:]

    def _mend(self, row: Row) -> None:
        """Witnesses that break a new row become witnesses again by mixing in one that breaks it the other way.

        Tables that agree with what is published are convex: any mixture of two of them is one too.
        """
        vector, (index, factor) = np.zeros(self._width), self._places(row)
        vector[index] = factor
        seen = self._witnesses @ vector
        mine = np.isin(self._tied, self._tied[index])  # only these unknowns have anything to do with the row
        kept = [self._witnesses[(seen >= row.low - TOLERANCE) & (seen <= row.high + TOLERANCE)]]
        for bad, goal, side in ((seen < row.low - TOLERANCE, row.low, 1), (seen > row.high + TOLERANCE, row.high, -1)):
            if bad.any():
                far = self.program.extreme(vector, largest=side > 0)
                reach = float(far @ vector)
                if side * (reach - goal) < -TOLERANCE:
                    raise ContradictionError
                share = ((goal - seen[bad]) / (reach - seen[bad]))[:, None]
                mended = self._witnesses[bad]
                mended[:, mine] = mended[:, mine] * (1 - share) + far[mine] * share
                kept.append(mended)
        self._witnesses = np.vstack(kept)

    def _places(self, row: Row) -> tuple[list[int], list[int]]:
        return [self.program.columns[c] for c, _ in row.terms], [k for _, k in row.terms]

    # -- safety ----------------------------------------------------------------------------------------------------

    def unsafe(self) -> tuple[Item, int, int] | None:
        """The first count found that is not safe, with its smallest and largest possible value; None when all are.

        Every solution is a table of counts that agrees with what is published, so it tells about all counts at once.
        """
        low, high = self._seen()
        for i in self._suspects:
            if not self._shown(low, high)[i]:
                found = self._ask(i, low, high)
                if found is not None:
                    return found
        self._together(low, high)
        while len(left := np.flatnonzero(~self._shown(low, high))):
            found = self._ask(int(left[0]), low, high)
            if found is not None:
                return found
        self._sure[:] = True
        return None

    def _shown(self, low: Vector, high: Vector) -> npt.NDArray[np.bool_]:
        """Items whose safety the witnesses show."""
        top = self.limits.suppress_below - 1
        wide = (low <= 1 + TOLERANCE) & (high >= top - TOLERANCE)
        large = high >= top - TOLERANCE
        surely = high >= top + 1 - TOLERANCE
        small = (self._truth >= 1) & (self._truth <= top)
        return (
            np.where(small, wide, np.where(self._truth == 0, large, np.where(self._truth < 0, wide | surely, True)))
            | self._zero
            | self._sure
        )

    def _seen(self) -> tuple[Vector, Vector]:
        """Smallest and largest value of each item among the witnesses."""
        if not len(self._witnesses):
            try:
                self.program.extreme(np.zeros(self._width), largest=False)
            except ContradictionError:
                if self._near is None:
                    raise
                self._anywhere()
            self._witnesses = self.program.extreme(np.zeros(self._width), largest=False)[None, :]
        values = self._values(self._witnesses)
        return values.min(axis=0), values.max(axis=0)

    def _together(self, low: Vector, high: Vector) -> None:
        """Push all open items up, and all down, as long as that shows many of them safe."""
        for largest in (True, False):
            before = np.inf
            while (wanted := self._open(largest, low, high)).size and wanted.size < 0.7 * before:
                before = wanted.size
                self._learn(self._cost(wanted), largest, low, high)

    def _open(self, largest: bool, low: Vector, high: Vector) -> npt.NDArray[np.int_]:
        """Items not shown to be safe yet, of which the upper (or lower) end is the question."""
        unsure = ~self._shown(low, high)
        if largest:
            return np.flatnonzero(unsure & (high < self.limits.suppress_below - 1 - TOLERANCE))
        return np.flatnonzero(unsure & (low > 1 + TOLERANCE) & (self._truth != 0))

    def _ask(self, i: int, low: Vector, high: Vector) -> tuple[Item, int, int] | None:
        """Is item i safe? First with a thought for the other open ones, so that one solution may show several of
        them safe."""
        for largest in (True, False):
            others = self._open(largest, low, high)
            if i in others and others.size > 1:
                modest = 0.001 if largest else 0.0  # everything else small: such a table survives more rows
                self._learn(self._cost([i]) * 1000 + self._cost(others) - modest, largest, low, high)
        if self._shown(low, high)[i]:
            return None
        self.program.stay_near(None)
        found = self._exact(i, low, high)
        self.program.stay_near(self._near)
        if not self.limits.safe(self.items[i].truth, *found):
            self._suspects = [i, *(s for s in self._suspects if s != i)][:8]
            return self.items[i], *found
        self._zero[i] = found[1] <= 0
        high[i], low[i] = np.inf, -np.inf  # safe for another reason than wide bounds: not asked again in this round
        return None

    def _exact(self, i: int, low: Vector, high: Vector) -> tuple[int, int]:
        """The ends of item i, each as far as it matters."""
        enough = self.limits.suppress_below - TOLERANCE
        largest = self._extreme(i, True, low, high) if high[i] < enough else round_high(high[i])
        return (self._extreme(i, False, low, high) if low[i] > 1 + TOLERANCE else round_low(low[i])), largest

    def _extreme(self, i: int, largest: bool, low: Vector, high: Vector) -> int:
        value = self._learn(self._cost([i]), largest, low, high)[i]
        return round_high(value) if largest else round_low(value)

    def _learn(self, cost: Vector, largest: bool, low: Vector, high: Vector) -> Vector:
        table = self.program.extreme(cost, largest=largest)
        self._witnesses = np.vstack([self._witnesses[-_KEEP:], table])
        values: Vector = self._values(table[None, :])[0]
        np.minimum(low, values, out=low)
        np.maximum(high, values, out=high)
        return values

    def ranges(self) -> Iterator[tuple[Item, int, int | None]]:
        """Every item with its smallest and largest possible value; None: nothing published limits it."""
        self._anywhere()
        low, high = self._seen()
        for i, item in enumerate(self.items):
            if not item.terms:
                yield item, round_low(item.known), round_high(item.known)
                continue
            largest = self._extreme(i, True, low, high)
            free = largest >= self.program.limit - 1
            yield item, self._extreme(i, False, low, high), None if free else largest


State = tuple[int, Vector, npt.NDArray[np.bool_], npt.NDArray[np.bool_], npt.NDArray[np.int_]]
