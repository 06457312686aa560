"""The project's fonts: found beside the templates, unpacked for matplotlib, measured for layouts."""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

from pipeline import durable

REPORTS = Path(__file__).resolve().parents[2] / "reports"
FAMILY = "Source Sans 3"
#: DejaVu Sans, as matplotlib ships it: steps in for letters that Source Sans lacks, on every machine alike.
OTHER = "Other Letters"
FACES = ("400-normal", "400-italic", "600-normal", "700-normal")


def font_file(face: str) -> Path:
    """The web font of a face such as `400-normal`."""
    return REPORTS / "fonts" / f"source-sans-3-latin-{face}.woff2"


@functools.cache
def fallback_file() -> Path:
    """The fallback font's file inside matplotlib."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@functools.cache
def unpacked(face: str) -> Path:
    """The face as TrueType in matplotlib's cache folder (made when missing; matplotlib reads no WOFF2)."""
    import matplotlib
    from fontTools.ttLib import TTFont

    source = font_file(face).read_bytes()
    folder = Path(matplotlib.get_cachedir()) / "outcomes-fonts"
    target = folder / f"{hashlib.sha256(source).hexdigest()[:16]}-{face}.ttf"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
        os.close(handle)
        font = TTFont(font_file(face), recalcTimestamp=False)
        font.flavor = None
        font.save(name)
        durable.name_file(Path(name), target)
    return target


@functools.cache
def register() -> None:
    """Make the faces known to matplotlib. The web fonts name themselves wrongly, so we say family and weight."""
    for face in FACES:
        _add(FAMILY, unpacked(face), int(face[:3]), "italic" if "italic" in face else "normal")
        _add(OTHER, fallback_file(), int(face[:3]), "italic" if "italic" in face else "normal")


def _add(family: str, file: Path, weight: int, style: str) -> None:
    from matplotlib import font_manager

    font_manager.fontManager.ttflist.append(
        font_manager.FontEntry(
            fname=str(file),
            name=family,
            style=style,
            variant="normal",
            weight=weight,
            stretch="normal",
            size="scalable",
        )
    )


@functools.cache
def _advances(face: str) -> tuple[dict[int, str], dict[str, Any], int]:
    from fontTools.ttLib import TTFont

    font = TTFont(unpacked(face))
    return font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm


def width(text: str, size: float, weight: int = 400) -> float:
    """How wide a line of text is, in points; letters that the font lacks count as wide ones."""
    names, metrics, em = _advances(f"{weight}-normal")
    return sum(metrics[names[ord(c)]][0] if ord(c) in names else 0.65 * em for c in text) * size / em


def lacks(letter: str) -> bool:
    """Whether neither of the fonts has the letter: on paper it would be an empty box."""
    return ord(letter) not in _advances("400-normal")[0] and ord(letter) not in _others()


@functools.cache
def _others() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    return frozenset(TTFont(fallback_file()).getBestCmap())


def wrapped(text: str, limit: float, size: float, lines: int = 2) -> str:
    """Text broken at spaces into so many lines of at most `limit` points; what does not fit ends in an ellipsis."""
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and width(longer, size) <= limit:
            rows[-1] = longer
        else:
            rows.append(word)
    kept = rows[:lines]
    if len(rows) > lines:
        kept[-1] = f"{kept[-1]} {' '.join(rows[lines:])}"
    return "\n".join(cut(row, limit, size) for row in kept)


def cut(row: str, limit: float, size: float) -> str:
    """A line shortened with an ellipsis to at most `limit` points."""
    if width(row, size) <= limit:
        return row
    left, kept = limit - width("…", size), 0
    for letter in row:
        left -= width(letter, size)
        if left < 0:
            break
        kept += 1
    return row[:kept].rstrip() + "…"
