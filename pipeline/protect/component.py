"""A component: unknowns that rows tie together, and how small and large sums of them can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.protect.era import Row
from pipeline.protect.solve import TOLERANCE, ContradictionError, Program, Vector
from pipeline.protect.tables import KEEP, Known, Parts, Tables
from pipeline.protect.ties import alike


@dataclass(frozen=True, slots=True)
class State:
    """What `pop` needs to take rows away again."""

    rows: int
    tables: Known
    zero: frozenset[int]


class Component:
    """Unknowns that hang together. Unknowns that stand alike in every row are one class: only their sum matters to the
    rows, so it may lie in any of them; a sum of unknowns is then as large as the classes that it touches, and as
    small as those that lie wholly in it.

    Every solution of the program is a table of counts that agrees with what is published. Tables are remembered, since
    each tells something about every sum.
    """

    def __init__(
        self,
        columns: Iterable[int],
        rows: Sequence[Row],
        near: Mapping[int, float] | None = None,
        coming: Sequence[Row] = (),
    ) -> None:
        """`near`: limits on unknowns within which tables are looked for first; `coming`: rows that will be pushed."""
        self.columns = tuple(sorted(columns))
        self.rows = list(rows)
        self.class_of, self.classes = alike(self.columns, [*rows, *coming])
        self._program = Program(len(self.classes), [self._merged(r) for r in self.rows])
        self._parts = Parts(len(self.classes))
        self._tables = Tables(self._parts)
        self.zero: frozenset[int] = frozenset()  # columns that are certainly 0, whatever else is published
        self._exact: dict[tuple[tuple[int, ...], bool], float] = {}
        self._near = self._limits(near)
        self._stay(self._near)

    def _limits(self, near: Mapping[int, float] | None) -> Vector | None:
        if not near:
            return None
        return np.array([sum(near.get(c, np.inf) for c in columns) for columns in self.classes])

    @property
    def limit(self) -> float:
        """A number that stands for "as large as you like"."""
        return self._program.limit

    # -- rows ----------------------------------------------------------------------------------------------------

    def takes(self, rows: Iterable[Row]) -> bool:
        """True when `rows` ask nothing of single unknowns of a class, so that `push` can take them."""
        for row in rows:
            seen: dict[int, list[int]] = {}
            for c, k in row.terms:
                if c not in self.class_of:
                    return False
                seen.setdefault(self.class_of[c], []).append(k)
            if any(len(ks) != len(self.classes[i]) or len(set(ks)) > 1 for i, ks in seen.items()):
                return False
        return True

    def _merged(self, row: Row) -> Row:
        return Row(tuple({self.class_of[c]: k for c, k in row.terms}.items()), row.low, row.high)

    def push(self, rows: Sequence[Row]) -> State:
        """Add rows for a while. Raises ContradictionError, with nothing changed, when no table agrees with them."""
        state = State(len(self.rows), self._tables.known(), self.zero)
        try:
            for row in rows:
                merged = self._merged(row)
                if len(self._tables):
                    self._mend(merged)  # before the row is there, to see both sides of it
                self._program.push([merged])
                self.rows.append(row)
        except ContradictionError:
            self.pop(state)
            raise
        self._exact.clear()
        return state

    def pop(self, state: State) -> None:
        """Take away the rows that `push` added."""
        self._program.pop(state.rows)
        del self.rows[state.rows :]
        self._tables.restore(state.tables)
        self.zero = state.zero
        self._exact.clear()

    def _mend(self, row: Row) -> None:
        """Tables that break a new row agree with it again."""
        vector = np.zeros(len(self.classes))
        for i, k in row.terms:
            vector[i] = k
        self._tables.mend(
            row.terms, row.low, row.high, lambda side: self._far(vector, row.low if side > 0 else row.high, side)
        )

    def _far(self, vector: Vector, goal: float, side: int) -> Vector:
        """A table on the other side of the goal."""
        try:
            for near in (self._near, None):
                self._stay(near)
                far = self._program.extreme(vector, largest=side > 0)
                if side * (float(far @ vector) - goal) >= -TOLERANCE:
                    return far
        finally:
            self._stay(self._near)
        raise ContradictionError

    @classmethod
    def joined(
        cls,
        parts: Sequence[Component],
        loose: Iterable[int],
        rows: Sequence[Row],
        near: Mapping[int, float] | None = None,
    ) -> Component:
        """Components, and unknowns that nothing limited yet, tied together by new rows. Raises ContradictionError."""
        columns = [*(c for p in parts for c in p.columns), *loose]
        found = cls(columns, [r for p in parts for r in p.rows], near, rows)
        found.zero = frozenset().union(*(p.zero for p in parts))
        found._inherit(parts)
        found.push(rows)
        return found

    def _inherit(self, parts: Sequence[Component]) -> None:
        """Tables of the parts side by side, the latest of each. Where a class fell apart, its sum lies in one piece,
        then in another: twice as many tables, and no more than are remembered, however often components are tied.
        """
        if not any(len(p._tables) for p in parts):
            return
        for p in parts:
            p.seen()
        length = min(max(len(p._tables) for p in parts), KEEP // 2)
        found = []
        for turn in range(2):
            tables = np.zeros((length, len(self.classes)))
            for p in parts:
                of = [list(dict.fromkeys(self.class_of[c] for c in columns)) for columns in p.classes]
                mine = np.resize(p._tables.together()[-length:], (length, len(of)))
                tables[:, [pieces[turn % len(pieces)] for pieces in of]] = mine
            found.append(tables)
        self._tables.add(*(np.vstack(found) if (found[0] != found[1]).any() else found[0]))

    # -- sums ----------------------------------------------------------------------------------------------------

    def part(self, columns: Sequence[int]) -> int:
        """The number of a sum of unknowns of this component; sums with the same ends have the same number."""
        return self._parts.number(*self._ends(columns))

    def glance(self, part: int) -> tuple[float, float]:
        """How small and how large a part was seen to be: in the tables found so far, or when it was asked exactly."""
        low, high = self.seen()
        return (
            min(float(low[part]), self._exact.get((tuple(self._parts.down[part]), False), np.inf)),
            max(float(high[part]), self._exact.get((tuple(self._parts.up[part]), True), 0.0)),
        )

    def _ends(self, columns: Sequence[int]) -> tuple[list[int], list[int]]:
        """The classes that a sum touches, and those that lie wholly in it."""
        counted: dict[int, int] = {}
        for c in columns:
            i = self.class_of[c]
            counted[i] = counted.get(i, 0) + 1
        up = sorted(counted)
        return up, [i for i in up if counted[i] == len(self.classes[i])]

    def seen(self) -> tuple[Vector, Vector]:
        """For each part the smallest and largest value in the tables found so far."""
        if not len(self._tables):
            self._tables.add(self._first())
        return self._tables.seen()

    def _first(self) -> Vector:
        nothing = np.zeros(len(self.classes))
        try:
            return self._program.extreme(nothing, largest=False)
        except ContradictionError:
            if self._near is None:
                raise
            self._near = None
            self._program.stay_near(None)
            return self._program.extreme(nothing, largest=False)

    def cost(self, weights: Mapping[int, float], *, largest: bool) -> Vector:
        """What the sum of parts, each with its weight, is in classes."""
        return self._parts.cost(weights, largest=largest)

    def learn(self, cost: Vector, *, largest: bool) -> None:
        """One more table, the extreme one for `cost`; what was seen of all parts grows with it."""
        self.seen()
        self._tables.add(self._program.extreme(cost, largest=largest))

    def end(self, part: int, *, largest: bool) -> float:
        """The smallest or largest possible value of a part, over all tables."""
        return self._reach(tuple(self._parts.up[part] if largest else self._parts.down[part]), largest)

    def ends(self, columns: Sequence[int]) -> tuple[float, float]:
        """The smallest and the largest possible value of a sum of unknowns, over all tables."""
        up, down = self._ends(columns)
        return self._reach(tuple(down), False), self._reach(tuple(up), True)

    def _reach(self, classes: tuple[int, ...], largest: bool) -> float:
        """Remembered until rows change."""
        key = (classes, largest)
        if key not in self._exact:
            self._exact[key] = self._solve(list(classes), largest)
        return self._exact[key]

    def _solve(self, classes: list[int], largest: bool) -> float:
        if not classes or (not largest and (self._tables.sums(classes) <= TOLERANCE).any()):
            return 0.0
        cost = np.zeros(len(self.classes))
        cost[classes] = 1
        self._stay(None)
        table = self._program.extreme(cost, largest=largest)
        self._stay(self._near)
        value = float(table @ cost)
        if largest and value <= TOLERANCE:
            self.zero |= {c for i in classes for c in self.classes[i]}
        if not self._tables.many and (self._near is None or (table <= self._near + TOLERANCE).all()):
            self._tables.add(table)
        return value

    def _stay(self, near: Vector | None) -> None:
        if self._near is not None:
            self._program.stay_near(near)

    def nothing(self, parts: Sequence[int] | npt.NDArray[np.int_]) -> npt.NDArray[np.bool_]:
        """Which of these parts are known to be 0 whatever else is published."""
        if not self.zero:
            return np.zeros(len(parts), dtype=bool)
        other = np.array([0.0 if self.zero.issuperset(columns) else 1.0 for columns in self.classes])
        found: npt.NDArray[np.bool_] = self._parts.of(other[None, :])[1][0][parts] == 0
        return found
