"""The work on one extract begins: DuckDB reads it already while the libraries that judge it are loaded."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.program.seal import seal_of
from pipeline.receive.corrections import corrections_of
from pipeline.receive.lookups import sample_of
from pipeline.receive.memory import keep_freed
from pipeline.receive.project import Projection, compile_mapping
from pipeline.receive.stream import IrregularText, Rows, connect
from schemas import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.program.model import Correction, Program
    from pipeline.program.seal import Seal
    from pipeline.receive.product import Extract, Receipt
    from pipeline.receive.read import Fingerprint, Source


@dataclass(frozen=True, slots=True)
class Begun:
    """An extract whose rows are on their way. `place` is the folder that its files go to."""

    extract: Extract
    facts: Fingerprint
    program: Program
    secret: bytes
    place: Path
    seal: Seal
    rows: Rows
    projection: Projection
    corrections: tuple[Correction, ...]


def work(extract: Extract, source: Source, facts: Fingerprint, program: Program, secret: bytes, place: Path) -> Receipt:
    """Writes accepted, quarantine and violations (and referrals) to the folder `place`, and gives the receipt."""
    keep_freed()
    seal = seal_of(program, secret)
    con = connect(place / "spill", seal)
    try:
        for exact in (extract.mapping.unpivot is not None, True):
            rows = Rows(source, con, exact=exact)
            corrections = corrections_of(program, extract)
            projection = _projection(extract, rows, facts, program, corrections)
            rows.begin(projection)
            try:
                from pipeline.receive.work import Work  # takes longer to load than a small extract to read

                attempt = Work(Begun(extract, facts, program, secret, place, seal, rows, projection, corrections))
                return attempt.run()
            except IrregularText:
                attempt.discard()
            finally:
                rows.close()
        raise AssertionError("the exact reader was found irregular")
    finally:
        con.close()
        shutil.rmtree(place / "spill", ignore_errors=True)


def _projection(
    extract: Extract, rows: Rows, facts: Fingerprint, program: Program, corrections: tuple[Correction, ...]
) -> Projection:
    return compile_mapping(
        extract.mapping,
        rows.source.headings,
        TABLES[extract.mapping.table],
        program,
        corrections,
        typed=rows.source.typed,
        counted=rows.counted,
        plain=facts.plain and not rows.counted,
        sample=[] if rows.counted or corrections else sample_of(rows.source),
    )
