"""An attacker who read spec 3 and every public page, and has scipy. Written against the spec; imports nothing of
pipeline/protect.

Works from public rows (metric, agency, start, end, status, numerator, denominator) of all editions, each row once.
Knows: what bounded
means (rule 6); that counts of encounters add up over agencies and months; that numerator <= denominator; of people
that each part <=
union <= sum of parts; people <= encounters of the same condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

PEOPLE = {
    "people_met": ("encounters", "n"),
    "people_diverted": ("diversion_rate", "n"),
    "people_transported": None,
    "people_referred": None,
}
COUNTS = ("calls_responded", "encounters", "time_median")
RATES = ("diversion_rate", "diversion_loose", "force_rate")


def add(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def between(first: date, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


def targets(first: date, months: int, fiscal: int) -> list[tuple[int, int]]:
    """Rule 2: every month, quarter and fiscal year and the part of them so far, as month numbers."""
    found = set()
    for j in range(months):
        day = add(first, j)
        found |= {(j, j), (max(0, j - (day.month - 1) % 3), j), (max(0, j - (day.month - fiscal) % 12), j)}
    return sorted(found)


@dataclass
class System:
    """Unknowns by name, and rows low <= sum <= high."""

    names: dict[tuple[object, ...], int] = field(default_factory=dict)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def at(self, *name: object) -> int:
        return self.names.setdefault(name, len(self.names))

    def say(self, terms: dict[int, float], low: float, high: float) -> None:
        self.rows.append((terms, low, high))

    def ranges(self, wanted: Sequence[dict[int, float]]) -> list[tuple[float, float]]:
        """Smallest and largest value of each wanted sum. ValueError when nothing fits."""
        n = len(self.names)
        upper = [(t, h) for t, _, h in self.rows if h < np.inf] + [
            ({c: -k for c, k in t.items()}, -lo) for t, lo, _ in self.rows if lo > -np.inf
        ]
        index = [(i, c, k) for i, (t, _) in enumerate(upper) for c, k in t.items()]
        matrix = csr_matrix(
            ([k for *_, k in index], ([i for i, *_ in index], [c for _, c, _ in index])), (len(upper), n)
        )
        limits = np.array([v for _, v in upper])
        found = []
        for sums in wanted:
            ends = []
            for sign in (1, -1):
                cost = np.zeros(n)
                for c, k in sums.items():
                    cost[c] += sign * k
                result = linprog(cost, matrix, limits, bounds=(0, 10_000), method="highs-ds")
                if not result.success:
                    raise ValueError(result.message)
                ends.append(sign * result.fun)
            found.append((ends[0], ends[1]))
        return found


def cells(
    system: System, metric: str, part: str, agencies: Sequence[str], agency: str, run: tuple[int, int]
) -> dict[int, float]:
    """A count that adds up, as a sum of its months and agencies. `d` is numerator + rest."""
    found: dict[int, float] = {}
    for p in ("n", "rest") if part == "d" else (part,):
        for a in agencies if agency == "all" else [agency]:
            for m in range(run[0], run[1] + 1):
                found[system.at(metric, p, a, m)] = 1
    return found


def say_counts(
    system: System, figures: Iterable[object], metric: str, agencies: Sequence[str], first: date, threshold: int
) -> None:
    """What the printed rows of a count or rate say."""
    top = threshold - 1
    for f in figures:
        if f.metric != metric or f.status == "withheld" or f.group or between(first, f.period_end) < 0:
            continue
        run = (max(0, between(first, f.period_start)), between(first, f.period_end))
        if f.status == "bounded":
            exact = "n" if f.numerator is not None else "d"
            other, low = ("rest", 0) if exact == "n" else ("n", 1)
            value = f.numerator if exact == "n" else f.denominator
            system.say(cells(system, metric, exact, agencies, f.agency, run), value, value)
            system.say(cells(system, metric, other, agencies, f.agency, run), low, top)
            continue
        for part, value in (("n", f.numerator), ("n" if metric == "time_median" else "d", f.denominator)):
            if value is not None:
                system.say(cells(system, metric, part, agencies, f.agency, run), value, value)


def attack_counts(
    figures: Sequence[object],
    metric: str,
    agencies: Sequence[str],
    first: date,
    months: int,
    fiscal: int,
    threshold: int,
    small: Sequence[tuple[str, str, tuple[int, int]]],
) -> list[tuple[float, float]]:
    """Bounds of the counts in `small`: (part, agency, run)."""
    system = System()
    for part in ("n", "rest", "d"):
        cells(system, metric, part, agencies, "all", (0, months - 1))
    say_counts(system, figures, metric, agencies, first, threshold)
    return system.ranges([cells(system, metric, p, agencies, a, run) for p, a, run in small])


def attack_people(
    figures: Sequence[object],
    metric: str,
    agencies: Sequence[str],
    first: date,
    months: int,
    fiscal: int,
    threshold: int,
    small: Sequence[tuple[str, str, tuple[int, int]]],
) -> list[tuple[float, float]]:
    """Bounds of numbers of people: unions of agencies and months that are protected or printed."""
    system = System()
    runs = set(targets(first, months, fiscal))
    said = [
        f
        for f in figures
        if f.metric == metric and f.status == "published" and not f.group and between(first, f.period_end) >= 0
    ]
    runs |= {(max(0, between(first, f.period_start)), between(first, f.period_end)) for f in said}
    runs |= {(0, m) for m in range(months)}
    scopes = ("all", *agencies)
    for i, j in runs:
        for s in scopes:
            whole = system.at(metric, s, i, j)
            parts = [(k, m) for k, m in runs if i <= k and m <= j and (k, m) != (i, j)]
            for k, m in parts:
                system.say({whole: 1, system.at(metric, s, k, m): -1}, 0, np.inf)
                if k == i and (m + 1, j) in runs:
                    system.say(
                        {whole: 1, system.at(metric, s, k, m): -1, system.at(metric, s, m + 1, j): -1}, -np.inf, 0
                    )
        for a in agencies:
            system.say({system.at(metric, "all", i, j): 1, system.at(metric, a, i, j): -1}, 0, np.inf)
        system.say(
            {system.at(metric, "all", i, j): 1, **{system.at(metric, a, i, j): -1 for a in agencies}}, -np.inf, 0
        )
    for f in said:
        run = (max(0, between(first, f.period_start)), between(first, f.period_end))
        system.say({system.at(metric, f.agency, *run): 1}, f.numerator, f.numerator)
    same = PEOPLE[metric]
    if same:
        say_counts(system, figures, same[0], agencies, first, threshold)
        for a in agencies:
            for m in range(months):
                system.say({system.at(metric, a, m, m): 1, system.at(same[0], same[1], a, m): -1}, -np.inf, 0)
    return system.ranges([{system.at(metric, a, *run): 1} for _, a, run in small])
