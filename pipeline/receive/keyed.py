"""A projected batch made whole: persons and addresses become keys, and encounters without a number get one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.receive.columns import looks_like_birth
from pipeline.receive.faults import Fault
from pipeline.receive.persons import Keys, Persons
from schemas import RULES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.receive.project import Projection


class Keyed:
    """Fills the columns that SQL leaves out. The texts of persons and addresses are dropped here."""

    def __init__(self, projection: Projection, secret: bytes) -> None:
        self._projection = projection
        self._headings = projection.headings_of("person")
        self._keys = Keys(secret, tuple(looks_like_birth(h) for h in self._headings))

    def fill(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, list[Fault]]:
        """The batch with every canonical column, in their order, before all others; and what is wrong with persons."""
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        faults: list[Fault] = []
        if "person" in columns:
            persons = self._keys.persons(columns.pop("person"), columns["agency"], columns["started_at"])
            faults = self._faults(persons)
            columns["person_key"] = _taken(persons, [p.key for p in persons.known], pa.string())
            if self._projection.birth_from_person:
                columns["birth_year"] = _taken(persons, [p.birth_year for p in persons.known], pa.int64())
        if "address" in columns:
            columns["place_key"] = self._keys.places(columns.pop("address"), columns["agency"])
        for name in ("person_key", "place_key"):
            if name in self._projection.table.names and name not in columns:
                columns[name] = pa.nulls(batch.num_rows, pa.string())
        if self._projection.derived_id:
            columns["encounter"] = self._encounters(columns)
            columns["key"] = _as_numbers(columns["encounter"])
        names = [*self._projection.table.names, *(c for c in columns if c not in self._projection.table.names)]
        return pa.RecordBatch.from_arrays([columns[n] for n in names], names=names), faults

    def renumbered(self, encounter: str, order: int) -> str:
        """The id of the `order`-th (from 0) of several encounters that are alike."""
        return self._keys.next_encounter(encounter, order + 1) if order else encounter

    def _faults(self, persons: Persons) -> list[Fault]:
        kinds: dict[tuple[str, tuple[int, ...]], list[int]] = {}
        for number, person in enumerate(persons.known):
            if person.fault:
                kinds.setdefault((person.fault, person.faulty), []).append(number)
        return [
            Fault(
                RULES[rule],
                "person_key",
                np.flatnonzero(np.isin(persons.number, numbers)),
                tuple(self._headings[p].strip() for p in parts),
            )
            for (rule, parts), numbers in kinds.items()
        ]

    def _encounters(self, columns: dict[str, pa.Array]) -> pa.Array:
        rows = zip(
            columns["agency"].to_pylist(),
            columns["incident"].to_pylist(),
            columns["person_key"].to_pylist(),
            pc.cast(columns["started_at"], pa.string()).to_pylist(),
            strict=True,
        )
        ids = [self._keys.encounter(a or "", incident, person, start or "") for a, incident, person, start in rows]
        return pa.array(ids, pa.string())


def _taken(persons: Persons, values: list[str | None] | list[int | None], kind: pa.DataType) -> pa.Array:
    return pa.array(values, kind).take(pa.array(persons.number))


def _as_numbers(ids: pa.Array) -> pa.Array:
    """The first 64 bits of keyed hashes, as the hash of a key."""
    numbers: NDArray[np.uint64] = np.array([int(i[:16], 16) for i in ids.to_pylist()], dtype=np.uint64)
    return pa.array(numbers)
