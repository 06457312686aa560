"""For any figure: the rows written are the figure, the SQL printed runs, every row left out is accounted for."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from pipeline.errors import UserError
from pipeline.measure.explain import REASONS, explain, row_columns, rows
from pipeline.measure.figures import measure
from pipeline.program.model import Program

from .drawn import period, program, warehouse

OWN = """
[visits_by_person]
title = "Minutes with people"
definition = "Minutes of encounters."
over = "encounters"
kind = "median"
measure = "minutes"
last_by = "person_key"
unit = "minutes"

[people_by_incident]
title = "Incidents as people"
definition = "Another key of people."
over = "encounters"
kind = "people"
measure = "incident"
numerator = "arrested"
unit = "calls"

[last_arrested]
title = "People last arrested"
definition = "People whose last encounter ended in arrest."
over = "encounters_linked"
kind = "people"
numerator = "arrested"
last_by = "person_key"
unit = "people"

[slow]
title = "Slow calls"
definition = "Calls by the time of arrival."
over = "calls"
kind = "rate"
time = "arrived_at"
denominator = "true"
numerator = "response_minutes > 10"
unit = "fraction"

[accepted_services]
title = "Services accepted"
definition = "Different services accepted."
over = "referrals"
kind = "distinct"
numerator = "accepted"
denominator = "kind = 'call'"
measure = "service"
unit = "referrals"

