"""Whether an agency's CAD and log agree, and which log entries may belong to which calls."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.publish import numbers, wording
from pipeline.publish.letters.facts import LetterFacts, Proposal
from pipeline.publish.letters.room import Room
from pipeline.publish.letters.words import Names, short
from pipeline.publish.report.views import Cell, Head, Row, Table


@dataclass(frozen=True, slots=True)
class Agreement:
    """`apart` counts what does not agree since the program began; the sentence is about the month."""

    apart: int
    sentence: str
    proposals: Table | None


def agreement(facts: LetterFacts, names: Names, room: Room) -> Agreement:
    """Prepare the section; without sentence and table it is left out."""
    return Agreement(len(facts.unmatched), _sentence(facts), _proposals(facts, names, room))


def _sentence(facts: LetterFacts) -> str:
    if not facts.months or not facts.month:
        return ""
    now, said = facts.months[0], []
    if now.team_calls:
        month = wording.month_name(facts.month)
        said.append(
            f"In {month} {now.team_calls_logged:,} of {wording.counted(now.team_calls, 'team calls')} in CAD "
            f"{'has' if now.team_calls_logged == 1 else 'have'} a log entry."
        )
    if now.log_entries:
        named = wording.counted(now.log_entries, "log entries")
        missing = now.log_entries_without_call
        said.append(
            f"Of {named} that {'names' if now.log_entries == 1 else 'name'} an incident, "
            f"{'none lacks its' if not missing else f'{missing:,} {_verb(missing)} no'} call in CAD."
        )
    arrests = sum(u.subject == "arrest" for u in facts.unmatched)
    if arrests:
        said.append(f"On {wording.counted(arrests, 'arrests')} since the beginning CAD and log do not agree.")
    return " ".join(said)


def _verb(count: int) -> str:
    return "has" if count == 1 else "have"


def _proposals(facts: LetterFacts, names: Names, room: Room) -> Table | None:
    found = facts.proposals
    if not found:
        return None
    rows = [_proposal(p, names) for p in found[: room.proposals]]
    heads = (
        Head("Log entry", width=186.0), Head("Incident in the log", "lead-in"), Head("May belong to", "lead-in"),
        Head("Minutes apart", "r", 66.0),
    )  # fmt: skip
    more = len(found) - len(rows)
    under = "Proposed by time and team; nothing was linked. Correct the incident in the log where we are right."
    under += f" {more:,} more in the workbook." if more else ""
    return Table("Log entries that may belong to a call", heads, tuple(rows), css="tight fixed long plain", under=under)


def _proposal(one: Proposal, names: Names) -> Row:
    place = f"{names.file(one.place.extract)}, row {one.place.row}"
    cells = (
        Cell(short(one.incident or "none", 28), css="lead-in"),
        Cell(short(one.call_incident, 28), "same team" if one.same_team else "", "lead-in"),
        Cell(numbers.number(one.minutes_apart)),
    )
    return Row(place, cells)
