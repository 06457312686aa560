"""CAD extracts that are text (West Des Moines, Urbandale, Clive), each with the faults of its kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from pipeline.program.period import month_end
from pipeline.sample import totals
from pipeline.sample.cad import CadCall
from pipeline.sample.cad_rows import (
    CLIVE_HEADINGS,
    URBANDALE_HEADINGS,
    WEST_HEADINGS,
    clive_row,
    urbandale_rows,
    west_row,
)
from pipeline.sample.dice import Dice
from pipeline.sample.dirt import SUPERSEDED, WARNED, Book, Planter, Spares
from pipeline.sample.styles import Cell, Dialect, Files, Raw, Table, text_file
from pipeline.sample.totals import CLIVE, URBANDALE, WEST
from pipeline.sample.window import between, months_between

# West Des Moines: CSV, a row a call, a file a month ----------------------------------------------------------


def west_files(calls: list[CadCall], book: Book) -> tuple[Files, list[str]]:
    """The extracts, and the incidents that the correction `CNVRT` must mend."""
    dice = Dice("west cad")
    spares, plant = Spares(calls), Planter(dice, book)
    files: Files = {}
    converted: list[str] = []
    for month in totals.MONTHS:
        name = f"{month:%Y-%m}"
        own = between(calls, month, month_end(month))
        table = Table(f"{WEST}/cad_{name}.csv", list(WEST_HEADINGS), [west_row(dice, c) for c in own])
        mended = _converted(own) if name == "2022-12" else []
        for i in mended:
            table.rows[i][table.column("Disposition")] = "CNVRT"  # type: ignore[index]
            converted.append(own[i].number)
        plant.scruffy(table, ["Incident Number", "Problem", "Disposition", "Beat"], 0.02)
        if name == "2023-03":
            files[f"{WEST}/cad_{name}.csv"] = _resaved_in_excel(dice, own, book, table.extract)
            table.extract = f"{WEST}/cad_{name} corrected.csv"
        plant.repeat(table, 12 if name == "2023-11" else dice.below(6), but=mended)
        _west_faults(plant, table, name, spares.take(4, [(month.year, month.month)]))
        data = text_file(table, Dialect(encoding="utf-8-sig"))
        # in one file, which two programs wrote, line ends are mixed
        files[table.extract] = data.replace(b"\r\n", b"\n", 40) if name == "2023-05" else data
    return files, converted


def _converted(calls: list[CadCall]) -> list[int]:
    """Four calls bear a word that CAD wrote while its vendor changed it; corrections.toml says what it meant."""
    return [i for i, c in enumerate(calls) if c.team is None and c.disposition == "other"][:4]


def _resaved_in_excel(dice: Dice, calls: list[CadCall], book: Book, extract: str) -> bytes:
    """The file as first sent: saved in Excel, which shortened numbers and dates. Withdrawn by the corrected one."""
    rows = [west_row(dice, c, "%m/%d/%Y %H:%M") for c in calls]
    for row in rows:
        row[WEST_HEADINGS.index("First On Scene")] = str(row[4]).replace("01/01/1900 00:00:00", "N/A")
    for row in rows[:40]:
        row[0] = "2.023E+11"
    book.note(extract, "incident number damaged by Excel", 40)
    book.note(extract, "withdrawn by a corrected extract", len(rows) - 40, SUPERSEDED)
    return text_file(Table(extract, list(WEST_HEADINGS), list(rows)), Dialect(encoding="utf-8-sig"))


def _west_faults(plant: Planter, table: Table, month: str, spare: list[CadCall]) -> None:
    rows = [west_row(plant.dice, c) for c in spare]
    match month:
        case "2022-08":
            plant.damage(table, rows[:2], "Call Received", "13/31/2022 10:15:00", "impossible date")
        case "2022-10":
            plant.append(table, [Raw(",".join(str(c) for c in rows[0][:4])), Raw("TRUNCATED")], "cut off at the end")
        case "2023-01":
            plant.insert(table, [_line(rows[0], '"1 Acorn St')], "quote that is never closed")
            plant.insert(table, [_line(rows[1], "Acorn St, Apt 1")], "a comma too many")
        case "2023-05":
            plant.blank(table, 5)
        case "2023-06":
            for row in rows[:3]:
                plant.append(table, [row], "the last of two rows of one incident", WARNED)
                other = "RPT" if row[9] != "RPT" else "NRP"
                plant.insert(table, [[*row[:9], other, *row[10:]]], "same incident, other content", SUPERSEDED)
        case "2023-07":
            never: list[Cell] = ["N/A"] * 4
            for row, received in zip(rows, ("07/14/2032 09:00:00", "07/02/2003 09:00:00"), strict=False):
                plant.insert(table, [[row[0], received, *never, *row[6:]]], "year mistyped", WARNED)
            late: list[list[Cell]] = [[*row[:2], "12/31/2023 23:59:59", *row[3:]] for row in rows[2:]]
            plant.insert(table, late, "times out of order", WARNED)
        case "2023-09":
            plant.append(table, [["TOTAL", str(len(table.rows)), *[""] * 13]], "a total below the rows")
        case "2023-11":
            plant.damage(table, rows[:2], "Disposition", "XFR", "unknown code")


def _line(row: list[Cell], location: str) -> Raw:
    """A row as a broken export writes it: nothing quoted that must be."""
    cells = [*row[:10], str(row[10]).replace(",", " "), row[11], location, *row[13:]]
    return Raw(",".join(str(c) for c in cells))


# Urbandale: tab-separated, a row a unit, rolling windows of a hundred days -----------------------------------

_EXPORTED = (
    date(2022, 10, 3), date(2023, 1, 3), date(2023, 4, 3), date(2023, 7, 3), date(2023, 10, 3), date(2023, 12, 1),
)  # fmt: skip


def urbandale_files(calls: list[CadCall], book: Book) -> Files:
    """Six rolling extracts; the third went through Excel's "Unicode text" and is UTF-16."""
    dice = Dice("urbandale cad")
    spares, plant = Spares(calls), Planter(dice, book)
    files: Files = {}
    for day in _EXPORTED:
        first, last = max(totals.BEGAN, day - timedelta(days=100)), day - timedelta(days=1)
        own = [_as_of(call, day) for call in between(calls, first, last)]
        table = Table(
            f"{URBANDALE}/cad_rolling_{day}.tsv",
            list(URBANDALE_HEADINGS),
            [row for c in own for row in urbandale_rows(c)],
        )
        plant.scruffy(table, ["CAD_Event", "Result"], 0.02)
        plant.repeat(table, dice.between(2, 9))
        rows = [urbandale_rows(c)[0] for c in spares.take(6, months_between(last - timedelta(days=40), last))]
        _urbandale_faults(plant, table, day, rows)
        files[table.extract] = text_file(table, Dialect("\t", encoding="utf-16" if day.month == 4 else "utf-8"))
    return files


