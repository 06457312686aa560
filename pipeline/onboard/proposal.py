"""What onboarding proposes: plain data, from which the dialog, the trial and the TOML are made."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.program.tables import targets
from pipeline.recognize import TAKEN, PersonLike


@dataclass(frozen=True, slots=True)
class Choice:
    """One canonical column and the headings it comes from, how sure that is (0 to 1), and why."""

    column: str
    headings: tuple[str, ...]
    confidence: float
    reasons: tuple[str, ...] = ()
    constant: str | None = None

    @property
    def sure(self) -> bool:
        """Whether it is taken without asking."""
        return self.confidence >= TAKEN

    @property
    def because(self) -> str:
        """The evidence as a phrase."""
        return "; ".join(self.reasons)


@dataclass(slots=True)
class CodeList:
    """Codes of one column: source value or pattern -> canonical code, in the order of the file.

    `rows` has how many rows each value stands on; `unknown` the values that no crosswalk knows, with their rows;
    `derived_from` is the column judged instead of an own one. `notes` are told beside the entry.
    """

    entries: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    derived_from: str | None = None
    catch_all: str | None = None
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Proposal:
    """A whole mapping, and what is to be said about it.

    `columns` are taken, `doubtful` are offered only. `persons` are the headings that tell who somebody is. `order` is
    how days are told from months ("month", "day", "undecided" or ""); `notes` are sentences for staff.
    """

    table: str
    agency: str
    files: str = ""
    grain: str = "call"
    sheets: tuple[str, ...] = ()
    datetime: tuple[str, ...] = ()
    null: tuple[str, ...] = ()
    columns: dict[str, Choice] = field(default_factory=dict)
    doubtful: list[Choice] = field(default_factory=list)
    persons: dict[str, PersonLike] = field(default_factory=dict)
    codes: dict[str, CodeList] = field(default_factory=dict)
    split: dict[str, str] = field(default_factory=dict)
    unpivot: dict[str, Choice] = field(default_factory=dict)
    unpivot_unit: str = "hours"
    order: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def used(self) -> set[str]:
        """The headings that the mapping names."""
        choices = (*self.columns.values(), *self.unpivot.values())
        return {h for choice in choices for h in choice.headings}

    def masked(self, heading: str) -> bool:
        """Whether the cells of a heading are never shown: they tell who somebody is, or where."""
        return (
            heading in self.persons or heading in self.headings_of("person") or heading in self.headings_of("address")
        )

    def headings_of(self, column: str) -> tuple[str, ...]:
        """The headings of a column, also of one that is only offered."""
        offered = [c for c in (*self.columns.values(), *self.doubtful) if c.column == column]
        return tuple(h for choice in offered for h in choice.headings)


def in_order(proposal: Proposal) -> list[Choice]:
    """The columns taken, in the order of the canonical table."""
    order = {name: n for n, name in enumerate(targets(proposal.table, proposal.grain))}
    return sorted(proposal.columns.values(), key=lambda c: order.get(c.column, len(order)))
