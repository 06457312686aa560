"""Every shipped metric, worked out by hand on a small drawn warehouse (made-up data).

January 2024, two agencies. Read the comments beside the rows: they are the working.
"""

from __future__ import annotations

import duckdb
import pytest

from pipeline.measure.figures import measure

from .drawn import parts, period, program, warehouse

CALLS = """
agency|incident|received_at        |dispatched_at      |arrived_at         |cleared_at         |behavioral_health|co_response|disposition|place_key
river |R0      |2023-06-01 08:00:00|                   |                   |                   |false            |false      |           |
river |R1      |2024-01-05 10:00:00|2024-01-05 10:01:00|2024-01-05 10:06:00|2024-01-05 11:00:00|true             |true       |report     |
river |R2      |2024-01-06 10:00:00|2024-01-06 10:02:00|2024-01-06 10:10:00|2024-01-06 10:30:00|true             |true       |arrest     |
river |R3      |2024-01-07 10:00:00|2024-01-07 10:01:00|2024-01-07 10:15:00|2024-01-07 10:55:00|false            |true       |           |
river |R4      |2024-01-08 10:00:00|2024-01-08 10:09:00|2024-01-08 10:05:00|2024-01-08 10:25:00|true             |true       |arrest     |
river |R5      |2024-01-09 10:00:00|                   |                   |                   |true             |false      |no_report  |
river |R6      |2024-01-10 10:00:00|                   |                   |                   |true             |           |           |
river |R7      |2024-01-11 10:00:00|                   |2024-01-11 09:59:00|2024-01-11 10:59:00|                 |true       |           |
lake  |L1      |2024-01-12 10:00:00|2024-01-12 10:01:00|2024-01-12 10:21:00|2024-01-12 12:00:00|true             |true       |report     |
lake  |L2      |2024-01-13 10:00:00|                   |                   |                   |                 |false      |           |
lake  |L3      |2024-07-30 10:00:00|                   |                   |                   |false            |false      |           |
"""

# key|…: ana is met four times, once by lake. Entry 5 has no person. Entry 8 has no incident: a call of its own.
ENCOUNTERS = """
agency|encounter|incident|kind      |started_at         |person_key|arrest_likely|arrested|resolution       |transported_to      |deescalated|stable|force_used|injury|backup_released
river |1        |R1      |call      |2024-01-05 10:10:00|ana       |true         |false   |resolved_on_scene|none                |true       |      |false     |false |true
river |2        |R2      |call      |2024-01-06 10:12:00|ben       |true         |true    |arrest           |jail                |false      |      |true      |true  |false
river |3        |R2      |call      |2024-01-06 10:14:00|cat       |true         |false   |referred         |none                |true       |      |false     |      |false
river |4        |        |follow_up |2024-01-07 10:10:00|ana       |false        |false   |referred         |none                |true       |true  |false     |false |
river |5        |R9      |call      |2024-01-08 10:00:00|          |true         |        |involuntary_hold |hospital            |           |      |          |false |
river |8        |        |call      |2024-01-20 10:10:00|ana       |false        |false   |declined         |none                |true       |false |false     |false |true
lake  |1        |L1      |call      |2024-01-12 10:25:00|ana       |             |false   |voluntary_transport|crisis_stabilization|true     |true  |false     |false |true
lake  |2        |        |follow_up |2024-01-22 09:00:00|ben       |false        |false   |                 |                    |           |true  |false     |false |
lake  |3        |        |phone     |2024-04-30 09:00:00|dan       |             |        |                 |                    |           |      |          |      |
"""

REFERRALS = """
agency|encounter|service      |referred_on|accepted|connected_on
river |1        |mental_health|2024-01-05 |true    |2024-01-09
river |1        |housing      |2024-01-05 |false   |
river |3        |medical      |           |true    |2024-01-16
river |5        |peer_support |2024-01-08 |        |
lake  |1        |crisis_bed   |2024-01-12 |true    |
lake  |1        |benefits     |2024-01-12 |true    |2024-01-11
"""

SHIFTS = """
agency|team|date      |category     |minutes
river |CR1 |2024-01-05|direct       |300
river |CR1 |2024-01-05|travel       |60
river |CR1 |2024-01-31|direct       |120.5
lake  |CR9 |2024-01-05|documentation|119.5
"""

TRAININGS = """
agency|held_on   |course |trained
river |2024-01-01|cit_40h|20
lake  |2024-01-31|cit_8h |7
lake  |2024-02-01|cit_8h |9
"""

