"""A new program from nothing to a PDF with three real public exports, at a real terminal."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from tests.journeys.terminal import Terminal
from tests.real.conftest import REAL, run

FILES = {
    "ucsd": "ucsd_police_2025/police_logs_parsed_EXACT.csv",
    "orlando": "orlando_opd_2022/police_calls.csv",
    "burlington": "burlington_vt_2022/police-incidents-2022.csv",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program after init and three times onboard."""
    folder = tmp_path_factory.mktemp("new") / "program"
    with Terminal("init", folder) as terminal:
        answers = {"Name of": "Three Cities", "Time zone": "America/New_York", "On which day": "2022-01-01"}
        assert terminal.converse(answers) == 0
    for agency, name in FILES.items():
        with Terminal("onboard", REAL / name, "--agency", agency, "--program", folder) as terminal:
            assert terminal.converse({}) == 0, terminal.seen
            assert len(terminal.questions) <= 8, terminal.questions
            assert f"agencies/{agency}.toml" in terminal.seen
    return folder


def test_every_row_is_used_or_told_of(folder: Path) -> None:
    done = run("check", "--program", str(folder), "--quiet")
    assert done.returncode == 0, done.stderr
    for agency, name in FILES.items():
        with (REAL / name).open(encoding="utf-8-sig", newline="") as file:
            rows = sum(1 for _ in csv.reader(file)) - 1
        assert f"{agency}/{Path(name).name}" in done.stdout
        assert f"{rows:,}" in done.stdout


def test_it_ends_with_a_pdf_and_the_figures_of_the_rows(folder: Path) -> None:
    built = run("build", "2022-03", "--program", str(folder), "--quiet")
    assert built.returncode == 0, built.stderr
    report = next(Path(line) for line in built.stdout.splitlines() if line.endswith("report.pdf"))
    assert report.read_bytes().startswith(b"%PDF")
    asked = ("figures", "2022-03", "--metric", "calls_for_service,behavioral_health_calls", "--by", "agency")
    done = run(*asked, "--audience", "staff", "--format", "csv", "--program", str(folder), "--quiet")
    found = {(r["metric"], r["agency"]): r["numerator"] for r in csv.DictReader(done.stdout.splitlines())}
    types: Counter[str] = Counter()
    with (REAL / FILES["burlington"]).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["call_time"].startswith("2022-03"):
                types[row["call_type"]] += 1
    crisis = sum(n for t, n in types.items() if any(w in t.casefold() for w in ("mental", "suicid", "welfare")))
    assert found["calls_for_service", "burlington"] == str(types.total())
    assert found["behavioral_health_calls", "burlington"] == str(crisis)
