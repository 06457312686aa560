"""Counts rows of the real extracts in plain Python: csv, json and openpyxl, nothing of ours."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def read_csv(path: Path) -> list[Row]:
    """The rows of a well-formed CSV; the unnamed first heading is the empty text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_sheet(path: Path, sheet: str | None = None) -> list[Row]:
    """The rows of a sheet whose first row holds the headings."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = list((book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True))
    book.close()
    headings = [str(h or "") for h in rows[0]]
    return [dict(zip(headings, row, strict=True)) for row in rows[1:] if any(c is not None for c in row)]


@dataclass
class Counts:
    """What must become of the rows of one extract without errors; `kept` are the rows that remain, by key."""

    read: int
    duplicate: int
    superseded: int
    kept: dict[str, Row]

    @property
    def receipt(self) -> dict[str, int]:
        """As `check` prints it."""
        parts = {"read": self.read, "duplicate": self.duplicate, "superseded": self.superseded, "quarantined": 0}
        return parts | {"accepted": self.read - self.duplicate - self.superseded}


def folded(*parts: Any) -> str:
    """An incident number as the tables hold it: joined, upper-cased, inner spaces folded."""
    return " ".join(" ".join(str(p) for p in parts if p not in (None, "")).split()).upper()


def settle(rows: Sequence[Row], key: Callable[[Row], str]) -> Counts:
    """Steps 2 and 3 for calls: equal rows are duplicates, of equal keys the last row wins."""
    seen: set[tuple[Any, ...]] = set()
    winners: dict[str, Row] = {}
    different = 0
    for row in rows:
        cells = tuple(str(c).strip() if c is not None else "" for c in row.values())
        if cells in seen:
            continue
        seen.add(cells)
        different += 1
        winners[key(row)] = row
    return Counts(len(rows), len(rows) - different, different - len(winners), winners)
