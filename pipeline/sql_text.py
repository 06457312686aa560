"""Texts as SQL. Bound parameters would make DuckDB import pandas, which quick commands cannot afford."""

from __future__ import annotations


def literal(text: str) -> str:
    """`text` as a SQL literal that is `text` again, whatever is in it."""
    if "\0" in text:  # ends a statement, in a literal too
        return "(" + " || chr(0) || ".join(map(literal, text.split("\0"))) + ")"
    return "'" + text.replace("'", "''") + "'"