#: metric -> agency -> (numerator, denominator, value, unknown); value None: no data.
GOLDEN = {
    # R1 and R2 (two encounters, one incident), R9, encounter 8 on its own; L1.
    "calls_responded": {"all": (5, None, 5, 0), "river": (4, None, 4, 0), "lake": (1, None, 1, 0)},
    # ana (1) and cat (3). Unknown: 5 (arrested blank) and lake 1 (NULL AND true).
    "people_diverted": {"all": (2, None, 2, 2), "river": (2, None, 2, 1), "lake": (0, None, 0, 1)},
    # entry 5 (no key: counted once, in unknown) and ana (lake 1). Unknown too: lake 2, blank.
    "people_transported": {"all": (2, None, 2, 2), "river": (1, None, 1, 1), "lake": (1, None, 1, 1)},
    # ana (river 1, lake 1), cat (3), entry 5 without key.
    "people_referred": {"all": (3, None, 3, 1), "river": (3, None, 3, 1), "lake": (1, None, 1, 0)},
    # likely: 1, 2, 3 known (5 unknown, lake 1 unknown); 1 and 3 not arrested.
    "diversion_rate": {"all": (2, 3, 2 / 3, 2), "river": (2, 3, 2 / 3, 1), "lake": (0, 0, None, 1)},
    # last known stable: ana 8 (de-escalated, not stable; in lake 1: yes), ben lake 2 (stable, de-escalated blank: unknown).
    # unknown besides: cat, entry 5; in river ben too.
    "stable_rate": {"all": (0, 1, 0, 3), "river": (0, 1, 0, 3), "lake": (1, 1, 1, 1)},
    "direct_time_share": {"all": (420.5, 600, 420.5 / 600, 0), "river": (420.5, 480.5, 420.5 / 480.5, 0), "lake": (0, 119.5, 0, 0)},
    # ana, ben, cat and entry 5.
    "people_met": {"all": (4, None, 4, 1), "river": (4, None, 4, 1), "lake": (2, None, 2, 0)},
    "encounters": {"all": (8, None, 8, 0), "river": (6, None, 6, 0), "lake": (2, None, 2, 0)},
    # likely with a disposition in CAD: 1 (report), 2 and 3 (R2: arrest). Only 1 is confirmed.
    # unknown: 5 (no call), lake 1 (arrest_likely blank).
    "diversion_confirmed": {"all": (1, 3, 1 / 3, 2), "river": (1, 3, 1 / 3, 1), "lake": (0, 0, None, 1)},
    "diversion_loose": {"all": (6, 7, 6 / 7, 1), "river": (4, 5, 4 / 5, 1), "lake": (2, 2, 1, 0)},
    "calls_for_service": {"all": (9, None, 9, 0), "river": (7, None, 7, 0), "lake": (2, None, 2, 0)},
    # R1, R2, R4, R5, R6; L1. Blank: R7, L2.
    "behavioral_health_calls": {"all": (6, None, 6, 2), "river": (5, None, 5, 1), "lake": (1, None, 1, 1)},
    # of R1, R2, R4, R5, L1 all but R5. Unknown: R6 (units), R7 and L2 (nature).
    "coverage": {"all": (4, 5, 4 / 5, 3), "river": (3, 4, 3 / 4, 2), "lake": (1, 1, 1, 1)},
    # 6, 10, 15, 5 and 21 minutes; R7 arrived before it was received. Unknown: R6 (units), R7.
    "response_time_median": {"all": (None, 5, 10, 2), "river": (None, 4, 8, 2), "lake": (None, 1, 21, 0)},
    # 5 6 10 15 21: rank 1 + 4 × 0.9 = 4.6, so 15 + 0.6 × 6; river 5 6 10 15: rank 3.7, so 10 + 0.7 × 5.
    "response_time_p90": {"all": (None, 5, 18.6, 2), "river": (None, 4, 13.5, 2), "lake": (None, 1, 21, 0)},
    # 5, 8, 14 and 20 minutes; R4 was dispatched after it arrived.
    "dispatch_time_median": {"all": (None, 4, 11, 3), "river": (None, 3, 8, 3), "lake": (None, 1, 20, 0)},
    "dispatch_time_p90": {"all": (None, 4, 14 + 0.7 * 6, 3), "river": (None, 3, 8 + 0.8 * 6, 3), "lake": (None, 1, 20, 0)},
    # 54, 20, 40, 20, 60 (R7's times on scene are in order) and 99.
    "on_scene_time_median": {"all": (None, 6, 47, 1), "river": (None, 5, 40, 1), "lake": (None, 1, 99, 0)},
    # 20 20 40 54 60 99: rank 5.5; river 20 20 40 54 60: rank 4.6.
    "on_scene_time_p90": {"all": (None, 6, 79.5, 1), "river": (None, 5, 54 + 0.6 * 6, 1), "lake": (None, 1, 99, 0)},
    # 1, 3, 4 of seven known endings.
    "resolved_in_community_rate": {"all": (3, 7, 3 / 7, 1), "river": (3, 6, 3 / 6, 0), "lake": (0, 1, 0, 1)},
    "involuntary_hold_rate": {"all": (1, 7, 1 / 7, 1), "river": (1, 6, 1 / 6, 0), "lake": (0, 1, 0, 1)},
    "force_rate": {"all": (1, 7, 1 / 7, 1), "river": (1, 5, 1 / 5, 1), "lake": (0, 2, 0, 0)},
    "injury_rate": {"all": (1, 7, 1 / 7, 1), "river": (1, 5, 1 / 5, 1), "lake": (0, 2, 0, 0)},
    "patrol_released_rate": {"all": (3, 5, 3 / 5, 3), "river": (2, 4, 2 / 4, 2), "lake": (1, 1, 1, 1)},
    "referrals_made": {"all": (6, None, 6, 0), "river": (4, None, 4, 0), "lake": (2, None, 2, 0)},
    "referral_accepted_rate": {"all": (4, 5, 4 / 5, 1), "river": (2, 3, 2 / 3, 1), "lake": (2, 2, 1, 0)},
    "referral_connected_rate": {"all": (3, 4, 3 / 4, 1), "river": (2, 2, 1, 1), "lake": (1, 2, 1 / 2, 0)},
    # 4 days; 10 days from the encounter of January 6; lake's was connected before it was made: unknown.
    "days_to_connection_median": {"all": (None, 2, 7, 1), "river": (None, 2, 7, 0), "lake": (None, 0, None, 1)},
    # index: 1 ana, 2 ben, 3 cat, 8 ana, lake 1 ana (5 has no key). Follow-ups: ana January 7 10:10, 48:00:00 after 1.
    "follow_up_48h": {"all": (1, 5, 1 / 5, 1), "river": (1, 4, 1 / 4, 1), "lake": (0, 1, 0, 0)},
    # next calls of ana: 1 to lake 1 in 7 days and 15 minutes, lake 1 to 8 in 8 days less 15 minutes.
    "repeat_7_days": {"all": (0, 5, 0, 1), "river": (0, 4, 0, 1), "lake": (0, 1, 0, 0)},
    "repeat_30_days": {"all": (2, 5, 2 / 5, 1), "river": (1, 4, 1 / 4, 1), "lake": (1, 1, 1, 0)},
    "repeat_90_days": {"all": (2, 5, 2 / 5, 1), "river": (1, 4, 1 / 4, 1), "lake": (1, 1, 1, 0)},
    "recurring_calls": {"all": (0, 0, None, 0), "river": (0, 0, None, 0), "lake": (0, 0, None, 0)},
    # lake alone has a population, 20,000: so the program's figure is lake's.
    "calls_responded_per_1000": {"all": (1, 20_000, 0.05, 0), "river": (0, 0, None, 0), "lake": (1, 20_000, 0.05, 0)},
    "calls_for_service_per_1000": {"all": (2, 20_000, 0.1, 0), "river": (0, 0, None, 0), "lake": (2, 20_000, 0.1, 0)},
    "behavioral_health_calls_per_1000": {"all": (1, 20_000, 0.05, 1), "river": (0, 0, None, 0), "lake": (1, 20_000, 0.05, 1)},
    "personnel_trained": {"all": (27, None, 27, 0), "river": (20, None, 20, 0), "lake": (7, None, 7, 0)},
    # R1, R2, R3, R4, R7 and L1.
    "team_calls": {"all": (6, None, 6, 0), "river": (5, None, 5, 0), "lake": (1, None, 1, 0)},
    "team_calls_logged_rate": {"all": (3, 6, 3 / 6, 0), "river": (2, 5, 2 / 5, 0), "lake": (1, 1, 1, 0)},
    "team_calls_without_log": {"all": (3, None, 3, 0), "river": (3, None, 3, 0), "lake": (0, None, 0, 0)},
    # entry 5 names R9.
    "log_entries_without_call": {"all": (1, None, 1, 0), "river": (1, None, 1, 0), "lake": (0, None, 0, 0)},
    # R2: both say arrest (somebody was arrested); R4: CAD alone, but it has no log entry, so nothing to compare.
    "arrests_disagree": {"all": (0, None, 0, 0), "river": (0, None, 0, 0), "lake": (0, None, 0, 0)},
}  # fmt: skip


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return warehouse(calls=CALLS, encounters=ENCOUNTERS, referrals=REFERRALS, shifts=SHIFTS, trainings=TRAININGS)


