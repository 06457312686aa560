"""All colours of a document, made from the program's accent (design README, "Colours")."""

from __future__ import annotations

import re
from dataclasses import dataclass

INK = "#17232b"
MUTED = "#4f5d66"
MEAN = "#6d838f"
LIMIT = "#8fa3af"
RULE = "#b4c0c7"
HAIR = "#dde4e8"
WHITE = "#ffffff"
#: Contrast that text needs (WCAG 2.2, 1.4.3).
READABLE = 4.5
HEAT_SHARES = (0.06, 0.15, 0.25, 0.45, 1.0)

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """`accent` for data, `deep` for titles and signals, `tint` and `band` for fills, `heat` for five steps."""

    accent: str
    deep: str
    tint: str
    band: str
    heat: tuple[str, ...]
    darkened: bool


def palette(accent: str) -> Palette:
    """The palette of an accent `#rrggbb`; one that is too light for text is darkened until it can be read."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        raise ValueError("an accent is written #rrggbb")
    colour = given = _rgb(accent)
    while not readable(_hex(colour)):
        colour = _scale(colour, 0.97)
    main = _hex(colour)
    return Palette(
        accent=main,
        deep=_hex(_scale(colour, 0.6)),
        tint=shade(main, 0.25),
        band=shade(main, 0.10),
        heat=tuple(shade(main, share) for share in HEAT_SHARES),
        darkened=colour != given,
    )


def readable(accent: str) -> bool:
    """Whether text in this colour can be read on white and on its own 10 % tint."""
    return min(contrast(accent, WHITE), contrast(accent, shade(accent, 0.10))) >= READABLE


def contrast(first: str, second: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_luminance(_rgb(first)), _luminance(_rgb(second))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def shade(colour: str, share: float) -> str:
    """A colour mixed with white; share 1 is the colour itself."""
    red, green, blue = (255 - (255 - c) * share for c in _rgb(colour))
    return _hex((red + 0.5, green + 0.5, blue + 0.5))


def _rgb(text: str) -> Rgb:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{int(c):02x}" for c in colour)


def _scale(colour: Rgb, factor: float) -> Rgb:
    red, green, blue = (c * factor for c in colour)
    return red, green, blue


def _luminance(colour: Rgb) -> float:
    def linear(channel: float) -> float:
        c = channel / 255
        return c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(c) for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
