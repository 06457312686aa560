"""The program folder: declarations, folders, the key and its backup, the ledger, the clock, colours, disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.doctor.finding import Finding
from pipeline.doctor.key import key_findings
from pipeline.doctor.storage import storage_findings
from pipeline.errors import UserError

if TYPE_CHECKING:
    from pipeline.program.model import Program

#: A build of a large program writes extracts and the warehouse, the latter twice for a moment.
NEEDED_BYTES, TIMES_RAW = 1_000_000_000, 3
#: No clock of a machine that runs this software shows an earlier day.
EARLIEST = date(2025, 1, 1)


def look_at_program(folder: Path, backup: Path | None) -> Iterator[Finding]:
    """One finding after another; when the declarations are wrong, that alone."""
    from pipeline.program.load import load_program

    try:
        found = load_program(folder)
    except UserError as error:
        yield Finding("Program", False, f"{folder} cannot be read as a program", str(error))
        return
    agencies = f"{len(found.agencies)} agenc{'y' if len(found.agencies) == 1 else 'ies'}"
    yield Finding("Program", True, f"{found.name}: {agencies}, {len(found.mappings)} mappings, all sound")
    manifests = _manifests(found)
    yield from _folders(found)
    yield from key_findings(found, manifests, backup)
    yield from storage_findings(found)
    yield _ledger(found)
    yield _clock(found, manifests)
    yield _accent(found)
    yield from _logo(found)
    yield _disk(found)


def _manifests(program: Program) -> list[dict[str, Any]]:
    """The manifests of the editions in out/, the one whose period ends last at the end; damaged ones are left out."""
    from pipeline.publish.manifests import MANIFEST, read_manifest

    found = []
    for file in sorted((program.out / "editions").glob(f"[!.]*/{MANIFEST}")):
        manifest = read_manifest(file.parent) or {}
        with suppress(OSError, KeyError, TypeError):
            if manifest["edition"] and manifest["sources"]["person_key"]:
                found.append((str(manifest["period"]["end"]), file.stat().st_mtime_ns, manifest))
    return [manifest for *_, manifest in sorted(found, key=lambda item: item[:2])]


def _folders(program: Program) -> Iterator[Finding]:
    if not program.raw.is_dir():
        yield Finding("raw/", False, "is missing", f"Make the folder {program.raw} and put the extracts there.")
    elif not os.access(program.raw, os.R_OK | os.X_OK):
        yield Finding("raw/", False, "cannot be read", f"Allow yourself to read {program.raw} and what lies in it.")
    else:
        closed = [p for p in program.raw.rglob("*") if p.is_file() and not os.access(p, os.R_OK)]
        names = ", ".join(p.relative_to(program.raw).as_posix() for p in closed[:3])
        hint = f"Allow yourself to read {names}{' …' if len(closed) > 3 else ''}." if closed else ""
        yield Finding("raw/", not closed, f"{len(closed)} files cannot be read" if closed else "can be read", hint)
    for name, folder in (("out/", program.out), ("published/", program.published)):
        place = folder if folder.exists() else program.folder
        ok = os.access(place, os.W_OK | os.X_OK)
        yield Finding(
            name, ok, "can be written" if ok else "cannot be written", "" if ok else f"Allow writing {place}."
        )


def _ledger(program: Program) -> Finding:
    """The ledger is whole, and agrees with the public editions that are there."""
    from pipeline.publish.manifests import read_ledger

    try:
        ledger = read_ledger(program)
    except UserError as error:
        hint = error.hint or "Put published/ back from the backup: what was published must not be forgotten."
        return Finding("Ledger", False, f"published/: {error.what}", hint)
    count = len(ledger.editions)
    if not count:
        return Finding("Ledger", True, "nothing has been published yet")
    hint = "Back up published/ with the key: no build may forget what was published."
    return Finding("Ledger", True, f"{count} public edition{'' if count == 1 else 's'} listed, none changed", hint)


def _clock(program: Program, manifests: list[dict[str, Any]]) -> Finding:
    """The clock is not behind what was published; the zone is known."""
    zone = ZoneInfo(program.timezone)
    now = datetime.now(zone)
    shown = f"{now:%Y-%m-%d %H:%M} in {program.timezone}"
    last = max((str(m["period"]["end"]) for m in manifests), default="")
    if now.date() < EARLIEST or now.date().isoformat() < last:
        what = f"{shown}, before {last or EARLIEST.isoformat()}" + (", the last day of an edition" if last else "")
        return Finding("Clock", False, what, "Set date and time of this machine; dates in the future are doubted.")
    return Finding("Clock", True, shown)


def _accent(program: Program) -> Finding:
    from pipeline.publish.palette import palette

    accent = program.branding.accent
    used = palette(accent).accent
    if used.lower() != accent.lower():
        hint = f"Nothing to do, or write {used} in program.toml to see what is printed."
        return Finding("Accent", True, f"{accent} is too light to be read; pages use it darkened, {used}", hint)
    return Finding("Accent", True, f"{accent} reads well")


def _logo(program: Program) -> Iterator[Finding]:
    from pipeline.publish.logo import load_logo

    if program.branding.logo:
        _, notice = load_logo(program)
        state = notice or f"{program.branding.logo} can be printed"
        hint = "Put it there as SVG, PNG or JPEG, or remove `logo` from program.toml." if notice else ""
        yield Finding("Logo", not notice, state, hint)


def _disk(program: Program) -> Finding:
    raw = sum(p.stat().st_size for p in program.raw.rglob("*") if p.is_file()) if program.raw.is_dir() else 0
    needed = max(NEEDED_BYTES, TIMES_RAW * raw)
    free = shutil.disk_usage(program.folder).free
    ok = free >= needed
    hint = "" if ok else f"Free at least {needed / 1e9:,.1f} GB: out/ may be deleted at any time, it is made again."
    return Finding("Disk", ok, f"{free / 1e9:,.1f} GB free, {needed / 1e9:,.1f} GB needed at most", hint)
