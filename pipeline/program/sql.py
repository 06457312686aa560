"""Judges the SQL of metrics and corrections: one expression over the columns of one relation, and nothing else.

DuckDB's own parser (`json_serialize_sql`) makes the tree; the tree is walked against a list of what is allowed; then
every part of it is run on a few made-up rows, so that a wrong type shows now and not in a report.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from pipeline.errors import UserError
from pipeline.program import sql_words as words
from pipeline.program.mistakes import suggest

if TYPE_CHECKING:
    import duckdb

Want = Literal["bool", "number", "any"]
Node = dict[str, Any]

MAX_TEXT = 4_000
MAX_NODES = 600
MAX_DEPTH = 80
MAX_PATTERN = 200
MAX_WILDCARDS = 8

_NUMBERS = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL.*")
_STRINGS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")


def check_sql(text: str, relation: str, want: Want, columns: Mapping[str, str] | None = None) -> str:
    """`text`, stripped, when it is one harmless expression over `relation`; it may be put between parentheses anywhere.

    `want`: `bool` for a condition, `number` for a measure. `columns` (name -> DuckDB type) are those of
    `schemas.RELATIONS[relation]` unless given. Raises UserError that names the offending piece.
    """
    types = dict(columns) if columns is not None else relation_columns(relation)
    text = text.strip()
    _check_text(text)
    tree = _parse(text)
    try:
        _Walker(types, relation, text).walk(tree, 0)
        _try_out(tree, tuple(types.items()), want, text)
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
        row = _parser().execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
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


def children(node: Node) -> Iterator[Node]:
    """The expressions directly inside an expression."""
    for name in ("children", "left", "right", "input", "lower", "upper", "child", "else_expr"):
        inner = node.get(name)
        yield from inner if isinstance(inner, list) else [inner] if inner else []
    for check in node.get("case_checks", []):
        yield check["when_expr"]
        yield check["then_expr"]


@lru_cache(maxsize=1)
def _parser() -> duckdb.DuckDBPyConnection:
    import duckdb

    # `json` is built in; without external access nothing can be fetched or read, whatever is parsed
    return duckdb.connect(config={"enable_external_access": "false", "threads": "1"})


@lru_cache(maxsize=32)
def _probe(types: tuple[tuple[str, str], ...]) -> duckdb.DuckDBPyConnection:
    """A connection with a table `relation` of made-up rows: nulls, small and large values of every type."""
    import duckdb

    con = duckdb.connect(config={"enable_external_access": "false", "threads": "1"})
    con.execute(f"CREATE TABLE relation ({', '.join(f'{_quote(n)} {t}' for n, t in types)})")
    for row in range(4):
        con.execute(f"INSERT INTO relation VALUES ({', '.join(_sample(t, row) for _, t in types)})")
    return con


_SAMPLES = {
    "VARCHAR": ("NULL", "'made up'", "''", "'0'"),
    "BOOLEAN": ("NULL", "true", "false", "true"),
    "TIMESTAMP": ("NULL", "'2024-02-29 23:59:59'", "'1950-01-01'", "'2099-12-31'"),
    "DATE": ("NULL", "'2024-02-29'", "'1950-01-01'", "'2099-12-31'"),
    "DOUBLE": ("NULL", "1.5", "0", "-1440"),
    "BIGINT": ("NULL", "1", "0", "1048576"),
}


def _sample(duckdb_type: str, row: int) -> str:
    if duckdb_type.endswith("[]"):
        inner = _sample(duckdb_type[:-2], 1)
        return ("NULL", f"[{inner}]", "[]", f"[{inner}, NULL]")[row]
    return _SAMPLES.get(duckdb_type, ("NULL",) * 4)[row]


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _try_out(tree: Node, types: tuple[tuple[str, str], ...], want: Want, text: str) -> None:
    """Runs the whole and each of its parts on made-up rows. A CASE cannot hide a part that fails on real ones."""
    import duckdb

    con = _probe(types).cursor()
    try:
        con.execute(f"SELECT (\n{text}\n) FROM relation").fetchall()
        found = str(con.description[0][1]) if con.description else ""
        for part in _judged_parts(tree):
            row = con.execute("SELECT json_deserialize_sql(?)", [json.dumps(_select(part))]).fetchone()
            con.execute(str(row[0]) if row else "").fetchall()
    except duckdb.Error as problem:
        raise _as_user_error(problem) from None
    if want == "bool" and found != "BOOLEAN":
        raise UserError(
            f"this is no condition: it gives {_in_words(found)}", hint="A condition is true, false or null."
        )
    if want == "number" and not _NUMBERS.fullmatch(found):
        raise UserError(f"this is no number: it gives {_in_words(found)}")


def _judged_parts(tree: Node) -> Iterator[Node]:
    """Parts that only run when a CASE or a condition before them lets them."""
    for child in children(tree):
        if child["class"] in ("COMPARISON", "BETWEEN", "CAST", "FUNCTION", "OPERATOR", "CASE"):
            yield child
        yield from _judged_parts(child)


def _select(part: Node) -> Node:
    """`SELECT part FROM relation` as a tree."""
    parsed = json.loads(_select_one())
    parsed["statements"][0]["node"]["select_list"] = [part]
    found: Node = parsed
    return found


@lru_cache(maxsize=1)
def _select_one() -> str:
    row = _parser().execute("SELECT json_serialize_sql('SELECT 1 FROM relation')").fetchone()
    return str(row[0]) if row else "{}"


def _in_words(duckdb_type: str) -> str:
    return {"VARCHAR": "text", "BOOLEAN": "true or false", '"NULL"': "null", "NULL": "null"}.get(
        duckdb_type, duckdb_type
    )


def _as_user_error(problem: Exception) -> UserError:
    """DuckDB's words without the SQL around them. The rows were made up, so nothing of a person can be in them."""
    message = str(problem).split("\n", 1)[0]
    kind, _, rest = message.partition(": ")
    what = rest or message
    hint = "Compare text with text in single quotes, or use TRY_CAST(… AS …), which gives null."
    if what.startswith("Cannot compare"):
        return UserError(f"text and other types do not compare: {what.split(' - ')[0]}", hint=hint)
    if "onversion" in kind or "onvert" in what:
        return UserError(f"a value cannot be read as another type: {what}", hint=hint)
    return UserError(f"this SQL does not fit: {what}")
