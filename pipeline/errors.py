"""The one error type for everything that a user can mend. Anything else that is raised is a bug and shows so."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from enum import IntEnum

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FULL_TEXTS = ("no space left on device", "not enough space on the disk", "disk quota exceeded")


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


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what caused it, what caused that."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def interrupted(error: BaseException) -> bool:
    """Whether the user stopped it: DuckDB, stopped in the middle of a query, says so in words of its own."""
    return any(isinstance(e, KeyboardInterrupt) or str(e) == "Query interrupted" for e in causes(error))


def machine_fault(error: BaseException) -> UserError | None:
    """What the machine lacks, in plain words; None when the failure is no fault of the machine.

    DuckDB and Arrow have errors of their own for what the system says, so their texts are looked at, never shown.
    """
    chain = list(causes(error))
    if any(getattr(e, "errno", None) in _FULL or any(t in str(e).casefold() for t in _FULL_TEXTS) for e in chain):
        hint = (
            "Free some space and run the same command again. What was finished before is untouched, and nothing"
            " half-made stays."
        )
        return UserError("the disk is full", hint=hint, code=Exit.FAILURE)
    if any(isinstance(e, MemoryError) or type(e).__name__ == "OutOfMemoryException" for e in chain):
        hint = "Close other programs and run the same command again."
        return UserError("the memory of this computer does not suffice", hint=hint, code=Exit.FAILURE)
    if isinstance(error, PermissionError):
        hint = "Check who may read and write this file or folder, close it where it is open, and run again."
        return UserError("no permission", _place(error), hint, Exit.FAILURE)
    if isinstance(error, OSError) and error.strerror:
        return UserError(error.strerror, _place(error), code=Exit.FAILURE)
    return None


def _place(error: OSError) -> str:
    return str(error.filename or "the system")


def harmless(text: str) -> str:
    """Text for a terminal, names of files in it too: no escape sequences, and nothing that turns its direction."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)
