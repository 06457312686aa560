"""Faults of real extracts, planted as extra rows: no figure of the demo depends on them.

Every fault is written down in a book, so that tests can look for it in the receipts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.sample.cad import CadCall
from pipeline.sample.dice import Dice
from pipeline.sample.styles import Cell, Raw, Row, Table

#: What becomes of a row (spec 2).
QUARANTINED, DUPLICATE, SUPERSEDED, WARNED = "quarantined", "duplicate", "superseded", "warned"


@dataclass(slots=True)
class Book:
    """What was planted: extract -> (what must become of the rows, which fault) -> rows."""

    planted: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)

    def note(self, extract: str, fault: str, rows: int, outcome: str = QUARANTINED) -> None:
        """Write down so many rows with a fault."""
        self.planted.setdefault(extract, Counter())[outcome, fault] += rows

    def total(self, extract: str, outcome: str) -> int:
        """How many rows of an extract must end so."""
        return sum(n for (o, _), n in self.planted.get(extract, Counter()).items() if o == outcome)


class Spares:
    """Rows for faults: incidents that stand nowhere else, as an agency's style writes them."""

    def __init__(self, calls: Iterable[CadCall]) -> None:
        self._calls = [c for c in calls if c.spare and c.units]

    def take(self, n: int, months: Iterable[tuple[int, int]]) -> list[CadCall]:
        """`n` spare calls of these (year, month), each handed out once."""
        wanted = set(months)
        found = [c for c in self._calls if (c.received.year, c.received.month) in wanted][:n]
        if len(found) < n:
            raise ValueError(f"only {len(found)} spare calls in {sorted(wanted)}, {n} wanted")
        self._calls = [c for c in self._calls if c not in found]
        return found


class Planter:
    """Plants faults in one extract after another."""

    def __init__(self, dice: Dice, book: Book) -> None:
        self.dice = dice
        self.book = book

    def insert(self, table: Table, rows: Iterable[Row], fault: str, outcome: str = QUARANTINED) -> None:
        """Put rows somewhere among the others."""
        for row in rows:
            table.rows.insert(1 + self.dice.below(len(table.rows)), row)
            self.book.note(table.extract, fault, 1, outcome)

    def append(self, table: Table, rows: Iterable[Row], fault: str, outcome: str = QUARANTINED) -> None:
        """Put rows below the others, as footers are."""
        for row in rows:
            table.rows.append(row)
            self.book.note(table.extract, fault, 1, outcome)

    def damage(
        self, table: Table, rows: Iterable[list[Cell]], heading: str, value: Cell | Callable[[Cell], Cell], fault: str
    ) -> None:
        """Put rows among the others whose cell below a heading is spoiled."""
        at = table.column(heading)
        spoiled = [list(row) for row in rows]
        for row in spoiled:
            row[at] = value(row[at]) if callable(value) else value
        self.insert(table, spoiled, fault)

    def repeat(self, table: Table, n: int, but: Iterable[int] = ()) -> None:
        """Deliver rows a second time, equal in every cell; none of the places `but`, which a correction counts."""
        kept = set(but)
        places = [i for i, row in enumerate(table.rows) if isinstance(row, list) and i not in kept]
        for at in sorted(self.dice.sample(places[:-1], n), reverse=True):
            row = table.rows[at]
            table.rows.insert(
                at + 1 + self.dice.below(min(40, len(table.rows) - at)), list(row) if isinstance(row, list) else row
            )
            self.book.note(table.extract, "delivered twice", 1, DUPLICATE)

    def blank(self, table: Table, n: int, row: Row | None = None) -> None:
        """Put blank lines among the rows; they are no rows."""
        for _ in range(n):
            table.rows.insert(1 + self.dice.below(len(table.rows) - 1), row if row is not None else Raw(""))

    def scruffy(self, table: Table, headings: Iterable[str], share: float = 0.04) -> None:
        """Cells in another case, or with blanks behind: the same to the reader, not to a program that compares text."""
        places = [table.column(h) for h in headings]
        for row in _cells(table):
            for at in places:
                cell = row[at]
                if isinstance(cell, str) and cell and self.dice.chance(share):
                    row[at] = self.dice.pick((cell + "  ", " " + cell, cell.lower() + " ", cell.upper()))


def _cells(table: Table) -> Iterator[list[Cell]]:
    return (row for row in table.rows if isinstance(row, list))
