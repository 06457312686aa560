"""The list of editions: newest period first, links to what is there, nothing of unfinished or foreign folders."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pipeline.publish.index import write_index

from . import made_up


def add(editions: Path, name: str, label: str, start: str, end: str, *files: str) -> None:
    folder = editions / name
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(b"x")
    period = {"label": label, "start": start, "end": end}
    audience = "public" if any(f.startswith("public/") for f in files) else "staff"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"period": period, "audience": audience}), encoding="utf-8")


def test_newest_first_with_links_that_lead_somewhere(tmp_path) -> None:
    program = made_up.program(("Alder Police Department", "<b>Odd & Sons</b>"), folder=tmp_path)
    editions = tmp_path / "out" / "editions"
    add(editions, "2023-09_aa", "2023-09", "2023-09-01", "2023-09-30", "report.pdf", "report.html")
    add(editions, "2023-11_bb", "2023-11", "2023-11-01", "2023-11-30", "report.pdf", "public/partners/a1.pdf")
    add(editions, "FY2023_cc", "FY2023", "2022-07-01", "2023-06-30", "report.pdf")
    add(editions, "to-date_dd", "to-date", "2022-07-01", "2023-11-30", "report.pdf")
    add(editions, ".2023-12_ee-x", "2023-12", "2023-12-01", "2023-12-31", "report.pdf")
    (editions / "notes").mkdir()
    (editions / "broken").mkdir()
    (editions / "broken" / "manifest.json").write_text("{", encoding="utf-8")
    html = write_index(program).read_text(encoding="utf-8")
    headings = re.findall(r"<h2>(.*?)</h2>", html)
    assert headings == ["Program to date", "November 2023", "September 2023", "Fiscal year 2023"]
    links = re.findall(r'href="([^"]+)"', html)
    assert "2023-11_bb/public/partners/a1.pdf" in links and all((editions / link).is_file() for link in links)
    assert "&lt;b&gt;Odd &amp; Sons" in html and "<b>Odd" not in html


def test_without_editions_it_says_what_makes_one(tmp_path) -> None:
    html = write_index(made_up.program(folder=tmp_path)).read_text(encoding="utf-8")
    assert "No edition yet." in html and "outcomes build" in html
