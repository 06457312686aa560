"""Logs of encounters: the parts of a person, and answers that no heading explains."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.onboard.proposal import Choice, Proposal
from pipeline.onboard.sentences import sentence
from pipeline.program.sources import BOOL_WORDS
from pipeline.recognize import Profile
from pipeline.recognize.crosswalk import crosswalk
from pipeline.recognize.words import anonymous


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
    """Columns of yes and no whose headings say nothing, as far as the other columns tell what they are.

    Who was arrested is told by how the encounter ended, who was likely to be by who was; whether someone is still
    stable is asked at follow-ups alone. What nothing tells apart is left open.
    """
    free = [c for c in columns if c.yes_no > 0.9 and anonymous(c.heading) and c.heading not in proposal.used]
    yes = {c.heading: [_answer(cell) for cell in c.cells] for c in free}
    ended = _codes(proposal, "resolution", columns)
    if ended and "arrested" not in proposal.columns:
        arrests = [code == "arrest" if code else None for code in ended]
        best = max(((_agreement(yes[h], arrests), h) for h in yes), default=(0.0, ""))
        if best[0] > 0.75:
            reasons = (f"agrees with how encounters ended in {best[0]:.0%} of the arrests",)
            _place(proposal, "arrested", best[1], reasons)
            _place_likely(proposal, yes, yes.pop(best[1]))
    kinds = _codes(proposal, "kind", columns)
    if kinds and "stable" not in proposal.columns:
        asked = {h: _asked_at(answers, kinds, "follow_up") for h, answers in yes.items()}
        best = max(((share, h) for h, share in asked.items()), default=(0.0, ""))
        if best[0] > 0.9:
            _place(proposal, "stable", best[1], (f"answered at follow-ups, {best[0]:.0%} of the time",))


def _place_likely(proposal: Proposal, yes: dict[str, list[bool | None]], arrested: list[bool | None]) -> None:
    """Who was arrested was likely to be; of the columns that hold this, the one that says it of fewest others."""
    offers = []
    for heading, answers in yes.items():
        both = [a for a, b in zip(answers, arrested, strict=True) if b and a is not None]
        others = [a for a, b in zip(answers, arrested, strict=True) if b is False and a is not None]
        if len(both) >= 3 and sum(both) >= 0.9 * len(both) and 0 < sum(others) < 0.5 * len(others):
            offers.append((sum(others) / len(others), heading))
    if offers and "arrest_likely" not in proposal.columns:
        _place(proposal, "arrest_likely", min(offers)[1], ("yes of everybody who was arrested, and of some others",))


def _place(proposal: Proposal, column: str, heading: str, reasons: tuple[str, ...]) -> None:
    proposal.columns[column] = Choice(column, (heading,), 0.65, reasons)


def _answer(cell: str | None) -> bool | None:
    return BOOL_WORDS.get(cell.casefold()) == "true" if cell else None


def _codes(proposal: Proposal, column: str, columns: Sequence[Profile]) -> list[str | None]:
    """The codes of a column row by row, as far as they are known; empty when it is not mapped."""
    choice = proposal.columns.get(column)
    seen = next((c for c in columns if choice and choice.headings == (c.heading,)), None)
    if seen is None:
        return []
    words = crosswalk("encounters", column)
    return [words.code(c) or words.letters.get(c.casefold()) if c else None for c in seen.cells]


def _agreement(one: Sequence[bool | None], other: Sequence[bool | None]) -> float:
    """Rows that are yes in both, of those that are yes in either."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    either = sum(a or b for a, b in pairs)
    return sum(a and b for a, b in pairs) / either if either >= 3 else 0.0


def _asked_at(answers: Sequence[bool | None], kinds: Sequence[str | None], kind: str) -> float:
    """Of the rows in which a column is answered the share of one kind; 0 when it is answered in few of those."""
    given = [k for a, k in zip(answers, kinds, strict=True) if a is not None]
    of_kind = sum(k == kind for k in kinds)
    return given.count(kind) / len(given) if given and given.count(kind) > 0.2 * of_kind else 0.0
