"""Rule 4 at the gate itself: counts that several systems of rows share, and answers that do not depend on what was asked
before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import pytest

from pipeline.protect.calendar import Calendar, Timeline
from pipeline.protect.era import Era, Fact
from pipeline.protect.gate import Gate
from pipeline.protect.model import Model
from pipeline.protect.protected import Truth
from pipeline.protect.quantities import Declared, Expression, derive
from pipeline.protect.safety import Limits
from pipeline.protect.solve import ContradictionError

RATE = Declared("rate", "rate", "encounters", "fraction", "NOT arrested", "arrest_likely")
COUNT = Declared("all", "count", "encounters", "encounters", "true")
FIRST = date(2022, 7, 1)
QUANTITIES = derive([RATE, COUNT])
SHAPE = QUANTITIES.shapes[RATE]


def gate(agencies: Sequence[str], months: int, truth: Truth, facts: Iterable[Fact] = (), *, whole: bool = True) -> Gate:
    """A gate of one rate over so many months from July 2022 on; every agency has rows in each."""
    last = date(2022, 6 + months, 28)
    timeline = Timeline(Calendar(FIRST, 7), FIRST, last)
    versions = {(a, m): 1 for a in agencies for m in timeline.months}
    era = Era(tuple(agencies), versions, last)
    expressions = SHAPE.protected if whole else SHAPE.protected[:2]
    found = Gate(Model(QUANTITIES, timeline), [era], Limits(11), truth, expressions)
    found.start([(era, f) for f in facts])
    return found


def exactly(expression: Expression, agency: str, run: tuple[int, int], value: float) -> Fact:
    return Fact(expression, agency, run, value, value)


# -- a count in two systems of rows ----------------------------------------------------------------------------------

TRUE = {"a": (2, 3), "b": (9, 8)}  # per agency: not arrested, arrested


def true(expression: Expression, agency: str, run: tuple[int, int]) -> int:
    agencies = TRUE if agency == "all" else [agency]
    return sum(TRUE[a][SHAPE.parts.index(part)] for a in agencies for part, _ in expression)


#: Earlier pages say that b had 1 to 10 not arrested, and 0 to 10 arrested. Nothing ties the two together.
EARLIER = (Fact(SHAPE.first, "b", (0, 0), 1, 10), Fact(SHAPE.rest, "b", (0, 0), 0, 10))
#: A figure that prints the program's two totals: a then has at least 1 of each, so at least 2 together, and truly 5.
FIGURE = (exactly(SHAPE.first, "all", (0, 0), 11), exactly(SHAPE.rest, "all", (0, 0), 11))


def test_a_count_that_lies_in_two_systems_is_judged_with_the_figure_in_both() -> None:
    """Each total alone leaves 5 the value 1; together they do not, and no single count but this one shows it."""
    asked = gate("ab", 1, true, EARLIER)
    finding = asked.admit(FIGURE)
    assert finding is not None
    assert finding.item.name == (SHAPE.whole, "a", (0, 0))
    assert (finding.item.truth, finding.low) == (5, 2)
    assert asked.check() is None  # a figure that was refused left nothing behind


def test_each_half_of_it_alone_may_be_printed() -> None:
    for half in FIGURE:
        assert gate("ab", 1, true, EARLIER).admit([half]) is None
    assert gate("ab", 1, true, EARLIER, whole=False).admit(FIGURE) is None  # nothing but the count in both is unsafe


def test_the_second_half_is_refused_once_the_first_is_printed() -> None:
    asked = gate("ab", 1, true, EARLIER)
    assert asked.admit(FIGURE[:1]) is None
    assert asked.admit(FIGURE[1:]) is not None
    assert asked.admit(FIGURE[1:]) is not None  # and again, from what is remembered
    assert asked.check() is None


# -- no answer depends on the way to it ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_a_gate_that_was_asked_much_answers_as_one_that_starts_anew(seed: int) -> None:
    """Tables found earlier, systems joined and taken apart again: a gate that knows nothing of all that decides alike."""
    rng = np.random.default_rng(seed)
    agencies, months = ("a", "b", "c"), 5
    counts = rng.poisson([[[6], [3]], [[3], [2]], [[9], [1]]], (3, 2, months))

    def truth(expression: Expression, agency: str, run: tuple[int, int]) -> int:
        rows = range(3) if agency == "all" else [agencies.index(agency)]
        parts = [SHAPE.parts.index(p) for p, _ in expression]
        return int(sum(counts[a, p, run[0] : run[1] + 1].sum() for a in rows for p in parts))

    runs = [(i, j) for i in range(months) for j in range(i, months)]
    figures = []
    for _ in range(60):
        agency, run = str(rng.choice(["all", *agencies])), runs[rng.integers(len(runs))]
        n, rest = (truth(e, agency, run) for e in (SHAPE.first, SHAPE.rest))
        exact = [exactly(SHAPE.first, agency, run, n), exactly(SHAPE.rest, agency, run, rest)]
        bounded = [exact[0], Fact(SHAPE.rest, agency, run, 0, 10)]
        figures.append(bounded if rest < 11 and n >= 11 else exact[: rng.integers(1, 3)])
    asked, admitted = gate(agencies, months, truth), list[Fact]()
    refused = 0
    for facts in figures:
        anew = gate(agencies, months, truth, admitted)
        answer = asked.admit(facts)
        assert (answer is None) == (anew.admit(facts) is None), (facts, admitted)
        refused += answer is not None
        admitted += [] if answer else facts
        assert asked.check() is None
    assert 0 < refused < len(figures)


def test_what_contradicts_the_ledger_is_not_admitted() -> None:
    asked = gate("ab", 1, true, [exactly(SHAPE.first, "all", (0, 0), 11)])
    finding = asked.admit([exactly(SHAPE.first, "all", (0, 0), 12)])
    assert finding is not None
    assert finding.item.name == ("contradiction",)
    with pytest.raises(ContradictionError):
        gate("ab", 1, true, [exactly(SHAPE.first, "all", (0, 0), n) for n in (11, 12)])
