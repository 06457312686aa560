"""Runs a judged expression, and each of its parts, on a few made-up rows: a wrong type shows now, not in a report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from pipeline.errors import UserError
from pipeline.sql_text import literal

if TYPE_CHECKING:
    import duckdb

Want = Literal["bool", "number", "any"]
Node = dict[str, Any]

_schemas = count(1)

_NUMBERS = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL.*")


def children(node: Node) -> Iterator[Node]:
    """The expressions directly inside an expression."""
    for name in ("children", "left", "right", "input", "lower", "upper", "child", "else_expr"):
        inner = node.get(name)
        yield from inner if isinstance(inner, list) else [inner] if inner else []
    for check in node.get("case_checks", []):
        yield check["when_expr"]
        yield check["then_expr"]


@lru_cache(maxsize=1)
def parser() -> duckdb.DuckDBPyConnection:
    import duckdb

    # `json` is built in; without external access nothing can be fetched or read, whatever is parsed
    return duckdb.connect(config={"enable_external_access": "false", "threads": "1"})


@lru_cache(maxsize=32)
def _probe(types: tuple[tuple[str, str], ...]) -> duckdb.DuckDBPyConnection:
    """A connection with a table `relation` of made-up rows: nulls, small and large values of every type.

    All share the parser's database, each in a schema of its own: a database for each takes longer to open than to ask.
    """
    con = parser().cursor()
    con.execute(f"CREATE SCHEMA {(name := f'probe_{next(_schemas)}')}; USE {name}")
    con.execute(f"CREATE TABLE relation ({', '.join(f'{_quote(n)} {t}' for n, t in types)})")
    rows = (f"({', '.join(_sample(t, row) for _, t in types)})" for row in range(4))
    con.execute(f"INSERT INTO relation VALUES {', '.join(rows)}")
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


def try_out(tree: Node, types: tuple[tuple[str, str], ...], want: Want, text: str) -> None:
    """Runs the whole and each of its parts on made-up rows. A CASE cannot hide a part that fails on real ones."""
    import duckdb

    con = _probe(types)
    try:
        con.execute(f"SELECT (\n{text}\n) FROM relation").fetchall()
        found = str(con.description[0][1]) if con.description else ""
        if parts := list(_judged_parts(tree)):
            row = con.execute(f"SELECT json_deserialize_sql({literal(json.dumps(_select(parts)))})").fetchone()
            con.execute(str(row[0]) if row else "").fetchall()
    except duckdb.Error as problem:
        raise _as_user_error(problem) from None
    if tree["class"] == "CONSTANT" and tree["value"].get("is_null"):
        found = "NULL"
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


def _select(parts: list[Node]) -> Node:
    """`SELECT part, part … FROM relation` as a tree."""
    parsed = json.loads(_select_one())
    parsed["statements"][0]["node"]["select_list"] = parts
    found: Node = parsed
    return found


@lru_cache(maxsize=1)
def _select_one() -> str:
    row = parser().execute("SELECT json_serialize_sql('SELECT 1 FROM relation')").fetchone()
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
