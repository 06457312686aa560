"""What the values of coded columns become, in a line for each column: for reading before it is agreed to."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.onboard.proposal import CodeList, Proposal

#: Values that are named; the others stand in the mapping.
_NAMED = 8


def meanings(proposal: Proposal) -> list[str]:
    """One sentence a column: the values of most rows with their code, and what becomes of the others."""
    return [
        f"{name}: {'; '.join(_derived(codes) if codes.derived_from else _listed(codes))}."
        for name, codes in proposal.codes.items()
        if codes.entries or codes.unknown
    ]


def _derived(codes: CodeList) -> Iterable[str]:
    """Of a yes or no that is judged by the values of another column."""
    if codes.entries:
        named = ", ".join(f"{_shown(v)} ({codes.rows.get(v, 0):,})" for v in _most(codes.entries, codes.rows))
        yield f"yes where {codes.derived_from} is {named}{_more(codes.entries)}"
        yield "no for all others"
    else:
        yield "unknown: no call type says it by itself"


def _listed(codes: CodeList) -> Iterable[str]:
    if codes.entries:
        known = (f"{_shown(v)} = {codes.entries[v]}" for v in _most(codes.entries, codes.rows))
        yield ", ".join(known) + _more(codes.entries)
    if codes.unknown:
        named = ", ".join(f"{_shown(v)} ({n:,})" for v, n in list(codes.unknown.items())[:_NAMED])
        told = f"taken as {codes.catch_all}" if codes.catch_all else "so their rows wait"
        yield f"not recognized, {told}: {named}{_more(codes.unknown)}"


def _most(values: Iterable[str], rows: dict[str, int]) -> list[str]:
    return sorted(values, key=lambda v: -rows.get(v, 0))[:_NAMED]


def _more(values: Iterable[str]) -> str:
    left = len(list(values)) - _NAMED
    return f" and {left:,} more" if left > 0 else ""


def _shown(value: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in value)
    return f"“{plain if len(plain) <= 40 else plain[:39].rstrip() + '…'}”"
