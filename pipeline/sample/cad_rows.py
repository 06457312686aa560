"""One CAD call in the words and columns of each agency's export."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.sample.cad import CadCall
from pipeline.sample.dice import Dice
from pipeline.sample.styles import Cell
from pipeline.sample.totals import CLIVE, URBANDALE, WAUKEE, WEST
from pipeline.sample.vocabulary import DISPOSITIONS, NATURES, SOURCES

_ZONE = ZoneInfo("America/Chicago")

WEST_HEADINGS = [
    "Incident Number", "Call Received", "First Dispatched", "First Enroute", "First On Scene", "Call Closed", "Problem",
    "Initial Problem", "Priority", "Disposition", "Units Assigned", "Beat", "Location", "Call Source", "Caller Phone",
]  # fmt: skip
URBANDALE_HEADINGS = [
    "CAD_Event", "Unit", "Created", "Dispatched", "Enroute", "OnScene", "Clear", "Initial_Type", "Final_Type", "Pri",
    "Result", "Zone", "Address", "Source",
]  # fmt: skip
WAUKEE_HEADINGS = [
    "Case #", "Received", "In Queue", "Dispatched", "Arrived", "Cleared", "Call Type", "First Call Type", "Pri",
    "Disposition",
    "Responding Units", "Zone", "Address", "How Received",
]  # fmt: skip
CLIVE_HEADINGS = [
    "No", "Date Recd", "Time Recd", "Date Disp", "Time Disp", "Date Arr", "Time Arr", "Date Clr", "Time Clr", "Type",
    "Pri", "How Cleared", "Units", "Area", "Location", "Recd By", "Remarks",
]  # fmt: skip

Dateless = datetime | None


def west_row(dice: Dice, call: CadCall, form: str = "%m/%d/%Y %H:%M:%S") -> list[Cell]:
    """A row a call; `N/A` where nothing happened, 1900 where the old CAD had no time, all units in one cell."""

    def text(time: Dateless, missing: str = "N/A") -> str:
        return time.strftime(form) if time else missing

    nature, words = NATURES[WEST], DISPOSITIONS[WEST]
    never = "01/01/1900 00:00:00" if dice.chance(0.3) else "N/A"
    return [
        call.number, text(call.received), text(call.first("dispatched")), text(call.first("enroute")),
        text(call.first("arrived"), never), text(call.cleared), nature[call.nature], nature[call.nature_initial],
        call.priority if dice.chance(0.97) else "-999", words[call.disposition],
        ", ".join(u.sign for u in call.units), call.area,
        call.address if dice.chance(0.8) else call.address.upper() + " ", SOURCES[WEST][call.source], "(withheld)",
    ]  # fmt: skip


def urbandale_rows(call: CadCall) -> list[list[Cell]]:
    """A row a unit, and one where no unit was sent; ISO times with their offset; `NULL` for what is missing."""

    def text(time: Dateless) -> str:
        return time.replace(tzinfo=_ZONE).isoformat(timespec="seconds") if time else "NULL"

    nature = NATURES[URBANDALE]
    shared: list[Cell] = [
        nature[call.nature_initial], nature[call.nature], call.priority, DISPOSITIONS[URBANDALE][call.disposition],
        call.area,
        call.address, SOURCES[URBANDALE][call.source],
    ]  # fmt: skip
    if not call.units:
        return [[call.number, "NULL", text(call.received), "NULL", "NULL", "NULL", "NULL", *shared]]
    return [
        [
            call.number,
            u.sign,
            text(call.received),
            text(u.dispatched),
            text(u.enroute),
            text(u.arrived),
            text(u.cleared),
            *shared,
        ]
        for u in call.units
    ]


def waukee_row(dice: Dice, call: CadCall) -> list[Cell]:
    """A row a call with real Excel dates, some of them typed as text; -999 where there is no time."""
    typed = dice.chance(0.02)

    def cell(time: Dateless, missing: Cell = None) -> Cell:
        if time is None:
            return missing
        return time.strftime("%m/%d/%Y %H:%M:%S") if typed else time

    nature = NATURES[WAUKEE]
    return [
        call.number, cell(call.received), cell(call.first("dispatched")), cell(call.first("dispatched")),
        cell(call.first("arrived"), -999), cell(call.cleared), nature[call.nature], nature[call.nature_initial],
        int(call.priority), DISPOSITIONS[WAUKEE][call.disposition], "; ".join(u.sign for u in call.units), call.area,
        call.address, SOURCES[WAUKEE][call.source],
    ]  # fmt: skip


def clive_row(dice: Dice, call: CadCall) -> list[Cell]:
    """A row a call, every date apart from its time, years in two digits, units parted by blanks."""

    def both(time: Dateless) -> list[Cell]:
        return [time.strftime("%m/%d/%y"), time.strftime("%H:%M:%S")] if time else ["", ""]

    remarks = dice.pick(("Caller at the café", "Señor Tadpole's", "Noë Ct entrance")) if dice.chance(0.01) else ""
    return [
        call.number, *both(call.received), *both(call.first("dispatched")), *both(call.first("arrived")),
        *both(call.cleared),
        NATURES[CLIVE][call.nature], call.priority, DISPOSITIONS[CLIVE][call.disposition],
        " ".join(u.sign for u in call.units),
        call.area, call.address, SOURCES[CLIVE][call.source], remarks,
    ]  # fmt: skip
