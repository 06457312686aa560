"""What an edition is made from: everything that the other rooms found out, as plain objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.measure.figure import Figures
from pipeline.measure.series import Series
from pipeline.program.model import Agency, Program
from pipeline.program.period import Period
from pipeline.protect.public import PublicFigures
from pipeline.publish.letters.facts import LetterFacts
from pipeline.receive.product import Receipt


@dataclass(frozen=True, slots=True)
class ViolationCount:
    """One rule, broken in one column of one agency's table: how many rows, and the first message as an example."""

    agency: str | None
    table: str
    column: str | None
    rule: str
    severity: str
    rows: int
    message: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A log entry without a call, and the call that it may belong to; proposed, never linked silently."""

    agency: str
    extract: str
    source_row: int
    logged_incident: str | None
    call_incident: str
    minutes_apart: float


@dataclass(frozen=True, slots=True)
class Moved:
    """A headline figure of an earlier period that changed since the last edition, as printed then and now."""

    metric: str
    agency: str
    period: Period
    before: str
    now: str
    why: str


@dataclass(frozen=True, slots=True)
class Previous:
    """The edition before, and what moved since (empty: nothing)."""

    edition: str
    moved: tuple[Moved, ...]
    definitions_changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """What went into an edition, by sha256: decides its id and stands in its manifest.

    `raw` and `declarations` map a path (below raw/, below the program folder) to the sha256 of the file;
    `ledger` the entries of published/ before this edition's own, for the public audience.
    """

    raw: Mapping[str, str]
    declarations: Mapping[str, str]
    key_fingerprint: str
    ledger: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditionInputs:
    """Everything one edition needs. `comparisons` are the other periods, in the order of the columns.

    `figures` are those of spec 3 for an edition: every metric for `all` and each agency, for the period and its
    comparison periods, then the declared groups. `series` hold the months up to the end of the period, for `all`.
    Receipts are those after overlaps were resolved. With the audience `public`: what passed disclosure control,
    what was withheld (metric, agency, period, why: for staff), and the sha256 of the edition's entry in the ledger.
    `rows`: table, agency, month, number of rows, digest of their keys and of their contents (for `compare`).
    `letters` asks for what the letter to an agency says, one agency at a time: each may have very many rows that wait.
    """

    program: Program
    period: Period
    comparisons: tuple[Period, ...]
    figures: Figures
    series: tuple[Series, ...]
    receipts: tuple[Receipt, ...]
    violations: tuple[ViolationCount, ...]
    sources: Sources
    candidates: tuple[Candidate, ...] = ()
    previous: Previous | None = None
    audience: str = "staff"
    public: PublicFigures | None = None
    withheld: tuple[tuple[str, str, str, str], ...] = ()
    entry: str = ""
    rows: tuple[tuple[str, str, str, int, str, str], ...] = ()
    letters: Callable[[Agency], LetterFacts] | None = None
