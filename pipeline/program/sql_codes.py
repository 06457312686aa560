"""Text that a condition compares with a coded column must be one of its codes: another would quietly match no row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.errors import UserError
from pipeline.program.mistakes import suggest
from pipeline.program.sql_trial import Node, children

Codes = Mapping[str, tuple[str, ...]]

_EQUAL = ("COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_DISTINCT_FROM", "COMPARE_NOT_DISTINCT_FROM")
_IN = ("COMPARE_IN", "COMPARE_NOT_IN")
_HAS = ("list_contains", "list_has", "array_contains", "array_has", "list_position", "array_position")


def relation_codes(relation: str) -> dict[str, tuple[str, ...]]:
    """Column -> codes, of the columns of a table or view of the warehouse that take no other values."""
    import schemas

    return {name: tuple(spec.codes) for name, spec in schemas.RELATIONS.get(relation, {}).items() if spec.codes}


def check_codes(tree: Node, codes: Codes) -> None:
    """UserError at the first text that the column beside it can never hold; the nearest code is named."""
    for column, text in _compared(tree):
        valid = next((c for name, c in codes.items() if name.casefold() == column.casefold()), ())
        if valid and text not in valid:
            raise UserError(f"`{text}` is no code of `{column}`", hint=suggest(text, valid))


def _compared(node: Node) -> Iterator[tuple[str, str]]:
    """(column, text) of every comparison for equality, membership in a list included."""
    for one, others in _sides(node):
        if (column := _column(one)) is not None:
            yield from ((column, text) for text in map(_text, others) if text is not None)
    for child in children(node):
        yield from _compared(child)


def _sides(node: Node) -> Iterator[tuple[Node, list[Node]]]:
    inner: list[Node] = node.get("children") or []
    if node["type"] in _EQUAL:
        yield node["left"], [node["right"]]
        yield node["right"], [node["left"]]
    elif node["type"] in _IN or (node["class"] == "FUNCTION" and node["function_name"].lower() in _HAS):
        yield from [(inner[0], inner[1:])] if inner else []


def _column(node: Node) -> str | None:
    return str(node["column_names"][-1]) if node["class"] == "COLUMN_REF" else None


def _text(node: Node) -> str | None:
    if node["class"] != "CONSTANT":
        return None
    value: Any = node["value"].get("value")
    return value if isinstance(value, str) and node["value"]["type"]["id"] == "VARCHAR" else None
