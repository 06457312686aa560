"""Where the true numbers come from: a source that disclosure control asks, so that it knows nothing of tables and
SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from pipeline.measure.figure import Figure
from pipeline.program.model import Program
from pipeline.program.period import Period, day_range
from pipeline.protect.calendar import Span

if TYPE_CHECKING:
    import duckdb

Fingerprints = Mapping[tuple[str, date], str]  # (agency, first of month) -> digest of the accepted rows of that month


class Counts(Protocol):
    """True figures. `agency` is `all` or an id."""

    def prepare(self, wanted: Iterable[Request]) -> None:
        """Told beforehand what will be asked, so that a source can measure it in one go."""

    def figure(self, metric: str, span: Span, agency: str) -> Figure:
        """The staff figure of a metric for days and agency."""

    def breakdown(self, metric: str, group: str, span: Span) -> Sequence[Figure]:
        """The program's figures of all categories of a group, in their order; empty when the metric has no such
        group."""


@dataclass(frozen=True, slots=True)
class Request:
    """Metrics that will be asked for over these spans, for the program and each agency, or broken down by groups."""

    metrics: tuple[str, ...]
    spans: tuple[Span, ...]
    groups: tuple[str, ...] = ()


class WarehouseCounts:
    """Counts measured from the warehouse when they are asked for, in as few scans as the requests allow."""

    def __init__(self, con: duckdb.DuckDBPyConnection, program: Program, given: Iterable[Figure] = ()) -> None:
        self._con = con
        self._program = program
        self._known: dict[tuple[str, Span, str], Figure] = {}
        self._groups: dict[tuple[str, str, Span], list[Figure]] = {}
        self._keep(given)

    def prepare(self, wanted: Iterable[Request]) -> None:
        """Measure what was not measured yet."""
        from pipeline.measure.figures import measure

        for request in wanted:
            if request.groups:
                missing = [
                    s
                    for s in request.spans
                    if any((m, g, s) not in self._groups for m in request.metrics for g in request.groups)
                ]
                figures = (
                    measure(
                        self._con,
                        self._program,
                        _periods(missing),
                        agencies=False,
                        groups=request.groups,
                        metrics=request.metrics,
                    )
                    if missing
                    else ()
                )
                for m in request.metrics:
                    for g in request.groups:
                        for s in missing:
                            self._groups.setdefault((m, g, s), [])
            else:
                missing = [s for s in request.spans if any((m, s, "all") not in self._known for m in request.metrics)]
                figures = (
                    measure(self._con, self._program, _periods(missing), metrics=request.metrics) if missing else ()
                )
            self._keep(figures)

    def _keep(self, figures: Iterable[Figure]) -> None:
        for f in figures:
            span = Span(f.period_start, f.period_end)
            if f.group is None:
                self._known[f.metric, span, f.agency] = f
            elif f.agency == "all":
                self._groups.setdefault((f.metric, f.group, span), []).append(f)

    def figure(self, metric: str, span: Span, agency: str) -> Figure:
        """The figure, measured now when nobody asked for it before."""
        if (metric, span, agency) not in self._known:
            self.prepare([Request((metric,), (span,))])
        return self._known[metric, span, agency]

    def breakdown(self, metric: str, group: str, span: Span) -> Sequence[Figure]:
        """The breakdown, measured now when nobody asked for it before."""
        if (metric, group, span) not in self._groups:
            self.prepare([Request((metric,), (span,), (group,))])
        return self._groups[metric, group, span]


def _periods(spans: Iterable[Span]) -> list[Period]:
    return [day_range(s.start, s.end) for s in dict.fromkeys(spans)]
