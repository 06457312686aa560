"""Made-up facts for letters: an agency without a fault, one with every rule broken, one that writes hostile text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from pipeline.program.model import Agency, Correction, Mapping, Program, Source
from pipeline.publish.letters.facts import (
    FaultGroup,
    FaultLine,
    LetterFacts,
    Mended,
    MonthCounts,
    Newest,
    Place,
    Proposal,
    Shared,
    Unmatched,
    WaitingRow,
)
from pipeline.receive.product import Receipt
from schemas import RULES, TABLES
from schemas.views import LOAD_RULES

from . import made_up

NOVEMBER, OCTOBER = date(2023, 11, 1), date(2023, 10, 1)
HOSTILE = '=HYPERLINK("http://x","y") <script>alert(1)</script> \u202e 日本語 🚓 {0} ${x} \\u0041 “quoted”'


def program(heading: str = "Call Received", agency: str = "Alder Police Department") -> Program:
    """A program of one agency with a mapping of calls and one of encounters; every column has its own heading."""
    mappings = tuple(
        Mapping(
            declared_in="agencies/a0.toml", number=n, agency="a0", table=table, files=f"a0/{table}*",
            columns={
                **{c: Source(parts=((f"{heading} {c}",),)) for c in TABLES[table].names},
                "person": Source(parts=(("Last",), ("DOB",))), "address": Source(parts=(("Street",),)),
            },
        )
        for n, table in enumerate(TABLES, 1)
    )  # fmt: skip
    return made_up.program((agency,), mappings=mappings)


def receipt(extract: str = "a0/calls_2023-11.csv", table: str = "calls", **changes: object) -> Receipt:
    """A receipt that adds up."""
    return replace(Receipt(extract, "a0", table, "00" * 32, read=1200, accepted=1200), **changes)


def months(**now: int) -> tuple[MonthCounts, MonthCounts]:
    """November and October."""
    return (
        replace(MonthCounts(NOVEMBER, 1210, 62, 62, 70, 60, 0), **now),
        MonthCounts(OCTOBER, 1180, 58, 58, 66, 57, 0),
    )


def nothing_wrong(agency: Agency | None = None) -> LetterFacts:
    """Two months of calls, every row accepted."""
    before, now = receipt("a0/calls_2023-10.csv", read=1180, accepted=1180), receipt()
    return LetterFacts(
        agency=agency or program().agencies[0], month=NOVEMBER, receipts=(before, now), shared=(), faults=(),
        newest=(Newest(now, before, {}, {}),), months=months(), unmatched=(), proposals=(), mended=(), lines=(),
        lines_total=0, rows=(), rows_total=0,
    )  # fmt: skip


def every_rule(text: str = "XYZ", name: str = "calls_2023-11.csv", problem: str = "The file is empty.") -> LetterFacts:
    """Every rule broken in several columns, several unreadable extracts, many corrections and proposals."""
    extract = f"a0/{name}"
    rules = [*((r.id, r.severity) for r in RULES.values()), *((r.id, r.severity) for r in LOAD_RULES)]
    places = tuple(Place(extract, text, 100_000 + n) for n in range(6))
    faults = [
        FaultGroup(
            table, column, rule, severity, 900 - n, 7, f"“{column}” holds “{text}”.", places,
            tuple((f"{text} {i}", 40 - i) for i in range(6)), 41,
        )
        for n, (rule, severity) in enumerate(rules)
        for table, column in (("calls", "received_at"), ("encounters", "started_at"))
    ]  # fmt: skip
    receipts = [
        receipt(f"a0/{t}_{i:02d}_{name}", t, read=999, accepted=900, quarantined=99) for t in TABLES for i in range(9)
    ]
    receipts += [receipt(f"a0/broken_{i}_{name}", problem=problem, read=0, accepted=0, sha256=None) for i in range(9)]
    lines = [FaultLine("calls", places[0], "received_at", text, r, s, f"“{text}”") for r, s in rules]
    row = WaitingRow(
        "calls",
        places[0],
        {text: text, "Last": "(kept in the extract)", "Street": "(kept in the extract)"},
        ("missing",),
    )
    moment = datetime(2023, 11, 5, 1, 30)
    return LetterFacts(
        agency=program().agencies[0], month=NOVEMBER, receipts=tuple(receipts), shared=(Shared(f"p/{name}", 40, 3),),
        faults=tuple(sorted(faults, key=lambda f: -f.rows)),
        newest=tuple(
            Newest(receipts[9 * i + 8], receipts[9 * i + 7], {(f.rule, f.column): 3 for f in faults[::2]}, {(f.rule, f.column): 3 for f in faults[1::2]})
            for i in range(5)
        ),
        months=months(team_calls_logged=40, log_entries_without_call=9),
        unmatched=tuple(Unmatched(places[0], s, moment, text, text, "arrest", False) for s in ("team_call", "log_entry", "arrest") for _ in range(30)),
        proposals=tuple(Proposal(places[0], text, moment, text, text, moment, -12.5, True, 2) for _ in range(30)),
        mended=tuple(
            Mended(Correction(extract, f"{text} {i}", "true", 4, set={"disposition": "other"}), "calls", 4) for i in range(9)
        ),
        lines=tuple(lines), lines_total=len(lines), rows=(row,), rows_total=1,
    )  # fmt: skip
