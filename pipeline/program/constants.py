"""Constants of a mapping (`{ value = … }`): one that its column cannot take would quarantine every row."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.program.mistakes import suggest
from pipeline.program.sources import BOOL_WORDS, EPOCHS, is_number
from pipeline.program.tables import PSEUDO, Target, targets

if TYPE_CHECKING:
    from pipeline.program.model import Codes
    from pipeline.program.parts import Context, Parts
    from pipeline.program.shapes import ExtractIn


def judge_constants(shape: ExtractIn, parts: Parts, context: Context) -> None:
    """Notes every constant that is no value of its column, by the code list or the date formats of the extract."""
    valid = targets(shape.table, shape.grain)
    for name, source in parts.columns.items():
        if source.constant is None:
            continue
        target = valid[name]
        if name in PSEUDO.values():
            context.note(f"`{name}` is the same on every row", "columns", name, hint="Map the headings that hold it.")
        elif target.kind in ("code", "bool"):
            _judge_code(source.constant, target, parts.codes.get(name), context)
        elif not _takes(source.constant, target, tuple(shape.datetime)):
            form = f"Write it as in `datetime`: {shape.datetime[0]}." if shape.datetime else ""
            hint = form if target.kind in ("date", "timestamp") else ""
            context.note(f"`{source.constant}` is no {target.kind}", "columns", name, hint=hint)


def _judge_code(value: str, target: Target, codes: Codes | None, context: Context) -> None:
    valid = context.agencies if target.name == "agency" else target.codes
    known = value.casefold() in BOOL_WORDS if target.kind == "bool" else value.casefold() in valid
    if known or (codes and any(_fits(pattern, value) for pattern, _ in codes.pairs)):
        return
    what = f"`{value}` is no code of `{target.name}`"
    if codes:
        what = f"`{value}` is neither in the code list of `{target.name}` nor one of its codes"
    elif target.name == "agency":
        what = f"`{value}` is no agency of program.toml"
    patterns = [pattern for pattern, _ in codes.pairs] if codes else []
    words = ("true", "false") if target.kind == "bool" else valid
    context.note(what, "columns", target.name, hint=suggest(value, (*patterns, *words)))


def _fits(pattern: str, value: str) -> bool:
    """Whether a source code is one that the pattern takes; `*` matches anything."""
    form = ".*".join(re.escape(piece) for piece in pattern.casefold().split("*"))
    return re.fullmatch(form, value.casefold(), re.DOTALL) is not None


def _takes(value: str, target: Target, formats: tuple[str, ...]) -> bool:
    if target.kind in ("number", "integer"):
        return is_number(value, whole=target.kind == "integer")
    if target.kind in ("date", "timestamp"):
        return any(_reads(value, f) for f in formats) if formats else _is_moment(value)
    return True


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _reads(value: str, form: str) -> bool:
    """Whether DuckDB, which will read the rows, reads the constant in this format."""
    from pipeline.program.sql_trial import parser
    from pipeline.sql_text import literal

    if form in EPOCHS:
        return re.fullmatch(r"-?\d+(\.\d+)?", value) is not None
    row = parser().execute(f"SELECT try_strptime({literal(value)}, {literal(form)}) IS NOT NULL").fetchone()
    return bool(row and row[0])
