"""The command line of Outcomes: parse, call one function, print. `outcomes --help` lists the commands (spec 4).

Heavy imports happen inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

import pipeline.starting  # noqa: F401 (its commands)
from pipeline import __version__
from pipeline.errors import Exit, UserError
from pipeline.options import (
    DATA,
    Audience,
    CheckFormat,
    Debug,
    Format,
    Period,
    ProgramDir,
    Quiet,
    Scheduler,
    Strict,
    Workers,
)
from pipeline.shell import app, cluster, command, cores, emit, say, show_built, split, tell


@command
def check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE", help="Only these extracts.")] = None,
    program: ProgramDir = DATA,
    format_: Annotated[CheckFormat, typer.Option("--format", help="How to print.")] = CheckFormat.TEXT,
    letter: Annotated[bool, typer.Option("--letter", help="Write the letters to the agencies: out/letters/.")] = False,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    strict: Strict = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> Exit:
    """What became of every row of every extract."""
    where = cluster(scheduler, workers)
    from pipeline.checking import check as judge
    from pipeline.progress import progress_for
    from pipeline.publish.console import write_check_json, write_check_text

    with progress_for(quiet) as progress:
        checked = judge(
            program, files or [], letter=letter, workers=workers, scheduler=where, strict=strict, progress=progress
        )
    tell(checked.notices, quiet)
    write = write_check_json if format_ is CheckFormat.JSON else write_check_text
    write(checked, sys.stdout)
    for path in checked.letters:
        say(str(path))
    return checked.exit


@command
def build(
    period: Period = None,
    program: ProgramDir = DATA,
    audience: Annotated[Audience, typer.Option(help="For whom: staff publishes nothing.")] = Audience.PUBLIC,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    open_: Annotated[bool, typer.Option("--open", help="Show the report when it is done.")] = False,
    strict: Strict = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> Exit:
    """Make an edition: the report and its figures."""
    where = cluster(scheduler, workers)
    from pipeline.build import build as make
    from pipeline.progress import progress_for

    public = audience is Audience.PUBLIC
    with progress_for(quiet) as progress:
        built = make(
            program, period, public=public, workers=workers, scheduler=where, strict=strict,
            renderers=max(workers, cores()), progress=progress,
        )  # fmt: skip
    tell(built.notices, quiet)
    show_built(built, quiet)
    if open_:
        typer.launch(str(built.edition / "report.pdf"))
    return built.exit


@command
def figures(
    period: Period = None,
    program: ProgramDir = DATA,
    metric: Annotated[str, typer.Option(help="Only these metrics: ID[,ID].", metavar="ID[,ID]")] = "",
    by: Annotated[str, typer.Option(help="A row each: agency, month or both.", metavar="agency,month")] = "",
    format_: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option(help="Write to this file (xlsx needs it).")] = None,
    audience: Annotated[Audience, typer.Option(help="Who may see it.")] = Audience.PUBLIC,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Figures for any period, with definition and caveat."""
    from pipeline.ask import figures as ask
    from pipeline.progress import progress_for

    if audience is Audience.PUBLIC:
        from pipeline.editions import public_figures

        answer = public_figures(program, period, metrics=split(metric), by=split(by))
    else:
        with progress_for(quiet) as progress:
            answer = ask(
                program, period, metrics=split(metric), by=split(by),
                headline=format_ in (Format.TEXT, Format.MARKDOWN), progress=progress,
            )  # fmt: skip
    tell(answer.notices, quiet)
    emit(answer.render(format_.value, output), output)


