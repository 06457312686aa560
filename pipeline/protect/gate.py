"""Rule 4: a figure is admitted only if every protected count stays safe with it (rule 3) and no unpublished count
becomes
provable (rule 10)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.protect.era import Era, Fact, Row
from pipeline.protect.model import Block, Model
from pipeline.protect.piece import Item, Limits, Piece, State
from pipeline.protect.quantities import Expression
from pipeline.protect.solve import TOLERANCE, ContradictionError, Pieces

Truth = Callable[[Expression, str, tuple[int, int]], int | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """A count that what is published would give away."""

    item: Item
    low: int
    high: int


class Gate:
    """The attacker's system of everything published so far, and the decision on each further figure.

    `eras` are the states of rows behind the ledger's entries, oldest first; the last is the present one, to which
    `truth` belongs.
    Without `truth` the gate sees what an outsider sees (the audit).
    """

    def __init__(
        self, model: Model, eras: Sequence[Era], limits: Limits, truth: Truth | None, expressions: Iterable[Expression]
    ) -> None:
        self.model = model
        self.eras = list(eras)
        self.limits = limits
        self._truth = truth
        self._expressions = sorted(set(expressions))
        self._facts: list[tuple[Era, Fact]] = []
        self._pieces: dict[Block, Piece] = {}
        self._added: list[Row] = []
        self._agencies = self._parts = True
        self._known_runs: dict[int, list[tuple[int, int]]] = {}

    def keep(self, expressions: Iterable[Expression], *, agencies: bool, parts: bool) -> None:
        """Look at fewer counts than rule 2 says: for tests that show what each half of the rule is good for."""
        self._expressions = sorted(set(expressions))
        self._agencies, self._parts = agencies, parts

    def start(self, facts: Iterable[tuple[Era, Fact]], planned: Iterable[Fact] = ()) -> None:
        """Take in what is published already. Raises ContradictionError when no table of counts agrees with it.

        Short totals first, so that long ones shrink to blocks; `planned` facts only get their unknowns ready.
        """
        self._facts = sorted(facts, key=lambda f: self._length(f[1]))
        for era, fact in self._facts:
            for row in self.model.published(era, fact, remember=True):
                self.model.add(dict(row.terms), row.low, row.high)
        for fact in planned:
            for _ in self.model.published(self.eras[-1], fact, remember=False):
                pass
        self._split = Pieces(self.model, self._joined())
        self._columns: dict[Block, list[int]] = {}
        self._rows: dict[Block, list[Row]] = {}
        self._keep_rows(self._split.rows)
        self._read_columns, self._read_rows = 0, len(self.model.rows)
        self._absorb()

    def _keep_rows(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if row.terms:
                self._rows.setdefault(self.model.blocks[row.terms[0][0]], []).append(row)

    def _absorb(self) -> None:
        """Take in the unknowns and rows that the model got since last time."""
        for column in range(self._read_columns, len(self.model.blocks)):
            if column not in self._split.fixed:
                self._columns.setdefault(self.model.blocks[column], []).append(column)
        self._keep_rows(self._split.substitute(r) for r in self.model.rows[self._read_rows :])
        self._read_columns, self._read_rows = len(self.model.blocks), len(self.model.rows)

    def _length(self, fact: Fact) -> tuple[bool, int, int, Fact]:
        years = self.model.timeline.year_starts
        i, j = fact.run
        return years[i] != years[j], i, j, fact  # facts are compared whole in the end: the order is always the same

    def _joined(self) -> Iterator[tuple[Block, Block]]:
        """Blocks that belong together whatever is published: people and their encounters, parts of a rate; years,
        when a
        quarter lies in two of them."""
        time = self.model.timeline
        starts = sorted(set(time.year_starts))
        for people, encounters in self.model.quantities.people_of if self.model.people_rules else ():
            for y in starts:
                yield (people, y), (encounters, y)
        cut = [k for k in range(len(time.atoms)) if time.year_starts[time.quarter_starts[k]] != time.year_starts[k]]
        for expression in self._expressions:
            for quantity, _ in expression:
                for y in starts:
                    yield (expression[0][0], y), (quantity, y)
                for k in cut:
                    yield (quantity, time.year_starts[time.quarter_starts[k]]), (quantity, time.year_starts[k])

    # -- decisions -----------------------------------------------------------------------------------------------

    def admit(self, facts: Sequence[Fact]) -> Finding | None:
        """Add the facts of one figure if every count stays safe; otherwise nothing changes and the reason is
        returned."""
        rows = [r for f in facts for r in self.model.published(self.eras[-1], f, remember=False)]
        try:
            finding = self._try(rows)
        except ContradictionError:
            finding = Finding(Item(("contradiction",), (), 0, None), 0, 0)
        if finding is None:
            for fact in facts:
                for _ in self.model.published(self.eras[-1], fact, remember=True):
                    pass
        return finding

    def _try(self, rows: Sequence[Row]) -> Finding | None:
        rows = [self._split.substitute(r) for r in rows]
        if any(not r.terms and (r.low > TOLERANCE or r.high < -TOLERANCE) for r in rows):
            raise ContradictionError
        rows = [r for r in rows if r.terms]
        before = self._split.snapshot()
        for row in rows:
            self._split.join(row)
        pushed: dict[Block, tuple[Piece, State]] = {}
        finding: Finding | None = None
        try:
            for root in sorted({self._root(r) for r in rows}):
                piece = self._piece(root, before)
                pushed[root] = piece, piece.push([r for r in rows if self._root(r) == root])
                unsafe = piece.unsafe()
                if unsafe is not None:
                    finding = Finding(*unsafe)
                    break
        finally:
            if finding is not None or sys.exc_info()[0] is not None:
                for piece, state in pushed.values():
                    piece.pop(state)
                self._split.restore(before)
        if finding is None:
            self._pieces.update((root, piece) for root, (piece, _) in pushed.items())
            self._added += rows
        return finding

    def check(self) -> Finding | None:
        """Look at every piece once (rule 10: `build` checks rule 3 against the rows before anything appears)."""
        for piece in self.pieces():
            unsafe = piece.unsafe()
            if unsafe is not None:
                return Finding(*unsafe)
        return None

    def pieces(self) -> Iterator[Piece]:
        """All pieces of the system that hold a protected count."""
        blocks = {self._split.root(b) for b in self._blocks}
        for root in sorted(blocks):
            yield self._piece(root)

    # -- pieces ----------------------------------------------------------------------------------------------------

    def _root(self, row: Row) -> Block:
        return self._split.root(self.model.blocks[row.terms[0][0]])

    @cached_property
    def _blocks(self) -> list[Block]:
        time = self.model.timeline
        last = self.model.last_atom(self.eras[-1])
        years = set(time.year_starts[: last + 1])
        return sorted({(q, y) for e in self._expressions for q, _ in e for y in years} | set(self._columns))

    def _piece(self, root: Block, before: Mapping[Block, Block] | None = None) -> Piece:
        """The piece of `root`. After joining blocks (`before`: how they hung together before) it is made anew."""
        blocks = [b for b in self._blocks if self._split.root(b) == root]
        grown = before is not None and len({self._split.root(b, before) for b in blocks}) > 1
        if root in self._pieces and not grown:
            return self._pieces[root]
        for block in blocks:
            for era in self.eras:
                self.model.relate(era, block)
        items = self._items(blocks)
        self._absorb()
        columns = [c for b in blocks for c in self._columns.get(b, ())]
        rows = [r for b in blocks for r in self._rows.get(b, ())]
        rows += [r for r in self._added if self._root(r) == root]
        piece = Piece(columns, rows, items, self.limits)
        if not grown:
            self._pieces[root] = piece
        return piece

    def _items(self, blocks: Iterable[Block]) -> list[Item]:
        """Rule 2: the protected counts whose unknowns lie in these blocks."""
        wanted = set(blocks)
        return [
            item
            for expression in self._expressions
            for year in sorted({y for q, y in wanted if q == expression[0][0]})
            for item in self._of_year(expression, year)
        ]

    def _of_year(self, expression: Expression, year: int) -> list[Item]:
        found: dict[object, Item] = {}
        for era in reversed(self.eras):  # the present first: its true values are known
            now = era is self.eras[-1]
            if not now and self._unchanged(era, year):
                continue
            for run in self._runs(self.model.last_atom(era)):
                if self.model.timeline.year_starts[run[1]] == year and self._wanted(run):
                    for agency in ("all", *era.agencies) if self._agencies else ("all",):
                        item = self._item(era, expression, agency, run, now)
                        found.setdefault((item.terms, item.known), item)
        return list(found.values())

    def _runs(self, last: int) -> list[tuple[int, int]]:
        if last not in self._known_runs:
            self._known_runs[last] = self.model.timeline.protected_runs(last)
        return self._known_runs[last]

    def _wanted(self, run: tuple[int, int]) -> bool:
        return self._parts or run == self.model.timeline.month_run(run[1])

    def _unchanged(self, era: Era, year: int) -> bool:
        """True when the present has the same rows in this year (and in the quarter that leads into it) as `era`
        knew."""
        present, model = self.eras[-1], self.model
        then, now = model.year(era, year), model.year(present, year)
        if era.epochs != present.epochs or then != now[: len(then)]:
            return False
        first = model.timeline.quarter_starts[year] if then else year
        return all(model.at(era, "all", k) == model.at(present, "all", k) for k in range(first, year))

    def _item(self, era: Era, expression: Expression, agency: str, run: tuple[int, int], now: bool) -> Item:
        terms, fixed = self.model.count(era, expression, agency, run), self._split.fixed
        known = sum(fixed[c] * k for c, k in terms.items() if c in fixed) if fixed else 0.0
        free = tuple(sorted((c, k) for c, k in terms.items() if c not in fixed))
        truth = self._truth(expression, agency, run) if now and self._truth else None
        return Item((expression, agency, run), free, known, truth)
