"""Breakdowns: every category, the unknown share, and parts that add up to the total. Data made up."""

from __future__ import annotations

import pytest

from pipeline.measure.figures import measure
from pipeline.measure.relations import BREAKDOWNS, HOURS, WEEKDAYS, group, relation
from schemas import TABLES

from .drawn import figure, period, program, warehouse

LOG = """
agency|encounter|kind     |started_at         |person_key|gender |race_ethnicity|birth_year|veteran|unhoused
river |1        |call     |2024-01-01 00:00:00|ana       |female |white         |2000      |false  |
river |2        |follow_up|2024-01-02 23:59:59|ana       |       |              |2000      |       |true
lake  |1        |call     |2024-01-06 12:30:00|ana       |unknown|hispanic      |2000      |true   |
river |3        |call     |2024-01-07 12:00:00|ben       |male   |black         |          |false  |false
river |4        |phone    |2024-01-08 12:00:00|          |female |              |1990      |       |
river |5        |phone    |2024-02-08 12:00:00|ben       |other  |black         |          |true   |false
"""


@pytest.fixture(scope="module")
def con():
    return warehouse(encounters=LOG)


def shown(con, metric, name, text="2024-01", **options):
    found = measure(con, program(), [period(text)], metrics=[metric], groups=[name], **options)
    return {f.category: f.value for f in found if f.group == name and f.agency == "all"}


def test_people_have_the_last_value_that_is_known(con):
    """ana: female (later blank and unknown), hispanic, veteran, unhoused. Entry 4, without a key, is a person of its own."""
    assert shown(con, "people_met", "gender") == {"female": 2, "male": 1, "nonbinary": 0, "other": 0, "unknown": 0}
    assert {c: n for c, n in shown(con, "people_met", "race_ethnicity").items() if n} == {
        "hispanic": 1,
        "black": 1,
        "unknown": 1,
    }
    assert shown(con, "people_met", "veteran") == {"true": 1, "false": 1, "unknown": 1}
    assert shown(con, "people_met", "unhoused") == {"true": 1, "false": 1, "unknown": 1}
    assert {c: n for c, n in shown(con, "people_met", "age_band").items() if n} == {
        "18-24": 1,
        "25-34": 1,
        "unknown": 1,
    }


def test_encounters_have_their_own_value(con):
    assert shown(con, "encounters", "gender") == {"female": 2, "male": 1, "nonbinary": 0, "other": 0, "unknown": 2}


def test_the_last_value_is_that_of_the_period(con):
    assert shown(con, "people_met", "gender", "2024-02") == {
        "female": 0,
        "male": 0,
        "nonbinary": 0,
        "other": 1,
        "unknown": 0,
    }
    assert shown(con, "people_met", "gender", "2024") == {
        "female": 2,
        "male": 0,
        "nonbinary": 0,
        "other": 1,
        "unknown": 0,
    }


def test_a_person_counts_in_each_kind_and_hour_of_their_encounters(con):
    assert shown(con, "people_met", "kind") == {
        "call": 2,
        "follow_up": 1,
        "self_initiated": 0,
        "referral_in": 0,
        "phone": 1,
    }
    hours = shown(con, "people_met", "hour")
    assert list(hours) == list(HOURS)
    assert {h: n for h, n in hours.items() if n} == {"00": 1, "12": 3, "23": 1}
    weekdays = shown(con, "encounters", "weekday")
    assert list(weekdays) == list(WEEKDAYS)
    assert {d: n for d, n in weekdays.items() if n} == {"monday": 2, "tuesday": 1, "saturday": 1, "sunday": 1}


def test_persons_parts_add_up_to_the_total(con):
    for name in ("gender", "race_ethnicity", "age_band", "veteran", "unhoused"):
        for metric in ("people_met", "people_diverted", "encounters"):
            for text in ("2024-01", "2024"):
                assert sum(shown(con, metric, name, text).values()) == figure(con, metric, text).value


def test_agencies_have_breakdowns_when_asked_for(con):
    found = measure(
        con, program(), [period("2024-01")], metrics=["people_met"], groups=["gender"], grouped_agencies=True
    )
    lake = {f.category: f.value for f in found if f.group and f.agency == "lake"}
    assert lake == {
        "female": 0,
        "male": 0,
        "nonbinary": 0,
        "other": 0,
        "unknown": 1,
    }  # lake's own rows do not know ana's
    assert {f.category: f.value for f in found if f.group and f.agency == "all"}["female"] == 2


def test_rates_and_people_without_rows_in_a_category(con):
    found = measure(con, program(), [period("2024-01")], metrics=["diversion_rate"], groups=["gender"])
    one = found.get("diversion_rate", "2024-01", "all", "gender", "male")
    assert (one.numerator, one.denominator, one.status) == (0, 0, "no_data")


def test_last_by_metrics_have_the_category_of_the_row_that_counts():
    con = warehouse(
        encounters="""
encounter|kind     |started_at         |person_key|gender|deescalated|stable
1        |call     |2024-01-01 10:00:00|ana       |female|true       |true
2        |follow_up|2024-01-02 10:00:00|ana       |      |true       |true
"""
    )
    found = measure(con, program(), [period("2024-01")], metrics=["stable_rate"], groups=["kind", "gender"])
    assert found.get("stable_rate", "2024-01", "all", "kind", "follow_up").denominator == 1
    assert found.get("stable_rate", "2024-01", "all", "kind", "call").denominator == 0
    assert found.get("stable_rate", "2024-01", "all", "gender", "unknown").denominator == 1


def test_breakdowns_of_every_kind_of_metric_add_up():
    """Rates, medians and survival: the denominators of the parts are those of the whole."""
    con = warehouse(
        encounters=LOG,
        calls="incident|received_at|arrived_at|co_response\nA|2024-01-03 10:00:00|2024-01-03 10:09:00|true\nB|2024-01-04 11:00:00|2024-01-04 11:03:00|true",
    )
    metrics = ["response_time_median", "repeat_30_days", "diversion_loose"]
    found = measure(con, program(), [period("2024-01")], metrics=metrics, groups=["hour", "gender"])
    for metric in metrics:
        whole = found.get(metric, "2024-01").denominator
        hours = [f.denominator for f in found if f.metric == metric and f.group == "hour"]
        assert sum(hours) == whole
    assert found.get("response_time_median", "2024-01", "all", "hour", "10").value == 9
    assert not [f for f in found if f.metric == "response_time_median" and f.group == "gender"]


def test_per_resident_figures_have_no_breakdown(con):
    found = measure(con, program(), [period("2024-01")], metrics=["calls_responded_per_1000"], groups=["gender"])
    assert {f.group for f in found} == {None}


def test_groups_by_table():
    of = {name: [g for g in BREAKDOWNS if group(relation(name), g, relation(name).time)] for name in TABLES}
    assert of["encounters"] == list(BREAKDOWNS)
    assert of["calls"] == ["hour", "weekday"]
    assert of["referrals"] == list(BREAKDOWNS)
    assert of["shifts"] == of["trainings"] == ["weekday"]
    assert group(relation("encounters"), "agency", "started_at") is None  # never a group
    assert group(relation("encounters"), "team", "started_at") is None  # no code list
    resolution = group(relation("encounters"), "resolution", "started_at")
    assert resolution is not None
    assert resolution.categories[-1] == "unknown"
