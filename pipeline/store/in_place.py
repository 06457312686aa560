"""Calls read where they lie: beyond some size the warehouse does not copy their Parquet, it has a view over it.

The warehouse then is small and quickly made, whatever history there is, and needs out/extracts/ beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.program.model import Program
from pipeline.receive.folder import extracts_folder
from pipeline.store.engine import query, typed
from pipeline.store.zone import Change, elapsed_macro
from schemas import RELATIONS

if TYPE_CHECKING:
    from pipeline.store.inputs import Input
    from pipeline.store.resolve import Resolution

#: From so many accepted rows of calls on. Fewer are copied: a file that stands alone, and is read fastest.
IN_PLACE_ROWS = 500_000
TABLE = "calls"
#: The name in `metadata` under which the folder of the products stands.
READS = "reads"


def place_of(program: Program, resolution: Resolution) -> str:
    """The folder in which the calls are read in place, as an absolute path; empty when they are copied."""
    rows = sum(r.accepted for r in resolution.receipts if r.table == TABLE)
    return str(extracts_folder(program).resolve()) if rows >= IN_PLACE_ROWS else ""


def is_whole(reads: str, out: Path, inputs: Sequence[Input]) -> bool:
    """Whether the products that a warehouse reads in place are still there: the program folder may have been moved."""
    if not reads:
        return True
    here = (out / "extracts").resolve()
    keys = (i.key for i in inputs if i.table == TABLE and i.key is not None)
    return str(here) == reads and all((here / key / "accepted.parquet").exists() for key in keys)


def make_view(resolution: Resolution, clock_changes: Sequence[Change], reads: str) -> None:
    """The view `warehouse.calls`, with the small tables and the macro that it needs, in the attached warehouse."""
    run = resolution.connection.execute
    run(elapsed_macro(clock_changes, "MACRO warehouse.call_minutes"))
    run("CREATE OR REPLACE TABLE warehouse.named AS FROM named")
    files = list(resolution.product(TABLE))
    run(f"CREATE OR REPLACE TABLE warehouse.superseded AS FROM superseded WHERE list_contains({files}, file)")
    paths = {file: Path(reads) / path.parent.name / path.name for file, path in resolution.product(TABLE).items()}
    accepted = resolution.accepted(TABLE, paths)
    rows = query(TABLE, accepted=f"({accepted})", elapsed="call_minutes")
    columns = typed(RELATIONS[TABLE].values(), row="x.")
    run(f"CREATE OR REPLACE VIEW warehouse.calls AS SELECT {columns} FROM ({rows}) x")
