"""The true value of every count that disclosure control asks about, put together from the figures of `Counts`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.measure.figure import Figure
from pipeline.protect.calendar import Span, Timeline
from pipeline.protect.counts import Counts, Request
from pipeline.protect.forms import sample_size
from pipeline.protect.quantities import Declared, Expression, Quantities, Shape


class TrueCounts:
    """Values of quantities for agencies and runs of atoms; counts that add up are measured per atom only."""

    def __init__(
        self,
        counts: Counts,
        timeline: Timeline,
        quantities: Quantities,
        metrics: Sequence[Declared],
        agencies: Sequence[str],
    ) -> None:
        self._counts = counts
        self._timeline = timeline
        self._structure = quantities.structure
        self._agencies = tuple(agencies)
        self._source: dict[
            str, tuple[str, int, Shape]
        ] = {}  # quantity -> metric that prints it, its position, its shape
        for d in sorted(
            metrics, key=lambda d: d.kind == "per_1000"
        ):  # agencies without a population have no such figure
            shape = quantities.shapes[d]
            for i, name in enumerate(shape.parts):
                self._source.setdefault(name, (d.id, i, shape))
        self._sums: dict[tuple[str, str], list[int]] = {}

    def value(self, expression: Expression, agency: str, run: tuple[int, int]) -> int | None:
        """The count; None when no metric of today counts it."""
        total = 0
        for quantity, factor in expression:
            if quantity not in self._source:
                return None
            total += factor * self._quantity(quantity, agency, run)
        return total

    def _quantity(self, quantity: str, agency: str, run: tuple[int, int]) -> int:
        if self._structure[quantity] != "sum":
            atoms = self._timeline.atoms
            return self._part(quantity, Span(atoms[run[0]].start, atoms[run[1]].end), agency)
        agencies = self._agencies if agency == "all" else agency.split("+")
        return sum(self._prefix(quantity, a)[run[1] + 1] - self._prefix(quantity, a)[run[0]] for a in agencies)

    def _prefix(self, quantity: str, agency: str) -> list[int]:
        sums = self._sums.get((quantity, agency))
        if sums is None:
            sums = [0]
            for atom in self._timeline.atoms:
                sums.append(sums[-1] + self._part(quantity, atom, agency))
            self._sums[quantity, agency] = sums
        return sums

    def _part(self, quantity: str, span: Span, agency: str) -> int:
        metric, position, shape = self._source[quantity]
        return parts_of(shape, self._counts.figure(metric, span, agency))[position]


def parts_of(shape: Shape, figure: Figure) -> tuple[int, ...]:
    """The quantities in a figure, in the order of the shape's parts."""
    n, d = round(figure.numerator or 0), round(figure.denominator or 0)
    if shape.form == "rate":
        return n, d - n
    if shape.form == "pair":
        return n, d
    return (sample_size(figure),) if shape.form == "sample" else (n,)


def requests(
    timeline: Timeline, quantities: Quantities, metrics: Sequence[Declared], last: int, more: Iterable[Span]
) -> list[Request]:
    """What is asked of `Counts`: months of counts that add up, every protected run of people (and of distinct
    things)."""
    atoms = timeline.atoms
    runs = [Span(atoms[i].start, atoms[j].end) for i, j in timeline.protected_runs(last)]
    added = [d.id for d in metrics if quantities.shapes[d].form != "free" and _adds_up(d, quantities)]
    people = [d.id for d in metrics if quantities.shapes[d].form != "free" and not _adds_up(d, quantities)]
    others = tuple(dict.fromkeys(more))
    found = [Request(tuple(added), (*atoms, *others)), Request(tuple(people), tuple(dict.fromkeys([*runs, *others])))]
    free = tuple(d.id for d in metrics if quantities.shapes[d].form == "free")
    return [r for r in [*found, Request(free, others)] if r.metrics and r.spans]


def _adds_up(declared: Declared, quantities: Quantities) -> bool:
    shape = quantities.shapes[declared]
    return declared.kind != "distinct" and all(quantities.structure[p] == "sum" for p in shape.parts)


def not_additive(
    counts: Counts,
    truth: TrueCounts,
    timeline: Timeline,
    shapes: Mapping[Declared, Shape],
    asked: Iterable[tuple[Declared, str, Span]],
) -> set[str]:
    """Metrics whose figures are not the sum of their months (an incident with encounters in two of them counts in
    both)."""
    found: set[str] = set()
    for declared, agency, span in asked:
        shape = shapes[declared]
        if shape.form == "free" or declared.id in found or declared.kind == "per_1000":
            continue
        figure = parts_of(shape, counts.figure(declared.id, span, agency))
        expressions = [((p, 1),) for p in shape.parts]
        if figure != tuple(truth.value(e, agency, timeline.run(span)) for e in expressions):
            found.add(declared.id)
    return found
