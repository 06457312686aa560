"""Chance that falls the same on every machine.

Only `Random.random` is used, the one generator that Python promises never to change, and only the four basic
operations on floats: logarithms and powers may differ in their last digit from one C library to another.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A seeded source of choices. Each part of the demo has its own, so that a change in one moves no other."""

    def __init__(self, seed: str) -> None:
        self._random = Random(f"outcomes demo: {seed}")  # noqa: S311  made-up data, no secret

    def roll(self) -> float:
        """A number from 0 up to, not including, 1."""
        return self._random.random()

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1."""
        return int(self.roll() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.roll() < probability

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each as likely as the others."""
        return items[self.below(len(items))]

    def weighted(self, weights: dict[T, float]) -> T:
        """One of the keys, each as likely as its weight says."""
        return self.weigh(list(weights), list(weights.values()))

    def weigh(self, items: Sequence[T], weights: Sequence[float]) -> T:
        """One of the items, each as likely as the weight that stands at its place."""
        rest = self.roll() * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            rest -= weight
            if rest < 0:
                return item
        return items[-1]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a new order (Fisher-Yates)."""
        result = list(items)
        for i in range(len(result) - 1, 0, -1):
            j = self.below(i + 1)
            result[i], result[j] = result[j], result[i]
        return result

    def sample(self, items: Sequence[T], n: int) -> list[T]:
        """`n` different items, in chance order."""
        return self.shuffled(items)[:n]

    def quantile(self, points: Sequence[tuple[float, float]], share: float | None = None) -> float:
        """A number of the distribution whose quantiles are the points (share, value), straight between them.

        The quantile is a matter of chance unless a share is given.
        """
        at = self.roll() if share is None else share
        for (p0, v0), (p1, v1) in pairwise(points):
            if at < p1:
                return v0 + (v1 - v0) * (at - p0) / (p1 - p0)
        return points[-1][1]
