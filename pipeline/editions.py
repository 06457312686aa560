"""What was published: public figures of a period, the list of editions, restating, withdrawing, and the audit."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ask import Answer, check_known
from pipeline.errors import UserError
from pipeline.facts import changed_files, shortly
from pipeline.measure.figure import Figure
from pipeline.program.load import load_program
from pipeline.program.model import Program
from pipeline.program.periods import TO_DATE, Period, day_range, month_of, months, parse_period
from pipeline.protect.calendar import Span
from pipeline.protect.entry import Entry
from pipeline.protect.ledger import Ledger, key_of, published_figures
from pipeline.protect.plan import Asked, check_public
from pipeline.protect.readers import Listed, editions, standing_edition
from pipeline.publish.manifests import read_ledger, whole_manifest
from pipeline.store.warehouse import open_warehouse

if TYPE_CHECKING:
    from pipeline.protect.audit import Audit


def public_figures(
    folder: Path, period: str | None = None, *, metrics: Sequence[str] = (), by: Sequence[str] = ()
) -> Answer:
    """The public figures of a period, as its newest edition holds them or a later one restated them. Reads the ledger
    alone.

    With `by` agency those of the agencies stand beside (they go to the last quarter's end); with month the program's
    months of the period that any edition published. UserError (exit 2) when the period has no public edition.
    """
    program = load_program(folder)
    check_known("metric", metrics, list(program.metrics), "--metric")
    check_known("way to divide public figures", by, ["agency", "month"], "--by")
    ledger = read_ledger(program)
    label = _label(program, ledger, period)
    entry = standing_edition(ledger, label)
    held = [f for f in published_figures(ledger, entry) if f.group is None and (not metrics or f.metric in metrics)]
    rows = _as_they_stand(held, ledger, entry)
    chosen = [f for f in rows if f.agency == "all" and f.period == label]
    if "agency" in by:
        chosen += [f for f in rows if f.agency != "all"]
    notices = [*_switched_off(entry.suppress_below), *_moved_on(program, entry.edition, label)]
    notices += _restated(ledger, entry, chosen)
    if "month" in by and chosen:
        asked = day_range(chosen[0].period_start, chosen[0].period_end)
        found = _months(ledger, asked, metrics)
        chosen += found
        notices += _not_published(asked, found)
    return Answer(program, tuple(chosen), tuple(rows), tuple(metrics), tuple(notices), audience="public")


def _as_they_stand(figures: Sequence[Figure], ledger: Ledger, entry: Entry) -> list[Figure]:
    """With what later editions admitted for the same days: restated values, or ones that were withheld at first."""
    later = {key: line.figure for key, line in ledger.standing().items() if line.admitted > entry.number}
    return [replace(later[key_of(f)], period=f.period) if key_of(f) in later else f for f in figures]


def _restated(ledger: Ledger, entry: Entry, chosen: Sequence[Figure]) -> list[str]:
    """Says which of the figures later editions printed anew, and why; and what waits for the next edition."""
    keys = {key_of(f) for f in chosen}
    notices = []
    for later in ledger.editions:
        if later.number <= entry.number or later.edition in ledger.withdrawn:
            continue
        titles: dict[str, dict[str, None]] = {}  # by reason, each once, in the order of the figures
        for r in published_figures(ledger, later).restated:
            if key_of(r.old) in keys:
                titles.setdefault(r.reason, {})[r.old.title] = None
        notices += [f"Restated in {later.edition} ({why}): {shortly(list(names))}" for why, names in titles.items()]
    spans = {(f.period_start, f.period_end) for f in chosen}
    return notices + [
        f"A restatement of {e.month:%Y-%m} ({e.reason}) waits for the next edition."
        for e in ledger.pending(date.max)
        if e.month and any(start <= e.month <= end for start, end in spans)
    ]


def _switched_off(suppress_below: int) -> tuple[str, ...]:
    off = "Disclosure control was switched off for this edition (suppress_below = 1): small counts are shown."
    return (off,) if suppress_below <= 1 else ()


def _moved_on(program: Program, edition: str, label: str) -> tuple[str, ...]:
    """Says so when raw/ has changed since an edition was made. One that is not in out/ cannot tell."""
    try:
        changed = changed_files(program, whole_manifest(program.out / "editions" / edition)["sources"]["raw"])
    except (UserError, OSError):
        return ()
    if not changed:
        return ()
    return (
        f"raw/ has changed since this edition was made ({shortly(changed)}); a published figure keeps its value. "
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


def _months(ledger: Ledger, asked: Period, metrics: Sequence[str]) -> list[Figure]:
    """The program's figures of the whole months inside the period, oldest month first, as editions that stand hold
    them: of each the value that was admitted last, or withheld when none was."""
    spans = {(m.start, m.end): m.label for m in months(asked) if (m.start, m.end) != (asked.start, asked.end)}
    found: dict[tuple[str, date], Figure] = {}
    for entry in ledger.editions:
        for line in () if entry.edition in ledger.withdrawn else entry.own:
            figure = line.figure
            label = spans.get((figure.period_start, figure.period_end))
            if label is None or figure.agency != "all" or figure.group is not None:
                continue
            if not metrics or figure.metric in metrics:
                key = (figure.metric, figure.period_start)
                if figure.status != "withheld" or key not in found:
                    found[key] = replace(figure, period=label)
    return sorted(found.values(), key=lambda f: f.period_start)


def _not_published(asked: Period, found: Sequence[Figure]) -> tuple[str, ...]:
    """Says which months of the period no edition holds."""
    held = {f.period_start for f in found} | {asked.start if asked.end == month_of(asked.start).end else None}
    missing = [m.label for m in months(asked) if m.start not in held]
    return (f"no edition holds {shortly(missing)}; to publish it: outcomes build {missing[0]}",) if missing else ()


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
    """Mark an edition as withdrawn, in the ledger (where it stays) and in the list of editions.

    Returns the entry's name.
    """
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
