"""Public trends and answers: made of public figures alone; a chart with anything withheld is not drawn."""

import re
from dataclasses import replace
from datetime import date

import pytest

from pipeline.measure.figure import Figure
from pipeline.program.period import month
from pipeline.protect.public import make_public
from pipeline.publish.public.answers import against_average, trusted, what_happened
from pipeline.publish.public.context import PublicContext
from pipeline.publish.public.trend import trend, trends

from .test_public import NAME, NOTHING, PROGRAM, hide, rows

CALLS = PROGRAM.metrics["calls_responded"]
#: Label, first and last day, calls: 17 months with 2,486 calls, five of the fiscal year with 806.
PERIODS = (
    ("to-date", date(2022, 7, 1), date(2023, 11, 30), 2486.0),
    ("FY2024", date(2023, 7, 1), date(2023, 11, 30), 806.0),
    ("2023-11", date(2023, 11, 1), date(2023, 11, 30), 168.0),
    ("2023-10", date(2023, 10, 1), date(2023, 10, 31), 162.0),
    ("2022-11", date(2022, 11, 1), date(2022, 11, 30), 131.0),
)


def figures(metric: str = "calls_responded", scale: float = 1.0) -> list[Figure]:
    like = next(f for f in rows() if f.metric == metric and f.agency == "all" and f.group is None)
    made = []
    for label, start, end, value in PERIODS:
        number = value * scale
        made.append(
            replace(
                like,
                period=label,
                period_start=start,
                period_end=end,
                value=number,
                numerator=number,
                status="published",
            )
        )
    return made


def context(*given: Figure, suppress_below: int = 11) -> PublicContext:
    return PublicContext(PROGRAM, month(2023, 11), make_public(given, suppress_below), NAME)


def said(runs) -> str:
    return "".join(run.text for run in runs)


def test_the_averages_and_months_are_the_public_figures() -> None:
    picture = trend(context(*figures()), CALLS)
    assert picture is not None and picture.chart.png.startswith(b"\x89PNG") and picture.chart.alone
    assert picture.chart.alt == (
        "Chart of averages and months: Calls responded to, incidents per month. "
        "Average of July 2022 to November 2023: 146. Average of July to November 2023: 161. "
        "November 2022: 131. October 2023: 162. November 2023: 168."
    )


@pytest.mark.parametrize("place", range(5))
def test_a_chart_with_any_withheld_figure_is_not_drawn(place) -> None:
    given = figures()
    given[place] = hide(given[place])
    assert trend(context(*given), CALLS) is None


@pytest.mark.parametrize("place", [0, 1])
def test_nor_one_that_stepped_back_or_is_bounded(place) -> None:
    stepped, bounded = figures(), figures()
    stepped[place] = replace(stepped[place], period_end=date(2023, 9, 30))
    bounded[place] = replace(bounded[place], status="bounded", **{**NOTHING, "numerator": 99.0, "low": 0.9})
    assert trend(context(*stepped), CALLS) is None and trend(context(*bounded), CALLS) is None


def test_months_without_data_are_left_out_and_too_few_numbers_are_a_table() -> None:
    given = figures()
    given[4] = replace(given[4], status="no_data", **NOTHING)
    assert trend(context(*given), CALLS) is None  # four numbers


def test_people_are_never_averaged_over_months() -> None:
    assert trend(context(*figures("people_met")), PROGRAM.metrics["people_met"]) is None
    assert trends(context(*figures("people_met"))) == ()


def test_the_month_is_set_against_the_average_without_a_verdict() -> None:
    text = said(against_average(context(*figures())))
    assert text == "168 calls; an average month since July 2022 has 146."
    assert not re.search(r"rise|fall|better|worse|more|less|increase|higher|lower", text)


def test_few_calls_are_counted_in_words_and_their_average_has_a_decimal() -> None:
    """27 calls in 17 months: 1.6 a month."""
    few = [replace(f, value=v, numerator=v) for f, v in zip(figures(), (27.0, 8.0, 1.0, 2.0, 1.0), strict=True)]
    assert said(against_average(context(*few, suppress_below=1))).startswith(
        "1 call; an average month since July 2022 has 1.6."
    )
    none = [replace(f, value=0.0, numerator=0.0) if f.period == "2023-11" else f for f in figures()]
    assert said(against_average(context(*none))).startswith("No calls; an average month")
    picture = trend(context(*few, suppress_below=1), CALLS)
    assert picture is not None and "Average of July to November 2023: 1.6." in picture.chart.alt


def test_a_program_that_began_amid_a_month_has_no_monthly_average() -> None:
    begun = [replace(f, period_start=date(2022, 7, 15)) if f.period == "to-date" else f for f in figures()]
    assert "average" not in said(against_average(context(*begun)))


def test_what_is_withheld_is_not_compared() -> None:
    given = [hide(f) for f in figures()]
    assert said(against_average(context(*given))) == "The figures to compare with are withheld."
    assert said(what_happened(context(*given))) == "The figures of this period are withheld."


def test_a_first_month_has_nothing_to_be_compared_with() -> None:
    first = [replace(f, period_start=date(2023, 11, 1), value=168.0) for f in figures()[:3]]
    assert said(against_average(context(*first))).startswith("These are the first figures of the program.")


def test_trust_is_the_share_of_team_calls_with_a_log_entry() -> None:
    like = next(f for f in figures() if f.period == "2023-11")
    matched = replace(
        like, metric="team_calls_logged_rate", unit="fraction", numerator=157.0, denominator=170.0, value=157 / 170
    )
    assert said(trusted(context(matched))) == (
        "92% of team calls have a log entry (157 of 170). Nothing is withheld: every planned figure is shown."
    )
    assert "log entry" not in said(trusted(context(hide(matched))))
    bounded = replace(matched, status="bounded", **{**NOTHING, "numerator": 157.0, "low": 0.94})
    assert said(trusted(context(bounded))).startswith("At least 94% of team calls have a log entry. ")
    assert "Disclosure control is switched off" in said(trusted(context(matched, suppress_below=1)))
