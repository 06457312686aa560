"""Letters to agencies: at most two pages whatever is wrong, accessible, harmless, and useful first (all data made up)."""

from __future__ import annotations

import io
import re
import tomllib
from dataclasses import replace

import openpyxl
import pytest

from pipeline.publish.html import TEMPLATES
from pipeline.publish.letters.documents import Frame, letter_files
from pipeline.publish.letters.facts import FaultGroup, LetterFacts, Place
from pipeline.publish.letters.prepare import Letter, prepare
from pipeline.publish.letters.room import ROOMS
from schemas import RULES
from schemas.views import LOAD_RULES

from . import letters_made_up as made
from .test_pdf import fonts_of, opened, text_of

SENTENCE = "A very long heading that goes on because somebody thought that a whole sentence is a heading " * 4
EDITION = "2023-11_0123abcd"
CASES = {
    "every rule broken": lambda: (made.every_rule(), made.program()),
    "hostile text": lambda: (
        made.every_rule(made.HOSTILE, "calls " + "x" * 180 + ".csv", made.HOSTILE * 20),
        made.program(made.HOSTILE, made.HOSTILE),
    ),
    "endless names": lambda: (
        made.every_rule("W" * 400, f"calls {SENTENCE}.csv", SENTENCE * 9),
        made.program("W" * 300, SENTENCE),
    ),
}


def letter(facts: LetterFacts, room: int = 0) -> Letter:
    return prepare(facts, made.program(), EDITION, ROOMS[room])


def files(facts: LetterFacts, program=None) -> dict[str, bytes]:
    return letter_files(facts, Frame(program or made.program(), EDITION, None))


def plain(pdf: bytes) -> str:
    return " ".join(text_of(pdf).split())


@pytest.mark.parametrize("case", CASES)
def test_two_pages_hold_whatever_an_agency_sends(case, judge) -> None:
    facts, program = CASES[case]()
    pdf = files(replace(facts, agency=program.agencies[0]), program)["letters/a0.pdf"]
    assert judge(pdf) == []
    assert len(opened(pdf)) <= 2
    assert "could not be read" in plain(pdf) and "in the workbook" in plain(pdf)


def test_without_a_fault_the_letter_is_a_short_thank_you(judge) -> None:
    pdf = files(made.nothing_wrong())["letters/a0.pdf"]
    text = plain(pdf)
    assert judge(pdf) == [] and len(opened(pdf)) == 1
    assert "Thank you. All 2,380 rows of 2 extracts could be read" in text
    assert "What would help most" not in text and "quarantine until" not in text
    assert all(name.startswith("Source-Sans-3") for name in fonts_of(pdf))


def test_an_agency_that_sent_nothing_is_told_so(judge) -> None:
    facts = replace(made.nothing_wrong(), receipts=(), newest=(), months=(), month=None)
    pdf = files(facts)["letters/a0.pdf"]
    assert judge(pdf) == []
    assert "No extract of yours has arrived yet." in plain(pdf)


def test_every_rule_has_words_and_no_words_lack_a_rule() -> None:
    told = tomllib.loads((TEMPLATES / "letter.toml").read_text(encoding="utf-8"))["rules"]
    assert set(told) == {*RULES, *(rule.id for rule in LOAD_RULES)}
    for rule in told.values():
        assert set(re.findall(r"{(\w+)}", rule["what"] + rule["how"])) <= {"heading"}
        assert 0 <= rule["gain"] <= 1


def fault(rule: str, rows: int, severity: str = "error", column: str | None = "received_at", **more) -> FaultGroup:
    place = Place("a0/calls_2023-11.csv", None, 12)
    return replace(FaultGroup("calls", column, rule, severity, rows, 1, "", (place,), (), 0), **more)


def test_the_most_useful_thing_is_a_whole_extract_then_rows_by_their_worth() -> None:
    broken = made.receipt("a0/calls_2023-12.csv", read=0, accepted=0, problem="The file is empty.")
    facts = replace(
        made.nothing_wrong(),
        receipts=(*made.nothing_wrong().receipts, broken),
        # worth 30 × 1, 100 × 0.25, 40 × 0.75 less: 26 × 0.75 = 19.5, and nothing at all
        faults=(fault("out_of_order", 100, "warning"), fault("missing", 30), fault("excluded", 400)),
        months=made.months(team_calls_logged=36),
    )
    found = letter(facts).useful
    assert [u.what for u in found] == [
        "calls_2023-12.csv could not be read",
        "“Call Received received_at” is empty",
        "“Call Received received_at” lies before an earlier step of the same call",
    ]
    assert found[1].where == "30 rows: calls_2023-11.csv, rows 12, …"


