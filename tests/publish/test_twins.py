"""The HTML twins in a real browser, on a phone and on a desk: accessible, silent, offline, complete without scripts.

Chromium is Debian's package (scripts/setup.py --dev installs it); without it these tests are skipped. axe-core judges.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from pipeline.publish.dictionary import write_dictionary
from pipeline.publish.index import write_index
from pipeline.publish.public.summary import public_report
from pipeline.publish.report.prepare import prepare
from pipeline.publish.twin import twin

from . import made_up
from .test_pdf import text_of
from .test_public import public

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = ("report", "public", "empty", "dictionary", "index")
PHONE, DESK = 390, 1280


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Every kind of page that people open in a browser."""
    place = tmp_path_factory.mktemp("twins")
    made = {
        "report": twin("report.html.j2", prepare(made_up.inputs(), "2023-11_0123abcd"), None),
        "empty": twin("report.html.j2", prepare(made_up.inputs(empty=True, months=1), "2023-11_0123abcd"), None),
        "public": twin("public.html.j2", public_report(public()), None),
    }
    for name, html in made.items():
        (place / f"{name}.html").write_bytes(html.encode("utf-8"))
    write_dictionary(None, place)
    program = made_up.program(folder=place)
    (place / "index.html").write_bytes(write_index(program).read_bytes())
    return place


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def at(browser, folder):
    """Opens a page at a width; what it asks for and what it complains of is kept beside it."""
    opened = []

    def go(name: str, width: int, **more):
        tab = browser.new_page(viewport={"width": width, "height": 800}, **more)
        tab.asked, tab.said = [], []
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.goto((folder / f"{name}.html").as_uri())
        opened.append(tab)
        return tab

    yield go
    for tab in opened:
        tab.close()


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("name", PAGES)
def test_no_violation_no_complaint_no_request_and_no_sideways_scrolling(at, folder, name, width) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab = at(name, width)
    found = Axe().run(tab).response["violations"]
    assert [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in found] == []
    assert tab.said == [] and tab.asked == [(folder / f"{name}.html").as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_text_can_be_read_on_a_phone(at) -> None:
    smallest = (
        "Math.min(...[...document.querySelectorAll('main *')].map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert at("report", PHONE).evaluate(smallest) >= 9  # footnote marks; all other text is larger
    body = "parseFloat(getComputedStyle(document.querySelector('.answers p')).fontSize)"
    assert at("report", PHONE).evaluate(body) >= 16


def test_titles_of_rows_are_not_squeezed_into_a_word_a_line(at) -> None:
    widths = at("public", PHONE).evaluate(
        "[...document.querySelectorAll('.fixed tbody th')].map(e => e.getBoundingClientRect().width)"
    )
    assert widths and min(widths) >= 130


def test_a_table_sorts_by_its_headings_and_back_with_its_total_last(at) -> None:
    tab = at("report", DESK)
    table = tab.locator("table.sorts", has_text="Quarantined").first
    heading = table.get_by_role("button", name="Rows read")

    def column() -> list[int]:
        return [int(t.replace(",", "")) for t in table.locator("tbody tr td:nth-child(2)").all_inner_texts()]

    printed = column()
    heading.click()
    assert column() == [*sorted(printed[:-1], reverse=True), printed[-1]]
    assert table.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    heading.press("Enter")
    assert column() == [*sorted(printed[:-1]), printed[-1]]
    heading.press("Enter")
    assert column() == printed and table.locator("th[aria-sort]").count() == 0


def test_a_chart_tells_its_values_by_keyboard_and_by_pointer(at) -> None:
    tab = at("report", DESK)
    reader = tab.get_by_role("slider").first
    points = tab.evaluate("JSON.parse(document.querySelector('.chart').dataset.points)")
    assert points[-1][0] == "November 2023" and len(points) == 17
    reader.focus()
    assert reader.get_attribute("aria-valuetext") == ": ".join(points[-1])
    for key, place in (("ArrowLeft", -2), ("Home", 0), ("ArrowLeft", 0), ("End", -1)):
        reader.press(key)
        assert reader.get_attribute("aria-valuetext") == ": ".join(points[place]), key
    box = reader.bounding_box()
    left, right = tab.evaluate("JSON.parse(document.querySelector('.chart').dataset.inside)")
    tab.mouse.move(box["x"] + box["width"] * (left + (right - left) * 3.5 / 17), box["y"] + 20)
    assert reader.inner_text() == ": ".join(points[3])


@pytest.mark.parametrize("name", ["report", "public", "empty"])
def test_every_link_leads_somewhere_and_all_is_reached_by_keyboard(at, name) -> None:
    tab = at(name, DESK)
    lost = (
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(a.hash.slice(1))).length"
    )
    assert tab.evaluate(lost) == 0
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.tagName") != "BODY"
    unreachable = "[...document.querySelectorAll('button, .reader')].filter(e => e.tabIndex < 0).length"
    assert tab.evaluate(unreachable) == 0


def test_complete_without_scripts(browser, folder) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((folder / "report.html").as_uri())
    assert tab.get_by_role("button").count() == 0 and tab.get_by_role("slider").count() == 0
    assert tab.locator("figure img").count() > 5
    context.close()


def test_the_words_of_the_twin_are_those_of_the_pdf(folder, november) -> None:
    html = (folder / "report.html").read_text(encoding="utf-8")
    body = re.sub(r"<script>.*?</script>", " ", html[html.index("<main") :], flags=re.S)
    words = set(re.findall(r"\w{4,}", unescape(re.sub(r"<[^>]+>", " ", body))))
    text = re.sub(r"[\s\u00ad\ufffe]+", "", text_of(november.pdf))
    assert words and [w for w in words if w not in text] == []


def test_it_prints_on_letter_pages_without_its_screen_dress(at) -> None:
    tab = at("report", DESK)
    printed = text_of(tab.pdf(format="Letter"))
    assert "November 2023" in printed and "Can I trust it" in printed
    tab.emulate_media(media="print")
    assert tab.locator(".reader").first.is_hidden()
    assert tab.evaluate("getComputedStyle(document.querySelector('.tablebox')).overflowX") == "visible"
