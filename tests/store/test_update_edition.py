"""An edition after years of months more is the edition of a build from nothing, to the byte (all data made up)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.build import build, refresh
from pipeline.program.load import load_program
from pipeline.store import in_place, update
from tests.crashes.power import PROGRAM

MAPPINGS = """
[[extract]]
table = "calls"
files = "oak/cad_*.csv"
datetime = ["%Y-%m-%d %H:%M:%S"]
[extract.columns]
incident = "Incident"
received_at = "Received"
arrived_at = "Arrived"
units = "Units"
address = "Place"
[extract.split]
units = ","

[[extract]]
table = "encounters"
files = "oak/log_*.csv"
datetime = ["%Y-%m-%d %H:%M:%S"]
[extract.columns]
encounter = "No"
incident = "Incident"
started_at = "Start"
person = ["Last", "DOB"]
gender = "Gender"
arrest_likely = "Likely"
arrested = "Arrested"
referrals = "Referred"
[extract.split]
referrals = ";"
"""


def cad(month: int, rows: int, first: int = 0) -> str:
    lines = [
        f"C{month}-{n},2024-{month:02}-{1 + n % 28:02} 10:00:00,2024-{month:02}-{1 + n % 28:02} 10:{n % 50:02}:00,"
        f'"{"CR1" if n % 3 == 0 else "P7"}",{n % 5} MADE UP ST'
        for n in range(first, first + rows)
    ]
    return "\n".join(["Incident,Received,Arrived,Units,Place", *lines, ""])


def log(month: int, rows: int, gender: str = "female") -> str:
    lines = [
        f"L{month}-{n},C{month}-{n * 3},2024-{month:02}-{1 + n % 28:02} 10:20:00,MADEUP{n % 9},1980-01-0{1 + n % 9},"
        f"{gender},{'Y' if n % 2 else 'N'},N,{'housing; medical' if n % 4 == 0 else ''}"
        for n in range(rows)
    ]
    return "\n".join(["No,Incident,Start,Last,DOB,Gender,Likely,Arrested,Referred", *lines, ""])


def place(folder: Path, **files: str | None) -> None:
    for name, text in files.items():
        path = folder / "raw" / "oak" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")


def edition(folder: Path) -> dict[str, bytes]:
    made = build(folder, "2024-03", public=False).edition
    return {p.relative_to(made).as_posix(): p.read_bytes() for p in sorted(made.rglob("*")) if p.is_file()}


def test_every_byte_is_that_of_a_build_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_place, "IN_PLACE_ROWS", 1)
    monkeypatch.setattr(update, "MOST", 1e9)
    folder = tmp_path / "years"
    (folder / "agencies").mkdir(parents=True)
    (folder / "program.toml").write_text(PROGRAM)
    (folder / "person.key").write_text("ab" * 32)
    (folder / "agencies" / "oak.toml").write_text(MAPPINGS)
    steps: list[dict[str, str | None]] = [
        {"cad_1": cad(1, 40), "log_1": log(1, 12), "cad_0": cad(1, 20, first=30)},
        {"cad_2": cad(2, 40), "log_2": log(2, 12)},
        {"log_1": log(1, 14, gender="male"), "cad_2": cad(2, 30, first=5), "cad_0": None},  # corrected, and withdrawn
        {"cad_3": cad(3, 40), "log_3": log(3, 12)},
    ]
    for step in steps:
        place(folder, **step)
        refresh(load_program(folder))[0].close()
    shutil.copytree(folder, tmp_path / "nothing", ignore=shutil.ignore_patterns("out"))
    made = edition(folder)
    assert {"report.pdf", "figures.csv", "rows.csv"} <= made.keys()
    assert made == edition(tmp_path / "nothing")
