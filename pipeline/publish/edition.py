"""An edition: out/editions/PERIOD_SHORTID/, whole or not at all, never changed afterwards, the same bytes each time."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipeline import durable
from pipeline.errors import Exit, UserError
from pipeline.publish.html import chart_address, page, style_sheet
from pipeline.publish.identity import definition_hash, edition_id, edition_name, hashes, versions
from pipeline.publish.index import write_index
from pipeline.publish.inputs import EditionInputs
from pipeline.publish.letters.documents import letter_documents
from pipeline.publish.logo import Logo, load_logo
from pipeline.publish.manifests import MANIFEST, read_manifest
from pipeline.publish.pdf import LOGO_ADDRESS
from pipeline.publish.public.documents import public_documents
from pipeline.publish.public_files import public_files
from pipeline.publish.render import Job, Renderer
from pipeline.publish.report.prepare import charts_of, prepare
from pipeline.publish.tables import csv_text, table_csv, write_xlsx
from pipeline.publish.twin import twin

#: What stood in the warehouse, so that two editions can be compared; withheld figures and why. For staff alone.
ROWS = ("table", "agency", "month", "rows", "keys", "contents")
WITHHELD = ("metric", "agency", "period", "why")


@dataclass(frozen=True, slots=True)
class Edition:
    """A finished edition. `made` is False when it was there already; `notices` are sentences for the user."""

    folder: Path
    name: str
    id: str
    files: tuple[Path, ...]
    made: bool
    notices: tuple[str, ...] = ()


def write_edition(
    inputs: EditionInputs,
    say: Callable[[str], object] | None = None,
    before_it_appears: Callable[[], object] | None = None,
    workers: int = 1,
) -> Edition:
    """Make the edition of these inputs below the program's out/editions/, or return it when it is there.

    Work goes into a folder with a leading dot, renamed when all is written; `before_it_appears` is called just before
    that (the ledger's entry). Call it from one build at a time. `say` is told each step; documents are rendered by so
    many `workers`. UserError when a folder of this name holds another edition. The list of editions, index.html, is
    brought up to date.
    """
    name, full = edition_name(inputs), edition_id(inputs)
    folder = inputs.program.out / "editions" / name
    if (found := _existing(folder, name, full)) is not None:
        write_index(inputs.program)  # a build may have been stopped just before
        return found
    documents, notices = edition_documents(inputs, say, workers)
    _write(folder, documents, before_it_appears)
    write_index(inputs.program)
    return Edition(folder, name, full, _files(folder), made=True, notices=notices)


def edition_documents(
    inputs: EditionInputs, say: Callable[[str], object] | None = None, workers: int = 1
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Every file of the edition by its path, the manifest last, and notices. A pure function of the inputs."""
    name = edition_name(inputs)
    with Renderer(workers) as renderer:
        documents, notices = staff_documents(inputs, name, renderer, say)
        logo, _ = load_logo(inputs.program)
        documents |= letter_documents(inputs, name, logo, renderer, say)
        documents["rows.csv"] = table_csv(ROWS, inputs.rows).encode("utf-8")
        if inputs.public is not None:
            documents |= public_files(inputs.public, inputs.program, name)
            documents |= public_documents(inputs.public, inputs.program, inputs.period, name, logo, say, renderer)
            documents["withheld.csv"] = table_csv(WITHHELD, inputs.withheld).encode("utf-8")
        documents |= renderer.finished()
    documents[MANIFEST] = manifest(inputs, name, edition_id(inputs), documents)
    return documents, notices


def staff_documents(
    inputs: EditionInputs, name: str, renderer: Renderer, say: Callable[[str], object] | None = None
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Every staff document by its path in the edition, and notices; report.pdf is handed in to the renderer."""
    _tell(say, "report.pdf")
    report = prepare(inputs, name)
    logo, notice = load_logo(inputs.program)
    charts = {c.name: c.svg for c in charts_of(report)}
    html = page("report.html.j2", report, chart_address, style_sheet(), LOGO_ADDRESS if logo else None)
    renderer.submit(Job("report.pdf", html, charts, f"{name}/report.pdf", _pair(logo)))
    documents = {"report.html": twin("report.html.j2", report, logo).encode("utf-8")}
    _tell(say, "figures")
    figures = [replace(f, edition=name) for f in inputs.figures]
    book = io.BytesIO()
    write_xlsx(figures, book, inputs.program.metrics, f"{inputs.program.name}, {inputs.period.label}")
    documents |= {"figures.csv": csv_text(figures).encode("utf-8"), "figures.xlsx": book.getvalue()}
    return documents, (notice,) if notice else ()


def _tell(say: Callable[[str], object] | None, step: str) -> None:
    if say is not None:
        say(step)


def _pair(logo: Logo | None) -> tuple[str, bytes] | None:
    return (logo.media, logo.data) if logo else None


def manifest(inputs: EditionInputs, name: str, full: str, documents: Mapping[str, bytes]) -> bytes:
    """manifest.json: what went in and what came out, by sha256; versions; receipts. No build time anywhere."""
    period, sources = inputs.period, inputs.sources
    content = {
        "edition": name,
        "id": full,
        "program": inputs.program.name,
        "period": {"label": period.label, "start": period.start.isoformat(), "end": period.end.isoformat()},
        "audience": inputs.audience,
        "ledger_entry": inputs.entry or None,
        "versions": versions(),
        "sources": {
            "raw": dict(sorted(sources.raw.items())),
            "declarations": dict(sorted(sources.declarations.items())),
            "ledger": dict(sorted(sources.ledger.items())),
            "person_key": sources.key_fingerprint,
        },
        "metrics": {m.id: definition_hash(m) for m in inputs.program.metrics.values()},
        "documents": hashes(documents),
        "receipts": [asdict(r) for r in inputs.receipts],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _existing(folder: Path, name: str, full: str) -> Edition | None:
    if not folder.is_dir():
        return None
    if (read_manifest(folder) or {}).get("id") != full:
        raise UserError(
            "a folder of this name is there, and it is another edition or a damaged one",
            str(folder),
            "An edition is never changed. Move the folder away and build again.",
            Exit.FAILURE,
        )
    return Edition(folder, name, full, _files(folder), made=False)


def _files(folder: Path) -> tuple[Path, ...]:
    """The files of an edition for a reader: the report first, the manifest last."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return tuple(
        sorted(files, key=lambda p: (p.name == MANIFEST, p.stem != "report", p.suffix != ".pdf", p.as_posix()))
    )


def _write(folder: Path, documents: Mapping[str, bytes], before_it_appears: Callable[[], object] | None = None) -> None:
    """All documents, then one rename. Copies of documents are handed round, so they have the usual modes."""
    durable.private_folder(folder.parent)
    with durable.owned(folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")) as beside:
        for name, data in documents.items():
            target = beside / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        durable.name_folder(beside, folder, before_it_appears)
