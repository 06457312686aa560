"""The data dictionary: tables, columns, codes, rules and metrics, as a page, as Markdown and as a data package."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.program.model import Program
from pipeline.publish.dictionary.content import contents
from pipeline.publish.dictionary.package import data_package
from pipeline.publish.dictionary.pages import html_page, markdown_page


def write_dictionary(program: Program | None, folder: Path) -> tuple[Path, ...]:
    """Write dictionary.html, dictionary.md and datapackage.json into `folder`; returns their paths.

    With a program its own and changed metrics stand there too; without one, what comes with Outcomes. The same
    declarations give the same bytes.
    """
    found = contents(program)
    package = json.dumps(data_package(found), ensure_ascii=False, indent=2)
    texts = {
        "dictionary.html": html_page(found),
        "dictionary.md": markdown_page(found),
        "datapackage.json": f"{package}\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in texts)