def test_every_shipped_metric_is_worked_out_by_hand():
    assert set(GOLDEN) == set(program().metrics)


@pytest.mark.parametrize("metric", GOLDEN)
def test_golden(con, metric):
    found = measure(con, program(), [period("2024-01")], metrics=[metric])
    for agency, (numerator, denominator, value, unknown) in GOLDEN[metric].items():
        one = found.get(metric, "2024-01", agency)
        assert parts(one) == (0 if value is None else numerator, denominator), agency
        assert one.unknown == unknown, agency
        assert one.value == (None if value is None else pytest.approx(value, abs=1e-12)), agency
        assert one.status == ("no_data" if value is None else "published")


def test_all_metrics_at_once_give_the_same(con):
    """One scan for all is no other count than one scan for each."""
    periods = [period("2024-01"), period("2024"), period("2024-02")]
    together = {(f.metric, f.period, f.agency): f for f in measure(con, program(), periods)}
    for metric in GOLDEN:
        for one in measure(con, program(), periods, metrics=[metric]):
            assert together[one.metric, one.period, one.agency] == one
    assert len(together) == len(GOLDEN) * 3 * 3


PLACES = """
agency|incident|received_at        |co_response|place_key
river |A0      |2023-01-01 12:00:00|false      |mill
river |A1      |2023-07-02 08:00:00|false      |mill
river |A2      |2023-12-20 08:00:00|false      |mill
river |A3      |2024-01-01 12:00:00|true       |mill
river |A4      |2024-01-02 12:00:00|true       |mill
river |A5      |2024-06-29 12:00:00|false      |mill
river |A6      |2024-07-01 12:00:00|false      |mill
river |A7      |2024-01-10 12:00:00|false      |pier
river |A8      |2024-01-20 12:00:00|true       |pier
river |A9      |2024-09-01 12:00:00|true       |dock
river |A10     |2024-10-01 12:00:00|false      |
"""


