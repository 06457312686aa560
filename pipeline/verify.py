"""`verify`: an edition built once more from what its manifest names, byte by byte; or the input that changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import facts
from pipeline.build import edition_inputs, refresh
from pipeline.program.key import read_key
from pipeline.program.load import load_program
from pipeline.program.model import Program
from pipeline.program.paths import is_litter
from pipeline.progress import SILENT, Progress
from pipeline.protect.ledger import Ledger
from pipeline.publish.edition import edition_documents
from pipeline.publish.identity import sha256_of, versions
from pipeline.publish.manifests import MANIFEST, PUBLIC, whole_manifest
from pipeline.publishing import pass_control
from pipeline.store.warehouse import Warehouse
from pipeline.turns import turn


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. `differences` is empty when every byte is the same; `notices` are sentences for the user."""

    edition: str
    documents: int
    differences: tuple[str, ...]
    notices: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the edition is what its inputs give."""
        return not self.differences


def verify(path: Path, folder: Path, *, progress: Progress = SILENT) -> Verified:
    """Build the edition in `path` once more. UserError when `path` holds no edition, or one without its manifest.

    The program is the one whose out/editions/ holds the edition, else the one in `folder`.
    """
    manifest = whole_manifest(path)
    own = path.resolve().parents[2] if len(path.resolve().parents) > 2 else folder
    program = load_program(own if (own / "program.toml").exists() else folder)
    with turn(program, progress) as cleared:
        found = _differences(path, program, manifest, progress)
    return Verified(manifest["edition"], len(manifest["documents"]), tuple(found), cleared)


def _differences(path: Path, program: Program, manifest: dict[str, Any], progress: Progress) -> list[str]:
    """What is not as it was, in words; documents are only built again when nothing else is."""
    label = manifest["period"]["label"]
    warehouse, _ = refresh(program, label, progress=progress)
    with warehouse:
        found = [
            *_changed_documents(path, manifest["documents"]),
            *_changed_versions(manifest),
            *_changed_sources(program, warehouse, manifest),
        ]
        again = {} if found else _build_again(program, warehouse, manifest, progress)
    return found or [
        f"{name} has other bytes when it is built again" for name in sorted(again) if _differs(path / name, again[name])
    ]


def _changed_documents(path: Path, documents: dict[str, str]) -> list[str]:
    """The files of an edition that are missing, changed, or none of its own."""
    lying = {p.relative_to(path).as_posix(): p for p in path.rglob("*") if p.is_file() and not is_litter(p.name)}
    found = [f"{name} is missing" for name in documents if name not in lying]
    found += [
        f"{n} is not the file that was written" for n, d in documents.items() if n in lying and sha256_of(lying[n]) != d
    ]
    return found + [f"{name} was put there later" for name in sorted(lying.keys() - documents.keys() - {MANIFEST})]


def _changed_versions(manifest: dict[str, Any]) -> list[str]:
    now = versions()
    return [
        f"{name} was {then}, now {now.get(name, 'not there')}"
        for name, then in manifest["versions"].items()
        if now.get(name) != then
    ]


def _changed_sources(program: Program, warehouse: Warehouse, manifest: dict[str, Any]) -> list[str]:
    """The inputs that are no longer what the manifest names."""
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


def _difference(where: str, then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    words = [f"{where}{n} is gone" for n in then if n not in now]
    words += [f"{where}{n} is new" for n in now if n not in then]
    return words + [f"{where}{n} has changed" for n in then if n in now and then[n] != now[n]]


def _build_again(
    program: Program, warehouse: Warehouse, manifest: dict[str, Any], progress: Progress
) -> dict[str, bytes]:
    """Every file of the edition by its path, from the inputs that are there."""
    inputs = edition_inputs(program, warehouse, facts.choose_period(program, warehouse, manifest["period"]["label"]))
    if manifest["audience"] == PUBLIC:
        before = Ledger.read(program.published).before(len(manifest["sources"]["ledger"]) + 1)
        _, inputs = pass_control(program, warehouse, inputs, before)
    documents, _ = edition_documents(inputs, lambda step: progress.stage(f"Building {step} again"))
    return documents


def _differs(file: Path, data: bytes) -> bool:
    return not file.is_file() or file.read_bytes() != data
