"""What a metric runs over: a table or view of the warehouse, its time, its key, and the groups of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from schemas import RELATIONS, TABLES, ColumnSpec
from schemas.views import VIEWS

UNKNOWN = "unknown"
#: Groups that describe a person: a count of people gives each person the last known value of the period.
OF_PERSON = frozenset(("gender", "race_ethnicity", "age_band", "veteran", "unhoused"))
#: The breakdowns of an edition (spec 3), each where the relation has it.
BREAKDOWNS = ("kind", "gender", "race_ethnicity", "age_band", "veteran", "unhoused", "hour", "weekday")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS = tuple(f"{hour:02d}" for hour in range(24))


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view. `time` puts a row into a period; `key` identifies a row for people; `order` makes it unique."""

    name: str
    time: str
    key: tuple[str, ...]
    columns: dict[str, ColumnSpec]

    @property
    def order(self) -> tuple[str, ...]:
        """Columns that put rows of the same time into one order, whatever order they were read in."""
        finer = ("service", "category", "course")
        names = ("agency", *self.key, *(n for n in finer if n in self.columns), "extract", "sheet", "source_row")
        return tuple(dict.fromkeys(n for n in names if n in self.columns))


@cache
def relation(name: str) -> Relation:
    """The relation of that name; KeyError when there is none (the declarations were judged before)."""
    columns = RELATIONS[name]
    if name in VIEWS:
        return Relation(name, VIEWS[name].time, VIEWS[name].key, columns)
    table = TABLES[name]
    return Relation(name, table.time or "started_at", table.key, columns)


@dataclass(frozen=True, slots=True)
class Group:
    """A one-way breakdown: all categories in the order of a table; `sql` gives the place of a row's, from 1."""

    name: str
    sql: str
    categories: tuple[str, ...]

    @property
    def of_person(self) -> bool:
        """Whether it describes a person rather than a row."""
        return self.name in OF_PERSON

    @property
    def column(self) -> str:
        """The name of its column in the tables that measuring works with."""
        return f"g_{self.name}"

    @property
    def unknown(self) -> int:
        """The place of the category `unknown`; 0 when there is none."""
        return self.categories.index(UNKNOWN) + 1 if UNKNOWN in self.categories else 0


def group(of: Relation, name: str, time: str) -> Group | None:
    """The breakdown of a relation by `name`; None when its rows have no such group.

    Any column with a code list or of kind bool is a group; so are hour and weekday of a time with a clock.
    """
    if name == "weekday":
        return Group(name, f'isodow("{time}")', WEEKDAYS)
    if name == "hour":
        return Group(name, f'hour("{time}") + 1', HOURS) if of.columns[time].kind == "timestamp" else None
    spec = of.columns.get(name)
    if spec is None or name == "agency":
        return None
    if spec.kind == "bool":
        return Group(name, f'CASE "{name}" WHEN true THEN 1 WHEN false THEN 2 ELSE 3 END', ("true", "false", UNKNOWN))
    codes = spec.codes or _codes_of_copied(name)
    if spec.kind != "code" or not codes:
        return None
    if not spec.required and UNKNOWN not in codes:
        codes = (*codes, UNKNOWN)
    listed = ", ".join(f"'{code}'" for code in codes)
    return Group(name, f"list_position([{listed}], coalesce(\"{name}\", '{UNKNOWN}'))", codes)


def _codes_of_copied(name: str) -> tuple[str, ...]:
    """Codes of a column that a table has from its encounter (referrals)."""
    spec = RELATIONS["encounters"].get(name)
    return spec.codes if spec else ()
