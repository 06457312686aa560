"""Each conversion by hand: what a cell becomes, and which cells are errors instead of silent nulls."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.receive.conftest import Folder, One

CALLS = """
table = "calls"
{options}
[extract.columns]
incident = "No"
received_at = "At"
"""


def calls(options: str = "", columns: str = "", below: str = "") -> str:
    return CALLS.format(options=options) + columns + "\n" + below


def received(one: One, cell: str, options: str) -> datetime | str | None:
    """What one cell of received_at becomes; the rule when it is an error."""
    made = one(calls(options), f'No,At\nA,"{cell}"\n')
    rows = made.column("received_at")
    return rows[0] if rows else made.violations[0][3]


UNREADABLE = "unreadable_timestamp"


@pytest.mark.parametrize(
    ("cell", "formats", "expected"),
    [
        # nothing declared: ISO 8601 and nothing else
        ("2024-01-05 10:00:00", [], datetime(2024, 1, 5, 10)),
        ("2024-01-05T10:00:00", [], datetime(2024, 1, 5, 10)),
        ("2024-01-05", [], datetime(2024, 1, 5)),
        ("2024-01-05T10:00", [], datetime(2024, 1, 5, 10)),
        ("2024-01-05T10:00:00.5", [], datetime(2024, 1, 5, 10, 0, 0, 500000)),
        ("2024-01-05 10:00:00.1234567", [], datetime(2024, 1, 5, 10, 0, 0, 123456)),
        ("2024-01-05T16:00:00Z", [], datetime(2024, 1, 5, 10)),
        ("2024-07-05T16:00:00Z", [], datetime(2024, 7, 5, 11)),
        ("2024-01-05T16:00:00+00:00", [], datetime(2024, 1, 5, 10)),
        ("2024-01-05 10:00:00.25-06", [], datetime(2024, 1, 5, 10, 0, 0, 250000)),
        ("2024-01-05T21:30:00+0530", [], datetime(2024, 1, 5, 10)),
        ("2024-1-5", [], UNREADABLE),
        ("01/05/2024", [], UNREADABLE),
        ("2024-02-30", [], UNREADABLE),
        ("20240105", [], UNREADABLE),
        ("now", [], UNREADABLE),
        ("epoch", [], UNREADABLE),
        ("infinity", [], UNREADABLE),
        # declared: exactly these, in this order
        ("01/05/2024 10:00:00", ["%m/%d/%Y %H:%M:%S"], datetime(2024, 1, 5, 10)),
        ("1/5/2024 9:05:00", ["%m/%d/%Y %H:%M:%S"], datetime(2024, 1, 5, 9, 5)),
        ("2024-01-05 10:00:00", ["%m/%d/%Y %H:%M:%S"], UNREADABLE),
        ("13/40/2024 10:00:00", ["%m/%d/%Y %H:%M:%S"], UNREADABLE),
        ("epoch", ["%m/%d/%Y"], UNREADABLE),
        ("05/06/2024", ["%d/%m/%Y", "%m/%d/%Y"], datetime(2024, 6, 5)),
        ("05/16/2024", ["%d/%m/%Y", "%m/%d/%Y"], datetime(2024, 5, 16)),
        ("1/8/24 08:00:00", ["%m/%d/%y %H:%M:%S"], datetime(2024, 1, 8, 8)),
        ("1/8/24", ["%m/%d/%Y", "%m/%d/%y"], datetime(2024, 1, 8)),
        ("1/8/24", ["%m/%d/%Y"], UNREADABLE),
        ("01/05/2024 2:05 PM", ["%m/%d/%Y %I:%M %p"], datetime(2024, 1, 5, 14, 5)),
        ("01/05/2024 12:05 am", ["%m/%d/%Y %I:%M %p"], datetime(2024, 1, 5, 0, 5)),
        ("01/05/2024 14:05 PM", ["%m/%d/%Y %I:%M %p"], UNREADABLE),
        ("2024-01-05T16:00:00Z", ["%Y-%m-%dT%H:%M:%S%z"], datetime(2024, 1, 5, 10)),
        ("2024-01-05T16:00:00+00:00", ["%Y-%m-%dT%H:%M:%S%z"], datetime(2024, 1, 5, 10)),
        ("2024-01-05T10:00:00", ["%Y-%m-%dT%H:%M:%S%z"], UNREADABLE),
        ("2024-01-05T10:00:00", ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S"], datetime(2024, 1, 5, 10)),
        ("2024-01-05 10:00:00.1230000", ["%Y-%m-%d %H:%M:%S.%f"], datetime(2024, 1, 5, 10, 0, 0, 123000)),
        ("05-Jan-2024 10:00", ["%d-%b-%Y %H:%M"], datetime(2024, 1, 5, 10)),
        ("1704470400", ["epoch"], datetime(2024, 1, 5, 10)),
        ("1704470400.5", ["epoch"], datetime(2024, 1, 5, 10, 0, 0, 500000)),
        ("1704470400250", ["epoch_ms"], datetime(2024, 1, 5, 10, 0, 0, 250000)),
        ("1e9", ["epoch"], UNREADABLE),
        ("20240105", ["%Y%m%d", "epoch"], datetime(2024, 1, 5)),
        ("0930 01052024", ["%H%M %m%d%Y"], datetime(2024, 1, 5, 9, 30)),
    ],
)
def test_times(one: One, cell: str, formats: list[str], expected: datetime | str) -> None:
    options = f"datetime = {formats}" if formats else ""
    assert received(one, cell, options) == expected


def test_an_hour_that_the_clock_skips_or_repeats_stays_as_it_was_written(one: One) -> None:
    made = one(
        calls(), "No,At\nA,2024-03-10 02:30:00\nB,2024-11-03 01:30:00\nC,2024-11-03T06:30:00Z\nD,2024-11-03T07:30:00Z\n"
    )
    assert made.column("received_at") == [datetime(2024, 3, 10, 2, 30), *[datetime(2024, 11, 3, 1, 30)] * 3]


def test_joined_date_and_time_need_both(one: One) -> None:
    mapping = calls('datetime = ["%m/%d/%Y %H:%M", "%m/%d/%Y"]').replace('"At"', '["Date", "Time"]')
    made = one(mapping, "No,Date,Time\nA,01/05/2024,10:00\nB,01/05/2024,\nC,,10:00\nD,,\n")
    assert made.column("received_at") == [datetime(2024, 1, 5, 10)]
    assert made.violations == [
        (3, "received_at", "01/05/2024", "unreadable_timestamp"),
        (4, "received_at", "10:00", "unreadable_timestamp"),
        (5, "received_at", None, "missing"),
    ]


@pytest.mark.parametrize("space", [" ", "\t", "\u00a0", "\u2003", "\u200b", "\ufeff", " \t\u00a0 ", "\n", "\u3000"])
def test_every_cell_is_trimmed_of_all_white_space(one: One, space: str) -> None:
    cells = (f"{space}{cell}{space}" for cell in ("a-1", "2024-01-05", "THEFT", "report"))
    made = one(
        calls(columns='nature = "Nature"\ndisposition = "Result"'),
        "No,At,Nature,Result\n" + ",".join(f'"{c}"' for c in cells) + "\n",
    )
    row = made.rows()[0]
    assert (row["incident"], row["received_at"], row["nature"], row["disposition"]) == (
        "A-1",
        datetime(2024, 1, 5),
        "THEFT",
        "report",
    )


def test_incidents_are_upper_cased_and_their_inner_spaces_folded(one: One) -> None:
    made = one(calls(), "No,At\nr24 -   7,2024-01-05\nr24\u00a08,2024-01-05\nété 1,2024-01-05\n24E5,2024-01-05\n")
    assert made.column("incident") == ["R24 - 7", "R24 8", "ÉTÉ 1", "24E5"]


@pytest.mark.parametrize("cell", ["5.00E+93", "2.4E+11", "20240001.0", "5.00e+93", "-1E-05"])
def test_excel_damage_is_an_error_that_says_how_to_export_again(one: One, cell: str) -> None:
    made = one(calls(), f"No,At\n{cell},2024-01-05\nA-1,2024-01-05\n")
    assert made.counts == (2, 1, 1, 0, 0)
    assert made.violations == [(2, "incident", cell, "excel_damage")]
    assert "Export again" in made.rows("violations")[0]["message"]


def test_nulls_match_the_trimmed_cell_exactly_and_an_empty_cell_is_always_null(one: One) -> None:
    mapping = calls('null = ["NULL", "-999"]', columns='nature = "Nature"')
    made = one(mapping, "No,At,Nature\nA,2024-01-05, NULL\nB,2024-01-05,null\nC,2024-01-05,-999\nD,2024-01-05, \n")
    assert made.column("nature") == [None, "null", None, None]


LOG = """
table = "encounters"
{options}
[extract.columns]
encounter = "No"
started_at = "At"
"""


def log(columns: str = "", below: str = "", options: str = "") -> str:
    return LOG.format(options=options) + columns + "\n" + below


def column(one: One, name: str, cells: list[str], below: str = "") -> list[object]:
    """What cells of a column of encounters become; the rule where a cell is an error."""
    text = "No,At,Cell\n" + "".join(f'{n},2024-01-05,"{cell}"\n' for n, cell in enumerate(cells))
    made = one(log(f'{name} = "Cell"', below), text)
    rows = {int(row["encounter"]): row[name] for row in made.rows()}
    rules = {row - 2: rule for row, _, _, rule in made.violations}
    return [rows[n] if n in rows else rules[n] for n in range(len(cells))]


def test_answers(one: One) -> None:
    yes = ["Yes", "yes", "Y", "y", "TRUE", "True", "t", "1", "X", "x"]
    no = ["No", "NO", "n", "false", "F", "0"]
    wrong = ["maybe", "2", "1.0", "J", "yes!"]
    assert column(one, "arrested", yes) == [True] * len(yes)
    assert column(one, "veteran", no) == [False] * len(no)
    assert column(one, "veteran", ["", " "]) == [None, None]
    assert column(one, "veteran", wrong) == ["unreadable_bool"] * len(wrong)


def test_answers_with_codes_of_their_own(one: One) -> None:
    below = '[extract.codes.veteran]\ntrue = ["SERVED*"]\nfalse = ["NEVER"]\n'
    assert column(one, "veteran", ["served army", "Never", "yes", "?", ""], below) == [
        True,
        False,
        True,
        "unreadable_bool",
        None,
    ]
    star = below + '"*" = "false"\n'
    assert column(one, "veteran", ["Served", "x", "?", ""], star) == [True, True, False, None]


def test_numbers(one: One) -> None:
    cells = [
        "50",
        "1.5",
        ".5",
        "1,440",
        "+7",
        "0",
        "",
        "5.",
        "1,5",
        "12,34",
        "1e3",
        "nan",
        "inf",
        "ten",
        "1:30",
        "5 min",
    ]
    assert column(one, "minutes", cells) == [50, 1.5, 0.5, 1440, 7, 0, None, 5] + ["unreadable_number"] * 8
    assert column(one, "minutes", ["-5"]) == ["out_of_range"]


def test_years_of_birth(one: One) -> None:
    cells = [
        "1980",
        "1980.0",
        "3/4/1990",
        "03/04/90",
        "3/4/30",
        "1990-03-04",
        "1990-03-04T00:00:00Z",
        "80",
        "1980?",
        "",
    ]
    expected = [1980, 1980, 1990, 1990, 1930, 1990, 1990, "unreadable_integer", "unreadable_integer", None]
    assert column(one, "birth_year", cells) == expected


def test_codes_in_their_order(one: One) -> None:
    """Exact codes, then wildcards in the order of the file, then canonical codes, then the bare star."""
    below = """
