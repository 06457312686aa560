"""One encounter in the words and columns of each agency's log."""

from __future__ import annotations

import unicodedata
from datetime import date

from pipeline.sample.contact import Encounter
from pipeline.sample.dice import Dice
from pipeline.sample.people import Person
from pipeline.sample.styles import Cell
from pipeline.sample.totals import CLIVE, URBANDALE, WAUKEE, WEST
from pipeline.sample.vocabulary import GENDERS, KINDS, PLACES, RACES, RESOLUTIONS, SERVICES, TYPED

WEST_HEADINGS = [
    "Entry ID", "CAD #", "Type of contact", "Contact start", "Minutes", "Team", "Last Name", "First Name", "DOB",
    "Gender",
    "Race/Ethnicity", "Veteran", "Unhoused", "Arrest likely (PC)", "Arrested", "Outcome", "Transported to",
    "De-escalated",
    "Stable at follow-up", "Force used", "Injury", "Patrol released", "Narrative",
]  # fmt: skip
URBANDALE_HEADINGS = [
    "ID", "Type", "Incident", "Start", "End", "Last", "First", "Birth date", "Sex", "Race", "Vet", "Homeless",
    "Likely arrest",
    "Arrest", "Disp", "Taken to", "Calm", "Stable", "Force", "Hurt", "Cover released", "Referrals",
]  # fmt: skip
WAUKEE_HEADINGS = [
    "Date", "Time", "Minutes", "Call sign", "Kind of contact", "CFS number", "Client last name", "Client first name",
    "Date of birth", "Gender", "Race / ethnicity", "Veteran?", "Housing", "Would have been arrested?", "Arrested?",
    "What happened",
    "Taken where", "Calmer when we left?", "Stable?", "Force?", "Anyone hurt?", "Officers sent back?", "Referred to",
    "Comments",
]  # fmt: skip
CLIVE_HEADINGS = [
    "Contact", "Kind", "CAD No", "Date", "Start", "End", "Name (last)", "Name (first)", "Born", "Sex", "Race",
    "Veteran",
    "No home", "PC", "Arrest", "Result", "To", "Calm", "Stable", "Force", "Injury", "Backup released", "Referral",
]  # fmt: skip


def entry_id(encounter: Encounter) -> str:
    """The id that West Des Moines' log gives, and its referrals name."""
    return f"E-{encounter.number:05d}"


def answer(value: bool | None, yes: str = "Yes", no: str = "No") -> str:
    """A bool in the agency's words; blank when nobody ticked anything."""
    return "" if value is None else yes if value else no


def _nobody(encounter: Encounter) -> tuple[str, str, str]:
    """What stands in the person's cells when a name or the birth date is missing: nothing, or too little."""
    return (("", "", ""), ("Unknown", "", ""), ("", "", "UNK"))[encounter.number % 3]


def _spelled(dice: Dice, person: Person) -> tuple[str, str]:
    """A name as people type it: mostly well, at times in capitals or without accents and apostrophes."""
    style = dice.weighted({"well": 82.0, "capitals": 9.0, "plain": 5.0, "blanks": 4.0})
    last, first = person.last, person.first
    if style == "capitals":
        return last.upper(), first.upper()
    if style == "plain":
        return _plain(last), _plain(first)
    return (f" {last}", f"{first} ") if style == "blanks" else (last, first)


def _plain(name: str) -> str:
    base = unicodedata.normalize("NFKD", name)
    return "".join(c for c in base if not unicodedata.combining(c) and c not in "'-")


def west_row(dice: Dice, e: Encounter) -> list[Cell]:
    """CSV; ISO birth dates at first, later US ones; a narrative that was blacked out, with a line feed inside."""
    name: tuple[str, ...] = _nobody(e)
    if e.person:
        form = "%Y-%m-%d" if e.start.year == 2022 else "%m/%d/%Y"
        name = (*_spelled(dice, e.person), e.person.born.strftime(form))
    note = "Narrative removed\r\nbefore export" if dice.chance(0.05) else "Narrative removed"
    return [
        entry_id(e), e.incident, KINDS[WEST][e.kind], e.start.strftime("%m/%d/%Y %H:%M"), str(e.minutes), e.team, *name,
        _gender(e, WEST), _race(e, WEST), _veteran(e), _unhoused(e), answer(e.arrest_likely), answer(e.arrested),
        _resolution(e, WEST), _place(e, WEST), answer(e.deescalated), answer(e.stable), answer(e.force_used),
        answer(e.injury),
        answer(e.backup_released), note,
    ]  # fmt: skip


