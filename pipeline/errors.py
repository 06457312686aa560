"""The one error type for everything that a user can mend. Anything else that is raised is a bug and shows so."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line (spec 4)."""

    DONE = 0
    FAILURE = 1
    USAGE = 2
    ATTENTION = 3
    DISCLOSURE = 4


class UserError(Exception):
    """What happened, where, and what to do; printed as such, without a traceback.

    Never put a name, a birth date, an address or a cell of a person column into any part.
    """

    code: Exit = Exit.USAGE

    def __init__(self, what: str, where: str = "", hint: str = "", code: Exit | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"\n  {self.hint}" if self.hint else ""
        return f"{place}{self.what}{advice}"


class DeclarationError(UserError):
    """Mistakes in declarations, all of them at once: a user mends a file in one go."""

    code = Exit.USAGE

    def __init__(self, mistakes: Sequence[UserError]) -> None:
        super().__init__("\n".join(str(m) for m in mistakes))
        self.mistakes = tuple(mistakes)


class WorkerError(UserError):
    """A bug that showed on a worker. `places` says where in the program, with nothing of any data."""

    code = Exit.FAILURE

    def __init__(self, kind: str, where: str = "", places: Sequence[str] = ()) -> None:
        super().__init__(
            f"unexpected failure of a worker ({kind})", where, "Please report it with what --debug prints."
        )
        self.places = tuple(places)
