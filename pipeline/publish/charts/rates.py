"""Rates with their margin of error: the program's alone, or an agency's (filled) above the program's (open)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.publish import fonts, numbers
from pipeline.publish.charts.canvas import Chart, Frame, Margins, canvas, row_label, saved, saved_png
from pipeline.publish.charts.scales import percent_marks
from pipeline.publish.palette import HAIR, INK, MEAN, MUTED, Palette

OPEN_EDGE = "#51656f"
LABEL_SIZE = 9.5
#: A row whose label has two lines is at least so high, in points.
TWO_LINES = 27.0


@dataclass(frozen=True, slots=True)
class Rate:
    """A share from 0 to 1 with its 95 % interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RateRow:
    """One measure: the rate itself, and another one to compare it with."""

    label: str
    rate: Rate
    beside: Rate | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """Width of the chart, of its label column, and height of a row, in points."""

    width: float
    labels: float
    row: float


WIDE = Size(504, 190, 46)


def rates_chart(name: str, rows: Sequence[RateRow], palette: Palette, size: Size, frame: Frame) -> Chart:
    """The chart for a document, and as a file of its own with its frame (SVG and PNG)."""
    if any("\n" in _label(row, size) for row in rows):
        size = replace(size, row=max(size.row, TWO_LINES))
    inside = _draw(rows, palette, size, None)
    alone = _draw(rows, palette, size, frame)
    words = f"{frame.title}. {_words(rows)}"
    height = size.row * len(rows) + 18
    return replace(Chart(name, inside[0], words, size.width, height), png=alone[1], alone=alone[0])


def _draw(rows: Sequence[RateRow], palette: Palette, size: Size, frame: Frame | None) -> tuple[str, bytes]:
    low, high = _scale(rows)
    height = size.row * len(rows) + 18
    with canvas(size.width, height, Margins(size.labels, 34, 0, 18), frame) as (figure, axes):
        axes.set_xlim(low, high)
        axes.set_ylim(-len(rows) + 0.5, 0.5)
        axes.set_yticks([])
        marks = percent_marks(low, high, 5)
        axes.set_xticks(marks, [f"{m:.0f}%" for m in marks], fontsize=8)
        axes.spines["bottom"].set_visible(False)
        for mark in marks:
            axes.axvline(mark, color=HAIR, lw=0.5, zorder=0)
        for i, row in enumerate(rows):
            _row(axes, -i, row, size, palette)
            if i:
                axes.axhline(-i + 0.5, color=HAIR, lw=0.5, zorder=0)
        return saved(figure), saved_png(figure) if frame is not None else b""


def _row(axes: Any, y: float, row: RateRow, size: Size, palette: Palette) -> None:
    middle, lower = (y + 0.18, y - 0.2) if row.beside else (y, y)
    row_label(axes, y, _label(row, size), size.labels, LABEL_SIZE)
    _dot(axes, middle, row.rate, palette.accent, palette.accent, strong=True)
    if row.beside is not None:
        _dot(axes, lower, row.beside, MEAN, "white", strong=False)


def _label(row: RateRow, size: Size) -> str:
    return fonts.wrapped(row.label, size.labels - 12, LABEL_SIZE)


def _dot(axes: Any, y: float, rate: Rate, line: str, face: str, *, strong: bool) -> None:
    low, high, at = rate.low * 100, rate.high * 100, rate.share * 100
    axes.plot([low, high], [y, y], color=line, lw=2.2 if strong else 1.4, solid_capstyle="butt", zorder=2)
    axes.plot([at], [y], "o", ms=6.4, color=face, mec=line if strong else OPEN_EDGE, mew=1.2, zorder=3)
    axes.annotate(
        numbers.percent(rate.share), (high, y), (6, 0), textcoords="offset points", va="center", ha="left",
        fontsize=8.5, fontweight=700 if strong else 400, color=INK if strong else MUTED,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )  # fmt: skip


def _scale(rows: Sequence[RateRow]) -> tuple[float, float]:
    """From below the lowest limit to above the highest, in percent; room for a mark at either end."""
    rates = [r for row in rows for r in (row.rate, row.beside) if r is not None]
    low, high = min(r.low for r in rates) * 100, max(r.high for r in rates) * 100
    pad = max((high - low) * 0.06, 1.5)
    return max(low - pad, -2.0), min(high + pad, 102.0)


def _words(rows: Sequence[RateRow]) -> str:
    """Every value and interval in sentences."""
    said = []
    for row in rows:
        text = f"{row.label}: {_with_interval(row.rate)}"
        said.append(f"{text}, against {_with_interval(row.beside)} for the program." if row.beside else f"{text}.")
    return f"Dot chart with 95% intervals. {' '.join(said)}"


def _with_interval(rate: Rate) -> str:
    low, high = numbers.percent(rate.low), numbers.percent(rate.high)
    return f"{numbers.percent(rate.share)} (interval {low} to {high})"
