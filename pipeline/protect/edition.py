"""`protect`: plan, gate, steps, bounds, remainders and memory make public figures and the ledger entry of an
edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from pipeline.program.model import Program
from pipeline.protect.breakdown import Breakdowns
from pipeline.protect.calendar import Calendar, Span, month_of
from pipeline.protect.counts import Counts, Fingerprints, Request
from pipeline.protect.entry import Entry, Line
from pipeline.protect.era import Fact
from pipeline.protect.failures import contradiction, failed, raised, sentence
from pipeline.protect.followed import Followed
from pipeline.protect.forms import Form, form_of, numbers, withheld
from pipeline.protect.gate import Finding, Gate
from pipeline.protect.ledger import Key, Ledger, key_of
from pipeline.protect.plan import PERSON_GROUPS, Asked, Planned, closed_years, plan_edition, step_spans
from pipeline.protect.present import Present, versions
from pipeline.protect.public import PublicFigures, Restated, make_public
from pipeline.protect.quantities import Declared
from pipeline.protect.rules import Rules
from pipeline.protect.safety import Limits
from pipeline.protect.solve import ContradictionError
from pipeline.protect.uncollected import uncollected


@dataclass(frozen=True)
class Protected:
    """What `protect` hands on: the figures for `public/`, and the entry to append just before the edition appears.

    `reasons` says for staff why planned figures were withheld (metric, agency, period -> sentence); it never
    leaves the house.
    """

    figures: PublicFigures
    entry: Entry
    reasons: dict[tuple[str, str, str], str]


@uncollected
def protect(
    program: Program,
    counts: Counts,
    ledger: Ledger,
    *,
    asked: Asked,
    edition: str,
    inputs: str,
    fingerprints: Fingerprints,
    key: bytes,
    rules: Rules | None = None,
) -> Protected:
    """The public figures of an edition (spec 3, "Disclosure control").

    `edition` is its folder name, `inputs` the digest of what went into it (without the ledger), `fingerprints`
    digests of the
    accepted rows (calls, encounters, referrals) per agency and month, `key` the bytes of person.key. UserError:
    exit 2 for a period
    that is not public, exit 4 when what was published already contradicts itself or gives a count away.
    """
    return _Edition(program, counts, ledger, asked, edition, inputs, fingerprints, key, rules or Rules()).make()


class _Edition:
    """One run of `protect`; each method is a step of `make`."""

    def __init__(
        self,
        program: Program,
        counts: Counts,
        ledger: Ledger,
        asked: Asked,
        edition: str,
        inputs: str,
        fingerprints: Fingerprints,
        key: bytes,
        rules: Rules,
    ) -> None:
        self.program, self.counts, self.ledger, self.asked = program, counts, ledger, asked
        self.name, self.inputs, self.rules = edition, inputs, rules
        self.calendar = Calendar(program.began, program.fiscal_year_starts)
        self.suppress_below = program.privacy.suppress_below
        self.number = len(ledger.entries) + 1
        self.standing = ledger.standing() if rules.frozen else {}
        self.admitted: dict[Key, Line] = {}  # by this edition
        self.restated: list[Restated] = []
        self.reasons: dict[tuple[str, str, str], str] = {}
        self.restating = {e.month: e.reason for e in ledger.pending(asked.span.end) if e.month}
        agencies = [a.id for a in program.agencies]
        self.plan = plan_edition(asked, self.calendar, list(program.metrics), agencies, self.restating)
        last = max([asked.span.end, *(e.end for e in ledger.editions)])
        self.versions = versions(ledger, agencies, last, fingerprints, key)
        memory = ledger if rules.memory else ledger.before(1)
        self.present = Present(program, counts, memory, self.versions, last, self.plan)
        self.known, self.truth = self.present.known, self.present.truth

    def make(self) -> Protected:
        gate = self._gate()
        self._decide(gate)
        breakdowns = self._breakdowns(gate)
        if self.rules.final_check:
            self._prove(gate)
        lines = [line for p in self.plan for line in self._lines(p)] + breakdowns
        figures = make_public((line.figure for line in lines), self.suppress_below, self.restated)
        return Protected(figures, self._entry(lines), self.reasons)

    # -- the gate
    # ------------------------------------------------------------------------------------------------------

    def _gate(self) -> Gate:
        limits = Limits(self.suppress_below, lows=self.rules.lows, highs=self.rules.highs, audit=self.rules.audit)
        guarded = {e for e in self.known.protected() if self.rules.rests or not self._is_rest(e)}
        gate = self.known.gate(limits, self.truth.value, people_rules=self.rules.people)
        gate.keep(guarded, agencies=self.rules.agencies, parts=self.rules.parts)
        forms = [(p, self._form(p)) for p in self.plan]
        facts = [f for p, form in forms if form for f in self._facts(p, form)]
        closed = [f for _, year in closed_years(self.asked, self.calendar) for f in self._totals(year)]
        try:
            gate.start(self.known.facts(), [*facts, *closed])
        except ContradictionError as error:
            raise contradiction() from error
        return gate

    def _is_rest(self, expression: tuple[tuple[str, int], ...]) -> bool:
        shapes = self.known.quantities.shapes.values()
        return any(s.form == "rate" and expression == s.rest for s in shapes)

    def _form(self, p: Planned) -> Form | None:
        shape = self.known.shape(p.metric, self.known.states[-1])
        figure = self.counts.figure(p.metric, p.span, p.agency)
        if shape is None:
            return None
        return form_of(shape, figure, self.suppress_below, bounded=self.rules.bounded, samples=self.rules.samples)

    def _facts(self, p: Planned, form: Form) -> list[Fact]:
        row = form.figure(self.counts.figure(p.metric, p.span, p.agency), p.period, None)
        return self.known.facts_of(row, self.known.states[-1], self.suppress_below)

    def _totals(self, year: Span) -> list[Fact]:
        """The totals that breakdowns of a year add up to."""
        run = self.known.timeline.run(year)
        shapes = [self.known.quantities.shapes[d] for d in self._people()]
        found = [(s.whole, self.truth.value(s.whole, "all", run) or 0) for s in shapes]
        return [Fact(e, "all", run, v, v) for e, v in found]

    def _people(self) -> list[Declared]:
        return [d for d, _ in self.known.states[-1].metrics.values() if d.kind == "people"]

    def _decide(self, gate: Gate) -> None:
        """Rule 4, in the order of the plan; figures refused for a count that is truly 0 are asked again after
        others."""
        todo = [p for p in self.plan if self._frozen(p) is None]
        while todo:
            again = [p for p in todo if self._ask(gate, p)]
            if len(again) == len(todo) or not self.rules.audit:
                return
            todo = again

    def _ask(self, gate: Gate, p: Planned) -> bool:
        """Admit one figure if the gate lets it pass; True when it may be asked again later."""
        key = (p.metric, p.agency, None, None, p.span.start, p.span.end)
        if key in self.admitted:
            return False
        form = self._form(p)
        why = (p.metric, p.agency, p.period)
        if form is None:
            self.reasons[why] = f"a count in it is from 1 to {self.suppress_below - 1}"
            return False
        finding, text = self._through(gate, p, form) if self._controlled else (None, "")
        if finding is not None:
            self.reasons[why] = text
            return finding.item.truth in (0, None)
        self.reasons.pop(why, None)
        self._admit(p, form, key)
        return False

    def _through(self, gate: Gate, p: Planned, form: Form) -> tuple[Finding | None, str]:
        """Ask the gate; of survival figures first what they tell of events."""
        if self.rules.followed and (found := self.followed.admit(p)) is not None:
            return found, sentence(found, self.followed.gate or gate, self.followed.names)
        finding = gate.admit(self._facts(p, form))
        return finding, sentence(finding, gate, self.known.names) if finding else ""

    @cached_property
    def followed(self) -> Followed:
        """The gate of survival figures."""
        limits = Limits(self.suppress_below, lows=self.rules.lows, highs=self.rules.highs, audit=self.rules.audit)
        return Followed(self.present, self.program.metrics, limits)

    @property
    def _controlled(self) -> bool:
        return self.suppress_below > 1 and self.rules.gate

    def _admit(self, p: Planned, form: Form, key: Key) -> None:
        row = form.figure(self.counts.figure(p.metric, p.span, p.agency), p.period, self.name)
        line = Line(row, self.number)
        self.admitted[key] = line
        old = self.standing.get(key)
        if old is not None and numbers(old.figure) != numbers(row):  # what came out the same was not restated
            month, reason = next((m, r) for m, r in sorted(self.restating.items()) if _covers(p.span, m))
            was = next(e.edition for e in self.ledger.editions if e.number == old.admitted)
            self.restated.append(Restated(month, reason, replace(old.figure, period=p.period, edition=was), row))

    def _frozen(self, p: Planned) -> Line | None:
        """Rule 9: the value that stands in the ledger, unless its month is to be restated now."""
        key = (p.metric, p.agency, None, None, p.span.start, p.span.end)
        return None if any(_covers(p.span, m) for m in self.restating) else self.standing.get(key)

    # -- what is printed ---------------------------------------------------------------------------------------------

    def _lines(self, p: Planned) -> list[Line]:
        """The rows of a planned figure: its value, an earlier one of the same year (rule 5), or withheld."""
        spans = [p.span, *(step_spans(p) if self.rules.steps else ())]
        for span in spans:
            key = (p.metric, p.agency, None, None, span.start, span.end)
            line = self.admitted.get(key) or self.standing.get(key)
            if line is not None:
                shown = replace(line, figure=replace(line.figure, period=p.period, edition=self.name))
                olds = [r.old for r in self.restated if key_of(r.old) == key and r.old.period == p.period]
                if olds:  # the very object that `restated` holds stands beside the old one
                    same = next(r for r in self.restated if r.old is olds[0])
                    return [Line(same.new, self.number), Line(olds[0], self.standing[key].admitted)]
                return [shown]
        figure = self.counts.figure(p.metric, p.span, p.agency)
        return [Line(withheld(figure, p.period, self.name), self.number)]

    def _breakdowns(self, gate: Gate) -> list[Line]:
        years = closed_years(self.asked, self.calendar)
        metrics = [d.id for d in self._people()]
        if not years or not metrics:
            return []
        self.counts.prepare([Request(tuple(metrics), tuple(y for _, y in years), PERSON_GROUPS)])
        work = Breakdowns(
            self.counts,
            self.ledger,
            self.suppress_below,
            self.number,
            self.name,
            self.rules.remainders,
            self.rules.frozen,
        )
        totals = {year: dict(zip(metrics, self._totals(year), strict=True)) for _, year in years}
        restating = [month_of(m) for m in self.restating]

        def total_is_safe(metric: str, year: Span) -> bool:
            return not self._controlled or gate.admit([totals[year][metric]]) is None

        return work.lines(years, metrics, total_is_safe, restating)

    def _prove(self, gate: Gate) -> None:
        """Rule 10: before anything appears, every count once more, against the rows."""
        finding = gate.check() if self._controlled else None
        if finding is None:
            return
        before = min((e.suppress_below for e in self.ledger.editions), default=self.suppress_below)
        raise (
            raised(self.suppress_below, before)
            if before < self.suppress_below
            else failed(finding, gate, self.known.names)
        )

    def _entry(self, lines: Sequence[Line]) -> Entry:
        state = self.known.states[-1]
        return Entry(
            number=self.number,
            kind="edition",
            previous=self.ledger.head,
            edition=self.name,
            period=self.asked.period,
            end=self.asked.span.end,
            inputs=self.inputs,
            suppress_below=self.suppress_below,
            began=self.calendar.began,
            fiscal_year_starts=self.calendar.fiscal_year_starts,
            agencies=self.present.agencies,
            metrics=tuple(state.metrics.values()),
            versions=self.versions,
            lines=tuple(lines),
        )


def _covers(span: Span, month: date) -> bool:
    return span.start <= month_of(month).end and month.replace(day=1) <= span.end
