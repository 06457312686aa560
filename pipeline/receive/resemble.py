"""How much a column of an extract resembles one that is gone: by its heading, its values, and those of the old one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.program.model import Mapping
from pipeline.receive.read.headings import Wanted, heading_key
from pipeline.receive.read.source import BROKEN_MARK, DATE_MARK
from pipeline.recognize import Profile, fit, person_like, profile
from pipeline.recognize.persons import address_share, person_headings
from pipeline.recognize.words import heading_says

PRIVATE = ("person", "address")
#: Values that are shown, and letters of each; what headings, values and the old column can add at most.
_SHOWN, _LONGEST = 3, 30
_BY_HEADING, _BY_VALUES, _BY_OLD = 0.75, 0.6, 0.9
#: Values of so many different forms in a hundred are told by their shape, not by being the same.
_VARIED = 0.5


@dataclass(frozen=True)
class Column:
    """A column with the cells of some rows. `place` counts from 0."""

    place: int
    heading: str
    cells: tuple[str | None, ...]

    @property
    def key(self) -> str:
        """What two headings must share to be the same."""
        return heading_key(self.heading)

    @cached_property
    def seen(self) -> Profile:
        """What its values are like."""
        return profile(self.heading, [None if c and BROKEN_MARK in c else c for c in self.cells])

    @cached_property
    def personal(self) -> bool:
        """Whether it looks like one of a person or an address."""
        return person_like(self.seen) is not None or address_share(self.seen) > 0.3


@dataclass(frozen=True, slots=True)
class Likeness:
    """How sure (0 to 1) it is that a column is one that is gone, and what speaks for it; `{before}` is where."""

    sure: float
    evidence: str = ""


def likeness(mapping: Mapping, gone: Sequence[Wanted], column: Column, then: Column | None) -> Likeness:
    """How much `column` is like the one behind the headings of `gone`; `then` is the old column in another extract."""
    names = [w.key[-1] for w in gone]
    by_heading = _headings(mapping, gone, column.heading)
    if any(n in PRIVATE for n in names):
        # values of persons are not looked at; only the heading speaks, and what kind of person's column it names
        same = _same_role(gone, column.heading)
        return Likeness(max(by_heading, same), "the headings are alike (its values are not looked at)")
    if column.personal:
        return Likeness(0.0)
    by_values, read = _values(mapping, gone, column)
    by_old, told = _old(column, then)
    if by_values is None and not by_old:
        return Likeness(0.0)
    sure = 1 - (1 - _BY_HEADING * by_heading) * (1 - _BY_VALUES * (by_values or 0.0)) * (1 - _BY_OLD * by_old)
    reasons = (told, read, "the headings are alike" if by_heading > 0.6 else "")
    return Likeness(sure, "; ".join(r for r in reasons if r))


def _headings(mapping: Mapping, gone: Sequence[Wanted], heading: str) -> float:
    """How alike two headings are: by their letters, or because both name the same column."""
    from rapidfuzz import fuzz, utils

    plain = utils.default_process
    alike = max(
        max(fuzz.ratio(a, heading, processor=plain), 0.9 * fuzz.token_set_ratio(a, heading, processor=plain))
        for a in gone[0].alternatives
    )
    says = max(heading_says(mapping.table, w.key[-1], heading) for w in gone)
    return float(max((alike - 40) / 60, 0.0, says))


def _same_role(gone: Sequence[Wanted], heading: str) -> float:
    """Whether an old and a new heading of a person name the same part of who somebody is."""
    new = person_headings(heading)
    old = person_headings(gone[0].alternatives[0])
    return max((min(new[r], old[r]) for r in new.keys() & old.keys()), default=0.0)


def _values(mapping: Mapping, gone: Sequence[Wanted], column: Column) -> tuple[float | None, str]:
    """How well the values fit the canonical columns: None when they cannot be them; and what was seen."""
    from pipeline.program.tables import targets

    known = targets(mapping.table, mapping.grain)
    strength, said = 0.0, ""
    for wanted in gone:
        name = wanted.key[-1]
        if wanted.key[0] != "columns" or name not in known:
            strength, said = max(strength, 0.5 if column.seen.numbers else 0.0), "its values are numbers"
            continue
        codes = {p.casefold() for p, _ in mapping.codes[name].pairs} if name in mapping.codes else set()
        share = _share_of(column, codes)
        if codes and share:
            strength, said = max(strength, share), f"{share:.0%} of its values are codes of the mapping"
            said += _examples([v for v in column.seen.counts if v.casefold() in codes], column)
            continue
        found = fit(mapping.table, name, column.seen)
        if found.confidence == 0:
            return None, ""
        strength = max(strength, found.confidence)
        if known[name].kind in ("timestamp", "date"):
            said = f"its values are {'dates' if known[name].kind == 'date' else 'times'}"
            said += _examples(list(column.seen.counts), column)
    return strength, said


def _share_of(column: Column, values: set[str]) -> float:
    total = sum(column.seen.folded.values())
    return sum(n for v, n in column.seen.folded.items() if v in values) / total if total else 0.0


def _old(column: Column, then: Column | None) -> tuple[float, str]:
    """How much the values are those of the old column: the same ones, or of the same shape where all differ."""
    if then is None or not then.seen.filled or not column.seen.filled:
        return 0.0, ""
    name = " ".join(then.heading.split())
    if then.seen.variety < _VARIED:
        common = set(then.seen.folded)
        share = _share_of(column, common)
        same = [v for v in column.seen.counts if " ".join(v.casefold().split()) in common]
        if share < 0.3:
            return 0.0, ""
        return share, f'{share:.0%} of its values{_examples(same, column)} stood under "{name}"{{before}}'
    shape, share = _shape(column.seen)
    then_shape, then_share = _shape(then.seen)
    if shape != then_shape:
        return 0.0, ""
    both = min(share, then_share)
    return both, f'its values have the form {shape} (9 stands for a digit), as those under "{name}"{{before}} had'


def _shape(seen: Profile) -> tuple[str, float]:
    """The commonest form of the values, digit by digit; letters as one A."""
    shapes = Counter(re.sub(r"[^\W\d_]+", "A", re.sub(r"\d", "9", c.replace(DATE_MARK, ""))) for c in seen.filled)
    shape, count = shapes.most_common(1)[0]
    return shape[:_LONGEST], count / len(seen.filled)


def _examples(values: Sequence[str], column: Column) -> str:
    """The commonest of these values, for people to judge by."""
    counts = column.seen.counts
    chosen = sorted(dict.fromkeys(values), key=lambda v: -counts[v])[:_SHOWN]
    shown = [v.replace(DATE_MARK, "") for v in chosen]
    listed = ", ".join(f"“{' '.join(v.split())[:_LONGEST]}”" for v in shown if v.isprintable())
    return f" ({listed})" if listed else ""
