"""One linear program for HiGHS that stays warm while costs and rows change: tables of counts that agree with what is
known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.protect.era import Row

INFINITY = float("inf")
Vector = npt.NDArray[np.float64]
TOLERANCE = 1e-6  # results of the solver are rational numbers with small denominators


#: Between two questions only costs change, so the last table stays feasible: primal simplex goes on from there.
#: Coefficients are 1 and -1: nothing to scale.
_OPTIONS: tuple[tuple[str, str | int | float], ...] = (
    ("output_flag", False),
    ("threads", 1),
    ("presolve", "off"),
    ("random_seed", 1),
    ("solver", "simplex"),
    ("simplex_strategy", 4),
    ("simplex_scale_strategy", 0),
    ("primal_simplex_bound_perturbation_multiplier", 0.0),
)
_OTHERWISE: tuple[tuple[str, str | int | float], ...] = (("presolve", "on"), ("simplex_strategy", 1))


class ContradictionError(Exception):
    """No table of counts agrees with everything that was published."""


class Program:
    """One linear program over non-negative unknowns, numbered from 0."""

    def __init__(self, width: int, rows: Sequence[Row]) -> None:
        import highspy
        from highspy._core import _Highs  # without the callbacks of highspy.Highs, whose set-up prints to stdout

        self._status = highspy.HighsModelStatus
        self._decided = (self._status.kOptimal, self._status.kInfeasible, self._status.kModelEmpty)
        self._highs: Any = _Highs()
        for option, value in _OPTIONS:
            self._highs.setOptionValue(option, value)
        self._all = np.arange(width, dtype=np.int32)
        # an unknown that no row limits needs a limit for "as large as you like": more than any published number
        self.limit = _beyond(rows)
        self._near = np.full(width, np.inf)
        self._highs.addVars(width, np.zeros(width), np.full(width, self.limit))
        self._rows = 0
        self.push(rows)

    def stay_near(self, upper: Vector | None) -> None:
        """Look only at tables whose counts are not above `upper` (None: at all of them)."""
        self._near = np.full(len(self._all), np.inf) if upper is None else upper
        self._bound()

    def _bound(self) -> None:
        n = len(self._all)
        self._highs.changeColsBounds(n, self._all, np.zeros(n), np.minimum(self._near, self.limit))

    def push(self, rows: Sequence[Row]) -> int:
        """Add rows; the number of rows before, for `pop`."""
        before = self._rows
        if not rows:
            return before
        if _beyond(rows) > self.limit:
            self.limit = _beyond(rows)
            self._bound()
        starts = np.cumsum([0, *(len(r.terms) for r in rows[:-1])]).astype(np.int32)
        index = np.array([c for r in rows for c, _ in r.terms], dtype=np.int32)
        value = np.array([k for r in rows for _, k in r.terms], dtype=np.float64)
        low = np.array([r.low for r in rows], dtype=np.float64)
        high = np.array([r.high for r in rows], dtype=np.float64)
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
        status = self._run()
        if status != self._status.kOptimal:
            self._highs.clearSolver()  # a warm start can get stuck; a cold one decides
            status = self._run()
        if status not in self._decided:
            status = self._run_otherwise()
        if status == self._status.kInfeasible:
            raise ContradictionError
        if status not in self._decided:
            raise RuntimeError(f"HiGHS ended with {self._highs.modelStatusToString(status)}")
        return np.array(self._highs.getSolution().col_value)

    def _run(self) -> Any:
        self._highs.run()
        return self._highs.getModelStatus()

    def _run_otherwise(self) -> Any:
        """Once by the dual simplex, with presolve: what one method cannot decide for want of digits, another can."""
        for option, value in _OTHERWISE:
            self._highs.setOptionValue(option, value)
        self._highs.clearSolver()
        status = self._run()
        for option, value in _OPTIONS:
            self._highs.setOptionValue(option, value)
        return status


def _beyond(rows: Sequence[Row]) -> float:
    return 100.0 + 2 * max((abs(v) for r in rows for v in (r.low, r.high) if abs(v) != INFINITY), default=0)


def round_low(value: float) -> int:
    """The smallest whole number that a count with this lower bound can be."""
    return int(np.ceil(value - TOLERANCE))


def round_high(value: float) -> int:
    """The largest whole number that a count with this upper bound can be."""
    return int(np.floor(value + TOLERANCE))
