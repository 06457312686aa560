"""Documents for everybody: made from public figures alone, and saying nothing about what is withheld."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from pipeline.measure.figure import Figure, Figures
from pipeline.program.period import month
from pipeline.protect.public import PublicFigures, Restated, make_public
from pipeline.publish.html import chart_address, page, style_sheet
from pipeline.publish.public.context import PublicContext
from pipeline.publish.public.documents import public_documents
from pipeline.publish.public.headline import fact_sheet
from pipeline.publish.public.partner import partner
from pipeline.publish.public.summary import public_report
from pipeline.publish.public_files import public_files
from pipeline.publish.render import Job, Renderer

from . import made_up
from .test_pdf import LONG, ODD, fonts_of, opened, text_of

NAME = "2023-11_0123abcd"
PROGRAM = made_up.program(("Alder Police Department", "Birch Police Department"))
AGENCIES = ("a0", "a1")
NOTHING = {"numerator": None, "denominator": None, "value": None, "low": None, "high": None, "unknown": None}


def spans() -> list[tuple[str, date, date, bool]]:
    """Label, first and last day, and whether it is a period of agencies."""
    return [
        ("to-date", date(2022, 7, 1), date(2023, 11, 30), False),
        ("FY2024", date(2023, 7, 1), date(2023, 11, 30), False),
        ("2023-11", date(2023, 11, 1), date(2023, 11, 30), False),
        ("2023-10", date(2023, 10, 1), date(2023, 10, 31), False),
        ("FY2024", date(2023, 7, 1), date(2023, 9, 30), True),
        ("FY2023", date(2022, 7, 1), date(2023, 6, 30), True),
    ]


def rows(agencies: tuple[str, ...] = AGENCIES) -> list[Figure]:
    """Made-up figures of the plan: the program's periods, the agencies' fiscal years, one breakdown."""
    made = []
    for i, (label, start, end, of_agencies) in enumerate(spans()):
        for metric in PROGRAM.metrics.values():
            for k, agency in enumerate(agencies if of_agencies else ("all",)):
                size = (end - start).days / 30.4 * (0.4 / (1 + 0.25 * k) if of_agencies else 1)
                figure = made_up.figure(metric, month(2023, 11), agency, size, i)
                made.append(replace(figure, period=label, period_start=start, period_end=end, unknown=None))
    met = made_up.figure(PROGRAM.metrics["people_met"], month(2023, 11), "all", 3, 0)
    year = replace(met, period="FY2023", period_start=date(2022, 7, 1), period_end=date(2023, 6, 30), group="gender")
    for category, value in (
        ("female", 310.0),
        ("male", 290.0),
        ("nonbinary", None),
        ("unknown", None),
        ("remainder", 14.0),
    ):
        status = "withheld" if value is None else "published"
        made.append(replace(year, category=category, value=value, numerator=value, unknown=None, status=status))
    return made


def public(change=lambda f: f, suppress_below: int = 11, restated=()) -> PublicContext:
    figures = make_public([change(f) for f in rows()], suppress_below, restated)
    return PublicContext(PROGRAM, month(2023, 11), figures, NAME)


def hide(figure: Figure) -> Figure:
    return replace(figure, status="withheld", **NOTHING)


@pytest.fixture(scope="module")
def documents() -> dict[str, bytes]:
    return public_documents(public().figures, PROGRAM, month(2023, 11), NAME)


def test_staff_figures_are_refused() -> None:
    with pytest.raises(TypeError):
        PublicContext(PROGRAM, month(2023, 11), Figures(rows()), NAME)  # type: ignore[arg-type]


def test_the_files_of_the_spec(documents) -> None:
    assert {n for n in documents if n.endswith((".pdf", ".html"))} == {
        "public/report.pdf", "public/report.html", "public/headline.pdf", "public/partners/a0.pdf",
        "public/partners/a1.pdf",
    }  # fmt: skip
    assert {
        "public/charts/program-rates.svg",
        "public/charts/program-rates.png",
        "public/charts/rates-a0.svg",
    } <= documents.keys()
    assert all(n.startswith("public/") for n in documents)


def test_page_counts_and_accessibility(documents, judge) -> None:
    for name, data in documents.items():
        if not name.endswith(".pdf"):
            continue
        assert judge(data) == [], name
        pages = len(opened(data))
        assert pages == (1 if "headline" in name else 2 if "partners" in name else pages), name
        assert "Staff only" not in text_of(data)


def test_charts_stand_alone_with_title_unit_and_source(documents) -> None:
    image = Image.open(io.BytesIO(documents["public/charts/program-rates.png"]))
    assert image.size[0] > 300 and image.format == "PNG" and "Software" not in image.info
    assert b"<text" not in documents["public/charts/program-rates.svg"]


def test_copy_ready_sentences_carry_period_and_denominator() -> None:
    sheet = fact_sheet(public())
    assert len(sheet.facts) == 7 and len(sheet.copies) == 7
    assert all(c.startswith("From July 2022 through November 2023,") for c in sheet.copies)
    rate = next(f for f in sheet.facts if "likely arrests" in f.what)
    assert re.fullmatch(r"[\d,]+ of [\d,]+ encounters", rate.out_of) and rate.interval.startswith("95% interval: ")


def test_everything_withheld_still_makes_pages_without_a_number(judge) -> None:
    context = public(hide)
    sheet, report = fact_sheet(context), public_report(context)
    assert {f.value for f in sheet.facts} == {"withheld"} and sheet.copies == ()
    assert "".join(r.text for r in report.answers[0].runs) == "The figures of this period are withheld."
    made = public_documents(context.figures, PROGRAM, month(2023, 11), NAME)
    for name, data in made.items():
        if name in ("public/headline.pdf", "public/partners/a0.pdf"):
            assert judge(data) == [], name
    text = " ".join(text_of(made["public/partners/a0.pdf"]).split()).replace("2023-11_0123abcd", "")
    text = re.sub(r"count from 1 to 10|larger than 10|\b(FY)?20\d\d\b", "", text)
    assert not re.search(r"\d\d", text), re.findall(r".*\d\d.*", text)
    assert not [n for n in made if "/charts/" in n]


def test_bounded_rates_say_their_bound_and_no_denominator() -> None:
    def bound(f: Figure) -> Figure:
        if f.metric != "diversion_rate":
            return f
        return replace(f, status="bounded", **{**NOTHING, "numerator": 367.0, "low": 0.97})

    fact = next(f for f in fact_sheet(public(bound)).facts if "likely arrests" in f.what)
    assert (fact.value, fact.out_of, fact.interval) == (
        "at least 97%",
        "367 encounters; out of how many is withheld",
        "",
    )


def test_a_figure_that_stepped_back_says_how_far_it_goes() -> None:
    def step(f: Figure) -> Figure:
        stepped = f.metric == "people_transported" and f.period == "to-date"
        return replace(f, period_end=date(2023, 9, 30)) if stepped else f

    context = public(step)
    fact = next(f for f in fact_sheet(context).facts if "care" in f.what)
    assert fact.what == "people taken to care, through September 2023" and fact.out_of == "a count"
    table = public_report(context).headline
    assert table is not None
    row = next(r for r in table.rows if r.head == "People taken to care")
    assert row.cells[-1].small == "through Sep 2023"
    assert any(c.startswith("From July 2022 through September 2023,") for c in fact_sheet(context).copies)


def test_folded_groups_are_named_and_not_counted_apart() -> None:
    tables = public_report(public()).people[0]
    assert [r.head for r in tables[0].rows] == ["Female", "Male", "Others together"]
    assert tables[0].rows[-1].small == "Nonbinary and Unknown" and tables[0].rows[-1].cells[0].text == "14"


def test_control_switched_off_is_said_on_every_page() -> None:
    context = public(suppress_below=1)
    made = public_documents(context.figures, PROGRAM, month(2023, 11), NAME)
    for name, data in made.items():
        if name.endswith(".pdf"):
            for sheet in opened(data):
                assert "Disclosure control is switched off" in " ".join(sheet.get_text().split()), name
    assert (
        b"Disclosure control was switched off"
        in public_files(context.figures, PROGRAM, NAME)["public/datapackage.json"]
    )


def test_a_restated_figure_stands_beside_the_old_one() -> None:
    old = next(f for f in rows() if f.metric == "calls_responded" and f.period == "2023-10")
    new = replace(old, value=999.0, numerator=999.0)
    report = public_report(public(restated=[Restated(date(2023, 10, 1), "late rows of one agency", old, new)]))
    assert report.restated is not None
    cells = [c.text for c in report.restated.rows[0].cells]
    assert cells[0] == "Oct 2023" and cells[2:] == ["999", "late rows of one agency"]


def test_partners_compare_only_what_is_published_for_the_same_year() -> None:
    summary = partner(public(), PROGRAM.agencies[0])
    assert "Alder" in summary.lead and summary.table is not None and summary.picture is not None
    assert summary.heading == "Alder Police Department" and "July 2022 to September 2023" in summary.subtitle
    hidden = partner(public(lambda f: hide(f) if f.agency == "a0" else f), PROGRAM.agencies[0])
    assert hidden.picture is None and hidden.has_withheld
    assert hidden.lead.startswith("How many calls Alder’s teams responded to is withheld")


def test_the_only_agency_is_not_set_beside_itself() -> None:
    """Its rates are the program's: no second dots, no verdict, nothing about other agencies."""
    alone = made_up.program(("Alder Police Department",))
    summary = partner(PublicContext(alone, month(2023, 11), make_public(rows(("a0",)), 11), NAME), alone.agencies[0])
    assert summary.subtitle == "July 2022 to September 2023" and "alike" not in summary.lead
    assert summary.table is not None and not any("Program" in h.text for h in summary.table.heads)
    assert (
        summary.picture is not None
        and "Open" not in summary.picture.unit
        and "against" not in summary.picture.chart.alt
    )
    assert not any(n.title == "People" for n in summary.notes)
    html = page("partner.html.j2", summary, chart_address, style_sheet())
    assert "Do not rank" not in html and "Do not rank" in page(
        "partner.html.j2", partner(public(), PROGRAM.agencies[0]), chart_address, style_sheet()
    )


