"""Smallest and largest values that counts can take: HiGHS on the attacker's system, in independent pieces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.protect.era import Row
from pipeline.protect.model import INFINITY, Block, Model

Vector = npt.NDArray[np.float64]
TOLERANCE = 1e-6  # results of the solver are rational numbers with small denominators


#: Between two questions only costs change, so the last table stays feasible: primal simplex goes on from there.
#: Coefficients are 1 and
#: -1: nothing to scale.
_OPTIONS = (
    ("output_flag", False),
    ("threads", 1),
    ("presolve", "off"),
    ("random_seed", 1),
    ("solver", "simplex"),
    ("simplex_strategy", 4),
    ("simplex_scale_strategy", 0),
    ("primal_simplex_bound_perturbation_multiplier", 0.0),
)


class ContradictionError(Exception):
    """No table of counts agrees with everything that was published."""


class Program:
    """One linear program over non-negative unknowns that stays warm while costs and rows change."""

    def __init__(self, columns: Sequence[int], rows: Iterable[Row]) -> None:
        import highspy
        from highspy._core import _Highs  # without the callbacks of highspy.Highs, whose set-up prints to stdout

        self._lib = highspy
        self.columns = {c: i for i, c in enumerate(columns)}
        self._highs: Any = _Highs()
        for option, value in _OPTIONS:
            self._highs.setOptionValue(option, value)
        self._all = np.arange(len(columns), dtype=np.int32)
        rows = list(rows)
        # an unknown that no row limits needs a limit for "as large as you like": more than any published number
        self.limit = _beyond(rows)
        self._near = np.full(len(columns), np.inf)
        self._highs.addVars(len(columns), np.zeros(len(columns)), np.full(len(columns), self.limit))
        self._rows = 0
        self.push(rows)

    def stay_near(self, upper: Vector | None) -> None:
        """Look only at tables whose counts are not above `upper` (None: at all of them)."""
        self._near = np.full(len(self._all), np.inf) if upper is None else upper
        self._bound()

    def _bound(self) -> None:
        n = len(self._all)
        self._highs.changeColsBounds(n, self._all, np.zeros(n), np.minimum(self._near, self.limit))

    def push(self, rows: Iterable[Row]) -> int:
        """Add rows; the number of rows before, for `pop`."""
        before, rows = self._rows, list(rows)
        if not rows:
            return before
        if _beyond(rows) > self.limit:
            self.limit = _beyond(rows)
            self._bound()
        starts = np.cumsum([0, *(len(r.terms) for r in rows[:-1])]).astype(np.int32)
        index = np.array([self.columns[c] for r in rows for c, _ in r.terms], dtype=np.int32)
        value = np.array([k for r in rows for _, k in r.terms], dtype=np.float64)
        low, high = (
            np.array([r.low for r in rows], dtype=np.float64),
            np.array([r.high for r in rows], dtype=np.float64),
        )
        self._highs.addRows(len(rows), low, high, len(index), starts, index, value)
        self._rows += len(rows)
        return before

    def pop(self, before: int) -> None:
        """Take away the rows added since there were `before`."""
        if self._rows > before:
            gone = np.arange(before, self._rows, dtype=np.int32)
            self._highs.deleteRows(len(gone), gone)
            self._rows = before

    def extreme(self, cost: Vector, *, largest: bool) -> Vector:
        """A table of counts that agrees with all rows and makes cost x counts as large (or small) as possible."""
        self._highs.changeColsCost(len(self._all), self._all, -cost if largest else cost)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != self._lib.HighsModelStatus.kOptimal:
            self._highs.clearSolver()  # a warm start can get stuck; a cold one decides
            self._highs.run()
            status = self._highs.getModelStatus()
        if status == self._lib.HighsModelStatus.kInfeasible:
            raise ContradictionError
        if status not in (self._lib.HighsModelStatus.kOptimal, self._lib.HighsModelStatus.kModelEmpty):
            raise RuntimeError(f"HiGHS ended with {self._highs.modelStatusToString(status)}")
        return np.array(self._highs.getSolution().col_value)


def _beyond(rows: Iterable[Row]) -> float:
    return 100.0 + 2 * max((abs(v) for r in rows for v in (r.low, r.high) if abs(v) != INFINITY), default=0)


def round_low(value: float) -> int:
    """The smallest whole number that a count with this lower bound can be."""
    return int(np.ceil(value - TOLERANCE))


def round_high(value: float) -> int:
    """The largest whole number that a count with this upper bound can be."""
    return int(np.floor(value + TOLERANCE))


class Pieces:
    """The blocks of a model grouped into pieces that no row joins; known unknowns are put in as numbers first."""

    def __init__(self, model: Model, joined: Iterable[tuple[Block, Block]]) -> None:
        self.model = model
        self.fixed: dict[int, float] = {}
        self._parent: dict[Block, Block] = {}
        self.rows: list[Row] = []
        self._fix(model.rows)
        for one, other in joined:
            self._union(one, other)
        for row in self.rows:
            self.join(row)

    def _fix(self, rows: Sequence[Row]) -> None:
        """Put in what is known exactly (a single unknown, or zeros behind a total of 0), until nothing new is
        known."""
        left = list(rows)
        while True:
            before = len(self.fixed)
            left = [r for r in (self.substitute(row) for row in left) if not self._learn(r)]
            if len(self.fixed) == before:
                self.rows = left
                return

    def _learn(self, row: Row) -> bool:
        """True when `row` says no more than what was put into `fixed`."""
        if not row.terms:
            if row.low > TOLERANCE or row.high < -TOLERANCE:
                raise ContradictionError
            return True
        if row.low <= 0 and all(k < 0 for _, k in row.terms) and row.high >= 0 and row.low == -INFINITY:
            return True
        if len(row.terms) == 1 and row.low == row.high:
            column, k = row.terms[0]
            if row.low / k < -TOLERANCE:
                raise ContradictionError
            self.fixed[column] = row.low / k
            return True
        if row.high == 0 and all(k > 0 for _, k in row.terms):
            if row.low > 0:
                raise ContradictionError
            self.fixed.update((c, 0.0) for c, _ in row.terms)
            return True
        return False

    def substitute(self, row: Row) -> Row:
        """`row` with the known unknowns as numbers."""
        if not any(c in self.fixed for c, _ in row.terms):
            return row
        known = sum(self.fixed[c] * k for c, k in row.terms if c in self.fixed)
        terms = tuple((c, k) for c, k in row.terms if c not in self.fixed)
        return Row(terms, row.low - known, row.high - known)

    def snapshot(self) -> dict[Block, Block]:
        """How blocks hang together now, for `restore`."""
        return dict(self._parent)

    def restore(self, parent: dict[Block, Block]) -> None:
        """Back to how blocks hung together at `snapshot`."""
        self._parent = parent

    def root(self, block: Block, parent: Mapping[Block, Block] | None = None) -> Block:
        """The block that stands for the piece of `block` (now, or at a `snapshot`)."""
        up = self._parent if parent is None else parent
        while (above := up.get(block, block)) != block:
            block = above
        return block

    def _union(self, one: Block, other: Block) -> None:
        a, b = self.root(one), self.root(other)
        if a != b:
            self._parent[max(a, b)] = min(a, b)

    def join(self, row: Row) -> None:
        """Blocks that a row ties together are one piece from now on."""
        blocks = [self.model.blocks[c] for c, _ in row.terms]
        for b in blocks[1:]:
            self._union(blocks[0], b)
