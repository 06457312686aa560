"""How fast `outcomes onboard` answers, beside `outcomes check` of the same file by the mapping that it wrote.

    python -m benchmarks.onboard_speed [--rows 100000] [--rounds 3]

Whole processes, start-up included; wall and CPU seconds, the least of all rounds (a busy machine only adds). Onboarding
reads the file twice (to look, and to try), so twice the time of `check` and a second more is what to expect. The files are
made up: the CAD export of receive_speed with some dirt of each kind, as CSV and as a workbook.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from pathlib import Path

from benchmarks.extracts import make_extract
from benchmarks.receive_speed import ROOT, run
from pipeline.onboard.begin import Answers, begin

#: What the answer to 100,000 rows may take.
AIM = 3.0


def make_workbook(source: Path, target: Path) -> None:
    """The rows of a CSV as a worksheet of text."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet("Calls")
    with source.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            sheet.write_row(number, 0, row)
    book.close()


def measure(file: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """Wall and CPU seconds of onboarding a file into a new program, and of checking it there."""
    best: dict[str, tuple[float, float]] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "program"
            begin(folder, Answers(name="Speed (made up)", timezone="America/Chicago", began="2022-07-01"))
            end = ["--program", str(folder), "--quiet"]
            commands = {
                "onboard": ["onboard", str(file), "--agency", "speed", "--table", "calls", "--yes", *end],
                "check": ["check", *end],
            }
            for name, words in commands.items():
                took = run([sys.executable, str(ROOT / "cli.py"), *words])
                wall, cpu = best.get(name, (took.seconds, took.cpu))
                best[name] = (min(wall, took.seconds), min(cpu, took.cpu))
    return best


def main() -> int:
    """Prints a line for each file; 1 when the CSV needs more CPU time than the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        text, book = Path(place) / "cad_2023.csv", Path(place) / "cad_2023.xlsx"
        make_extract(text, asked.rows)
        make_workbook(text, book)
        print(f"{asked.rows:,} rows       {'onboard: wall':>14} {'CPU':>7} {'check: wall':>14} {'CPU':>7} {'ratio':>7}")
        slow = False
        for file in (text, book):
            found = measure(file, asked.rounds)
            (wall, cpu), (check_wall, check_cpu) = found["onboard"], found["check"]
            print(
                f"{file.suffix[1:]:14} {wall:15.2f}s {cpu:6.2f}s {check_wall:13.2f}s {check_cpu:6.2f}s {wall / check_wall:7.2f}"
            )
            slow |= file is text and cpu > AIM
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
