"""What SQL may name: each canonical table with its origin and derived columns, and each view of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.spec import ColumnSpec, Table
from schemas.views import DERIVED, ORIGIN, VIEWS, Copied, Derived

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Relation = dict[str, ColumnSpec]


def relations(tables: Mapping[str, Table]) -> dict[str, Relation]:
    """Columns by name for every table and view, in the order in which they stand."""
    found = {name: _named(*table.columns, *_specs(ORIGIN), *_specs(DERIVED[name])) for name, table in tables.items()}
    for view in VIEWS.values():
        copied = [column for copy in view.copied for column in _copied(copy, tables)]
        found[view.name] = _named(*copied, *_specs(view.columns), *_specs(ORIGIN))
    return found


def _copied(copy: Copied, tables: Mapping[str, Table]) -> list[ColumnSpec]:
    columns = (*tables[copy.table].columns, *_specs(DERIVED[copy.table]))
    return [_renamed(c, copy.prefix + c.name) for c in columns if c.name not in copy.without]


def _renamed(column: ColumnSpec, name: str) -> ColumnSpec:
    return ColumnSpec(name, column.kind, column.description, codes=column.codes)


def _specs(derived: Iterable[Derived]) -> list[ColumnSpec]:
    return [ColumnSpec(d.name, d.kind, d.description, codes=d.codes) for d in derived]


def _named(*columns: ColumnSpec) -> Relation:
    return {column.name: column for column in columns}