def _as_of(call: CadCall, day: date) -> CadCall:
    """Calls of the last day before an export are still open in it; the next extract has them closed."""
    open_still = call.received.date() == day - timedelta(days=1) and day != _EXPORTED[-1]
    return (
        replace(call, units=[replace(u, cleared=None) for u in call.units], disposition="other") if open_still else call
    )


def _urbandale_faults(plant: Planter, table: Table, day: date, rows: list[list[Cell]]) -> None:
    plant.damage(table, rows[:1], "Created", f"{day:%Y}-02-30T10:00:00-06:00", "impossible date")
    if day.month in {10, 12}:
        plant.damage(table, rows[1:3], "Result", "Pending Review", "unknown code")
        plant.insert(table, [Raw("\t".join(str(c) for c in rows[3][:9]))], "a row cut short")
    if day.month == 7:
        twice = [[*rows[4][:1], "U398", *rows[4][2:]], [*rows[4][:1], "U399", *rows[4][2:8], "Noise", *rows[4][9:]]]
        plant.insert(table, twice, "units of one call differ in call type", WARNED)
    if day.month == 1:
        plant.append(table, [[f"{len(table.rows)} rows", *[""] * 13]], "a total below the rows")


# Clive: pipe-delimited, date and time apart, fiscal year to date ---------------------------------------------

_QUARTERS = (
    ("fy2023_q1", date(2022, 7, 1), date(2022, 9, 30)), ("fy2023_q2", date(2022, 7, 1), date(2022, 12, 31)),
    ("fy2023_q3", date(2022, 7, 1), date(2023, 3, 31)), ("fy2023_q4", date(2022, 7, 1), date(2023, 6, 30)),
    ("fy2024_q1", date(2023, 7, 1), date(2023, 9, 30)), ("fy2024_q2", date(2023, 7, 1), date(2023, 11, 30)),
)  # fmt: skip


def clive_files(calls: list[CadCall], book: Book) -> Files:
    """Six extracts, each of the whole fiscal year so far, so that each withdraws most rows of the one before."""
    dice = Dice("clive cad")
    spares, plant = Spares(calls), Planter(dice, book)
    files: Files = {}
    for name, first, last in _QUARTERS:
        own = between(calls, first, last)
        table = Table(f"{CLIVE}/cfs_{name}.txt", list(CLIVE_HEADINGS), [clive_row(dice, c) for c in own])
        plant.scruffy(table, ["Type", "How Cleared"], 0.02)
        plant.repeat(table, 3)
        rows = [clive_row(dice, c) for c in spares.take(8, months_between(last - timedelta(days=80), last))]
        _clive_faults(plant, table, name, rows)
        plant.append(table, [[f"TOTAL {len(own)}", *[""] * 16]], "a total below the rows")
        titles = ("Clive Police Department – Calls for Service (made-up data)", f"Fiscal year to {last:%m/%d/%y}", "")
        files[table.extract] = text_file(table, Dialect("|", encoding="cp1252", titles=titles))
    return files


def _clive_faults(plant: Planter, table: Table, name: str, rows: list[list[Cell]]) -> None:
    if name == "fy2023_q4":
        plant.damage(table, rows[:2], "Time Arr", lambda cell: "" if cell else "25:99:00", "date without time")
    if name == "fy2024_q1":
        plant.insert(
            table,
            [Raw("|".join(str(c) if i != 14 else f'"{c}' for i, c in enumerate(rows[0])))],
            "quote that is never closed",
        )
        plant.insert(table, [Raw("|".join(str(c) for c in [*rows[1], "Acorn St", "Apt 1"]))], "cells too many")
    if name == "fy2024_q2":
        plant.damage(table, rows[:6], "No", lambda cell: f"{cell}.0", "incident number damaged by a spreadsheet")
        plant.insert(table, [Raw("|".join(str(c) for c in rows[6][:11]))], "a row cut short")
    plant.blank(table, 3)
