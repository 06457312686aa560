"""Rows of one extract that are the same, or claim to be: steps 2 and 3 of spec 2.

The hash of each row's key is kept; only rows that share one are looked at again. Of these the SHA-256 of key and cells
stands for both: equal digests mean equal rows, as they do for extracts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from pipeline.receive.parquet import RowWriter, row_writer
from pipeline.receive.text import literal

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    from numpy.typing import NDArray

    from pipeline.program.seal import Seal
    from pipeline.receive.sound import Sound
    from pipeline.receive.stream import Rows

#: Keys are sorted in memory up to so many rows; beyond, DuckDB groups them on disk.
_IN_MEMORY = 20_000_000
_DIGEST = 16
_LAST_BITS, _FEW_BITS = np.uint64((1 << 22) - 1), np.uint64((1 << 18) - 1)


@dataclass(frozen=True, slots=True)
class Repeats:
    """Places among the sound rows (from 0, ascending): duplicates, and rows that share their key with others of other
    content. `order` says of each of these the how many-th of its key it is (from 0), `last` whether it is the last."""

    duplicates: NDArray[np.int64]
    conflicts: NDArray[np.int64]
    order: NDArray[np.int64]
    last: NDArray[np.bool_]


class KeyBook:
    """The key hash of every sound row, and where each of them stands in the file.

    Of the places only the gaps between sound rows are kept, so that a file of any size takes eight bytes a row at most;
    `many` is for files of which one row can become several sound ones.
    """

    def __init__(self, spill: Path, seal: Seal, *, many: bool) -> None:
        self._spill = spill
        self._seal = seal
        self._file: RowWriter | None = None
        self._keys: list[NDArray[np.uint64]] = []
        self._held = 0
        self._many = many
        self._ords: list[NDArray[np.int64]] = []
        self._gaps: list[NDArray[np.int64]] = []
        self._next = 0

    def add(self, keys: NDArray[np.uint64] | None, ords: NDArray[np.int64]) -> None:
        """The next sound rows, with the hashes of their keys if they have one, and their places in the file."""
        if self._many:
            self._ords.append(ords.copy())  # a view would keep the whole batch alive
        elif len(ords):
            self._note_gaps(ords)
        if keys is not None:
            self._keys.append(keys.copy())
            self._held += len(keys)
            if self._held > _IN_MEMORY:
                self._flush()

    def ords(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places in the file of the sound rows at `places`."""
        if self._many:
            return np.concatenate([*self._ords, np.empty(0, np.int64)])[places]
        gaps = np.concatenate([*self._gaps, np.empty(0, np.int64)])
        return places + np.searchsorted(gaps - np.arange(len(gaps)), places, side="right")

    def repeated(self, con: duckdb.DuckDBPyConnection) -> NDArray[np.int64]:
        """The sound rows that share their key hash with another."""
        if self._file is None:
            return self._repeated_here()
        self._flush()
        self._file.close()
        found = con.execute(
            "WITH k AS (SELECT key, file_row_number AS place"
            f" FROM read_parquet({literal(str(self._spill))}, file_row_number = true{self._seal.reading}))"
            " SELECT place FROM k SEMI JOIN (SELECT key FROM k GROUP BY key HAVING count(*) > 1) USING (key)"
            " ORDER BY place"
        ).to_arrow_table()
        self._spill.unlink()
        places: NDArray[np.int64] = found.column("place").to_numpy()
        return places

    def _note_gaps(self, ords: NDArray[np.int64]) -> None:
        whole = int(ords[-1]) + 1 - self._next
        if whole > len(ords):
            gap = np.ones(whole, dtype=bool)
            gap[ords - self._next] = False
            self._gaps.append(np.flatnonzero(gap) + self._next)
        self._next += whole

    def _repeated_here(self) -> NDArray[np.int64]:
        keys = np.concatenate([*self._keys, np.empty(0, np.uint64)])
        self._keys = []
        return _sharing(keys, _LAST_BITS)

    def _flush(self) -> None:
        table = pa.table({"key": np.concatenate([*self._keys, np.empty(0, np.uint64)])})
        if self._file is None:
            self._file = row_writer(self._spill, table.schema, self._seal, compression="none", use_dictionary=False)
        self._file.write_table(table)
        self._keys, self._held = [], 0


