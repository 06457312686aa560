"""Persons and addresses become keyed hashes here, before anything is written; their text goes no further.

A key is HMAC-SHA-256 with the program's secret, first 32 hex digits (spec 2). Keys are worked out once for each
distinct text of a batch and remembered for the next ones.
"""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Between the parts of a person in the result of a projection (cells.sql writes them).
PART = "\x1f"
_KEPT = 500_000
_CENTURY = 100
_EPOCH = date(1970, 1, 1)
#: Days from 1970 before and after every date.
_NEVER, _FOREVER = -(1 << 30), 1 << 30
_SHIFT = 1 << 30

Fault = Literal["person_missing", "person_unreadable"]


def keyed_hash(secret: bytes, *parts: str) -> str:
    """The first 32 hex digits of HMAC-SHA-256 over the parts joined by `|`."""
    return hmac.digest(secret, "|".join(parts).encode(), "sha256").hex()[:32]


def plain(text: str) -> str:
    """NFKC, accents off, upper case, letters and digits only: O'Neil, oneil and Ó Néil are one."""
    if text.isascii():
        return text.upper() if text.isalnum() else "".join(filter(str.isalnum, text.upper()))
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return "".join(c for c in unicodedata.normalize("NFKC", bare).upper() if c.isalnum())


@dataclass(frozen=True, slots=True)
class Person:
    """What is kept of one person's parts. `latest` is the newest date among them: later than the encounter, it is a
    two-digit year of the century before. `faulty` are the places of the parts that `fault` is about."""

    key: str | None
    birth_year: int | None
    latest: date | None
    fault: Fault | None
    faulty: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons of a batch: `number[i]` is the place in `known` of the person of row i."""

    number: NDArray[np.int64]
    known: list[Person]


class Keys:
    """Makes the keys of one extract.

    `births` says of each part of a person whether its heading names a date of birth.
    """

    def __init__(self, secret: bytes, births: tuple[bool, ...] = ()) -> None:
        self._secret = secret
        self._births = births
        self._persons: dict[tuple[str, str, date | None], Person] = {}
        self._places: dict[tuple[str, str], str | None] = {}

    def persons(self, texts: pa.Array, agencies: pa.Array | str, starts: pa.Array) -> Persons:
        """The person of each row, from the parts of a person, the agency (one for all rows, or a column) and the start
        of the encounter."""
        alike = _Alike(texts, agencies if len(self._births) == 1 else "")
        known = [self._person(text or "", whose or "", None) for text, whose in alike.pairs]
        latest = np.array([_NEVER if p.latest is None else _days(p.latest) for p in known], dtype=np.int64)
        days = starts.cast(pa.date32()).cast(pa.int32()).fill_null(_FOREVER).to_numpy()
        number = alike.number
        later = np.flatnonzero(latest[number] > days)
        if len(later):
            # few rows: a birth date after the encounter is of the century before
            number = number.copy()
            both, at = np.unique(number[later] * (1 << 32) + days[later] + _SHIFT, return_inverse=True)
            for code in both.tolist():
                text, whose = alike.pairs[code >> 32]
                before = _EPOCH + timedelta(days=(code & 0xFFFFFFFF) - _SHIFT)
                known.append(self._person(text or "", whose or "", before))
            number[later] = len(alike.pairs) + at
        return Persons(number, known)

    def _person(self, text: str, agency: str, before: date | None) -> Person:
        found = self._persons.get((text, agency, before))
        if found is None:
            if len(self._persons) > _KEPT:
                self._persons.clear()
            found = self._persons[text, agency, before] = self._make(text.split(PART), agency, before)
        return found

    def _make(self, parts: list[str], agency: str, before: date | None) -> Person:
        days = [_day(p, before) if p[0] == "D" else None for p in parts]
        texts = [d.isoformat() if d else plain(p[1:]) if p[0] == "T" else "" for p, d in zip(parts, days, strict=True)]
        missing = tuple(n for n, p in enumerate(parts) if p[0] == "N")
        unreadable = tuple(n for n, p in enumerate(parts) if p[0] != "N" and not texts[n])
        fault: Fault | None = "person_missing" if missing else "person_unreadable" if unreadable else None
        own = [agency] if len(parts) == 1 else []
        births = [d for d, is_birth in zip(days, self._births, strict=True) if is_birth and d]
        birth = next(iter(births or [d for d in days if d]), None) if not any(self._births) or births else None
        return Person(
            key=None if fault else keyed_hash(self._secret, *own, *texts),
            birth_year=birth.year if birth else None,
            latest=max((d for d in days if d), default=None),
            fault=fault,
            faulty=missing or unreadable,
        )

    def places(self, addresses: pa.Array, agencies: pa.Array | str) -> pa.Array:
        """The key of each address: over the agency and the letters and digits of the address; null without any."""
        alike = _Alike(addresses, agencies)
        keys = [self._place(agency, address) if address and agency else None for address, agency in alike.pairs]
        return pa.array(keys, pa.string()).take(pa.array(alike.number))

    def _place(self, agency: str, address: str) -> str | None:
        at = (agency, address)
        if at not in self._places:
            if len(self._places) > _KEPT:
                self._places.clear()
            text = plain(address)
            self._places[at] = keyed_hash(self._secret, agency, text) if text else None
        return self._places[at]

    def encounters(
        self, agencies: pa.Array | str, incidents: pa.Array | None, persons: pa.Array | None, starts: pa.Array
    ) -> pa.Array:
        """The ids of encounters whose log has none."""
        given = [agencies, incidents, persons, starts.cast(pa.string())]
        parts = ["" if p is None else p if isinstance(p, str) else p.fill_null("") for p in given]
        joined = pc.binary_join_element_wise(*parts, "|")
        return pa.array([keyed_hash(self._secret, text) for text in joined.to_pylist()], pa.string())

    def next_encounter(self, encounter: str, order: int) -> str:
        """The id of the second, third … of several encounters alike."""
        return keyed_hash(self._secret, encounter, str(order))


class _Alike:
    """Rows with the same text and second text: `pairs` are the different ones, `number[i]` is the place of row i's."""

    def __init__(self, texts: pa.Array, beside: pa.Array | str) -> None:
        # a dictionary may hold the texts of other batches as well
        whole = texts.cast(pa.string()) if pa.types.is_dictionary(texts.type) else texts
        coded = whole.dictionary_encode(null_encoding="encode")
        number: NDArray[np.int64] = coded.indices.to_numpy().astype(np.int64)
        values = coded.dictionary.to_pylist()
        if isinstance(beside, str):
            self.number = number
            self.pairs: list[tuple[str | None, str | None]] = [(v, beside) for v in values]
            return
        second = beside.dictionary_encode(null_encoding="encode")
        others = second.dictionary.to_pylist()
        both = number * len(others) + second.indices.to_numpy()
        codes, self.number = np.unique(both, return_inverse=True)
        self.pairs = [(values[code // len(others)], others[code % len(others)]) for code in codes.tolist()]


def _days(day: date) -> int:
    return (day - _EPOCH).days


def _day(part: str, before: date | None) -> date:
    """The date of a part; one later than the encounter lies in the century before."""
    day = date.fromisoformat(part[1:])
    if before and day > before:
        try:
            return day.replace(year=day.year - _CENTURY)
        except ValueError:  # 29 February of a year like 2000
            return day.replace(year=day.year - _CENTURY, day=28)
    return day
