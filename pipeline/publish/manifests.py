"""Finished editions, as those read them who look back: their manifests, and the ledger that they must agree with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import UserError
from pipeline.program.model import Program
from pipeline.protect.ledger import Ledger, PublicEdition

MANIFEST = "manifest.json"
#: The folder of an edition that holds what is public.
PUBLIC = "public"
#: What every manifest holds; a name behind a dot is a part of a part.
_PARTS: dict[str, type] = {
    **dict.fromkeys(("edition", "audience", "period.label", "versions.outcomes", "sources.person_key"), str),
    **dict.fromkeys(("metrics", "documents", "sources.raw", "sources.declarations", "sources.ledger"), dict),
}


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest in the folder of an edition; None when there is none, or no JSON object."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def whole_manifest(folder: Path) -> dict[str, Any]:
    """The manifest in the folder of an edition. UserError when the folder is no edition, or its manifest is damaged."""
    if not (folder / MANIFEST).is_file():
        hint = "Name a folder in out/editions/."
        raise UserError(f"there is no {MANIFEST}, so this is no edition", str(folder), hint)
    found = read_manifest(folder)
    if found is None or not all(isinstance(_part(found, p), kind) for p, kind in _PARTS.items()):
        hint = "An edition is never changed: move the folder away, and `outcomes build` makes it again."
        raise UserError(f"{MANIFEST} is not the one that was written", str(folder), hint)
    return found


def read_ledger(program: Program) -> Ledger:
    """The ledger of the program, held against the public editions in out/. UserError when they do not agree."""
    return Ledger.read(program.published, public_editions(program))


def public_editions(program: Program) -> Iterator[PublicEdition]:
    """Editions in out/ that have public files, with the ledger entry that they say is theirs."""
    for folder in sorted((program.out / "editions").glob("*")):
        if folder.name.startswith(".") or not (folder / PUBLIC).is_dir():
            continue
        yield PublicEdition(folder.name, (read_manifest(folder) or {}).get("ledger_entry") or "")


def _part(found: Any, name: str) -> Any:
    """A part of a manifest; None when it is not there."""
    for key in name.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found
