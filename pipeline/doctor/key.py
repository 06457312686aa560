"""The key file: there, closed to others, the one that the last edition was made with, kept out of version control."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.doctor.finding import Finding
from pipeline.errors import UserError

if TYPE_CHECKING:
    from pipeline.program.model import Program

_PUT_BACK = "Put the backed-up key in its place: with another key every person would be a new one."
_COMPARE = "`outcomes doctor --backup COPY` says whether a copy is the right one."


def key_findings(program: Program, manifests: list[dict[str, Any]], backup: Path | None) -> Iterator[Finding]:
    """What is so about the key; never makes one, and never shows more than its fingerprint."""
    from pipeline.program.key import fingerprint, key_path, stored_key

    try:
        path = key_path(program)
    except UserError as error:
        yield Finding("Key file", False, error.what, error.hint or "Name a file in the program folder.")
        return
    made_with = manifests[-1]["sources"]["person_key"] if manifests else ""
    if not path.exists():
        yield _missing(path, manifests)
        return
    if not os.access(path, os.R_OK):
        yield Finding("Key file", False, f"{path.name} cannot be read", f"Allow yourself to read {path}.")
        return
    try:
        own = fingerprint(stored_key(program))
    except UserError as error:
        yield Finding("Key file", False, error.what, error.hint)
        return
    yield _closed(path)
    if made_with and own != made_with:
        state = (
            f"another key (fingerprint {own}) than that of the last edition, {manifests[-1]['edition']} ({made_with})"
        )
        yield Finding("Same key", False, state, _PUT_BACK)
    elif made_with:
        yield Finding("Same key", True, f"the one of the last edition, {manifests[-1]['edition']}")
    yield _backup(program, path, own, backup)
    yield from _in_git(path)


def _missing(path: Path, manifests: list[dict[str, Any]]) -> Finding:
    if manifests:
        state = f"{path.name} is gone; edition {manifests[-1]['edition']} was made with one"
        return Finding("Key file", False, state, _PUT_BACK)
    state = f"{path.name} will be made by the first build"
    return Finding("Key file", True, state, f"Then back it up apart from the data. {_COMPARE}")


def _closed(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        state = f"{path.name} can be read by others (mode {mode:o})"
        return Finding("Key file", False, state, f"Run: chmod 600 {shlex.quote(str(path))}")
    return Finding("Key file", True, f"{path.name} is there, for its owner alone")


def _backup(program: Program, path: Path, own: str, backup: Path | None) -> Finding:
    """Whether a copy that was named is the key in use. Where it is kept cannot be seen from here."""
    from pipeline.program.key import decode, fingerprint
    from pipeline.program.paths import within

    if backup is None:
        hint = f"Keep a copy apart from the data, such as in a safe: who loses the key loses who is who. {_COMPARE}"
        return Finding("Backup", True, f"not looked at; the key's fingerprint is {own}", hint)
    try:
        copy = fingerprint(decode(backup.read_bytes()))
    except OSError as error:
        return Finding("Backup", False, f"{backup} cannot be read ({error.strerror})", "Name the copy of the key.")
    if copy != own:
        return Finding("Backup", False, f"{backup} is another key", f"Copy {path} there once more.")
    if within(backup, program.folder):
        return Finding("Backup", False, f"{backup} lies with the data", "Keep the copy apart from the program folder.")
    return Finding("Backup", True, f"{backup} is the same key")


def _in_git(path: Path) -> Iterator[Finding]:
    """A key that version control would take along is no secret."""
    git = shutil.which("git")
    if git is None or not any((p / ".git").exists() for p in path.resolve().parents):
        return
    command = [git, "-C", str(path.parent), "check-ignore", "-q", path.name]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    if done.returncode == 1:
        hint = f"Add a line `{path.name}` to .gitignore; if it was committed once, it is no secret any more."
        yield Finding("Key and git", False, f"git would take {path.name} along", hint)
    elif done.returncode == 0:
        yield Finding("Key and git", True, "git leaves the key out")
