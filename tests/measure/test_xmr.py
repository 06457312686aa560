"""XmR charts in words: signals, sentences, and how often a series in which nothing changes is said to have changed."""

from __future__ import annotations

import random

import pytest

from pipeline.measure.figure import Figure
from pipeline.measure.xmr import all_series, read, series
from pipeline.program.periods import month, months

from .drawn import period, program, warehouse

OF = program()


def monthly(metric: str, values, last: tuple[int, int] = (2023, 11)):
    """A series of these values, the last one in November 2023."""
    found = []
    for i, value in enumerate(values):
        back = last[0] * 12 + last[1] - 1 - (len(values) - 1 - i)
        at = month(back // 12, back % 12 + 1)
        of = OF.metrics[metric]
        status = "no_data" if value is None else "published"
        found.append(
            Figure(
                metric,
                of.title,
                of.unit,
                at.label,
                at.start,
                at.end,
                "all",
                None,
                None,
                value,
                None,
                value,
                None,
                None,
                0,
                status,
            )
        )
    return read(OF.metrics[metric], "all", found)


STEADY = [24, 20, 26, 22, 25, 21, 24, 22, 23, 25, 20, 26, 24]


def test_limits_are_the_mean_and_266_moving_ranges():
    """Wheeler's arithmetic by hand: mean 12, moving ranges 4 2 4 2 4 2 4, mean 22/7."""
    found = monthly("calls_responded", [10, 14, 12, 8, 10, 14, 12, 16])
    assert found.mean == 12
    assert found.upper == pytest.approx(12 + 2.66 * 22 / 7)
    assert found.lower == pytest.approx(12 - 2.66 * 22 / 7)
    assert found.trial


def test_nothing_happened():
    found = monthly("people_diverted", STEADY)
    assert (found.verdict, found.signals, found.trial) == ("usual", (), False)
    assert found.sentence == "No change. November’s 24 is within the usual 14 to 32."
    assert found.months[-1] == "2023-11"


def test_a_point_outside():
    found = monthly("calls_responded", [*STEADY, 45])
    assert (found.verdict, 13 in found.signals) == ("rise", True)
    assert found.sentence.startswith("A real rise. November’s 45 is above the usual ")


def test_seven_on_one_side():
    values = [20, 24, 21, 23, 20, 24, 21, 23, 22, 20, 30, 31, 29, 30, 31, 29, 30]
    found = monthly("calls_responded", values)
    assert found.sentence == "A real rise. Seven months in a row above the mean of 25."
    assert set(range(10, 17)) <= set(found.signals)
    assert monthly("calls_responded", values[:-1]).verdict != "rise" or len(values[:-1]) < 16


def test_six_on_one_side_is_no_run():
    values = [22, 24, 21, 23, 22, 24, 21, 23, 22, 24, 21, 24, 23, 24, 23, 24, 23]
    assert monthly("calls_responded", values).verdict == "usual"


def test_a_point_on_the_mean_ends_a_run():
    values = [9, 11, 9, 11, 9, 11, 11, 11, 11, 10, 11, 11, 9, 9, 9, 9, 10, 9, 9, 11]
    assert sum(values) / len(values) == 10
    assert monthly("calls_responded", values).verdict == "usual"


def test_seven_in_one_direction():
    found = monthly("calls_responded", [40, 20, 41, 19, 42, 18, 25, 26, 27, 28, 29, 30, 31])
    assert found.verdict == "rise"
    assert found.sentence == "A real rise. Eight months in a row, each higher than the one before."


@pytest.mark.parametrize(
    ("metric", "above", "below"),
    [
        ("diversion_rate", ("better", "A real improvement."), ("worse", "A real worsening.")),
        ("response_time_median", ("worse", "A real worsening."), ("better", "A real improvement.")),
        ("calls_responded", ("rise", "A real rise."), ("fall", "A real fall.")),
    ],
)
def test_better_and_worse_only_with_a_direction(metric, above, below):
    scale = 100 if metric == "diversion_rate" else 1
    base = [v / scale for v in STEADY]
    for last, (verdict, words) in ((60 / scale, above), (1 / scale, below)):
        found = monthly(metric, [*base, last])
        assert found.verdict == verdict
        assert found.sentence.startswith(words)


def test_few_months_have_trial_limits_and_fewer_none():
    trial = monthly("calls_responded", [*STEADY[:9], 60])
    assert trial.trial
    assert trial.sentence.startswith("A first sign of a rise. November’s 60 is above the usual")
    few = monthly("calls_responded", [1, 2, 3, 4, 5])
    assert (few.verdict, few.mean, few.lower, few.upper, few.trial) == ("too_few", None, None, None, False)
    assert few.sentence == "Too early to say: five months so far, and the usual range needs six."
    assert monthly("calls_responded", [7]).sentence.startswith("Too early to say: one month so far")


def test_months_without_data():
    assert monthly("diversion_rate", [0.9] * 8 + [None]).verdict == "no_data"
    assert monthly("diversion_rate", [0.9] * 8 + [None]).sentence == "No data for November 2023."
    gap = monthly("calls_responded", [*STEADY[:6], None, *STEADY[6:], 45])
    without = monthly("calls_responded", [*STEADY, 45])
    assert (gap.mean, gap.upper, gap.verdict) == (without.mean, without.upper, "rise")
    assert gap.signals == tuple(i + (i >= 6) for i in without.signals)
    assert gap.values[6] is None
    assert monthly("calls_responded", [None] * 3).verdict == "no_data"


def test_limits_end_where_the_unit_ends():
    rates = monthly("diversion_rate", [1, 0.9, 1, 0.92, 1, 0.95, 1, 0.9])
    assert rates.upper == 1
    counts = monthly("people_diverted", [0, 2, 0, 1, 0, 2, 0, 1])
    assert counts.lower == 0
    flat = monthly("people_diverted", [0] * 12)
    assert flat.sentence == "No change. November’s 0 is the mean."


def test_what_is_said_to_lie_outside_looks_so():
    """With 8.045 above a limit of 8.04 the sentence does not say that 8.0 is above 8.0."""
    found = monthly("response_time_median", [8.0, 8.01] * 6 + [8.045])
    assert found.verdict == "worse"
    words = found.sentence.split()
    assert "8.05" in words


def test_rare_events_have_a_decimal():
    found = monthly("force_rate", [0, 0.004, 0, 0.002, 0, 0.003, 0, 0])
    assert found.sentence == "No change. November’s 0.0% is within the usual 0.0% to 0.8%."


def test_percent_and_minutes():
    assert (
        "47% is within the usual 40% to 5"
        in monthly("coverage", [0.45, 0.48, 0.46, 0.44, 0.47, 0.45, 0.46, 0.44, 0.47]).sentence
    )
    assert "8.2 is within the usual 7." in monthly("response_time_median", [8.0, 8.1, 7.9, 8.3, 8.0, 7.8, 8.2]).sentence


@pytest.mark.parametrize(("months_", "most"), [(12, 0.02), (17, 0.025), (36, 0.03)])
def test_false_alarms(months_, most):
    """The sentence on a series in which nothing changes: of 1,200 simulated ones (counts of mean 20, made up), 1 or 2 in 100
    speak of a change in the last month. Not none either: a test that never sounds would prove nothing."""
    dice = random.Random(20)  # noqa: S311 - made-up data
    alarms = 0
    for _ in range(1_200):
        values = [float(max(round(dice.gauss(20, 4.5)), 0)) for _ in range(months_)]
        alarms += monthly("calls_responded", values).verdict != "usual"
    assert 0 < alarms / 1_200 < most


def test_a_real_doubling_is_seen_more_often_than_not():
    """In its first month, out of 17; a month later, or when it lasts, far more surely."""
    dice = random.Random(21)  # noqa: S311 - made-up data
    seen = 0
    for _ in range(100):
        values = [float(round(dice.gauss(mean, mean**0.5))) for mean in [20] * 16 + [40]]
        seen += monthly("calls_responded", values).verdict == "rise"
    assert seen > 50


def test_series_come_from_the_warehouse():
    lines = [f"river|{i}|call|2024-{1 + i % 8:02}-10 10:00:00|p{i}" for i in range(40)]
    con = warehouse(encounters="agency|encounter|kind|started_at|person_key\n" + "\n".join(lines))
    asked = months(period("2024-01-01..2024-08-31"))
    one = series(con, OF, "encounters", asked[::-1])
    assert one.months == tuple(f"2024-{m:02}" for m in range(1, 9))
    assert one.values == (5,) * 8
    assert series(con, OF, "encounters", asked, "lake").verdict == "no_data"
    every = all_series(con, OF, ["encounters", "people_met"], asked, agencies=True)
    assert set(every) == {(m, a) for m in ("encounters", "people_met") for a in ("all", "river", "lake")}
    assert every["encounters", "all"] == one
