"""What became of each encounter: arrests, care, referrals, follow-up; exactly as many as the totals say."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.sample import totals
from pipeline.sample.choose import choose
from pipeline.sample.contact import Encounter
from pipeline.sample.dice import Dice

_SERVICES = {
    "mental_health": 34.0, "case_management": 14.0, "substance_use": 13.0, "housing": 9.0, "crisis_bed": 7.0,
    "medical": 6.0,
    "peer_support": 6.0, "benefits": 4.0, "family": 4.0, "other": 3.0,
}  # fmt: skip
_ENDS: dict[str | None, float] = {
    "resolved_on_scene": 80.0, "declined": 7.0, "other": 4.0, "voluntary_transport": 4.0, None: 5.0,
}  # fmt: skip
_RIDES = {"home": 50.0, "shelter": 25.0, "detox": 15.0, "other": 10.0}


def decide_arrests(dice: Dice, encounters: list[Encounter]) -> None:
    """Likely arrests that happened, likely arrests that did not, other arrests, and what the log leaves open."""
    first = [e for e in encounters if e.kind in {"call", "self_initiated"}]
    linked = [e for e in first if e.call and e.call.log == "linked"]
    alone = _alone(linked)
    likely = _take(dice, alone, totals.ARRESTS)
    for encounter in likely:
        encounter.arrest_likely, encounter.arrested = True, True
    happened = [sum(m == month for m, _ in totals.ARRESTS) for month in range(len(totals.MONTHS))]
    quotas = [n - arrests for n, arrests in zip(totals.LIKELY, happened, strict=True)]
    diverted = choose(dice, _without(first, likely), quotas, totals.DIVERTED)
    for encounter in diverted:
        encounter.arrest_likely = True
    rest = dice.shuffled(_without(alone, likely + diverted))
    other, rest = rest[: totals.OTHER_ARRESTS], rest[totals.OTHER_ARRESTS :]
    for i, encounter in enumerate(other):
        encounter.arrested, encounter.arrest_likely = True, None if i % 2 else False
    for encounter in rest[: totals.END_UNKNOWN]:
        encounter.arrest_likely, encounter.arrested = True, None
    for encounter in rest[totals.END_UNKNOWN :][: totals.LIKELIHOOD_UNKNOWN]:
        encounter.arrest_likely = None
    _close_in_cad(dice, alone, likely + other, diverted)


def _close_in_cad(dice: Dice, alone: list[Encounter], arrested: list[Encounter], diverted: list[Encounter]) -> None:
    """CAD shows the arrests too, but for a few; and some that the log does not know."""
    for encounter in arrested[totals.LOG_ARRESTS_ONLY :]:
        encounter.call.cad_arrest = True  # type: ignore[union-attr]  # all of them are at calls
    both = {e.number for e in diverted}
    for encounter in _take(dice, [e for e in alone if e.number in both], totals.CAD_ARRESTS):
        encounter.call.cad_arrest = True  # type: ignore[union-attr]


def _alone(encounters: list[Encounter]) -> list[Encounter]:
    """Those at calls where nobody else was met, so that an arrest in CAD is this person's."""
    seen: dict[int, int] = {}
    for encounter in encounters:
        seen[id(encounter.call)] = seen.get(id(encounter.call), 0) + 1
    return [e for e in encounters if seen[id(e.call)] == 1]


def _take(dice: Dice, encounters: list[Encounter], wanted: Sequence[tuple[int, str]]) -> list[Encounter]:
    """One encounter for each (month, agency) wanted."""
    taken: list[Encounter] = []
    for month, agency in wanted:
        fits = [e for e in _without(encounters, taken) if e.month == month and e.agency == agency]
        taken.append(dice.pick(fits))
    return taken


def _without(encounters: list[Encounter], taken: list[Encounter]) -> list[Encounter]:
    numbers = {e.number for e in taken}
    return [e for e in encounters if e.number not in numbers]


