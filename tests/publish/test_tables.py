"""Figures as csv, json and xlsx; read back with independent readers. All figures here are made up."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from pipeline.measure.figure import COLUMNS, Figure
from pipeline.program.metrics import shipped_metrics
from pipeline.program.model import Metric
from pipeline.publish.tables import csv_text, json_text, risky, safe, write_xlsx

RATE = Figure(
    "diversion_rate", "Likely arrests that did not happen", "fraction", "2023-11", date(2023, 11, 1),
    date(2023, 11, 30), "all", None, None, 31.0, 32.0, 31 / 32, 0.84, 0.99, 2, "published",
)  # fmt: skip
COUNT = replace(
    RATE, metric="calls_responded", title="Calls responded to", unit="calls", numerator=168.0, denominator=None,
    value=168.0, low=None, high=None, unknown=0,
)  # fmt: skip
WITHHELD = replace(COUNT, numerator=None, value=None, unknown=None, status="withheld", edition="2023-11_abc")


def shipped() -> dict[str, Metric]:
    return {name: Metric(id=name, **data) for name, data in shipped_metrics().data.items()}


def test_csv_has_the_columns_of_the_contract_and_empty_fields_for_null() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text([RATE, COUNT, WITHHELD]))))
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0]["value"] == "0.96875"
    assert (rows[1]["numerator"], rows[1]["denominator"], rows[1]["value"]) == ("168", "", "168")
    assert rows[1]["period_end"] == "2023-11-30"
    assert {rows[2][c] for c in ("numerator", "value", "low", "high", "unknown", "group")} == {""}


def test_csv_has_no_byte_order_mark_and_line_feeds_alone() -> None:
    text = csv_text([replace(RATE, category="Zoë")])
    assert text.startswith("metric,") and "Zoë" in text and "\r" not in text


def test_json_keeps_numbers_numbers_and_null_null() -> None:
    rows = json.loads(json_text([RATE, WITHHELD]))
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0]["denominator"] == 32 and isinstance(rows[0]["denominator"], int)
    assert rows[1]["value"] is None and rows[1]["status"] == "withheld"
    assert json.loads(json_text([])) == []


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\u00a0=1", "\u200b@x", "\t1", "\rx", "\ufeff=1"]
)
def test_text_that_a_spreadsheet_would_calculate_is_quoted(text: str) -> None:
    assert risky(text) and safe(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Waukee", "a=b", "'=1", "1-2", " x", "\u2212"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


def test_workbook_has_real_numbers_dates_and_no_formula(tmp_path) -> None:
    write_xlsx([RATE, replace(COUNT, category="=1+1"), WITHHELD], tmp_path / "figures.xlsx")
    book = openpyxl.load_workbook(tmp_path / "figures.xlsx")
    sheet = book["Figures"]
    heading = [c.value for c in sheet[1]]
    assert heading == list(COLUMNS) and sheet.freeze_panes == "A2"
    rate = dict(zip(heading, sheet[2], strict=True))
    assert rate["value"].value == 31 / 32 and rate["value"].number_format == "0.0%"
    assert rate["period_start"].value.date() == date(2023, 11, 1)
    count = dict(zip(heading, sheet[3], strict=True))
    assert count["category"].value == "=1+1" and count["category"].data_type == "s"
    assert count["value"].value == 168 and dict(zip(heading, sheet[4], strict=True))["value"].value is None


def test_the_headline_sheet_has_real_numbers_what_they_are_out_of_and_sentences(tmp_path) -> None:
    people = replace(COUNT, metric="people_diverted", title="x", unit="people", value=24.0, numerator=24.0)
    met = replace(people, metric="people_met", value=131.0, numerator=131.0)
    october = {"period": "2023-10", "period_start": date(2023, 10, 1), "period_end": date(2023, 10, 31)}
    hidden = replace(WITHHELD, metric="people_diverted", unit="people", **october)
    bound = replace(
        RATE, status="bounded", numerator=31.0, denominator=None, value=None, low=0.75, high=None, **october
    )
    every = [RATE, people, met, hidden, bound, replace(met, agency="clive", value=9.0)]
    write_xlsx(every, tmp_path / "figures.xlsx", shipped(), "Program, November 2023")
    book = openpyxl.load_workbook(tmp_path / "figures.xlsx")
    assert book.sheetnames == ["Figures", "Headline", "Definitions"] and book.active.title == "Figures"
    sheet = book["Headline"]
    rows = {r[0].value: [c.value for c in r] for r in sheet.iter_rows(min_row=4)}
    assert sheet.freeze_panes == "B5" and sheet["A1"].value == "Program, November 2023"
    assert rows["Figure"][2:6] == ["Nov 2023", "out of", "Oct 2023", "out of"]
    assert rows["Likely arrests that did not happen"][2:6] == [31 / 32, 32, "at least 75%", None]
    assert rows["People kept out of jail"][2:6] == [24, 131, "withheld", None]
    assert (
        rows["People kept out of jail"][6]
        == "In November 2023, 24 people were kept out of jail when their arrest was likely."
    )
    assert all(c.data_type != "f" for r in sheet.iter_rows() for c in r)


def test_workbooks_of_the_same_figures_have_the_same_bytes() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    write_xlsx([RATE, COUNT], first)
    write_xlsx([RATE, COUNT], second)
    assert first.getvalue() == second.getvalue()
