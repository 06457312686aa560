"""Page pictures of the sample program's edition: small, grey, compared with tolerance.

    make pictures        (python -m tests.demo.pictures)

draws them anew in tests/pictures/, and those of the guide in docs/pictures/. Look at what changed before you commit it.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

ROOT = Path(__file__).resolve().parents[2]
KEPT, DIFFERENCES = ROOT / "tests" / "pictures", ROOT / "tests" / "pictures" / "differences"
SHOWN = ROOT / "docs" / "pictures"
#: Pages of the guide and the README: name, document, page.
GUIDE = (
    ("report-1", "report.pdf", 1), ("report-2", "report.pdf", 2), ("public-1", "public/report.pdf", 1),
    ("headline", "public/headline.pdf", 1), ("partner-1", "public/partners/waukee.pdf", 1),
    ("partner-2", "public/partners/waukee.pdf", 2),
)  # fmt: skip
DPI, GREYS, GUIDE_DPI = 60, 16, 80
#: The foot of a page holds the edition's name, which changes with the code: left out of the pictures. In points.
FOOT = 58
#: Cells of 4 × 4 pixels whose mean differs by more than so many of 255 greys are different ones.
CELL, LEVEL = 4, 24
#: So large a share of different cells is still the same page: another version of a font engine moves a few.
TOLERANCE = 0.0015


def documents(edition: Path) -> list[Path]:
    """PDFs whose pages are kept: all but the letters, which have tests of their own."""
    return sorted(p for p in edition.rglob("*.pdf") if p.parent.name != "letters")


def pages(pdf: Path, dpi: int, *, grey: bool = True) -> Iterator[Image.Image]:
    """The pages as pictures, drawn by the pinned PyMuPDF, so that they look the same on every machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reader's own, on import
        import pymupdf
    with pymupdf.open(pdf) as document:
        for page in document:
            drawn = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY if grey else pymupdf.csRGB)
            yield Image.open(io.BytesIO(drawn.tobytes("png")))


def named(edition: Path) -> Iterator[tuple[str, Image.Image]]:
    """Every page with its name, such as `partners-waukee-2`; its foot is blank."""
    for pdf in documents(edition):
        name = "-".join(pdf.relative_to(edition).with_suffix("").parts)
        for number, page in enumerate(pages(pdf, DPI), 1):
            yield f"{name}-{number}", without_foot(page)


def without_foot(page: Image.Image) -> Image.Image:
    """The page with its lowest strip white."""
    page = page.convert("L")
    page.paste(255, (0, page.height - round(FOOT * DPI / 72), page.width, page.height))
    return page


def compared(now: Image.Image, kept: Image.Image) -> float:
    """The share of cells that differ; 1 when the sizes differ."""
    if now.size != kept.size:
        return 1.0
    small = (now.width // CELL, now.height // CELL)
    cells = [image.convert("L").resize(small, Image.Resampling.BOX) for image in (now, kept)]
    histogram = ImageChops.difference(*cells).histogram()
    return sum(histogram[LEVEL + 1 :]) / (small[0] * small[1])


def show_difference(name: str, now: Image.Image, kept: Image.Image) -> Path:
    """Kept, now, and what differs (darker), side by side in one picture; returns its path."""
    DIFFERENCES.mkdir(parents=True, exist_ok=True)
    kept, now = kept.convert("L"), now.convert("L")
    size = (max(kept.width, now.width), max(kept.height, now.height))
    sheet = Image.new("L", (3 * size[0] + 20, size[1] + 16), 255)
    pen = ImageDraw.Draw(sheet)
    padded = []
    for i, (title, image) in enumerate((("kept", kept), ("now", now))):
        padded.append(Image.new("L", size, 255))
        padded[-1].paste(image)
        sheet.paste(padded[-1], (i * (size[0] + 10), 16))
        pen.text((i * (size[0] + 10) + 4, 2), title, fill=0)
    sheet.paste(ImageChops.invert(ImageChops.difference(*padded)), (2 * (size[0] + 10), 16))
    pen.text((2 * (size[0] + 10) + 4, 2), "difference", fill=0)
    path = DIFFERENCES / f"{name}.png"
    sheet.save(path)
    return path


def renew(edition: Path) -> int:
    """Write every picture anew; returns how many pages there are."""
    shutil.rmtree(DIFFERENCES, ignore_errors=True)
    for old in KEPT.glob("*.png"):
        old.unlink()
    KEPT.mkdir(exist_ok=True)
    count = 0
    for name, page in named(edition):
        page.quantize(GREYS).save(KEPT / f"{name}.png", optimize=True)
        count += 1
    SHOWN.mkdir(exist_ok=True)
    for name, pdf, number in GUIDE:
        page = list(pages(edition / pdf, GUIDE_DPI, grey=False))[number - 1]
        page.quantize(64, dither=Image.Dither.NONE).save(SHOWN / f"{name}.png", optimize=True)
    return count


def main() -> None:
    """Build the sample program and draw its pages."""
    from pipeline.build import demo

    with tempfile.TemporaryDirectory() as folder:
        count = renew(demo(Path(folder) / "demo").edition)
    print(f"{count} pages in {KEPT.relative_to(ROOT)}, {len(GUIDE)} in {SHOWN.relative_to(ROOT)}")  # noqa: T201


if __name__ == "__main__":
    main()
