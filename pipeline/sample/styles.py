"""Rows become the bytes of an extract: delimited text, Excel workbooks. Same rows, same bytes, anywhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

Cell = str | int | float | datetime | date | time | None


@dataclass(frozen=True, slots=True)
class Raw:
    """A line that is written as it stands: broken, cut short, a footer."""

    text: str


Row = list[Cell] | Raw
#: Extracts: path below raw/ -> bytes.
Files = dict[str, bytes]


@dataclass(slots=True)
class Table:
    """One extract in the making: its path below raw/, its headings, its rows."""

    extract: str
    headings: list[str]
    rows: list[Row]

    def column(self, heading: str) -> int:
        """The place of a heading."""
        return self.headings.index(heading)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an agency's program writes text."""

    delimiter: str = ","
    newline: str = "\r\n"
    encoding: str = "utf-8"
    titles: tuple[str, ...] = ()


def text_file(table: Table, dialect: Dialect) -> bytes:
    """The table as delimited text; cells are quoted where they must be."""
    lines = [*dialect.titles, _line(table.headings, dialect)]
    lines += [row.text if isinstance(row, Raw) else _line(row, dialect) for row in table.rows]
    return (dialect.newline.join(lines) + dialect.newline).encode(dialect.encoding)


def _line(cells: Sequence[Cell], dialect: Dialect) -> str:
    return dialect.delimiter.join(_quoted("" if c is None else str(c), dialect.delimiter) for c in cells)


def _quoted(text: str, delimiter: str) -> str:
    """By hand: what Python's csv puts in quotes has changed between its versions."""
    if any(c in text for c in (delimiter, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text


@dataclass(slots=True)
class Sheet:
    """One worksheet: every row as it stands, headings among them. A text cell `#N/A` becomes a broken formula."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    hidden: bool = False


#: The time that workbooks bear: they are made up, and the same on every day.
_STAMP = datetime(2023, 12, 1, 8, 0, 0)


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as an .xlsx workbook."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Made-up data of the demo program", "created": _STAMP})
    formats = {
        datetime: book.add_format({"num_format": "m/d/yyyy h:mm:ss"}),
        date: book.add_format({"num_format": "m/d/yyyy"}),
        time: book.add_format({"num_format": "h:mm"}),
    }
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.hidden:
            page.hide()
        for y, row in enumerate(sheet.rows):
            for x, cell in enumerate(row):
                if cell == "#N/A":
                    page.write_formula(y, x, "=NA()", None, "#N/A")
                elif isinstance(cell, datetime | date | time):
                    page.write_datetime(y, x, cell, formats[type(cell)])
                elif cell is not None and cell != "":
                    page.write(y, x, cell)
    next(page for page in book.worksheets() if not page.hidden).activate()
    book.close()
    return _stored(out.getvalue())


def _stored(data: bytes) -> bytes:
    """The same archive without compression: compressed bytes differ from one zlib to another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o600 << 16
            new.writestr(info, old.read(name))
    return out.getvalue()
