"""The words of a letter: what each rule means for the people who made the extract, and their own names for things."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from pipeline.program.model import Mapping as Declared
from pipeline.program.model import Program
from pipeline.program.paths import matches
from pipeline.publish import fonts, numbers, wording
from pipeline.publish.html import TEMPLATES
from pipeline.publish.letters.facts import FaultGroup, Mended, Place
from pipeline.receive.renamed import STAFF
from schemas.spec import fill, words

#: Letters of a heading, a value and a file name that a letter repeats; hostile or careless ones may be endless.
HEADING, VALUE = 60, 28
#: The width of a usual letter at a size, in points.
_LETTER, _SIZE = 5.2, 10.0
#: Characters that have no place on paper: controls, those that turn the direction, those for private use.
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff\ufff0-\uffff]+")

#: What only changes the picture before it: the forms and the shades of an emoji.
_BESIDE = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0100, 0xE01F0))))


@dataclass(frozen=True, slots=True)
class Advice:
    """What a rule says in a letter."""

    what: str
    how: str
    gain: float
    values: bool = False


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads((TEMPLATES / "letter.toml").read_text(encoding="utf-8"))


def advice(rule: str) -> Advice:
    """What letters say about a rule; a rule without words of its own speaks by its message."""
    found: Mapping[str, Any] = _declared()["rules"].get(rule, _declared()["fallback"])
    return Advice(found["what"], found["how"], float(found["gain"]), bool(found.get("values")))


def other(name: str, **parts: object) -> tuple[str, str, float]:
    """What, how and gain of something that is no rule of a row."""
    found = _declared()["other"][name]
    return fill(found["what"], **parts), fill(found["how"], **parts), float(found.get("gain", 1))


def short(text: str, most: int) -> str:
    """As much as so many letters of usual width take; spaces and line breaks become one space."""
    plain = shown(text[: 40 * most + 200])[: 3 * most]
    return fonts.cut(plain, most * _LETTER, _SIZE)


def shown(text: str) -> str:
    """Text as it can be printed: in one line, nothing that turns the direction of what follows, nothing like a link.

    Letters that our fonts lack would be empty boxes: they are counted instead, and stand in the workbook as they are.
    """
    plain = " ".join(_UNPRINTED.sub(" ", text).split())
    if not plain.isascii():
        plain = _counted(unicodedata.normalize("NFC", plain))
    return plain.replace("://", ": //").replace("@", "@ ")


def _counted(text: str) -> str:
    """The text with runs of letters that no font of ours has replaced by how many they are."""
    pieces = []
    for lacking, run in groupby(text, key=lambda c: c in _BESIDE or (not c.isascii() and fonts.lacks(c))):
        letters = "".join(run)
        count = sum(c not in _BESIDE and unicodedata.category(c) not in ("Mn", "Me") for c in letters)
        said = f"({count} character{'s' if count > 1 else ''} not shown)" if count else ""
        pieces.append(said if lacking else letters)
    return "".join(pieces)


@lru_cache(maxsize=1_000)
def _short_heading(text: str) -> str:
    """The heading of a column, measured once: a workbook names it on every line."""
    return short(text, HEADING)


def problem(text: str, most: int) -> str:
    """Why an extract could not be read, without what only the program staff can do."""
    return short(text.partition(STAFF)[0], most)


class Names:
    """How an agency knows its extracts and columns."""

    def __init__(self, program: Program, agency: str, extracts: Iterable[str], longest: int = 48) -> None:
        self.program, self.agency, self.longest = program, agency, longest
        self._mappings: dict[tuple[str, str], Declared | None] = {}
        given = list(dict.fromkeys(extracts))
        last = [PurePosixPath(name).name for name in given]
        self._files = {name: base if last.count(base) == 1 else name for name, base in zip(given, last, strict=True)}

    def file(self, extract: str) -> str:
        """The name of the file, without our folders where that is clear; the end of a long one says most."""
        name, limit = shown(self._files.get(extract, extract)), self.longest * _LETTER
        if fonts.width(name, _SIZE) <= limit:
            return name
        last = fonts.cut(name[::-1][: self.longest], limit * 0.6, _SIZE)[::-1]
        return fonts.cut(name[: self.longest], limit * 0.4, _SIZE) + last.removeprefix("…")

    def heading(self, group: FaultGroup) -> str:
        """The heading behind a column, as the agency's extract has it; the column in words where none is mapped."""
        extract = group.places[0].extract if group.places else ""
        return self.column(extract, group.table, group.column or "", group.message)

    def column(self, extract: str, table: str, column: str, message: str = "") -> str:
        """The agency's own heading of a column, as a message about it names it."""
        if (extract, table) not in self._mappings:
            self._mappings[extract, table] = self._mapping_of(extract, table)
        mapping = self._mappings[extract, table]
        return _short_heading(_headings(mapping, column, message)) if mapping else words(column or "row")

    def _mapping_of(self, extract: str, table: str) -> Declared | None:
        own = (m for m in self.program.mappings if m.table == table and m.agency in (self.agency, None))
        return next((m for m in own if matches(m.files, extract)), None)

    def change(self, mended: Mended) -> str:
        """What a correction did: `“Received” moved by −60 minutes`."""
        one = mended.correction
        own = {c: self.column(one.extract, mended.table, c) for c in (*one.shift_columns, *one.set)}
        if one.shift_columns:
            moved = wording.listed([f"“{own[c]}”" for c in one.shift_columns])
            return f"{moved} moved by {numbers.number(one.shift_minutes)} minutes"
        if one.set:
            return wording.listed([f"“{own[c]}” set to {short(v, VALUE) or 'unknown'}" for c, v in one.set.items()])
        return "taken out; these rows wait in quarantine"

    def places(self, places: Sequence[Place], rows: int) -> str:
        """`cad_2023-11.csv, rows 12, 40, 77, …`: the rows of the newest extract among these."""
        if not places:
            return ""
        first = places[0]
        same = [p for p in places if (p.extract, p.sheet) == (first.extract, first.sheet)]
        sheet = f", sheet “{short(first.sheet, 16)}”" if first.sheet else ""
        numbers_ = ", ".join([*(f"{p.row}" for p in same), *(["…"] if rows > len(same) else [])])
        return f"{self.file(first.extract)}{sheet}, row{'' if rows == 1 else 's'} {numbers_}"


