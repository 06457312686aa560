"""SQL as text: that of files, and texts in it.

Bound parameters would make DuckDB import pandas, which quick commands cannot afford.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Protocol


class Query(Protocol):
    """Fills in the SQL of a file."""

    def __call__(self, name: str, /, **parts: object) -> str:
        """The SQL of the file `NAME.sql` with each `{part}` filled in."""


def queries(folder: Path) -> Query:
    """The SQL files of a folder, each read once."""

    @cache
    def text(name: str) -> str:
        return (folder / f"{name}.sql").read_text(encoding="utf-8")

    def query(name: str, /, **parts: object) -> str:
        return text(name).format(**parts)

    return query


def literal(text: str) -> str:
    """`text` as a SQL literal that is `text` again, whatever is in it."""
    if "\0" in text:  # ends a statement, in a literal too
        return "(" + " || chr(0) || ".join(map(literal, text.split("\0"))) + ")"
    return "'" + text.replace("'", "''") + "'"
