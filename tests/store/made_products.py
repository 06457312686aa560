"""Products of receive, drawn by hand: rows as text, written as the Parquet that receive would write. All data made up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from pipeline.program.model import Agency, Branding, Mapping, Privacy, Program
from pipeline.program.seal import Seal, seal_of
from pipeline.receive.product import Extract, Receipt, Received
from pipeline.sql_text import literal
from schemas import TABLES
from schemas.views import ORIGIN

_ENGINE = duckdb.connect()
AGENCIES = (Agency("river", "River Police", team_units=("CR1",)), Agency("lake", "Lake Sheriff", team_units=("CR9",)))


def program(folder: Path, timezone: str = "America/Chicago", *, encrypt: bool = False) -> Program:
    """A made-up program of two agencies without declarations on disk."""
    (folder / "out").mkdir(exist_ok=True, parents=True)
    return Program(
        folder=folder,
        name="Made-up program",
        organization="",
        timezone=timezone,
        fiscal_year_starts=7,
        began=date(2024, 1, 1),
        contact="",
        privacy=Privacy(encrypt=encrypt),
        branding=Branding(),
        agencies=AGENCIES,
        mappings=(),
        corrections=(),
        metrics={},
    )


def rows(text: str) -> list[dict[str, str | None]]:
    """A table drawn with `|` between cells, headings first; an empty cell is null, a list is written `a,b`."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], (cell or None for cell in line), strict=True)) for line in lines[1:]]


def extract(
    program: Program,
    table: str,
    name: str,
    accepted: Sequence[dict[str, str | None]] | str,
    *,
    agency: str | None = "river",
    referrals: Sequence[dict[str, str | None]] = (),
    warnings: Sequence[tuple[int, str, str]] = (),
    quarantined: int = 0,
    read: int | None = None,
) -> Received:
    """One finished extract. A row without `source_row` stands on the line after the one before; headings on line 1.

    `warnings` are (source row, column, rule). `read` counts rows of the extract that stand in no Parquet row too.
    """
    drawn = rows(accepted) if isinstance(accepted, str) else list(accepted)
    located = [_located(row, place, name, agency) for place, row in enumerate(drawn)]
    parts = [_located(row, place, name, agency) for place, row in enumerate(referrals)]
    key = hashlib.sha256(repr((table, name, located, parts, warnings, quarantined)).encode()).hexdigest()[:20]
    folder = program.out / "extracts" / key
    folder.mkdir(parents=True, exist_ok=True)
    seal = seal_of(program)
    _parquet(folder / "accepted.parquet", table, located, seal)
    if referrals:
        _parquet(folder / "referrals.parquet", "referrals", parts, seal)
    if warnings:
        _violations(folder / "violations.parquet", (table, name, agency), warnings, seal)
    if quarantined:
        _quarantine(folder / "quarantine.parquet", name, quarantined, seal)
    count = len({row for one in located for row in str(one["source_rows"]).split(",")})
    accepted_rows = (read if read is not None else count + quarantined) - quarantined
    receipt = Receipt(name, agency, table, "0" * 64, accepted_rows + quarantined, accepted_rows, quarantined)
    for _, _, rule in warnings:
        receipt.rules[rule] = receipt.rules.get(rule, 0) + 1
    mapping = Mapping(f"agencies/{agency}.toml", 1, agency, table, name)
    return Received(Extract(program.raw / name, name, mapping), folder, receipt)


def unreadable(program: Program, table: str, name: str, agency: str = "river") -> Received:
    """An extract that could not be read at all."""
    whole = extract(program, table, name, [], agency=agency)
    return replace(whole, folder=None, receipt=Receipt(name, agency, table, None, problem="empty"))


def _located(row: dict[str, str | None], place: int, name: str, agency: str | None) -> dict[str, str | None]:
    number = row.get("source_row") or str(place + 2)
    number = number.split(",")[0]
    shared = {"agency": agency, "extract": name, "source_row": number, "extract_sha256": "0" * 64}
    return {
        **shared,
        "source_rows": row.get("source_row") or number,
        **{k: v for k, v in row.items() if k != "source_row"},
    }


def _cell(cell: str | None, kind: str) -> str:
    if cell is None:
        return f"NULL::{kind}"
    if kind.endswith("[]"):
        return "[" + ", ".join(f"'{part}'" for part in cell.split(",")) + f"]::{kind}"
    return f"'{cell}'::{kind}"


def _parquet(path: Path, table: str, drawn: Sequence[dict[str, str | None]], seal: Seal) -> None:
    columns = [*TABLES[table].columns, *ORIGIN]
    unknown = {name for row in drawn for name in row} - {c.name for c in columns}
    assert not unknown, unknown
    lines = [", ".join(f'{_cell(row.get(c.name), c.duckdb_type)} AS "{c.name}"' for c in columns) for row in drawn]
    empty = ", ".join(f'NULL::{c.duckdb_type} AS "{c.name}"' for c in columns)
    _copy(" UNION ALL ".join(f"SELECT {line}" for line in lines) or f"SELECT {empty} WHERE false", path, seal)


def _violations(
    path: Path, of: tuple[str, str, str | None], warnings: Sequence[tuple[int, str, str]], seal: Seal
) -> None:
    table, name, agency = of
    who = f"'{agency}'" if agency else "NULL::VARCHAR"
    parts = [
        f"SELECT {who} AS agency, '{table}' AS \"table\", '{name}' AS \"extract\", {row}::BIGINT AS source_row,"
        f" NULL::VARCHAR AS sheet, '{column}' AS \"column\", NULL::VARCHAR AS value, '{rule}' AS rule,"
        " 'warning' AS severity, 'made up' AS message"
        for row, column, rule in warnings
    ]
    _copy(" UNION ALL ".join(parts), path, seal)


def _quarantine(path: Path, name: str, count: int, seal: Seal) -> None:
    cells = json.dumps({"Event": "made up"})
    _copy(
        f"SELECT '{name}' AS \"extract\", 900 + i AS source_row, NULL::VARCHAR AS sheet, '{cells}' AS cells,"
        f" ['unreadable'] AS rules FROM range({count}) r(i)",
        path,
        seal,
    )


def _copy(sql: str, path: Path, seal: Seal) -> None:
    with _ENGINE.cursor() if not seal.encrypted else duckdb.connect() as con:
        seal.prepare(con)
        con.execute(f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet{seal.copying})")
