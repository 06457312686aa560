"""The power fails between two writes: what was finished stands, and the next build ends as if nothing had been."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import durable

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="builds start as forks of a process that has everything imported")
def test_a_build_stopped_at_its_steps() -> None:
    """A sample of the stops; `python -m tests.crashes.power` makes them all."""
    command = [sys.executable, "-m", "tests.crashes.power", "--every", "26"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    steps = done.stdout.splitlines()
    assert steps[-1].endswith("all mended")
    named = [line.split(maxsplit=2)[2] for line in steps[:-1] if " name " in line]
    ledger = next(n for n, name in enumerate(named) if name.startswith("0002"))
    assert named[ledger - 1] == "warehouse.duckdb"
    assert named[ledger + 1].startswith("2024-02_")  # the entry is on disk before the edition appears
    assert named[-1] == "index.html"


def test_the_order_of_the_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    monkeypatch.setattr(durable, "watch", lambda step, path: steps.append(f"{step} {path.name.split('.')[-1]}"))
    durable.write_file(tmp_path / "a", b"1")
    assert steps == ["sync part", "name a", f"sync folder {tmp_path.name}"]
    assert (tmp_path / "a").read_bytes() == b"1"
    steps.clear()
    work = tmp_path / "work"
    (work / "in").mkdir(parents=True)
    (work / "in" / "x").write_bytes(b"2")
    (work / "y").write_bytes(b"3")
    durable.name_folder(work, tmp_path / "b", lambda: steps.append("before"))
    assert steps == [
        "sync x",
        "sync folder in",
        "sync y",
        "sync folder work",
        "before",
        "name b",
        f"sync folder {tmp_path.name}",
    ]


@pytest.mark.parametrize("failing", ["sync", "name"])
def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(step: str, path: Path) -> None:
        if step == failing:
            raise OSError(28, "No space left on device")

    durable.write_file(tmp_path / "a", b"before")
    monkeypatch.setattr(durable, "watch", fail)
    with pytest.raises(OSError, match="No space"):
        durable.write_file(tmp_path / "a", b"after")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"before"


def test_what_has_an_owner_is_left_alone(tmp_path: Path) -> None:
    dead = tmp_path / ".dead"
    dead.mkdir()
    (dead / "rows").write_text("x")
    (tmp_path / ".dead.lock").write_text("")
    (tmp_path / ".never-began.lock").write_text("")
    (tmp_path / "finished").mkdir()
    with durable.owned(tmp_path / ".busy") as busy:
        busy.mkdir()
        assert durable.clear_owned(tmp_path) == 1
        assert sorted(p.name for p in tmp_path.iterdir()) == [".busy", ".busy.lock", "finished"]
    assert [p.name for p in tmp_path.iterdir()] == ["finished"]
