"""letters/AGENCY.xlsx: every row that waits, by row number and heading, without cells of persons and addresses.

All text is written as text: nothing that an agency wrote can become a formula, a link or a number.
"""

from __future__ import annotations

import gc
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pipeline.program.model import Mapping as Declared
from pipeline.program.model import Program
from pipeline.program.paths import matches
from pipeline.publish.letters.facts import MOST_LINES, FaultLine, LetterFacts, WaitingRow
from pipeline.publish.letters.words import Names
from pipeline.publish.tables import MADE
from pipeline.receive.product import Receipt
from pipeline.receive.read.headings import heading_key
from pipeline.receive.renamed import STAFF

#: The longest text that a cell of Excel holds.
_LONGEST = 32_000
_SUBJECTS = {
    "team_call": "Team call without a log entry",
    "log_entry": "Log entry whose call is missing",
    "arrest": "Arrest on which CAD and log disagree",
}
_WIDTHS = {
    "Extract": 30,
    "Sheet": 12,
    "Row": 8,
    "Heading": 24,
    "What stands there": 30,
    "What is wrong": 90,
    "Rule": 22,
}

Line = Sequence[object]


def workbook(facts: LetterFacts, program: Program) -> bytes:
    """The workbook of one agency; sheets that would be empty are left out, the first is always there."""
    target = io.BytesIO()
    with _without_collector():
        _write(target, facts, program)
    return target.getvalue()


