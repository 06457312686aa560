"""Rule 2: the counts that nobody may learn, as sums of the attacker's unknowns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.protect.era import Era
from pipeline.protect.model import Model
from pipeline.protect.quantities import Expression
from pipeline.protect.safety import Item

Run = tuple[int, int]
Truth = Callable[[Expression, str, Run], int | None]


@dataclass
class ProtectedCounts:
    """All protected counts of the present and, where rows changed since, of the states behind earlier entries.

    `eras` are the states of rows behind the ledger's entries, oldest first; the last is the present one, to which
    `truth` belongs. Without `truth` every count is of interest (the audit); with it those that are large already are
    left out. `known` are unknowns that have a single value. `agencies` and `parts` off look at fewer counts, in tests.
    """

    model: Model
    eras: Sequence[Era]
    expressions: Sequence[Expression]
    truth: Truth | None
    suppress_below: int
    known: Mapping[int, float]
    agencies: bool = True
    parts: bool = True
    near: dict[int, float] = field(default_factory=dict)  # of single unknowns: twice what they truly are, and more
    _runs: dict[int, list[Run]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Item]:
        time = self.model.timeline
        last = self.model.cells.last_atom(self.eras[-1])
        starts = sorted({time.year_starts[k] for k in range(last + 1)})
        old = {y: [e for e in reversed(self.eras[:-1]) if not self._unchanged(e, y)] for y in starts}
        for expression in self.expressions:
            for year in starts:
                found: dict[object, Item | None] = {}
                yield from self._of_present(expression, year, found, every=bool(old[year]))
                for era in old[year]:
                    yield from self._of_past(expression, year, era, found)

    def _of_present(
        self, expression: Expression, year: int, found: dict[object, Item | None], *, every: bool
    ) -> Iterator[Item]:
        """Counts of today. `every`: note the large ones too, of which an earlier state may hold the same."""
        era = self.eras[-1]
        for run in self._runs_of(era, year):
            for agency in ("all", *era.agencies) if self.agencies else ("all",):
                truth = self.truth(expression, agency, run) if self.truth else None
                large = truth is not None and truth >= self.suppress_below  # safe in any case
                single = run[0] == run[1] and agency != "all"
                if large and not every and not single:
                    continue
                columns, known = self._columns(era, expression, agency, run)
                if truth is not None and len(columns) == 1 and not known:
                    self.near[columns[0]] = 2.0 * (truth + self.suppress_below)
                if (columns, known) not in found:
                    found[columns, known] = item = (
                        None if large else Item((expression, agency, run), columns, known, truth)
                    )
                    if item is not None:
                        yield item

    def _of_past(self, expression: Expression, year: int, era: Era, found: dict[object, Item | None]) -> Iterator[Item]:
        """Counts as rows stood behind an earlier entry: still nobody's business, and their truth is gone."""
        for run in self._runs_of(era, year):
            for agency in ("all", *era.agencies) if self.agencies else ("all",):
                columns, known = self._columns(era, expression, agency, run)
                if (columns, known) not in found:
                    found[columns, known] = item = Item((expression, agency, run), columns, known, None)
                    yield item

    def _runs_of(self, era: Era, year: int) -> Iterator[Run]:
        last, time = self.model.cells.last_atom(era), self.model.timeline
        if last not in self._runs:
            self._runs[last] = time.protected_runs(last)
        for run in self._runs[last]:
            if time.year_starts[run[1]] == year and (self.parts or run == time.month_run(run[1])):
                yield run

    def _columns(self, era: Era, expression: Expression, agency: str, run: Run) -> tuple[tuple[int, ...], float]:
        counted, known = self.model.unknowns(era, expression, agency, run), 0.0
        if any(c in self.known for c in counted):
            known = sum(self.known[c] for c in counted if c in self.known)
            return tuple(sorted(c for c in counted if c not in self.known)), known
        return tuple(sorted(counted)), known

    def _unchanged(self, era: Era, year: int) -> bool:
        """True when the present has the same rows in this year (and in the quarter that leads into it) as `era`
        knew."""
        present, cells, time = self.eras[-1], self.model.cells, self.model.timeline
        last = max((k for k in range(year, cells.last_atom(era) + 1) if time.year_starts[k] == year), default=year - 1)
        if era.epochs != present.epochs or last > cells.last_atom(present):
            return False
        run = (min(time.quarter_starts[year], year) if last >= year else year, last)
        return cells.number(era, "all", run) == cells.number(present, "all", run)
