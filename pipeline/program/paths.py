"""Paths that declarations name, and what lies in raw/: nothing leaves the program folder, nothing is opened."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import UserError
from pipeline.program.globs import check_relative, matches
from pipeline.program.model import Program

__all__ = [
    "EntryKind",
    "RawEntry",
    "check_relative",
    "classify",
    "inside",
    "is_litter",
    "list_raw",
    "matches",
    "printable",
    "within",
]

EntryKind = Literal["file", "outside", "special", "broken", "unreadable", "hidden"]

#: What systems and office programs leave lying about, and what keeps a folder under version control: no extracts.
_LITTER = {
    *("thumbs.db", "desktop.ini", "ehthumbs.db", ".directory", ".gitkeep", ".gitignore", ".gitattributes"),
    *(".ds_store", ".localized", ".apdisk", ".fseventsd", ".trashes", ".spotlight-v100", ".temporaryitems"),
}
#: How names begin that Excel and LibreOffice give to their lock files, and macOS to its own notes about a file.
_LITTER_BEGINS = ("~$", ".~lock.", "._")

#: In bytes; longer ones no system takes.
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class RawEntry:
    """Something in raw/. `name` is its path below raw/ with forward slashes.

    kind: `file` (a regular file, or a link to one that stays inside), `outside` (a link that leaves the program folder
    or leads to something that is no extract: the key, out/, published/), `special` (pipe, socket, device), `broken`
    (a link that leads nowhere), `unreadable` (a folder that cannot be listed), `hidden` (its name begins with a dot).
    """

    path: Path
    name: str
    kind: EntryKind


def inside(folder: Path, relative: str) -> Path:
    """`relative` below `folder`, links resolved. UserError when it leaves the folder. The file need not exist."""
    check_relative(relative)
    if any(len(os.fsencode(part)) > _LONGEST_NAME for part in Path(relative).parts):
        raise UserError("this name is longer than a file may have", hint="Give the file a short name.")
    path = folder / relative
    if not within(path, folder):
        hint = "All paths stay inside the program folder after links are resolved."
        raise UserError(f"`{relative}` leads out of the program folder", hint=hint)
    return path


def within(path: Path, folder: Path) -> bool:
    """Whether `path` is `folder` or lies below it after links are resolved."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a loop of links
        return False


def list_raw(program: Program) -> list[RawEntry]:
    """Everything in raw/ that a person put there, sorted by name; what systems and office programs leave is not."""
    raw = program.raw
    if not raw.exists():
        return []
    if not within(raw, program.folder):
        return [RawEntry(raw, "", "outside")]
    forbidden = [p.resolve() for p in (program.out, program.published, program.folder / program.privacy.key_file)]
    entries: list[RawEntry] = []
    _walk(raw, "", program.folder.resolve(), forbidden, entries, (raw.resolve(),))
    return sorted(entries, key=lambda e: e.name)


def _walk(
    folder: Path,
    prefix: str,
    root: Path,
    forbidden: list[Path],
    entries: list[RawEntry],
    above: tuple[Path, ...],
) -> None:
    """Lists one folder. `above` are the real folders on the way here: a link back to one of them is not followed."""
    try:
        children = list(folder.iterdir())
    except OSError:
        entries.append(RawEntry(folder, prefix.rstrip("/"), "unreadable"))
        return
    for path in children:
        if is_litter(path.name):
            continue
        name = prefix + printable(path.name)
        # no one sees it in a folder, and many are copies that are not finished: named, but never read
        kind = "hidden" if path.name.startswith(".") else classify(path, root, forbidden)
        if kind == "folder":
            real = path.resolve()
            if real not in above:
                _walk(path, name + "/", root, forbidden, entries, (*above, real))
        else:
            entries.append(RawEntry(path, name, kind))


def is_litter(name: str) -> bool:
    """Whether a file of this name was left by a system or an office program."""
    return name.startswith(_LITTER_BEGINS) or name.casefold() in _LITTER


def classify(path: Path, root: Path, forbidden: list[Path]) -> EntryKind | Literal["folder"]:
    """What `path` is, by its status alone; it is never opened. `root` and `forbidden` have their links resolved."""
    try:
        real = path.resolve()
        if not real.is_relative_to(root) or any(real.is_relative_to(f) for f in forbidden):
            return "outside"
        mode = path.stat().st_mode
    except (OSError, RuntimeError):  # RuntimeError: a loop of links
        return "broken" if path.is_symlink() else "unreadable"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "special"


def printable(name: str) -> str:
    """A file name that can be written as UTF-8: bytes that are none are shown as `\\xNN`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
