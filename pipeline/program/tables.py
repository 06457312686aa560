"""What mappings may name of the canonical tables: columns, kinds and codes, read from `schemas`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

#: Columns that are stored as a keyed hash, and the name under which a mapping gives what is hashed.
PSEUDO = {"person_key": "person", "place_key": "address"}
#: Required columns that a mapping may leave out: the agency comes from the file, the others have a default (spec 2).
_LEFT_OUT = {"agency", "kind"}
_OWN_ID = {"encounters": "encounter"}


@dataclass(frozen=True, slots=True)
class Target:
    """A column that a mapping can fill. `codes` are its canonical values (empty: any)."""

    name: str
    kind: str
    codes: tuple[str, ...] = ()
    required: bool = False


def table_names() -> tuple[str, ...]:
    """The canonical tables."""
    import schemas

    return tuple(schemas.TABLES)


@lru_cache(maxsize=16)
def targets(table: str, grain: str = "call") -> dict[str, Target]:
    """The columns that a mapping of `table` can name. With grain `unit` the call sign `unit` stands for `units`."""
    import schemas

    found = {}
    for column in schemas.TABLES[table].columns:
        name = PSEUDO.get(column.name, column.name)
        needed = column.required and name not in _LEFT_OUT and _OWN_ID.get(table) != name
        found[name] = Target(name, column.kind, tuple(column.codes or ()), needed)
    if table == "calls" and grain == "unit":
        del found["units"]
        found["unit"] = Target("unit", "text")
    if table == "encounters":
        found["referrals"] = Target("referrals", "texts")
    return found


def service_codes() -> tuple[str, ...]:
    """The canonical codes of referrals, for split cells of encounters."""
    return targets("referrals")["service"].codes


def canonical_types(table: str, grain: str = "call") -> dict[str, str]:
    """Canonical column -> DuckDB type, for the conditions of corrections. They see the rows before units are folded.

    Keys of persons and places are made later and stand in no condition.
    """
    import schemas

    types = {c.name: c.duckdb_type for c in schemas.TABLES[table].columns if c.name not in PSEUDO}
    if table == "calls" and grain == "unit":
        types = {("unit" if name == "units" else name): kind for name, kind in types.items()}
        types["unit"] = "VARCHAR"
    return types
