"""What a letter says, as plain objects that another room asks of the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.program.model import Agency, Correction
from pipeline.receive.product import Receipt

#: Lines that one sheet of the workbook holds at most; a file of a million wrong rows needs one answer, not a million.
MOST_LINES = 50_000


@dataclass(frozen=True, slots=True)
class Place:
    """A row as a person at the agency finds it."""

    extract: str
    sheet: str | None
    row: int


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """One rule broken in one column of one table: how many rows in how many extracts, with the first rows of the newest
    extract and the values seen most often (none of a person or an address)."""

    table: str
    column: str | None
    rule: str
    severity: str
    rows: int
    extracts: int
    message: str
    places: tuple[Place, ...]
    values: tuple[tuple[str, int], ...]
    different: int


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest extract of a mapping beside the one before it: which rules its rows break, and broke, how often.

    The keys of `faults` and `faults_before` are (rule, column).
    """

    receipt: Receipt
    before: Receipt
    faults: Mapping[tuple[str, str | None], int]
    faults_before: Mapping[tuple[str, str | None], int]


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """What one month of the agency's data comes to."""

    start: date
    calls: int
    team_calls: int
    team_calls_logged: int
    encounters: int
    log_entries: int
    log_entries_without_call: int


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A team call without a log entry, a log entry without its call, or an arrest on which CAD and log disagree."""

    place: Place
    subject: str
    happened_at: datetime
    incident: str | None
    units: str | None
    disposition: str | None
    arrested: bool | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A log entry without a call, and the call that it may belong to; never linked by itself."""

    place: Place
    incident: str | None
    started_at: datetime
    team: str | None
    call_incident: str
    call_received_at: datetime
    minutes_apart: float
    same_team: bool | None
    candidates: int


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One violation, for the workbook."""

    table: str
    place: Place
    column: str | None
    value: str | None
    rule: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One row in quarantine: its cells by heading (None for a line that has no cells), and the rules it breaks."""

    table: str
    place: Place
    cells: Mapping[str, str | None] | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """An extract of the whole program that holds rows of the agency: how many are used, and how many wait."""

    extract: str
    used: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Mended:
    """A correction of the program staff, and the rows that it touched."""

    correction: Correction
    table: str
    rows: int


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Everything that the letter to one agency says.

    `receipts` are those of its own extracts, in the order in which later ones win. `shared` are the extracts of the
    whole program that hold rows of it. `months` are the last month of the period and the one before. `unmatched` are
    newest first. Lists hold at most MOST_LINES; `lines_total` and `rows_total` say how many there are.
    """

    agency: Agency
    month: date | None
    receipts: tuple[Receipt, ...]
    shared: tuple[Shared, ...]
    faults: tuple[FaultGroup, ...]
    newest: tuple[Newest, ...]
    months: tuple[MonthCounts, ...]
    unmatched: tuple[Unmatched, ...]
    proposals: tuple[Proposal, ...]
    mended: tuple[Mended, ...]
    lines: tuple[FaultLine, ...]
    lines_total: int
    rows: tuple[WaitingRow, ...]
    rows_total: int

    @property
    def sound(self) -> tuple[Receipt, ...]:
        """The receipts of extracts that could be read."""
        return tuple(r for r in self.receipts if r.problem is None)

    @property
    def broken(self) -> tuple[Receipt, ...]:
        """The receipts of extracts that could not."""
        return tuple(r for r in self.receipts if r.problem is not None)

    @property
    def waiting(self) -> int:
        """Rows in quarantine, in whichever extract."""
        return sum(r.quarantined for r in self.receipts) + sum(s.waiting for s in self.shared)
