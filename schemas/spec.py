"""What a canonical table is made of: columns and rules. Plain data, free of heavy imports.

From one `ColumnSpec` come the pandera column, the DuckDB type and the entry in the data dictionary; from one `Rule`
come the pandera check, its severity and the message for users.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameSchema

Kind = Literal["text", "code", "bool", "timestamp", "date", "number", "integer", "texts", "integers"]
Severity = Literal["error", "warning"]
#: Where a rule is judged: on each line, on each cell, on each row (pandera), on the rows of one extract together, or
#: when the warehouse is loaded.
Judged = Literal["line", "cell", "row", "extract", "warehouse"]

#: The DuckDB type of each kind of column, in every product on disk.
DUCKDB_TYPES: dict[str, str] = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "bool": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "texts": "VARCHAR[]",
    "integers": "BIGINT[]",
}


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column. `codes` empty: any value of its kind. `minimum` and `maximum` are inclusive."""

    name: str
    kind: Kind
    description: str
    required: bool = False
    codes: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def duckdb_type(self) -> str:
        """The type of this column in Parquet and in the warehouse."""
        return DUCKDB_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a rule needs to know of the program: rows received before `earliest` are doubtful."""

    earliest: date | None = None


#: Rows (true) that break a rule: a function of the frame of canonical columns, the column judged, and the settings.
Broken = Callable[["pd.DataFrame", str, Settings], "pd.Series[bool]"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. A violation of it names the column and carries `message`, filled in for the row.

    `message` may hold {value}, {heading}, {column}, {expected} and {codes}. `columns` are the columns that the rule is
    judged for, one violation each. `likely` is a SQL condition that holds on every row that breaks the rule for that
    column: it judges nothing, it only tells the reader of an extract which raw cells to carry along.
    """

    id: str
    severity: Severity
    message: str
    description: str
    judged: Judged = "row"
    columns: tuple[str, ...] = ()
    broken: Broken | None = None
    likely: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A canonical table: its columns in order, its key, and the rules of its own.

    `time` is the column that puts a row into a period; null where a linked table gives it (referrals).
    """

    name: str
    description: str
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...]
    time: str | None
    rules: tuple[Rule, ...] = ()

    def column(self, name: str) -> ColumnSpec:
        """The column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in order."""
        return tuple(column.name for column in self.columns)

    @property
    def judged(self) -> tuple[ColumnSpec, ...]:
        """The columns that the model looks at. Lists, and texts that may be missing and that no rule names, are right
        whatever they hold."""
        named = {column for rule in self.rules if rule.broken for column in rule.columns}
        free = {c.name for c in self.columns if c.kind == "texts" or (c.kind == "text" and not c.required)} - named
        return tuple(c for c in self.columns if c.name not in free)

    def model_for(self, settings: Settings) -> DataFrameSchema:
        """The pandera model of the table for one program; built once for each."""
        from schemas.model import build

        return build(self, settings)


def words(name: str) -> str:
    """A column's name as people read it: `received_at` becomes `received at`."""
    return name.replace("_", " ")


def fill(message: str, **parts: object) -> str:
    """`message` with its fields filled in one pass, so that braces inside a part are left alone."""
    return re.sub(r"\{(\w+)\}", lambda field: str(parts.get(field[1], field[0])), message)
