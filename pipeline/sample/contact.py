"""What the plan is made of: calls of the teams and encounters with people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.sample.people import Person
from pipeline.sample.totals import month_of


@dataclass(slots=True)
class TeamCall:
    """One incident that a team responded to. `number` is its incident number in CAD, once CAD has given it.

    `log` says how the log refers to it: `linked`, `mistyped`, `no_number`, `not_in_cad` (a number of some other CAD),
    or `not_logged`.
    """

    agency: str
    received: datetime
    arrived: datetime
    cleared: datetime
    team: str
    address: str
    log: str = "linked"
    officer_initiated: bool = False
    cad_arrest: bool = False
    number: str = ""


@dataclass(slots=True)
class Encounter:
    """One contact of a team with one person (None: name or birth date was not taken down)."""

    number: int
    agency: str
    kind: str
    start: datetime
    minutes: int
    team: str
    call: TeamCall | None = None
    person: Person | None = None
    incident: str | None = None
    arrest_likely: bool | None = False
    arrested: bool | None = False
    transported_to: str | None = "none"
    resolution: str | None = "resolved_on_scene"
    deescalated: bool | None = None
    stable: bool | None = None
    force_used: bool = False
    injury: bool = False
    backup_released: bool | None = None
    services: list[str] = field(default_factory=list)

    @property
    def month(self) -> int:
        """The month that the encounter counts in."""
        return month_of(self.start.date())

    @property
    def end(self) -> datetime:
        """When the team left."""
        return self.start + timedelta(minutes=self.minutes)

    @property
    def who(self) -> int:
        """The same number for the same person; a nameless encounter is somebody of its own."""
        return self.person.number if self.person else -1 - self.number
