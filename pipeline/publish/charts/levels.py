"""A month against averages: lines for longer periods, dots for single months; for pages that may not show more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pipeline.publish import fonts, numbers, wording
from pipeline.publish.charts.canvas import Chart, Frame, Margins, canvas, edge_labels, room, saved, saved_png
from pipeline.publish.charts.scales import finest, marks, within
from pipeline.publish.palette import MEAN, MUTED, Palette

WIDTH, HEIGHT = 246, 104
MARGINS = Margins(left=28, right=62, top=10, bottom=16)
#: The scale spans at least so many of its finest steps.
SMALLEST_SPAN = 10
#: Room between a dot and the axis for the dot's value in between, in points.
LABEL_ROOM = 15
INSIDE = HEIGHT - MARGINS.top - MARGINS.bottom


@dataclass(frozen=True, slots=True)
class Level:
    """The average of a span of months, counted from the first month shown; `label` is a word or two for the margin."""

    label: str
    days: str
    first: int
    last: int
    value: float


@dataclass(frozen=True, slots=True)
class Dot:
    """One month."""

    month: str  # 2023-11
    place: int
    value: float


def level_chart(
    name: str,
    title: str,
    measure: str,
    levels: Sequence[Level],
    dots: Sequence[Dot],
    unit: str,
    palette: Palette,
    frame: Frame,
) -> Chart:
    """The chart for a document, and as a file of its own. The last dot is the month that the page is about."""
    drawn = _draw(levels, dots, unit, palette, None)
    alone = _draw(levels, dots, unit, palette, frame)
    words = alternative(title, measure, levels, dots, unit)
    return replace(Chart(name, drawn[0], words, WIDTH, HEIGHT), png=alone[1], alone=alone[0])


def alternative(title: str, measure: str, levels: Sequence[Level], dots: Sequence[Dot], unit: str) -> str:
    """Every average and every month in sentences."""
    parts = [f"Chart of averages and months: {title}, {wording.lower_first(measure)}."]
    parts += [f"Average of {level.days}: {numbers.average(level.value, unit)}." for level in levels]
    parts += [f"{wording.month_name(wording.month_start(d.month))}: {numbers.amount(d.value, unit)}." for d in dots]
    return " ".join(parts)


def _draw(
    levels: Sequence[Level], dots: Sequence[Dot], unit: str, palette: Palette, frame: Frame | None
) -> tuple[str, bytes]:
    bottom, top = scale(levels, dots, unit)
    last = max(level.last for level in levels)
    places = [(m, numbers.average(m, unit)) for m in marks(bottom, top, unit)]
    edge = [(dots[-1].value, numbers.amount(dots[-1].value, unit), True)]
    edge += [(level.value, f"{numbers.average(level.value, unit)} {level.label}", False) for level in levels]
    margins = replace(
        MARGINS,
        left=room([text for _, text in places], 8, MARGINS.left),
        right=room([text for _, text, _ in edge], 8, MARGINS.right),
    )
    plot = _Plot(WIDTH - margins.left - margins.right, last, bottom, top)
    with canvas(WIDTH, HEIGHT, margins, frame) as (figure, axes):
        for level in levels:
            whole = level is levels[0]
            axes.plot(
                [level.first - 0.5, level.last + 0.5], [level.value] * 2, color=MEAN if whole else palette.accent,
                lw=0.9 if whole else 2, solid_capstyle="butt", zorder=2,
            )  # fmt: skip
        for dot in dots:
            size = 5 if dot is dots[-1] else 4
            axes.plot([dot.place], [dot.value], "o", color=palette.deep, ms=size, mew=0, zorder=4, clip_on=False)
        _dot_labels(axes, plot, levels, dots, unit)
        axes.set_ylim(bottom, top)
        axes.set_xlim(-0.5, last + 0.5)
        edge_labels(axes, edge, (bottom, top), INSIDE, palette.deep)
        axes.set_yticks([m for m, _ in places], [text for _, text in places], fontsize=8)
        axes.tick_params(axis="y", pad=6)
        _months(axes, plot, dots)
        return saved(figure), saved_png(figure) if frame is not None else b""


def scale(levels: Sequence[Level], dots: Sequence[Dot], unit: str) -> tuple[float, float]:
    """Room around the values, and never so little that differences of a step look like mountains.

    Below the lowest value there is room for its label, where that stands below.
    """
    shown = [level.value for level in levels] + [d.value for d in dots]
    low, high = min(shown), max(shown)
    span = max(high - low, SMALLEST_SPAN * finest(unit))
    middle = (low + high) / 2
    bottom, top = within(middle - 0.64 * span, middle + 0.64 * span, unit)
    if any(d.value == low < levels[0].value for d in dots[:-1]):
        bottom = min(bottom, (low - top * LABEL_ROOM / INSIDE) / (1 - LABEL_ROOM / INSIDE))
    return bottom, top


@dataclass(frozen=True, slots=True)
class _Plot:
    """The inside of the chart, `width` points wide, from the first month to the `last`, from `bottom` to `top`."""

    width: float
    last: int
    bottom: float
    top: float

    @property
    def step(self) -> float:
        """From month to month, in points."""
        return self.width / (self.last + 1)

    def at(self, place: float, value: float) -> tuple[float, float]:
        """Where the middle of a month and a value are, in points from the lower left."""
        return (place + 0.5) * self.step, (value - self.bottom) / (self.top - self.bottom) * INSIDE


def _dot_labels(axes: Any, plot: _Plot, levels: Sequence[Level], dots: Sequence[Dot], unit: str) -> None:
    """Values of the earlier months: above the average or below it, unless another dot would seem to be meant."""
    for dot, following in pairwise(dots):
        text = numbers.amount(dot.value, unit)
        wide = fonts.width(text, 8)
        x, _ = plot.at(dot.place, 0)
        side = "right" if (following.place - dot.place) * plot.step < wide + 4 else "center" if x > wide / 2 else "left"
        sides = (True, False) if dot.value >= levels[0].value else (False, True)
        above = next((up for up in sides if _free(plot, dots, levels, dot, (wide, side, up))), sides[0])
        axes.annotate(
            text, (dot.place, dot.value), (-4 if side == "right" else 0, 4 if above else -4),
            textcoords="offset points", ha=side, va="bottom" if above else "top", fontsize=8, color=MUTED, zorder=5,
        )  # fmt: skip


def _free(plot: _Plot, dots: Sequence[Dot], levels: Sequence[Level], dot: Dot, label: tuple[float, str, bool]) -> bool:
    """Whether a label (width, side, above or below) has its place for itself: no other dot, no line, no axis."""
    wide, side, above = label
    x, y = plot.at(dot.place, dot.value)
    left = {"right": x - 4 - wide, "center": x - wide / 2, "left": x}[side]
    low = y + 4 if above else y - 12
    if low < 0 or low + 8 > INSIDE + MARGINS.top:
        return False
    for other in dots:
        ox, oy = plot.at(other.place, other.value)
        if other is not dot and left - 5 < ox < left + wide + 8 and low - 3 < oy < low + 11:
            return False
    for level in levels:
        start, end = plot.at(level.first - 0.5, 0)[0], plot.at(level.last + 0.5, 0)[0]
        if start < left + wide and left < end and low < plot.at(0, level.value)[1] < low + 8:
            return False
    return True


def _months(axes: Any, plot: _Plot, dots: Sequence[Dot]) -> None:
    """The months of the dots, of neighbours the later one; and the first month of all."""
    kept = [dots[-1].place]
    for place in [d.place for d in reversed(dots[:-1])] + [0]:
        if all(abs(place - other) * plot.step > 42 for other in kept):
            kept.append(place)
    now = wording.month_start(dots[-1].month)
    start = now.year * 12 + now.month - 1 - dots[-1].place
    names = [f"{wording.MONTHS[(start + p) % 12][:3]} {(start + p) // 12}" for p in kept]
    axes.set_xticks(kept, names, fontsize=8)
    for place, label in zip(kept, axes.get_xticklabels(), strict=True):
        label.set_ha("left" if place == 0 else "right" if place == plot.last else "center")
    axes.tick_params(axis="x", pad=4)
