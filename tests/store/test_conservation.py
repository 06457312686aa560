"""No row is lost or counted twice, whatever overlaps: the store against a slow resolution in plain Python."""

from __future__ import annotations

import random
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from made_products import extract, program

from pipeline.receive.order import sort_key
from pipeline.receive.product import Received
from pipeline.store.load import load
from pipeline.store.resolve import resolve

TODAY = date(2024, 6, 30)


@dataclass(frozen=True)
class Drawn:
    """An extract of calls or shifts: rows of the extract as (key, parts), where parts fold into, or come out of, a row."""

    table: str
    name: str
    agency: str
    rows: tuple[tuple[str, int], ...]
    quarantined: int


@st.composite
def drawn_extracts(draw: st.DrawFn) -> list[Drawn]:
    table = draw(st.sampled_from(["calls", "shifts"]))
    numbers = draw(st.lists(st.integers(1, 30), unique=True, min_size=1, max_size=5))
    found = []
    for number in numbers:
        agency = draw(st.sampled_from(["river", "lake"]))
        keys = st.sampled_from([f"K{n}" for n in range(6)])
        rows = draw(st.lists(st.tuples(keys, st.integers(1, 3)), max_size=6, unique_by=lambda r: r[0]))
        name = f"{agency}/x{draw(st.sampled_from(['', '0']))}{number}.csv"
        found.append(Drawn(table, name, agency, tuple(rows), draw(st.integers(0, 2))))
    return found


def product(folder: Path, one: Drawn) -> Received:
    """A call folds `parts` rows of the extract; a day of shifts is `parts` wide rows of two categories each."""
    lines, row = [], 2
    for key, parts in one.rows:
        numbers = [str(row + n) for n in range(parts)]
        row += parts
        if one.table == "calls":
            lines.append({"incident": key, "received_at": "2024-01-05 10:00", "source_row": ",".join(numbers)})
            continue
        for number in numbers:
            shared = {"team": key, "date": "2024-01-05", "source_row": number}
            lines += [{**shared, "category": c, "minutes": number} for c in ("direct", "travel")]
    return extract(program(folder), one.table, one.name, lines, agency=one.agency, quarantined=one.quarantined)


def plainly(extracts: list[Drawn]) -> tuple[dict[str, tuple[int, int]], set[tuple[str, str, str]]]:
    """Extract -> (accepted, superseded) rows, and the (agency, key, extract) that are left."""
    winner: dict[tuple[str, str], str] = {}
    for one in sorted(extracts, key=lambda e: sort_key(e.name)):
        for key, _ in one.rows:
            winner[one.agency, key] = one.name
    counts: dict[str, tuple[int, int]] = {}
    for one in extracts:
        parts: dict[bool, int] = defaultdict(int)
        for key, number in one.rows:
            parts[winner[one.agency, key] == one.name] += number
        counts[one.name] = (parts[True], parts[False])
    return counts, {(agency, key, name) for (agency, key), name in winner.items()}


@settings(max_examples=40, deadline=None)
@given(drawn_extracts(), st.randoms(use_true_random=False))
def test_every_row_is_accounted_for(extracts: list[Drawn], chance: random.Random) -> None:
    extracts = list({sort_key(e.name)[0]: e for e in extracts}.values())
    with tempfile.TemporaryDirectory() as folder:
        received = [product(Path(folder), one) for one in extracts]
        chance.shuffle(received)
        counts, left = plainly(extracts)
        with resolve(program(Path(folder)), received, until=TODAY) as found:
            assert {r.extract: (r.accepted, r.superseded) for r in found.receipts} == counts
            assert all(r.adds_up for r in found.receipts)
            assert {r.extract: r.read for r in found.receipts} == {r.receipt.extract: r.receipt.read for r in received}
            key = "incident" if extracts[0].table == "calls" else "team"
            sql = f'SELECT DISTINCT agency, {key}, "extract" FROM accepted_{extracts[0].table}'
            assert set(found.connection.execute(sql).fetchall()) == left


@settings(max_examples=5, deadline=None)
@given(drawn_extracts(), st.randoms(use_true_random=False))
def test_the_order_in_which_files_come_never_matters(extracts: list[Drawn], chance: random.Random) -> None:
    contents = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            received = [product(Path(folder), one) for one in extracts]
            chance.shuffle(received)
            p = program(Path(folder))
            with resolve(p, received, until=TODAY) as found, load(p, found) as warehouse:
                contents.append(
                    [warehouse.connection.execute(f"FROM {t}").fetchall() for t in ("calls", "shifts", "receipts")]
                )
    assert contents[0] == contents[1]
