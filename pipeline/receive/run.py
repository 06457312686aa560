"""Receiving one extract: it becomes a folder in out/extracts/, once. Heavy libraries load only when there is work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.receive.folder import extracts_folder, find_finished, work_key, working_folder, write_receipt
from pipeline.receive.product import Extract, Receipt, Received
from pipeline.receive.read import Unreadable, fingerprint, open_source

if TYPE_CHECKING:
    from pipeline.program.model import Program


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
