"""What users are told of many rows at once: the same that `Reporter` says of each, made by SQL where it can be.

A file of which half the rows break a rule would otherwise spend most of its time here. Rows with a cell that is more
than plain text, or that has a private cell in it, are left to the Reporter.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from pipeline.receive.report import KEPT, LONGEST, Reporter
from pipeline.receive.tables import QUARANTINE, VIOLATIONS
from pipeline.receive.text import literal
from schemas.cells import MISSING
from schemas.spec import fill

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    from numpy.typing import NDArray

    from pipeline.receive.faults import Fault
    from pipeline.receive.project import Projection

#: Fewer rows than this are told of one by one sooner than queries are planned.
_MANY = 3_000
#: Each fault of a batch has a bit of a BIGINT.
_MOST_FAULTS = 62
#: What JSON and a message can hold as it stands.
_PLAIN = r"[ !#-\[\]-~]*"
#: What else there may be in the cells of a plain file; looking for these takes a fifth of the time.
_NOT_PLAIN = (literal('"'), literal("\\"), "chr(10)", "chr(13)", "chr(127)")


@dataclass(slots=True)
class Many:
    """Tells of the simple ones among the faulty rows of a batch."""

    con: duckdb.DuckDBPyConnection
    reporter: Reporter
    _cursor: duckdb.DuckDBPyConnection | None = field(default=None, init=False)

    def tell(self, batch: pa.RecordBatch, faults: Sequence[Fault], wrong: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Reports what it can; the rows (places in the batch, ascending) that it reported."""
        mask = np.zeros(batch.num_rows, dtype=np.int64)
        for n, fault in enumerate(faults[:_MOST_FAULTS]):
            mask[fault.rows] |= 1 << n
        rows = np.flatnonzero(mask)
        if len(rows) < _MANY or len(faults) > _MOST_FAULTS or not _suits(self.reporter.projection):
            return rows[:0]
        cursor = self._connected()
        faulty = pa.Table.from_batches([told_of(batch, pa.array(rows), self.reporter.projection)])
        beside = {"place": np.arange(len(rows)), "mask": mask[rows], "bad": wrong[rows]}
        for name, values in beside.items():
            faulty = faulty.append_column(name, pa.array(values))
        cursor.register("faulty", faulty)
        cursor.execute(self._simple(faults))
        self._violations(cursor, faults)
        self._quarantine(cursor, faults)
        told: NDArray[np.int64] = (
            cursor.execute("SELECT place FROM simple ORDER BY place").to_arrow_table()["place"].to_numpy()
        )
        cursor.execute("DROP TABLE simple")
        cursor.unregister("faulty")
        for n, fault in enumerate(faults):
            self.reporter.rules[fault.rule.id] += int(np.count_nonzero(mask[rows[told]] >> n & 1))
        return rows[told]

    def _connected(self) -> duckdb.DuckDBPyConnection:
        """A connection beside the one that reads the extract; it has its own setting of the progress bar."""
        if self._cursor is None:
            self._cursor = self.con.cursor()
            self._cursor.execute("SET enable_progress_bar = false")
        return self._cursor

    def _simple(self, faults: Sequence[Fault]) -> str:
        projection = self.reporter.projection
        carried = "raw" if not projection.lookups else None
        named = [
            f"{f'raw[{n}]' if carried else f'c{place}'} AS k{place}" for n, place in enumerate(projection.mapped, 1)
        ]
        every = ", ".join(f"k{p}" for p in projection.mapped)
        whole = f"concat({every})"  # concat leaves out what is null
        if projection.plain:
            plain = [f"NOT contains({whole}, {character})" for character in _NOT_PLAIN]
        else:
            plain = [f"regexp_full_match({whole}, {literal(_PLAIN)})"]
        private = [f"nullif(lower(trim(k{p})), '')" for p in sorted(projection.private)]
        shown = [f"lower(k{p})" for p in projection.mapped if p not in projection.private]
        plain += [_short(projection.cells.get(f.column or "", ())) for f in faults]
        plain += [f"NOT coalesce(contains({cell}, {secret}), false)" for cell in shown for secret in private]
        given = {
            "cells": ", ".join(f"k{p}" for p in projection.mapped),
            "named": ", ".join(named),
            "unknown": "raw IS NULL" if carried else "false",
            "simple": " AND ".join(plain),
            "of_persons": sum(1 << n for n, fault in enumerate(faults) if fault.parts),
        }
        sql = resources.files("pipeline.receive").joinpath("many.sql").read_text(encoding="utf-8")
        return sql.format(**given)

    def _violations(self, cursor: duckdb.DuckDBPyConnection, faults: Sequence[Fault]) -> None:
        each = " UNION ALL ".join(self._violation(n, fault) for n, fault in enumerate(faults))
        names = ", ".join(f'"{name}"' for name in VIOLATIONS.names)
        found = cursor.execute(f"SELECT {names} FROM ({each}) ORDER BY place, fault").to_arrow_table()
        self.reporter.violations.add_table(found.cast(VIOLATIONS))

    def _violation(self, number: int, fault: Fault) -> str:
        reporter, rule, column = self.reporter, fault.rule, fault.column
        value, message = self._said(fault)
        agency = "agency" if reporter.agency is None else f"coalesce(agency, {literal(reporter.agency)})"
        told = {
            "place": "place",
            "fault": str(number),
            "agency": agency,
            "table": literal(reporter.projection.table.name),
            "extract": literal(reporter.extract),
            "source_row": "source_row",
            "sheet": "sheet",
            "column": "NULL" if column is None else literal(reporter.column_name(column)),
            "value": value,
            "rule": literal(rule.id),
            "severity": literal(rule.severity),
            "message": message,
        }
        listed = ", ".join(f'{sql} AS "{name}"' for name, sql in told.items())
        return f"SELECT {listed} FROM simple WHERE mask & {1 << number} <> 0"

    def _said(self, fault: Fault) -> tuple[str, str]:
        """The value and the message of a fault as SQL over the cells of its row."""
        reporter, rule = self.reporter, fault.rule
        if fault.parts:
            value, message = reporter.of_person(rule, fault.parts)
            return "NULL" if value is None else literal(value), literal(message)
        places = reporter.projection.cells.get(fault.column or "", ())
        value = _value(places, reporter.projection)
        heading, expected = reporter.heading(fault.column, places), reporter.expected(rule, fault.column)
        pieces = [
            literal(fill(part, heading=heading, expected=expected)) for part in re.split(r"\{value\}", rule.message)
        ]
        said = f", coalesce(nullif({value}, ''), 'empty'), ".join(pieces)
        return "NULL" if rule is MISSING else value, f"concat({said})"

    def _quarantine(self, cursor: duckdb.DuckDBPyConnection, faults: Sequence[Fault]) -> None:
        sql = f"SELECT source_row, sheet, {self._cells()} AS cells, mask FROM simple WHERE bad ORDER BY place"
        found = cursor.execute(sql).to_arrow_table().combine_chunks()
        masks, which = np.unique(found["mask"].to_numpy(), return_inverse=True)
        lists = [
            list(dict.fromkeys(f.rule.id for n, f in enumerate(faults) if m >> n & 1 and f.rule.severity == "error"))
            for m in masks.tolist()
        ]
        rules = pa.array(lists, pa.list_(pa.string())).take(pa.array(which))
        extract = pa.array([self.reporter.extract] * len(which), pa.string())
        columns = [extract, found["source_row"], found["sheet"], found["cells"], rules]
        self.reporter.quarantine.add_table(pa.Table.from_arrays(columns, names=QUARANTINE.names).cast(QUARANTINE))

    def _cells(self) -> str:
        """Heading and cell as JSON, as json.dumps writes it."""
        projection = self.reporter.projection
        pieces, before = [], "{"
        for name, place in self.reporter.kept_names():
            key = f"{before}{json.dumps(name, ensure_ascii=False)}: "
            before = ", "
            if place not in projection.mapped:
                pieces.append(literal(f"{key}null"))
            elif place in projection.private:
                kept, none = literal(f"{key}{json.dumps(KEPT)}"), literal(f"{key}null")
                pieces.append(f"CASE WHEN k{place} IS NULL THEN {none} ELSE {kept} END")
            else:
                # one concat of all: `||` would copy the text anew for each piece
                quote = literal(f'{key}"')
                pieces.append(f"CASE WHEN k{place} IS NULL THEN {literal(key + 'null')} ELSE {quote} END")
                pieces += [f"k{place}", f"CASE WHEN k{place} IS NOT NULL THEN '\"' END"]
        return f"concat({', '.join(pieces)}, '}}')"


