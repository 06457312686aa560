"""The figures table: the contract of figures.csv, .xlsx, .json and the warehouse (spec 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

Status = Literal["published", "bounded", "withheld", "no_data"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric computed for one period, agency (or `all`) and group.

    A rate's value is a fraction from 0 to 1; `low` and `high` are in the unit of the value. Counts of rows, distinct
    things and people repeat the value in `numerator`, with `denominator` null. `unknown` is a count of rows.
    """

    metric: str
    title: str
    unit: str
    period: str
    period_start: date
    period_end: date
    agency: str
    group: str | None
    category: str | None
    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    unknown: int | None
    status: Status
    edition: str | None = None


COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(Figure))


class Figures:
    """Figures for staff, in a fixed order. What is public is another type (protect.PublicFigures), on purpose."""

    def __init__(self, rows: Iterable[Figure]) -> None:
        self.rows: tuple[Figure, ...] = tuple(rows)
        self._by_key = {(f.metric, f.period, f.agency, f.group, f.category): f for f in self.rows}

    def __iter__(self) -> Iterator[Figure]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def get(
        self, metric: str, period: str, agency: str = "all", group: str | None = None, category: str | None = None
    ) -> Figure | None:
        """The figure with this key, or None when it was not measured. `period` is spelled as in the table."""
        return self._by_key.get((metric, period, agency, group, category))