def _headings(mapping: Declared, column: str, message: str) -> str:
    """The headings that a mapping joins for a column; of alternatives the one that the message names."""
    name = {"person_key": "person", "place_key": "address", "service": "referrals"}.get(column, column)
    if name == "units" and "units" not in mapping.columns:
        name = "unit"
    source = mapping.columns.get(name)
    if source is None and mapping.unpivot is not None and column == "minutes":
        every = [p for s in mapping.unpivot.columns.values() for p in s.parts]
        named = [a for part in every for a in part if f"“{a}”" in message]
        return named[0] if named else words(column)
    if source is None or not source.parts:
        return words(column or "row")
    longest = [sorted(part, key=len, reverse=True) for part in source.parts]
    chosen = (next((a for a in p if a in message), part[0]) for p, part in zip(longest, source.parts, strict=True))
    return " ".join(chosen)


def said(group: FaultGroup, names: Names, most_values: int) -> tuple[str, str]:
    """What is wrong with a group of rows, and how it is mended."""
    rule = advice(group.rule)
    parts = {"heading": names.heading(group), "text": short(group.message, 220)}
    what = fill(rule.what, **parts)
    often = group.values[:most_values] if rule.values else ()
    if often:
        listed = ", ".join(_value(value, rows, group) for value, rows in often)
        more = group.different - len(often)
        what += f": {listed}" + (f" and {more:,} other{'s' if more > 1 else ''}" if more > 0 else "")
    return what, fill(rule.how, **parts)


def _value(value: str, rows: int, group: FaultGroup) -> str:
    times = f" ({rows:,})" if rows > 1 and group.rows > rows else ""
    return f"“{short(value, VALUE)}”{times}"
