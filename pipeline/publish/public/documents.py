"""All documents below `public/` as bytes by their path in the edition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.program.model import Program
from pipeline.program.period import Period
from pipeline.protect.public import PublicFigures
from pipeline.publish.html import chart_address, page, style_sheet
from pipeline.publish.logo import Logo
from pipeline.publish.pdf import LOGO_ADDRESS
from pipeline.publish.public.context import PublicContext
from pipeline.publish.public.headline import fact_sheet
from pipeline.publish.public.partner import partner
from pipeline.publish.public.summary import public_report
from pipeline.publish.render import Job, Renderer
from pipeline.publish.report.prepare import charts_of
from pipeline.publish.twin import twin

FOLDER = "public"
#: Classes of the body in style.css: as designed, closer, closest.
CLOSER = ("roomy", "closer", "closer closest")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A document to make; `pages` is how many it may have."""

    name: str
    template: str
    document: Any
    pages: int | None


def public_documents(
    figures: PublicFigures,
    program: Program,
    period: Period,
    edition: str,
    logo: Logo | None = None,
    say: Callable[[str], object] | None = None,
    renderer: Renderer | None = None,
) -> dict[str, bytes]:
    """report.pdf and .html, headline.pdf, partners/AGENCY.pdf and charts/; the same figures, the same bytes.

    With a `renderer` the PDFs are handed in there, and are not in the answer.
    """
    context = PublicContext(program, period, figures, edition)
    made: dict[str, bytes] = {}
    own = renderer if renderer is not None else Renderer()
    for one in _wanted(context, program):
        if say is not None:
            say(f"{FOLDER}/{one.name}.pdf")
        own.submit(_job(one, edition, logo))
        made |= _charts(one.document)
        if one.name == "report":
            made[f"{FOLDER}/report.html"] = twin(one.template, one.document, logo).encode("utf-8")
    if renderer is None:
        made |= own.finished()
    return dict(sorted(made.items()))


def _wanted(context: PublicContext, program: Program) -> Iterator[_Wanted]:
    """One document after another, so that each can be rendered while the next is prepared."""
    yield _Wanted("report", "public.html.j2", public_report(context), None)
    yield _Wanted("headline", "headline.html.j2", fact_sheet(context), 1)
    for agency in program.agencies:
        yield _Wanted(f"partners/{agency.id}", "partner.html.j2", partner(context, agency), 2)


def _job(one: _Wanted, edition: str, logo: Logo | None) -> Job:
    path = f"{FOLDER}/{one.name}.pdf"
    charts = {c.name: c.svg for c in charts_of(one.document)}
    image = (logo.media, logo.data) if logo else None
    html = page(one.template, one.document, chart_address, style_sheet(), LOGO_ADDRESS if logo else None)
    return Job(path, html, charts, f"{edition}/{path}", image, one.pages, CLOSER)


def _charts(document: Any) -> dict[str, bytes]:
    """Charts as files of their own, with title, unit and source line."""
    found: dict[str, bytes] = {}
    for chart in charts_of(document):
        if chart.alone:
            found[f"{FOLDER}/charts/{chart.name}.svg"] = chart.alone.encode("utf-8")
            found[f"{FOLDER}/charts/{chart.name}.png"] = chart.png
    return found
