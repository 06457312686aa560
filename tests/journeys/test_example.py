"""The worked example of the specification: its receipts and figures, through the real command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.journeys.conftest import SHARED, outcomes

EXAMPLE = SHARED / "spec" / "example"
pytestmark = pytest.mark.skipif(not EXAMPLE.exists(), reason="the specification is not beside this checkout")
COUNTS = ("read", "accepted", "quarantined", "duplicate", "superseded")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("example") / "program"
    shutil.copytree(EXAMPLE, target, copy_function=shutil.copyfile)
    return target


def test_receipts(example: Path) -> None:
    expected = json.loads((EXAMPLE / "expected.json").read_text())["receipts"]
    result = outcomes("check", "--program", example, "--format", "json")
    assert result.code == 0, result.err
    found = {e["extract"]: {name: e[name] for name in COUNTS} for e in result.json["extracts"]}
    assert found == expected


@pytest.mark.parametrize("period", ["2024-01", "2024-02", "2024-01-01..2024-02-29"])
def test_figures(example: Path, period: str) -> None:
    expected = json.loads((EXAMPLE / "expected.json").read_text())["figures"][period]
    result = outcomes("figures", period, "--program", example, "--format", "json", "--audience", "staff")
    assert result.code == 0, result.err
    rows = {r["metric"]: [r["numerator"], r["denominator"]] for r in result.json if r["agency"] == "all"}
    assert {metric: rows[metric] for metric in expected} == expected
