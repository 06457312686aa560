"""Which rows an extract holds: stretches of days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipeline.program.period import quarter_of
from pipeline.sample import totals
from pipeline.sample.cad import CadCall


def between(calls: Iterable[CadCall], first: date, last: date) -> list[CadCall]:
    """The real calls received from the first to the last day; what came in before the program counts to its first."""
    return [c for c in calls if not c.spare and first <= max(c.received.date(), totals.BEGAN) <= last]


def months_between(first: date, last: date) -> list[tuple[int, int]]:
    """(year, month) of every month of the program from the first to the last day."""
    return [(m.year, m.month) for m in totals.MONTHS if first.replace(day=1) <= m <= last]


def quarter_end(start: date) -> date:
    """The last day of the quarter that begins on `start`, or of the program when it ends before."""
    return min(quarter_of(start).end, totals.ENDED)
