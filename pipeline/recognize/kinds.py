"""What values say by themselves, first part: times, numbers and keys."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.recognize.profile import Profile

CALL_SIGN = re.compile(
    r"(?=.{1,10}$)(?=.*\d)[A-Za-z]{0,5}[- ]?\d{1,5}[A-Za-z]{0,4}\d{0,3}|[A-Za-z]{1,4}-[A-Za-z]{2,5}\d{0,2}"
)
DECIMAL = re.compile(r"-?\d+\.\d{3,}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./#_\-\u2010-\u2015]{2,28}")


@dataclass(frozen=True, slots=True)
class Said:
    """What values say about one column."""

    possible: float
    strength: float
    reason: str = ""


NOTHING = Said(0.0, 0.0)


# -- times ------------------------------------------------------------------------------------------------------------


def times(seen: Profile) -> Said:
    """Dates with or without a time. Dates that reach over decades are births."""
    found = seen.moments
    if found is None or found.share < 0.7 or not found.has_date:
        return NOTHING
    first, last = found.years
    if not found.has_clock and last - first >= 25:
        return Said(0.1, 0.0)
    clock = found.has_clock
    what = "dates with times" if clock else "dates without times"
    return Said(found.share * (1.0 if clock else 0.85), 0.3 if clock else 0.15, f"{what} ({found.share:.0%})")


def days(seen: Profile) -> Said:
    """Days."""
    found = seen.moments
    if found is None or found.share < 0.7 or not found.has_date:
        return NOTHING
    return Said(found.share, 0.2 if found.has_clock else 0.45, f"dates ({found.share:.0%} can be read)")


# -- numbers and keys -------------------------------------------------------------------------------------------------


def identifiers(seen: Profile) -> Said:
    """Numbers of incidents: short, with digits, hardly a gap, hardly two alike or alike in runs."""
    shaped = seen.share(_ID)
    if seen.counter or seen.share(DECIMAL) > 0.3 or shaped < 0.6 or (seen.moments and is_time(seen)):
        return Said(0.15 if seen.counter and seen.heading else 0.0, 0.0)
    digits = sum(any(ch.isdigit() for ch in c) for c in seen.filled) / len(seen.filled)
    if digits < 0.8 or seen.words > 3 or seen.length < 3:
        return NOTHING
    unlike = seen.variety
    steady = seen.shape[1]
    strength = (
        max(0.0, unlike - 0.2) * 0.6
        + 0.15 * steady
        + 0.15 * min(1.0, seen.years_in * 2)
        + 0.1 * min(1.0, seen.length / 8)
    )
    if unlike < 0.25 or seen.length < 4:
        strength = 0.0
    if seen.length < 5.5 and not seen.numbers and seen.share(CALL_SIGN) > 0.8:
        strength *= 0.6  # more like the call signs of units
    return Said(
        shaped * (0.6 + 0.4 * min(1.0, seen.fill + 0.1)), min(strength, 0.85), f"{unlike:.0%} of the values stand once"
    )


def entries(seen: Profile) -> Said:
    """Numbers of entries of a log: every row has one, and each stands once.

    A team that keeps its log by hand numbers it 1, 2, 3. Where the next file begins at 1 again, its rows would take the
    place of these: so numbers from 1 on are offered, and never taken for granted.
    """
    said = identifiers(seen)
    whole = seen.fill > 0.97 and seen.variety > 0.95
    if whole and seen.numbers and all(n == int(n) and n >= 0 for n in seen.numbers):
        if seen.counter:
            return Said(0.5, 0.0, "numbers the rows from 1 on: right if the next file goes on counting")
        return Said(max(said.possible, 0.9), said.strength, said.reason or "each number stands once")
    return said if whole else Said(0.6 * said.possible, 0.5 * said.strength, said.reason)


def is_time(seen: Profile) -> bool:
    """Whether a column is written as dates or times, and not as mere digits."""
    found = seen.moments
    return found is not None and found.share > 0.8 and not found.formats[0][0].startswith(("epoch", "%Y%m%d"))


def minutes(seen: Profile) -> Said:
    """Durations in minutes."""
    numbers = sorted(seen.numbers)
    if not numbers or numbers[0] < 0 or numbers[-1] > 2_000 or (seen.variety > 0.9 and len(numbers) > 500):
        return NOTHING
    middle = numbers[len(numbers) // 2]
    likely = 5 <= middle <= 180 and seen.distinct >= min(12, len(numbers) // 3)
    return Said(1.0 if middle >= 1 else 0.4, 0.6 if likely else 0.1, f"numbers, in the middle {middle:g}")


def whole_numbers(seen: Profile) -> Said:
    """Counts."""
    numbers = seen.numbers
    if not numbers or any(n != int(n) or n < 0 for n in numbers):
        return NOTHING
    return Said(1.0, 0.55 if max(numbers) < 1000 else 0.2, f"whole numbers up to {max(numbers):g}")


def years_of_birth(seen: Profile) -> Said:
    """Years in which people are born."""
    numbers = seen.numbers
    if not numbers or any(n != int(n) or not 1900 <= n <= 2030 for n in numbers):
        return NOTHING
    wide = max(numbers) - min(numbers) > 25
    return Said(1.0, 0.7 if wide else 0.0, "years over several decades" if wide else "years")
