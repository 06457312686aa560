"""What staff are told when a figure, or a whole edition, may not be published."""

from __future__ import annotations

from pipeline.errors import Exit, UserError
from pipeline.protect.forms import small
from pipeline.protect.gate import Finding, Gate

_LEDGER = "published/"


def contradiction() -> UserError:
    """No rows can have given what is published."""
    return UserError(
        "the public editions contradict each other: no rows can have given all of these figures",
        _LEDGER,
        "Compare published/ with its backup: it may have been put together from two machines. Nothing more should be "
        "published until it is found out.",
        Exit.DISCLOSURE,
    )


def raised(now: int, before: int) -> UserError:
    """The threshold is higher than what earlier editions kept to, and they tell of counts below it."""
    return UserError(
        f"suppress_below was raised to {now}, but editions made with {before} already tell of counts below {now}; "
        "nothing was published",
        "program.toml, [privacy] suppress_below",
        f"What was published cannot be taken back, so {now} cannot be promised any more. Put suppress_below = {before} "
        "back and build again; a higher number needs a ledger that began with it.",
        Exit.DISCLOSURE,
    )


def failed(finding: Finding, gate: Gate) -> UserError:
    """A count is given away by what stands in the ledger."""
    return UserError(
        f"disclosure control failed: {sentence(finding, gate)}; nothing was published",
        _LEDGER,
        "Run `outcomes audit`: it names the counts that can be worked out from what was published.",
        Exit.DISCLOSURE,
    )


def sentence(finding: Finding, gate: Gate) -> str:
    """Why a figure is withheld, for staff."""
    if finding.item.name[0] == "contradiction":
        return "it does not agree with figures published before"
    expression, agency, run = finding.item.name
    atoms = gate.model.timeline.atoms
    period = f"{atoms[run[0]].start:%Y-%m}..{atoms[run[1]].end:%Y-%m}"  # type: ignore[index]
    what = " + ".join(q for q, _ in expression)  # type: ignore[attr-defined]
    kind = (
        "is small"
        if finding.item.truth is not None and small(finding.item.truth, gate.limits.suppress_below)
        else "is unpublished"
    )
    between = f"could only lie between {finding.low} and {finding.high}"
    return f"with it a count that {kind} ({what}, {agency}, {period}) {between}"
