"""One extract from text cells to finished files: read, judge, write in a stream; then settle repeats (spec 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from pipeline.receive.corrections import check_expected
from pipeline.receive.faults import Fault, erroneous
from pipeline.receive.finish import Changes, fold_units, write_accepted
from pipeline.receive.keyed import Keyed
from pipeline.receive.looked_up import Lookups
from pipeline.receive.many import Many
from pipeline.receive.pending import Pending
from pipeline.receive.product import Receipt
from pipeline.receive.project import Projection, earliest_plausible
from pipeline.receive.repeats import KeyBook, likely_dropped
from pipeline.receive.report import Reporter
from pipeline.receive.settle import Settled, Together
from pipeline.receive.sound import Sound
from pipeline.receive.tables import QUARANTINE, VIOLATIONS, Writer, accepted_schema, repeated, rows_kept
from pipeline.receive.telling import Faulty, Telling
from pipeline.receive.threads import Ahead, Behind
from schemas import TABLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.receive.begin import Begun
    from schemas.spec import Settings


#: What judges some batches: judge.judge.
Judge = Callable[[Sequence[pa.RecordBatch], Projection, "Settings"], list[list[Fault]]]
#: Batches that are judged together hold so many rows, or so many bytes.
_JUDGED_ROWS, _JUDGED_BYTES = 400_000, 1 << 27


@dataclass(slots=True)
class _Counts:
    """Rows of the extract, each once."""

    read: int = 0
    quarantined: int = 0


class Work:
    """The work on one extract that was begun, down to its receipt."""

    def __init__(self, begun: Begun) -> None:
        extract, place, seal = begun.extract, begun.place, begun.seal
        self.extract, self.rows, self.place, self.seal = extract, begun.rows, place, seal
        self.sha256 = begun.facts.sha256
        self.table = TABLES[extract.mapping.table]
        self.corrections = begun.corrections
        self.settings = earliest_plausible(begun.program)
        self.projection = begun.projection
        self.lookups = Lookups(self.projection.lookups, self.rows.con)
        self.keyed = Keyed(self.projection, begun.secret)
        self.violations = Writer(place / "violations.parquet", VIOLATIONS, seal)
        self.quarantine = Writer(place / "quarantine.parquet", QUARANTINE, seal)
        agency = extract.mapping.agency
        self.reporter = Reporter(extract.name, agency, self.projection, self.violations, self.quarantine)
        self.book = KeyBook(place / "keys.parquet", seal, many=self.table.name == "shifts")
        self.pending = Pending()
        self.telling = Telling(self.reporter, Many(self.rows.con, self.reporter), self.pending)
        self.counts = _Counts()
        self.touched = [0] * len(self.corrections)
        self.constant = self.projection.constant | {"extract": extract.name, "extract_sha256": self.sha256}
        self.schema = self._sound_schema()

    def run(self) -> Receipt:
        """Reads everything, settles, finishes the files."""
        alike = frozenset(self.constant)
        coded = self.projection.coded
        path = self.place / "sound.parquet"
        sound = Sound(path, self.schema, self.table, self.seal, alike, coded, at_once=self._guesses)
        self._read(sound)
        check_expected(self.corrections, self.touched)
        one_agency = self.extract.mapping.agency is not None
        together = Together(self.rows, self.projection, sound, self.book, self.pending, one_agency)
        settled = together.settle(self.extract.mapping.grain, self.keyed.renumbered)
        self._finish(sound, settled, together)
        self.pending.tell(self.rows, self.reporter)
        self.violations.finish(self.rows.con)
        self.quarantine.finish(self.rows.con)
        return self._receipt(settled)

    def discard(self) -> None:
        """Throws away what was written: the extract must be read in another way."""
        self.violations.discard()
        self.quarantine.discard()
        for left in self.place.glob("*.parquet"):
            left.unlink()

    # -- one batch after another ------------------------------------------------------------------------------------

    def _read(self, sound: Sound) -> None:
        batches = Ahead(self.rows.project(self.projection, self.corrections, self.lookups))
        from pipeline.receive.judge import judge  # pandas and pandera load while DuckDB reads already

        with ExitStack() as ending:
            ending.callback(sound.close)
            writer = ending.enter_context(closing(Behind(sound)))
            self.teller = ending.enter_context(closing(Behind(self.telling)))
            ending.callback(batches.close)
            for some in _together(batches):
                for batch in self._judged(some, judge):
                    writer.write(batch)
                self._take_bad_lines()
            self._take_bad_lines()

    def _sound_schema(self) -> pa.Schema:
        schema = accepted_schema(self.table)
        services = "referrals" in self.extract.mapping.columns
        return schema.append(pa.field("services", pa.list_(pa.string()))) if services else schema

    @property
    def _guesses(self) -> bool:
        """Whether the rows are written while reading goes on: many calls, one a row."""
        return bool(self.projection.lookups) and self.table.name == "calls" and self.extract.mapping.grain == "call"

    def _judged(
        self, batches: list[pa.RecordBatch], judge: Judge
    ) -> Iterator[tuple[pa.RecordBatch, NDArray[np.int64]]]:
        """Reports what is wrong with some batches; the sound rows of each, as they are stored, and which of these are
        likely to be dropped."""
        filled = [self.keyed.fill(batch) for batch in batches]
        found = judge([batch for batch, _ in filled], self.projection, self.settings)
        for (batch, of_persons), faults in zip(filled, found, strict=True):
            yield self._sorted_out(batch, faults + of_persons)

    def _sorted_out(self, batch: pa.RecordBatch, faults: list[Fault]) -> tuple[pa.RecordBatch, NDArray[np.int64]]:
        """The sound rows of a batch, and which of them are likely to be dropped.

        What is wrong with the others is counted and reported.
        """
        ords = batch.column("ord").to_numpy()
        wrong = erroneous(faults, batch.num_rows)
        if self.projection.wide:
            wrong = np.isin(ords, ords[wrong])
        self.counts.read += len(np.unique(ords)) if self.projection.wide else batch.num_rows
        self.counts.quarantined += len(np.unique(ords[wrong]))
        self._count_touched(batch, ords)
        self.teller.write(Faulty(batch, faults, ords, wrong))
        keep = ~wrong
        if self.projection.wide:
            keep &= batch.column("category").is_valid().to_numpy(zero_copy_only=False)
        kept = rows_kept(batch.drop_columns(self.projection.beside), keep)
        if self.projection.lookups and not self._guesses and keep.all():
            kept = _copied(kept)
        keys = kept.column("key").to_numpy() if "key" in kept.schema.names else None
        self.book.add(keys, kept.column("ord").to_numpy())
        return self._stored(kept), self._dropped(batch, keep, keys)

    def _dropped(
        self, batch: pa.RecordBatch, keep: NDArray[np.bool_], keys: NDArray[np.uint64] | None
    ) -> NDArray[np.int64]:
        """The places among the sound rows of a batch that these themselves show to be duplicates or superseded."""
        if keys is None or not self._guesses:
            return np.empty(0, np.int64)
        cells = batch.select([f"c{place}" for place in self.projection.mapped])
        return likely_dropped(keys, lambda rows: cells.take(pa.array(np.flatnonzero(keep)[rows])).columns)

    def _count_touched(self, batch: pa.RecordBatch, ords: NDArray[np.int64]) -> None:
        for n in range(len(self.corrections)):
            hit = batch.column(f"hit{n}").to_numpy(zero_copy_only=False)
            self.touched[n] += len(np.unique(ords[hit]))

    def _stored(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Canonical columns, then the origin."""
        rows, count = batch.column("source_row"), batch.num_rows
        each = pa.ListArray.from_arrays(pa.array(np.arange(count + 1, dtype=np.int32)), rows)
        made = {name: repeated(value, count) for name, value in self.constant.items()} | {"source_rows": each}
        given = set(batch.schema.names)
        columns = [
            made[f.name]
            if f.name in made
            else pa.nulls(count, f.type)
            if f.name not in given
            else batch.column(f.name)
            if f.name in self.projection.coded
            else batch.column(f.name).cast(f.type)
            for f in self.schema
        ]
        return pa.RecordBatch.from_arrays(columns, names=self.schema.names)

    def _take_bad_lines(self) -> None:
        lines = self.rows.bad_lines()
        if lines:
            self.teller.write(lines)
        self.counts.read += len(lines)
        self.counts.quarantined += len(lines)

    # -- the end ----------------------------------------------------------------------------------------------------

    def _finish(self, sound: Sound, settled: Settled, together: Together) -> None:
        """accepted.parquet from the sound rows."""
        accepted = self.place / "accepted.parquet"
        if self.extract.mapping.grain == "unit":
            differing = fold_units(self.rows.con, sound, accepted, self.table, settled.dropped)
            for column, places in differing.items():
                together.tell_differing(column, places)
        else:
            same = not (settled.renamed or "services" in sound.schema.names)
            if not (same and sound.become(accepted, settled.dropped)):
                write_accepted(sound, accepted, self.table, Changes(settled.dropped, settled.renamed))
        sound.remove()

    def _receipt(self, settled: Settled) -> Receipt:
        quarantined = self.counts.quarantined + settled.quarantined
        left_out = quarantined + settled.duplicate + settled.superseded
        receipt = Receipt(
            extract=self.extract.name,
            agency=self.extract.mapping.agency,
            table=self.table.name,
            sha256=self.sha256,
            read=self.counts.read,
            accepted=self.counts.read - left_out,
            quarantined=quarantined,
            duplicate=settled.duplicate,
            superseded=settled.superseded,
            rules=dict(sorted(self.reporter.rules.items())),
            corrections=[{"reason": c.reason, "rows": n} for c, n in zip(self.corrections, self.touched, strict=True)],
        )
        if self.quarantine.count != quarantined:
            raise AssertionError("the quarantine does not hold the rows that the receipt counts")
        return receipt


def _copied(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same in memory of its own: while it waits, a batch of DuckDB's would keep the cells of its rows alive."""
    half = batch.num_rows // 2
    return pa.concat_batches([batch.slice(0, half), batch.slice(half)])


def _together(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Batches, some at a time."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(b.num_rows for b in held) >= _JUDGED_ROWS or sum(b.nbytes for b in held) >= _JUDGED_BYTES:
            yield held
            held = []
    if held:
        yield held
