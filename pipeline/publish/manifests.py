"""manifest.json of an edition, as those read it who look at finished editions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.errors import UserError

MANIFEST = "manifest.json"
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


def _part(found: Any, name: str) -> Any:
    """A part of a manifest; None when it is not there."""
    for key in name.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found
