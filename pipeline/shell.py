"""What commands share: their app, how they end, and how they speak to the user."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from pipeline.errors import Exit, UserError, harmless
from pipeline.wrap import width_of, wrapped

if TYPE_CHECKING:
    from pipeline.build import Built


class _Commands(typer.core.TyperGroup):
    """The commands. What was typed is repeated when it is wrong, and names of files may be among it."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that was named."""
        try:
            return super().invoke(ctx)
        except Exception as wrong:
            if isinstance(message := getattr(wrong, "message", None), str):
                wrong.message = harmless(message)  # type: ignore[attr-defined]
            raise


app = typer.Typer(
    name="outcomes",
    cls=_Commands,
    help="Defensible, private reports for co-responder programs: extracts in, audited figures out.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
)


def command(function: Callable[..., Exit | None]) -> Callable[..., None]:
    """A command of the app: its failures become one clear message and an exit code, never a traceback."""

    @app.command(name=function.__name__.rstrip("_"))
    @functools.wraps(function)
    def run(*args: Any, **options: Any) -> None:
        from pipeline.guard import guarded

        raise typer.Exit(guarded(lambda: function(*args, **options) or Exit.DONE, debug=bool(options.get("debug"))))

    return run


def say(text: str) -> None:
    """A line for the user that is not part of the answer: on stderr."""
    typer.echo(wrapped(harmless(text), width_of(sys.stderr)), err=True)


def tell(notices: Iterable[str], quiet: bool) -> None:
    """What the user should know beside the answer; nothing with --quiet."""
    for notice in () if quiet else notices:
        say(notice)


def split(text: str) -> list[str]:
    """The parts of a list typed with commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def one_folder(folder: Path | None, program: Path | None, default: Path) -> Path:
    """The folder that a command begins, named as DIR or with --program; UserError when the two differ."""
    if folder and program and folder != program:
        raise UserError("two folders are named", f"{folder}, --program {program}", "Leave one of them out.")
    return folder or program or default


def cores() -> int:
    """How many processes make documents: one for each core of the machine."""
    return os.cpu_count() or 1


def cluster(address: str | None, workers: int) -> str | None:
    """The address of a Dask cluster that may be used, or None when none is named. UserError before anything is done."""
    if address is None:
        return None
    from pipeline.receive.cluster import checked_address

    if workers > 1:
        hint = "The cluster has its own workers: leave one of the two out."
        raise UserError("either processes here or a cluster", "--workers, --scheduler", hint)
    return checked_address(address)


def emit(text: str, output: Path | None) -> None:
    """Print an answer; one that went to a file is named instead."""
    typer.echo(str(output) if output else text, nl=bool(output) or not text.endswith("\n"))


def show_built(built: Built, quiet: bool) -> None:
    """Where the edition is; on stderr what waits, and always which files need attention."""
    from pipeline.publish.console import attention_text, built_text, waiting_text

    typer.echo(built_text(built))
    waiting = None if quiet else waiting_text(built)
    for line in [*([waiting] if waiting else []), *attention_text(built)]:
        say(line)
