"""The order of extracts: of two that hold the same row, the later one wins."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

SortKey = tuple[tuple[tuple[tuple[int, int, str], ...], ...], str]

_DIGITS = "0123456789"
_PIECES = re.compile("[0-9]+|[^0-9]")


def sort_key(name: str) -> SortKey:
    """The order in which extracts win: a total order of paths below raw/.

    The path without its ending, folder by folder, case folded, runs of digits as numbers, a prefix before its longer
    forms; what is alike in all this goes by the path as it is.
    """
    path = PurePosixPath(name)
    plain = [*path.parts[:-1], path.stem] if path.parts else []
    return tuple(_component_key(part) for part in plain), name


def _component_key(part: str) -> tuple[tuple[int, int, str], ...]:
    """One triple a character; a run of digits is one too, by its value, where a digit would sort among characters."""
    folded = unicodedata.normalize("NFC", part).casefold()
    return tuple(_number(p) if p in _DIGITS or len(p) > 1 else (ord(p), -1, "") for p in _PIECES.findall(folded))


def _number(digits: str) -> tuple[int, int, str]:
    value = digits.lstrip("0")
    return ord("0"), len(value), value
