"""What staff see of a proposal: columns, rows before and after, what would wait. Person-like cells are masked."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.onboard.meanings import meanings
from pipeline.onboard.opened import Opened
from pipeline.onboard.proposal import Choice, Proposal, in_order
from pipeline.onboard.sentences import sentence
from pipeline.onboard.trial import Refused, Trial
from pipeline.receive.read import DATE_MARK
from pipeline.wrap import width_of

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES = Path(__file__).resolve().parents[2] / "reports" / "templates"
MASK = "(masked)"
_KEYED = {"person": "person_key", "address": "place_key", "unit": "units"}
_WIDEST, _NARROWEST = 34, 18
#: Letters of the evidence in a line at least, and columns where there is no terminal.
_LEAST_ROOM, _UNSEEN = 24, 140
_REASONS = 8


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One heading in the table of columns."""

    heading: str
    becomes: str
    sure: str
    because: str


@dataclass(frozen=True, slots=True)
class CellLine:
    """One canonical column of a sample row."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row of the file, and what it becomes."""

    number: int
    lines: tuple[CellLine, ...]


def proposal_text(opened: Opened, proposal: Proposal) -> str:
    """What was found in the file and what is proposed."""
    lines = list(_column_lines(opened, proposal, _widest()))
    widths = (max(len(li.heading) for li in lines), max(len(li.becomes) for li in lines))
    room = max(_LEAST_ROOM, _screen() - sum(widths) - 13)
    evidence = [textwrap.wrap(li.because, room, break_on_hyphens=False) or [""] for li in lines]
    return _template("onboard.txt.j2").render(
        file=opened.path.name,
        form=_form(opened),
        rows=f"{opened.rows:,}",
        heading_row=opened.heading_row,
        sheets=[f'"{s.strip()}"' for s in proposal.sheets],
        aside=[f'"{s}"' for s, _ in opened.aside],
        table=proposal.table,
        grain={"unit": ", one row for each unit that was sent"}.get(proposal.grain, ""),
        columns=list(zip(lines, evidence, strict=True)),
        beside=" " * (sum(widths) + 12),
        meanings=meanings(proposal),
        widths=widths,
        notes=proposal.notes,
    )


def trial_text(opened: Opened, proposal: Proposal, trial: Trial, began: date) -> str:
    """Rows before and after, and what would become of all of them."""
    receipt = trial.receipt
    rows_early = f"{trial.early:,} {'row' if trial.early == 1 else 'rows'}"
    early = sentence("early_dates", rows=rows_early, began=began.isoformat()) if trial.early else ""
    samples = list(_samples(opened, proposal, trial))
    lines = [line for row in samples for line in row.lines]
    widths = (max((len(li.column) for li in lines), default=0), max((len(li.before) for li in lines), default=0))
    counts = {k: f"{getattr(receipt, k):,}" for k in ("read", "accepted", "quarantined", "duplicate", "superseded")}
    return _template("onboard_trial.txt.j2").render(
        samples=samples, widths=widths, problem=receipt.problem, waiting=list(_waiting(trial)), early=early, **counts
    )


def examples(opened: Opened, proposal: Proposal, headings: Iterable[str], most: int = 3) -> str:
    """The commonest values of headings, for a question; none of columns that tell who or where somebody is."""
    shown = []
    for column in opened.columns:
        if column.heading in set(headings) and not proposal.masked(column.heading):
            shown += [_cut(v.removeprefix(DATE_MARK), 24) for v, _ in column.counts.most_common(most)]
    return ", ".join(f'"{v}"' for v in shown[: most * 2])


@lru_cache(maxsize=4)
def _template(name: str) -> Template:
    from jinja2 import Environment

    source = (_TEMPLATES / name).read_text(encoding="utf-8")
    # plain text for a terminal: nothing is escaped, because nothing is markup
    return Environment(trim_blocks=True, lstrip_blocks=False, autoescape=False).from_string(source)  # noqa: S701


def _form(opened: Opened) -> str:
    if opened.kind == "workbook":
        return "Excel workbook"
    if opened.kind == "json":
        return "JSON"
    separators = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
    encoding = {"utf-8-sig": "UTF-8", "utf-8 or cp1252": "Windows (cp1252)"}.get(
        opened.encoding, opened.encoding.upper()
    )
    return f"text with {separators.get(opened.delimiter, repr(opened.delimiter))}, {encoding}"


