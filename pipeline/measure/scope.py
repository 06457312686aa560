"""What the figures of one query are cut by, and the SQL files with their parts filled in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.sql_text import queries

#: The SQL of the file `sql/NAME.sql` of this room with each `{part}` filled in.
query = queries(Path(__file__).parent / "sql")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the figures of one query are cut by: sets of columns, the period in each of them."""

    sets: tuple[tuple[str, ...], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of all sets, each once; the period stands first."""
        return tuple(dict.fromkeys(name for columns in self.sets for name in columns))

    @property
    def key_list(self) -> str:
        """The columns for SELECT."""
        return ", ".join(self.keys)

    @property
    def set_list(self) -> str:
        """The sets for GROUPING SETS."""
        return set_list(self.sets)


def set_list(sets: Iterable[tuple[str, ...]]) -> str:
    """Sets of columns for GROUPING SETS."""
    return ", ".join(f"({', '.join(s)})" for s in sets)
