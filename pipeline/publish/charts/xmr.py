"""A metric month by month with its usual range: the XmR chart and its small form for a table row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

from pipeline.measure.series import Series
from pipeline.publish import numbers, wording
from pipeline.publish.charts.canvas import Chart, Margins, canvas, edge_labels, place_in_row, room, saved
from pipeline.publish.charts.scales import around, marks
from pipeline.publish.palette import LIMIT, MEAN, Palette

WIDTH, HEIGHT, LOW_HEIGHT = 246, 134, 98
SPARK_WIDTH, SPARK_HEIGHT = 58, 18
MARGINS = Margins(left=28, right=46, top=8, bottom=16)
#: Fewer values than this are a table, not a chart.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class _Plan:
    """The numbers of one chart, worked out before anything is drawn."""

    values: list[float | None]
    known: list[int]
    last: int
    bottom: float
    top: float

    @property
    def last_value(self) -> float:
        return self.values[self.last] or 0.0


def drawable(series: Series) -> bool:
    """Whether there are enough months with a value for a chart."""
    return sum(v is not None for v in series.values) >= FEWEST


def xmr_chart(series: Series, title: str, unit: str, measure: str, palette: Palette, height: float = HEIGHT) -> Chart:
    """Draw a series. `unit` is the metric's, `measure` says it in words (`Incidents per month`). Needs `drawable`."""
    plan = _plan(series, unit)
    say = _formatter(unit, plan)
    places = marks(plan.bottom, plan.top, unit)
    labels = _value_labels(series, plan, unit, say)
    margins = replace(
        MARGINS, left=room(map(say, places), 8, MARGINS.left), right=room([t for _, t, _ in labels], 8, MARGINS.right)
    )
    with canvas(WIDTH, height, margins) as (figure, axes):
        _range(axes, series, palette)
        _line(axes, series, plan, palette)
        axes.set_ylim(plan.bottom, plan.top)
        axes.set_xlim(-0.5, len(plan.values) - 0.5)
        edge_labels(axes, labels, (plan.bottom, plan.top), height - MARGINS.top - MARGINS.bottom, palette.deep)
        axes.set_yticks(places, [say(m) for m in places], fontsize=8)
        axes.tick_params(axis="y", pad=6)
        _month_labels(axes, series, WIDTH - margins.left - margins.right)
        svg = saved(figure)
    name = f"xmr-{series.metric}-{series.agency}-{height:.0f}.svg"
    words = alternative(series, title, unit, measure)
    inside = (margins.left / WIDTH, 1 - margins.right / WIDTH)
    return Chart(name, svg, words, WIDTH, height, points=_points(series, say), inside=inside)


def _points(series: Series, say: Callable[[float], str]) -> tuple[tuple[str, str], ...]:
    """Each month and its value in words."""
    months = (wording.month_name(wording.month_start(m)) for m in series.months)
    texts = (numbers.NO_DATA if v is None else say(v) for v in series.values)
    return tuple(zip(months, texts, strict=True))


def spark(series: Series, title: str, unit: str, palette: Palette) -> Chart:
    """The same series as a small line for a table row."""
    plan = _plan(series, unit)
    with canvas(SPARK_WIDTH, SPARK_HEIGHT, Margins(2, 5, 2, 2)) as (figure, axes):
        if series.lower is not None and series.upper is not None and not series.trial:
            axes.axhspan(series.lower, series.upper, color=palette.band, lw=0)
        if series.mean is not None:
            axes.axhline(series.mean, color=LIMIT, lw=0.5)
        axes.plot(*_gapped(plan.values), color=palette.accent, lw=1)
        signal = plan.last in series.signals
        axes.plot(
            [plan.last], [plan.last_value], "D" if signal else "o", color=palette.deep, ms=3.5, mew=0, clip_on=False
        )
        axes.set_ylim(plan.bottom, plan.top)
        axes.set_xlim(0, max(len(plan.values) - 1, 1))
        axes.axis("off")
        svg = saved(figure)
    words = f"Trend of {wording.lower_first(title)} over {len(plan.values)} months. {series.sentence}"
    return Chart(f"spark-{series.metric}-{series.agency}.svg", svg, words.strip(), SPARK_WIDTH, SPARK_HEIGHT)


def alternative(series: Series, title: str, unit: str, measure: str) -> str:
    """What the chart shows, in sentences: title, unit, months, finding, mean, usual range, last value."""
    plan = _plan(series, unit)
    say = _formatter(unit, plan)
    first, last = (wording.month_name(wording.month_start(m)) for m in (series.months[0], series.months[plan.last]))
    parts = [f"Trend chart: {title}, {wording.lower_first(measure)}, {first} to {last}.", series.sentence]
    lower, upper = usual_range(series, unit)
    if series.mean is not None and lower is not None and upper is not None:
        kind = "trial limits are" if series.trial else "usual range is"
        parts.append(f"The mean is {say(series.mean)}; the {kind} {say(lower)} to {say(upper)}.")
    parts.append(f"{last} is {say(plan.last_value)}.")
    return " ".join(p for p in parts if p)


