"""One command at a time writes below out/. Each begins by clearing away what an interrupted one has left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline import durable
from pipeline.program.key import key_path
from pipeline.program.model import Program
from pipeline.progress import Progress
from pipeline.receive import folder as extracts

LOCK = ".build.lock"
_LEFT = (
    "An earlier run was interrupted. What it had begun was cleared away ({count} temporary {things}); all that was"
    " finished before it stands."
)
_NEW_KEY = (
    "{name} was missing, so a new one was made: every person and every place has another key than before, and each"
    " month counts as changed. If there is a backup of it, put it in its place and run the same command again."
)


@contextmanager
def turn(program: Program, progress: Progress) -> Iterator[tuple[str, ...]]:
    """The only command that writes below out/ in this block; it waits for another, with a line. Yields notices."""
    waiting = "Waiting for another command that works on this program"
    with durable.alone(program.out / LOCK, lambda: progress.stage(waiting)):
        yield tuple(_notices(program))


def _notices(program: Program) -> Iterator[str]:
    if not key_path(program).exists() and _worked_before(program):
        yield _NEW_KEY.format(name=program.privacy.key_file)
    count = _clear_left(program)
    if count:
        yield _LEFT.format(count=count, things="item" if count == 1 else "items")


def _worked_before(program: Program) -> bool:
    """Whether something was made with a key already."""
    return any(extracts.extracts_folder(program).glob("[!.]*")) or any(program.published.glob("[!.]*.csv"))


def _clear_left(program: Program) -> int:
    """Removes temporary work whose owner is gone. How much there was."""
    out, published = program.out, program.published
    return (
        extracts.clear_left(program)
        + durable.clear_owned(out, ".spill-*")
        + durable.clear_owned(out, ".apart-*.duckdb")
        + durable.clear_under(out / ".warehouse.lock", out.glob(".warehouse-*"))
        + durable.clear_owned(out / "editions")
        + durable.clear_under(published / ".lock", published.glob(".*.part"))
    )
