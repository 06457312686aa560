"""Figures as files: csv, json and a workbook. The same figures give the same bytes anywhere."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipeline.measure.figure import COLUMNS, Figure

if TYPE_CHECKING:
    from pipeline.program.model import Metric

#: Workbooks carry this as the day they were made: documents have no build time.
MADE = datetime(2000, 1, 1)
NUMBERS = ("numerator", "denominator", "value", "low", "high", "unknown")
FORMATS = {
    "fraction": "0.0%", "minutes": "#,##0.0", "days": "#,##0.0", "per_1000": "#,##0.0",
}  # fmt: skip
WIDTHS = {
    "metric": 24, "title": 38, "unit": 11, "period": 24, "period_start": 12, "period_end": 12, "agency": 16,
    "group": 14, "category": 18, "numerator": 11, "denominator": 12, "value": 11, "low": 9, "high": 9,
    "unknown": 10, "status": 11, "edition": 20,
}  # fmt: skip


def risky(text: str) -> bool:
    """Whether a spreadsheet could take this text for a formula: its first visible character, or a leading tab."""
    if text[:1] in ("\t", "\r", "\n"):
        return True
    visible = next((c for c in text if unicodedata.category(c)[0] not in "CZ"), "")
    return visible in ("=", "+", "-", "@")


def safe(text: str) -> str:
    """Text for a csv cell: a leading `'` keeps a spreadsheet from calculating it."""
    return f"'{text}" if risky(text) else text


def plain(value: object) -> object:
    """A value as it stands in csv and json: whole floats as integers, dates as ISO text."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def row_of(figure: Figure) -> dict[str, object]:
    """One figure as column -> value, in the order of the contract."""
    return {name: plain(getattr(figure, name)) for name in COLUMNS}


def csv_text(figures: Iterable[Figure]) -> str:
    """Figures as csv: a heading row, null as the empty field, text that looks like a formula quoted with `'`."""
    return table_csv(COLUMNS, (row_of(f).values() for f in figures))


def table_csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Any table as csv by the same rules; numbers stay numbers, null is the empty field."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow("" if v is None else safe(v) if isinstance(v, str) else v for v in row)
    return out.getvalue()


def json_text(figures: Iterable[Figure]) -> str:
    """Figures as a JSON array of flat objects, one a line."""
    lines = [json.dumps(row_of(f), ensure_ascii=False, allow_nan=False) for f in figures]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def write_xlsx(
    figures: Iterable[Figure], target: Path | IO[bytes], metrics: Mapping[str, Metric] | None = None, title: str = ""
) -> None:
    """Write the workbook: all figures with real numbers and dates, the headline figures, what each metric means.

    The sheet `Figures` comes first and has the columns of the figures table, as a reader with its defaults expects;
    `Headline` and `Definitions` follow when metrics are given. Text is never read as a formula, a number or a link.
    Same figures, same bytes.
    """
    import xlsxwriter

    rows = list(figures)
    quiet = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, quiet) as book:
        book.set_properties({"title": title or "Figures", "created": MADE})
        book.set_size(2400, 1600)
        styles = _styles(book)
        _figures_sheet(book.add_worksheet("Figures"), rows, styles)
        if metrics is not None:
            from pipeline.publish.headline_sheet import headline_rows, headline_sheet

            if headline_rows(rows, metrics)[1]:
                headline_sheet(book, book.add_worksheet("Headline"), rows, metrics, title or "Figures")
            used = {f.metric for f in rows}
            _definitions_sheet(book.add_worksheet("Definitions"), [m for m in metrics.values() if m.id in used], styles)


def _styles(book: Any) -> dict[str, Any]:
    base = {"valign": "top"}
    styles = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, **base}),
        "text": book.add_format(base),
        "wrap": book.add_format({"text_wrap": True, **base}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", **base}),
        "#,##0": book.add_format({"num_format": "#,##0", **base}),
    }
    for code in sorted(set(FORMATS.values())):
        styles[code] = book.add_format({"num_format": code, **base})
    return styles


def _head(sheet: Any, names: Iterable[str], widths: Iterable[float], styles: dict[str, Any]) -> None:
    for column, (name, width) in enumerate(zip(names, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, styles["head"])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(1)  # US Letter
    sheet.fit_to_pages(1, 0)


def _figures_sheet(sheet: Any, figures: list[Figure], styles: dict[str, Any]) -> None:
    _head(sheet, COLUMNS, (WIDTHS[name] for name in COLUMNS), styles)
    for number, figure in enumerate(figures, 1):
        for column, name in enumerate(COLUMNS):
            _write(sheet, number, column, getattr(figure, name), _style(figure, name), styles)
    if figures:
        sheet.autofilter(0, 0, len(figures), len(COLUMNS) - 1)


def _style(figure: Figure, column: str) -> str:
    if column in ("value", "low", "high"):
        return FORMATS.get(figure.unit, "#,##0")
    return "#,##0" if column in NUMBERS else "text"


def _write(sheet: Any, row: int, column: int, value: object, style: str, styles: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), styles["date"])
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, styles[style])
    else:
        sheet.write_string(row, column, str(value), styles[style])


def _definitions_sheet(sheet: Any, metrics: list[Metric], styles: dict[str, Any]) -> None:
    names = ("metric", "title", "definition", "unit", "direction", "caveat", "source", "counterpart")
    _head(sheet, names, (24, 34, 60, 11, 11, 50, 36, 36), styles)
    for number, metric in enumerate(metrics, 1):
        for column, name in enumerate(names):
            value = metric.id if name == "metric" else getattr(metric, name)
            _write(sheet, number, column, value or None, "wrap", styles)
