"""What a file may cost: limits, and what is said when one is reached (made-up data)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.receive.read import Unreadable, open_source, source
from tests.hostile.made import HEAD, MAPPING, ROW, program
from tests.readers.made import mapping

ROOT = Path(__file__).resolve().parents[2]
ROWS = "".join(ROW.format(f"A-{n}", "x") + "\n" for n in range(40))


def rows_and_bad_lines(path: Path) -> tuple[int, int]:
    """How many of each the exact reader finds, and that it finds as many once more."""
    opened = open_source(path, mapping("Incident"))
    found = [(sum(b.num_rows for b in opened.batches()), len(opened.take_bad_lines())) for _ in range(2)]
    assert found[0] == found[1]
    return found[0]


def test_a_large_file_of_hardly_any_rows_is_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_BAD_LINES", 100)
    path = tmp_path / "cad.csv"
    path.write_text(HEAD + "\n" + ROWS + "x\n" * 100)
    assert rows_and_bad_lines(path) == (40, 100)
    path.write_text(HEAD + "\n" + (ROWS + "x\n" * 390) * 10)  # not ten times as many as rows
    assert rows_and_bad_lines(path) == (400, 3900)
    path.write_text(HEAD + "\n" + ROWS + "x\n" * 500 + ROWS)
    with pytest.raises(Unreadable, match=r"Down to line 442 .* no table.*never closed"):
        rows_and_bad_lines(path)
    lines = tmp_path / "cad.jsonl"
    lines.write_text('{"Incident": "A-1"}\n' + "{\n" * 200)
    with pytest.raises(Unreadable, match="no table"):
        rows_and_bad_lines(lines)


@pytest.mark.parametrize("blank", ["\n", "\r\n", ",,,,\n", '"",,,,\n'])
def test_blank_rows_without_end_are_passed_over(tmp_path: Path, blank: str) -> None:
    path = tmp_path / "cad.csv"
    end = "\r\n" if "\r" in blank else "\n"
    path.write_bytes((HEAD + "\n" + ROWS).replace("\n", end).encode() + blank.encode() * 30_000)
    assert rows_and_bad_lines(path) == (40, 0)
    path.write_bytes(blank.encode() * 30_000 + HEAD.encode() + b"\n")
    with pytest.raises(Unreadable, match=r"blank lines.*10,000"):
        rows_and_bad_lines(path)


def test_a_heading_row_far_down_is_a_mistake(tmp_path: Path) -> None:
    """All rows above it would have to be held."""
    folder = program(tmp_path / "program")
    (folder / "agencies/oak.toml").write_text(
        MAPPING.format(files="oak/*").replace("[extract.columns]", "header_row = 99999999\n[extract.columns]")
    )
    done = outcomes("check", "--program", str(folder))
    assert done.returncode == 2
    assert "header_row` must be at most 10,000" in done.stderr


def test_questions_that_nobody_answers_are_not_asked_for_ever(tmp_path: Path) -> None:
    done = outcomes("init", str(tmp_path / "new"))
    assert done.returncode == 2
    assert done.stderr.count("Name of the program?") == 1
    assert "nobody to answer" in done.stderr
    assert not (tmp_path / "new").exists()


def outcomes(*words: str) -> subprocess.CompletedProcess[str]:
    """The real command line, with nothing on its input."""
    command = [sys.executable, str(ROOT / "cli.py"), *words]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120)
