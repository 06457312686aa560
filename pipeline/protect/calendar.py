"""Months, quarters and fiscal years as disclosure control sees them: spans of whole months, cut into atoms."""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days from `start` to `end`, both inclusive."""

    start: date
    end: date


def month_start(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The first day of the month that lies `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_of(day: date) -> Span:
    """The calendar month of `day`."""
    return Span(month_start(day), month_end(day))


def quarter_start(day: date) -> date:
    """The first day of the calendar quarter of `day`."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A program's own calendar: when it began and in which month its fiscal year starts."""

    began: date
    fiscal_year_starts: int = 1

    def fiscal_year_start(self, day: date) -> date:
        """The first day of the fiscal year of `day`."""
        year = day.year if day.month >= self.fiscal_year_starts else day.year - 1
        return date(year, self.fiscal_year_starts, 1)

    def fiscal_year(self, day: date) -> Span:
        """The whole fiscal year of `day`."""
        start = self.fiscal_year_start(day)
        return Span(start, add_months(start, 12) - timedelta(days=1))

    def fiscal_label(self, day: date) -> str:
        """`FY2024`: a fiscal year is named by the year it ends."""
        return f"FY{self.fiscal_year(day).end.year}"

    def closed_years(self, end: date) -> list[Span]:
        """Fiscal years from the program's first that are over on `end`, oldest first."""
        years: list[Span] = []
        year = self.fiscal_year(self.began)
        while year.end <= end:
            years.append(year)
            year = self.fiscal_year(year.end + timedelta(days=1))
        return years

    def last_quarter_end(self, end: date) -> date:
        """The last day of the latest calendar quarter that is over on `end`."""
        start = quarter_start(end)
        whole = month_end(add_months(start, 2))
        return whole if whole <= end else start - timedelta(days=1)


@dataclass(frozen=True)
class Timeline:
    """Time cut into atoms: calendar months, and the month in which the program began cut at that day (`cuts`: days on
    which it began as earlier entries of the ledger have it).

    Every span that is published or protected is a run of atoms, so an attacker's unknown is a count per atom.
    """

    calendar: Calendar
    first: date
    last: date
    cuts: frozenset[date] = frozenset()

    @cached_property
    def atoms(self) -> tuple[Span, ...]:
        """All atoms from the fiscal year of `first` to the month of `last`, oldest first."""
        found: list[Span] = []
        start = self.calendar.fiscal_year_start(self.first)
        began = sorted({self.calendar.began, *self.cuts})
        while start <= self.last:
            whole = month_of(start)
            for day in began:
                if start < day <= whole.end:
                    found.append(Span(start, day - timedelta(days=1)))
                    start = day
            found.append(Span(start, whole.end))
            start = whole.end + timedelta(days=1)
        return tuple(found)

    @cached_property
    def _starts(self) -> list[date]:
        return [a.start for a in self.atoms]

    @cached_property
    def months(self) -> tuple[date, ...]:
        """For each atom the first day of its month."""
        return tuple(month_start(a.start) for a in self.atoms)

    @cached_property
    def year_starts(self) -> tuple[int, ...]:
        """For each atom the index of the first atom of its fiscal year."""
        return tuple(bisect_left(self._starts, self.calendar.fiscal_year_start(a.start)) for a in self.atoms)

    @cached_property
    def quarter_starts(self) -> tuple[int, ...]:
        """For each atom the index of the first atom of its calendar quarter (0 when that lies before all atoms)."""
        return tuple(bisect_left(self._starts, quarter_start(a.start)) for a in self.atoms)

    def run(self, span: Span) -> tuple[int, int]:
        """The first and last atom of `span`; ValueError when it does not start and end with an atom."""
        i = bisect_left(self._starts, span.start)
        j = bisect_left(self._starts, span.end + timedelta(days=1)) - 1
        if i > j or self.atoms[i].start != span.start or self.atoms[j].end != span.end:
            raise ValueError(f"{span.start}..{span.end} is not made of whole months")
        return i, j

    def protected_runs(self, last: int) -> list[tuple[int, int]]:
        """Rule 2: every month, quarter and fiscal year, and the part of them so far, up to atom `last`."""
        runs: set[tuple[int, int]] = set()
        for k in range(last + 1):
            if self.month_run(k)[1] == k:
                runs |= {(self.month_run(k)[0], k), (self.quarter_starts[k], k), (self.year_starts[k], k)}
        return sorted(runs)

    def month_run(self, k: int) -> tuple[int, int]:
        """First and last atom of the month of atom `k`."""
        i, j = k, k
        while i > 0 and self.months[i - 1] == self.months[k]:
            i -= 1
        while j + 1 < len(self.atoms) and self.months[j + 1] == self.months[k]:
            j += 1
        return i, j
