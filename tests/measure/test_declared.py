"""The shipped metrics as a declaration: judged by the rules of a program's own, and compiled to one scan a table."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.measure.explain import explain
from pipeline.measure.figures import measure
from pipeline.measure.relations import BREAKDOWNS
from pipeline.measure.statements import batches, days
from pipeline.measure.xmr import all_series
from pipeline.program.metrics import read_metrics, shipped_metrics
from pipeline.program.mistakes import Declared, Mistakes
from pipeline.program.periods import edition_periods, months

from .drawn import figure, parts, period, program, warehouse

ROOM = Path(__file__).parents[2] / "pipeline" / "measure"
HEADLINE = (
    "calls_responded", "people_diverted", "people_transported", "people_referred",
    "diversion_rate", "stable_rate", "direct_time_share",
)  # fmt: skip


def test_the_shipped_metrics_keep_the_rules_of_a_programs_own():
    mistakes = Mistakes()
    shipped = shipped_metrics()
    judged = read_metrics(Declared("metrics.toml", shipped.text, shipped.data), Declared("none", "", {}), mistakes)
    mistakes.stop()
    assert list(judged)[:7] == list(HEADLINE)
    for metric in judged.values():
        assert metric.title
        assert metric.definition.endswith(".")
        assert metric.caveat, metric.id
        assert metric.source, metric.id
        assert metric.sentence.endswith("."), metric.id
        assert metric.direction in ("higher", "lower", "neither")


def test_no_module_of_the_room_names_a_metric():
    """The declaration alone knows them: adding a metric touches one place."""
    names = [*tomllib.loads((ROOM / "metrics.toml").read_text(encoding="utf-8"))]
    plain = {"encounters", "team_calls"}  # also words of their own
    for path in [*ROOM.glob("*.py"), *ROOM.glob("sql/*.sql")]:
        text = path.read_text(encoding="utf-8")
        assert not [n for n in names if n not in plain and re.search(rf"\b{n}\b", text)], path.name


class Recorder:
    """A connection that remembers what it was asked."""

    def __init__(self, con):
        self.con = con
        self.asked: list[str] = []

    def execute(self, sql):
        self.asked.append(sql)
        return self.con.execute(sql)


def test_a_monthly_edition_takes_at_most_four_scans_of_a_table():
    """All metrics, comparison periods, agencies, breakdowns and 17 months of trends together."""
    con = Recorder(warehouse(encounters="encounter|kind|started_at|person_key\n1|call|2024-01-05 10:00:00|ana"))
    of, month = program(), period("2024-01")
    measure(con, of, edition_periods(month, 7, of.began), groups=BREAKDOWNS)
    all_series(con, of, None, months(period("2022-09-01..2024-01-31")))
    for table in (
        "calls",
        "encounters",
        "encounters_linked",
        "referrals",
        "shifts",
        "trainings",
        "places",
        "reconciliation",
    ):
        scans = [q for q in con.asked if re.search(rf"\bFROM {table}\b", q)]
        assert len(scans) <= 4, table


def test_sql_can_be_read_without_running_it():
    of = program()
    found = list(batches(of, of.metrics.values(), [period("2024-01")], groups=BREAKDOWNS))
    assert [b.over.name for b in found][:2] == ["encounters_linked", "shifts"]
    assert found[0].base().startswith("-- The one scan of a relation")
    assert "DATE '2024-01-01'" in days([period("2024-01")])


OWN = """
[hospital_minutes]
title = "Minutes at hospitals"
definition = "Minutes of encounters that ended at a hospital."
over = "encounters"
kind = "share_of_sum"
numerator = "transported_to = 'hospital'"
measure = "minutes"
unit = "fraction"

[diversion_rate]
definition = "Without walk-ins."
denominator = "arrest_likely AND incident IS NOT NULL"

[arrivals]
title = "Arrivals"
definition = "Calls by the time of arrival."
over = "calls"
kind = "count"
time = "arrived_at"
unit = "calls"
"""


def test_a_programs_own_metrics_are_measured_like_shipped_ones():
    of = program(OWN)
    con = warehouse(
        of,
        encounters="""
encounter|kind|incident|started_at         |minutes|transported_to|arrest_likely|arrested
1        |call|A       |2024-01-01 10:00:00|30     |hospital      |true         |false
2        |call|        |2024-01-01 11:00:00|45     |none          |true         |false
3        |call|B       |2024-01-01 12:00:00|       |hospital      |true         |true
4        |call|B       |2024-01-01 12:00:00|60     |              |             |true
""",
        calls="incident|received_at|arrived_at\nA|2024-01-31 23:59:00|2024-02-01 00:10:00\nB|2024-01-01 12:00:00|",
    )
    one = figure(con, "hospital_minutes", of=of)
    assert (parts(one), one.unknown, one.low) == ((30, 75), 2, None)
    assert parts(figure(con, "diversion_rate", of=of)) == (1, 2)
    assert figure(con, "arrivals", "2024-02", of=of).value == 1
    assert figure(con, "arrivals", "2024-01", of=of).value == 0
    told = explain(con, of, "arrivals", period("2024-02"))
    assert {e.reason: e.rows for e in told.exclusions} == {"no_time": 1}


def test_people_need_somebody_to_count():
    of = program("[x]\ntitle='T'\ndefinition='D'\nover='calls'\nkind='people'\nunit='people'")
    with pytest.raises(UserError, match="no person_key"):
        measure(warehouse(of), of, [period("2024-01")], metrics=["x"])
