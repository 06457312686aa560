"""Letters to agencies: what is asked of the warehouse for them, and writing them without a build (`check --letter`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import durable
from pipeline.program.paths import matches
from pipeline.program.period import add_months, month_of
from pipeline.publish.letters.facts import (
    MOST_LINES,
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
)  # fmt: skip
from pipeline.receive.report import KEPT

if TYPE_CHECKING:
    from pipeline.program.model import Agency, Correction, Program
    from pipeline.progress import Progress
    from pipeline.store.resolve import Resolution
    from pipeline.store.warehouse import Warehouse

_SQL = Path(__file__).parent / "sql" / "letters"
#: Rows and values that the letter names for each broken rule.
_EXAMPLES = 6


def letter_facts(warehouse: Warehouse, program: Program, agency: Agency, month: date | None) -> LetterFacts:
    """What the letter to an agency says; `month` is the first day of the month that it is about, None without data."""
    return _Asker(warehouse, program, agency).facts(month)


def last_month(day: date | None) -> date | None:
    """The first day of the month of a day."""
    return day.replace(day=1) if day else None


def write_letters(
    program: Program, resolution: Resolution, agencies: Iterable[Agency], progress: Progress
) -> tuple[Path, ...]:
    """out/letters/AGENCY.pdf and .xlsx of these agencies, from what `check` found; the paths.

    The warehouse that the last build left is not touched: letters have one of their own, removed afterwards.
    """
    from pipeline.publish.letters.documents import FOLDER, Frame, letter_files
    from pipeline.publish.logo import load_logo
    from pipeline.store.load import loaded_apart

    progress.stage("Looking at what the agencies should know")
    logo, _ = load_logo(program)
    for left in durable.private_folder(program.out / FOLDER).glob(".*.part"):  # by a run that was killed
        left.unlink(missing_ok=True)
    written: list[Path] = []
    with loaded_apart(program, resolution) as warehouse:
        month = last_month(warehouse.last_complete_month())
        for agency in agencies:
            progress.stage(f"Writing {FOLDER}/{agency.id}.pdf")
            facts = letter_facts(warehouse, program, agency, month)
            for name, data in sorted(letter_files(facts, Frame(program, edition="", logo=logo)).items()):
                durable.write_file(program.out / name, data)
                written.append(program.out / name)
    return tuple(written)


@cache
def _query(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


class _Asker:
    """Asks the warehouse about one agency."""

    def __init__(self, warehouse: Warehouse, program: Program, agency: Agency) -> None:
        self.connection, self.program, self.agency = warehouse.connection, program, agency
        every = [r for r in warehouse.receipts() if r.table is not None]
        self.receipts = tuple(r for r in every if r.agency == agency.id)
        self.of_all = [r.extract for r in every if r.agency is None]

    def rows(self, name: str, **given: object) -> list[tuple]:  # type: ignore[type-arg]
        """The answer to the query of that name."""
        return self.connection.execute(_query(name), {"agency": self.agency.id, **given}).fetchall()

    def facts(self, month: date | None) -> LetterFacts:
        """Everything."""
        shared = self.shared()
        faults = self.faults()
        return LetterFacts(
            agency=self.agency,
            month=month,
            receipts=self.receipts,
            shared=shared,
            faults=faults,
            newest=tuple(self.newest()),
            months=self.months(month) if month else (),
            unmatched=tuple(Unmatched(Place(*r[:3]), *r[3:]) for r in self.rows("unmatched", most=MOST_LINES)),
            proposals=tuple(Proposal(Place(*r[:3]), *r[3:]) for r in self.rows("proposals", most=MOST_LINES)),
            mended=tuple(self.mended()),
            lines=tuple(FaultLine(r[0], Place(*r[1:4]), *r[4:]) for r in self.rows("lines", most=MOST_LINES)),
            lines_total=sum(f.rows for f in faults),
            rows=tuple(self.waiting()),
            rows_total=sum(r.quarantined for r in self.receipts) + sum(s.waiting for s in shared),
        )

    def shared(self) -> tuple[Shared, ...]:
        """The extracts of the whole program that hold rows of the agency."""
        if not self.of_all:
            return ()
        return tuple(Shared(e, int(used), int(waits)) for e, used, waits in self.rows("shared", shared=self.of_all))

    def faults(self) -> tuple[FaultGroup, ...]:
        """What is wrong, grouped by table, rule and column."""
        places: dict[tuple[str, str | None, str], list[Place]] = {}
        for table, column, rule, *place in self.rows("places", most=_EXAMPLES):
            places.setdefault((table, column, rule), []).append(Place(*place))
        values: dict[tuple[str, str | None, str], list[tuple[str, int]]] = {}
        for table, column, rule, value, count in self.rows("values", most=_EXAMPLES, kept=KEPT):
            values.setdefault((table, column, rule), []).append((value, count))
        return tuple(
            FaultGroup(
                table, column, rule, severity, rows, extracts, message,
                tuple(places.get((table, column, rule), ())), tuple(values.get((table, column, rule), ())), different,
            )
            for table, column, rule, severity, rows, extracts, message, different in self.rows("faults", kept=KEPT)
        )  # fmt: skip

    def newest(self) -> Iterable[Newest]:
        """For each mapping of the agency its newest sound extract and the one before."""
        pairs = []
        for mapping in self.program.mappings:
            own = [r for r in self.receipts if r.table == mapping.table and matches(mapping.files, r.extract)]
            sound = [r for r in own if r.problem is None]
            if mapping.agency == self.agency.id and len(sound) > 1:
                pairs.append((sound[-1], sound[-2]))
        names = sorted({r.extract for pair in pairs for r in pair})
        found: dict[tuple[str, str], dict[tuple[str, str | None], int]] = {}
        for extract, table, rule, column, count in self.rows("newest", extracts=names) if names else []:
            found.setdefault((extract, table), {})[rule, column] = count
        for now, before in pairs:
            yield Newest(now, before, *(found.get((r.extract, r.table or ""), {}) for r in (now, before)))

    def months(self, month: date) -> tuple[MonthCounts, ...]:
        """The month and the one before it."""
        asked = [month_of(month), month_of(add_months(month, -1))]
        return tuple(MonthCounts(m.start, *self.rows("months", since=m.since, until=m.until)[0]) for m in asked)

    def waiting(self) -> Iterable[WaitingRow]:
        """The rows in quarantine."""
        cursor = self.connection.execute(_query("waiting"), {"agency": self.agency.id})
        for table, extract, sheet, row, cells, rules in cursor.fetchmany(MOST_LINES):
            held = json.loads(cells) if cells is not None else None
            yield WaitingRow(table, Place(extract, sheet, row), held, tuple(rules))

    def mended(self) -> Iterable[Mended]:
        """The corrections of the agency's extracts; receipts count them in the order of the file."""
        for receipt in self.receipts:
            declared: list[Correction] = [c for c in self.program.corrections if c.extract == receipt.extract]
            for correction, counted in zip(declared, receipt.corrections, strict=False):
                yield Mended(correction, receipt.table or "", int(str(counted.get("rows", 0))))
