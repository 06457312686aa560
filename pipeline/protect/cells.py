"""Cells: the rows of one agency in one atom of time, in one version. A published count is about a set of them.

A set that several entries of the ledger speak of is one set, with one number, however long the ledger grows.
"""

from __future__ import annotations

from pipeline.protect.calendar import Timeline
from pipeline.protect.era import Era

Cell = tuple[str, int, int]  # agency, atom, version
Run = tuple[int, int]
NOTHING = 0  # the number of the empty set


class Cells:
    """Sets of cells by number: each is an earlier set and the cells of one atom more."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.parent: list[int] = [NOTHING]
        self.added: list[tuple[Cell, ...]] = [()]  # to the parent; all of one atom
        self._numbers: dict[tuple[int, tuple[Cell, ...]], int] = {}
        self._at: dict[tuple[Era, str, int], tuple[Cell, ...]] = {}
        self._of: dict[tuple[Era, str, Run], int] = {}
        self._last: dict[Era, int] = {}

    def at(self, era: Era, agency: str, atom: int) -> tuple[Cell, ...]:
        """The cells with rows of `agency` (`all`, or several joined by `+`) at one atom."""
        found = self._at.get((era, agency, atom))
        if found is None:
            month = self.timeline.months[atom]
            wanted = era.agencies if agency == "all" else agency.split("+")
            found = tuple((a, atom, v) for a in wanted if (v := era.version(a, month)))
            self._at[era, agency, atom] = found
        return found

    def number(self, era: Era, agency: str, run: Run) -> int:
        """The number of the set of cells of a run of atoms; the same set has the same number."""
        found = self._of.get((era, agency, run))
        if found is not None:
            return found
        first, last = run
        known = next((k for k in range(last - 1, first - 1, -1) if (era, agency, (first, k)) in self._of), first - 1)
        found = self._of[era, agency, (first, known)] if known >= first else NOTHING
        for k in range(known + 1, last + 1):
            found = self._more(found, self.at(era, agency, k))
            self._of[era, agency, (first, k)] = found
        return found

    def _more(self, number: int, cells: tuple[Cell, ...]) -> int:
        if not cells:
            return number
        found = self._numbers.setdefault((number, cells), len(self.parent))
        if found == len(self.parent):
            self.parent.append(number)
            self.added.append(cells)
        return found

    def last(self, number: int) -> int:
        """The last atom of a set that is not empty."""
        return self.added[number][-1][1]

    def last_atom(self, era: Era) -> int:
        """The last atom of the period up to which the entry of `era` knows rows."""
        found = self._last.get(era)
        if found is None:
            found = max((k for k, a in enumerate(self.timeline.atoms) if a.start <= era.last), default=-1)
            self._last[era] = found
        return found
