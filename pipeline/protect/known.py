"""The attacker's system built from a ledger: for the gate (with today's state of rows) and for the audit
(without)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipeline.measure.figure import Figure
from pipeline.protect.calendar import Calendar, Span, Timeline
from pipeline.protect.entry import Entry
from pipeline.protect.era import Era, Fact
from pipeline.protect.forms import told_by
from pipeline.protect.gate import Gate
from pipeline.protect.ledger import Ledger
from pipeline.protect.model import Model
from pipeline.protect.protected import Truth
from pipeline.protect.quantities import Declared, Expression, Quantities, Shape, derive
from pipeline.protect.safety import Limits


@dataclass(frozen=True)
class State:
    """What an entry says, or will say, about the rows behind its figures."""

    agencies: tuple[str, ...]
    versions: Mapping[tuple[str, date], int]
    metrics: Mapping[str, tuple[Declared, int]]  # id -> declaration and epoch
    last: date

    @classmethod
    def of(cls, entry: Entry) -> State:
        """The state that an entry of the ledger lists."""
        months = [m for _, m in entry.versions]
        return cls(
            entry.agencies,
            {key: version for key, (version, _) in entry.versions.items()},
            {d.id: (d, epoch) for d, epoch in entry.metrics},
            max([entry.end, *months]),
        )

    def era(self, quantities: Quantities) -> Era:
        """The state as the model reads it."""
        epochs: dict[str, int] = {}
        for declared, epoch in self.metrics.values():
            for part in quantities.shapes[declared].parts:
                if epoch:
                    epochs[part] = max(epoch, epochs.get(part, 0))
        return Era(self.agencies, self.versions, self.last, epochs)


class Knowledge:
    """Eras, facts and shapes of a ledger, and of the edition that is being made when there is one."""

    def __init__(
        self,
        ledger: Ledger,
        calendar: Calendar,
        now: State | None,
        spans: Iterable[Span] = (),
        like: Knowledge | None = None,
    ) -> None:
        """`like`: knowledge of the same ledger, whose reading of it is taken over."""
        self.ledger = ledger
        self._past: list[State] = like._past if like else [State.of(e) for e in ledger.editions]
        self.admitted: list[tuple[Entry, Figure]] = like.admitted if like else list(ledger.admitted())
        self.states = self._past + ([now] if now else [])
        self.quantities = derive(dict.fromkeys(d for s in self.states for d, _ in s.metrics.values()))
        starts = [f.period_start for _, f in self.admitted] + [s.start for s in spans] + [calendar.began]
        last = max([s.last for s in self.states] + [s.end for s in spans])
        self.timeline = Timeline(calendar, min(starts), last, frozenset(s for s in starts if s.day > 1))
        eras: dict[object, Era] = {}
        self.eras = [self._shared(s.era(self.quantities), eras) for s in self.states]

    @staticmethod
    def _shared(era: Era, seen: dict[object, Era]) -> Era:
        """The same object for the same state, so that nothing is worked out twice."""
        key = (era.agencies, tuple(sorted(era.versions.items())), era.last, tuple(sorted(era.epochs.items())))
        return seen.setdefault(key, era)

    def shape(self, metric: str, state: State) -> Shape | None:
        """The shape of a metric as declared in `state`; None for figures of a metric that is not listed there."""
        return self.quantities.shapes[state.metrics[metric][0]] if metric in state.metrics else None

    def facts(self) -> Iterator[tuple[Era, Fact]]:
        """Everything that the ledger's figures tell. Breakdowns are a system of their own."""
        place = {e.number: i for i, e in enumerate(self.ledger.editions)}
        for entry, figure in self.admitted:
            if figure.group is None:
                state, era = self.states[place[entry.number]], self.eras[place[entry.number]]
                for fact in self.facts_of(figure, state, entry.suppress_below):
                    yield era, fact

    def facts_of(self, figure: Figure, state: State, suppress_below: int) -> list[Fact]:
        """What one printed figure tells."""
        shape = self.shape(figure.metric, state)
        if shape is None or shape.form == "free" or figure.status == "withheld":
            return []
        run = self.timeline.run(Span(figure.period_start, figure.period_end))
        scope = scope_of(figure, state)
        if scope is None:
            return []
        told = told_by(shape, figure, suppress_below)
        return [Fact(e, scope, run, low, high, len(e) > 1 and len(told) > 2) for e, low, high in told]

    def gate(
        self, limits: Limits, truth: Truth | None, eras: Sequence[Era] | None = None, *, people_rules: bool = True
    ) -> Gate:
        """A gate over this knowledge, not started yet."""
        model = Model(self.quantities, self.timeline, people_rules=people_rules)
        chosen = list(dict.fromkeys(self.eras if eras is None else eras))
        if self.eras[-1] in chosen:  # the present is the last
            chosen = [e for e in chosen if e is not self.eras[-1]] + [self.eras[-1]]
        return Gate(model, chosen, limits, truth, self.protected())

    @cached_property
    def names(self) -> dict[Expression, str]:
        """How staff know a count: by the metric that prints it."""
        found: dict[Expression, str] = {}
        for declared, shape in self.quantities.shapes.items():
            if shape.form == "rate":
                found.setdefault(shape.first, f"{declared.id} (numerator)")
                found.setdefault(shape.rest, f"{declared.id} (denominator - numerator)")
                found.setdefault(shape.whole, f"{declared.id} (denominator)")
            elif shape.form == "pair":
                found.setdefault(shape.first, f"{declared.id} (numerator)")
                found.setdefault(shape.whole, f"{declared.id} (denominator)")
            elif shape.parts:
                found[shape.whole] = (
                    declared.id if shape.form == "count" else found.get(shape.whole, f"{declared.id} (n)")
                )
        return found

    def protected(self) -> set[Expression]:
        """Rule 2: the expressions of all metrics, of past declarations too."""
        return {e for shape in self.quantities.shapes.values() for e in shape.protected}


def scope_of(figure: Figure, state: State) -> str | None:
    """The agencies that a figure counts: `all`, an id, or ids joined by `+`; None when it counts nobody."""
    declared = state.metrics[figure.metric][0]
    if declared.kind != "per_1000":
        return figure.agency
    if figure.agency != "all":
        return figure.agency if figure.agency in declared.residents else None
    if set(declared.residents) >= set(state.agencies):
        return "all"
    return "+".join(declared.residents) or None
