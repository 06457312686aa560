"""What users are told: violations, and the quarantine of rows that wait for a correction.

Nothing of a person goes in. A value is left out when it is a cell of a person or an address, equals one in its row, or
has one as a word in it; the same holds for the cells of quarantined rows.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.receive.read.source import BROKEN_MARK, DATE_MARK
from schemas import LINE_RULES
from schemas.cells import BROKEN_CELL, MISSING
from schemas.spec import ColumnSpec, Rule, fill, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.receive.project import Projection
    from pipeline.receive.read.source import BadLine
    from pipeline.receive.tables import Writer

#: Stands for the cell of a person or an address.
KEPT = "(kept in the extract)"
LONGEST = 200
#: Bad lines that are told of at once.
_AT_ONCE = 50_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
#: A year of birth may be shown; anything longer in that column may be a date of birth.
_YEAR_AT_MOST = re.compile(r"\w{0,4}")


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that one row breaks. `column` may be `minutes:CATEGORY`; `parts` are the person's headings it is about."""

    rule: Rule
    column: str | None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowOrigin:
    """Where a row stands in its extract, and whose it is."""

    source_row: int
    sheet: str | None
    agency: str | None


@dataclass(slots=True)
class Reporter:
    """Writes the violations and the quarantine (with the errors for which each row waits), and counts by rule."""

    extract: str
    agency: str | None
    projection: Projection
    violations: Writer
    quarantine: Writer
    rules: Counter[str] = field(default_factory=Counter)
    _columns: dict[str, ColumnSpec] = field(init=False)
    _place: dict[int, int] = field(init=False)
    _names: list[tuple[str, int]] = field(init=False)

    def __post_init__(self) -> None:
        self._columns = {c.name: c for c in self.projection.table.columns}
        self._place = {cell: n for n, cell in enumerate(self.projection.mapped)}
        self._names = self.kept_names()

    def row(self, origin: RowOrigin, cells: list[str | None], broken: Iterable[Broken], *, quarantined: bool) -> None:
        """One row that breaks rules; `cells` are its mapped cells as they stand, in the order of the projection."""
        private = self._private(cells)
        rules = [self._violation(origin, cells, private, b) for b in broken]
        if quarantined:
            errors = list(dict.fromkeys(r.id for r in rules if r.severity == "error"))
            self.quarantine.add(self.extract, origin.source_row, origin.sheet, self._kept(cells, private), errors)

    def bad_lines(self, lines: Sequence[BadLine]) -> None:
        """Rows without cells: quarantined as their number only."""
        for start in range(0, len(lines), _AT_ONCE):
            self._some_bad_lines(lines[start : start + _AT_ONCE])

    def _some_bad_lines(self, lines: Sequence[BadLine]) -> None:
        rules = [LINE_RULES[line.rule] for line in lines]
        self.rules.update(rule.id for rule in rules)
        told: dict[str, list[Any]] = {
            "agency": [self.agency] * len(lines),
            "table": [self.projection.table.name] * len(lines),
            "extract": [self.extract] * len(lines),
            "source_row": [line.source_row for line in lines],
            "sheet": [line.sheet for line in lines],
            "rule": [rule.id for rule in rules],
            "severity": [rule.severity for rule in rules],
            "message": [rule.message for rule in rules],
            "rules": [[rule.id] for rule in rules],
        }
        for writer in (self.violations, self.quarantine):
            none = [None] * len(lines)
            columns = [pa.array(told.get(f.name, none), f.type) for f in writer.schema]
            writer.add_table(pa.Table.from_arrays(columns, schema=writer.schema))

    @staticmethod
    def of_person(rule: Rule, parts: tuple[str, ...]) -> tuple[str | None, str]:
        """What stands for the value, and the message, where a rule is about the parts of a person."""
        value = None if rule.id.endswith("missing") else KEPT
        return value, fill(rule.message, heading=" and ".join(f"“{p}”" for p in parts))

    @staticmethod
    def column_name(column: str) -> str:
        """The column as violations name it."""
        name = column.partition(":")[0]
        return "units" if name == "unit" else name

    def _violation(self, origin: RowOrigin, cells: list[str | None], private: set[str], broken: Broken) -> Rule:
        """Writes one violation; the rule that it turned out to be."""
        rule, column = broken.rule, broken.column
        places = self.projection.cells.get(column or "", ())
        if broken.parts:
            value, message = self.of_person(rule, broken.parts)
            self._write(origin, column, value, rule, message)
            return rule
        found = [cells[self._place[p]] for p in places]
        reason = next((c for c in found if c and BROKEN_MARK in c), None)
        if reason is not None and rule.judged == "cell":
            rule, value = BROKEN_CELL, None
            expected = self._clean(reason.partition(BROKEN_MARK)[2])
        else:
            value, expected = self._value(column, places, found, private), self.expected(rule, column)
        message = fill(rule.message, heading=self.heading(column, places), value=value or "empty", expected=expected)
        self._write(origin, column, None if rule is MISSING else value, rule, message)
        return rule

    def _write(self, origin: RowOrigin, column: str | None, value: str | None, rule: Rule, message: str) -> None:
        self.rules[rule.id] += 1
        self.violations.add(
            origin.agency or self.agency,
            self.projection.table.name,
            self.extract,
            origin.source_row,
            origin.sheet,
            self.column_name(column) if column else None,
            value,
            rule.id,
            rule.severity,
            message,
        )

    def heading(self, column: str | None, places: tuple[int, ...]) -> str:
        """What the user finds above the cells of a column."""
        return " ".join(self.projection.headings[p].strip() for p in places) or words(column or "row")

    def expected(self, rule: Rule, column: str | None) -> str:
        """What a message says should stand there."""
        if "{expected}" not in rule.message:
            return ""
        spec = self._columns.get((column or "").partition(":")[0])
        return _limits(spec) if rule.id == "out_of_range" and spec else self.projection.expected

    # -- what may be shown ------------------------------------------------------------------------------------------

    def _private(self, cells: list[str | None]) -> set[str]:
        """The cells of persons and addresses of a row, cleaned and folded."""
        found = {_folded(cells[self._place[p]]) for p in self.projection.private}
        return found - {""}

    def _value(
        self, column: str | None, places: tuple[int, ...], found: list[str | None], private: set[str]
    ) -> str | None:
        """The value of a column as it stood, or what stands for it; None when there is none."""
        if not any(found):
            return None
        text = self._clean(" ".join(c for c in found if c))
        if set(places) & self.projection.private or _reveals(text, private):
            return KEPT
        if any(_folded(c) in private for c in found if c):
            return KEPT
        if column == "birth_year" and not _YEAR_AT_MOST.fullmatch(text):
            return KEPT
        return text

    def _clean(self, text: str) -> str:
        """Without marks and control characters, and of bearable length."""
        bare = _CONTROL.sub(" ", text.replace(DATE_MARK, "").replace(BROKEN_MARK, "")).strip()
        return bare if len(bare) <= LONGEST else bare[:LONGEST] + "…"

    def _kept(self, cells: list[str | None], private: set[str]) -> str:
        """The row as quarantine keeps it: heading and cell; cells that no mapping names have null."""
        kept: dict[str, str | None] = {}
        for name, n in self._names:
            cell = cells[self._place[n]] if n in self._place else None
            kept[name] = None if cell is None else self._kept_cell(n, cell, private)
        return json.dumps(kept, ensure_ascii=False)

    def kept_names(self) -> list[tuple[str, int]]:
        """A name for each heading, none twice, and its place."""
        names: dict[str, int] = {}
        for n, heading in enumerate(self.projection.headings):
            name = heading.strip() or f"(column {n + 1})"
            while name in names:
                name += " "
            names[name] = n
        return list(names.items())

    def _kept_cell(self, place: int, cell: str, private: set[str]) -> str:
        bare = cell.replace(DATE_MARK, "").replace(BROKEN_MARK, "")
        if place in self.projection.private or _reveals(bare, private):
            return KEPT
        if place in self.projection.cells.get("birth_year", ()) and not _YEAR_AT_MOST.fullmatch(bare.strip()):
            return KEPT
        return bare


def _folded(cell: str | None) -> str:
    return "" if cell is None else cell.replace(DATE_MARK, "").strip().casefold()


def _reveals(text: str, private: set[str]) -> bool:
    """Whether a text equals a private cell of its row, or has one of at least two letters as words in it."""
    if not private:
        return False
    folded = _folded(text)
    return folded in private or any(
        len(p) > 1 and p in folded and re.search(rf"(?<!\w){re.escape(p)}(?!\w)", folded) for p in private
    )


def _limits(column: ColumnSpec) -> str:
    low, high = column.minimum, column.maximum
    unit = " minutes" if column.name == "minutes" else ""
    if high is None:
        return f"{low:,.0f}{unit} or more"
    return f"from {low:,.0f} to {high:,.0f}{unit}" if low is not None else f"{high:,.0f}{unit} or less"
