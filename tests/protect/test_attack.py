"""Proof (c): an attack written against the spec finds nothing in a year and a half of editions; without control it
finds plenty."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.protect.calendar import add_months
from pipeline.protect.rules import Rules
from tests.protect.attack import RATES
from tests.protect.checks import CHECKS, Public, attacked
from tests.protect.simulated import METRICS, Rows, Simulated, asked, build, draw, program, until

FIRST = date(2022, 7, 1)


def publish(
    folder: Path,
    rows: Rows,
    months: int,
    agencies: tuple[str, ...],
    rules: Rules | None = None,
    metrics: tuple[str, ...] = tuple(METRICS),
) -> Public:
    names = {m: METRICS[m] for m in metrics}
    settings = program(folder, agencies, names)
    truths = []
    for month in range(months):
        truths.append(Simulated(until(rows, month), agencies, FIRST, names))
        build(folder, truths[-1], asked(add_months(FIRST, month)), settings=settings, rules=rules)
    return Public.of(folder, truths, 7, 11)


@pytest.mark.parametrize(("seed", "months"), [(1, 17), (2, 8)])
def test_monthly_editions_give_nothing_away(tmp_path: Path, seed: int, months: int) -> None:
    public = publish(tmp_path, draw(seed, months), months, ("east", "north", "south", "west"))
    for name, check in CHECKS.items():
        assert list(check(public)) == [], name


def test_a_small_program(tmp_path: Path) -> None:
    """Two agencies and a dozen encounters a month: nearly everything is small."""
    public = publish(tmp_path, draw(5, 14, a_month=14, shares=(0.7, 0.3)), 14, ("big", "small"))
    for name, check in CHECKS.items():
        assert list(check(public)) == [], name


def test_the_attack_finds_counts_where_nothing_is_controlled(tmp_path: Path) -> None:
    public = publish(
        tmp_path, draw(1, 6), 6, ("east", "north", "south", "west"), Rules(gate=False, final_check=False), RATES
    )
    assert len(list(attacked(public, RATES))) > 20
