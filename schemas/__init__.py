"""Canonical tables: columns, codes and rules. The only place where a rule is stated (spec 2).

`import schemas` stays light; a pandera model is built when it is first used (`Table.model_for`).
"""

from __future__ import annotations

from schemas import calls, encounters, referrals, shifts, trainings
from schemas.cells import CELL_RULES, LINE_RULES
from schemas.relations import relations
from schemas.spec import ColumnSpec, Rule, Settings, Table

__all__ = ["CELL_RULES", "LINE_RULES", "RELATIONS", "RULES", "TABLES", "ColumnSpec", "Rule", "Settings", "Table"]

#: The canonical tables, in the order in which they are loaded.
TABLES: dict[str, Table] = {
    module.TABLE.name: module.TABLE for module in (calls, encounters, referrals, shifts, trainings)
}

#: Every rule of lines, cells and tables by its id. Rules that need several extracts: `schemas.views.LOAD_RULES`.
RULES: dict[str, Rule] = {
    **LINE_RULES,
    **CELL_RULES,
    **{rule.id: rule for table in TABLES.values() for rule in table.rules},
}

#: What the SQL of metrics and corrections may name: the tables with their origin and derived columns, and the views.
RELATIONS: dict[str, dict[str, ColumnSpec]] = relations(TABLES)
