"""The plan of the demo: every call and encounter of the teams, drawn so that the totals come out exactly.

    calls -> encounters -> people -> follow-ups -> what became of them

CAD (cad.py, cad_files.py) and the logs (log_files.py) then write down what the plan says, each agency in its own style.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.sample.contact import Encounter, TeamCall
from pipeline.sample.dice import Dice
from pipeline.sample.meetings import follow_ups, give_people, numbered, part_ties, plan_calls, plan_encounters
from pipeline.sample.outcomes import (
    decide_arrests,
    decide_care,
    decide_referrals,
    decide_scene,
    decide_stability,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What happened, before anybody wrote it down. Encounters are in order of time."""

    calls: list[TeamCall]
    encounters: list[Encounter]


def make_plan() -> Plan:
    """The one plan of the demo: the same on every machine."""
    calls = plan_calls(Dice("calls"))
    encounters = plan_encounters(Dice("encounters"), calls)
    give_people(Dice("people"), encounters)
    encounters = numbered(encounters + list(follow_ups(Dice("follow-ups"), encounters)))
    part_ties(encounters)
    decide_arrests(Dice("arrests"), encounters)
    decide_care(Dice("care"), encounters)
    decide_referrals(Dice("referrals"), encounters)
    decide_stability(Dice("stability"), encounters)
    decide_scene(Dice("scene"), encounters)
    return Plan(sorted(calls, key=lambda c: c.received), numbered(encounters))
