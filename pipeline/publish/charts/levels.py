"""A month against averages: lines for longer periods, dots for single months; for pages that may not show more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pipeline.publish import fonts, wording
from pipeline.publish.charts.canvas import Chart, Frame, Margins, canvas, saved, saved_png, spread, ticks
from pipeline.publish.palette import MEAN, MUTED, Palette

WIDTH, HEIGHT = 246, 104
MARGINS = Margins(left=28, right=62, top=10, bottom=16)
LABEL_GAP = 9.6
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
    say: Callable[[float], str],
    finest: float,
    palette: Palette,
    frame: Frame,
) -> Chart:
    """The chart for a document, and as a file of its own. The last dot is the month that the page is about."""
    drawn = _draw(levels, dots, say, finest, palette, None)
    alone = _draw(levels, dots, say, finest, palette, frame)
    words = alternative(title, measure, levels, dots, say)
    return replace(Chart(name, drawn[0], words, WIDTH, HEIGHT), png=alone[1], alone=alone[0])


def alternative(
    title: str, measure: str, levels: Sequence[Level], dots: Sequence[Dot], say: Callable[[float], str]
) -> str:
    """Every average and every month in sentences."""
    parts = [f"Chart of averages and months: {title}, {wording.lower_first(measure)}."]
    parts += [f"Average of {level.days}: {say(level.value)}." for level in levels]
    parts += [f"{wording.month_name(wording.month_start(d.month))}: {say(d.value)}." for d in dots]
    return " ".join(parts)


def _draw(
    levels: Sequence[Level],
    dots: Sequence[Dot],
    say: Callable[[float], str],
    finest: float,
    palette: Palette,
    frame: Frame | None,
) -> tuple[str, bytes]:
    shown = [level.value for level in levels] + [d.value for d in dots]
    labelled_below = any(d.value == min(shown) < levels[0].value for d in dots[:-1])
    bottom, top = scale(min(shown), max(shown), finest, LABEL_ROOM if labelled_below else 0)
    last = max(level.last for level in levels)
    with canvas(WIDTH, HEIGHT, MARGINS, frame) as (figure, axes):
        for level in levels:
            whole = level is levels[0]
            axes.plot(
                [level.first - 0.5, level.last + 0.5], [level.value] * 2, color=MEAN if whole else palette.accent,
                lw=0.9 if whole else 2, solid_capstyle="butt", zorder=2,
            )  # fmt: skip
        for dot in dots:
            size = 5 if dot is dots[-1] else 4
            axes.plot([dot.place], [dot.value], "o", color=palette.deep, ms=size, mew=0, zorder=4)
        _dot_labels(axes, dots, levels[0].value, say, last)
        axes.set_ylim(bottom, top)
        axes.set_xlim(-0.5, last + 0.5)
        _margin_labels(axes, levels, dots[-1], say, (bottom, top), palette)
        marks = ticks(bottom, top, finest=finest)
        axes.set_yticks(marks, [say(m) for m in marks], fontsize=8)
        axes.tick_params(axis="y", pad=6)
        _months(axes, dots, last)
        return saved(figure), saved_png(figure) if frame is not None else b""


def scale(low: float, high: float, finest: float, foot: float = 0) -> tuple[float, float]:
    """Room around the values, and never so little that differences of a step look like mountains.

    Below the lowest value there are at least `foot` points.
    """
    span = max(high - low, SMALLEST_SPAN * finest)
    middle = (low + high) / 2
    bottom, top = middle - 0.64 * span, middle + 0.64 * span
    return min(bottom, (low - top * foot / INSIDE) / (1 - foot / INSIDE)), top


def _dot_labels(axes: Any, dots: Sequence[Dot], average: float, say: Callable[[float], str], last: int) -> None:
    """Values of the earlier months, away from the average and from the dot that follows."""
    step = (WIDTH - MARGINS.left - MARGINS.right) / (last + 1)
    for dot, following in pairwise(dots):
        close = (following.place - dot.place) * step < fonts.width(say(dot.value), 8) + 4
        above = dot.value >= average
        axes.annotate(
            say(dot.value), (dot.place, dot.value), (-4 if close else 0, 4 if above else -4),
            textcoords="offset points", ha="right" if close else "center", va="bottom" if above else "top", fontsize=8,
            color=MUTED, zorder=5,
        )  # fmt: skip


def _margin_labels(
    axes: Any,
    levels: Sequence[Level],
    now: Dot,
    say: Callable[[float], str],
    shown: tuple[float, float],
    palette: Palette,
) -> None:
    """The month's value and the averages at the right-hand edge, pushed apart."""
    labels = [(now.value, say(now.value), True)]
    labels += [(level.value, f"{say(level.value)} {level.label}", False) for level in levels]
    labels.sort(key=lambda label: (-label[0], not label[2]))
    bottom, top = shown
    wanted = [(top - value) / (top - bottom) * INSIDE for value, _, _ in labels]
    for at, (_, text, strong) in zip(spread(wanted, LABEL_GAP, 0, INSIDE), labels, strict=True):
        axes.annotate(
            text, (1, 1), (6, -at), xycoords="axes fraction", textcoords="offset points", va="center", ha="left",
            color=palette.deep if strong else MUTED, fontsize=8.5 if strong else 8, fontweight=700 if strong else 400,
        )  # fmt: skip


def _months(axes: Any, dots: Sequence[Dot], last: int) -> None:
    """The months of the dots, of neighbours the later one; and the first month of all."""
    step = (WIDTH - MARGINS.left - MARGINS.right) / (last + 1)
    kept = [dots[-1].place]
    for place in [d.place for d in reversed(dots[:-1])] + [0]:
        if all(abs(place - other) * step > 42 for other in kept):
            kept.append(place)
    now = wording.month_start(dots[-1].month)
    start = now.year * 12 + now.month - 1 - dots[-1].place
    names = [f"{wording.MONTHS[(start + p) % 12][:3]} {(start + p) // 12}" for p in kept]
    axes.set_xticks(kept, names, fontsize=8)
    for place, label in zip(kept, axes.get_xticklabels(), strict=True):
        label.set_ha("left" if place == 0 else "right" if place == last else "center")
    axes.tick_params(axis="x", pad=4)
