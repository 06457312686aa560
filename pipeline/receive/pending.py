"""Rules that turn out to be broken only after a row has gone by: its cells are read once more to tell of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pipeline.receive.report import Broken, Reporter, RowOrigin

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from pipeline.receive.stream import Rows


@dataclass(frozen=True, slots=True)
class _Late:
    broken: Broken
    ords: NDArray[np.int64]
    agencies: Sequence[str | None] | None
    quarantined: bool


@dataclass(slots=True)
class Pending:
    """What is still to be told, by place in the file."""

    _late: list[_Late] = field(default_factory=list)

    def add(
        self, broken: Broken, ords: NDArray[np.int64], agencies: Sequence[str | None] | None, *, quarantined: bool
    ) -> None:
        """Rows (places ascending) that break a rule; their agencies where these differ from row to row."""
        if len(ords):
            self._late.append(_Late(broken, ords, agencies, quarantined))

    def tell(self, rows: Rows, reporter: Reporter) -> None:
        """Reads these rows again and reports each once."""
        if not self._late:
            return
        every = np.unique(np.concatenate([late.ords for late in self._late]))
        mapped = [f"c{n}" for n in reporter.projection.mapped]
        for batch in rows.again(every):
            self._tell(batch, mapped, reporter)

    def _tell(self, batch: pa.RecordBatch, mapped: list[str], reporter: Reporter) -> None:
        ords = batch.column("ord").to_numpy()
        broken: list[list[Broken]] = [[] for _ in ords]
        agencies: list[str | None] = [None] * len(ords)
        quarantined = np.zeros(len(ords), dtype=bool)
        for late in self._late:
            begin, end = np.searchsorted(late.ords, [ords[0], ords[-1] + 1])
            for at in range(begin, end):
                row = int(np.searchsorted(ords, late.ords[at]))
                broken[row].append(late.broken)
                agencies[row] = agencies[row] or (late.agencies[at] if late.agencies else None)
                quarantined[row] |= late.quarantined
        cells = zip(*(batch.column(c).to_pylist() for c in mapped), strict=True)
        origins = zip(batch.column("source_row").to_pylist(), batch.column("sheet").to_pylist(), agencies, strict=True)
        for row, (values, origin) in enumerate(zip(cells, origins, strict=True)):
            reporter.row(RowOrigin(*origin), list(values), broken[row], quarantined=bool(quarantined[row]))
