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


class Terminal:
    """One command at a terminal of 120 columns."""

    def __init__(self, *args: str | Path) -> None:
        command = [str(ROOT / "cli.py"), *map(str, args)]
        self._child = pexpect.spawn(sys.executable, command, encoding="utf-8", dimensions=(50, 120), timeout=90)
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
