"""What is looked up, or read by the clock, is what the SQL of the mapping says of each row."""

from __future__ import annotations

import csv
import io
import random
import shutil
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.receive import lookups, stream, work
from pipeline.receive.clock import clock_of
from pipeline.receive.read import delimited
from pipeline.receive.sound import Sound
from tests.receive.conftest import Folder, Made
from tests.receive.test_any_extract import CALLS, HEADINGS, LOG, UNITS, UNNUMBERED

CELLS = {
    "No": ["{n}", "{n}", "r {n}", "R  {n}", " 3", "3", "5.00E+93", ""],
    "At": [
        "01/05/2024 10:00",
        "12/31/2023 23:59",
        "02/29/2024 00:00",
        "02/29/2023 00:00",
        "1/5/2024 9:00",
        "soon",
        "2024-01-05 10:00",
        "01/01/1900 00:00",
        "01/05/0024 10:00",
        "13/05/2024 10:00",
        " 01/05/2024 10:00 ",
        "",
    ],
    "Clear": ["01/05/2024 11:00", "01/05/2024 09:00", "01/06/2024 11:00", "", "", "01/05/2024\u00a011:00"],
    "Nature": ["MENTAL", "mental health ", "THEFT", "Doe", "", "\u00a0", 'a "quote"', "Ärger", "NULL"],
    "Result": ["ARR", "rpt ", "report", "home", "none", "jail", "XX", "", "  "],
    "Units": ["CR1", "P1;CR1", " p1 ; 7c10;;", "housing", "housing; yoga", ";", ""],
    "Where": ["4711 Made Up St", "Doe", "2/3/80", "", "doe "],
    "Free": ["600", "", "note"],
}

FEW_COLUMNS = """
[[extract]]
table = "calls"
files = "river/file.csv"
[extract.columns]
incident = "No"
received_at = "At"
nature = "Nature"
"""


def made_up(seed: int) -> str:
    dice = random.Random(seed)  # noqa: S311
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n" if seed % 2 else "\n")
    writer.writerow(HEADINGS)
    for n in range(150):
        row = [dice.choice(cells).replace("{n}", str(n)) for cells in CELLS.values()]
        writer.writerow(row if n % 40 else [" "] * len(row))
    return out.getvalue()


def products(folder: Folder) -> tuple[Any, ...]:
    shutil.rmtree(folder.path / "out", ignore_errors=True)
    made: Made = folder.receive()["river/file.csv"]
    return made.receipt, made.rows(), made.rows("violations"), made.rows("quarantine")


@pytest.mark.parametrize("way", ["texts", "clock"])
@pytest.mark.parametrize("mapping", [CALLS, UNITS, LOG, UNNUMBERED], ids=["calls", "units", "log", "unnumbered"])
def test_looked_up_columns_are_the_same(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, mapping: str, way: str
) -> None:
    chosen: list[lookups.Lookup] = []
    choose = lookups.choose
    monkeypatch.setattr(delimited, "_SAMPLED_BYTES", 0)
    monkeypatch.setattr(lookups, "_ROWS_EACH", 0 if way == "texts" else 1_000)
    monkeypatch.setattr(lookups, "_MOST", -1)
    monkeypatch.setattr(stream, "BATCH_ROWS", 40)  # rows repeat those of other batches, too
    monkeypatch.setattr(work, "_JUDGED_ROWS", 80)
    monkeypatch.setattr("pipeline.receive.project.choose", lambda *given: chosen.extend(choose(*given)) or chosen[:])
    folder.write("agencies/river.toml", mapping.replace("datetime", 'null = ["", "NULL"]\ndatetime'))
    for seed in range(3):
        folder.write("raw/river/file.csv", made_up(seed))
        monkeypatch.setattr(lookups, "SAMPLE_ROWS", 10_000)
        without = products(folder)
        assert not chosen
        monkeypatch.setattr(lookups, "SAMPLE_ROWS", 50)
        assert products(folder) == without
        assert any(bool(lookup.clock) == (way == "clock") for lookup in chosen)
        chosen.clear()