@contextmanager
def _without_collector() -> Iterator[None]:
    """No search for garbage meanwhile: a sheet of a million cells has none, and it takes a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _write(target: io.BytesIO, facts: LetterFacts, program: Program) -> None:
    import xlsxwriter

    quiet = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(target, quiet) as book:
        book.set_properties({"title": f"Letter to {facts.agency.name}"[:255], "created": MADE})
        book.set_size(2400, 1600)
        _Sheets(book, facts, program).write()


class _Sheets:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, facts: LetterFacts, program: Program) -> None:
        self.book, self.facts, self.program = book, facts, program
        every = [r.extract for r in facts.receipts] + [r.place.extract for r in facts.rows]
        self.names = Names(program, facts.agency.id, every)
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"valign": "top"})
        self.wrap = book.add_format({"valign": "top", "text_wrap": True})
        self.note = book.add_format({"italic": True})
        self.moment = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm", "align": "left"})

    def write(self) -> None:
        """All of them, what waits first."""
        self._extracts()
        errors = [line for line in self.facts.lines if line.severity == "error"]
        self._faults("What waits", errors)
        for table in dict.fromkeys(r.table for r in self.facts.rows):
            self._rows(f"Rows of {table}", [r for r in self.facts.rows if r.table == table])
        self._faults("Worth a look", [line for line in self.facts.lines if line.severity != "error"])
        self._unmatched()
        self._proposals()
        self._mended()

    # -- one sheet each ----------------------------------------------------------------------------------------------

    def _extracts(self) -> None:
        heads = ("Extract", "Table", "Rows read", "Accepted", "Quarantined", "Duplicate", "Superseded", "What is wrong")
        lines = [
            (r.extract, r.table, r.read, r.accepted, r.quarantined, r.duplicate, r.superseded, _why(r))
            for r in reversed(self.facts.receipts)
        ]
        self._sheet("What arrived", heads, lines, (40, 14, 11, 11, 12, 11, 12, 90), wrapped=("What is wrong",))

    def _faults(self, title: str, found: list[FaultLine]) -> None:
        if not found:
            return
        heads = ("Extract", "Sheet", "Row", "Heading", "What stands there", "What is wrong", "Rule")
        lines = [
            (
                line.place.extract, line.place.sheet, line.place.row,
                self.names.column(line.place.extract, line.table, line.column, line.message) if line.column else None,
                line.value, line.message, line.rule,
            )
            for line in found
        ]  # fmt: skip
        more = self.facts.lines_total - len(self.facts.lines)
        note = f"The first {MOST_LINES:,} of {self.facts.lines_total:,} lines." if more > 0 else ""
        self._sheet(title, heads, lines, [_WIDTHS[h] for h in heads], wrapped=("What is wrong",), note=note)

    def _rows(self, title: str, rows: list[WaitingRow]) -> None:
        """The rows themselves: the cells that the mapping names, under their headings."""
        headings = self._headings(rows)
        heads = ("Extract", "Sheet", "Row", "Rules", *headings)
        lines = [
            (
                r.place.extract,
                r.place.sheet,
                r.place.row,
                ", ".join(r.rules),
                *((r.cells or {}).get(h) for h in headings),
            )
            for r in rows
        ]
        widths = (30, 12, 8, 24, *(min(max(len(h) + 2, 12), 30) for h in headings))
        more = self.facts.rows_total - len(self.facts.rows)
        note = f"The first {MOST_LINES:,} of {self.facts.rows_total:,} rows." if more > 0 else ""
        self._sheet(title, heads, lines, widths, note=note)

    def _headings(self, rows: list[WaitingRow]) -> list[str]:
        """Headings of cells that a mapping names and that are neither a person's nor an address."""
        found: dict[str, None] = {}
        private: dict[str, set[str]] = {}
        for row in rows:
            if row.place.extract not in private:
                private[row.place.extract] = self._private(row)
            for heading, cell in (row.cells or {}).items():
                if cell is not None and heading_key(heading) not in private[row.place.extract]:
                    found.setdefault(heading)
        every = set().union(*private.values()) if private else set()
        return [h for h in found if heading_key(h) not in every]

    def _private(self, row: WaitingRow) -> set[str]:
        """The headings of persons and addresses in the mappings that read an extract."""
        mappings = [m for m in self.program.mappings if matches(m.files, row.place.extract)]
        return {heading_key(h) for m in mappings for h in private_headings(m)}

    def _unmatched(self) -> None:
        heads = (
            "What",
            "Month",
            "When",
            "Incident",
            "Units or team",
            "Disposition in CAD",
            "Arrested in log",
            "Extract",
            "Sheet",
            "Row",
        )
        lines = [
            (
                _SUBJECTS[u.subject], f"{u.happened_at:%Y-%m}", u.happened_at, u.incident, u.units, u.disposition,
                {True: "yes", False: "no", None: None}[u.arrested], u.place.extract, u.place.sheet, u.place.row,
            )
            for u in self.facts.unmatched
        ]  # fmt: skip
        self._sheet("CAD and log", heads, lines, (34, 10, 17, 20, 24, 20, 15, 30, 12, 8))

    def _proposals(self) -> None:
        heads = (
            "Extract of the log", "Sheet", "Row", "Month", "Encounter started", "Incident in the log", "Team",
            "Call it may belong to", "Call received", "Minutes apart", "Same team", "Calls that fit",
        )  # fmt: skip
        lines = [
            (
                p.place.extract, p.place.sheet, p.place.row, f"{p.started_at:%Y-%m}", p.started_at, p.incident, p.team,
                p.call_incident, p.call_received_at, round(p.minutes_apart, 1),
                {True: "yes", False: "no", None: None}[p.same_team], p.candidates,
            )
            for p in self.facts.proposals
        ]  # fmt: skip
        self._sheet("May belong together", heads, lines, (30, 12, 8, 10, 17, 22, 12, 22, 17, 10, 10, 10))

    def _mended(self) -> None:
        lines = [(m.correction.extract, m.correction.reason, self.names.change(m), m.rows) for m in self.facts.mended]
        heads = ("Extract", "Why", "What we changed in our copy", "Rows")
        self._sheet("What we corrected", heads, lines, (34, 70, 60, 8), wrapped=heads[1:3])

    # -- cells -------------------------------------------------------------------------------------------------------

    def _sheet(
        self, title: str, heads: Sequence[str], lines: Sequence[Line], widths: Iterable[float], *,
        wrapped: Sequence[str] = (), note: str = "",
    ) -> None:  # fmt: skip
        """One sheet that can be filtered; an empty one is left out, unless it is the first."""
        if not lines and self.book.worksheets():
            return
        sheet = self.book.add_worksheet(title)
        for column, (name, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, _text(name), self.head)
        forms = [self.wrap if head in wrapped else self.text for head in heads]
        write_string = sheet.write_string
        for number, line in enumerate(lines, 1):
            for column, (value, form) in enumerate(zip(line, forms, strict=True)):
                if type(value) is str and len(value) <= _LONGEST:  # most cells, and there may be a million
                    write_string(number, column, value, form)
                elif value is not None:
                    self._cell(sheet, number, column, value, form)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(lines), 1), len(heads) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(1)  # US Letter
        sheet.fit_to_pages(1, 0)
        if note:
            sheet.write_string(len(lines) + 2, 0, note, self.note)

    def _cell(self, sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
        if hasattr(value, "strftime"):
            sheet.write_datetime(row, column, value, self.moment)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self.text)
        else:
            sheet.write_string(row, column, _text(str(value)), form)


def _why(receipt: Receipt) -> str | None:
    """Why an extract could not be read, without what only the program staff can do."""
    return receipt.problem.partition(STAFF)[0].strip() if receipt.problem else None


def _text(text: str) -> str:
    """A text that fits into a cell: Excel would refuse the whole of a longer one."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def private_headings(mapping: Declared) -> list[str]:
    """The headings that a mapping reads persons and addresses from."""
    sources = [mapping.columns[name] for name in ("person", "address") if name in mapping.columns]
    return [alternative for source in sources for part in source.parts for alternative in part]
