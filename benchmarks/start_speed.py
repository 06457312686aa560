"""What does not depend on one large file: a new month after years of history, a full worksheet, the start of commands.

    python -m benchmarks.start_speed [history] [worksheet] [start]

Prints a table. All data is made up.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.extracts import make_extract, make_program
from benchmarks.receive_speed import ROOT, Run, check, run
from pipeline.sample import make_demo

MONTHS, ROWS_A_MONTH, WORKSHEET_ROWS, ROUNDS = 120, 10_000, 1_048_575, 3
HEAVY = ("pandas", "pandera", "pyarrow", "numpy", "matplotlib", "weasyprint", "duckdb", "scipy", "highspy")
COMMANDS = (
    "demo", "init", "onboard", "check", "build", "figures", "explain", "editions", "compare", "verify", "audit",
    "dictionary", "doctor",
)  # fmt: skip


def show(what: str, runs: list[Run]) -> float:
    """One line; the least processor seconds."""
    best = min(runs, key=lambda r: r.seconds)
    print(
        f"| {what} | {best.seconds:.2f} | {min(r.cpu for r in runs):.2f} | {max(r.peak for r in runs):.2f} |",
        flush=True,
    )
    return min(r.cpu for r in runs)


def history(folder: Path) -> None:
    """Ten years of months of one agency are checked; then one month more."""
    raw = make_program(folder)
    whole = folder / "whole.csv"
    make_extract(whole, MONTHS * ROWS_A_MONTH)
    heading, *lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
    for month in range(MONTHS - 1):
        part = lines[month * ROWS_A_MONTH : (month + 1) * ROWS_A_MONTH]
        (raw / f"cad_{month:03d}.csv").write_text(heading + "".join(part), encoding="utf-8")
    full = show(f"check, {MONTHS - 1} months of {ROWS_A_MONTH:,} rows, from nothing", [run(check(folder))])
    last = lines[(MONTHS - 1) * ROWS_A_MONTH :]
    (raw / f"cad_{MONTHS - 1:03d}.csv").write_text(heading + "".join(last), encoding="utf-8")
    again = show("the same and one month more", [run(check(folder))])
    print(f"| share of processor time | {again / full:.1%} | | |")


def worksheet(folder: Path) -> None:
    """A full worksheet of ten columns."""
    import csv

    import xlsxwriter

    raw = make_program(folder)
    whole = folder / "whole.csv"
    make_extract(whole, WORKSHEET_ROWS)
    book = xlsxwriter.Workbook(raw / "cad.xlsx", {"constant_memory": True})
    sheet = book.add_worksheet()
    with whole.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            sheet.write_row(number, 0, row)
    book.close()
    show(f"check, a worksheet of {WORKSHEET_ROWS + 1:,} rows", [run(check(folder))])


def start(folder: Path) -> None:
    """Commands up to their work: their help, what they import, and `figures` beside importing duckdb alone."""
    python = sys.executable
    show("python -c 'import duckdb'", [run([python, "-c", "import duckdb"]) for _ in range(ROUNDS)])
    show("outcomes --help", [run([python, "cli.py", "--help"]) for _ in range(ROUNDS)])
    for command in COMMANDS:
        done = subprocess.run(
            [python, "-X", "importtime", "cli.py", command, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
        print(f"| {command} --help loads | {', '.join(h for h in HEAVY if h in loaded) or 'nothing heavy'} | | |")
    sample = folder / "sample"
    make_demo(sample)
    show(
        "outcomes build 2023-11, sample program",
        [run([python, "cli.py", "build", "2023-11", "--program", str(sample)])],
    )
    for audience in ("staff", "public"):
        figures = [python, "cli.py", "figures", "2023-11", "--program", str(sample), "--audience", audience, "--quiet"]
        commands = {"alone": [python, "-c", "import duckdb"], "answered": figures}
        runs: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(3 * ROUNDS):  # they take turns, so that a busy machine is busy for both
            for name, command_line in commands.items():
                runs[name].append(run(command_line))
        show(f"outcomes figures 2023-11 --audience {audience}", runs["answered"])
        seconds, cpu = (
            min(getattr(r, what) for r in runs["answered"]) - min(getattr(r, what) for r in runs["alone"])
            for what in ("seconds", "cpu")
        )
        print(f"| beyond importing duckdb (the bar: 0.5) | {seconds:.2f} | {cpu:.2f} | |", flush=True)


def main() -> None:
    """Print the table."""
    parts: dict[str, Callable[[Path], None]] = {"history": history, "worksheet": worksheet, "start": start}
    print("| what | s | cpu s | peak GB |\n|---|---|---|---|")
    for name in sys.argv[1:] or parts:
        with tempfile.TemporaryDirectory() as temporary:
            parts[name](Path(temporary))


if __name__ == "__main__":
    main()
