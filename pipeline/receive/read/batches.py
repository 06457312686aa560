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
    """Batches of at most `size` rows from (source row, cells); blank rows are left out, empty cells are null."""
    held: list[list[str]] = []
    numbers: list[int] = []
    characters = 0
    for number, cells in rows:
        if not any(map(str.strip, cells)):
            continue
        held.append(cells)
        numbers.append(number)
        characters += sum(map(len, cells))
        if len(held) >= size or characters >= MOST_CHARACTERS:
            yield to_batch(held, numbers, width, sheet)
            held, numbers, characters = [], [], 0
    if held:
        yield to_batch(held, numbers, width, sheet)


def to_batch(rows: list[list[str]], numbers: list[int], width: int, sheet: str | None) -> pa.RecordBatch:
    """One batch: c0..cN, source_row, sheet."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns: list[pa.Array] = []
    for cells in zip(*rows, strict=True):
        column = pa.array(cells, pa.string())
        empty = pc.equal(column, "")
        columns.append(pc.if_else(empty, None, column) if pc.any(empty).as_py() else column)
    columns.append(pa.array(numbers, pa.int64()))
    columns.append(pa.array([sheet] * len(rows), pa.string()))
    names = [f"c{n}" for n in range(width)] + ["source_row", "sheet"]
    return pa.RecordBatch.from_arrays(columns, names)
