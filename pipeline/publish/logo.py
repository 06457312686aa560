"""The program's logo, made harmless: always an image, never markup of the page, small, and the same bytes each time."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

from pipeline.program.model import Program

MOST_BYTES = 5_000_000
#: Pixels that a picture may expand to; a decompression bomb is told before it is unpacked.
MOST_PIXELS = 40_000_000
#: Twice the printed size at 300 dpi is more than any printer shows.
LONGEST_SIDE = 900
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


@dataclass(frozen=True, slots=True)
class Logo:
    """An image as media type and bytes."""

    media: str
    data: bytes


def load_logo(program: Program) -> tuple[Logo | None, str]:
    """The logo of a program and a notice: (None, reason) when it cannot be used, (None, "") when there is none."""
    name = program.branding.logo
    if not name:
        return None, ""
    path = program.folder / name
    try:
        inside = path.resolve().is_relative_to(program.folder.resolve())
        if not inside or not path.is_file():
            return None, f"The logo {name} is not there; documents are made without it."
        if path.stat().st_size > MOST_BYTES:
            return None, f"The logo {name} is larger than {MOST_BYTES // 1_000_000} MB; documents are made without it."
        logo = _svg(path) if path.suffix.lower() == ".svg" else _picture(path)
    except OSError:
        logo = None
    if logo is None:
        return None, f"The logo {name} is no picture that can be read (PNG, JPEG, GIF, WebP, SVG); it is left out."
    return logo, ""


def _picture(path: Path) -> Logo | None:
    """A pixel image, made anew as PNG without metadata and not larger than needed."""
    from PIL import Image, UnidentifiedImageError

    if path.suffix.lower() not in PICTURES:
        return None
    try:
        with warnings.catch_warnings(), Image.open(path, formats=("PNG", "JPEG", "GIF", "WEBP")) as image:
            warnings.simplefilter("ignore")
            if image.width * image.height > MOST_PIXELS:
                return None
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            clean = image.convert("RGBA")
    except (UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    out = io.BytesIO()
    clean.save(out, "PNG")
    return Logo("image/png", out.getvalue())


def _svg(path: Path) -> Logo | None:
    """An SVG with its scripts, event handlers, links, foreign markup and style sheets from elsewhere taken out.

    It is only ever used as an image, where nothing of this runs; it is taken out all the same, because a document is
    passed on and opened with other programs. Entities are refused, since a few lines of them can fill the memory.
    """
    from xml.etree import ElementTree

    data = path.read_bytes()
    if b"<!ENTITY" in data or b"<!DOCTYPE" in data.replace(b"<!DOCTYPE svg PUBLIC", b""):
        return None
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - entities were refused above
    except (ElementTree.ParseError, ValueError):
        return None
    if _local(root.tag) != "svg":
        return None
    _clean(root)
    ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    return Logo("image/svg+xml", ElementTree.tostring(root, encoding="utf-8"))


#: Elements that draw nothing of a logo and could do something else.
_UNWANTED = {"script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler", "set", "animate"}


def _clean(element: object) -> None:
    from xml.etree.ElementTree import Element

    assert isinstance(element, Element)  # noqa: S101 - for the type checker
    for child in list(element):
        if not isinstance(child.tag, str) or _local(child.tag) in _UNWANTED or _is_remote_style(child):
            element.remove(child)
        else:
            _clean(child)
    for name, value in list(element.attrib.items()):
        local = _local(name)
        if local.startswith("on") or (local in ("href", "src") and not _harmless(value)) or _remote_url(value):
            del element.attrib[name]


def _local(name: object) -> str:
    return str(name).rpartition("}")[2].lower()


def _harmless(address: str) -> bool:
    """A reference inside the file, or a picture that it brings along."""
    return address.startswith("#") or bool(re.match(r"data:image/(png|jpeg|gif);base64,", address))


def _remote_url(value: str) -> bool:
    return bool(re.search(r"url\(\s*['\"]?(?!#)", value))


def _is_remote_style(element: object) -> bool:
    from xml.etree.ElementTree import Element

    assert isinstance(element, Element)  # noqa: S101 - for the type checker
    text = element.text or ""
    return _local(element.tag) == "style" and ("@import" in text or _remote_url(text))
