"""The machine: versions, Pango, fonts, a trial page. What is installed is compared with what this software asks for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from pipeline.doctor.finding import Finding

FONTS = Path(__file__).resolve().parents[2] / "reports" / "fonts"
FONT_FILES = 4
PYTHON, PANGO = (3, 11), 14400
_AGAIN = "Run `make setup`, or install Outcomes anew from its bundle."


def look_at_machine() -> Iterator[Finding]:
    """One finding after another."""
    yield _python()
    yield _libraries()
    pango = _pango()
    yield pango
    yield _fonts()
    if pango.ok:
        yield _page()


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info >= PYTHON
    return Finding("Python", ok, found, "" if ok else "Install Python 3.11 or later, then Outcomes anew.")


def _libraries() -> Finding:
    """Every library that is needed is there, in a version that this software was made for."""
    from packaging.requirements import Requirement  # matplotlib and pandera need it themselves

    try:
        asked = [Requirement(text) for text in requires("outcomes") or []]
    except PackageNotFoundError:
        return Finding("Libraries", True, "not compared: this copy of Outcomes runs without being installed")
    wrong = []
    needed = [r for r in asked if r.marker is None or r.marker.evaluate({"extra": ""})]
    for one in needed:
        try:
            there = version(one.name)
        except PackageNotFoundError:
            wrong.append(f"{one.name} is missing")
            continue
        if not one.specifier.contains(there, prereleases=True):
            wrong.append(f"{one.name} is {there}, not {one.specifier}")
    if wrong:
        return Finding("Libraries", False, "; ".join(wrong), _AGAIN)
    from pipeline import __version__

    return Finding("Libraries", True, f"Outcomes {__version__}, and all {len(needed)} libraries that it needs")


def _pango() -> Finding:
    """The library that sets type; the one part that no Python package brings along."""
    from pipeline.publish import pango as bundled

    try:
        bundled.load()
        import weasyprint
        from weasyprint.text.ffi import pango
    except OSError:
        hint = (
            "Install Pango 1.44 or later.\nDebian, Ubuntu: sudo apt install libpango-1.0-0 libpangoft2-1.0-0\n"
            "macOS: brew install pango\nWindows: use the container image or WSL"
        )
        return Finding("Pango", False, "cannot be loaded; no PDF can be made", hint)
    number = int(pango.pango_version())
    found = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    if number < PANGO:
        return Finding("Pango", False, f"{found} is too old", "Install Pango 1.44 or later.")
    return Finding("Pango", True, f"{found} (WeasyPrint {weasyprint.__version__})")


def _fonts() -> Finding:
    """The project's own fonts are whole."""
    from fontTools.ttLib import TTFont, TTLibError

    files = sorted(FONTS.glob("*.woff2"))
    if len(files) < FONT_FILES:
        return Finding("Fonts", False, f"{len(files)} of {FONT_FILES} in {FONTS.name}/", _AGAIN)
    for file in files:
        try:
            with TTFont(file) as font:
                font.getBestCmap()
        except (TTLibError, OSError, ValueError):
            return Finding("Fonts", False, f"{file.name} is damaged", _AGAIN)
    return Finding("Fonts", True, "Source Sans 3 travels with the project")


def _page() -> Finding:
    """A page is really made: what loads may still not work."""
    from pipeline.publish.html import style_sheet
    from pipeline.publish.pdf import render_pdf

    html = f'<html lang="en"><title>Trial</title><style>{style_sheet()}</style><h1>Trial page: Zoë, 12%</h1></html>'
    try:
        made = render_pdf(html, {}, "doctor")
    except Exception as error:  # whatever a library of the system raises, the machine is not ready
        return Finding("Trial page", False, f"a PDF cannot be made ({type(error).__name__})", _AGAIN)
    return Finding("Trial page", made.startswith(b"%PDF-1.7"), "a tagged PDF can be made")
