"""A new program folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.onboard.begin import Answers, begin
from pipeline.program.load import load_program
from tests.journeys.conftest import outcomes
from tests.onboard.conftest import Scripted


def test_the_answers_stand_in_commented_declarations(tmp_path: Path) -> None:
    answers = {
        "Name of": 'River "R" Program',
        "Organization": "River Region",
        "Time zone": "America/Denver",
        "month": "october",
        "day did": "7/1/2023",
        "E-mail": "data@example.org",
    }
    begun = begin(tmp_path / "river", Answers(), talk=Scripted(answers))
    program = load_program(tmp_path / "river")
    assert (program.name, program.organization) == ('River "R" Program', "River Region")
    assert (program.timezone, program.fiscal_year_starts, program.began) == ("America/Denver", 10, date(2023, 7, 1))
    assert program.contact == "data@example.org"
    text = (tmp_path / "river/program.toml").read_text()
    assert text.count("#") > 15
    assert "outcomes onboard" in begun.next_steps
    assert "person.key" in (tmp_path / "river/.gitignore").read_text()


def test_an_answer_that_cannot_be_is_asked_again(tmp_path: Path) -> None:
    tries = iter(["America/Chicgo", "America/Chicago"])

    class Wavering(Scripted):
        def text(self, question: str, default: str = "") -> str:
            return next(tries) if "zone" in question else default

    talk = Wavering()
    begin(tmp_path / "p", Answers(), talk=talk)
    assert "Did you mean `America/Chicago`?" in talk.shown[0]


@pytest.mark.parametrize(
    "answers",
    [Answers(timezone="Mars"), Answers(fiscal_year_starts="13"), Answers(began="soon"), Answers(name=" ")],
)
def test_an_option_that_cannot_be_stops_before_anything_is_written(tmp_path: Path, answers: Answers) -> None:
    with pytest.raises(UserError):
        begin(tmp_path / "p", answers)
    assert not (tmp_path / "p").exists()


def test_a_program_is_overwritten_only_by_force_and_kept(tmp_path: Path) -> None:
    begin(tmp_path / "p", Answers(name="First"))
    (tmp_path / "p/person.key").write_bytes(b"secret")
    before = (tmp_path / "p/program.toml").read_bytes()
    with pytest.raises(UserError, match="nothing is overwritten"):
        begin(tmp_path / "p", Answers(name="Second"))
    begin(tmp_path / "p", Answers(name="Second"), force=True)
    assert load_program(tmp_path / "p").name == "Second"
    assert (tmp_path / "p/program.toml.before").read_bytes() == before
    assert (tmp_path / "p/person.key").read_bytes() == b"secret"


def test_it_builds_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    made = outcomes("init", folder, "--yes", "--timezone", "America/Chicago")
    assert made.code == 0, made.err
    assert made.out.splitlines()[0].endswith("program.toml")
    assert f"--program {folder}" in made.err
    assert outcomes("check", "--program", folder).code == 0
    built = outcomes("build", "2026-10", "--program", folder, "--quiet")
    assert built.code == 0, built.err
    assert "report.pdf" in built.out
    again = outcomes("init", folder, "--yes")
    assert again.code == 2
    assert "Traceback" not in again.err
