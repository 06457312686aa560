"""What a warehouse is made of: told apart by content alone, never by the time of a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import schemas
from pipeline.program.model import Program
from pipeline.receive.product import Receipt, Received


@dataclass(frozen=True, slots=True)
class Input:
    """One file below raw/, as it went in. `key` names its product; None when it could not be read."""

    extract: str
    agency: str | None
    table: str | None
    key: str | None
    sha256: str | None
    problem: str | None


def inputs_of(received: Sequence[Received], receipts: Sequence[Receipt]) -> tuple[Input, ...]:
    """The files behind a resolution: the extracts in their order, then the problems."""
    keys = [one.folder.name if one.folder is not None else None for one in received]
    keys += [None] * (len(receipts) - len(received))
    return tuple(
        Input(r.extract, r.agency, r.table, key, r.sha256, r.problem) for r, key in zip(receipts, keys, strict=True)
    )


def fingerprint(program: Program, inputs: Sequence[Input], late: str, reads: str = "") -> str:
    """One hash of all that decides what stands in the warehouse.

    `late` is the day after which received_at is doubted when a row is that late, else empty: otherwise each new day
    would make a new warehouse. `reads` is the folder whose products it reads in place.
    """
    parts = [made_by(), program.timezone, late, reads, [[getattr(i, f) for f in Input.__slots__] for i in inputs]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def made_by() -> str:
    """A hash of the code that makes the warehouse, so that a new version of it makes it anew."""
    folders = (Path(__file__).parent, Path(schemas.__file__).parent)
    files = sorted(p for folder in folders for p in folder.rglob("*") if p.suffix in (".py", ".sql"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
