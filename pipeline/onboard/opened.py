"""An unknown extract, opened: where its table stands in it, and a sample of its rows from the whole file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from pipeline.onboard.headings import heading_row, known_headings, looks_like_data
from pipeline.onboard.remembered import Remembered
from pipeline.onboard.sampled import sample_of
from pipeline.program.model import Mapping
from pipeline.receive.read import Unreadable, fingerprint, open_source
from pipeline.receive.read.headings import heading_key
from pipeline.receive.read.kinds import check_file, kind_of
from pipeline.recognize import Profile
from pipeline.recognize.words import known_heading

if TYPE_CHECKING:
    from pipeline.receive.read import Fingerprint, Source
    from pipeline.receive.read.workbook_file import Workbook

_LOOK_AT = 50
#: In the order of preference when nothing else decides; a cell of nothing but these is blank.
_DELIMITERS = (",", "\t", ";", "|", "^", "~")
_BLANK = "".join(_DELIMITERS) + " \t\r\n\xa0"
#: More rows than these make a sheet no likelier.
_MANY = 1_000
#: Two sheets with so many headings in common are two parts of one table.
_SAME_HEADINGS = 0.8


@dataclass(frozen=True)
class Opened:
    """What was found: how to read the file, and what its columns look like.

    `reading` is a mapping without columns that reads the table; `sheets` is set when the first visible sheet is not
    the right one (or not the only one); `aside` are other sheets, hidden ones included, with why they were left.
    `source` gives the rows once more; None for delimited text, which is quickest read from the file.
    """

    path: Path
    kind: str
    reading: Mapping
    sheets: tuple[str, ...]
    aside: tuple[tuple[str, str], ...]
    facts: Fingerprint
    headings: tuple[str, ...]
    heading_row: int
    encoding: str
    delimiter: str
    rows: int
    columns: tuple[Profile, ...]
    first: tuple[tuple[int, tuple[str | None, ...]], ...]
    source: Source | None = None

    @property
    def named(self) -> tuple[Profile, ...]:
        """The columns that a mapping can name: with a heading that stands once."""
        keys = Counter(heading_key(h) for h in self.headings)
        return tuple(c for c in self.columns if c.heading and keys[heading_key(c.heading)] == 1)


def open_unknown(path: Path) -> Opened:
    """Finds the table in a file and looks at its rows. Unreadable when it holds none."""
    check_file(path)
    kind = kind_of(path)
    if kind != "workbook":
        with _judge_loading():
            return _text(path, kind)
    from pipeline.receive.read.workbook_file import Workbook

    facts, book = fingerprint(path), Workbook(path)  # needs all of Python: what loads beside it would only hold it up
    with _judge_loading():
        return _workbook(path, book, facts)


@contextmanager
def _judge_loading() -> Iterator[None]:
    """What will judge the rows (pandas, pandera) loads while the rows are read, which leaves Python free for it."""
    loading = Thread(target=import_module, args=("pipeline.receive.judge",))
    loading.start()
    try:
        yield
    finally:
        loading.join()


def _workbook(path: Path, book: Workbook, facts: Fingerprint) -> Opened:
    from pipeline.receive.read.workbook import open_workbook

    reading, sheets, aside = _choose_sheets(book)
    opened = _sampled(path, "workbook", open_workbook(path, reading, book), reading, facts)
    return replace(opened, sheets=sheets, aside=aside)


def _text(path: Path, kind: str) -> Opened:
    facts = fingerprint(path)
    reading = _find_heading_row(path) if kind == "delimited" else _blank()
    return _sampled(path, kind, open_source(path, reading, facts), reading, facts)


def _sampled(path: Path, kind: str, source: Source, reading: Mapping, facts: Fingerprint) -> Opened:
    """What an open file looks like. Unreadable when it has no headings, or no row below them."""
    _check_headings(source)
    again = None if kind == "delimited" else Remembered(source)
    sample = sample_of(again or source)
    if not sample.rows:
        raise Unreadable("The file has headings, but no row below them. Export it again with its rows.")
    dialect = getattr(source, "dialect", None)
    return Opened(
        path=path,
        kind=kind,
        reading=reading,
        sheets=(),
        aside=(),
        facts=facts,
        headings=source.headings,
        heading_row=source.heading_row,
        encoding=str(dialect.encoding) if dialect else "",
        delimiter=str(dialect.delimiter) if dialect else "",
        rows=sample.rows,
        columns=sample.profiles(source.headings),
        first=tuple(sample.first),
        source=again,
    )


def _blank(header_row: int | None = None, sheets: tuple[str, ...] = (), delimiter: str | None = None) -> Mapping:
    return Mapping("", 1, None, "calls", "*", header_row=header_row, sheets=sheets, delimiter=delimiter)


# -- where the table stands -------------------------------------------------------------------------------------------


def _find_heading_row(path: Path) -> Mapping:
    """The delimiter and the heading row of a text: those that explain its first rows best."""
    from pipeline.receive.read.kinds import check_is_text
    from pipeline.receive.read.text import find_encoding, read_head

    head = read_head(path)
    encoding = find_encoding(head, None, utf8=False)
    check_is_text(path, head, encoding)
    tried = [t for t in (_try_delimiter(path, encoding, d) for d in _DELIMITERS) if t]
    if not tried:
        return _blank()
    _, row, delimiter = max(tried, key=lambda t: t[0])
    return _blank(row, delimiter=delimiter)


def _try_delimiter(path: Path, encoding: str, delimiter: str) -> tuple[tuple[float, float, int, int], int, str] | None:
    """How well a delimiter explains the first rows: known headings, rows as wide as they are, how soon they come."""
    rows = _first_rows(path, encoding, delimiter)
    row = heading_row(rows)
    if row is None:
        return None
    cells = next(c for n, c in rows if n == row)
    below = [len(c) for n, c in rows if n > row]
    alike = sum(w == len(cells) for w in below) / len(below) if below and len(cells) > 1 else 0.0
    known = known_headings(cells)
    return (known if known >= 2 else 0.0, alike, -row, len(cells)), row, delimiter


def _first_rows(path: Path, encoding: str, delimiter: str) -> list[tuple[int, list[str]]]:
    from pipeline.receive.read.lines import read_rows
    from pipeline.receive.read.text import open_text

    rows: list[tuple[int, list[str]]] = []
    with open_text(path, encoding) as stream:
        for number, cells in read_rows(stream, delimiter, longest=1 << 20):
            if isinstance(cells, list) and any(c.strip(_BLANK) for c in cells):
                rows.append((number, cells))
            if len(rows) >= _LOOK_AT:
                break
    return rows


def _choose_sheets(book: Workbook) -> tuple[Mapping, tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The sheet that holds a table of rows, and those that go on with it; the others with why they are left aside."""
    visible = book.sheets
    seen = {name: _look_at(book, name) for name in visible}
    best = max(seen, key=lambda n: seen[n].worth, default=None)
    if best is None or not seen[best].worth:
        raise Unreadable(
            "No visible sheet of this workbook holds a table with headings and rows. If the rows are on a hidden "
            "sheet, show it in Excel (right-click a tab, Unhide) and save the workbook."
        )
    chosen = [n for n in visible if n == best or seen[n].goes_on_with(seen[best])]
    aside = tuple((n, "no table of rows like the chosen sheet") for n in visible if n not in chosen)
    first = visible[:1] == chosen
    row = seen[best].row if len(chosen) == 1 else None
    return _blank(row, tuple(chosen)), () if first else tuple(chosen), aside


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a sheet is worth as a table of rows, its headings, and their row."""

    worth: float
    headings: frozenset[str]
    row: int | None

    def goes_on_with(self, other: _Sheet) -> bool:
        """Whether this sheet has the same headings: a sheet for each month, say."""
        shared = len(self.headings & other.headings)
        return shared >= _SAME_HEADINGS * max(len(self.headings), len(other.headings), 1)


def _look_at(book: Workbook, name: str) -> _Sheet:
    """Headings in one row without gaps, rows below that are as wide, and headings that we know make a table."""
    rows: list[tuple[int, list[str]]] = []
    below = 0
    try:
        for number, cells in book.rows(name):
            if not any(map(str.strip, cells)):
                continue
            below += 1
            if len(rows) < _LOOK_AT:
                rows.append((number, cells))
            if below >= _MANY:
                break
    except Unreadable:
        return _Sheet(0.0, frozenset(), None)
    row = heading_row(rows)
    if row is None:
        return _Sheet(0.0, frozenset(), None)
    headings = [c.strip() for c in next(c for n, c in rows if n == row)]
    named = [h for h in headings if h]
    full = [sum(bool(c.strip()) for c in cells) / max(1, len(headings)) for n, cells in rows if n > row]
    if len(named) < 2 or not full or below < 2:
        return _Sheet(0.0, frozenset(), None)
    gaps = 1 - len(named) / len(headings) if len(headings) > len(named) + 1 else 0.0
    known = sum(known_heading(h) for h in named)
    worth = (0.2 + known) * (1 - gaps) ** 2 * (sum(full) / len(full)) * below**0.3
    return _Sheet(worth, frozenset(heading_key(h) for h in named), row)


def _check_headings(source: Source) -> None:
    """A file whose first row is data already cannot be mapped by its headings."""
    named = [h for h in source.headings if h.strip()]
    if not named:
        raise Unreadable("No row of this file can be its headings. Export it with the names of the columns.")
    if looks_like_data(named) and sum(known_heading(h) == 1 for h in named) < 2:
        raise Unreadable(
            "The file has no headings: its first row is data already. Export it with the names of the columns in the "
            "first row, or add such a row."
        )
