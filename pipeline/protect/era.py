"""What a published number is about: agencies, months and the version of their rows; and what it says, as rows of a
linear system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pipeline.protect.quantities import Expression


class Row(NamedTuple):
    """low <= sum of coefficient x unknown <= high."""

    terms: tuple[tuple[int, int], ...]
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Era:
    """Which rows stood behind the figures of one ledger entry: the program's agencies and the version of each
    month's rows.

    Version 0 says that the agency never had a row in that month. `epochs` rise for a quantity whose counts changed
    while no row
    of their own months did (linked calls, events that came later): all its earlier figures are then about other
    unknowns.
    """

    agencies: tuple[str, ...]
    versions: Mapping[tuple[str, date], int]
    last: date
    epochs: Mapping[str, int] = field(default_factory=dict)

    def version(self, agency: str, month: date) -> int:
        """The version of the rows of `agency` in `month`; a month that was not listed had no rows."""
        return self.versions.get((agency, month), 0)


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """A count of one agency (or `all`) over a run of atoms was published: exactly (low == high), or as a bound."""

    expression: Expression
    agency: str
    run: tuple[int, int]
    low: float
    high: float
    implied: bool = False  # follows from other facts: only what it says about counts that are part of it is new
