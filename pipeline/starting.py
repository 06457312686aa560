"""The commands with which a program begins: demo, init, onboard. As in cli.py: parse, call one function, print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import Exit
from pipeline.options import DATA, Debug, ProgramDir, Quiet, Scheduler, Workers
from pipeline.shell import cluster, command, cores, emit, one_folder, say, show_built
from pipeline.wrap import width_of, wrapped


@command
def demo(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Where to put the sample program. Default: demo.")
    ] = None,
    program: Annotated[Path | None, typer.Option(help="The same as DIR.", metavar="DIR")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a sample program that is there.")] = False,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> Exit:
    """Make a sample program (made-up data) and build it."""
    where = cluster(scheduler, workers)
    from pipeline.build import demo as make
    from pipeline.progress import progress_for

    place = one_folder(folder, program, Path("demo"))
    with progress_for(quiet) as progress:
        built = make(
            place, force=force, workers=workers, scheduler=where, renderers=max(workers, cores()), progress=progress
        )
    show_built(built, quiet)
    return built.exit


@command
def init(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Where to begin. Default: data.")] = None,
    program: Annotated[Path | None, typer.Option(help="The same as DIR.", metavar="DIR")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the program.")] = None,
    organization: Annotated[str | None, typer.Option(help="Who runs it.")] = None,
    timezone: Annotated[str | None, typer.Option(help="For example America/Chicago.")] = None,
    fiscal_year_starts: Annotated[str | None, typer.Option(help="The month, as July or 7.", metavar="MONTH")] = None,
    began: Annotated[str | None, typer.Option(help="The program's first day.", metavar="YYYY-MM-DD")] = None,
    contact: Annotated[str | None, typer.Option(help="E-mail for questions about the data.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: the usual answers.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace program.toml; the old one is kept.")] = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Begin a new program folder."""
    from pipeline.onboard.begin import Answers, begin
    from pipeline.onboard.talk import talk_for

    answers = Answers(name, organization, timezone, fiscal_year_starts, began, contact)
    begun = begin(one_folder(folder, program, DATA), answers, force=force, talk=talk_for(yes))
    typer.echo("\n".join(str(begun.folder / file) for file in begun.files))
    if not quiet:
        say(begun.next_steps)


@command
def onboard(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An extract as the agency sent it.")],
    agency: Annotated[
        str, typer.Option(help="Whose extract it is: an id of program.toml, or a new one.", metavar="ID")
    ],
    table: Annotated[str, typer.Option(help="What it holds. Left out: what it looks like.", metavar="TABLE")] = "",
    name: Annotated[str, typer.Option(help="Full name of an agency that is new.")] = "",
    program: ProgramDir = DATA,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take what is sure.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the mapping that the file has.")] = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> Exit:
    """Propose a mapping for an unknown extract, and write it."""
    from pipeline.onboard.run import onboard as run
    from pipeline.onboard.talk import talk_for
    from pipeline.progress import progress_for

    with progress_for(quiet or not yes) as progress:
        talk = talk_for(yes)
        done = run(
            file, agency, program, table=table or None, agency_name=name, force=force, talk=talk, progress=progress
        )
    if done.text and not quiet:
        emit(wrapped(done.text, width_of(sys.stdout)), None)
    for message in done.messages:
        say(message)
    return done.exit
