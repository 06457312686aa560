"""One command at a time writes below out/. Each begins by clearing away what an interrupted one has left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline import durable
from pipeline.program.model import Program
from pipeline.progress import Progress
from pipeline.receive import folder as extracts

LOCK = ".build.lock"
_LEFT = (
    "An earlier run was interrupted. What it had begun was cleared away ({count} temporary {things}); all that was"
    " finished before it stands."
)


@contextmanager
def turn(program: Program, progress: Progress) -> Iterator[tuple[str, ...]]:
    """The only command that writes below out/ in this block; it waits for another, with a line. Yields notices."""
    waiting = "Waiting for another command that works on this program"
    with durable.alone(program.out / LOCK, lambda: progress.stage(waiting)):
        count = _clear_left(program)
        yield (_LEFT.format(count=count, things="item" if count == 1 else "items"),) if count else ()


def _clear_left(program: Program) -> int:
    """Removes temporary work whose owner is gone. How much there was."""
    out, published = program.out, program.published
    return (
        extracts.clear_left(program)
        + durable.clear_owned(out, ".spill-*")
        + durable.clear_owned(out, ".apart-*.duckdb")
        + durable.clear_owned(out, ".apart-*.duckdb")
        + durable.clear_under(out / ".warehouse.lock", out.glob(".warehouse-*"))
        + durable.clear_owned(out / "editions")
        + durable.clear_under(published / ".lock", published.glob(".*.part"))
    )
