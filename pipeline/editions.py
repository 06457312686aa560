"""What was published: public figures of a period, the list of editions, restating, withdrawing, and the audit."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ask import Answer, known
from pipeline.errors import UserError
from pipeline.facts import changed_files
from pipeline.measure.figure import Figure
from pipeline.program.load import load_program
from pipeline.program.model import Program
from pipeline.program.period import month_of
from pipeline.program.periods import TO_DATE, parse_period
from pipeline.protect.calendar import Span
from pipeline.protect.ledger import Ledger, published_figures
from pipeline.protect.plan import Asked, check_public
from pipeline.protect.readers import Listed, editions, standing_edition
from pipeline.publish.edition import MANIFEST
from pipeline.publishing import read_ledger
from pipeline.store.warehouse import open_warehouse

if TYPE_CHECKING:
    from pipeline.protect.audit import Audit


def public_figures(
    folder: Path, period: str | None = None, *, metrics: Sequence[str] = (), by: Sequence[str] = ()
) -> Answer:
    """The public figures of a period, as its newest edition holds them. Reads the ledger alone.

    With `by` agency those of the agencies stand beside (they go to the last quarter's end); with month the program's
    months of the period that any edition published. UserError (exit 2) when the period has no public edition.
    """
    program = load_program(folder)
    known("metric", metrics, list(program.metrics), "--metric")
    known("way to divide public figures", by, ["agency", "month"], "--by")
    ledger = read_ledger(program)
    label = _label(program, ledger, period)
    entry = standing_edition(ledger, label)
    rows = [f for f in published_figures(ledger, entry) if f.group is None and (not metrics or f.metric in metrics)]
    chosen = [f for f in rows if f.agency == "all" and f.period == label]
    if "agency" in by:
        chosen += [f for f in rows if f.agency != "all"]
    if "month" in by and chosen:
        chosen += _months(ledger, chosen[0].period_start, chosen[0].period_end, label, metrics)
    notices = (*_switched_off(entry.suppress_below), *_moved_on(program, entry.edition, label))
    return Answer(program, tuple(chosen), tuple(rows), tuple(metrics), notices, audience="public")


def _switched_off(suppress_below: int) -> tuple[str, ...]:
    off = "Disclosure control was switched off for this edition (suppress_below = 1): small counts are shown."
    return (off,) if suppress_below <= 1 else ()


def _moved_on(program: Program, edition: str, label: str) -> tuple[str, ...]:
    """Says so when raw/ has changed since an edition was made. One that is not in out/ cannot tell."""
    try:
        manifest = json.loads((program.out / "editions" / edition / MANIFEST).read_text(encoding="utf-8"))
        changed = changed_files(program, manifest["sources"]["raw"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    if not changed:
        return ()
    files = f"{changed[0]} and {len(changed) - 1} more" if len(changed) > 1 else changed[0]
    return (
        f"raw/ has changed since this edition was made ({files}); a published figure keeps its value. "
        f"To publish what is new: outcomes build {label}",
    )


def _label(program: Program, ledger: Ledger, text: str | None) -> str:
    """The period asked for as the ledger spells it; by default the last complete month, as in build."""
    if text is not None:
        if text.strip().lower() == TO_DATE:
            return TO_DATE
        period = parse_period(text, program.fiscal_year_starts, program.began, None)
        check_public(Asked(period.label, Span(period.start, period.end)), program.began)
        return period.label
    warehouse = open_warehouse(program)
    if warehouse is not None:
        with warehouse:
            complete = warehouse.last_complete_month()
        if complete is not None:
            return month_of(complete).label
    if not ledger.editions:
        raise UserError("nothing has been published yet", hint="To publish the last complete month: outcomes build")
    return ledger.editions[-1].period


def _months(ledger: Ledger, start: date, end: date, label: str, metrics: Sequence[str]) -> list[Figure]:
    standing = (line.figure for line in ledger.standing().values())
    months = [
        f
        for f in standing
        if f.agency == "all" and f.group is None and len(f.period) == len("2023-11") and f.period != label
        if start <= f.period_start and f.period_end <= end and (not metrics or f.metric in metrics)
    ]
    return sorted(months, key=lambda f: f.period)


@dataclass(frozen=True, slots=True)
class Shown:
    """One published edition: what the ledger says, whether it lies in out/, and why figures were withheld."""

    listed: Listed
    there: bool
    reasons: tuple[tuple[str, str, str, str], ...]


def list_editions(folder: Path) -> list[Shown]:
    """Every published edition, oldest first; of those that lie in out/ also why figures were withheld."""
    program = load_program(folder)
    found = []
    for listed in editions(read_ledger(program)):
        place = program.out / "editions" / listed.edition
        found.append(Shown(listed, place.is_dir(), _reasons(place / "withheld.csv")))
    return found


def _reasons(path: Path) -> tuple[tuple[str, str, str, str], ...]:
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple((r["metric"], r["agency"], r["period"], r["why"]) for r in csv.DictReader(file))


def restate(folder: Path, month: str, reason: str) -> str:
    """Ask the next edition to print a month's figures anew, beside the old ones. Returns the entry's name."""
    program = load_program(folder)
    wanted = parse_period(month, program.fiscal_year_starts, program.began, None)
    if wanted.kind != "month":
        raise UserError(f"`{month}` is no month", "--restate", "Write it like 2023-10.")
    return read_ledger(program).restate(wanted.start, reason).entries[-1].name


def withdraw(folder: Path, edition: str, reason: str) -> str:
    """Mark an edition as withdrawn, in the ledger (where it stays) and in the list of editions. Returns the entry's
    name."""
    from pipeline.publish.index import write_index

    program = load_program(folder)
    name = read_ledger(program).withdraw(edition, reason).entries[-1].name
    if (program.out / "editions").is_dir():
        write_index(program)
    return name


def audit(folder: Path) -> Audit:
    """What an outsider with every public edition could work out (rule 10)."""
    from pipeline.protect.audit import audit as look

    return look(read_ledger(load_program(folder)))
