"""What the public documents look things up in: public figures only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipeline.measure.figure import Figure
from pipeline.program.model import Metric, Program
from pipeline.program.period import TO_DATE, Period
from pipeline.program.periods import fiscal_year_to_date
from pipeline.protect.public import PublicFigures, only_public
from pipeline.publish import labels, numbers, wording
from pipeline.publish.charts.rates import Rate
from pipeline.publish.palette import Palette, palette
from pipeline.publish.report.views import Cell
from pipeline.publish.wording import Span

CONTROL_OFF = "Disclosure control is switched off in this program: small counts are shown."
WHY_WITHHELD = (
    "To protect the people met, a count from 1 to {most} is not shown, nor any number from which one could be worked "
    "out. A withheld figure may therefore be larger than {most}: it can protect another one."
)
NOT_ZERO = (
    "Withheld is not zero. 0 means none, and is shown; no data means that nothing was reported. The program’s totals "
    "count everyone."
)


@dataclass(frozen=True, slots=True)
class Shell:
    """What every public document carries beside its content."""

    program: str
    organization: str
    contact: str
    palette: Palette
    edition: str
    control_off: str
    why_withheld: str
    not_zero: str


class PublicContext:
    """Public figures of one edition with the words of the program."""

    def __init__(self, program: Program, period: Period, figures: PublicFigures, edition: str) -> None:
        self.program, self.period, self.figures, self.edition = program, period, only_public(figures), edition
        self.metrics = program.metrics

    @cached_property
    def shell(self) -> Shell:
        """The frame of every document."""
        on = self.figures.protected
        return Shell(
            program=self.program.name,
            organization=self.program.organization,
            contact=self.program.contact,
            palette=palette(self.program.branding.accent),
            edition=self.edition,
            control_off="" if on else CONTROL_OFF,
            why_withheld=WHY_WITHHELD.format(most=self.figures.suppress_below - 1) if on else CONTROL_OFF,
            not_zero=NOT_ZERO,
        )

    @cached_property
    def names(self) -> dict[str, str]:
        """Agency ids and short names."""
        return wording.short_names({a.id: a.name for a in self.program.agencies})

    @cached_property
    def fiscal(self) -> str:
        """The label of the fiscal year that holds the end of the period."""
        return fiscal_year_to_date(self.period.end, self.program.fiscal_year_starts).label

    @cached_property
    def main(self) -> str:
        """The period of the fact sheet: program to date, or the period itself where that is not published."""
        return TO_DATE if any(f.period == TO_DATE for f in self.figures) else self.period.label

    def spans(self, agency: str, group: str | None = None) -> list[Span]:
        """The periods of an agency's figures, the latest end first, each as far as its latest figure goes."""
        found: dict[str, Span] = {}
        for f in self.figures:
            if f.agency != agency or f.group != group:
                continue
            before = found.get(f.period)
            if before is None or f.period_end > before.end:
                found[f.period] = wording.span_of(f)
        return sorted(found.values(), key=lambda s: (s.end, s.start), reverse=True)

    def get(
        self, metric: str, period: str, agency: str = "all", group: str | None = None, category: str | None = None
    ) -> Figure | None:
        """The public figure with this key, or None when it is not in the plan."""
        return self.figures.get(metric, period, agency, group, category)

    def measured(self, period: str, agency: str = "all") -> list[Metric]:
        """Metrics with a figure of this period and agency that says something, in the order of their declaration."""
        found = []
        for metric in self.metrics.values():
            figure = self.get(metric.id, period, agency)
            if figure is not None and figure.status != "no_data":
                found.append(metric)
        return found

    def count(self, metric: str, period: str, agency: str = "all") -> int | None:
        """A published count; None when it is withheld or was not planned."""
        figure = self.get(metric, period, agency)
        if figure is None or figure.status != "published" or figure.value is None:
            return None
        return round(figure.value)

    def rate(self, metric: str, period: str, agency: str = "all") -> Rate | None:
        """A published rate with its interval, as a chart shows it."""
        figure = self.get(metric, period, agency)
        if figure is None or figure.status != "published" or figure.unit != "fraction":
            return None
        if figure.value is None or figure.low is None or figure.high is None:
            return None
        return Rate(figure.value, figure.low, figure.high)

    def whole_of(self, metric: Metric, figure: Figure) -> Figure | None:
        """People met in the same days, when both are published: what a count of people is out of."""
        if metric.kind != "people" or metric.id == labels.PEOPLE_MET or figure.status != "published":
            return None
        met = self.get(labels.PEOPLE_MET, figure.period, figure.agency)
        same = met is not None and met.status == "published" and met.period_end == figure.period_end
        return met if same else None

    def out_of(self, metric: Metric, figure: Figure) -> str:
        """`of 1,731`, `479 of 490`, `367 counted` for a bounded rate, or empty."""
        if figure.status == "bounded":
            counted = figure.numerator if figure.numerator is not None else figure.denominator
            word = "counted" if figure.numerator is not None else "in all"
            return f"{numbers.number(counted or 0)} {word}"
        if figure.status != "published":
            return ""
        whole = self.whole_of(metric, figure)
        if whole is not None and whole.value:
            return f"of {numbers.number(whole.value)}"
        return numbers.of_text(figure)

    def cell(self, metric: Metric, span: Span, agency: str = "all", css: str = "r") -> Cell:
        """A table cell; a figure that stepped back says how far it goes."""
        figure = self.get(metric.id, span.text, agency)
        if figure is None:
            return Cell(numbers.DASH)
        text = numbers.value_text(figure)
        if figure.status in ("withheld", "no_data"):
            return Cell(text, css="r wh")
        small = self.out_of(metric, figure)
        if figure.period_end < span.end:
            small = f"{small}; {through(figure.period_end)}" if small else through(figure.period_end)
        return Cell(text, small, css)

    @property
    def any_withheld(self) -> bool:
        """Whether any figure of the edition is withheld."""
        return any(f.status == "withheld" for f in self.figures)


def through(end: date) -> str:
    """`through Sep 2023`."""
    return f"through {wording.short_month(end)}"


def heading(span: Span) -> str:
    """A column heading in two lines: `FY2024`, `through Sep 2023`."""
    if span.is_month:
        return span.short.replace(" ", "\n")
    if span.text == TO_DATE:
        return "Program\nto date"
    if span.complete and span.text.startswith("FY"):
        return f"{span.text}\n{wording.short_month(span.start)} to {wording.short_month(span.end)}"
    return f"{span.text.replace('..', ' to ')}\nto {wording.short_month(span.end)}"
