"""Columns that tell who somebody is: by their headings and by their values. They are masked, and never stored."""

from __future__ import annotations

import calendar
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from pipeline.recognize.crosswalk import crosswalk, nature_words, plain_words
from pipeline.recognize.profile import Profile
from pipeline.recognize.words import heading_says, vocabulary

#: From here on a heading or the values say enough to keep a column out of sight.
ENOUGH = 0.5
_PHONE = re.compile(r"(?:\+?1[-. ]?)?\(?[2-9]\d\d\)?[-. ]?\d{3}[-. ]?\d{4}(?: ?x\d+)?")
_PHONE_MARKED = re.compile(r".*[-.() ].*")
_SSN = re.compile(r"\d{3}-\d\d-\d{4}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_NAME = re.compile(r"[^\W\d_]['’]?[^\W\d_]+(?:[-' ’][^\W\d_]+)?\.?")
_LAST_FIRST = re.compile(r"[^\W\d_][^\W\d_'’-]+(?: [^\W\d_]+)?, ?[^\W\d_]+(?: [^\W\d_]+)*\.?")
_STREET = (
    r"(?:st|street|ave|av|avenue|rd|road|dr|drive|ln|lane|blvd|boulevard|ct|court|pl|place|way|wy|pkwy|parkway|cir|circle|ter|"
    r"terrace|hwy|highway|trl|trail|loop|sq|square|pike|row|aly|alley|path|run|plz|plaza)"
)
_ADDRESSES = (
    rf"\d[\dx]*(?:-\d+)? .*\b{_STREET}\b.*",  # 123 Main St
    r".*\bblock\b.*",  # 100 block of Main
    r"\d{1,6}x* (?:[nsew]\.? )?[a-z0-9 .'-]+",  # 123 N Main
    rf".*\b{_STREET}\b ?(?:/|&|@| and ).*",  # Main St & 1st
    r".*\S / \S.*",
    rf".*\b{_STREET}\.?",
)
_ADDRESS = re.compile(f"(?:{'|'.join(_ADDRESSES)})", re.IGNORECASE | re.DOTALL)


#: Words of the calendar, some of which are names as well.
_CALENDAR = frozenset(
    [
        w.casefold()
        for names in (calendar.month_name, calendar.month_abbr, calendar.day_name, calendar.day_abbr)
        for w in names
    ]
)


@dataclass(frozen=True, slots=True)
class PersonLike:
    """Why a column tells who somebody is: its role, how sure that is (0 to 1), and whether heading or values say it."""

    role: str
    confidence: float
    by_heading: float
    by_values: float


def person_like(column: Profile, *, heading: bool = True) -> PersonLike | None:
    """The role of a column that tells who somebody is, or None. `heading`: whether the heading may speak."""
    values = person_values(column)
    said = person_headings(column.heading) if heading else {}
    best: PersonLike | None = None
    for role in {*values, *said}:
        by_heading, by_values = said.get(role, 0.0), values.get(role, 0.0)
        if role == "birth_date" and by_heading and not by_values and column.filled and column.moments is None:
            by_heading *= 0.5
        confidence = 1 - (1 - 0.97 * by_heading) * (1 - by_values)
        if best is None or confidence > best.confidence:
            best = PersonLike(role, confidence, by_heading, by_values)
    return best if best and best.confidence >= ENOUGH else None


def person_headings(heading: str) -> dict[str, float]:
    """What a heading says about persons: role -> strength."""
    said = {role: heading_says("person", role, heading) for role in vocabulary()["person"]}
    return {role: strength for role, strength in said.items() if strength > 0.3}


def person_values(column: Profile) -> dict[str, float]:
    """What the values say about persons: role -> strength. Headings are not looked at."""
    if len(column.filled) < 2:
        return {}
    found: dict[str, float] = {}
    if max(column.share(_SSN), column.share(_EMAIL)) > 0.5:
        found["other"] = 0.95
    elif column.share(_PHONE) > 0.8 and column.share(_PHONE_MARKED) > 0.5:
        found["other"] = 0.9
    found |= _birth(column) or _names(column)
    if _is_prose(column):
        found["free_text"] = 0.8
    return found


def _birth(column: Profile) -> dict[str, float]:
    """Dates without a time that reach over decades."""
    moments = column.moments
    if moments is None or moments.share < 0.8 or not moments.has_date or moments.has_clock:
        return {}
    first, last = moments.years
    return {"birth_date": 0.9 if last - first >= 25 else 0.6} if last - first >= 12 and first < 2012 else {}


def _names(column: Profile) -> dict[str, float]:
    if column.share(_LAST_FIRST) > 0.6 and column.variety > 0.1:
        known = _known(column, "first", last=True)
        return {"full_name": 0.9 if known > 0.2 else 0.6}
    if column.words > 1.6 and column.share(_FULL) > 0.7 and _known(column, "first", last=False) > 0.25:
        return {"full_name": 0.85}
    race = crosswalk("encounters", "race_ethnicity")
    if set(column.folded) <= _CALENDAR or all(race.code(v) for v in column.folded):
        return {}  # April and White are names, too
    if column.share(_NAME) < 0.85 or column.distinct < 4 or column.words > 1.5:
        return {}
    first, last = _known(column, "first", last=False), _known(column, "last", last=False)
    if max(first, last) > 0.3:
        return {"first_name": 0.5 + first / 2} if first > last else {"last_name": 0.5 + last / 2}
    common = sum(bool(set(plain_words(v)) & nature_words()) for v in column.folded) / max(1, column.distinct)
    # many different single words that are no call types: family names that are on no list
    many = column.distinct >= 25 and (column.variety > 0.15 or column.distinct >= 60)
    return {"last_name": 0.7} if many and common < 0.3 and column.length > 4 else {}


_FULL = re.compile(r"[^\W\d_'’-]+(?: [^\W\d_]\.?)?(?: [^\W\d_'’-]+){1,2}")


def is_name(text: str) -> bool:
    """Whether a text is a frequent first or family name, or consists of two."""
    words = _plain(text).replace(",", " ").split()
    names = _lists()["first"] | _lists()["last"]
    return 0 < len(words) <= 2 and all(w in names for w in words)


def _known(column: Profile, kind: str, *, last: bool) -> float:
    """The share of different values whose first (or last) word stands in a list of names."""
    names = _lists()[kind]
    words = [_plain(v).split() for v in column.folded]
    return sum(bool(w) and w[-1 if last else 0].strip(".,") in names for w in words) / max(1, len(words))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    text = resources.files("pipeline.recognize").joinpath("names.toml").read_text(encoding="utf-8")
    return {kind: frozenset(names.split()) for kind, names in tomllib.loads(text).items()}


def _is_prose(column: Profile) -> bool:
    return column.words > 4.5 and column.variety > 0.4 and address_share(column) < 0.5


def address_share(column: Profile) -> float:
    """The share of filled cells that read like a street address, a block or a crossing."""
    return column.share(_ADDRESS)
