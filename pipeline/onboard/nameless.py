"""Columns that a mapping cannot name, because they have no heading or one that stands twice: what to do about them."""

from __future__ import annotations

from collections import Counter

from pipeline.onboard.opened import Opened
from pipeline.onboard.proposal import Proposal
from pipeline.onboard.sentences import sentence
from pipeline.receive.read.headings import column_name, heading_key

_NAMED = 4


def say_nameless(proposal: Proposal, opened: Opened) -> None:
    """A note for staff about each kind of such columns; columns without a value are passed over."""
    blank = [
        column_name(n)
        for n, (heading, column) in enumerate(zip(opened.headings, opened.columns, strict=True), 1)
        if not heading.strip() and any(column.cells)
    ]
    if blank:
        proposal.notes.append(sentence("no_heading" if len(blank) == 1 else "no_headings", columns=_listed(blank)))
    keys = Counter(heading_key(h) for h in opened.headings if h.strip())
    first = {heading_key(h): h.strip() for h in reversed(opened.headings)}
    twice = [f'"{first[k]}"' for k, n in keys.items() if n > 1]
    if twice:
        proposal.notes.append(sentence("heading_twice", columns=_listed(twice)))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
