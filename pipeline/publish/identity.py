"""What makes an edition the one that it is: a hash over everything that went in, and nothing else."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import schemas
from pipeline import __version__
from pipeline.program.model import Metric
from pipeline.publish.fonts import REPORTS

if TYPE_CHECKING:
    from pipeline.publish.inputs import EditionInputs

#: Hex digits of the id in the folder's name; the manifest holds all of them.
SHORT = 8
#: Files that decide what is written.
CODE = (".py", ".sql", ".toml", ".j2", ".css", ".js", ".woff2")
#: Libraries whose version can change a byte of an edition.
LIBRARIES = ("duckdb", "jinja2", "matplotlib", "weasyprint", "xlsxwriter", "fonttools", "pydyf")


def edition_id(inputs: EditionInputs) -> str:
    """The full id: sha256 over period, audience, raw/, declarations, fingerprint of person.key, version and ledger."""
    sources = inputs.sources
    parts = {
        "period": [inputs.period.label, inputs.period.start.isoformat(), inputs.period.end.isoformat()],
        "audience": inputs.audience,
        "raw": dict(sources.raw),
        "declarations": dict(sources.declarations),
        "key": sources.key_fingerprint,
        "ledger": dict(sources.ledger),
        "version": software(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def edition_name(inputs: EditionInputs) -> str:
    """The folder's name, `PERIOD_SHORTID`."""
    return f"{inputs.period.folder}_{edition_id(inputs)[:SHORT]}"


@functools.cache
def software() -> str:
    """The version of this software with a hash of its code, so that a change of the code makes a new edition."""
    digest = hashlib.sha256()
    for path in sorted(_code(), key=lambda p: p.as_posix()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return f"{__version__}+{digest.hexdigest()[:12]}"


def _code() -> list[Path]:
    folders = (Path(__file__).parents[1], Path(schemas.__file__).parent, REPORTS)
    return [p for folder in folders for p in folder.rglob("*") if p.suffix in CODE and "__pycache__" not in p.parts]


def versions() -> dict[str, str]:
    """Versions of this software and of the libraries that made the documents."""
    found = {"outcomes": software()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # pragma: no cover - a library without metadata, as in some bundles
            found[name] = "unknown"
    return found


def sha256_of(path: Path) -> str:
    """The sha256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def definition_hash(metric: Metric) -> str:
    """A short hash of what a metric counts; its title and its words may change without changing a figure."""
    counted = (
        metric.over, metric.kind, metric.unit, metric.numerator, metric.denominator, metric.measure, metric.event,
        metric.within_days, metric.last_by, metric.time,
    )  # fmt: skip
    return hashlib.sha256(json.dumps(counted).encode()).hexdigest()[:16]


def hashes(documents: Mapping[str, bytes]) -> dict[str, str]:
    """sha256 of documents by their name, sorted by name."""
    return {name: hashlib.sha256(documents[name]).hexdigest() for name in sorted(documents)}
