"""Onboarding, step by step: open, propose, ask, try, learn, show, write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import Exit, UserError
from pipeline.onboard import place, units
from pipeline.onboard.begin import option_for
from pipeline.onboard.compared import difference
from pipeline.onboard.dialog import settle
from pipeline.onboard.learn import learn
from pipeline.onboard.opened import Opened, open_unknown
from pipeline.onboard.proposal import Proposal
from pipeline.onboard.propose import best_table, propose
from pipeline.onboard.sentences import sentence
from pipeline.onboard.show import proposal_text, trial_text
from pipeline.onboard.talk import Nobody, Talk
from pipeline.onboard.toml_text import extract_text
from pipeline.onboard.trial import Trial, mapping_of, try_mapping
from pipeline.program.load import load_program
from pipeline.program.mistakes import suggest
from pipeline.program.model import Agency, Mapping, Program
from pipeline.program.tables import table_names, targets
from pipeline.progress import Progress, Silent
from pipeline.receive.read import Unreadable
from pipeline.recognize.words import anonymous, known_heading

_SILENT: Progress = Silent()
#: So often a trial may teach something before its result is shown.
_LESSONS = 2
#: A table that does so many times better than the others is not asked about.
_CLEARLY = 1.7


@dataclass(frozen=True, slots=True)
class Onboarded:
    """What came of it: the mapping file and the extract's path below raw/ when they were written, and what to say."""

    mapping: Path | None
    extract: str
    text: str
    messages: tuple[str, ...]
    exit: Exit


def onboard(
    file: Path,
    agency: str,
    folder: Path,
    *,
    table: str | None = None,
    agency_name: str = "",
    force: bool = False,
    talk: Talk | None = None,
    progress: Progress = _SILENT,
) -> Onboarded:
    """Reads an unknown extract, proposes its mapping, tries it on all rows, and writes what was agreed to.

    UserError (exit 2) when the program, the agency or the table cannot be, or when the file lacks what every row needs.
    A file that cannot be read gives exit 3. An existing mapping of the file is replaced only with `force`.
    """
    asked: Talk = talk or Nobody()
    program = load_program(folder)
    _check_table(table)
    owner, new = _agency(program, agency, agency_name, asked)
    program = replace(program, agencies=(*program.agencies, owner)) if new else program
    if not file.exists():
        raise UserError("there is no such file", str(file), "Give the path of the extract as the agency sent it.")
    spot = place.spot_for(file, owner.id, program)
    progress.stage("Looking at the file")
    try:
        opened = open_unknown(file)
    except Unreadable as problem:
        return Onboarded(None, spot.name, "", (f"{file}: {problem}",), Exit.ATTENTION)
    chosen = table or _ask_table(opened, asked)
    proposal = propose(opened, chosen, owner.id, program.agencies)
    _check_complete(opened, proposal)
    existing = place.mapping_that_takes(spot.name, chosen, program)
    proposal.files = existing.files if existing else place.glob_for(spot, program, chosen, proposal.used)
    return _agree(opened, proposal, _Home(program, owner, new, spot, existing, force), asked, progress)


@dataclass(frozen=True, slots=True)
class _Home:
    """Where the result goes."""

    program: Program
    agency: Agency
    new: bool
    spot: place.Spot
    existing: Mapping | None
    force: bool


def _agree(opened: Opened, proposal: Proposal, home: _Home, talk: Talk, progress: Progress) -> Onboarded:
    """Shows, asks, tries, shows again, and writes."""
    talk.show(proposal_text(opened, proposal))
    settle(opened, proposal, talk)
    _check_complete(opened, proposal)
    progress.stage("Trying the mapping on all rows")
    trial = _tried(opened, proposal, home.program)
    text = trial_text(opened, proposal, trial, home.program.began)
    talk.show(text)
    # with nobody to ask, everything is the answer of the command
    text = f"{proposal_text(opened, proposal)}\n{text}" if isinstance(talk, Nobody) else ""
    if trial.receipt.problem:
        return Onboarded(None, home.spot.name, text, (trial.receipt.problem,), Exit.ATTENTION)
    block = extract_text(proposal, opened)
    if home.existing and not home.force:
        return _shown(opened, proposal, home, text)
    if not talk.yes(f"Write this to agencies/{home.agency.id}.toml?", True):
        return Onboarded(None, home.spot.name, text, ("Nothing was written.",), Exit.DONE)
    return _written(opened, proposal, home, block, text, talk)


def _tried(opened: Opened, proposal: Proposal, program: Program) -> Trial:
    trial = try_mapping(opened, proposal, program)
    for _ in range(_LESSONS):
        if not learn(proposal, trial):
            break
        trial = try_mapping(opened, proposal, program)
    return trial


