"""What the agencies' CAD systems hold: the planned calls of the teams, and all the others around them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pipeline.sample import totals
from pipeline.sample.clock import minutes, moment
from pipeline.sample.contact import TeamCall
from pipeline.sample.dice import Dice
from pipeline.sample.people import address
from pipeline.sample.plan import Plan
from pipeline.sample.vocabulary import BEATS, CRISIS_NATURES, PATROL, PATROL_NATURES, TEAM_NATURES

_DELAY = ((0.0, 0.3), (0.5, 1.9), (0.9, 7.0), (0.98, 25.0), (1.0, 90.0))
_DRIVE = ((0.0, 0.5), (0.1, 2.2), (0.5, 5.6), (0.9, 11.5), (1.0, 35.0))
_STAY = ((0.0, 1.0), (0.1, 5.0), (0.5, 17.0), (0.9, 55.0), (1.0, 240.0))
_ENDS = {
    "no_report": 38.0, "report": 31.0, "gone_on_arrival": 7.0, "unfounded": 5.0, "cancelled": 5.0, "citation": 4.0,
    "arrest": 3.0,
    "duplicate": 2.0, "other": 5.0,
}  # fmt: skip
_CRISIS_ENDS = {
    "no_report": 34.0, "report": 30.0, "transport": 21.0, "gone_on_arrival": 6.0, "referral": 3.0, "cancelled": 3.0,
    "arrest": 3.0,
}  # fmt: skip
_TEAM_ENDS = {"report": 46.0, "no_report": 24.0, "referral": 18.0, "transport": 8.0, "other": 4.0}
_SOURCES = {"911": 46.0, "nonemergency": 38.0, "officer": 9.0, "transfer": 7.0}

#: Calls that CAD holds for nothing but the faulty rows of the demo: each has a number of its own and counts nowhere.
_SPARE_A_MONTH = 6


@dataclass(slots=True)
class Unit:
    """One unit that was sent, and when."""

    sign: str
    dispatched: datetime | None
    enroute: datetime | None
    arrived: datetime | None
    cleared: datetime | None


@dataclass(slots=True)
class CadCall:
    """One incident as CAD knows it. Times that CAD lacks are None; nature and disposition are the demo's words."""

    agency: str
    received: datetime
    nature: str
    disposition: str
    source: str
    address: str
    area: str
    priority: str
    units: list[Unit] = field(default_factory=list)
    nature_initial: str = ""
    spare: bool = False
    team: TeamCall | None = None
    number: str = ""

    def first(self, column: str) -> datetime | None:
        """The earliest of a time over the units."""
        return min((t for u in self.units if (t := getattr(u, column))), default=None)

    @property
    def cleared(self) -> datetime | None:
        """When the last unit was free again."""
        return max((u.cleared for u in self.units if u.cleared), default=None)


def make_cad(plan: Plan) -> dict[str, list[CadCall]]:
    """Each agency's calls in order of time, numbered; the planned calls get their numbers here."""
    dice = Dice("cad")
    calls = [_of_team(dice, call) for call in plan.calls if call.log != "not_in_cad"]
    homes = _Homes(plan.calls)
    for i, month in enumerate(totals.MONTHS):
        team = [c for c in calls if c.team and totals.month_of(c.received.date()) == i]
        crisis = sum(c.nature in CRISIS_NATURES for c in team)
        uncovered = int(crisis * (100 / totals.COVERAGE[i] - 1) + 0.5)
        calls += [_patrol(dice, moment(dice, month), homes, crisis=True) for _ in range(uncovered)]
        calls += [_patrol(dice, moment(dice, month), homes) for _ in range(totals.CAD_CALLS[i] - uncovered - len(team))]
        calls += [
            _patrol(dice, moment(dice, month), homes, agency, spare=True)
            for agency in totals.AGENCIES
            for _ in range(_SPARE_A_MONTH)
        ]
    calls += _clock_changes(dice, homes)
    by_agency: dict[str, list[CadCall]] = {agency: [] for agency in totals.AGENCIES}
    for call in calls:
        _on_the_clock(call)
    for call in sorted(calls, key=lambda c: (c.received, c.address)):
        by_agency[call.agency].append(call)
    for agency, own in by_agency.items():
        _number(dice, agency, own)
    return by_agency


class _Homes:
    """Where teams meet people for the first time: patrol was called there before, and less often afterwards."""

    def __init__(self, calls: list[TeamCall]) -> None:
        first: dict[str, dict[str, datetime]] = defaultdict(dict)
        for call in calls:
            if call.log != "not_in_cad":
                first[call.agency].setdefault(call.address, call.received)
        self._homes = {a: list(homes) for a, homes in first.items()}
        self._times = {a: list(homes.values()) for a, homes in first.items()}

    def address(self, dice: Dice, agency: str, at: datetime, crisis: bool) -> str:
        """Where a call of patrol comes from."""
        soon, known = (0.42, 0.10) if crisis else (0.08, 0.05)
        roll, times = dice.roll(), self._times[agency]
        now = bisect_right(times, at)
        later = bisect_right(times, at + timedelta(days=150))
        before = bisect_right(times, at - timedelta(days=150))
        if roll < soon and now < later:
            return self._homes[agency][now + dice.below(later - now)]
        if soon <= roll < soon + known and before < now:
            return self._homes[agency][before + dice.below(now - before)]
        return address(dice)


