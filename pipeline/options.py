"""Arguments and options that commands share, with the words of their help."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

ProgramDir = Annotated[Path, typer.Option("--program", help="The program folder.", metavar="DIR")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress and no notices, only the answer.")]
Debug = Annotated[bool, typer.Option("--debug", help="Where in the program a failure happened (shows no data).")]
Strict = Annotated[bool, typer.Option("--strict", help="End with 3 when rows are quarantined, too.")]
Period = Annotated[
    str | None,
    typer.Argument(
        help="2023-11, 2023-Q4, FY2024, 2023, 2022-07-01..2023-11-30 or to-date. "
        "Default: the last complete month in the data.",
        metavar="PERIOD",
        show_default=False,
    ),
]
Workers = Annotated[int, typer.Option(min=1, help="Processes that read extracts.")]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="A Dask cluster whose workers read extracts, instead of --workers: on this machine, or tls://HOST:PORT.",
    ),
]
DATA = Path("data")


class Format(StrEnum):
    """How `figures` prints."""

    TEXT = "text"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


class CheckFormat(StrEnum):
    """How `check` prints."""

    TEXT = "text"
    JSON = "json"


class Audience(StrEnum):
    """Who may see it."""

    STAFF = "staff"
    PUBLIC = "public"
