"""Calls become encounters, encounters get people: who is met, who is met again, who is followed up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from pipeline.sample import totals
from pipeline.sample.clock import TEAM_DAYS, TEAM_HOURS, at_hour, minutes, moment
from pipeline.sample.contact import Encounter, TeamCall
from pipeline.sample.dice import Dice
from pipeline.sample.people import address, make_people
from pipeline.sample.vocabulary import TEAMS

#: Quantiles of minutes, as shares of the month's median where they are response times.
_RESPONSE = ((0.0, 0.2), (0.1, 0.52), (0.5, 1.0), (0.9, 1.86), (0.98, 3.2), (1.0, 5.0))
_ON_SCENE = ((0.0, 9.0), (0.1, 19.0), (0.5, 43.0), (0.9, 82.0), (0.99, 150.0), (1.0, 210.0))
_SHORT = ((0.0, 5.0), (0.5, 25.0), (1.0, 60.0))


def plan_calls(dice: Dice) -> list[TeamCall]:
    """Every call of the teams in order of time, those that nobody logged among them."""
    calls = []
    for month, count in zip(totals.MONTHS, totals.CALLS, strict=True):
        starts = [moment(dice, month, TEAM_DAYS, TEAM_HOURS) for _ in range(count)]
        calls += [team_call(dice, start, speed=_evenly(i)) for i, start in enumerate(starts)]
    ways = ("mistyped",) * totals.MISTYPED + ("no_number",) * totals.NO_NUMBER + ("not_in_cad",) * totals.NOT_IN_CAD
    for way, call in zip(ways, dice.shuffled(calls), strict=False):
        call.log = way
    for _ in range(totals.NOT_LOGGED):
        month = dice.weigh(totals.MONTHS, totals.CALLS)
        calls.append(team_call(dice, moment(dice, month, TEAM_DAYS, TEAM_HOURS), log="not_logged"))
    return sorted(calls, key=lambda c: c.received)


def _evenly(n: int) -> float:
    """Shares from 0 to 1 that lie evenly, so that the median of a month is the planned one."""
    whole = n * 0.6180339887498949
    return whole - int(whole)


def team_call(
    dice: Dice,
    start: datetime,
    *,
    log: str = "linked",
    officer: bool = False,
    agency: str = "",
    speed: float | None = None,
) -> TeamCall:
    """A call at which the team meets somebody at about `start`, in the month that the plan wants."""
    agency = agency or dice.weighted(totals.AGENCIES)
    arrived = start - timedelta(minutes=dice.below(6), seconds=dice.below(60))
    if totals.month_of(arrived.date()) != totals.month_of(start.date()):
        arrived = start
    median = totals.RESPONSE[totals.month_of(start.date())]
    received = arrived - (minutes(0.5) if officer else minutes(median * dice.quantile(_RESPONSE, speed)))
    cleared = start + minutes(dice.quantile(_ON_SCENE))
    team = dice.pick(TEAMS[agency])
    return TeamCall(agency, received, arrived, cleared, team, address(dice), log, officer)


def plan_encounters(dice: Dice, calls: list[TeamCall]) -> list[Encounter]:
    """One encounter for each logged call, a second one at some, and those of other kinds; nobody is named yet."""
    logged = [c for c in calls if c.log != "not_logged"]
    rows = [_at_call(dice, call) for call in logged]
    for call in dice.sample([c for c in logged if c.log == "linked"], totals.SECOND_PERSON):
        rows.append(_at_call(dice, call, later=4))
    for kind, count in totals.OTHER_ENCOUNTERS.items():
        rows += [_without_call(dice, kind, calls) for _ in range(count)]
    return numbered(rows)


def numbered(rows: list[Encounter]) -> list[Encounter]:
    """The encounters in order of time, numbered so."""
    rows.sort(key=lambda e: (e.start, e.agency, e.kind, e.who))
    for number, row in enumerate(rows):
        row.number = number
    return rows


def _at_call(dice: Dice, call: TeamCall, later: int = 0) -> Encounter:
    start = (call.arrived + timedelta(minutes=1 + later)).replace(second=0)
    length = max(5, int((call.cleared - start).total_seconds() / 60) - dice.below(6))
    if totals.month_of(start.date()) != totals.month_of(call.arrived.date()):
        start = call.arrived.replace(second=0)
    return Encounter(0, call.agency, "call", start, length, call.team, call)


def _without_call(dice: Dice, kind: str, calls: list[TeamCall]) -> Encounter:
    month = dice.weigh(totals.MONTHS, totals.CALLS)
    start = at_hour(dice, moment(dice, month, TEAM_DAYS).date())
    agency = dice.weighted(totals.AGENCIES)
    call = None
    if kind == "self_initiated" and dice.chance(0.6):  # the team calls in what it comes across
        call = team_call(dice, start, officer=True, agency=agency)
        calls.append(call)
    length = int(dice.quantile(_SHORT if kind == "phone" else _ON_SCENE))
    return Encounter(0, agency, kind, start, length, call.team if call else dice.pick(TEAMS[agency]), call)


def give_people(dice: Dice, encounters: list[Encounter]) -> None:
    """Put a person into every encounter but the nameless ones, so that exactly the planned number is met.

    Who was met lately, often and by the same agency is the likeliest to be met again.
    """
    calls = [e for e in encounters if e.kind == "call"]
    nameless = {e.number for e in dice.sample(calls, totals.NAMELESS)}
    named = [e for e in encounters if e.number not in nameless]
    people = make_people(dice, totals.PEOPLE_MET - totals.NAMELESS)
    again = _again(named, len(named) - len(people))
    known: list[list[Encounter]] = []  # for each person met so far, all encounters
    unknown = iter(people)
    for encounter in named:
        if encounter.number in again:
            seen = _met_before(dice, encounter, known, again[encounter.number])
            encounter.person = seen[-1].person
            seen.append(encounter)
        else:
            encounter.person = next(unknown)
            known.append([encounter])
        _go_home(dice, encounter)


#: After how long people are met again: up to so many days, so many of a hundred meetings.
_GAPS = ((7, 16), (30, 23), (90, 27), (999, 34))


def _again(encounters: list[Encounter], count: int) -> dict[int, int]:
    """Encounters with somebody known -> most days since the last one.

    Evenly spread, so that a month's share of people met again is no matter of luck; rarer in the first five months,
    when few people are known.
    """
    weights = [min(100, 40 + 60 * (e.start - encounters[0].start).days // 150) for e in encounters]
    weights[:20] = [0] * 20
    whole, so_far = sum(weights), 0
    found: dict[int, int] = {}
    for encounter, weight in zip(encounters, weights, strict=True):
        if count * (so_far + weight) // whole > count * so_far // whole:
            found[encounter.number] = _gap(int(100 * _evenly(len(found))))
        so_far += weight
    return found


def _gap(rank: int) -> int:
    """Most days between two meetings, for the share `rank` of a hundred."""
    for days, share in _GAPS:
        if rank < share:
            return days
        rank -= share
    return _GAPS[-1][0]


def _met_before(dice: Dice, encounter: Encounter, known: list[list[Encounter]], days: int) -> list[Encounter]:
    now, agency = encounter.start, encounter.agency
    soon, until = timedelta(hours=6), timedelta(days=days)
    since = max((timedelta(days=d) for d, _ in _GAPS if d < days), default=soon)
    near = [seen for seen in known if since < now - seen[-1].start <= until]
    found = near or [seen for seen in known if now - seen[-1].start > soon]
    same = [1.0 if seen[-1].agency == agency else 0.04 for seen in found]
    return dice.weigh(found, [w * (1 + 0.4 * len(seen)) for w, seen in zip(same, found, strict=True)])


def _go_home(dice: Dice, encounter: Encounter) -> None:
    """Most calls come from where the person lives: places at which calls recur."""
    if encounter.call and encounter.person and dice.chance(0.7):
        encounter.call.address = encounter.person.home


def follow_ups(dice: Dice, encounters: list[Encounter]) -> Iterator[Encounter]:
    """Follow-ups of people met at a call: of seven in ten within two days, of some others later."""
    for encounter in encounters:
        if encounter.kind != "call" or encounter.person is None:
            continue
        roll = dice.roll()
        days = dice.pick((1, 1, 2)) if roll < 0.71 else dice.between(3, 12) if roll < 0.79 else 0
        start = at_hour(dice, encounter.start.date() + timedelta(days=days))
        if days == 2 and start - encounter.start > timedelta(hours=47):
            start -= timedelta(days=1)
        if days and start - encounter.start > timedelta(hours=3) and start.date() <= totals.ENDED:
            agency = encounter.agency
            yield Encounter(
                0, agency, "follow_up", start, int(dice.quantile(_SHORT)), encounter.team, None, encounter.person
            )


def part_ties(encounters: list[Encounter]) -> None:
    """Nobody is met twice in the same minute: the last encounter of a person must be one."""
    taken: set[tuple[int, datetime]] = set()
    for encounter in encounters:
        step = timedelta(minutes=1 if encounter.start.time() < time(23, 30) else -1)
        while (encounter.who, encounter.start) in taken:
            encounter.start += step
        taken.add((encounter.who, encounter.start))
