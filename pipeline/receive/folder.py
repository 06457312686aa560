"""out/extracts/KEY/: finished work, found again by what went into it; made beside and renamed last."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline import durable
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
    mapping = _fields(extract.mapping)
    for where in ("declared_in", "number", "files"):
        del mapping[where]  # where a mapping stands does not change what it says
    inputs = {
        "extract": extract.name,
        "sha256": sha256,
        "mapping": {k: list(v.items()) if isinstance(v, dict) else v for k, v in mapping.items()},
        "corrections": [_fields(c) for c in corrections_of(program, extract)],
        "timezone": program.timezone,
        "began": program.began.isoformat(),
        "agencies": [(a.id, a.team_units) for a in program.agencies],
        "key": fingerprint(secret),
        "encrypted": program.privacy.encrypt,
        "stage": stage_version(),
    }
    text = json.dumps(inputs, ensure_ascii=True, default=_fields)
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_DIGITS]


def _fields(declared: Any) -> dict[str, Any]:
    """The fields of a declaration; `asdict` would copy everything below them, for each extract."""
    return {field.name: getattr(declared, field.name) for field in fields(declared)}


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
    durable.private_folder(folder.parent)
    with durable.owned(_beside(folder)) as work:
        work.mkdir(mode=durable.FOLDER_MODE)
        yield work
        _settle(work, folder)


def _beside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")


def _settle(work: Path, folder: Path) -> None:
    durable.make_private(work)
    try:
        durable.name_folder(work, folder)
    except OSError:
        if not (folder / RECEIPT).is_file():
            raise  # not because another process was faster


def remove_unused(program: Program, used: Iterable[Received]) -> None:
    """Removes finished work that no extract needs any more: first its name, so that none is half there."""
    keep = {r.folder.name for r in used if r.folder}
    base = extracts_folder(program)
    for path in sorted(base.iterdir()) if base.is_dir() else []:
        if path.is_dir() and path.name not in keep and not path.name.startswith("."):
            with durable.owned(_beside(path)) as gone, suppress(OSError):  # Windows: somebody reads it
                path.rename(gone)


def clear_left(program: Program) -> int:
    """Removes what killed runs have left of extracts. How much there was."""
    return durable.clear_owned(extracts_folder(program))