def test_recurring_calls_compares_180_days_on_each_side():
    """mill: A2 before (A1 is 183 days back), A4 and A5 (180 days on, to the second) after. pier: A7 before, none after.
    dock: its 180 days after are not over when the data end, so it is unknown."""
    con = warehouse(calls=PLACES)
    found = measure(con, program(), [period("2024-01"), period("2024-09")], metrics=["recurring_calls"])
    january = found.get("recurring_calls", "2024-01")
    assert parts(january) == (2, 2)
    assert (january.value, january.low, january.unknown) == (1, None, 0)
    september = found.get("recurring_calls", "2024-09")
    assert (september.status, september.unknown) == ("no_data", 1)


def test_arrests_on_which_cad_and_log_disagree():
    """C1: CAD alone says arrest; C2: the log alone; C3: both; C4: CAD says arrest and the log is silent: unknown."""
    con = warehouse(
        calls="""
incident|received_at        |disposition
C1      |2024-01-01 10:00:00|arrest
C2      |2024-01-02 10:00:00|report
C3      |2024-01-03 10:00:00|arrest
C4      |2024-01-04 10:00:00|arrest
C5      |2024-01-05 10:00:00|report
""",
        encounters="""
encounter|incident|kind|started_at         |arrested
1        |C1      |call|2024-01-01 10:10:00|false
2        |C2      |call|2024-01-02 10:10:00|true
3        |C3      |call|2024-01-03 10:10:00|true
4        |C4      |call|2024-01-04 10:10:00|
5        |C5      |call|2024-01-05 10:10:00|false
""",
    )
    one = measure(con, program(), [period("2024-01")], metrics=["arrests_disagree"]).get("arrests_disagree", "2024-01")
    assert (one.value, one.unknown) == (2, 1)
