"""Paths that declarations name, and what lies in raw/: nothing leaves the program folder, nothing is opened."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Literal

from pipeline.errors import UserError
from pipeline.program.model import Program

EntryKind = Literal["file", "outside", "special", "broken", "unreadable"]

#: Files that systems and office programs leave lying about; they are no extracts.
_LITTER = {"thumbs.db", "desktop.ini", "ehthumbs.db"}


@dataclass(frozen=True, slots=True)
class RawEntry:
    """Something in raw/. `name` is its path below raw/ with forward slashes.

    kind: `file` (a regular file, or a link to one that stays inside), `outside` (a link that leaves the program folder
    or leads to something that is no extract: the key, out/, published/), `special` (pipe, socket, device), `broken`
    (a link that leads nowhere), `unreadable` (a folder that cannot be listed).
    """

    path: Path
    name: str
    kind: EntryKind


def check_relative(relative: str) -> str:
    """A relative path or glob in plain spelling; UserError when it is absolute, has `..`, or is spelled for Windows."""
    if not relative.strip():
        raise UserError("the path is empty")
    if "\0" in relative:
        raise UserError("the path holds a NUL character")
    if "\\" in relative:
        raise UserError(f"`{relative}` has a backslash", hint="Write paths with forward slashes.")
    if relative.startswith(("/", "~")) or re.match(r"[A-Za-z]:", relative):
        raise UserError(
            f"`{relative}` is not relative", hint="All paths are relative and stay inside the program folder."
        )
    if ".." in PurePosixPath(relative).parts:
        raise UserError(f"`{relative}` has `..`", hint="All paths stay inside the program folder.")
    return relative


def inside(folder: Path, relative: str) -> Path:
    """`relative` below `folder`, links resolved. UserError when it leaves the folder. The file need not exist."""
    check_relative(relative)
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
    """Everything in raw/ that a person put there, sorted by name. Hidden files and office lock files are left out."""
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
        if _litter(path.name):
            continue
        name = prefix + printable(path.name)
        kind = classify(path, root, forbidden)
        if kind == "folder":
            real = path.resolve()
            if real not in above:
                _walk(path, name + "/", root, forbidden, entries, (*above, real))
        else:
            entries.append(RawEntry(path, name, kind))


def _litter(name: str) -> bool:
    return name.startswith((".", "~$")) or name.casefold() in _LITTER


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


def matches(pattern: str, name: str) -> bool:
    """Whether a path below raw/ fits a glob: `*` and `?` stay in one folder, `**` crosses folders, `[...]` is a set.

    Letter case counts nowhere, so that a program gives the same figures on every system.
    """
    return _compiled(pattern).fullmatch(name) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = [p for p in pattern.split("/") if p not in ("", ".")]
    text = ""
    for position, part in enumerate(parts):
        last = position == len(parts) - 1
        if part == "**":
            text += ".*" if last else "(?:[^/]+/)*"
        else:
            text += _translate(part) + ("" if last else "/")
    return re.compile(text, re.IGNORECASE | re.DOTALL)


def _translate(part: str) -> str:
    """One component of a glob as a regular expression. Runs of `*` count as one, so that matching stays quick."""
    text, at = "", 0
    part = re.sub(r"\*+", "*", part)
    while at < len(part):
        char = part[at]
        end = part.find("]", at + 2) if char == "[" else -1
        if char == "*":
            text += "[^/]*"
        elif char == "?":
            text += "[^/]"
        elif end > 0:
            text += _char_set(part[at + 1 : end])
            at = end
        else:
            text += re.escape(char)
        at += 1
    return text


def _char_set(inner: str) -> str:
    negated = inner.startswith("!")
    body = re.sub(r"([\\\[\]^&~|])", r"\\\1", inner[1:] if negated else inner)
    return f"[^/{body}]" if negated else f"[{body}]"


def check_glob(pattern: str) -> str:
    """A glob below raw/ that can be matched; UserError otherwise."""
    check_relative(pattern)
    try:
        _compiled(pattern)
    except re.error:
        raise UserError(f"`{pattern}` is no glob", hint="`*` and `?` match anything, `[0-9]` one of a set.") from None
    return pattern
