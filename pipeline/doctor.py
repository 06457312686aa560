"""Is this machine ready to build? Each finding says what is so, and what to do if it must change."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UserError

if TYPE_CHECKING:
    from pipeline.program.model import Program

FONTS = Path(__file__).resolve().parent.parent / "reports" / "fonts"
FONT_FILES = 4
#: A build of a large program writes the warehouse twice for a moment.
NEEDED_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `hint` says what to do when `ok` is false."""

    subject: str
    ok: bool
    state: str
    hint: str = ""

    @property
    def text(self) -> str:
        """One line, and a second one with what to do."""
        advice = f"\n         {self.hint}" if self.hint else ""
        return f"{'ok' if self.ok else 'NOT OK':7}  {self.subject}: {self.state}{advice}"


def examine(folder: Path) -> list[Finding]:
    """Look at the machine, then at the program in `folder`. Makes nothing and changes nothing."""
    findings = [_python(), _pango(), _fonts()]
    findings.extend(_program(folder))
    return findings


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        "Python", sys.version_info >= (3, 11), version, "" if sys.version_info >= (3, 11) else "Install 3.11."
    )


def _pango() -> Finding:
    from pipeline.publish import pango

    try:
        pango.load()
        import weasyprint
    except OSError:
        return Finding(
            "Pango", False, "cannot be loaded; no PDF can be made", "Run `make setup`, or install Pango 1.44+."
        )
    return Finding("Pango", True, f"found (WeasyPrint {weasyprint.__version__})")


def _fonts() -> Finding:
    count = len(list(FONTS.glob("*.woff2")))
    if count < FONT_FILES:
        return Finding("Fonts", False, f"{count} of {FONT_FILES} in {FONTS.name}/", "Install Outcomes anew.")
    return Finding("Fonts", True, "Source Sans 3 travels with the project")


def _program(folder: Path) -> Iterator[Finding]:
    from pipeline.program.load import load_program

    try:
        program = load_program(folder)
    except UserError as error:
        yield Finding(
            "Program", False, f"{folder} cannot be read as a program", str(error).replace("\n", "\n         ")
        )
        return
    agencies = f"{len(program.agencies)} agenc{'y' if len(program.agencies) == 1 else 'ies'}"
    yield Finding("Program", True, f"{program.name}: {agencies}, {len(program.mappings)} mappings, all sound")
    yield _key(program)
    yield from _folders(program)
    yield _accent(program)
    yield _disk(folder)


def _key(program: Program) -> Finding:
    path = program.folder / program.privacy.key_file
    if not path.exists():
        return Finding(
            "Key file", True, f"{path.name} will be made by the first build; then back it up apart from the data"
        )
    if not os.access(path, os.R_OK):
        return Finding("Key file", False, f"{path.name} cannot be read", "Check who may read it.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        return Finding(
            "Key file", False, f"{path.name} can be read by others (mode {mode:o})", f"Run: chmod 600 {path}"
        )
    return Finding("Key file", True, f"{path.name} is there; keep a backup apart from the data")


def _folders(program: Program) -> Iterator[Finding]:
    if not program.raw.is_dir():
        yield Finding("raw/", False, "is missing", f"Make the folder {program.raw} and put the extracts there.")
    else:
        ok = os.access(program.raw, os.R_OK | os.X_OK)
        yield Finding("raw/", ok, "can be read" if ok else "cannot be read", "" if ok else "Check who may read it.")
    place = program.out if program.out.exists() else program.folder
    ok = os.access(place, os.W_OK | os.X_OK)
    yield Finding(
        "out/", ok, "can be written" if ok else "cannot be written", "" if ok else f"Check who may write {place}."
    )


def _accent(program: Program) -> Finding:
    from pipeline.publish.palette import palette

    accent = program.branding.accent
    used = palette(accent).accent
    if used.lower() != accent.lower():
        return Finding("Accent", True, f"{accent} is too light to read on white; pages use {used}")
    return Finding("Accent", True, f"{accent} reads well")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    ok = free >= NEEDED_BYTES
    return Finding("Disk", ok, f"{free / 1e9:,.1f} GB free", "" if ok else "Free at least 1 GB.")
