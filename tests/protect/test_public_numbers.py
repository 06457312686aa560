"""Proof (e): every number in the public files of a real edition is a row of public/figures.csv or computed from rows.

Twice, in two ways: all files are made once more from the rows of figures.csv and nothing else, to the byte (chart
geometry and pictures included); and each number that a reader can see is looked for among the rows.
"""

from __future__ import annotations

import csv
import json
import re
import warnings
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser
from math import floor
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from pipeline.build import build
from pipeline.measure.figure import COLUMNS, Figure
from pipeline.program.load import load_program
from pipeline.program.model import Program
from pipeline.program.periods import parse_period
from pipeline.protect.public import make_public
from pipeline.publish.logo import load_logo
from pipeline.publish.public.documents import public_documents
from pipeline.publish.public_files import public_files
from pipeline.sample import make_demo

PERIOD = "2023-11"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
SHORT = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public files of a month of the demo program (its data is made up)."""
    folder = tmp_path_factory.mktemp("public") / "demo"
    make_demo(folder)
    return build(folder, PERIOD).edition


@pytest.fixture(scope="module")
def program(edition: Path) -> Program:
    return load_program(edition.parents[2])


@pytest.fixture(scope="module")
def rows(edition: Path) -> list[dict[str, str]]:
    with (edition / "public" / "figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figure(row: dict[str, str]) -> Figure:
    values: dict[str, object] = {c: row[c] or None for c in COLUMNS}
    values |= {c: float(row[c]) if row[c] else None for c in ("numerator", "denominator", "value", "low", "high")}
    values |= {c: date.fromisoformat(row[c]) for c in ("period_start", "period_end")}
    return Figure(**{**values, "unknown": int(row["unknown"]) if row["unknown"] else None})  # type: ignore[arg-type]


def test_every_file_is_made_from_the_rows_alone(edition: Path, program: Program, rows: list[dict[str, str]]) -> None:
    figures = make_public([figure(r) for r in rows], program.privacy.suppress_below)
    period = parse_period(PERIOD, program.fiscal_year_starts, program.began, None)
    logo, _ = load_logo(program)
    made = public_files(figures, program, edition.name)
    made |= public_documents(figures, program, period, edition.name, logo)
    there = {p.relative_to(edition).as_posix(): p.read_bytes() for p in (edition / "public").rglob("*") if p.is_file()}
    assert sorted(made) == sorted(there)
    assert [name for name in made if made[name] != there[name]] == []


def test_workbook_and_json_hold_the_same_rows(edition: Path, rows: list[dict[str, str]]) -> None:
    def same(text: str, value: object) -> bool:
        return text == ("" if value is None else value) or (isinstance(value, int | float) and float(text) == value)

    found = json.loads((edition / "public" / "figures.json").read_text(encoding="utf-8"))
    assert all(same(row[c], other[c]) for row, other in zip(rows, found, strict=True) for c in COLUMNS)
    book = CalamineWorkbook.from_path(edition / "public" / "figures.xlsx")
    columns = ("numerator", "denominator", "value", "low", "high")
    known = [(float(r[c]), r["metric"]) for r in rows for c in columns if r[c]]
    hours = [x / 60 for x, metric in known if metric == "direct_time_share"]
    numbers = {f"{x:.12g}" for x in (*hours, *(x for x, _ in known))}  # Excel keeps 15 digits
    for sheet in book.sheet_names:
        for line in book.get_sheet_by_name(sheet).to_python():
            cells = {f"{c:.12g}" for c in line if isinstance(c, int | float) and not isinstance(c, bool)}
            assert cells <= numbers, (sheet, line)


# -- what a reader sees --------------------------------------------------------------------------------------------


class Seen(HTMLParser):
    """Text of a page, alternative texts and labels included; styles, scripts and what is drawn left out."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skip += tag in ("style", "script")
        self.text += [f" {v} " for k, v in attrs if v and (k in ("alt", "title") or k.startswith("aria-"))]
        self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in ("style", "script")
        self.text.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.text.append(data)


