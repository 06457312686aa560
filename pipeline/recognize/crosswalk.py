"""What the values of agencies mean in our codes: crosswalk.toml, compared without case and outer spaces."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

_NOT_WORD = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """The words of one column: exact values, patterns with `*` in order, single letters that count only together."""

    exact: dict[str, str]
    patterns: tuple[tuple[str, re.Pattern[str], str], ...]
    letters: dict[str, str]

    def code(self, value: str) -> str | None:
        """Our code for a value, None when it is not known. Letters are not looked up."""
        return self.meaning(value)[1]

    def meaning(self, value: str) -> tuple[str, str | None]:
        """(the word or pattern that knows the value, our code)."""
        return self._meanings(" ".join(value.casefold().split()))

    def _meanings(self, folded: str) -> tuple[str, str | None]:
        if folded in self.exact:
            return folded, self.exact[folded]
        return next(
            ((text, code) for text, pattern, code in self.patterns if pattern.fullmatch(folded)), (folded, None)
        )


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    text = resources.files("pipeline.recognize").joinpath("crosswalk.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=64)
def crosswalk(table: str, column: str) -> Crosswalk:
    """The words of a column; empty when the file has none for it. Our own codes are known without being listed."""
    meanings: dict[str, list[str]] = _data().get(table, {}).get(column, {})
    letters: dict[str, list[str]] = _data()["letters"].get(column, {})
    exact, patterns = own_codes(table, column), []
    for code, words in meanings.items():
        for word in words:
            if "*" in word:
                patterns.append((word, compiled(word), code))
            else:
                exact.setdefault(word, code)
    return Crosswalk(exact, tuple(patterns), {w: code for code, words in letters.items() for w in words})


def own_codes(table: str, column: str) -> dict[str, str]:
    """The canonical codes of a column, each its own meaning; with spaces for underscores, too."""
    from schemas import TABLES

    specs = {c.name: c for c in TABLES[table].columns} if table in TABLES else {}
    codes = specs[column].codes if column in specs else ()
    return {word: code for code in codes for word in (code, code.replace("_", " "), code.replace("_", "-"))}


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern with `*` as a regular expression over folded text."""
    return re.compile(".*".join(re.escape(part) for part in pattern.casefold().split("*")), re.DOTALL)


@lru_cache(maxsize=1)
def nature_words() -> frozenset[str]:
    """Words by which call types are recognized."""
    return frozenset(_data()["nature"]["words"])


def words_of(kind: str) -> frozenset[str]:
    """The words of `area`, `priority` or `missing` values."""
    return _words_of(kind)


@lru_cache(maxsize=8)
def _words_of(kind: str) -> frozenset[str]:
    return frozenset(w.casefold() for w in _data()[kind]["words"])


@dataclass(frozen=True, slots=True)
class Natures:
    """Patterns of a column of call types that say behavioral health, with the values that each one matches.

    `often` are those that depend on what the program counts, `ten_codes` those whose code alone would say it: they are
    only told of.
    """

    always: dict[str, list[str]]
    often: dict[str, list[str]]
    ten_codes: dict[str, list[str]]


def natures(values: Iterable[str]) -> Natures:
    """Which of these call types say behavioral health, and by which pattern; each value goes to the first pattern."""
    data = _data()["nature"]
    apart = [compiled(p) for p in data["not"]]
    found = Natures({}, {}, {})
    for value in values:
        folded = " ".join(value.casefold().split())
        pattern = _first(data["always"], folded, apart)
        target = found.always if pattern else found.often
        pattern = pattern or _first(data["often"], folded, apart)
        if not pattern:
            target, pattern = found.ten_codes, _first(data["ten_codes"], folded, [])
        if pattern:
            target.setdefault(pattern, []).append(value)
    return found


def _first(patterns: list[str], folded: str, apart: list[re.Pattern[str]]) -> str | None:
    if any(p.fullmatch(folded) for p in apart):
        return None
    return next((p for p in patterns if compiled(p).fullmatch(folded)), None)


@lru_cache(maxsize=8192)
def plain_words(text: str) -> tuple[str, ...]:
    """The words of a value: lower case, letters and digits."""
    return tuple(w for w in _NOT_WORD.split(text.casefold()) if w)
