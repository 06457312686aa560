"""The dictionary as one HTML page that needs nothing else, and as Markdown."""

from __future__ import annotations

import base64
import functools

import jinja2
from markupsafe import Markup, escape

from pipeline.publish.dictionary.content import Dictionary
from pipeline.publish.fonts import font_file
from pipeline.publish.html import TEMPLATES, environment
from pipeline.publish.palette import palette
from pipeline.publish.text import markdown_safe

_FACES = {"400-normal": "400", "600-normal": "600", "700-normal": "700"}


def html_page(found: Dictionary) -> str:
    """One self-contained page: fonts, style and search inside; works from a file, on a phone and on paper."""
    template = environment().get_template("dictionary.html.j2", globals={"ticks": _html_ticks})
    css = _ours(f"{_fonts()}\n{_read('dictionary.css')}")
    return template.render(doc=found, css=css, palette=palette(found.accent))


def _ours(text: str) -> Markup:
    """A file of the project, not text of anybody else: it stands in the page as it is."""
    return Markup(text)  # noqa: S704


def markdown_page(found: Dictionary) -> str:
    """The same as Markdown."""
    return _markdown().get_template("dictionary.md.j2").render(doc=found)


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _fonts() -> str:
    """The project's fonts as part of the page."""
    faces = []
    for face, weight in _FACES.items():
        data = base64.b64encode(font_file(face).read_bytes()).decode("ascii")
        source = f'url(data:font/woff2;base64,{data}) format("woff2")'
        faces.append(f'@font-face {{ font-family: "Source Sans 3"; font-weight: {weight}; src: {source} }}')
    return "\n".join(faces)


@functools.cache
def _markdown() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - Markdown: what comes from declarations goes through `md`
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["md"] = _markdown_ticks
    made.filters["code"] = _code
    return made


def _code(text: str) -> str:
    """Text as code in Markdown: a fence longer than any run of backticks in it."""
    text = " ".join(text.split())
    fence = "`"
    while fence in text:
        fence += "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _html_ticks(text: str) -> Markup:
    """Escaped text in which what stands between backticks is code."""
    parts = (Markup("<code>{}</code>").format(p) if n % 2 else escape(p) for n, p in enumerate(text.split("`")))
    return Markup("").join(parts)


def _markdown_ticks(text: str) -> str:
    """The same for Markdown."""
    return "".join(_code(p) if n % 2 else markdown_safe(p) for n, p in enumerate(text.split("`")))
