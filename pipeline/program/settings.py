"""program.toml: name, fiscal year, privacy, branding, agencies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from pipeline.errors import UserError
from pipeline.program.key import kept_from
from pipeline.program.mistakes import Declared, Key, Mistakes, suggest
from pipeline.program.model import Agency, Branding, Privacy
from pipeline.program.paths import inside
from pipeline.program.shapes import AgencyIn, BrandingIn, PrivacyIn, ProgramIn, fit

if TYPE_CHECKING:
    from pipeline.program.shapes import Strict

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
#: Names that Windows keeps for devices: no folder or file of an agency can bear them.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)}
#: Zone names that mean another zone on another machine.
_LOCAL_ZONES = {"localtime", "posixrules", "factory"}
_SECTIONS = ("program", "privacy", "branding", "agency")


@dataclass(frozen=True, slots=True)
class Settings:
    """What program.toml says."""

    program: ProgramIn | None
    privacy: Privacy
    branding: Branding
    agencies: tuple[Agency, ...]


def read_settings(declared: Declared, folder: Path, mistakes: Mistakes) -> Settings:
    """Judges program.toml. `program` is None when its section has mistakes."""
    for name in declared.data:
        if name not in _SECTIONS:
            mistakes.add(f"unknown key `{name}`", declared, (name,), suggest(name, _SECTIONS))
    if "program" not in declared.data:
        mistakes.add("the section `[program]` is missing", declared)
    program = _section(ProgramIn, "program", declared, mistakes) if "program" in declared.data else None
    if program is not None:
        _check_timezone(program.timezone, declared, mistakes)
    return Settings(
        program,
        _privacy(declared, folder, mistakes),
        _branding(declared, folder, mistakes),
        _agencies(declared, mistakes),
    )


def _section(model: type[Any], name: str, declared: Declared, mistakes: Mistakes) -> Any:
    found: Strict | None = fit(model, declared.data.get(name, {}), declared, (name,), mistakes)
    return found


def _check_timezone(name: str, declared: Declared, mistakes: Mistakes) -> None:
    problem = check_timezone(name)
    if problem:
        mistakes.add(problem[0], declared, ("program", "timezone"), problem[1])


def check_timezone(name: str) -> tuple[str, str] | None:
    """Why this is no time zone, and a hint; None when it is one."""
    if _is_zone(name):
        return None
    zones = sorted(z for z in available_timezones() if "/" in z)
    hint = suggest(name, zones, many=0) if "/" in name else "Use a name like `America/Chicago`."
    return f"`{name}` is no time zone", hint


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return name.lower() not in _LOCAL_ZONES


def _privacy(declared: Declared, folder: Path, mistakes: Mistakes) -> Privacy:
    section: PrivacyIn | None = _section(PrivacyIn, "privacy", declared, mistakes)
    if section is None:
        return Privacy()
    key: Key = ("privacy", "key_file")
    path = _inside(section.key_file, folder, declared, key, mistakes)
    if path is not None and (name := kept_from(path, folder)):
        hint = "Keep it beside program.toml, for example `person.key`."
        mistakes.add(f"the key file must not lie in {name}/", declared, key, hint)
    return Privacy(section.suppress_below, section.key_file, section.encrypt)


def _branding(declared: Declared, folder: Path, mistakes: Mistakes) -> Branding:
    section: BrandingIn | None = _section(BrandingIn, "branding", declared, mistakes)
    if section is None:
        return Branding()
    if section.logo is not None:
        _inside(section.logo, folder, declared, ("branding", "logo"), mistakes)
    if not _COLOUR.fullmatch(section.accent):
        hint = "Write a colour as `#` and six digits, for example `#1f5a7a`."
        mistakes.add(f"`{section.accent}` is no colour", declared, ("branding", "accent"), hint)
    return Branding(section.logo, section.accent)


def _inside(relative: str, folder: Path, declared: Declared, key: Key, mistakes: Mistakes) -> Path | None:
    try:
        return inside(folder, relative)
    except UserError as problem:
        mistakes.add(problem.what, declared, key, problem.hint)
        return None


def _agencies(declared: Declared, mistakes: Mistakes) -> tuple[Agency, ...]:
    """The agencies whose declaration is sound enough to go on with, in the order of the file."""
    listed = declared.data.get("agency", [])
    if not isinstance(listed, list):
        mistakes.add("`agency` must be a list", declared, ("agency",), "Write `[[agency]]` with two brackets.")
        return ()
    agencies: dict[str, Agency] = {}
    for number, data in enumerate(listed):
        key: Key = ("agency", number)
        found = fit(AgencyIn, data, declared, key, mistakes)
        if found is None:
            continue
        try:
            check_agency_id(found.id)
        except UserError as problem:
            mistakes.add(problem.what, declared, (*key, "id"), problem.hint)
        if found.id in agencies:
            mistakes.add(f"two agencies have the id `{found.id}`", declared, (*key, "id"))
        units = tuple(dict.fromkeys(u.strip() for u in found.team_units if u.strip()))
        agencies.setdefault(found.id, Agency(found.id, found.name, found.population, units))
    return tuple(agencies.values())


def check_agency_id(agency_id: str) -> None:
    """UserError when an agency cannot have this id."""
    if agency_id == "all":
        raise UserError("the id `all` is taken: it stands for all agencies together")
    if not _ID.fullmatch(agency_id):
        made = re.sub(r"[^a-z0-9]+", "-", agency_id.lower()).strip("-")
        hint = "An id has lower-case letters, digits and `-` only" + (f", for example `{made}`." if made else ".")
        raise UserError(f"`{agency_id}` is no agency id", hint=hint)
    if agency_id in _DEVICES:
        raise UserError(f"`{agency_id}` cannot be an id: Windows keeps this name for a device")
