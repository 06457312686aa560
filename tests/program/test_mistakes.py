"""Each mistake in a declaration names file and key, says what is wrong and offers the nearest valid name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.program.mistakes import find_lines, spell
from tests.program.conftest import CALLS, LOG, PROGRAM, Folder

#: name -> (file, its content, pieces that the message must hold)
PROGRAM_MISTAKES = {
    "unknown section": (PROGRAM + "[privcy]\n", ["line 15", "privcy", "`privacy`"]),
    "unknown key": (PROGRAM.replace("name = ", 'nmae = "x"\nname = ', 1), ["line 3", "program.nmae", "`name`"]),
    "missing name": (PROGRAM.replace('name = "Oak and Elm (made up)"', ""), ["`name` is missing"]),
    "missing section": (
        PROGRAM.replace("[program]", "[privacy]\nsuppress_below = 11\n[x]"),
        ["`[program]` is missing"],
    ),
    "empty name": (PROGRAM.replace('"Oak and Elm (made up)"', '"  "'), ["must not be empty"]),
    "number for text": (PROGRAM.replace('"Oak and Elm (made up)"', "7"), ["program.name", "text"]),
    "text for number": (PROGRAM.replace("starts = 7", 'starts = "7"'), ["fiscal_year_starts", "whole number"]),
    "month 13": (PROGRAM.replace("starts = 7", "starts = 13"), ["fiscal_year_starts", "at most 12"]),
    "month 0": (PROGRAM.replace("starts = 7", "starts = 0"), ["fiscal_year_starts", "at least 1"]),
    "date as text": (PROGRAM.replace("2023-07-01", '"2023-07-01"'), ["began", "without quotes"]),
    "date with time": (PROGRAM.replace("2023-07-01", "2023-07-01T10:00:00"), ["began", "date"]),
    "time zone": (PROGRAM.replace("Chicago", "Chikago"), ["program.timezone", "`America/Chicago`"]),
    "time zone of the machine": (PROGRAM.replace("America/Chicago", "localtime"), ["program.timezone"]),
    "time zone as a path": (PROGRAM.replace("America/Chicago", "../../etc/passwd"), ["program.timezone"]),
    "suppress below 0": (PROGRAM + "[privacy]\nsuppress_below = 0\n", ["privacy.suppress_below", "1"]),
    "suppress is a bool": (PROGRAM + "[privacy]\nsuppress_below = true\n", ["privacy.suppress_below", "whole number"]),
    "key in out": (PROGRAM + '[privacy]\nkey_file = "out/person.key"\n', ["privacy.key_file", "out/"]),
    "key in raw": (PROGRAM + '[privacy]\nkey_file = "x/../raw/k"\n', ["privacy.key_file", "`..`"]),
    "key in published": (PROGRAM + '[privacy]\nkey_file = "published/k"\n', ["privacy.key_file", "published/"]),
    "key absolute": (PROGRAM + '[privacy]\nkey_file = "/etc/passwd"\n', ["privacy.key_file", "not relative"]),
    "key on a drive": (PROGRAM + '[privacy]\nkey_file = "C:/person.key"\n', ["privacy.key_file", "not relative"]),
    "logo above": (PROGRAM + '[branding]\nlogo = "../logo.svg"\n', ["branding.logo", "`..`"]),
    "logo with backslash": (PROGRAM + '[branding]\nlogo = "a\\\\logo.svg"\n', ["branding.logo", "forward"]),
    "colour": (PROGRAM + '[branding]\naccent = "teal"\n', ["branding.accent", "#1f5a7a"]),
    "short colour": (PROGRAM + '[branding]\naccent = "#fff"\n', ["branding.accent"]),
    "agency id": (PROGRAM.replace('"oak"', '"Oak PD"'), ["agency 1, id", "`oak-pd`"]),
    "agency all": (PROGRAM.replace('"elm"', '"all"'), ["agency 2, id", "taken"]),
    "agency of Windows": (PROGRAM.replace('"elm"', '"aux"'), ["agency 2, id", "Windows"]),
    "agency twice": (PROGRAM.replace('"elm"', '"oak"'), ["agency 2, id", "two agencies"]),
    "agency without name": (PROGRAM.replace('name = "Elm Sheriff\'s Office"', ""), ["agency 2", "`name` is missing"]),
    "agency in single brackets": (PROGRAM.split("[[agency]]")[0] + '[agency]\nid="oak"\nname="O"\n', ["[[agency]]"]),
    "population": (PROGRAM + "population = -5\n", ["agency 2, population"]),
    "no TOML": (PROGRAM + "[oops\n", ["line 15"]),
    "unquoted text": (PROGRAM.replace('"America/Chicago"', "America/Chicago"), ["line 4", "double quotes"]),
    "key twice": (PROGRAM.replace("began", "timezone = 'UTC'\nbegan"), ["line 6", "twice"]),
    "table twice": (PROGRAM + "[program]\nname = 'x'\n", ["line 15", "twice"]),
}


@pytest.mark.parametrize("name", PROGRAM_MISTAKES)
def test_a_mistake_in_program_toml(folder: Folder, name: str) -> None:
    text, pieces = PROGRAM_MISTAKES[name]
    folder.write("program.toml", text)
    folder.write("agencies/oak.toml", "")  # so that a lost agency is no second mistake
    message = folder.mistake() if name != "missing section" else "\n".join(map(str, folder.mistakes()))
    assert message.startswith("program.toml")
    for piece in pieces:
        assert piece in message, message


def calls(old: str, new: str) -> str:
    """CALLS with one change."""
    assert old in CALLS
    return CALLS.replace(old, new)


def log(old: str, new: str) -> str:
    """LOG with one change."""
    assert old in LOG
    return LOG.replace(old, new)


SHIFTS = """
[[extract]]
table = "shifts"
files = "oak/hours.csv"
[extract.columns]
date = "Day"
[extract.unpivot]
unit = "hours"
direct = "Client Hours"
"""

MAPPING_MISTAKES = {
    "unknown key": (calls("files =", 'datetimes = "x"\nfiles ='), ["line 4", "extract 1, datetimes", "`datetime`"]),
    "stray section": (CALLS + "[columns]\nnature = 'x'\n", ["columns", "`[extract.columns]`"]),
    "no table": (calls('table = "calls"', ""), ["`table` is missing"]),
    "unknown table": (calls('"calls"', '"call"'), ["line 3", "extract 1, table", "`calls`"]),
    "single brackets": (CALLS.replace("[[extract]]", "[extract]"), ["`[[extract]]`"]),
    "unknown column": (calls("nature =", "natur ="), ["line 8", "columns.natur", "`nature`"]),
    "origin column": (CALLS + 'source_row = "Row"\n', ["columns.source_row"]),
    "missing incident": (calls('incident = "Incident"', ""), ["`incident`", "every row needs"]),
    "misspelt incident": (calls("incident =", "incidnt ="), ["columns.incidnt", "`incident`"]),
    "missing time": (log('started_at = "Start"', ""), ["`started_at`", "every row needs"]),
    "unit without grain": (CALLS + 'unit = "U"\n', ["columns.unit", 'grain = "unit"']),
    "grain without unit": (calls("files =", 'grain = "unit"\nfiles ='), ["needs the column `unit`"]),
    "units with grain": (
        calls("files =", 'grain = "unit"\nfiles =') + 'unit = "U"\nunits = "V"\n',
        ["columns.units", "map `unit`"],
    ),
    "unknown grain": (calls("files =", 'grain = "units"\nfiles ='), ["grain", "`unit`"]),
    "grain of encounters": (log("files =", 'grain = "unit"\nfiles ='), ["grain", "calls"]),
    "absolute glob": (calls("oak/cad", "/oak/cad"), ["files", "not relative"]),
    "glob above": (calls("oak/cad", "../cad"), ["files", "`..`"]),
    "glob in the middle": (calls("oak/cad", "oak/../../cad"), ["files", "`..`"]),
    "glob for Windows": (calls("oak/cad", "oak\\\\cad"), ["files", "forward slashes"]),
    "bad set in a glob": (calls("cad_*", "cad_[z-a]"), ["files", "no glob"]),
    "set in a glob that is never closed": (calls("cad_*", "cad_[0-9"), ["extract 1, files", "never closed"]),
    "two stars beside a name": (calls("cad_*", "cad_**"), ["extract 1, files", "`cad_**.csv` has `**`"]),
    "empty glob": (calls('"oak/cad_*.csv"', '""'), ["files", "empty"]),
    "empty heading": (calls('"Nature"', '""'), ["columns.nature", "empty"]),
    "empty list": (calls('"Nature"', "[]"), ["columns.nature", "empty"]),
    "bool heading": (calls('"Nature"', "true"), ["columns.nature", "{ value = true }"]),
    "value and any": (calls('"Nature"', '{ value = "x", any = ["y"] }'), ["columns.nature", "exclude"]),
    "misspelt value": (calls('"Nature"', '{ vale = "x" }'), ["columns.nature", "neither"]),
    "stray key beside value": (calls('"Nature"', '{ value = "x", sheet = "y" }'), ["columns.nature", "`sheet`"]),
    "any is text": (calls('"Nature"', '{ any = "x" }'), ["columns.nature", "list"]),
    "constant code": (calls('"Result"', '{ value = "arest" }'), ["columns.disposition", "`arrest`"]),
    "constant bool": (log('"CAD"', '"CAD"\narrested = { value = "maybe" }'), ["columns.arrested", "`maybe`"]),
    "constant agency": (log('"CAD"', '"CAD"\nagency = { value = "oka" }'), ["columns.agency", "`oak`"]),
    "constant number": (log('"CAD"', '"CAD"\nminutes = { value = "ten" }'), ["columns.minutes"]),
    "constant date in no declared form": (
        calls('"oak/cad_*.csv"', '"oak/cad_*.csv"\ndatetime = ["%m/%d/%Y"]') + "cleared_at = { value = 2024-01-05 }\n",
        ["columns.cleared_at", "`2024-01-05` is no timestamp", "%m/%d/%Y"],
    ),
    "constant that the code list lacks": (
        calls('"Result"', '{ value = "ARS" }') + '[extract.codes.disposition]\nARR = "arrest"\n',
        ["columns.disposition", "`ARS` is neither in the code list", "`ARR`"],
    ),
    "constant person": (log('["Last", "First", "DOB"]', '{ value = "Doe" }'), ["columns.person", "same on every row"]),
    "person twice": (log('"CAD"', '"CAD"\nperson_key = "Id"'), ["`person_key` and `person` are the same"]),
    "code": (
        CALLS + '[extract.codes.disposition]\nARR = "arested"\n',
        ["line 11", "codes.disposition.ARR", "`arrest`"],
    ),
    "code of a bool": (
        log('"CAD"', '"CAD"\narrested = "A"') + '[extract.codes.arrested]\nX1 = "perhaps"\n',
        ["`perhaps`"],
    ),
    "code twice": (CALLS + '[extract.codes.disposition]\nARR = "arrest"\n"arr " = "report"\n', ["two codes"]),
    "blank code": (CALLS + '[extract.codes.disposition]\n" " = "arrest"\n', ["empty cell"]),
    "no codes": (CALLS + "[extract.codes.disposition]\n", ["empty"]),
    "codes of an unmapped column": (CALLS + '[extract.codes.source]\nX = "911"\n', ["codes.source", "not mapped"]),
    "codes of an unknown column": (CALLS + '[extract.codes.dispo]\nX = "other"\n', ["codes.dispo", "`disposition`"]),
    "codes of a time": (CALLS + '[extract.codes.received_at]\nX = "1"\n', ["takes no codes"]),
    "derived from unmapped": (
        CALLS + '[extract.codes.behavioral_health]\nfrom = "natur"\ntrue = ["M*"]\n',
        ["codes.behavioral_health.from", "`nature`"],
    ),
    "derived, misspelt beside a word for yes": (
        CALLS + '[extract.codes.behavioral_health]\nfrom = "nature"\nture = ["X"]\n',
        ["codes.behavioral_health.ture", "`true`"],
    ),
    "derived and mapped": (
        CALLS + 'behavioral_health = "BH"\n[extract.codes.behavioral_health]\nfrom = "nature"\ntrue = ["M*"]\n',
        ["mapped in [extract.columns] and derived"],
    ),
    "derived code": (CALLS + '[extract.codes.source]\nfrom = "nature"\n"912" = ["M*"]\n', ["`911`"]),
    "pattern twice": (
        CALLS + '[extract.codes.behavioral_health]\nfrom = "nature"\ntrue = ["M*"]\nfalse = ["m*"]\n',
        ["two codes"],
    ),
    "service codes": (LOG + '[extract.codes.service]\n"MH" = "mental_helth"\n', ["`mental_health`"]),
    "service codes without referrals": (
        log('referrals = "Referred"', "") + '[extract.codes.service]\n"MH" = "mental_health"\n',
        ["not mapped"],
    ),
    "codes of referrals": (LOG + '[extract.codes.referrals]\n"MH" = "mental_health"\n', ["[extract.codes.service]"]),
    "split of one value": (CALLS + '[extract.split]\nnature = ","\n', ["split.nature", "`units`"]),
    "split of an unmapped column": (CALLS + '[extract.split]\nunits = ","\n', ["split.units", "not mapped"]),
    "empty separator": (LOG + '[extract.split]\nreferrals = ""\n', ["split.referrals", "empty"]),
    "unpivot of calls": (CALLS + '[extract.unpivot]\nunit = "hours"\ndirect = "x"\n', ["shifts"]),
    "unpivot without unit": (SHIFTS.replace('unit = "hours"', ""), ["unpivot", "`unit` is missing"]),
    "unpivot with another unit": (SHIFTS.replace('"hours"', '"days"'), ["unpivot.unit", "hours"]),
    "unknown category": (SHIFTS.replace("direct =", "direkt ="), ["unpivot.direkt", "`direct`"]),
    "no category": (SHIFTS.replace('direct = "Client Hours"', ""), ["no category"]),
    "unpivot and mapped": (SHIFTS.replace('date = "Day"', 'date = "Day"\nminutes = "M"'), ["already"]),
    "shifts without minutes": (SHIFTS.split("[extract.unpivot]", maxsplit=1)[0] + 'category = "C"\n', ["`minutes`"]),
    "date format in words": (calls("files =", 'datetime = "MM/DD/YYYY"\nfiles ='), ["datetime 1", "%m/%d/%Y"]),
    "unknown directive": (calls("files =", 'datetime = ["%Y-%m-%d", "%Q/%Y"]\nfiles ='), ["datetime 2", "`%Q"]),
    "misspelt epoch": (calls("files =", 'datetime = "epochms"\nfiles ='), ["`epoch_ms`"]),
    "format without year": (calls("files =", 'datetime = "%m/%d"\nfiles ='), ["no year"]),
    "trailing percent": (calls("files =", 'datetime = "%Y-%"\nfiles ='), ["no part"]),
    "encoding": (calls("files =", 'encoding = "utf8x"\nfiles ='), ["encoding", "`utf-8`"]),
    "encoding of no text": (calls("files =", 'encoding = "base64"\nfiles ='), ["encoding"]),
    "codes of incidents": (CALLS + '[extract.codes.incident]\nX = "1"\n', ["takes no codes"]),
    "delimiter": (calls("files =", 'delimiter = "tab"\nfiles ='), ["delimiter"]),
    "header row": (calls("files =", "header_row = 0\nfiles ="), ["header_row", "1"]),
    "sheet number": (calls("files =", "sheet = 1\nfiles ="), ["sheet", "text"]),
    "sheet twice": (calls("files =", 'sheet = ["A", "a"]\nfiles ='), ["sheet", "twice"]),
    "columns are text": (calls("[extract.columns]", 'columns = "x"\n[extract.split]'), ["columns", "table"]),
    "same files again": (CALLS + CALLS, ["line 13", "extract 2, files", "extract 1 of agencies/oak.toml"]),
}


@pytest.mark.parametrize("name", MAPPING_MISTAKES)
def test_a_mistake_in_a_mapping(folder: Folder, name: str) -> None:
    text, pieces = MAPPING_MISTAKES[name]
    folder.write("agencies/oak.toml", text)
    found = [str(m) for m in folder.mistakes()]
    if name not in ("columns are text", "stray section"):
        assert len(found) == 1, found
    message = "\n".join(found)
    assert message.startswith("agencies/oak.toml")
    for piece in pieces:
        assert piece in message, message


def test_all_mistakes_of_all_files_come_at_once(folder: Folder) -> None:
    folder.write("program.toml", PROGRAM.replace("starts = 7", "starts = 70"))
    folder.write("agencies/oak.toml", calls("nature =", "natur =").replace("files =", "header_row = 'x'\nfiles ="))
    folder.write("agencies/elm.toml", "[oops\n")
    folder.write("corrections.toml", "[[correction]]\nexpect = 1\n")
    folder.write("metrics.toml", "[mine]\nkind = 'count'\n")
    message = "\n".join(map(str, folder.mistakes()))
    for piece in ("starts", "natur", "header_row", "elm.toml", "corrections.toml", "metrics.toml"):
        assert piece in message


def test_a_file_of_no_agency_names_the_nearest(folder: Folder) -> None:
    folder.write("agencies/oka.toml", CALLS.replace("oak/", "oka/"))
    message = folder.mistake()
    assert "agencies/oka.toml" in message
    assert "`oak`" in message


def test_a_code_for_agency_is_an_agency(folder: Folder) -> None:
    text = calls('incident = "Incident"', 'incident = "Incident"\nagency = "Dept"')
    folder.write("agencies/both.toml", text.replace("oak/", "both/") + '[extract.codes.agency]\nOAK = "oka"\n')
    assert "`oka` is no agency" in folder.mistake()


def test_the_same_files_in_two_agencies(folder: Folder) -> None:
    folder.write("agencies/elm.toml", CALLS)
    assert "extract 1 of agencies/elm.toml" in folder.mistake()


def test_other_sheets_of_the_same_files_are_no_mistake(folder: Folder) -> None:
    folder.write(
        "agencies/oak.toml", calls("files =", "sheet = 'A'\nfiles =") + calls("files =", "sheet = 'B'\nfiles =")
    )
    assert len(folder.load().mappings) == 2


@pytest.mark.parametrize(
    ("content", "piece"),
    [
        (b'name = "\xe9"\n', "not UTF-8 (line 1)"),
        ("name = 'x'".encode("utf-16"), "not UTF-8"),
        (b"a = " + b"[" * 5000, ""),
    ],
)
def test_bytes_that_are_no_declaration(folder: Folder, content: bytes, piece: str) -> None:
    folder.write("agencies/elm.toml", content)
    message = folder.mistake()
    assert message.startswith("agencies/elm.toml")
    assert piece in message


def test_a_folder_instead_of_a_file(folder: Folder) -> None:
    (folder.path / "agencies" / "elm.toml").mkdir()
    (folder.path / "metrics.toml").mkdir()
    message = "\n".join(map(str, folder.mistakes()))
    assert "agencies/elm.toml: this is a folder" in message
    assert "metrics.toml: this is a folder" in message


def test_program_toml_as_a_folder(folder: Folder) -> None:
    (folder.path / "program.toml").unlink()
    (folder.path / "program.toml").mkdir()
    assert folder.mistake().startswith("program.toml: this is a folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_is_never_opened(folder: Folder) -> None:
    os.mkfifo(folder.path / "agencies" / "elm.toml")
    assert "not a regular file" in folder.mistake()


def test_a_declaration_that_is_a_link_to_elsewhere(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.toml"
    outside.write_text(CALLS)
    (folder.path / "agencies" / "elm.toml").symlink_to(outside)
    assert "leads out of the program folder" in folder.mistake()


def test_a_link_inside_the_folder_is_followed(folder: Folder) -> None:
    folder.write("templates/elm.toml", CALLS.replace("oak/", "elm/"))
    (folder.path / "agencies" / "elm.toml").symlink_to(folder.path / "templates" / "elm.toml")
    assert folder.load().mappings[0].agency == "elm"


def test_a_link_that_makes_the_key_leave(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder.path / "keys").symlink_to(tmp_path / "elsewhere")
    folder.write("program.toml", PROGRAM + '[privacy]\nkey_file = "keys/person.key"\n')
    assert "privacy.key_file" in folder.mistake()


def test_a_link_that_leads_the_key_into_out(folder: Folder) -> None:
    (folder.path / "out").mkdir()
    (folder.path / "keys").symlink_to(folder.path / "out")
    folder.write("program.toml", PROGRAM + '[privacy]\nkey_file = "keys/person.key"\n')
    assert "must not lie in out/" in folder.mistake()


def test_line_numbers_past_strings_arrays_and_comments() -> None:
    text = '''
a = """
b = 1
"""
[[x]]
list = [
  "[[x]]", # ] comment
  'c = 2',
]
"quoted key" = 1
[x.y]
k = 1
[[x]]
k.l = 2
[x.y]
z = 3
'''
    lines = find_lines(text)
    assert lines[("a",)] == 2
    assert ("b",) not in lines
    assert lines[("x", 0)] == 5
    assert lines[("x", 0, "list")] == 6
    assert lines[("x", 0, "quoted key")] == 10
    assert lines[("x", 0, "y", "k")] == 12
    assert lines[("x", 1)] == 13
    assert lines[("x", 1, "k", "l")] == 14
    assert lines[("x", 1, "y", "z")] == 16


def test_keys_are_spelled_for_people() -> None:
    assert spell(("extract", 1, "columns", "incident")) == "extract 2, columns.incident"
    assert spell(("agency", 0, "team_units", 2)) == "agency 1, team_units 3"
    assert spell(("program", "name")) == "program.name"


def test_constants_that_the_code_list_or_the_formats_read(folder: Folder) -> None:
    """By a pattern of the code list, as a code whatever the list, by the declared form of dates."""
    folder.write(
        "agencies/oak.toml",
        """
[[extract]]
table = "calls"
files = "cad.csv"
datetime = ["epoch", "%d.%m.%Y"]
[extract.columns]
incident = "Incident"
received_at = "Received"
cleared_at = { value = "05.01.2024" }
queued_at = { value = 1704470400 }
disposition = { value = "ARREST 12" }
source = { value = "Officer" }
[extract.codes.disposition]
"ARREST*" = "arrest"
[extract.codes.source]
X = "911"
""",
    )
    constants = folder.load().mappings[0].columns
    assert [constants[c].constant for c in ("cleared_at", "disposition", "source")] == [
        "05.01.2024",
        "ARREST 12",
        "Officer",
    ]


def test_a_derived_code_list_may_be_written_either_way(folder: Folder) -> None:
    derived = '[extract.codes.source]\nfrom = "nature"\n'
    folder.write("agencies/oak.toml", CALLS + derived + '"911" = ["E911*"]\n"SELF*" = "officer"\n"*" = "other"\n')
    codes = folder.load().mappings[0].codes["source"]
    assert codes.pairs == (("E911*", "911"), ("SELF*", "officer"), ("*", "other"))