[extract.codes.resolution]
"HOLD*" = "involuntary_hold"
"*" = "other"
"HOLD RELEASED" = "declined"
"H*" = "resolved_on_scene"
"100%_a" = "arrest"
"""
    cells = ["hold 72h", "Hold released", "home", "REFERRED", "?", "", "100%_A", "100x_a"]
    expected = ["involuntary_hold", "declined", "resolved_on_scene", "referred", "other", None, "arrest", "other"]
    assert column(one, "resolution", cells, below) == expected


def test_an_unknown_code_is_an_error_without_a_star(one: One) -> None:
    below = '[extract.codes.gender]\nM = "male"\nF = "female"\n'
    assert column(one, "gender", ["m", " F ", "Nonbinary", "Q", ""], below) == [
        "male",
        "female",
        "nonbinary",
        "unknown_code",
        None,
    ]


def test_a_bool_derived_from_another_column(one: One) -> None:
    below = '[extract.codes.behavioral_health]\nfrom = "nature"\ntrue = ["MENTAL", "SUICID*", "*WELFARE*"]\n'
    mapping = calls(columns='nature = "Nature"', below=below)
    cells = ["mental", "MENTAL X", "suicidal", "check welfare now", "yes", ""]
    made = one(mapping, "No,At,Nature\n" + "".join(f"{n},2024-01-05,{c}\n" for n, c in enumerate(cells)))
    assert made.column("behavioral_health") == [True, False, True, True, False, None]


def test_a_code_derived_from_another_column_must_be_found(one: One) -> None:
    below = '[extract.codes.source]\nfrom = "nature"\n911 = ["E*"]\nofficer = ["SELF"]\n'
    mapping = calls(columns='nature = "Nature"', below=below)
    made = one(mapping, "No,At,Nature\n1,2024-01-05,Emergency\n2,2024-01-05,self\n3,2024-01-05,what\n4,2024-01-05,\n")
    assert made.column("source") == ["911", "officer", None]
    assert made.violations == [(4, "source", "what", "unknown_code")]


def test_constants_and_alternatives_and_the_default_kind(one: One) -> None:
    mapping = """
