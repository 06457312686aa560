"""The logs of the four agencies, each with the faults of its kind, and the referrals of West Des Moines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from pipeline.sample import totals
from pipeline.sample.cad import CadCall
from pipeline.sample.contact import Encounter
from pipeline.sample.dice import Dice
from pipeline.sample.dirt import Book, Planter
from pipeline.sample.log_rows import (
    CLIVE_HEADINGS,
    URBANDALE_HEADINGS,
    WAUKEE_HEADINGS,
    WEST_HEADINGS,
    clive_row,
    entry_id,
    urbandale_row,
    waukee_row,
    west_row,
)
from pipeline.sample.plan import Plan
from pipeline.sample.styles import Cell, Dialect, Files, Raw, Sheet, Table, text_file, workbook
from pipeline.sample.totals import CLIVE, URBANDALE, WAUKEE, WEST
from pipeline.sample.vocabulary import SERVICES
from pipeline.sample.window import quarter_end


def write_incidents(plan: Plan, cad: dict[str, list[CadCall]]) -> None:
    """Give each encounter the incident number that the log has: CAD's, a mistyped one, none, or another CAD's."""
    dice = Dice("incidents")
    taken = {c.number for calls in cad.values() for c in calls}
    for encounter in plan.encounters:
        call = encounter.call
        if call is None or call.log == "no_number":
            continue
        encounter.incident = call.number
        if call.log == "mistyped":
            encounter.incident = _mistype(dice, call.number, taken)
        elif call.log == "not_in_cad":
            encounter.incident = f"PC{call.received:%y}-{encounter.number:06d}"
        taken.add(encounter.incident)


def _mistype(dice: Dice, number: str, taken: set[str]) -> str:
    """Two neighbouring digits exchanged, or one left out: a number that no call has."""
    swaps = [number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(len(number) - 4, len(number) - 1)]
    free = [n for n in swaps if n not in taken]
    return dice.pick(free) if free else number[:-2] + number[-1]


def _of(plan: Plan, agency: str, first: date = totals.BEGAN, last: date = totals.ENDED) -> list[Encounter]:
    return [e for e in plan.encounters if e.agency == agency and first <= e.start.date() <= last]


def _strange(dice: Dice, rows: Iterable[Encounter], number: int) -> Encounter:
    """An encounter for a faulty row: like one of the others, on another day, with an entry number of its own."""
    like = dice.pick([e for e in rows if e.kind == "follow_up" and e.person])
    return replace(like, number=number, start=like.start + timedelta(minutes=13), services=[])


class _Log:
    """One log extract while it is written: rows of encounters in an agency's style, then faults."""

    def __init__(
        self, plant: Planter, table: Table, own: list[Encounter], row: Callable[[Dice, Encounter], list[Cell]]
    ) -> None:
        self.plant, self.table, self.own, self._row = plant, table, own, row
        table.rows = [row(plant.dice, e) for e in own]
        self._next = 90_000

    def row(self, **changes: object) -> list[Cell]:
        """A row for a fault."""
        self._next += 1
        return self._row(self.plant.dice, replace(_strange(self.plant.dice, self.own, self._next), **changes))  # type: ignore[arg-type]

    def spoil(self, n: int, heading: str, value: Cell, fault: str) -> None:
        """`n` extra rows with a bad value below a heading."""
        self.plant.damage(self.table, [self.row() for _ in range(n)], heading, value, fault)

    def contradict(self, n: int, fault: str, **changes: object) -> None:
        """`n` extra rows whose answers contradict each other."""
        self.plant.insert(self.table, [self.row(**changes) for _ in range(n)], fault)

    def conflict(self, heading: str, value: Cell) -> None:
        """Two extra rows with the same entry id and other content: nobody can say which is right."""
        one = self.row()
        two = list(one)
        two[self.table.column(heading)] = value
        self.plant.insert(self.table, [one, two], "same entry id, other content")


# West Des Moines: CSV, three extracts that overlap by a month ------------------------------------------------

_WEST = (
    ("2022-12", date(2022, 7, 1), date(2022, 12, 31)), ("2023-06", date(2022, 12, 1), date(2023, 6, 30)),
    ("2023-11", date(2023, 6, 1), date(2023, 11, 30)),
)  # fmt: skip


