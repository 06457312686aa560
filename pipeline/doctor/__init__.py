"""Is this machine ready to build? Each finding says what is so, and what to do if it must change."""

from __future__ import annotations

from pathlib import Path

from pipeline.doctor.finding import Finding
from pipeline.doctor.machine import look_at_machine
from pipeline.doctor.program import look_at_program

__all__ = ["Finding", "examine"]


def examine(folder: Path, backup: Path | None = None) -> list[Finding]:
    """Look at the machine, then at the program in `folder`. Makes nothing and changes nothing.

    `backup` is a copy of the key file that is to be compared with the one in use.
    """
    return [*look_at_machine(), *look_at_program(folder, backup)]
