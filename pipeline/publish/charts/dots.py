"""Rates side by side: a dot and its 95 % interval per agency, the program as a dashed line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.publish import fonts, numbers
from pipeline.publish.charts.canvas import Chart, Margins, canvas, row_label, saved
from pipeline.publish.charts.scales import percent_marks
from pipeline.publish.palette import HAIR, INK, MEAN, MUTED, Palette

WIDTH, ROW = 240, 24
LABEL_SIZE = 9


@dataclass(frozen=True, slots=True)
class Dot:
    """One agency's rate: label, share from 0 to 1, its 95 % interval."""

    label: str
    share: float
    low: float
    high: float


def dot_chart(name: str, title: str, rows: Sequence[Dot], program: float, palette: Palette) -> Chart:
    """Draw the rates of agencies (shares from 0 to 1) around the program's; two-line labels for long names."""
    wide = 96.0
    labels = [fonts.wrapped(row.label, wide - 8, LABEL_SIZE) for row in rows]
    height = 14 + 18 + ROW * len(rows)
    low, high = _scale(rows, program)
    with canvas(WIDTH, height, Margins(wide, 36, 14, 18)) as (figure, axes):
        axes.axvline(program * 100, color=MEAN, lw=0.9, ls=(0, (3, 2)), zorder=1)
        _program_label(axes, program, (low, high), WIDTH - wide - 36)
        for i, (row, label) in enumerate(zip(rows, labels, strict=True)):
            _row(axes, -i, row, label, wide, palette)
        axes.set_ylim(-len(rows) + 0.4, 0.6)
        axes.set_xlim(low, high)
        marks = percent_marks(low, high, 3)
        axes.set_yticks([])
        axes.set_xticks(marks, [f"{mark:.0f}%" for mark in marks], fontsize=8)
        axes.spines["bottom"].set_visible(False)
        for mark in marks:
            axes.axvline(mark, color=HAIR, lw=0.5, zorder=0)
        svg = saved(figure)
    return Chart(name, svg, _words(title, rows, program), WIDTH, height)


def _scale(rows: Sequence[Dot], program: float) -> tuple[float, float]:
    """From just below the lowest limit to just above the highest, within 0 and 100, in percent."""
    low = min([program, *(r.low for r in rows)]) * 100
    high = max([program, *(r.high for r in rows)]) * 100
    pad = max((high - low) * 0.08, 1.0)
    return max(low - pad, -1.0), min(high + pad, 101.0)


def _program_label(axes: Any, program: float, scale: tuple[float, float], inside: float) -> None:
    """`program 80%` above its line, kept within the chart."""
    text = f"program {numbers.percent(program)}"
    half = fonts.width(text, 8) / 2
    at = (program * 100 - scale[0]) / (scale[1] - scale[0]) * inside
    shift = max(half - at - 90, 0) - max(at + half - inside - 34, 0)
    axes.annotate(
        text, (program * 100, 1), (shift, 3), xycoords=("data", "axes fraction"), textcoords="offset points",
        ha="center", va="bottom", fontsize=8, color=MUTED,
    )  # fmt: skip


def _row(axes: Any, y: float, row: Dot, label: str, wide: float, palette: Palette) -> None:
    axes.plot([row.low * 100, row.high * 100], [y, y], color=palette.accent, lw=2, solid_capstyle="butt", zorder=2)
    axes.plot([row.share * 100], [y], "o", color=palette.accent, ms=6, mew=0, zorder=3)
    row_label(axes, y, label, wide, LABEL_SIZE)
    axes.annotate(
        numbers.percent(row.share), (1, y), (36, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        va="center", ha="right", fontsize=9, fontweight=600, color=INK,
    )  # fmt: skip


def _words(title: str, rows: Sequence[Dot], program: float) -> str:
    values = ", ".join(f"{r.label} {numbers.percent(r.share)}" for r in rows)
    outside = [r.label for r in rows if not r.low <= program <= r.high]
    finding = (
        f"The interval does not include the program's rate for {' and '.join(outside)}."
        if outside
        else "Every interval includes the program's rate."
    )
    return f"Dot chart by agency: {title}. {values}. The program is at {numbers.percent(program)}. {finding}"
