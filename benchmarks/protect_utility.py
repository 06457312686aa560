"""How much disclosure control still shows: the demo's 17 monthly editions in order, and simulated programs.

    python -m benchmarks.protect_utility [simulated months ...]

Builds the public figures of each month after the other, as a program does that began with this software, and prints
the share of planned figures that is shown by level, what the project promises of the demo (and whether it holds), and
how long choosing took. All data is made up. The exit code is 1 when a promise is broken.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from benchmarks.protect_levels import Shares, count_shown, lines
from pipeline.build import edition_inputs, refresh
from pipeline.facts import choose_period
from pipeline.measure.figure import Figure
from pipeline.program.load import load_program
from pipeline.program.model import Program
from pipeline.protect.calendar import Calendar, add_months
from pipeline.protect.edition import Protected, protect
from pipeline.protect.ledger import Ledger
from pipeline.publish.labels import HEADLINE
from pipeline.publishing import pass_control
from pipeline.sample import make_demo
from tests.protect.simulated import KEY, Simulated, asked, draw, program, until

MONTHS = 17
#: Headline metrics whose months add up, and are protected.
ADDITIVE = ("calls_responded", "diversion_rate")
SMALL = "a count in it is from 1 to"  # how `editions` says that a figure's own value is not safe


@dataclass
class Shown:
    """What the editions of one program showed."""

    end: date = date.min
    levels: Shares = field(default_factory=Counter)
    safe_months: Counter[bool] = field(default_factory=Counter)  # program months of additive headline metrics: shown?
    headline_months: Counter[bool] = field(default_factory=Counter)  # of all headline metrics
    no_total: list[str] = field(default_factory=list)  # headline figures to date that are withheld
    empty_pages: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    last: Protected | None = None

    def add(self, done: Protected, end: date, agencies: tuple[str, ...], seconds: float) -> None:
        """One edition more."""
        self.end, self.last = end, done
        self.seconds.append(seconds)
        self.levels += count_shown(done.figures, end)
        for f in done.figures:
            if f.group is None and f.metric in HEADLINE:
                self._headline(f, done.reasons.get((f.metric, f.agency, f.period), ""))
        for agency in agencies:
            mine = [f for f in done.figures if f.agency == agency]
            if mine and all(f.status in ("withheld", "no_data") for f in mine):
                self.empty_pages.append(f"{agency} {end:%Y-%m}")

    def _headline(self, f: Figure, reason: str) -> None:
        if f.agency == "all" and f.period[:2] == "20" and not (f.status == "withheld" and reason.startswith(SMALL)):
            self.headline_months[f.status != "withheld"] += 1
            if f.metric in ADDITIVE:
                self.safe_months[f.status != "withheld"] += 1
        if f.period == "to-date" and f.status == "withheld" and not reason.startswith(SMALL):
            self.no_total.append(f"{f.metric} {self.end:%Y-%m}")


def demo(folder: Path) -> Shown:
    """The demo program's months, one edition after the other, from all its extracts."""
    make_demo(folder, force=True)
    settings = load_program(folder)
    months = [add_months(settings.began, i) for i in range(MONTHS)]
    shown, ledger = Shown(), Ledger(folder / "editions-of-the-benchmark")
    warehouse, _ = refresh(settings, f"{months[-1]:%Y-%m}")
    with warehouse:
        for month in months:
            period = choose_period(settings, warehouse, f"{month:%Y-%m}")
            inputs = edition_inputs(settings, warehouse, period)
            start = time.process_time()
            done, _ = pass_control(settings, warehouse, inputs, ledger)
            shown.add(done, period.end, _with_page(settings, period.end), time.process_time() - start)
            ledger = ledger.append(done.entry)
    return shown


def _with_page(settings: Program, end: date) -> tuple[str, ...]:
    """Agencies have figures from the end of the first quarter on."""
    calendar = Calendar(settings.began, settings.fiscal_year_starts)
    if calendar.last_quarter_end(end) < settings.began:
        return ()
    return tuple(a.id for a in settings.agencies)


def simulated(months: int, a_month: float, shares: tuple[float, ...]) -> Shown:
    """A program of one agency per share with so many encounters a month."""
    agencies, first = tuple("abcdefgh"[: len(shares)]), date(2022, 7, 1)
    rows, shown = draw(1, months, a_month, shares), Shown()
    with tempfile.TemporaryDirectory() as name:
        settings = program(Path(name), agencies)
        for month in range(months):
            counts, what = Simulated(until(rows, month), agencies, first), asked(add_months(first, month))
            ledger, prints = Ledger.read(Path(name)), counts.fingerprints()
            start = time.process_time()
            done = protect(
                settings, counts, ledger, asked=what, edition=f"e{month}", inputs="", fingerprints=prints, key=KEY
            )
            shown.add(done, what.span.end, _with_page(settings, what.span.end), time.process_time() - start)
            ledger.append(done.entry)
    return shown


def report(title: str, shown: Shown) -> None:
    """Print one block."""
    print(f"\n{title}")
    print("\n".join(lines(shown.levels)))
    print(
        f"  choosing, CPU: median {sorted(shown.seconds)[len(shown.seconds) // 2]:.2f} s, worst {max(shown.seconds):.2f} s"
    )
    for what, months in (
        ("additive headline metrics", shown.safe_months),
        ("all headline metrics", shown.headline_months),
    ):
        print(f"  program months of {what}, own value safe: {_share(months):.0%} shown")


def _share(months: Counter[bool]) -> float:
    return months[True] / max(1, sum(months.values()))


def promises(shown: Shown) -> Iterator[tuple[str, bool, str]]:
    """What the demo must show: the promise, whether it holds, what was found."""
    share = _share(shown.safe_months)
    yield "at least 80 % of program months of additive headline metrics, own value safe", share >= 0.8, f"{share:.0%}"
    yield "all program figures to date (stepped where needed)", not shown.no_total, ", ".join(shown.no_total) or "all"
    yield "a non-empty page for every agency", not shown.empty_pages, ", ".join(shown.empty_pages) or "none is empty"
    rate = shown.last.figures.get("diversion_rate", "to-date") if shown.last else None
    text = f"{rate.numerator:g} of {rate.denominator:g}" if rate and rate.numerator and rate.denominator else "no"
    yield "the 98 % with its denominator", text == "479 of 490", text


def main(months: list[int]) -> int:
    """The demo, then simulated programs of the usual size, a small and a large one."""
    with tempfile.TemporaryDirectory() as name:
        shown = demo(Path(name) / "demo")
    report(f"The demo, {MONTHS} monthly editions", shown)
    broken = 0
    for promise, holds, found in promises(shown):
        print(f"  {'holds ' if holds else 'BROKEN'}  {promise}: {found}")
        broken += not holds
    for n in months:
        report(
            f"Simulated, 4 agencies, 147 encounters a month, {n} editions", simulated(n, 147, (0.45, 0.28, 0.17, 0.10))
        )
        report(f"Simulated, 2 agencies, 30 encounters a month, {n} editions", simulated(n, 30, (0.7, 0.3)))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main([int(a) for a in sys.argv[1:]] or [17]))
