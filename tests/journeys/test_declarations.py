"""Mistakes in declarations: exit 2 before any data is read, with file, key, what is wrong and the nearest valid name."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import CALLS, LOG, PROGRAM, Folder

HEAD = "Incident,Received,Nature,Dispo,Units\n"
ROW = "A-1,01/02/2024 10:00:00,MENTAL,RPT,CR1\n"

MISTAKES = {
    "unknown key": ("agencies/oak.toml", CALLS.replace("datetime =", "datetimes ="), "datetime"),
    "unknown column": ("agencies/oak.toml", CALLS.replace("nature = ", "natur = "), "nature"),
    "unknown table": ("agencies/oak.toml", CALLS.replace('"calls"', '"call"'), "calls"),
    "code that is not canonical": ("agencies/oak.toml", CALLS.replace('"arrest"', '"arested"'), "arrest"),
    "heading that no file has": ("agencies/oak.toml", CALLS.replace('"Received"', '"Recieved"'), "Received"),
    "bad glob": ("agencies/oak.toml", CALLS.replace("oak/cad*", "../cad*"), "files"),
    "unknown agency file": ("agencies/oka.toml", CALLS, "oak"),
    "duplicate agency": ("program.toml", PROGRAM + '[[agency]]\nid = "oak"\nname = "Again"\n', "oak"),
    "agency id all": ("program.toml", PROGRAM.replace('id = "elm"', 'id = "all"'), "all"),
    "key below out": ("program.toml", PROGRAM.replace('"person.key"', '"out/person.key"'), "key_file"),
    "key elsewhere": ("program.toml", PROGRAM.replace('"person.key"', '"../person.key"'), "key_file"),
    "time zone": ("program.toml", PROGRAM.replace("America/Chicago", "America/Chikago"), "America/Chicago"),
    "suppress": ("program.toml", PROGRAM.replace("suppress_below = 11", "suppress_below = 0"), "suppress_below"),
    "no TOML": ("program.toml", PROGRAM + "\n[oops\n", "program.toml"),
    "metric without denominator": (
        "metrics.toml",
        '[mine]\ntitle="T"\ndefinition="D"\nover="encounters"\nkind="rate"\nunit="fraction"\nnumerator="arrested"\n',
        "denominator",
    ),
    "metric with a clock": (
        "metrics.toml",
        '[mine]\ntitle="T"\ndefinition="D"\nover="encounters"\nkind="count"\nunit="encounters"\nnumerator="started_at < now()"\n',
        "now",
    ),
    "metric with a subquery": (
        "metrics.toml",
        '[mine]\ntitle="T"\ndefinition="D"\nover="encounters"\nkind="count"\nunit="encounters"\n'
        'numerator="arrested IN (SELECT true FROM calls)"\n',
        "mine",
    ),
    "metric with a wrong column": (
        "metrics.toml",
        '[mine]\ntitle="T"\ndefinition="D"\nover="encounters"\nkind="count"\nunit="encounters"\nnumerator="arested"\n',
        "arrested",
    ),
    "correction without reason": (
        "corrections.toml",
        '[[correction]]\nextract="oak/cad.csv"\nwhere="true"\nexclude=true\nexpect=1\n',
        "reason",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake(folder: Folder, name: str) -> None:
    folder.write("agencies/oak.toml", CALLS)
    folder.write("raw/oak/cad.csv", HEAD + ROW)
    file, text, expected = MISTAKES[name]
    if file == "agencies/oka.toml":
        (folder.path / "agencies/oak.toml").unlink()
    folder.write(file, text)
    result = folder.run("check")
    assert result.code == 2, (result.out, result.err)
    assert expected in result.err
    assert file in result.err or file.split("/")[-1] in result.err
    assert "Traceback" not in result.err
    assert not (folder.path / "out" / "extracts").exists()


def test_a_correction_that_touches_another_number_of_rows_stops_the_build(folder: Folder) -> None:
    folder.write("agencies/oak.toml", CALLS)
    folder.write("raw/oak/cad.csv", HEAD + ROW)
    correction = '[[correction]]\nextract="oak/cad.csv"\nreason="clock"\nwhere="nature = \'MENTAL\'"\nset={{disposition="other"}}\nexpect={}\n'
    folder.write("corrections.toml", correction.format(2))
    result = folder.run("build", "2024-01", "--audience", "staff")
    assert result.code == 2
    assert "corrections.toml" in result.err
    folder.write("corrections.toml", correction.format(1))
    assert folder.run("build", "2024-01", "--audience", "staff").code == 0


def test_a_glob_that_matches_nothing_is_a_notice(folder: Folder) -> None:
    from tests.journeys.conftest import outcomes

    folder.write("agencies/oak.toml", CALLS + LOG)
    folder.write("raw/oak/cad.csv", HEAD + ROW)
    result = outcomes("check", "--program", folder.path)
    assert result.code == 0, result.err
    assert "oak/log*" in result.err


def test_without_a_program_the_message_names_the_missing_file(folder: Folder) -> None:
    (folder.path / "program.toml").unlink()
    result = folder.run("check")
    assert result.code == 2
    assert "program.toml" in result.err
