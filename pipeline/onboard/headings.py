"""Which row of an unknown file holds the headings: the one whose cells read like headings."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.recognize.moments import read_moments
from pipeline.recognize.words import known_heading


def heading_row(rows: Sequence[tuple[int, list[str]]]) -> int | None:
    """The number of the row that holds the headings, of (row number, cells); None when there are no cells.

    The row with the most known headings wins when it has two or more and is half as full as the fullest; otherwise the
    first row that is at least half as full as the fullest and whose cells are words.
    """
    fullest = max((_filled(cells) for _, cells in rows), default=0)
    if not fullest:
        return None
    full = [(number, cells) for number, cells in rows if 2 * _filled(cells) >= fullest]
    scored = [(_known(cells), -number) for number, cells in full]
    best, number = max(scored)
    if best >= 2:
        return -number
    worded = [number for number, cells in full if _worded(cells)]
    return worded[0] if worded else full[0][0]


def _known(cells: Sequence[str]) -> float:
    """Cells that are known headings, each text once; a row that repeats itself is no heading row."""
    texts = [c.strip() for c in cells if c.strip()]
    if len(set(texts)) < len(texts) * 0.7:
        return 0.0
    return round(sum(s for s in map(known_heading, set(texts)) if s >= 0.6), 2)


def _worded(cells: Sequence[str]) -> bool:
    texts = [c.strip() for c in cells if c.strip()]
    return not any(read_moments([t]) or t.replace(".", "").replace("-", "").isdigit() for t in texts)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(c.strip()) for c in cells)
