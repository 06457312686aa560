"""Shares over time (survival figures) as what they tell: of so many rows, how many were followed by the event.

Where every row could be followed to the end, share x rows is that number, and its differences from edition to edition
would be small counts. So each share passes a gate of its own, as the rate that it is. It is apart from the other gate
because these numbers ripen: a row of May may be followed in June, while nothing in May changed. An earlier share then
says "at least so many" and no more, and nothing else that is published depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import floor

from pipeline.measure.figure import Figure
from pipeline.program.model import Metric
from pipeline.protect.calendar import Span
from pipeline.protect.era import Era, Fact
from pipeline.protect.gate import NO_COUNT, Finding, Gate
from pipeline.protect.model import Model
from pipeline.protect.plan import Planned
from pipeline.protect.present import Present
from pipeline.protect.quantities import Contained, Declared, Expression, Quantities, Shape, derive
from pipeline.protect.safety import Limits
from pipeline.protect.solve import TOLERANCE, ContradictionError
from pipeline.protect.truth import TrueCounts


class Followed:
    """The gate of the program's survival figures; made when the first of them is asked about."""

    def __init__(self, present: Present, metrics: Mapping[str, Metric], limits: Limits) -> None:
        self._present = present
        self._limits = limits
        self._metrics = {m.id: m for m in metrics.values() if m.kind == "survival" and self._is_guarded(m)}
        self._declared = {m: _as_rate(metric) for m, metric in self._metrics.items()}
        derived = derive(self._declared.values())
        self._quantities = replace(
            derived, contained=(*derived.contained, *_windows(self._metrics, self.shapes(derived)))
        )
        self._shapes = self.shapes(self._quantities)

    def _is_guarded(self, metric: Metric) -> bool:
        known = self._present.known
        shape = known.shape(metric.id, known.states[-1])
        return shape is not None and any(shape.guarded)

    def shapes(self, quantities: Quantities) -> dict[str, Shape]:
        """Of each metric: events, the others, and both together."""
        return {m: quantities.shapes[d] for m, d in self._declared.items()}

    @cached_property
    def names(self) -> dict[Expression, str]:
        """How staff know these counts."""
        found: dict[Expression, str] = {}
        for metric, shape in self._shapes.items():
            found[shape.whole] = f"{metric} (denominator)"
            found[shape.first], found[shape.rest] = f"{metric} (events)", f"{metric} (rows without the event)"
        return found

    def admit(self, planned: Planned) -> Finding | None:
        """Let one figure pass if every number of events, and of the others, stays safe; the reason when not."""
        shape = self._shapes.get(planned.metric)
        if shape is None:
            return None
        if self.gate is None:
            return Finding(NO_COUNT, 0, 0)
        figure = self._present.counts.figure(planned.metric, planned.span, planned.agency)
        events, rows = round(figure.numerator or 0), round(figure.denominator or 0)
        run = self._present.known.timeline.run(planned.span)
        return self.gate.admit(_facts(shape, planned.agency, run, (events, events), rows)) if rows else None

    @cached_property
    def gate(self) -> Gate | None:
        """None when earlier shares do not agree with each other."""
        known = self._present.known
        eras = [e for e in dict.fromkeys(known.eras) if e is not known.eras[-1]] + [known.eras[-1]]
        expressions = {e for s in self._shapes.values() for e in s.protected}
        gate = Gate(Model(self._quantities, known.timeline), eras, self._limits, self._truth.value, expressions)
        try:
            gate.start(self._published())
        except ContradictionError:
            return None
        return gate

    @cached_property
    def _truth(self) -> TrueCounts:
        known, present = self._present.known, self._present
        declared = list(self._declared.values())
        return TrueCounts(present.counts, known.timeline, self._quantities, declared, present.agencies)

    def _published(self) -> Iterator[tuple[Era, Fact]]:
        """What the shares in the ledger tell."""
        known = self._present.known
        place = {e.number: i for i, e in enumerate(known.ledger.editions)}
        for entry, figure in known.admitted:
            if figure.metric in self._shapes and figure.group is None and figure.value is not None:
                era = known.eras[place[entry.number]]
                for fact in self._told(figure, era):
                    yield era, fact

    def _told(self, figure: Figure, then: Era) -> Sequence[Fact]:
        """The number of events when it was printed; since then it may have risen where rows are still the same."""
        known, shape = self._present.known, self._shapes[figure.metric]
        run = known.timeline.run(Span(figure.period_start, figure.period_end))
        rows, events = round(figure.denominator or 0), (figure.value or 0) * (figure.denominator or 0)
        least = floor(events + TOLERANCE)
        whole = Fact(shape.whole, figure.agency, run, rows, rows)
        if not self._present.same_rows(known, then, known.eras[-1], whole):
            return _facts(shape, figure.agency, run, (least, rows), rows)
        now = self._truth.value(shape.first, figure.agency, run) or 0
        if self._truth.value(shape.whole, figure.agency, run) != rows:
            return ()  # linked rows changed: taken as something new, as everywhere
        exact = now == least and abs(events - least) < TOLERANCE
        return _facts(shape, figure.agency, run, (now, now) if exact else (min(least, now), rows), rows)


def _facts(shape: Shape, agency: str, run: tuple[int, int], events: tuple[int, int], rows: int) -> list[Fact]:
    low, high = events
    return [
        Fact(shape.first, agency, run, low, high),
        Fact(shape.rest, agency, run, rows - high, rows - low),
        Fact(shape.whole, agency, run, rows, rows, implied=low == high),
    ]


def _as_rate(metric: Metric) -> Declared:
    declared = Declared.of(metric)
    return replace(declared, kind="rate", numerator=f"followed_{metric.id}", measure=None, last_by=None)


def _windows(metrics: Mapping[str, Metric], shapes: Mapping[str, Shape]) -> Iterator[Contained]:
    """The same rows followed for different times: who came back within a week came back within a month."""
    for a, first in metrics.items():
        for b, second in metrics.items():
            if a == b or _rows(first) != _rows(second):
                continue
            yield Contained(shapes[a].whole, shapes[b].whole, same=True)
            if first.event == second.event and (first.within_days or 0) < (second.within_days or 0):
                yield Contained(shapes[a].first, shapes[b].first, same=False)
                yield Contained(shapes[b].rest, shapes[a].rest, same=False)


def _rows(metric: Metric) -> tuple[str, str | None, str | None]:
    return metric.over, metric.time, metric.denominator
