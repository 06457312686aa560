"""What one cell decides by itself is worked out once for each different text, not for each row.

The SQL of such a column (lookups.py) is that of its mapping (project.py), run over the different texts of a batch that
were not met before; times in a form of fixed width are read by `Clock` and only the others go through SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    from numpy.typing import NDArray

    from pipeline.receive.lookups import Lookup

#: So many texts of a column are remembered.
_KEPT = 300_000
#: Between the cells of several places; a plain file has no such character.
_BETWEEN = "\x1f"
_UNREAD = "unread"


class Lookups:
    """Fills the columns of an extract that are looked up."""

    def __init__(self, lookups: Sequence[Lookup], con: duckdb.DuckDBPyConnection) -> None:
        self._known = [_Known(lookup, con) for lookup in lookups]

    def fill(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with these columns; texts as dictionaries. `unread` has the bits of their cells, too."""
        if not self._known:
            return batch
        made: dict[str, pa.Array] = {}
        unread = batch.column(_UNREAD).to_numpy()
        for known in self._known:
            columns, bits = known.look_up([batch.column(f"c{place}") for place in known.lookup.places])
            made |= columns
            unread = unread if bits is None else unread | bits
        given = {name: batch.column(name) for name in batch.schema.names if name not in made}
        given[_UNREAD] = pa.array(unread)
        return pa.RecordBatch.from_arrays([*given.values(), *made.values()], names=[*given, *made])


class _Known:
    """The texts met so far, and what they mean; the first of them is no text at all."""

    def __init__(self, lookup: Lookup, con: duckdb.DuckDBPyConnection) -> None:
        self.lookup = lookup
        self._con = con
        self._cursor: duckdb.DuckDBPyConnection | None = None
        self._texts = pa.array([], pa.string())
        self._meanings: pa.Table | None = None

    def look_up(self, given: Sequence[pa.Array]) -> tuple[dict[str, pa.Array], NDArray[np.int64] | None]:
        """The columns of these cells, and the bits of those that could not be read (None when there is none)."""
        cells = given[0]
        if len(given) > 1:  # an empty cell is one that is not there, whatever is made of it
            cells = pc.binary_join_element_wise(*(column.fill_null("") for column in given), _BETWEEN)
        if self.lookup.clock is None:
            at, meanings = self._find(cells)
            columns = {name: _spread(meanings[name], at) for name in self.lookup.columns}
            return columns, _bits(meanings, at)
        micros, good = self.lookup.clock.read(cells)
        left = np.flatnonzero(~good & cells.is_valid().to_numpy(zero_copy_only=False))
        bits = None
        if len(left):
            at, meanings = self._find(cells.take(pa.array(left)))
            (name,) = self.lookup.columns
            slow = _spread(meanings[name], at)
            micros[left] = slow.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
            good[left] = slow.is_valid().to_numpy(zero_copy_only=False)
            if (some := _bits(meanings, at)) is not None:
                bits = np.zeros(len(cells), np.int64)
                bits[left] = some
        return {self.lookup.columns[0]: pa.array(micros.view("datetime64[us]"), mask=~good)}, bits

    def _find(self, cells: pa.Array) -> tuple[pa.Array, pa.Table]:
        """Of each cell its place among the meanings, and these."""
        coded = cells.dictionary_encode()
        places = self._places(coded.dictionary)
        return places.take(coded.indices).fill_null(0), self._meanings

    def _places(self, texts: pa.Array) -> pa.Array:
        """Where the meanings of these texts (each once) stand; those not met before are worked out."""
        if self._meanings is None or len(self._texts) > _KEPT:
            several = len(self.lookup.places) > 1
            self._texts = pa.array([_BETWEEN * (len(self.lookup.places) - 1) if several else None], pa.string())
            self._meanings = self._worked_out(self._texts)
        found = pc.index_in(texts, self._texts)
        if found.null_count:
            new = texts.filter(found.is_null())
            self._texts = pa.concat_arrays([self._texts, new])
            self._meanings = pa.concat_tables([self._meanings, self._worked_out(new)]).combine_chunks()
            found = pc.index_in(texts, self._texts)
        return found

    def _worked_out(self, texts: pa.Array) -> pa.Table:
        """What the SQL of the mapping says of these texts, in their order."""
        if self._cursor is None:
            self._cursor = self._con.cursor()
            self._cursor.execute("SET enable_progress_bar = false")
        cells = self._apart(texts) | {"place": np.arange(len(texts))}
        self._cursor.register("texts", pa.table(cells))
        names = ", ".join(f'"{name}"' for name in (*self.lookup.columns, _UNREAD))
        source = self.lookup.sql.replace("{source}", "texts")
        return self._cursor.execute(f"SELECT {names} FROM ({source}) ORDER BY place").to_arrow_table()

    def _apart(self, texts: pa.Array) -> dict[str, pa.Array]:
        """The cells of each place."""
        names = [f"c{place}" for place in self.lookup.places]
        if len(names) == 1:
            return {names[0]: texts}
        every = pc.split_pattern(texts, _BETWEEN).flatten()
        return {name: every.take(np.arange(n, len(every), len(names))) for n, name in enumerate(names)}


def _spread(values: pa.ChunkedArray, at: pa.Array) -> pa.Array:
    """The values at these places; texts as a dictionary in which each stands once."""
    whole = values.combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    if not pa.types.is_string(whole.type):
        return whole.take(at)
    coded = whole.dictionary_encode()
    return pa.DictionaryArray.from_arrays(coded.indices.take(at), coded.dictionary)


def _bits(meanings: pa.Table, at: pa.Array) -> NDArray[np.int64] | None:
    bits = meanings[_UNREAD].to_numpy()
    return bits[at.to_numpy()] if bits.any() else None
