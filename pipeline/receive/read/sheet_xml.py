"""What calamine does not tell of a sheet of an .xlsx file: which cells are broken, and how far its cells reach.

The sheet's XML is searched as a stream of bytes; nothing of it is kept but the places of broken cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.receive.read.source import Unreadable

#: Rows and columns that a worksheet can have, and cells (calamine holds every cell up to the last row and column).
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_CELLS = 60_000_000
#: Longest piece of XML without the end of a cell that is looked at; a cell of text has 32,767 characters at most.
_LONGEST = 1 << 24

#: A reference beyond column Z or row 999,999 (or another piece of XML that looks alike, which only costs time): most
#: pieces have none, and are searched once. (Quick because the patterns begin with plain bytes.)
_NOT_NEAR = re.compile(rb"""r="(?![A-Za-z]?[0-9]{1,6}["'])""")
#: References that could make a sheet huge: columns from BA on; rows that no worksheet has.
_FAR_COLUMN = re.compile(rb'r="(?:[B-Zb-z][A-Za-z]|[A-Za-z]{3})[A-Za-z]*[0-9]')
_FAR_ROW = re.compile(rb'r="[A-Za-z]*(?:[2-9][0-9]{6}|1[1-9][0-9]{5}|[0-9]{8})')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR = re.compile(rb"""\bt=["']e["']""")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>([^<]*)")
_ROW_OR_CELL = re.compile(
    rb"<(?:\w+:)?row\b(?P<row>[^>]*)>|<(?:\w+:)?c(?P<cell>(?:\s[^>]*?)?)(?:/>|>(?P<inner>.*?)</(?:\w+:)?c>)", re.DOTALL
)
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_ROW_NUMBER = re.compile(rb"""\sr=["']([0-9]+)["']""")
_REFERENCE = re.compile(rb"""\sr=["']([A-Za-z]+)([0-9]+)["']""")
_TEXT_RESULT = re.compile(rb"""\st=["'](?:str|s|inlineStr)["']""")

NOT_CALCULATED = "formula without a stored value"


@dataclass(slots=True)
class SheetFacts:
    """Broken cells by (row, column), both from 1, with the reason; last row and column where they may be far."""

    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0
    _row: int = 0
    _column: int = 0

    def check(self, sheet: str) -> None:
        """Raises Unreadable when the sheet would not fit in memory because of cells that lie far apart."""
        if (
            self.last_row > MOST_ROWS
            or self.last_column > MOST_COLUMNS
            or self.last_row * self.last_column > MOST_CELLS
        ):
            raise Unreadable(
                f'The sheet "{sheet}" reaches too far to the right or down (a stray cell far from the data?). '
                "Delete what lies beyond the data, or export the sheet as CSV."
            )

    def look_at(self, piece: bytes) -> None:
        """Looks at each cell of some rows. A cell without a reference stands right of the one before it."""
        for item in _ROW_OR_CELL.finditer(piece):
            if item["row"] is not None:
                number = _ROW_NUMBER.search(item["row"])
                self._row, self._column = int(number[1]) if number else self._row + 1, 0
                continue
            reference = _REFERENCE.search(item["cell"])
            self._column = column_number(reference[1]) if reference else self._column + 1
            row = int(reference[2]) if reference else self._row
            if item["inner"]:
                self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, self._column)
                if reason := _fault(item["cell"], item["inner"]):
                    self.broken[row, self._column] = reason

    def pass_over(self, piece: bytes) -> None:
        """Counts the rows of a piece in which nothing is suspicious."""
        last = _last_row(piece)
        number = _ROW_NUMBER.search(piece[last : piece.find(b">", last)]) if last >= 0 else None
        self._row = int(number[1]) if number else self._row + len(_ROW.findall(piece))


def look_through(chunks: Iterator[bytes]) -> SheetFacts:
    """Searches one sheet's XML. Rows are looked at one by one only where something suspicious is."""
    facts = SheetFacts()
    for piece in _pieces(chunks):
        plain = piece.replace(b"='", b'="') if b"'" in piece else piece
        far = _NOT_NEAR.search(plain) is not None
        if _may_be_broken(plain) or (far and _FAR_COLUMN.search(plain)):
            facts.look_at(piece)
        else:
            facts.pass_over(piece)
        if far and _FAR_ROW.search(plain):
            facts.last_row = MOST_ROWS + 1
    return facts


def _may_be_broken(piece: bytes) -> bool:
    """Whether a piece whose attributes stand in double quotes may hold a formula or an error.

    Searching for plain bytes first is many times quicker.
    """
    formula = (b"<f" in piece or b":f" in piece) and _FORMULA.search(piece)
    return bool(formula) or b't="e"' in piece


def _pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes in pieces that end between two rows."""
    held = b""
    for chunk in chunks:
        held += chunk
        cut = _last_row(held)
        if cut > 0:
            cut = held.rfind(b"<", 0, cut + 1)
            yield held[:cut]
            held = held[cut:]
        elif len(held) > _LONGEST:
            raise Unreadable("The workbook is damaged: a row of a sheet has no end. Open it in Excel and save it anew.")
    yield held


def _last_row(piece: bytes) -> int:
    """Where the last row begins, with or without a prefix; -1 when none does. The end is searched first."""
    plain = piece.rfind(b"<row")
    return max(plain, piece.rfind(b":row", max(plain, 0)))


def _fault(attributes: bytes, inner: bytes) -> str | None:
    """Why a cell has no value although it seems to hold one; None for sound cells."""
    value = _VALUE.search(inner)
    if _ERROR.search(attributes):
        return value[1].decode("ascii", "replace") if value and value[1] else "#ERROR"
    stored = value is not None and (value[1] or _TEXT_RESULT.search(attributes))
    return NOT_CALCULATED if _FORMULA.search(inner) and not stored else None


def column_number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
