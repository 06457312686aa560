"""Step 4 of the receipt: later extracts win by key, receipts stay true, and the warnings that need several extracts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from made_products import extract, program, unreadable

from pipeline.receive.product import Receipt, Received, Violation
from pipeline.store.resolve import Resolution, doubted_after, resolve

TODAY = date(2024, 6, 30)


def counts(resolution: Resolution) -> dict[str, tuple[int, int, int]]:
    """Extract -> accepted, quarantined, superseded."""
    return {r.extract: (r.accepted, r.quarantined, r.superseded) for r in resolution.receipts}


def kept(resolution: Resolution, table: str, columns: str) -> list[tuple[object, ...]]:
    return resolution.connection.execute(f"SELECT {columns} FROM accepted_{table} ORDER BY ALL").fetchall()


CALL = "incident|received_at\n"


def test_rolling_exports_the_last_has_the_row(tmp_path: Path) -> None:
    p = program(tmp_path)
    january = extract(p, "calls", "cad_2024-01.csv", CALL + "R1|2024-01-30 10:00\nR2|2024-01-31 23:59")
    february = extract(p, "calls", "cad_2024-02.csv", CALL + "R2|2024-01-31 23:58\nR3|2024-02-01 00:01")
    with resolve(p, [january, february], until=TODAY) as found:
        assert counts(found) == {"cad_2024-01.csv": (1, 0, 1), "cad_2024-02.csv": (2, 0, 0)}
        assert kept(found, "calls", "incident, strftime(received_at, '%H:%M'), \"extract\"") == [
            ("R1", "10:00", "cad_2024-01.csv"),
            ("R2", "23:58", "cad_2024-02.csv"),
            ("R3", "00:01", "cad_2024-02.csv"),
        ]
        assert all(r.adds_up for r in found.receipts)


def test_a_corrected_file_and_a_tenth_one_sort_after(tmp_path: Path) -> None:
    p = program(tmp_path)
    files = [
        extract(p, "calls", name, CALL + "R1|2024-01-30 10:00")
        for name in ("cad_10.csv", "cad_9.csv", "cad_2.csv", "cad_2-corrected.csv")
    ]
    for order in (files, files[::-1]):
        with resolve(p, order, until=TODAY) as found:
            assert kept(found, "calls", '"extract"') == [("cad_10.csv",)]
            assert [r.extract for r in found.receipts] == [
                "cad_2.csv",
                "cad_2-corrected.csv",
                "cad_9.csv",
                "cad_10.csv",
            ]


def test_a_quarantined_row_supersedes_nothing(tmp_path: Path) -> None:
    p = program(tmp_path)
    first = extract(p, "calls", "a.csv", CALL + "R1|2024-01-30 10:00")
    second = extract(p, "calls", "b.csv", [], quarantined=1)
    with resolve(p, [first, second], until=TODAY) as found:
        assert counts(found) == {"a.csv": (1, 0, 0), "b.csv": (0, 1, 0)}


def test_a_folded_call_is_superseded_with_all_its_rows(tmp_path: Path) -> None:
    p = program(tmp_path)
    first = extract(
        p, "calls", "a.csv", "incident|received_at|source_row\nR1|2024-01-30 10:00|2,4,9\nR2|2024-01-30 11:00|3"
    )
    second = extract(p, "calls", "b.csv", CALL + "R1|2024-01-30 10:00")
    with resolve(p, [first, second], until=TODAY) as found:
        assert counts(found) == {"a.csv": (1, 0, 3), "b.csv": (1, 0, 0)}


def test_the_same_incident_of_two_agencies_is_two_calls(tmp_path: Path) -> None:
    p = program(tmp_path)
    files = [extract(p, "calls", f"{a}.csv", CALL + "R1|2024-01-30 10:00", agency=a) for a in ("lake", "river")]
    with resolve(p, files, until=TODAY) as found:
        assert counts(found) == {"lake.csv": (1, 0, 0), "river.csv": (1, 0, 0)}


def test_a_file_of_the_whole_program_overlaps_with_one_of_an_agency(tmp_path: Path) -> None:
    p = program(tmp_path)
    whole = "agency|team|date|category|minutes\nriver|CR1|2024-01-05|direct|60\nlake|CR9|2024-01-05|direct|60"
    files = [
        extract(p, "shifts", "hours_1.csv", whole, agency=None),
        extract(p, "shifts", "hours_2.csv", "team|date|category|minutes\nCR1|2024-01-05|travel|30"),
    ]
    with resolve(p, files, until=TODAY) as found:
        assert counts(found) == {"hours_1.csv": (1, 0, 1), "hours_2.csv": (1, 0, 0)}
        assert kept(found, "shifts", "agency, category, minutes") == [("lake", "direct", 60), ("river", "travel", 30)]


SHIFT = "team|date|category|minutes|source_row\n"


def test_of_shifts_a_teams_day_is_taken_whole(tmp_path: Path) -> None:
    """Line 2 is a wide row of two categories; line 3 another row of the same day; line 4 stands for another day."""
    p = program(tmp_path)
    first = SHIFT + (
        "CR1|2024-01-05|direct|60|2\nCR1|2024-01-05|travel|30|2\nCR1|2024-01-05|direct|15|3\nCR1|2024-01-06|direct|60|4"
    )
    second = SHIFT + "CR1|2024-01-05|direct|90|2"
    with resolve(
        p, [extract(p, "shifts", "a.csv", first), extract(p, "shifts", "b.csv", second)], until=TODAY
    ) as found:
        assert counts(found) == {"a.csv": (1, 0, 2), "b.csv": (1, 0, 0)}
        assert kept(found, "shifts", "date::VARCHAR, category, minutes") == [
            ("2024-01-05", "direct", 90),
            ("2024-01-06", "direct", 60),
        ]


def test_a_missing_team_is_a_team_of_its_own(tmp_path: Path) -> None:
    p = program(tmp_path)
    files = [
        extract(p, "shifts", f"{n}.csv", SHIFT + "|2024-01-05|direct|60|2\nCR1|2024-01-06|direct|5|3") for n in "ab"
    ]
    with resolve(p, files, until=TODAY) as found:
        assert counts(found) == {"a.csv": (0, 0, 2), "b.csv": (2, 0, 0)}


def test_a_wide_row_without_any_hours_stays_accepted(tmp_path: Path) -> None:
    p = program(tmp_path)
    first = extract(p, "shifts", "a.csv", SHIFT + "CR1|2024-01-05|direct|60|2", read=2)  # line 3 holds no minutes
    second = extract(p, "shifts", "b.csv", SHIFT + "CR1|2024-01-05|direct|70|2")
    with resolve(p, [first, second], until=TODAY) as found:
        assert counts(found) == {"a.csv": (1, 0, 1), "b.csv": (1, 0, 0)}


def test_trainings_by_agency_day_and_course(tmp_path: Path) -> None:
    p = program(tmp_path)
    head = "held_on|course|trained\n"
    first = extract(p, "trainings", "a.csv", head + "2024-01-05|cit_40h|20\n2024-01-05|cit_8h|10")
    second = extract(p, "trainings", "b.csv", head + "2024-01-05|cit_40h|21")
    with resolve(p, [first, second], until=TODAY) as found:
        assert kept(found, "trainings", "course, trained") == [("cit_40h", 21), ("cit_8h", 10)]


def test_referrals_of_an_encounter_are_taken_whole(tmp_path: Path) -> None:
    p = program(tmp_path)
    log = extract(
        p, "encounters", "log.csv", "encounter|kind|started_at\n1|call|2024-01-05 10:00\n2|call|2024-01-05 11:00"
    )
    head = "encounter|service\n"
    first = extract(p, "referrals", "r1.csv", head + "1|housing\n1|benefits\n2|medical")
    second = extract(p, "referrals", "r2.csv", head + "1|mental_health")
    with resolve(p, [log, first, second], until=TODAY) as found:
        assert counts(found)["r1.csv"] == (1, 0, 2)
        assert kept(found, "referrals", "encounter, service") == [("1", "mental_health"), ("2", "medical")]


def test_an_extract_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    p = program(tmp_path)
    problem = Receipt("notes.txt", None, None, None, problem="No mapping matches this file.")
    first = extract(p, "calls", "a.csv", CALL + "R1|2024-01-30 10:00")
    with resolve(p, [first, unreadable(p, "calls", "b.csv")], until=TODAY, problems=[problem]) as found:
        assert [(r.extract, r.accepted, r.problem) for r in found.receipts] == [
            ("a.csv", 1, None),
            ("b.csv", 0, "empty"),
            ("notes.txt", 0, "No mapping matches this file."),
        ]


def test_a_receipt_that_does_not_add_up_stops_everything(tmp_path: Path) -> None:
    p = program(tmp_path)
    one = extract(p, "calls", "a.csv", CALL + "R1|2024-01-30 10:00")
    broken = replace(one, receipt=replace(one.receipt, read=5))
    with pytest.raises(RuntimeError, match=r"a\.csv does not add up: 5 rows read, 1 accepted"):
        resolve(p, [broken], until=TODAY)


def test_one_extract_of_a_table_is_not_looked_into(tmp_path: Path) -> None:
    p = program(tmp_path)
    one = extract(p, "calls", "a.csv", CALL + "R1|2024-01-30 10:00")
    with resolve(p, [one], until=TODAY) as found:
        assert found.connection.execute("SELECT count(*) FROM superseded").fetchall() == [(0,)]
        assert (
            "superseded"
            not in found.connection.execute(
                "SELECT sql FROM duckdb_views() WHERE view_name = 'accepted_calls'"
            ).fetchall()[0][0]
        )


# ---- warnings that need several extracts


def warned(resolution: Resolution) -> list[tuple[str, int, str, str | None]]:
    return [(v.extract, v.source_row, v.rule, v.value) for v in resolution.violations()]


def log_of(incidents: list[str]) -> str:
    lines = [f"{n}|call|2024-01-05 10:00|{incident}" for n, incident in enumerate(incidents)]
    return "encounter|kind|started_at|incident\n" + "\n".join(lines)


def test_an_incident_that_matches_no_call(tmp_path: Path) -> None:
    p = program(tmp_path)
    calls = extract(p, "calls", "cad.csv", CALL + "R1|2024-01-05 10:00")
    foreign = extract(p, "calls", "lake.csv", CALL + "R2|2024-01-05 10:00", agency="lake")
    log = extract(p, "encounters", "log.csv", log_of(["R1", "R2", ""]))
    with resolve(p, [calls, foreign, log], until=TODAY) as found:
        assert warned(found) == [("log.csv", 3, "no_such_call", "R2")]
        assert found.receipts[2].rules == {"no_such_call": 1}
        assert next(iter(found.violations())).message.startswith("No call of this agency has this incident number.")


def test_the_call_may_stand_in_an_extract_that_was_superseded(tmp_path: Path) -> None:
    p = program(tmp_path)
    calls = [extract(p, "calls", f"cad_{n}.csv", CALL + "R1|2024-01-05 10:00") for n in (1, 2)]
    log = extract(p, "encounters", "log.csv", log_of(["R1"]))
    with resolve(p, [*calls, log], until=TODAY) as found:
        assert warned(found) == []


@pytest.mark.parametrize("astray", ["DOE", "1980-02-03", "2/3/80", "02/03/1980", "1980-02-03 00:00:00"])
def test_what_may_be_a_cell_of_a_person_is_not_repeated(tmp_path: Path, astray: str) -> None:
    p = program(tmp_path)
    log = extract(p, "encounters", "log.csv", log_of([astray]))
    with resolve(p, [log], until=TODAY) as found:
        assert warned(found) == [("log.csv", 2, "no_such_call", "(kept in the extract)")]


@pytest.mark.parametrize("number", ["24-00123", "WK2024-1-5", "2024-000012", "23-11-0452"])
def test_incident_numbers_are_repeated(tmp_path: Path, number: str) -> None:
    p = program(tmp_path)
    with resolve(p, [extract(p, "encounters", "log.csv", log_of([number]))], until=TODAY) as found:
        assert warned(found) == [("log.csv", 2, "no_such_call", number)]


def test_received_after_the_day_given(tmp_path: Path) -> None:
    p = program(tmp_path)
    times = "R1|2024-06-30 23:59:59\nR2|2024-07-01 00:00:00\nR3|2032-01-01 00:00:00"
    calls = extract(p, "calls", "cad.csv", CALL + times)
    with resolve(p, [calls], until=date(2024, 6, 30)) as found:
        assert warned(found) == [
            ("cad.csv", 3, "received_later", "2024-07-01 00:00:00"),
            ("cad.csv", 4, "received_later", "2032-01-01 00:00:00"),
        ]


def test_the_day_is_31_days_after_the_period_or_today() -> None:
    assert doubted_after(date(2023, 11, 30)) == date(2023, 12, 31)
    assert doubted_after(None, today=date(2024, 2, 29)) == date(2024, 2, 29)


def test_a_superseded_row_is_not_doubted(tmp_path: Path) -> None:
    p = program(tmp_path)
    wrong = extract(p, "calls", "cad_1.csv", CALL + "R1|2032-01-01 00:00")
    right = extract(p, "calls", "cad_2.csv", CALL + "R1|2024-01-01 00:00")
    with resolve(p, [wrong, right], until=TODAY) as found:
        assert warned(found) == []


def test_referrals_without_an_encounter(tmp_path: Path) -> None:
    p = program(tmp_path)
    log = extract(p, "encounters", "log.csv", "encounter|kind|started_at\n1|call|2024-01-05 10:00")
    referrals = extract(p, "referrals", "r.csv", "encounter|service\n1|housing\n7|housing")
    with resolve(p, [log, referrals], until=TODAY) as found:
        assert warned(found) == [("r.csv", 3, "no_such_encounter", "7")]


def test_violations_come_extract_by_extract_and_row_by_row(tmp_path: Path) -> None:
    p = program(tmp_path)
    a: Received = extract(
        p, "encounters", "a.csv", log_of(["R1", "R2"]), warnings=[(3, "person_key", "person_missing")]
    )
    b = extract(p, "encounters", "b.csv", "encounter|kind|started_at|incident\n9|call|2024-01-05 10:00|R3")
    with resolve(p, [b, a], until=TODAY) as found:
        assert warned(found) == [
            ("a.csv", 2, "no_such_call", "R1"),
            ("a.csv", 3, "person_missing", None),
            ("a.csv", 3, "no_such_call", "R2"),
            ("b.csv", 2, "no_such_call", "R3"),
        ]
        assert found.receipts[0].rules == {"person_missing": 1, "no_such_call": 2}
        assert all(isinstance(v, Violation) for v in found.violations())


def test_the_products_of_receive_are_left_as_they_are(tmp_path: Path) -> None:
    p = program(tmp_path)
    files = [extract(p, "calls", f"{n}.csv", CALL + "R1|2024-01-05 10:00") for n in "ab"]
    with resolve(p, files, until=TODAY):
        pass
    assert files[0].receipt.accepted == 1
    assert [path.name for path in p.out.iterdir()] == ["extracts"]
