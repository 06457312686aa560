"""Which row of an unknown file holds the headings: the one whose cells read like headings."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.recognize.moments import read_moment
from pipeline.recognize.persons import is_name
from pipeline.recognize.words import anonymous, known_heading

#: The headings are looked for among so many rows that are not blank.
LOOK_AT = 50


def heading_row(rows: Sequence[tuple[int, list[str]]]) -> int | None:
    """The number of the row that holds the headings, of (row number, cells); None when there are no cells.

    Only a row that is at least half as full as the fullest can be it: the one with the most known headings, when it has
    two or more and holds no data, otherwise the first. A row of data taken for headings would name persons.
    """
    fullest = max((_filled(cells) for _, cells in rows), default=0)
    full = [(number, cells) for number, cells in rows if fullest and 2 * _filled(cells) >= fullest]
    if not full:
        return None
    known = [(known_headings(cells), -number) for number, cells in full if not looks_like_data(cells)]
    best, number = max(known, default=(0.0, 0))
    first = sum(map(known_heading, full[0][1]))
    enough = max(2.0, first + 1, 0.6 * _filled(dict(full).get(-number, [])))
    return -number if best >= enough else full[0][0]


def looks_like_data(cells: Sequence[str]) -> bool:
    """Whether a row holds a date or a time, names of persons, or mostly cells with digits that are no headings."""
    texts = [c.strip() for c in cells if c.strip()]
    numbered = [t for t in texts if any(c.isdigit() for c in t) and not anonymous(t) and known_heading(t) < 1]
    dated = any(m and (m.has_clock or m.has_date) for m in map(read_moment, texts))
    named = sum(is_name(t) for t in texts if not known_heading(t))
    return dated or named > 1 or 2 * len(numbered) > len(texts)


def known_headings(cells: Sequence[str]) -> float:
    """How many cells are known headings, each text once."""
    texts = [c.strip() for c in cells if c.strip()]
    return round(sum(s for s in map(known_heading, set(texts)) if s >= 0.6), 2)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(c.strip()) for c in cells)
