"""The guide to mappings shows mappings that load."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.program.load import load_program
from tests.onboard.conftest import Place

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "mappings.md").read_text(encoding="utf-8")


def test_its_examples_are_sound(place: Place) -> None:
    whole, agencies, wide = re.findall(r"^```toml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    shifts = (
        '[[extract]]\ntable = "shifts"\nfiles = "time.csv"\n' + agencies.replace("]\n", ']\ndate = "Day"\n', 1) + wide
    )
    program = place.folder / "program.toml"
    program.write_text(
        program.read_text() + '\n[[agency]]\nid = "river"\nname = "River"\n[[agency]]\nid = "oak"\nname = "Oak"\n'
    )
    (place.folder / "agencies" / "river.toml").write_text(whole + "\n" + shifts)
    calls, time = load_program(place.folder).mappings
    assert (calls.table, calls.split) == ("calls", {"units": ","})
    assert time.unpivot is not None
    assert time.unpivot.unit == "hours"
