"""What becomes of rows: quarantine, duplicates, conflicts, superseding, in the order of the specification."""

from __future__ import annotations

import os

import pytest

from tests.journeys.conftest import CALLS, LOG, Folder

HEAD = "Incident,Received,Nature,Dispo,Units\n"


def counts(receipt: dict[str, object]) -> tuple[object, ...]:
    return tuple(receipt[name] for name in ("read", "accepted", "quarantined", "duplicate", "superseded"))


def test_the_order_of_the_four_steps(folder: Folder) -> None:
    folder.write("agencies/oak.toml", CALLS)
    folder.write(
        "raw/oak/cad_9.csv",
        HEAD
        + "A-1,01/02/2024 10:00:00,MENTAL,RPT,CR1\n"  # superseded by cad_10
        + "A-2,01/02/2024 11:00:00,THEFT,ARR,P1\n"  # same key, other content below: superseded
        + "A-2,01/02/2024 11:00:00,THEFT,RPT,P1\n"  # the last row wins
        + "A-2,01/02/2024 11:00:00,THEFT,RPT,P1\n"  # equal to an earlier accepted row: duplicate
        + "A-3,99/99/2024 11:00:00,THEFT,RPT,P1\n"  # no date: quarantined
        + "A-3,99/99/2024 11:00:00,THEFT,RPT,P1\n"  # the same once more is quarantined, not a duplicate
        + "a-4 ,01/03/2024 12:00,theft,rpt,\n",
    )
    folder.write(
        "raw/oak/cad_10.csv",
        HEAD
        + 'A-1,01/02/2024 10:00:00,MENTAL,ARR,"CR1, P2"\n'
        + "A-4,01/03/2024 12:00,THEFT,XYZ,P1\n",  # an unknown code: quarantined rows supersede nothing
    )
    receipts = folder.check()
    assert counts(receipts["oak/cad_9.csv"]) == (7, 2, 2, 1, 2)
    assert counts(receipts["oak/cad_10.csv"]) == (2, 1, 1, 0, 0)
    figures = folder.figures("2024-01")
    assert figures["calls_for_service", "oak"]["numerator"] == 3 if ("calls_for_service", "oak") in figures else True
    assert figures["calls_for_service", "all"]["numerator"] == 3
    assert (figures["coverage", "all"]["numerator"], figures["coverage", "all"]["denominator"]) == (1, 1)


def test_modification_times_do_not_matter(folder: Folder) -> None:
    folder.write("agencies/oak.toml", CALLS)
    old = folder.write("raw/oak/cad_2.csv", HEAD + "A-1,01/02/2024 10:00:00,MENTAL,RPT,CR1\n")
    new = folder.write("raw/oak/cad_10.csv", HEAD + "A-1,01/02/2024 10:00:00,MENTAL,ARR,CR1\n")
    os.utime(new, (1, 1))
    os.utime(old, (2_000_000_000, 2_000_000_000))
    receipts = folder.check()
    assert receipts["oak/cad_2.csv"]["superseded"] == 1
    assert receipts["oak/cad_10.csv"]["accepted"] == 1


def test_a_key_conflict_of_encounters_quarantines_all_of_them(folder: Folder) -> None:
    folder.write("agencies/oak.toml", LOG)
    folder.write(
        "raw/oak/log.csv",
        "No,CAD,Start,Last,First,DOB,Likely,Arrested,To\n"
        "1,,01/02/2024 10:00,Doe,Sam,1/2/1980,Y,N,none\n"
        "1,,01/02/2024 10:05,Doe,Sam,1/2/1980,Y,N,none\n"
        "2,,01/02/2024 10:05,Doe,Sam,1/2/1980,Y,N,none\n"
        "2,,01/02/2024 10:05,Doe,Sam,1/2/1980,Y,N,none\n",
    )
    receipt = folder.check()["oak/log.csv"]
    assert counts(receipt) == (4, 1, 2, 1, 0)
    assert receipt["rules"]["key_conflict"] == 2


def test_removing_and_correcting_a_file_removes_and_corrects_its_rows(folder: Folder) -> None:
    folder.write("agencies/oak.toml", CALLS)
    folder.write("raw/oak/cad_1.csv", HEAD + "A-1,01/02/2024 10:00:00,MENTAL,RPT,CR1\n")
    extra = folder.write("raw/oak/cad_2.csv", HEAD + "A-2,01/02/2024 10:00:00,MENTAL,RPT,P1\n")
    assert folder.figures("2024-01")["behavioral_health_calls", "all"]["numerator"] == 2
    assert folder.run("build", "2024-01", "--audience", "staff").code == 0
    folder.write("raw/oak/cad_1.csv", HEAD + "A-1,01/02/2024 10:00:00,THEFT,RPT,CR1\n")
    assert folder.run("build", "2024-01", "--audience", "staff").code == 0
    assert folder.figures("2024-01")["behavioral_health_calls", "all"]["numerator"] == 1
    extra.unlink()
    assert folder.run("build", "2024-01", "--audience", "staff").code == 0
    assert folder.figures("2024-01")["behavioral_health_calls", "all"]["numerator"] == 0
    assert folder.figures("2024-01")["calls_for_service", "all"]["numerator"] == 1


def test_the_same_person_is_one_person_in_every_agency(folder: Folder) -> None:
    folder.write("agencies/oak.toml", LOG)
    folder.write("agencies/elm.toml", LOG.replace("oak/", "elm/"))
    head = "No,CAD,Start,Last,First,DOB,Likely,Arrested,To\n"
    folder.write("raw/oak/log.csv", head + "1,,01/02/2024 10:00,O'Néil,Ana,1980-02-03,Y,N,hospital\n")
    folder.write(
        "raw/elm/log.csv", head + "1,,01/05/2024 10:00,oneil,ANA,2/3/80,Y,N,none\n2,,01/05/2024 11:00,,,,Y,N,\n"
    )
    figures = folder.figures("2024-01", "--by", "agency")
    assert figures["people_met", "all"]["numerator"] == 2
    assert figures["people_met", "all"]["unknown"] == 1
    assert figures["people_met", "oak"]["numerator"] == 1
    assert figures["people_met", "elm"]["numerator"] == 2
    assert figures["people_transported", "all"]["numerator"] == 1


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_check_of_a_link_is_of_the_extract_that_bears_its_name(folder: Folder) -> None:
    folder.write("agencies/oak.toml", CALLS)
    real = folder.write("raw/oak/cad_1.csv", HEAD + "A-1,01/02/2024 10:00:00,THEFT,RPT,P1\n")
    link = real.with_name("cad_2.csv")
    link.symlink_to(real)
    answer = folder.run("check", link, "--format", "json").json
    assert [e["extract"] for e in answer["extracts"]] == ["oak/cad_2.csv"]
