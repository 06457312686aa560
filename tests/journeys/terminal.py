"""A person at a real terminal: types answers when questions appear, and sees what the program prints."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

pexpect = pytest.importorskip("pexpect", reason="a real terminal is driven through pexpect, which Windows lacks")

from tests.journeys.conftest import ROOT  # noqa: E402 (after the skip)

#: A question ends the line and waits.
QUESTION = re.compile(r"(?:^|[\r\n])([^\r\n]*(?:\?|\]|\)) )$")
_MOST = 60
_PIECE = re.compile(r"\x1b\[(?P<given>[?0-9;]*)(?P<order>[A-Za-z])|\x1b.|(?P<letter>.)", re.DOTALL)


class Terminal:
    """One command at a terminal of so many columns."""

    def __init__(self, *args: str | Path, columns: int = 120) -> None:
        command = [str(ROOT / "cli.py"), *map(str, args)]
        self._child = pexpect.spawn(sys.executable, command, encoding="utf-8", dimensions=(50, columns), timeout=180)
        self.columns = columns
        self.code: int | None = None
        self.questions: list[str] = []
        self.seen = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close(force=True)

    def converse(self, answers: dict[str, str]) -> int:
        """Answers every question: by the first key that it holds, else by Enter. Returns the exit code."""
        for _ in range(_MOST):
            found = self._child.expect([QUESTION, pexpect.EOF])
            self.seen += self._child.before + (self._child.after if found == 0 else "")
            if found == 1:
                self._child.close()
                assert self._child.signalstatus is None
                return int(self._child.exitstatus)
            question = self._child.match[1].strip()
            self.questions.append(question)
            self._child.sendline(next((a for key, a in answers.items() if key in question), ""))
        raise AssertionError(f"more than {_MOST} questions: {self.questions}")

    def watch(self) -> int:
        """Waits for the end of a command that asks nothing. Returns the exit code."""
        code = self.converse({})
        assert not self.questions, self.questions
        return code

    @property
    def screen(self) -> list[str]:
        """What stands on the screen in the end, line by line; a line too long for it goes on in the next, marked by ⏎."""
        return screen(self.seen, self.columns)

    @property
    def told(self) -> str:
        """The same as running text."""
        return " ".join(" ".join(self.screen).split())


def screen(seen: str, columns: int) -> list[str]:
    """Printed text as a terminal shows it: a progress bar is drawn over, and leaves nothing."""
    lines, row, column = [""], 0, 0
    for piece in _PIECE.finditer(seen):
        letter, order = piece["letter"], piece["order"]
        if letter == "\n":
            row += 1
        elif letter == "\r":
            column = 0
        elif letter is not None and letter.isprintable():
            if column == columns:
                lines[row] += "⏎"
                row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
            lines[row] = lines[row][:column].ljust(column) + letter + lines[row][column + 1 :]
            column += 1
        elif order == "A":
            row = max(0, row - int(piece["given"] or 1))
        elif order == "K" and row < len(lines):
            lines[row] = "" if piece["given"] == "2" else lines[row][:column]
        lines += [""] * (row + 1 - len(lines))
    return [line.rstrip() for line in lines]
