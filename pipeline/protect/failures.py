"""What staff are told when a figure, or a whole edition, may not be published."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.errors import Exit, UserError
from pipeline.protect.forms import small
from pipeline.protect.gate import Finding, Gate
from pipeline.protect.quantities import Expression

_LEDGER = "published/"
Names = Mapping[Expression, str]  # how staff know a count


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


def failed(finding: Finding, gate: Gate, names: Names) -> UserError:
    """A count is given away by what stands in the ledger."""
    return UserError(
        f"disclosure control failed: {sentence(finding, gate, names)}; nothing was published",
        _LEDGER,
        "Run `outcomes audit`: it names the counts that can be worked out from what was published.",
        Exit.DISCLOSURE,
    )


def sentence(finding: Finding, gate: Gate, names: Names) -> str:
    """Why a figure is withheld, for staff."""
    if finding.item.name[0] == "contradiction":
        return "it does not agree with figures published before"
    expression, agency, run = finding.item.name
    atoms = gate.model.timeline.atoms
    start, end = (f"{day:%Y-%m}" for day in (atoms[run[0]].start, atoms[run[1]].end))  # type: ignore[index]
    what = names.get(expression, "a count")  # type: ignore[call-overload]
    is_small = finding.item.truth is not None and small(finding.item.truth, gate.limits.suppress_below)
    kind = "small" if is_small else "not published"
    between = f"is {finding.low}" if finding.low == finding.high else f"lies between {finding.low} and {finding.high}"
    months = start if start == end else f"{start} to {end}"
    return f"with it anyone could work out that {what}, {agency}, {months} {between}, and that is {kind}"
