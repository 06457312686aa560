"""Scales of charts: round numbers that stand beside them, within what a unit can be."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, inf, log10

#: The finest step between two labels of a scale; things are counted in whole numbers.
FINEST = {"fraction": 0.01, "minutes": 0.1, "days": 0.1, "per_1000": 0.1}
#: The room around values that are all the same, at the least.
FLAT = {"fraction": 0.05}


def finest(unit: str) -> float:
    """The finest step of a scale in this unit."""
    return FINEST.get(unit, 1.0)


def ceiling(unit: str) -> float:
    """The largest value that the unit can take; the smallest is 0 in all of them."""
    return 1.0 if unit == "fraction" else inf


def within(bottom: float, top: float, unit: str) -> tuple[float, float]:
    """A scale cut a little (8 %) beyond what the unit can be, so that a mark on its end is whole."""
    room = 0.08 * (min(top, ceiling(unit)) - max(bottom, 0.0))
    return max(bottom, -room), min(top, ceiling(unit) + room)


def around(values: Sequence[float], unit: str) -> tuple[float, float]:
    """A scale around the values, which may all be the same: room for two labels, nothing that cannot be."""
    low, high = min(values), max(values)
    pad = 0.08 * (high - low) or max(0.1 * high, FLAT.get(unit, 1.0))
    pad = max(pad, finest(unit) - (high - low) / 2)
    return within(low - pad, high + pad, unit)


def marks(bottom: float, top: float, unit: str, most: int = 4) -> list[float]:
    """Where the labels of a scale stand: never below 0 nor above what the unit can be."""
    return ticks(max(bottom, 0.0), min(top, ceiling(unit)), most, finest(unit))


def percent_marks(low: float, high: float, most: int) -> list[float]:
    """The same for a scale in percent, whole ones."""
    return ticks(max(low, 0.0), min(high, 100.0), most, 1.0)


def ticks(low: float, high: float, most: int = 4, finest: float = 0.0) -> list[float]:
    """Round numbers within low..high, two to `most` of them where such a step exists; steps no finer than `finest`."""
    span = high - low
    if span <= 0:
        return [low]
    start = 10.0 ** floor(log10(span / most))
    found = [low, high]
    for step in (m * start * scale for scale in (0.1, 1, 10) for m in (1, 2, 5)):
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if step >= finest - 1e-12 and last - first >= 1:
            found = [round(i * step, 10) for i in range(first, last + 1)]
            if len(found) <= most:
                break
    return found
