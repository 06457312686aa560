"""All extracts of a program: one after another here, over processes of this machine, or over a Dask cluster.

Whoever does the work does the same work: the products are the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.errors import DeclarationError, Exit, UserError
from pipeline.receive.corrections import without_extract
from pipeline.receive.run import receive

if TYPE_CHECKING:
    from pipeline.program.model import Program
    from pipeline.progress import Progress
    from pipeline.receive.product import Extract, Found, Received
    from pipeline.receive.task import Outcome, Task


def receive_all(
    program: Program,
    found: Found,
    workers: int = 1,
    progress: Progress | None = None,
    scheduler: str | None = None,
) -> list[Received]:
    """Every extract, in the order of `found`; the same result with any number of workers, wherever they are.

    `scheduler` is the address of a Dask cluster (`cluster.checked_address`); then `workers` says nothing.
    DeclarationError names every correction that does not fit, once all extracts have been read. UserError when a worker
    or the cluster is lost; what was finished until then is found again by the next run.
    """
    from pipeline.program.key import read_key

    key = read_key(program)
    if progress:
        progress.stage("Reading extracts", len(found.extracts))
    received: list[Received] = []
    mistakes: list[UserError] = without_extract(program)
    for outcome in _received(program, found, key, workers, scheduler):
        if isinstance(outcome, DeclarationError):
            mistakes += outcome.mistakes
            name = ""
        else:
            received.append(outcome)
            name = outcome.extract.name
        if progress:
            progress.advance(name)
    if mistakes:
        raise DeclarationError(mistakes)
    return received


def _received(
    program: Program, found: Found, key: bytes, workers: int, scheduler: str | None
) -> Iterator[Received | DeclarationError]:
    workers = min(workers, len(found.extracts))
    if scheduler is None and workers <= 1:
        for extract in found.extracts:
            yield _here(extract, program, key)
        return
    from pipeline.receive.task import received, task_of

    tasks = [task_of(extract, program, key) for extract in found.extracts]
    if scheduler is None:
        outcomes = _over_processes(tasks, workers)
    else:
        from pipeline.receive.cluster import over_cluster

        outcomes = over_cluster(tasks, scheduler)
    for extract, outcome in zip(found.extracts, outcomes, strict=True):
        yield received(extract, program, outcome)


def _here(extract: Extract, program: Program, key: bytes) -> Received | DeclarationError:
    try:
        return receive(extract, program, key)
    except DeclarationError as mistakes:
        return mistakes


def _over_processes(tasks: list[Task], workers: int) -> Iterator[Outcome]:
    from concurrent.futures.process import BrokenProcessPool

    from pipeline.pools import Pool
    from pipeline.receive.task import carry_out, largest_first

    pool = Pool(workers)
    futures = {place: pool.submit(carry_out, tasks[place]) for place in largest_first(tasks)}
    try:
        for place in range(len(tasks)):
            yield futures.pop(place).result()
    except BrokenProcessPool:
        what = "a worker process ended in the middle of its work: it was killed, or memory ran out"
        hint = "Run the command again, with fewer --workers if memory is short; finished extracts are not read again."
        raise UserError(what, "--workers", hint, Exit.FAILURE) from None
    finally:
        pool.end(early=bool(futures))
