"""What all charts share: a figure sized in points, the type, saving with the same bytes, labels that do not touch."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline.publish import fonts
from pipeline.publish.palette import INK, MUTED, RULE

STYLE: Any = {
    "font.family": [fonts.FAMILY, fonts.OTHER],
    "font.size": 8.5,
    "text.color": INK,
    "text.parse_math": False,  # a name with two dollar signs is not a formula
    "text.usetex": False,
    "axes.labelcolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "svg.fonttype": "path",  # looks the same where the font is not installed
    "svg.hashsalt": "outcomes",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.6,
    "axes.unicode_minus": True,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "axes.grid": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "auto",
    "path.simplify": False,
}


#: Base lines of two labels are at least this far apart, in points.
LABEL_GAP = 9.6
#: From one line of a label to the next, in sizes of its type.
LINE = 1.1
#: Charts up to this width, in points, can be read on a phone as they are.
WIDEST_ON_PHONE = 300.0


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: its name in the document, its SVG, its words, its size in points."""

    name: str
    svg: str
    alt: str
    width: float
    height: float
    png: bytes = b""  # with its frame, as a file of its own; `alone` is the same as SVG
    alone: str = ""
    points: tuple[tuple[str, str], ...] = ()  # of a chart of months: month and value in words
    inside: tuple[float, float] = (0.0, 1.0)  # where the months begin and end, as shares of the width

    @property
    def wide(self) -> bool:
        """Whether it takes the whole width of a page, more than a phone can show."""
        return self.width > WIDEST_ON_PHONE


@dataclass(frozen=True, slots=True)
class Frame:
    """What a chart carries when it stands alone as a file: title, unit and source line."""

    title: str
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Margins:
    """Space around the plot, in points."""

    left: float
    right: float
    top: float
    bottom: float


#: Room above and below a chart for the title, unit and source of a file that stands alone, in points.
FRAME_TOP, FRAME_BOTTOM, FRAME_SIDE = 44.0, 24.0, 12.0


@contextmanager
def canvas(width: float, height: float, margins: Margins, frame: Frame | None = None) -> Iterator[tuple[Any, Any]]:
    """A matplotlib figure of `width` × `height` points with one plot inside; the style holds within the block.

    A `frame` adds its own room around, on white.
    """
    import matplotlib
    from matplotlib.figure import Figure

    fonts.register()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # nobody's matplotlibrc changes our charts
        matplotlib.rcParams.update(STYLE)
        if frame is not None:
            margins = Margins(
                margins.left + FRAME_SIDE, margins.right + FRAME_SIDE, margins.top + FRAME_TOP,
                margins.bottom + FRAME_BOTTOM,
            )  # fmt: skip
            width, height = width + 2 * FRAME_SIDE, height + FRAME_TOP + FRAME_BOTTOM
        figure = Figure(figsize=(width / 72, height / 72))
        if frame is not None:
            _framed(figure, frame, width, height)
        box = (
            margins.left / width,
            margins.bottom / height,
            (width - margins.left - margins.right) / width,
            (height - margins.top - margins.bottom) / height,
        )
        yield figure, figure.add_axes(box)


def saved(figure: Any) -> str:
    """The figure as SVG text, without a date."""
    out = io.StringIO()
    with _quiet():
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def saved_png(figure: Any) -> bytes:
    """The figure as PNG at 192 dots an inch, without a date or the name of the software."""
    out = io.BytesIO()
    with _quiet():
        figure.savefig(out, format="png", dpi=192, metadata={"Software": None})
    return out.getvalue()


@contextmanager
def _quiet() -> Iterator[None]:
    """A letter that neither font has (an emoji in a name) shows as a box; nobody needs to be told at the terminal."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from font")
        yield


def row_label(axes: Any, y: float, text: str, left: float, size: float, **style: Any) -> None:
    """The label of a row, `left` points to the left of the plot; two lines stand as close as in print."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        lower = (i - (len(lines) - 1) / 2) * LINE * size
        axes.annotate(
            line, (0, y), (-left, -lower), xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
            ha="left", fontsize=size, **{"color": INK, **style},
        )  # fmt: skip


def room(texts: Iterable[str], size: float, least: float, gap: float = 7, weight: int = 400) -> float:
    """A margin that holds the widest of some labels, `gap` points away from the plot; at least `least` points."""
    return max([least, *(fonts.width(text, size, weight) + gap for text in texts)])


def _framed(figure: Any, frame: Frame, width: float, height: float) -> None:
    left = FRAME_SIDE / width
    figure.set_facecolor("white")
    figure.text(left, (height - 16) / height, frame.title, fontsize=10, fontweight=700, va="center", color=INK)
    figure.text(left, (height - 31) / height, frame.unit, fontsize=8.5, va="center", color=MUTED)
    figure.text(left, 11 / height, frame.source, fontsize=8, va="center", color=MUTED)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones (ascending), at least `gap` apart and between low and high where they fit.

    Neighbours that touch move as a block around their common middle, so that a label stays close to its line.
    """
    blocks: list[tuple[float, int]] = []  # (position of the first label, number of labels)
    for want in wanted:
        blocks.append((want, 1))
        while len(blocks) > 1 and blocks[-2][0] + blocks[-2][1] * gap > blocks[-1][0]:
            (first, n), (second, m) = blocks[-2], blocks[-1]
            blocks[-2:] = [((first * n + (second - n * gap) * m) / (n + m), n + m)]
    places = [first + i * gap for first, n in blocks for i in range(n)]
    for i, place in enumerate(places):
        places[i] = max(place, low if i == 0 else places[i - 1] + gap)
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], high if i == len(places) - 1 else places[i + 1] - gap)
    return places


def edge_labels(
    axes: Any, labels: Sequence[tuple[float, str, bool]], shown: tuple[float, float], inside: float, deep: str
) -> None:
    """Labels at the right-hand edge of a plot `inside` points high that shows values from `shown[0]` to `shown[1]`.

    Each label is (value, text, strong); they are pushed apart so that none touch, and stand in the order of values.
    """
    ordered = sorted(labels, key=lambda label: (-label[0], not label[2]))
    bottom, top = shown
    wanted = [(top - value) / (top - bottom) * inside for value, _, _ in ordered]
    for at, (_, text, strong) in zip(spread(wanted, LABEL_GAP, 0, inside), ordered, strict=True):
        axes.annotate(
            text, (1, 1), (6, -at), xycoords="axes fraction", textcoords="offset points", va="center", ha="left",
            color=deep if strong else MUTED, fontsize=8.5 if strong else 8, fontweight=700 if strong else 400,
        )  # fmt: skip


def place_in_row(labels: Sequence[tuple[float, str]], size: float, gap: float = 6) -> list[bool]:
    """Which labels of a time axis fit beside each other: the last and the first always, the others where room is left.

    Each label is (position in points of its middle, text); the first stands left-aligned, the last right-aligned.
    """
    shown = [False] * len(labels)
    taken: list[tuple[float, float]] = []
    order = [len(labels) - 1, 0, *range(1, len(labels) - 1)]
    for i in dict.fromkeys(k for k in order if 0 <= k < len(labels)):
        at, text = labels[i]
        size_pt = fonts.width(text, size)
        if i == len(labels) - 1:
            box = (at - size_pt, at)
        elif i == 0:
            box = (at, at + size_pt)
        else:
            box = (at - size_pt / 2, at + size_pt / 2)
        if all(box[1] + gap <= a or box[0] - gap >= b for a, b in taken):
            taken.append(box)
            shown[i] = True
    return shown
