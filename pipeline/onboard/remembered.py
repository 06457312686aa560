"""An extract that is looked at and then tried: its rows are converted once, and given again from memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.receive.read import Source

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.receive.read import BadLine

#: Rows of more bytes are read again from the file instead.
_MOST_BYTES = 1 << 28


class Remembered(Source):
    """The rows of a workbook or JSON file, which only Python reads. Once all are known, the file itself is let go."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.headings, self.heading_row, self.typed = source.headings, source.heading_row, source.typed
        self._source: Source | None = source
        self._kept: list[tuple[pa.RecordBatch | None, list[BadLine]]] = []

    def batches(self, size: int = 100_000) -> Iterator[pa.RecordBatch]:
        """As the file's own: from the second time on in the same pieces, whatever the size asked for."""
        for batch, bad in self._kept if self._source is None else self._read(self._source, size):
            self._bad_lines += bad
            if batch is not None:
                yield batch

    def _read(self, source: Source, size: int) -> Iterator[tuple[pa.RecordBatch | None, list[BadLine]]]:
        """Each batch with the lines that were found bad before it, and at the end what is left of these."""
        kept: list[tuple[pa.RecordBatch | None, list[BadLine]]] = []
        held = 0
        for batch in source.batches(size):
            piece = (batch, source.take_bad_lines())
            yield piece
            held += batch.nbytes
            if held <= _MOST_BYTES:
                kept.append(piece)
        last = (None, source.take_bad_lines())
        if held <= _MOST_BYTES:
            self._kept, self._source = [*kept, last], None
        yield last
