"""Waukee's CAD: Excel, a workbook a quarter, a hidden sheet first, title rows above and a footer below."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from pipeline.sample import totals
from pipeline.sample.cad import CadCall
from pipeline.sample.cad_rows import WAUKEE_HEADINGS, waukee_row
from pipeline.sample.dice import Dice
from pipeline.sample.dirt import Book, Planter, Spares
from pipeline.sample.styles import Cell, Files, Sheet, Table, workbook
from pipeline.sample.totals import WAUKEE
from pipeline.sample.window import between, months_between, quarter_end


def waukee_files(calls: list[CadCall], book: Book) -> tuple[Files, datetime, int]:
    """The workbooks, and of the clock's fault: when it ended (as the clock showed it), how many calls it touched."""
    dice = Dice("waukee cad")
    spares, plant = Spares(calls), Planter(dice, book)
    until = _clock_set_right(between(calls, date(2023, 11, 6), date(2023, 11, 6)))
    files: Files = {}
    touched = 0
    for start in totals.MONTHS[::3]:
        last = quarter_end(start)
        own = between(calls, start, last)
        table = Table(f"{WAUKEE}/CFS {start.year} Q{start.month // 3 + 1}.xlsx", list(WAUKEE_HEADINGS), [])
        late = {i for i, c in enumerate(own) if _CLOCK_WRONG <= c.received < until}
        touched += len(late)
        table.rows += [waukee_row(dice, _hour_ahead(c) if i in late else c) for i, c in enumerate(own)]
        plant.scruffy(table, ["Call Type", "Disposition"], 0.03)
        plant.repeat(table, 8 if last == totals.ENDED else dice.below(5), but=late)
        rows = [waukee_row(dice, c) for c in spares.take(5, months_between(start, last))]
        _waukee_faults(plant, table, rows, last)
        files[table.extract] = _waukee_book(plant, table, last)
    return files, until + timedelta(hours=1), touched


#: From the end of summer time until Monday morning Waukee's CAD clock ran an hour ahead.
_CLOCK_WRONG = datetime(2023, 11, 5, 2, 0)


def _clock_set_right(calls: list[CadCall]) -> datetime:
    """The clock is put back in a stretch of 70 minutes without a call, so that no two calls can be mistaken."""
    times = [c.received for c in calls]
    gap = next(a for a, b in pairwise(times) if a.hour >= 4 and b - a > timedelta(minutes=70))
    return gap.replace(second=0) + timedelta(minutes=1)


def _hour_ahead(call: CadCall) -> CadCall:
    hour = timedelta(hours=1)

    def ahead(time: datetime | None) -> datetime | None:
        return time + hour if time else None

    units = [
        replace(
            u,
            dispatched=ahead(u.dispatched),
            enroute=ahead(u.enroute),
            arrived=ahead(u.arrived),
            cleared=ahead(u.cleared),
        )
        for u in call.units
    ]
    return replace(call, received=call.received + hour, units=units)


def _waukee_faults(plant: Planter, table: Table, rows: list[list[Cell]], last: date) -> None:
    if last == totals.ENDED:
        plant.damage(table, rows[:3], "Received", "13/31/2023 09:10:00", "impossible date")
    elif last.month == 3:
        plant.damage(table, rows[:1], "Disposition", "#N/A", "broken formula")
    elif last.month == 12:
        plant.damage(table, rows[:2], "Case #", None, "incident number missing")
    plant.blank(table, 2, [])


def _waukee_book(plant: Planter, table: Table, last: date) -> bytes:
    count = len([row for row in table.rows if row])
    plant.append(table, [["Total calls", count], ["*** End of report ***"]], "a footer below the rows")
    titles: list[list[Cell]] = [
        ["Waukee Police Department (made-up data)"],
        ["Calls for service"],
        ["Through", last],
        [],
    ]
    rows = [row for row in table.rows if isinstance(row, list)]
    query: list[list[Cell]] = [["Query", "cfs_by_date"], ["Rows", count]]
    return workbook([Sheet("Query", query, hidden=True), Sheet("CFS", [*titles, list(table.headings), *rows])])
