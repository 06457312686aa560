"""How the staff report is laid out: what stands together, what gives way when room is scarce."""

from dataclasses import replace
from datetime import date

from pipeline.program.period import Period, day_range, fiscal_year, month, quarter
from pipeline.publish import labels
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


def test_a_family_too_wide_for_its_column_takes_a_row_for_each() -> None:
    declared = made_up.metrics()
    family = [[declared["repeat_7_days"], declared["repeat_30_days"]], [declared["encounters"]]]
    narrow = measures.fitting(family, lambda g: ["5% · 17%"] * len(g), 60)
    assert narrow == family
    wide = measures.fitting(family, lambda g: [measures.side_by_side(["100%", "100%", "100%"])], 60)
    assert [[m.id for m in group] for group in wide] == [["repeat_7_days"], ["repeat_30_days"], ["encounters"]]
    assert measures.side_by_side(["withheld", "withheld"]) == "withheld"


def test_columns_before_the_program_began_are_left_out() -> None:
    first = prepare(made_up.inputs(month(2022, 7), months=1), "x").first
    assert [h.text for h in first.table.heads] == ["Figure", "Jul\n2022", "FY2023\nto date", "Program\nto date"]


def test_periods_that_are_named_say_their_days() -> None:
    subtitles = [
        prepare(made_up.inputs(p, groups=False), "x").first.subtitle
        for p in (fiscal_year(2023, 7), quarter(2023, 3), month(2023, 11))
    ]
    who = "Police departments of Alder, Birch, Cedar and Dogwood"
    assert subtitles == [
        f"Annual report · July 2022 to June 2023 · {who}", f"Quarterly report · {who}", f"Monthly report · {who}",
    ]  # fmt: skip


def test_words_for_shipped_definitions_do_not_speak_for_changed_ones() -> None:
    changed = replace(made_up.metrics()["diversion_rate"], own=True, definition="Of adults, the share not arrested.")
    assert labels.out_of(changed) == "of adults" and labels.column(changed) == changed.title


def test_nobody_met_is_no_page_of_breakdowns() -> None:
    assert prepare(made_up.inputs(empty=True), "x").people is None


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