def _suits(projection: Projection) -> bool:
    """Whether the rows of this extract can be told of in this way: text of one row each, and no year of birth."""
    return not (projection.typed or projection.wide or projection.cells.get("birth_year"))


def told_of(batch: pa.RecordBatch, rows: pa.Array, projection: Projection) -> pa.RecordBatch:
    """What is told of these rows of a batch: source_row, sheet, agency (null where the mapping names it), and the
    mapped cells as they stand: as `raw`, or each in a column."""
    cells = [f"c{place}" for place in projection.mapped] if projection.lookups else ["raw"]
    several = "agency" in batch.schema.names
    names = ["source_row", "sheet", *cells, *(["agency"] if several else [])]
    chosen = batch.select(names).take(rows)
    return chosen if several else chosen.append_column("agency", pa.nulls(len(rows), pa.string()))


def raw_cells(told: pa.RecordBatch, projection: Projection) -> list[list[str | None] | None]:
    """The mapped cells of each row; None where they were not carried along."""
    if not projection.lookups:
        raws: list[list[str | None] | None] = told.column("raw").to_pylist()
        return raws
    cells = [told.column(f"c{place}").to_pylist() for place in projection.mapped]
    return [list(row) for row in zip(*cells, strict=True)]


def _short(places: tuple[int, ...]) -> str:
    """Whether the cells of a column are shown whole."""
    lengths = [f"coalesce(length(k{p}), 0)" for p in places]
    return f"{' + '.join(lengths)} <= {LONGEST - len(places)}" if places else "true"


def _value(places: tuple[int, ...], projection: Projection) -> str:
    """The cells of a column as they stand; what stands for them where they are private; null when all are empty."""
    if not places:
        return "CAST(NULL AS VARCHAR)"
    cells = [f"nullif(k{p}, '')" for p in places]
    shown = literal(KEPT) if set(places) & projection.private else f"trim(concat_ws(' ', {', '.join(cells)}))"
    return f"CASE WHEN coalesce({', '.join(cells)}, NULL) IS NOT NULL THEN {shown} END"
