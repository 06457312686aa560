"""How long disclosure control takes, and how much it still shows: simulated programs of four agencies, made-up data.

    python -m benchmarks.protect_speed [17 60 120]

Builds that many monthly editions of one program in order and prints, per number of editions, the time to choose the
figures of an edition, the time of the audit (failures only; with all bounds), and the share of planned figures that is
shown, by level. Times are wall, and in brackets the processor's, which a busy machine changes less.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.protect.audit import audit
from pipeline.protect.calendar import add_months
from pipeline.protect.edition import Protected, protect
from pipeline.protect.ledger import Ledger
from tests.protect.simulated import KEY, Simulated, asked, draw, program, until

FIRST = date(2022, 7, 1)
AGENCIES = ("north", "east", "south", "west")
LEVELS = {
    "program, month": lambda f: f.agency == "all" and f.period[:2] == "20" and f.group is None,
    "program, fiscal year to date": lambda f: f.agency == "all" and f.period.startswith("FY") and f.group is None,
    "program, to date": lambda f: f.period == "to-date",
    "agency, fiscal year": lambda f: f.agency != "all" and f.group is None,
    "breakdown of persons (gender)": lambda f: f.group == "gender",
}


@dataclass(frozen=True, order=True)
class Took:
    """Seconds on the wall and of the processor."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.processor:.2f})"


def main(sizes: list[int]) -> None:
    """Build editions up to the largest size; report at each."""
    rows = draw(1, max(sizes))
    times: list[Took] = []
    shown: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for month in range(max(sizes)):
            counts = Simulated(until(rows, month), AGENCIES, FIRST)
            times.append(edition(folder, counts, month, shown))
            if month + 1 in sizes:
                report(folder, times, shown)


def edition(folder: Path, counts: Simulated, month: int, shown: Counter[tuple[str, str]]) -> Took:
    """One edition; what choosing took. Counting is done before, by asking for the same edition once."""
    ledger, settings = Ledger.read(folder), program(folder, AGENCIES)
    what, name = asked(add_months(FIRST, month)), f"edition-{month + 1}"
    prints = counts.fingerprints()
    warm(settings, counts, ledger, what, name, prints)
    start, worked = time.perf_counter(), time.process_time()
    done = protect(settings, counts, ledger, asked=what, edition=name, inputs=name, fingerprints=prints, key=KEY)
    took = Took(time.perf_counter() - start, time.process_time() - worked)
    ledger.append(done.entry)
    tally(done, shown, what.span.end)
    return took


def warm(*asked_of: object) -> None:
    """Have all true figures counted, which is measuring and not choosing."""
    settings, counts, ledger, what, name, prints = asked_of
    protect(settings, counts, ledger, asked=what, edition=name, inputs=name, fingerprints=prints, key=KEY)  # type: ignore[arg-type]


def tally(done: Protected, shown: Counter[tuple[str, str]], end: date) -> None:
    """Planned figures by level: shown as they are, stepped, bounded or withheld."""
    for f in done.figures:
        for level, belongs in LEVELS.items():
            if belongs(f):
                stepped = f.period == "to-date" and f.period_end < end and f.status != "withheld"
                shown[level, "stepped" if stepped else f.status] += 1


def report(folder: Path, times: list[Took], shown: Counter[tuple[str, str]]) -> None:
    """Print one block."""
    print(f"\n{len(times)} monthly editions")
    last = times[-12:]
    worst, middle = max(last), sorted(last)[len(last) // 2]
    print(f"  choosing, last {len(last)} editions: median {middle}, worst {worst}; worst of all {max(times)}")
    for exact, what in ((False, "pass or fail"), (True, "all bounds")):
        start, worked = time.perf_counter(), time.process_time()
        result = audit(folder, exact=exact)
        took = Took(time.perf_counter() - start, time.process_time() - worked)
        print(f"  audit, {what}: {took}. {result.sentence}")
    for level in LEVELS:
        total = sum(n for (found, _), n in shown.items() if found == level)
        parts = ", ".join(f"{status} {n / total:.0%}" for (found, status), n in sorted(shown.items()) if found == level)
        print(f"  {level:32} {total:6} planned: {parts}" if total else f"  {level:32}      none yet")


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [17, 60, 120])
