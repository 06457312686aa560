"""Which time is which: by headings, and by the order in which the steps of a call follow each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from pipeline.onboard.candidates import Candidate
from pipeline.recognize import fit

#: The steps of a call by how many times an extract has: what they most often are.
_CHAINS = {
    1: ("received_at",),
    2: ("received_at", "cleared_at"),
    3: ("received_at", "arrived_at", "cleared_at"),
    4: ("received_at", "dispatched_at", "arrived_at", "cleared_at"),
    6: ("received_at", "queued_at", "dispatched_at", "enroute_at", "arrived_at", "cleared_at"),
}
_WITH_QUEUE = ("received_at", "queued_at", "dispatched_at", "arrived_at", "cleared_at")
_WITH_ENROUTE = ("received_at", "dispatched_at", "enroute_at", "arrived_at", "cleared_at")
_STEPS = {
    "calls": _CHAINS[6],
    "encounters": ("started_at", "ended_at"),
    "referrals": ("referred_on", "connected_on"),
}
#: So far apart the steps of one call can lie at most, in the middle of all rows.
_FAR = timedelta(days=3)
#: A heading that says so much about a time is believed.
_SAYS = 0.6


@dataclass(frozen=True, slots=True)
class Placed:
    """A time that got a role: how sure, and why."""

    column: str
    candidate: Candidate
    confidence: float
    reasons: tuple[str, ...]


def place_times(table: str, times: Sequence[Candidate]) -> list[Placed]:
    """Gives the steps of `table` to columns of times. Headings decide where they speak; the order may doubt them."""
    steps = _STEPS[table]
    named = _by_heading(table, steps, times)
    if not named:
        return _by_order(table, times)
    first = steps[0]
    if all(p.column != first for p in named):
        named += _earliest(first, times, named)
    return [_confirmed(p, named, steps) for p in named]


def _by_heading(table: str, steps: Sequence[str], times: Sequence[Candidate]) -> list[Placed]:
    """The best heading for each step; a column with a time of day before one without, a single one before a joined."""
    offers = []
    parts = {h for t in times if t.joined for h in t.headings}
    for candidate in times:
        for step in steps:
            found = fit(table, step, candidate.seen)
            if found.heading >= _SAYS:
                worth = found.confidence * (
                    0.98 if candidate.joined else 0.8 if candidate.headings[0] in parts else 1.0
                )
                offers.append((worth, -steps.index(step), step, candidate, found))
    placed: dict[str, Placed] = {}
    used: set[tuple[str, ...]] = set()
    for worth, _, step, candidate, found in sorted(offers, key=lambda o: o[:2], reverse=True):
        if step not in placed and candidate.headings not in used:
            placed[step] = Placed(step, candidate, worth, found.reasons)
            used.add(candidate.headings)
    return list(placed.values())


def _earliest(first: str, times: Sequence[Candidate], named: Sequence[Placed]) -> list[Placed]:
    """When no heading says which time is the first step, the one that comes before all that are named."""
    left = [t for t in times if all(p.candidate is not t for p in named)]
    whole = [t for t in left if t.moments and t.moments.has_clock] or left
    before = [(min(share_before(t, p.candidate) for p in named), t) for t in whole]
    best = max(before, key=lambda b: b[0], default=None)
    if best is None or best[0] < 0.8:
        instead = in_order([p.candidate for p in named])[0]
        said = next(p for p in named if p.candidate is instead).column.replace("_", " ")
        return [Placed(first, instead, 0.5, (f"the file has no earlier time than {said}, so the clock starts there",))]
    return [Placed(first, best[1], 0.4 + 0.3 * best[0], (f"before all other times in {best[0]:.0%} of the rows",))]


def _confirmed(placed: Placed, all_placed: Sequence[Placed], steps: Sequence[str]) -> Placed:
    """The order of the rows as evidence for or against what a heading says."""
    others = [p for p in all_placed if p is not placed]
    if not others:
        return placed
    shares = []
    for other in others:
        later = steps.index(placed.column) > steps.index(other.column)
        pair = (other.candidate, placed.candidate) if later else (placed.candidate, other.candidate)
        shares.append(share_before(*pair, tie=1.0))
    agree = median(shares)
    said = f"in order in {agree:.0%} of the rows"
    confidence = placed.confidence if agree > 0.7 else placed.confidence * (0.4 + 0.6 * agree)
    return Placed(placed.column, placed.candidate, confidence, (*placed.reasons, said))


def _by_order(table: str, times: Sequence[Candidate]) -> list[Placed]:
    """No heading speaks: the order of the times alone."""
    chain = in_order([t for t in times if _belongs(t, times)])
    roles = _STEPS[table]
    if table == "calls":
        roles = _WITH_QUEUE if len(chain) == 5 and _waits_first(chain) else _CHAINS.get(len(chain), _WITH_ENROUTE)
    found = []
    for role, candidate in zip(roles, chain, strict=False):
        agree = _agreement(candidate, chain)
        days = table == "referrals" or (candidate.moments and candidate.moments.has_clock)
        clock = 1.0 if days else 0.85
        reasons = (f"by the order of the times in {agree:.0%} of the rows",) if len(chain) > 1 else ("the only time",)
        found.append(Placed(role, candidate, clock * (0.35 + 0.4 * agree), reasons))
    return found


def _belongs(candidate: Candidate, times: Sequence[Candidate]) -> bool:
    """Whether a time moves with the others: not the day of a print-out, nor a date years away."""
    found = candidate.moments
    if found is None or candidate.seen.variety < 0.02:
        return False
    if not found.has_clock and any(t.moments and t.moments.has_clock for t in times):
        return False
    most = max(t.seen.variety for t in times)
    if candidate.seen.variety < 0.25 * most and candidate.seen.fill > 0.5:
        return False
    whole = [t for t in times if t is not candidate and set(candidate.headings) & set(t.headings)]
    if whole and not candidate.joined:
        return False  # a part of a joined time
    gaps = [abs(g) for t in times if t is not candidate for g in _gaps(candidate, t)[:400]]
    far = _FAR if found.has_clock else timedelta(days=366)
    return not gaps or median_gap(gaps) < far or len(times) == 1 or candidate is _fullest(times)


def _fullest(times: Sequence[Candidate]) -> Candidate:
    return max(times, key=lambda t: t.seen.fill)


def in_order(times: Sequence[Candidate]) -> list[Candidate]:
    """The times from the earliest to the latest, by how often each comes before the others."""
    return sorted(times, key=lambda t: -sum(share_before(t, o) for o in times if o is not t))


def share_before(one: Candidate, other: Candidate, tie: float = 0.5) -> float:
    """In which share of the rows that have both `one` comes before `other`. 0.5 when no row has both."""
    gaps = _gaps(one, other)
    if not gaps:
        return 0.5
    return sum(1.0 if g > timedelta() else 0.0 if g else tie for g in gaps) / len(gaps)


def _agreement(candidate: Candidate, chain: Sequence[Candidate]) -> float:
    place = next(n for n, c in enumerate(chain) if c is candidate)
    shares = [share_before(c, candidate) for c in chain[:place]] + [
        share_before(candidate, c) for c in chain[place + 1 :]
    ]
    return sum(shares) / len(shares) if shares else 1.0


def _gaps(one: Candidate, other: Candidate) -> list[timedelta]:
    """The time from `one` to `other` in each row that has both."""
    first, second = (_values(c) for c in (one, other))
    return [b - a for a, b in zip(first, second, strict=True) if a and b]


def _values(candidate: Candidate) -> tuple[datetime | None, ...]:
    return candidate.moments.values if candidate.moments else ()


def _waits_first(chain: Sequence[Candidate]) -> bool:
    """Of five times: whether the second is the queue and not the dispatch.

    A call is queued soon after it came in, and dispatched in the same second when a unit is free; a unit is on its way
    some seconds after it was dispatched.
    """
    first, second = _gaps(chain[0], chain[1]), _gaps(chain[1], chain[2])
    if not first or not second:
        return False
    at_once = sum(not g for g in second) / len(second)
    return at_once > 0.4 or median_gap(first) < median_gap(second)


def median_gap(gaps: Sequence[timedelta]) -> timedelta:
    """The gap in the middle."""
    return sorted(gaps)[len(gaps) // 2]