@command
def explain(
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="The id of a metric.")],
    period: Period = None,
    program: ProgramDir = DATA,
    agency: Annotated[str, typer.Option(help="An agency id, or all.")] = "all",
    rows: Annotated[Path | None, typer.Option(help="Write the rows that were counted to this CSV file.")] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Where a figure comes from, down to its rows."""
    from pipeline.ask import explain as ask
    from pipeline.progress import progress_for

    with progress_for(quiet) as progress:
        answer = ask(program, metric, period, agency=agency, rows=rows, progress=progress)
    tell(answer.notices, quiet)
    typer.echo(answer.text)


@command
def editions(
    program: ProgramDir = DATA,
    restate: Annotated[str, typer.Option(help="Print this month anew in the next edition.", metavar="MONTH")] = "",
    withdraw: Annotated[str, typer.Option(help="Mark this edition as withdrawn.", metavar="ID")] = "",
    reason: Annotated[str, typer.Option(help="Why: printed beside the figures.")] = "",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """What was published, and what was withheld and why."""
    from pipeline import editions as published
    from pipeline.publish.console import editions_text

    if restate and withdraw:
        raise UserError("one thing at a time", "--restate, --withdraw", "Run the command twice.")
    if reason and not (restate or withdraw):
        raise UserError("a reason for what?", "--reason", "Say what to do: --restate MONTH, or --withdraw ID.")
    if restate:
        typer.echo(f"published/{published.restate(program, restate, reason)}")
    elif withdraw:
        typer.echo(f"published/{published.withdraw(program, withdraw, reason)}")
    else:
        typer.echo(editions_text(published.list_editions(program)))


@command
def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="An edition, as its folder is called.")],
    second: Annotated[str, typer.Argument(metavar="B", help="A later one.")],
    program: ProgramDir = DATA,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """What moved between two editions, and why."""
    from pipeline.compare import compare as look
    from pipeline.publish.console import comparison_text

    typer.echo(comparison_text(look(program, first, second)))


@command
def audit(program: ProgramDir = DATA, quiet: Quiet = False, debug: Debug = False) -> Exit:
    """What an outsider could work out from all public editions."""
    from pipeline.editions import audit as look
    from pipeline.publish.console import audit_text

    found = look(program)
    typer.echo(audit_text(found))
    return Exit.DONE if found.passed else Exit.DISCLOSURE


@command
def verify(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The folder of an edition.")],
    program: ProgramDir = DATA,
    quiet: Quiet = False,
    debug: Debug = False,
) -> Exit:
    """Is an edition what its inputs give, byte by byte?"""
    from pipeline.progress import progress_for
    from pipeline.publish.console import verified_text
    from pipeline.verify import verify as look

    with progress_for(quiet) as progress:
        found = look(path, program, progress=progress)
    tell(found.notices, quiet)
    typer.echo(verified_text(found))
    return Exit.DONE if found.same else Exit.FAILURE


@command
def dictionary(
    program: ProgramDir = DATA,
    output: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("dictionary"),
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Tables, codes, rules and metrics, for reading."""
    from pipeline.ask import dictionary as write

    for path in write(program, output):
        typer.echo(path)


@command
def doctor(
    program: ProgramDir = DATA,
    backup: Annotated[Path | None, typer.Option(help="A copy of the key file: is it the right one?")] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> Exit:
    """Is this machine ready, and what to do if not?"""
    from pipeline.doctor import examine

    findings = examine(program, backup)
    for finding in findings:
        if not (quiet and finding.ok):
            typer.echo(finding.text)
    return Exit.DONE if all(f.ok for f in findings) else Exit.FAILURE


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Defensible, private reports for co-responder programs: extracts in, audited figures out."""
    if show:
        typer.echo(f"outcomes {__version__}")
        raise typer.Exit


def main() -> None:
    """The console script."""
    from pipeline.guard import heed_endings, leave

    heed_endings()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # none is ours, and looking for them takes time
    gc.set_threshold(50_000, 20, 20)  # loading the libraries makes a million objects, none of them garbage
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows code page must not stop or change a name with an accent
            into_file = not stream.isatty() and "PYTHONIOENCODING" not in os.environ
            stream.reconfigure(encoding="utf-8" if into_file else None, errors="replace")
    try:
        app()
    except SystemExit as ended:
        leave(ended)


if __name__ == "__main__":
    main()