table = "encounters"
[extract.columns]
encounter = { any = ["Number", "No"] }
started_at = "At"
team = { value = "CR1" }
gender = { value = "female" }
veteran = { value = true }
minutes = { value = 30 }
"""
    row = one(mapping, "No,At\n1,2024-01-05\n").rows()[0]
    assert (row["team"], row["gender"], row["veteran"], row["minutes"], row["kind"]) == (
        "CR1",
        "female",
        True,
        30,
        "call",
    )


def test_a_mapped_kind_that_is_empty_is_missing(one: One) -> None:
    assert column(one, "kind", ["phone", ""]) == ["phone", "missing"]


def test_units_are_split_and_compared_with_the_teams(one: One) -> None:
    mapping = calls(columns='units = "Units"', below='[extract.split]\nunits = " "\n')
    made = one(mapping, "No,At,Units\n1,2024-01-05,P1  cr1\n2,2024-01-05,P1\n3,2024-01-05,\n4,2024-01-05,7C10\n")
    assert made.column("units") == [["P1", "cr1"], ["P1"], None, ["7C10"]]
    assert made.column("co_response") == [True, False, None, True]


@pytest.mark.parametrize(
    ("split", "cell"),
    [
        ("\\n", "P1\nCR1\n"),
        ("\\n", "P1\r\n\r\nCR1"),
        ("\\r\\n", "P1\nCR1"),
        (",\\n", "P1,\n CR1"),
        ("\\t", "P1\tCR1"),
        (" / ", "P1/CR1"),
    ],
)
def test_lines_of_a_cell_and_other_white_space_can_part_its_items(one: One, split: str, cell: str) -> None:
    mapping = calls(columns='units = "Units"', below=f'[extract.split]\nunits = "{split}"\n')
    made = one(mapping, f'No,At,Units\n1,2024-01-05,"{cell}"\n2,2024-01-05,P1 A\n')
    assert made.column("units") == [["P1", "CR1"], ["P1 A"]]


def test_without_units_co_response_is_unknown(one: One) -> None:
    assert one(calls(), "No,At\n1,2024-01-05\n").column("co_response") == [None]


def test_co_response_can_be_mapped(one: One) -> None:
    mapping = calls(columns='units = "Units"\nco_response = "Team?"')
    made = one(mapping, "No,At,Units,Team?\n1,2024-01-05,P1,Y\n2,2024-01-05,CR1,\n")
    assert made.column("co_response") == [True, None]


def test_referrals_become_rows_and_an_unknown_service_stops_their_encounter(one: One) -> None:
    below = '[extract.split]\nreferrals = ";"\n[extract.codes.service]\n"MH Center" = "mental_health"\n'
    text = "No,At,Ref\n1,2024-01-05,mh center; Housing ;\n2,2024-01-05,\n3,2024-01-05,housing;yoga\n4,2024-01-05,;\n"
    made = one(log('referrals = "Ref"', below), text)
    assert made.counts == (4, 3, 1, 0, 0)
    assert [(r["encounter"], r["service"], r["source_row"]) for r in made.rows("referrals")] == [
        ("1", "mental_health", 2),
        ("1", "housing", 2),
    ]
    assert made.violations == [(4, "referrals", "housing;yoga", "unknown_code")]


def test_no_break_spaces_in_a_time_are_spaces(one: One) -> None:
    mapping = calls().replace('table = "calls"', 'table = "calls"\ndatetime = ["%m/%d/%Y %I:%M %p"]', 1)
    made = one(mapping, "No,At\n1,01/05/2024 2:07\u202fPM\n2,01/05/2024\u00a02:07 PM\n3,01/05/2024 2:07 PM\n")
    assert made.column("received_at") == [datetime(2024, 1, 5, 14, 7)] * 3


def test_dates_take_the_date_part(one: One) -> None:
    mapping = 'table = "trainings"\ndatetime = ["%m/%d/%Y %H:%M", "%m/%d/%Y"]\n[extract.columns]\nheld_on = "D"\ncourse = "C"\ntrained = "N"\n'
    text = "D,C,N\n01/05/2024 23:59,cit_40h,12\n01/06/2024,CIT_8H,7.0\n01/07/2024,other,7.5\n01/08/2024,other,10001\n"
    made = one(mapping, text)
    assert [(r["held_on"], r["course"], r["trained"]) for r in made.rows()] == [
        (date(2024, 1, 5), "cit_40h", 12),
        (date(2024, 1, 6), "cit_8h", 7),
    ]
    assert made.violations == [(4, "trained", "7.5", "unreadable_integer"), (5, "trained", "10001", "out_of_range")]


def test_the_agency_can_come_from_a_column(folder: Folder) -> None:
    folder.write(
        "agencies/program.toml",
        '[[extract]]\ntable = "trainings"\nfiles = "all.csv"\n[extract.columns]\nagency = "Dept"\nheld_on = "D"\n'
        'course = "C"\ntrained = "N"\n[extract.codes.agency]\n"River PD" = "river"\n',
    )
    folder.write(
        "raw/all.csv", "Dept,D,C,N\nriver pd,2024-01-05,other,1\nLAKE,2024-01-05,other,2\nsea,2024-01-05,other,3\n"
    )
    made = folder.receive()["all.csv"]
    assert made.column("agency") == ["river", "lake"]
    assert made.receipt.agency is None
    assert made.violations == [(4, "agency", "sea", "unknown_code")]


def test_source_rows_and_origin(one: One) -> None:
    made = one(calls(), "A title\n\nNo,At\n1,2024-01-05\n\n,\n2,2024-01-05\nTOTAL 2,\n")
    assert made.column("source_row") == [4, 7]
    assert made.column("source_rows") == [[4], [7]]
    assert made.column("sheet") == [None, None]
    assert set(made.column("extract")) == {"river/file.csv"}
    assert set(made.column("extract_sha256")) == {made.receipt.sha256}
    assert made.counts == (3, 2, 1, 0, 0)
    assert made.quarantined == {8: {"No": "TOTAL 2", "At": None}}


def test_cells_that_no_mapping_names_are_kept_as_headings_only(one: One) -> None:
    made = one(calls(), "No,At,Remarks,Remarks,\n1,soon,a secret,b,c\n")
    assert made.quarantined == {2: {"No": "1", "At": "soon", "Remarks": None, "Remarks ": None, "(column 5)": None}}


def test_an_empty_extract_gives_empty_files(one: One) -> None:
    made = one(calls(), "No,At\n")
    assert made.counts == (0, 0, 0, 0, 0)
    assert made.rows() == made.rows("violations") == made.rows("quarantine") == []
