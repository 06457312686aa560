"""agencies/*.toml: each [[extract]] judged against its canonical table and made into a `Mapping`."""

from __future__ import annotations

import re
from typing import Any

from pipeline.errors import UserError
from pipeline.program.columns import judge_columns
from pipeline.program.globs import check_glob
from pipeline.program.mistakes import Declared, Mistakes, suggest
from pipeline.program.model import Agency, Mapping
from pipeline.program.parts import Context
from pipeline.program.shapes import ExtractIn, fit
from pipeline.program.sources import EPOCHS
from pipeline.program.tables import table_names

_GRAINS = ("call", "unit")
#: What DuckDB's strptime reads; %c, %x and %X are ISO there and stand for whole dates and times.
_DIRECTIVES = re.compile(r"%(-?[dmyHIMSj]|[aAbhBYpfgnzZwuUWVGcxX%])")
_YEAR = re.compile(r"%(-?y|Y|G|c|x)")


def read_mappings(declared: Declared, agencies: tuple[Agency, ...], mistakes: Mistakes) -> list[Mapping]:
    """The mappings of one file. The agency is the file's name; other names need the column `agency` in each extract."""
    for name in declared.data:
        if name != "extract":
            mistakes.add(f"unknown key `{name}`", declared, (name,), _stray_hint(name))
    listed = declared.data.get("extract", [])
    if not isinstance(listed, list):
        mistakes.add("`extract` must be a list", declared, ("extract",), "Write `[[extract]]` with two brackets.")
        return []
    ids = tuple(a.id for a in agencies)
    stem = declared.name.rsplit("/", 1)[-1][: -len(".toml")]
    agency = stem if stem in ids else None
    _check_owner(declared, stem, ids, mistakes)
    contexts = [Context(declared, ("extract", n), mistakes, agency, ids) for n in range(len(listed))]
    found = [_read_mapping(data, context) for data, context in zip(listed, contexts, strict=True)]
    return [m for m in found if m is not None]


def _stray_hint(name: str) -> str:
    if name in ExtractIn.model_fields:
        return f"Did you mean `[extract.{name}]`, below `[[extract]]`?"
    return suggest(name, ("extract",))


def _check_owner(declared: Declared, stem: str, ids: tuple[str, ...], mistakes: Mistakes) -> None:
    """A file that bears no agency's name must say in each extract whose rows these are."""
    if stem in ids:
        return
    for number, data in enumerate(declared.data.get("extract", [])):
        columns = data.get("columns") if isinstance(data, dict) else None
        if not isinstance(columns, dict) or "agency" not in columns:
            what = f"`{stem}` is no agency of program.toml, and this extract has no column `agency`"
            hint = suggest(stem, ids) or "Name the file after the agency's id, or add the agency to program.toml."
            mistakes.add(what, declared, ("extract", number), hint)


def _read_mapping(data: Any, context: Context) -> Mapping | None:
    shape = fit(ExtractIn, data, context.declared, context.key, context.mistakes, {"files": "*"})
    if shape is None:
        return None
    if shape.table not in table_names():
        context.note(f"there is no table `{shape.table}`", "table", hint=suggest(shape.table, table_names()))
        return None
    _check_files(shape.files, context)
    _check_grain(shape, context)
    for number, form in enumerate(shape.datetime):
        _check_datetime(form, context, "datetime", number)
    _check_reading(shape, context)
    parts = judge_columns(shape, data, context)
    return Mapping(
        declared_in=context.declared.name,
        number=int(context.key[-1]) + 1,
        agency=context.agency,
        table=shape.table,
        files=shape.files,
        grain=shape.grain,
        datetime=tuple(shape.datetime),
        null=tuple(dict.fromkeys(n.strip() for n in ["", *shape.null])),
        sheets=tuple(shape.sheet),
        header_row=shape.header_row,
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        columns=parts.columns,
        codes=parts.codes,
        split=dict(shape.split),
        unpivot=parts.unpivot,
    )


def _check_files(files: str, context: Context) -> None:
    try:
        check_glob(files)
    except UserError as problem:
        context.note(problem.what, "files", hint=problem.hint)


def _check_grain(shape: ExtractIn, context: Context) -> None:
    if shape.grain not in _GRAINS:
        context.note(f"`{shape.grain}` is no grain", "grain", hint=suggest(shape.grain, _GRAINS))
    elif shape.grain == "unit" and shape.table != "calls":
        context.note("only extracts of calls can have the grain `unit`", "grain")
    elif shape.grain == "unit" and "unit" not in shape.columns:
        hint = "Map `unit`, the call sign of the unit that the row is about."
        context.note("the grain `unit` needs the column `unit`", "columns", hint=hint)


def _check_datetime(form: str, context: Context, *key: str | int) -> None:
    """A format must be one that strptime reads and must name a year, or be `epoch` or `epoch_ms`."""
    if form in EPOCHS:
        return
    hint = 'For example "%m/%d/%Y %H:%M:%S" for 11/30/2023 14:05:09, or "epoch", "epoch_ms".'
    if "%" not in form:
        context.note(f"`{form}` is no date format", *key, hint=suggest(form, EPOCHS, many=0) or hint)
        return
    bad = re.search("%.?.?", _DIRECTIVES.sub("", form))
    if bad:
        context.note(f"`{form}` is no date format: `{bad[0]}` is no part of one", *key, hint=hint)
    elif not _YEAR.search(form):
        context.note(f"the date format `{form}` has no year", *key, hint=hint)


def _check_reading(shape: ExtractIn, context: Context) -> None:
    if shape.encoding is not None:
        try:
            " ".encode(shape.encoding)  # LookupError also for base64 and the like, which are no text
        except (LookupError, ValueError):
            hint = (
                suggest(shape.encoding, ("utf-8", "utf-16", "cp1252"), many=0) or "Leave it out: it is found by itself."
            )
            context.note(f"`{shape.encoding}` is no encoding", "encoding", hint=hint)
    if shape.delimiter is not None and re.search(r'[A-Za-z0-9"\r\n]', shape.delimiter):
        hint = 'For example ",", ";", "|" or "\\t" (a tab).'
        context.note("the delimiter cannot be a letter, digit, quote or line end", "delimiter", hint=hint)
    folded = [s.casefold() for s in shape.sheet]
    if len(set(folded)) < len(folded):
        context.note("a sheet is named twice", "sheet")


def check_duplicates(mappings: list[tuple[Mapping, Declared]], mistakes: Mistakes) -> None:
    """Two mappings of the same table, files and sheets would take every row twice."""
    seen: dict[tuple[str, str, tuple[str, ...]], Mapping] = {}
    for mapping, declared in mappings:
        sheets = tuple(sorted(s.casefold() for s in mapping.sheets))
        key = (mapping.table, mapping.files.casefold(), sheets)
        first = seen.setdefault(key, mapping)
        if first is not mapping:
            what = f"extract {first.number} of {first.declared_in} maps the same files to the same table"
            mistakes.add(what, declared, ("extract", mapping.number - 1, "files"), "Keep one of them.")
