"""Corrections of known faults, as layers over the values of an extract; each row says which corrections touched it."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.errors import DeclarationError, UserError
from pipeline.program.mistakes import nearest
from pipeline.program.model import Correction, Program
from pipeline.program.paths import list_raw, matches
from pipeline.receive.product import Extract
from pipeline.receive.text import literal
from schemas.spec import Table


def corrections_of(program: Program, extract: Extract) -> tuple[Correction, ...]:
    """The corrections of one extract, in the order of the file.

    Of a file that mappings of several tables read they are meant for the first of these.
    """
    first = next((m for m in program.mappings if matches(m.files, extract.name)), extract.mapping)
    if (first.declared_in, first.number) != (extract.mapping.declared_in, extract.mapping.number):
        return ()
    return tuple(c for c in program.corrections if c.extract == extract.name)


def without_extract(program: Program) -> list[UserError]:
    """Corrections that expect to touch rows of a file that is not there."""
    return [
        UserError(
            f"the correction of {c.extract} expects to touch {_rows(c.expect)}, but this extract is not in raw/"
            f" ({c.reason})",
            f"corrections.toml, correction {c.extract!r}, extract",
            _put_back(c.extract, program),
        )
        for c in program.corrections
        if c.expect and not (program.raw / c.extract).exists()
    ]


def _put_back(extract: str, program: Program) -> str:
    near = nearest(extract, [e.name for e in list_raw(program) if e.kind == "file"])
    return (f"Did you mean `{near}`? If not, put" if near else "Put") + " the extract back, or remove the correction."


def correct(sql: str, corrections: Sequence[Correction], table: Table, unread: tuple[str, ...]) -> str:
    """`sql` with each correction laid over it, one after another; a value that is set counts as read.

    Adds `hit0` … (whether the correction touched the row) and `excluded`.
    """
    for n, correction in enumerate(corrections):
        sql = f"SELECT *, coalesce(({correction.where}), false) AS hit{n}\nFROM (\n{sql}\n)"
        changed = _changes(correction, table, f"hit{n}")
        mended = sum(1 << unread.index(c) for c in correction.set if c in unread)
        if mended:
            changed["unread"] = f"CASE WHEN hit{n} THEN unread & ~CAST({mended} AS BIGINT) ELSE unread END"
        if changed:
            listed = ", ".join(f'{value} AS "{column}"' for column, value in changed.items())
            sql = f"SELECT * REPLACE ({listed})\nFROM (\n{sql}\n)"
    excluding = [f"hit{n}" for n, c in enumerate(corrections) if c.exclude]
    return f"SELECT *, {' OR '.join(excluding) or 'false'} AS excluded\nFROM (\n{sql}\n)"


def _changes(correction: Correction, table: Table, hit: str) -> dict[str, str]:
    moved = f"to_microseconds(CAST({round(correction.shift_minutes * 60_000_000)} AS BIGINT))"
    changes = {}
    for column in correction.shift_columns:
        kind = _type(column, table)
        changes[column] = f'CASE WHEN {hit} THEN CAST("{column}" + {moved} AS {kind}) ELSE "{column}" END'
    for column, text in correction.set.items():
        changes[column] = f'CASE WHEN {hit} THEN {_value(column, text, table)} ELSE "{column}" END'
    return changes


def _value(column: str, text: str, table: Table) -> str:
    """The text of a declaration as a value of the column; an empty one is null."""
    kind = _type(column, table)
    if not text.strip():
        return f"NULL::{kind}"
    if column == "incident":
        return f"incident_number({literal(text.strip())})"
    value = literal(text.strip())
    return f"[{value}]" if kind == "VARCHAR[]" else f"CAST({value} AS {kind})"


def _type(column: str, table: Table) -> str:
    """The DuckDB type of a column; `unit`, which only unit rows have, is text."""
    return next((c.duckdb_type for c in table.columns if c.name == column), "VARCHAR")


def check_expected(corrections: Sequence[Correction], touched: Sequence[int]) -> None:
    """DeclarationError for every correction that did not touch as many rows as it says."""
    wrong = [
        UserError(
            f"the correction of {c.extract} touches {_rows(n)}, but expects {c.expect} ({c.reason})",
            f"corrections.toml, correction {c.extract!r}, expect",
            "Look at the extract again: it may have been replaced by a mended one. Then change `where` or `expect`.",
        )
        for c, n in zip(corrections, touched, strict=True)
        if n != c.expect
    ]
    if wrong:
        raise DeclarationError(wrong)


def unusable(corrections: Sequence[Correction]) -> DeclarationError:
    """When DuckDB refuses the conditions over this extract. Its own message is not repeated: it may hold cells."""
    names = ", ".join(sorted({c.extract for c in corrections}))
    what = f"a condition of the corrections of {names} cannot be judged on its rows"
    hint = "A condition names columns of the extract's table; person_key and place_key cannot stand in it."
    return DeclarationError([UserError(what, "corrections.toml, where", hint)])


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
