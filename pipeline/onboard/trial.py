"""Trying a proposed mapping on the whole file, through the ordinary receive code, in a folder that goes away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.onboard.opened import Opened
from pipeline.onboard.proposal import Proposal
from pipeline.onboard.toml_text import extract_text
from pipeline.program.mappings import read_mappings
from pipeline.program.mistakes import Mistakes
from pipeline.program.model import Agency, Mapping, Privacy, Program
from pipeline.program.toml import parse_declared
from pipeline.receive.product import Extract, Receipt, Received
from pipeline.receive.read import Unreadable
from pipeline.receive.run import receive
from schemas import TABLES

if TYPE_CHECKING:
    import duckdb

#: Person keys of a trial are thrown away with it; a program's own key is not touched for it.
_KEY = b"a key for trials, whose results are thrown away"
_ROWS = 3


@dataclass(frozen=True, slots=True)
class Refused:
    """Cells that broke a rule: the rule, the column, the heading's rows, and a value as it stood (None for persons)."""

    rule: str
    severity: str
    column: str
    value: str | None
    message: str
    rows: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What would become of every row, and the first accepted rows as canonical values by source row.

    `early` counts accepted rows from before the program began.
    """

    receipt: Receipt
    refused: tuple[Refused, ...]
    rows: tuple[tuple[int, dict[str, Any]], ...]
    early: int = 0


def mapping_of(proposal: Proposal, opened: Opened, agencies: tuple[Agency, ...]) -> Mapping:
    """The proposal as our own loader reads it; DeclarationError when it does not (a fault of ours)."""
    mistakes = Mistakes()
    name = f"agencies/{proposal.agency}.toml"
    declared = parse_declared(name, extract_text(proposal, opened).encode(), mistakes)
    mappings = read_mappings(declared, agencies, mistakes) if declared else []
    mistakes.stop()
    return mappings[0]


def try_mapping(opened: Opened, proposal: Proposal, program: Program) -> Trial:
    """Every row of the file through the mapping. The program folder is not touched."""
    mapping = mapping_of(proposal, opened, program.agencies)
    with tempfile.TemporaryDirectory(prefix="outcomes-onboard-", ignore_cleanup_errors=True) as place:
        trial = replace(program, folder=Path(place), privacy=Privacy(), mappings=(mapping,), corrections=())
        received = _received(opened, Extract(opened.path, opened.path.name, mapping), trial)
        if received.folder is None:
            return Trial(received.receipt, (), ())
        with _connected() as con:
            early = _early(con, received, proposal.table, program)
            return Trial(received.receipt, _refused(con, received), _first_rows(con, received), early)


def _received(opened: Opened, extract: Extract, trial: Program) -> Received:
    """As `check` would receive it; rows that are in memory already are not read from the file again."""
    if opened.source is None:
        return receive(extract, trial, _KEY)
    from pipeline.receive.begin import work

    try:
        return Received(extract, trial.folder, work(extract, opened.source, opened.facts, trial, _KEY, trial.folder))
    except Unreadable as problem:
        agency, table = extract.mapping.agency, extract.mapping.table
        return Received(extract, None, Receipt(extract.name, agency, table, opened.facts.sha256, problem=str(problem)))


@contextmanager
def _connected() -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        yield con


def _refused(con: duckdb.DuckDBPyConnection, received: Received) -> tuple[Refused, ...]:
    path = str((received.folder or Path()) / "violations.parquet")
    found = con.execute(
        'SELECT rule, severity, "column", value, any_value(message), count(*) FROM read_parquet($1) '
        "GROUP BY ALL ORDER BY count(*) DESC, rule, value LIMIT 2000",
        [path],
    ).fetchall()
    return tuple(Refused(*row) for row in found)


def _early(con: duckdb.DuckDBPyConnection, received: Received, table: str, program: Program) -> int:
    time = TABLES[table].time
    if time is None:
        return 0
    path = str((received.folder or Path()) / "accepted.parquet")
    sql = f'SELECT sum(len(source_rows)) FROM read_parquet($1) WHERE "{time}" < $2'
    found = con.execute(sql, [path, program.began]).fetchone()
    return int(found[0] or 0) if found else 0


def _first_rows(con: duckdb.DuckDBPyConnection, received: Received) -> tuple[tuple[int, dict[str, Any]], ...]:
    path = str((received.folder or Path()) / "accepted.parquet")
    cursor = con.execute("SELECT * FROM read_parquet($1) ORDER BY source_row LIMIT $2", [path, _ROWS])
    names = [d[0] for d in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return tuple((int(row["source_row"]), row) for row in rows)
