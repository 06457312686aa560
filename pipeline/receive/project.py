"""A mapping and the headings of one file, compiled to ONE SELECT that makes canonical columns of text cells.

Nothing runs here: `Projection.text` can be printed. It reads `{source}` (columns c0 … cN, one text cell each) in
layers, innermost first: trimmed cells, nulls, joined texts, prepared texts, values, values that need others, what
could not be read, corrections, and last what the judge needs beside the columns.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.program.model import Correction, Mapping, Program
from pipeline.receive.columns import KEYED, Columns
from pipeline.receive.corrections import correct
from pipeline.receive.text import literal, literals
from schemas.spec import Settings, Table

#: Beside the canonical columns, in the result of every projection.
EXTRA = ("unread", "raw", "excluded")


@dataclass(frozen=True, slots=True)
class Projection:
    """What the SELECT gives, and which cells stand behind each column.

    `cells` has, for each mapped column (pseudo-columns too), the places of its cells among the headings; in a wide time
    sheet the cells of `minutes` stand under `minutes:CATEGORY`. `unread` lists columns in the order of the bits of the
    result's `unread`. `private` are the places of the cells of persons and addresses. `filled` are the columns that can
    hold a value; `constant` those with the same one on every row, which the SELECT does not give. `keyed` names the
    key by which rows of one extract can be the same (none for tables that have no such key). `counted`: rows bring ord,
    source_row and sheet; otherwise they are counted as they come, and `blank` marks those that do not count.
    """

    sql: str
    table: Table
    headings: tuple[str, ...]
    cells: dict[str, tuple[int, ...]]
    mapped: tuple[int, ...]
    unread: tuple[str, ...]
    private: frozenset[int]
    keyed: tuple[str, ...]
    derived_id: bool
    birth_from_person: bool
    filled: frozenset[str]
    constant: dict[str, str]
    wide: bool
    typed: bool
    counted: bool
    expected: str

    def text(self, source: str) -> str:
        """The SELECT over one table expression."""
        return self.sql.replace("{source}", source)

    def headings_of(self, column: str) -> tuple[str, ...]:
        """The headings whose cells make a column; none when it is a constant or not mapped."""
        return tuple(self.headings[i].strip() for i in self.cells.get(column, ()))


def compile_mapping(
    mapping: Mapping,
    headings: tuple[str, ...],
    table: Table,
    program: Program,
    corrections: tuple[Correction, ...],
    *,
    typed: bool,
    counted: bool,
    plain: bool = False,
) -> Projection:
    """The projection of one file. `typed` and `plain`: see Columns; `counted`: see Projection."""
    columns = Columns(mapping, headings, table, program, typed, plain)
    derived_id = table.name == "encounters" and "encounter" not in columns.texts
    keyed = _key(table, mapping, derived_id=derived_id)
    mapped = tuple(sorted({place for places in columns.cells.values() for place in places}))
    changed = {c for correction in corrections for c in correction.set}
    filled = _filled(columns) | changed
    constant = _constant(columns, changed)
    given = (filled | {c.name for c in table.columns if c.required}) - constant.keys()
    sql = _values(columns, wide=mapping.unpivot is not None)
    sql = correct(sql, corrections, table, tuple(columns.unread))
    sql = _replaced(sql, _after(columns, corrections))
    return Projection(
        sql=_result(sql, columns, given, keyed, mapped, program, counted=counted),
        table=table,
        headings=headings,
        cells=columns.cells,
        mapped=mapped,
        unread=tuple(columns.unread),
        private=_private(columns, mapped),
        keyed=("agency", "encounter") if derived_id else keyed,
        derived_id=derived_id,
        birth_from_person="birth_year" not in {*columns.texts, *columns.cells} and "person" in columns.cells,
        filled=filled,
        constant=constant,
        wide=mapping.unpivot is not None,
        typed=typed,
        counted=counted,
        expected=columns.times.expected(),
    )


def _key(table: Table, mapping: Mapping, *, derived_id: bool) -> tuple[str, ...]:
    """The key of a row inside its extract; a derived id is known only after this SELECT."""
    if table.name == "calls":
        return ("agency", "incident", "unit") if mapping.grain == "unit" else ("agency", "incident")
    if table.name == "encounters" and not derived_id:
        return ("agency", "encounter")
    return ()


def _filled(columns: Columns) -> frozenset[str]:
    """Columns that can hold a value in this extract."""
    every = {**columns.values, **columns.later, **columns.corrected}
    made = {c for c, v in every.items() if not v.startswith("NULL::")}
    keys = {key for key, source in KEYED.items() if source in columns.cells}
    return frozenset(made | keys | ({"birth_year"} if "person" in columns.cells else set()))


def _constant(columns: Columns, changed: set[str]) -> dict[str, str]:
    """The agency, where the mapping names it and no correction changes it: a text for each row would be dear."""
    named = columns.mapping.agency if "agency" not in {*columns.mapping.columns, *changed} else None
    return {"agency": named} if named else {}


def _private(columns: Columns, mapped: tuple[int, ...]) -> frozenset[int]:
    """Places whose cells are a person's or an address, whatever else they are mapped to."""
    return frozenset({*columns.cells.get("person", ()), *columns.cells.get("address", ())} & set(mapped))


