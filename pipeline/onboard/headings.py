"""Which row of an unknown file holds the headings: the one whose cells read like headings."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.recognize.moments import read_moment
from pipeline.recognize.words import anonymous, known_heading


def heading_row(rows: Sequence[tuple[int, list[str]]]) -> int | None:
    """The number of the row that holds the headings, of (row number, cells); None when there are no cells.

    Only a row that is at least half as full as the fullest and holds no dates can be it. The one with the most known
    headings wins when it has two or more, otherwise the first. A row of data taken for headings would name persons.
    """
    fullest = max((_filled(cells) for _, cells in rows), default=0)
    if not fullest:
        return None
    full = [(number, cells) for number, cells in rows if 2 * _filled(cells) >= fullest]
    worded = [(number, cells) for number, cells in full if not looks_like_data(cells)]
    if not worded:
        return full[0][0]
    best, number = max((_known(cells), -number) for number, cells in worded)
    return -number if best >= 2 else worded[0][0]


def looks_like_data(cells: Sequence[str]) -> bool:
    """Whether a row holds a date or a time, or mostly cells with digits that are no numbered headings."""
    texts = [c.strip() for c in cells if c.strip()]
    numbered = [t for t in texts if any(c.isdigit() for c in t) and not anonymous(t) and known_heading(t) < 1]
    dated = any(m and (m.has_clock or m.has_date) for m in map(read_moment, texts))
    return dated or 2 * len(numbered) > len(texts)


def _known(cells: Sequence[str]) -> float:
    """Cells that are known headings, each text once; a row that repeats itself is no heading row."""
    texts = [c.strip() for c in cells if c.strip()]
    if len(set(texts)) < len(texts) * 0.7:
        return 0.0
    return round(sum(s for s in map(known_heading, set(texts)) if s >= 0.6), 2)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(c.strip()) for c in cells)
