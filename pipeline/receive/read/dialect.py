"""How a delimited text is written: its delimiter and its heading row, declared or found by the mapped headings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from pipeline.program.model import Mapping
from pipeline.receive.read.headings import LOOK_AT, HeadingRow, best_row, score
from pipeline.receive.read.lines import Cells, read_rows
from pipeline.receive.read.source import Unreadable
from pipeline.receive.read.text import open_text

#: In the order of preference when nothing else decides.
_DELIMITERS = (",", "\t", ";", "|", "^", "~", "\x1f", "\xa6", "\xa7")
_SPELLED = {r"\t": "\t", "tab": "\t"}
_LONGEST_PROBED = 1 << 20
#: So many rows are looked at, blank ones too. Exports end in a million rows of nothing but delimiters now and then.
_MOST_PROBED = 10_000
_BLANK = "".join(_DELIMITERS) + " \t\r\n\xa0"


@dataclass(frozen=True, slots=True)
class Dialect:
    """The encoding (a name that Python knows), the delimiter, and the heading row of one file.

    `lines` tells whether each row down to the headings is one line, so that a reader that counts lines may skip them.
    """

    encoding: str
    delimiter: str
    row: HeadingRow
    lines: bool


def find_dialect(path: Path, mapping: Mapping, encoding: str) -> Dialect:
    """Tries each delimiter on the first rows; Unreadable when the file is empty or has no such heading row."""
    declared = mapping.delimiter
    candidates = (_SPELLED.get(declared, declared),) if declared else _DELIMITERS
    tried = [t for t in (_try(path, mapping, encoding, delimiter) for delimiter in candidates) if t]
    if tried:
        return max(tried, key=lambda t: t[0])[1]
    if mapping.header_row is not None:
        raise Unreadable(_no_such_row(mapping.header_row))
    raise Unreadable(
        "The file is empty: it holds nothing but blank lines, or lines that cannot be read (its first"
        f" {_MOST_PROBED:,} were looked at). Export it again, with the headings at the top."
    )


def _try(path: Path, mapping: Mapping, encoding: str, delimiter: str) -> tuple[tuple[int, float, int], Dialect] | None:
    """How well a delimiter explains the first rows: mapped headings, share of rows as wide as the headings, width.

    None when it finds no row that could hold the headings.
    """
    read = _first_rows(path, encoding, delimiter, mapping.header_row or 0)
    rows = [(number, cells) for number, cells in read if _holds_something(cells)]
    if mapping.header_row is not None:
        found = next((r for r in rows if r[0] == mapping.header_row), None)
    else:
        found = best_row(rows, mapping)
    if found is None:
        return None
    number, cells = found
    below = [len(c) for n, c in rows if n > number]
    alike = sum(w == len(cells) for w in below) / len(below) if below and len(cells) > 1 else 0.0
    row = HeadingRow(tuple(c.replace("\ufeff", "") for c in cells), number)
    above = [c for n, c in read if n <= number]
    return (score(cells, mapping), alike, len(cells)), Dialect(encoding, delimiter, row, all(map(_one_line, above)))


def _first_rows(path: Path, encoding: str, delimiter: str, at_least: int) -> list[tuple[int, Cells]]:
    """Rows down to the 50th that is not blank, but not beyond row 10,000; and to row `at_least`."""
    with open_text(path, encoding) as stream:
        return list(_until_enough(read_rows(stream, delimiter, longest=_LONGEST_PROBED), at_least))


def _until_enough(rows: Iterator[tuple[int, Cells]], at_least: int) -> Iterator[tuple[int, Cells]]:
    seen = 0
    for number, cells in rows:
        blank = isinstance(cells, list) and not _holds_something(cells)
        seen += not blank
        if not blank or number <= at_least or seen:
            yield number, cells
        if (seen >= LOOK_AT or number >= _MOST_PROBED) and number >= at_least:
            return


def _holds_something(cells: Cells) -> TypeGuard[list[str]]:
    """Whether these are cells, and not all blank; a cell of other delimiters is blank too."""
    return isinstance(cells, list) and any(c.strip(_BLANK) for c in cells)


def _one_line(cells: Cells) -> bool:
    return isinstance(cells, list) and not any("\n" in c or "\r" in c for c in cells)


def _no_such_row(number: int) -> str:
    return f"Row {number}, which the mapping declares as the heading row (`header_row`), is blank or not there."
