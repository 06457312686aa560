"""A new program folder: a few questions, commented declarations, and what to do next."""

from __future__ import annotations

import calendar
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from string import Template
from typing import TypeVar

from pipeline import durable
from pipeline.errors import UserError
from pipeline.onboard.place import DECLARATION_MODE
from pipeline.onboard.talk import NoAnswerError, Nobody, Talk
from pipeline.onboard.toml_text import quoted
from pipeline.program.load import load_program
from pipeline.program.settings import check_timezone

T = TypeVar("T")

_MONTHS = {name.casefold(): n for n, name in enumerate(calendar.month_name) if name}
_SHORT = {name.casefold(): n for n, name in enumerate(calendar.month_abbr) if name}
#: Zones that an offset and its daylight saving stand for, when the system does not name its own.
_USUAL_ZONE = "America/Chicago"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a new program.toml says. None: to be asked, or the usual value."""

    name: str | None = None
    organization: str | None = None
    timezone: str | None = None
    fiscal_year_starts: str | None = None
    began: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """The files that were written, and what to do next."""

    folder: Path
    files: tuple[str, ...]
    next_steps: str


def begin(folder: Path, answers: Answers, *, force: bool = False, talk: Talk | None = None) -> Begun:
    """Writes a new program folder. Answers that are not given are asked; with nobody to ask they are the usual ones.

    UserError (exit 2) when an answer cannot be, or when there is a program already and `force` is not given. Only
    program.toml is replaced with `force`, and kept as program.toml.before.
    """
    _check(folder, force)
    asked = talk or Nobody()
    values = _values(folder, answers, asked)
    option = option_for(folder)
    written = _write(folder, values, option)
    load_program(folder)
    return Begun(folder, written, _NEXT.format(option=option))


_NEXT = """Next:
  1. outcomes onboard FILE --agency ID{option}
     for each kind of file: the CAD export of an agency, the log of the team, time sheets. FILE is where it lies now.
  2. outcomes check{option}
     says what became of every row.
  3. outcomes build{option}
     makes the report."""


def option_for(folder: Path) -> str:
    """How a command is told of this program folder; nothing for the usual one."""
    return "" if folder == Path("data") else f" --program {shlex.quote(str(folder))}"


def _check(folder: Path, force: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise UserError("a program is a folder, and this is a file", str(folder), "Name another place.")
    if (folder / "program.toml").exists() and not force:
        hint = "Name another folder, or change program.toml there. --force replaces it and keeps the old one beside it."
        raise UserError("there is a program already, and nothing is overwritten", str(folder / "program.toml"), hint)


def _values(folder: Path, answers: Answers, talk: Talk) -> dict[str, str]:
    """Every value of program.toml as TOML, asked one after another."""
    guess = re.sub(r"[-_]+", " ", folder.resolve().name).strip().title()
    name = _ask(talk, answers.name, "Name of the program?", f"{guess} Co-Responder Program", _filled)
    organization = _ask(talk, answers.organization, "Organization that runs it?", "", str.strip)
    timezone = _ask(talk, answers.timezone, "Time zone?", _own_zone(), _zone)
    month = _ask(talk, answers.fiscal_year_starts, "In which month does the fiscal year begin?", "7", _month)
    began = _ask(talk, answers.began, "On which day did the program begin?", f"{date.today().year - 1}-01-01", _day)
    contact = _ask(talk, answers.contact, "E-mail for questions about the data?", "", str.strip)
    return {
        "name": quoted(name),
        "organization": quoted(organization),
        "timezone": quoted(timezone),
        "month": str(month),
        "began": began.isoformat(),
        "contact": quoted(contact),
        "title": name,
    }


def _ask(talk: Talk, given: str | None, question: str, usual: str, read: Callable[[str], T]) -> T:
    """What was given, or the answer to the question; asked again until it can be read."""
    if given is not None:
        return read(given)
    while True:
        try:
            return read(talk.text(question, usual))
        except NoAnswerError:
            raise
        except UserError as problem:
            if isinstance(talk, Nobody):
                raise
            talk.show(f"  {problem.what}. {problem.hint}".rstrip())


def _filled(text: str) -> str:
    if not text.strip():
        raise UserError("the program needs a name", "--name")
    return text.strip()


def _zone(text: str) -> str:
    problem = check_timezone(text.strip())
    if problem:
        raise UserError(problem[0], "--timezone", problem[1])
    return text.strip()


def _month(text: str) -> int:
    word = text.strip().casefold()
    number = _MONTHS.get(word) or _SHORT.get(word[:3]) or (int(word) if word.isdecimal() else 0)
    if not 1 <= number <= 12:
        raise UserError(f"`{text}` is no month", "--fiscal-year-starts", "Write July or 7.")
    return number


def _day(text: str) -> date:
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip())
    try:
        if match:
            return date(int(match[3]), int(match[1]), int(match[2]))
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"`{text}` is no day", "--began", "Write 2024-07-01 or 7/1/2024.") from None


def _own_zone() -> str:
    """The zone of this machine when it names a place in America, else the one of most programs."""
    import os

    names = [os.environ.get("TZ", "")]
    local = Path("/etc/localtime")
    if local.is_symlink():
        names.append("/".join(local.resolve().parts[-2:]))
    known = [n for n in names if n.startswith("America/") and check_timezone(n) is None]
    return known[0] if known else _USUAL_ZONE


def _write(folder: Path, values: dict[str, str], option: str) -> tuple[str, ...]:
    """program.toml, and what else is not there yet."""
    for name in ("agencies", "raw"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    target = folder / "program.toml"
    if target.exists():
        target.replace(target.with_name("program.toml.before"))
    written = []
    for name, source in (("program.toml", "program.toml"), ("README.md", "README.md"), (".gitignore", "gitignore")):
        path = folder / name
        if path.exists():
            continue
        text = resources.files("pipeline.onboard").joinpath("templates", source).read_text(encoding="utf-8")
        filled = Template(text).substitute(values | {"option": option}) if name != ".gitignore" else text
        data = _straight(filled) if name == "program.toml" else filled
        durable.write_file(path, data.encode(), DECLARATION_MODE)
        written.append(name)
    return tuple(written)


def _straight(text: str) -> str:
    """Notes at the ends of lines below each other, whatever the values are."""
    lines = []
    for line in text.splitlines():
        match = re.fullmatch(r"((?:# )?[a-z_]+ = (?:\"(?:[^\"\\]|\\.)*\"|\S+))\s+(#.*)", line)
        lines.append(f"{match[1].ljust(38)} {match[2]}" if match else line)
    return "\n".join(lines) + "\n"
