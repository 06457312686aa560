"""Proof (d): with any single rule removed some check fails, and with all rules in force none does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import UserError
from pipeline.protect.audit import audit
from pipeline.protect.calendar import add_months
from pipeline.protect.rules import Rules
from tests.protect import test_followed
from tests.protect.checks import Public, attacked, keeps_values, prints_bounds, shows_small, steps_back
from tests.protect.simulated import METRICS, Rows, Simulated, asked, build, draw, program, until

FIRST = date(2022, 7, 1)
AGENCIES = ("east", "west")
SHARES = (0.7, 0.3)


def publish(
    folder: Path, rules: Rules, metrics: tuple[str, ...], months: int = 6, rows: Rows | None = None, late: bool = False
) -> Public:
    """Monthly editions of a made-up program; with `late`, rows of earlier months are found before the last
    edition."""
    names = {m: METRICS[m] for m in metrics}
    settings = program(folder, AGENCIES, names)
    rows = rows or draw(3, months, a_month=40, shares=SHARES)
    truths = []
    for month in range(months):
        seen = until(rows, month)
        if late and month < months - 1:
            seen = seen.take(np.arange(len(seen.month)) % 11 != 0)
        truths.append(Simulated(seen, AGENCIES, FIRST, names))
        build(folder, truths[-1], asked(add_months(FIRST, month)), settings=settings, rules=rules)
    return Public.of(folder, truths, 7, 11)


def _attacked(
    *metrics: str, months: int = 6, seed: int = 3, a_month: float = 40, arrests: float = 0.025
) -> Callable[[Path, Rules], Iterator[str]]:
    def check(folder: Path, rules: Rules) -> Iterator[str]:
        rows = draw(seed, months, a_month=a_month, shares=SHARES, arrests=arrests)
        yield from attacked(publish(folder, rules, metrics, months, rows))

    return check


def _small(*metrics: str, months: int) -> Callable[[Path, Rules], Iterator[str]]:
    def check(folder: Path, rules: Rules) -> Iterator[str]:
        yield from shows_small(publish(folder, rules, metrics, months))

    return check


def _samples(folder: Path, rules: Rules) -> Iterator[str]:
    """Without the gate, which would not let a small n pass either."""
    rows = draw(3, 4, a_month=14, shares=SHARES)
    yield from shows_small(publish(folder, replace(rules, gate=False, final_check=False), ("time_median",), 4, rows))


def _followed(folder: Path, rules: Rules) -> Iterator[str]:
    figures, truth = test_followed.publish(folder, test_followed.drawn(1, 8, 60, 0.2), 8, rules)
    yield from test_followed.given_away(figures, truth, 8)


def _steps(folder: Path, rules: Rules) -> Iterator[str]:
    yield from steps_back(publish(folder, rules, ("calls_responded", "people_transported", "diversion_rate")))


def _bounds(folder: Path, rules: Rules) -> Iterator[str]:
    yield from prints_bounds(
        publish(folder, rules, ("diversion_rate", "diversion_loose"), 1, draw(1, 1, shares=SHARES))
    )


def _keeps(folder: Path, rules: Rules) -> Iterator[str]:
    yield from keeps_values(
        publish(folder, rules, ("calls_responded", "people_met"), 4, draw(4, 4, shares=SHARES), late=True)
    )


def _audited(*metrics: str) -> Callable[[Path, Rules], Iterator[str]]:
    def check(folder: Path, rules: Rules) -> Iterator[str]:
        publish(folder, rules, metrics, 8)
        yield from (c.sentence for c in audit(folder).failures)

    return check


def _threshold_raised(folder: Path, rules: Rules) -> Iterator[str]:
    """Editions made with 3, then 11: what stands cannot be taken back, and the build must say so."""
    names = {"calls_responded": METRICS["calls_responded"]}
    rows = draw(6, 3, a_month=9, shares=SHARES)
    for month, threshold in ((0, 3), (1, 3), (2, 11)):
        settings = program(folder, AGENCIES, names, threshold)
        try:
            build(
                folder,
                Simulated(until(rows, month), AGENCIES, FIRST, names),
                asked(add_months(FIRST, month)),
                settings=settings,
                rules=rules,
            )
        except UserError as error:
            assert error.code == 4
            assert "raised to 11" in str(error) and "suppress_below = 3 back" in error.hint
            return
    yield "an edition was made though counts are given away"


PROOFS: dict[str, Callable[[Path, Rules], Iterator[str]]] = {
    "gate": _attacked("calls_responded", a_month=14),
    "agencies": _attacked("calls_responded", a_month=14, seed=1),
    "parts": _attacked("calls_responded", "people_transported", "diversion_rate", months=9),
    "rests": _attacked("diversion_rate", a_month=150, arrests=0.4),
    "people": _attacked("people_met", "people_referred", "people_diverted", months=8),
    "lows": _attacked("calls_responded", a_month=8, seed=1),
    "highs": _audited("encounters", "diversion_loose"),
    "steps": _steps,
    "bounded": _bounds,
    "samples": _samples,
    "followed": _followed,
    "remainders": _small("people_met", "people_transported", months=12),
    "memory": _attacked("calls_responded", "diversion_rate", "people_transported"),
    "frozen": _keeps,
    "audit": _audited("calls_responded", "diversion_rate", "force_rate"),
    "final_check": _threshold_raised,
}


def test_every_rule_has_a_proof() -> None:
    assert {f.name for f in fields(Rules)} == set(PROOFS)


@pytest.mark.parametrize("rule", PROOFS)
def test_removing_a_rule_is_noticed(tmp_path: Path, rule: str) -> None:
    assert list(PROOFS[rule](tmp_path / "sound", Rules())) == []
    assert list(
        PROOFS[rule](
            tmp_path / "without", Rules(**{rule: False, **({"final_check": False} if rule != "final_check" else {})})
        )
    )
