"""Rules 1, 2, 6, 7 and 8 by hand: what is planned, what is protected, and in which form a figure may be printed."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import pipeline.measure
from pipeline.errors import UserError
from pipeline.measure.figure import Figure
from pipeline.protect.breakdown import fold
from pipeline.protect.calendar import Calendar, Span, Timeline
from pipeline.protect.conditions import conjuncts, known
from pipeline.protect.forms import form_of
from pipeline.protect.plan import Asked, Planned, plan_edition, step_spans
from pipeline.protect.quantities import Declared, derive

CALENDAR = Calendar(date(2022, 7, 1), 7)
NOVEMBER = Asked("2023-11", Span(date(2023, 11, 1), date(2023, 11, 30)))


def spelled(plan: list[Planned]) -> list[tuple[str, str, str, str]]:
    return [(p.agency, p.period, str(p.span.start), str(p.span.end)) for p in plan]


def test_the_plan_of_a_month() -> None:
    assert spelled(plan_edition(NOVEMBER, CALENDAR, ["m"], ["b", "a"])) == [
        ("all", "to-date", "2022-07-01", "2023-11-30"),
        ("all", "FY2024", "2023-07-01", "2023-11-30"),
        ("all", "2023-11", "2023-11-01", "2023-11-30"),
        ("all", "2023-10", "2023-10-01", "2023-10-31"),
        ("all", "2022-11", "2022-11-01", "2022-11-30"),
        ("a", "FY2024", "2023-07-01", "2023-09-30"),
        ("b", "FY2024", "2023-07-01", "2023-09-30"),
        ("a", "FY2023", "2022-07-01", "2023-06-30"),
        ("b", "FY2023", "2022-07-01", "2023-06-30"),
    ]


def test_the_plan_of_a_quarter_asked_for() -> None:
    asked = Asked("2023-Q3", Span(date(2023, 7, 1), date(2023, 9, 30)))
    program = [p for p in spelled(plan_edition(asked, CALENDAR, ["m"], [])) if p[0] == "all"]
    assert [p[1] for p in program] == ["to-date", "FY2024", "2023-Q3"]


@pytest.mark.parametrize("days", [(date(2023, 11, 2), date(2023, 11, 30)), (date(2023, 11, 1), date(2023, 11, 29))])
def test_days_are_not_public(days: tuple[date, date]) -> None:
    with pytest.raises(UserError, match="whole calendar months") as caught:
        plan_edition(Asked("days", Span(*days)), CALENDAR, ["m"], [])
    assert caught.value.code == 2


def test_a_total_steps_back_within_its_fiscal_year() -> None:
    planned = next(p for p in plan_edition(NOVEMBER, CALENDAR, ["m"], []) if p.period == "FY2024")
    ends = [s.end for s in step_spans(planned)]
    assert ends == [date(2023, 10, 31), date(2023, 9, 30), date(2023, 8, 31), date(2023, 7, 31)]


def test_protected_runs_are_months_quarters_and_fiscal_years_so_far() -> None:
    time = Timeline(CALENDAR, date(2022, 7, 1), date(2022, 10, 31))
    assert time.protected_runs(3) == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 1), (2, 2), (3, 3)]


def test_the_month_in_which_a_program_began_is_cut() -> None:
    time = Timeline(Calendar(date(2022, 8, 15), 7), date(2022, 8, 15), date(2022, 9, 30))
    assert [str(a.start) for a in time.atoms] == ["2022-07-01", "2022-08-01", "2022-08-15", "2022-09-01"]
    assert time.run(Span(date(2022, 8, 15), date(2022, 9, 30))) == (2, 3)
    assert time.run(Span(date(2022, 8, 1), date(2022, 8, 31))) == (1, 2)
    assert (1, 2) in time.protected_runs(3)


def test_a_program_that_began_on_another_day_according_to_earlier_editions() -> None:
    cuts = frozenset({date(2022, 8, 10)})
    time = Timeline(Calendar(date(2022, 8, 15), 7), date(2022, 8, 10), date(2022, 9, 30), cuts)
    assert [str(a.start) for a in time.atoms] == ["2022-07-01", "2022-08-01", "2022-08-10", "2022-08-15", "2022-09-01"]
    assert time.run(Span(date(2022, 8, 10), date(2022, 9, 30))) == (2, 4)
    assert time.run(Span(date(2022, 8, 1), date(2022, 8, 31))) == (1, 3)


RATE = Declared("r", "rate", "encounters", "fraction", "NOT arrested", "arrest_likely")
COUNT = Declared("c", "count", "encounters", "encounters", "true")
MEDIAN = Declared("m", "median", "calls", "minutes", denominator="co_response", measure="response_minutes")


def figure(declared: Declared, n: float | None, d: float | None = None) -> Figure:
    value = n if d is None else (n or 0) / d if d else None
    status = "no_data" if d == 0 else "published"
    day = date(2023, 11, 1)
    return Figure(declared.id, "", "", "", day, day, "all", None, None, n, d, value, 0.1, 0.9, 3, status)  # type: ignore[arg-type]


def printed(declared: Declared, n: float | None, d: float | None = None) -> tuple[object, ...] | None:
    true = figure(declared, n, d)
    form = form_of(derive([declared]).shapes[declared], true, 11)
    if form is None:
        return None
    f = form.figure(true, "2023-11", None)
    return f.status, f.numerator, f.denominator, f.low, f.high


@pytest.mark.parametrize(
    ("n", "d", "expected"),
    [
        (479, 490, ("published", 479, 490, 0.1, 0.9)),  # 11 others
        (367, 375, ("bounded", 367, None, 0.97, None)),  # at least floor(36700 / 377) = 97 %
        (11, 11, ("bounded", 11, None, 0.52, None)),  # 0 others is not told from 10
        (3, 200, ("bounded", None, 200, None, 0.05)),  # at most ceil(1000 / 200) = 5 %
        (10, 13, ("bounded", None, 13, None, 0.77)),
        (0, 200, ("published", 0, 200, 0.1, 0.9)),  # 0 of D is exact
        (0, 10, None),
        (4, 9, None),
        (0, 0, ("no_data", 0, 0, 0.1, 0.9)),
        (11, 22, ("published", 11, 22, 0.1, 0.9)),
    ],
)
def test_rule_6(n: int, d: int, expected: tuple[object, ...] | None) -> None:
    assert printed(RATE, n, d) == expected


def test_counts_and_samples() -> None:
    assert printed(COUNT, 0) == ("published", 0, None, 0.1, 0.9)
    assert printed(COUNT, 10) is None
    assert printed(COUNT, 11) == ("published", 11, None, 0.1, 0.9)
    assert printed(MEDIAN, None, 10) is None
    assert printed(MEDIAN, None, 11) == ("published", None, 11, 0.1, 0.9)


def test_switched_off() -> None:
    true = figure(COUNT, 3)
    form = form_of(derive([COUNT]).shapes[COUNT], true, 1)
    assert form is not None
    assert form.figure(true, "2023-11", None).numerator == 3


def test_a_remainder_has_two_categories_and_eleven_people() -> None:
    folded = fold({"a": 40, "b": 30, "c": 4, "d": 0}, 11)
    assert folded is not None
    assert folded.shown == ("a",)  # c and d are 4 together, so the smallest other goes with them
    assert (folded.folded, folded.remainder) == (("b", "c", "d"), 34)
    assert fold({"a": 40, "b": 0}, 11) is None  # 100 %
    assert fold({"a": 40, "b": 4}, 11) is None
    none_small = fold({"a": 40, "b": 12}, 11)
    assert none_small is not None
    assert none_small.folded == ()


def test_a_remainder_does_not_give_away_what_limits_from_elsewhere_leave() -> None:
    """26 people of b were met at all, so of 30 in the remainder at least 4 are of a."""
    counts = {"a": 5, "b": 25, "c": 60, "d": 80}
    assert fold(counts, 11, {"b": 26}).folded == ("a", "b", "c")  # type: ignore[union-attr]


def test_conditions() -> None:
    assert conjuncts("arrest_likely AND (NOT arrested)") == {"arrest_likely", "not arrested"}
    assert conjuncts("a BETWEEN 1 AND 2 AND b") == {"a between 1 and 2", "b"}
    assert conjuncts("a OR b AND c") == {"a or b and c"}
    assert conjuncts("x IS NOT NULL") == {"known(x)"}
    assert conjuncts("true") == conjuncts(None) == frozenset()
    assert known("not arrested") == {"known(arrested)"}
    assert known("kind IN ('call', 'phone')") == {"known(kind)"}
    assert known("coalesce(a, b)") == {"known(coalesce(a, b))"}


def shipped() -> list[Declared]:
    path = Path(pipeline.measure.__file__).with_name("metrics.toml")
    keys = ("kind", "over", "unit", "numerator", "denominator", "measure", "last_by", "time")
    metrics = tomllib.loads(path.read_text(encoding="utf-8"))
    return [Declared(name, **{k: m.get(k) for k in keys}) for name, m in metrics.items()]


def test_what_the_shipped_metrics_protect() -> None:
    """Rule 1 names what is not protected; everything else is."""
    shapes = {d.id: s for d, s in derive(shipped()).shapes.items()}
    free = {name for name, shape in shapes.items() if not any(shape.guarded)}
    assert free >= {"calls_for_service", "behavioral_health_calls", "personnel_trained", "direct_time_share"}
    assert not free & {"calls_responded", "people_met", "diversion_rate", "coverage", "referrals_made", "team_calls"}
    assert shapes["coverage"].guarded == (True, False)  # calls without a team select nobody


def test_relations_of_the_shipped_metrics() -> None:
    quantities = derive(shipped())
    shapes = {d.id: s for d, s in quantities.shapes.items()}
    assert (shapes["people_diverted"].parts[0], shapes["diversion_rate"].parts[0]) in quantities.people_of
    assert (shapes["people_diverted"].parts[0], shapes["people_met"].parts[0]) in quantities.out_of
    assert shapes["calls_responded"].parts == shapes["calls_responded_per_1000"].parts
    pairs = {(c.part, c.whole) for c in quantities.contained}
    assert (shapes["force_rate"].whole, shapes["encounters"].whole) in pairs
    assert (shapes["diversion_rate"].rest, shapes["diversion_loose"].rest) in pairs
    assert {quantities.structure[p] for p in shapes["stable_rate"].parts} == {"latest"}


def test_a_declaration_survives_the_ledger() -> None:
    for declared in [*shipped(), replace(COUNT, additive=False, residents=("a",))]:
        assert Declared.from_json(declared.to_json()) == declared
