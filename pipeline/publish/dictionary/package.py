"""The dictionary as a Frictionless data package (version 1): schemas of tables and views, rules and metrics as data.

Tables and views stand there without rows, since a dictionary holds no data; a program that exports a table can take the
schema over as it is.
"""

from __future__ import annotations

from typing import Any

from pipeline.publish.dictionary.content import Column, Dictionary, Relation, all_columns

_TYPES = {
    "text": "string",
    "code": "string",
    "bool": "boolean",
    "timestamp": "datetime",
    "date": "date",
    "number": "number",
    "integer": "integer",
    "texts": "array",
    "integers": "array",
}
_RULE_FIELDS = ("table", "rule", "severity", "description", "message", "judged", "columns")
#: Conditions and the like by the label that the dictionary gives them.
_METRIC_SQL = {
    "denominator": "Denominator", "numerator": "Numerator", "measure": "Measure", "event": "Followed by",
    "within": "Within", "last_by": "Last row by", "time": "Time",
}  # fmt: skip
_METRIC_FIELDS = (
    "metric", "title", "definition", "over", "kind", "unit", "direction", *_METRIC_SQL, "sentence", "caveat", "source",
    "counterpart",
)  # fmt: skip


def data_package(found: Dictionary) -> dict[str, Any]:
    """The descriptor as plain data."""
    of = f" of {found.program}" if found.program else ""
    return {
        "profile": "data-package",
        "name": "outcomes-dictionary",
        "title": f"Data dictionary{of}",
        "description": "Tables, columns, codes, rules and metrics. Tables and views are described without rows.",
        "resources": [
            *(_relation(r) for r in (*found.tables, *found.views)),
            _listing("rules", "Every rule that rows are judged by.", _RULE_FIELDS, _rules(found)),
            _listing("metrics", "Every declared metric.", _METRIC_FIELDS, _metrics(found)),
        ],
    }


def _relation(relation: Relation) -> dict[str, Any]:
    columns = all_columns(relation)
    schema: dict[str, Any] = {"fields": [_field(c) for c in columns]}
    if relation.unique and not relation.is_view:
        schema["primaryKey"] = list(relation.key)
    return _resource(relation.name, relation.description, schema, [[c.name for c in columns]])


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.codes:
        constraints["enum"] = list(column.codes)
    for name, limit in (("minimum", column.minimum), ("maximum", column.maximum)):
        if limit is not None:
            constraints[name] = int(limit) if limit == int(limit) else limit
    field: dict[str, Any] = {"name": column.name, "type": _TYPES[column.kind], "description": column.description}
    return field | ({"constraints": constraints} if constraints else {})


def _listing(name: str, description: str, fields: tuple[str, ...], rows: list[list[str | None]]) -> dict[str, Any]:
    schema = {"fields": [{"name": f, "type": "string"} for f in fields]}
    return _resource(name, description, schema, [list(fields), *rows])


def _resource(name: str, description: str, schema: dict[str, Any], data: list[Any]) -> dict[str, Any]:
    return {
        "name": name,
        "profile": "tabular-data-resource",
        "description": description,
        "schema": schema,
        "data": data,
    }


def _rules(found: Dictionary) -> list[list[str | None]]:
    return [
        [
            None if group.id == "rules-all" else group.title,
            r.id,
            r.severity,
            r.description,
            r.message,
            r.judged,
            " ".join(r.columns) or None,
        ]
        for group in found.rules
        for r in group.rules
    ]


def _metrics(found: Dictionary) -> list[list[str | None]]:
    rows: list[list[str | None]] = []
    for m in (m for group in found.metrics for m in group.metrics):
        sql = dict(m.sql)
        rows.append([
            m.id, m.title, m.definition, m.relation, m.kind, m.unit, m.direction,
            *(sql.get(label) for label in _METRIC_SQL.values()),
            m.sentence, m.caveat, m.source, m.counterpart or None,
        ])  # fmt: skip
    return rows
