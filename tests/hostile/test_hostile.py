"""Files made to do harm: each ends with a receipt, nothing else falls over, and nothing gets onto a terminal (made up)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.corpus import make

ROOT = Path(__file__).resolve().parents[2]
LINKS = ("pipe", "passwd", "dev", "nowhere", "self", "round_a", "round_b", "key", "up")
#: These are told apart from rows by what they are, and no row of them is counted.
UNREADABLE = (
    "t_columns.csv", "t_columns_unnamed.csv", "t_one_line.csv", "t_only_nul.csv", "t_shell.csv",
    "t_program.csv", "j_deep_list.json", "j_deep_object.json", "j_deep_cell.json", "j_many_keys.json", "j_open_text.json", "j_scalars.json",
    "w_entities.xlsx", "w_cipher.xlsx", "w_no_workbook.xlsx", "w_encrypted_zip.xlsx", "w_old_locked.xls", "w_cut_30.xlsx", "w_columns.xlsx",
    "o_workbook.csv", "o_text.xlsx", "o_text.json", "o_page.xls", "o_gzip.csv", "o_empty.csv", "o_empty.xlsx", "o_empty.json",
)  # fmt: skip


@dataclass
class Checked:
    folder: Path
    files: list[str]
    code: int
    err: str
    receipts: dict[str, dict[str, Any]]
    violations: list[dict[str, Any]]


def check(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "cli.py"), "check", "--program", str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, errors="surrogateescape")


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    folder = tmp_path_factory.mktemp("hostile") / "program"
    files = make(folder)
    done = check(folder, "--format", "json")
    answer = json.loads(done.stdout)
    receipts = {r["extract"]: r for r in answer["extracts"]}
    return Checked(folder, files, done.returncode, done.stderr, receipts, answer["violations"])


def test_every_file_has_a_receipt_that_adds_up(checked: Checked) -> None:
    assert checked.code == 3
    assert "Traceback" not in checked.err
    assert "unexpected" not in checked.err
    missing = [name for name in checked.files if f"oak/{name}" not in checked.receipts]
    assert missing == []
    for receipt in checked.receipts.values():
        parts = sum(receipt[n] for n in ("accepted", "quarantined", "duplicate", "superseded"))
        assert receipt["read"] == parts, receipt
        assert not (receipt["problem"] and receipt["read"])


def test_what_cannot_be_an_extract_says_why(checked: Checked) -> None:
    for name in UNREADABLE:
        problem = checked.receipts[f"oak/cad_{name}"]["problem"]
        assert problem, name
        assert len(problem) > 30, name
    for name in LINKS:
        receipt = checked.receipts.get(f"oak/cad_{name}.csv")
        if receipt is not None:  # this system has such things
            assert receipt["problem"], name
            assert (receipt["table"], receipt["sha256"]) == (None, None)
    assert not [v for v in checked.violations if "OUTSIDE" in str(v)]


def test_names_are_names_and_nothing_else(checked: Checked) -> None:
    for name in checked.files:
        if name[4:6] not in ("t_", "j_", "w_", "o_"):
            receipt = checked.receipts[f"oak/{name}"]
            assert (receipt["problem"], receipt["read"], receipt["accepted"]) == (None, 1, 1), name
    for place in (checked.folder, checked.folder.parent, Path.cwd()):
        assert not (place / "HOSTILE").exists()
    assert not list(Path(tempfile.gettempdir()).glob("hostile.txt"))


def test_nothing_is_printed_that_a_terminal_obeys(checked: Checked) -> None:
    done = check(checked.folder)
    assert done.returncode == 3
    printed = done.stdout + done.stderr
    assert "HOSTILE" in printed  # the values are told …
    assert sorted({c for c in printed if not (c.isprintable() or c == "\n")}) == []  # … and only as text


def test_the_values_are_kept_as_they_are_where_they_are_sound(checked: Checked) -> None:
    receipt = checked.receipts["oak/cad_j_texts.json"]
    assert receipt["problem"] is None
    assert receipt["accepted"] == receipt["read"] > 50
