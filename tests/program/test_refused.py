"""Columns with results of criminal-history and licence-plate queries are refused by heading (all data made up)."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.checking import check
from pipeline.errors import UserError
from pipeline.program.load import load_program
from pipeline.program.refused import refused_because
from tests.crashes.power import CALLS, HEAD
from tests.crashes.test_system import make

HISTORY = (
    "NCIC", "NCIC Hit", "ncic_result", "NCICResponse", "III", "III Query", "III hit date", "CCH", "CCH Result",
    "Criminal History", "CriminalHistory", "criminal_history_yn", "FBI #", "FBI No.", "Rap Sheet", "NLETS response",
    "Background Check", "Wants/Warrants", "ＮＣＩＣ hit", "Warrant check",
)  # fmt: skip
PLATES = ("LPR hit", "LPR_HIT", "ALPR Read", "plate query", "Plate Query Result", "License Plate Hit", "DMV return")
HARMLESS = (
    "Ward III", "District III", "Beat III Unit", "License Plate", "Vehicle Plate State", "Warrant Arrest", "NCIC Code",
    "NCIC Offense Code", "Registration Date", "Case History", "Mental Health History", "Criminal Justice Involvement",
    "CCH Transport", "Hit and Run", "Response", "Response Time", "Return to Service", "Template", "FBI Code", "Results",
    "Background", "", "   ",
)  # fmt: skip


@pytest.mark.parametrize("heading", HISTORY)
def test_criminal_history(heading: str) -> None:
    assert refused_because(heading) == "results of criminal-history queries"


@pytest.mark.parametrize("heading", PLATES)
def test_plates(heading: str) -> None:
    assert refused_because(heading) == "results of licence-plate queries"


@pytest.mark.parametrize("heading", HARMLESS)
def test_harmless(heading: str) -> None:
    assert refused_because(heading) is None


@pytest.mark.parametrize(
    "column", ['"NCIC Hit"', '["Nature", "NCIC Hit"]', '{ any = ["Nature", "NCIC Hit"] }'], ids=["one", "joined", "any"]
)
def test_a_mapping_of_it_is_refused(tmp_path: Path, column: str) -> None:
    folder = make(tmp_path / "program")
    (folder / "agencies/oak.toml").write_text(CALLS + f"nature = {column}\n")
    with pytest.raises(UserError) as caught:
        load_program(folder)
    assert caught.value.code == 2
    said = str(caught.value)
    assert "agencies/oak.toml" in said
    assert "columns.nature" in said
    assert "`NCIC Hit`" in said
    assert "CJIS" in said


def test_a_file_that_carries_it_is_not_read(tmp_path: Path) -> None:
    folder = make(tmp_path / "program")
    bad = folder / "raw/oak/cad_2.csv"
    bad.write_text(HEAD.strip() + ",Plate Query\nB-1,01/09/2024 10:00:00,made-up answer\n")
    checked = check(folder)
    assert checked.exit == 3
    receipts = {r.extract: r for r in checked.receipts}
    assert receipts["oak/cad_1.csv"].accepted == 3
    problem = receipts["oak/cad_2.csv"].problem or ""
    assert '"Plate Query"' in problem
    assert "CJIS" in problem
    assert receipts["oak/cad_2.csv"].read == 0
    assert not [p for p in (folder / "out").rglob("*") if p.is_file() and b"made-up answer" in p.read_bytes()]
