"""Columns, codes, split and unpivot of one [[extract]], judged against its canonical table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.errors import UserError
from pipeline.program.constants import judge_constants
from pipeline.program.mistakes import nearest, suggest
from pipeline.program.model import Codes, Source, Unpivot
from pipeline.program.parts import Context, Parts
from pipeline.program.sources import BOOL_WORDS, code_entries, parse_source
from pipeline.program.tables import PSEUDO, Target, service_codes, targets

if TYPE_CHECKING:
    from pipeline.program.shapes import ExtractIn

_UNITS = ("hours", "minutes")
_MULTI = {"calls": "units", "encounters": "referrals"}
#: Kinds of columns whose values can be given as codes; agency is a code whose list are the program's agencies.
_CODED = ("code", "bool", "text")


def judge_columns(shape: ExtractIn, data: dict[str, Any], context: Context) -> Parts:
    """All parts that name canonical columns. Mistakes are noted; what is sound is returned."""
    valid = targets(shape.table, shape.grain)
    parts = Parts()
    _columns(shape, valid, parts, context)
    _codes(shape, valid, parts, context)
    _unpivot(shape, parts, context)
    _split(shape, context)
    _required(shape, data, valid, context)
    judge_constants(shape, parts, context)
    return parts


def _columns(shape: ExtractIn, valid: dict[str, Target], parts: Parts, context: Context) -> None:
    for name, value in shape.columns.items():
        column = PSEUDO.get(name, name)
        key = ("columns", name)
        if column not in valid:
            context.note(f"the table {shape.table} has no column `{name}`", *key, hint=_column_hint(name, shape, valid))
            continue
        if column in parts.columns:
            other = next(n for n in shape.columns if PSEUDO.get(n, n) == column)
            context.note(f"`{other}` and `{name}` are the same column", *key, hint="Keep one of them.")
        try:
            parts.columns[column] = parse_source(value)
        except UserError as problem:
            context.note(f"`{name}`: {problem.what}", *key, hint=problem.hint)


def _column_hint(name: str, shape: ExtractIn, valid: dict[str, Target]) -> str:
    if shape.table == "calls" and name == "unit":
        return 'Write grain = "unit" when each row is about one unit; otherwise map `units`.'
    if shape.table == "calls" and name == "units":
        return 'With grain = "unit" map `unit`.'
    if name == "service":
        return "Map `referrals`; its codes stand in [extract.codes.service]."
    return suggest(name, valid)


def _codes(shape: ExtractIn, valid: dict[str, Target], parts: Parts, context: Context) -> None:
    for name, table in shape.codes.items():
        target = _coded_target(name, shape, valid, context)
        if target is None:
            continue
        derived = _derived_from(name, table, shape, valid, context) if "from" in table else None
        if "from" not in table and not _is_mapped(name, shape):
            hint = f'Map `{name}` in [extract.columns], or derive it with from = "another column".'
            hint = hint if name in valid else "Map `referrals` in [extract.columns]."
            context.note(f"codes for `{name}`, which is not mapped", "codes", name, hint=hint)
        pairs = _pairs(name, table, target, context)
        if pairs is not None:
            parts.codes[name] = Codes(pairs, derived)


def _is_mapped(name: str, shape: ExtractIn) -> bool:
    if shape.table == "encounters" and name == "service":
        return "referrals" in shape.columns
    return name in shape.columns


def _coded_target(name: str, shape: ExtractIn, valid: dict[str, Target], context: Context) -> Target | None:
    """The column that a code list is for. Codes of split referrals stand under `service`."""
    if shape.table == "encounters" and name == "service":
        return Target("service", "code", service_codes())
    if name not in valid:
        hint = suggest(name, [t for t in valid if valid[t].kind in _CODED])
        context.note(f"the table {shape.table} has no column `{name}`", "codes", name, hint=hint)
        return None
    target = valid[name]
    if name == "referrals":
        context.note("the codes of split referrals stand in [extract.codes.service]", "codes", name)
        return None
    if target.kind not in _CODED or name in (*PSEUDO.values(), "incident"):
        context.note(f"`{name}` takes no codes", "codes", name)
        return None
    return _with_agencies(target, context)


def _with_agencies(target: Target, context: Context) -> Target:
    return Target("agency", "code", context.agencies) if target.name == "agency" else target


def _derived_from(
    name: str, table: dict[str, Any], shape: ExtractIn, valid: dict[str, Target], context: Context
) -> str | None:
    source = table["from"]
    key = ("codes", name, "from")
    mapped = [c for c in shape.columns if c in valid and PSEUDO.get(c, c) not in PSEUDO.values()]
    if name in shape.columns:
        context.note(f"`{name}` is mapped in [extract.columns] and derived here", *key, hint="Keep one of them.")
    if source not in mapped:
        hint = suggest(str(source), [c for c in mapped if c != name])
        context.note(f"`{source}` is no mapped column of this extract", *key, hint=hint)
        return None
    return str(source)


def _pairs(name: str, table: dict[str, Any], target: Target, context: Context) -> tuple[tuple[str, str], ...] | None:
    """(pattern, canonical value) in file order; None when there is a mistake."""
    pairs: dict[str, tuple[str, str]] = {}
    sound = True
    try:
        entries = list(code_entries(table, derived="from" in table))
    except UserError as problem:
        context.note(problem.what, "codes", name, hint=problem.hint)
        return None
    for key, given, written in entries:
        pattern, value = given, _canonical(written, target)
        if value is None and "from" in table and not isinstance(table[key], list) and _is_code(given, target):
            pattern, value = key.strip(), given  # "SOURCE CODE" = "canonical", as in a list without `from`
        if value is None:
            _note_code(written, name, key, target, context)
            sound = False
        elif not pattern:
            context.note("an empty cell is always null and takes no code", "codes", name, key)
            sound = False
        elif pairs.setdefault(pattern.casefold(), (pattern, value))[1] != value:
            context.note(f"`{pattern}` has two codes", "codes", name, key, hint="Case and outer spaces do not count.")
            sound = False
    if not entries:
        context.note(f"the code list of `{name}` is empty", "codes", name)
    return tuple(pairs.values()) if sound else None


def _canonical(value: str, target: Target) -> str | None:
    """The canonical spelling of a declared value, or None when the column cannot take it."""
    if target.kind == "bool":
        return BOOL_WORDS.get(value.casefold())
    if target.kind == "code":
        return value if value in target.codes else None
    return value or None


def _is_code(value: str, target: Target) -> bool:
    return value in (("true", "false") if target.kind == "bool" else target.codes)


def _note_code(value: str, name: str, key: str, target: Target, context: Context) -> None:
    valid = ("true", "false") if target.kind == "bool" else target.codes
    what = f"`{value}` is no agency of program.toml" if target.name == "agency" else f"`{value}` is no code of `{name}`"
    context.note(what, "codes", name, key, hint=suggest(value, valid))


def _unpivot(shape: ExtractIn, parts: Parts, context: Context) -> None:
    if shape.unpivot is None:
        return
    if shape.table != "shifts":
        context.note("only extracts of shifts can be wide", "unpivot")
        return
    for name in ("category", "minutes"):
        if name in shape.columns:
            what = f"`{name}` comes from [extract.unpivot] already"
            context.note(what, "columns", name, hint="Map it here, or unpivot; not both.")
    unit = shape.unpivot.get("unit")
    if unit not in _UNITS:
        what = "`unit` is missing" if unit is None else f"`{unit}` is no unit of time"
        context.note(what, "unpivot", "unit", hint='Write unit = "hours" or unit = "minutes".')
    columns = {n: v for n, v in shape.unpivot.items() if n != "unit"}
    if not columns:
        context.note("no category is given", "unpivot", hint='For example direct = "Client Hours".')
    found = {name: _wide_source(name, value, context) for name, value in columns.items()}
    parts.unpivot = Unpivot(str(unit), {n: s for n, s in found.items() if s is not None})


def _wide_source(name: str, value: Any, context: Context) -> Source | None:
    categories = targets("shifts")["category"].codes
    if name not in categories:
        context.note(f"`{name}` is no category", "unpivot", name, hint=suggest(name, categories))
    try:
        source = parse_source(value)
    except UserError as problem:
        context.note(f"`{name}`: {problem.what}", "unpivot", name, hint=problem.hint)
        return None
    if len(source.parts) != 1:
        context.note(f"`{name}` needs one heading", "unpivot", name)
        return None
    return source


def _split(shape: ExtractIn, context: Context) -> None:
    multi = _MULTI.get(shape.table)
    for name in shape.split:
        if name != multi or (name == "units" and shape.grain == "unit"):
            hint = f"Only `{multi}` can be split." if multi else ""
            context.note(f"`{name}` takes one value, not several", "split", name, hint=hint)
        elif name not in shape.columns:
            context.note(f"`{name}` is split, but not mapped", "split", name, hint="Map it in [extract.columns].")


def _required(shape: ExtractIn, data: dict[str, Any], valid: dict[str, Target], context: Context) -> None:
    """Every required column is mapped, derived or unpivoted. A misspelt one is not called missing too."""
    given = set(shape.columns) | {n for n, t in shape.codes.items() if "from" in t}
    given |= {nearest(name, valid) or "" for name in shape.columns if PSEUDO.get(name, name) not in valid}
    if "columns" in data and not isinstance(data["columns"], dict):
        return
    if "unpivot" in data:
        given |= {"category", "minutes"}
    for target in valid.values():
        if target.required and target.name not in given:
            context.note(f"no heading is given for `{target.name}`, which every row needs", "columns")
