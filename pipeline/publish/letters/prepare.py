"""One letter as a prepared object: the answer, three useful things, what arrived, what waits and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.program.model import Program
from pipeline.publish import wording
from pipeline.publish.letters.agree import Agreement, agreement
from pipeline.publish.letters.changes import Changes, changes
from pipeline.publish.letters.facts import FaultGroup, LetterFacts
from pipeline.publish.letters.room import Room
from pipeline.publish.letters.useful import Key, Useful, useful_things
from pipeline.publish.letters.words import Names, problem, said, short
from pipeline.publish.palette import Palette, palette
from pipeline.publish.report.prepare import footer
from pipeline.publish.report.views import Cell, Head, Row, Table
from pipeline.receive.product import Receipt

COUNTS = ("read", "accepted", "quarantined", "duplicate", "superseded")


@dataclass(frozen=True, slots=True)
class Letter:
    """What the template prints. Sections that would say nothing are None or empty."""

    title: str
    description: str
    program: str
    organization: str
    contact: str
    palette: Palette
    footer: str
    heading: str
    month: str
    extracts: int
    broken: int
    read: int
    waiting: int
    shared: str
    doubtful: int
    clean: bool
    useful: tuple[Useful, ...]
    arrived: Table | None
    unreadable: Table | None
    changes: Changes
    waits: Table | None
    look: Table | None
    agreement: Agreement
    mended: Table | None
    workbook: str


def prepare(facts: LetterFacts, program: Program, edition: str, room: Room) -> Letter:
    """The letter to one agency, with as many rows as there is room for; what is left out is counted."""
    every = [*(r.extract for r in facts.receipts), *(s.extract for s in facts.shared)]
    mentioned = [*every, *(p.extract for f in facts.faults for p in f.places)]
    names = Names(program, facts.agency.id, mentioned, room.name)
    month = wording.month_name(facts.month) if facts.month else ""
    errors = [f for f in facts.faults if f.severity == "error"]
    warnings = [f for f in facts.faults if f.severity == "warning"]
    agreed = agreement(facts, names, room)
    useful = useful_things(facts, names, room)
    above = {u.key: n for n, u in enumerate(useful, 1) if u.key is not None}
    about = f"Letter to {short(facts.agency.name, 60)}" + (f", {month}" if month else "")
    return Letter(
        title=f"{about}: {short(program.name, 60)}",
        description="What became of the extracts that the agency sent, what waits and why, and what to mend first",
        program=program.name,
        organization=program.organization,
        contact=program.contact,
        palette=palette(program.branding.accent),
        footer=_footer(program, facts.agency.name, month, edition),
        heading=short(facts.agency.name, 80),
        month=month,
        extracts=len(facts.receipts),
        broken=len(facts.broken),
        read=sum(r.read for r in facts.receipts),
        waiting=sum(r.quarantined for r in facts.receipts),
        shared=_shared(facts, names),
        doubtful=len(warnings),
        clean=not (facts.broken or facts.waiting or warnings or agreed.apart),
        useful=useful,
        arrived=_arrived(facts, names, room),
        unreadable=_unreadable(facts, names, room, useful),
        changes=changes(facts, names, room),
        waits=_groups(errors, Told(names, room, above), room.faults, _why(facts.waiting)),
        look=_groups(warnings, Told(names, room, above), room.warnings, "These rows count, and deserve a look"),
        agreement=agreed,
        mended=_mended(facts, names, room),
        workbook=f"{facts.agency.id}.xlsx",
    )


def _footer(program: Program, agency: str, month: str, edition: str) -> str:
    about = f"Letter to {short(agency, 32)}" + (f", {month}" if month else "")
    if edition:
        return footer(program.name, about, "", edition)
    return f"{short(program.name, 40)} · {about}"


def _shared(facts: LetterFacts, names: Names) -> str:
    """What became of its rows in extracts of the whole program, in words; empty when there are none."""
    if not facts.shared:
        return ""
    used, waiting = sum(s.used for s in facts.shared), sum(s.waiting for s in facts.shared)
    listed = wording.listed([names.file(s.extract) for s in facts.shared[:3]])
    more = " and others" if len(facts.shared) > 3 else ""
    waits = "" if not waiting else f"; {wording.counted(waiting, 'rows')} {'waits' if waiting == 1 else 'wait'}"
    verb = "is" if used == 1 else "are"
    return f"In the program’s own {listed}{more}, {wording.counted(used, 'rows')} of yours {verb} used{waits}."


def _arrived(facts: LetterFacts, names: Names, room: Room) -> Table | None:
    """A row an extract; with many extracts a row a table, naming the newest."""
    sound = facts.sound
    if not sound:
        return None
    if len(sound) <= room.extracts:
        rows = [Row(names.file(r.extract), _counts((r,)), small=r.table or "") for r in reversed(sound)]
    else:
        rows = []
        for table in dict.fromkeys(r.table or "" for r in sound):
            group = tuple(r for r in sound if r.table == table)
            newest = f"{wording.counted(len(group), 'extracts')}, the newest {names.file(group[-1].extract)}"
            rows.append(Row(table.capitalize(), _counts(group), small=newest))
    if len(rows) > 1:
        rows.append(Row("All extracts", _counts(sound), css="total"))
    first = "Extract" if len(sound) <= room.extracts else "Table"
    heads = (Head(first, width=214.0), *(Head("Rows read" if c == "read" else c.capitalize(), "r") for c in COUNTS))
    return Table("What arrived, and what was used", heads, tuple(rows), css="tight fixed long plain")


def _counts(receipts: tuple[Receipt, ...]) -> tuple[Cell, ...]:
    sums = {c: sum(getattr(r, c) for r in receipts) for c in COUNTS}
    return tuple(Cell(f"{n:,}", css="r now" if c == "quarantined" and n else "r") for c, n in sums.items())


def _unreadable(facts: LetterFacts, names: Names, room: Room, useful: tuple[Useful, ...]) -> Table | None:
    above = {extract: f"See {n} above." for n, u in enumerate(useful, 1) for extract in u.extracts}
    if len(facts.broken) <= 2 and all(r.extract in above for r in facts.broken):
        return None  # said already
    shown = facts.broken[-room.problems :]
    rows = []
    for receipt in reversed(shown):
        why = above.get(receipt.extract) or problem(receipt.problem or "", room.problem)
        rows.append(Row(names.file(receipt.extract), (Cell(why, css="lead-in"),)))
    if len(facts.broken) > len(shown):
        rows.append(Row(f"{len(facts.broken) - len(shown):,} more", (Cell("See the workbook.", css="lead-in"),)))
    heads = (Head("Extract", width=170.0), Head("What is wrong, and what to do", "lead-in"))
    return Table(
        "Extracts that could not be read", heads, tuple(rows), "none of their rows is used", "tight fixed long plain"
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What the rows of a table of faults are told with; `above` are those among the most useful things, by number."""

    names: Names
    room: Room
    above: Mapping[Key, int]


