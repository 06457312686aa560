"""Between a command and its user: failures become one clear message and an exit code."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import NoReturn

from pipeline.errors import Exit, UserError, WorkerError, causes, harmless, interrupted, machine_fault
from pipeline.wrap import width_of, wrapped

_STOPPED = "stopped; what was finished before is untouched, and the same command goes on from there"
#: Libraries that have processes or threads to end.
_OWING = {"multiprocessing", "distributed"}
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
        _say(_STOPPED)
        return Exit.FAILURE
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone: nobody to tell
        return Exit.FAILURE
    except Exception as error:  # the last place that can turn a bug into one clear line
        if interrupted(error):
            _say(_STOPPED)
            return Exit.FAILURE
        fault = machine_fault(error)
        _say(str(fault) if fault else _UNEXPECTED.format(type(error).__name__))
        if debug:
            _places(error)
        return Exit.FAILURE


def heed_endings() -> None:
    """Being ended by the system, or by a terminal that is closed, is like Ctrl-C: work under way is cleared away."""
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup has its way
            signal.signal(number, signal.default_int_handler)


def leave(ended: SystemExit) -> NoReturn:
    """Ends the process without taking its libraries apart, which takes as long as reading a small extract.

    Where threads or other processes may still be at work it ends in Python's own way.
    """
    if threading.active_count() > 1 or _OWING & sys.modules.keys() or not isinstance(ended.code, int):
        raise ended
    atexit._run_exitfuncs()  # what is to be cleared up in the end
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # nobody reads any more
        raise ended from None
    os._exit(ended.code)


def _say(text: str) -> None:
    print(wrapped(f"outcomes: {harmless(text)}", width_of(sys.stderr)), file=sys.stderr)  # noqa: T201


def _places(error: BaseException) -> None:
    for line in error.places if isinstance(error, WorkerError) else ():
        print(line, file=sys.stderr)  # noqa: T201
    for each in causes(error):
        _say(f"{type(each).__name__} at")
        for frame in traceback.extract_tb(each.__traceback__):
            print(f"  {frame.filename}:{frame.lineno} {frame.name}", file=sys.stderr)  # noqa: T201
