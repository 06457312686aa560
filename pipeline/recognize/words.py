"""Headings as words, and what the vocabulary says they mean."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ANONYMOUS = re.compile(
    r"(?:column|col|field|unnamed|var|variable|attribute|f|c|x|v)?[ _:.#-]*\d*|[a-z]", re.IGNORECASE
)
_NOT_WORD = re.compile(r"[^0-9a-z]+")
#: Words that add nothing to a heading.
_FILLERS = frozenset({"the", "of", "was", "is", "a", "an", "x"})
#: How far a phrase can carry a heading: all of it, most of it, or a word or two of it.
_SURE, _LIKELY = 1.0, 0.72
#: How alike (0 to 1) two phrases must be to be one with a slip in it.
_SLIP = 0.91


@dataclass(frozen=True, slots=True)
class Entry:
    """One column of the vocabulary: its phrases with how much each says, and the phrases that speak against it."""

    phrases: tuple[tuple[tuple[str, ...], float], ...]
    never: tuple[frozenset[str], ...]


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, dict[str, Entry]]:
    """Table (or `person`, `any`, `shifts_wide`) -> column -> entry, from vocabulary.toml."""
    data = _data()
    return {
        table: {column: _entry(said) for column, said in columns.items()}
        for table, columns in data.items()
        if table != "abbreviations"
    }


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    text = resources.files("pipeline.recognize").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _entry(said: dict[str, list[str]]) -> Entry:
    sure = [(heading_words(p), _SURE) for p in said.get("sure", [])]
    likely = [(heading_words(p), _LIKELY) for p in said.get("likely", [])]
    return Entry(tuple(sure + likely), tuple(frozenset(heading_words(n)) for n in said.get("never", [])))


@lru_cache(maxsize=8192)
def heading_words(heading: str) -> tuple[str, ...]:
    """A heading in words: lower case, abbreviations spelled out, "#" as "number"."""
    spaced = _CAMEL.sub(" ", heading.replace("#", " number ").replace("&", " and "))
    plain = [w for w in _NOT_WORD.split(spaced.casefold()) if w]
    short = _data()["abbreviations"]
    found: list[str] = []
    for word in plain:
        found += str(short.get(word, word)).split()
    kept = [w for w in found if w not in _FILLERS]
    return tuple(kept or found)


def anonymous(heading: str) -> bool:
    """Whether a heading says nothing at all: Column7, Field 3, F12, Unnamed: 0, or nothing."""
    return _ANONYMOUS.fullmatch(heading.strip()) is not None


@lru_cache(maxsize=1)
def _known() -> tuple[frozenset[tuple[str, ...]], frozenset[str]]:
    entries = [e for columns in vocabulary().values() for e in columns.values()]
    phrases = frozenset(phrase for e in entries for phrase, _ in e.phrases)
    return phrases, frozenset(w for phrase in phrases for w in phrase)


@lru_cache(maxsize=8192)
def known_heading(text: str) -> float:
    """How strongly a cell is a heading of any table: 1 for a phrase of the vocabulary, 0.6 for words of it, else 0."""
    words = heading_words(text) if len(text) <= 60 else ()
    phrases, known = _known()
    if words in phrases:
        return 1.0
    return 0.6 if len(words) > 1 and known.issuperset(words) else 0.0


@lru_cache(maxsize=65536)
def heading_says(table: str, column: str, heading: str) -> float:
    """How strongly a heading says that it is this column: from 0 (not at all, or something else) to 1.

    `table` may also be `person`, `any` or `shifts_wide`; 0 where the vocabulary has no such column.
    """
    entry = vocabulary().get(table, {}).get(column)
    words = heading_words(heading)
    if entry is None or not words:
        return 0.0
    exact = max((weight for phrase, weight in entry.phrases if phrase == words), default=0.0)
    if exact:
        return exact
    if any(phrase <= set(words) for phrase in entry.never):
        return 0.0
    return max((weight * _alike(phrase, words) for phrase, weight in entry.phrases), default=0.0)


def _alike(phrase: tuple[str, ...], words: tuple[str, ...]) -> float:
    """1 for the same words in another order, less when the heading has more words than the phrase, or a slip."""
    ours, theirs = set(phrase), set(words)
    if ours == theirs:
        return 0.97
    if ours < theirs:
        return 0.45 + 0.45 * len(ours) / len(theirs) if len(ours) > 1 or len(theirs) <= 3 else 0.3
    return _slip(" ".join(sorted(phrase)), " ".join(sorted(words)))


def _slip(phrase: str, heading: str) -> float:
    if abs(len(phrase) - len(heading)) > 3 or len(heading) < 5:
        return 0.0
    from rapidfuzz import fuzz

    ratio = fuzz.ratio(phrase, heading) / 100
    return ratio - 0.1 if ratio >= _SLIP else 0.0
