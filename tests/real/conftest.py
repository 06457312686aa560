"""One program folder of all the real public extracts, checked once. Skipped where the extracts are not at hand."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.real.declared import AGENCIES, PROGRAM, UNMATCHED

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "data" / "real"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without the extracts there is nothing to test."""
    if not REAL.exists():
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="the real public extracts are not at hand"))


@dataclass
class Checked:
    """A program folder and what `check --format json` said of it."""

    folder: Path
    code: int
    receipts: dict[str, dict[str, Any]]
    violations: list[dict[str, Any]]

    def run(self, command: str, *args: str) -> subprocess.CompletedProcess[str]:
        """The real command line on this program."""
        return run(command, *args, "--program", str(self.folder), "--quiet")


def run(*args: str) -> subprocess.CompletedProcess[str]:
    """The real command line."""
    command = [sys.executable, str(ROOT / "cli.py"), *args]
    return subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False)


def write_program(folder: Path, agencies: dict[str, tuple[dict[str, str], str]], more: dict[str, str]) -> Path:
    """A program folder with copies of the extracts (links that lead out of it would be refused)."""
    (folder / "agencies").mkdir(parents=True)
    named = "".join(f'\n[[agency]]\nid = "{a}"\nname = "{a.title()}"\n' for a in agencies)
    (folder / "program.toml").write_text(PROGRAM + named)
    for agency, (files, mappings) in agencies.items():
        (folder / "agencies" / f"{agency}.toml").write_text(mappings)
        more = more | files
    for name, origin in more.items():
        (folder / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REAL / origin, folder / "raw" / name)
    return folder


@pytest.fixture(scope="session")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """Everything at once, as a program with many agencies would have it."""
    folder = write_program(tmp_path_factory.mktemp("real") / "program", AGENCIES, UNMATCHED)
    done = run("check", "--program", str(folder), "--format", "json", "--quiet")
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 3), done.stderr
    answer = json.loads(done.stdout)
    return Checked(folder, done.returncode, {r["extract"]: r for r in answer["extracts"]}, answer["violations"])
