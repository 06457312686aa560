"""A mapping and the headings of one file, compiled to ONE SELECT that makes canonical columns of text cells.

Nothing runs here: `Projection.text` can be printed. It reads `{source}` (columns c0 … cN, one text cell each) in
layers, innermost first: trimmed cells, nulls, joined texts, prepared texts, values, values that need others, what
could not be read, corrections, and last what the judge needs beside the columns.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pipeline.program.model import Correction, Mapping, Program
from pipeline.receive.columns import KEYED, Columns
from pipeline.receive.corrections import correct
from pipeline.receive.lookups import Lookup, choose
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
    source_row and sheet; otherwise they are counted as they come, and `blank` marks those that do not count. `lookups`
    are the columns that the SELECT leaves out because they are looked up; it then gives the mapped cells themselves.
    `plain`: see Fingerprint.
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
    lookups: tuple[Lookup, ...] = ()
    plain: bool = False

    @property
    def beside(self) -> list[str]:
        """The columns of the result that are no part of what is stored."""
        if not self.lookups:
            return list(EXTRA)
        return [*(c for c in EXTRA if c != "raw"), *(f"c{place}" for place in self.mapped)]

    @property
    def coded(self) -> frozenset[str]:
        """Columns that come as dictionaries."""
        texts = {c.name for c in self.table.columns if c.kind in ("text", "code")}
        return frozenset(c for lookup in self.lookups for c in lookup.columns if c in texts)

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
    sample: Sequence[Sequence[str]] = (),
) -> Projection:
    """The projection of one file. `typed` and `plain`: see Columns; `counted`: see Projection. By the `sample`, cells
    of the first rows, columns to be looked up are chosen, if there are enough of them."""
    columns = Columns(mapping, headings, table, program, typed, plain)
    derived_id = table.name == "encounters" and "encounter" not in columns.texts
    keyed = _key(table, mapping, derived_id=derived_id)
    mapped = tuple(sorted({place for places in columns.cells.values() for place in places}))
    changed = {c for correction in corrections for c in correction.set}
    filled = _filled(columns) | changed
    constant = _constant(columns, changed)
    given = (filled | {c.name for c in table.columns if c.required}) - constant.keys()
    lookups = tuple(_looked_up(some, columns) for some in choose(columns, keyed, sample)) if not corrections else ()
    apart = {c for lookup in lookups for c in lookup.columns}
    sql = _values(columns, apart=apart)
    sql = correct(sql, corrections, table, tuple(columns.unread))
    sql = _replaced(sql, _after(columns, corrections))
    if not lookups:
        sql = _layer(sql, {"wanted": _wanted(columns, program)})
    cells = _cells_and_blank(columns, mapped) if lookups else _raw(columns, mapped, counted=counted)
    return Projection(
        sql=_result(sql, columns, given - apart, keyed, cells, apart, counted=counted),
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
        lookups=lookups,
        plain=plain,
    )


def _looked_up(lookup: Lookup, columns: Columns) -> Lookup:
    """With the SQL for its cells: the same layers, of its columns alone."""
    return replace(lookup, sql=_values(columns, only=lookup))


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


def _values(columns: Columns, *, apart: Collection[str] = (), only: Lookup | None = None) -> str:
    """The layers up to values and what could not be read: of all columns but those `apart`, or of one lookup `only`."""
    cells = sorted({p for c, places in columns.cells.items() if c not in apart for p in places})
    texts = {c: text for c, text in columns.texts.items() if ":" not in c and c not in apart}
    wanted: Collection[str] = {*columns.values, *columns.later} - {*apart}
    if only is not None:
        cells, wanted = [*only.places], only.columns
        texts = {c: text for c, text in texts.items() if (text,) == tuple(f"t{place}" for place in only.places)}
    prepared = {n: x for n, x in columns.prepared.items() if _needed(n, texts, wanted)}
    nulls = literals(dict.fromkeys(("", *columns.mapping.null)))
    sql = _layer("{source}", {f"x{n}": f"{columns.trim}(c{n})" for n in cells})
    sql = _layer(sql, {f"t{n}": f"CASE WHEN x{n} NOT IN ({nulls}) THEN x{n} END" for n in cells})
    if columns.mapping.unpivot is not None:
        sql = _one_row_each(sql, columns)
    sql = _layer(sql, {f"s_{c}": text for c, text in texts.items()})
    sql = _layer(sql, prepared)
    sql = _layer(sql, {c: x for c, x in columns.values.items() if c in wanted or (c, x[:1]) == ("agency", "'")})
    sql = _layer(sql, {c: x for c, x in columns.later.items() if c in wanted})
    bits = [
        f"CASE WHEN {condition} THEN {1 << n} ELSE 0 END"
        for n, (column, condition) in enumerate(columns.unread.items())
        if column in wanted or (only is None and column not in apart)
    ]
    return _layer(sql, {"unread": f"CAST({' + '.join(bits) or '0'} AS BIGINT)"})


def _needed(prepared: str, texts: Collection[str], wanted: Collection[str]) -> bool:
    """Whether what is prepared (see Columns) is used by the values that are wanted."""
    if prepared.startswith(("l_", "q_")):
        return prepared[2:] in texts
    return ("birth_year" if prepared == "birth_day" else "person") in wanted


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
    cells: dict[str, str],
    apart: Collection[str],
    *,
    counted: bool,
) -> str:
    """The outermost layer: the canonical columns that hold something, and what the judge needs."""
    extra = {"unread": "unread", "excluded": "excluded"} | cells
    hits = [f"hit{n}" for n in range(sql.count(" AS hit"))]
    passed: list[str] = [c for c in ("person", "address", "services") if c in columns.values and c not in apart]
    if keyed:
        extra["key"] = f"hash({', '.join(keyed)})"
    if counted:
        passed += ["ord", "source_row", "sheet"]
    names = [c.name for c in columns.table.columns if c.name in given and c.name not in KEYED]
    listed = [f'"{c}"' for c in (*names, *passed, *hits)] + [f'{x} AS "{c}"' for c, x in extra.items()]
    return "SELECT\n  " + ",\n  ".join(listed) + f"\nFROM (\n{sql}\n)"


def _raw(columns: Columns, mapped: tuple[int, ...], *, counted: bool) -> dict[str, str]:
    """The cells as they stand, of rows in which something may be wrong; and whether a row is blank, where it counts."""
    raw = f"CASE WHEN wanted THEN [{', '.join(f'c{n}' for n in mapped)}]::VARCHAR[] END"
    return {"raw": raw} if counted else {"raw": raw, "blank": _blank_where("wanted", columns)}


def _cells_and_blank(columns: Columns, mapped: tuple[int, ...]) -> dict[str, str]:
    """All mapped cells as they stand, and whether a row is blank."""
    required = [columns.cells[c.name][0] for c in columns.table.columns if c.required and columns.cells.get(c.name)]
    first = next(iter(required), mapped[0])
    empty = f"nullif({columns.trim}(c{first}), '') IS NULL"
    return {f"c{n}": f"c{n}" for n in mapped} | {"blank": _blank_where(empty, columns)}


def _blank_where(condition: str, columns: Columns) -> str:
    """Whether no cell of a row holds anything; looked at only where a condition says that it may be so."""
    every = ", ".join(f"nullif({columns.trim}(c{n}), '')" for n in range(len(columns.headings)))
    return f"CASE WHEN {condition} THEN coalesce({every}) IS NULL ELSE false END"


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
