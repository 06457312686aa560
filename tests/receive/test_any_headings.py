"""{ any = [...] }: old and new headings of one column, in one file and over files (made-up data)."""

from __future__ import annotations

import json
from datetime import datetime

from tests.receive.conftest import Folder, One
from tests.receive.test_workbooks import book

CALLS = """
table = "calls"
sheet = ["Oct", "Nov"]
[extract.columns]
incident = { any = ["Old No", "New No"] }
received_at = [{ any = ["Day", "Date"] }, "Time"]
nature = { any = ["Nature", "Type"] }
address = { any = ["Addr", "Location"] }
units = { any = ["Units", "Cars"] }
[extract.split]
units = ","
[extract.codes.behavioral_health]
from = "nature"
true = ["MENTAL*"]
"""
LOG = """
table = "encounters"
[extract.columns]
encounter = "No"
started_at = "Start"
person = [{ any = ["Last", "Surname"] }, "First"]
referrals = { any = ["Referred", "Referred To"] }
[extract.split]
referrals = ";"
"""


def test_sheets_of_one_workbook_may_have_old_and_new_headings(one: One) -> None:
    october = [
        ["Old No", "Day", "Time", "Nature", "Addr", "Units"],
        ["A1", "2024-10-01", "10:00", "MENTAL", "1 Main St", "P1,CR1"],
    ]
    november = [
        ["Cars", "Type", "New No", "Date", "Time", "Location"],
        ["CR1", "FIRE", "A2", "2024-11-01", "11:00", "1 MAIN ST."],
        ["CR1", "FIRE", "A3", "nope", "11:00", "9 Secret Rd"],
    ]
    made = one(CALLS, book(Oct=october, Nov=november), "river/cad.xlsx")
    assert made.counts == (3, 2, 1, 0, 0)
    assert made.column("incident") == ["A1", "A2"]
    assert made.column("received_at") == [datetime(2024, 10, 1, 10), datetime(2024, 11, 1, 11)]
    assert made.column("units") == [["P1", "CR1"], ["CR1"]]
    assert made.column("behavioral_health") == [True, False]
    assert len(set(made.column("place_key"))) == 1
    (cells,) = made.quarantined.values()
    assert cells is not None and "9 Secret Rd" not in cells.values() and "A3" in cells.values()


def test_elements_of_one_json_file_may_have_old_and_new_keys(one: One) -> None:
    elements = [
        {"No": 1, "Start": "2024-10-01 10:00", "Last": "Abernathy", "First": "Ann", "Referred": "housing;medical"},
        {"No": 2, "Start": "2024-10-02 10:00", "Surname": "Abernathy", "First": "Ann", "Referred To": "housing"},
        {"No": 3, "Start": "bad", "Surname": "Abernathy", "First": "Ann", "Referred To": "housing"},
        # an element that has both goes by the first, also where that is empty
        {
            "No": 4,
            "Start": "2024-10-04 10:00",
            "Last": "Abernathy",
            "Surname": "Other",
            "First": "Ann",
            "Referred": "",
            "Referred To": "housing",
        },
    ]
    made = one(LOG, json.dumps(elements), "river/log.json")
    assert made.counts == (4, 3, 1, 0, 0)
    assert len(set(made.column("person_key"))) == 1
    assert made.column("service", "referrals") == ["housing", "medical", "housing"]
    assert "Abernathy" not in json.dumps(made.quarantined)


def test_a_time_sheet_may_rename_an_activity(folder: Folder) -> None:
    mapping = (
        '[[extract]]\ntable = "shifts"\nfiles = "river/*.csv"\n[extract.columns]\nteam = "T"\ndate = "D"\n'
        '[extract.unpivot]\nunit = "hours"\ndirect = { any = ["Client", "Client Hours"] }\n'
    )
    folder.write("agencies/river.toml", mapping)
    folder.write("raw/river/1.csv", "T,D,Client\nCR1,2024-10-01,2\n")
    folder.write("raw/river/2.csv", "T,D,Client Hours\nCR1,2024-10-02,3\n")
    made = folder.receive()
    assert [made[f"river/{n}.csv"].column("minutes") for n in (1, 2)] == [[120.0], [180.0]]


def test_a_heading_that_two_columns_share_keeps_its_own_cells(one: One) -> None:
    mapping = (
        'table = "calls"\nsheet = ["Oct", "Nov"]\n[extract.columns]\nincident = "No"\nreceived_at = "At"\n'
        'nature = { any = ["Type", "Final"] }\nnature_initial = { any = ["Type", "First"] }\n'
    )
    october = [["No", "At", "Type"], ["1", "2024-10-01 10:00", "ALARM"]]
    november = [["No", "At", "Final", "First"], ["2", "2024-11-01 10:00", "FIRE", "SMOKE"]]
    made = one(mapping, book(Oct=october, Nov=november), "river/cad.xlsx")
    # where it is not clear which heading stands for which column, no cell goes to the wrong one
    assert made.column("nature") == ["ALARM", None]
    assert made.column("nature_initial") == ["ALARM", None]


def test_a_workbook_without_a_mapped_heading_is_told_which_looks_like_it(folder: Folder) -> None:
    mapping = '[[extract]]\ntable = "calls"\nfiles = "river/*.xlsx"\n[extract.columns]\nincident = "No"\nreceived_at = "At"\nnature = "Nature"\n'
    folder.write("agencies/river.toml", mapping)
    rows = [[f"24-{n:04d}", f"2024-10-{n:02d} 10:00", ("ALARM", "THEFT")[n % 2]] for n in range(1, 20)]
    folder.write("raw/river/1.xlsx", book(A=[["No", "At", "Nature"], *rows]))
    folder.write("raw/river/2.xlsx", book(A=[["No", "At", "Kind of call"], *rows]))
    problem = folder.receive()["river/2.xlsx"].receipt.problem or ""
    assert (
        '"Nature" looks renamed to "Kind of call": 100% of its values (“THEFT”, “ALARM”) stood under "Nature"'
        in problem
    )
    assert problem.endswith('\n    nature = { any = ["Nature", "Kind of call"] }')
