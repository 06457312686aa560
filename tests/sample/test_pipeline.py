"""The demo through the ordinary pipeline: exactly the published figures, and every planted fault in its receipt."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from pipeline.build import refresh
from pipeline.measure.figure import Figures
from pipeline.measure.figures import measure
from pipeline.program.load import load_program
from pipeline.program.model import Program
from pipeline.program.periods import parse_period
from pipeline.receive.product import Receipt
from pipeline.sample.demo import Sample
from pipeline.sample.dirt import DUPLICATE, QUARANTINED, SUPERSEDED
from pipeline.store.warehouse import Warehouse

WHOLE = "2022-07-01..2023-11-30"


@dataclass
class Built:
    program: Program
    warehouse: Warehouse
    receipts: dict[str, Receipt]

    def figures(self, *periods: str, metrics: tuple[str, ...] | None = None) -> Figures:
        parsed = [parse_period(p, 7, self.program.began, None) for p in periods]
        return measure(self.warehouse.cursor(), self.program, parsed, metrics=metrics)


@pytest.fixture(scope="module")
def built(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("built") / "demo"
    shutil.copytree(demo, folder)
    program = load_program(folder)
    warehouse, found = refresh(program, "2023-11", workers=2)
    assert found.notices == ()
    assert found.problems == ()
    with warehouse:
        yield Built(program, warehouse, {r.extract: r for r in warehouse.receipts()})


def test_the_published_figures(built: Built) -> None:
    figures = built.figures(WHOLE)

    def parts(metric: str) -> tuple[float | None, float | None]:
        figure = figures.get(metric, WHOLE)
        assert figure is not None
        return figure.numerator, figure.denominator

    assert parts("calls_responded") == (2_486, None)
    assert parts("people_met") == (1_731, None)
    assert parts("people_diverted") == (367, None)
    assert parts("people_transported") == (157, None)
    assert parts("people_referred") == (572, None)
    assert parts("diversion_rate") == (479, 490)
    assert parts("stable_rate") == (1_003, 1_254)
    assert parts("direct_time_share") == (592_920, 705_840)
    assert parts("personnel_trained") == (371, None)
    assert parts("referrals_made") == (742, None)
    assert parts("force_rate")[0] == 7
    assert parts("injury_rate")[0] == 4


def test_the_service_looks_as_designed(built: Built) -> None:
    figures = built.figures(WHOLE)

    def value(metric: str) -> float:
        figure = figures.get(metric, WHOLE)
        assert figure is not None and figure.value is not None
        return figure.value

    assert 0.41 < value("coverage") < 0.45
    assert 0.65 < value("follow_up_48h") < 0.76
    assert 0.12 < value("repeat_30_days") < 0.19
    assert 7.4 < value("response_time_median") < 8.4
    assert 0.89 < value("team_calls_logged_rate") < 0.95
    assert 10 <= value("arrests_disagree") <= 20
    recurring = figures.get("recurring_calls", WHOLE)
    assert recurring is not None and recurring.numerator is not None and recurring.denominator is not None
    assert 300 < recurring.numerator < recurring.denominator


def test_the_months_grow(built: Built) -> None:
    names = [f"{2022 + (6 + i) // 12}-{(6 + i) % 12 + 1:02d}" for i in range(17)]
    figures = built.figures(*names, metrics=("calls_responded",))
    months = [f.value for name in names if (f := figures.get("calls_responded", name)) and f.value is not None]
    assert len(months) == 17
    assert sum(months) == 2_486
    assert min(months) == months[0] == 121 and max(months) == 171
    assert min(months[-7:]) > sum(months) / 17  # seven months above the mean: a real rise


def test_every_receipt_holds_what_was_planted(built: Built, drawn: Sample) -> None:
    assert set(built.receipts) == {name.removeprefix("raw/") for name in drawn.files if name.startswith("raw/")}
    for name, receipt in built.receipts.items():
        assert receipt.problem is None, name
        assert receipt.adds_up, name
        planted = {o: drawn.book.total(name, o) for o in (QUARANTINED, DUPLICATE)}
        assert (receipt.quarantined, receipt.duplicate) == (planted[QUARANTINED], planted[DUPLICATE]), (
            name,
            receipt.rules,
        )
        assert receipt.superseded >= drawn.book.total(name, SUPERSEDED), name


#: A fault as the demo plants it -> the rule that must name it.
RULES = {
    "impossible date": ("unreadable_timestamp", "unreadable_date"),
    "unknown code": ("unknown_code",),
    "unknown service": ("unknown_code",),
    "incident number damaged by Excel": ("excel_damage",),
    "incident number damaged by a spreadsheet": ("excel_damage",),
    "incident number missing": ("missing",),
    "start missing": ("missing",),
    "quote that is never closed": ("unclosed_quote",),
    "a comma too many": ("too_many_cells",),
    "cells too many": ("too_many_cells",),
    "a row cut short": ("too_few_cells",),
    "cut off at the end": ("too_few_cells",),
    "date without time": ("unreadable_timestamp",),
    "broken formula": ("broken_cell",),
    "number that cannot be read": ("unreadable_number", "unreadable_integer"),
    "answer that is neither yes nor no": ("unreadable_bool",),
    "arrested, yet taken home": ("arrested_elsewhere",),
    "arrested, yet taken to a shelter": ("arrested_elsewhere",),
    "outcome arrest, but not arrested": ("arrest_denied",),
    "same entry id, other content": ("key_conflict",),
    "test entry, excluded by a correction": ("excluded",),
    "year mistyped": ("received_too_early", "received_later"),
    "times out of order": ("out_of_order",),
    "units of one call differ in call type": ("differing_units",),
    "same incident, other content": ("repeated_incident",),
    "more than a day in a day": ("out_of_range", "day_too_long"),
}


def test_every_fault_is_named_by_its_rule(built: Built, drawn: Sample) -> None:
    wanted: dict[str, Counter[tuple[str, ...]]] = {}
    for name, planted in drawn.book.planted.items():
        for (_, fault), _rows in planted.items():
            if fault in RULES:
                wanted.setdefault(name, Counter())[RULES[fault]] += 1
    assert {rules for counts in wanted.values() for rules in counts} == set(RULES.values())
    for name, counts in wanted.items():
        for rules in counts:
            assert any(built.receipts[name].rules.get(rule) for rule in rules), (
                name,
                rules,
                built.receipts[name].rules,
            )


def test_overlaps_are_superseded(built: Built) -> None:
    superseded = {name: r.superseded for name, r in built.receipts.items() if r.superseded}
    assert built.receipts["west-des-moines/cad_2023-03.csv"].accepted == 0  # a corrected extract withdraws all its rows
    assert superseded["clive/cfs_fy2023_q1.txt"] > 500
    assert superseded["urbandale/cad_rolling_2022-10-03.tsv"] > 50
    assert superseded["waukee/Contact log 2023.xlsx"] > 400
    assert superseded["west-des-moines/contacts_2022-12.csv"] > 50
    assert superseded["program/time 2023 Q2.xlsx"] > 150
    assert superseded["west-des-moines/referrals_2022-Q3.csv"] > 30


def test_the_corrections_touch_their_rows(built: Built) -> None:
    touched = {name: [c["rows"] for c in r.corrections] for name, r in built.receipts.items() if r.corrections}
    assert set(touched) == {c.extract for c in built.program.corrections}
    for correction in built.program.corrections:
        assert touched[correction.extract] == [correction.expect]


def test_a_mistyped_year_moves_nothing(built: Built) -> None:
    assert built.warehouse.last_complete_month(date(2023, 12, 4)) == date(2023, 11, 30)
