"""What receive makes: the extracts found, and for each a folder out/extracts/KEY/ (see docs/architecture.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.program.model import Mapping


@dataclass(frozen=True, slots=True)
class Extract:
    """One file below raw/ and the mapping that reads it. `name` is its path below raw/, with forward slashes."""

    path: Path
    name: str
    mapping: Mapping


@dataclass(frozen=True, slots=True)
class Found:
    """The extracts in the order in which later ones win, and what cannot be an extract.

    `problems` are receipts with `problem` set: files that no mapping matches, pipes, devices, links to elsewhere.
    `notices` are sentences for the user, such as a glob that matches nothing.
    """

    extracts: tuple[Extract, ...]
    problems: tuple[Receipt, ...]
    notices: tuple[str, ...]


@dataclass(slots=True)
class Receipt:
    """What became of every row of one extract: read = accepted + quarantined + duplicate + superseded.

    Rows are rows of the extract, whatever they fold or unpivot into. With a problem all counts are 0 and rules is {}.
    """

    extract: str
    agency: str | None
    table: str | None
    sha256: str | None
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicate: int = 0
    superseded: int = 0
    problem: str | None = None
    rules: dict[str, int] = field(default_factory=dict)
    corrections: list[dict[str, object]] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Whether every row that was read is accounted for once."""
        return self.read == self.accepted + self.quarantined + self.duplicate + self.superseded


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that one row breaks. `value` is the cell as it stood, or None; never one of a person or an address."""

    agency: str | None
    table: str
    extract: str
    source_row: int
    sheet: str | None
    column: str | None
    value: str | None
    rule: str
    severity: str  # "error" or "warning"
    message: str


@dataclass(frozen=True, slots=True)
class Received:
    """One finished extract: its folder below out/extracts/ (None when it could not be read), its receipt."""

    extract: Extract
    folder: Path | None
    receipt: Receipt
