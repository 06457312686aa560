"""The demo as a folder: declarations from templates/, extracts from the plan. The same bytes everywhere, every time."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from pipeline.errors import UserError
from pipeline.sample.cad import make_cad
from pipeline.sample.cad_files import clive_files, urbandale_files, west_files
from pipeline.sample.cad_waukee import waukee_files
from pipeline.sample.dirt import Book
from pipeline.sample.log_files import (
    clive_logs,
    urbandale_logs,
    waukee_logs,
    west_logs,
    west_referrals,
    write_incidents,
)
from pipeline.sample.plan import Plan, make_plan
from pipeline.sample.sheet_files import plan_days, time_sheets, trainings
from pipeline.sample.totals import CLIVE, URBANDALE, WAUKEE, WEST

#: Stands in every demo, and is written first: how a demo is told from a program that holds real data.
MARK = "README.md"
#: What a program folder can hold; a key or a ledger of real data that is overwritten is lost for ever.
_OF_A_PROGRAM = (
    *("program.toml", "metrics.toml", "corrections.toml", "person.key", MARK),
    *("agencies", "raw", "published", "out"),
)
#: No secret, and meant to look like none: with it the demo has the same person keys everywhere.
FAKE_KEY = b"this key is public: it belongs to the made-up people of the demo\n"


@dataclass(frozen=True, slots=True)
class Sample:
    """The demo in memory: path in the folder -> bytes, what was planned, and which faults were planted."""

    files: dict[str, bytes]
    plan: Plan
    book: Book


@lru_cache(maxsize=1)
def sample() -> Sample:
    """Draw the demo. Takes some seconds, once a process."""
    plan, book = make_plan(), Book()
    cad = make_cad(plan)
    write_incidents(plan, cad)
    raw, converted = west_files(cad[WEST], book)
    workbooks, clock_until, clock_rows = waukee_files(cad[WAUKEE], book)
    logs, test_rows = west_logs(plan, book)
    raw |= urbandale_files(cad[URBANDALE], book) | workbooks | clive_files(cad[CLIVE], book)
    raw |= logs | urbandale_logs(plan, book) | waukee_logs(plan, book) | clive_logs(plan, book)
    raw |= west_referrals(plan, book) | time_sheets(plan_days(), book) | trainings(book)
    declared = _declarations(
        clock_until=f"{clock_until:%Y-%m-%d %H:%M}",
        clock_rows=str(clock_rows),
        converted=", ".join(f"'{number}'" for number in converted),
        converted_rows=str(len(converted)),
        test_rows=str(test_rows),
    )
    return Sample(declared | {f"raw/{name}": data for name, data in raw.items()}, plan, book)


def _declarations(**values: str) -> dict[str, bytes]:
    """The templates, with what corrections.toml must know of the rows."""
    found = {MARK: b"", "person.key": FAKE_KEY}
    for name, source in sorted(_templates(files("pipeline.sample") / "templates")):
        text = source.read_text(encoding="utf-8")
        found[name] = (Template(text).substitute(values) if name == "corrections.toml" else text).encode()
    return found


def _templates(folder: Traversable, above: str = "") -> list[tuple[str, Traversable]]:
    found = []
    for item in folder.iterdir():
        if item.is_dir():
            found += _templates(item, f"{above}{item.name}/")
        elif item.name.endswith((".toml", ".md")):
            found.append((above + item.name, item))
    return found


def make_demo(folder: Path, *, force: bool = False) -> None:
    """Write the complete sample program into `folder`: declarations, key, extracts.

    UserError (exit 2) when something is there and `force` is not given, and always when the folder holds anything of
    another program. With `force` an older demo is replaced whole; if anything in it changes, its out/ and its
    published/ go, too: they were made from other made-up data. Nothing is touched when every byte is right.
    """
    _check(folder, force)
    new = sample().files
    old = _own_files(folder)
    if set(old) <= set(new) and all(_holds(folder / name, data) for name, data in new.items()):
        return
    for made in (folder / "out", folder / "published"):
        if made.is_symlink():
            hint = "Remove the link and run again; a demo never touches what lies elsewhere."
            raise UserError("this is a link to another folder", str(made), hint)
        if made.is_dir():
            shutil.rmtree(made)
    for name, data in new.items():  # the mark comes first
        _write(folder / name, data)
    for name in sorted(set(old) - set(new)):
        (folder / name).unlink()


def _check(folder: Path, force: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise UserError("a demo needs a folder, and this is a file", str(folder), "Name another place.")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not force:
        hint = "Name another folder, or add --force to replace an older demo."
        raise UserError("there is something in this folder already, and the demo overwrites nothing", str(folder), hint)
    mark = folder / MARK
    is_demo = mark.is_file() and mark.read_bytes().startswith(_mark())
    theirs = [name for name in _OF_A_PROGRAM if _holds_anything(folder / name)]
    if not is_demo and theirs:
        what = f"this folder holds what is no demo's ({', '.join(theirs)}); it is never overwritten"
        raise UserError(what, str(folder), "Name another folder.")


def _holds_anything(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists() or path.is_symlink()


def _mark() -> bytes:
    """The first line of the demo's README."""
    return (files("pipeline.sample") / "templates" / MARK).read_bytes().split(b"\n")[0]


def _own_files(folder: Path) -> list[str]:
    """What lies in raw/ and agencies/, where a file that is not the demo's would change its figures."""
    return [
        path.relative_to(folder).as_posix()
        for part in ("raw", "agencies")
        for path in sorted((folder / part).rglob("*"))
        if path.is_symlink() or path.is_file()
    ]


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == data


def _write(path: Path, data: bytes) -> None:
    if _holds(path, data):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(data)
    if path.name == "person.key":
        path.chmod(0o600)
