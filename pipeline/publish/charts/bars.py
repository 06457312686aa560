"""Bars: the diversion ladder. They start at zero and carry their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.publish import fonts, numbers, wording
from pipeline.publish.charts.canvas import Chart, Margins, canvas, row_label, saved
from pipeline.publish.charts.scales import marks
from pipeline.publish.palette import HAIR, INK, MUTED, Palette

#: Room for the numbers and names of the definitions, in points.
LABELS = 118


@dataclass(frozen=True, slots=True)
class Rung:
    """One definition of diversion: `kept` of `known` encounters did not end in arrest."""

    number: str
    label: str
    kept: int
    known: int
    headline: bool


def ladder_chart(rungs: Sequence[Rung], palette: Palette) -> Chart:
    """Draw the ladder: bar length is the number of encounters, the dark end those that ended in arrest."""
    width, height = 504, 40 * len(rungs) + 2
    longest = max(r.known for r in rungs)
    beside = max(_beside(r) for r in rungs if r.known == longest)
    with canvas(width, height, Margins(LABELS, max(beside, 96), 4, 18)) as (figure, axes):
        for i, rung in enumerate(rungs):
            _rung(axes, -i, rung, longest, palette)
        axes.set_xlim(0, longest)
        axes.set_ylim(-len(rungs) + 0.5, 0.5)
        axes.set_yticks([])
        places = marks(0, longest, "encounters", most=5)
        texts = [*(numbers.number(m) for m in places[:-1]), wording.counted(places[-1], "encounters")]
        axes.set_xticks(places, texts, fontsize=8)
        for mark in places[1:]:
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
    row_label(axes, y, rung.number, LABELS, 9.5, fontweight=700, color=palette.accent)
    row_label(axes, y, rung.label, LABELS - 12, 9.5, fontweight=700 if rung.headline else 400)
    share = numbers.percent(rung.kept / rung.known, 1)
    axes.annotate(
        share, (rung.known, y), (8, 0), textcoords="offset points", va="center", fontsize=10.5, fontweight=700
    )
    axes.annotate(
        f"{numbers.number(rung.kept)} of {numbers.number(rung.known)}", (rung.known, y),
        (14 + fonts.width(share, 10.5, 700), 0), textcoords="offset points", va="center", fontsize=8.5, color=MUTED,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )  # fmt: skip
