"""corrections.toml: known faults of one extract, judged against the table that its mapping fills."""

from __future__ import annotations

import pytest

from tests.program.conftest import CALLS, Folder

SHIFT = """
[[correction]]
extract = "oak/cad_2023-11.csv"
reason = "CAD clock one hour ahead"
where = "received_at BETWEEN '2023-11-05 02:00' AND '2023-11-06 09:00'"
shift = { columns = ["received_at", "arrived_at"], minutes = -60 }
expect = 41
"""
SET = """
[[correction]]
extract = "oak/log_1.xlsx"
reason = "Typed wrongly"
where = "incident = 'A-1'"
set = { kind = "phone", arrested = false, minutes = 30, started_at = 2023-11-05T10:00:00, team = "CR1" }
expect = 1
"""


def test_each_action(folder: Folder) -> None:
    folder.write(
        "corrections.toml", SHIFT + SET + SHIFT.replace("shift = {", "exclude = true #").replace("oak/", "OAK/")
    )
    shift, values, exclude = folder.load().corrections
    assert (shift.extract, shift.shift_columns, shift.shift_minutes, shift.expect) == (
        "oak/cad_2023-11.csv",
        ("received_at", "arrived_at"),
        -60,
        41,
    )
    assert values.set == {
        "kind": "phone",
        "arrested": "false",
        "minutes": "30",
        "started_at": "2023-11-05T10:00:00",
        "team": "CR1",
    }
    assert (exclude.exclude, exclude.set, exclude.shift_columns) == (True, {}, ())


def test_a_value_can_become_unknown(folder: Folder) -> None:
    folder.write("corrections.toml", SHIFT.replace("shift = {", 'set = { disposition = "" } #'))
    assert folder.load().corrections[0].set == {"disposition": ""}
    folder.write("corrections.toml", SHIFT.replace("shift = {", 'set = { received_at = "" } #'))
    assert "set.received_at" in folder.mistake()


def test_unit_rows_are_corrected_before_they_are_folded(folder: Folder) -> None:
    folder.write("agencies/oak.toml", CALLS.replace("files =", 'grain = "unit"\nfiles =') + 'unit = "U"\n')
    folder.write("corrections.toml", SHIFT.replace("received_at BETWEEN", "unit = 'CR1' AND received_at BETWEEN"))
    assert folder.load().corrections[0].where.startswith("unit")


#: (old, new) -> pieces of the message
CHANGED = {
    ("reason =", "raeson ="): ["correction 1, raeson", "`reason`"],
    ('reason = "CAD clock one hour ahead"', ""): ["`reason` is missing"],
    ("expect = 41", ""): ["`expect` is missing"],
    ("expect = 41", "expect = -1"): ["expect", "at least 0"],
    ("expect = 41", 'expect = "41"'): ["expect", "whole number"],
    ("[[correction]]", "[correction]"): ["[[correction]]"],
    ("[[correction]]", "[[corrections]]"): ["`correction`"],
    ("shift = {", "#"): ["none of `shift`, `set` and `exclude`"],
    ("expect = 41", "expect = 41\nexclude = true"): ["both `shift` and `exclude`"],
    ("oak/cad_2023-11.csv", "oka/cad_2023-11.csv"): ["line 3", "extract", "no mapping", "`oak/cad_*.csv`"],
    ("oak/cad_2023-11.csv", "../cad_2023-11.csv"): ["extract", "`..`"],
    ("received_at BETWEEN", "recieved_at BETWEEN"): ["line 5", "where", "`received_at`"],
    ("received_at BETWEEN", "now() BETWEEN"): ["where", "clock"],
    ("received_at BETWEEN", "response_minutes > 1 AND received_at BETWEEN"): ["where", "response_minutes"],
    ('"arrived_at"]', '"arived_at"]'): ["line 6", "shift.columns 2", "`arrived_at`"],
    ('"arrived_at"]', '"nature"]'): ["shift.columns 2", "no time"],
    ("received_at BETWEEN", "place_key = 'x' AND received_at BETWEEN"): ["where", "place_key"],
    ("-60", "0"): ["shift.minutes", "nothing"],
    ("-60", "inf"): ["shift.minutes", "at most 52,596,000"],
    ("-60", "-1e300"): ["shift.minutes", "at least -52,596,000"],
    ("-60", "nan"): ["shift.minutes", "at least -52,596,000"],
    ("minutes = -60", "hours = -1"): ["shift", "`hours`"],
    ('shift = { columns = ["received_at", "arrived_at"], minutes = -60 }', "set = {}"): ["`set`"],
    ('shift = { columns = ["received_at", "arrived_at"], minutes = -60 }', 'set = { disposition = "arest" }'): [
        "set.disposition",
        "`arrest`",
    ],
    ('shift = { columns = ["received_at", "arrived_at"], minutes = -60 }', 'set = { agency = "oka" }'): [
        "set.agency",
        "`oak`",
    ],
    ('shift = { columns = ["received_at", "arrived_at"], minutes = -60 }', "set = { behavioral_health = 7 }"): [
        "set.behavioral_health",
        "`true`",
    ],
    ('shift = { columns = ["received_at", "arrived_at"], minutes = -60 }', 'set = { received_at = "noon" }'): [
        "set.received_at",
        "2023-11-05",
    ],
    ('shift = { columns = ["received_at", "arrived_at"], minutes = -60 }', 'set = { person_key = "x" }'): [
        "set.person_key",
        "cannot be corrected",
    ],
    ('shift = { columns = ["received_at", "arrived_at"], minutes = -60 }', 'set = { place_key = "x" }'): [
        "set.place_key",
        "cannot be corrected",
    ],
    ('shift = { columns = ["received_at", "arrived_at"], minutes = -60 }', 'set = { natur = "x" }'): [
        "set.natur",
        "`nature`",
    ],
}


@pytest.mark.parametrize("change", CHANGED)
def test_a_mistake_in_a_correction(folder: Folder, change: tuple[str, str]) -> None:
    assert change[0] in SHIFT
    folder.write("corrections.toml", SHIFT.replace(*change, 1))
    message = "\n".join(map(str, folder.mistakes()))
    assert message.startswith("corrections.toml")
    for piece in CHANGED[change]:
        assert piece in message, message


def test_a_correction_that_stands_twice_would_be_applied_twice(folder: Folder) -> None:
    folder.write("corrections.toml", SHIFT + SHIFT.replace("one hour", "an hour"))
    assert "stands twice" in folder.mistake()
