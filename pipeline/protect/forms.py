"""Rules 6 and 7: the form in which a figure may be printed, judged by its own numbers alone, and what that form
tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.measure.figure import Figure, Status
from pipeline.protect.quantities import Expression, Shape

Told = tuple[Expression, float, float]  # a count, and the lowest and highest value that the print leaves for it


@dataclass(frozen=True, slots=True)
class Form:
    """What is printed of a figure, and the counts that a reader then knows (exactly, or within bounds)."""

    status: Status
    told: tuple[Told, ...]
    printed: Mapping[str, float | int | None]

    def figure(self, true: Figure, period: str, edition: str | None) -> Figure:
        """The public row."""
        return replace(true, **self.printed, status=self.status, period=period, edition=edition)  # type: ignore[arg-type]


def form_of(
    shape: Shape, figure: Figure, suppress_below: int, *, bounded: bool = True, samples: bool = True
) -> Form | None:
    """The form of a figure, or None when its own numbers forbid every form. 0 is published (rule 8).

    `bounded` and `samples` switch rule 6 and the second half of rule 7 off, in tests.
    """
    if shape.form == "free":
        return Form(figure.status, (), {})
    if suppress_below <= 1:
        return _plain(shape, figure)
    if shape.form == "count":
        return _count(shape, figure, suppress_below)
    if shape.form == "sample":
        return _sample(shape, figure, suppress_below if samples else 1)
    if shape.form == "pair":
        return _pair(shape, figure, suppress_below)
    return _rate(shape, figure, suppress_below, bounded)


def small(value: float, suppress_below: int) -> bool:
    """Rule 2: a count from 1 to `suppress_below` - 1."""
    return 1 <= value < suppress_below


def _number(value: float | None) -> int:
    return round(value or 0)


def _plain(shape: Shape, figure: Figure) -> Form:
    return Form(figure.status, _exact(shape, figure), {"unknown": None} if any(shape.guarded) else {})


def _exact(shape: Shape, figure: Figure) -> tuple[Told, ...]:
    """What a figure tells when all its counts are printed."""
    n, d = _number(figure.numerator), _number(figure.denominator)
    if shape.form == "rate":
        return (shape.first, n, n), (shape.rest, d - n, d - n), (shape.whole, d, d)
    if shape.form == "pair":
        return (shape.first, n, n), (shape.whole, d, d)
    count = sample_size(figure) if shape.form == "sample" else n
    return ((shape.whole, count, count),)


def sample_size(figure: Figure) -> int:
    """The number of rows behind a median, a quantile or a survival figure."""
    return _number(figure.denominator if figure.denominator is not None else figure.numerator)


def _count(shape: Shape, figure: Figure, suppress_below: int) -> Form | None:
    if shape.guarded[0] and small(_number(figure.numerator), suppress_below):
        return None
    return Form(figure.status, _exact(shape, figure), {"unknown": None} if shape.guarded[0] else {})


def _sample(shape: Shape, figure: Figure, suppress_below: int) -> Form | None:
    """Medians and survival figures need n >= `suppress_below`; of survival the events are counts themselves."""
    n = sample_size(figure)
    events = _number(figure.numerator) if figure.denominator is not None else 0
    if shape.guarded[0] and 0 < n < suppress_below:
        return None
    if shape.guarded[0] and (small(events, suppress_below) or small(n - events, suppress_below)):
        return None
    return Form(figure.status, _exact(shape, figure), {"numerator": None, "denominator": float(n), "unknown": None})


def _pair(shape: Shape, figure: Figure, suppress_below: int) -> Form | None:
    if any(small(_number(v), suppress_below) for v in (figure.numerator, figure.denominator)):
        return None
    return Form(figure.status, _exact(shape, figure), {"unknown": None})


def _rate(shape: Shape, figure: Figure, suppress_below: int, bounded: bool) -> Form | None:
    n, d = _number(figure.numerator), _number(figure.denominator)
    top, rest = suppress_below - 1, d - n
    if not any(shape.guarded):
        return Form(figure.status, _exact(shape, figure), {})
    if bounded and n >= suppress_below and rest <= top:  # "at least": a function of the shown numerator only
        low = (100 * n // (n + top)) / 100
        told: tuple[Told, ...] = ((shape.first, n, n), (shape.rest, 0, top))
        return Form("bounded", told, _only(numerator=n, low=low))
    if bounded and d >= suppress_below and 1 <= n <= top:  # "at most"
        high = -(-100 * top // d) / 100
        return Form("bounded", ((shape.whole, d, d), (shape.first, 1, top)), _only(denominator=d, high=min(high, 1.0)))
    guarded = zip((n, rest), shape.guarded, strict=True)
    if any(g and small(v, suppress_below) for v, g in guarded) or (all(shape.guarded) and small(d, suppress_below)):
        return None
    return Form(figure.status, _exact(shape, figure), {"unknown": None})


def _only(**shown: float) -> dict[str, float | int | None]:
    return {**EMPTY, **{k: float(v) for k, v in shown.items()}}


#: A withheld figure: all its numbers null, never with the reason.
EMPTY: dict[str, float | int | None] = dict.fromkeys(("numerator", "denominator", "value", "low", "high", "unknown"))


def numbers(figure: Figure) -> tuple[object, ...]:
    """What a public row says in numbers."""
    return (figure.status, *(getattr(figure, name) for name in EMPTY))


def withheld(figure: Figure, period: str, edition: str | None) -> Figure:
    """The row of a planned figure that is not printed."""
    return replace(figure, **EMPTY, status="withheld", period=period, edition=edition)  # type: ignore[arg-type]


def told_by(shape: Shape, figure: Figure, suppress_below: int) -> tuple[Told, ...]:
    """What a printed row of an earlier edition tells; `suppress_below` is that edition's."""
    top = suppress_below - 1
    if shape.form == "free":
        return ()
    if figure.status != "bounded":
        return _exact(shape, figure)
    if figure.numerator is not None:
        return (shape.first, _number(figure.numerator), _number(figure.numerator)), (shape.rest, 0, top)
    return (shape.whole, _number(figure.denominator), _number(figure.denominator)), (shape.first, 1, top)
