"""How much of what was planned is shown, by level: what both benchmarks of disclosure control print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from pipeline.measure.figure import Figure

LEVELS: dict[str, Callable[[Figure], bool]] = {
    "program, month": lambda f: f.agency == "all" and f.period[:2] == "20" and f.group is None,
    "program, fiscal year to date": lambda f: f.agency == "all" and f.period.startswith("FY") and f.group is None,
    "program, to date": lambda f: f.period == "to-date",
    "agency, fiscal year": lambda f: f.agency != "all",
    "breakdowns of persons": lambda f: f.group is not None,
}
Shares = Counter[tuple[str, str]]  # (level, status) -> planned figures


def count_shown(figures: Iterable[Figure], end: date) -> Shares:
    """The planned figures of an edition that ends on `end`: as they are, stepped, bounded or withheld."""
    return Counter((level, status_of(f, end)) for f in figures for level, belongs in LEVELS.items() if belongs(f))


def status_of(figure: Figure, end: date) -> str:
    """The status of a public row; `stepped` where a figure to date repeats an earlier end."""
    stepped = figure.period == "to-date" and figure.period_end < end and figure.status != "withheld"
    return "stepped" if stepped else figure.status


def lines(shares: Shares) -> Iterator[str]:
    """One line of text per level."""
    for level in LEVELS:
        counts = {status: n for (found, status), n in sorted(shares.items()) if found == level}
        total = sum(counts.values())
        parts = ", ".join(f"{status} {n / total:.0%}" for status, n in counts.items())
        yield f"  {level:30} {total:6} planned: {parts}" if total else f"  {level:30}      none yet"