[referred_again]
title = "Referred again"
definition = "Referrals after which the person was referred again."
over = "referrals"
kind = "survival"
event = "accepted"
within_days = 20
unit = "fraction"
"""
LATER = ("quarantined", "duplicate", "superseded")


def made_up(seed: int = 7) -> dict[str, list[dict[str, str | None]]]:
    """Rows of every table, at random, with many nulls."""
    dice = random.Random(seed)  # noqa: S311 - made-up data
    flag = ("true", "false", None)
    begun = datetime(2023, 12, 1)

    def moment(days: int = 120) -> datetime:
        return begun + timedelta(minutes=dice.randrange(days * 1440))

    calls: list[dict[str, str | None]] = []
    for i in range(120):
        at = moment()
        calls.append(
            {
                "agency": dice.choice(["river", "lake"]),
                "incident": f"I{i}",
                "received_at": str(at),
                "dispatched_at": str(at + timedelta(minutes=dice.randrange(-2, 5))),
                "arrived_at": dice.choice([None, str(at + timedelta(minutes=dice.randrange(3, 30)))]),
                "cleared_at": str(at + timedelta(minutes=40)),
                "behavioral_health": dice.choice(flag),
                "co_response": dice.choice(flag),
                "disposition": dice.choice(["arrest", "report", None]),
                "place_key": dice.choice([None, "mill", "pier"]),
                "source_rows": f"{i * 2 + 2},{i * 2 + 3}" if i % 5 == 0 else None,
            }
        )
    encounters: list[dict[str, str | None]] = []
    for i in range(150):
        call = dice.choice(calls)
        encounters.append(
            {
                "agency": dice.choice([call["agency"], "river"]),
                "encounter": str(i),
                "incident": dice.choice([call["incident"], None]),
                "kind": dice.choice(["call", "call", "follow_up", "phone"]),
                "started_at": str(moment()),
                "minutes": dice.choice([None, str(dice.randrange(10, 90))]),
                "person_key": dice.choice([None, *(f"p{k}" for k in range(40))]),
                "gender": dice.choice(["female", "male", "unknown", None]),
                "resolution": dice.choice(["resolved_on_scene", "involuntary_hold", None]),
                "transported_to": dice.choice(["hospital", "none", None]),
                **{n: dice.choice(flag) for n in ("arrest_likely", "arrested", "deescalated", "stable", "force_used")},
                **{n: dice.choice(flag) for n in ("injury", "backup_released")},
            }
        )
    referrals = [
        {
            "agency": e["agency"],
            "encounter": e["encounter"],
            "service": dice.choice(["housing", "medical"]),
            "accepted": dice.choice(flag),
            "connected_on": dice.choice([None, str(moment().date())]),
        }
        for e in dice.sample(encounters, 60)
    ]
    shifts = [
        {
            "agency": dice.choice(["river", "lake"]),
            "team": "CR1",
            "date": str(moment().date()),
            "category": dice.choice(["direct", "travel"]),
            "minutes": str(dice.randrange(1, 400) / 10),
        }
        for _ in range(60)
    ]
    trainings: list[dict[str, str | None]] = [
        {"held_on": str(moment().date()), "course": "cit_8h", "trained": str(i)} for i in range(9)
    ]
    return {"calls": calls, "encounters": encounters, "referrals": referrals, "shifts": shifts, "trainings": trainings}


@pytest.fixture(scope="module")
def of() -> Program:
    return program(OWN)


@pytest.fixture(scope="module")
def con(of):
    return warehouse(of, **made_up())


def metrics() -> list[str]:
    return list(program(OWN).metrics)


def recount(metric, found: list[dict[str, object]]) -> tuple[object, object]:
    """Numerator and denominator of a figure from nothing but its rows."""
    yes = [r for r in found if r.get("in_numerator") == "true"]
    values = [r["measure"] for r in found if "measure" in r]
    if metric.kind in ("rate", "survival"):
        return len(yes), len(found)
    if metric.kind == "share_of_sum" and metric.measure:
        return sum(r["measure"] for r in yes), sum(values)
    if metric.kind == "share_of_sum":
        return sum(r["numerator"] for r in found), sum(r["denominator"] for r in found)
    if metric.kind in ("median", "p90"):
        return None, len(values)
    if metric.kind == "distinct" or (metric.kind == "per_1000" and metric.measure):
        return len(set(values)), None
    if metric.kind == "count" and metric.measure:
        return sum(values), None
    if metric.id == "people_by_incident":
        known = {r["incident"] for r in found if r["incident"] is not None}
        return len(known) + sum(r["incident"] is None for r in found), None
    if metric.kind == "people":
        known = {r["person_key"] for r in found if r["person_key"] is not None}
        return len(known) + sum(r["person_key"] is None for r in found), None
    return len(found), None


def quantile(values: list[float], share: float) -> float:
    place = (len(values) - 1) * share
    low = sorted(values)[int(place)]
    high = sorted(values)[min(int(place) + 1, len(values) - 1)]
    return low + (high - low) * (place - int(place))


@pytest.mark.parametrize("agency", ["all", "river", "lake"])
@pytest.mark.parametrize("name", metrics())
def test_rows_are_the_figure(con, of, name, agency):
    metric = of.metrics[name]
    for text in ("2024-01", "2023-12-15..2024-03-09"):
        asked = period(text)
        figure = measure(con, of, [asked], metrics=[name]).get(name, asked.label, agency)
        found = list(rows(con, of, name, asked, agency))
        if name == "people_by_incident":
            incidents = dict(con.execute("SELECT agency || encounter, incident FROM encounters").fetchall())
            found = [{**r, "incident": incidents[f"{r['agency']}{r['encounter']}"]} for r in found]
        else:
            assert all(tuple(r) == row_columns(of, name, asked) for r in found)
        numerator, denominator = recount(metric, found)
        assert figure.numerator == (0 if figure.status == "no_data" else pytest.approx(numerator))
        if metric.kind not in ("count", "distinct", "people", "per_1000"):
            assert figure.denominator == pytest.approx(denominator)
        if metric.kind in ("median", "p90") and found:
            share = 0.5 if metric.kind == "median" else 0.9
            assert figure.value == pytest.approx(quantile([r["measure"] for r in found], share))


@pytest.mark.parametrize("agency", ["all", "lake"])
@pytest.mark.parametrize("name", metrics())
def test_the_sql_runs_as_printed_and_every_row_is_accounted_for(con, of, name, agency):
    told = explain(con, of, name, period("2024-01"), agency)
    for statement in told.sql.split(";\n"):
        answer = con.execute(statement)
    names = [d[0] for d in answer.description]
    values = dict(zip(names, answer.fetchone(), strict=True))
    assert values["unknown"] == told.figure.unknown
    if told.figure.status == "published":
        for column in ("numerator", "denominator", "value"):
            if column in values:
                assert float(values[column]) == pytest.approx(getattr(told.figure, column))
    left_out = sum(e.rows for e in told.exclusions if e.reason not in LATER)
    assert told.rows + left_out == told.total
    assert told.rows == sum(o.rows for o in told.origins) == len(list(rows(con, of, name, period("2024-01"), agency)))
    assert {e.reason for e in told.exclusions} <= set(REASONS)


def test_what_was_left_out_and_why():
    con = warehouse(
        encounters="""
