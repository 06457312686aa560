"""Telling of the faulty rows of a batch: many at once where SQL can say it, else one by one, or later."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from pipeline.receive.many import Many, raw_cells, told_of
from pipeline.receive.report import Broken, Reporter, RowOrigin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.receive.faults import Fault
    from pipeline.receive.pending import Pending
    from pipeline.receive.read import BadLine


@dataclass(frozen=True, slots=True)
class Faulty:
    """A batch, what is wrong with its rows, their places in the file, and which of them have an error."""

    batch: pa.RecordBatch
    faults: list[Fault]
    ords: NDArray[np.int64]
    wrong: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Telling:
    """Who tells of the rows of one extract."""

    reporter: Reporter
    many: Many
    pending: Pending

    def write(self, told: Faulty | list[BadLine]) -> None:
        """Tells of every row with a fault, or of lines without cells.

        Rows whose cells were not carried along are told of later.
        """
        if isinstance(told, list):
            self.reporter.bad_lines(told)
            return
        projection, batch, wrong = self.reporter.projection, told.batch, told.wrong
        faults, ords = told.faults, told.ords
        by_row = self._by_row(batch, _without(faults, self.many.tell(batch, faults, wrong)), ords)
        if not by_row:
            return
        chosen = told_of(batch, pa.array(list(by_row)), projection)
        raws, numbers = raw_cells(chosen, projection), chosen.column("source_row").to_pylist()
        sheets, agencies = chosen.column("sheet").to_pylist(), chosen.column("agency").to_pylist()
        none: list[str | None] = [None] * len(projection.mapped)
        for n, (row, broken) in enumerate(by_row.items()):
            bad = bool(wrong[row])
            raw = raws[n]
            if raw is None and (bad or not all(b.parts for b in broken)):
                for b in broken:
                    self.pending.add(b, ords[[row]], [agencies[n]], quarantined=bad)
                continue
            cells = none if raw is None else raw
            self.reporter.row(RowOrigin(numbers[n], sheets[n], agencies[n]), cells, broken, quarantined=bad)

    def _by_row(self, batch: pa.RecordBatch, faults: list[Fault], ords: NDArray[np.int64]) -> dict[int, list[Broken]]:
        """The rules that each row breaks; the canonical rows of one row of a wide sheet speak as one, the first."""
        by_row: defaultdict[int, list[Broken]] = defaultdict(list)
        for fault in faults:
            broken = Broken(fault.rule, fault.column, fault.parts)
            for row in fault.rows.tolist():
                by_row[row].append(broken)
        if not self.reporter.projection.wide:
            return dict(sorted(by_row.items()))
        categories = batch.column("category").to_pylist()
        together: defaultdict[int, list[Broken]] = defaultdict(list)
        for row in sorted(by_row):
            first = int(np.searchsorted(ords, ords[row]))
            for broken in by_row[row]:
                column = f"minutes:{categories[row]}" if broken.column == "minutes" else broken.column
                named = Broken(broken.rule, column, broken.parts)
                if named not in together[first]:
                    together[first].append(named)
        return dict(together)


def _without(faults: list[Fault], told: NDArray[np.int64]) -> list[Fault]:
    """The faults of all rows but these."""
    if not len(told):
        return faults
    return [replace(f, rows=f.rows[~np.isin(f.rows, told, assume_unique=True)]) for f in faults]
