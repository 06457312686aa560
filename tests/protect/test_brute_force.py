"""Proof (a): enumerate all whole-number tables of counts that agree with what was published, and look at each
protected count.

Nothing of pipeline/protect is used to judge: what a printed row says is stated here again, after spec 3. The
threshold is 3 or 4, so that
every table can be listed; each protected count must still be able to take each value from 1 to threshold - 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from pipeline.measure.figure import Figure
from pipeline.protect.calendar import add_months
from pipeline.protect.ledger import Ledger
from tests.protect.simulated import FLAGS, METRICS, Rows, Simulated, asked, build, program, until

AGENCIES = ("a", "b")


@dataclass(frozen=True)
class Told:
    """A count of a scope (agency or all) over months i..j lies between low and high."""

    part: str
    agency: str
    i: int
    j: int
    low: float
    high: float

    def agrees(self, values: np.ndarray) -> np.ndarray:
        return (values >= self.low) & (values <= self.high)


def told(figures: Iterable[Figure], first: date, threshold: int) -> list[Told]:
    """What printed rows say, by spec 3: rule 6 for bounded ones."""
    top, found = threshold - 1, []
    for f in figures:
        if f.status == "withheld" or f.group:
            continue
        i, j = ((d.year - first.year) * 12 + d.month - first.month for d in (f.period_start, f.period_end))
        if j < 0:
            continue  # before the program
        place = (f.agency, max(i, 0), j)
        if f.status == "bounded" and f.numerator is not None:
            found += [Told("n", *place, f.numerator, f.numerator), Told("rest", *place, 0, top)]
        elif f.status == "bounded":
            found += [Told("d", *place, f.denominator or 0, f.denominator or 0), Told("n", *place, 1, top)]
        else:
            found.append(Told("n", *place, f.numerator or 0, f.numerator or 0))
            if f.denominator is not None:
                found.append(Told("d", *place, f.denominator, f.denominator))
    return found


def protected_runs(first: date, months: int, fiscal: int) -> list[tuple[int, int]]:
    """Rule 2: months, quarters, fiscal years, and the part of them so far, as month numbers."""
    runs = set()
    for j in range(months):
        day = add_months(first, j)
        runs |= {(j, j), (max(0, j - (day.month - 1) % 3), j), (max(0, j - (day.month - fiscal) % 12), j)}
    return sorted(runs)


def rows_of(cells: dict[tuple[int, int], list[dict[str, int]]]) -> Rows:
    """Rows from (agency, month) -> encounters, each a person number and flags."""
    flat = [(a, m, e) for (a, m), many in sorted(cells.items(), key=lambda c: c[0][1]) for e in many]
    return Rows(
        np.array([a for a, _, _ in flat], int),
        np.array([m for _, m, _ in flat], int),
        np.array([e["person"] for _, _, e in flat], int),
        {k: np.array([bool(e.get(k)) for _, _, e in flat], bool) for k in FLAGS},
    )


def published(
    folder: Path, rows: Rows, metrics: Iterable[str], first: date, months: int, fiscal: int, threshold: int
) -> list[Figure]:
    """All rows of all monthly editions of a program, as the ledger keeps them."""
    names = {m: METRICS[m] for m in metrics}
    settings = program(folder, AGENCIES, names, threshold, first, fiscal)
    for month in range(months):
        counts = Simulated(until(rows, month), AGENCIES, first, names)
        build(folder, counts, asked(add_months(first, month)), settings=settings)
    return [line.figure for e in Ledger.read(folder).editions for line in e.lines]


def tables(n: int, largest: int) -> np.ndarray:
    """All tables of n counts from 0 to largest."""
    return np.stack(np.meshgrid(*[np.arange(largest + 1, dtype=np.int16)] * n, indexing="ij"), axis=-1).reshape(-1, n)


def _sum(values: np.ndarray, agency: str, i: int, j: int, months: int) -> np.ndarray:
    """Sums of a table whose columns are (agency, month)."""
    agencies = range(len(AGENCIES)) if agency == "all" else [AGENCIES.index(agency)]
    return values[:, [a * months + m for a in agencies for m in range(i, j + 1)]].sum(axis=1)


def every_value_possible(possible: Iterable[int], truth: int, threshold: int) -> bool:
    return not 1 <= truth < threshold or set(range(1, threshold)) <= {int(v) for v in possible}


CASES = [(date(2022, 7, 1), 7), (date(2022, 5, 1), 7), (date(2022, 8, 1), 7), (date(2022, 12, 1), 1)]


@pytest.mark.parametrize("seed", range(24))
def test_a_count_that_adds_up(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    (first, fiscal), months, threshold = CASES[seed % 4], 3, 3 + seed % 2
    cells = {(a, m): [{"person": i} for i in range(rng.integers(0, 5))] for a in range(2) for m in range(months)}
    rows = rows_of(cells)
    figures = told(published(tmp_path, rows, ["calls_responded"], first, months, fiscal, threshold), first, threshold)
    all_tables = tables(2 * months, 10)  # no program month has more than 8
    for t in figures:
        all_tables = all_tables[t.agrees(_sum(all_tables, t.agency, t.i, t.j, months))]
    assert len(all_tables), "the truth itself must agree with what was published"
    truth = np.array([[len(cells[a, m]) for a in range(2) for m in range(months)]])
    for (i, j), agency in product(protected_runs(first, months, fiscal), ("all", *AGENCIES)):
        values = np.unique(_sum(all_tables, agency, i, j, months))
        true = int(_sum(truth, agency, i, j, months)[0])
        assert every_value_possible(values, true, threshold), (agency, i, j, true, values)


@pytest.mark.parametrize("seed", range(24))
def test_a_rate(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    (first, fiscal), months, threshold = CASES[seed % 4], 2, 3 + seed % 2
    largest = 6  # no program month has more
    cells = {
        (a, m): [{"person": i, "likely": 1, "arrested": int(rng.random() < 0.3)} for i in range(rng.integers(0, 4))]
        for a in range(2)
        for m in range(months)
    }
    figures = told(
        published(tmp_path, rows_of(cells), ["diversion_rate"], first, months, fiscal, threshold), first, threshold
    )
    both = tables(4 * months, largest)  # numerators of all cells, then denominator - numerator of all cells
    parts = {"n": lambda t: t[:, : 2 * months], "rest": lambda t: t[:, 2 * months :]}
    parts["d"] = lambda t: t[:, : 2 * months] + t[:, 2 * months :]
    for t in figures:
        both = both[t.agrees(_sum(parts[t.part](both), t.agency, t.i, t.j, months))]
    true_table = [
        [sum(e["arrested"] == x for e in cells[a, m]) for x in (0, 1) for a in range(2) for m in range(months)]
    ]
    for (i, j), agency, part in product(protected_runs(first, months, fiscal), ("all", *AGENCIES), parts):
        true = int(_sum(parts[part](np.array(true_table)), agency, i, j, months)[0])
        values = np.unique(_sum(parts[part](both), agency, i, j, months))
        assert every_value_possible(values, true, threshold), (part, agency, i, j, true, values)


NODES = [(a, run) for a in ("all", *AGENCIES) for run in ((0, 0), (1, 1), (0, 1))]


def _people_tables(facts: list[Told], largest: int) -> np.ndarray:
    """All numbers of people of two agencies, two months and both: each part <= union <= sum of parts, and as
    published."""
    at = {n: k for k, n in enumerate(NODES)}
    found = tables(len(NODES) - 1, largest)  # all but the program's two months together, which comes last
    by_fact = {(t.agency, (t.i, t.j)): t for t in facts}
    order = [n for n in NODES if n != ("all", (0, 1))]
    column = {n: found[:, k] for k, n in enumerate(order)}

    def union(whole: np.ndarray, *parts: np.ndarray) -> np.ndarray:
        return (whole >= np.maximum.reduce(parts)) & (whole <= np.add.reduce(parts))

    keep = np.ones(len(found), bool)
    for run in ((0, 0), (1, 1)):
        keep &= union(column["all", run], column["a", run], column["b", run])
    for agency in AGENCIES:
        keep &= union(column[agency, (0, 1)], column[agency, (0, 0)], column[agency, (1, 1)])
    for node, t in by_fact.items():
        keep &= t.agrees(column[node]) if node in column else True
    found = found[keep]
    last = np.repeat(np.arange(2 * largest + 1, dtype=np.int16), len(found))
    found = np.column_stack([np.tile(found, (2 * largest + 1, 1)), last])
    column = {n: found[:, k] for k, n in enumerate([*order, ("all", (0, 1))])}
    keep = union(last, column["all", (0, 0)], column["all", (1, 1)]) & union(
        last, column["a", (0, 1)], column["b", (0, 1)]
    )
    if ("all", (0, 1)) in by_fact:
        keep &= by_fact["all", (0, 1)].agrees(last)
    return found[keep][:, [[*order, ("all", (0, 1))].index(n) for n in at]]


@pytest.mark.parametrize("seed", range(16))
def test_people(tmp_path: Path, seed: int) -> None:
    """People alone: distinct people of agencies, months, and both, some met twice."""
    rng = np.random.default_rng(200 + seed)
    first, fiscal, threshold = date(2022, 7, 1), 7, 3
    cells = {
        (a, m): [{"person": int(p)} for p in rng.integers(0, 5, rng.integers(0, 6))] for a in range(2) for m in range(2)
    }
    facts = told(published(tmp_path, rows_of(cells), ["people_met"], first, 2, fiscal, threshold), first, threshold)
    found = _people_tables(facts, 6)
    assert len(found)
    for k, (agency, (i, j)) in enumerate(NODES):
        agencies = range(2) if agency == "all" else [AGENCIES.index(agency)]
        true = len({e["person"] for a in agencies for m in range(i, j + 1) for e in cells[a, m]})
        assert every_value_possible(np.unique(found[:, k]), true, threshold), (
            agency,
            i,
            j,
            true,
            np.unique(found[:, k]),
        )


@pytest.mark.parametrize("seed", range(16))
def test_people_and_their_encounters(tmp_path: Path, seed: int) -> None:
    """People met <= encounters; no people means no encounters; whoever has an encounter was met."""
    rng = np.random.default_rng(300 + seed)
    first, fiscal, threshold, largest = date(2022, 7, 1), 7, 3, 6
    cells = {
        (a, m): [{"person": int(p)} for p in rng.integers(0, 5, rng.integers(0, 5))] for a in range(2) for m in range(2)
    }
    figures = published(tmp_path, rows_of(cells), ["people_met", "encounters"], first, 2, fiscal, threshold)
    people = _people_tables(told((f for f in figures if f.metric == "people_met"), first, threshold), largest)
    encounters = tables(4, 10)
    for t in told((f for f in figures if f.metric == "encounters"), first, threshold):
        encounters = encounters[t.agrees(_sum(encounters, t.agency, t.i, t.j, 2))]
    at = [NODES.index((a, (m, m))) for a in AGENCIES for m in range(2)]
    mine, which = np.unique(people[:, at], axis=0, return_inverse=True)
    fits = np.array([[_together(p, e) for e in encounters] for p in mine])
    people, encounters = people[fits.any(axis=1)[which.ravel()]], encounters[fits.any(axis=0)]
    assert len(people) and len(encounters)
    for k, (agency, (i, j)) in enumerate(NODES):
        agencies = range(2) if agency == "all" else [AGENCIES.index(agency)]
        rows = [e for a in agencies for m in range(i, j + 1) for e in cells[a, m]]
        assert every_value_possible(people[:, k], len({e["person"] for e in rows}), threshold), (agency, i, j)
        assert every_value_possible(_sum(encounters, agency, i, j, 2), len(rows), threshold), (agency, i, j)


def _together(people: np.ndarray, encounters: np.ndarray) -> bool:
    return bool(((people <= encounters) & ((people == 0) == (encounters == 0))).all())


def test_the_enumeration_sees_what_the_editions_leave_open(tmp_path: Path) -> None:
    """The check can fail: with the month itself published, only one value is left."""
    values = tables(2, 6)
    values = values[values.sum(axis=1) == 2]
    assert not every_value_possible(np.unique(values[values[:, 0] == 2][:, 0]), 2, 3)
