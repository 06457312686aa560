"""Collects every mistake in the declarations, each with its file, line and key, so that a user mends them in one go."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pipeline.errors import DeclarationError, UserError

Key = tuple[str | int, ...]

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_BARE = re.compile(r"[\w-]+")
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]")
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'|#[^\n]*|[\[\]{}]|\n",
    re.DOTALL,
)


@dataclass(frozen=True)
class Declared:
    """One declaration file: its name as users know it, its text, and what tomllib read."""

    name: str
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def lines(self) -> dict[Key, int]:
        """Line number of each key and header."""
        return find_lines(self.text)

    def where(self, key: Key = ()) -> str:
        """`agencies/waukee.toml, line 14, extract 2, columns.incident`."""
        line = next((self.lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self.lines), None)
        place = [self.name] + ([f"line {line}"] if line else [])
        return ", ".join(place + ([spell(key)] if key else []))


class Mistakes:
    """The mistakes found so far."""

    def __init__(self) -> None:
        self.found: list[UserError] = []

    def add(self, what: str, declared: Declared, key: Key = (), hint: str = "") -> None:
        """Notes one mistake."""
        self.found.append(UserError(what, declared.where(key), hint))

    def stop(self) -> None:
        """Raises DeclarationError when there is any mistake."""
        if self.found:
            raise DeclarationError(self.found)


def spell(key: Key) -> str:
    """A key as a user would write it; places in a list count from 1: `extract 2, columns.incident`."""
    groups: list[str] = []
    names: list[str] = []
    for part in key:
        if isinstance(part, str):
            names.append(part if _BARE.fullmatch(part) else f'"{part}"')
        else:
            groups.append(f"{'.'.join(names)} {part + 1}".strip())
            names = []
    return ", ".join(groups + ([".".join(names)] if names else []))


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name most like `name`, or None when none is near: letter by letter, or as a part of it."""
    from rapidfuzz import fuzz, process, utils

    choices = list(dict.fromkeys(valid))
    for scorer, enough in ((fuzz.ratio, 60), (fuzz.WRatio, 80)):
        best = process.extractOne(name, choices, scorer=scorer, processor=utils.default_process, score_cutoff=enough)
        if best:
            return best[0]
    return None


def suggest(name: str, valid: Iterable[str], many: int = 25) -> str:
    """A hint that names the nearest valid name, else lists up to `many` of the valid ones."""
    choices = list(dict.fromkeys(valid))
    near = nearest(name, choices)
    if near is not None:
        return f"Did you mean `{near}`?"
    if not choices or many == 0:
        return ""
    return "Valid: " + ", ".join(f"`{c}`" for c in choices[:many]) + (", …" if len(choices) > many else "") + "."


def find_lines(text: str) -> dict[Key, int]:
    """Where each key and table header of a TOML text stands. Keys inside inline tables are not looked for."""
    lines: dict[Key, int] = {}
    counts: dict[Key, int] = {}
    table: Key = ()
    for number, statement in _statements(text):
        if header := _HEADER.match(statement):
            table = _resolve(_parts(header[2]), counts, array=header[1] == "[[")
            lines.setdefault(table, number)
        elif found := _KEY.match(statement):
            lines.setdefault((*table, *_parts(found[1])), number)
    return lines


def _statements(text: str) -> Iterable[tuple[int, str]]:
    """Logical lines with their number: a line feed inside brackets or a long string ends nothing."""
    start, number, first, depth = 0, 1, 1, 0
    for token in _TOKEN.finditer(text):
        piece = token[0]
        if piece in "[{":
            depth += 1
        elif piece in "]}":
            depth = max(0, depth - 1)
        number += piece.count("\n")
        if piece == "\n" and depth == 0:
            yield first, text[start : token.start()]
            start, first = token.end(), number
    yield first, text[start:]


def _parts(dotted: str) -> list[str]:
    return [_unquote(p) for p in re.findall(_PART, dotted)]


def _unquote(part: str) -> str:
    if part.startswith("'"):
        return part[1:-1]
    if part.startswith('"'):
        try:
            return str(json.loads(part))
        except ValueError:
            return part[1:-1]
    return part


def _resolve(parts: list[str], counts: dict[Key, int], *, array: bool) -> Key:
    """The full key of a header: each list of tables on the way stands for its latest member."""
    key: Key = ()
    for position, part in enumerate(parts):
        key = (*key, part)
        last = position == len(parts) - 1
        if array and last:
            counts[key] = counts.get(key, 0) + 1
        if key in counts:
            key = (*key, counts[key] - 1)
    return key
