"""How long disclosure control takes as a ledger grows: a simulated program of four agencies, made-up data.

    python -m benchmarks.protect_speed [12 24 60 90 120] [--keep FOLDER] [--rounds 2]

Builds the monthly editions of one program in order, each by the software itself, and stops at each number of editions
that is asked for: it prints the time to choose the figures of that edition, the time of the audit of all editions so
far (failures only; with all bounds), and the share of planned figures that is shown, by level.

With --keep the ledger stays in that folder: a second run goes on where the first one ended, and makes the editions that
it times again from the ledger as it stood before them. It then says whether they came out the same to the byte, so that
a change of the code can be compared with what was before it. Times are wall, and in brackets the processor's, which a
busy machine changes less.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.protect_levels import Shares, count_shown, lines
from pipeline.protect.audit import audit
from pipeline.protect.calendar import add_months
from pipeline.protect.edition import Protected, protect
from pipeline.protect.ledger import Ledger
from tests.protect.simulated import KEY, Rows, Simulated, asked, draw, program, until

FIRST = date(2022, 7, 1)
AGENCIES = ("north", "east", "south", "west")
SIZES = (12, 24, 60, 90, 120)
LONGEST = 120  # months that are drawn: an edition is the same whichever sizes are asked for


@dataclass(frozen=True, order=True)
class Took:
    """Seconds on the wall and of the processor."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.processor:.2f})"


def main() -> None:
    """Build editions up to the largest size; report at each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), help="numbers of monthly editions")
    parser.add_argument("--keep", type=Path, help="a folder in which the ledger stays")
    parser.add_argument("--rounds", type=int, default=2, help="how often each timed edition is made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder: Path = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        rows = draw(1, max(LONGEST, *options.sizes))
        for size in sorted(set(options.sizes)):
            grow(folder, rows, size)
            report(folder, rows, size, options.rounds)


def grow(folder: Path, rows: Rows, size: int) -> None:
    """Publish editions until there are `size`."""
    ledger = Ledger.read(folder)
    while len(ledger.entries) < size:
        month = len(ledger.entries)
        ledger = ledger.append(edition(folder, ledger, Simulated(until(rows, month), AGENCIES, FIRST), month).entry)
        if month % 10 == 9:
            print(f"  ... {month + 1} editions", flush=True)


def edition(folder: Path, ledger: Ledger, counts: Simulated, month: int) -> Protected:
    """The public figures of one month, chosen beside everything that the ledger holds."""
    name = f"edition-{month + 1}"
    return protect(
        program(folder, AGENCIES),
        counts,
        ledger,
        asked=asked(add_months(FIRST, month)),
        edition=name,
        inputs=name,
        fingerprints=counts.fingerprints(),
        key=KEY,
    )


def report(folder: Path, rows: Rows, size: int, rounds: int) -> None:
    """Time edition `size` and the audit of all up to it, and print one block."""
    ledger = Ledger.read(folder)
    counts = Simulated(until(rows, size - 1), AGENCIES, FIRST)
    again = edition(
        folder, ledger.before(size), counts, size - 1
    )  # all true figures are counted now: that is measuring
    same = again.entry.to_bytes() == ledger.entries[size - 1].to_bytes()
    print(f"\n{size} monthly editions (the last one made again: {'the same' if same else 'NOT THE SAME'})")
    took = min(clock(lambda: edition(folder, read_before(folder, size), counts, size - 1)) for _ in range(rounds))
    print(f"  choosing, ledger read: {took}", flush=True)
    for exact, what in ((False, "pass or fail"), (True, "all bounds")):
        sentences: list[str] = []
        took = clock(lambda: sentences.append(audit(read_before(folder, size + 1), exact=exact).sentence))  # noqa: B023
        print(f"  audit, {what}: {took}. {sentences[0]}", flush=True)
    shares: Shares = Shares()
    for entry in ledger.editions[:size]:
        shares += count_shown((line.figure for line in entry.lines), entry.end)
    print("\n".join(lines(shares)), flush=True)


def read_before(folder: Path, number: int) -> Ledger:
    """The ledger as it was before entry `number`, read from its files."""
    return Ledger.read(folder).before(number)


def clock(work: Callable[[], object]) -> Took:
    """How long some work takes."""
    start, worked = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - start, time.process_time() - worked)


if __name__ == "__main__":
    main()
