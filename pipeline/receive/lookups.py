"""Which columns of an extract are better looked up: what one cell decides by itself, once for each different text.

Most columns hold few different texts (call types, beats, dispositions, call signs), and nearly all times stand in one
form. They are chosen by the first rows of a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.receive.clock import Clock, clock_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.receive.columns import Columns
    from pipeline.receive.read import Source

#: Rows at the head of the file by which columns are chosen. (Shorter files are done before this pays.)
SAMPLE_ROWS = 2_000
#: A text that stands on this many rows of the sample on average is worth looking up.
_ROWS_EACH = 20
#: The share of a sample's times that must be of fixed width.
_MOST = 0.9
#: Columns that need others, that others need in SQL, or that are no columns of the result.
_NOT_ALONE = frozenset({"agency", "incident", "encounter", "birth_year", "person", "address", "referrals", "services"})


@dataclass(frozen=True, slots=True)
class Lookup:
    """Columns that depend on the cells of these places alone: of one, or the person on several.

    `sql` gives them, and `unread`, for the cells of {source}.
    """

    places: tuple[int, ...]
    columns: tuple[str, ...]
    sql: str = ""
    clock: Clock | None = None


def sample_of(source: Source) -> list[list[str]]:
    """The cells of the first rows of an extract, if it is long."""
    return source.sample(SAMPLE_ROWS)


def choose(columns: Columns, keyed: Sequence[str], sample: Sequence[Sequence[str]]) -> list[Lookup]:
    """The columns of a file that are better looked up, by the first of its rows. Their SQL is still to be added."""
    if len(sample) < SAMPLE_ROWS or columns.mapping.unpivot is not None:
        return []
    chosen = []
    for place in sorted({place for places in columns.cells.values() for place in places}):
        names = _alone_on(place, columns, keyed)
        cells = [row[place] for row in sample]
        if not names:
            continue
        if len(set(cells)) * _ROWS_EACH <= len(cells):
            chosen.append(Lookup((place,), names))
        elif clock := _clock(names, columns, cells):
            chosen.append(Lookup((place,), names, clock=clock))
    if "person" in columns.values and columns.plain:
        # always: what makes a person of cells is dear, and the same people are met again and again
        chosen.append(Lookup(columns.cells["person"], ("person",)))
    return chosen


def _alone_on(place: int, columns: Columns, keyed: Sequence[str]) -> tuple[str, ...]:
    """The columns made of this cell, if all of them are made of it alone."""
    names = [c for c, places in columns.cells.items() if place in places]
    barred = _NOT_ALONE | {*keyed} | columns.corrected.keys()
    if "birth_year" in columns.texts:
        barred |= {"started_at"}
    if "co_response" in columns.later:
        if columns.mapping.agency is None or "agency" in columns.mapping.columns:
            barred |= {"units"}
        elif "units" in names:
            names.append("co_response")
    for name in names:
        whole = name in columns.values or name == "co_response"
        if name in barred or not whole or columns.cells.get(name, (place,)) != (place,):
            return ()
    return tuple(names)


def _clock(names: Sequence[str], columns: Columns, cells: Sequence[str]) -> Clock | None:
    """The first declared format, if nearly all cells are in it at its full width and none means that there is none."""
    formats = columns.mapping.datetime
    clock = clock_of(formats[0]) if len(names) == 1 and formats else None
    if clock is None or columns.table.column(names[0]).kind != "timestamp":
        return None
    if clock.count(columns.mapping.null):
        return None
    filled = [c for c in cells if c]
    return clock if clock.count(filled) >= _MOST * len(filled) else None
