"""Receiving extracts: each becomes a folder below out/extracts/, once. Heavy libraries load only when there is work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.errors import DeclarationError, UserError
from pipeline.receive.corrections import without_extract
from pipeline.receive.folder import extracts_folder, find_finished, work_key, working_folder, write_receipt
from pipeline.receive.product import Extract, Found, Receipt, Received
from pipeline.receive.read import Unreadable, fingerprint, open_source

if TYPE_CHECKING:
    from pipeline.program.model import Program
    from pipeline.progress import Progress


def receive(extract: Extract, program: Program, key: bytes) -> Received:
    """One extract as accepted rows, quarantine, violations and a receipt, in out/extracts/KEY/.

    `key` is the program's secret. Work that was finished before is found again. An extract that cannot be read has no
    folder; its receipt says why. DeclarationError when a correction does not touch as many rows as it expects.
    """
    sha256 = None
    try:
        facts = fingerprint(extract.path)
        sha256 = facts.sha256
        folder = extracts_folder(program) / work_key(extract, sha256, program, key)
        finished = find_finished(folder, extract)
        if finished:
            return finished
        source = open_source(extract.path, extract.mapping, facts)
        from pipeline.receive.work import work

        with working_folder(folder) as place:
            receipt = work(extract, source, facts, program, key, place)
            write_receipt(place, receipt)
    except Unreadable as problem:
        return _unreadable(extract, sha256, str(problem))
    except OSError as problem:
        if problem.filename is None or str(problem.filename) != str(extract.path):
            raise
        reason = problem.strerror or type(problem).__name__
        return _unreadable(extract, sha256, f"The file cannot be opened ({reason}). Check its permissions.")
    return Received(extract, folder, receipt)


def _unreadable(extract: Extract, sha256: str | None, problem: str) -> Received:
    mapping = extract.mapping
    return Received(extract, None, Receipt(extract.name, mapping.agency, mapping.table, sha256, problem=problem))


def receive_all(program: Program, found: Found, workers: int = 1, progress: Progress | None = None) -> list[Received]:
    """Every extract, in the order of `found`; the same result with any number of worker processes.

    DeclarationError names every correction that does not fit, once all extracts have been read.
    """
    from pipeline.program.key import read_key

    key = read_key(program)
    if progress:
        progress.stage("Reading extracts", len(found.extracts))
    received: list[Received] = []
    mistakes: list[UserError] = without_extract(program)
    for outcome in _outcomes(program, found, key, workers):
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


def _outcomes(program: Program, found: Found, key: bytes, workers: int) -> Iterator[Received | DeclarationError]:
    workers = min(workers, len(found.extracts))
    if workers <= 1:
        for extract in found.extracts:
            yield _attempt(extract, program, key)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # spawn everywhere: DuckDB's and Arrow's threads do not survive a fork, and Windows has no other way
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        tasks = [pool.submit(_attempt, extract, program, key) for extract in found.extracts]
        try:
            for task in tasks:
                yield task.result()
        finally:
            for task in tasks:
                task.cancel()


def _attempt(extract: Extract, program: Program, key: bytes) -> Received | DeclarationError:
    try:
        return receive(extract, program, key)
    except DeclarationError as mistakes:
        return mistakes
