"""A component: unknowns that rows tie together, and how small and large sums of them can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.protect.era import Row
from pipeline.protect.solve import TOLERANCE, ContradictionError, Program, Vector
from pipeline.protect.ties import alike

_KEEP = 96  # tables remembered at most


@dataclass(frozen=True, slots=True)
class State:
    """What `pop` needs to take rows away again."""

    rows: int
    tables: Vector
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
        self._tables = np.zeros((0, len(self.classes)))
        self._seen: tuple[Vector, Vector] | None = None
        self.zero: frozenset[int] = frozenset()  # columns that are certainly 0, whatever else is published
        self._parts: dict[tuple[int, ...], int] = {}
        self._ups: list[list[int]] = []  # classes that the part touches
        self._downs: list[list[int]] = []  # classes that lie wholly in it
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
        state = State(len(self.rows), self._tables, self.zero)
        try:
            for row in rows:
                merged = self._merged(row)
                if len(self._tables):
                    self._mend(merged)  # before the row is there, to see both sides of it
                self._program.push([merged])
                self.rows.append(row)
                self._seen = None
        except ContradictionError:
            self.pop(state)
            raise
        self._exact.clear()
        return state

    def pop(self, state: State) -> None:
        """Take away the rows that `push` added."""
        self._program.pop(state.rows)
        del self.rows[state.rows :]
        self._tables, self.zero, self._seen = state.tables, state.zero, None
        self._exact.clear()

    def _mend(self, row: Row) -> None:
        """Tables that break a new row agree with it again by mixing in one that breaks it the other way.

        Tables that agree with what is published are convex: any mixture of two of them is one too.
        """
        vector = np.zeros(len(self.classes))
        for i, k in row.terms:
            vector[i] = k
        seen = self._tables @ vector
        kept = [self._tables[(seen >= row.low - TOLERANCE) & (seen <= row.high + TOLERANCE)]]
        for bad, goal, side in ((seen < row.low - TOLERANCE, row.low, 1), (seen > row.high + TOLERANCE, row.high, -1)):
            if bad.any():
                far = self._far(vector, goal, side)
                reach = float(far @ vector)
                share = ((goal - seen[bad]) / (reach - seen[bad]))[:, None]
                kept.append(self._tables[bad] * (1 - share) + far * share)
        self._tables = np.vstack(kept)

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
        """Tables of the parts side by side. Where a class fell apart, its sum lies in one piece, then in another."""
        if not any(len(p._tables) for p in parts):
            return
        for p in parts:
            p.seen()
        length = max(len(p._tables) for p in parts)
        found = []
        for turn in range(2):
            tables = np.zeros((length, len(self.classes)))
            for p in parts:
                of = [list(dict.fromkeys(self.class_of[c] for c in columns)) for columns in p.classes]
                tables[:, [pieces[turn % len(pieces)] for pieces in of]] = np.resize(p._tables, (length, len(of)))
            found.append(tables)
        self._tables = np.vstack(found) if len(found[0]) and (found[0] != found[1]).any() else found[0]

    # -- sums ----------------------------------------------------------------------------------------------------

    def part(self, columns: Sequence[int]) -> int:
        """The number of a sum of unknowns of this component; sums with the same ends have the same number."""
        up, down = self._ends(columns)
        key = (*up, -1, *down)
        found = self._parts.get(key)
        if found is None:
            found = self._parts[key] = len(self._ups)
            self._ups.append(up)
            self._downs.append(down)
            self.__dict__.pop("_matrices", None)
        return found

    def glance(self, columns: Sequence[int]) -> tuple[float, float]:
        """The smallest and largest value of a sum of unknowns in the tables found so far, without making a part of
        it."""
        if not len(self._tables):
            self._first()
        up, down = self._ends(columns)
        low = float(self._tables[:, down].sum(axis=1).min())
        return low, float(self._tables[:, up].sum(axis=1).max())

    def _ends(self, columns: Sequence[int]) -> tuple[list[int], list[int]]:
        """The classes that a sum touches, and those that lie wholly in it."""
        counted: dict[int, int] = {}
        for c in columns:
            i = self.class_of[c]
            counted[i] = counted.get(i, 0) + 1
        up = sorted(counted)
        return up, [i for i in up if counted[i] == len(self.classes[i])]

    @cached_property
    def _matrices(self) -> tuple[Vector, Vector]:
        found = tuple(np.zeros((len(self.classes), len(self._ups))) for _ in range(2))
        for matrix, many in zip(found, (self._ups, self._downs), strict=True):
            for part, classes in enumerate(many):
                matrix[classes, part] = 1
        return found[0], found[1]

    def seen(self) -> tuple[Vector, Vector]:
        """For each part the smallest and largest value in the tables found so far."""
        if self._seen is None or len(self._seen[0]) < len(self._ups):
            if not len(self._tables):
                self._first()
            up, down = self._matrices
            self._seen = (self._tables @ down).min(axis=0), (self._tables @ up).max(axis=0)
        return self._seen

    def _first(self) -> None:
        nothing = np.zeros(len(self.classes))
        try:
            table = self._program.extreme(nothing, largest=False)
        except ContradictionError:
            if self._near is None:
                raise
            self._near = None
            self._program.stay_near(None)
            table = self._program.extreme(nothing, largest=False)
        self._tables = table[None, :]

    def cost(self, weights: Mapping[int, float], *, largest: bool) -> Vector:
        """What the sum of parts, each with its weight, is in classes."""
        matrix = self._matrices[0 if largest else 1]
        parts = list(weights)
        found: Vector = matrix[:, parts] @ np.array([weights[p] for p in parts])
        return found

    def learn(self, cost: Vector, *, largest: bool) -> None:
        """One more table, the extreme one for `cost`; what was seen of all parts grows with it."""
        self._remember(self._program.extreme(cost, largest=largest))

    def _remember(self, table: Vector) -> None:
        low, high = self.seen()
        up, down = self._matrices
        self._seen = np.minimum(low, table @ down), np.maximum(high, table @ up)
        self._tables = np.vstack([self._tables[-_KEEP:], table])

    def end(self, part: int, *, largest: bool) -> float:
        """The smallest or largest possible value of a part, over all tables."""
        return self._reach(tuple(self._ups[part] if largest else self._downs[part]), largest)

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
        if not classes or (not largest and (self._tables[:, classes].sum(axis=1) <= TOLERANCE).any()):
            return 0.0
        cost = np.zeros(len(self.classes))
        cost[classes] = 1
        self._stay(None)
        table = self._program.extreme(cost, largest=largest)
        self._stay(self._near)
        value = float(table @ cost)
        if largest and value <= TOLERANCE:
            self.zero |= {c for i in classes for c in self.classes[i]}
        if len(self._tables) < _KEEP and (self._near is None or (table <= self._near + TOLERANCE).all()):
            self._tables = np.vstack([self._tables, table])
            self._seen = None
        return value

    def _stay(self, near: Vector | None) -> None:
        if self._near is not None:
            self._program.stay_near(near)

    def nothing(self, part: int) -> bool:
        """True when a part is known to be 0 whatever else is published."""
        return all(self.zero.issuperset(self.classes[i]) for i in self._ups[part])
