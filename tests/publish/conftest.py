"""One made-up staff report, rendered once for all tests that look at it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.publish.html import chart_address, page, style_sheet
from pipeline.publish.inputs import EditionInputs
from pipeline.publish.pdf import render_pdf
from pipeline.publish.report.prepare import Report, charts_of, prepare

from . import made_up


@dataclass(frozen=True)
class Rendered:
    """A report with its HTML and its PDF."""

    report: Report
    html: str
    pdf: bytes


def render(inputs: EditionInputs) -> Rendered:
    """Prepare and render the staff report of some inputs."""
    report = prepare(inputs, "2023-11_0123abcd")
    html = page("report.html.j2", report, chart_address, style_sheet())
    return Rendered(report, html, render_pdf(html, {c.name: c.svg for c in charts_of(report)}, "test"))


@pytest.fixture(scope="session")
def november() -> Rendered:
    """The report of the made-up November."""
    return render(made_up.inputs())


@pytest.fixture
def judge(tmp_path: Path):
    """Errors and warnings that an independent checker of PDF/UA-1 finds in some bytes."""
    import outloud

    def findings(pdf: bytes) -> list[str]:
        path = tmp_path / "judged.pdf"
        path.write_bytes(pdf)
        result = outloud.check(path)
        return [f"{f.rule} {f.message}" for f in result.findings if f.severity in ("error", "warning")]

    return findings
