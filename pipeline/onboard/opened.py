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

from pipeline.onboard.headings import LOOK_AT, heading_row, known_headings, looks_like_data
from pipeline.onboard.remembered import Remembered
from pipeline.onboard.sampled import sample_of
from pipeline.onboard.sheets import choose_sheets
from pipeline.program.model import Mapping
from pipeline.receive.read import Unreadable, fingerprint, open_source
from pipeline.receive.read.headings import heading_key
from pipeline.receive.read.kinds import check_file, kind_of
from pipeline.recognize import Profile
from pipeline.recognize.words import known_heading

if TYPE_CHECKING:
    from pipeline.receive.read import Fingerprint, Source
    from pipeline.receive.read.workbook_file import Workbook

#: In the order of preference when nothing else decides; a cell of nothing but these is blank.
_DELIMITERS = (",", "\t", ";", "|", "^", "~")
_BLANK = "".join(_DELIMITERS) + " \t\r\n\xa0"


@dataclass(frozen=True)
class Opened:
    """What was found: how to read the file, and what its columns look like.

    `reading` is a mapping without columns that reads the table; `sheets` is set when the first visible sheet is not
    the right one (or not the only one); `aside` are the other visible sheets, with why they were left.
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

    found = choose_sheets(book)
    reading = _blank(found.row, found.chosen)
    opened = _sampled(path, "workbook", open_workbook(path, reading, book), reading, facts)
    return replace(opened, sheets=() if found.first else found.chosen, aside=found.aside)


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
            if len(rows) >= LOOK_AT:
                break
    return rows


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
