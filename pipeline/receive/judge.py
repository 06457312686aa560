"""Judging: a batch of canonical rows passes the pandera model of its table; the rows of each fault come back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.receive.faults import Fault
from schemas import RULES
from schemas.cells import EXCLUDED, MISSING, UNREADABLE
from schemas.engine import SchemaError, SchemaErrorReason, SchemaErrors
from schemas.model import UNREAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.receive.project import Projection
    from schemas.spec import Settings, Table

#: pandas' own types: with Arrow's a comparison over nulls fails, and pandera then judges nothing, silently.
_PANDAS = {pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}


def judge(batches: Sequence[pa.RecordBatch], projection: Projection, settings: Settings) -> list[list[Fault]]:
    """Every fault of each batch, errors and warnings, in the order of the model.

    Batches are judged together: what pandera does around a check takes as long for few rows as for many.
    """
    frame = _frame(batches, projection)
    faults = [fault for error in _failures(frame, projection, settings) for fault in _faults(error, frame, projection)]
    found = _divided(faults, [batch.num_rows for batch in batches])
    for batch, own in zip(batches, found, strict=True):
        excluded = batch.column("excluded")
        if excluded.true_count:
            own.append(Fault(EXCLUDED, None, np.flatnonzero(excluded.to_numpy(zero_copy_only=False))))
    return found


def _divided(faults: list[Fault], sizes: list[int]) -> list[list[Fault]]:
    """The faults of each batch, with the places of their rows in it."""
    bounds = np.cumsum([0, *sizes])
    divided: list[list[Fault]] = [[] for _ in sizes]
    for fault in faults:
        cuts = np.searchsorted(fault.rows, bounds)
        for own, start, end, first in zip(divided, cuts[:-1], cuts[1:], bounds[:-1], strict=True):
            if end > start:
                own.append(replace(fault, rows=fault.rows[start:end] - first))
    return divided


def _failures(frame: pd.DataFrame, projection: Projection, settings: Settings) -> list[SchemaError]:
    """pandera's failures, out of its exception: its text repeats cells, so nothing is raised while it is handled."""
    try:
        projection.table.model_for(settings).validate(frame, lazy=True, inplace=True)
    except SchemaErrors as found:
        return list(found.schema_errors)
    return []


def _frame(batches: Sequence[pa.RecordBatch], projection: Projection) -> pd.DataFrame:
    """The columns that the extract fills and in which something can be wrong, and those that every row needs."""
    judged = [c for c in projection.table.judged if c.required or c.name in projection.filled]
    given = [c.name for c in judged if c.name not in projection.constant]
    table = pa.Table.from_batches([batch.select([*given, UNREAD]) for batch in batches])
    frame: pd.DataFrame = _plain(table.select(given)).to_pandas(types_mapper=_PANDAS.get, date_as_object=False)
    frame[UNREAD] = table.column(UNREAD).to_numpy()
    for name in (c.name for c in judged if c.name in projection.constant):
        frame[name] = pd.Series(projection.constant[name], index=frame.index, dtype="str")
    return frame


def _plain(table: pa.Table) -> pa.Table:
    """The same without dictionaries: pandera takes no categories for text."""
    coded = [n for n, field in enumerate(table.schema) if pa.types.is_dictionary(field.type)]
    for n in coded:
        table = table.set_column(n, table.schema.names[n], table.column(n).cast(pa.string()))
    return table


def _faults(error: SchemaError, frame: pd.DataFrame, projection: Projection) -> list[Fault]:
    """The faults that one failure of the model stands for."""
    if error.reason_code == SchemaErrorReason.SERIES_CONTAINS_NULLS:
        return _missing(str(error.schema.name), frame, projection)
    mask = error.check_output
    if error.reason_code != SchemaErrorReason.DATAFRAME_CHECK or not isinstance(mask, pd.Series):
        # a rule that did not judge must not pass for one that found nothing
        raise AssertionError(f"pandera could not judge {error.schema.name}: {error.reason_code}")
    rows = mask.index[~mask.to_numpy(dtype=bool)].to_numpy(dtype=np.int64)
    name = str(error.check.name)
    if name == UNREAD:
        return _unread(frame, projection)
    rule, _, column = name.partition(":")
    return [Fault(RULES[rule], column, rows)]


def _missing(column: str, frame: pd.DataFrame, projection: Projection) -> list[Fault]:
    """Rows whose required cell is empty; not those whose cell holds what cannot be read. A wide row without any time
    has neither category nor minutes, and says nothing wrong."""
    if projection.wide and column in ("category", "minutes"):
        return []
    empty = frame[column].isna().to_numpy()
    if column in projection.unread:
        empty = empty & ((frame[UNREAD].to_numpy() & _bit(column, projection)) == 0)
    rows = np.flatnonzero(empty)
    return [Fault(MISSING, column, rows)] if len(rows) else []


def _unread(frame: pd.DataFrame, projection: Projection) -> list[Fault]:
    bits = frame[UNREAD].to_numpy()
    faults = []
    for column in projection.unread:
        rows = np.flatnonzero(bits & _bit(column, projection))
        if len(rows):
            faults.append(Fault(UNREADABLE[_kind(column, projection.table)], column, rows))
    return faults


def _bit(column: str, projection: Projection) -> int:
    return 1 << projection.unread.index(column)


def _kind(column: str, table: Table) -> str:
    """The kind whose message fits: the items of a list of referrals are codes."""
    if column == "referrals":
        return "code"
    kind = next((c.kind for c in table.columns if c.name == column), "text")
    return "text" if kind == "texts" else kind
