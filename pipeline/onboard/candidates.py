"""What can be mapped: columns of the extract, and columns of dates joined with columns of times of day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from pipeline.recognize import Profile, person_like, profile
from pipeline.recognize.moments import DATE_MARK, EXCEL, ISO, Moments, read_moment
from pipeline.recognize.words import heading_words

_WORDS_OF_TIME = {"date", "time", "day", "at", "of", "on"}
_ISO_TEXT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?")
_DATE_HEAD = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")


@dataclass(frozen=True)
class Candidate:
    """Headings that make one value together, the profile of that value, and the formats in which it is read.

    `formats` are strptime formats, most frequent first; empty where none is needed (ISO, Excel dates) or it is no time.
    `order` is how its days are told from months (see Moments).
    """

    headings: tuple[str, ...]
    seen: Profile
    formats: tuple[str, ...] = ()
    order: str = ""

    @property
    def joined(self) -> bool:
        """Whether two columns make the value."""
        return len(self.headings) > 1

    @property
    def moments(self) -> Moments | None:
        """The value read as a date with or without a time."""
        return self.seen.moments


def candidates(columns: Sequence[Profile]) -> list[Candidate]:
    """Every column by itself, and each column of times of day joined with the column of dates that belongs to it."""
    days = [c for c in columns if _is_day(c)]
    clocks = [c for c in columns if _is_clock(c)]
    found = [_alone(c) for c in columns if c not in clocks]
    for clock in clocks:
        day = _day_of(clock, days, columns)
        joined = _join(day, clock) if day else None
        if joined:
            found.append(joined)
        found.append(Candidate((clock.heading,), clock))
    return found


def _alone(column: Profile) -> Candidate:
    moments = column.moments
    return Candidate((column.heading,), column, formats_of(moments), moments.order if moments else "")


def formats_of(moments: Moments | None, most: int = 4) -> tuple[str, ...]:
    """The strptime formats of a column; years of two digits first, because %Y would read them as the year 22."""
    if moments is None:
        return ()
    total = sum(n for _, n in moments.formats)
    kept = [f for f, n in moments.formats if f not in (ISO, EXCEL) and (n >= 3 or n > 0.001 * total)]
    return tuple(sorted(kept[:most], key=lambda f: "%y" not in f))


def _is_day(column: Profile) -> bool:
    found = column.moments
    if found is None or found.share < 0.8 or not found.has_date or found.has_clock:
        return False
    person = person_like(column)
    return person is None or person.role != "birth_date"


def _is_clock(column: Profile) -> bool:
    found = column.moments
    if found is None or found.share < 0.7:
        return False
    return not found.has_date or _one_old_day(found)


def _one_old_day(found: Moments) -> bool:
    """Times of day that carry the day on which Excel's calendar begins."""
    days = {v.date() for v in found.values if v is not None}
    return found.has_clock and len(days) == 1 and next(iter(days)).year <= 1904


def _day_of(clock: Profile, days: Sequence[Profile], columns: Sequence[Profile]) -> Profile | None:
    """The dates that go with times of day: with the same words in the heading, or the nearest on the left."""
    if not days:
        return None
    words = set(heading_words(clock.heading)) - _WORDS_OF_TIME
    same = [d for d in days if set(heading_words(d.heading)) - _WORDS_OF_TIME == words]
    place = {id(c): n for n, c in enumerate(columns)}
    left = [d for d in days if place[id(d)] < place[id(clock)]]
    return same[0] if same else (left[-1] if left else days[0])


def _join(day: Profile, clock: Profile) -> Candidate | None:
    days, clocks = day.moments, clock.moments
    if days is None or clocks is None:
        return None
    values = [
        datetime.combine(d.date(), c.time()) if d and c else None
        for d, c in zip(days.values, clocks.values, strict=True)
    ]
    cells = [v.isoformat(" ") if v else None for v in values]
    joined = profile(f"{day.heading} {clock.heading}", cells)
    return Candidate((day.heading, clock.heading), joined, _joined_formats(day, clock), days.order)


def _joined_formats(day: Profile, clock: Profile, most: int = 4) -> tuple[str, ...]:
    """The formats of the joined text; what always stands beside the date (a midnight) becomes part of the format."""
    pairs = Counter(
        (_form_of_cell(d, clock=False), _form_of_cell(c, clock=True))
        for d, c in zip(day.cells, clock.cells, strict=True)
        if d and c and not _iso_together(d, c)
    )
    order = day.moments.order if day.moments else ""
    found = []
    for (date_form, clock_form), count in pairs.most_common():
        if date_form and clock_form and (count >= 3 or len(pairs) == 1):
            found.append(f"{_in_order(date_form, order)} {clock_form}")
    needed = [f for f in found if f != "%Y-%m-%d %H:%M:%S"]
    return tuple(sorted(dict.fromkeys(needed[:most]), key=lambda f: "%y" not in f))


def _iso_together(day: str, clock: str) -> bool:
    if day.startswith(DATE_MARK):
        return clock.startswith(DATE_MARK) or re.fullmatch(r"\d\d:\d\d(:\d\d)?", clock) is not None
    return _ISO_TEXT.fullmatch(f"{day} {clock.removeprefix(chr(0xE000))}") is not None


@lru_cache(maxsize=16384)
def _form_of_cell(cell: str, *, clock: bool) -> str:
    """The format of one cell: of a date with its midnight as it stands, of a time of day with its old date."""
    if cell.startswith(DATE_MARK):
        return "%H:%M:%S" if clock else "%m/%d/%Y"
    found = read_moment(cell, clock)
    if found is None:
        return ""
    form = found.format
    head = _DATE_HEAD.match(cell)
    if not head:
        return form
    if clock:
        return cell[: head.end()] + form[_date_end(form) :] if form != ISO else f"{cell[: head.end() + 1]}%H:%M:%S"
    date_form = "%Y-%m-%d" if form == ISO else form[: _date_end(form)]
    return date_form + cell[head.end() :]


def _date_end(form: str) -> int:
    """Where the date ends in a format."""
    return max(form.find(d) + 2 for d in ("%Y", "%y", "%d", "%m", "%b", "%B") if d in form)


def _in_order(form: str, order: str) -> str:
    if order != "day":
        return form
    return form.replace("%m", "%!").replace("%d", "%m").replace("%!", "%d")
