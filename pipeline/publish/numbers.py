"""How numbers are written for people: separators, percent from the exact fraction, minutes, intervals.

Rounding is half away from zero, always from the exact fraction and never from a rounded value.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

from pipeline.measure.figure import Figure

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
NO_DATA = "no data"
WITHHELD = "withheld"
#: Units of plain counts.
COUNTED = ("calls", "people", "encounters", "referrals")
#: Below this a share in a breakdown is printed as "12 of 12", without a percentage.
SMALL_DENOMINATOR = 50


def rounded(value: Fraction, decimals: int = 0) -> Fraction:
    """The value at so many decimals, half away from zero."""
    scale = 10**decimals
    size = Fraction(floor(abs(value) * scale + Fraction(1, 2)), scale)
    return -size if value < 0 else size


def exact(value: float | Fraction) -> Fraction:
    """A float as the decimal number that it prints as, so that 0.285 rounds as people expect."""
    return value if isinstance(value, Fraction) else Fraction(repr(float(value)))


def number(value: float | Fraction, decimals: int = 0) -> str:
    """1234.5 as `1,235`; a minus is U+2212. A whole number never prints as `-0`."""
    shown = rounded(exact(value), decimals)
    text = f"{abs(float(shown)):,.{decimals}f}"
    return f"{MINUS}{text}" if shown < 0 else text


def percent(share: float | Fraction, decimals: int = 0) -> str:
    """A share from 0 to 1 as `97%`; above 0 never `0%` but `<1%`, below 1 never `100%` but `>99%`."""
    part = exact(share)
    step = Fraction(1, 10**decimals)
    shown = rounded(part * 100, decimals)
    if part > 0 and shown == 0:
        return f"<{number(step, decimals)}%"
    if part < 1 and shown == 100:
        return f">{number(100 - step, decimals)}%"
    return f"{number(shown, decimals)}%"


def minutes(value: float) -> str:
    """Minutes: one decimal below ten, whole above."""
    shown = rounded(exact(value), 1)
    return number(value, 1) if abs(shown) < 10 else number(value)


def fraction(figure: Figure) -> Fraction | None:
    """The exact share behind a rate: numerator over denominator where its value is that, else the value itself."""
    if figure.value is None:
        return None
    if figure.numerator is not None and figure.denominator and plain_share(figure):
        return exact(figure.numerator) / exact(figure.denominator)
    return exact(figure.value)


def plain_share(figure: Figure) -> bool:
    """Whether the value is numerator over denominator; a Kaplan–Meier estimate, for one, is not."""
    if figure.value is None or figure.numerator is None or not figure.denominator:
        return False
    return abs(figure.numerator / figure.denominator - figure.value) < 1e-9


def amount(value: float, unit: str, decimals: int = 0) -> str:
    """A value in the unit of its metric; the unit itself stands in the heading or the label."""
    if unit == "fraction":
        return percent(value, decimals)
    if unit in ("minutes", "days", "per_1000") and value > 0 and rounded(exact(value), 1) == 0:
        return "<0.1"
    if unit == "minutes":
        return minutes(value)
    if unit in ("days", "per_1000"):
        return number(value, 1 if abs(rounded(exact(value), 1)) < 10 and value != int(value) else 0)
    return number(value)


def average(value: float | Fraction, unit: str) -> str:
    """A mean in the unit of what it is the mean of: of counts below ten with a decimal, where it is not whole."""
    if unit not in COUNTED:
        return amount(float(value), unit)
    shown = rounded(exact(value), 1)
    return number(value, 1 if shown < 10 and shown.denominator != 1 else 0)


def value_text(figure: Figure, decimals: int = 0) -> str:
    """What is printed for a figure: its value, `at least 97%`, `withheld` or `no data`."""
    if figure.status == "withheld":
        return WITHHELD
    if figure.status == "bounded":
        return bound_text(figure)
    share = fraction(figure) if figure.unit == "fraction" else None
    if share is not None:
        return percent(share, decimals)
    if figure.value is None:
        return NO_DATA
    return amount(figure.value, figure.unit, decimals)


def spoken(figure: Figure) -> str:
    """The value with its unit, as it stands alone beside a title: `7.6 minutes`, `8 of 10 (80%)`, `168`."""
    text = value_text(figure)
    if figure.value is None or figure.status != "published":
        return text
    if figure.metric == "stable_rate" and (near := tenths(figure)):
        return f"{near} ({text})"
    if figure.unit not in ("minutes", "days"):
        return text
    return f"{text} {figure.unit.removesuffix('s') if text == '1' else figure.unit}"


def tenths(figure: Figure) -> str:
    """`8 of 10` for a share within 2.5 points of it and with at least ten behind it, else empty."""
    share = fraction(figure)
    if share is None or (figure.denominator or 0) < 10:
        return ""
    near = rounded(share * 10)
    return f"{near} of 10" if abs(share * 10 - near) <= Fraction(1, 4) else ""


def bound_text(figure: Figure) -> str:
    """`at least 97%` or `at most 4%`: the bound is a whole percentage already (spec 3, rule 6)."""
    if figure.low is not None:
        return f"at least {percent(figure.low)}"
    if figure.high is not None:
        return f"at most {percent(figure.high)}"
    return WITHHELD


def in_hours(figure: Figure) -> bool:
    """Whether numerator and denominator are minutes, which people read as hours."""
    return figure.metric == "direct_time_share"


def part_text(figure: Figure, value: float | None) -> str:
    """A numerator or denominator as printed beside its rate."""
    if value is None:
        return ""
    return number(exact(value) / 60 if in_hours(figure) else exact(value))


def of_text(figure: Figure) -> str:
    """`31 of 32` for a rate; `withheld` with the figure; empty where nothing stands behind it.

    An estimate that is no plain share of its parts (Kaplan–Meier), and a median, say what they are of: `of 172`.
    """
    if figure.status == "withheld":
        return WITHHELD
    if not figure.denominator or figure.value is None or figure.unit == "per_1000":
        return ""
    if not plain_share(figure):
        return f"of {part_text(figure, figure.denominator)}"
    return f"{part_text(figure, figure.numerator)} of {part_text(figure, figure.denominator)}"


def interval_text(figure: Figure, decimals: int = 0, joint: str = " to ") -> str:
    """`96% to 98%`, or empty when the figure has no interval of its own."""
    if figure.low is None or figure.high is None or figure.status != "published":
        return ""
    if figure.unit in COUNTED:
        return ""  # everything was counted; how far chance moves a count is told by its months
    return f"{amount(figure.low, figure.unit, decimals)}{joint}{amount(figure.high, figure.unit, decimals)}"


def share_cell(part: float, whole: float) -> str:
    """A share in a breakdown: a percentage, or the counts when fewer than fifty stand behind it."""
    if whole == 0:
        return DASH
    if whole < SMALL_DENOMINATOR:
        return f"{number(part)} of {number(whole)}"
    return percent(exact(part) / exact(whole))
