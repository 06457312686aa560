"""A sound program loads as declared; the worked example of the specification too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.program.load import declaration_files, load_program
from pipeline.program.model import Codes, Source
from tests.program.conftest import CALLS, PROGRAM, Folder

EXAMPLE = Path(__file__).resolve().parents[3] / "shared" / "spec" / "example"


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the worked example is not on this machine")
def test_the_worked_example() -> None:
    program = load_program(EXAMPLE)
    assert [a.id for a in program.agencies] == ["river", "lake"]
    assert program.agency("lake").population == 20000
    assert [(m.agency, m.table) for m in program.mappings] == [
        ("lake", "calls"),
        ("lake", "encounters"),
        ("river", "calls"),
        ("river", "encounters"),
        ("river", "shifts"),
    ]


def test_every_form_of_the_specification(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write(
        "program.toml",
        """
[program]
name = "CIT Co-Responder Program"
organization = "Heart of Iowa Community Services"
timezone = "America/Chicago"
fiscal_year_starts = 7            # month number
began = 2022-07-01
contact = "data@example.org"
[privacy]
suppress_below = 11
key_file = "person.key"
[branding]
logo = "logo.svg"
accent = "#1f5a7a"
[[agency]]
id = "waukee"
name = "Waukee Police Department"
population = 31823
team_units = ["CR1", "7C10"]
""",
    )
    folder.write(
        "agencies/waukee.toml",
        """
[[extract]]
table = "calls"
files = "waukee/cad_*.csv"
grain = "unit"
datetime = ["%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "epoch", "epoch_ms"]
null = ["", "NULL", "N/A", "-999"]
sheet = ["Jan", "Feb"]
header_row = 3
encoding = "cp1252"
delimiter = "|"
[extract.columns]
incident    = "Master_Incident_Number"
received_at = ["Response_Date", "Response_Time"]
nature      = { any = ["Problem", "Problem_New"] }
arrived_at  = [{ any = ["Arrived_Date", "Arr_D"] }, "Arrived_Time"]
disposition = "Call_Disposition"
source      = { value = "911" }
unit        = "Radio_Name"
address     = "Street"
[extract.codes.disposition]
"ARR" = "arrest"
RPT = "report"
7 = "other"
"*"   = "other"
[extract.codes.behavioral_health]
from = "nature"
true = ["MENTAL", "SUICIDE*", 10]
false = "TEST"

[[extract]]
table = "encounters"
files = "waukee/log_*.xlsx"
datetime = "%m/%d/%Y"
null = "-"
sheet = "Log"
[extract.columns]
incident = "CAD #"
started_at = "Start"
person_key   = ["Last Name", "First Name", "DOB"]
referrals = "Referred To"
arrested = "Arr"
veteran = { value = false }
[extract.split]
referrals = ";"
[extract.codes.service]
"MH Center" = "mental_health"
[extract.codes.arrested]
"Booked" = true
"Cited" = "No"

[[extract]]
table = "shifts"
files = "waukee/hours.csv"
[extract.columns]
date = "Day"
[extract.unpivot]
unit = "hours"
direct = "Client Hours"
travel = { any = ["Drive", "Driving"] }
""",
    )
    calls, log, hours = folder.load().mappings
    assert calls.datetime == ("%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "epoch", "epoch_ms")
    assert (calls.sheets, calls.header_row, calls.encoding, calls.delimiter) == (("Jan", "Feb"), 3, "cp1252", "|")
    assert calls.null == ("", "NULL", "N/A", "-999")
    assert calls.columns["incident"] == Source((("Master_Incident_Number",),))
    assert calls.columns["received_at"] == Source((("Response_Date",), ("Response_Time",)))
    assert calls.columns["nature"] == Source((("Problem", "Problem_New"),))
    assert calls.columns["arrived_at"] == Source((("Arrived_Date", "Arr_D"), ("Arrived_Time",)))
    assert calls.columns["source"] == Source(constant="911")
    assert "address" in calls.columns
    assert calls.codes["disposition"] == Codes((("ARR", "arrest"), ("RPT", "report"), ("7", "other"), ("*", "other")))
    assert calls.codes["behavioral_health"] == Codes(
        (("MENTAL", "true"), ("SUICIDE*", "true"), ("10", "true"), ("TEST", "false")), "nature"
    )
    assert log.null == ("", "-")
    assert log.columns["person"].parts == (("Last Name",), ("First Name",), ("DOB",))
    assert log.columns["veteran"] == Source(constant="false")
    assert log.codes["arrested"] == Codes((("Booked", "true"), ("Cited", "false")))
    assert log.codes["service"].pairs == (("MH Center", "mental_health"),)
    assert hours.unpivot is not None
    assert hours.unpivot.unit == "hours"
    assert hours.unpivot.columns == {"direct": Source((("Client Hours",),)), "travel": Source((("Drive", "Driving"),))}


def test_settings_have_sensible_defaults(folder: Folder) -> None:
    program = folder.load()
    assert (program.privacy.suppress_below, program.privacy.key_file) == (11, "person.key")
    assert (program.organization, program.contact, program.branding.logo) == ("", "", None)
    assert program.began == date(2023, 7, 1)
    assert program.raw == folder.path / "raw"


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated(folder: Folder) -> None:
    folder.write("program.toml", b"\xef\xbb\xbf" + PROGRAM.replace("\n", "\r\n").encode())
    assert folder.load().name == "Oak and Elm (made up)"


def test_a_program_without_agencies_and_mappings_loads(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("program.toml", PROGRAM.split("[[agency]]")[0])
    assert folder.load().mappings == ()


def test_a_file_of_the_whole_program_maps_its_agency(folder: Folder) -> None:
    folder.write(
        "agencies/time-sheets.toml",
        '[[extract]]\ntable = "shifts"\nfiles = "hours.csv"\n[extract.columns]\n'
        'agency = "Department"\ndate = "D"\ncategory = "C"\nminutes = "M"\n'
        '[extract.codes.agency]\n"Oak PD" = "oak"\n',
    )
    mapping = folder.load().mappings[-1]
    assert mapping.agency is None
    assert mapping.codes["agency"].pairs == (("Oak PD", "oak"),)


def test_files_are_read_in_the_order_of_their_names(folder: Folder) -> None:
    folder.write("agencies/elm.toml", CALLS.replace("oak/", "elm/"))
    folder.write("agencies/.hidden.toml", "no TOML at all")
    folder.write("agencies/notes.txt", "no declaration")
    assert [m.declared_in for m in folder.load().mappings] == ["agencies/elm.toml", *["agencies/oak.toml"] * 2]


@pytest.mark.parametrize("kind", ["missing", "file", "empty"])
def test_what_is_no_program_folder_says_so(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "program"
    if kind == "file":
        target.write_text("x")
    if kind == "empty":
        target.mkdir()
    with pytest.raises(UserError) as caught:
        load_program(target)
    assert caught.value.code == 2
    assert "outcomes init" in caught.value.hint


def test_what_declares_nothing_is_no_declaration(folder: Folder) -> None:
    """Another system's notes beside the mappings must not make another edition of the same inputs."""
    before = declaration_files(folder.path)
    assert {p.name for p in before} >= {"program.toml", "oak.toml"}
    for name in ("agencies/._oak.toml", "agencies/~$oak.toml", "agencies/old/oak.toml", "agencies/oak.toml.bak"):
        folder.write(name, "files = ")
    folder.load()
    assert declaration_files(folder.path) == before
