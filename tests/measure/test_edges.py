"""Borders of periods, nulls, nothing at all, ties, agencies: what a figure is at the edges. Data made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline.errors import UserError
from pipeline.measure.figures import measure

from .drawn import AGENCIES, figure, parts, period, program, warehouse

EDGES = """
encounter|kind|started_at         |person_key
1        |call|2023-12-31 23:59:59|ana
2        |call|2024-01-01 00:00:00|ben
3        |call|2024-01-31 23:59:59|cat
4        |call|2024-02-01 00:00:00|dan
5        |call|2024-02-29 23:59:59.999|eve
6        |call|2024-03-01 00:00:00|fay
"""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2023-12", 1), ("2024-01", 2), ("2024-02", 2), ("2024-03", 1), ("2024-Q1", 5), ("2023", 1), ("2024", 5),
        ("FY2024", 6), ("2024-01-31..2024-02-01", 2), ("2024-02-29..2024-02-29", 1), ("2024-02-28..2024-02-28", 0),
    ],
)  # fmt: skip
def test_a_row_belongs_to_the_period_of_its_last_second(text, count):
    assert figure(warehouse(encounters=EDGES), "encounters", text).value == count


def test_all_periods_at_once_are_the_periods_one_by_one():
    con = warehouse(encounters=EDGES)
    texts = ["2023-12", "2024-01", "2024-02", "FY2024", "2023-12-31..2024-02-01"]
    together = measure(con, program(), [period(t) for t in texts])
    for text in texts:
        for one in measure(con, program(), [period(text)]):
            assert together.get(one.metric, text, one.agency) == one


def test_dates_of_shifts_and_trainings_have_borders_too():
    con = warehouse(
        shifts="team|date|category|minutes\nCR1|2024-01-01|direct|10\nCR1|2024-01-31|direct|20\nCR1|2024-02-01|direct|40",
        trainings="held_on|course|trained\n2023-12-31|cit_8h|1\n2024-01-31|cit_8h|2\n2024-02-01|cit_8h|4",
    )
    assert parts(figure(con, "direct_time_share")) == (30, 30)
    assert figure(con, "personnel_trained").value == 2


def test_response_times_on_the_nights_when_the_clocks_change():
    """01:50 to 03:10 in March are 20 minutes; 00:30 to 03:30 in November are four hours."""
    con = warehouse(
        calls="""
incident|received_at        |arrived_at         |co_response
S       |2024-03-10 01:50:00|2024-03-10 03:10:00|true
F       |2024-11-03 00:30:00|2024-11-03 03:30:00|true
"""
    )
    assert figure(con, "response_time_median", "2024-03").value == 20
    assert figure(con, "response_time_median", "2024-11").value == 240


def test_one_row_unknown_on_either_side_leaves_the_rate():
    con = warehouse(
        encounters="""
encounter|kind|started_at         |arrest_likely|arrested
1        |call|2024-01-01 10:00:00|true         |false
2        |call|2024-01-01 10:00:00|true         |
3        |call|2024-01-01 10:00:00|             |false
4        |call|2024-01-01 10:00:00|             |
5        |call|2024-01-01 10:00:00|false        |
"""
    )
    one = figure(con, "diversion_rate")
    assert (parts(one), one.unknown) == ((1, 1), 4)


def test_nothing_reported_is_no_data_and_nothing_seen_is_zero():
    con = warehouse(encounters="encounter|kind|started_at|person_key\n1|call|2024-02-05 10:00:00|ana")
    assert figure(con, "people_met", "2024-03").value == 0  # the agency reports; that month nothing happened
    never = figure(con, "people_met", "2024-02", "lake")  # lake never sent a log
    assert (never.numerator, never.value, never.low, never.status) == (0, None, None, "no_data")
    before = figure(con, "people_met", "2023-12")  # over before the program began
    assert (before.numerator, before.value, before.status) == (0, None, "no_data")
    calls = figure(con, "calls_for_service", "2024-02")
    assert (calls.value, calls.status) == (None, "no_data")
    rate = figure(con, "diversion_rate", "2024-03")
    assert (parts(rate), rate.value, rate.status) == ((0, 0), None, "no_data")


def test_an_empty_warehouse_gives_no_data_everywhere():
    found = measure(warehouse(), program(), [period("2024-01")], groups=["gender", "hour"])
    assert {f.status for f in found} == {"no_data"}
    assert {f.value for f in found} == {None}


def test_a_person_of_two_agencies_counts_once_in_all():
    con = warehouse(
        encounters="""
agency|encounter|kind|started_at         |person_key
river |1        |call|2024-01-01 10:00:00|ana
lake  |1        |call|2024-01-02 10:00:00|ana
lake  |2        |call|2024-01-03 10:00:00|
lake  |3        |call|2024-01-03 10:00:00|
"""
    )
    assert [figure(con, "people_met", agency=a).value for a in ("all", "river", "lake")] == [3, 1, 3]
    assert figure(con, "people_met").unknown == 2


def test_the_same_incident_number_in_two_agencies_is_two_calls():
    con = warehouse(
        encounters="""
