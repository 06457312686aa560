"""Hostile text on a real terminal: broad, narrow, dumb, without colour, with a code page (all data is made up)."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.hostile.made import HEAD, TEXTS, TIME, program
from tests.journeys.terminal import screen

pexpect = pytest.importorskip("pexpect", reason="a real terminal is driven through pexpect, which Windows lacks")

ROOT = Path(__file__).resolve().parents[2]
#: What the bar of progress draws with: colours, the line above, the cursor hidden and shown.
BAR = re.compile(r"\x1b\[(?:[0-9;]*m|[0-9]*[AK]|\?25[lh])")
TERMINALS = {
    "broad": (120, {"TERM": "xterm-256color"}),
    "narrow": (80, {"TERM": "xterm-256color"}),
    "very narrow": (20, {"TERM": "xterm"}),
    "dumb": (80, {"TERM": "dumb"}),
    "no colour": (80, {"TERM": "xterm", "NO_COLOR": "1"}),
    "code page": (80, {"TERM": "xterm", "PYTHONIOENCODING": "cp1252"}),
    "ascii": (80, {"TERM": "xterm", "PYTHONIOENCODING": "ascii"}),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program whose extracts, names and all, are made of hostile text."""
    folder = program(tmp_path_factory.mktemp("terminal") / "program")
    texts = [t.encode("utf-8", "replace").decode().replace('"', '""') for t in TEXTS]
    rows = [f'"{t}","{t}","{t}","{t}","{t}"' for t in texts]
    sound = [f'"A-{n}","{TIME}","{t}","arrest","CR1"' for n, t in enumerate(texts)]
    oak = folder / "raw" / "oak"
    (oak / "cad_a.csv").write_text("\n".join([HEAD, *rows]))
    (oak / "cad_[red]HOSTILE[bold].csv").write_text("\n".join([HEAD, *sound]))
    (oak / "cad_\x1b[31;7mHOSTILE\x1b]0;x\x07.csv").write_text("\n".join([HEAD, *rows[:3]]))
    (oak / "cad_\u202eHOSTILE.csv").write_text("Incident,\x1b[7m[bold]HOSTILE[/]\n1,2\n")
    (oak / ("other_" + "x" * 200 + ".csv")).write_text("x")
    return folder


def at_terminal(columns: int, environment: dict[str, str], *words: str | Path) -> tuple[int, str]:
    """Exit code of a command at a terminal, and what it sent there."""
    child = pexpect.spawn(
        sys.executable,
        [str(ROOT / "cli.py"), *map(str, words)],
        env={k: v for k, v in os.environ.items() if k != "NO_COLOR"} | environment,
        dimensions=(50, columns),
        timeout=180,
    )
    child.expect(pexpect.EOF)
    child.close()
    assert child.signalstatus is None
    return int(child.exitstatus), child.before.decode(environment.get("PYTHONIOENCODING", "utf-8"))


@pytest.mark.parametrize("kind", TERMINALS)
def test_values_are_shown_and_not_obeyed(folder: Path, kind: str) -> None:
    columns, environment = TERMINALS[kind]
    code, sent = at_terminal(columns, environment, "check", "--program", folder)
    assert code == 3
    bare = BAR.sub("", sent)
    assert sorted({c for c in bare if not (c.isprintable() or c in "\r\n")}) == []
    if kind == "dumb":
        assert "\x1b" not in sent
    told = " ".join(" ".join(screen(bare, columns)).split()).replace("⏎ ", "")
    assert "unexpected" not in told
    assert "HOSTILE" in told
    if columns > 20:
        assert "[red]HOSTILE[bold]" in told.replace(" ", "")  # the name, letter by letter


def test_what_is_onboarded_is_shown_and_not_obeyed(folder: Path) -> None:
    extract = folder / "raw" / "oak" / "cad_a.csv"
    code, sent = at_terminal(
        80, {"TERM": "xterm"}, "onboard", extract, "--agency", "elm", "--table", "calls", "--yes", "--program", folder
    )
    assert code in (0, 2, 3)
    assert sorted({c for c in BAR.sub("", sent) if not (c.isprintable() or c in "\r\n")}) == []
    assert "unexpected" not in sent
    assert "Incident" in sent
