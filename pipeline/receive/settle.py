"""What rows of one extract mean together: duplicates, rows in conflict, days that are too long (spec 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pipeline.receive.finish import days_too_long
from pipeline.receive.repeats import KeyBook, Repeats, digest_cells, digest_keys, find_repeats
from pipeline.receive.report import Broken
from schemas import RULES
from schemas.common import DAY_MINUTES

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from pipeline.receive.pending import Pending
    from pipeline.receive.project import Projection
    from pipeline.receive.sound import Sound
    from pipeline.receive.stream import Rows

_NONE = np.empty(0, np.int64)


@dataclass(slots=True)
class Settled:
    """Places of the sound rows that are left out, ids of those that get another, and what was counted of rows of the
    extract."""

    dropped: NDArray[np.int64] = field(default_factory=lambda: _NONE)
    renamed: dict[int, str] = field(default_factory=dict)
    duplicate: int = 0
    superseded: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Together:
    """The sound rows of one extract and what is needed to judge them together."""

    rows: Rows
    projection: Projection
    sound: Sound
    book: KeyBook
    pending: Pending
    one_agency: bool

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The extract's DuckDB."""
        return self.rows.con

    def settle(self, grain: str, renumber: Callable[[str, int], str]) -> Settled:
        """Steps 2 and 3 for calls and encounters, the day's limit for shifts; nothing for the others."""
        if self.projection.table.name == "shifts":
            return self._long_days()
        if not self.projection.keyed:
            return Settled()
        places = self.book.repeated(self.con)
        if not len(places):
            return Settled()
        keys = digest_keys(self.con, self.sound, self._key_columns(), places)
        repeats = find_repeats(places, keys, digest_cells(self.rows, self.book.ords(places)))
        if self.projection.table.name == "calls":
            return self._supersede(repeats, "repeated_unit" if grain == "unit" else "repeated_incident")
        if self.projection.derived_id:
            return Settled(repeats.duplicates, self._renamed(repeats, renumber), len(repeats.duplicates))
        return self._conflict(repeats)

    def _key_columns(self) -> tuple[str, ...]:
        return tuple("units" if c == "unit" else c for c in self.projection.keyed)

    def _supersede(self, repeats: Repeats, rule: str) -> Settled:
        """The last row of a key wins; the others are superseded, with a warning."""
        lost = repeats.conflicts[~repeats.last]
        self._tell(rule, "incident", lost, quarantined=False)
        dropped = np.union1d(repeats.duplicates, lost)
        return Settled(dropped, duplicate=len(repeats.duplicates), superseded=len(lost))

    def _conflict(self, repeats: Repeats) -> Settled:
        """Nobody knows which of the rows is right: all are quarantined."""
        lost = repeats.conflicts
        self._tell("key_conflict", "encounter", lost, quarantined=True)
        dropped = np.union1d(repeats.duplicates, lost)
        return Settled(dropped, duplicate=len(repeats.duplicates), quarantined=len(lost))

    def _renamed(self, repeats: Repeats, renumber: Callable[[str, int], str]) -> dict[int, str]:
        """Encounters without a number, alike in agency, incident, person and start, are told apart by their order."""
        ids = self._values("encounter", repeats.conflicts)
        numbered = zip(repeats.conflicts.tolist(), ids, repeats.order.tolist(), strict=True)
        return {place: renumber(str(name), order) for place, name, order in numbered if order}

    def _long_days(self) -> Settled:
        """Every row of a team's day over 24 hours; a row of a wide sheet goes as a whole."""
        places = days_too_long(self.con, self.sound, DAY_MINUTES)
        if not len(places):
            return Settled()
        first = places[np.unique(self.book.ords(places), return_index=True)[1]]
        self._tell("day_over_24_hours", "minutes", first, quarantined=True)
        return Settled(places, quarantined=len(first))

    def tell_differing(self, column: str, places: NDArray[np.int64]) -> None:
        """Incidents whose unit rows do not agree; `places` are the rows whose value is used."""
        self._tell("differing_units", column, places, quarantined=False)

    def _tell(self, rule: str, column: str, places: NDArray[np.int64], *, quarantined: bool) -> None:
        """Notes that the sound rows at these places (ascending) break a rule."""
        agencies = None if self.one_agency else self._values("agency", places)
        self.pending.add(Broken(RULES[rule], column), self.book.ords(places), agencies, quarantined=quarantined)

    def _values(self, column: str, places: NDArray[np.int64]) -> list[str | None]:
        """The values of a column of the sound rows at these places (ascending)."""
        found: list[str | None] = self.sound.at(self.con, places, [column]).column(0).to_pylist()
        return found
