"""The three most useful things to mend: what brings back most, with what to do and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.publish import wording
from pipeline.publish.letters.facts import LetterFacts, Unmatched
from pipeline.publish.letters.room import Room
from pipeline.publish.letters.words import Names, advice, other, problem, said, short

MOST = 3
Key = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Useful:
    """One thing: what it is, what to do, and the rows. `key` is the fault's (table, rule, column) when it is one,
    `extracts` are those that could not be read."""

    what: str
    how: str
    where: str
    key: Key | None = None
    extracts: tuple[str, ...] = ()


def useful_things(facts: LetterFacts, names: Names, room: Room) -> tuple[Useful, ...]:
    """At most three, the most useful first: a whole extract, then rows by what each is worth (letter.toml)."""
    ranked = [*_extracts(facts, names, room), *_team_calls(facts), *_rows(facts, names, room)]
    ranked.sort(key=lambda one: -one[0])
    return tuple(useful for gain, useful in ranked[:MOST] if gain > 0)


def _extracts(facts: LetterFacts, names: Names, room: Room) -> list[tuple[float, Useful]]:
    """Extracts that could not be read, together where the reason is the same, the newest first: each is worth more than
    any rows."""
    reasons: dict[str, list[str]] = {}
    for receipt in reversed(facts.broken):
        reasons.setdefault(receipt.problem or "", []).append(receipt.extract)
    found = []
    for place, (reason, extracts) in enumerate(reasons.items()):
        listed = ", ".join(names.file(e) for e in extracts[:2]) + (", …" if len(extracts) > 2 else "")
        what, how, gain = other("unreadable", extracts=listed, problem=problem(reason, room.problem))
        found.append((gain * 1e9 - place, Useful(what, how, "", extracts=tuple(extracts))))
    return found


def _team_calls(facts: LetterFacts) -> list[tuple[float, Useful]]:
    """Team calls of the month without a log entry."""
    if not facts.months or not facts.month:
        return []
    now = facts.months[0]
    missing = now.team_calls - now.team_calls_logged
    if not missing:
        return []
    count = f"{wording.counted(missing, 'calls')} of {wording.month_name(facts.month)}"
    what, how, gain = other("team_calls", count=count, have="has" if missing == 1 else "have")
    incidents = [u.incident or "" for u in _of_month(facts, facts.month) if u.subject == "team_call"]
    shown = ", ".join(short(i, 24) for i in incidents[:5])
    label = "Incident" if len(incidents) == 1 else "Incidents"
    return [(gain * missing, Useful(what, how, f"{label} {shown}{', …' if missing > 5 else ''}" if shown else ""))]


def _of_month(facts: LetterFacts, month: date) -> Iterator[Unmatched]:
    """What did not agree in the month. The newest stand first, so years before it are not walked: a letter is tried in
    many settings."""
    asked = (month.year, month.month)
    for unmatched in facts.unmatched:
        happened = (unmatched.happened_at.year, unmatched.happened_at.month)
        if happened < asked:
            return
        if happened == asked:
            yield unmatched


def _rows(facts: LetterFacts, names: Names, room: Room) -> list[tuple[float, Useful]]:
    found = []
    for group in facts.faults:
        what, how = said(group, names, room.values)
        count = wording.counted(group.rows, "rows")
        where = f"{count}: {names.places(group.places[: room.places], group.rows)}"
        useful = Useful(what, how, where, (group.table, group.rule, group.column))
        found.append((advice(group.rule).gain * group.rows, useful))
    return found
