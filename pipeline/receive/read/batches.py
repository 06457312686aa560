"""Rows of text cells as Arrow batches of the form that source.py describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

#: A batch ends early when its cells hold so many characters, so that rows with cells of megabytes do not pile up.
MOST_CHARACTERS = 1 << 25


def in_batches(
    rows: Iterable[tuple[int, list[str]]], width: int, size: int, sheet: str | None = None
) -> Iterator[pa.RecordBatch]:
    """Batches of at most `size` rows from (source row, cells); empty cells are null."""
    held: list[str] = []  # the cells of all rows in one list: a list per row would keep the garbage collector busy
    numbers: list[int] = []
    characters = 0
    for number, cells in rows:
        held += cells
        numbers.append(number)
        characters += len("".join(cells))  # quicker than adding up the lengths
        if len(numbers) >= size or characters >= MOST_CHARACTERS:
            yield to_batch(held, numbers, width, sheet)
            held, numbers, characters = [], [], 0
    if numbers:
        yield to_batch(held, numbers, width, sheet)


def to_batch(held: list[str], numbers: list[int], width: int, sheet: str | None) -> pa.RecordBatch:
    """One batch: c0..cN, source_row, sheet. `held` has the cells of the first row, then of the second, and so on."""
    import pyarrow as pa

    columns = [_text(held[n::width]) for n in range(width)]
    columns.append(pa.array(numbers, pa.int64()))
    columns.append(pa.array([sheet] * len(numbers), pa.string()))
    names = [f"c{n}" for n in range(width)] + ["source_row", "sheet"]
    return pa.RecordBatch.from_arrays(columns, names)


def _text(cells: list[str]) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    column = pa.array(cells, pa.string())
    empty = pc.equal(column, "")
    return pc.if_else(empty, None, column) if pc.any(empty).as_py() else column
