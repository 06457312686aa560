"""Asking staff: short questions, each with a usual answer, which is taken when nobody is there."""

from __future__ import annotations

import sys
from typing import Protocol

from pipeline.errors import UserError
from pipeline.wrap import width_of, wrapped


class NoAnswerError(UserError):
    """A question was asked and its answer will never come: the input has ended. Asking again is of no use."""


class Talk(Protocol):
    """Someone to show things to and to ask."""

    def show(self, text: str) -> None:
        """Text for reading."""

    def yes(self, question: str, default: bool) -> bool:
        """A question answered by yes or no."""

    def text(self, question: str, default: str = "") -> str:
        """A question answered by a few words."""

    def choose(self, question: str, options: list[str], default: str) -> str:
        """A question answered by one of a few words."""


class Nobody:
    """Takes what is proposed, and shows nothing."""

    def show(self, text: str) -> None:
        """Nothing is shown."""

    def yes(self, question: str, default: bool) -> bool:
        """What is proposed."""
        return default

    def text(self, question: str, default: str = "") -> str:
        """What is proposed."""
        return default

    def choose(self, question: str, options: list[str], default: str) -> str:
        """What is proposed."""
        return default


class Terminal:
    """A person at a terminal (or answers on standard input). Questions go to stderr, so that output stays clean."""

    def show(self, text: str) -> None:
        """Text for reading."""
        import typer

        typer.echo(wrapped(text, width_of(sys.stderr)), err=True)

    def yes(self, question: str, default: bool) -> bool:
        """Enter takes the default."""
        marks = "[Y/n]" if default else "[y/N]"
        while True:
            answer = self._ask(f"{question} {marks}").casefold()
            if not answer:
                return default
            if answer in ("y", "yes", "n", "no"):
                return answer[0] == "y"
            self.show("  Please answer y or n, or press Enter.")

    def text(self, question: str, default: str = "") -> str:
        """Enter takes the default."""
        return self._ask(f"{question} [{default}]" if default else question) or default

    def choose(self, question: str, options: list[str], default: str) -> str:
        """One of the options, by its name or its number; Enter takes the default."""
        self.show(question)
        self.show("  " + "  ".join(f"{n} {o}" for n, o in enumerate(options, 1)))
        while True:
            answer = self._ask(f"  Number or word [{default}]").casefold()
            if not answer:
                return default
            if answer.isdigit() and 1 <= int(answer) <= len(options):
                return options[int(answer) - 1]
            if answer in options:
                return answer
            self.show("  Please type one of the numbers or words above, or press Enter.")

    def _ask(self, question: str) -> str:
        import typer

        typer.echo(wrapped(question, width_of(sys.stderr)) + " ", err=True, nl=False)
        try:
            return input().strip()
        except EOFError:
            hint = "Run it in a terminal, or add --yes to take what is proposed."
            raise NoAnswerError("there was nobody to answer", hint=hint) from None


def talk_for(yes: bool) -> Talk:
    """A person to ask, or nobody when everything proposed is to be taken."""
    return Nobody() if yes else Terminal()