FORMS = ["%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M", "%d.%m.%Y", "%H:%M %Y/%d/%m"]
MOMENTS = st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31))
NO_TIME = int(np.datetime64("1900-01-01", "us").astype(np.int64))
NOISE = st.text(alphabet="0123456789/:-T .Zx\u00e9", max_size=20)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(FORMS), st.lists(st.one_of(MOMENTS, NOISE, st.none()), max_size=30), st.integers(0, 5))
def test_the_clock_reads_as_duckdb_does(form: str, made: list[datetime | str | None], skipped: int) -> None:
    clock = clock_of(form)
    assert clock is not None
    cells = [in_form(c, form) if isinstance(c, datetime) else c for c in made]
    column = pa.array(cells, pa.string()).slice(skipped)
    micros, good = clock.read(column)
    with duckdb.connect() as con:
        con.register("given", pa.table({"cell": column, "n": np.arange(len(column))}))
        asked = "SELECT epoch_us(try_strptime(cell, ?)) FROM given ORDER BY n"
        expected = [value for (value,) in con.execute(asked, [form]).fetchall()]
    for moment, value, read, micro in zip(made[skipped:], expected, good.tolist(), micros.tolist(), strict=True):
        assert not read or micro == value
        assert read or not isinstance(moment, datetime) or moment.year < 1000 or value == NO_TIME


def in_form(moment: datetime, form: str) -> str:
    """strftime, with four digits for every year."""
    return moment.strftime(form.replace("%Y", f"{moment.year:04}"))


@pytest.mark.parametrize(
    "form", ["%m/%d/%y %H:%M", "%-m/%d/%Y", "%Y%m%d", "%b %d %Y", "%m/%d/%Y %I:%M %p", " %m/%d/%Y", "%m/%d", "epoch"]
)
def test_formats_of_other_widths_have_no_clock(form: str) -> None:
    assert clock_of(form) is None


NEAR = ["1,10:00,a,x", "2,10:01,b,x", "2,10:02,b,x", "3,10:03,c,x", "3,10:03,c,x"]
AGAIN = ["1,10:00,a,x", "2,10:09,b,x"]
FILLERS = [f"f{n},10:05,d,x" for n in range(6_000)]


@pytest.mark.parametrize(
    ("rows", "accepted", "counts", "at_once"),
    [
        (NEAR, [2, 4, 5], (1, 1), True),
        (NEAR + FILLERS + AGAIN, [2, 5, *range(7, 6_007), 6_008], (2, 2), False),  # the last two repeat and supersede
        (["4,10:00,a,x", "4,10:00,a,y", *NEAR], [3, 4, 6, 7], (1, 2), False),  # rows 2 and 3 differ in no mapped cell
        (["5,10:00,a,x"], [2], (0, 0), True),
    ],
    ids=["neighbours", "far away", "unmapped", "none"],
)
def test_rows_written_while_reading_goes_on(
    folder: Folder,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[str],
    accepted: list[int],
    counts: tuple[int, int],
    at_once: bool,
) -> None:
    became: list[bool] = []
    become = Sound.become
    monkeypatch.setattr(Sound, "become", lambda *given: became.append(become(*given)) or became[-1])
    monkeypatch.setattr(delimited, "_SAMPLED_BYTES", 0)
    monkeypatch.setattr(lookups, "SAMPLE_ROWS", 1)
    monkeypatch.setattr(lookups, "_ROWS_EACH", 0)
    monkeypatch.setattr(stream, "BATCH_ROWS", 2_048)
    folder.write("agencies/river.toml", FEW_COLUMNS)
    text = "\n".join(["No,At,Nature,Free", *(row.replace(",10:", ",2024-01-05 10:") for row in rows)])
    folder.write("raw/river/file.csv", text + "\n")
    made = folder.receive()["river/file.csv"]
    assert made.column("source_row") == accepted
    assert (made.receipt.duplicate, made.receipt.superseded) == counts
    assert became == [at_once]
