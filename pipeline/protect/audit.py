"""Rule 10: the audit. It reads published/ alone, as an attacker would, and says how far each unpublished count can
be narrowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.measure.figure import Figure
from pipeline.protect.breakdown import REMAINDER
from pipeline.protect.calendar import Calendar, Span
from pipeline.protect.gate import Gate
from pipeline.protect.known import Knowledge
from pipeline.protect.ledger import Ledger
from pipeline.protect.quantities import Expression
from pipeline.protect.safety import Item, Limits
from pipeline.protect.solve import INFINITY, ContradictionError, round_high, round_low
from pipeline.protect.uncollected import uncollected

Verdict = Literal["fails", "note", "safe"]


@dataclass(frozen=True, slots=True)
class Audited:
    """An unpublished count with its smallest and largest possible value (None: nothing published limits it)."""

    count: str
    agency: str
    start: str
    end: str
    smallest: int
    largest: int | None
    verdict: Verdict

    @property
    def sentence(self) -> str:
        """What this means, for staff."""
        place = f"{self.count}, {self.agency}, {self.start} to {self.end}"
        top = "any number" if self.largest is None else str(self.largest)
        if self.verdict == "fails":
            if self.smallest == self.largest:
                return f"{place}: anyone can work out that this is {self.smallest}."
            return (
                f"{place}: anyone can work out that this lies between {self.smallest} and {top}, so that it is small."
            )
        if self.verdict == "note":
            return f"{place}: must be at least {self.smallest}; no harm unless it is small, which readers cannot tell."
        return f"{place}: from {self.smallest} to {top}."


@dataclass(frozen=True)
class Audit:
    """The result over all public editions. `contradiction`: the editions cannot all be right."""

    editions: int
    suppress_below: int
    counts: tuple[Audited, ...]
    contradiction: bool = False

    @property
    def failures(self) -> tuple[Audited, ...]:
        """Counts that are given away."""
        return tuple(c for c in self.counts if c.verdict == "fails")

    @property
    def passed(self) -> bool:
        """False means exit code 4."""
        return not self.contradiction and not self.failures

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        if not self.editions:
            return "Nothing was published yet."
        if self.contradiction:
            return "The public editions contradict each other: no rows can have given all of their figures."
        if self.suppress_below <= 1:
            return "Disclosure control is switched off (suppress_below = 1); there is nothing to audit."
        if self.failures:
            n = len(self.failures)
            counts = "count" if n == 1 else "counts"
            return f"{n} small {counts} can be worked out from the {self.editions} public editions."
        return f"No small count can be worked out from the {self.editions} public editions."


@uncollected
def audit(folder: Path | Ledger, *, exact: bool = True) -> Audit:
    """Attack everything in `published/`. With `exact` every unpublished count gets its bounds, else only failures
    are looked for.

    Raises UserError when the ledger itself is not as it was written.
    """
    ledger = folder if isinstance(folder, Ledger) else Ledger.read(folder)
    if not ledger.editions:
        return Audit(0, 0, ())
    last = ledger.editions[-1]
    if last.suppress_below <= 1:
        return Audit(len(ledger.editions), last.suppress_below, ())
    known = Knowledge(ledger, Calendar(last.began, last.fiscal_year_starts), None)
    gate = known.gate(Limits(last.suppress_below), None)
    try:
        gate.start(known.facts())
        counts = [*_unpublished(gate, known, exact), *_in_remainders(ledger, last.suppress_below)]
    except ContradictionError:
        return Audit(len(ledger.editions), last.suppress_below, (), contradiction=True)
    return Audit(len(ledger.editions), last.suppress_below, tuple(counts))


def _unpublished(gate: Gate, known: Knowledge, exact: bool) -> Iterator[Audited]:
    names = known.names
    printed = set(_printed(known))
    items = gate.items if exact else [i for f in gate.findings() for i in gate.beside(f.item)]
    for item in dict.fromkeys(items):
        low, high = gate.ends(item)
        smallest, largest = round_low(low), round_high(high) if high < INFINITY else None
        small = largest is not None and gate.limits.fails_audit(smallest, largest)
        if small or (exact and _place(item) not in printed):
            verdict: Verdict = "fails" if small else "note" if 2 <= smallest < gate.limits.suppress_below else "safe"
            yield _audited(gate, names, item, (smallest, largest), verdict)


def _place(item: Item) -> tuple[object, ...]:
    return item.name[:3]


def _printed(known: Knowledge) -> Iterator[tuple[object, ...]]:
    for _, fact in known.facts():
        if fact.low == fact.high:
            yield fact.expression, fact.agency, fact.run


def _audited(
    gate: Gate, names: Mapping[Expression, str], item: Item, bounds: tuple[int, int | None], verdict: Verdict
) -> Audited:
    expression, agency, run = item.name[:3]
    atoms = gate.model.timeline.atoms
    start, end = atoms[run[0]].start, atoms[run[1]].end  # type: ignore[index]
    return Audited(names[expression], str(agency), f"{start:%Y-%m}", f"{end:%Y-%m}", *bounds, verdict)  # type: ignore[index]


def _in_remainders(ledger: Ledger, suppress_below: int) -> Iterator[Audited]:
    """Categories that were folded into a remainder: at most all of it, at least what the others' limits leave."""
    tables: dict[tuple[str, str, Span], list[Figure]] = {}
    for entry in ledger.editions:
        for line in entry.own:
            f = line.figure
            if f.group is not None:
                tables.setdefault((f.metric, f.group, Span(f.period_start, f.period_end)), []).append(f)
    for (metric, group, span), rows in sorted(tables.items()):
        shown = {f.category: round(f.numerator or 0) for f in rows if f.status == "published"}
        if REMAINDER not in shown:
            continue
        rest = shown[REMAINDER]
        met = {
            f.category: round(f.numerator or 0)
            for f in tables.get(("people_met", group, span), ())
            if f.status == "published" and metric != "people_met"
        }
        folded = sorted({str(f.category) for f in rows if f.status == "withheld"} - set(map(str, shown)))
        limit = {c: min(rest, met.get(c, rest)) for c in folded}
        for c in folded:
            low = max(0, rest - sum(limit[d] for d in folded if d != c))
            fails = Limits(suppress_below).fails_audit(low, limit[c])
            name = f"{metric}, {group} {c}"
            yield Audited(
                name, "all", f"{span.start:%Y-%m}", f"{span.end:%Y-%m}", low, limit[c], "fails" if fails else "safe"
            )
