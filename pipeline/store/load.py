"""The warehouse: every accepted row, linked, in one DuckDB file. A pure function of the extracts' products."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from pipeline import durable
from pipeline.errors import Exit, UserError
from pipeline.program.model import Program
from pipeline.sql_text import literal
from pipeline.store.fill import Filler
from pipeline.store.in_place import READS, place_of
from pipeline.store.inputs import fingerprint, inputs_of, made_by
from pipeline.store.resolve import Resolution
from pipeline.store.update import Before, Updater, is_near
from pipeline.store.warehouse import FILE_NAME, NAME, Warehouse, open_warehouse
from schemas.views import RECEIVED_LATER


def load(program: Program, resolution: Resolution, *, waiting: Callable[[], None] | None = None) -> Warehouse:
    """Write out/warehouse.duckdb, unless it was made of the same already; returns it open for reading.

    It is written under another name and renamed last, so that a build killed at any moment leaves the last good one.
    A second build waits for the first; `waiting` is called before it does. UserError when another program holds the
    file open (Windows). RuntimeError when rows went missing on the way: that is a bug.
    """
    inputs = inputs_of(resolution.received, resolution.receipts)
    late = _late(resolution)
    reads = place_of(program, resolution)
    made_of = fingerprint(program, inputs, late, reads)
    target = program.out / FILE_NAME
    with durable.alone(program.out / ".warehouse.lock", waiting):
        before = _before(program)
        if before is None or before.facts.get("fingerprint") != made_of:
            facts = _facts(program, late, reads) | {"fingerprint": made_of}
            if before is not None and is_near(before, resolution, facts):
                _write(target, Updater(program, resolution, facts, before), before.path)
            else:
                _write(target, Filler(program, resolution, facts, before.sums if before is not None else {}))
        return Warehouse(target, resolution.seal)


@contextmanager
def loaded_apart(program: Program, resolution: Resolution) -> Iterator[Warehouse]:
    """The same warehouse in a file of its own, removed afterwards: for looking without a build."""
    facts = _facts(program, _late(resolution), place_of(program, resolution))
    with durable.owned(program.out / f".apart-{secrets.token_hex(4)}.duckdb") as place:
        _fill(place, Filler(program, resolution, facts))
        durable.make_private(place)
        with Warehouse(place, resolution.seal) as warehouse:
            yield warehouse


def _facts(program: Program, late: str, reads: str) -> dict[str, str]:
    """What a warehouse says of itself, its fingerprint aside."""
    return {"made_by": made_by(), "timezone": program.timezone, "until": late, READS: reads}


def _before(program: Program) -> Before | None:
    """What is to be known of the last good warehouse."""
    warehouse = open_warehouse(program)
    if warehouse is None:
        return None
    with warehouse:
        return Before.of(warehouse)


def _late(resolution: Resolution) -> str:
    """The day after which received_at is doubted, when a row is that late; else it changes nothing and is left out."""
    sql = f"SELECT count(*) FROM added WHERE rule = {literal(RECEIVED_LATER.id)}"
    (rows,) = resolution.connection.execute(sql).fetchall()[0]
    return str(resolution.until) if rows else ""


def _write(target: Path, filler: Filler, before: Path | None = None) -> None:
    """Write the warehouse under another name, from a copy of the one `before` when that is given, and rename it."""
    beside = target.with_name(f".warehouse-{secrets.token_hex(4)}.duckdb")
    try:
        if before is not None:
            shutil.copyfile(before, beside)
        _fill(beside, filler)
        durable.make_private(beside)
        _rename(beside, target)
    except BaseException:
        for left in beside.parent.glob(f"{beside.name}*"):
            with suppress(OSError):
                left.unlink(missing_ok=True)
        raise


def _fill(path: Path, filler: Filler) -> None:
    filler.con.execute(f"ATTACH {literal(str(path))} AS {NAME}{filler.resolution.seal.attaching()}")
    try:
        filler.fill()
        filler.con.execute("DETACH warehouse")
    except BaseException:
        with suppress(duckdb.Error):  # on a full disk it cannot even end
            filler.con.execute("DETACH DATABASE IF EXISTS warehouse")
        raise


def _rename(beside: Path, target: Path) -> None:
    try:
        durable.name_file(beside, target)
    except PermissionError:
        what = "the warehouse cannot be replaced, because another program has it open"
        hint = "Close the programs that show it (a second `outcomes`, a database viewer), and build again."
        raise UserError(what, str(target), hint, Exit.FAILURE) from None
