"""What commands and editions ask of the warehouse beside figures: which period, what went in, violations summed up.

Imported by commands that must answer at once: nothing heavy at the top.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UserError
from pipeline.program.load import declaration_files
from pipeline.program.paths import list_raw, matches
from pipeline.program.periods import month_of, parse_period
from pipeline.receive.folder import work_key
from pipeline.receive.product import Extract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.program.model import Program
    from pipeline.program.periods import Period
    from pipeline.publish.inputs import Candidate, Sources, ViolationCount
    from pipeline.receive.product import Receipt
    from pipeline.store.warehouse import Warehouse

SQL = Path(__file__).parent / "sql"


def choose_period(program: Program, warehouse: Warehouse, text: str | None) -> Period:
    """The period that was asked for, or the last complete month in the data."""
    complete = warehouse.last_complete_month()
    if text is not None:
        return parse_period(text, program.fiscal_year_starts, program.began, complete)
    if complete is None:
        raise UserError(
            "there is no complete month in the data yet",
            str(program.raw),
            "Put the extracts of a whole month there (`outcomes onboard` for a new kind of file), or name the period.",
        )
    return month_of(complete)


def violation_counts(warehouse: Warehouse) -> tuple[ViolationCount, ...]:
    """Violations per agency, table, column and rule, the most frequent first."""
    from pipeline.publish.inputs import ViolationCount

    rows = warehouse.connection.execute((SQL / "violation_counts.sql").read_text(encoding="utf-8")).fetchall()
    return tuple(ViolationCount(a, t, c, r, s, rows=n, message=m) for a, t, c, r, s, n, m in rows)


def candidates(warehouse: Warehouse, period: Period) -> tuple[Candidate, ...]:
    """Log entries of the period without a call, each with the likeliest call; proposed, never linked."""
    from pipeline.publish.inputs import Candidate

    sql = (SQL / "candidates.sql").read_text(encoding="utf-8")
    return tuple(Candidate(*row) for row in warehouse.connection.execute(sql, [period.since, period.until]).fetchall())


def month_rows(warehouse: Warehouse) -> tuple[tuple[str, str, str, int, str, str], ...]:
    """Table, agency, month, number of rows, digest of their keys and of their contents."""
    sql = (SQL / "month_rows.sql").read_text(encoding="utf-8")
    return tuple(warehouse.connection.execute(sql).fetchall())


def sources(program: Program, receipts: Iterable[Receipt], key: bytes) -> Sources:
    """What went into an edition, by sha256. A file that could not be opened counts by its name alone."""
    from pipeline.program.key import fingerprint
    from pipeline.publish.identity import sha256_of
    from pipeline.publish.inputs import Sources

    files = declaration_files(program.folder)
    if program.branding.logo:
        files.append(program.folder / program.branding.logo)
    return Sources(
        raw={r.extract: r.sha256 or "" for r in receipts},
        declarations={p.relative_to(program.folder).as_posix(): sha256_of(p) for p in files if p.is_file()},
        key_fingerprint=fingerprint(key),
    )


def changed_since(program: Program, warehouse: Warehouse, key: bytes) -> list[str]:
    """Files of raw/ that are new, gone, or would be read differently now than when the warehouse was made.

    Looks at bytes and mappings, never at times of files.
    """
    from pipeline.publish.identity import sha256_of

    then: dict[str, set[str | None]] = {}
    for made in warehouse.inputs():
        then.setdefault(made.extract, set()).add(made.key or made.sha256)
    now: dict[str, set[str | None]] = {}
    for entry in list_raw(program):
        mappings = [m for m in program.mappings if matches(m.files, entry.name)] if entry.kind == "file" else []
        sha256 = sha256_of(entry.path) if mappings else None
        # a file that could not be read has no key in the warehouse, so its hash stands for it
        known = then.get(entry.name, set())
        keys: set[str | None] = {
            work_key(Extract(entry.path, entry.name, m), sha256 or "", program, key) for m in mappings
        }
        now[entry.name] = {sha256} if sha256 in known else (keys or {None})
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))


def changed_files(program: Program, then: Mapping[str, str]) -> list[str]:
    """Extracts that are new, gone or have other bytes than in `then` (name below raw/ -> sha256)."""
    from pipeline.publish.identity import sha256_of

    mapped = {e.name: e.path for e in list_raw(program) if e.kind == "file" and _is_mapped(program, e.name)}
    gone = [name for name, sha256 in then.items() if sha256 and name not in mapped and _is_mapped(program, name)]
    return sorted([*gone, *(n for n, path in mapped.items() if then.get(n) != sha256_of(path))])


def shortly(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    return f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else names[0]


def _is_mapped(program: Program, name: str) -> bool:
    return any(matches(m.files, name) for m in program.mappings)