def test_rates_of_different_ends_say_how_far_each_goes() -> None:
    picture = partner(public(), PROGRAM.agencies[0]).picture
    assert picture is not None
    assert picture.unit.startswith("Filled: Alder, through Sep 2023. Open: program, through Nov 2023. ")


def test_before_its_first_quarter_an_agency_finds_the_programs_figures() -> None:
    figures = make_public([f for f in rows() if f.agency == "all"], 11)
    summary = partner(PublicContext(PROGRAM, month(2023, 11), figures, NAME), PROGRAM.agencies[0])
    assert summary.lead == "Figures of Alder appear when its first quarter is over."
    assert summary.subtitle.startswith("No quarter is over yet · ")
    assert summary.table is not None and [h.text.split("\n")[0] for h in summary.table.heads] == ["Figure", "Program"]


def test_columns_before_the_program_began_are_left_out_and_to_date_stands_last() -> None:
    young = replace(PROGRAM, began=date(2023, 11, 1))
    table = public_report(PublicContext(young, month(2023, 11), make_public(rows(), 11), NAME)).headline
    assert table is not None
    assert [h.text for h in table.heads[1:]] == ["Nov\n2023", "FY2024\nto Nov 2023", "Program\nto date"]


def test_groups_are_said_to_be_joined_only_where_they_are() -> None:
    assert "joined with others" in public_report(public()).people_intro
    whole = [f for f in rows() if f.category != "remainder" and f.status != "withheld"]
    context = PublicContext(PROGRAM, month(2023, 11), make_public(whole, 1), NAME)
    assert public_report(context).people_intro == "People met in FY2023, each counted once."


