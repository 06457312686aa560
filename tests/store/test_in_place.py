"""Calls that the warehouse reads where they lie: the same answers as from a copy, with nothing copied."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest
from made_products import extract, program
from test_warehouse import CALL, TODAY, loaded, some_of_everything

from pipeline.program.model import Program
from pipeline.program.seal import PACKAGE
from pipeline.receive.product import Received
from pipeline.store import in_place
from pipeline.store.resolve import resolve
from pipeline.store.warehouse import Warehouse, open_warehouse
from schemas import RELATIONS


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_place, "IN_PLACE_ROWS", 1)


@pytest.fixture(params=[False, True], ids=["clear", "encrypted"])
def made(request: pytest.FixtureRequest) -> Callable[[Path], Program]:
    """Makes a program that keeps its rows in clear or encrypted."""
    if request.param and find_spec(PACKAGE) is None:
        pytest.skip("DuckDB's extension has no wheel for this machine")
    return partial(program, encrypt=request.param)


def overlapping(p: Program) -> list[Received]:
    """Calls of which a later extract supersedes some."""
    return [
        *some_of_everything(p),
        extract(p, "calls", "cad_3.csv", CALL + "R2|2024-02-06 10:01\nR3|2024-03-10 01:50"),
        extract(p, "calls", "cad_0.csv", CALL + "R3|2024-03-10 01:55"),
    ]


def answers(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    run = warehouse.connection.execute
    return {name: sorted(run(f"FROM {name}").fetchall(), key=repr) for name in (*RELATIONS, "days", "receipts")}


def test_it_answers_as_a_copy_does(
    tmp_path: Path, made: Callable[[Path], Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    p = made(tmp_path)
    received = overlapping(p)
    with loaded(p, *received) as warehouse:
        views = warehouse.connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        assert views == [("calls",)]
        read = answers(warehouse)
    monkeypatch.setattr(in_place, "IN_PLACE_ROWS", 1_000)
    with loaded(p, *received) as warehouse:
        assert warehouse.connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall() == []
        assert answers(warehouse) == read
    assert len(read["calls"]) == 3


def test_the_minutes_of_a_night_when_the_clocks_change(tmp_path: Path, made: Callable[[Path], Program]) -> None:
    p = made(tmp_path)
    calls = "incident|received_at|arrived_at\nR1|2024-03-10 01:50|2024-03-10 03:10"
    with loaded(p, extract(p, "calls", "cad.csv", calls)) as warehouse:
        assert warehouse.connection.execute("SELECT response_minutes FROM calls").fetchall() == [(20.0,)]


def test_every_thread_can_read_it(tmp_path: Path, made: Callable[[Path], Program]) -> None:
    p = made(tmp_path / "it's [2024], y")
    with loaded(p, *overlapping(p)) as warehouse:
        assert warehouse.cursor().execute("SELECT count(*) FROM calls").fetchall() == [(3,)]


def test_products_of_yesterday_can_be_read_again_and_again(tmp_path: Path, made: Callable[[Path], Program]) -> None:
    """DuckDB keeps what it knows of a file only when the file is older than some seconds."""
    p = made(tmp_path)
    received = overlapping(p)
    for product in (p.out / "extracts").glob("*/*.parquet"):
        os.utime(product, (1_700_000_000, 1_700_000_000))
    with loaded(p, *received) as warehouse:
        for columns in ("count(*)", "count(received_at)", "count(DISTINCT incident)", "count(agency)"):
            assert warehouse.connection.execute(f"SELECT {columns} FROM calls").fetchall() == [(3,)]


def test_nothing_but_the_products_can_be_read(tmp_path: Path, made: Callable[[Path], Program]) -> None:
    p = made(tmp_path)
    (tmp_path / "person.key").write_text("ab" * 32, encoding="utf-8")
    (p.out / "other.csv").write_text("a\n1\n", encoding="utf-8")
    with loaded(p, *overlapping(p)) as warehouse:
        for path in (tmp_path / "person.key", p.out / "other.csv", p.out / "extracts" / ".." / "other.csv"):
            with pytest.raises(duckdb.PermissionException):
                warehouse.connection.execute(f"FROM read_csv('{path.as_posix()}')")


def test_a_program_that_was_moved_is_loaded_anew(tmp_path: Path, made: Callable[[Path], Program]) -> None:
    first = made(tmp_path / "first")
    loaded(first, *overlapping(first)).close()
    found = open_warehouse(first)
    assert found is not None
    found.close()
    shutil.move(tmp_path / "first", tmp_path / "second")
    assert open_warehouse(made(tmp_path / "second")) is None


def test_a_warehouse_whose_products_are_gone_is_no_good_one(tmp_path: Path, made: Callable[[Path], Program]) -> None:
    p = made(tmp_path)
    received = overlapping(p)
    loaded(p, *received).close()
    assert received[0].folder is not None
    shutil.rmtree(received[0].folder)
    assert open_warehouse(p) is None


def test_a_database_viewer_can_read_it_under_any_name_unless_it_is_encrypted(
    tmp_path: Path, made: Callable[[Path], Program]
) -> None:
    p = made(tmp_path)
    path = loaded(p, *overlapping(p)).path
    shutil.copy(path, tmp_path / "copy.duckdb")
    if p.privacy.encrypt:
        with pytest.raises(duckdb.Error, match="encrypted"):
            duckdb.connect(tmp_path / "copy.duckdb", read_only=True)
        return
    with duckdb.connect(tmp_path / "copy.duckdb", read_only=True) as viewer:
        assert viewer.execute("SELECT count(*), count(response_minutes) FROM calls").fetchall() == [(3, 1)]
    with duckdb.connect() as viewer:
        viewer.execute(f"ATTACH '{(tmp_path / 'copy.duckdb').as_posix()}' AS other (READ_ONLY)")
        assert viewer.execute("SELECT count(*), count(response_minutes) FROM other.calls").fetchall() == [(3, 1)]


def test_dates_are_doubted_anew_without_deciding_anew(tmp_path: Path, made: Callable[[Path], Program]) -> None:
    p = made(tmp_path)
    received = [extract(p, "calls", "cad.csv", CALL + "R1|2024-01-05 10:00\nR2|2024-03-05 10:00")]
    with resolve(p, received, until=TODAY) as found:
        assert found.receipts[0].rules == {}
        found.doubt_after(TODAY.replace(month=2, day=1))
        assert found.receipts[0].rules == {"received_later": 1}
        assert [v.source_row for v in found.violations()] == [3]
        found.doubt_after(TODAY)
        assert found.receipts[0].rules == {}
