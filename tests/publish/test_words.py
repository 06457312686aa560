"""Numbers and periods in words. Expected values are worked by hand."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.measure.figure import Figure
from pipeline.publish import numbers, wording
from pipeline.publish.wording import Span

RATE = Figure(
    "diversion_rate", "Rate", "fraction", "2023-11", date(2023, 11, 1), date(2023, 11, 30), "all", None, None,
    31.0, 32.0, 31 / 32, 0.84, 0.99, 0, "published",
)  # fmt: skip


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(0), "0%"), (Fraction(1, 300), "<1%"), (Fraction(1, 200), "1%"), (Fraction(1, 2), "50%"),
        (Fraction(285, 1000), "29%"), (0.285, "29%"), (Fraction(995, 1000), ">99%"), (Fraction(994, 1000), "99%"),
        (Fraction(1), "100%"), (Fraction(479, 490), "98%"),
    ],
)  # fmt: skip
def test_percent_rounds_half_up_and_never_hides_the_ends(share, text) -> None:
    assert numbers.percent(share) == text


def test_one_decimal_only_where_asked() -> None:
    assert numbers.percent(Fraction(479, 490), 1) == "97.8%"
    assert numbers.percent(Fraction(1), 1) == "100.0%"
    assert numbers.percent(Fraction(99999, 100000), 1) == ">99.9%"


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_no_share_between_prints_as_none_or_all(part: int, more: int) -> None:
    text = numbers.percent(Fraction(part, part + more))
    assert text not in ("0%", "100%")


@pytest.mark.parametrize(
    ("value", "text"), [(7.54, "7.5"), (7.55, "7.6"), (9.94, "9.9"), (9.96, "10"), (14.2, "14"), (0.0, "0.0")]
)
def test_minutes_have_one_decimal_below_ten(value, text) -> None:
    assert numbers.minutes(value) == text


def test_small_rates_by_population_are_not_written_as_none() -> None:
    assert numbers.amount(0.04, "per_1000") == "<0.1" and numbers.amount(0.0, "per_1000") == "0"
    assert numbers.amount(0.05, "per_1000") == "0.1" and numbers.amount(0.01, "minutes") == "<0.1"


def test_averages_of_counts_have_a_decimal_below_ten() -> None:
    assert [numbers.average(v, "calls") for v in (0.0, 0.7, 1.0, 9.94, 9.96, 146.2)] == [
        "0", "0.7", "1", "9.9", "10", "146",
    ]  # fmt: skip


def test_one_day_is_no_days() -> None:
    day = replace(RATE, metric="days_to_connection_median", unit="days", numerator=None, denominator=40.0, value=1.0)
    assert numbers.spoken(day) == "1 day" and numbers.spoken(replace(day, value=2.0)) == "2 days"
    assert numbers.of_text(day) == "of 40"


def test_minus_is_a_real_minus_and_thousands_have_commas() -> None:
    assert numbers.number(-1234.5) == "\u22121,235" and numbers.number(-0.2) == "0" and numbers.number(2486) == "2,486"


def test_values_of_every_status() -> None:
    assert numbers.value_text(RATE) == "97%" and numbers.of_text(RATE) == "31 of 32"
    hidden = replace(RATE, status="withheld", numerator=None, denominator=None, value=None)
    assert numbers.value_text(hidden) == numbers.of_text(hidden) == "withheld"
    empty = replace(RATE, status="no_data", numerator=0.0, denominator=0.0, value=None, low=None, high=None)
    assert numbers.value_text(empty) == "no data" and numbers.of_text(empty) == ""
    least = replace(RATE, status="bounded", numerator=367.0, denominator=None, value=None, low=0.97, high=None)
    assert numbers.value_text(least) == "at least 97%" and numbers.of_text(least) == ""
    most = replace(RATE, status="bounded", numerator=None, denominator=250.0, value=None, low=None, high=0.04)
    assert numbers.value_text(most) == "at most 4%"


def test_interval_only_of_what_is_published() -> None:
    assert numbers.interval_text(RATE) == "84% to 99%"
    assert numbers.interval_text(replace(RATE, status="bounded")) == ""


def test_minutes_of_team_time_are_read_as_hours() -> None:
    share = replace(RATE, metric="direct_time_share", numerator=592920.0, denominator=705840.0, value=592920 / 705840)
    assert numbers.of_text(share) == "9,882 of 11,764"


def test_an_estimate_is_no_plain_share_of_its_parts() -> None:
    later = replace(RATE, metric="repeat_30_days", numerator=14.0, denominator=172.0, value=0.171)
    assert numbers.value_text(later) == "17%" and numbers.of_text(later) == "of 172"


def test_eight_of_ten_only_when_near() -> None:
    assert (
        numbers.tenths(replace(RATE, metric="stable_rate", numerator=1003.0, denominator=1254.0, value=1003 / 1254))
        == "8 of 10"
    )
    assert numbers.tenths(replace(RATE, numerator=76.0, denominator=100.0, value=0.76)) == ""


def test_small_denominators_are_counts() -> None:
    assert numbers.share_cell(12, 12) == "12 of 12" and numbers.share_cell(40, 50) == "80%"
    assert numbers.share_cell(0, 0) == "–"


@pytest.mark.parametrize(
    ("said", "agreed"),
    [
        ("1 people were kept out of jail.", "1 person was kept out of jail."),
        ("0 people were referred.", "No people were referred."),
        ("Teams responded to 1 calls.", "Teams responded to 1 call."),
        ("21 people were met.", "21 people were met."),
        ("1,001 people were met.", "1,001 people were met."),
        ("97% did not (31 of 32).", "97% did not (31 of 32)."),
        ("none (0 of 0 encounters)", "None (0 of 0 encounters)"),
        ("1.1 minutes passed", "1.1 minutes passed"),
    ],
)
def test_sentences_agree_with_their_numbers(said, agreed) -> None:
    assert wording.agree(said) == agreed


def test_lists_and_counts() -> None:
    assert [wording.listed(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert wording.counted(1, "agencies") == "1 agency" and wording.counted(0, "calls") == "no calls"
    assert wording.counted(1200, "rows") == "1,200 rows"


@pytest.mark.parametrize(
    ("span", "title", "short", "opening"),
    [
        (Span("2023-11", date(2023, 11, 1), date(2023, 11, 30)), "November 2023", "Nov 2023", "In November 2023,"),
        (
            Span("2023-Q4", date(2023, 10, 1), date(2023, 12, 31)), "October to December 2023", "2023-Q4",
            "From October 2023 through December 2023,",
        ),
        (
            Span("FY2024", date(2023, 7, 1), date(2023, 11, 30)), "Fiscal year 2024 to date", "FY2024 to date",
            "From July 2023 through November 2023,",
        ),
        (
            Span("FY2023", date(2022, 7, 1), date(2023, 6, 30)), "Fiscal year 2023", "FY2023",
            "From July 2022 through June 2023,",
        ),
        (
            Span("to-date", date(2022, 7, 1), date(2023, 11, 30)), "Program to date", "Program to date",
            "From July 2022 through November 2023,",
        ),
        (
            Span("2023-01-05..2023-01-05", date(2023, 1, 5), date(2023, 1, 5)), "January 5, 2023", "January 5, 2023",
            "On January 5, 2023,",
        ),
        (
            Span("2023-01-05..2023-02-10", date(2023, 1, 5), date(2023, 2, 10)), "January 5, 2023 to February 10, 2023",
            "2023-01-05 to 2023-02-10", "From January 5, 2023 through February 10, 2023,",
        ),
    ],
)  # fmt: skip
def test_periods_in_words(span, title, short, opening) -> None:
    assert (span.title, span.short, span.opening) == (title, short, opening)


def test_names_lose_what_they_share_only_when_they_stay_different() -> None:
    assert wording.common_words(["Clive Police Department", "Waukee Police Department"]) == (
        "Police departments of Clive and Waukee"
    )
    assert wording.common_words(["Clive Police Department"]) == "Clive Police Department"
    assert wording.short_names({"a": "Clive Police Department", "b": "Clive PD"})["a"] == "Clive Police Department"
    assert wording.short_names({"a": "Clive Police Department", "b": "Adel PD"}) == {"a": "Clive", "b": "Adel"}
