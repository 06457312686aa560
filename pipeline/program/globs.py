"""Globs below raw/: the same on every system, and quick whatever the pattern (no backtracking beyond the last star)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from pipeline.errors import UserError

#: One step of a pattern: None is a star, which takes any number of items; else a test of one item.
Step = Callable[[str], bool] | None


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


def check_glob(pattern: str) -> str:
    """A glob below raw/ that can be matched; UserError otherwise."""
    check_relative(pattern)
    for part in pattern.split("/"):
        if "**" in part and part != "**":
            hint = "`**` stands alone between slashes and crosses folders; within a name write `*`."
            raise UserError(f"`{pattern}` is no glob: `{part}` has `**` beside other characters", hint=hint)
        if _unclosed(part):
            hint = "`[0-9]` is one of a set; a bracket that is part of a name is written `[[]`."
            raise UserError(f"`{pattern}` is no glob: a `[` is never closed", hint=hint)
    try:
        _steps(pattern)
    except re.error:
        raise UserError(f"`{pattern}` is no glob", hint="`*` and `?` match anything, `[0-9]` one of a set.") from None
    return pattern


def matches(pattern: str, name: str) -> bool:
    """Whether a path below raw/ fits a glob: `*` and `?` stay in one folder, `**` crosses folders, `[...]` is a set.

    Letter case counts nowhere, so that a program gives the same figures on every system.
    """
    return _fits(_steps(pattern), _plain(name).split("/"))


def _fits(steps: Sequence[Step], items: Sequence[str]) -> bool:
    """Greedy matching: after a mismatch only the last star takes one item more, so time is steps times items."""
    step = item = 0
    star, mark = -1, 0
    while item < len(items):
        test = steps[step] if step < len(steps) else _never
        if test is None:
            star, mark = step, item
            step += 1
        elif test(items[item]):
            step, item = step + 1, item + 1
        elif star >= 0:
            mark += 1
            step, item = star + 1, mark
        else:
            return False
    return all(rest is None for rest in steps[step:])


def _plain(text: str) -> str:
    """Without case, and an accented letter as one character: names from a Mac may have it as two."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _never(_: str) -> bool:
    return False


@lru_cache(maxsize=1024)
def _steps(pattern: str) -> tuple[Step, ...]:
    """Folder by folder."""
    parts = [p for p in _plain(pattern).split("/") if p not in ("", ".")]
    return tuple(None if part == "**" else _component(part) for part in parts)


def _component(part: str) -> Callable[[str], bool]:
    steps = _characters(part)
    return lambda text: _fits(steps, text)


def _unclosed(part: str) -> bool:
    """Whether a set is opened and never closed."""
    at = part.find("[")
    while at >= 0:
        end = part.find("]", at + 2)
        if end < 0:
            return True
        at = part.find("[", end)
    return False


def _characters(part: str) -> tuple[Step, ...]:
    """Character by character. A `[` without `]` stands for itself: names of files are no globs."""
    steps: list[Step] = []
    at = 0
    while at < len(part):
        char = part[at]
        end = part.find("]", at + 2) if char == "[" else -1
        if char == "*":
            steps.append(None)
        elif char == "?":
            steps.append(bool)
        elif end > 0:
            steps.append(_one_of(part[at + 1 : end]))
            at = end
        else:
            steps.append(char.__eq__)
        at += 1
    return tuple(steps)


def _one_of(inner: str) -> Step:
    negated = inner.startswith("!")
    body = re.sub(r"([\\\[\]^&~|])", r"\\\1", inner.removeprefix("!"))
    compiled = re.compile(f"[{'^' if negated else ''}{body}]")
    return lambda char: compiled.match(char) is not None