encounter|kind|started_at         |person_key|arrest_likely|arrested
1        |call|2024-01-01 10:00:00|ana       |true         |false
2        |call|2024-01-02 10:00:00|          |true         |true
3        |call|2024-01-03 10:00:00|ben       |true         |
4        |call|2024-01-04 10:00:00|ben       |             |false
5        |call|2024-01-05 10:00:00|ben       |false        |false
6        |call|2024-02-05 10:00:00|ben       |true         |false
"""
    )
    con.execute(
        "INSERT INTO receipts VALUES (1, 'encounters.csv', 'river', 'encounters', 'x', 12, 6, 3, 2, 1, NULL, '{}', '[]'),"
        " (2, 'calls.csv', 'river', 'calls', 'x', 9, 0, 9, 0, 0, NULL, '{}', '[]'),"
        " (3, 'lake.csv', 'lake', 'encounters', 'x', 4, 0, 4, 0, 0, NULL, '{}', '[]')"
    )
    told = explain(con, program(), "diversion_rate", period("2024-01"), "river")
    assert (told.figure.numerator, told.figure.denominator, told.rows, told.total) == (1, 2, 2, 6)
    assert told.without_person == 1
    assert {e.reason: e.rows for e in told.exclusions} == {
        "outside_period": 1,
        "condition_not_met": 1,
        "denominator_unknown": 1,
        "numerator_unknown": 1,
        "quarantined": 3,
        "duplicate": 2,
        "superseded": 1,
    }
    assert told.origins[0].extract == "encounters.csv"
    everyone = explain(con, program(), "diversion_rate", period("2024-01"))
    assert {e.reason: e.rows for e in everyone.exclusions}["quarantined"] == 7


def test_rows_lead_back_to_the_extract():
    con = warehouse(
        calls="""
incident|received_at        |behavioral_health|co_response|source_rows
B       |2024-01-02 10:00:00|true             |false      |9
A       |2024-01-01 10:00:00|true             |true       |2,3,7
"""
    )
    found = list(rows(con, program(), "coverage", period("2024-01"), "river"))
    assert found == [
        {"agency": "river", "incident": "A", "extract": "calls.csv", "source_row": "2 3 7", "in_numerator": "true"},
        {"agency": "river", "incident": "B", "extract": "calls.csv", "source_row": "9", "in_numerator": "false"},
    ]


def test_columns_of_rows():
    of, asked = program(), period("2024-01")
    assert row_columns(of, "people_met", asked) == ("agency", "encounter", "person_key", "extract", "source_row")
    assert row_columns(of, "people_referred", asked) == ("agency", "encounter", "person_key", "extract", "source_row")
    assert row_columns(of, "referrals_made", asked) == ("agency", "encounter", "person_key", "extract", "source_row")
    assert row_columns(of, "calls_for_service", asked) == ("agency", "incident", "extract", "source_row")
    assert row_columns(of, "direct_time_share", asked)[:3] == ("agency", "team", "date")
    assert row_columns(of, "repeat_7_days", asked)[-2:] == ("in_numerator", "days_seen")


def test_an_unknown_agency_or_metric_is_named():
    con = warehouse()
    with pytest.raises(UserError, match="no agency `pond`"):
        explain(con, program(), "people_met", period("2024-01"), "pond")
    with pytest.raises(UserError, match="no metric `peple_met`"):
        list(rows(con, program(), "peple_met", period("2024-01")))
