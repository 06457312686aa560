"""Pango from the bundle, on a Linux machine that has none of its own (docs/install.md)."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from pathlib import Path

#: Where the bundle's install script puts the libraries.
FOLDER = Path(sys.prefix) / "share" / "outcomes" / "pango"
_CONFIGURATIONS = (Path("/etc/fonts/fonts.conf"), Path("/usr/local/etc/fonts/fonts.conf"))


@cache
def load(folder: Path = FOLDER) -> None:
    """Loads what the machine lacks of Pango, before WeasyPrint asks for it. The machine's own libraries come first.

    What is loaded once is found by its name from then on. Does nothing where no bundle was installed.
    """
    order = folder / "order.txt"
    if not order.is_file():
        return
    for name in order.read_text(encoding="utf-8").split():
        try:
            ctypes.CDLL(name, mode=ctypes.RTLD_GLOBAL)
        except OSError:
            ctypes.CDLL(str(folder / name), mode=ctypes.RTLD_GLOBAL)
    if not any(path.exists() for path in _CONFIGURATIONS):
        os.environ.setdefault("FONTCONFIG_FILE", str(folder / "fonts.conf"))
