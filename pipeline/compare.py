"""What moved between two editions, and why: late rows, corrected rows, withdrawn rows, a changed definition."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UserError
from pipeline.measure.explain import BEHIND
from pipeline.program.load import load_program
from pipeline.program.mistakes import suggest
from pipeline.program.model import Program
from pipeline.publish.manifests import MANIFEST, whole_manifest

NUMBERS = ("numerator", "denominator", "value", "low", "high", "unknown", "status")
KEY = ("metric", "agency", "group", "category", "period_start", "period_end")
Row = Mapping[str, str]
#: (table, agency, month) -> number of rows, digest of their keys, digest of their contents
Rows = dict[tuple[str, str, str], tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that stands in both editions with other numbers. `why` is a sentence."""

    before: Row
    now: Row
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two editions side by side. `only_before` and `only_now` count figures that stand in one of them alone."""

    first: str
    second: str
    moved: tuple[Moved, ...]
    same: int
    only_before: int
    only_now: int


def compare(folder: Path, first: str, second: str) -> Comparison:
    """Every figure of two editions in out/editions/ that moved, and why. UserError when an edition is not there."""
    program = load_program(folder)
    one, two = (_Edition(program, name) for name in (first, second))
    moved, same = [], 0
    for key, now in two.figures.items():
        before = one.figures.get(key)
        if before is None:
            continue
        if all(before[n] == now[n] for n in NUMBERS):
            same += 1
        else:
            moved.append(Moved(before, now, _why(program, one, two, now)))
    shared = len(moved) + same
    return Comparison(first, second, tuple(moved), same, len(one.figures) - shared, len(two.figures) - shared)


class _Edition:
    """What an edition says of itself."""

    def __init__(self, program: Program, name: str) -> None:
        folder = program.out / "editions" / Path(name).name
        if not (folder / MANIFEST).is_file():
            there = [p.parent.name for p in sorted((program.out / "editions").glob(f"[!.]*/{MANIFEST}"))]
            raise UserError(f"there is no edition {name} in out/editions/", "compare", suggest(name, there))
        self.manifest = whole_manifest(folder)
        self.figures = {tuple(r[k] for k in KEY): r for r in _read(folder / "figures.csv")}
        rows = _read(folder / "rows.csv")
        self.rows: Rows = {
            (r["table"], r["agency"], r["month"]): (int(r["rows"]), r["keys"], r["contents"]) for r in rows
        }


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _why(program: Program, one: _Edition, two: _Edition, figure: Row) -> str:
    metric = figure["metric"]
    if one.manifest["metrics"].get(metric) != two.manifest["metrics"].get(metric):
        return "changed definition"
    over = program.metrics[metric].over if metric in program.metrics else ""
    tables = BEHIND.get(over, (over,))
    changes = list(_changes(one.rows, two.rows, tables, figure))
    if changes:
        return "; ".join(changes)
    if one.manifest["versions"]["outcomes"] != two.manifest["versions"]["outcomes"]:
        return "another version of Outcomes"
    # a survival figure also looks at later rows, and a place at those before and after
    later = list(_changes(one.rows, two.rows, tables, figure, whole=True))
    return "; ".join(later) or "changed settings of the program"


def _changes(one: Rows, two: Rows, tables: Iterable[str], figure: Row, *, whole: bool = False) -> Iterable[str]:
    """Sentences for the months of the figure whose rows changed, or with `whole` for any month."""
    first, last = figure["period_start"][:7], figure["period_end"][:7]
    for key in sorted(one.keys() | two.keys()):
        table, agency, month = key
        if table not in tables or figure["agency"] not in ("all", agency):
            continue
        if not whole and not first <= month <= last:
            continue
        before, now = one.get(key, (0, "", "")), two.get(key, (0, "", ""))
        if before != now:
            yield f"{_words(before, now)} ({table}, {agency}, {month})"


def _words(before: tuple[int, str, str], now: tuple[int, str, str]) -> str:
    difference = now[0] - before[0]
    if difference > 0:
        return f"{difference} late {'row' if difference == 1 else 'rows'}"
    if difference < 0:
        return f"{-difference} withdrawn {'row' if difference == -1 else 'rows'}"
    return "corrected rows" if before[1] == now[1] else "rows withdrawn and as many late"
