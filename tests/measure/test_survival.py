"""Kaplan–Meier figures: censoring, ties, other agencies, clock changes; scipy as a second opinion."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from scipy import stats

from pipeline.measure.explain import rows
from pipeline.measure.figures import measure

from .drawn import figure, parts, period, program, warehouse

HEAD = "agency|encounter|kind|started_at|person_key\n"


def log(*lines: str) -> str:
    return HEAD + "\n".join(lines)


def test_what_is_not_over_counts_for_the_time_it_has():
    """Data end on January 20. Of four calls: one followed after a day, one censored after half a day, two after longer.

    At one day 3 are at risk and 1 is followed: 1 − 2/3.
    """
    con = warehouse(
        encounters=log(
            "river|1|call|2024-01-02 10:00:00|ana",
            "lake |2|follow_up|2024-01-03 10:00:00|ana",
            "river|3|call|2024-01-10 10:00:00|ben",
            "river|4|call|2024-01-12 10:00:00|cat",
            "river|5|call|2024-01-19 22:00:00|dan",
            "river|6|phone|2024-01-20 10:00:00|eve",
        )
    )
    one = figure(con, "follow_up_48h")
    assert parts(one) == (1, 4)
    assert one.value == pytest.approx(1 / 3)


def test_the_limit_is_part_of_it_and_a_second_more_is_not():
    con = warehouse(
        encounters=log(
            "river|1|call|2024-01-02 10:00:00|ana",
            "river|2|follow_up|2024-01-04 10:00:00|ana",
            "river|3|call|2024-01-10 10:00:00|ben",
            "river|4|follow_up|2024-01-12 10:00:01|ben",
            "river|5|phone|2024-03-01 10:00:00|eve",
        )
    )
    assert parts(figure(con, "follow_up_48h")) == (1, 2)


def test_an_encounter_of_the_same_second_is_not_later():
    con = warehouse(
        encounters=log(
            "river|1|call|2024-01-02 10:00:00|ana",
            "lake|1|call|2024-01-02 10:00:00|ana",
            "river|5|phone|2024-03-01 10:00:00|eve",
        )
    )
    assert parts(figure(con, "repeat_7_days")) == (0, 2)


@pytest.mark.parametrize(
    ("call", "follow_up", "within"),
    [
        ("2024-03-09 12:00:00", "2024-03-11 12:59:59", 1),  # the night has 23 hours: 47:59:59
        ("2024-03-09 12:00:00", "2024-03-11 13:00:01", 0),
        ("2024-11-02 12:00:00", "2024-11-04 10:59:59", 1),  # the night has 25 hours
        ("2024-11-02 12:00:00", "2024-11-04 11:00:01", 0),
    ],
)
def test_48_hours_are_48_hours_when_the_clocks_change(call, follow_up, within):
    con = warehouse(
        encounters=log(
            f"river|1|call|{call}|ana", f"river|2|follow_up|{follow_up}|ana", "river|3|phone|2024-12-31 10:00:00|eve"
        )
    )
    assert parts(figure(con, "follow_up_48h", "2024")) == (within, 1)


def test_a_mistyped_year_does_not_move_the_end_of_the_data():
    lines = [
        "river|1|call|2024-01-02 10:00:00|ana",
        "river|2|call|2024-01-03 10:00:00|ben",
        "river|3|follow_up|2024-01-04 10:00:00|ana",
    ]
    mistyped = [*lines, "river|4|phone|2032-01-04 10:00:00|eve"]
    plain = figure(warehouse(encounters=log(*lines)), "follow_up_48h")
    warned = figure(warehouse(encounters=log(*mistyped), warnings=[("encounters", "started_at", 5)]), "follow_up_48h")
    assert (plain.value, parts(plain)) == (warned.value, parts(warned))
    assert plain.value == pytest.approx(1)  # ben is seen for a day; ana alone for two


def test_nobody_followed_and_everybody_followed_have_no_log_log_interval():
    nobody = figure(
        warehouse(encounters=log("river|1|call|2024-01-02 10:00:00|ana", "river|2|phone|2024-03-02 10:00:00|ben")),
        "repeat_7_days",
    )
    assert (nobody.value, nobody.low, nobody.high, nobody.status) == (0, None, None, "published")
    nothing = figure(warehouse(encounters=log("river|1|phone|2024-01-02 10:00:00|ana")), "repeat_7_days")
    assert (parts(nothing), nothing.value, nothing.status) == ((0, 0), None, "no_data")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # log(0) where nobody is followed yet: it says nan
@pytest.mark.parametrize("metric", ["repeat_7_days", "repeat_30_days", "repeat_90_days"])
def test_scipy_agrees(metric):
    dice = random.Random(metric)  # noqa: S311 - made-up data
    begun = datetime(2024, 1, 1)
    lines = []
    for i in range(300):
        at = begun + timedelta(minutes=dice.randrange(120 * 1440))
        who = dice.choice(["", *(f"p{k}" for k in range(200))])
        lines.append(f"{dice.choice(['river', 'lake'])}|{i}|{dice.choice(['call', 'call', 'phone'])}|{at}|{who}")
    con = warehouse(encounters=log(*lines))
    for agency in ("all", "river"):
        one = figure(con, metric, "2024", agency)
        seen = list(rows(con, program(), metric, period("2024"), agency))
        days = int(metric.split("_")[1])
        censored = stats.CensoredData.right_censored(
            [r["days_seen"] for r in seen], [r["in_numerator"] != "true" for r in seen]
        )
        km = stats.ecdf(censored).sf
        assert one.value == pytest.approx(1 - km.evaluate(days), abs=1e-12)
        interval = km.confidence_interval(confidence_level=0.95, method="log-log")
        low, high = interval.low.evaluate(days), interval.high.evaluate(days)
        assert (one.low, one.high) == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_order_of_rows_changes_no_digit():
    lines = [f"river|{i}|call|2024-01-{1 + i % 28:02d} 1{i % 10}:00:00|p{i % 11}" for i in range(60)]
    first = measure(warehouse(encounters=log(*lines)), program(), [period("2024-01")], metrics=["repeat_7_days"])
    second = measure(
        warehouse(encounters=log(*reversed(lines))), program(), [period("2024-01")], metrics=["repeat_7_days"]
    )
    assert first.rows == second.rows