def _values(columns: Columns, *, wide: bool) -> str:
    """The layers up to values and what could not be read."""
    cells = sorted({place for places in columns.cells.values() for place in places})
    nulls = literals(dict.fromkeys(("", *columns.mapping.null)))
    sql = _layer("{source}", {f"x{n}": f"{columns.trim}(c{n})" for n in cells})
    sql = _layer(sql, {f"t{n}": f"CASE WHEN x{n} NOT IN ({nulls}) THEN x{n} END" for n in cells})
    if wide:
        sql = _one_row_each(sql, columns)
    sql = _layer(sql, {f"s_{c}": text for c, text in columns.texts.items() if ":" not in c})
    sql = _layer(sql, columns.prepared)
    sql = _layer(sql, columns.values)
    sql = _layer(sql, columns.later)
    bits = [f"CASE WHEN {condition} THEN {1 << n} ELSE 0 END" for n, condition in enumerate(columns.unread.values())]
    return _layer(sql, {"unread": f"CAST({' + '.join(bits) or '0'} AS BIGINT)"})


def _one_row_each(sql: str, columns: Columns) -> str:
    """A wide time sheet: one row for each category whose cell holds something, at least one for each row."""
    wide = {c.removeprefix("minutes:"): text for c, text in columns.texts.items() if ":" in c}
    pairs = ", ".join(f"{{'category': {literal(c)}, 'minutes': {text}}}" for c, text in wide.items())
    sql = _layer(sql, {"pairs": f"[p FOR p IN [{pairs}] IF p.minutes IS NOT NULL]"})
    none = "{'category': NULL::VARCHAR, 'minutes': NULL::VARCHAR}"
    sql = _layer(sql, {"pair": f"unnest(CASE WHEN len(pairs) = 0 THEN [{none}] ELSE pairs END)"})
    return _layer(sql, {"category_of": "pair.category", "minutes_of": "pair.minutes"})


def _layer(sql: str, columns: dict[str, str]) -> str:
    if not columns:
        return sql
    listed = ",\n  ".join(f'{expression} AS "{column}"' for column, expression in columns.items())
    inner = sql if sql == "{source}" else f"(\n{sql}\n)"
    return f"SELECT *,\n  {listed}\nFROM {inner}"


def _after(columns: Columns, corrections: tuple[Correction, ...]) -> dict[str, str]:
    """Columns made of others that corrections have changed."""
    changed = {c for correction in corrections for c in correction.set}
    after = dict(columns.corrected)
    if changed & {"unit", "units"} and "co_response" in columns.later and "co_response" not in changed:
        after["co_response"] = columns.co_response()
    return after


def _replaced(sql: str, columns: dict[str, str]) -> str:
    if not columns:
        return sql
    listed = ", ".join(f'{expression} AS "{column}"' for column, expression in columns.items())
    return f"SELECT * REPLACE ({listed})\nFROM (\n{sql}\n)"


def _result(
    sql: str,
    columns: Columns,
    given: frozenset[str],
    keyed: tuple[str, ...],
    mapped: tuple[int, ...],
    program: Program,
    *,
    counted: bool,
) -> str:
    """The outermost layer: the canonical columns that hold something, and what the judge needs."""
    wanted = _wanted(columns, program)
    cells = ", ".join(f"c{n}" for n in mapped)
    extra = {
        "unread": "unread",
        "raw": f"CASE WHEN wanted THEN [{cells}]::VARCHAR[] END",
        "excluded": "excluded",
    }
    hits = [f"hit{n}" for n in range(sql.count(" AS hit"))]
    passed: list[str] = [c for c in ("person", "address", "services") if c in columns.values]
    if keyed:
        extra["key"] = f"hash({', '.join(keyed)})"
    if counted:
        passed += ["ord", "source_row", "sheet"]
    else:
        every = ", ".join(f"nullif({columns.trim}(c{n}), '')" for n in range(len(columns.headings)))
        extra["blank"] = f"CASE WHEN wanted THEN coalesce({every}) IS NULL ELSE false END"
    names = [c.name for c in columns.table.columns if c.name in given and c.name not in KEYED]
    listed = [f'"{c}"' for c in (*names, *passed, *hits)] + [f'{x} AS "{c}"' for c, x in extra.items()]
    return "SELECT\n  " + ",\n  ".join(listed) + f"\nFROM (\n{_layer(sql, {'wanted': wanted})}\n)"


def _wanted(columns: Columns, program: Program) -> str:
    """Rows whose raw cells are carried along: something could not be read, is missing, or may break a rule."""
    earliest = earliest_plausible(program).earliest
    conditions = ["unread <> 0"]
    conditions += [f"{c.name} IS NULL" for c in columns.table.columns if c.required and c.name in columns.texts]
    for rule in columns.table.rules:
        if rule.likely:
            conditions.append(f"({rule.likely.replace('{earliest}', f'TIMESTAMP {literal(str(earliest))}')})")
    for column in columns.table.columns:
        limits = ((column.minimum, "<"), (column.maximum, ">"))
        conditions += [f"{column.name} {sign} {limit}" for limit, sign in limits if limit is not None]
    return f"coalesce({' OR '.join(conditions)}, false)"


def earliest_plausible(program: Program) -> Settings:
    """What the rules need to know of the program: calls received ten years before it began are doubtful."""
    began = program.began
    try:
        return Settings(began.replace(year=began.year - 10))
    except ValueError:  # 29 February
        return Settings(began.replace(year=began.year - 10, day=28))
