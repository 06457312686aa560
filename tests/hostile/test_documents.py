"""Hostile text on its way into documents: it is shown as text, or not at all, and does nothing (all data is made up)."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest

from tests.hostile.made import TEXTS

ROOT = Path(__file__).resolve().parents[2]
MARKUP = "<script>HOSTILE()</script> [red]x[/] {{ 7 * 7 }} =1+1"
PROGRAM = f"""
[program]
name = "{MARKUP}"
organization = "<img src=x onerror=HOSTILE()>"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2024-01-01
contact = "=HYPERLINK(1)@example.org"
[[agency]]
id = "oak"
name = "=1+1 <b>HOSTILE</b> [link=http://hostile.example]Oak[/link]"
team_units = ["CR1"]
"""
OAK = """
[[extract]]
table = "calls"
files = "oak/cad*"
datetime = ["%m/%d/%Y %H:%M:%S"]
[extract.columns]
incident = "Incident"
received_at = "Received"
nature = "Nature"
priority = "Priority"
area = "<svg onload=HOSTILE()>"
disposition = "Disposition"
units = "Units"
[extract.split]
units = ","
[[extract]]
table = "encounters"
files = "oak/log*"
datetime = ["%m/%d/%Y %H:%M:%S"]
[extract.columns]
incident = "Incident"
started_at = "Start"
team = "Team"
person = ["Last", "First", "DOB"]
arrested = "Arrested"
arrest_likely = "Likely"
transported_to = "To"
"""
CORRECTIONS = f"""
[[correction]]
extract = "oak/cad_1.csv"
reason = "{MARKUP}"
where = "incident = 'A-1'"
exclude = true
expect = 1
"""
TIME = "01/{:02}/2024 10:00:00"
CAD = ("Incident", "Received", "Nature", "Priority", "<svg onload=HOSTILE()>", "Disposition", "Units")
LOG = ("Incident", "Start", "Team", "Last", "First", "DOB", "Arrested", "Likely", "To")


def table(*rows: tuple[str, ...]) -> str:
    """Delimited text."""
    held = io.StringIO()
    csv.writer(held, quoting=csv.QUOTE_ALL).writerows(rows)
    return held.getvalue()


def texts() -> list[tuple[int, str]]:
    """Those that can stand in a file."""
    return [(n, t.encode("utf-8", "replace").decode()) for n, t in enumerate(TEXTS)]


@dataclass
class Built:
    """What a build left and said."""

    edition: Path
    code: int
    said: str
    checked: str

    def files(self, ending: str) -> list[tuple[str, bytes]]:
        """Name and content of the documents with this ending; there is at least one."""
        found = [(str(p.relative_to(self.edition)), p.read_bytes()) for p in sorted(self.edition.rglob(f"*{ending}"))]
        assert found
        return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A public edition of a program in which every text is hostile."""
    folder = tmp_path_factory.mktemp("hostile") / "program"
    sound = [(f"A-{n}", TIME.format(1 + n % 28), t, t, t, "arrest", f"CR1,{t[:50]}") for n, t in texts()]
    faulty = [(t, t, t, t, t, t, t) for _, t in texts()]
    met = [
        (f"A-{n}", TIME.format(1 + n % 28), t, f"Made{n}", f"Up{n}", "01/02/1990", "N", "Y", "home") for n, t in texts()
    ]
    wrong = [(t, TIME.format(3), t, t, t, t, t, t, t) for _, t in texts()]
    for name, text in {
        "program.toml": PROGRAM,
        "agencies/oak.toml": OAK,
        "corrections.toml": CORRECTIONS,
        "person.key": "11" * 32,
        "raw/oak/cad_1.csv": table(CAD, *sound),
        "raw/oak/cad_2 [red]x[/red] <b>HOSTILE<.csv": table(CAD, *faulty),
        "raw/oak/cad_3\x1b[31mHOSTILE.csv": table((*CAD[:-1], "<script>HOSTILE()</script>\x1b[7m")),
        "raw/oak/log_1.csv": table(LOG, *met),
        "raw/oak/log_=1+1.csv": table(LOG, *wrong),
        "raw/oak/<img src=x onerror=HOSTILE()>.csv": "x",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            (folder / name).write_text(text)
        except OSError:
            continue  # a system that has no such names
    command = [sys.executable, str(ROOT / "cli.py"), "{}", "--program", str(folder)]
    done = subprocess.run([*command[:2], "build", "2024-01", *command[3:]], capture_output=True, text=True, check=False)
    checked = subprocess.run([*command[:2], "check", *command[3:]], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    edition = next(p for p in (folder / "out/editions").iterdir() if p.name.startswith("2024-01_"))
    return Built(edition, done.returncode, done.stdout + done.stderr, checked.stdout + checked.stderr)


def test_the_build_ends_and_says_nothing_that_a_terminal_obeys(built: Built) -> None:
    assert built.code == 3  # some files could not be read
    for said in (built.said, built.checked):
        assert "unexpected" not in said
        assert "Traceback" not in said
        assert sorted({c for c in said if not (c.isprintable() or c == "\n")}) == []
    assert "[red]x[/]" in built.checked  # told as it stands, not as a colour
    assert "HOSTILE" in built.checked


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.seen: list[str] = []
        self.raw: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        (self.raw if self.cdata_elem else self.seen).append(data)


def test_pages_hold_text_and_no_markup_of_others(built: Built) -> None:
    shown = ""
    for name, content in built.files(".html"):
        page = Page(content.decode())
        shown += "".join(page.seen)
        assert {t for t, _ in page.tags} & {"iframe", "object", "embed", "base", "form", "image"} == set(), name
        for tag, attributes in page.tags:
            assert not [a for a in attributes if a.startswith("on")], (name, tag, attributes)
            for way in ("src", "href", "xlink:href", "srcset", "action"):
                target = attributes.get(way) or "#"
                assert target.startswith(("#", "data:", "mailto:")), (name, tag, target)
        assert "HOSTILE" not in "".join(page.raw), name  # neither in a script nor in a style
    assert MARKUP in shown
    assert "49" not in re.findall(r"x\[/\] (\S+)", shown)  # nothing was computed


def test_workbooks_hold_texts_and_no_formulas(built: Built) -> None:
    told = ""
    for name, content in built.files(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for part in parts.namelist():
                text = parts.read(part).decode("utf-8", "replace")
                told += text
                if part.endswith((".xml", ".rels")):
                    ElementTree.fromstring(text)  # noqa: S314 (it is of our own making)
                assert "<f>" not in text and "<f " not in text, (name, part)
                assert 'TargetMode="External"' not in text, (name, part)
                assert not part.endswith(("vbaProject.bin", "connections.xml")), (name, part)
    assert "=cmd|" in told  # as a string


def test_data_files_hold_no_cell_that_a_spreadsheet_would_run(built: Built) -> None:
    for name, content in built.files(".csv"):
        for row in csv.reader(io.StringIO(content.decode())):
            for cell in row:
                number = re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell)
                assert number or not cell.lstrip(" \u00a0\u200b").startswith(("=", "+", "-", "@", "\t", "\r")), (
                    name,
                    cell,
                )


def test_documents_do_nothing_when_they_are_opened(built: Built) -> None:
    for name, content in built.files(".pdf"):
        with pikepdf.open(io.BytesIO(content)) as document:
            assert len(document.pages) < 12, name
            assert "/OpenAction" not in document.Root or not isinstance(document.Root.OpenAction, pikepdf.Dictionary), (
                name
            )
            assert "/Names" not in document.Root or "/JavaScript" not in document.Root.Names, name
            for thing in document.objects:
                if isinstance(thing, pikepdf.Dictionary):
                    assert "/JS" not in thing, name
                    assert str(thing.get("/S", "")) not in ("/Launch", "/JavaScript", "/GoToR", "/SubmitForm"), name
                    assert "hostile.example" not in str(thing.get("/URI", "")), name