def _of_team(dice: Dice, call: TeamCall) -> CadCall:
    nature = dice.weighted(CRISIS_NATURES if dice.chance(0.83) else TEAM_NATURES)
    end = "arrest" if call.cad_arrest else dice.weighted(_TEAM_ENDS)
    source = "officer" if call.officer_initiated else dice.weighted(_SOURCES)
    row = CadCall(
        call.agency, call.received, nature, end, source, call.address, dice.pick(BEATS[call.agency]), _priority(dice)
    )
    row.team = call
    row.nature_initial = dice.weighted(PATROL_NATURES) if dice.chance(0.2) else nature
    sent = call.received + (call.arrived - call.received) * (0.15 + 0.25 * dice.roll())
    sent = sent.replace(microsecond=0)
    late = minutes(6 * dice.roll())
    signs = [call.team, *dice.sample(PATROL[call.agency], dice.pick((0, 1, 1, 2)))]
    for i, sign in enumerate(dice.shuffled(signs)):
        arrived = call.arrived + (late if i else timedelta(0))
        cleared = call.cleared if sign == call.team else arrived + (call.cleared - arrived) * (0.3 + 0.6 * dice.roll())
        row.units.append(
            Unit(sign, sent + minutes(i * 0.4), sent + minutes(i * 0.4 + 0.7 * dice.roll()), arrived, _whole(cleared))
        )
    for unit in row.units:  # nobody arrives before setting out
        unit.enroute = min(unit.enroute or call.arrived, unit.arrived or call.arrived)
    return row


def _whole(time: datetime) -> datetime:
    return time.replace(microsecond=0)


def _priority(dice: Dice) -> str:
    return dice.weighted({"1": 14.0, "2": 42.0, "3": 34.0, "4": 10.0})


def _patrol(
    dice: Dice, received: datetime, homes: _Homes, agency: str = "", *, crisis: bool = False, spare: bool = False
) -> CadCall:
    agency = agency or dice.weighted(totals.AGENCIES)
    nature = dice.weighted(CRISIS_NATURES if crisis else PATROL_NATURES)
    end = dice.weighted(_CRISIS_ENDS if crisis else _ENDS)
    place = homes.address(dice, agency, received, crisis)
    row = CadCall(
        agency, received, nature, end, dice.weighted(_SOURCES), place, dice.pick(BEATS[agency]), _priority(dice)
    )
    row.spare = spare
    row.nature_initial = dice.weighted(PATROL_NATURES) if dice.chance(0.1) else nature
    if end == "cancelled" and dice.chance(0.6):
        return row  # nobody was sent
    sent = received + minutes(dice.quantile(_DELAY))
    for i, sign in enumerate(dice.sample(PATROL[agency], dice.weighted({1: 58.0, 2: 32.0, 3: 10.0}))):
        dispatched = sent + minutes(i * 0.5)
        arrived = None if end in {"cancelled", "duplicate"} else dispatched + minutes(dice.quantile(_DRIVE))
        cleared = (arrived or dispatched + minutes(3)) + minutes(dice.quantile(_STAY))
        enroute = min(dispatched + minutes(0.8 * dice.roll()), arrived or cleared)
        row.units.append(Unit(sign, dispatched, enroute, arrived, cleared))
    return row


def _clock_changes(dice: Dice, homes: _Homes) -> list[CadCall]:
    """Calls just before the clocks change: some cross the missing hour, some end in the hour that comes twice."""
    nights = (datetime(2022, 11, 6, 1, 52), datetime(2023, 3, 12, 1, 54), datetime(2023, 11, 5, 1, 40))
    return [_patrol(dice, night + minutes(i), homes, a) for night in nights for i, a in enumerate(totals.AGENCIES)]


def _on_the_clock(call: CadCall) -> None:
    """Set the times of a call as clocks show them when they change on the way (`fold` = 1: the hour's second time)."""
    two = call.received.replace(hour=2, minute=0, second=0, microsecond=0)
    if call.team or call.received.date() not in _CLOCKS:
        return
    step = _CLOCKS[call.received.date()]
    if call.received >= two:
        return
    for unit in call.units:
        for column in ("dispatched", "enroute", "arrived", "cleared"):
            time = getattr(unit, column)
            if time and time >= two:
                setattr(
                    unit,
                    column,
                    (time + timedelta(hours=step)).replace(fold=int(step < 0 and time < two + timedelta(hours=1))),
                )


#: Nights in which the clocks change, and by how many hours at two o'clock.
_CLOCKS = {date(2022, 11, 6): -1, date(2023, 3, 12): 1, date(2023, 11, 5): -1}


def _number(dice: Dice, agency: str, calls: list[CadCall]) -> None:
    """Incident numbers run through the year; traffic stops, which the extracts leave out, take most of them."""
    last: Counter[int] = Counter()
    for call in calls:
        year = min(max(call.received.year, 2022), 2023)
        last[year] += dice.between(1, 11)
        call.number = NUMBER[agency].format(year=year, short=year % 100, n=last[year])
        if call.team:
            call.team.number = call.number


NUMBER = {
    totals.WEST: "{year}{n:08d}",  # twelve digits: what Excel turns into 2.02E+11
    totals.URBANDALE: "UPD{short}-{n:05d}",
    totals.WAUKEE: "{short}WK{n:05d}",
    totals.CLIVE: "{short}{n:06d}",  # what a detour through a spreadsheet turns into 23004512.0
}
