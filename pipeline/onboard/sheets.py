"""Which sheets of an unknown workbook hold the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.onboard.headings import LOOK_AT, heading_row
from pipeline.receive.read import Unreadable
from pipeline.receive.read.headings import heading_key
from pipeline.recognize.words import known_heading

if TYPE_CHECKING:
    from pipeline.receive.read.workbook_file import Workbook

#: More rows than these make a sheet no likelier.
_MANY = 1_000
#: Two sheets with so many headings in common are two parts of one table.
_SAME_HEADINGS = 0.8


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheet that holds a table of rows and those that go on with it; the others with why they are left aside.

    `row` is the heading row of a single sheet, `first` whether that is the sheet that would be read anyway.
    """

    chosen: tuple[str, ...]
    aside: tuple[tuple[str, str], ...]
    row: int | None
    first: bool


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a sheet is worth as a table of rows, its headings, and their row."""

    worth: float
    headings: frozenset[str]
    row: int | None

    def goes_on_with(self, other: _Sheet) -> bool:
        """Whether this sheet has the same headings: a sheet for each month, say."""
        shared = len(self.headings & other.headings)
        return shared >= _SAME_HEADINGS * max(len(self.headings), len(other.headings), 1)


def choose_sheets(book: Workbook) -> Sheets:
    """Looks at every visible sheet. Unreadable when none holds a table."""
    visible = book.sheets
    seen = {name: _look_at(book, name) for name in visible}
    best = max(seen, key=lambda n: seen[n].worth, default=None)
    if best is None or not seen[best].worth:
        raise Unreadable(
            "No visible sheet of this workbook holds a table with headings and rows. If the rows are on a hidden "
            "sheet, show it in Excel (right-click a tab, Unhide) and save the workbook."
        )
    chosen = [n for n in visible if n == best or seen[n].goes_on_with(seen[best])]
    aside = tuple((n, "no table of rows like the chosen sheet") for n in visible if n not in chosen)
    return Sheets(tuple(chosen), aside, seen[best].row if len(chosen) == 1 else None, visible[:1] == chosen)


def _look_at(book: Workbook, name: str) -> _Sheet:
    """Headings in one row without gaps, rows below that are as wide, and headings that we know make a table."""
    rows: list[tuple[int, list[str]]] = []
    below = 0
    try:
        for number, cells in book.rows(name):
            if not any(map(str.strip, cells)):
                continue
            below += 1
            if len(rows) < LOOK_AT:
                rows.append((number, cells))
            if below >= _MANY:
                break
    except Unreadable:
        return _Sheet(0.0, frozenset(), None)
    row = heading_row(rows)
    if row is None:
        return _Sheet(0.0, frozenset(), None)
    headings = [c.strip() for c in next(c for n, c in rows if n == row)]
    named = [h for h in headings if h]
    full = [sum(bool(c.strip()) for c in cells) / max(1, len(headings)) for n, cells in rows if n > row]
    if len(named) < 2 or not full or below < 2:
        return _Sheet(0.0, frozenset(), None)
    gaps = 1 - len(named) / len(headings) if len(headings) > len(named) + 1 else 0.0
    known = sum(known_heading(h) for h in named)
    worth = (0.2 + known) * (1 - gaps) ** 2 * (sum(full) / len(full)) * below**0.3
    return _Sheet(worth, frozenset(heading_key(h) for h in named), row)