def west_logs(plan: Plan, book: Book) -> tuple[Files, int]:
    """The logs, and how many test entries the correction must exclude."""
    plant = Planter(Dice("west log"), book)
    files: Files = {}
    tests = 3
    for name, first, last in _WEST:
        own = [_not_yet_stable(e, last) for e in _of(plan, WEST, first, last)]
        log = _Log(plant, Table(f"{WEST}/contacts_{name}.csv", list(WEST_HEADINGS), []), own, west_row)
        plant.scruffy(log.table, ["CAD #", "Type of contact", "Outcome", "Transported to", "Race/Ethnicity"])
        plant.repeat(log.table, 1 + plant.dice.below(3))
        log.spoil(1, "Contact start", "", "start missing")
        if name == "2022-12":
            log.contradict(tests, "test entry, excluded by a correction", team="TEST")
            log.spoil(2, "Gender", "Femael", "unknown code")
        if name == "2023-06":
            log.contradict(1, "outcome arrest, but not arrested", resolution="arrest")
            log.spoil(1, "Minutes", "fourty", "number that cannot be read")
        if name == "2023-11":
            log.conflict("Minutes", "615")
            log.spoil(1, "Stable at follow-up", "maybe", "answer that is neither yes nor no")
        files[log.table.extract] = text_file(log.table, Dialect())
    return files, tests


def _not_yet_stable(e: Encounter, last: date) -> Encounter:
    """In the month before an extract was written, some answers are still missing; the next extract has them."""
    late = last != totals.ENDED and e.start.date() > last - timedelta(days=14)
    return replace(e, stable=None, backup_released=None) if late else e


# Urbandale: Excel, a workbook a quarter ----------------------------------------------------------------------


def urbandale_logs(plan: Plan, book: Book) -> Files:
    """Six workbooks with a title row and a total below."""
    plant = Planter(Dice("urbandale log"), book)
    files: Files = {}
    for start in totals.MONTHS[::3]:
        last = quarter_end(start)
        extract = f"{URBANDALE}/co-response log {start.year} Q{start.month // 3 + 1}.xlsx"
        log = _Log(
            plant, Table(extract, list(URBANDALE_HEADINGS), []), _of(plan, URBANDALE, start, last), urbandale_row
        )
        plant.scruffy(log.table, ["Incident", "Disp", "Taken to", "Referrals"])
        plant.repeat(log.table, plant.dice.below(3))
        if start.month == 1:
            log.spoil(2, "Referrals", "MH Center; Horse Therapy", "unknown service")
        if start.month == 7:
            log.spoil(1, "Start", "7/32/23 9:00", "impossible date")
        if start.month == 10:
            log.spoil(1, "Start", None, "start missing")
            log.conflict("Taken to", "DETOX")
        plant.append(log.table, [["Total contacts", len(log.own)]], "a total below the rows")
        rows = [row for row in log.table.rows if isinstance(row, list)]
        files[extract] = workbook(
            [Sheet("Log", [["Co-response log (made-up data)"], [], list(URBANDALE_HEADINGS), *rows])]
        )
    return files


# Waukee: Excel, a workbook a year beside lists and notes -----------------------------------------------------


def waukee_logs(plan: Plan, book: Book) -> Files:
    """2022; 2023 as sent in October; 2023 as sent again in December, with the unreadable dates mended."""
    plant = Planter(Dice("waukee log"), book)
    files: Files = {}
    parts = (
        ("2022", date(2022, 7, 1), date(2022, 12, 31)), ("2023", date(2023, 1, 1), date(2023, 9, 30)),
        ("2023 (1)", date(2023, 1, 1), date(2023, 11, 30)),
    )  # fmt: skip
    for name, first, last in parts:
        own = _of(plan, WAUKEE, first, last)
        log = _Log(plant, Table(f"{WAUKEE}/Contact log {name}.xlsx", list(WAUKEE_HEADINGS), []), own, waukee_row)
        plant.scruffy(log.table, ["Kind of contact", "CFS number", "Taken where"])
        plant.repeat(log.table, 1, but=_unreadable_dates(log) if name == "2023" else ())
        if name == "2023 (1)":
            log.contradict(
                2, "arrested, yet taken to a shelter", arrested=True, transported_to="shelter", resolution="arrest"
            )
            log.contradict(1, "arrested, yet taken home", arrested=True, transported_to="home", resolution="arrest")
        plant.blank(log.table, 2, [])
        files[log.table.extract] = workbook(
            [*_beside(), Sheet("Contacts", [list(WAUKEE_HEADINGS), *_cells(log.table)])]
        )
    return files


