"""What holds for any data: a slow count in plain Python agrees, parts add up, order and unrelated rows never matter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.measure.figures import measure
from pipeline.program.periods import day_range, month

from .drawn import figure, period, program, warehouse

Row = dict[str, Any]
FAST = settings(max_examples=15, deadline=None)
FLAG = st.sampled_from([True, False, None])
BEGUN = datetime(2023, 12, 25)

ENCOUNTER = st.fixed_dictionaries(
    {
        "agency": st.sampled_from(["river", "lake"]),
        "minute": st.integers(0, 60 * 1440),
        "person_key": st.sampled_from([None, "ana", "ben", "cat", "dan"]),
        "kind": st.sampled_from(["call", "follow_up"]),
        "incident": st.sampled_from([None, "I1", "I2", "I3"]),
        "gender": st.sampled_from([None, "unknown", "female", "male"]),
        "arrest_likely": FLAG,
        "arrested": FLAG,
        "deescalated": FLAG,
        "stable": FLAG,
    }
)
CALL = st.fixed_dictionaries(
    {
        "agency": st.sampled_from(["river", "lake"]),
        "minute": st.integers(0, 60 * 1440),
        "response": st.sampled_from([None, *range(-3, 12)]),
        "behavioral_health": FLAG,
        "co_response": FLAG,
    }
)


def encounters(drawn: list[Row]) -> list[Row]:
    """Drawn rows as the table holds them; the number in the list is the key."""
    return [
        {**{k: v for k, v in row.items() if k != "minute"}, "encounter": f"{i:03}", "started_at": at(row)}
        for i, row in enumerate(drawn)
    ]


def calls(drawn: list[Row]) -> list[Row]:
    found = []
    for i, row in enumerate(drawn):
        arrived = None if row["response"] is None else at(row) + timedelta(minutes=row["response"])
        kept = {k: v for k, v in row.items() if k not in ("minute", "response")}
        found.append({**kept, "incident": f"C{i}", "received_at": at(row), "arrived_at": arrived})
    return found


def at(row: Row) -> datetime:
    return BEGUN + timedelta(minutes=row["minute"])


def stored(**tables: list[Row]):
    """A warehouse of Python rows."""
    return warehouse(
        views=False,
        **{
            name: [{k: None if v is None else str(v) for k, v in row.items()} for row in rows]
            for name, rows in tables.items()
        },
    )


# -- a second opinion, slow and plain -----------------------------------------------------------------------------------


def conj(*parts: bool | None) -> bool | None:
    """AND of SQL."""
    return False if False in parts else None if None in parts else True


def negated(part: bool | None) -> bool | None:
    return None if part is None else not part


def people(rows: list[Row], condition: Callable[[Row], bool | None]) -> tuple[int, None, int]:
    yes = [r for r in rows if condition(r) is True]
    keyless = sum(r["person_key"] is None for r in yes)
    known = len({r["person_key"] for r in yes} - {None})
    return known + keyless, None, keyless + sum(condition(r) is None for r in rows)


def rate(
    rows: list[Row], numerator: Callable[[Row], bool | None], denominator: Callable[[Row], bool | None]
) -> tuple[int, int, int]:
    unknown = [r for r in rows if numerator(r) is None or denominator(r) is None]
    left = [r for r in rows if r not in unknown and denominator(r)]
    return sum(bool(numerator(r)) for r in left), len(left), len(unknown)


def responded(rows: list[Row]) -> tuple[int, None, int]:
    yes = [r for r in rows if r["kind"] == "call"]
    return len({(r["agency"], r["incident"] or f"#{r['encounter']}") for r in yes}), None, 0


def stable(rows: list[Row]) -> tuple[int, int, int]:
    last: dict[Any, Row] = {}
    for row in sorted(rows, key=lambda r: (r["stable"] is not None, r["started_at"], r["agency"], r["encounter"])):
        last[row["person_key"] or row["encounter"]] = row
    known = [r for r in last.values() if conj(r["deescalated"], r["stable"]) is not None and r["stable"] is not None]
    yes = sum(bool(conj(r["deescalated"], r["stable"])) for r in known)
    return yes, len(known), len(last) - len(known)


SLOW: dict[str, Callable[[list[Row]], tuple[Any, Any, int]]] = {
    "people_met": lambda rows: people(rows, lambda r: True),
    "people_diverted": lambda rows: people(rows, lambda r: conj(r["arrest_likely"], negated(r["arrested"]))),
    "diversion_rate": lambda rows: rate(rows, lambda r: negated(r["arrested"]), lambda r: r["arrest_likely"]),
    "calls_responded": responded,
    "stable_rate": stable,
    "encounters": lambda rows: (len(rows), None, 0),
}
SLOW_CALLS: dict[str, Callable[[list[Row]], tuple[Any, Any, int]]] = {
    "calls_for_service": lambda rows: (len(rows), None, 0),
    "coverage": lambda rows: rate(
        rows, lambda r: conj(r["behavioral_health"], r["co_response"]), lambda r: r["behavioral_health"]
    ),
}
PERIODS = ("2023-12", "2024-01", "2024-02", "2023-12-28..2024-01-03")


@FAST
@given(st.lists(ENCOUNTER, min_size=1, max_size=25))
def test_a_plain_recount_of_encounters_agrees(drawn):
    rows = encounters(drawn)
    con = stored(encounters=rows)
    found = measure(con, program(), [period(t) for t in PERIODS], metrics=SLOW)
    for text in PERIODS:
        for agency in ("all", "river", "lake"):
            asked = period(text)
            mine = [r for r in rows if r["started_at"].date() in asked and agency in ("all", r["agency"])]
            for metric, count in SLOW.items():
                one = found.get(metric, text, agency)
                assert (one.numerator, one.denominator, one.unknown) == count(mine), (metric, text, agency)


@FAST
@given(st.lists(CALL, min_size=1, max_size=25))
def test_a_plain_recount_of_calls_agrees(drawn):
    rows = calls(drawn)
    con = stored(calls=rows)
    found = measure(con, program(), [period(t) for t in PERIODS], metrics=[*SLOW_CALLS, "response_time_median"])
    for text in PERIODS:
        mine = [r for r in rows if r["received_at"].date() in period(text)]
        for metric, count in SLOW_CALLS.items():
            one = found.get(metric, text)
            assert (one.numerator, one.denominator, one.unknown) == count(mine), (metric, text)
        times = sorted(
            (r["arrived_at"] - r["received_at"]).total_seconds() / 60
            for r in mine
            if r["co_response"] and r["arrived_at"] and r["arrived_at"] >= r["received_at"]
        )
        middle = (times[(len(times) - 1) // 2] + times[len(times) // 2]) / 2 if times else None
        assert found.get("response_time_median", text).value == middle


@FAST
@given(st.lists(ENCOUNTER, max_size=25), st.lists(st.integers(1, 59), max_size=5))
def test_the_parts_of_any_partition_add_up(drawn, cuts):
    """Of counts and of both sides of rates; people and distinct calls of the parts are never fewer than of the whole."""
    con = stored(encounters=encounters(drawn))
    bounds = [0, *sorted(set(cuts)), 60]
    first = BEGUN.date()
    pieces = [day_range(first + timedelta(days=a), first + timedelta(days=b - 1)) for a, b in pairwise(bounds)]
    whole = day_range(first, first + timedelta(days=59))
    found = measure(con, program(), [*pieces, whole], metrics=SLOW, agencies=False)
    for metric in ("encounters", "diversion_rate"):
        parts = [found.get(metric, p.label) for p in pieces]
        total = found.get(metric, whole.label)
        assert sum(p.numerator for p in parts) == total.numerator
        assert sum(p.denominator or 0 for p in parts) == (total.denominator or 0)
        assert sum(p.unknown for p in parts) == total.unknown
    for metric in ("people_met", "people_diverted", "calls_responded"):
        assert sum(found.get(metric, p.label).numerator for p in pieces) >= found.get(metric, whole.label).numerator


@FAST
@given(st.lists(ENCOUNTER, max_size=25))
def test_people_of_the_program_are_at_most_those_of_its_agencies_together(drawn):
    con = stored(encounters=encounters(drawn))
    found = measure(con, program(), [period("2024-01")], metrics=["people_met", "people_diverted"])
    for metric in ("people_met", "people_diverted"):
        each = [found.get(metric, "2024-01", a).numerator for a in ("river", "lake")]
        assert max(each) <= found.get(metric, "2024-01").numerator <= sum(each)


@FAST
@given(
    st.lists(ENCOUNTER, min_size=1, max_size=20), st.lists(ENCOUNTER, max_size=10), st.randoms(use_true_random=False)
)
def test_unrelated_rows_and_the_order_of_rows_never_matter(drawn, others, dice):
    """Other months and other tables change nothing; nor does the order in which rows were loaded."""
    rows = [r for r in encounters(drawn) if r["started_at"].date() < date(2024, 2, 1)]
    later = [{**r, "encounter": f"x{r['encounter']}", "started_at": datetime(2024, 6, 1)} for r in encounters(others)]
    shifts = [{"team": "CR1", "date": "2024-01-05", "category": "direct", "minutes": "30"}]
    shuffled = rows + later
    dice.shuffle(shuffled)
    asked, options = [period("2024-01"), period("2023-12")], {"metrics": list(SLOW), "groups": ["gender", "kind"]}
    own = program()
    plain = measure(stored(encounters=rows), own, asked, **options)
    mixed = measure(stored(encounters=shuffled, shifts=shifts), own, asked, **options)
    reporting = {r["agency"] for r in rows}
    for one in plain:
        if one.agency == "all" or one.agency in reporting:
            again = mixed.get(one.metric, one.period, one.agency, one.group, one.category)
            if rows:
                assert again == one


@FAST
@given(st.lists(ENCOUNTER, max_size=25))
def test_parts_of_a_breakdown_are_the_whole(drawn):
    con = stored(encounters=encounters(drawn))
    found = measure(con, program(), [period("2024-01")], metrics=SLOW, groups=["gender", "veteran"])
    for metric in ("people_met", "people_diverted", "encounters", "diversion_rate", "stable_rate"):
        for name in ("gender", "veteran"):
            parts = [f for f in found if f.metric == metric and f.group == name]
            whole = found.get(metric, "2024-01")
            assert sum(p.numerator for p in parts) == whole.numerator
            assert sum(p.denominator or 0 for p in parts) == (whole.denominator or 0)


def test_the_months_of_a_year_add_up():
    con = warehouse(
        encounters="encounter|kind|started_at\n" + "\n".join(f"{m}|call|2024-{m:02}-15 10:00:00" for m in range(1, 13))
    )
    months = [month(2024, m) for m in range(1, 13)]
    found = measure(con, program(), months, metrics=["encounters"])
    assert [found.get("encounters", m.label).value for m in months] == [1] * 12
    assert figure(con, "encounters", "2024").value == 12
