"""Columns that no extract may carry, by their heading: query results that fall under the FBI's CJIS Security Policy."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NOT_OURS = "Ask the agency for an export without this column, and delete every copy of the one that has it."
_LIST = Path(__file__).with_name("refused.toml")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of refused column; phrases as ` words between blanks `."""

    what: str
    anywhere: tuple[str, ...]
    unless: tuple[str, ...]
    alone: tuple[str, ...]
    results: frozenset[str]

    def has(self, heading: str) -> bool:
        """Whether a heading, as words between blanks, is of this kind."""
        if any(phrase in heading for phrase in self.unless):
            return False
        return any(p in heading for p in self.anywhere) or any(self._alone(p, heading) for p in self.alone)

    def _alone(self, phrase: str, heading: str) -> bool:
        return phrase in heading and set(heading.replace(phrase, " ", 1).split()) <= self.results


def refused_because(heading: str) -> str | None:
    """What a column of this heading holds that must not be stored; None for a heading that may be.

    The list is `refused.toml`, and so is how headings are compared.
    """
    words = _words(heading)
    return next((kind.what for kind in _kinds() if kind.has(words)), None)


def refused_headings(headings: Sequence[str]) -> list[tuple[str, str]]:
    """The refused ones among the headings, each with what it holds."""
    found = ((h.strip(), refused_because(h)) for h in headings)
    return [(heading, what) for heading, what in found if what]


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace("#", " number ")
    return f" {_OTHER.sub(' ', _CAMEL.sub(' ', plain).casefold()).strip()} "


@cache
def _kinds() -> tuple[_Kind, ...]:
    data = tomllib.loads(_LIST.read_text(encoding="utf-8"))
    results = frozenset(data["words"]["results"])

    def phrases(listed: Sequence[str]) -> tuple[str, ...]:
        return tuple(_words(phrase) for phrase in listed)

    return tuple(
        _Kind(k["what"], phrases(k["anywhere"]), phrases(k["unless"]), phrases(k["alone"]), results)
        for k in data["refused"]
    )
