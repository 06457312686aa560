"""The HTML twin of a document: one file that needs no network, for a phone, a screen reader and a printer."""

from __future__ import annotations

import base64
import re
from typing import Any

from pipeline.publish import fonts
from pipeline.publish.charts.canvas import Chart
from pipeline.publish.html import TEMPLATES, page, style_sheet
from pipeline.publish.logo import Logo


def twin(template: str, document: Any, logo: Logo | None) -> str:
    """The same document with its fonts, charts and logo inside, and some JavaScript that it can do without."""
    address = _data(logo.media, logo.data) if logo else None
    script = (TEMPLATES / "twin.js").read_text(encoding="utf-8")
    return page(template, document, _chart, f"{_style()}\n{_screen()}", address, script)


def _chart(chart: Chart) -> str:
    return _data("image/svg+xml", chart.svg.encode("utf-8"))


def _data(media: str, data: bytes) -> str:
    return f"data:{media};base64,{base64.b64encode(data).decode('ascii')}"


def _style() -> str:
    """The style sheet with the fonts in it; a browser has letters of its own for other scripts."""
    css = re.sub(r"@font-face \{[^}]*outcomes://fonts/fallback[^}]*\}\n?", "", style_sheet())

    def inside(found: re.Match[str]) -> str:
        return f"url({_data('font/woff2', fonts.font_file(found[1]).read_bytes())})"

    return re.sub(r"url\(outcomes://fonts/([\w-]+)\)", inside, css)


def _screen() -> str:
    return (TEMPLATES / "screen.css").read_text(encoding="utf-8")
