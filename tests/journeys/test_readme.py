"""The README works as written: its declarations build a program, its commands run, each command is in it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.program.load import load_program
from tests.journeys.conftest import ROOT, outcomes

README = (ROOT / "README.md").read_text(encoding="utf-8")
TYPES = ("MENTAL ADULT", "ALARM BURGLARY", "WELFARE CHECK", "TRAFFIC STOP", "NOISE COMPLAINT", "THEFT")


def cad() -> str:
    """The made-up export that the README is about: a row for each unit, January 2024."""
    rows = ["Incident Number,Call Date,Call Time,Call Type,Disposition,Unit,Caller Phone"]
    for n in range(31):
        for unit in ("CR1", "P7")[: 1 + (n % 3 == 0)]:
            day, end = f"01/{n + 1:02}/2024,{n % 24:02}:30:00", ("ARR", "RPT", "GOA")[n % 3]
            rows.append(f"R-{n:03},{day},{TYPES[n % 6]},{end},{unit},(515) 555-{n:04}")
    return "\n".join(rows) + "\n"


def block(language: str, containing: str) -> str:
    """The first fenced block of that language which holds a text; indentation of a list taken off."""
    for found in re.finditer(rf"^( *)```{language}\n(.*?)^\1```", README, re.MULTILINE | re.DOTALL):
        text = re.sub(rf"^{found[1]}", "", found[2], flags=re.MULTILINE)
        if containing in text:
            return text
    raise AssertionError(f"README has no {language} block with {containing}")


def commands(containing: str) -> list[list[str]]:
    """The commands of a block, in words, without the program's own name."""
    return [shlex.split(line.split(">")[0])[1:] for line in block("sh", containing).splitlines() if line.strip()]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program made by the commands of the README, with nobody to ask."""
    folder = tmp_path_factory.mktemp("readme") / "data"
    (folder.parent / "cad_2024-01.csv").write_text(cad())
    for words in (*commands("outcomes init"), *commands("outcomes onboard")):
        known = [str(folder.parent / w) if w.endswith(".csv") else w for w in words]
        result = outcomes(*known, "--yes", "--program", folder)
        assert result.code == 0, result.err
    return folder


def test_the_mapping_that_it_shows_is_the_one_that_onboarding_writes(program: Path) -> None:
    written = load_program(program).mappings[0]
    (program / "agencies" / "river.toml").write_text(block("toml", "[[extract]]"))
    shown = load_program(program).mappings[0]
    assert shown == written


def test_its_commands_run_on_what_it_made(program: Path) -> None:
    listed = commands("outcomes check")
    assert len(listed) >= 4
    for words in listed:
        known = [str(program.parent / w) if w.endswith(".csv") else w for w in words]
        result = outcomes(*known, "--program", program)
        assert result.code == 0, (words, result.err)
    assert (program.parent / "rows.csv").exists()


def test_the_manual_holds_the_help_of_every_command() -> None:
    """docs/commands.md is printed from the program; `python scripts/commands.py` writes it anew."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "commands.py", "--print"], capture_output=True, text=True, check=True
    )
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == done.stdout
    for command in ("demo", "init", "onboard", "check", "build", "figures", "explain", "dictionary", "doctor"):
        assert f"## outcomes {command}\n" in done.stdout
        assert "--debug" in done.stdout.split(f"## outcomes {command}\n")[1].split("## outcomes")[0]


def test_the_two_commands_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in [*re.findall(r"`make (\w+)`", README), "demo", "test"]:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
