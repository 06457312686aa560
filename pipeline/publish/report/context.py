"""What all pages of a report look things up in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline.measure.figure import Figure
from pipeline.measure.series import Series
from pipeline.program.model import Metric
from pipeline.program.period import TO_DATE
from pipeline.publish import labels, numbers, wording
from pipeline.publish.inputs import EditionInputs
from pipeline.publish.palette import Palette, palette
from pipeline.publish.report.views import Cell, value_cell
from pipeline.publish.wording import Span


@dataclass(frozen=True, slots=True)
class Matching:
    """Whether CAD and log agree, for one agency (or `all`), in the edition's period. Counts of calls."""

    agency: str
    team_calls: int
    with_log: int
    log_only: int
    arrests_disagree: int

    @property
    def cad_only(self) -> int:
        """Team calls in CAD without a log entry."""
        return self.team_calls - self.with_log


class Context:
    """Figures, series and names of one edition, by the keys that pages ask for."""

    def __init__(self, inputs: EditionInputs) -> None:
        self.inputs = inputs
        self.metrics = inputs.program.metrics
        self.period = wording.span(inputs.period)

    @cached_property
    def palette(self) -> Palette:
        """The colours, from the program's accent."""
        return palette(self.inputs.program.branding.accent)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The period, then the comparison periods for which anything was measured: each once, none before the start."""
        measured = {f.period for f in self.inputs.figures if f.agency == "all"}
        others = (wording.span(p) for p in self.inputs.comparisons if p.end >= self.inputs.program.began)
        chosen = [self.period, *(s for s in others if s.text in measured)]
        return tuple({s.text: s for s in chosen}.values())

    @cached_property
    def widest(self) -> Span:
        """The longest period of the edition, where small numbers say most."""
        return max(self.spans, key=lambda s: (s.end - s.start, s.text == TO_DATE))

    @cached_property
    def names(self) -> dict[str, str]:
        """Agency ids and the names for tables."""
        return wording.short_names({a.id: a.name for a in self.inputs.program.agencies})

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        """Agency ids by size: calls responded to in the widest period, then the order of program.toml."""

        def size(agency: str) -> float:
            figure = self.figure("calls_responded", self.widest, agency)
            return figure.value or 0.0 if figure else 0.0

        return tuple(sorted(self.names, key=lambda a: -size(a)))

    @cached_property
    def measured(self) -> tuple[Metric, ...]:
        """Metrics with a figure for all agencies in the period, in the order of their declaration."""
        return tuple(m for m in self.metrics.values() if self.figure(m.id, self.period))

    @cached_property
    def by_metric(self) -> dict[str, Series]:
        """The series for all agencies together."""
        return {s.metric: s for s in self.inputs.series if s.agency == "all"}

    @cached_property
    def matching(self) -> tuple[Matching, ...]:
        """Whether CAD and log agree, agency by agency, `all` last; empty when it was not measured."""
        found = (self._matching(agency) for agency in (*self.agencies, "all"))
        return tuple(m for m in found if m is not None)

    def _matching(self, agency: str) -> Matching | None:
        calls = self.count("team_calls", agency=agency)
        alone = self.count("team_calls_without_log", agency=agency)
        if calls is None or alone is None:
            return None
        log_only = self.count("log_entries_without_call", agency=agency)
        disagree = self.count("arrests_disagree", agency=agency)
        return Matching(agency, calls, calls - alone, log_only or 0, disagree or 0)

    def figure(
        self, metric: str, span: Span, agency: str = "all", group: str | None = None, category: str | None = None
    ) -> Figure | None:
        """The figure with this key, or None when it was not measured."""
        return self.inputs.figures.get(metric, span.text, agency, group, category)

    @cached_property
    def followed(self) -> tuple[Series, ...]:
        """The series that the report follows: headline figures, then some of the service."""
        wanted = (*labels.HEADLINE, *labels.FOLLOWED)
        return tuple(s for m in wanted if m in self.metrics and (s := self.series(m)))

    def series(self, metric: str) -> Series | None:
        """The months of a metric for all agencies, or None."""
        return self.by_metric.get(metric)

    def title(self, metric: str) -> str:
        """The declared title."""
        return self.metrics[metric].title

    def cell(self, metric: str, span: Span, agency: str = "all", decimals: int = 0) -> Cell:
        """A figure as a table cell; counts of people stand over people met in the same period."""
        of = None
        if self.metrics[metric].kind == "people" and metric != labels.PEOPLE_MET:
            of = self.figure(labels.PEOPLE_MET, span, agency)
        return value_cell(self.figure(metric, span, agency), "r now" if span == self.period else "r", of, decimals)

    def count(self, metric: str, span: Span | None = None, agency: str = "all") -> int | None:
        """A count as a whole number, or None when there is no figure or no data."""
        figure = self.figure(metric, span or self.period, agency)
        return None if figure is None or figure.value is None else int(numbers.rounded(numbers.exact(figure.value)))
