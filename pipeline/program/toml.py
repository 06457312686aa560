"""Reads one declaration file: a regular file inside the program folder, UTF-8, sound TOML."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from pipeline.errors import UserError
from pipeline.program.mistakes import Declared, Mistakes
from pipeline.program.paths import inside

#: No declaration written by people comes near this; a larger file is something else under a wrong name.
MAX_BYTES = 4_000_000


def read_declared(folder: Path, name: str, mistakes: Mistakes) -> Declared | None:
    """The declaration file `name` of the program folder, or None when it cannot be read (the mistake is noted)."""
    empty = Declared(name)
    try:
        path = inside(folder, name)
        raw = _bytes(path)
    except UserError as problem:
        mistakes.add(problem.what, empty, hint=problem.hint)
        return None
    return parse_declared(name, raw, mistakes)


def _bytes(path: Path) -> bytes:
    """The content of a regular file. A pipe would wait for ever, so the kind is asked first."""
    if path.is_dir():
        raise UserError("this is a folder, but a file is expected")
    if not path.exists():
        raise UserError("the file is missing")
    if not path.is_file():
        raise UserError("this is not a regular file")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"the file is larger than {MAX_BYTES // 1_000_000} MB; it cannot be a declaration")
        return path.read_bytes()
    except OSError as problem:
        raise UserError(
            f"the file cannot be read ({problem.strerror or problem})", hint="Check its permissions."
        ) from None


def parse_declared(name: str, raw: bytes, mistakes: Mistakes) -> Declared | None:
    """TOML from bytes. A byte order mark, as Windows editors write it, is tolerated."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        hint = "Save the file as UTF-8 (in Notepad: Save as, Encoding: UTF-8)."
        mistakes.add(f"the text is not UTF-8 (line {line})", Declared(name), hint=hint)
        return None
    try:
        return Declared(name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        mistakes.found.append(_syntax_mistake(name, str(problem)))
    except RecursionError:
        mistakes.add("the file nests too deeply to be a declaration", Declared(name))
    return None


_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|(end of document))\)$")


def _syntax_mistake(name: str, message: str) -> UserError:
    """tomllib's message, with the line where users look for it."""
    place = _PLACE.search(message)
    where = name
    if place:
        where += f", line {place[1]}, column {place[2]}" if place[1] else ", end of the file"
    what = message[: place.start()] if place else message
    hint = "Text stands in double quotes; a backslash inside them is written twice."
    if "overwrite" in what or "twice" in what:
        hint = "A key or table header stands twice; keep one of them."
    return UserError(f"this is no sound TOML: {what}", where, hint)
