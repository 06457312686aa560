"""Minutes between two wall-clock times of the program's time zone, right on the nights when the clocks change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_STEP = timedelta(days=7)  # no zone changes its offset twice within a week and back


@dataclass(frozen=True, slots=True)
class Change:
    """The clocks are set: wall-clock times from `first` to before `last` happen twice, or never.

    `minutes` is what the clocks jump: 60 in a North American spring, -60 in autumn.
    """

    first: datetime
    last: datetime
    minutes: float


@lru_cache(maxsize=8)
def changes(timezone: str, first_year: int = 1970, last_year: int = 2100) -> tuple[Change, ...]:
    """Every change of the zone's offset from the start of the first year to the end of the last, oldest first."""
    zone = ZoneInfo(timezone)
    found: list[Change] = []
    at, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    while at < end:
        after = at + _STEP
        if _offset(zone, at) != _offset(zone, after):
            found.append(_change(zone, at, after))
        at = after
    return tuple(found)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> Change:
    """The one change between two instants, found by halving."""
    before, after = _offset(zone, low), _offset(zone, high)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    walls = ((high + before).replace(tzinfo=None), (high + after).replace(tzinfo=None))
    return Change(min(walls), max(walls), (after - before).total_seconds() / 60)


def elapsed_macro(found: Sequence[Change], name: str = "TEMP MACRO elapsed_minutes") -> str:
    """SQL that makes the macro `name(since, until)`: null when either is null or they are out of order.

    A change counts when the interval surely spans it: `since` before the doubtful hour, `until` after it. A time inside
    the hour that happens twice is so read as the one that makes the interval shorter: 00:50 to 01:10 are 20 minutes.
    Only intervals near a change look at the list; for the millions of others a comparison of dates is enough, and of
    whole numbers: comparing intervals takes as long as all the rest.
    """
    plain = "(epoch_us(until) - epoch_us(since)) / 60e6"
    body = plain
    if found:
        days = ", ".join(sorted({f"DATE '{at:%Y-%m-%d}'" for c in found for at in (c.first, c.last)}))
        near = (
            f"epoch_us(until) - epoch_us(since) >= 86400000000 OR list_contains([{days}], since::DATE)"
            f" OR list_contains([{days}], until::DATE)"
        )
        jumps = ", ".join(
            f"{{'first': TIMESTAMP '{c.first}', 'last': TIMESTAMP '{c.last}', 'minutes': {c.minutes}::DOUBLE}}"
            for c in found
        )
        spanned = f"list_filter([{jumps}], lambda j: since < j.first AND until >= j.last)"
        jumped = f"coalesce(list_sum(list_transform({spanned}, lambda j: j.minutes)), 0)"
        body = f"{plain} - CASE WHEN {near} THEN {jumped} ELSE 0 END"
    return f"CREATE OR REPLACE {name}(since, until) AS CASE WHEN until >= since THEN {body} END"
