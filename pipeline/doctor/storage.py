"""How rows are kept: encrypted or in clear, and whether others on this machine may open the folders."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.doctor.finding import Finding
from pipeline.errors import UserError

if TYPE_CHECKING:
    from pipeline.program.model import Program


def storage_findings(program: Program) -> Iterator[Finding]:
    """Encryption first, then each folder that others may enter: some programs mean it so, so that is no fault."""
    yield _encryption(program)
    for folder in (program.out, program.published) if os.name == "posix" else ():
        mode = stat.S_IMODE(folder.stat().st_mode) if folder.is_dir() else 0
        if mode & 0o077:
            state = f"others on this machine may enter it (mode {mode:o})"
            yield Finding(f"{folder.name}/", True, f"{state}; to keep them out: chmod 700 {shlex.quote(str(folder))}")


def _encryption(program: Program) -> Finding:
    from pipeline.program.seal import extension

    if not program.privacy.encrypt:
        return Finding("Encryption", True, "off: rows in out/ are in clear ([privacy] encrypt = true turns it on)")
    try:
        extension()
    except UserError as error:
        return Finding("Encryption", False, error.what, error.hint)
    return Finding("Encryption", True, "on: warehouse and products are encrypted with person.key")
