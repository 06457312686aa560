"""The worked example of the specification (skipped when it is not there)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.receive.conftest import Folder, Made

EXAMPLE = Path(__file__).resolve().parents[3] / "shared" / "spec" / "example"


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the worked example is not here")
def test_the_worked_example_has_its_receipts(tmp_path: Path) -> None:
    """Superseding between extracts is the store's: here such a row still counts as accepted."""
    for source in sorted(EXAMPLE.rglob("*")):
        target = tmp_path / source.relative_to(EXAMPLE)
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    folder = object.__new__(Folder)
    folder.path = tmp_path
    made: dict[str, Made] = folder.receive()
    expected = json.loads((EXAMPLE / "expected.json").read_text())["receipts"]
    assert set(made) == set(expected)
    for name, counts in expected.items():
        receipt = made[name].receipt
        assert receipt.problem is None
        assert (receipt.read, receipt.quarantined, receipt.duplicate) == (
            counts["read"],
            counts["quarantined"],
            counts["duplicate"],
        )
        assert receipt.accepted + receipt.superseded == counts["accepted"] + counts["superseded"]
    log = {r["encounter"]: r for r in made["river/log.csv"].rows()}
    assert log["1"]["person_key"] == log["3"]["person_key"]
    lake = {r["incident"]: r for r in made["lake/log.csv"].rows()}
    assert lake["L-1"]["person_key"] == log["2"]["person_key"]
    assert [r["source_row"] for r in made["lake/calls.txt"].rows()] == [4, 5, 6]
