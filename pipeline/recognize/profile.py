"""One column of an unknown extract: its heading, and what its values are like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import isfinite

from pipeline.program.sources import BOOL_WORDS
from pipeline.recognize.crosswalk import words_of
from pipeline.recognize.moments import DATE_MARK, Moments, read_moments
from pipeline.recognize.words import heading_words

_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d*\.?\d+")
_LETTER, _DIGIT = re.compile("[A-Za-z]+"), re.compile("[0-9]+")
_YEAR_IN = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Profile:
    """A column as a sample of it shows: `cells` in the order of the file, trimmed, None where blank.

    Cells that Excel keeps as dates carry the readers' mark. `counts` may be those of the whole file; without them the
    sample is counted.
    """

    heading: str
    cells: tuple[str | None, ...]
    whole: Counter[str] | None = None

    @cached_property
    def filled(self) -> tuple[str, ...]:
        """The cells that hold a value: not blank, no word that stands for nothing."""
        missing = self.missing
        return tuple(c for c in self.cells if c and c not in missing)

    @cached_property
    def missing(self) -> frozenset[str]:
        """Words that stand where there is no value, as they stand in the column."""
        words = words_of("missing")
        return frozenset(c for c in set(filter(None, self.cells)) if c.removeprefix(DATE_MARK).casefold() in words)

    @property
    def fill(self) -> float:
        """The share of rows that hold a value."""
        return len(self.filled) / len(self.cells) if self.cells else 0.0

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands; case as it is."""
        if self.whole is not None:
            return Counter({v: n for v, n in self.whole.items() if v not in self.missing})
        return Counter(self.filled)

    @cached_property
    def folded(self) -> Counter[str]:
        """The same without case and surplus space."""
        found: Counter[str] = Counter()
        for value, count in self.counts.items():
            found[" ".join(value.casefold().split())] += count
        return found

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(self.folded)

    @property
    def variety(self) -> float:
        """Different values for each filled cell of the sample: 1 when each stands once."""
        return len(set(self.filled)) / len(self.filled) if self.filled else 0.0

    @cached_property
    def moments(self) -> Moments | None:
        """The column read as dates and times."""
        words = set(heading_words(self.heading))
        known = [c if c and c not in self.missing else None for c in self.cells]
        return read_moments(known, clocks=bool(words & {"time", "start", "end", "hour"}))

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The values as numbers, when all but a few are. A number too large for one is none."""
        found = [float(c.replace(",", "")) for c in self.filled if _NUMBER.fullmatch(c)]
        found = [n for n in found if isfinite(n)]
        return tuple(found) if self.filled and len(found) >= 0.95 * len(self.filled) else ()

    @cached_property
    def words(self) -> float:
        """Words in a filled cell, on average."""
        return sum(len(c.split()) for c in self.filled) / len(self.filled) if self.filled else 0.0

    @cached_property
    def length(self) -> float:
        """Characters in a filled cell, on average."""
        return sum(map(len, self.filled)) / len(self.filled) if self.filled else 0.0

    def share(self, pattern: re.Pattern[str]) -> float:
        """The share of filled cells (each as often as it stands) that a pattern describes wholly."""
        total = sum(self.counts.values())
        return sum(n for v, n in self.counts.items() if pattern.fullmatch(v)) / total if total else 0.0

    @cached_property
    def shape(self) -> tuple[str, float]:
        """The commonest shape of the values (A letters, 9 digits, the rest as it is) and its share."""
        shapes = Counter(_LETTER.sub("A", _DIGIT.sub("9", c)) for c in self.filled)
        shape, count = shapes.most_common(1)[0] if shapes else ("", 0)
        return shape, count / len(self.filled) if self.filled else 0.0

    @cached_property
    def yes_no(self) -> float:
        """The share of filled cells that are words for yes and no, 0 when only one of the two can stand there."""
        total = sum(self.folded.values())
        known = {v: n for v, n in self.folded.items() if v in BOOL_WORDS}
        return sum(known.values()) / total if total and self.distinct <= 6 else 0.0

    @cached_property
    def counter(self) -> bool:
        """Whether it merely numbers the rows: whole numbers that rise by about one from 0 or 1."""
        numbers = self.numbers
        if len(numbers) < 3 or len(numbers) < len(self.cells) or any(n != int(n) for n in numbers):
            return False
        steps = [b - a for a, b in pairwise(numbers)]
        return numbers[0] in (0, 1) and all(s > 0 for s in steps) and sorted(steps)[len(steps) // 2] == 1

    @cached_property
    def years_in(self) -> float:
        """The share of filled cells that hold the digits of a year of this century: incident numbers often do."""
        return sum(bool(_YEAR_IN.search(c)) for c in self.filled) / len(self.filled) if self.filled else 0.0


def profile(heading: str, cells: Sequence[str | None], whole: Counter[str] | None = None) -> Profile:
    """The profile of one column. Cells need not be trimmed; `whole` counts the trimmed values of the whole file."""
    trimmed = tuple((c.strip() or None) if c else None for c in cells)
    return Profile(heading.strip(), trimmed, whole)
