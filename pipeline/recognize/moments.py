"""Dates and times as people and systems write them: which formats a column uses, and day or month first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

#: Before a date that Excel keeps as a date (the readers' mark); such a cell needs no format.
DATE_MARK = "\ue000"
ISO = "ISO"
EXCEL = "Excel"
_EPOCH_FROM, _EPOCH_TO = 946_684_800, 2_051_222_400  # 2000 to 2034
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:[zZ]|[+-]\d\d(?::?\d\d)?)?)?")
_CLOCK = r"(?P<H>\d{1,2}):(?P<M>\d\d)(?::(?P<S>\d\d)(?P<f>\.\d{1,9})?)?(?P<ps> ?)(?P<p>[AaPp][Mm])?"
_ZONE = r"(?P<zs> ?)(?P<z>[zZ]|[+-]\d\d:?\d\d|[ECMPAH][SD]T)?"
_REST = rf"(?:(?P<join>T|,? | - ){_CLOCK}{_ZONE})?"
_DATES = tuple(
    re.compile(pattern + _REST)
    for pattern in (
        r"(?P<Y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})",
        r"(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d\d)",
        r"(?:(?P<w>[A-Za-z]{3,9})(?P<ws>,? ))?(?P<d>\d{1,2})(?P<s>[- /]?)(?P<mon>[A-Za-z]{3,9})(?P=s)(?P<y>\d{4}|\d\d)",
        r"(?:(?P<w>[A-Za-z]{3,9})(?P<ws>,? ))?(?P<mon>[A-Za-z]{3,9}) (?P<d>\d{1,2})(?P<s>,? )(?P<y>\d{4})",
        r"(?P<Y>(?:19|20)\d\d)(?P<s>)(?P<m>[01]\d)(?P<d>[0-3]\d)",
    )
)
_CLOCK_FIRST = re.compile(
    rf"{_CLOCK}(?P<join> | - |,? )(?P<a>\d{{1,2}})(?P<s>[-/.])(?P<b>\d{{1,2}})(?P=s)(?P<y>\d{{4}}|\d\d)"
)
_PACKED = re.compile(r"(?P<Y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)[T ]?(?P<H>[0-2]\d)(?P<M>[0-5]\d)(?P<S>[0-5]\d)?")
_ONLY_CLOCK = re.compile(_CLOCK)
_MILITARY = re.compile(r"(?P<H>[01]?\d|2[0-3])(?P<M>[0-5]\d)")


@dataclass(frozen=True, slots=True)
class Moment:
    """One cell read as a date, a time of day, or both. `swapped` has day and month in the other order."""

    format: str
    value: datetime
    has_date: bool
    has_clock: bool
    swapped: datetime | None = None
    first: int = 0
    second: int = 0


@dataclass(frozen=True, slots=True)
class Moments:
    """A column read as moments.

    `share` of the filled cells can be read; `formats` (strptime, ISO or EXCEL) with how many cells each, most first;
    `order` is how days are told from months: `month` or `day` by `decided` cells, `undecided` when none decides, ""
    when nothing is to be told. `values` are aligned with the cells.
    """

    share: float
    formats: tuple[tuple[str, int], ...]
    order: str
    decided: int
    has_date: bool
    has_clock: bool
    midnight: float
    values: tuple[datetime | None, ...]

    @property
    def years(self) -> tuple[int, int]:
        """The years between which nine of ten values lie."""
        years = sorted(v.year for v in self.values if v is not None)
        return (years[len(years) // 20], years[-1 - len(years) // 20]) if years else (0, 0)


def read_moments(cells: Sequence[str | None], *, clocks: bool = False) -> Moments | None:
    """How a column is written as dates and times; None when hardly a cell is one.

    `clocks`: numbers such as 1031 may be times of day (the heading says so).
    """
    filled = [c for c in cells if c]
    probe = filled[:: max(1, len(filled) // 50)]
    if not filled or sum(read_moment(c, clocks) is not None for c in probe) < len(probe) * 0.5:
        return None
    found = [read_moment(c, clocks) if c else None for c in cells]
    read = [m for m in found if m is not None]
    if not read:
        return None
    order, decided = _order(read)
    formats = Counter(_in_order(m, order) for m in read)
    values = tuple(_value(m, order) if m else None for m in found)
    midnight = sum(m.value.hour == m.value.minute == m.value.second == 0 for m in read) / len(read)
    dated, clocked = sum(m.has_date for m in read), sum(m.has_clock for m in read)
    return Moments(
        share=len(read) / len(filled),
        formats=tuple(formats.most_common()),
        order=order,
        decided=decided,
        has_date=dated * 2 > len(read),
        has_clock=clocked * 2 > len(read) and not (midnight == 1 and dated),
        midnight=midnight,
        values=values,
    )


def _order(read: Sequence[Moment]) -> tuple[str, int]:
    """Whether day or month stands first, by the cells in which only one of them can."""
    numeric = [m for m in read if m.first]
    if not numeric:
        return "", 0
    day_first = sum(m.first > 12 for m in numeric)
    month_first = sum(m.second > 12 for m in numeric)
    if day_first == month_first == 0:
        return "undecided", 0
    return ("day", day_first) if day_first > month_first else ("month", month_first)


def _in_order(moment: Moment, order: str) -> str:
    if order != "day" or not moment.first:
        return moment.format
    return moment.format.replace("%m", "%!").replace("%d", "%m").replace("%!", "%d")


def _value(moment: Moment, order: str) -> datetime | None:
    return moment.swapped if order == "day" and moment.first else moment.value


@lru_cache(maxsize=65536)
def read_moment(cell: str, clocks: bool = False) -> Moment | None:
    """One cell. Formats of numeric days and months are given month first."""
    if cell.startswith(DATE_MARK):
        return _excel(cell[1:])
    text = cell.strip()
    if not 3 <= len(text) <= 40 or not any(c.isdigit() for c in text):
        return None
    if _ISO.fullmatch(text):
        return _iso(text)
    for pattern in _DATES:
        match = pattern.fullmatch(text)
        if match:
            return _dated(match)
    clock_first = _CLOCK_FIRST.fullmatch(text)
    if clock_first:
        return _dated(clock_first)
    packed = _PACKED.fullmatch(text)
    if packed and len(text) >= 12:
        return _packed(packed, text)
    return _clock(text, clocks) or _epoch(text)


def _excel(text: str) -> Moment | None:
    if "-" not in text[1:]:
        clock = _ONLY_CLOCK.fullmatch(text)
        return _at(EXCEL, 2000, 1, 1, clock, has_date=False) if clock else None
    found = _iso(text)
    return Moment(EXCEL, found.value, True, found.has_clock) if found else None


def _iso(text: str) -> Moment | None:
    plain = re.sub(r"(\.\d{6})\d+", r"\1", text.replace(" +", "+").replace(" -", "-"))
    try:
        value = datetime.fromisoformat(plain.replace("z", "Z"))
    except ValueError:
        return None
    return Moment(ISO, value.replace(tzinfo=None), True, len(text) > 10)


def _dated(match: re.Match[str]) -> Moment | None:
    parts = match.groupdict()
    year = parts.get("Y") or parts["y"]
    number = int(year) if len(year) == 4 else 2000 + int(year) - (100 if int(year) > 68 else 0)
    clock = match if parts["H"] else None
    if parts.get("a"):
        form = _date_form(match)
        first, second = int(parts["a"]), int(parts["b"])
        usual, other = _at(form, number, first, second, clock), _at(form, number, second, first, clock)
        chosen = usual or other
        if chosen is None:
            return None
        swapped = other.value if other else None
        return Moment(chosen.format, chosen.value, True, clock is not None, swapped, first, second)
    month = int(parts["m"]) if parts.get("m") else _MONTHS.get(parts["mon"][:3].casefold(), 0)
    return _at(_date_form(match), number, month, int(parts["d"]), clock) if month else None


def _date_form(match: re.Match[str]) -> str:
    """The format of the date, of what joins it to the time, and of the time."""
    parts = match.groupdict()
    separator = parts["s"]
    year = "%y" if len(parts.get("y") or "") == 2 else "%Y"
    if parts.get("Y"):
        date = f"%Y{separator}%m{separator}%d"
    elif parts.get("a"):
        date = f"%m{separator}%d{separator}{year}"
    else:
        date = _named_form(match, separator, year)
    if not parts["H"]:
        return date
    halves = (date, _clock_form(parts))
    return parts["join"].join(halves if match.start("s") < match.start("H") else halves[::-1])


def _named_form(match: re.Match[str], separator: str, year: str) -> str:
    """A date whose month is a word: 25-Jan-2022, Mon Jan 25, 2022."""
    parts = match.groupdict()
    month = "%b" if len(parts["mon"]) == 3 else "%B"
    weekday = parts["w"]
    before = f"{'%a' if len(weekday) == 3 else '%A'}{parts['ws']}" if weekday else ""
    if match.start("d") < match.start("mon"):
        return f"{before}%d{separator}{month}{separator}{year}"
    return f"{before}{month} %d{separator}{year}"


def _clock_form(parts: dict[str, str | None]) -> str:
    hour = "%I" if parts["p"] else "%H"
    seconds = ":%S" if parts["S"] else ""
    fraction = ".%f" if parts.get("f") else ""
    half = f"{parts['ps']}%p" if parts["p"] else ""
    gap = ("" if parts["p"] else parts["ps"] or "") + (parts.get("zs") or "")
    named = parts.get("z") or ""
    # letters of a zone tell what the clock on the wall showed, which is what is wanted
    zone = f"{gap}{named if len(named) == 3 and named.isalpha() else '%z'}" if named else ""
    return f"{hour}:%M{seconds}{fraction}{half}{zone}"


def _at(
    form: str, year: int, month: int, day: int, clock: re.Match[str] | None, *, has_date: bool = True
) -> Moment | None:
    hour, minute, second = _time_of(clock.groupdict()) if clock else (0, 0, 0)
    try:
        return Moment(form, datetime(year, month, day, hour, minute, second), has_date, clock is not None)
    except ValueError:
        return None


def _time_of(parts: dict[str, str | None]) -> tuple[int, int, int]:
    hour = int(parts["H"] or 0)
    half = (parts.get("p") or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour, int(parts["M"] or 0), int(parts.get("S") or 0)


def _packed(match: re.Match[str], text: str) -> Moment | None:
    parts = match.groupdict()
    join = text[8] if text[8] in "T " else ""
    form = f"%Y%m%d{join}%H%M" + ("%S" if parts["S"] else "")
    return _at(form, int(parts["Y"]), int(parts["m"]), int(parts["d"]), match)


def _clock(text: str, clocks: bool) -> Moment | None:
    match = _ONLY_CLOCK.fullmatch(text)
    if match:
        return _at(_clock_form(match.groupdict() | {"zs": "", "z": None}), 2000, 1, 1, match, has_date=False)
    military = _MILITARY.fullmatch(text) if clocks and len(text) == 4 else None
    return _at("%H%M", 2000, 1, 1, military, has_date=False) if military else None


def _epoch(text: str) -> Moment | None:
    if not text.isascii() or not text.isdigit() or len(text) not in (9, 10, 12, 13):
        return None
    seconds = int(text) // (1000 if len(text) > 10 else 1)
    if not _EPOCH_FROM <= seconds < _EPOCH_TO:
        return None
    form = "epoch_ms" if len(text) > 10 else "epoch"
    return Moment(form, datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None), True, True)
