"""All documents below `public/` as bytes by their path in the edition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.program.model import Program
from pipeline.program.period import Period
from pipeline.protect.public import PublicFigures
from pipeline.publish.html import chart_address, page, style_sheet
from pipeline.publish.logo import Logo
from pipeline.publish.pdf import LOGO_ADDRESS, render_pages
from pipeline.publish.public.context import PublicContext
from pipeline.publish.public.headline import fact_sheet
from pipeline.publish.public.partner import partner
from pipeline.publish.public.summary import public_report
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
) -> dict[str, bytes]:
    """report.pdf and .html, headline.pdf, partners/AGENCY.pdf and charts/; the same figures, the same bytes."""
    context = PublicContext(program, period, figures, edition)
    report, sheet = public_report(context), fact_sheet(context)
    wanted = [
        _Wanted("report", "public.html.j2", report, None),
        _Wanted("headline", "headline.html.j2", sheet, 1),
        *(_Wanted(f"partners/{a.id}", "partner.html.j2", partner(context, a), 2) for a in program.agencies),
    ]
    made: dict[str, bytes] = {}
    for one in wanted:
        if say is not None:
            say(f"{FOLDER}/{one.name}.pdf")
        made[f"{FOLDER}/{one.name}.pdf"] = _pdf(one, f"{edition}/{FOLDER}/{one.name}.pdf", logo)
        made |= _charts(one.document)
    made[f"{FOLDER}/report.html"] = twin("public.html.j2", report, logo).encode("utf-8")
    return dict(sorted(made.items()))


def _pdf(one: _Wanted, name: str, logo: Logo | None) -> bytes:
    """The document; one with a fixed number of pages is set closer, step by step, until it fits."""
    charts = {c.name: c.svg for c in charts_of(one.document)}
    image = (logo.media, logo.data) if logo else None
    data = b""
    for closer in CLOSER:
        html = page(one.template, one.document, chart_address, style_sheet(), LOGO_ADDRESS if logo else None)
        html = html.replace('<body class="doc"', f'<body class="doc {closer}"', 1)
        data, pages = render_pages(html, charts, name, image)
        if one.pages is None or pages <= one.pages:
            break
    return data


def _charts(document: Any) -> dict[str, bytes]:
    """Charts as files of their own, with title, unit and source line."""
    found: dict[str, bytes] = {}
    for chart in charts_of(document):
        if chart.alone:
            found[f"{FOLDER}/charts/{chart.name}.svg"] = chart.alone.encode("utf-8")
            found[f"{FOLDER}/charts/{chart.name}.png"] = chart.png
    return found
