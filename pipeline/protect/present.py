"""The present state of rows, as an edition speaks of it: versions of months (rule 9), true counts, and what is
known already."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipeline.program.model import Program
from pipeline.protect.calendar import Calendar, Span
from pipeline.protect.counts import Counts, Fingerprints
from pipeline.protect.era import Era, Fact
from pipeline.protect.known import Knowledge, State
from pipeline.protect.ledger import Ledger
from pipeline.protect.plan import Planned
from pipeline.protect.quantities import Declared
from pipeline.protect.truth import TrueCounts, not_additive, requests


def versions(
    ledger: Ledger, agencies: Sequence[str], last: date, fingerprints: Fingerprints, key: bytes
) -> dict[tuple[str, date], tuple[int, str]]:
    """Rule 9: a number per agency and month that rises when accepted rows of that month changed; months that never
    had rows are left out.

    The ledger remembers a fingerprint of the rows, keyed with person.key: without the key it says nothing about them.
    """
    found: dict[tuple[str, date], tuple[int, str]] = {}
    months = {m for a, m in fingerprints if a in agencies and m <= last}
    months |= {m for e in ledger.editions for _, m in e.versions}
    for agency in agencies:
        for month in sorted(months):
            version, before = ledger.rows_of(agency, month)
            mark = _mark(key, agency, month, fingerprints.get((agency, month)))
            if mark or version:
                found[agency, month] = (version + (mark != before), mark)
    return found


def _mark(key: bytes, agency: str, month: date, digest: str | None) -> str:
    text = f"{agency}|{month:%Y-%m}|{digest}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:24] if digest else ""


@dataclass(frozen=True)
class Present:
    """Today's counts, and everything that was published before."""

    program: Program
    counts: Counts
    ledger: Ledger
    versions: Mapping[tuple[str, date], tuple[int, str]]
    last: date  # the end of what the new entry speaks of
    plan: Sequence[Planned]

    @cached_property
    def calendar(self) -> Calendar:
        """The program's own calendar."""
        return Calendar(self.program.began, self.program.fiscal_year_starts)

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        """Ids of the program's agencies."""
        return tuple(a.id for a in self.program.agencies)

    @cached_property
    def known(self) -> Knowledge:
        """What an attacker knows, with today's declarations and epochs."""
        declared = self._declared(self._spread)
        return self._know(declared, self._epochs(declared), self._first)

    @cached_property
    def truth(self) -> TrueCounts:
        """The true value of any count."""
        return self._true(self.known, self._declared(self._spread))

    def _declared(self, spread: Iterable[str] = ()) -> list[Declared]:
        residents = tuple(a.id for a in self.program.agencies if a.population)
        apart = set(spread)
        return [Declared.of(m, residents, additive=m.id not in apart) for m in self.program.metrics.values()]

    def _know(
        self, declared: Sequence[Declared], epochs: Mapping[str, int], like: Knowledge | None = None
    ) -> Knowledge:
        rows = {k: v for k, (v, _) in self.versions.items()}
        now = State(self.agencies, rows, {d.id: (d, epochs.get(d.id, 0)) for d in declared}, self.last)
        return Knowledge(self.ledger, self.calendar, now, [p.span for p in self.plan], like)

    def _true(self, known: Knowledge, declared: Sequence[Declared]) -> TrueCounts:
        return TrueCounts(self.counts, known.timeline, known.quantities, declared, self.agencies)

    @cached_property
    def _first(self) -> Knowledge:
        """Knowledge before anything was measured, and all measuring asked for at once."""
        declared = self._declared()
        known = self._know(declared, {})
        earlier = [Span(f.period_start, f.period_end) for _, f in known.admitted if f.group is None]
        spans = [*(p.span for p in self.plan), *earlier]
        self.counts.prepare(requests(known.timeline, known.quantities, declared, len(known.timeline.atoms) - 1, spans))
        return known

    @cached_property
    def _spread(self) -> set[str]:
        """Metrics that do not add up over months, now or in an earlier edition."""
        known, declared = self._first, self._declared()
        by_id = {d.id: d for d in declared}
        asked = [(by_id[p.metric], p.agency, p.span) for p in self.plan]
        found = not_additive(self.counts, self._true(known, declared), known.timeline, known.quantities.shapes, asked)
        return found | {d.id for e in self.ledger.editions for d, _ in e.metrics if not d.additive}

    def _epochs(self, declared: Sequence[Declared]) -> dict[str, int]:
        """An epoch higher for metrics of which a published figure is no longer what the same rows give."""
        before = {d.id: n for e in self.ledger.editions[-1:] for d, n in e.metrics}
        epochs = {d.id: before[d.id] for d in declared if d.id in before}
        known = self._know(declared, epochs, self._first)
        truth, now, state = self._true(known, declared), known.eras[-1], known.states[-1]
        place = {e.number: i for i, e in enumerate(self.ledger.editions)}
        drifted: set[str] = set()
        for entry, figure in known.admitted:
            i = place[entry.number]
            if figure.group or figure.metric in drifted or figure.metric not in epochs:
                continue
            if known.states[i].metrics.get(figure.metric) != state.metrics[figure.metric]:
                continue
            for fact in known.facts_of(figure, state, entry.suppress_below):
                value = (
                    truth.value(fact.expression, fact.agency, fact.run)
                    if self.same_rows(known, known.eras[i], now, fact)
                    else None
                )
                if value is not None and not fact.low <= value <= fact.high:
                    drifted.add(figure.metric)
        return {m: n + (m in drifted) for m, n in epochs.items()}

    def same_rows(self, known: Knowledge, then: Era, now: Era, fact: Fact) -> bool:
        """True when the rows that a fact counted are, as far as they lie in its months, the same today."""
        if then is now:
            return True
        if fact.agency == "all" and then.agencies != now.agencies:
            return False
        agencies = self.agencies if fact.agency == "all" else fact.agency.split("+")
        changed = self._changed(then, now)
        months = known.timeline.months
        return (
            not any((a, months[k]) in changed for k in range(fact.run[0], fact.run[1] + 1) for a in agencies)
            if changed
            else True
        )

    def _changed(self, then: Era, now: Era) -> set[tuple[str, date]]:
        found = self._differences.get(id(then))
        if found is None:
            months = {k for k in (*then.versions, *now.versions) if k[1] <= then.last}
            found = {k for k in months if then.version(*k) != now.version(*k)}
            self._differences[id(then)] = found
        return found

    @cached_property
    def _differences(self) -> dict[int, set[tuple[str, date]]]:
        return {}
