"""A staff figure cannot reach anything below public/: the type checker stops it, and so does the running program."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pipeline.measure.figure import Figures
from pipeline.program.period import month
from pipeline.protect.public import PublicFigures, make_public
from pipeline.publish.public.documents import public_documents
from pipeline.publish.public_files import public_files
from tests.protect.simulated import Simulated, draw, month_of, program

ROOT = Path(__file__).resolve().parents[2]
LEAKS = """
from collections.abc import Iterable
from dataclasses import replace

from pipeline.measure.figure import Figure, Figures
from pipeline.program.model import Program
from pipeline.program.period import Period
from pipeline.protect.public import PublicFigures
from pipeline.publish.inputs import EditionInputs
from pipeline.publish.public.context import PublicContext
from pipeline.publish.public.documents import public_documents
from pipeline.publish.public_files import public_files


def leak(staff: Figures, rows: list[Figure], inputs: EditionInputs, program: Program, period: Period) -> None:
    public_files(staff, program, "e")  # leak
    public_files(rows, program, "e")  # leak
    public_documents(staff, program, period, "e")  # leak
    PublicContext(program, period, staff, "e")  # leak
    EditionInputs(program, period, (), staff, (), (), (), inputs.sources, public=staff)  # leak


def sound(public: PublicFigures, program: Program, period: Period) -> None:
    public_files(public, program, "e")
    public_documents(public, program, period, "e")
"""


def test_the_type_checker_stops_a_staff_figure(tmp_path: Path) -> None:
    snippet = tmp_path / "snippet.py"
    snippet.write_text(LEAKS, encoding="utf-8")
    settings = ("--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path / "cache"))
    command = [sys.executable, "-m", "mypy", *settings, "--follow-imports=silent", str(snippet)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    stopped = {int(n) for n in re.findall(r"snippet\.py:(\d+): error: .*\[arg-type\]", done.stdout)}
    leaks = {n for n, line in enumerate(LEAKS.splitlines(), 1) if line.endswith("# leak")}
    assert stopped == leaks, done.stdout + done.stderr


def test_the_running_program_stops_a_staff_figure(tmp_path: Path) -> None:
    settings, first = program(tmp_path, ("a", "b")), date(2022, 7, 1)
    counts = Simulated(draw(1, 1), ("a", "b"), first)
    staff = Figures([counts.figure(m, month_of(first), "all") for m in counts.metrics])
    for make in (
        lambda: public_files(staff, settings, "e"),  # type: ignore[arg-type]
        lambda: public_documents(staff, settings, month(2022, 7), "e"),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError, match="PublicFigures alone"):
            make()
    assert "public/figures.csv" in public_files(make_public(staff, 11), settings, "e")


def test_only_disclosure_control_makes_public_figures() -> None:
    """`make_public` stands in the room protect, and nothing of the program outside of it names the function."""
    with pytest.raises(TypeError, match=r"pipeline\.protect alone"):
        PublicFigures((), suppress_below=11)
    for path in [ROOT / "cli.py", *(ROOT / "pipeline").rglob("*.py")]:
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert path.parent.name == "protect" or not {"make_public", "_MAKER"} & names, path
