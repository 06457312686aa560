"""Persons and addresses become keyed hashes here, before anything is written; their text goes no further.

A key is HMAC-SHA-256 with the program's secret, first 32 hex digits (spec 2). Keys are worked out once for each
distinct text of a batch and remembered for the next ones.
"""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

#: Between the parts of a person in the result of a projection (cells.sql writes them).
PART = "\x1f"
_KEPT = 500_000
_CENTURY = 100

Fault = Literal["person_missing", "person_unreadable"]


def keyed_hash(secret: bytes, *parts: str) -> str:
    """The first 32 hex digits of HMAC-SHA-256 over the parts joined by `|`."""
    return hmac.digest(secret, "|".join(parts).encode(), "sha256").hex()[:32]


def plain(text: str) -> str:
    """NFKC, accents off, upper case, letters and digits only: O'Neil, oneil and Ó Néil are one."""
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

    def persons(self, texts: pa.Array, agencies: pa.Array, starts: pa.Array) -> Persons:
        """The person of each row, from the parts of a person, the agency and the start of the encounter."""
        import numpy as np

        agency = agencies.to_pylist() if len(self._births) == 1 else [""] * len(agencies)
        firsts: dict[tuple[str, str, date | None], int] = {}
        known: list[Person] = []
        number = np.empty(len(texts), dtype=np.int64)
        rows = zip(texts.to_pylist(), agency, starts.to_pylist(), strict=True)
        for row, (text, whose, start) in enumerate(rows):
            person = self._person(text, whose or "", None)
            day = start.date() if start is not None else None
            before = day if day and person.latest and person.latest > day else None
            place = firsts.get((text, whose, before))
            if place is None:
                place = firsts[text, whose, before] = len(known)
                known.append(self._person(text, whose or "", before) if before else person)
            number[row] = place
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

    def places(self, addresses: pa.Array, agencies: pa.Array) -> pa.Array:
        """The key of each address: over the agency and the letters and digits of the address; null without any."""
        import pyarrow as pa

        keys = [
            self._place(agency, address) if address and agency else None
            for address, agency in zip(addresses.to_pylist(), agencies.to_pylist(), strict=True)
        ]
        return pa.array(keys, pa.string())

    def _place(self, agency: str, address: str) -> str | None:
        at = (agency, address)
        if at not in self._places:
            if len(self._places) > _KEPT:
                self._places.clear()
            text = plain(address)
            self._places[at] = keyed_hash(self._secret, agency, text) if text else None
        return self._places[at]

    def encounter(self, agency: str, incident: str | None, person: str | None, start: str) -> str:
        """The id of an encounter whose log has none."""
        return keyed_hash(self._secret, agency, incident or "", person or "", start)

    def next_encounter(self, encounter: str, order: int) -> str:
        """The id of the second, third … of several encounters alike."""
        return keyed_hash(self._secret, encounter, str(order))


def _day(part: str, before: date | None) -> date:
    """The date of a part; one later than the encounter lies in the century before."""
    day = date.fromisoformat(part[1:])
    if before and day > before:
        try:
            return day.replace(year=day.year - _CENTURY)
        except ValueError:  # 29 February of a year like 2000
            return day.replace(year=day.year - _CENTURY, day=28)
    return day
