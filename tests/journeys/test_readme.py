"""The README works as written: its declarations build a program, its commands run, each command is in it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, outcomes

README = (ROOT / "README.md").read_text(encoding="utf-8")
HEADINGS = "Incident Number,Call Date,Call Time,Call Type,Disposition,Unit\n"
ROWS = "R-1,01/05/2024,10:00:00,MENTAL ADULT,ARR,CR1\nR-1,01/05/2024,10:00:00,MENTAL ADULT,ARR,P7\nR-2,01/31/2024,11:00:00,ALARM,RPT,P7\n"


def block(language: str, containing: str) -> str:
    """The first fenced block of that language which holds a text; indentation of a list taken off."""
    for found in re.finditer(rf"^( *)```{language}\n(.*?)^\1```", README, re.MULTILINE | re.DOTALL):
        text = re.sub(rf"^{found[1]}", "", found[2], flags=re.MULTILINE)
        if containing in text:
            return text
    raise AssertionError(f"README has no {language} block with {containing}")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme") / "data"
    (folder / "agencies").mkdir(parents=True)
    (folder / "raw" / "river").mkdir(parents=True)
    (folder / "program.toml").write_text(block("toml", "[program]"))
    (folder / "agencies" / "river.toml").write_text(block("toml", "[[extract]]"))
    (folder / "raw" / "river" / "cad_2024-01.csv").write_text(HEADINGS + ROWS)
    return folder


def test_its_commands_run_on_its_declarations(program: Path) -> None:
    commands = [c for c in block("sh", "outcomes check").splitlines() if c.strip()]
    assert len(commands) >= 4
    for line in commands:
        words = shlex.split(line.split(">")[0])[1:]
        words = [str(program.parent / w) if w.endswith(".csv") else w for w in words]
        result = outcomes(*words, "--program", program)
        # the mapping is the README's: one call of unit rows, grain and all
        assert result.code == 0, (line, result.err)
    assert (program.parent / "rows.csv").exists()


def test_the_manual_holds_the_help_of_every_command() -> None:
    """docs/commands.md is printed from the program; `python scripts/commands.py` writes it anew."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "commands.py", "--print"], capture_output=True, text=True, check=True
    )
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == done.stdout
    for command in ("demo", "check", "build", "figures", "explain", "dictionary", "doctor"):
        assert f"## outcomes {command}\n" in done.stdout
        assert "--debug" in done.stdout.split(f"## outcomes {command}\n")[1].split("## outcomes")[0]


def test_the_two_commands_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in [*re.findall(r"`make (\w+)`", README), "demo", "test"]:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
