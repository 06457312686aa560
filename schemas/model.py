"""The pandera models, built from the declarations in this folder.

A frame to judge holds canonical columns (no lists), those that are not required only if the extract has them, in
pandas' own types: str, boolean, datetime64, float64 and Int64. It may hold `unread`, an integer whose bits say which
cells had text that could not be read; such a row breaks the model too. Only the rows of a failed check are wanted, not
pandera's table of failure cases (`n_failure_cases=1`): on a dirty file that takes many times as long as the judging.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from schemas.cells import OUT_OF_RANGE, UNREADABLE
from schemas.common import none_of
from schemas.engine import pa
from schemas.spec import ColumnSpec, Rule, Settings, Table

if TYPE_CHECKING:
    import pandas as pd

#: Name of the column with a bit for each cell that could not be read.
UNREAD = "unread"

_DTYPES = {
    "text": "str",
    "code": "str",
    "bool": "boolean",
    "timestamp": "datetime64[us]",
    "date": "datetime64[ms]",
    "number": "float64",
    "integer": "Int64",
}


@lru_cache(maxsize=64)
def build(table: Table, settings: Settings) -> pa.DataFrameSchema:
    """The model of one table. The name of each check is the id of its rule, and of its column behind a colon."""
    columns = {c.name: _column(c) for c in table.columns if c.kind in _DTYPES}
    columns[UNREAD] = pa.Column("int64", pa.Check.eq(0, name=UNREAD, n_failure_cases=1), required=False)
    checks = [_row_check(rule, column, settings) for rule in table.rules for column in rule.columns if rule.broken]
    return pa.DataFrameSchema(columns, checks=checks, name=table.name, description=table.description)


def _column(column: ColumnSpec) -> pa.Column:
    checks = []
    if column.codes:
        name = f"{UNREADABLE['code'].id}:{column.name}"
        checks.append(pa.Check.isin(column.codes, name=name, n_failure_cases=1, error=UNREADABLE["code"].message))
    if column.minimum is not None or column.maximum is not None:
        checks.append(_range_check(column))
    return pa.Column(
        _DTYPES[column.kind],
        checks,
        nullable=not column.required,
        required=column.required,
        name=column.name,
        description=column.description,
    )


def _range_check(column: ColumnSpec) -> pa.Check:
    low = float("-inf") if column.minimum is None else column.minimum
    high = float("inf") if column.maximum is None else column.maximum
    name = f"{OUT_OF_RANGE.id}:{column.name}"
    return pa.Check.in_range(low, high, name=name, n_failure_cases=1, error=OUT_OF_RANGE.message)


def _row_check(rule: Rule, column: str, settings: Settings) -> pa.Check:
    def holds(frame: pd.DataFrame) -> pd.Series[bool]:
        assert rule.broken is not None  # noqa: S101 -- the caller looked
        if column not in frame:
            return ~none_of(frame)
        broken = rule.broken(frame, column, settings)
        return ~broken.fillna(False).astype(bool)

    return pa.Check(
        holds,
        name=f"{rule.id}:{column}",
        n_failure_cases=1,
        error=rule.message,
        description=rule.description,
        raise_warning=False,
    )
