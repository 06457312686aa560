"""Excel workbooks, through python-calamine; what it cannot tell (broken cells) is found in the XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.program.model import Mapping
from pipeline.receive.read.batches import in_batches
from pipeline.receive.read.headings import LOOK_AT, HeadingRow, best_row, check_headings, heading_key, one_name_for_each
from pipeline.receive.read.source import BROKEN_MARK, DATE_MARK, MissingHeadings, Source, Unreadable
from pipeline.receive.read.workbook_file import Workbook
from pipeline.receive.read.workbook_head import CutShort

if TYPE_CHECKING:
    import pyarrow as pa


def open_workbook(path: Path, mapping: Mapping, opened: Workbook | None = None) -> Source:
    """The extract: the sheets that the mapping names, or the first visible one. Unreadable when it cannot be one.

    `opened` is the workbook when somebody has looked at it already: to load a large sheet takes long.
    """
    workbook = opened or Workbook(path)
    rows = [_sheet_headings(workbook, name, mapping) for name in workbook.choose(mapping.sheets)]
    for row in rows:
        _check(row, mapping, workbook)
    return WorkbookSource(workbook, _with_one_name(rows, mapping))


def workbook_headings(path: Path, mapping: Mapping) -> list[HeadingRow]:
    """The heading row of each sheet that the mapping reads. Of large sheets the first rows are read, if these do."""
    workbook = Workbook(path, begun=True)
    try:
        return [_sheet_headings(workbook, name, mapping) for name in workbook.choose(mapping.sheets)]
    except CutShort:
        workbook = Workbook(path)
        return [_sheet_headings(workbook, name, mapping) for name in workbook.choose(mapping.sheets)]


def _with_one_name(rows: Sequence[HeadingRow], mapping: Mapping) -> list[HeadingRow]:
    """The heading rows of sheets that name one column in several ways, in one way."""
    renamed = one_name_for_each(mapping, [row.headings for row in rows])
    return [
        replace(row, headings=tuple(names.get(heading_key(h), h) for h in row.headings))
        for row, names in zip(rows, renamed, strict=True)
    ]


class WorkbookSource(Source):
    """One workbook. Its sheets are read one after another; each has a heading row of its own."""

    typed = True

    def __init__(self, workbook: Workbook, rows: Sequence[HeadingRow]) -> None:
        super().__init__()
        self._workbook = workbook
        self._rows = rows
        self.heading_row = rows[0].number
        self.headings = _all_headings([r.headings for r in rows])

    def batches(self, size: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Every row of every sheet; `sheet` is set when there are several."""
        for row in self._rows:
            sheet = row.sheet if len(self._rows) > 1 else None
            yield from in_batches(self._cells(row), len(self.headings), size, sheet)

    def _cells(self, row: HeadingRow) -> Iterator[tuple[int, list[str]]]:
        """(row number, cells in the order of `headings`) of each row below the heading row that is not blank."""
        places = _places(row.headings, self.headings)
        straight = places == list(range(len(self.headings)))
        for number, cells in self._workbook.rows(row.sheet or ""):
            if number <= row.number or not any(map(str.strip, cells)):
                continue
            if straight:
                yield number, cells[: len(places)]
            else:
                yield number, ["" if place is None else cells[place] for place in places]


def _sheet_headings(workbook: Workbook, sheet: str, mapping: Mapping) -> HeadingRow:
    rows: list[tuple[int, list[str]]] = []
    for number, cells in workbook.rows(sheet):
        if number == mapping.header_row:
            rows = [(number, cells)]
            break
        if mapping.header_row is None and any(map(str.strip, cells)):
            rows.append((number, cells))
            if len(rows) >= LOOK_AT:
                break
    found = best_row(rows, mapping)
    if mapping.header_row is not None and (not found or found[0] != mapping.header_row or not any(found[1])):
        raise Unreadable(
            f'Row {mapping.header_row} of the sheet "{sheet}", which the mapping declares as the heading row '
            "(`header_row`), is blank or not there."
        )
    if found is None:
        raise Unreadable(f'The sheet "{sheet}" is empty. {workbook.others(sheet)}'.rstrip())
    cells = [c.removeprefix(BROKEN_MARK).removeprefix(DATE_MARK) for c in found[1]]
    while cells and not cells[-1].strip():
        cells.pop()
    return HeadingRow(tuple(cells), found[0], sheet)


def _check(row: HeadingRow, mapping: Mapping, workbook: Workbook) -> None:
    try:
        check_headings(row, mapping)
    except Unreadable as problem:
        others = workbook.others(row.sheet or "") if not mapping.sheets else ""
        text = f"{problem} {others}".rstrip()
        if isinstance(problem, MissingHeadings):
            raise MissingHeadings(text, problem.missing) from None
        raise Unreadable(text) from None


def _all_headings(each: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The headings of all sheets, each once as often as one sheet has it, in the order in which they come."""
    headings = list(each[0])
    for other in each[1:]:
        headings += [other[n] for n in _unmatched(other, headings)]
    return tuple(headings)


def _unmatched(headings: Sequence[str], known: Sequence[str]) -> list[int]:
    """The places of headings that `known` lacks, or has less often."""
    left = [heading_key(k) for k in known]
    found: list[int] = []
    for place, heading in enumerate(headings):
        if heading_key(heading) in left:
            left.remove(heading_key(heading))
        else:
            found.append(place)
    return found


def _places(own: Sequence[str], headings: Sequence[str]) -> list[int | None]:
    """For each of `headings` its place among a sheet's own headings, None when the sheet lacks it."""
    left: list[Any] = [heading_key(h) for h in own]
    places: list[int | None] = []
    for heading in headings:
        key = heading_key(heading)
        place = left.index(key) if key in left else None
        if place is not None:
            left[place] = None
        places.append(place)
    return places