def test_values_and_rows_are_examples() -> None:
    places = tuple(Place("a0/calls_2023-11.csv", None, n) for n in (12, 40))
    group = fault(
        "unknown_code",
        16,
        column="disposition",
        places=places,
        values=(("CNVRT", 12), ("XYZ", 3), ("Q", 1)),
        different=3,
    )
    facts = replace(made.nothing_wrong(), faults=(group,), receipts=(made.receipt(accepted=1184, quarantined=16),))
    row = letter(facts).waits.rows[0]
    assert row.head == "“Call Received disposition” holds values that we do not know: “CNVRT” (12), “XYZ” (3), “Q”"
    assert [c.text for c in row.cells] == ["calls_2023-11.csv, rows 12, 40, …", "16"]
    assert row.small == "See 1 above."


def test_what_is_new_and_what_is_gone_in_the_newest_extract() -> None:
    facts = made.nothing_wrong()
    pair = replace(facts.newest[0], faults={("missing", "received_at"): 3}, faults_before={("unclosed_quote", None): 1})
    groups = (fault("missing", 3), fault("unclosed_quote", 1, column=None))
    (row,) = letter(replace(facts, newest=(pair,), faults=groups)).changes.newest.rows
    assert row.cells[2].text == (
        "New: “Call Received received_at” is empty (3). "
        "Gone: rows in which a quotation mark is opened and never closed (1)."
    )
    assert [(c.text, c.small) for c in row.cells[:2]] == [("1,200", "before 1,180"), ("0", "before 0")]


def test_what_we_corrected_says_why_and_what() -> None:
    facts = made.every_rule()
    first = letter(facts).mended.rows[0]
    assert (first.cells[0].text, first.cells[0].small) == ("XYZ 8", "“Call Received disposition” set to other")
    assert letter(facts).mended.rows[-1].head == "3 more"


def test_no_text_of_an_agency_becomes_a_formula_a_link_or_markup() -> None:
    facts, program = CASES["hostile text"]()
    made_files = files(replace(facts, agency=program.agencies[0]), program)
    book = openpyxl.load_workbook(io.BytesIO(made_files["letters/a0.xlsx"]))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert any(isinstance(c.value, str) and c.value.startswith("=HYPERLINK") for c in cells)
    assert {c.data_type for c in cells} <= {"s", "n", "d"} and not any(c.hyperlink for c in cells)
    pdf = opened(made_files["letters/a0.pdf"])
    assert [link["uri"] for sheet in pdf for link in sheet.get_links()] == ["mailto:data@example.org"]


def test_letters_that_no_font_has_are_counted_and_stand_in_the_workbook() -> None:
    texts = ("緊急 call", "Fire 🔥👍🏽", "Žluťoučký Ωмир")
    facts = replace(
        made.nothing_wrong(),
        faults=(fault("unknown_code", 9, column="disposition", values=tuple((t, 3) for t in texts), different=3),),
    )
    pdf = files(facts)["letters/a0.pdf"]
    assert "“(2 characters not shown) call” (3)" in plain(pdf)
    assert "“Fire (2 characters not shown)” (3)" in plain(pdf)
    assert "“Žluťoučký Ωмир” (3)" in plain(pdf)
    every = made.every_rule(texts[0])
    book = openpyxl.load_workbook(io.BytesIO(files(every)["letters/a0.xlsx"]))
    assert texts[0] in {cell for row in book["What waits"].values for cell in row}


def test_the_workbook_can_be_filtered_and_leaves_persons_and_addresses_out() -> None:
    book = openpyxl.load_workbook(io.BytesIO(files(made.every_rule())["letters/a0.xlsx"]))
    assert book.sheetnames == [
        "What arrived", "What waits", "Rows of calls", "Worth a look", "CAD and log", "May belong together",
        "What we corrected",
    ]  # fmt: skip
    assert all(sheet.auto_filter.ref and sheet.freeze_panes == "A2" for sheet in book)
    rows = list(book["Rows of calls"].values)
    assert rows[0] == ("Extract", "Sheet", "Row", "Rules", "XYZ")
    assert rows[1] == ("a0/calls_2023-11.csv", "XYZ", 100000, "missing", "XYZ")
    waits = list(book["What waits"].values)
    assert waits[0] == ("Extract", "Sheet", "Row", "Heading", "What stands there", "What is wrong", "Rule")
    assert len(waits) - 1 == sum(rule.severity == "error" for rule in RULES.values())


def test_a_cell_longer_than_excel_allows_is_cut_and_not_lost() -> None:
    facts = made.every_rule("y" * 40_000)
    book = openpyxl.load_workbook(io.BytesIO(files(facts)["letters/a0.xlsx"]))
    value = book["What waits"]["E2"].value
    assert value.startswith("yyy") and value.endswith("…") and len(value) < 32_767


def test_more_lines_than_the_workbook_holds_are_counted() -> None:
    facts = replace(made.every_rule(), lines_total=70_000)
    book = openpyxl.load_workbook(io.BytesIO(files(facts)["letters/a0.xlsx"]))
    last = [row[0] for row in book["What waits"].values][-1]
    assert last == "The first 50,000 of 70,000 lines."


def test_the_same_facts_give_the_same_bytes() -> None:
    facts = made.every_rule()
    assert files(facts) == files(facts)
