"""Every cell of the real extracts, as the readers give it, against Python's csv and openpyxl."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.program.model import Mapping
from pipeline.receive.read import DATE_MARK, open_source
from tests.readers.made import exact, fast, read
from tests.real.conftest import REAL

ANY = Mapping("agencies/any.toml", 1, None, "calls", "*")
FILES = sorted(p.relative_to(REAL).as_posix() for p in REAL.rglob("*.csv")) if REAL.exists() else []


@pytest.mark.parametrize("name", FILES)
def test_text(name: str) -> None:
    """By both paths where the file is regular; of the cut-off samples the rows that are whole."""
    path = REAL / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        expected = list(csv.reader(file))
    source = open_source(path, ANY)
    assert list(source.headings) == expected[0]
    found, bad = read(path, ANY)
    whole = [
        (number, [c or None for c in row])
        for number, row in enumerate(expected, 1)
        if number > 1 and len(row) == len(expected[0])
    ]
    if (
        "pdap" in name
    ):  # cut off in the midst of a record, at times within quotes, where Python's csv goes on to the end
        assert found == whole[: len(found)]
        assert len(whole) - len(found) <= 1
        assert len(bad) <= 2
    else:
        assert found == whole
        assert bad == []
        assert len(found) == len([r for r in expected[1:] if any(r)])


def test_large_regular_files_take_the_fast_path() -> None:
    for name in (
        "burlington_vt_2022/police-incidents-2022.csv",
        "toronto_pic/analysis_data.csv",
        "berkeley_calls_2022/calls.csv",
    ):
        assert fast(open_source(REAL / name, ANY)) is not None


def shown(value: Any) -> str | None:
    """A cell as a person sees it, from openpyxl's value."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        text = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0).isoformat()
        return DATE_MARK + text.removesuffix("T00:00:00")
    if isinstance(value, dt.time):
        return DATE_MARK + value.replace(microsecond=0).isoformat()
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else f"{value:.15g}"
    return str(value)


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("ucsd_police_2025/df_clean_zones.xlsx", "df polygon zones"),
        ("orlando_opd_2022/OPD_Analysis.xlsx", "full - general descs USE "),
    ],
)
def test_workbooks(name: str, sheet: str) -> None:
    book = openpyxl.load_workbook(REAL / name, read_only=True, data_only=True)
    expected = list(book[sheet].iter_rows(values_only=True))
    book.close()
    mapping = Mapping("agencies/any.toml", 1, None, "calls", "*", sheets=(sheet,), header_row=1)
    source = open_source(Path(REAL / name), mapping)
    assert list(source.headings) == [str(h or "") for h in expected[0]]
    found = dict(exact(source))
    rows = {number: row for number, row in enumerate(expected[1:], 2) if any(c is not None for c in row)}
    assert list(found) == list(rows)
    for number, row in rows.items():
        for ours, theirs in zip(found[number], row, strict=True):
            if not (isinstance(theirs, str) and "_x00" in theirs):  # openpyxl leaves such characters spelled out
                assert ours == shown(theirs), number
