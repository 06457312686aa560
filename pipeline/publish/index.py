"""out/editions/index.html: all editions with links, newest period first."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline import durable
from pipeline.program.model import Program
from pipeline.protect.ledger import withdrawals
from pipeline.publish import wording
from pipeline.publish.html import environment
from pipeline.publish.manifests import MANIFEST, read_manifest
from pipeline.publish.palette import Palette, palette

#: Documents that a reader may want, in this order; partner summaries follow.
LINKS = (
    ("report.pdf", "Report, staff only"),
    ("report.html", "the same as a page"),
    ("figures.xlsx", "Figures, staff only"),
    ("public/report.pdf", "Public report"),
    ("public/report.html", "the same as a page"),
    ("public/headline.pdf", "Fact sheet"),
    ("public/figures.xlsx", "Public figures"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A document of an edition: its address from the index, and what it is."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One edition in the list."""

    name: str
    period: str
    days: str
    audience: str
    withdrawn: str
    links: tuple[Link, ...]
    partners: tuple[Link, ...]
    letters: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """The page."""

    program: str
    organization: str
    palette: Palette
    editions: tuple[Listed, ...]


def write_index(program: Program) -> Path:
    """Write the list of the editions that are there, and return its path. It appears whole, beside the editions."""
    folder = program.out / "editions"
    durable.private_folder(folder)
    page = Index(program.name, program.organization, palette(program.branding.accent), _listed(program, folder))
    html = environment().get_template("index.html.j2").render(doc=page)
    path = folder / "index.html"
    data = html.encode("utf-8")
    if not path.is_file() or path.read_bytes() != data:
        durable.write_file(path, data, mode=0o644)
    return path


def _listed(program: Program, folder: Path) -> tuple[Listed, ...]:
    """Editions by the end of their period, latest first; then longer periods, then the name."""
    found = []
    withdrawn = withdrawals(program.published)
    for manifest in sorted(folder.glob(f"*/{MANIFEST}")):
        if manifest.parent.name.startswith("."):
            continue
        with contextlib.suppress(ValueError, KeyError, TypeError):
            span, listed = _edition(program, manifest.parent, read_manifest(manifest.parent) or {})
            found.append((span, replace(listed, withdrawn=withdrawn.get(listed.name, ""))))
    found.sort(key=lambda item: (-item[0].end.toordinal(), item[0].start.toordinal(), item[1].name))
    return tuple(listed for _, listed in found)


def _edition(program: Program, folder: Path, manifest: dict[str, Any]) -> tuple[wording.Span, Listed]:
    period = manifest["period"]
    start, end = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
    span = wording.Span(period["label"], start, end)
    there = [Link(f"{folder.name}/{name}", text) for name, text in LINKS if (folder / name).is_file()]
    partners, letters = (_by_agency(program, folder, f) for f in ("public/partners", "letters"))
    audience = "public" if manifest["audience"] == "public" else "staff only"
    return span, Listed(folder.name, span.title, span.days, audience, "", tuple(there), partners, letters)


def _by_agency(program: Program, folder: Path, where: str) -> tuple[Link, ...]:
    """The documents below a folder of an edition, one an agency."""
    names = {a.id: a.name for a in program.agencies}
    found = sorted((folder / where).glob("*.pdf"))
    return tuple(Link(f"{folder.name}/{where}/{p.name}", names.get(p.stem, p.stem)) for p in found)
