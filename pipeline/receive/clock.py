"""Times that stand in a form of fixed width, such as 01/31/2023 23:59:59, read for many cells at once.

Only what needs no leniency is read here: every digit in its place, a day that exists. All other cells are left to SQL
(cells.sql), which reads these in the same way; a test holds both against each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_ZERO = ord("0")
#: Earlier years are no times of calls (`plausible` in cells.sql); text has four digits at most.
_FIRST_YEAR, _LAST_YEAR = 1000, 9999
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_MICROSECONDS = 1_000_000
#: So many cells are looked at together: what is made of them fits into the processor's own memory.
_AT_ONCE = 1 << 14
#: What some systems write for no time at all.
_NO_TIME = int(np.datetime64("1900-01-01", "us").astype(np.int64))


@dataclass(frozen=True, slots=True)
class Clock:
    """One format of fixed width: where each of its numbers begins, and the character at every other place."""

    length: int
    numbers: dict[str, int]
    between: dict[int, int]

    def read(self, cells: pa.StringArray) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Microseconds since 1970 of each cell, and whether it was read: null is not."""
        micros, good = np.zeros(len(cells), np.int64), np.zeros(len(cells), bool)
        _, offsets, data = cells.buffers()
        ends = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
        fits = np.diff(ends) == self.length
        if cells.null_count:
            fits &= cells.is_valid().to_numpy(zero_copy_only=False)
        count = int(np.count_nonzero(fits))
        if not count:
            return micros, good
        if count * self.length != ends[-1] - ends[0]:
            return self._read_some(cells, fits, micros, good)
        held = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]].reshape(count, self.length)
        found, times = (good, micros) if count == len(cells) else (np.empty(count, bool), np.empty(count, np.int64))
        for first in range(0, count, _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            found[some], times[some] = self._parsed(np.ascontiguousarray(held[some].T))
        if count < len(cells):
            good[fits], micros[fits] = found, times
        return micros, good

    def count(self, texts: Sequence[str]) -> int:
        """How many of these it reads."""
        import pyarrow as pa

        encoded = [text.encode() for text in texts]
        ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
        # pa.array of a list would load pandas, which is to be loaded while DuckDB reads already
        held = [pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
        return int(np.count_nonzero(self.read(pa.StringArray.from_buffers(len(encoded), *held))[1]))

    def _read_some(
        self, cells: pa.StringArray, fits: NDArray[np.bool_], micros: NDArray[np.int64], good: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The same where cells of other lengths stand between: those that fit are put together first."""
        import pyarrow as pa

        micros[fits], good[fits] = self.read(cells.filter(pa.array(fits)))
        return micros, good

    def _parsed(self, held: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Whether each text is a time, and which; `held` has a row for each place in the text."""
        digits = held - np.uint8(_ZERO)  # what is no digit becomes more than 9
        good = np.ones(held.shape[1], bool)
        for place in range(self.length):
            good &= held[place] == self.between[place] if place in self.between else digits[place] <= 9
        first, lengths = _months()
        year = self._year(digits)
        month, day = self._two(digits, "m") - np.uint8(1), self._two(digits, "d") - np.uint8(1)
        at = np.clip((year - _FIRST_YEAR) * 12 + month, 0, len(first) - 1)
        good &= (year >= _FIRST_YEAR) & (month < 12) & (day < lengths[at])
        seconds = (first[at] + day) * np.int64(_DAY)
        for name, most, unit in (("H", 24, _HOUR), ("M", 60, _MINUTE), ("S", 60, 1)):
            if name in self.numbers:
                number = self._two(digits, name)
                good &= number < most
                seconds += number * np.int32(unit)
        seconds *= _MICROSECONDS
        good &= seconds != _NO_TIME
        return good, seconds

    def _two(self, digits: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
        place = self.numbers[name]
        number: NDArray[np.uint8] = digits[place] * np.uint8(10) + digits[place + 1]
        return number

    def _year(self, digits: NDArray[np.uint8]) -> NDArray[np.int32]:
        place = self.numbers["Y"]
        year = np.zeros(digits.shape[1], np.int32)
        for n in range(_WIDTHS["Y"]):
            year = year * np.int32(10) + digits[place + n]
        return year


def clock_of(form: str) -> Clock | None:
    """The format as a clock; None when its texts can have several widths, or a number touches the next."""
    pieces = re.findall(r"%(.)|([^%])", form)
    numbers: dict[str, int] = {}
    between: dict[int, int] = {}
    place, touching = 0, False
    for name, character in pieces:
        if (name and (touching or name in numbers or name not in _WIDTHS)) or not character.isascii():
            return None
        if name:
            numbers[name] = place
        elif character.isdigit():
            return None
        else:
            between[place] = ord(character)
        place += _WIDTHS[name] if name else 1
        touching = bool(name)
    alone = {0, place - 1} & between.keys()  # space at an end would be trimmed
    return None if alone or not {"Y", "m", "d"} <= numbers.keys() else Clock(place, numbers, between)


@lru_cache(maxsize=1)
def _months() -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Of every month from January of the first year: the days from 1970 to its first day, and how many it has."""
    months = np.arange(f"{_FIRST_YEAR}-01", f"{_LAST_YEAR + 1}-02", dtype="datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    return first[:-1], np.diff(first).astype(np.uint8)
