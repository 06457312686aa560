"""Time sheets (wide: a column an activity) and trainings, which the program itself keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.sample import totals
from pipeline.sample.clock import TEAM_DAYS
from pipeline.sample.dice import Dice
from pipeline.sample.dirt import SUPERSEDED, Book
from pipeline.sample.styles import Cell, Dialect, Files, Sheet, Table, text_file, workbook
from pipeline.sample.totals import CLIVE, URBANDALE, WAUKEE, WEST
from pipeline.sample.vocabulary import TEAMS
from pipeline.sample.window import quarter_end

NAMES = {WEST: "West Des Moines", URBANDALE: "Urbandale", WAUKEE: "Waukee", CLIVE: "Clive"}
#: Where the time that is not direct goes.
_OTHER = {"documentation": 46.0, "travel": 28.0, "meeting": 14.0, "training": 8.0, "other": 4.0}
#: How often each team of an agency is on duty on a weekday; Waukee's two share a post.
_ON_DUTY = {WEST: 0.68, URBANDALE: 0.68, WAUKEE: 0.34, CLIVE: 0.68}
_QUARTER = 15  # teams report quarters of an hour


@dataclass(slots=True)
class TeamDay:
    """What one team reported for one day, in quarters of an hour."""

    agency: str
    team: str
    day: date
    total: int
    direct: int
    rest: dict[str, int]


def plan_days() -> list[TeamDay]:
    """Team days whose minutes come to exactly the planned ones, direct and all."""
    dice = Dice("time sheets")
    days = [TeamDay(*who, 0, 0, {}) for who in _who_worked(dice)]
    for d in days:
        d.total = dice.between(24, 38)
        share = totals.DIRECT[totals.month_of(d.day)] / 100 + 0.14 * (dice.roll() - 0.5)
        d.direct = min(d.total, int(d.total * share + 0.5))
    _settle(days, totals.ALL_MINUTES // _QUARTER - sum(d.total for d in days), "total")
    _settle(days, totals.DIRECT_MINUTES // _QUARTER - sum(d.direct for d in days), "direct")
    for d in days:
        for _ in range(d.total - d.direct):
            category = dice.weighted(_OTHER)
            d.rest[category] = d.rest.get(category, 0) + 1
    return days


def _who_worked(dice: Dice) -> list[tuple[str, str, date]]:
    """Which team worked on which day: about seventeen days a month, the busier weekdays first."""
    worked = []
    day = totals.BEGAN
    while day <= totals.ENDED:
        for agency, teams in TEAMS.items():
            share = TEAM_DAYS[day.weekday()] / max(TEAM_DAYS) * _ON_DUTY[agency]
            worked += [(agency, team, day) for team in teams if dice.chance(share)]
        day += timedelta(days=1)
    return worked


def _settle(days: list[TeamDay], difference: int, column: str) -> None:
    """Spread the difference to the planned sum over the days, a quarter of an hour at a time."""
    step = 1 if difference > 0 else -1
    i = 0
    while difference:
        d = days[(i * 7) % len(days)]
        i += 1
        low, high = (20, 48) if column == "total" else (0, d.total)
        if low <= getattr(d, column) + step <= high and (column == "direct" or d.total + step >= d.direct):
            setattr(d, column, getattr(d, column) + step)
            difference -= step


_HEADINGS = ["Agency", "Team", "Date", "Client Hours", "Documentation", "Drive", "Training", "Meetings", "Other"]
_ORDER = ("documentation", "travel", "training", "meeting", "other")


def time_sheets(days: list[TeamDay], book: Book) -> Files:
    """Workbooks of the quarter for three agencies, one of them sent again; Clive's minutes as text."""
    files: Files = {}
    shared = [d for d in days if d.agency != CLIVE]
    for start in totals.MONTHS[::3]:
        last = quarter_end(start)
        name = f"program/time {start.year} Q{start.month // 3 + 1}"
        own = [d for d in shared if start <= d.day <= last]
        rows = [_hours(d) for d in own]
        if start == date(2023, 4, 1):
            files[f"{name} corrected.xlsx"] = _time_book(rows)
            rows = [
                [*row[:3], *[c * 2 if isinstance(c, float) else c for c in row[3:]]] if i % 29 == 0 else row
                for i, row in enumerate(rows)
            ]
            book.note(f"{name}.xlsx", "withdrawn by a corrected extract", len(rows), SUPERSEDED)
        if start == date(2022, 10, 1):
            rows.append(["Total", None, None, sum(d.direct for d in own) / 4, *[None] * 5])
            book.note(f"{name}.xlsx", "a total below the rows", 1)
        if start == date(2023, 7, 1):
            worked = {d.day for d in own if d.agency == WAUKEE}
            free = next(day for n in range(90) if (day := start + timedelta(days=n)) not in worked)
            rows.append([NAMES[WAUKEE], "CR1", free, 26.0, 1.0, None, None, None, None])
            book.note(f"{name}.xlsx", "more than a day in a day", 1)
        files[f"{name}.xlsx"] = _time_book(rows)
    return files | _clive_minutes([d for d in days if d.agency == CLIVE], book)


