"""Where Pango is: in the bundle on a Linux machine that has none, beside Homebrew on a Mac (docs/install.md)."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from functools import cache
from pathlib import Path

#: Where the bundle's install script puts the libraries.
FOLDER = Path(sys.prefix) / "share" / "outcomes" / "pango"
#: Where Homebrew and MacPorts put libraries. What make, sh and env start has lost the variable that names others: macOS
#: takes it away. Python looks there itself, so it helps to set it in the process.
MAC = "/opt/homebrew/lib:/usr/local/lib:/opt/local/lib"
_CONFIGURATIONS = (Path("/etc/fonts/fonts.conf"), Path("/usr/local/etc/fonts/fonts.conf"))


@cache
def load(folder: Path = FOLDER) -> None:
    """Loads what the machine lacks of Pango, before WeasyPrint asks for it. The machine's own libraries come first.

    What is loaded once is found by its name from then on. Without a bundle it only says where to look on a Mac.
    """
    if platform.system() == "Darwin":
        os.environ.setdefault("DYLD_FALLBACK_LIBRARY_PATH", MAC)
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
