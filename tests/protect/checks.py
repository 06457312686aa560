"""What must hold of published editions, each as a check that can fail: used on sound programs, and on programs
with one rule removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.measure.figure import Figure
from pipeline.protect.calendar import Span, add_months, month_end
from pipeline.protect.ledger import Ledger
from tests.protect.attack import COUNTS, PEOPLE, RATES, attack_counts, attack_people, targets
from tests.protect.simulated import Simulated


@dataclass(frozen=True)
class Public:
    """All public rows of a program's editions, and the true figures of each edition's day."""

    editions: list[list[Figure]]  # per edition, every printed row
    truths: list[Simulated]
    agencies: tuple[str, ...]
    months: int
    fiscal: int
    threshold: int

    @classmethod
    def of(cls, folder: Path, truths: Sequence[Simulated], fiscal: int, threshold: int) -> Public:
        editions = [[line.figure for line in e.lines] for e in Ledger.read(folder).editions]
        return cls(editions, list(truths), truths[-1].agencies, len(truths), fiscal, threshold)

    @property
    def rows(self) -> list[Figure]:
        return [f for e in self.editions for f in e]

    @property
    def first(self) -> date:
        return self.truths[-1].first

    def true(self, metric: str, part: str, agency: str, run: tuple[int, int]) -> int:
        span = Span(add_months(self.first, run[0]), month_end(add_months(self.first, run[1])))
        f = self.truths[-1].figure(metric, span, agency)
        n = round((f.numerator if metric != "time_median" else f.denominator) or 0)
        return {"n": n, "d": round(f.denominator or 0), "rest": round(f.denominator or 0) - n}[part]

    def small(self, metric: str, parts: Sequence[str]) -> list[tuple[str, str, tuple[int, int]]]:
        """Rule 2: protected counts that truly are from 1 to threshold - 1."""
        return [
            (p, a, run)
            for p in parts
            for a in ("all", *self.agencies)
            for run in targets(self.first, self.months, self.fiscal)
            if 1 <= self.true(metric, p, a, run) < self.threshold
        ]


def attacked(public: Public, metrics: Sequence[str] | None = None) -> Iterator[str]:
    """Rule 3: counts that an attacker can narrow."""
    for metric in metrics or public.truths[-1].metrics:
        if metric in PEOPLE:
            small, attack = public.small(metric, ("n",)), attack_people
        elif metric in COUNTS or metric in RATES:
            small, attack = public.small(metric, ("n", "rest", "d") if metric in RATES else ("n",)), attack_counts
        else:
            continue
        try:
            found = attack(
                public.rows,
                metric,
                public.agencies,
                public.first,
                public.months,
                public.fiscal,
                public.threshold,
                small,
            )
        except ValueError:
            yield f"{metric}: the editions contradict each other"
            continue
        for where, (low, high) in zip(small, found, strict=True):
            if low > 1 + 1e-6 or high < public.threshold - 1 - 1e-6:
                yield f"{metric} {where} is {public.true(metric, *where)}: between {low:g} and {high:g}"


def shows_small(public: Public) -> Iterator[str]:
    """Rules 2, 7 and 8: no small count of people stands on a public page, in a breakdown or behind a median."""
    for f in public.rows:
        if f.status == "withheld":
            numbers = (f.numerator, f.denominator, f.value, f.low, f.high, f.unknown)
            if any(n is not None for n in numbers):
                yield f"{f.metric} {f.period} {f.agency} is withheld and has numbers"
        elif f.group and (f.numerator or 0) < public.threshold:
            yield f"{f.metric} {f.group} {f.category} shows {f.numerator}"
        elif f.unit == "minutes" and 0 < (f.denominator or 0) < public.threshold:
            yield f"{f.metric} {f.period} {f.agency} of n = {f.denominator}"
        elif 1 <= (f.numerator or 0) < public.threshold:
            yield f"{f.metric} {f.period} {f.agency} shows {f.numerator}"


def keeps_values(public: Public) -> Iterator[str]:
    """Rule 9: a figure prints the same value in every edition."""
    seen: dict[object, Figure] = {}
    for f in public.rows:
        key = (f.metric, f.agency, f.group, f.category, f.period_start, f.period_end)
        old = seen.setdefault(key, f)
        if (
            f.status != "withheld"
            and old.status != "withheld"
            and (old.numerator, old.denominator) != (f.numerator, f.denominator)
        ):
            yield f"{f.metric} {f.agency} {f.period} changed from {old.numerator} to {f.numerator}"
        seen[key] = f if old.status == "withheld" else old


def steps_back(public: Public) -> Iterator[str]:
    """Rule 5: a cumulative figure is withheld only when no edition ever showed an earlier end of it."""
    shown: set[tuple[object, ...]] = set()
    for edition in public.editions:
        for f in edition:
            if f.status != "withheld" and not f.group:
                shown.add((f.metric, f.agency, f.period_start))
        for f in edition:
            cumulative = f.period == "to-date" or (
                f.period.startswith("FY") and f.period_end.month != (public.fiscal - 2) % 12 + 1
            )
            if f.status == "withheld" and cumulative and not f.group and (f.metric, f.agency, f.period_start) in shown:
                yield f"{f.metric} {f.agency} {f.period} is withheld though an earlier end stands"


def prints_bounds(public: Public) -> Iterator[str]:
    """Rule 6: the first edition's rates with a large numerator and few others say "at least"."""
    truth = public.truths[0]
    for f in public.editions[0]:
        if f.metric in RATES and f.period == "to-date":
            true = truth.figure(f.metric, Span(f.period_start, f.period_end), f.agency)
            n, d = round(true.numerator or 0), round(true.denominator or 0)
            if n >= public.threshold and d - n < public.threshold and f.status != "bounded":
                yield f"{f.metric}: {n} of {d} is {f.status}"


CHECKS: dict[str, Callable[[Public], Iterator[str]]] = {
    "attacked": attacked,
    "shows_small": shows_small,
    "keeps_values": keeps_values,
    "steps_back": steps_back,
    "prints_bounds": prints_bounds,
}