def decide_care(dice: Dice, encounters: list[Encounter]) -> None:
    """Where people were taken and how the encounter ended."""
    first = [e for e in encounters if e.kind in {"call", "self_initiated"} and e.arrested is False]
    care = {e.number for e in choose(dice, first, totals.TO_CARE, totals.TRANSPORTED)}
    for encounter in encounters:
        if encounter.number in care:
            encounter.transported_to = "hospital" if dice.chance(0.64) else "crisis_stabilization"
            encounter.resolution = "involuntary_hold" if dice.chance(0.6) else "voluntary_transport"
        elif encounter.arrested:
            encounter.transported_to = "none" if dice.chance(0.1) else "jail"
            encounter.resolution = "arrest"
        else:
            _end_quietly(dice, encounter)


def _end_quietly(dice: Dice, encounter: Encounter) -> None:
    encounter.resolution = dice.weighted(_ENDS)
    if encounter.person is None and dice.chance(0.3):
        encounter.resolution = "not_located"
    if encounter.resolution == "voluntary_transport" and encounter.kind != "phone":
        encounter.transported_to = dice.weighted(_RIDES)
    elif dice.chance(0.04):
        encounter.transported_to = None


def decide_referrals(dice: Dice, encounters: list[Encounter]) -> None:
    """Who was referred, and to what; some to two services."""
    eligible = [e for e in encounters if e.kind != "phone" and e.resolution != "not_located"]
    chosen = choose(dice, eligible, totals.REFERRING, totals.REFERRED)
    two = {e.number for e in dice.sample(chosen, totals.REFERRALS - len(chosen))}
    for encounter in chosen:
        while len(encounter.services) < (2 if encounter.number in two else 1):
            service = dice.weighted(_SERVICES)
            if service not in encounter.services:
                encounter.services.append(service)
        if encounter.resolution == "resolved_on_scene" and dice.chance(0.6):
            encounter.resolution = "referred"


def decide_stability(dice: Dice, encounters: list[Encounter]) -> None:
    """Who is stable at follow-up. Of each person's follow-ups the last known one decides."""
    visits: dict[int, list[Encounter]] = {}
    for encounter in encounters:
        if encounter.kind == "follow_up":
            visits.setdefault(encounter.who, []).append(encounter)
    people = dice.sample(sorted(visits), totals.FOLLOWED_UP)
    last = sorted((visits[p][-1] for p in people), key=lambda e: e.number)
    earlier = sorted((e for p in people for e in visits[p][:-1] if dice.chance(0.9)), key=lambda e: e.number)
    _judge_evenly(dice, last, totals.STABLE)
    _judge_evenly(dice, earlier, len(earlier) * totals.STABLE // len(last))


def _judge_evenly(dice: Dice, encounters: list[Encounter], well: int) -> None:
    """Exactly `well` of them are stable, evenly in time: months differ by chance, but no more than months do."""
    for i, encounter in enumerate(encounters):
        _judge(dice, encounter, (i + 1) * well // len(encounters) > i * well // len(encounters))


def _judge(dice: Dice, encounter: Encounter, well: bool) -> None:
    if well:
        encounter.stable, encounter.deescalated = True, True
    else:
        encounter.stable, encounter.deescalated = dice.pick(
            ((False, True), (False, True), (False, False), (True, False))
        )


def decide_scene(dice: Dice, encounters: list[Encounter]) -> None:
    """De-escalation, patrol released, and the rare: force and injuries."""
    scenes = [e for e in encounters if e.kind in {"call", "self_initiated"}]
    for encounter in encounters:
        if encounter.deescalated is None and not (encounter.kind == "follow_up" and encounter.stable is None):
            encounter.deescalated = dice.weighted({True: 88.0, False: 8.0, None: 4.0})
    for encounter in scenes:
        encounter.backup_released = None if dice.chance(0.05) else dice.chance(0.62) and not encounter.arrested
    force = dice.sample(scenes, totals.FORCE_USED)
    for encounter in force:
        encounter.force_used = True
    for encounter in force[:2] + dice.sample(scenes, totals.INJURED - 2):
        encounter.injury = True
