"""Shares over time: where every encounter could be followed, share x encounters is a count, and so is every difference.

By attack: the numbers of events are worked out from public rows alone, as anyone can, and bounded as those of a rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from pipeline.measure.figure import Figure
from pipeline.program.model import Metric
from pipeline.protect.audit import audit
from pipeline.protect.calendar import Span, add_months, month_end
from pipeline.protect.forms import form_of
from pipeline.protect.quantities import Declared, derive
from pipeline.protect.rules import Rules
from tests.protect.attack import System, attack_counts, between, cells, targets
from tests.protect.simulated import METRICS, Rows, Simulated, asked, build, draw, program, until

Small = tuple[str, str, tuple[int, int]]  # part, agency, months
FIRST, AGENCIES = date(2022, 7, 1), ("east", "west")
FOLLOW_UP = Metric(
    "follow_up", "follow_up", "", "encounters", "survival", "fraction", denominator="true", event="later", within_days=2
)
NAMES = {"encounters": METRICS["encounters"], "follow_up": FOLLOW_UP}


def publish(
    folder: Path, rows: Rows, months: int, rules: Rules | None = None, ripe: Sequence[int] | None = None
) -> tuple[list[Figure], Simulated]:
    """Monthly editions; `ripe` says from which edition on an encounter counts as followed (0: from its own month on)."""
    settings = replace(program(folder, AGENCIES, ["encounters"]), metrics=NAMES)
    found: list[Figure] = []
    for month in range(months):
        seen = until(rows, month)
        later = np.zeros(len(seen.month), int) if ripe is None else np.asarray(ripe)[: len(seen.month)]
        seen.flags["followed"] = rows.flags["followed"][: len(seen.month)] & (seen.month + later <= month)
        truth = Simulated(seen, AGENCIES, FIRST, NAMES)
        done = build(folder, truth, asked(add_months(FIRST, month)), settings=settings, rules=rules)
        found += [f for f in done.figures if f.metric == "follow_up" and f.group is None]
    return found, truth


def drawn(seed: int, months: int, a_month: float, share: float) -> Rows:
    rows = draw(seed, months, a_month=a_month, shares=(0.65, 0.35))
    rows.flags["followed"] = np.random.default_rng(seed).random(len(rows.month)) < share
    return rows


def told(figures: Sequence[Figure]) -> list[Figure]:
    """What anyone works out: share x encounters."""
    shown = [f for f in figures if f.value is not None]
    return [replace(f, numerator=float(round((f.value or 0) * (f.denominator or 0)))) for f in shown]


def small_numbers(truth: Simulated, months: int) -> list[Small]:
    """Rule 2: numbers of events, and of encounters without, that are from 1 to 10."""
    small: list[Small] = []
    for agency, (i, j) in product(("all", *AGENCIES), targets(FIRST, months, 7)):
        f = truth.figure("follow_up", Span(add_months(FIRST, i), month_end(add_months(FIRST, j))), agency)
        n, d = int(f.numerator or 0), int(f.denominator or 0)
        small += [(part, agency, (i, j)) for part, value in (("n", n), ("rest", d - n)) if 1 <= value <= 10]
    return small


def narrowed(small: Sequence[Small], bounds: Sequence[tuple[float, float]]) -> list[str]:
    return [f"{s}: {b}" for s, b in zip(small, bounds, strict=True) if b[0] > 1 + 1e-6 or b[1] < 10 - 1e-6]


def given_away(figures: Sequence[Figure], truth: Simulated, months: int) -> list[str]:
    """Small numbers that public rows narrow, where every encounter could be followed to the end."""
    small = small_numbers(truth, months)
    return narrowed(small, attack_counts(told(figures), "follow_up", AGENCIES, FIRST, months, 7, 11, small))


CASES = [(1, 8, 60, 0.2), (3, 6, 120, 0.1), (4, 9, 30, 0.5)]


@pytest.mark.parametrize(("seed", "months", "a_month", "share"), CASES)
def test_no_number_of_events_can_be_worked_out(
    tmp_path: Path, seed: int, months: int, a_month: float, share: float
) -> None:
    figures, truth = publish(tmp_path, drawn(seed, months, a_month, share), months)
    assert given_away(figures, truth, months) == []
    assert told(figures), "something must be shown"
    assert audit(tmp_path).passed


def test_the_attack_finds_events_when_only_their_encounters_are_controlled(tmp_path: Path) -> None:
    found = [
        given_away(*publish(tmp_path / str(case[0]), drawn(*case), case[1], Rules(followed=False)), case[1])
        for case in CASES[:2]
    ]
    assert sum(map(len, found)) > 5


def certain(figures: Sequence[Figure], truth: Simulated, months: int) -> list[str]:
    """The same where follow-ups may come later: each share then says "at least so many by now"."""
    system, small = System(), small_numbers(truth, months)
    for part in ("n", "rest"):
        cells(system, "follow_up", part, AGENCIES, "all", (0, months - 1))
    for f in told(figures):
        run = (max(0, between(FIRST, f.period_start)), between(FIRST, f.period_end))
        rows = f.denominator or 0
        system.say(cells(system, "follow_up", "n", AGENCIES, f.agency, run), f.numerator or 0, rows)
        system.say(cells(system, "follow_up", "d", AGENCIES, f.agency, run), rows, rows)
    bounds = system.ranges([cells(system, "follow_up", p, AGENCIES, a, run) for p, a, run in small])
    return narrowed(small, bounds)


@pytest.mark.parametrize("seed", [5, 6])
def test_numbers_that_ripen_stop_nothing_and_give_nothing_away(tmp_path: Path, seed: int) -> None:
    """A third of all follow-ups come a month late: earlier shares then say "at least"; what is certain stays safe."""
    months = 8
    rows = drawn(seed, months, 60, 0.3)
    ripe = (np.random.default_rng(seed).random(len(rows.month)) < 0.3).astype(int)
    figures, truth = publish(tmp_path, rows, months, ripe=ripe)
    assert len(told(figures)) > 5
    assert audit(tmp_path).passed
    assert certain(figures, truth, months) == []
    months_shown = [f for f in figures if f.agency == "all" and f.period[:2] == "20" and f.value is not None]
    assert len({(f.period, f.value) for f in months_shown}) == len({f.period for f in months_shown})  # frozen, as all


SURVIVAL = Declared("s", "survival", "encounters", "fraction", denominator="true")


def test_a_share_never_stands_for_a_small_number_of_its_own() -> None:
    """Every number of events of up to 40 encounters: what is printed implies 0 or at least 11, of both kinds."""
    shape, day, shown = derive([SURVIVAL]).shapes[SURVIVAL], date(2023, 11, 1), 0
    for rows in range(41):
        for events in range(rows + 1):
            value = events / rows if rows else None
            true = Figure("s", "", "", "", day, day, "all", None, None, events, rows, value, 0.1, 0.9, 1, "published")
            form = form_of(shape, true, 11)
            if form is None:
                continue
            printed = form.figure(true, "2023-11", None)
            implied = round((printed.value or 0) * (printed.denominator or 0))
            assert printed.numerator is None
            assert implied == 0 or implied >= 11
            assert rows - implied == 0 or rows - implied >= 11
            shown += 1
    assert shown > 100
