"""Rule 1: the publication plan. What an edition would like to publish, in the order in which the gate decides
(rule 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.errors import UserError
from pipeline.protect.calendar import Calendar, Span, add_months, month_end, month_of, month_start

#: One-way breakdowns of persons; `kind`, `month` and the like are not about persons and stay with staff.
PERSON_GROUPS = ("gender", "race_ethnicity", "age_band", "veteran", "unhoused")

_TO_DATE, _FYTD, _MONTH, _MONTH_BEFORE, _YEAR_BEFORE, _OTHER = range(6)


@dataclass(frozen=True, slots=True)
class Planned:
    """A figure that an edition would like to publish. `cumulative`: it may step back to an earlier end (rule 5)."""

    metric: str
    agency: str
    period: str  # as spelled in the figures table
    span: Span
    cumulative: bool = False
    rank: int = _OTHER


@dataclass(frozen=True, slots=True)
class Asked:
    """The period of an edition: as asked (`2023-11`, `2023-Q4`), and its days."""

    period: str
    span: Span


def check_public(asked: Asked, began: date) -> None:
    """Raises UserError (exit 2) for periods that are not public: those that are not whole calendar months."""
    whole = asked.span.start == month_start(asked.span.start) or asked.span.start == began
    if not whole or asked.span.end != month_end(asked.span.end):
        raise UserError(
            f"{asked.period} is not made of whole calendar months; the public gets no figures of single days",
            "PERIOD",
            "Ask for months (2023-11, 2023-Q4, FY2024, 2023-01-01..2023-06-30), or build with --audience staff.",
        )


def plan_edition(
    asked: Asked, calendar: Calendar, metrics: Sequence[str], agencies: Iterable[str], extra: Iterable[date] = ()
) -> list[Planned]:
    """All figures without groups that the edition of `asked` publishes, in the order of the gate.

    `extra` are months that staff asked to restate. Program before agency; to date, fiscal year to date, month,
    month before, year
    before, other periods; order of metrics; agency id.
    """
    check_public(asked, calendar.began)
    program = _program_periods(asked, calendar)
    program += [(f"{m:%Y-%m}", month_of(m), False, _OTHER) for m in sorted(extra)]
    agency = _agency_periods(asked.span.end, calendar)
    plan = [
        Planned(metric, "all", period, span, cumulative, rank)
        for period, span, cumulative, rank in _once(program)
        for metric in metrics
    ]
    return plan + [
        Planned(metric, a, period, span, cumulative, rank)
        for period, span, cumulative, rank in _once(agency)
        for metric in metrics
        for a in sorted(agencies)
    ]


_Period = tuple[str, Span, bool, int]


def _program_periods(asked: Asked, calendar: Calendar) -> list[_Period]:
    end = asked.span.end
    periods: list[_Period] = []
    if calendar.began <= end:
        periods.append(("to-date", Span(calendar.began, end), True, _TO_DATE))
    periods.append((calendar.fiscal_label(end), Span(calendar.fiscal_year_start(end), end), True, _FYTD))
    if asked.span != month_of(end):
        return [*periods, (asked.period, asked.span, False, _OTHER)]
    before, year = add_months(end, -1), add_months(end, -12)
    return [
        *periods,
        (asked.period, asked.span, False, _MONTH),
        (f"{before:%Y-%m}", month_of(before), False, _MONTH_BEFORE),
        (f"{year:%Y-%m}", month_of(year), False, _YEAR_BEFORE),
    ]


def _agency_periods(end: date, calendar: Calendar) -> list[_Period]:
    quarter = calendar.last_quarter_end(end)
    periods: list[_Period] = []
    if quarter >= calendar.fiscal_year_start(calendar.began):
        start = calendar.fiscal_year_start(quarter)
        periods.append((calendar.fiscal_label(quarter), Span(start, quarter), True, _FYTD))
    return periods + [(calendar.fiscal_label(y.end), y, False, _OTHER) for y in calendar.closed_years(end)]


def _once(periods: Iterable[_Period]) -> list[_Period]:
    """Each spelled period once (a closed year asked for is also the fiscal year to date), in the order of their
    rank."""
    seen: dict[tuple[str, Span], _Period] = {}
    for period in periods:
        seen.setdefault(period[:2], period)
    return sorted(seen.values(), key=lambda p: p[3])


def closed_years(asked: Asked, calendar: Calendar) -> list[tuple[str, Span]]:
    """The periods of breakdowns of persons: fiscal years that are over."""
    return [(calendar.fiscal_label(y.end), y) for y in calendar.closed_years(asked.span.end)]


def step_spans(planned: Planned) -> list[Span]:
    """Rule 5: earlier ends of the same cumulative figure, latest first: of the same fiscal year (of any year, for
    to date)."""
    if not planned.cumulative:
        return []
    ends: list[date] = []
    end = month_start(planned.span.end) - timedelta(days=1)
    while end >= planned.span.start:
        ends.append(end)
        end = month_start(end) - timedelta(days=1)
    return [Span(planned.span.start, e) for e in ends]
