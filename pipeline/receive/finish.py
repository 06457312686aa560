"""The last step of an extract: sound rows, some left out, folded or renamed, become accepted.parquet."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.receive.tables import ORIGIN, RowFile, accepted_schema, rows_kept
from schemas import TABLES
from schemas.spec import ColumnSpec, Table

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    from numpy.typing import NDArray

    from pipeline.receive.sound import Sound

#: Unit rows are folded so many at a time.
_FOLD_ROWS = 500_000
#: Columns on which the unit rows of one incident should agree.
DIFFERING = ("nature", "disposition")
_REFERRALS = TABLES["referrals"]


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of sound rows: `dropped` are the places of those left out, `renamed` gives others a new id."""

    dropped: NDArray[np.int64]
    renamed: dict[int, str]


def write_accepted(sound: Sound, accepted: Path, table: Table, changes: Changes) -> None:
    """accepted.parquet, and referrals.parquet beside it when the sound rows carry services."""
    with ExitStack() as opened:
        schema = accepted_schema(table)
        target = opened.enter_context(RowFile(accepted, schema, table, sound.seal, sound.alike, sound.coded))
        referrals = None
        if "services" in sound.schema.names:
            path = accepted.with_name("referrals.parquet")
            referred = RowFile(path, accepted_schema(_REFERRALS), _REFERRALS, sound.seal, sound.alike)
            referrals = opened.enter_context(referred)
        first = 0
        for batch in sound.batches():
            kept = _changed(batch, first, changes)
            first += batch.num_rows
            target.write(kept)
            if referrals is not None:
                referrals.write(_referrals(kept))


def _changed(batch: pa.RecordBatch, first: int, changes: Changes) -> pa.RecordBatch:
    """A batch whose rows begin at place `first`, without the dropped ones and with new ids."""
    end = first + batch.num_rows
    renamed = {place: name for place, name in changes.renamed.items() if first <= place < end}
    if renamed:
        names = batch.column("encounter").to_pylist()
        for place, name in renamed.items():
            names[place - first] = name
        at = batch.schema.get_field_index("encounter")
        batch = batch.set_column(at, "encounter", pa.array(names, pa.string()))
    low, high = np.searchsorted(changes.dropped, [first, end])
    if low == high:
        return batch
    keep = np.ones(batch.num_rows, dtype=bool)
    keep[changes.dropped[low:high] - first] = False
    return rows_kept(batch, keep)


def _referrals(encounters: pa.RecordBatch) -> pa.RecordBatch:
    """One referral for each service of each encounter."""
    services = encounters.column("services")
    parents = encounters.take(pc.list_parent_indices(services))
    given = {"agency": parents.column("agency"), "encounter": parents.column("encounter")}
    given |= {"service": pc.list_flatten(services)} | {n: parents.column(n) for n in ORIGIN.names}
    schema = accepted_schema(_REFERRALS)
    columns = [given[f.name] if f.name in given else pa.nulls(parents.num_rows, f.type) for f in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def fold_units(
    con: duckdb.DuckDBPyConnection, sound: Sound, accepted: Path, table: Table, dropped: NDArray[np.int64]
) -> dict[str, NDArray[np.int64]]:
    """Unit rows folded into calls. The places of the rows whose value was used where an incident's rows differ."""
    con.register("dropped", pa.table({"place": dropped}))
    source, parts = sound.relation(con), max(1, -(-sound.count // _FOLD_ROWS))
    differing: dict[str, list[NDArray[np.int64]]] = {c: [] for c in DIFFERING}
    schema = accepted_schema(table)
    with RowFile(accepted, schema, table, sound.seal, sound.alike) as target:
        for part in range(parts):
            for batch in con.execute(_fold_sql(source, table, part, parts)).to_arrow_reader(100_000):
                target.write(batch.select(schema.names).cast(schema))
                for column in DIFFERING:
                    differing[column].append(batch.column(f"last_{column}").drop_null().to_numpy().astype(np.int64))
    return {c: np.sort(np.concatenate([*found, np.empty(0, np.int64)])) for c, found in differing.items()}


def _fold_sql(source: str, table: Table, part: int, parts: int) -> str:
    columns = ",\n    ".join(f"{_folded(c)} AS {c.name}" for c in table.columns)
    last = ",\n    ".join(
        f"CASE WHEN min({c}) <> max({c}) THEN max(place) FILTER (WHERE {c} IS NOT NULL) END AS last_{c}"
        for c in DIFFERING
    )
    sql = resources.files("pipeline.receive").joinpath("fold.sql").read_text(encoding="utf-8")
    given = {"part": part, "parts": parts, "columns": columns, "last_places": last, "sound": source}
    for name, text in given.items():
        sql = sql.replace("{" + name + "}", str(text))
    return sql


def _folded(column: ColumnSpec) -> str:
    """How the unit rows of one call make one value (spec 2)."""
    if column.name in ("agency", "incident"):
        return column.name
    if column.kind == "timestamp":
        return f"max({column.name})" if column.name == "cleared_at" else f"min({column.name})"
    if column.name == "co_response":
        return "bool_or(co_response)"
    if column.kind == "texts":
        pairs = "list({'place': place, 'unit': units[1]}) FILTER (WHERE units IS NOT NULL)"
        listed = f"list_transform(list_sort({pairs}), lambda x: x.unit)"
        return f"list_filter({listed}, lambda u, i: list_position({listed}, u) = i)"
    return f"arg_max({column.name}, place)"


def days_too_long(con: duckdb.DuckDBPyConnection, sound: Sound, most: int) -> NDArray[np.int64]:
    """The places of the rows of each team's day that adds up to more than `most` minutes."""
    sql = (
        f"SELECT place FROM {sound.relation(con)}"
        f" QUALIFY sum(minutes) OVER (PARTITION BY agency, team, date) > {most} ORDER BY place"
    )
    found: NDArray[np.int64] = con.execute(sql).to_arrow_table().column("place").to_numpy()
    return found
