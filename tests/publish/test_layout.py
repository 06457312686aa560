"""How the staff report is laid out: what stands together, what gives way when room is scarce."""

from dataclasses import replace
from datetime import date

from pipeline.program.period import Period, day_range, month
from pipeline.publish.charts.xmr import usual_range
from pipeline.publish.report import measures
from pipeline.publish.report.first import FirstPage
from pipeline.publish.report.prepare import prepare

from . import made_up


def test_metrics_that_differ_only_in_days_or_quantile_stand_together() -> None:
    declared = made_up.metrics()
    chosen = [declared[m] for m in ("response_time_median", "response_time_p90", "repeat_7_days", "repeat_30_days")]
    groups = measures.families(chosen)
    assert [[m.id for m in group] for group in groups] == [
        ["response_time_median", "response_time_p90"],
        ["repeat_7_days", "repeat_30_days"],
    ]
    assert measures.family_title(groups[1]) == "Repeat encounter within 7 or 30 days"
    apart = measures.families([declared["follow_up_48h"], declared["repeat_7_days"]])
    assert len(apart) == 2  # another event is another measure


def test_a_usual_range_of_whole_things_is_printed_alike_in_chart_and_sentence() -> None:
    series = next(s for s in made_up.inputs().series if s.metric == "calls_responded")
    assert series.lower is not None and series.upper is not None
    between = replace(series, lower=22.4, upper=48.6)
    assert usual_range(between, "calls") == (23.0, 48.0)
    assert usual_range(between, "minutes") == (22.4, 48.6)
    assert usual_range(replace(series, lower=5.2, upper=5.7), "calls") == (5.2, 5.7)  # no whole number between


def test_a_wide_range_of_dates_gives_up_the_trends_and_not_the_first_page() -> None:
    wide = first_page_of(day_range(date(2023, 7, 5), date(2023, 11, 12)))
    assert not wide.has_trend and len({len(r.cells) for r in wide.table.rows}) == 1
    assert first_page_of(month(2023, 11)).has_trend


def first_page_of(period: Period) -> FirstPage:
    return prepare(made_up.inputs(period), "x").first