def _why(waiting: int) -> str:
    return f"Why {wording.counted(waiting, 'rows')} {'waits' if waiting == 1 else 'wait'} in quarantine"


def _groups(groups: list[FaultGroup], told: Told, most: int, caption: str) -> Table | None:
    """What is wrong by rule and heading, most rows first, with rows as examples; the rest summed up."""
    if not groups:
        return None
    rows = [_group(g, told) for g in groups[:most]]
    if rest := groups[most:]:
        further = wording.counted(len(rest), "further kinds")
        count = Cell(f"{sum(g.rows for g in rest):,}")
        rows.append(Row(f"{further}, in the workbook", (Cell("", css="lead-in"), count)))
    how = " and how to mend it" if told.room.how else ""
    heads = (
        Head(f"What is wrong{',' if how else ''}{how}", width=306.0),
        Head("For example", "lead-in"),
        Head("Rows", "r", 44.0),
    )
    return Table(caption, heads, tuple(rows), css="tight fixed long plain")


def _group(group: FaultGroup, told: Told) -> Row:
    what, how = said(group, told.names, told.room.values)
    place = told.names.places(group.places[: told.room.places], group.rows)
    above = told.above.get((group.table, group.rule, group.column))
    small = f"See {above} above." if above else how if told.room.how else ""
    return Row(what, (Cell(place, css="lead-in"), Cell(f"{group.rows:,}")), small=small)


def _mended(facts: LetterFacts, names: Names, room: Room) -> Table | None:
    """What the program staff corrected in their own copy, and why."""
    if not facts.mended:
        return None
    shown = list(reversed(facts.mended))[: room.corrections]
    rows = [
        Row(
            names.file(m.correction.extract),
            (Cell(short(m.correction.reason, room.reason), names.change(m), "lead-in"), Cell(f"{m.rows:,}")),
        )
        for m in shown
    ]
    if rest := facts.mended[: len(facts.mended) - len(shown)]:
        rows.append(
            Row(
                f"{len(rest):,} more",
                (Cell("See the workbook.", css="lead-in"), Cell(f"{sum(m.rows for m in rest):,}")),
            )
        )
    heads = (Head("Extract", width=150.0), Head("Why, and what", "lead-in"), Head("Rows", "r", 44.0))
    return Table(
        "What we corrected", heads, tuple(rows), "in our copy; your extracts are untouched", "tight fixed long plain"
    )
