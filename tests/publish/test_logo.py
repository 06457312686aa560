"""The logo: an image whatever it is, or none."""

import io
from pathlib import Path

import pytest
from PIL import Image

from pipeline.program.model import Branding
from pipeline.publish.html import chart_address, page, style_sheet
from pipeline.publish.logo import load_logo
from pipeline.publish.pdf import LOGO_ADDRESS, render_pdf
from pipeline.publish.report.prepare import charts_of, prepare
from pipeline.publish.twin import twin

from . import made_up

WILD = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90000" height="9"
 onload="alert(1)"><script>alert(2)</script><style>@import url(http://example.org/a.css);</style>
<image xlink:href="http://example.org/a.png" width="9" height="9"/><a href="javascript:alert(3)"><rect width="5" height="5"
 fill="url(http://example.org/f.svg#a)"/></a><foreignObject><p>hello</p></foreignObject><circle r="4" fill="#123456"/></svg>"""


def with_logo(folder: Path, name: str, data: bytes | None):
    if data is not None:
        (folder / name).write_bytes(data)
    return made_up.program(folder=folder, branding=Branding(logo=name))


def picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#225588").save(out, "PNG")
    return out.getvalue()


def test_no_logo_is_no_notice() -> None:
    assert load_logo(made_up.program()) == (None, "")


def test_a_huge_picture_is_made_small(tmp_path) -> None:
    logo, notice = load_logo(with_logo(tmp_path, "logo.png", picture(5000, 2000)))
    assert logo is not None and notice == "" and Image.open(io.BytesIO(logo.data)).size == (900, 360)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("logo.png", None), ("logo.png", b"not a picture"), ("logo.svg", b"<html></html>"), ("logo.svg", b"<svg"),
        ("logo.svg", b'<!DOCTYPE x [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'),
        ("logo.exe", b"MZ"), ("logo.png", b"\x89PNG" + b"0" * 6_000_000), ("../logo.png", None),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_left_out_with_a_notice(tmp_path, name, data) -> None:
    logo, notice = load_logo(with_logo(tmp_path, name, data))
    assert logo is None and name in notice


def test_a_bomb_of_pixels_is_told_before_it_is_unpacked(tmp_path) -> None:
    logo, notice = load_logo(with_logo(tmp_path, "logo.png", picture(9000, 9000)))
    assert logo is None and notice


def test_an_svg_loses_everything_that_acts_or_points_elsewhere(tmp_path) -> None:
    logo, _ = load_logo(with_logo(tmp_path, "logo.svg", WILD))
    assert logo is not None and logo.media == "image/svg+xml"
    for bad in (b"script", b"alert", b"example.org", b"foreignObject", b"onload", b"javascript"):
        assert bad not in logo.data
    assert b"circle" in logo.data and b"rect" in logo.data


def test_in_documents_it_is_an_image_and_never_markup(tmp_path, judge) -> None:
    program = with_logo(tmp_path, "logo.svg", WILD)
    logo, _ = load_logo(program)
    assert logo is not None
    report = prepare(made_up.inputs(made=program, months=1, groups=False), "x")
    html = page("report.html.j2", report, chart_address, style_sheet(), LOGO_ADDRESS)
    pdf = render_pdf(html, {c.name: c.svg for c in charts_of(report)}, "t", (logo.media, logo.data))
    assert judge(pdf) == []
    page_ = twin("report.html.j2", report, logo)
    assert "<circle" not in page_ and 'src="data:image/svg+xml;base64,' in page_
    assert "http://" not in page_.replace("http://www.w3.org", "") and "https://" not in page_