def _sharing(keys: NDArray[np.uint64], bits: np.uint64) -> NDArray[np.int64]:
    """The places of the keys that stand there more than once, ascending.

    Most keys are told apart by their last `bits` alone, without a search.
    """
    ordered = np.sort(keys)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    del ordered
    if not len(twice):
        return np.empty(0, np.int64)
    likely = np.zeros(int(bits) + 1, dtype=bool)
    likely[twice & bits] = True
    some = np.flatnonzero(likely[keys & bits])
    at = np.minimum(np.searchsorted(twice, keys[some]), len(twice) - 1)
    found: NDArray[np.int64] = some[twice[at] == keys[some]]
    return found


def find_repeats(places: NDArray[np.int64], keys: NDArray[np.void], contents: NDArray[np.void]) -> Repeats:
    """Which of the rows at `places` (ascending) are duplicates and which are in conflict, by key and content.

    A duplicate equals an earlier row in every cell; of the others, those that still share their key are in conflict.
    """
    key = np.unique(keys, return_inverse=True)[1].astype(np.int64)
    content = np.unique(contents, return_inverse=True)[1].astype(np.int64)
    first = np.zeros(len(places), dtype=bool)
    first[np.unique(key * (len(places) + 1) + content, return_index=True)[1]] = True
    left = np.flatnonzero(first)
    by_key = left[np.lexsort((left, key[left]))]
    groups = key[by_key]
    starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1])) if len(groups) else np.empty(0, np.int64)
    sizes = np.diff(np.append(starts, len(groups)))
    order = np.arange(len(groups)) - np.repeat(starts, sizes)
    size = np.repeat(sizes, sizes)
    shared = size > 1
    ascending = np.argsort(by_key[shared])
    return Repeats(
        duplicates=places[~first],
        conflicts=places[by_key[shared][ascending]],
        order=order[shared][ascending],
        last=(order == size - 1)[shared][ascending],
    )


def likely_dropped(keys: NDArray[np.uint64], cells: Callable[[NDArray[np.int64]], list[pa.Array]]) -> NDArray[np.int64]:
    """Which rows of a batch of calls (places, ascending) are duplicates or superseded as far as the batch tells.

    `cells` gives the cells of some rows, column by column. A guess: what stands elsewhere is not looked at.
    """
    rows = _sharing(keys, _FEW_BITS)
    if not len(rows):
        return rows
    codes = [c.dictionary_encode(null_encoding="encode").indices.to_numpy() for c in cells(rows)]
    contents = np.ascontiguousarray(np.stack(codes, axis=1))
    whole = contents.view(f"V{contents.shape[1] * contents.itemsize}").ravel()
    repeats = find_repeats(rows, keys[rows].view("V8"), whole)
    return np.union1d(repeats.duplicates, repeats.conflicts[~repeats.last])


def digest_cells(rows: Rows, ords: NDArray[np.int64]) -> NDArray[np.void]:
    """A digest of every cell, mapped or not, of the rows at `ords` (ascending). Cells are compared trimmed."""
    width = len(rows.source.headings)
    # one lambda, not an expression a column: DuckDB takes 20 times as long to plan that
    cells = f"list_transform([{', '.join(f'c{n}' for n in range(width))}], lambda c: nullif(trimmed(c), ''))"
    beside = rows.con.cursor()
    digests = []
    for batch in rows.again(ords):
        beside.register("looked_at", pa.Table.from_batches([batch]))
        digests.append(_digests(beside, cells, "looked_at"))
    return np.concatenate([*digests, np.empty(0, f"V{_DIGEST}")])


def digest_keys(
    con: duckdb.DuckDBPyConnection, sound: Sound, columns: tuple[str, ...], places: NDArray[np.int64]
) -> NDArray[np.void]:
    """A digest of the key of the sound rows at `places` (ascending)."""
    con.register("keyed_rows", sound.at(con, places, columns))
    return _digests(con, f"[{', '.join(f'CAST({c} AS VARCHAR)' for c in columns)}]", "keyed_rows")


def _digests(con: duckdb.DuckDBPyConnection, texts: str, source: str) -> NDArray[np.void]:
    sql = f"SELECT unhex(sha256(CAST(to_json({texts}) AS VARCHAR))[1:{2 * _DIGEST}]) AS d FROM {source}"
    column = con.execute(sql).to_arrow_table().column("d").combine_chunks()
    values = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    return np.frombuffer(b"".join(values.to_pylist()), dtype=f"V{_DIGEST}")