def html_text(path: Path) -> str:
    seen = Seen()
    seen.feed(re.sub(r"<sup\b.*?</sup>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    return "".join(seen.text)


def pdf_text(path: Path) -> Iterator[str]:
    """Each page's words in the order in which they were written, marks of footnotes left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pymupdf
    for page in pymupdf.open(path):
        spans = [
            span
            for block in page.get_text("dict")["blocks"]
            for line in block.get("lines", ())
            for span in line["spans"]
        ]
        alone = [s for s in spans if re.fullmatch(r"\s*\d\s*", s["text"])]
        raised = [s for s in alone if s["flags"] & 1]
        marks = {s["text"].strip() for s in raised}
        notes = [s for s in alone if s["text"].strip() in marks and s["size"] < 9]  # before the footnote itself
        yield " ".join(s["text"] for s in spans if s not in raised and s not in notes)


def constants(program: Program) -> list[str]:
    """Sentences and names that are declared, longest first: their numbers say nothing about what was counted."""
    folder = Path(__file__).resolve().parents[2] / "reports" / "templates"
    fixed = [t for m in program.metrics.values() for t in (m.title, m.definition, m.caveat or "")]
    for name in ("public", "headline", "partner", "pieces", "page"):
        source = (folder / f"{name}.html.j2").read_text(encoding="utf-8")
        source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "\n", source, flags=re.DOTALL)
        fixed += [line.strip() for line in source.splitlines()]
    fixed += [part for text in fixed for part in re.split(r"(?<=[.:;])\s", text)]
    ages = ["18 to 24", "25 to 34", "35 to 44", "45 to 54", "55 to 64", "65 and over", "Under 18"]
    intervals = ["95% interval", "a count from 1 to 10", "larger than 10", "1,000 residents", "first 17 months"]
    return sorted({t for t in [*fixed, *ages, *intervals] if re.search(r"\d", t)}, key=len, reverse=True)


def without(text: str, phrases: list[str]) -> str:
    """`text` without declared phrases (however their lines broke), dates, names of editions and page numbers."""
    text = re.sub(r"[\u00ad\ufffe]", "", text)
    for phrase in phrases:
        letters = [re.escape(c) for c in re.sub(r"\s", "", phrase)]
        text = re.sub(r"(?<!\d)" + r"[\s\-]*".join(letters) + r"(?!\d)", " ", text)
    days = rf"(?:{MONTHS}|{SHORT})\.?(?:\s+\d{{1,2}},)?\s+20\d\d"
    years = r"\bFY\s?20\d\d\b|\b20\d\d-\d\d(?:_[0-9a-f]{8})?|\bfiscal\s+year\s+20\d\d"
    pages = r"\b\d+\s+of\s+\d+\s*$|\bpage\s+\d\b"
    return re.sub(rf"{days}|{years}|{pages}", " ", text, flags=re.IGNORECASE)


class Explained:
    """The numbers that rows of figures.csv stand for, in the ways in which they may be written."""

    def __init__(self, rows: list[dict[str, str]], program: Program) -> None:
        self.shares: set[Fraction] = set()
        self.counts: set[Fraction] = set()
        self.measured: set[Fraction] = set()  # minutes, days, per 1,000: below ten with one decimal
        self.tenths: set[str] = set()
        for row in rows:
            n, d, value, low, high = (
                Fraction(row[c]) if row[c] else None for c in ("numerator", "denominator", "value", "low", "high")
            )
            counts, shown = [x for x in (n, d) if x is not None], [x for x in (value, low, high) if x is not None]
            if row["metric"] == "direct_time_share":
                counts = [x / 60 for x in counts]  # hours
            if row["unit"] == "fraction":
                self.shares |= {100 * x for x in shown} | ({100 * n / d} if n is not None and d else set())
                self.tenths |= {f"{floor(10 * value + Fraction(1, 2))} of 10"} if value is not None else set()
            elif row["unit"] in ("minutes", "days", "per_1000"):
                self.measured |= {x for x in shown if x >= 10 or x == value}
            elif value is not None:
                counts.append(value)
            self.counts |= set(counts) | self._average(row, n if d is None else None, program)

    @staticmethod
    def _average(row: dict[str, str], count: Fraction | None, program: Program) -> set[Fraction]:
        """A month on average, of calls in several months."""
        first = max(date.fromisoformat(row["period_start"]), program.began)
        last = date.fromisoformat(row["period_end"])
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        return {count / months} if count and months > 1 and row["metric"] == "calls_responded" else set()

    def holds(self, token: str) -> bool:
        """Whether a number as printed is one of these, rounded half away from zero."""
        text = token.rstrip("%").replace(",", "")
        decimals = len(text.partition(".")[2])
        if token.endswith("%"):
            return self._rounds(self.shares, text, decimals)
        large = {x for x in self.measured if x >= 10 or x.denominator == 1}
        return self._rounds(self.counts | (self.measured if decimals else large), text, decimals)

    @staticmethod
    def _rounds(among: set[Fraction], text: str, decimals: int) -> bool:
        wanted, scale = Fraction(text), 10**decimals
        return any(Fraction(floor(x * scale + Fraction(1, 2)), scale) == wanted for x in among)


def unexplained(text: str, program: Program, explained: Explained) -> list[str]:
    left = without(text, constants(program))
    left = re.sub(r"\b\d+\s+of\s+10\b", lambda m: " " if " ".join(m[0].split()) in explained.tenths else m[0], left)
    tokens = re.findall(r"\d[\d,]*(?:\.\d+)?%?", left)
    return [t for t in (t.rstrip(",") for t in tokens) if not explained.holds(t)]


def test_numbers_that_readers_see_are_rows(edition: Path, program: Program, rows: list[dict[str, str]]) -> None:
    explained, folder = Explained(rows, program), edition / "public"
    texts = {"report.html": html_text(folder / "report.html")}
    for path in sorted(folder.rglob("*.pdf")):
        texts |= {f"{path.name}, page {i + 1}": text for i, text in enumerate(pdf_text(path))}
    assert len(texts) > 10
    assert {name: found for name, text in texts.items() if (found := unexplained(text, program, explained))} == {}


def test_the_scan_sees_numbers_that_are_no_row(program: Program, rows: list[dict[str, str]]) -> None:
    explained = Explained(rows, program)
    small = [str(n) for n in range(1, 11) if not explained.holds(str(n))]
    assert len(small) > 5, "a count that is withheld must not pass for another number"
    text = f"Teams met {small[0]} people in May 2023 (3.14%)."
    assert unexplained(text, program, explained) == [small[0], "3.14%"]
    assert unexplained("2,486 calls, 479 of 490 (98%), page 2", program, explained) == []
