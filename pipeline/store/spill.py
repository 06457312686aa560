"""Where DuckDB puts what does not fit into memory: one folder a process below out/, gone with the last that uses it."""

from __future__ import annotations

import os
import secrets
from contextlib import ExitStack
from pathlib import Path

from pipeline import durable

_open: dict[Path, _Shared] = {}


class _Shared:
    """The folder of this process, and how many use it."""

    def __init__(self, out: Path) -> None:
        self.users = 0
        self.path = out / f".spill-{os.getpid()}-{secrets.token_hex(4)}"
        self.stack = ExitStack()
        try:
            self.stack.enter_context(durable.owned(self.path))
            self.path.mkdir(mode=durable.FOLDER_MODE)
        except OSError:
            self.stack.close()  # out/ cannot be written: reading goes on, as long as memory suffices


class Spill:
    """A name in the folder of this process. Users of one `name` share it: DuckDB wants the same for one file."""

    def __init__(self, out: Path, name: str = "") -> None:
        self._out = out
        self._shared = _open[out] if out in _open else _Shared(out)
        _open[out] = self._shared
        self._shared.users += 1
        self.path = self._shared.path / (name or secrets.token_hex(4))

    def release(self) -> None:
        """Nobody spills there any more."""
        self._shared.users -= 1
        if not self._shared.users:
            del _open[self._out]
            self._shared.stack.close()
