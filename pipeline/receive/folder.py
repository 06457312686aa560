"""out/extracts/KEY/: finished work, found again by what went into it; made beside and renamed last."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.program.key import fingerprint
from pipeline.program.model import Program
from pipeline.receive.corrections import corrections_of
from pipeline.receive.product import Extract, Receipt, Received

RECEIPT = "receipt.json"
_KEY_DIGITS = 32


def extracts_folder(program: Program) -> Path:
    """Where finished extracts lie."""
    return program.out / "extracts"


def work_key(extract: Extract, sha256: str, program: Program, secret: bytes) -> str:
    """Names the work on one extract: a hash of its bytes and of everything else that its rows depend on."""
    mapping = asdict(extract.mapping)
    for where in ("declared_in", "number", "files"):
        del mapping[where]  # where a mapping stands does not change what it says
    inputs = {
        "extract": extract.name,
        "sha256": sha256,
        "mapping": {k: list(v.items()) if isinstance(v, dict) else v for k, v in mapping.items()},
        "corrections": [asdict(c) for c in corrections_of(program, extract)],
        "timezone": program.timezone,
        "began": program.began.isoformat(),
        "agencies": [(a.id, a.team_units) for a in program.agencies],
        "key": fingerprint(secret),
        "stage": stage_version(),
    }
    text = json.dumps(inputs, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_DIGITS]


@lru_cache(maxsize=1)
def stage_version() -> str:
    """A hash of the code of this room and of schemas: other code may make other rows."""
    import pipeline.receive as room
    import schemas

    digest = hashlib.sha256()
    for package in (room, schemas):
        base = Path(package.__file__ or "").parent
        for path in sorted(p for p in base.rglob("*") if p.suffix in (".py", ".sql")):
            digest.update(path.relative_to(base).as_posix().encode() + b"\0")
            digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:_KEY_DIGITS]


def find_finished(folder: Path, extract: Extract) -> Received | None:
    """The finished work of that folder, if it is there."""
    try:
        data = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Received(extract, folder, Receipt(**data))


def write_receipt(folder: Path, receipt: Receipt) -> None:
    """receipt.json of that folder."""
    text = json.dumps(asdict(receipt), ensure_ascii=False, indent=1)
    (folder / RECEIPT).write_text(text + "\n", encoding="utf-8")


@contextmanager
def working_folder(folder: Path) -> Iterator[Path]:
    """A folder beside, under a name with a leading dot; it becomes `folder` when the work in it succeeds.

    Two processes that do the same work each have their own; the first to finish stays, and the result is the same.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    lock = work.with_name(work.name + ".lock")
    try:
        with FileLock(lock):
            work.mkdir()
            try:
                yield work
                _settle(work, folder)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    finally:
        lock.unlink(missing_ok=True)


def _settle(work: Path, folder: Path) -> None:
    try:
        work.rename(folder)
    except OSError:
        if not (folder / RECEIPT).is_file():
            raise  # not because another process was faster


def remove_unused(program: Program, used: Iterable[Received]) -> None:
    """Removes finished work that no extract of the program needs any more, and what killed runs have left."""
    keep = {r.folder.name for r in used if r.folder}
    base = extracts_folder(program)
    for path in sorted(base.iterdir()) if base.is_dir() else []:
        if path.name.startswith("."):
            _remove_left(path)
        elif path.is_dir() and path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)


def _remove_left(path: Path) -> None:
    """A working folder is left when nobody holds its lock."""
    if path.suffix == ".lock":
        if not path.with_suffix("").exists():
            path.unlink(missing_ok=True)
        return
    lock = path.with_name(path.name + ".lock")
    try:
        with FileLock(lock, timeout=0):
            shutil.rmtree(path, ignore_errors=True)
    except (Timeout, OSError):
        return
    if not path.exists():
        lock.unlink(missing_ok=True)