def test_a_fact_sheet_without_a_figure_names_the_program_alone() -> None:
    sheet = fact_sheet(public(lambda f: replace(f, status="no_data", **NOTHING)))
    assert sheet.facts == () and sheet.heading == PROGRAM.name


def test_medians_and_estimates_say_what_they_are_of() -> None:
    table = public_report(public()).measures
    assert table is not None
    found = {r.head: r.cells[0].small for r in table.rows}
    assert re.fullmatch(r"of \d+", found["Response time"])


def test_public_figures_cannot_be_made_by_hand() -> None:
    with pytest.raises(TypeError):
        PublicFigures(rows(), suppress_below=11)


def test_a_program_without_contact_has_no_empty_link(judge) -> None:
    silent = replace(PROGRAM, contact="")
    renderer = Chosen()
    public_documents(public().figures, silent, month(2023, 11), "to-date_0123abcd", None, None, renderer)
    made = renderer.finished()
    for name in ("public/headline.pdf", "public/partners/a0.pdf", "public/report.pdf"):
        assert judge(made[name]) == [] and "Questions" not in text_of(made[name]), name


class Chosen(Renderer):
    """Renders the report, the fact sheet and one partner summary, so that twelve agencies cost no more than one."""

    def submit(self, job: Job) -> None:
        if "partners/" not in job.path or job.path.endswith("/a0.pdf"):
            super().submit(job)


#: Names of agencies, and pages of the report.
EDGES = {"twelve agencies with long names": (LONG, 6), "one agency": (ODD[:1], 4), "odd names": (ODD, 5)}


@pytest.mark.parametrize("case", EDGES)
def test_edge_programs_fit_their_pages_and_are_accessible(case, judge) -> None:
    names, pages = EDGES[case]
    program = made_up.program(names)
    renderer = Chosen()
    figures = make_public(rows(tuple(a.id for a in program.agencies)), 11)
    public_documents(figures, program, month(2023, 11), NAME, None, None, renderer)
    made = renderer.finished()
    counts = {"public/headline.pdf": 1, "public/partners/a0.pdf": 2, "public/report.pdf": pages}
    assert {name: len(opened(data)) for name, data in made.items()} == counts
    for name, data in made.items():
        assert judge(data) == [], name
        assert all(f.startswith(("Source-Sans-3", "Other-Letters")) for f in fonts_of(data)), name
    sheet = text_of(made["public/partners/a0.pdf"])
    assert " ".join(names[0].split()[:3]) in " ".join(sheet.split())
