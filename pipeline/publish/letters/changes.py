"""What changed: the month beside the one before, and the newest extract beside the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.publish import numbers, wording
from pipeline.publish.letters.facts import FaultGroup, LetterFacts, MonthCounts, Newest
from pipeline.publish.letters.room import Room
from pipeline.publish.letters.words import Names, advice, short
from pipeline.publish.report.views import Cell, Head, Row, Table
from schemas.spec import fill


@dataclass(frozen=True, slots=True)
class Changes:
    """Two tables; None where there is nothing to compare."""

    months: Table | None
    newest: Table | None


def changes(facts: LetterFacts, names: Names, room: Room) -> Changes:
    """Prepare the section."""
    return Changes(_months(facts), _newest(facts, names, room))


def _months(facts: LetterFacts) -> Table | None:
    if len(facts.months) != 2 or not any(_any(m) for m in facts.months):
        return None
    now, before = facts.months
    rows = [
        Row("Calls", (Cell(f"{before.calls:,}"), Cell(f"{now.calls:,}", css="r now"))),
        Row("Calls with a team", (Cell(f"{before.team_calls:,}"), Cell(f"{now.team_calls:,}", css="r now"))),
        Row("… of these with a log entry", (_logged(before, ""), _logged(now, " now"))),
        Row("Encounters", (Cell(f"{before.encounters:,}"), Cell(f"{now.encounters:,}", css="r now"))),
        Row(
            "Log entries whose call is missing",
            (Cell(f"{before.log_entries_without_call:,}"), Cell(f"{now.log_entries_without_call:,}", css="r now")),
        ),
    ]
    heads = (Head("Rows used"), *(Head(wording.month_name(m.start), "r", 96.0) for m in (before, now)))
    return Table("This month beside the last", heads, tuple(rows), css="tight fixed")


def _any(month: MonthCounts) -> int:
    return month.calls + month.encounters


def _logged(month: MonthCounts, css: str) -> Cell:
    if not month.team_calls:
        return Cell(numbers.DASH, css=f"r{css}")
    return Cell(numbers.share_cell(month.team_calls_logged, month.team_calls), css=f"r{css}")


def _newest(facts: LetterFacts, names: Names, room: Room) -> Table | None:
    """A row for each kind of extract: how many rows wait, and which faults are new or gone."""
    if not facts.newest[: room.newest]:
        return None
    rows = [
        Row(
            names.file(n.receipt.extract),
            (
                Cell(f"{n.receipt.read:,}", f"before {n.before.read:,}"),
                Cell(f"{n.receipt.quarantined:,}", f"before {n.before.quarantined:,}"),
                Cell(_difference(n, facts, names, room), css="lead-in"),
            ),
            small=f"before: {names.file(n.before.extract)}",
        )
        for n in facts.newest[: room.newest]
    ]
    heads = (
        Head("Newest extract", width=170.0), Head("Rows read", "r", 62.0), Head("Quarantined", "r", 68.0),
        Head("What is new, what is gone", "lead-in"),
    )  # fmt: skip
    return Table("The newest extract beside the one before", heads, tuple(rows), css="tight fixed long plain")


def _difference(newest: Newest, facts: LetterFacts, names: Names, room: Room) -> str:
    groups = {(g.rule, g.column): g for g in facts.faults if g.table == newest.receipt.table}

    def listed(here: Mapping[tuple[str, str | None], int], there: Mapping[tuple[str, str | None], int]) -> str:
        ranked = sorted((k for k in here if k not in there), key=lambda k: (-here[k], k[0], k[1] or ""))
        shown = [f"{_named(groups[k], names)} ({here[k]:,})" for k in ranked[: room.changes] if k in groups]
        more = len(ranked) - len(shown)
        return wording.listed([*shown, *([f"{more:,} more"] if more else [])])

    new = listed(newest.faults, newest.faults_before)
    gone = listed(newest.faults_before, newest.faults)
    said = " ".join(s for s in (f"New: {new}." if new else "", f"Gone: {gone}." if gone else "") if s)
    return said or ("The same kinds of faults." if newest.faults else "No faults.")


def _named(group: FaultGroup, names: Names) -> str:
    """A fault in few words."""
    return short(wording.lower_first(fill(advice(group.rule).what, heading=names.heading(group))), 70)
