"""Units of a call: several in a cell, or a row for each (grain)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.onboard.codes import separator
from pipeline.onboard.opened import Opened
from pipeline.onboard.proposal import Choice, Proposal
from pipeline.onboard.sentences import sentence
from pipeline.recognize import DOUBTFUL, Profile, fit

#: From such a share of rows on whose incident number stands again, a file has a row for each unit.
_REPEATED = 0.04
#: How programs like to call their teams: CR1, CRT-2, U-CRT, MHU3, CORE1.
_TEAM = re.compile(r"(?:[A-Z]{1,2}-)?(?:CR|CRT|CRU|CORE|COR|MHU|MHR|MCT|MCR|BHU|BHR|CIT|HART)-?\d{0,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Repeats:
    """Rows whose incident number stands again; in which share of those incidents a column differs from row to row."""

    rows: float
    differing: dict[str, float]


def place_units(proposal: Proposal, columns: Sequence[Profile]) -> None:
    """Finds the column of call signs and decides whether a row is a call or a unit."""
    free = [c for c in columns if c.heading not in proposal.used]
    incident = proposal.columns.get("incident")
    number = next((c for c in columns if incident and incident.headings == (c.heading,)), None)
    repeats = repeats_of(number, columns) if number else Repeats(0.0, {})
    listed = _best("units", free)
    single = _best("unit", free)
    if repeats.rows >= _REPEATED and single:
        differs = repeats.differing.get(single.headings[0], 0.0)
        if differs >= 0.5:
            confidence = 1 - (1 - single.confidence) * (1 - 0.6 * differs)
            said = "differs between the rows of one incident"
            proposal.grain = "unit"
            proposal.columns["unit"] = Choice("unit", single.headings, confidence, (*single.reasons, said))
            return
    if repeats.rows >= _REPEATED:
        proposal.notes.append(sentence("repeated_incident", share=f"{repeats.rows:.0%}"))
    _place_list(proposal, listed, single, columns)


def _place_list(proposal: Proposal, listed: Choice | None, single: Choice | None, columns: Sequence[Profile]) -> None:
    best = max((c for c in (listed, single) if c), key=lambda c: c.confidence, default=None)
    if best is None:
        return
    choice = Choice("units", best.headings, best.confidence, best.reasons)
    if not choice.sure:
        proposal.doubtful.append(choice)
        return
    proposal.columns["units"] = choice
    mark = separator(next(c for c in columns if c.heading == choice.headings[0]), spaces=True)
    if mark:
        proposal.split["units"] = mark


def _best(name: str, columns: Sequence[Profile]) -> Choice | None:
    found = [(fit("calls", name, c), c) for c in columns]
    best = max(found, key=lambda f: f[0].confidence, default=None)
    if best is None or best[0].confidence < DOUBTFUL:
        return None
    return Choice(name, (best[1].heading,), best[0].confidence, best[0].reasons)


def repeats_of(number: Profile, columns: Sequence[Profile]) -> Repeats:
    """How often the number of an incident stands on several rows of the sample, and which columns differ then."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for place, cell in enumerate(number.cells):
        if cell and cell not in number.missing:
            rows[cell].append(place)
    again = [places for places in rows.values() if len(places) > 1]
    share = sum(map(len, again)) / max(1, len(number.cells))
    differing = {}
    for column in columns:
        if column is not number and again:
            unlike = [len({column.cells[p] for p in places}) == len(places) for places in again]
            differing[column.heading] = sum(unlike) / len(again)
    return Repeats(share, differing)


def like_teams(opened: Opened, proposal: Proposal, most: int = 4) -> list[str]:
    """Call signs of this file that look like those of co-responder teams, the commonest first."""
    headings = proposal.headings_of("unit") or proposal.headings_of("units")
    found: Counter[str] = Counter()
    for column in opened.columns:
        if column.heading in headings:
            for cell, count in column.counts.items():
                for sign in re.split(r"[,;/| ]+", cell):
                    found[sign] += count if _TEAM.fullmatch(sign) else 0
    return [sign for sign, count in found.most_common(most) if count]
