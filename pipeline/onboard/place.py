"""Where things go: the extract into raw/, its mapping into agencies/, a new agency into program.toml.

Nothing that is there is overwritten without force, and comments stay as they are.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline import durable
from pipeline.errors import UserError
from pipeline.onboard.toml_text import file_head, quoted
from pipeline.program.mistakes import Mistakes, find_lines
from pipeline.program.model import Agency, Mapping, Program
from pipeline.program.paths import list_raw, matches, printable, within
from pipeline.program.settings import check_agency_id
from pipeline.program.toml import parse_declared

_NUMBERED = re.compile(r"[0-9]")
_SPECIAL = re.compile(r"([*?\[])")
_GAP = re.compile(r"[\W_]*(?:\d.*)$")
#: Declarations hold no row; whoever may see the folder may read them.
DECLARATION_MODE = 0o644
_RULE = "# " + "-" * 117


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an extract lies or will lie: its path below raw/, and whether it must be copied there."""

    name: str
    copy: bool


def spot_for(file: Path, agency: str, program: Program) -> Spot:
    """An extract in raw/ stays where it is; any other goes to raw/AGENCY/. UserError when another one lies there."""
    if file.name.startswith((".", "~$")):
        hint = "Files whose names begin with a dot (or ~$) are never read. Rename it."
        raise UserError("the name of this file hides it", str(file), hint)
    if within(file, program.raw):
        return Spot(file.resolve().relative_to(program.raw.resolve()).as_posix(), copy=False)
    name = f"{agency}/{printable(file.name)}"
    there = program.raw / agency / file.name
    if there.exists() and not _same(file, there):
        hint = "Rename the new file (the one whose name sorts last wins), or take the old one away first."
        raise UserError("another file with this name is there already, and nothing is overwritten", str(there), hint)
    return Spot(name, copy=not there.exists())


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def put_into_raw(file: Path, spot: Spot, program: Program) -> None:
    """Copies the extract, byte for byte, beside its final name and renames it last."""
    if not spot.copy:
        return
    target = program.raw / PurePosixPath(spot.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise UserError("another file has appeared there meanwhile, and nothing is overwritten", str(target))
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        shutil.copyfile(file, part)
        durable.name_file(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def glob_for(spot: Spot, program: Program, table: str, headings: Iterable[str]) -> str:
    """A pattern that next month's file fits too: what begins with the first digit of the name may change.

    The exact name when there is no digit, or when the pattern would also take files of other mappings of the table, or
    files that lack the headings.
    """
    path = PurePosixPath(spot.name)
    exact = _SPECIAL.sub(r"[\1]", spot.name)
    beginning = _GAP.sub("", path.stem)
    if not _NUMBERED.search(path.stem) or len(beginning) < 2:
        return exact
    kept = path.stem[: len(beginning) + 1] if len(path.stem) > len(beginning) else beginning
    kept = kept if not kept[-1:].isdigit() else beginning
    folder = f"{path.parent.as_posix()}/" if path.parent.name else ""
    pattern = _SPECIAL.sub(r"[\1]", folder + kept) + "*" + path.suffix
    others = [e for e in list_raw(program) if e.kind == "file" and e.name != spot.name and matches(pattern, e.name)]
    taken = [m for m in program.mappings if m.table == table]
    for entry in others:
        if any(matches(m.files, entry.name) for m in taken) or not _has(entry.path, headings):
            return exact
    return pattern


def _has(path: Path, headings: Iterable[str]) -> bool:
    from pipeline.receive.read import Unreadable, read_headings
    from pipeline.receive.read.headings import heading_key

    plain = Mapping("", 1, None, "calls", "*")
    try:
        found = {heading_key(h) for row in read_headings(path, plain) for h in row.headings}
    except Unreadable:
        return True
    return {heading_key(h) for h in headings} <= found


def mapping_that_takes(name: str, table: str, program: Program) -> Mapping | None:
    """The mapping that reads this file for this table already."""
    return next((m for m in program.mappings if m.table == table and matches(m.files, name)), None)


# -- agencies/ID.toml -------------------------------------------------------------------------------------------------


def _span(lines: list[str], number: int) -> tuple[int, int]:
    """From the comments above the n-th [[extract]] to those above the next one (or the end)."""
    places = find_lines("".join(lines))
    heads = sorted(line - 1 for key, line in places.items() if len(key) == 2 and key[0] == "extract")
    starts = [_above(lines, head) for head in heads]
    first, last = starts[number - 1], [*starts[1:], len(lines)][number - 1]
    while not lines[last - 1].strip() or lines[last - 1].startswith("# ---"):
        last -= 1  # what parts two extracts belongs to neither
    return first, last


def _above(lines: list[str], head: int) -> int:
    while head > 0 and lines[head - 1].startswith("#"):
        head -= 1
    return head


def add_extract(program: Program, agency: Agency, text: str) -> Path:
    """Puts an [[extract]] at the end of agencies/ID.toml, which is made when it is not there."""
    path = program.folder / "agencies" / f"{agency.id}.toml"
    if path.exists():
        before = _read(path)
        _write(path, before.rstrip("\n") + f"\n\n{_RULE}\n\n" + text)
    else:
        _write(path, file_head(agency.id, agency.name) + "\n" + text)
    return path


def replace_extract(program: Program, mapping: Mapping, text: str) -> Path:
    """Puts an [[extract]] in the place of another one. The file as it was is kept beside it."""
    path = program.folder / mapping.declared_in
    before = _read(path)
    lines = before.splitlines(keepends=True)
    first, last = _span(lines, mapping.number)
    after = "".join(lines[last:])
    _write(path.with_name(path.name + ".before"), before)
    _write(path, "".join(lines[:first]) + text + after)
    return path


# -- program.toml -----------------------------------------------------------------------------------------------------


def new_agency(agency_id: str, name: str, team_units: tuple[str, ...] = ()) -> Agency:
    """An agency for program.toml; UserError when its id cannot be one."""
    check_agency_id(agency_id)
    return Agency(agency_id, name, None, team_units)


def add_agency(program: Program, agency: Agency) -> None:
    """Puts an [[agency]] at the end of program.toml. What stands there stays as it is."""
    path = program.folder / "program.toml"
    before = _read(path)
    units = f"[{', '.join(map(quoted, agency.team_units))}]" if agency.team_units else '["CR1"]'
    sign = "" if agency.team_units else "# "
    signs = f"{sign}team_units = {units}".ljust(36)
    text = (
        f"\n[[agency]]\nid = {quoted(agency.id)}\nname = {quoted(agency.name)}\n"
        "# population = 10000                # residents: gives figures per 1,000\n"
        f"{signs}# call signs of the co-responder teams in this agency's CAD\n"
    )
    after = before.rstrip("\n") + "\n" + text
    mistakes = Mistakes()
    if parse_declared("program.toml", after.encode(), mistakes) is None:
        raise UserError(
            "the agency cannot be added by itself, because of the way this file lists its agencies",
            str(path),
            f"Add it by hand and run again:{text.replace(chr(10), chr(10) + '    ')}",
        )
    _write(path, after)


def set_team_units(program: Program, agency_id: str, units: tuple[str, ...]) -> bool:
    """Gives an agency that has none its team units; False when the file must be changed by hand."""
    path = program.folder / "program.toml"
    lines = _read(path).splitlines(keepends=True)
    number = next(n for n, a in enumerate(program.agencies) if a.id == agency_id)
    place = find_lines("".join(lines)).get(("agency", number, "id"))
    if place is None:
        return False
    lines.insert(place, f"team_units = [{', '.join(map(quoted, units))}]\n")
    if parse_declared("program.toml", "".join(lines).encode(), Mistakes()) is None:
        return False
    _write(path, "".join(lines))
    return True


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    durable.write_file(path, text.encode(), DECLARATION_MODE)
