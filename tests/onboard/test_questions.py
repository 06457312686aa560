"""The dialog: few questions, only about what is doubtful."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.onboard.conftest import CAD, Place, Scripted, cad_rows, table


def test_what_is_sure_is_not_asked(place: Place, cad: Callable[..., Path]) -> None:
    talk = Scripted()
    place.onboard(cad(), talk=talk)
    about = [q.split("?")[0] for q in talk.asked]
    assert about == [
        "The agency oak is new here. What is its full name",
        "Count Welfare Check (10 rows) as behavioral health",
        "Write this to agencies/oak.toml",
    ]
    assert place.mapping().columns


def test_no_at_the_end_writes_nothing(place: Place, cad: Callable[..., Path]) -> None:
    done = place.onboard(cad(), talk=Scripted({"Write this": "n"}))
    assert done.mapping is None
    assert not place.program.agencies
    assert not list((place.folder / "raw").iterdir())


def test_call_types_that_do_not_count_can_be_left_out(place: Place, cad: Callable[..., Path]) -> None:
    place.onboard(cad(), talk=Scripted({"Count Welfare": "n"}))
    assert place.mapping().codes["behavioral_health"].pairs == (("*MENTAL*", "true"),)


def test_a_code_that_nobody_knows_is_asked(place: Place) -> None:
    rows = cad_rows()
    for n in range(0, 60, 4):
        rows[n][5] = "QZ7"
    talk = Scripted({'"QZ7" (15 rows)': "referral"})
    place.onboard(place.sent("cad.csv", table(CAD, rows)), talk=talk)
    codes = dict(place.mapping().codes["disposition"].pairs)
    assert codes["QZ7"] == "referral"
    assert "*" not in codes


def test_a_doubtful_column_is_asked_and_its_values_are_shown(place: Place) -> None:
    rows = [[*r, "North"] if n % 3 else [*r, "South"] for n, r in enumerate(cad_rows())]
    rows = [[c for i, c in enumerate(r) if i != 6] for r in rows]
    headings = [h for h in CAD if h != "Beat"] + ["Team of officers"]
    talk = Scripted({'"Team of officers"': "y"})
    place.onboard(place.sent("cad.csv", table(headings, rows)), talk=talk)
    asked = [q for q in talk.asked if "Team of officers" in q]
    assert len(asked) <= 1
    assert all('"North"' in q for q in asked)


def test_the_call_signs_of_teams_are_asked_when_units_are_known(place: Place) -> None:
    rows = [[*row, ("A1, CR1", "B7")[n % 2]] for n, row in enumerate(cad_rows())]
    talk = Scripted({"co-responder teams": "CR1, CR2"})
    place.onboard(place.sent("cad.csv", table((*CAD, "Units"), rows)), talk=talk)
    assert place.program.agency("oak").team_units == ("CR1", "CR2")
