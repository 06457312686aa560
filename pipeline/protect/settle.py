"""What is known exactly is put in as a number, and rows that say nothing more are left out, before anything is
solved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.protect.era import Row
from pipeline.protect.solve import INFINITY, TOLERANCE, ContradictionError


class Settled:
    """Rows with the known unknowns as numbers. Raises ContradictionError when no table of counts agrees with them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.fixed: dict[int, float] = {}
        left = self._settle(rows)
        exact = Sums()
        for row in left:
            if row.low == row.high:
                exact.add(row)
        left = self._settle([exact.reduced(row) for row in left])
        self.sums = Sums()
        self.rows = without_implied(left, self.sums)

    def _settle(self, rows: Sequence[Row]) -> list[Row]:
        """Put in what is known (a single unknown, or zeros behind a total of 0), until nothing new is known."""
        left: list[Row | None] = list(rows)
        of_column: dict[int, list[int]] = defaultdict(list)
        for i, row in enumerate(rows):
            for c, _ in row.terms:
                of_column[c].append(i)
        todo = list(range(len(rows)))
        while todo:
            again: set[int] = set()
            for i in todo:
                old = left[i]
                if old is None:
                    continue
                row = self.substitute(old)
                learnt = _learn(row)
                if learnt:
                    again.update(j for c in learnt for j in of_column[c])
                    self.fixed.update(learnt)
                left[i] = None if learnt or says_nothing(row) else row
            todo = sorted(again)
        return [r for r in left if r is not None]

    def substitute(self, row: Row) -> Row:
        """`row` with the known unknowns as numbers."""
        fixed = self.fixed
        for c, _ in row.terms:
            if c in fixed:
                break
        else:
            return row
        known = sum(fixed[c] * k for c, k in row.terms if c in fixed)
        terms = tuple((c, k) for c, k in row.terms if c not in fixed)
        return Row(terms, row.low - known, row.high - known)


def says_nothing(row: Row) -> bool:
    """True when any counts agree with `row`. Raises ContradictionError when none do."""
    if not row.terms:
        if row.low > TOLERANCE or row.high < -TOLERANCE:
            raise ContradictionError
        return True
    return row.low == -INFINITY and row.high >= 0 and all(k < 0 for _, k in row.terms)


def _learn(row: Row) -> dict[int, float]:
    """The unknowns that `row` leaves a single value."""
    if len(row.terms) == 1 and row.low == row.high:
        column, k = row.terms[0]
        if row.low / k < -TOLERANCE:
            raise ContradictionError
        return {column: row.low / k}
    if row.terms and row.high == 0 and all(k > 0 for _, k in row.terms):
        if row.low > TOLERANCE:
            raise ContradictionError
        return dict.fromkeys((c for c, _ in row.terms), 0.0)
    return {}


class Sums:
    """Sums of unknowns that have a known largest value; a further "at most" may follow from them."""

    def __init__(self) -> None:
        self._sums: list[tuple[frozenset[int], float]] = []
        self._exact: dict[int, list[int]] = defaultdict(list)  # of the first unknown of an exact sum
        self._of_column: dict[int, list[int]] = defaultdict(list)
        self._gone: set[int] = set()

    def add(self, row: Row) -> int | None:
        """Note a row; its number when it limits a sum."""
        if not _limits_a_sum(row):
            return None
        number = len(self._sums)
        self._sums.append((frozenset(c for c, _ in row.terms), row.high))
        for c, _ in row.terms:
            self._of_column[c].append(number)
        if row.low == row.high:
            self._exact[row.terms[0][0]].append(number)
        return number

    def add_all(self, rows: Iterable[Row]) -> None:
        """Note rows that are known from now on."""
        for row in rows:
            self.add(row)

    def forget(self, number: int) -> None:
        """Conclude nothing from this row any more."""
        self._gone.add(number)

    def reduced(self, row: Row) -> Row:
        """`row` without sums in it that are known exactly: where the 145 who were not arrested are known, 147
        encounters say that 2 were."""
        if not _limits_a_sum(row):
            return row
        left, known = {c for c, _ in row.terms}, 0.0
        for c, _ in row.terms:
            for j in self._exact.get(c, ()):
                columns, value = self._sums[j]
                if len(columns) < len(row.terms) and columns <= left and j not in self._gone:
                    left -= columns
                    known += value
        if not known and len(left) == len(row.terms):
            return row
        return Row(tuple((c, 1) for c, _ in row.terms if c in left), row.low - known, row.high - known)

    def implied(self, row: Row, itself: int | None = None) -> list[int] | None:
        """Rows from which `row` follows: together they hold all its unknowns and allow no more; None when none were
        found.

        A rate's small rest is "at most 10" from the beginning to May, to June, to July: the last one says it all. And
        likely arrests are no more than encounters, which says nothing where 24 and "at most 10" are known.
        """
        if row.low > 0 or not _limits_a_sum(row):
            return None
        left, budget, found = {c for c, _ in row.terms}, row.high, list[int]()
        while left:
            column = min(left)
            best: tuple[int, float, int] | None = None
            for j in self._of_column.get(column, ()):
                columns, high = self._sums[j]
                if high <= budget and j != itself and j not in self._gone:
                    candidate = (len(left & columns), -high, j)
                    best = candidate if best is None else max(best, candidate)
            if best is None:
                return None
            found.append(best[2])
            left -= self._sums[best[2]][0]
            budget += best[1]
        return found


def without_implied(rows: Sequence[Row], sums: Sums) -> list[Row]:
    """Rows without those that follow from others; `sums` learns what is left."""
    numbers = [sums.add(row) for row in rows]
    needed: set[int] = set()
    left: list[Row] = []
    for row, number in sorted(zip(rows, numbers, strict=True), key=lambda r: -r[0].high):
        supports = sums.implied(row, number) if number is not None and number not in needed else None
        if supports is None or number is None:
            left.append(row)
        else:
            needed.update(supports)
            sums.forget(number)
    return left


def _limits_a_sum(row: Row) -> bool:
    return row.high != INFINITY and all(k == 1 for _, k in row.terms)