def _shown(opened: Opened, proposal: Proposal, home: _Home, text: str) -> Onboarded:
    """The file has a mapping: what the proposal would change, and nothing written."""
    assert home.existing is not None  # noqa: S101 (asked before)
    parts = {"extract": home.spot.name, "number": home.existing.number, "file": home.existing.declared_in}
    changed = difference(home.existing, mapping_of(proposal, opened, home.program.agencies))
    if not changed:
        return Onboarded(None, home.spot.name, text, (sentence("same_mapping", **parts),), Exit.DONE)
    shown = f"{text}\n{sentence('would_change', **parts)}\n\n{changed}\n"
    return Onboarded(None, home.spot.name, shown, (sentence("has_mapping", **parts),), Exit.DONE)


def _written(opened: Opened, proposal: Proposal, home: _Home, block: str, text: str, talk: Talk) -> Onboarded:
    program, messages = home.program, list[str]()
    agency = _with_team_units(opened, proposal, home, talk, messages)
    place.put_into_raw(opened.path, home.spot, program)
    if home.spot.copy:
        messages.append(f"Copied the extract, unchanged, to raw/{home.spot.name}.")
    if home.new:
        place.add_agency(program, agency)
        messages.append(f'Added the agency "{agency.name}" to program.toml.')
    if home.existing:
        path = place.replace_extract(program, home.existing, block)
        said = f"Replaced extract {home.existing.number} in {home.existing.declared_in}"
        messages.append(f"{said}; the file as it was is {path.name}.before.")
    else:
        path = place.add_extract(program, home.agency, block)
        messages.append(f"Wrote the mapping to agencies/{path.name}.")
    load_program(program.folder)
    option = option_for(program.folder)
    messages.append(sentence("next_steps", option=option))
    return Onboarded(path, home.spot.name, text, tuple(messages), Exit.DONE)


def _with_team_units(opened: Opened, proposal: Proposal, home: _Home, talk: Talk, messages: list[str]) -> Agency:
    """Call signs of teams, asked when the file has units and the agency has none yet."""
    agency = home.agency
    has_units = {"unit", "units"} & set(proposal.columns)
    if agency.team_units or not has_units:
        return agency
    like = units.like_teams(opened, proposal)
    seen = f" such as {', '.join(like)}" if like else ""
    typed = talk.text(
        f"Which units are co-responder teams{seen}? Call signs with commas between (Enter: not known yet)"
    )
    signs = tuple(u.strip() for u in typed.split(",") if u.strip())
    if signs and not home.new and not place.set_team_units(home.program, agency.id, signs):
        messages.append(f"Add team_units = {list(signs)} to the agency {agency.id} in program.toml by hand.")
    if not signs:
        hint = sentence("like_teams", units=", ".join(like)) if like else ""
        messages.append(f"{sentence('no_team_units', agency=agency.id)} {hint}".rstrip())
    return replace(agency, team_units=signs)


# -- what is asked first ----------------------------------------------------------------------------------------------


def _check_table(table: str | None) -> None:
    if table is not None and table not in table_names():
        raise UserError(f"there is no table `{table}`", "--table", suggest(table, table_names()))


def _agency(program: Program, agency_id: str, name: str, talk: Talk) -> tuple[Agency, bool]:
    """The agency, and whether program.toml lacks it."""
    known = next((a for a in program.agencies if a.id == agency_id), None)
    if known:
        return known, False
    guess = name or agency_id.replace("-", " ").title()
    agency = place.new_agency(agency_id, guess)
    if not name:
        agency = replace(agency, name=talk.text(f"The agency {agency_id} is new here. What is its full name?", guess))
    return agency, True


def _ask_table(opened: Opened, talk: Talk) -> str:
    best, worth = best_table(opened)
    if worth[best] > _CLEARLY * max(w for t, w in worth.items() if t != best):
        return best
    return talk.choose(f"This file looks like {best}. What does it hold?", list(table_names()), best)


def _check_complete(opened: Opened, proposal: Proposal) -> None:
    """A mapping without a column that every row needs would quarantine every row."""
    needed = [t.name for t in targets(proposal.table, proposal.grain).values() if t.required]
    given = set(proposal.columns) | ({"category", "minutes"} if proposal.unpivot else set())
    lacking = [n for n in needed if n not in given]
    if not lacking:
        return
    named = " and ".join(f"`{n}`" for n in lacking)
    # a row of data that was taken for headings may name persons
    surely = any(known_heading(h) or anonymous(h) for h in opened.headings if h.strip())
    headings = ", ".join(f'"{h.strip()}"' for h in opened.headings if h.strip()) if surely else "not known words"
    advice = _ADVICE.get(lacking[0], "Ask for an export that has it.")
    raise UserError(
        f"the file has no column for {named}, which every row of {proposal.table} needs; nothing was written",
        str(opened.path),
        f"{advice} Its headings are {headings}. If it is another table, name it with --table.",
    )


_ADVICE = {
    "received_at": "Ask the agency for an export with the date and time at which each call was received.",
    "minutes": "Time spent must be given in minutes, or in a column for each activity (then hours will do).",
    "started_at": "A log needs the date (and time) of each contact.",
}
