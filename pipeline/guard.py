"""Between a command and its user: failures become one clear message and an exit code."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Callable, Iterator

from pipeline.errors import Exit, UserError, WorkerError

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FULL_TEXTS = ("no space left on device", "not enough space on the disk", "disk quota exceeded")
_DISK_FULL = (
    "the disk is full\n  Free some space and run the same command again. What was finished before is untouched, and"
    " nothing half-made stays."
)
_NO_MEMORY = "the memory of this computer does not suffice\n  Close other programs and run the same command again."
_UNEXPECTED = (
    "unexpected failure ({})\n"
    "  Please report it with what --debug prints; that shows places in the program and no data."
)


def guarded(run: Callable[[], Exit], *, debug: bool) -> Exit:
    """Run a command. Returns its exit code, or the one of the failure after saying what happened on stderr.

    With `debug` the places in the program follow: files and lines only, because the message of an unexpected
    error may quote a cell.
    """
    try:
        return run()
    except UserError as error:
        _say(str(error))
        if debug:
            _places(error)
        return error.code
    except KeyboardInterrupt:
        _say("stopped; what was finished before is untouched, and the same command goes on from there")
        return Exit.FAILURE
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone: nobody to tell
        return Exit.FAILURE
    except PermissionError as error:
        _say(f"{error.filename}: no permission\n  Check who may read and write this file or folder, and run again.")
        return Exit.FAILURE
    except Exception as error:  # the last place that can turn a bug into one clear line
        _say(_of_the_machine(error) or _UNEXPECTED.format(type(error).__name__))
        if debug:
            _places(error)
        return Exit.FAILURE


def _of_the_machine(error: BaseException) -> str | None:
    """What the machine lacks, in plain words; None when the failure is no fault of the machine.

    DuckDB and Arrow have errors of their own for what the system says, so their texts are looked at, never shown.
    """
    chain = list(_chain(error))
    if any(getattr(e, "errno", None) in _FULL or any(t in str(e).casefold() for t in _FULL_TEXTS) for e in chain):
        return _DISK_FULL
    if any(isinstance(e, MemoryError) or type(e).__name__ == "OutOfMemoryException" for e in chain):
        return _NO_MEMORY
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'the system'}: {error.strerror}"
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _say(text: str) -> None:
    print(f"outcomes: {text}", file=sys.stderr)  # noqa: T201


def _places(error: BaseException) -> None:
    for line in error.places if isinstance(error, WorkerError) else ():
        print(line, file=sys.stderr)  # noqa: T201
    for each in _chain(error):
        _say(f"{type(each).__name__} at")
        for frame in traceback.extract_tb(each.__traceback__):
            print(f"  {frame.filename}:{frame.lineno} {frame.name}", file=sys.stderr)  # noqa: T201
