"""The recipe: an extract becomes canonical rows, rows become figures, figures become documents. Start reading here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline import facts
from pipeline.checking import attention
from pipeline.errors import Exit
from pipeline.letters import last_month, letter_facts
from pipeline.measure.figures import measure
from pipeline.measure.relations import BREAKDOWNS
from pipeline.measure.xmr import all_series
from pipeline.program.key import read_key
from pipeline.program.load import load_program
from pipeline.program.model import Program
from pipeline.program.periods import (
    TO_DATE,
    Period,
    check_period,
    day_range,
    edition_periods,
    months,
    parse_period,
)
from pipeline.progress import SILENT, Progress
from pipeline.publish.inputs import EditionInputs
from pipeline.receive.product import Found, Receipt
from pipeline.store.load import load
from pipeline.store.resolve import doubted_after, resolve
from pipeline.store.warehouse import Warehouse
from pipeline.turns import turn

#: Trends go back so far at most: more points than this cannot be told apart on paper.
TREND_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Built:
    """A finished edition, and what the user should know about what went in."""

    edition: Path
    files: tuple[Path, ...]
    receipts: tuple[Receipt, ...]
    notices: tuple[str, ...]
    exit: Exit


def build(
    folder: Path,
    period: str | None = None,
    *,
    public: bool = True,
    workers: int = 1,
    scheduler: str | None = None,
    strict: bool = False,
    renderers: int = 1,
    progress: Progress = SILENT,
) -> Built:
    """Everything, in order: read, validate, load, link, measure, control disclosure, render. Returns the edition.

    `period` defaults to the last complete month in the data. Without `public` nothing is published. UserError when a
    declaration or the period is wrong (exit 2), or when disclosure control does not hold (exit 4). `workers` processes
    read extracts, or those of the Dask cluster at `scheduler`; `renderers` processes make documents. With one of each
    all is done in this process, so that a script may call this without a guard.
    """
    from pipeline.publishing import keep_for_staff, publish

    program = load_program(folder)
    check_period(period, program.fiscal_year_starts, program.began)

    def say(step: str) -> None:
        progress.stage(f"Writing {step}")

    with turn(program, progress) as cleared:
        warehouse, found = refresh(program, period, workers=workers, scheduler=scheduler, progress=progress)
        with warehouse:
            chosen = facts.choose_period(program, warehouse, period)
            progress.stage(f"Measuring {chosen.label}")
            inputs = edition_inputs(program, warehouse, chosen)
            if public:
                edition = publish(program, warehouse, inputs, say, renderers)
            else:
                edition = keep_for_staff(program, inputs, say, renderers)
    notices = (*cleared, *found.notices, *edition.notices)
    return Built(edition.folder, edition.files, inputs.receipts, notices, attention(inputs.receipts, strict))


def refresh(
    program: Program,
    period: str | None = None,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Progress = SILENT,
) -> tuple[Warehouse, Found]:
    """Bring the warehouse up to date with raw/ and the declarations, and open it. Call it in a `turn`."""
    from pipeline.receive.find import find_extracts
    from pipeline.receive.folder import remove_unused
    from pipeline.receive.workers import receive_all

    progress.stage("Looking at raw/")
    found = find_extracts(program)
    received = receive_all(program, found, workers, progress, scheduler)
    progress.stage("Loading the warehouse")

    with resolve(program, received, until=_doubted(program, period), problems=found.problems) as resolution:
        warehouse = load(program, resolution, waiting=lambda: progress.stage("Waiting for another build"))
        complete = warehouse.last_complete_month() if period is None else None
        if complete is not None:
            # the same rows must give the same edition on any day, so dates are doubted by its period and not by today
            warehouse.close()
            resolution.doubt_after(doubted_after(complete))
            warehouse = load(program, resolution)
    remove_unused(program, received)
    return warehouse, found


def demo(
    folder: Path,
    *,
    force: bool = False,
    workers: int = 1,
    scheduler: str | None = None,
    renderers: int = 1,
    progress: Progress = SILENT,
) -> Built:
    """The sample program, and the report of its whole published period's last month."""
    from pipeline.sample import make_demo

    progress.stage("Making the sample program (its data is made up)")
    make_demo(folder, force=force)
    return build(folder, workers=workers, scheduler=scheduler, renderers=renderers, progress=progress)


def edition_inputs(program: Program, warehouse: Warehouse, period: Period) -> EditionInputs:
    """Everything that one edition of this period is made from."""
    connection = warehouse.connection
    periods = edition_periods(period, program.fiscal_year_starts, program.began)
    receipts = warehouse.receipts()
    return EditionInputs(
        program=program,
        period=period,
        comparisons=periods[1:],
        figures=measure(connection, program, periods, groups=BREAKDOWNS),
        series=tuple(all_series(connection, program, None, trend_months(program, period)).values()),
        receipts=receipts,
        violations=facts.violation_counts(warehouse),
        sources=facts.sources(program, receipts, read_key(program)),
        candidates=facts.candidates(warehouse, period),
        rows=facts.month_rows(warehouse),
        letters=lambda agency: letter_facts(warehouse, program, agency, last_month(period.end)),
    )


def trend_months(program: Program, period: Period) -> list[Period]:
    """The whole months from the program's beginning (or that of an earlier period) to the end of the period."""
    return list(months(day_range(min(program.began, period.start), period.end)))[-TREND_MONTHS:]


def _doubted(program: Program, period: str | None) -> date:
    """The day after which received_at is doubted. To date ends with the data, so it asks for no day."""
    if period is None or period.strip().lower() == TO_DATE:
        return doubted_after()
    return doubted_after(parse_period(period, program.fiscal_year_starts, program.began, None).end)
