"""The worked example of the specification: its receipts, through receive and store; and what its README says of rows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.program.load import load_program
from pipeline.receive.find import find_extracts
from pipeline.receive.workers import receive_all
from pipeline.store.load import load
from pipeline.store.resolve import Resolution, resolve
from pipeline.store.warehouse import Warehouse

EXAMPLE = Path(__file__).parents[3] / "shared" / "spec" / "example"

pytestmark = pytest.mark.skipif(not EXAMPLE.exists(), reason="the specification is not here")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("example") / "program"
    shutil.copytree(EXAMPLE, folder)
    for extra in ("expected.json", "README.md"):
        (folder / extra).unlink()
    program = load_program(folder)
    found = find_extracts(program)
    received = receive_all(program, found)
    with resolve(program, received, problems=found.problems) as resolution, load(program, resolution) as warehouse:
        yield resolution, warehouse


def test_receipts(stored: tuple[Resolution, Warehouse]) -> None:
    expected = json.loads((EXAMPLE / "expected.json").read_text(encoding="utf-8"))["receipts"]
    found = {r.extract: {n: getattr(r, n) for n in expected[r.extract]} for r in stored[0].receipts}
    assert found == expected
    assert stored[1].receipts() == stored[0].receipts


def test_r24_0003_is_taken_whole_from_the_later_extract(stored: tuple[Resolution, Warehouse]) -> None:
    sql = "SELECT \"extract\", source_rows, disposition, received_at::VARCHAR FROM calls WHERE incident = 'R24-0003'"
    assert stored[1].connection.execute(sql).fetchall() == [
        ("river/units_2024-02.csv", [2, 3], "report", "2024-01-31 23:59:59")
    ]


def test_log_entry_6_stands_with_a_warning(stored: tuple[Resolution, Warehouse]) -> None:
    found = [(v.extract, v.source_row, v.value) for v in stored[0].violations() if v.rule == "no_such_call"]
    assert found == [("river/log.csv", 7, "R24-0005")]


def test_every_violation_of_the_receipts_is_listed(stored: tuple[Resolution, Warehouse]) -> None:
    counted = sum(n for r in stored[0].receipts for n in r.rules.values())
    assert counted == len(list(stored[0].violations()))
    assert counted == stored[1].connection.execute("SELECT count(*) FROM violations").fetchall()[0][0]


def test_what_is_linked(stored: tuple[Resolution, Warehouse]) -> None:
    sql = (
        "SELECT agency, incident, has_call, call_disposition, referral_services FROM encounters_linked"
        " ORDER BY agency, started_at"
    )
    assert stored[1].connection.execute(sql).fetchall() == [
        ("lake", "L-1", True, "transport", []),
        ("lake", "L-3", True, "report", []),
        ("river", "R24-0001", True, "report", ["housing", "mental_health"]),
        ("river", None, False, None, []),
        ("river", "R24-0005", False, None, ["peer_support"]),
        ("river", "R24-0003", True, "report", []),
        ("river", "R24-0006", True, "arrest", []),
    ]
