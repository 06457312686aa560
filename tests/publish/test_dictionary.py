"""The data dictionary: whole, current, self-contained, and understood by the frictionless package."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.program.load import load_program
from pipeline.program.metrics import read_metrics, shipped_metrics
from pipeline.program.mistakes import Mistakes
from pipeline.program.model import Metric, Program
from pipeline.publish.dictionary import write_dictionary
from schemas import RELATIONS, RULES, TABLES
from schemas.views import LOAD_RULES, VIEWS

REPOSITORY = Path(__file__).parents[2]
NAMES = ("dictionary.html", "dictionary.md", "datapackage.json")
METRICS = read_metrics(None, shipped_metrics(), Mistakes())


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dictionary")
    assert [p.name for p in write_dictionary(None, folder)] == list(NAMES)
    return folder


def text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_copy_is_current(shipped: Path, name: str) -> None:
    hint = "make it anew: .venv/bin/python cli.py dictionary --program docs --output docs/dictionary"
    committed = REPOSITORY / "docs" / "dictionary" / name
    assert committed.read_bytes() == (shipped / name).read_bytes(), hint


def test_the_same_declarations_give_the_same_bytes(shipped: Path, tmp_path: Path) -> None:
    for path in write_dictionary(None, tmp_path):
        assert path.read_bytes() == (shipped / path.name).read_bytes()


@pytest.mark.parametrize("name", ["dictionary.html", "dictionary.md"])
def test_everything_that_is_declared_stands_there(shipped: Path, name: str) -> None:
    page = text(shipped, name)
    code = (lambda word: f"<code>{word}</code>") if name.endswith(".html") else (lambda word: f"`{word}`")
    words = [m.id for m in METRICS.values()] + list(TABLES) + list(VIEWS) + list(RULES) + [r.id for r in LOAD_RULES]
    for table in TABLES.values():
        words += [w for column in table.columns for w in (column.name, *column.codes)]
    words += [column.name for view in VIEWS.values() for column in view.columns]
    assert [word for word in words if code(word) not in page] == []


# ---- the page


class Page(HTMLParser):
    """Ids, links and open elements of a page."""

    VOID = frozenset({"meta", "input", "br", "img", "link"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [v for n, v in attrs if n in ("href", "src") and v]
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"


def test_the_page_is_sound_and_needs_nothing_else(shipped: Path) -> None:
    html = text(shipped, "dictionary.html")
    page = Page(html)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert {link for link in page.links if not link.startswith("#")} == set()
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert re.findall(r"url\((?!data:font/woff2;base64,)", html) == []
    assert "@import" not in html


def test_text_of_declarations_is_escaped(tmp_path: Path, program: Program) -> None:
    evil = "</p><script>alert('x')</script> *bold* [a](javascript:b) |cell|"
    metric = Metric("own", evil, evil, "calls", "count", "calls", numerator="nature <> '<b>'", caveat=evil, own=True)
    named = replace(program, name=evil, organization=evil, metrics={**program.metrics, "own": metric})
    write_dictionary(named, tmp_path)
    html, markdown = text(tmp_path, "dictionary.html"), text(tmp_path, "dictionary.md")
    assert html.count("<script>") == 1
    assert "nature &lt;&gt; &#39;&lt;b&gt;&#39;" in html
    assert Page(html).open == []
    assert "<script>" not in markdown
    assert "`nature <> '<b>'`" in markdown
    assert r"\*bold\* \[a\](javascript:b) \|cell\|" in markdown


@pytest.fixture
def program(tmp_path: Path) -> Program:
    folder = tmp_path / "made-up"
    folder.mkdir()
    (folder / "program.toml").write_text(
        '[program]\nname = "Made-up program"\norganization = "Example"\ntimezone = "America/Chicago"\n'
        'fiscal_year_starts = 7\nbegan = 2024-01-01\ncontact = "data@example.org"\n'
        '[branding]\naccent = "#7a1f3d"\n[[agency]]\nid = "river"\nname = "River Police"\n',
        encoding="utf-8",
    )
    (folder / "metrics.toml").write_text(
        "[people_met]\ncaveat = 'Changed by the program.'\n"
        "[weekend_calls]\ntitle = 'Calls on weekends'\ndefinition = 'Calls received on a Saturday or Sunday.'\n"
        "over = 'calls'\nkind = 'count'\nunit = 'calls'\nnumerator = 'isodow(received_at) >= 6'\n",
        encoding="utf-8",
    )
    return load_program(folder)


def test_a_programs_own_and_changed_metrics_are_marked(tmp_path: Path, program: Program) -> None:
    write_dictionary(program, tmp_path)
    html = text(tmp_path, "dictionary.html")
    assert html.count("set by the program</span>") == 2
    assert "Changed by the program." in html
    assert "isodow(received_at) &gt;= 6" in html
    assert "--accent: #7a1f3d" in html
    assert "Made-up program" in text(tmp_path, "dictionary.md")
    rows = {r["name"]: r["data"] for r in json.loads(text(tmp_path, "datapackage.json"))["resources"]}
    assert "weekend_calls" in [row[0] for row in rows["metrics"]]


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no browser here")
@pytest.mark.parametrize(
    ("typed", "shown", "hidden"),
    [
        ("", ["metric.diversion_rate", "calls.agency", "rules-calls.out_of_order"], []),
        ("DIVERSION arrest", ["metric.diversion_rate"], ["metric.calls_responded", "calls.agency"]),
        ("response minutes", ["calls.response_minutes"], ["calls.agency", "metric.people_met"]),
        ("no such word", [], ["metric.diversion_rate", "calls.agency"]),
    ],
)
def test_the_search_box(shipped: Path, tmp_path: Path, typed: str, shown: list[str], hidden: list[str]) -> None:
    """In a real browser: what is typed stays, everything else goes."""
    typing = (
        f"const b = document.getElementById('q'); b.value = {json.dumps(typed)}; b.dispatchEvent(new Event('input'))"
    )
    page = tmp_path / "typed.html"
    html = text(shipped, "dictionary.html").replace("</body>", f"<script>{typing}</script></body>")
    page.write_text(html, encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    gone = set(re.findall(r'id="([\w.-]+)" hidden=""', dom))
    assert gone.isdisjoint(shown)
    assert gone.issuperset(hidden)
    assert ("nothing" in gone) == (typed != "no such word")


# ---- the data package


def test_frictionless_finds_the_package_valid(shipped: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(shipped / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    names = [r["name"] for r in json.loads(text(shipped, "datapackage.json"))["resources"]]
    assert names == [*TABLES, *VIEWS, "rules", "metrics"]


def test_schemas_of_the_package_judge_rows(shipped: Path) -> None:
    """A sound row of referrals passes; a code that is none, and a missing required cell, do not."""
    frictionless = pytest.importorskip("frictionless")
    resources = {r["name"]: r for r in json.loads(text(shipped, "datapackage.json"))["resources"]}
    schema = resources["referrals"]["schema"]
    sound = {"agency": "river", "encounter": "1", "service": "housing", "referred_on": "2024-01-05", "accepted": True}
    sound |= {"extract": "log.csv", "source_row": 2, "source_rows": [2], "started_at": "2024-01-05T10:00:00"}
    names = [f["name"] for f in schema["fields"]]

    def judged(**changed: object) -> list[str]:
        row = sound | changed
        data = [names, [row.get(n) for n in names]]
        found = frictionless.Resource({"name": "referrals", "data": data, "schema": schema}).validate()
        return [error for (error,) in found.flatten(["type"])]

    assert judged() == []
    assert judged(service="astrology") == ["constraint-error"]
    assert judged(encounter=None) == ["constraint-error"]
    assert judged(referred_on="05/01/2024") == ["type-error"]


def test_fields_are_the_columns_of_the_warehouse(shipped: Path) -> None:
    for resource in json.loads(text(shipped, "datapackage.json"))["resources"][: len(RELATIONS)]:
        fields = resource["schema"]["fields"]
        columns = RELATIONS[resource["name"]].values()
        assert [f["name"] for f in fields] == [c.name for c in columns]
        assert [tuple(f.get("constraints", {}).get("enum", ())) for f in fields] == [c.codes for c in columns]
