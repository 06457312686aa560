"""Bars: the diversion ladder, and counts per quarter. Bars start at zero and carry their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.publish import fonts, numbers
from pipeline.publish.charts.canvas import Chart, Margins, canvas, saved, ticks
from pipeline.publish.palette import HAIR, INK, MUTED, Palette


@dataclass(frozen=True, slots=True)
class Rung:
    """One definition of diversion: `kept` of `known` encounters did not end in arrest."""

    number: str
    label: str
    kept: int
    known: int
    headline: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One quarter: its labels (second line may be empty), its count, whether it has ended."""

    label: str
    below: str
    count: int
    complete: bool


def ladder_chart(rungs: Sequence[Rung], palette: Palette) -> Chart:
    """Draw the ladder: bar length is the number of encounters, the dark end those that ended in arrest."""
    width, height = 504, 40 * len(rungs) + 2
    longest = max(r.known for r in rungs)
    beside = max(_beside(r) for r in rungs if r.known == longest)
    with canvas(width, height, Margins(118, max(beside, 96), 4, 18)) as (figure, axes):
        for i, rung in enumerate(rungs):
            _rung(axes, -i, rung, longest, palette)
        axes.set_xlim(0, longest)
        axes.set_ylim(-len(rungs) + 0.5, 0.5)
        axes.set_yticks([])
        marks = ticks(0, longest, most=5, finest=1)
        texts = [numbers.number(m) for m in marks]
        texts[-1] += " encounters"
        axes.set_xticks(marks, texts, fontsize=8)
        for mark in marks[1:]:
            axes.axvline(mark, color=HAIR, lw=0.5, zorder=0)
        svg = saved(figure)
    said = ". ".join(
        f"{r.label}: {numbers.number(r.kept)} of {numbers.number(r.known)} encounters, or "
        f"{numbers.percent(r.kept / r.known, 1)}"
        for r in rungs
    )
    words = f"Bar chart of {len(rungs)} definitions of diversion, from strict to loose. {said}."
    return Chart("ladder.svg", svg, words, width, height)


def _beside(rung: Rung) -> float:
    """How much room the numbers at the end of a bar take, in points."""
    counts = f"{numbers.number(rung.kept)} of {numbers.number(rung.known)}"
    return 16 + fonts.width(numbers.percent(rung.kept / rung.known, 1), 10.5, 700) + fonts.width(counts, 8.5)


def _rung(axes: Any, y: float, rung: Rung, longest: int, palette: Palette) -> None:
    arrests = rung.known - rung.kept
    gap = longest * 0.8 / 290 if arrests else 0  # 0.8 pt of white before the dark end
    axes.barh(y, max(rung.kept - gap, 0), 0.5, color=palette.accent if rung.headline else palette.tint, lw=0, zorder=2)
    axes.barh(y, arrests, 0.5, left=rung.kept, color=INK, lw=0, zorder=3)
    side = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center", "fontsize": 9.5}
    axes.annotate(rung.number, (0, y), (-118, 0), fontweight=700, color=palette.accent, **side)
    axes.annotate(rung.label, (0, y), (-106, 0), fontweight=700 if rung.headline else 400, **side)
    share = numbers.percent(rung.kept / rung.known, 1)
    axes.annotate(
        share, (rung.known, y), (8, 0), textcoords="offset points", va="center", fontsize=10.5, fontweight=700
    )
    axes.annotate(
        f"{numbers.number(rung.kept)} of {numbers.number(rung.known)}", (rung.known, y),
        (14 + fonts.width(share, 10.5, 700), 0), textcoords="offset points", va="center", fontsize=8.5, color=MUTED,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )  # fmt: skip


def quarter_chart(name: str, title: str, bars: Sequence[Bar], palette: Palette, size: tuple[float, float]) -> Chart:
    """Draw counts per quarter as columns with their numbers; a quarter that has not ended is hatched."""
    width, height = size
    top = max([b.count for b in bars] + [1])
    with canvas(width, height, Margins(0, 0, 14, 28)) as (figure, axes):
        for i, bar in enumerate(bars):
            axes.bar(
                i, bar.count, 0.7, color=palette.accent if bar.complete else "white", edgecolor=palette.accent, lw=0.9,
                hatch=None if bar.complete else "////", zorder=2,
            )  # fmt: skip
            axes.annotate(
                numbers.number(bar.count), (i, bar.count), (0, 3), textcoords="offset points", ha="center",
                va="bottom", fontsize=8.5, fontweight=600,
            )  # fmt: skip
        axes.set_ylim(0, top)
        axes.set_xlim(-0.5, len(bars) - 0.5)
        axes.set_yticks([])
        axes.set_xticks(range(len(bars)), [f"{b.label}\n{b.below}" for b in bars], fontsize=8)
        axes.tick_params(axis="x", pad=4)
        svg = saved(figure)
    said = ", ".join(
        f"{b.label} {b.below}".strip() + f" {numbers.number(b.count)}" + ("" if b.complete else " (not yet complete)")
        for b in bars
    )
    return Chart(name, svg, f"Column chart: {title} per quarter. {said}.", width, height)
