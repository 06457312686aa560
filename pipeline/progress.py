"""Progress of long work, always on stderr: a bar on a terminal, plain lines elsewhere, nothing when quiet."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Progress(Protocol):
    """What a long function tells: its stages, one after another, and the items done in each."""

    def stage(self, title: str, total: int | None = None) -> None:
        """A new stage begins; `total` items are to come, when that is known."""

    def advance(self, item: str = "") -> None:
        """One item of the stage is done."""


class Silent:
    """Says nothing."""

    def stage(self, title: str, total: int | None = None) -> None:
        """Nothing is said."""

    def advance(self, item: str = "") -> None:
        """Nothing is said."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None


#: For callers that have nobody to tell.
SILENT: Progress = Silent()


class Lines(Silent):
    """One plain line for each stage: right for a log file."""

    def stage(self, title: str, total: int | None = None) -> None:
        """Say the title, and how many items it has."""
        print(f"{title} ({total})" if total else title, file=sys.stderr, flush=True)  # noqa: T201


class Bar(Silent):
    """A bar that moves, for a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._rich: RichProgress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._rich.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._rich.stop()

    def stage(self, title: str, total: int | None = None) -> None:
        """The stage before is shown as done, a new bar begins."""
        if self._task is not None:
            self._rich.remove_task(self._task)
        self._task = self._rich.add_task(title, total=total)

    def advance(self, item: str = "") -> None:
        """The bar moves by one."""
        if self._task is not None:
            self._rich.advance(self._task)


def progress_for(quiet: bool) -> Silent:
    """The right one for this process. Use it in a `with` block.

    Titles are ours; no text of an extract may get into them.
    """
    if quiet:
        return Silent()
    return Bar() if sys.stderr.isatty() else Lines()
