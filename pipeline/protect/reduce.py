"""Published totals of one count turned into minimal blocks: program to date in May minus in April is May.

Only row operations (one published total minus another), so that what an attacker can learn stays exactly the same;
the rows
become short, and years fall apart into systems that are solved on their own.
"""

from __future__ import annotations

Coefficients = dict[int, int]
Reduced = tuple[Coefficients, float, float]


class Reducer:
    """The published totals of one count and one set of agencies, in the order of publication."""

    def __init__(self) -> None:
        self._raw: list[tuple[Coefficients, float]] = []  # as published
        self._short: list[tuple[Coefficients, float]] = []  # the same, as minimal blocks
        self._by_column: dict[int, list[int]] = {}

    def reduce(self, terms: Coefficients, bounds: tuple[float, float], *, remember: bool) -> Reduced:
        """The row that a total stands for beside those remembered before it; a bound (low < high) stays as it is."""
        low, high = bounds
        if low != high:
            return terms, low, high
        short, value = self._blocks(*self._difference(terms, low))
        if remember:
            self._raw.append((terms, low))
            if short:
                self._remember(short, value)
        return short, value, value

    def _difference(self, terms: Coefficients, value: float) -> tuple[Coefficients, float]:
        """Without the one of the latest totals that leaves least. Coefficients are those of one expression: what two
        totals share goes away altogether."""
        best, least = None, len(terms)
        for other, known in reversed(self._raw[-8:]):
            left = len(terms) + len(other) - 2 * len(terms.keys() & other.keys())
            if left < least:
                best, least = (other, known), left
        return (terms, value) if best is None else (subtract(terms, best[0]), value - best[1])

    def _blocks(self, terms: Coefficients, value: float) -> tuple[Coefficients, float]:
        changed = True
        while changed and terms:
            changed = False
            for i in sorted({i for c in terms for i in self._by_column.get(c, ())}):
                block, known = self._short[i]
                for sign in (1, -1) if shrinks(terms, block) else ():
                    shorter = subtract(terms, block, sign)
                    if len(shorter) < len(terms):
                        terms, value, changed = shorter, value - sign * known, True
        return terms, value

    def _remember(self, terms: Coefficients, value: float) -> None:
        for c in terms:
            self._by_column.setdefault(c, []).append(len(self._short))
        self._short.append((terms, value))


def shrinks(terms: Coefficients, other: Coefficients) -> bool:
    """True when taking `other` away may leave less: more than half of it lies in `terms`."""
    return 2 * len(terms.keys() & other.keys()) > len(other)


def subtract(terms: Coefficients, other: Coefficients, sign: int = 1) -> Coefficients:
    """terms - sign x other, without zeros."""
    left = dict(terms)
    for column, k in other.items():
        left[column] = left.get(column, 0) - sign * k
        if not left[column]:
            del left[column]
    return left
