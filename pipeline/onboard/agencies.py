"""Extracts of several agencies: a column that names them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.onboard.proposal import Choice, CodeList, Proposal
from pipeline.onboard.sentences import sentence
from pipeline.program.model import Agency
from pipeline.recognize import Profile
from pipeline.recognize.words import heading_says, heading_words

#: Words that a name of an agency may have or not.
_COMMON = frozenset(
    "police sheriff sheriffs sheriff's office department dept pd so agency s county city town of and".split()  # noqa: SIM905
)
_MOST = 0.8


def place_agency(proposal: Proposal, columns: Sequence[Profile], agencies: Sequence[Agency]) -> None:
    """A column whose values are agencies of the program says whose each row is; one that names strangers is told of."""
    for column in columns:
        known = _known(column, agencies)
        rows = sum(column.folded.values())
        share = sum(n for v, n in column.folded.items() if v in known) / rows if rows else 0.0
        if share >= _MOST and len(set(known.values())) > 1:
            _take(proposal, column, known, share)
            return
        if heading_says("any", "agency", column.heading) > 0.9 and 1 < column.distinct <= 40:
            said = sentence("several_agencies", heading=column.heading, count=column.distinct, agency=proposal.agency)
            proposal.notes.append(said)


def _take(proposal: Proposal, column: Profile, known: dict[str, str], share: float) -> None:
    reasons = (f"names agencies of the program in {share:.0%} of the rows",)
    proposal.columns["agency"] = Choice("agency", (column.heading,), 0.5 + share / 2, reasons)
    codes = CodeList()
    spelled = {" ".join(v.casefold().split()): v for v in column.counts}
    for value, count in column.folded.most_common():
        if value not in known:
            codes.unknown[spelled[value]] = count
        elif known[value] != value:
            codes.entries[spelled[value]] = known[value]
            codes.rows[spelled[value]] = count
    if codes.entries or codes.unknown:
        proposal.codes["agency"] = codes


def _known(column: Profile, agencies: Sequence[Agency]) -> dict[str, str]:
    """Folded value -> the id of the agency that it names."""
    names = {_plain(text): agency.id for agency in agencies for text in (agency.name, agency.id)}
    names.pop(frozenset(), None)
    return {v: names[_plain(v)] for v in column.folded if _plain(v) in names} if column.distinct <= 200 else {}


def _plain(text: str) -> frozenset[str]:
    return frozenset(heading_words(text)) - _COMMON - {"department"}
