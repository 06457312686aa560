"""Receiving one extract: it becomes a folder in out/extracts/, once. Heavy libraries load only when there is work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import harmless
from pipeline.receive.folder import extracts_folder, find_finished, work_key, working_folder, write_receipt
from pipeline.receive.product import Extract, Receipt, Received
from pipeline.receive.read import MissingHeadings, Unreadable, fingerprint, open_source

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.program.model import Program

_CHANGED = (
    "The file changed while it was being read, so none of its rows is counted. Wait until it has been copied or saved"
    " completely, and run again."
)
_EXPORT_AGAIN = "Export the file with all columns, or name the new heading in the mapping with { any = [...] }."
_LONG = re.compile(r'"([^"\n]{200})[^"\n]+"')
_VANISHED = "The file was there and is gone: it was moved or deleted meanwhile. Run again."


def receive(extract: Extract, program: Program, key: bytes) -> Received:
    """One extract as accepted rows, quarantine, violations and a receipt, in out/extracts/KEY/.

    `key` is the program's secret. Work that was finished before is found again. An extract that cannot be read has no
    folder; its receipt says why. DeclarationError when a correction does not touch as many rows as it expects.
    """
    sha256 = None
    try:
        stamp = _stamp(extract.path)
        facts = fingerprint(extract.path)
        sha256 = facts.sha256
        folder = extracts_folder(program) / work_key(extract, sha256, program, key)
        finished = find_finished(folder, extract)
        if finished:
            return finished
        source = open_source(extract.path, extract.mapping, facts)
        from pipeline.receive.begin import work

        with working_folder(folder) as place:
            receipt = work(extract, source, facts, program, key, place)
            _check_unchanged(extract.path, stamp, sha256)
            write_receipt(place, receipt)
    except MissingHeadings as gone:
        return _unreadable(extract, sha256, f"{gone} {_what_to_do(extract, program, gone)}")
    except Unreadable as problem:
        return _unreadable(extract, sha256, str(problem))
    except OSError as problem:
        if problem.filename is None or str(problem.filename) != str(extract.path):
            raise
        if isinstance(problem, FileNotFoundError):
            return _unreadable(extract, sha256, _VANISHED)
        reason = problem.strerror or type(problem).__name__
        return _unreadable(extract, sha256, f"The file cannot be opened ({reason}). Check its permissions.")
    return Received(extract, folder, receipt)


def _stamp(path: Path) -> tuple[int, int, int]:
    """What differs when somebody writes to the file or puts another in its place; the bytes then decide."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


def _check_unchanged(path: Path, stamp: tuple[int, int, int], sha256: str) -> None:
    """Unreadable when the file is no longer what was read first: its rows would go by a hash that is not theirs."""
    if _stamp(path) != stamp and fingerprint(path).sha256 != sha256:
        raise Unreadable(_CHANGED)


def _what_to_do(extract: Extract, program: Program, gone: MissingHeadings) -> str:
    """Which new heading looks like one that is missing, else what can be done in general."""
    from pipeline.receive.renamed import advice, extract_before

    before = extract_before(extract, program, gone.missing)
    return advice(extract.path, extract.mapping, gone.missing, before) or _EXPORT_AGAIN


def _unreadable(extract: Extract, sha256: str | None, problem: str) -> Received:
    """A receipt that says why. Headings are quoted in it as they stand in the file, however odd and long they are."""
    mapping = extract.mapping
    problem = _LONG.sub(r'"\1…"', harmless(problem))
    return Received(extract, None, Receipt(extract.name, mapping.agency, mapping.table, sha256, problem=problem))