def _unreadable_dates(log: _Log) -> list[int]:
    """Rows of the log itself: quarantined here, accepted from the workbook that was sent later."""
    spoiled = [40, 151, 262]
    for i in spoiled:
        log.table.rows[i][0] = f"{log.own[i].start:%m}/31st"  # type: ignore[index]
    log.plant.book.note(log.table.extract, "impossible date", len(spoiled))
    return spoiled


def _beside() -> list[Sheet]:
    words: list[list[Cell]] = [["Abbreviation", "Meaning"], ["CRT", "Co-response team"], ["PC", "Probable cause"]]
    return [Sheet("Abbrev list", words), Sheet("Notes", [["Write one row for each person met."]])]


def _cells(table: Table) -> list[list[Cell]]:
    return [row for row in table.rows if isinstance(row, list)]


# Clive: semicolons, cp1252 -----------------------------------------------------------------------------------


def clive_logs(plan: Plan, book: Book) -> Files:
    """Three extracts without overlap."""
    plant = Planter(Dice("clive log"), book)
    files: Files = {}
    parts = (("2022-12", date(2022, 7, 1), date(2022, 12, 31)), ("2023-06", date(2023, 1, 1), date(2023, 6, 30)),
             ("2023-11", date(2023, 7, 1), date(2023, 11, 30)))  # fmt: skip
    for name, first, last in parts:
        log = _Log(
            plant, Table(f"{CLIVE}/log_{name}.csv", list(CLIVE_HEADINGS), []), _of(plan, CLIVE, first, last), clive_row
        )
        plant.scruffy(log.table, ["Result", "To", "Referral"])
        plant.repeat(log.table, 1)
        log.spoil(1, "Start", "", "date without time")
        if name == "2023-06":
            log.contradict(1, "arrested, yet taken home", arrested=True, transported_to="home", resolution="arrest")
            plant.insert(log.table, [Raw(";".join(str(c or "") for c in log.row()[:9]))], "a row cut short")
        if name == "2023-11":
            log.conflict("Result", "UTL")
        plant.blank(log.table, 2)
        files[log.table.extract] = text_file(log.table, Dialect(";", encoding="cp1252"))
    return files


# Referrals of West Des Moines, with what became of them ------------------------------------------------------


def west_referrals(plan: Plan, book: Book) -> Files:
    """A file a quarter with the referrals of this and the last one, and what was known of them when it was written."""
    dice = Dice("referrals")
    headings = ["Entry ID", "Referred on", "Service", "Accepted", "Connected on"]
    told = [(e, s, *_answer(dice, e.start.date())) for e in _of(plan, WEST) for s in e.services]
    files: Files = {}
    for start in totals.MONTHS[::3]:
        last = quarter_end(start)
        since = max(totals.BEGAN, (start - timedelta(days=80)).replace(day=1))
        rows: list[list[Cell]] = []
        for e, service, accepted, heard, connected in told:
            if since <= e.start.date() <= last:
                met = connected.strftime("%m/%d/%Y") if connected and connected <= last else ""
                known = _answered(accepted, heard, last)
                rows.append([entry_id(e), e.start.strftime("%m/%d/%Y"), SERVICES[WEST][service], known, met])
        table = Table(f"{WEST}/referrals_{start.year}-Q{start.month // 3 + 1}.csv", headings, list(rows))
        plant = Planter(dice, book)
        if start.month == 4:
            plant.append(table, [["E-99901", "04/31/2023", "Housing", "Yes", ""]], "impossible date")
        files[table.extract] = text_file(table, Dialect())
    return files


def _answered(accepted: bool | None, heard: date, last: date) -> str:
    """What the service had answered by a day."""
    return "" if accepted is None or heard > last else "Accepted" if accepted else "Declined"


def _answer(dice: Dice, day: date) -> tuple[bool | None, date, date | None]:
    """Whether the service took the person, when it said so, and when they met."""
    accepted = None if dice.chance(0.05) else dice.chance(0.72)
    heard = day + timedelta(days=dice.between(0, 9))
    days = int(dice.quantile(((0.0, 1.0), (0.5, 6.5), (0.9, 20.0), (1.0, 45.0))))
    return accepted, heard, day + timedelta(days=days) if accepted and dice.chance(0.7) else None
