"""Derived columns and linked views, each worked by hand on rows drawn in the test."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from made_products import extract, program

from pipeline.program.model import Program
from pipeline.receive.product import Received
from pipeline.store.load import load
from pipeline.store.resolve import resolve
from pipeline.store.warehouse import Warehouse

TODAY = date(2026, 6, 30)


@pytest.fixture
def p(tmp_path: Path) -> Program:
    return program(tmp_path)


def loaded(p: Program, *received: Received) -> Warehouse:
    with resolve(p, received, until=TODAY) as found:
        return load(p, found)


def ask(warehouse: Warehouse, sql: str) -> list[tuple[object, ...]]:
    return warehouse.connection.execute(sql).fetchall()


def test_intervals_of_a_call(p: Program) -> None:
    calls = """incident | received_at | dispatched_at | arrived_at | cleared_at
        plain | 2024-01-05 10:00 | 2024-01-05 10:02 | 2024-01-05 10:08:30 | 2024-01-05 11:00
        nobody came | 2024-01-05 10:00 | 2024-01-05 10:02 | | 2024-01-05 10:30
        out of order | 2024-01-05 10:00 | 2024-01-05 10:09 | 2024-01-05 10:08 | 2024-01-05 10:07
        spring | 2024-03-10 01:50 | | 2024-03-10 03:10 | 2024-03-10 04:10
        autumn | 2023-11-05 00:30 | | 2023-11-05 02:30 | 2023-11-05 03:00"""
    with loaded(p, extract(p, "calls", "cad.csv", calls)) as w:
        sql = "SELECT incident, response_minutes, dispatch_minutes, on_scene_minutes FROM calls"
        assert {incident: minutes for incident, *minutes in ask(w, sql)} == {
            "plain": [8.5, 6.5, 51.5],
            "nobody came": [None, None, None],
            "out of order": [8.0, None, None],
            "spring": [20.0, None, 60.0],
            "autumn": [180.0, None, 30.0],
        }


def test_minutes_of_an_encounter_are_filled_from_its_end(p: Program) -> None:
    log = """encounter | kind | started_at | ended_at | minutes
        given | call | 2024-01-05 10:00 | 2024-01-05 11:00 | 45
        filled | call | 2024-01-05 10:00 | 2024-01-05 11:00 |
        open | call | 2024-01-05 10:00 | |
        before | call | 2024-01-05 10:00 | 2024-01-05 09:00 |
        at night | call | 2024-03-10 01:30 | 2024-03-10 03:30 |"""
    with loaded(p, extract(p, "encounters", "log.csv", log)) as w:
        assert dict(ask(w, "SELECT encounter, minutes FROM encounters")) == {
            "given": 45,
            "filled": 60,
            "open": None,
            "before": None,
            "at night": 60,
        }


def test_age_bands(p: Program) -> None:
    years = {2007: "0-17", 2006: "18-24", 2000: "18-24", 1999: "25-34", 1989: "35-44", 1979: "45-54", 1969: "55-64"}
    years |= {1960: "55-64", 1959: "65+", 1903: "unknown", 2025: "unknown", 2024: "0-17"}
    rows = [
        {"encounter": str(y), "kind": "call", "started_at": "2024-01-05 10:00", "birth_year": str(y)} for y in years
    ]
    rows.append({"encounter": "none", "kind": "call", "started_at": "2024-01-05 10:00"})
    with loaded(p, extract(p, "encounters", "log.csv", rows)) as w:
        expected = {str(y): band for y, band in years.items()} | {"none": "unknown"}
        assert dict(ask(w, "SELECT encounter, age_band FROM encounters")) == expected


LOG = """encounter | kind | incident | started_at | team | person_key | gender | arrested
    1 | call | R1 | 2024-01-05 10:05 | CR1 | aa | female | false
    2 | call | R1 | 2024-01-05 10:06 | CR1 | bb | male | true
    3 | call | R9 | 2024-01-05 12:00 | CR1 | aa | female |
    4 | follow_up | | 2024-01-09 12:00 | CR1 | aa | female | false
    5 | call | | 2024-01-06 09:00 | CR1 | cc | | false"""
CALLS = """incident | received_at | cleared_at | units | co_response | disposition | nature
    R1 | 2024-01-05 10:00 | 2024-01-05 11:00 | CR1,P7 | true | arrest | MENTAL
    R2 | 2024-01-06 08:50 | 2024-01-06 09:30 | cr1 | true | report | WELFARE
    R3 | 2024-01-06 08:00 | | P7 | false | arrest | THEFT
    R4 | 2024-01-06 09:29 | | CR1 | true | | MENTAL"""


def both(p: Program, **kwargs: object) -> list[Received]:
    split = [
        {"encounter": "1", "service": "housing"},
        {"encounter": "1", "service": "benefits"},
        {"encounter": "1", "service": "housing", "referred_on": "2024-01-08"},
        {"encounter": "4", "service": "other"},
    ]
    return [
        extract(p, "calls", "cad.csv", CALLS),
        extract(p, "encounters", "log.csv", LOG, referrals=split),
        extract(p, "calls", "lake.csv", "incident|received_at\nR9|2024-01-05 12:00", agency="lake"),
    ]


def test_linked_by_agency_and_incident(p: Program) -> None:
    with loaded(p, *both(p)) as w:
        sql = (
            "SELECT encounter, has_call, call_received_at::VARCHAR, call_disposition, call_nature, call_units,"
            " referral_services, referral_count FROM encounters_linked ORDER BY encounter"
        )
        call = (True, "2024-01-05 10:00:00", "arrest", "MENTAL", ["CR1", "P7"])
        none = (False, None, None, None, None)
        assert ask(w, sql) == [
            ("1", *call, ["benefits", "housing"], 3),
            ("2", *call, [], 0),
            ("3", *none, [], 0),
            ("4", *none, ["other"], 1),
            ("5", *none, [], 0),
        ]
        assert ask(w, "SELECT incident, has_encounter FROM calls WHERE agency = 'river' ORDER BY 1") == [
            ("R1", True),
            ("R2", False),
            ("R3", False),
            ("R4", False),
        ]


def test_referrals_carry_what_breakdowns_need(p: Program) -> None:
    with loaded(p, *both(p)) as w:
        sql = (
            'SELECT encounter, service, started_at::VARCHAR, person_key, kind, gender, team, incident, "extract"'
            " FROM referrals"
        )
        assert ask(w, sql) == [
            ("1", "benefits", "2024-01-05 10:05:00", "aa", "call", "female", "CR1", "R1", "log.csv"),
            ("1", "housing", "2024-01-05 10:05:00", "aa", "call", "female", "CR1", "R1", "log.csv"),
            ("1", "housing", "2024-01-05 10:05:00", "aa", "call", "female", "CR1", "R1", "log.csv"),
            ("4", "other", "2024-01-09 12:00:00", "aa", "follow_up", "female", "CR1", None, "log.csv"),
        ]


def test_days_to_connection(p: Program) -> None:
    log = "encounter|kind|started_at\n1|call|2024-01-05 23:00"
    referrals = """encounter | service | referred_on | connected_on
        1 | housing | 2024-01-08 | 2024-01-18
        1 | benefits | | 2024-01-06
        1 | medical | 2024-01-08 | 2024-01-08
        1 | family | 2024-01-08 | 2024-01-07
        1 | other | 2024-01-08 |
        7 | other | | 2024-01-09"""
    with loaded(p, extract(p, "encounters", "log.csv", log), extract(p, "referrals", "r.csv", referrals)) as w:
        assert ask(w, "SELECT encounter, service, days_to_connection FROM referrals ORDER BY source_row") == [
            ("1", "housing", 10),
            ("1", "benefits", 1),
            ("1", "medical", 0),
            ("1", "family", None),
            ("1", "other", None),
            ("7", "other", None),
        ]
        assert ask(w, "SELECT started_at FROM referrals WHERE encounter = '7'") == [(None,)]


def test_split_referrals_follow_their_encounter(p: Program) -> None:
    head = "encounter|kind|started_at\n"
    old = extract(
        p,
        "encounters",
        "log_1.csv",
        head + "1|call|2024-01-05 10:00\n2|call|2024-01-05 11:00",
        referrals=[{"encounter": "1", "service": "housing"}, {"encounter": "2", "service": "medical"}],
    )
    new = extract(
        p,
        "encounters",
        "log_2.csv",
        head + "1|call|2024-01-05 10:00",
        referrals=[{"encounter": "1", "service": "family"}],
    )
    with loaded(p, old, new) as w:
        assert ask(w, 'SELECT encounter, service, "extract" FROM referrals') == [
            ("1", "family", "log_2.csv"),
            ("2", "medical", "log_1.csv"),
        ]


def test_a_referral_that_stands_in_log_and_extract_counts_once(p: Program) -> None:
    log = extract(
        p,
        "encounters",
        "log.csv",
        "encounter|kind|started_at\n1|call|2024-01-05 10:00",
        referrals=[{"encounter": "1", "service": "housing"}, {"encounter": "1", "service": "medical"}],
    )
    outcome = extract(p, "referrals", "r.csv", "encounter|service|accepted\n1|housing|true")
    with loaded(p, log, outcome) as w:
        assert ask(w, 'SELECT service, accepted, "extract" FROM referrals') == [
            ("housing", True, "r.csv"),
            ("medical", None, "log.csv"),
        ]


def test_reconciliation(p: Program) -> None:
    with loaded(p, *both(p)) as w:
        sql = (
            'SELECT subject, matched, happened_at::VARCHAR, incident, encounter, disposition, arrested, "extract", source_row'
            " FROM reconciliation"
        )
        assert ask(w, sql) == [
            ("arrest", True, "2024-01-05 10:00:00", "R1", "2", "arrest", True, "cad.csv", 2),
            ("team_call", True, "2024-01-05 10:00:00", "R1", "2", "arrest", True, "cad.csv", 2),
            ("log_entry", True, "2024-01-05 10:05:00", "R1", "1", "arrest", False, "log.csv", 2),
            ("log_entry", True, "2024-01-05 10:06:00", "R1", "2", "arrest", True, "log.csv", 3),
            ("log_entry", False, "2024-01-05 12:00:00", "R9", "3", None, None, "log.csv", 4),
            ("team_call", False, "2024-01-06 08:50:00", "R2", None, "report", None, "cad.csv", 3),
            ("team_call", False, "2024-01-06 09:29:00", "R4", None, None, None, "cad.csv", 5),
        ]


@pytest.mark.parametrize(
    ("disposition", "arrested", "expected"),
    [
        ("arrest", ["false"], [(False,)]),  # CAD says so, the log does not
        ("report", ["true"], [(False,)]),  # the other way round
        ("arrest", ["false", "true"], [(True,)]),  # one of two persons was arrested: no disagreement
        ("arrest", [""], [(None,)]),  # the log is silent
        ("arrest", ["false", ""], [(None,)]),  # nobody known to be, one unknown
        ("arrest", ["true", ""], [(True,)]),
        ("", ["true"], [(None,)]),  # CAD is silent
        ("report", ["false"], []),
        ("report", [""], []),
    ],
)
def test_arrests_on_which_cad_and_log_disagree(
    p: Program, disposition: str, arrested: list[str], expected: list[tuple[bool | None]]
) -> None:
    lines = [f"{n}|call|R1|2024-01-05 10:05|{answer}" for n, answer in enumerate(arrested)]
    log = "encounter|kind|incident|started_at|arrested\n" + "\n".join(lines)
    calls = f"incident|received_at|disposition\nR1|2024-01-05 10:00|{disposition}"
    with loaded(p, extract(p, "calls", "cad.csv", calls), extract(p, "encounters", "log.csv", log)) as w:
        assert ask(w, "SELECT matched FROM reconciliation WHERE subject = 'arrest'") == expected


def test_candidates_for_encounters_without_a_call(p: Program) -> None:
    """Entry 5 (09:00) fits R2 (08:50 to 09:30) and R4 (from 08:59 on); entry 3 (12:00) none; a follow-up is not asked."""
    with loaded(p, *both(p)) as w:
        sql = "SELECT encounter, call_incident, minutes_apart, same_team, call_taken, candidates, rank FROM link_candidates"
        assert ask(w, sql) == [("5", "R2", 10.0, True, False, 2, 1), ("5", "R4", -29.0, True, False, 2, 2)]


@pytest.mark.parametrize(
    ("started", "found"),
    [
        ("2024-01-05 09:29:59", 0),
        ("2024-01-05 09:30:00", 1),
        ("2024-01-05 11:30:00", 1),
        ("2024-01-05 11:30:01", 0),
    ],
)
def test_candidates_reach_30_minutes_around_the_call(p: Program, started: str, found: int) -> None:
    calls = "incident|received_at|cleared_at|co_response\nR1|2024-01-05 10:00|2024-01-05 11:00|true"
    log = f"encounter|kind|incident|started_at\n1|call|RI|{started}"
    with loaded(p, extract(p, "calls", "cad.csv", calls), extract(p, "encounters", "log.csv", log)) as w:
        assert len(ask(w, "FROM link_candidates")) == found
        assert ask(w, "SELECT has_call FROM encounters") == [(False,)]


def test_candidates_over_midnight_and_not_of_another_agency(p: Program) -> None:
    calls = "incident|received_at|cleared_at|co_response|units\nR1|2024-01-05 23:50|2024-01-06 00:20|true|CR9"
    log = "encounter|kind|started_at|team\n1|call|2024-01-06 00:10|CR1"
    with loaded(
        p,
        extract(p, "calls", "cad.csv", calls),
        extract(p, "calls", "lake.csv", calls.replace("R1|", "L1|"), agency="lake"),
        extract(p, "encounters", "log.csv", log),
    ) as w:
        assert ask(w, "SELECT call_incident, minutes_apart, same_team FROM link_candidates") == [("R1", 20.0, False)]


def place_calls(*days: str, **contact: str) -> str:
    """Calls from one place; the one named by `contact` has a team."""
    lines = [f"C{n}|{day}|{'true' if day == contact['at'] else 'false'}|p1" for n, day in enumerate(days)]
    return "incident|received_at|co_response|place_key\n" + "\n".join(lines)


def test_places_count_180_days_on_both_sides_of_the_first_contact(p: Program) -> None:
    """2024-07-01 12:00 less 180 days is 2024-01-03 12:00, and 180 days on is 2024-12-28 12:00: both still count."""
    days = ["2023-06-01 00:00", "2024-01-03 11:59:59", "2024-01-03 12:00", "2024-06-30 12:00", "2024-07-01 12:00"]
    days += ["2024-07-01 12:00:01", "2024-12-28 12:00", "2024-12-28 12:00:01", "2025-06-01 00:00"]
    with loaded(p, extract(p, "calls", "cad.csv", place_calls(*days, at="2024-07-01 12:00"))) as w:
        sql = "SELECT place_key, first_contact_at::VARCHAR, incident, calls_before, calls_after, windows_complete, source_row FROM places"
        assert ask(w, sql) == [("p1", "2024-07-01 12:00:00", "C4", 2, 2, True, 6)]


@pytest.mark.parametrize(
    ("first", "last", "complete"),
    [
        ("2024-01-03 23:00", "2024-12-28 01:00", True),
        ("2024-01-04 00:00", "2024-12-28 01:00", False),
        ("2024-01-03 23:00", "2024-12-27 23:59", False),
    ],
)
def test_both_windows_must_lie_in_the_data(p: Program, first: str, last: str, complete: bool) -> None:
    rows = place_calls(first, "2024-07-01 12:00", last, at="2024-07-01 12:00")
    with loaded(p, extract(p, "calls", "cad.csv", rows)) as w:
        assert ask(w, "SELECT windows_complete FROM places") == [(complete,)]


def test_a_mistyped_year_does_not_complete_a_window(p: Program) -> None:
    rows = place_calls("2024-01-01 00:00", "2024-07-01 12:00", "2027-01-01 00:00", at="2024-07-01 12:00")
    calls = extract(p, "calls", "cad.csv", rows, warnings=[(4, "received_at", "received_too_early")])
    with loaded(p, calls) as w:
        assert ask(w, "SELECT windows_complete FROM places") == [(False,)]


def test_a_contact_known_only_from_the_log_counts_and_places_without_one_do_not(p: Program) -> None:
    calls = """incident | received_at | co_response | place_key
        A1 | 2024-03-01 10:00 | | p1
        A2 | 2024-04-01 10:00 | true | p1
        B1 | 2024-03-01 10:00 | false | p2
        C1 | 2024-03-01 10:00 | true |"""
    log = "encounter|kind|incident|started_at\n1|call|A1|2024-03-01 10:05"
    with loaded(p, extract(p, "calls", "cad.csv", calls), extract(p, "encounters", "log.csv", log)) as w:
        sql = "SELECT place_key, incident, calls_before, calls_after FROM places"
        assert ask(w, sql) == [("p1", "A1", 0, 1)]