def urbandale_row(dice: Dice, e: Encounter) -> list[Cell]:
    """Excel with real dates, start and end, Y and N, referrals parted by semicolons."""
    name: tuple[Cell, ...] = _nobody(e)
    if e.person:
        name = (*_spelled(dice, e.person), e.person.born)
    yes = ("Y", "N")
    return [
        e.number + 10_000, KINDS[URBANDALE][e.kind], e.incident, e.start, e.end, *name, _gender(e, URBANDALE),
        _race(e, URBANDALE), _veteran(e, *yes), _unhoused(e, *yes), answer(e.arrest_likely, *yes), answer(e.arrested,
        *yes),
        _resolution(e, URBANDALE), _place(e, URBANDALE), answer(e.deescalated, *yes), answer(e.stable, *yes),
        answer(e.force_used, *yes), answer(e.injury, *yes), answer(e.backup_released, *yes), _services(e, URBANDALE,
        "; "),
    ]  # fmt: skip


def waukee_row(dice: Dice, e: Encounter) -> list[Cell]:
    """Excel without entry ids; date and time in two cells; answers typed by hand in several spellings."""
    name: tuple[Cell, ...] = _nobody(e)
    if e.person:
        born: Cell = e.person.born if dice.chance(0.8) else e.person.born.strftime("%m/%d/%Y")
        name = (*_spelled(dice, e.person), born)
    happened = _resolution(e, WAUKEE)
    return [
        e.start.date(), e.start.time(), e.minutes, e.team, KINDS[WAUKEE][e.kind], e.incident, *name, _gender(e, WAUKEE),
        _race(e, WAUKEE), _veteran(e), _unhoused(e, "Unhoused", "Housed"), answer(e.arrest_likely), answer(e.arrested),
        dice.pick(TYPED.get(happened, (happened,))), _place(e, WAUKEE), answer(e.deescalated), answer(e.stable),
        answer(e.force_used), answer(e.injury), answer(e.backup_released), _services(e, WAUKEE, ", "), "(removed)",
    ]  # fmt: skip


def clive_row(dice: Dice, e: Encounter) -> list[Cell]:
    """Semicolons and cp1252; date, start and end apart, two-digit years for the young; 1, 0 and blank for answers."""
    name: tuple[str, ...] = _nobody(e)
    if e.person:
        name = (*_spelled(dice, e.person), _short(e.person.born))
    one = ("1", "0")
    return [
        f"{e.start.year}-{e.number:05d}", KINDS[CLIVE][e.kind], e.incident, e.start.strftime("%m/%d/%y"),
        e.start.strftime("%H:%M"),
        e.end.strftime("%H:%M"), *name, _gender(e, CLIVE), _race(e, CLIVE), _veteran(e, *one), _unhoused(e, *one),
        answer(e.arrest_likely, *one), answer(e.arrested, *one), _resolution(e, CLIVE), _place(e, CLIVE),
        answer(e.deescalated, *one),
        answer(e.stable, *one), answer(e.force_used, *one), answer(e.injury, *one), answer(e.backup_released, *one),
        _services(e, CLIVE, "/"),
    ]  # fmt: skip


def _short(born: date) -> str:
    """M/D/YY where the century cannot be mistaken."""
    year = f"{born.year % 100:02d}" if born.year >= 1960 else str(born.year)
    return f"{born.month}/{born.day}/{year}"


def _gender(e: Encounter, agency: str) -> str:
    return GENDERS[agency][e.person.gender] if e.person else ""


def _race(e: Encounter, agency: str) -> str:
    return RACES[agency][e.person.race] if e.person else ""


def _veteran(e: Encounter, yes: str = "Yes", no: str = "No") -> str:
    return answer(e.person.veteran, yes, no) if e.person else ""


def _unhoused(e: Encounter, yes: str = "Yes", no: str = "No") -> str:
    return answer(e.person.unhoused, yes, no) if e.person else ""


def _resolution(e: Encounter, agency: str) -> str:
    return RESOLUTIONS[agency][e.resolution] if e.resolution else ""


def _place(e: Encounter, agency: str) -> str:
    return PLACES[agency][e.transported_to] if e.transported_to else ""


def _services(e: Encounter, agency: str, between: str) -> str:
    return between.join(SERVICES[agency][s] for s in e.services)
