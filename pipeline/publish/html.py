"""Prepared objects to HTML. Everything is escaped; an unknown name in a template is an error, not an empty place."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pipeline.publish.charts.canvas import Chart
from pipeline.publish.fonts import REPORTS

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = REPORTS / "templates"
#: How documents name the project's own files; nothing else is ever fetched.
SCHEME = "outcomes://"


@functools.cache
def environment() -> Environment:
    """Jinja2 with escaping forced on: our templates end in .j2, which autoescaping by file name would miss."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(
    template: str,
    document: Any,
    source: Callable[[Chart], str],
    css: str,
    logo: str | None = None,
    script: str = "",
) -> str:
    """One HTML page. `source` gives the address of a chart, `logo` that of the logo; `script` is the twins' own."""
    from markupsafe import Markup

    # our own style sheet and script, not text of anybody else
    style, ours = Markup(css), Markup(script)  # noqa: S704
    return environment().get_template(template).render(doc=document, source=source, css=style, logo=logo, script=ours)


def style_sheet() -> str:
    """The project's CSS."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


def chart_address(chart: Chart) -> str:
    """Where a PDF finds a chart: in memory."""
    return f"{SCHEME}charts/{chart.name}"
