"""Monthly values read as an XmR chart: did anything really change, or is it the usual variation?

After Wheeler, Understanding Variation (1993), with the rules of the NHS programme Making Data Count. Where nothing
changes, the sentence still speaks of a change in 1 or 2 of 100 months (tests/measure/test_xmr.py states the rate).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING

from pipeline.measure.figure import Figure
from pipeline.measure.figures import ALL, chosen, measure
from pipeline.measure.series import Series, Verdict
from pipeline.program.model import Metric, Program
from pipeline.program.periods import Period

if TYPE_CHECKING:
    import duckdb

#: 3 / 1.128: three sigma from the mean moving range of two.
FACTOR = 2.66
#: Fewer points have no limits; fewer than ENOUGH have trial limits.
FEWEST, ENOUGH = 6, 12
#: So many points on one side, or in one direction, are a signal.
RUN = 7
#: Units whose values are whole numbers.
COUNTS = frozenset(("calls", "people", "encounters", "referrals"))
_SPELLED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def series(
    con: duckdb.DuckDBPyConnection, program: Program, metric: str, months: Sequence[Period], agency: str = ALL
) -> Series:
    """The months of one metric and agency, oldest first, and what they say. UserError when there is no such metric."""
    return all_series(con, program, [metric], months, agencies=agency != ALL)[metric, agency]


def all_series(
    con: duckdb.DuckDBPyConnection,
    program: Program,
    metrics: Iterable[str] | None,
    months: Sequence[Period],
    *,
    agencies: bool = False,
) -> dict[tuple[str, str], Series]:
    """Series of many metrics (default all), for the program and with `agencies` for each, from one scan a relation."""
    wanted = chosen(program, metrics)
    months = sorted(months, key=lambda m: m.start)
    figures = measure(con, program, months, metrics=[m.id for m in wanted], agencies=agencies)
    found = {}
    for metric in wanted:
        for agency in [ALL, *(a.id for a in program.agencies)] if agencies else [ALL]:
            row = [figures.get(metric.id, m.label, agency) for m in months]
            found[metric.id, agency] = read(metric, agency, [f for f in row if f is not None])
    return found


def read(metric: Metric, agency: str, figures: Sequence[Figure]) -> Series:
    """Monthly figures of one metric, oldest first, as a series. A month without a value is left out."""
    values = tuple(f.value for f in figures)
    known = [(i, v) for i, v in enumerate(values) if v is not None]
    limits = _limits([v for _, v in known], metric.unit) if len(known) >= FEWEST else None
    signals = _signals([v for _, v in known], limits) if limits else []
    verdict, sentence = _judge(metric, figures, [v for _, v in known], limits)
    return Series(
        metric=metric.id,
        agency=agency,
        months=tuple(f.period for f in figures),
        values=values,
        mean=limits.mean if limits else None,
        lower=limits.lower if limits else None,
        upper=limits.upper if limits else None,
        trial=limits is not None and len(known) < ENOUGH,
        signals=tuple(known[i][0] for i in signals),
        verdict=verdict,
        sentence=sentence,
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """Mean and natural process limits, the limits cut where the unit ends."""

    mean: float
    lower: float
    upper: float


def _limits(values: Sequence[float], unit: str) -> Limits:
    mean = float(sum(Fraction(v) for v in values) / len(values))
    moving = float(sum(abs(Fraction(b) - Fraction(a)) for a, b in pairwise(values)) / (len(values) - 1))
    ceiling = 1.0 if unit == "fraction" else float("inf")
    return Limits(mean, max(mean - FACTOR * moving, 0.0), max(min(mean + FACTOR * moving, ceiling), mean))


def _signals(values: Sequence[float], limits: Limits) -> list[int]:
    """Indexes of points outside, and of all points of a run or a trend that is long enough."""
    found = {i for i, v in enumerate(values) if not limits.lower <= v <= limits.upper}
    sides = [(v > limits.mean) - (v < limits.mean) for v in values]
    for end in range(len(values)):
        length, _ = _run(sides[: end + 1])
        if length >= RUN:
            found.update(range(end - length + 1, end + 1))
        length, _ = _trend(values[: end + 1])
        if length >= RUN:
            found.update(range(end - length + 1, end + 1))
    return sorted(found)


def _run(sides: Sequence[int]) -> tuple[int, int]:
    """How many of the last points lie on one side of the mean, on which (1 above, -1 below). A point on it ends it."""
    length = 0
    while length < len(sides) and sides[-1 - length] == sides[-1] != 0:
        length += 1
    return length, sides[-1]


def _trend(values: Sequence[float]) -> tuple[int, int]:
    """How many of the last points go in one direction, and in which. Two that are the same end it."""
    if len(values) < 2 or values[-1] == values[-2]:
        return 1, 0
    rising = values[-1] > values[-2]
    length = 1
    for earlier, later in pairwise(reversed(values)):
        if earlier == later or (earlier > later) != rising:
            break
        length += 1
    return length, 1 if rising else -1


def _judge(
    metric: Metric, figures: Sequence[Figure], known: Sequence[float], limits: Limits | None
) -> tuple[Verdict, str]:
    """What the last month says."""
    if not figures or figures[-1].value is None:
        return "no_data", f"No data for {_month(figures[-1].period_start)}." if figures else "No data."
    if limits is None:
        months = f"{_SPELLED[len(known)]} {'month' if len(known) == 1 else 'months'}"
        return "too_few", f"Too early to say: {months} so far, and the usual range needs six."
    name = f"{_MONTHS[figures[-1].period_start.month - 1]}’s"
    side, said = _finding(metric, known, limits, name)
    if side == 0:
        return "usual", f"No change. {said}"
    verdict, word = _verdict(metric, side)
    sign = f"A real {word}." if len(known) >= ENOUGH else f"A first sign of {_article(word)} {word}."
    return verdict, f"{sign} {said}"


def _finding(metric: Metric, known: Sequence[float], limits: Limits, name: str) -> tuple[int, str]:
    """The side on which the last month is a signal (0: none), and the sentence that says so."""
    last = known[-1]
    if last < limits.lower or last > limits.upper:
        side = 1 if last > limits.upper else -1
        value, low, high = _apart(metric.unit, last, limits)
        return side, f"{name} {value} is {'above' if side > 0 else 'below'} the usual {low} to {high}."
    write = _writer(metric.unit, _tiny(metric.unit, limits))
    length, side = _run([(v > limits.mean) - (v < limits.mean) for v in known])
    if length >= RUN:
        mean = f"the mean of {write(limits.mean)}"
        return side, f"{_many(length)} months in a row {'above' if side > 0 else 'below'} {mean}."
    length, side = _trend(known)
    if length >= RUN:
        return side, f"{_many(length)} months in a row, each {'higher' if side > 0 else 'lower'} than the one before."
    if write(last) == write(limits.mean):
        return 0, f"{name} {write(last)} is the mean."
    value, low, high = _apart(metric.unit, last, limits)
    return 0, f"{name} {value} is within the usual {low} to {high}."


def _verdict(metric: Metric, side: int) -> tuple[Verdict, str]:
    """Better or worse is said only when the metric has a direction."""
    if metric.direction == "neither":
        return ("rise", "rise") if side > 0 else ("fall", "fall")
    good = (metric.direction == "higher") == (side > 0)
    return ("better", "improvement") if good else ("worse", "worsening")


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _many(count: int) -> str:
    return _SPELLED[count].capitalize() if count < len(_SPELLED) else str(count)


def _month(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"


def _apart(unit: str, value: float, limits: Limits) -> tuple[str, str, str]:
    """Value and limits, with as many decimals as it takes to see on which side of a limit the value lies.

    A count is a whole number, so its limits are the smallest and the largest count inside.
    """
    lower, upper = ceil(limits.lower), floor(limits.upper)
    if unit in COUNTS and lower <= upper:
        return f"{value:,.0f}", f"{lower:,}", f"{upper:,}"
    outside = not limits.lower <= value <= limits.upper
    for extra in range(_tiny(unit, limits), 4):
        write = _writer(unit, extra)
        shown = write(value), write(limits.lower), write(limits.upper)
        if not outside or shown[0] not in shown[1:]:
            break
    return shown


def _tiny(unit: str, limits: Limits) -> int:
    """Decimals of a percentage: whole, but where all of the usual range would read 0% or 100%."""
    return int(unit == "fraction" and (0 < limits.upper < 0.01 or 0.99 < limits.lower < 1))


def _writer(unit: str, extra: int = 0) -> Callable[[float], str]:
    """How a value is written: percent whole; minutes, and others that are not whole, with a decimal below ten."""

    def write(value: float) -> str:
        if unit == "fraction":
            return f"{_rounded(value * 100, extra)}%"
        small = abs(value) < 9.95 and (unit == "minutes" or not float(value).is_integer())
        return _rounded(value, extra + (1 if small else 0))

    return write


def _rounded(value: float, decimals: int) -> str:
    """Half rounds away from zero."""
    scaled = floor(abs(Fraction(repr(float(value)))) * 10**decimals + Fraction(1, 2))
    return f"{scaled / 10**decimals:,.{decimals}f}"
