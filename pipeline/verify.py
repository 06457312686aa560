"""`verify`: an edition built once more from what its manifest names, byte by byte; or the input that changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import facts
from pipeline.build import edition_inputs, refresh
from pipeline.errors import UserError
from pipeline.program.key import read_key
from pipeline.program.load import load_program
from pipeline.program.model import Program
from pipeline.program.periods import parse_period
from pipeline.progress import Progress, Silent
from pipeline.protect.ledger import Ledger
from pipeline.publish.edition import MANIFEST, edition_documents
from pipeline.publish.identity import sha256_of, versions
from pipeline.publishing import PUBLIC, pass_control
from pipeline.turns import turn

SILENT: Progress = Silent()


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. `differences` is empty when every byte is the same."""

    edition: str
    documents: int
    differences: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the edition is what its inputs give."""
        return not self.differences


def verify(path: Path, folder: Path, *, progress: Progress = SILENT) -> Verified:
    """Build the edition in `path` once more. UserError when `path` holds no edition.

    The program is the one whose out/editions/ holds the edition, else the one in `folder`.
    """
    manifest = _manifest(path)
    own = path.resolve().parents[2] if len(path.resolve().parents) > 2 else folder
    program = load_program(own if (own / "program.toml").exists() else folder)
    with turn(program, progress):
        return _verify(path, program, manifest, progress)


def _verify(path: Path, program: Program, manifest: dict[str, Any], progress: Progress) -> Verified:
    broken = [
        f"{name} is not the file that was written" if (path / name).exists() else f"{name} is missing"
        for name, digest in manifest["documents"].items()
        if not (path / name).exists() or sha256_of(path / name) != digest
    ]
    moved = [*_changed_versions(manifest), *_changed_sources(program, manifest, progress)]
    if broken or moved:
        return Verified(manifest["edition"], len(manifest["documents"]), (*broken, *moved))
    again = _build_again(program, manifest, progress)
    other = [f"{n} has other bytes when it is built again" for n in sorted(again) if _differs(path / n, again[n])]
    return Verified(manifest["edition"], len(manifest["documents"]), tuple(other))


def _manifest(path: Path) -> dict[str, Any]:
    file = path / MANIFEST
    if not file.is_file():
        raise UserError(f"there is no {MANIFEST}, so this is no edition", str(path), "Name a folder in out/editions/.")
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        raise UserError(f"{MANIFEST} cannot be read: it was changed", str(path)) from None
    return found


def _changed_versions(manifest: dict[str, Any]) -> list[str]:
    now = versions()
    return [
        f"{name} was {then}, now {now.get(name, 'not there')}"
        for name, then in manifest["versions"].items()
        if now.get(name) != then
    ]


def _changed_sources(program: Program, manifest: dict[str, Any], progress: Progress) -> list[str]:
    """The inputs that are no longer what the manifest names."""
    warehouse, _ = refresh(program, manifest["period"]["label"], progress=progress)
    with warehouse:
        now = facts.sources(program, warehouse.receipts(), read_key(program))
    then = manifest["sources"]
    found = _difference("raw/", then["raw"], now.raw) + _difference("", then["declarations"], now.declarations)
    if then["person_key"] != now.key_fingerprint:
        found.append("person.key is another one")
    if manifest["audience"] == PUBLIC:
        before = Ledger.read(program.published)
        listed = {e.name: c for e, c in zip(before.entries, before.checksums, strict=True)}
        found += _difference("published/", then["ledger"], {n: c for n, c in listed.items() if n in then["ledger"]})
    return found


def _difference(where: str, then: dict[str, str], now: Any) -> list[str]:
    words = [f"{where}{n} is gone" for n in then if n not in now]
    words += [f"{where}{n} is new" for n in now if n not in then]
    return words + [f"{where}{n} has changed" for n in then if n in now and then[n] != now[n]]


def _build_again(program: Program, manifest: dict[str, Any], progress: Progress) -> dict[str, bytes]:
    label, sources = manifest["period"]["label"], manifest["sources"]
    warehouse, _ = refresh(program, label, progress=progress)
    with warehouse:
        complete = warehouse.last_complete_month()
        period = parse_period(label, program.fiscal_year_starts, program.began, complete)
        inputs = edition_inputs(program, warehouse, period)
        if manifest["audience"] == PUBLIC:
            before = Ledger.read(program.published).before(len(sources["ledger"]) + 1)
            _, inputs = pass_control(program, warehouse, inputs, before)
        documents, _ = edition_documents(inputs, lambda step: progress.stage(f"Building {step} again"))
    return documents


def _differs(file: Path, data: bytes) -> bool:
    return not file.is_file() or file.read_bytes() != data
