"""The warehouse as a file: declared columns, the same content from the same inputs, written whole or not at all."""

from __future__ import annotations

import shutil
import threading
from datetime import date
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from made_products import extract, program, unreadable

from pipeline.program.model import Program
from pipeline.receive.product import Receipt, Received
from pipeline.store import load as load_module
from pipeline.store.load import load
from pipeline.store.resolve import resolve
from pipeline.store.warehouse import FILE_NAME, Warehouse, open_warehouse
from schemas import RELATIONS

TODAY = date(2024, 6, 30)
CALL = "incident|received_at\n"


def loaded(p: Program, *received: Received, until: date = TODAY, problems: tuple[Receipt, ...] = ()) -> Warehouse:
    with resolve(p, received, until=until, problems=problems) as found:
        return load(p, found)


def everything(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    tables = warehouse.connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    return {t: warehouse.connection.execute(f"FROM {t}").fetchall() for (t,) in tables}


def some_of_everything(p: Program) -> list[Received]:
    head = "incident|received_at|arrived_at|units|co_response|disposition|place_key|source_row\n"
    log = "encounter|kind|incident|started_at|ended_at|team|birth_year|arrested\n"
    return [
        extract(
            p,
            "calls",
            "cad_1.csv",
            head + "R1|2024-01-05 10:00|2024-01-05 10:08|CR1,P7|true|arrest|p1|2,3",
            quarantined=2,
        ),
        extract(
            p,
            "calls",
            "cad_2.csv",
            head + "R2|2024-02-06 10:00||P7|false||p1|2",
            warnings=[(2, "nature", "differing_units")],
        ),
        extract(
            p,
            "encounters",
            "log.csv",
            log + "1|call|R1|2024-01-05 10:05|2024-01-05 10:40|CR1|1980|false\n2|call|R9|2024-01-05 10:10||CR1||",
            referrals=[{"encounter": "1", "service": "housing"}],
        ),
        extract(p, "shifts", "hours.csv", "team|date|category|minutes\nCR1|2024-01-05|direct|60"),
        extract(p, "trainings", "cit.csv", "held_on|course|trained\n2024-01-05|cit_40h|20"),
        unreadable(p, "calls", "cad_3.csv"),
    ]


def test_columns_are_those_that_schemas_declares(tmp_path: Path) -> None:
    p = program(tmp_path)
    with loaded(p, *some_of_everything(p)) as warehouse:
        for relation, columns in RELATIONS.items():
            found = warehouse.connection.execute(f"DESCRIBE {relation}").fetchall()
            assert [(name, kind) for name, kind, *_ in found] == [(c.name, c.duckdb_type) for c in columns.values()]


def test_no_extract_at_all_makes_an_empty_warehouse(tmp_path: Path) -> None:
    with loaded(program(tmp_path)) as warehouse:
        assert {t: rows for t, rows in everything(warehouse).items() if rows}.keys() == {"metadata"}
        assert warehouse.last_complete_month(TODAY) is None
        assert warehouse.first_day() is None
        assert warehouse.agencies() == ()


def test_without_out_the_same_inputs_give_the_same_rows_in_the_same_order(tmp_path: Path) -> None:
    contents = []
    for folder, turn in (("a", 1), ("b", -1)):
        p = program(tmp_path / folder)
        with loaded(p, *some_of_everything(p)[::turn]) as warehouse:
            contents.append(everything(warehouse))
        shutil.rmtree(p.out)
    assert contents[0] == contents[1]


def test_what_was_made_of_the_same_is_not_made_again(tmp_path: Path) -> None:
    p = program(tmp_path)
    files = some_of_everything(p)
    loaded(p, *files).close()
    first = (p.out / FILE_NAME).stat().st_ino
    loaded(p, *files, until=date(2025, 1, 1)).close()  # another day, but no row that is later than either
    assert (p.out / FILE_NAME).stat().st_ino == first
    loaded(p, *files, until=date(2024, 1, 31)).close()
    assert (p.out / FILE_NAME).stat().st_ino != first


def test_receipts_and_inputs_come_back_as_they_were(tmp_path: Path) -> None:
    p = program(tmp_path)
    problem = Receipt("notes.txt", None, None, None, problem="No mapping matches this file.")
    with resolve(p, some_of_everything(p), until=TODAY, problems=(problem,)) as found, load(p, found) as warehouse:
        assert warehouse.receipts() == found.receipts
        assert [i.extract for i in warehouse.inputs()] == [r.extract for r in found.receipts]
        assert warehouse.inputs()[-1].problem == "No mapping matches this file."


def test_violations_and_quarantine_are_kept(tmp_path: Path) -> None:
    p = program(tmp_path)
    with loaded(p, *some_of_everything(p)) as warehouse:
        sql = 'SELECT "extract", source_row, "column", value, rule FROM violations'
        assert warehouse.connection.execute(sql).fetchall() == [
            ("cad_2.csv", 2, "nature", None, "differing_units"),
            ("log.csv", 3, "incident", "R9", "no_such_call"),
        ]
        sql = 'SELECT agency, "table", "extract", source_row, rules FROM quarantine'
        assert warehouse.connection.execute(sql).fetchall() == [
            ("river", "calls", "cad_1.csv", 900, ["unreadable"]),
            ("river", "calls", "cad_1.csv", 901, ["unreadable"]),
        ]


# ---- the last complete month


def month_of(p: Program, *received: Received, today: date = TODAY) -> date | None:
    with loaded(p, *received) as warehouse:
        return warehouse.last_complete_month(today)


def test_a_month_is_complete_when_its_last_day_has_a_row_or_a_later_day(tmp_path: Path) -> None:
    for number, (day, expected) in enumerate(
        [
            ("2024-02-29 00:00", date(2024, 2, 29)),
            ("2024-02-28 23:59", date(2024, 1, 31)),
            ("2024-03-01 00:00", date(2024, 2, 29)),
        ]
    ):
        p = program(tmp_path / str(number))
        assert month_of(p, extract(p, "calls", "cad.csv", CALL + f"R1|{day}")) == expected


def test_a_row_with_a_warning_moves_nothing(tmp_path: Path) -> None:
    p = program(tmp_path)
    rows = CALL + "R1|2024-02-10 10:00\nR2|2024-05-31 10:00"
    assert month_of(p, extract(p, "calls", "cad.csv", rows, warnings=[(3, "arrived_at", "out_of_order")])) == date(
        2024, 1, 31
    )


def test_a_warning_on_any_row_of_a_folded_call_counts(tmp_path: Path) -> None:
    p = program(tmp_path)
    rows = "incident|received_at|source_row\nR1|2024-02-10 10:00|2\nR2|2024-05-31 10:00|3,7"
    assert month_of(p, extract(p, "calls", "cad.csv", rows, warnings=[(7, "arrived_at", "out_of_order")])) == date(
        2024, 1, 31
    )


def test_a_mistyped_year_moves_nothing_in_calls_nor_in_logs(tmp_path: Path) -> None:
    p = program(tmp_path)
    calls = extract(p, "calls", "cad.csv", CALL + "R1|2024-02-10 10:00\nR2|2032-02-10 10:00")
    log = extract(p, "encounters", "log.csv", "encounter|kind|started_at\n1|phone|2033-01-01 10:00")
    assert month_of(p, calls, log) == date(2024, 1, 31)


def test_an_older_report_does_not_hide_newer_months(tmp_path: Path) -> None:
    """Built for February, all rows from April on are doubted in its letters; the data still reach May."""
    p = program(tmp_path)
    calls = extract(p, "calls", "cad.csv", CALL + "R1|2024-02-10 10:00\nR2|2024-05-31 10:00")
    with loaded(p, calls, until=date(2024, 3, 31)) as warehouse:
        assert warehouse.last_complete_month(TODAY) == date(2024, 5, 31)
        assert warehouse.connection.execute("SELECT rule FROM violations").fetchall() == [("received_later",)]


def test_a_log_without_any_calls_still_has_its_months(tmp_path: Path) -> None:
    p = program(tmp_path)
    log = extract(p, "encounters", "log.csv", "encounter|kind|incident|started_at\n1|call|R1|2024-04-30 10:00")
    assert month_of(p, log) == date(2024, 4, 30)


def test_first_and_last_day_and_agencies(tmp_path: Path) -> None:
    p = program(tmp_path)
    with loaded(
        p,
        extract(p, "calls", "cad.csv", CALL + "R1|2024-02-10 10:00\nR2|2024-05-31 10:00"),
        extract(p, "shifts", "h.csv", "team|date|category|minutes\nCR9|2023-01-05|direct|60", agency="lake"),
    ) as warehouse:
        assert (warehouse.first_day(), warehouse.last_day()) == (date(2024, 2, 10), date(2024, 5, 31))
        assert warehouse.agencies() == ("lake", "river")


# ---- the file


def test_nobody_writes_or_reaches_another_file_through_it(tmp_path: Path) -> None:
    p = program(tmp_path)
    secret = tmp_path / "person.key"
    secret.write_text("made up", encoding="utf-8")
    with loaded(p) as warehouse:
        for sql in ("CREATE TABLE x (i INTEGER)", "DELETE FROM calls"):
            with pytest.raises(duckdb.InvalidInputException, match="read-only"):
                warehouse.connection.execute(sql)
        for sql in (
            f"FROM read_text('{secret}')",
            f"ATTACH '{tmp_path / 'other.duckdb'}'",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                warehouse.cursor().execute(sql)


def test_a_build_that_fails_leaves_the_last_good_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    p = program(tmp_path)
    loaded(p, extract(p, "calls", "a.csv", CALL + "R1|2024-02-10 10:00")).close()
    monkeypatch.setattr(load_module, "_rename", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        loaded(p, extract(p, "calls", "b.csv", CALL + "R2|2024-02-11 10:00"))
    monkeypatch.undo()
    with Warehouse(p.out / FILE_NAME) as warehouse:
        assert warehouse.connection.execute("SELECT incident FROM calls").fetchall() == [("R1",)]
    assert not list(p.out.glob(".warehouse-*.duckdb*"))
    with loaded(p, extract(p, "calls", "b.csv", CALL + "R2|2024-02-11 10:00")) as warehouse:
        assert warehouse.connection.execute("SELECT incident FROM calls").fetchall() == [("R2",)]


def test_rows_that_went_missing_stop_the_load(tmp_path: Path) -> None:
    p = program(tmp_path)
    short = extract(p, "calls", "a.csv", CALL + "R1|2024-02-10 10:00", read=2)
    with pytest.raises(RuntimeError, match="holds 1 rows of extracts of calls, the receipts accept 2"):
        loaded(p, short)


def test_a_second_build_waits_and_says_so(tmp_path: Path) -> None:
    p = program(tmp_path)
    said = threading.Event()
    with FileLock(p.out / ".warehouse.lock"):
        done: list[list[tuple[str]]] = []

        def other() -> None:
            with resolve(p, [], until=TODAY) as found, load(p, found, waiting=said.set) as warehouse:
                done.append(warehouse.connection.execute("SELECT count(*) FROM calls").fetchall())

        thread = threading.Thread(target=other)
        thread.start()
        assert said.wait(timeout=60)
        assert not done
    thread.join(timeout=60)
    assert done == [[(0,)]]


def test_what_is_no_warehouse_of_this_version_is_not_opened(tmp_path: Path) -> None:
    p = program(tmp_path)
    assert open_warehouse(p) is None
    (p.out / FILE_NAME).write_bytes(b"torn")
    assert open_warehouse(p) is None
    loaded(p).close()
    found = open_warehouse(p)
    assert found is not None
    found.close()
    with duckdb.connect(p.out / FILE_NAME) as con:
        con.execute("UPDATE metadata SET value = 'other code' WHERE name = 'made_by'")
    assert open_warehouse(p) is None
    loaded(p).close()
    found = open_warehouse(p)
    assert found is not None
    found.close()


def test_a_folder_with_odd_characters_in_its_name(tmp_path: Path) -> None:
    p = program(tmp_path / "it's [2024]")
    with loaded(p, *some_of_everything(p)) as warehouse:
        assert warehouse.connection.execute("SELECT count(*) FROM calls").fetchall() == [(2,)]
