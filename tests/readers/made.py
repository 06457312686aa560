"""Makes mappings and reads sources, for the tests of the readers. All data is made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from pipeline.program.model import Mapping
from pipeline.program.model import Source as Column
from pipeline.receive.read import Source, open_source


def mapping(*headings: str | tuple[str, ...], **settings: Any) -> Mapping:
    """A mapping of calls that names these headings; a tuple gives alternatives."""
    parts = [h if isinstance(h, tuple) else (h,) for h in headings]
    columns = {f"column_{n}": Column(parts=(p,)) for n, p in enumerate(parts)}
    given: dict[str, Any] = {"table": "calls", "files": "*", "columns": columns} | settings
    return Mapping(declared_in="agencies/oak.toml", number=1, agency="oak", **given)


def write(folder: Path, content: bytes | str, name: str = "cad.csv") -> Path:
    """A file with exactly this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


Row = tuple[int, list[str | None]]


def exact(source: Source, size: int = 100_000) -> list[Row]:
    """(source row, cells) of the exact reader."""
    rows: list[Row] = []
    for batch in source.batches(size):
        for record in batch.to_pylist():
            cells = list(record.values())
            rows.append((cells[-2], cells[:-2]))
    return rows


def fast(source: Source) -> list[Row] | None:
    """The same through the scan, None when there is none or it failed; as the contract says how to read it."""
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        sql = source.scan(con)
        if sql is None:
            return None
        try:
            found = con.execute(f"SELECT * FROM {sql}").fetchall()
        except duckdb.Error:
            return None
    numbered = [(source.heading_row + 1 + k, list(cells)) for k, cells in enumerate(found)]
    return [(number, cells) for number, cells in numbered if any((c or "").strip() for c in cells)]


def read(path: Path, wanted: Mapping) -> tuple[list[Row], list[tuple[int, str]]]:
    """Rows and bad lines of the exact reader; the fast one must agree where it reads the file."""
    source = open_source(path, wanted)
    rows = exact(source)
    bad = [(b.source_row, b.rule) for b in source.take_bad_lines()]
    quick = fast(source)
    assert quick is None or (quick, []) == (rows, bad)
    return rows, bad