agency|encounter|incident|kind|started_at
river |1        |7       |call|2024-01-01 10:00:00
river |2        |7       |call|2024-01-01 10:05:00
lake  |1        |7       |call|2024-01-01 10:00:00
lake  |7        |        |call|2024-01-01 10:00:00
"""
    )
    assert [figure(con, "calls_responded", agency=a).value for a in ("all", "river", "lake")] == [3, 1, 2]


def test_the_last_row_of_a_person_decides_and_ties_go_by_key_whatever_the_order():
    lines = [
        "river|1|2024-01-01 10:00:00|ana|true|true",
        "lake |1|2024-01-03 10:00:00|ana|true|false",
        "lake |2|2024-01-04 10:00:00|ana||",  # nothing known: looked past
        "river|8|2024-01-05 10:00:00|ben|true|false",
        "river|9|2024-01-05 10:00:00|ben|true|true",  # same second: the later key
    ]
    head = "agency|encounter|started_at|person_key|deescalated|stable\n"
    for order in (lines, lines[::-1]):
        con = warehouse(encounters=[{**r, "kind": "call"} for r in _drawn(head + "\n".join(order))])
        assert parts(figure(con, "stable_rate")) == (1, 2)
        assert parts(figure(con, "stable_rate", agency="river")) == (2, 2)
        assert parts(figure(con, "stable_rate", agency="lake")) == (0, 1)


def _drawn(text: str):
    from .drawn import rows

    return rows(text)


def test_medians_interpolate_and_ties_are_ties():
    calls = "incident|received_at|arrived_at|co_response\n" + "\n".join(
        f"C{i}|2024-01-01 10:00:00|2024-01-01 10:{m:02d}:00|true" for i, m in enumerate([3, 3, 3, 4, 9, 9, 20])
    )
    con = warehouse(calls=calls)
    one = figure(con, "response_time_median")
    assert (one.numerator, one.denominator, one.value) == (None, 7, 4)
    assert (one.low, one.high) == (3, 20)  # ranks 1 and 7
    assert figure(con, "response_time_p90").value == pytest.approx(9 + 0.4 * 11)  # rank 6.4


def test_a_program_without_any_population_has_no_per_resident_figures():
    bare = program(agencies=tuple(replace(a, population=None) for a in AGENCIES))
    con = warehouse(calls="incident|received_at\nC1|2024-01-01 10:00:00")
    one = figure(con, "calls_for_service_per_1000", of=bare)
    assert (parts(one), one.value, one.status) == ((0, 0), None, "no_data")


def test_residents_of_all_are_those_of_agencies_that_have_them():
    both = program(agencies=(replace(AGENCIES[0], population=5_000), AGENCIES[1]))
    con = warehouse(calls="agency|incident|received_at\nriver|C1|2024-01-01 10:00:00\nlake|C1|2024-01-01 10:00:00")
    assert parts(figure(con, "calls_for_service_per_1000", of=both)) == (2, 25_000)
    assert figure(con, "calls_for_service_per_1000", agency="river", of=both).value == 0.2


def test_figures_of_a_fiscal_year_to_date_carry_its_own_end():
    from pipeline.program.periods import fiscal_year_to_date

    so_far = fiscal_year_to_date(date(2024, 2, 29), 7)
    one = measure(warehouse(encounters=EDGES), program(), [so_far], metrics=["encounters"]).get("encounters", "FY2024")
    assert (one.value, one.period_start, one.period_end) == (5, date(2023, 7, 1), date(2024, 2, 29))


def test_an_unknown_metric_suggests_the_nearest():
    with pytest.raises(UserError, match="no metric `diverson_rate`") as caught:
        measure(warehouse(), program(), [period("2024-01")], metrics=["diverson_rate"])
    assert caught.value.hint == "Did you mean `diversion_rate`?"


def test_asking_for_no_period_or_no_metric_gives_no_figure():
    assert len(measure(warehouse(), program(), [])) == 0
    assert len(measure(warehouse(), program(), [period("2024-01")], metrics=[])) == 0


def test_the_order_of_figures_is_period_metric_agency_then_groups():
    con = warehouse(encounters=EDGES)
    periods = [period("2024-02"), period("2024-01")]
    found = measure(con, program(), periods, metrics=["people_met", "encounters"], groups=["veteran"])
    keys = [(f.group, f.period, f.metric, f.agency, f.category) for f in found]
    plain = [
        (None, p, m, a, None)
        for p in ("2024-02", "2024-01") for m in ("people_met", "encounters") for a in ("all", "river", "lake")
    ]  # fmt: skip
    grouped = [
        ("veteran", p, m, "all", c)
        for p in ("2024-02", "2024-01") for m in ("people_met", "encounters") for c in ("true", "false", "unknown")
    ]  # fmt: skip
    assert keys == plain + grouped