def _plan(series: Series, unit: str) -> _Plan:
    values = list(series.values)
    known = [i for i, v in enumerate(values) if v is not None]
    shown = [v for v in values if v is not None]
    edges = [e for e in (series.lower, series.upper, series.mean) if e is not None]
    return _Plan(values, known, known[-1], *around([*shown, *edges], unit))


def _formatter(unit: str, plan: _Plan) -> Callable[[float], str]:
    if unit in ("fraction", "minutes", "days", "per_1000"):
        return lambda value: numbers.amount(max(value, 0.0) if abs(value) < 1e-9 else value, unit)
    small = plan.top < 10
    return lambda value: numbers.number(value, 1 if small and abs(value - round(value)) > 1e-9 else 0)


def _gapped(values: list[float | None]) -> tuple[list[int], list[float]]:
    """x and y with not-a-number where a month has no value, so that the line breaks there."""
    return list(range(len(values))), [float("nan") if v is None else v for v in values]


def _range(axes: Any, series: Series, palette: Palette) -> None:
    if series.mean is not None:
        axes.axhline(series.mean, color=MEAN, lw=0.8, zorder=1)
    if series.lower is None or series.upper is None:
        return
    if not series.trial:
        axes.axhspan(series.lower, series.upper, color=palette.band, lw=0, zorder=0)
    for limit in (series.lower, series.upper):
        axes.axhline(limit, color=LIMIT, lw=0.6, ls=(0, (3, 2)), zorder=1)


def _line(axes: Any, series: Series, plan: _Plan, palette: Palette) -> None:
    long = len(plan.values) > 30
    axes.plot(*_gapped(plan.values), color=palette.accent, lw=1.0 if long else 1.3, zorder=3, solid_joinstyle="round")
    known = [(i, v) for i, v in enumerate(plan.values) if v is not None]
    axes.plot(*zip(*known, strict=True), "o", color=palette.accent, ms=1.8 if long else 3, mew=0, zorder=4)
    signals = [(i, v) for i, v in known if i in series.signals]
    if signals:
        size, edge = (3.2, 0.9) if long else (4.6, 1.2)
        axes.plot(*zip(*signals, strict=True), "D", color="white", mec=palette.deep, mew=edge, ms=size, zorder=5)
    if plan.last not in series.signals:
        axes.plot([plan.last], [plan.last_value], "o", color=palette.deep, ms=4 if long else 5, mew=0, zorder=6)


def usual_range(series: Series, unit: str) -> tuple[float | None, float | None]:
    """Lower and upper limit as printed: of whole things the smallest and the largest number inside the limits."""
    lower, upper = series.lower, series.upper
    if lower is None or upper is None or unit not in numbers.COUNTED or ceil(lower) > floor(upper):
        return lower, upper
    return float(ceil(lower)), float(floor(upper))


def _value_labels(series: Series, plan: _Plan, unit: str, say: Callable[[float], str]) -> list[tuple[float, str, bool]]:
    """High, last value, mean and low: where each is, its words, whether it is the last value."""
    labels = [(plan.last_value, say(plan.last_value), True)]
    lower, upper = usual_range(series, unit)
    edges = ((series.upper, upper, "high"), (series.mean, series.mean, "mean"), (series.lower, lower, "low"))
    for value, shown, word in edges:
        if value is not None and shown is not None:
            labels.append((value, f"{say(shown)} {word}", False))
    return labels


def _month_labels(axes: Any, series: Series, inside: float) -> None:
    """First month, Januaries, Julys and the last month, as far as there is room in `inside` points."""
    count = len(series.months)
    step = inside / count
    chosen = [i for i, m in enumerate(series.months) if i in (0, count - 1) or m[5:] in ("01", "07")]
    if count > 30:
        chosen = [i for i in chosen if i in (0, count - 1) or series.months[i][5:] == "01"]
    texts = []
    for i in chosen:
        year, month = series.months[i].split("-")
        name = wording.MONTHS[int(month) - 1][:3]
        texts.append(f"{name} {year}" if i == 0 or month == "01" or (i == count - 1 and count > 30) else name)
    shown = place_in_row([((i + 0.5) * step, t) for i, t in zip(chosen, texts, strict=True)], 8)
    kept = [(i, t) for i, t, s in zip(chosen, texts, shown, strict=True) if s]
    axes.set_xticks([i for i, _ in kept], [t for _, t in kept], fontsize=8)
    labels = axes.get_xticklabels()
    labels[-1].set_ha("right")
    labels[0].set_ha("left")
    axes.tick_params(axis="x", pad=4)
