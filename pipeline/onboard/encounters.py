"""Logs of encounters: the parts of a person, and answers that no heading explains."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.onboard.proposal import Choice, Proposal
from pipeline.onboard.sentences import sentence
from pipeline.recognize import Profile


def place_person(proposal: Proposal, columns: Sequence[Profile]) -> None:
    """The parts that make the person key: last name, first name, birth date, in this order in every agency."""
    best: dict[str, tuple[float, str]] = {}
    for column in columns:
        person = proposal.persons.get(column.heading)
        if person and column.filled and person.confidence > best.get(person.role, (0.0, ""))[0]:
            best[person.role] = (person.confidence, column.heading)
    names = [best[r] for r in ("last_name", "first_name") if r in best]
    if len(names) < 2 and "full_name" in best:
        names = [best["full_name"]]
    born = [best["birth_date"]] if "birth_date" in best else []
    if names:
        _take(proposal, [*names, *born], "the name" + (" and the birth date" if born else ""))
        if not born:
            proposal.notes.append(sentence("no_births"))
    elif "person_id" in best:
        _take(proposal, [best["person_id"]], "the agency's own number of a person")
    elif born:
        proposal.notes.append(sentence("only_births", heading=born[0][1]))
    else:
        proposal.notes.append(sentence("nobody"))


def _take(proposal: Proposal, parts: list[tuple[float, str]], what: str) -> None:
    confidence = min(c for c, _ in parts)
    reasons = (f"{what}; becomes a keyed hash at once, and is never stored or shown",)
    proposal.columns["person"] = Choice("person", tuple(h for _, h in parts), confidence, reasons)


def place_answers(proposal: Proposal, columns: Sequence[Profile]) -> None:
    """Columns of yes and no whose headings say nothing: what the other columns tell about them."""