def _hours(d: TeamDay) -> list[Cell]:
    return [NAMES[d.agency], d.team, d.day, d.direct / 4, *[d.rest[c] / 4 if c in d.rest else None for c in _ORDER]]


def _time_book(rows: list[list[Cell]]) -> bytes:
    return workbook([Sheet("Hours", [["Team time, hours (made-up data)"], list(_HEADINGS), *rows])])


def _clive_minutes(days: list[TeamDay], book: Book) -> Files:
    table = Table(
        f"{CLIVE}/time_sheets.csv",
        ["team", "day", "with_people", "paperwork", "driving", "training", "meetings", "other"],
        [],
    )
    for d in days:
        rest = [str(d.rest[c] * _QUARTER) if c in d.rest else "" for c in _ORDER]
        table.rows.append([d.team, d.day.isoformat(), str(d.direct * _QUARTER), *rest])
    table.rows.insert(9, ["CR9", "2022-07-32", "300", *[""] * 5])
    table.rows.insert(90, ["CR9", "2023-02-05", "5 hours", *[""] * 5])
    book.note(table.extract, "impossible date", 1)
    book.note(table.extract, "number that cannot be read", 1)
    return {table.extract: text_file(table, Dialect(newline="\n"))}


_COURSES = {"CIT 40 hours": 0.36, "CIT 8 hours": 0.30, "Co-response": 0.18, "De-escalation": 0.16}


def trainings(book: Book) -> Files:
    """One workbook, two sheets; the people trained come to exactly the planned number."""
    dice = Dice("trainings")
    courses: list[tuple[date, str, str]] = []
    day = totals.BEGAN + timedelta(days=18)
    while day <= totals.TRAINED_BY:
        courses.append((day, dice.weighted(_COURSES), dice.weighted(totals.AGENCIES)))
        day += timedelta(days=dice.between(11, 24))
    sizes = [dice.between(10, 24) for _ in courses]
    while (off := totals.TRAINED - sum(sizes)) != 0:
        sizes[dice.below(len(sizes))] += 1 if off > 0 else -1
    rows: list[list[Cell]] = [[d, course, NAMES[host], n] for (d, course, host), n in zip(courses, sizes, strict=True)]
    heads: list[Cell] = ["Held on", "Course", "Host agency", "Completed"]
    extract = "program/trainings.xlsx"
    book.note(extract, "number that cannot be read", 1)
    first = [r for r in rows if str(r[1]).startswith("CIT")]
    rest = [r for r in rows if not str(r[1]).startswith("CIT")]
    rest.append([date(2023, 3, 3), "De-escalation", NAMES[CLIVE], "about 20"])
    return {extract: workbook([Sheet("CIT", [heads, *first]), Sheet("Other courses", [heads, *rest])])}
