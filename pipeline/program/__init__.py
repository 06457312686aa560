"""What a program declares, typed and judged: `load_program` reads a program folder.

Names are imported when they are first used, so that `outcomes --help` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.program.load import load_program as load_program

_HOMES = {"load_program": "pipeline.program.load"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
