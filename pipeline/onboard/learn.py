"""What a trial teaches: codes, formats and words for nothing that the sample of rows did not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.onboard.candidates import formats_of
from pipeline.onboard.codes import CATCH_ALL, code_list
from pipeline.onboard.proposal import CodeList, Proposal
from pipeline.onboard.trial import Refused, Trial
from pipeline.program.tables import targets
from pipeline.recognize import profile
from pipeline.recognize.crosswalk import words_of
from pipeline.recognize.moments import read_moments

_TIMES = ("unreadable_timestamp", "unreadable_date")


def learn(proposal: Proposal, trial: Trial) -> bool:
    """Adds to the proposal what can be learned from rows that were refused; whether anything was."""
    learned = [_null_words(proposal, trial.refused), _formats(proposal, trial.refused)]
    for column in {r.column for r in trial.refused if r.rule in ("unknown_code", "unreadable_bool")}:
        learned.append(_codes(proposal, column, trial.refused))
    return any(learned)


def _null_words(proposal: Proposal, refused: Sequence[Refused]) -> bool:
    """Words that stand for nothing where a time, a number or an answer was expected."""
    words = words_of("missing")
    kinds = ("unreadable_timestamp", "unreadable_date", "unreadable_number", "unreadable_integer", "unreadable_bool")
    found = [r.value for r in refused if r.rule in kinds and r.value and r.value.casefold() in words]
    new = [w for w in dict.fromkeys(found) if w not in proposal.null]
    proposal.null += tuple(new)
    return bool(new)


def _formats(proposal: Proposal, refused: Sequence[Refused]) -> bool:
    values = [r.value for r in refused if r.rule in _TIMES and r.value for _ in range(min(r.rows, 50))]
    moments = read_moments(values)
    if moments is None or any(f in proposal.datetime for f, _ in moments.formats):
        return False
    if moments.order and proposal.order and moments.order not in (proposal.order, "undecided"):
        return False  # a few dates that would read the other way round prove nothing
    new = [f for f in formats_of(moments) if f not in proposal.datetime]
    if not proposal.datetime and new:
        new += ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]  # declared formats replace the usual ones
    proposal.datetime = tuple(sorted((*proposal.datetime, *new), key=lambda f: "%y" not in f))
    return bool(new)


def _codes(proposal: Proposal, column: str, refused: Sequence[Refused]) -> bool:
    kinds = targets(proposal.table, proposal.grain)
    if column not in kinds or column == "agency":
        return False
    values = Counter({r.value: r.rows for r in refused if r.column == column and r.value})
    listed = code_list(proposal.table, column, profile("", [*values], values), frozenset(proposal.null))
    if listed is None:
        return False
    have = proposal.codes.setdefault(column, CodeList())
    new = {v: c for v, c in listed.entries.items() if v not in have.entries}
    have.entries |= new
    have.rows |= {v: listed.rows[v] for v in new}
    unknown = {v: n for v, n in listed.unknown.items() if v not in have.unknown}
    have.unknown |= unknown
    before = have.catch_all
    if have.unknown and column in CATCH_ALL:
        have.catch_all = CATCH_ALL[column]
    return bool(new) or have.catch_all != before
