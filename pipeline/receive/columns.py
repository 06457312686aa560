"""How each canonical column comes from the cells of an extract: SQL expressions, named by what they are made of.

`t3` is the trimmed cell of the fourth heading, `s_disposition` the joined text of a column, `l_disposition` the same in
lower case, `q_received_at` a quick try at a time. An expression may use those of the layers before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.program.model import Codes, Mapping, Program, Source
from pipeline.receive.read.headings import find_heading
from pipeline.receive.text import between, coded, literal, literals, separator_of
from pipeline.receive.times import Times
from schemas.spec import ColumnSpec, Table

if TYPE_CHECKING:
    from collections.abc import Callable

#: Columns that Python fills from the cells of persons and addresses: the keys never stand in SQL.
KEYED = {"person_key": "person", "place_key": "address"}
_BIRTH = ("dob", "birth", "born", "bdate", "bday")


def looks_like_birth(heading: str) -> bool:
    """Whether a heading names a date of birth: its cells must read as dates."""
    letters = "".join(c for c in heading.casefold() if c not in ".-'_")  # D.O.B., B-date
    return any(word in letters for word in _BIRTH)


@dataclass(slots=True)
class Columns:
    """The expressions of one mapping over one file. `cells` has the places of the cells behind each column.

    `typed`: cells carry the marks of a workbook. `plain`: cells have no white space at their ends but spaces. `unread`
    has, for each column that can fail to be read, the condition that it did: its cell holds something and it has no
    value. `later` needs `values`; `corrected` is made of values after corrections have changed them.
    """

    mapping: Mapping
    headings: tuple[str, ...]
    table: Table
    program: Program
    typed: bool
    plain: bool
    cells: dict[str, tuple[int, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    prepared: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    corrected: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    times: Times = field(init=False)

    def __post_init__(self) -> None:
        self.times = Times(self.mapping.datetime, self.program.timezone, self.typed)
        self._name_cells()
        for column in self.table.columns:
            if column.name not in KEYED:
                self._fill(column)
        if self.mapping.grain == "unit":
            self._fill_unit()
        if "referrals" in self.texts:
            self._fill_referrals()
        self._fill_person()

    @property
    def trim(self) -> str:
        """The macro that trims a cell of this file."""
        return "trimmed_of_spaces" if self.plain else "trimmed"

    # -- texts -----------------------------------------------------------------------------------------------------

    def _name_cells(self) -> None:
        for column, source in self.mapping.columns.items():
            self._name(column, source)
        if self.mapping.unpivot:
            for category, source in self.mapping.unpivot.columns.items():
                self._name(f"minutes:{category}", source)
            self.texts |= {"category": "category_of", "minutes": "minutes_of"}
        if self.table.name == "encounters" and "kind" not in self.texts:
            self.texts["kind"] = literal("call")

    def _name(self, column: str, source: Source) -> None:
        if source.constant is not None:
            self.texts[column] = literal(source.constant)
            return
        places = tuple(self._place(part) for part in source.parts)
        cells = [f"t{p}" for p in places]
        self.cells[column] = places
        if len(cells) == 1:
            self.texts[column] = cells[0]
            return
        joined = f"nullif(concat_ws(' ', {', '.join(cells)}), '')"
        if self._kind(column) in ("timestamp", "date"):
            # a time that lacks a part must not read as another time, so its text ends with what no format reads
            missing = " OR ".join(f"{c} IS NULL" for c in cells)
            joined = f"CASE WHEN {missing} THEN {joined} || ' ?' ELSE {joined} END"
        self.texts[column] = joined

    def _place(self, part: tuple[str, ...]) -> int:
        place = find_heading(self.headings, part)
        if place is None:
            raise AssertionError(f"the reader let a file pass without the heading {part[0]!r}")
        return place

    def _kind(self, column: str) -> str:
        return next((c.kind for c in self.table.columns if c.name == column), "text")

    def _text(self, column: str) -> str:
        """The column's text without the marks of a workbook; null when the cell is broken."""
        return f"unmarked(s_{column})" if self.typed else f"s_{column}"

    def _lower(self, column: str) -> str:
        self.prepared[f"l_{column}"] = f"lower({self._text(column)})"
        return f"l_{column}"

    # -- values ----------------------------------------------------------------------------------------------------

    def _fill(self, column: ColumnSpec) -> None:
        """One column: derived from another one's text, read from its own, or null."""
        codes = self.mapping.codes.get(column.name)
        if column.name == "agency" and self.mapping.agency and "agency" not in self.mapping.columns:
            self.values["agency"] = literal(self.mapping.agency)
        elif codes and codes.derived_from:
            self._derive(column, codes, codes.derived_from)
        elif column.name in self.texts:
            self._read(column, codes)
        elif column.name == "co_response":
            self.later["co_response"] = self.co_response(self._may_have_team())
        else:
            self.values[column.name] = f"NULL::{column.duckdb_type}"

    def _derive(self, column: ColumnSpec, codes: Codes, source: str) -> None:
        """From another column's text: a bool is false where nothing matches, a code must be found."""
        self.cells[column.name] = self.cells.get(source, ())
        if column.kind == "bool":
            value = coded(self._lower(source), codes, None, literal("false"))
            self.values[column.name] = f"CAST({value} AS BOOLEAN)"
            return
        known = self._codes(column) if column.kind == "code" else None
        self.texts[column.name] = self.texts[source]
        self.values[column.name] = coded(self._lower(source), codes, known)
        self._note_unread(column.name)

    def _read(self, column: ColumnSpec, codes: Codes | None) -> None:
        readers: dict[str, Callable[[ColumnSpec, Codes | None], str]] = {
            "timestamp": self._read_time,
            "date": self._read_time,
            "code": self._read_code,
            "bool": self._read_answer,
            "number": self._read_number,
            "integer": self._read_integer,
            "texts": self._read_list,
            "text": self._read_text,
        }
        value = readers[column.kind](column, codes)
        target = self.later if column.name == "birth_year" else self.values
        target[column.name] = value
        if column.kind == "texts":
            self._note_broken(column.name)
        elif value != f"s_{column.name}":
            self._note_unread(column.name)

    def _note_unread(self, column: str) -> None:
        self.unread[column] = f"s_{column} IS NOT NULL AND {column} IS NULL"

    def _read_time(self, column: ColumnSpec, _: Codes | None) -> str:
        text, quick = f"s_{column.name}", f"q_{column.name}"
        self.prepared[quick] = self.times.quick(text)
        return f"CAST({self.times.read(text, quick)} AS {column.duckdb_type})"

    def _read_code(self, column: ColumnSpec, codes: Codes | None) -> str:
        if column.name == "category" and self.mapping.unpivot:
            return self._text("category")
        return coded(self._lower(column.name), codes, self._codes(column))

    def _codes(self, column: ColumnSpec) -> tuple[str, ...]:
        return tuple(a.id for a in self.program.agencies) if column.name == "agency" else column.codes

    def _read_answer(self, column: ColumnSpec, codes: Codes | None) -> str:
        lower = self._lower(column.name)
        if codes is None:
            return f"answer_of({lower})"
        # the words for yes and no come before the bare *, like every value that is canonical already
        whole = coded(lower, codes, None)
        given = coded(lower, _without_star(codes), None)
        return f"coalesce(CAST({given} AS BOOLEAN), answer_of({lower}), CAST({whole} AS BOOLEAN))"

    def _read_number(self, column: ColumnSpec, _: Codes | None) -> str:
        text = self._text(column.name)
        hours = self.mapping.unpivot is not None and self.mapping.unpivot.unit == "hours"
        number = f"round(number_of({text}) * 60, 6)" if hours else f"number_of({text})"
        if not self.typed:
            return number
        return f"CASE WHEN dated(s_{column.name}) THEN duration_minutes({text}) ELSE {number} END"

    def _read_integer(self, column: ColumnSpec, _: Codes | None) -> str:
        text = self._text(column.name)
        if column.name != "birth_year":
            return f"integer_of({text})"
        self.prepared["birth_day"] = self.times.read_day("s_birth_year")
        return (
            f"CASE WHEN regexp_full_match({text}, '\\d{{4}}(\\.0+)?') THEN left({text}, 4)::BIGINT"
            " WHEN birth_day > started_at::DATE THEN year(birth_day) - 100 ELSE year(birth_day) END"
        )

    def _read_text(self, column: ColumnSpec, codes: Codes | None) -> str:
        text = self._text(column.name)
        if column.name == "incident":
            number = f"{'incident_number_of_spaces' if self.plain else 'incident_number'}({text})"
            # a number that Excel took for a date is lost; a date among the parts that make up a number is meant
            alone = self.typed and len(self.mapping.columns["incident"].parts) == 1
            return f"CASE WHEN NOT dated(s_incident) THEN {number} END" if alone else number
        return coded(self._lower(column.name), codes, None, text) if codes else text

    def _read_list(self, column: ColumnSpec, _: Codes | None) -> str:
        return self._items(column.name)

    def _note_broken(self, column: str) -> None:
        if self.typed:
            self.unread[column] = f"broken(s_{column})"

    def _items(self, column: str) -> str:
        text, split = self._text(column), self.mapping.split.get(column)
        if split:
            separator = separator_of(split)
            return f"items_of({text}, {literal(separator)}, {literal(between(separator))})"
        return f"CASE WHEN {text} IS NOT NULL THEN [{text}] END"

    def _fill_unit(self) -> None:
        """The one call sign of a unit row; it becomes the list of units after corrections, which know it as `unit`."""
        self._read(ColumnSpec("unit", "text", "The unit that the row is about."), self.mapping.codes.get("unit"))
        self.corrected["units"] = "CASE WHEN unit IS NOT NULL THEN [unit] END"
        self.cells["units"] = self.cells.get("unit", ())

    def _may_have_team(self) -> str:
        """Cheaper than a look into the list: whether the cell of the units has a team's call sign anywhere."""
        if "units" not in self.cells:
            return "true"
        signs = {u.strip().upper() for a in self.program.agencies for u in a.team_units}
        return " OR ".join(f"contains(upper(s_units), {literal(u)})" for u in sorted(signs)) or "false"

    def co_response(self, may: str = "true") -> str:
        """Whether a team unit of the row's agency is among the units; null when the units are unknown.

        `may` is a condition without which there is none.
        """
        units = "unit" if self.mapping.grain == "unit" else "units"
        whens = [
            f"WHEN {literal(a.id)} THEN {self._has_team(units, a.team_units)}"
            for a in self.program.agencies
            if self.mapping.agency in (None, a.id)
        ]
        return f"CASE WHEN {units} IS NULL THEN NULL WHEN {may} THEN CASE agency {' '.join(whens)} END ELSE false END"

    def _has_team(self, units: str, team_units: tuple[str, ...]) -> str:
        teams = [u.strip().upper() for u in team_units]
        if not teams:
            return "false"
        if units == "unit":
            return f"upper(unit) IN ({literals(teams)})"
        return f"list_has_any([upper(u) FOR u IN units], [{literals(teams)}])"

    def _fill_referrals(self) -> None:
        from schemas import TABLES

        known = TABLES["referrals"].column("service").codes
        service = coded("lower(i)", self.mapping.codes.get("service"), known)
        self.values["services"] = f"[{service} FOR i IN {self._items('referrals')}]"
        unknown = "coalesce(len([1 FOR v IN services IF v IS NULL]) > 0, false)"
        self.unread["referrals"] = f"({unknown} OR broken(s_referrals))" if self.typed else unknown

    def _fill_person(self) -> None:
        """The parts of a person as one text, joined by chr(31), and an address as it stands; both for Python alone."""
        parts = []
        for n, place in enumerate(self.cells.get("person", ())):
            self.prepared[f"day{n}"] = self.times.read_day(f"t{place}")
            form = "birth_part" if looks_like_birth(self.headings[place]) else "person_part"
            parts.append(f"{form}(t{place}, day{n})")
        if parts:
            self.values["person"] = f"concat_ws(chr(31), {', '.join(parts)})"
        if "address" in self.cells:
            self.values["address"] = self._text("address")


def _without_star(codes: Codes) -> Codes:
    return Codes(tuple((p, c) for p, c in codes.pairs if p != "*"))
