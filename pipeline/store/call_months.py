"""What `compare` knows of calls: rows and digests of each agency and month, summed up once for each product.

Calls are many, and a month more does not change those of ten years before: the sums of a product stay as they are while
the product and the set of its superseded rows do, so they are taken over from the warehouse before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pipeline.sql_text import literal
from pipeline.store.engine import insert, query
from schemas import TABLES

if TYPE_CHECKING:
    from pipeline.store.resolve import Resolution
    from pipeline.store.warehouse import Warehouse

TABLE = "calls"
_COLUMNS = "product, superseded, agency, month::VARCHAR, rows, keys, contents"

#: Product and mark of its superseded rows -> the rows of `call_months` that they give, the first one empty.
Sums = dict[tuple[str, str], list[tuple[object, ...]]]


def known_sums(before: Warehouse) -> Sums:
    """The sums that the warehouse before holds."""
    found: Sums = {}
    for row in before.connection.execute(f"SELECT {_COLUMNS} FROM call_months").fetchall():
        found.setdefault((row[0], row[1]), []).append(row)
    return found


def keep_sums(resolution: Resolution, known: Sums) -> None:
    """Fill `warehouse.call_months`: from what is known, and by reading the products of which nothing is."""
    files = resolution.product(TABLE)
    marks = _superseded(resolution, list(files))
    names = {file: (path.parent.name, marks.get(file, "")) for file, path in files.items()}
    new = {file: path for file, path in files.items() if names[file] not in known}
    kept = [row for name in names.values() for row in known.get(name, ())]
    # an empty row says that the product was read, even if it has no other
    kept += [(*names[file], None, None, 0, 0, 0) for file in new]
    insert(resolution.connection, "warehouse.call_months", kept)
    if new:
        listed = [names.get(file, ("", "")) for file in range(max(new) + 1)]
        products, superseded = (_texts(part) for part in zip(*listed, strict=True))
        accepted = resolution.accepted(TABLE, new)
        parts = {"accepted": accepted, "products": products, "superseded": superseded, "cells": _cells()}
        resolution.connection.execute(query("call_months", **parts))


def _superseded(resolution: Resolution, files: Sequence[int]) -> dict[int, str]:
    """A mark of the set of superseded rows of each of these products that has any."""
    sql = query("superseded_marks", files=list(files))
    return dict(resolution.connection.execute(sql).fetchall()) if files else {}


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(literal(t) for t in texts)}]"


def _cells() -> str:
    """The cells of a call as texts for SQL, one for each column; a missing one differs from every text."""
    as_text = {"timestamp": 'epoch_us("{}")::VARCHAR', "texts": 'array_to_string("{}", chr(30))'}
    cells = (as_text.get(c.kind, '"{}"::VARCHAR').format(c.name) for c in TABLES[TABLE].columns)
    return ", ".join(f"coalesce({cell}, chr(29))" for cell in cells)
