"""HTML to PDF/UA-1: offline, tagged, and with the same bytes each time."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pipeline.publish import fonts, pango
from pipeline.publish.html import SCHEME

#: fontTools stamps this second into font subsets (2023-11-14); documents carry no build time.
EPOCH = "1700000000"
_LOCK = threading.Lock()


#: Where a PDF finds the logo.
LOGO_ADDRESS = f"{SCHEME}logo/image"


class RefusedError(ValueError):
    """A document asked for something that is not its own."""


def render_pdf(html: str, charts: Mapping[str, str], name: str, logo: tuple[str, bytes] | None = None) -> bytes:
    """The document as PDF/UA-1. `charts` maps names to SVG, `logo` is (media type, bytes).

    `name` decides the PDF's identifier. Nothing is fetched but the project's fonts, these charts and the logo.
    """
    return render_pages(html, charts, name, logo)[0]


def render_pages(
    html: str, charts: Mapping[str, str], name: str, logo: tuple[str, bytes] | None = None
) -> tuple[bytes, int]:
    """The same, and how many pages it has."""
    pango.load()
    from weasyprint import HTML

    from pipeline.publish.tagging import finish

    identifier = hashlib.sha256(f"outcomes {name}\n{html}".encode()).hexdigest()[:32].encode()
    with _fixed_time(), _quiet():
        source = HTML(string=html, base_url=f"{SCHEME}document/", url_fetcher=_fetcher(charts, logo))
        options = {"pdf_variant": "pdf/ua-1", "pdf_identifier": identifier}
        document = source.render(**options)
        data: bytes = document.write_pdf(finisher=finish, **options)
    return data, len(document.pages)


def _fetcher(charts: Mapping[str, str], logo: tuple[str, bytes] | None) -> Any:
    """A fetcher that knows three kinds of address below `outcomes://` and refuses every other, `file:` included."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Ours(URLFetcher):  # type: ignore[misc]
        """Serves the document's own files."""

        def fetch(self, url: str, headers: object = None) -> Any:
            del headers
            media, body = resource(url, charts, logo)
            return URLFetcherResponse(url, body=body, headers={"Content-Type": media})

    return Ours()


def resource(url: str, charts: Mapping[str, str], logo: tuple[str, bytes] | None) -> tuple[str, bytes]:
    """Media type and bytes behind an address of ours; RefusedError for anything else."""
    kind, _, name = url.removeprefix(SCHEME).partition("/")
    if url.startswith(SCHEME):
        if kind == "charts" and name in charts:
            return "image/svg+xml", charts[name].encode("utf-8")
        if kind == "fonts" and name in fonts.FACES:
            return "font/woff2", fonts.font_file(name).read_bytes()
        if kind == "fonts" and name == "fallback":
            return "font/ttf", fonts.fallback_file().read_bytes()
        if kind == "logo" and logo is not None:
            return logo
    raise RefusedError("a document loads nothing but the project's files")


@contextmanager
def _fixed_time() -> Iterator[None]:
    """SOURCE_DATE_EPOCH for the time of rendering; one rendering at a time in a process."""
    with _LOCK:
        before = os.environ.get("SOURCE_DATE_EPOCH")
        os.environ["SOURCE_DATE_EPOCH"] = EPOCH
        try:
            yield
        finally:
            if before is None:
                del os.environ["SOURCE_DATE_EPOCH"]
            else:
                os.environ["SOURCE_DATE_EPOCH"] = before


@contextmanager
def _quiet() -> Iterator[None]:
    """No chatter of the libraries on stderr; what matters is judged by tests of the result."""
    loggers = [logging.getLogger(n) for n in ("weasyprint", "fontTools", "weasyprint.progress")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
