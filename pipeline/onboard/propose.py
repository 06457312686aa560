"""From an opened file to a proposal: which heading is which canonical column, and everything else a mapping says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.onboard import encounters, units
from pipeline.onboard.agencies import place_agency
from pipeline.onboard.candidates import Candidate, candidates
from pipeline.onboard.details import say_codes, say_formats, say_null
from pipeline.onboard.incident import made_up_incident
from pipeline.onboard.nameless import say_nameless
from pipeline.onboard.opened import Opened
from pipeline.onboard.order import place_times
from pipeline.onboard.proposal import Choice, Proposal
from pipeline.onboard.wide import propose_wide
from pipeline.program.model import Agency
from pipeline.program.tables import targets
from pipeline.recognize import DOUBTFUL, Fit, PersonLike, Profile, fit, person_like
from pipeline.recognize.values import addresses, values_say
from pipeline.recognize.words import anonymous, heading_says

#: Columns that are placed by other means than heading against heading.
_ELSEWHERE = {"agency", "co_response", "person", "behavioral_health", "units", "unit"}
_TIMES = {
    "calls": ("received_at", "queued_at", "dispatched_at", "enroute_at", "arrived_at", "cleared_at"),
    "encounters": ("started_at", "ended_at"),
    "referrals": ("referred_on", "connected_on"),
}
#: What tells a table from the others weighs more.
_WEIGHTS = {"nature": 1.5, "disposition": 1.2, "units": 1.5, "unit": 1.5, "resolution": 1.2, "person": 2.5, "kind": 1.5}
#: Tables in the order in which they are thought of when none is named.
TABLES = ("calls", "encounters", "referrals", "shifts", "trainings")


def propose(opened: Opened, table: str, agency: str, agencies: Sequence[Agency] = ()) -> Proposal:
    """The whole proposal for one table. `agencies`: those of the program. Nothing is asked and nothing is written."""
    proposal = Proposal(table, agency, sheets=opened.sheets)
    proposal.persons = persons_of(opened.named, table)
    open_columns = [c for c in opened.named if c.heading not in proposal.persons]
    offered = candidates(open_columns)
    place_agency(proposal, open_columns, agencies)
    _place_times(proposal, offered)
    if table == "shifts":
        propose_wide(proposal, open_columns)
    _place_others(proposal, offered)
    if table == "calls":
        units.place_units(proposal, open_columns)
        _need_incident(proposal, open_columns)
        _place_natures(proposal)
    if table == "encounters":
        encounters.place_person(proposal, opened.named)
        encounters.place_answers(proposal, open_columns)
    say_formats(proposal, offered, opened.named)
    say_null(proposal, opened.named)
    say_codes(proposal, opened.named)
    say_nameless(proposal, opened)
    return proposal


def best_table(opened: Opened) -> tuple[str, dict[str, float]]:
    """The table that an extract most likely is, and how well each would do."""
    worth = {table: _worth(propose(opened, table, "agency")) for table in TABLES}
    return max(TABLES, key=lambda t: worth[t]), worth


def _worth(proposal: Proposal) -> float:
    """What the mapped columns weigh; a table whose required columns are not all there weighs little."""
    chosen = {n: c for n, c in proposal.columns.items() if c.constant is None}
    total = sum(_WEIGHTS.get(name, 1.0) * choice.confidence for name, choice in chosen.items())
    total += sum(1.5 * c.confidence for c in proposal.unpivot.values())
    needed = {t.name for t in targets(proposal.table, proposal.grain).values() if t.required}
    given = set(proposal.columns) | ({"category", "minutes"} if proposal.unpivot else set())
    missing = len(needed - given)
    explained = len(proposal.used) / max(1, len(proposal.used) + len(proposal.doubtful) + len(proposal.persons))
    few = 2.0 if not missing and proposal.table in ("shifts", "trainings", "referrals") else 0.0
    return total * explained * 0.4**missing + few


# -- persons ----------------------------------------------------------------------------------------------------------


def persons_of(columns: Sequence[Profile], table: str) -> dict[str, PersonLike]:
    """The headings that tell who somebody is. A heading that surely is another column overrules weak values."""
    found: dict[str, PersonLike] = {}
    for column in columns:
        person = person_like(column)
        if person and not _surely_other(column, person, table):
            found[column.heading] = person
    return found


def _surely_other(column: Profile, person: PersonLike, table: str) -> bool:
    names = [n for n in targets(table) if n not in _ELSEWHERE] + ["unit"] * (table == "calls")
    says = max((heading_says(table, n, column.heading) for n in names if n in ("unit", *targets(table))), default=0.0)
    if person.role == "full_name" and not person.by_values and _coded(column, names, table):
        return True  # the name of a course, say
    if person.role == "free_text" and says >= 0.9 and person.by_heading < 0.5:
        return True
    if person.by_heading >= 0.9:
        return says >= 1.0 and person.by_heading < 0.97 and person.by_values < 0.5
    if person.by_values >= 0.75:
        return False
    return says > person.by_heading


def _coded(column: Profile, names: Sequence[str], table: str) -> bool:
    """Whether the values are known codes of a column."""
    kinds = targets(table)
    return any(n in kinds and kinds[n].codes and values_say(table, n, column).strength >= 0.5 for n in names)


# -- columns ----------------------------------------------------------------------------------------------------------


def _place_times(proposal: Proposal, offered: Sequence[Candidate]) -> None:
    table = proposal.table
    if table not in _TIMES:
        return
    times = [c for c in offered if c.moments and c.moments.has_date and c.moments.share >= 0.7]
    for placed in place_times(table, times):
        _take(proposal, Choice(placed.column, placed.candidate.headings, placed.confidence, placed.reasons))


def _place_others(proposal: Proposal, offered: Sequence[Candidate]) -> None:
    """Every other column goes to the canonical column that it fits best, the surest first."""
    taken = set(proposal.columns) | set(_TIMES.get(proposal.table, ())) | _ELSEWHERE
    if proposal.unpivot:
        taken |= {"category", "minutes"}
    wanted = [t for t in targets(proposal.table) if t not in taken]
    scores: list[tuple[float, Candidate, Fit]] = []
    for candidate in offered:
        if candidate.joined or set(candidate.headings) & proposal.used:
            continue
        for column in wanted:
            found = fit(proposal.table, column, candidate.seen)
            if found.confidence >= DOUBTFUL:
                scores.append((found.confidence + 0.05 * found.heading, candidate, found))
    placed: set[str] = set()
    scores = [(worth, c, _only_one(c, f, scores)) for worth, c, f in scores]
    for _, candidate, found in sorted(scores, key=lambda s: -s[0]):
        heading = candidate.headings[0]
        if found.column in placed or heading in proposal.used:
            continue
        if _misleads(candidate, found) or _other_types(proposal, candidate, found, offered):
            continue
        placed.add(found.column)
        _take(proposal, Choice(found.column, candidate.headings, found.confidence, found.reasons))


def _only_one(candidate: Candidate, found: Fit, scores: Sequence[tuple[float, Candidate, Fit]]) -> Fit:
    """A column without a heading of its own that alone can be a canonical column, and nothing likelier, is it."""
    if not anonymous(candidate.headings[0]):
        return found
    rivals = [f for _, c, f in scores if (c is candidate) != (f.column == found.column)]
    if any(f.confidence > found.confidence - 0.1 for f in rivals):
        return found
    reasons = (*found.reasons, "no other column can be it")
    return replace(found, confidence=1 - 0.7 * (1 - found.confidence), reasons=reasons)


def _misleads(candidate: Candidate, found: Fit) -> bool:
    """Addresses are stored as nothing but a keyed hash, whatever their heading says."""
    apart = ("address", "nature", "nature_initial")  # call types such as "Person / vehicle" read like crossings
    return found.column not in apart and addresses(candidate.seen).strength > 0.6


def _other_types(proposal: Proposal, candidate: Candidate, found: Fit, offered: Sequence[Candidate]) -> bool:
    """Whether a second column of call types is a grouping of them and not the first call type of the same call."""
    if found.column != "nature_initial" or found.heading > 0.5:
        return False
    final = proposal.columns.get("nature")
    other = next((c for c in offered if final and c.headings == final.headings), None)
    if other is None:
        return True
    pairs = [(a, b) for a, b in zip(candidate.seen.cells, other.seen.cells, strict=True) if a and b]
    return sum(a.casefold() == b.casefold() for a, b in pairs) < 0.3 * max(1, len(pairs))


def _take(proposal: Proposal, choice: Choice) -> None:
    """Taken when sure, or when no row can do without it; else offered."""
    target = targets(proposal.table, proposal.grain).get(choice.column)
    if choice.sure or (target and target.required and choice.confidence >= DOUBTFUL):
        proposal.columns[choice.column] = choice
    elif choice.confidence >= DOUBTFUL:
        proposal.doubtful.append(choice)


def _need_incident(proposal: Proposal, columns: Sequence[Profile]) -> None:
    if "incident" in proposal.columns or "received_at" not in proposal.columns:
        return
    choice, note = made_up_incident(proposal, columns)
    proposal.columns["incident"] = choice
    proposal.notes.append(note)


def _place_natures(proposal: Proposal) -> None:
    """A first call type without a final one is simply the call type."""
    if "nature_initial" in proposal.columns and "nature" not in proposal.columns:
        first = proposal.columns.pop("nature_initial")
        proposal.columns["nature"] = Choice("nature", first.headings, first.confidence, first.reasons)
