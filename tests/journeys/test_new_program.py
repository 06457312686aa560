"""Somebody who never saw TOML begins a program at a terminal, with made-up files of an agency and a team."""

from __future__ import annotations

from pathlib import Path

from pipeline.program.load import load_program
from tests.journeys.conftest import outcomes
from tests.journeys.terminal import Terminal
from tests.onboard.conftest import CAD, FIRST, LAST, LOG, cad_rows, log_rows, table


def test_from_nothing_to_receipts(tmp_path: Path) -> None:
    folder, mail = tmp_path / "river", tmp_path / "mail"
    mail.mkdir()
    units = ("A1, CR1", "B7")
    cad = [[*row, units[n % 2]] for n, row in enumerate(cad_rows())]
    (mail / "cad 2024-01.csv").write_bytes(table((*CAD, "Units"), cad))
    (mail / "log 2024-01.csv").write_bytes(table(LOG, log_rows()))

    with Terminal("init", folder) as terminal:
        answers = {"Name of": "River Co-Responders", "Time zone": "America/Chicago", "On which day": "1/1/2024"}
        assert terminal.converse(answers) == 0
        assert len(terminal.questions) == 6
        assert "outcomes onboard FILE --agency ID" in terminal.seen

    with Terminal("onboard", mail / "cad 2024-01.csv", "--agency", "river", "--program", folder) as terminal:
        answers = {"full name": "River Police Department", "Count Welfare": "n", "co-responder teams": "CR1"}
        assert terminal.converse(answers) == 0
        assert len(terminal.questions) == 4, terminal.questions
        assert "(masked)" in terminal.seen
        assert "555-" not in terminal.seen

    with Terminal("onboard", mail / "log 2024-01.csv", "--agency", "river", "--program", folder) as terminal:
        assert terminal.converse({}) == 0
        assert terminal.questions == ["Write this to agencies/river.toml? [Y/n]"]
        assert not any(name in terminal.seen for name in (*LAST, *FIRST))

    program = load_program(folder)
    assert (program.name, program.began.isoformat()) == ("River Co-Responders", "2024-01-01")
    assert (program.agencies[0].name, program.agencies[0].team_units) == ("River Police Department", ("CR1",))
    checked = outcomes("check", "--program", folder, "--format", "json", "--quiet").json
    assert {r["extract"]: (r["table"], r["read"], r["accepted"]) for r in checked["extracts"]} == {
        "river/cad 2024-01.csv": ("calls", 60, 60),
        "river/log 2024-01.csv": ("encounters", 40, 40),
    }


def test_control_c_leaves_everything_as_it_was(tmp_path: Path) -> None:
    folder, file = tmp_path / "p", tmp_path / "cad.csv"
    file.write_bytes(table(CAD, cad_rows()))
    assert outcomes("init", folder, "--yes", "--quiet").code == 0
    before = (folder / "program.toml").read_bytes()
    with Terminal("onboard", file, "--agency", "oak", "--program", folder) as terminal:
        assert terminal.converse({"Count Welfare": "\x03"}) == 1
        assert "Traceback" not in terminal.seen
    assert (folder / "program.toml").read_bytes() == before
    assert not list((folder / "agencies").iterdir())
    assert not list((folder / "raw").iterdir())


def test_nobody_at_the_terminal_is_told_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "cad.csv"
    file.write_bytes(table(CAD, cad_rows()))
    assert outcomes("init", tmp_path / "p", "--yes", "--quiet").code == 0
    done = outcomes("onboard", file, "--agency", "oak", "--program", tmp_path / "p", stdin="")
    assert done.code == 2
    assert "--yes" in done.err
    done = outcomes("init", tmp_path / "other", stdin="")
    assert done.code == 2
    assert "--yes" in done.err and done.err.count("Name of the program?") == 1, "asked once, not for ever"
    assert not (tmp_path / "other").exists()
