"""A warehouse that was brought up to date holds what one made from nothing holds, whatever came, changed or went."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from made_products import extract, program
from test_warehouse import TODAY, everything, loaded

from pipeline.facts import month_rows
from pipeline.measure.figures import measure
from pipeline.measure.relations import BREAKDOWNS
from pipeline.program.metrics import read_metrics, shipped_metrics
from pipeline.program.mistakes import Mistakes
from pipeline.program.model import Program
from pipeline.program.periods import day_range, month
from pipeline.program.seal import PACKAGE
from pipeline.publishing import month_fingerprints
from pipeline.receive.product import Received
from pipeline.store import in_place, update
from pipeline.store import load as loading
from pipeline.store.warehouse import FILE_NAME, Warehouse

Row = dict[str, str | None]
FIRST = datetime(2023, 6, 1)
FILES = {"calls": 4, "encounters": 4, "referrals": 2, "shifts": 2, "trainings": 1}
UPDATED: list[str] = []


@pytest.fixture(autouse=True)
def _always_updated(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much changed; and what was done is noted."""
    monkeypatch.setattr(update, "MOST", 1e9)
    monkeypatch.setattr(update, "ROOMY", 1e9)
    UPDATED.clear()

    class Noted(update.Updater):
        def fill(self) -> None:
            UPDATED.append("updated")
            super().fill()

    monkeypatch.setattr(loading, "Updater", Noted)


class Maker:
    """Extracts at random; few keys, so that extracts overlap and logs name calls that come, change and go."""

    def __init__(self, p: Program, seed: int) -> None:
        self.program = p
        self.random = random.Random(seed)  # noqa: S311 - made-up data

    def when(self, days: int = 500) -> datetime:
        # whole hours, so that rows fall on the same second too; half of them in two weeks, so that logs fall into calls
        spread = days if self.random.random() < 0.5 else 14
        return FIRST + timedelta(hours=self.random.randrange(spread * 24))

    def code(self, *codes: str | None) -> str | None:
        return self.random.choice(codes)

    def calls(self) -> list[Row]:
        rows = []
        for key in self.random.sample(range(14), self.random.randrange(1, 9)):
            at = self.when()
            rows.append({
                "incident": f"R{key}", "received_at": str(at),
                "arrived_at": self.code(None, str(at + timedelta(minutes=self.random.randrange(90)))),
                "cleared_at": self.code(None, str(at + timedelta(hours=self.random.choice((1, 5, 400))))),
                "units": self.code(None, "CR1,P7", "P7"), "co_response": self.code("true", "false", None),
                "disposition": self.code(None, "arrest", "report"), "place_key": self.code(None, "p0", "p1", "p2"),
                "behavioral_health": self.code("true", "false"),
            })  # fmt: skip
        return rows

    def encounters(self) -> list[Row]:
        rows = []
        for key in self.random.sample(range(14), self.random.randrange(1, 9)):
            at = self.when()
            rows.append({
                "encounter": str(key), "kind": self.code("call", "call", "follow_up"), "started_at": str(at),
                "incident": self.code(None, *(f"R{i}" for i in range(16))), "team": self.code("CR1", "CR2", None),
                "ended_at": self.code(None, str(at + timedelta(minutes=40))), "birth_year": self.code(None, "1980", "2001"),
                "person_key": self.code(None, "k1", "k2", "k3"), "gender": self.code("female", "male", None),
                "arrest_likely": self.code("true", "false"), "arrested": self.code("true", "false", None),
            })  # fmt: skip
        return rows

    def referrals(self) -> list[Row]:
        keys = self.random.sample(range(16), 4)
        return [{"encounter": str(k), "service": self.code("housing", "medical"), "accepted": "true"} for k in keys]

    def shifts(self) -> list[Row]:
        day = self.when().date()
        return [{"team": "CR1", "date": str(day), "category": c, "minutes": "30"} for c in ("direct", "travel")]

    def trainings(self) -> list[Row]:
        return [{"held_on": str(self.when().date()), "course": "cit_8h", "trained": str(self.random.randrange(30))}]

    def one(self, table: str, name: str, agency: str) -> Received:
        """An extract; some rows have a warning, some cells of encounters were split into referrals."""
        rows = getattr(self, table)()
        warned = [n + 2 for n in range(len(rows)) if self.random.random() < 0.2]
        column = {"calls": "received_at", "encounters": "started_at"}.get(table, "agency")
        parts = []
        if table == "encounters":
            parts = [
                {"encounter": row["encounter"], "service": service, "source_row": str(place + 2)}
                for place, row in enumerate(rows)
                for service in self.random.sample(("housing", "medical", "benefits"), self.random.randrange(3))
            ]
        warnings = [(row, self.random.choice((column, "agency")), "made_up") for row in warned]
        return extract(self.program, table, name, rows, agency=agency, referrals=parts, warnings=warnings)

    def step(self, held: dict[str, Received]) -> None:
        """One to three extracts come, change or go."""
        for _ in range(self.random.randrange(1, 4)):
            table = self.random.choices(list(FILES), weights=[6, 6, 2, 1, 1])[0]
            agency = self.random.choice(("river", "lake"))
            name = f"{agency}/{table}_{self.random.randrange(FILES[table])}.csv"
            if name in held and self.random.random() < 0.4:
                del held[name]
            else:
                held[name] = self.one(table, name, agency)


def contents(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    """Every table, calls too where they are a view; rows in an order of their own."""
    found = everything(warehouse) | {"calls": warehouse.connection.execute("FROM calls").fetchall()}
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def said(p: Program, warehouse: Warehouse) -> list[object]:
    """What editions take from it: figures of all kinds, what changed each month, digests of protected rows."""
    periods = [month(2023, 12), day_range(FIRST.date(), TODAY)]
    figures = measure(warehouse.connection, p, periods, groups=BREAKDOWNS).rows
    return [figures, month_rows(warehouse), month_fingerprints(warehouse), warehouse.first_day(), warehouse.last_day()]


@pytest.mark.parametrize(
    ("seed", "limit", "encrypt"),
    [(1, 1, False), (2, 1, True), (4, 10**6, False), (5, 10**6, True)],
)
def test_it_holds_what_one_made_from_nothing_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, limit: int, encrypt: bool
) -> None:
    monkeypatch.setattr(in_place, "IN_PLACE_ROWS", limit)
    if encrypt and find_spec(PACKAGE) is None:
        pytest.skip("DuckDB's extension has no wheel for this machine")
    p = replace(program(tmp_path, encrypt=encrypt), metrics=read_metrics(None, shipped_metrics(), Mistakes()))
    maker, held = Maker(p, seed), {}
    for _ in range(4):
        maker.step(held)
    loaded(p, *held.values()).close()
    target, aside = p.out / FILE_NAME, p.out / "aside.duckdb"
    for number in range(7):
        maker.step(held)
        with loaded(p, *held.values()) as warehouse:
            updated, told = contents(warehouse), said(p, warehouse) if number == 6 else []
        target.rename(aside)
        with loaded(p, *held.values()) as warehouse:
            assert updated == contents(warehouse)
            assert told == (said(p, warehouse) if told else [])
        aside.replace(target)
    assert len(UPDATED) >= 6
