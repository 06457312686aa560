"""The PDF: accessible by an independent checker, complete, its fonts only, offline, the same bytes each time."""

import os
import re
import warnings
from html import unescape

import pytest

from pipeline.program.period import day_range, fiscal_year, month, quarter, year
from pipeline.publish.html import SCHEME, chart_address, page, style_sheet
from pipeline.publish.pdf import RefusedError, render_pdf, resource
from pipeline.publish.report.prepare import prepare

from . import made_up
from .conftest import Rendered, render

LONG = tuple(f"{t} Valley Metropolitan Township Department of Public Safety" for t in made_up.TOWNS)
ODD = ("Smith & Sons <PD>", "Cost $5 and $6 PD", "شرطة المدينة", "Zoë Ḁ́ ő Żółć Police")


def opened(pdf: bytes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reader's own, on import
        import pymupdf
    return pymupdf.open(stream=pdf, filetype="pdf")


def text_of(pdf: bytes) -> str:
    return "".join(page.get_text() for page in opened(pdf))


def words(html: str) -> list[str]:
    body = html[html.index("<body") :]
    return re.findall(r"\w{4,}", unescape(re.sub(r"<[^>]+>", " ", body)))


def lost_words(rendered: Rendered) -> list[str]:
    """Words of the HTML that the text of the PDF lacks; line breaks inside words do not count."""
    text = re.sub(r"[\s\u00ad\ufffe]+", "", text_of(rendered.pdf))
    return [w for w in words(rendered.html) if w not in text]


def fonts_of(pdf: bytes) -> set[str]:
    return {font[3].split("+")[-1] for page in opened(pdf) for font in page.get_fonts()}


def test_the_report_has_no_error_and_no_warning(november, judge) -> None:
    assert judge(november.pdf) == []


def test_no_word_is_lost_and_every_page_has_its_footer(november) -> None:
    assert lost_words(november) == []
    pages = opened(november.pdf)
    for number, sheet in enumerate(pages, 1):
        text = sheet.get_text()
        assert f"{number} of {len(pages)}" in text and "Staff only" in text and "Edition 2023-11_0123abcd" in text


def test_pages_as_expected(november) -> None:
    headings = ["November 2023", "What changed, and what did not", "How the service runs"]
    headings += ["How many arrests were avoided", "By agency", "Who was met, and how", "Can I trust it: the data"]
    pages = [sheet.get_text() for sheet in opened(november.pdf)]
    assert len(pages) == 9
    for text, heading in zip(pages, headings, strict=False):
        assert heading in text


def test_only_source_sans_is_embedded(november) -> None:
    assert all(name.startswith("Source-Sans-3") for name in fonts_of(november.pdf))


def test_title_language_and_bookmarks(november) -> None:
    pdf = opened(november.pdf)
    assert pdf.metadata["title"] == "Monthly report, November 2023: Made-Up Co-Responder Program"
    assert pdf.metadata["author"] == "Made-Up County Services"
    assert "By agency" in [entry[1] for entry in pdf.get_toc()]
    assert "/Lang (en-US)" in pdf.xref_object(pdf.pdf_catalog()) or "en-US" in pdf.xref_object(pdf.pdf_catalog())


def test_no_date_inside(november) -> None:
    assert b"/CreationDate" not in november.pdf and b"/ModDate" not in november.pdf


def test_rendering_leaves_the_environment_as_it_was(monkeypatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    render_pdf("<html lang=en><title>t</title><h1>One</h1></html>", {}, "t")
    assert "SOURCE_DATE_EPOCH" not in os.environ
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "5")
    render_pdf("<html lang=en><title>t</title><h1>One</h1></html>", {}, "t")
    assert os.environ["SOURCE_DATE_EPOCH"] == "5"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hosts", "http://example.org/x.png", "https://example.org/x", "data:image/png;base64,AAAA",
        "ftp://example.org/x", f"{SCHEME}charts/none.svg", f"{SCHEME}charts/../style.css", f"{SCHEME}logo/image",
        f"{SCHEME}fonts/../../pyproject.toml", "/etc/hosts", "",
    ],
)  # fmt: skip
def test_everything_but_our_own_files_is_refused(address) -> None:
    with pytest.raises(RefusedError):
        resource(address, {"a.svg": "<svg/>"}, None)


def test_a_document_that_asks_for_files_gets_none(tmp_path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>SECRETWORD</text></svg>', encoding="utf-8")
    html = f"""<html lang=en><title>t</title><link rel=stylesheet href="{secret.as_uri()}">
    <h1>One</h1><img alt="x" src="{secret.as_uri()}"><img alt="y" src="{secret}"><object data="{secret.as_uri()}"></object>"""
    remote = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{secret.as_uri()}" width="9" height="9"/></svg>'
    pdf = render_pdf(html + f'<img alt="z" src="{SCHEME}charts/c.svg">', {"c.svg": remote}, "t")
    assert "SECRETWORD" not in text_of(pdf)


# Edge programs two by two, because rendering is what takes time.
EDGES = {
    "twelve agencies with long names, sixty months, many extracts": (
        lambda: made_up.inputs(month(2027, 6), names=LONG, months=60, extracts=12), 10,
    ),
    "one agency in its first month": (
        lambda: made_up.inputs(month(2022, 7), names=("Alder Police Department",), months=1), 7,
    ),
    "a quarter without encounters": (lambda: made_up.inputs(quarter(2023, 4), empty=True), 5),
    "odd names over a range": (
        lambda: made_up.inputs(day_range(made_up.BEGAN, month(2023, 11).end), names=ODD, months=8), 9,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EDGES)
def test_edge_programs_are_complete_and_accessible(case, judge) -> None:
    inputs, pages = EDGES[case]
    rendered = render(inputs())
    assert judge(rendered.pdf) == []
    assert len(opened(rendered.pdf)) == pages
    lost = [w for w in lost_words(rendered) if w.isascii()]  # right-to-left text comes back in another order
    assert lost == []


def test_headings_of_other_periods_are_words() -> None:
    titles = [
        prepare(made_up.inputs(p, months=1, groups=False), "x").first.title
        for p in (fiscal_year(2023, 7), year(2023), quarter(2023, 4), month(2023, 11))
    ]
    assert titles == ["Fiscal year 2023", "Calendar year 2023", "October to December 2023", "November 2023"]


def test_names_are_escaped_in_html() -> None:
    html = page("report.html.j2", prepare(made_up.inputs(names=ODD), "x"), chart_address, style_sheet())
    assert "Smith &amp; Sons &lt;PD&gt;" in html and "Sons <PD>" not in html
