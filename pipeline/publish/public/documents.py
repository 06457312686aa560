"""All documents below `public/` as bytes by their path in the edition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.program.model import Program
from pipeline.program.period import Period
from pipeline.protect.public import PublicFigures
from pipeline.publish.html import chart_address, page, style_sheet
from pipeline.publish.logo import Logo
from pipeline.publish.pdf import LOGO_ADDRESS, render_pdf
from pipeline.publish.public.context import PublicContext
from pipeline.publish.public.headline import fact_sheet
from pipeline.publish.public.partner import partner
from pipeline.publish.public.summary import public_report
from pipeline.publish.report.prepare import charts_of
from pipeline.publish.twin import twin

FOLDER = "public"


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
    wanted: list[tuple[str, str, Any]] = [
        ("report", "public.html.j2", report),
        ("headline", "headline.html.j2", sheet),
        *((f"partners/{a.id}", "partner.html.j2", partner(context, a)) for a in program.agencies),
    ]
    made: dict[str, bytes] = {}
    for name, template, document in wanted:
        if say is not None:
            say(f"{FOLDER}/{name}.pdf")
        made[f"{FOLDER}/{name}.pdf"] = _pdf(template, document, f"{edition}/{FOLDER}/{name}.pdf", logo)
        made |= _charts(document)
    made[f"{FOLDER}/report.html"] = twin("public.html.j2", report, logo).encode("utf-8")
    return dict(sorted(made.items()))


def _pdf(template: str, document: Any, name: str, logo: Logo | None) -> bytes:
    html = page(template, document, chart_address, style_sheet(), LOGO_ADDRESS if logo else None)
    charts = {c.name: c.svg for c in charts_of(document)}
    return render_pdf(html, charts, name, (logo.media, logo.data) if logo else None)


def _charts(document: Any) -> dict[str, bytes]:
    """Charts as files of their own, with title, unit and source line."""
    found: dict[str, bytes] = {}
    for chart in charts_of(document):
        if chart.alone:
            found[f"{FOLDER}/charts/{chart.name}.svg"] = chart.alone.encode("utf-8")
            found[f"{FOLDER}/charts/{chart.name}.png"] = chart.png
    return found
