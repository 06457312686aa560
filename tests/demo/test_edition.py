"""The sample program's edition: every page as it was looked at, accessible, complete, its own fonts, the same bytes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from html import unescape
from pathlib import Path

import outloud
import pytest
from PIL import Image

from pipeline.build import Built
from pipeline.verify import verify

from tests.publish.test_pdf import fonts_of, opened, text_of
from . import pictures

PAGES = {"report": 9, "public/report": 5, "public/headline": 1}
PARTNER = 2


def name_of(pdf: Path, edition: Path) -> str:
    return pdf.relative_to(edition).with_suffix("").as_posix()


def test_pages_look_as_they_were_looked_at(edition: Path) -> None:
    kept = {p.stem for p in pictures.KEPT.glob("*.png")}
    changed, seen = [], set()
    for name, page in pictures.named(edition):
        seen.add(name)
        path = pictures.KEPT / f"{name}.png"
        before = Image.open(path) if path.exists() else Image.new("L", page.size, 255)
        share = pictures.compared(page, before)
        if share > pictures.TOLERANCE:
            changed.append(f"{name} ({share:.1%}): {pictures.show_difference(name, page, before)}")
    hint = "Look at the pictures of the difference; when the new pages are right, `make pictures` keeps them."
    assert changed == [] and kept == seen, "\n".join([*changed, *sorted(kept ^ seen), hint])


def test_a_changed_page_is_noticed_and_another_edition_name_is_not(edition: Path) -> None:
    name, page = next(pictures.named(edition))
    width, height = page.size
    foot = page.copy()
    foot.paste(0, (0, height - 40, width, height))
    assert pictures.compared(pictures.without_foot(foot), page) == 0
    moved = Image.new("L", page.size, 255)
    moved.paste(page, (0, 8))
    assert pictures.compared(moved, page) > pictures.TOLERANCE
    figure = page.copy()
    figure.paste(255, (40, 200, 140, 240))  # a figure or two gone
    assert pictures.compared(figure, page) > pictures.TOLERANCE


def test_page_counts_as_expected(edition: Path) -> None:
    for pdf in pictures.documents(edition):
        name = name_of(pdf, edition)
        assert len(opened(pdf.read_bytes())) == PAGES.get(name, PARTNER), name


def test_every_pdf_is_accessible(edition: Path) -> None:
    for pdf in sorted(edition.rglob("*.pdf")):
        found = [f for f in outloud.check(pdf).findings if f.severity in ("error", "warning")]
        assert [f"{f.rule} {f.message}" for f in found] == [], pdf.name


def test_only_the_projects_fonts_are_embedded(edition: Path) -> None:
    for pdf in sorted(edition.rglob("*.pdf")):
        assert all(f.startswith("Source-Sans-3") for f in fonts_of(pdf.read_bytes())), pdf.name


@pytest.mark.parametrize("name", ["report", "public/report"])
def test_html_and_pdf_say_the_same_words(edition: Path, name: str) -> None:
    html = (edition / f"{name}.html").read_text(encoding="utf-8")
    body = re.sub(r"<script>.*?</script>", " ", html[html.index("<main") :], flags=re.S)
    words = set(re.findall(r"[\w%]{2,}", unescape(re.sub(r"<[^>]+>", " ", body))))
    text = re.sub(r"[\s\u00ad\ufffe]+", "", text_of((edition / f"{name}.pdf").read_bytes()))
    assert len(words) > 200 and [w for w in words if w not in text] == []


def test_every_number_of_a_public_page_is_a_public_figure_or_made_from_them(edition: Path) -> None:
    """Numbers of four digits and more: too large to be a count from 1 to 10, a percentage, or a number of a page."""
    figures = (edition / "public" / "figures.csv").read_text(encoding="utf-8")
    known = {round(float(n)) for n in re.findall(r"(?<=,)\d+(?:\.\d+)?(?=,)", figures)}
    hours = {round(n / 60) for n in known}
    for pdf in sorted((edition / "public").rglob("*.pdf")):
        found = {int(n.replace(",", "")) for n in re.findall(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])", text_of(pdf.read_bytes()))}
        assert found - known - hours - {1000} == set(), pdf.name


def test_the_edition_is_made_again_with_the_same_bytes(built: Built) -> None:
    """With one worker instead of all cores, from the ledger entries before its own."""
    found = verify(built.edition, built.edition.parents[2])
    assert found.differences == ()
    manifest = json.loads((built.edition / "manifest.json").read_text(encoding="utf-8"))
    assert found.documents == len(manifest["documents"]) > 25


@pytest.mark.skipif(sys.platform != "linux", reason="other systems open files in their own way")
def test_open_shows_the_report_and_a_second_build_finds_the_edition(built: Built, tmp_path: Path) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/shown\n', encoding="utf-8")
    opener.chmod(0o755)
    program = built.edition.parents[2]
    done = subprocess.run(
        [sys.executable, pictures.ROOT / "cli.py", "build", "--program", program, "--open", "--quiet"],
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}, capture_output=True, text=True,
        cwd=pictures.ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for _ in range(100):
        if (tmp_path / "shown").exists() and (tmp_path / "shown").read_text(encoding="utf-8"):
            break
        time.sleep(0.05)
    assert (tmp_path / "shown").read_text(encoding="utf-8").strip() == str(built.edition / "report.pdf")
    index = (built.edition.parent / "index.html").read_text(encoding="utf-8")
    assert f"{built.edition.name}/report.pdf" in index and index.count("<h2>") == 1
