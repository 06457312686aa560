"""Questions to the last good warehouse: figures for any period, and where one comes from. They change no edition."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import duckdb

from pipeline import durable
from pipeline.errors import UserError
from pipeline.facts import changed_since, choose_period, shortly
from pipeline.measure.figure import Figure, Figures
from pipeline.program.key import key_path, read_key
from pipeline.program.load import load_program
from pipeline.program.model import Program
from pipeline.program.paths import within
from pipeline.program.periods import Period, check_period, day_range, month_pieces
from pipeline.progress import SILENT, Progress
from pipeline.publish.labels import HEADLINE, PEOPLE_MET
from pipeline.store.warehouse import Warehouse, open_warehouse

if TYPE_CHECKING:
    from pipeline.measure.explain import Explanation

#: How often a question is asked while builds change the warehouse.
TRIES = 3
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answer:
    """Figures that were asked for, and how to print them."""

    program: Program
    figures: tuple[Figure, ...]
    beside: tuple[Figure, ...]
    only: tuple[str, ...]
    notices: tuple[str, ...]
    audience: str = "staff"

    def render(self, form: str, output: Path | None) -> str:
        """Text of the answer, which also goes to `output` when that is given. xlsx goes to a file alone."""
        from pipeline.publish import tables

        if form == "xlsx":
            if output is None:
                raise UserError("a workbook goes to a file", "--format xlsx", "Name one: --output figures.xlsx")
            book = io.BytesIO()
            tables.write_xlsx(self.figures, book, self.program.metrics, self.program.name)
            with durable.answer(_writable(output, self.program)) as file:
                file.write_bytes(book.getvalue())
            return ""
        text = self._text(form)
        if output is not None:
            with durable.answer(_writable(output, self.program)) as file:
                file.write_text(text, encoding="utf-8", newline="\n")
        return text

    def _text(self, form: str) -> str:
        from pipeline.publish import tables, text

        if form == "csv":
            return tables.csv_text(self.figures)
        if form == "json":
            return tables.json_text(self.figures)
        entries = text.entries(self.program, self.figures, self.only, self.beside)
        write = text.figures_markdown if form == "markdown" else text.figures_text
        return write(self.program, entries, audience=self.audience)


@dataclass(frozen=True, slots=True)
class Explained:
    """What `explain` says."""

    text: str
    notices: tuple[str, ...]


def figures(
    folder: Path,
    period: str | None = None,
    *,
    metrics: Sequence[str] = (),
    by: Sequence[str] = (),
    headline: bool = False,
    progress: Progress = SILENT,
) -> Answer:
    """Figures of one period for staff. `by` may hold `agency`, `month` and names of breakdowns such as `gender`.

    With `headline` only the headline metrics are measured when no metrics are named: text shows no others.
    """
    from pipeline.measure.figures import measure
    from pipeline.measure.relations import BREAKDOWNS

    program = load_program(folder)
    check_known("metric", metrics, list(program.metrics), "--metric")
    check_known("way to divide figures", by, ["agency", "month", *BREAKDOWNS], "--by")
    check_period(period, program.fiscal_year_starts, program.began)
    wanted = list(metrics) or (_headline(program) if headline else None)

    def measured(warehouse: Warehouse) -> tuple[Figures, Figures]:
        chosen, con = choose_period(program, warehouse, period), warehouse.connection
        asked = measure(
            con,
            program,
            [chosen, *(_months(chosen) if "month" in by else ())],
            agencies="agency" in by,
            groups=[b for b in by if b in BREAKDOWNS],
            metrics=wanted,
        )
        return asked, measure(con, program, [chosen], agencies=False, metrics=_people_met(program, metrics))

    (asked, beside), notices = _answer(program, progress, measured)
    return Answer(program, asked.rows, beside.rows, tuple(metrics), notices)


def explain(
    folder: Path,
    metric: str,
    period: str | None = None,
    *,
    agency: str = "all",
    rows: Path | None = None,
    progress: Progress = SILENT,
) -> Explained:
    """Where a figure comes from, as text; with `rows`, the rows that were counted go to that CSV file."""
    from pipeline.measure import explain as evidence
    from pipeline.publish.explained import explained_text

    program = load_program(folder)
    check_known("metric", [metric], list(program.metrics), "METRIC")
    check_known("agency", [agency], ["all", *(a.id for a in program.agencies)], "--agency")
    check_period(period, program.fiscal_year_starts, program.began)

    def found(warehouse: Warehouse) -> Explanation:
        chosen, con = choose_period(program, warehouse, period), warehouse.connection
        explanation = evidence.explain(con, program, metric, chosen, agency)
        if rows is not None:
            heading = evidence.row_columns(program, metric, chosen)
            _write_rows(rows, program, heading, evidence.rows(con, program, metric, chosen, agency))
        return explanation

    explanation, notices = _answer(program, progress, found)
    return Explained(explained_text(program, explanation, rows), notices)


def dictionary(folder: Path, output: Path) -> list[Path]:
    """Write the data dictionary; of the shipped metrics alone when the folder holds no program."""
    from pipeline.publish.dictionary import write_dictionary

    if output.exists() and not output.is_dir():
        raise UserError("the dictionary is several files, and this is one", str(output), "Name a folder.")
    program = load_program(folder) if (folder / "program.toml").exists() else None
    if program is not None:
        _check_place(output, program)
    return list(write_dictionary(program, output))


def _answer(
    program: Program, progress: Progress, question: Callable[[Warehouse], Found]
) -> tuple[Found, tuple[str, ...]]:
    """What the last good warehouse says, and what has changed since.

    A build may put another in its place meanwhile, and remove products that this one reads in place: then the question
    goes to the new one.
    """
    for left in reversed(range(TRIES)):
        warehouse, notices = _warehouse(program, progress)
        with warehouse:
            made_of = warehouse.metadata()
            try:
                return question(warehouse), notices
            except duckdb.IOException as error:
                failed = error
        if not left or not _replaced(program, made_of):
            raise failed
    raise AssertionError("the last try answers or raises")


def _replaced(program: Program, made_of: dict[str, str]) -> bool:
    """Whether another warehouse stands there now."""
    standing = open_warehouse(program)
    if standing is None:
        return True
    with standing:
        return standing.metadata() != made_of


def _warehouse(program: Program, progress: Progress) -> tuple[Warehouse, tuple[str, ...]]:
    """The last good warehouse, or a new one when there is none; and what has changed in raw/ since."""
    warehouse = open_warehouse(program)
    if warehouse is None:
        from pipeline.build import refresh
        from pipeline.turns import turn

        with turn(program, progress) as cleared:
            warehouse, found = refresh(program, progress=progress)
        return warehouse, (*cleared, *found.notices)
    changed = changed_since(program, warehouse, read_key(program))
    if not changed:
        return warehouse, ()
    what = f"raw/ or its mappings have changed since the last build ({shortly(changed)})"
    return warehouse, (f"{what}; to count them: outcomes build",)


def _months(period: Period) -> list[Period]:
    """The months of a period; where it holds a part of one only, those days."""
    return [p for p in month_pieces(day_range(period.start, period.end)) if p.label != period.label]


def _headline(program: Program) -> list[str]:
    """The headline metrics, and people met, which counts of people are out of."""
    return [m for m in (*HEADLINE, PEOPLE_MET) if m in program.metrics]


def _people_met(program: Program, metrics: Sequence[str]) -> list[str]:
    """People met stands beside counts of people, which are out of it."""
    return [PEOPLE_MET] if PEOPLE_MET in program.metrics and metrics and PEOPLE_MET not in metrics else []


def check_known(what: str, asked: Sequence[str], valid: Sequence[str], where: str) -> None:
    """UserError for the first name asked for that there is not, with the nearest valid one."""
    from pipeline.program.mistakes import suggest

    for name in asked:
        if name not in valid:
            raise UserError(f"there is no {what} `{name}`", where, suggest(name, valid, many=60))


def _write_rows(path: Path, program: Program, heading: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    from pipeline.publish.tables import safe

    with durable.answer(_writable(path, program)) as place, place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        for row in rows:
            cells = (row[h] for h in heading)
            writer.writerow("" if c is None else safe(c) if isinstance(c, str) else c for c in cells)


def _check_place(path: Path, program: Program) -> None:
    """UserError when an answer would lie among what a build needs or has made, or take the place of the key.

    Beside them in out/ there is room for it, until out/ is deleted.
    """
    made = (program.out / name for name in ("editions", "extracts", "letters", "warehouse.duckdb"))
    for kept in (program.raw, program.published, *made, key_path(program)):
        if within(path, kept):
            what = f"an answer is never written to {kept.name}{'/' if kept.is_dir() else ''}"
            raise UserError(what, str(path), "Name another place.")


def _writable(path: Path, program: Program) -> Path:
    """The path of a file that is to be written. UserError when it cannot be, or may not."""
    _check_place(path, program)
    if not path.parent.is_dir():
        raise UserError("this folder is not there", str(path.parent), "Make it first, or name another file.")
    if path.is_dir():
        raise UserError("this is a folder", str(path), "Name a file.")
    return path
