"""One extract as a piece of work that another process can take on, here or on another machine.

A task holds declarations and paths. The person key is not among them: who takes a task on reads the key from its file,
and the task says only how to tell that it is the right one.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from pipeline.errors import DeclarationError, Exit, UserError, WorkerError, causes, interrupted, machine_fault
from pipeline.program.key import fingerprint, key_path, read_key
from pipeline.receive.folder import extracts_folder, stage_version
from pipeline.receive.product import Extract, Received
from pipeline.receive.run import receive

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.program.model import Program
    from pipeline.receive.product import Receipt

#: Libraries whose version may show in the bytes of a product.
_LIBRARIES = ("duckdb", "pyarrow", "pandas", "pandera", "numpy")


@dataclass(frozen=True, slots=True)
class Task:
    """All paths in it are absolute. `key` is the fingerprint of the person key, `made_by` says which software asks."""

    extract: Extract
    program: Program
    key: str
    made_by: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The name of the folder below out/extracts/ (None when the extract could not be read), and the receipt."""

    folder: str | None
    receipt: Receipt


#: How a task ends. Failures are values: raised on a worker they would be logged there, with what they quote.
Outcome = Finished | UserError | OSError


def task_of(extract: Extract, program: Program, key: bytes) -> Task:
    """The task of reading this extract."""
    placed = replace(extract, path=extract.path.absolute())
    return Task(placed, replace(program, folder=program.folder.absolute()), fingerprint(key), made_by())


def made_by() -> str:
    """The code of this room and the libraries that it writes with: the same on two machines gives the same bytes."""
    return " ".join((stage_version(), *(f"{name}={version(name)}" for name in _LIBRARIES)))


def largest_first(tasks: Sequence[Task]) -> list[int]:
    """The places of the tasks, large extracts first, so that no worker is left alone with one at the end."""
    return sorted(range(len(tasks)), key=lambda place: -_bytes(tasks[place].extract.path))


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # reading it will say so


def carry_out(task: Task) -> Outcome:
    """Does a task, on whatever machine this runs. It never raises what may quote a cell of an extract."""
    try:
        received = receive(task.extract, task.program, _key_of(task))
    except (UserError, OSError) as problem:
        return problem
    except Exception as problem:
        if interrupted(problem):
            raise KeyboardInterrupt from None
        if fault := machine_fault(problem):
            return fault
        return WorkerError(type(problem).__name__, task.extract.name, tuple(_places(problem)))
    return Finished(received.folder.name if received.folder else None, received.receipt)


def received(extract: Extract, program: Program, outcome: Outcome) -> Received | DeclarationError:
    """What came of the task of this extract. Raises its failure; mistakes in corrections are given back."""
    if isinstance(outcome, DeclarationError):
        return outcome
    if isinstance(outcome, Exception):
        raise outcome
    folder = extracts_folder(program) / outcome.folder if outcome.folder else None
    return Received(extract, folder, outcome.receipt)


def _key_of(task: Task) -> bytes:
    """The person key, read from its file here. UserError when this is no place to do the task."""
    if task.made_by != made_by():
        raise _elsewhere(
            "a worker runs other software than this command",
            "Install the same version of Outcomes and of its packages on every machine of the cluster.",
        )
    _expect(task.extract.path.parent)
    _expect(path := key_path(task.program))
    key = read_key(task.program)
    if fingerprint(key) != task.key:
        raise _elsewhere("a worker finds another person key than this command", f"Look at {path} on every machine.")
    return key


def _expect(path: Path) -> None:
    """The key file least of all is to be made anew by a worker that does not see it."""
    if not path.exists():
        hint = "Every machine of the cluster must see the program folder, by the same path."
        raise _elsewhere(f"a worker does not see {path}", hint)


def _elsewhere(what: str, hint: str) -> UserError:
    return UserError(what, "--scheduler", hint, Exit.FAILURE)


def _places(problem: BaseException) -> Iterator[str]:
    for each in causes(problem):
        yield f"{type(each).__name__} at"
        for frame in traceback.extract_tb(each.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} {frame.name}"
