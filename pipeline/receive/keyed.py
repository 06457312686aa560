"""A projected batch made whole: persons and addresses become keys, and encounters without a number get one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

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
        """The batch with the keyed columns, and what is wrong with persons."""
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        whose = self._projection.constant.get("agency", columns.get("agency"))
        faults: list[Fault] = []
        if "person" in columns:
            persons = self._keys.persons(columns.pop("person"), whose, columns["started_at"])
            faults = self._faults(persons)
            columns["person_key"] = _taken(persons, [p.key for p in persons.known], pa.string())
            if self._projection.birth_from_person:
                columns["birth_year"] = _taken(persons, [p.birth_year for p in persons.known], pa.int64())
        if "address" in columns:
            columns["place_key"] = self._keys.places(columns.pop("address"), whose)
        if self._projection.derived_id:
            incidents, persons_keys = columns.get("incident"), columns.get("person_key")
            columns["encounter"] = self._keys.encounters(whose, incidents, persons_keys, columns["started_at"])
            columns["key"] = _as_numbers(columns["encounter"])
        return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns)), faults

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


def _taken(persons: Persons, values: list[str | None] | list[int | None], kind: pa.DataType) -> pa.Array:
    return pa.array(values, kind).take(pa.array(persons.number))


def _as_numbers(ids: pa.Array) -> pa.Array:
    """The first 64 bits of keyed hashes, as the hash of a key."""
    digits = bytes.fromhex("".join(ids.to_pylist()))
    numbers: NDArray[np.uint64] = np.frombuffer(digits, dtype=">u8")[::2].astype(np.uint64)
    return pa.array(numbers)
