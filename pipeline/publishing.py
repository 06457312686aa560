"""Publishing: an edition for the public passes disclosure control, and its entry joins the ledger before it appears."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from pipeline import durable
from pipeline.errors import UserError
from pipeline.measure.figure import Figure
from pipeline.measure.figures import measure
from pipeline.program.key import read_key
from pipeline.program.model import Program
from pipeline.program.period import TO_DATE, Period, PeriodKind, day_range, fiscal_year_of, month_of
from pipeline.protect.calendar import Span
from pipeline.protect.counts import Fingerprints, WarehouseCounts
from pipeline.protect.edition import Protected, protect
from pipeline.protect.entry import Entry, sha256
from pipeline.protect.ledger import Ledger
from pipeline.protect.plan import Asked, check_public
from pipeline.publish import numbers
from pipeline.publish.edition import Edition, write_edition
from pipeline.publish.identity import edition_id, edition_name
from pipeline.publish.inputs import EditionInputs, Moved, Previous
from pipeline.publish.labels import HEADLINE
from pipeline.publish.manifests import PUBLIC, read_ledger
from pipeline.store.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Step:
    """Where an edition stands in the ledger: the entries before it, and whether it is among them already."""

    ledger: Ledger
    before: Ledger
    listed: bool


def publish(
    program: Program,
    warehouse: Warehouse,
    inputs: EditionInputs,
    say: Callable[[str], object] | None = None,
    workers: int = 1,
) -> Edition:
    """The edition of these inputs for the public: made, made again from its own entry, or found as it is.

    UserError: exit 2 for a period that is not public, exit 4 when the ledger or disclosure control does not hold; then
    nothing is published.
    """
    check_public(_asked(inputs), program.began)
    with _alone(program, say):
        step = find_step(program, inputs.period, digest_of(inputs))
        notice = () if step.listed else _reached(inputs.period, warehouse.last_day())
        if say is not None:
            say("what may be published")
        passed, inputs = pass_control(program, warehouse, inputs, step.before)

        def list_it() -> None:
            if not step.listed:
                step.ledger.append(passed.entry)

        edition = write_edition(inputs, say, before_it_appears=list_it, workers=workers)
    return replace(edition, notices=(*edition.notices, *notice))


def _reached(period: Period, last: date | None) -> tuple[str, ...]:
    """A notice when the data end within the period. UserError (exit 2) when they end before it begins.

    What is published stands: zeros of a month that was asked for by a slip could never be taken back.
    """
    if last is None or last >= period.end:
        return ()
    if last < period.start:
        raise UserError(
            f"the data end on {last}, before {period.label} begins, and what is published can never be taken back",
            "PERIOD",
            "Put the extracts of that time into raw/ first, or build with --audience staff.",
        )
    return (
        f"The data end on {last}, and {period.label} on {period.end}: what is published now stays as printed. "
        "Later rows reach the public in later editions, or by `outcomes editions --restate`.",
    )


def pass_control(
    program: Program, warehouse: Warehouse, inputs: EditionInputs, before: Ledger
) -> tuple[Protected, EditionInputs]:
    """What disclosure control lets pass, given the entries before; and the inputs completed with it."""
    digest = digest_of(inputs)
    inputs = replace(inputs, audience=PUBLIC, sources=replace(inputs.sources, ledger=_checksums(before)))
    passed = protect(
        program,
        WarehouseCounts(warehouse.connection, program),
        before,
        asked=_asked(inputs),
        edition=edition_name(inputs),
        inputs=digest,
        fingerprints=month_fingerprints(warehouse),
        key=read_key(program),
    )
    entry = sha256(passed.entry.to_bytes())
    previous = what_moved(program, warehouse, before, passed.entry)
    return passed, replace(inputs, public=passed.figures, withheld=_withheld(passed), entry=entry, previous=previous)


def what_moved(program: Program, warehouse: Warehouse, before: Ledger, entry_now: Entry) -> Previous | None:
    """Headline figures of the last edition whose rows give another number now; None when nothing was published yet."""
    if not before.editions:
        return None
    entry = before.editions[-1]
    printed = [
        line.figure
        for line in entry.lines
        if line.figure.agency == "all" and line.figure.group is None and line.figure.status == "published"
    ]
    printed = [f for f in printed if f.metric in HEADLINE]
    periods = {(f.period, f.period_start, f.period_end): _period(program, f) for f in printed}
    now = measure(warehouse.connection, program, list(periods.values()), agencies=False, metrics=HEADLINE)
    found = {(f.metric, f.period_start, f.period_end): f for f in now}
    moved = []
    for figure in printed:
        again = found[figure.metric, figure.period_start, figure.period_end]
        if (again.numerator, again.denominator) != (figure.numerator, figure.denominator):
            period = periods[figure.period, figure.period_start, figure.period_end]
            before_text, now_text = numbers.value_text(figure), numbers.value_text(again)
            why = "rows came late, were corrected or withdrawn"
            moved.append(Moved(figure.metric, "all", period, before_text, now_text, why))
    then, today = ({d.id: d for d, _ in e.metrics} for e in (entry, entry_now))
    changed = tuple(program.metrics[m].title for m in today if m in then and then[m] != today[m])
    return Previous(entry.edition, tuple(moved), changed)


def _period(program: Program, figure: Figure) -> Period:
    """The days of a published figure as a period with its spelling."""
    days = day_range(figure.period_start, figure.period_end)
    kinds: dict[str, PeriodKind] = {TO_DATE: "to_date"}
    kind = kinds.get(figure.period, "fiscal_year" if figure.period.startswith("FY") else days.kind)
    whole = month_of(days.start)
    if (whole.start, whole.end) == (days.start, days.end):
        return whole
    end = fiscal_year_of(days.end, program.fiscal_year_starts).end if kind == "fiscal_year" else days.end
    return Period(days.start, days.end, figure.period, kind, end)


def digest_of(inputs: EditionInputs) -> str:
    """A digest of everything that goes into a public edition, except the ledger."""
    return edition_id(replace(inputs, audience=PUBLIC, sources=replace(inputs.sources, ledger={})))


def _asked(inputs: EditionInputs) -> Asked:
    return Asked(inputs.period.label, Span(inputs.period.start, inputs.period.end))


def find_step(program: Program, period: Period, digest: str) -> Step:
    """The ledger, and the place in it of an edition with these inputs: its old one, or the end.

    A restatement that no edition has printed yet asks for a new edition, whatever the inputs.
    """
    ledger = read_ledger(program)
    entry = None if ledger.pending(period.end) else ledger.find(period.label, digest)
    if entry is None:
        return Step(ledger, ledger, listed=False)
    return Step(ledger, ledger.before(entry.number), listed=True)


def keep_for_staff(
    program: Program, inputs: EditionInputs, say: Callable[[str], object] | None = None, workers: int = 1
) -> Edition:
    """The edition of these inputs for staff alone, nothing published; a second build at the same time waits for it."""
    with _alone(program, say):
        return write_edition(inputs, say, workers=workers)


def month_fingerprints(warehouse: Warehouse) -> Fingerprints:
    """A digest of the rows behind protected counts, for each agency and month."""
    rows = warehouse.connection.execute("SELECT agency, month, digest FROM protected_months").fetchall()
    found: dict[tuple[str, date], str] = {(agency, month): digest for agency, month, digest in rows}
    return found


def _withheld(passed: Protected) -> tuple[tuple[str, str, str, str], ...]:
    """For staff alone: metric, agency, period and why it was withheld."""
    return tuple((*where, why) for where, why in passed.reasons.items())


def _checksums(ledger: Ledger) -> dict[str, str]:
    return {e.name: c for e, c in zip(ledger.entries, ledger.checksums, strict=True)}


@contextmanager
def _alone(program: Program, say: Callable[[str], object] | None) -> Iterator[None]:
    """One edition is published at a time, over processes: the gate must know of all editions before."""

    def waiting() -> None:
        if say is not None:
            say("later: another build is at work")

    durable.private_folder(program.out)
    with durable.alone(program.out / ".publishing.lock", waiting):
        yield
