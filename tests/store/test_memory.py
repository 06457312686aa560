"""Sets that outgrow memory go to disk, below out/, and are gone afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from made_products import extract, program
from test_warehouse import CALL, loaded

from pipeline.program.model import Program
from pipeline.receive.product import Received
from pipeline.store import engine, in_place

ROWS = 250_000


def many(p: Program) -> Received:
    """A product with many calls."""
    one = extract(p, "calls", "cad.csv", CALL + "R1|2024-01-05 10:00")
    assert one.folder is not None
    path = (one.folder / "accepted.parquet").as_posix()
    with duckdb.connect() as con:
        con.execute(
            f"""CREATE TABLE more AS SELECT * REPLACE ('R' || i AS incident, md5(i::VARCHAR) AS nature, i + 2 AS source_row,
                [i + 2] AS source_rows, TIMESTAMP '2024-01-05' + INTERVAL ((i * 7919) % 86400) SECOND AS received_at)
            FROM read_parquet('{path}'), range({ROWS}) r(i)"""
        )
        con.execute(f"COPY more TO '{path}'")
    return replace(one, receipt=replace(one.receipt, read=ROWS, accepted=ROWS))


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where each connection spills; all of them have little memory."""
    found: list[str] = []
    quiet = engine.quiet

    def small(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        found.append(str(con.execute("SELECT current_setting('temp_directory')").fetchall()[0][0]))
        return quiet(con)

    monkeypatch.setattr(engine, "MEMORY", "100MB")
    monkeypatch.setattr(engine, "quiet", small)
    return found


@pytest.mark.parametrize("copied", [True, False])
def test_a_small_memory_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, places: list[str], copied: bool
) -> None:
    monkeypatch.setattr(in_place, "IN_PLACE_ROWS", ROWS + 1 if copied else 1)
    p = program(tmp_path)
    with loaded(p, many(p)) as warehouse:
        sql = "SELECT count(*), count(DISTINCT nature), min(received_at) FROM calls"
        count, natures, first = warehouse.connection.execute(sql).fetchall()[0]
    assert (count, natures, str(first)) == (ROWS, ROWS, "2024-01-05 00:00:00")
    assert all(Path(place).is_relative_to(tmp_path / "out") for place in places)
    assert [path.name for path in p.out.iterdir() if "spill" in path.name] == []


def test_the_limit_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, places: list[str]) -> None:
    """What the test above loads does not fit: without room on disk it fails, and leaves nothing behind."""
    quiet = engine.quiet

    def without_disk(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        con.execute("SET max_temp_directory_size = '1MB'")
        return quiet(con)

    monkeypatch.setattr(engine, "quiet", without_disk)
    p = program(tmp_path)
    with pytest.raises(duckdb.OutOfMemoryException):
        loaded(p, many(p))
    assert [path.name for path in p.out.iterdir() if path.suffix == ".duckdb" or "spill" in path.name] == []
