"""Places that call again, and where the data end when a year is mistyped (made-up data, windows counted by hand)."""

from __future__ import annotations

from tests.journeys.conftest import Folder

PROGRAM = """
[program]
name = "Acceptance (made up)"
organization = "Example region"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2024-01-01
[[agency]]
id = "oak"
name = "Oak Police Department"
team_units = ["CR1"]
[[agency]]
id = "elm"
name = "Elm Sheriff"
team_units = ["CR9"]
"""

MAPPING = """
[[extract]]
table = "calls"
files = "{0}/cad.csv"
[extract.columns]
incident = "Inc"
received_at = "Rec"
units = "Units"
address = ["No", "Street"]
[extract.split]
units = ","
"""
LOG = """
[[extract]]
table = "encounters"
files = "oak/log.csv"
[extract.columns]
encounter = "No"
incident = "Inc"
started_at = "Start"
"""

# The first team contact at 12 Main St is B on 2024-03-01 10:00. 180 days before it: 2023-09-03 10:00; after it: 2024-08-28 10:00.
CALLS = """Inc,Rec,Units,No,Street
X,2023-01-01 10:00,P1,99,Far Rd
A0,2023-09-02 09:59,P1,12,Main St
A1,2023-09-04 10:00,P1,12,MAIN ST.
A2,2024-02-29 10:00,,12,main  st
A3,2024-01-29 10:00,P1,12,Main St
B,2024-03-01 10:00,CR1,12,Main St
C1,2024-08-27 10:00,P1,12,Main St
C2,2024-08-29 10:01,P1,12,Main St
D1,2024-02-01 10:00,P1,13,Main St
D2,2024-03-02 10:00,"P1, CR1",13,Main St
D3,2024-03-03 10:00,CR1,13,Main St
D4,2024-03-04 10:00,P1,13,Main St
E1,2024-02-01 10:00,CR1,,
F1,2024-12-01 10:00,CR1,14,Late St
F2,2024-11-30 10:00,P1,14,Late St
Z,2024-12-31 10:00,P1,98,Far Rd
W,2032-12-31 10:00,CR1,97,Far Rd
"""
ELM = "Inc,Rec,Units,No,Street\nE1,2024-03-02 10:00,P1,12,Main St\nE2,2024-12-20 10:00,P1,1,A\nE3,2023-01-02 10:00,P1,1,A\n"
OAK_LOG = "No,Inc,Start\n1,B,2024-03-01 10:20\n2,D2,2024-03-02 10:20\n3,E1,2024-02-01 10:20\n4,,2042-01-01 10:00\n"


def test_recurring_calls_and_mistyped_years(folder: Folder) -> None:
    folder.write("program.toml", PROGRAM)
    folder.write("agencies/oak.toml", MAPPING.format("oak") + LOG)
    folder.write("agencies/elm.toml", MAPPING.format("elm"))
    folder.write("raw/oak/cad.csv", CALLS)
    folder.write("raw/oak/log.csv", OAK_LOG)
    folder.write("raw/elm/cad.csv", ELM)
    march = folder.figures("2024-03", "--by", "agency")
    # 12 Main St: before A1 A3 A2, after C1; 13 Main St: before D1, after D3 D4. Elm's call at 12 Main St is another agency's place.
    assert (march["recurring_calls", "all"]["numerator"], march["recurring_calls", "all"]["denominator"]) == (3, 4)
    assert march["recurring_calls", "all"]["value"] == 0.75
    assert (march["recurring_calls", "oak"]["numerator"], march["recurring_calls", "oak"]["denominator"]) == (3, 4)
    assert march["recurring_calls", "elm"]["status"] == "no_data"
    assert "chosen at their worst" in folder.run(
        "figures", "--audience", "staff", "2024-03", "--metric", "recurring_calls"
    ).out.replace("\n", " ") or (
        "decline" in folder.run("figures", "--audience", "staff", "2024-03", "--metric", "recurring_calls").out
    )
    # the windows of Late St are not whole: the data end with 2024, whatever W says
    december = folder.figures("2024-12")
    assert december["recurring_calls", "all"]["status"] == "no_data"
    to_date = folder.figures("to-date")
    assert to_date["recurring_calls", "all"]["denominator"] == 4
    assert to_date["calls_for_service", "all"]["period_end"] == "2024-12-31"
    assert to_date["calls_for_service", "all"]["period_start"] == "2024-01-01"
    # of the oak calls of 2024: all but X, A0, A1 and W; elm has two
    assert to_date["calls_for_service", "all"]["value"] == 13 + 2
    assert folder.figures("2032")["calls_for_service", "all"]["value"] == 1
