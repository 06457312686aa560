"""Judges the SQL of metrics and corrections: one expression over the columns of one relation, and nothing else.

DuckDB's own parser (`json_serialize_sql`) makes the tree; the tree is walked against a list of what is allowed; then
every part of it is run on a few made-up rows, so that a wrong type shows now and not in a report.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from pipeline.errors import UserError
from pipeline.program import sql_words as words
from pipeline.program.mistakes import suggest
from pipeline.program.sql_codes import Codes, check_codes, relation_codes
from pipeline.program.sql_trial import Node, Want, children, parser, try_out
from pipeline.sql_text import literal

MAX_TEXT = 4_000
MAX_NODES = 600
MAX_DEPTH = 80
MAX_PATTERN = 200
MAX_WILDCARDS = 8

_STRINGS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")


def check_sql(
    text: str, relation: str, want: Want, columns: Mapping[str, str] | None = None, codes: Codes | None = None
) -> str:
    """`text`, stripped, when it is one harmless expression over `relation`; it may be put between parentheses anywhere.

    `want`: `bool` for a condition, `number` for a measure. `columns` (name -> DuckDB type) are those of
    `schemas.RELATIONS[relation]` unless given, and `codes` those of its coded columns. Raises UserError that names the
    offending piece.
    """
    types = dict(columns) if columns is not None else relation_columns(relation)
    text = text.strip()
    _check_text(text)
    tree = _parse(text)
    try:
        _Walker(types, relation, text).walk(tree, 0)
        try_out(tree, tuple(types.items()), want, text)
        check_codes(tree, relation_codes(relation) if codes is None else codes)
    except RecursionError:
        raise _too_much() from None
    return text


def relation_columns(relation: str) -> dict[str, str]:
    """Column -> DuckDB type of a table or view of the warehouse. UserError names the nearest when there is none."""
    import schemas

    if relation not in schemas.RELATIONS:
        raise UserError(f"there is no table or view `{relation}`", hint=suggest(relation, schemas.RELATIONS))
    return {name: str(getattr(spec, "duckdb_type", spec)) for name, spec in schemas.RELATIONS[relation].items()}


def _too_much() -> UserError:
    return UserError("the SQL is too long or nests too deeply", hint=f"At most {MAX_TEXT:,} characters.")


def _check_text(text: str) -> None:
    """What the parser would let pass unseen: comments, other ways to quote, text without measure."""
    if not text:
        raise UserError("the SQL is empty")
    if len(text) > MAX_TEXT:
        raise _too_much()
    bare = _STRINGS.sub("''", text)
    if "\0" in text:
        raise UserError("the SQL holds a NUL character")
    for mark in ("--", "/*"):
        if mark in bare:
            raise UserError(f"a comment (`{mark}`) is not allowed", hint="Write comments in TOML, behind `#`.")
    if ";" in bare:
        raise UserError("`;` is not allowed: one expression only")
    if re.search(r"\$\w*\$|(?<!\w)([ebxn]|u&)''", bare, re.IGNORECASE):  # $$text$$, E'text'
        raise UserError("text stands in plain single quotes: 'text'")


def _parse(text: str) -> Node:
    """The tree of the expression. It must mean the same with and without parentheses around it."""
    bare, wrapped = (_serialize(f"SELECT {piece} FROM relation") for piece in (f"\n{text}\n", f"(\n{text}\n)"))
    if _plain(bare) != _plain(wrapped):
        raise UserError("this is not one expression")
    return bare


def _serialize(sql: str) -> Node:
    import duckdb

    try:
        row = parser().execute(f"SELECT json_serialize_sql({literal(sql)})").fetchone()
        parsed = json.loads(row[0]) if row else {"error": True}
    except (duckdb.Error, ValueError):
        raise UserError("this is no SQL expression") from None
    except RecursionError:
        raise _too_much() from None
    if parsed.get("error"):
        message = str(parsed.get("error_message", "")).split("\n", 1)[0]
        if "depth" in message:
            raise _too_much()
        if message.endswith('"FROM"') and "from" not in sql.lower().removesuffix("from relation"):
            message = "it breaks off too early"
        raise UserError(f"this is no SQL expression: {message or 'the parser cannot read it'}")
    return _only_expression(parsed)


def _only_expression(parsed: Node) -> Node:
    statements = parsed.get("statements", [])
    node = statements[0]["node"] if len(statements) == 1 else {}
    listed = node.get("select_list", [])
    if node.get("type") != "SELECT_NODE" or len(listed) != 1 or node.get("modifiers"):
        raise UserError("this is not one expression")
    found: Node = listed[0]
    return found


def _plain(node: Any) -> Any:
    """The tree without the places where its pieces stood."""
    if isinstance(node, dict):
        return {k: _plain(v) for k, v in node.items() if k != "query_location"}
    return [_plain(v) for v in node] if isinstance(node, list) else node


class _Walker:
    """Walks the tree and raises UserError at the first piece that is not on the list."""

    def __init__(self, types: dict[str, str], relation: str, text: str) -> None:
        self.text = text
        self.names = {name.lower() for name in types}
        self.types = types
        self.relation = relation
        self.count = 0

    def walk(self, node: Node, depth: int) -> None:
        self.count += 1
        if self.count > MAX_NODES or depth > MAX_DEPTH:
            raise _too_much()
        if node.get("alias"):
            raise UserError(f"a name for the result (`{node['alias']}`) is not allowed")
        kind = str(node.get("class", "")).lower()
        judge = getattr(self, f"_{kind}", None)
        if judge is None:
            raise UserError(words.REFUSED.get(kind.upper(), f"{kind or 'this'} is not allowed"))
        judge(node)
        for child in children(node):
            self.walk(child, depth + 1)

    def _conjunction(self, node: Node) -> None:
        pass

    def _comparison(self, node: Node) -> None:
        pass

    def _between(self, node: Node) -> None:
        pass

    def _case(self, node: Node) -> None:
        pass

    def _constant(self, node: Node) -> None:
        value = node["value"].get("value")
        if isinstance(value, float) and not math.isfinite(value):
            raise UserError("a number is too large")

    def _column_ref(self, node: Node) -> None:
        parts = node["column_names"]
        if len(parts) > 1:
            raise UserError(f"`{'.'.join(parts)}`: write the name of the column alone", hint=f"`{parts[-1]}`")
        name = str(parts[0])
        if name.lower() in self.names:
            return
        if name.lower() in words.CLOCKS:
            raise UserError(
                f"`{name}` is the clock, which is not allowed: a figure must not depend on the day it is made"
            )
        hint = suggest(name, self.types, many=80)
        quoted = " Text stands in single quotes: 'text'." if f'"{name}"' in self.text else ""
        raise UserError(f"`{self.relation}` has no column `{name}`", hint=hint + quoted)

    def _operator(self, node: Node) -> None:
        if node["type"] not in words.NODES:
            raise UserError(f"{node['type'].removeprefix('OPERATOR_')} is not allowed")

    def _cast(self, node: Node) -> None:
        name = node["cast_type"]["id"]
        if name == "UNBOUND":
            name = node["cast_type"]["type_info"].get("name", "this type")
        if name not in words.TYPES:
            raise UserError(f"a cast to {name} is not allowed", hint=f"Allowed: {', '.join(sorted(words.TYPES))}.")

    def _function(self, node: Node) -> None:
        name = str(node["function_name"]).lower()
        if node.get("filter") or node.get("distinct") or node.get("order_bys", {}).get("orders"):
            raise UserError(f"`{name}` with DISTINCT, FILTER or ORDER BY is not allowed")
        if node.get("schema") not in ("", "main") or node.get("catalog") not in ("", "system", None):
            raise UserError(f"`.{name}()` behind a name is not allowed", hint=f"Write `{name}(column)`.")
        if name not in (words.OPERATORS if node.get("is_operator") else words.FUNCTIONS):
            raise _refused_function(name, operator=bool(node.get("is_operator")))
        if name in words.LIKES | words.REGEXES:
            _check_pattern(name, node["children"])


def _refused_function(name: str, *, operator: bool) -> UserError:
    reasons = (
        (words.CLOCKS, "is the clock, which is not allowed: a figure must not depend on the day it is made"),
        (words.RANDOM, "is random, which is not allowed"),
        (words.AGGREGATES, "looks at many rows, which is not allowed: a condition sees one row"),
        (words.FILES, "reads something outside the row, which is not allowed"),
        (words.ENDLESS, "can make endless work and is not allowed"),
    )
    for listed, reason in reasons:
        if name in listed:
            return UserError(f"`{name}` {reason}")
    what = f"the operator `{name}` is not allowed" if operator else f"the function `{name}` is not allowed"
    return UserError(what, hint=suggest(name, words.FUNCTIONS if not operator else words.OPERATORS, many=0))


def _check_pattern(name: str, arguments: list[Node]) -> None:
    """A pattern is a literal: then it cannot be made from a cell, and the time to match is known."""
    pattern = arguments[1] if len(arguments) > 1 else {}
    text = pattern.get("value", {}).get("value") if pattern.get("class") == "CONSTANT" else None
    if not isinstance(text, str):
        raise UserError("a pattern must be written out in single quotes")
    if len(text) > MAX_PATTERN:
        raise UserError(f"a pattern has more than {MAX_PATTERN} characters")
    if name in words.LIKES and len(re.findall("%+", text)) > MAX_WILDCARDS:
        raise UserError(f"the pattern '{text}' has more than {MAX_WILDCARDS} wildcards")