# -- columns ----------------------------------------------------------------------------------------------------------


def _screen() -> int:
    """Columns of the terminal, or of what goes to a file."""
    return width_of(sys.stderr) or _UNSEEN


def _widest() -> int:
    """Letters of a heading or a cell: on a narrow terminal fewer, so that nothing is broken."""
    return min(_WIDEST, max(_NARROWEST, _screen() // 4))


def _column_lines(opened: Opened, proposal: Proposal, widest: int) -> Iterable[ColumnLine]:
    by_heading: dict[str, list[Choice]] = {}
    for choice in (*proposal.columns.values(), *proposal.unpivot.values()):
        for heading in choice.headings:
            by_heading.setdefault(heading, []).append(choice)
    doubtful = {h: c for c in proposal.doubtful for h in c.headings}
    for heading in opened.headings:
        name = heading.strip()
        shown = _cut(" ".join(name.split()) or "(no heading)", widest)
        if name in by_heading:
            choices = by_heading[name]
            sure = min(c.confidence for c in choices)
            becomes = ", ".join(dict.fromkeys(c.column for c in choices))
            yield ColumnLine(shown, becomes, f"{min(sure, 0.99):.0%}", choices[0].because)
        elif name in proposal.persons:
            yield ColumnLine(shown, "-", "", "may tell who somebody is: never shown, never stored")
        elif name in doubtful:
            choice = doubtful[name]
            yield ColumnLine(shown, f"{choice.column}?", f"{choice.confidence:.0%}", f"doubtful: {choice.because}")
        else:
            twice = sum(h.strip().casefold() == name.casefold() for h in opened.headings) > 1 and name
            why = "stands more than once, so it cannot be named" if twice else "not used" if name else "cannot be named"
            yield ColumnLine(shown, "-", "", why)


def _cut(text: str, width: int) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= width else plain[: width - 1].rstrip() + "…"


# -- rows -------------------------------------------------------------------------------------------------------------


def _samples(opened: Opened, proposal: Proposal, trial: Trial) -> Iterable[SampleRow]:
    cells = dict(opened.first)
    places = {h.strip(): n for n, h in enumerate(opened.headings)}
    for number, row in trial.rows:
        if number in cells:
            choices = in_order(proposal) + [
                Choice("minutes", c.headings, 1.0) for c in proposal.unpivot.values() if row.get("category") == c.column
            ]
            lines = [_cell_line(c, cells[number], places, row, proposal) for c in choices]
            yield SampleRow(number, tuple(lines))


def _cell_line(
    choice: Choice, cells: tuple[str | None, ...], places: dict[str, int], row: dict[str, Any], proposal: Proposal
) -> CellLine:
    private = choice.column in ("person", "address") or any(proposal.masked(h) for h in choice.headings)
    before = " ".join((cells[places[h]] or "").removeprefix(DATE_MARK).strip() for h in choice.headings)
    column = _KEYED.get(choice.column, choice.column)
    if private:
        return CellLine(column, MASK if before.strip() else "", "a keyed hash" if row.get(column) else "(nothing)")
    if choice.column == "referrals":  # they become rows of a table of their own
        return CellLine(column, _cut(before, _widest()), "rows of referrals" if before.strip() else "(nothing)")
    room = max(_NARROWEST, min(60, _screen() - _widest() - 24))
    return CellLine(column, _cut(before, _widest()), _cut(_said(row.get(column)), room))


def _said(value: Any) -> str:
    if value is None:
        return "(nothing)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _waiting(trial: Trial) -> Iterable[str]:
    """Errors by rule and column with how many rows each, the commonest first, and an example."""
    rows: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], Refused] = {}
    for refused in trial.refused:
        if refused.severity == "error":
            rows[(refused.rule, refused.column)] += refused.rows
            example.setdefault((refused.rule, refused.column), refused)
    for key, count in rows.most_common(_REASONS):
        yield f"{count:,} {'row' if count == 1 else 'rows'}: {_cut(example[key].message, 200)}"
