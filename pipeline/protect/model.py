"""What an attacker knows, as linear inequalities over unknown counts (rule 3).

Unknowns: for counts that add up, one count per quantity, agency, atom of time and version of that month's rows;
for people one
count per quantity and set of such cells (a person may be in several). Everything published, and everything that
follows from
the definitions, is a row `low <= sum of coefficient x unknown <= high`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.protect.calendar import Timeline
from pipeline.protect.cells import NOTHING, Cell, Cells
from pipeline.protect.era import Era, Fact, Row
from pipeline.protect.quantities import Expression, Quantities
from pipeline.protect.reduce import Reducer
from pipeline.protect.solve import INFINITY

Coefficients = dict[int, int]  # column -> coefficient
Block = tuple[str, int]  # quantity, first atom of the fiscal year: columns that are always solved together


class Model:
    """Columns and rows of the attacker's system."""

    def __init__(self, quantities: Quantities, timeline: Timeline, *, people_rules: bool = True) -> None:
        self.quantities = quantities
        self.timeline = timeline
        self.people_rules = people_rules
        self.blocks: list[Block] = []  # of each column
        self.rows: list[Row] = []
        self._columns: dict[tuple[object, ...], int] = {}
        self._seen: set[Row] = set()
        self._built: set[tuple[object, ...]] = set()
        self._reducers: dict[tuple[object, ...], Reducer] = {}
        self._keys: list[tuple[str, int, Cell]] = []  # of each column that is a cell
        self.cells = Cells(timeline)
        self._sums: dict[tuple[str, int], dict[int, tuple[int, ...]]] = {}  # quantity and epoch -> set -> columns

    # -- counts as sums of unknowns ------------------------------------------------------------------------------

    def count(self, era: Era, expression: Expression, agency: str, run: tuple[int, int]) -> Coefficients:
        """The count `expression` of `agency` (or `all`) over a run of atoms, as a sum of unknowns."""
        total: Coefficients = {}
        for quantity, factor in expression:
            total.update(dict.fromkeys(self._unknowns(era, quantity, agency, run), factor))
        return total

    def unknowns(self, era: Era, expression: Expression, agency: str, run: tuple[int, int]) -> tuple[int, ...]:
        """The columns of `count`."""
        if len(expression) == 1:
            return self._unknowns(era, expression[0][0], agency, run)
        return tuple(dict.fromkeys(c for q, _ in expression for c in self._unknowns(era, q, agency, run)))

    def _unknowns(self, era: Era, quantity: str, agency: str, run: tuple[int, int]) -> tuple[int, ...]:
        if self.quantities.structure[quantity] == "sum":
            return self._sum(quantity, era.epochs.get(quantity, 0), self.cells.number(era, agency, run))
        node = self.union(era, quantity, agency, run)
        return () if node is None else (node,)

    def _sum(self, quantity: str, epoch: int, number: int) -> tuple[int, ...]:
        """The columns of a set of cells: those of the set that it grew from, and of the cells of one atom more."""
        known = self._sums.setdefault((quantity, epoch), {NOTHING: ()})
        missing = []
        while number not in known:
            missing.append(number)
            number = self.cells.parent[number]
        columns = known[number]
        for one in reversed(missing):
            columns += tuple(self._cell_of(quantity, epoch, c) for c in self.cells.added[one])
            known[one] = columns
        return columns

    def _cell(self, era: Era, quantity: str, cell: Cell) -> int:
        return self._cell_of(quantity, era.epochs.get(quantity, 0), cell)

    def union(self, era: Era, quantity: str, agency: str, run: tuple[int, int]) -> int | None:
        """The unknown number of people (or of latest rows) in a set of cells, with all that relates it to its
        parts."""
        column = self._node(era, quantity, agency, run)
        if self.people_rules and column is not None:
            self._relate_run(era, quantity, agency, run)
        return column

    def _node(self, era: Era, quantity: str, agency: str, run: tuple[int, int]) -> int | None:
        number = self.cells.number(era, agency, run)
        if number == NOTHING:
            return None
        key = (quantity, era.epochs.get(quantity, 0), number)
        found = self._columns.get(key)
        return self._column(key, quantity, self.cells.last(number)) if found is None else found

    def _column(self, key: tuple[object, ...], quantity: str, atom: int) -> int:
        found = self._columns.get(key)
        if found is None:
            found = self._columns[key] = len(self.blocks)
            self.blocks.append((quantity, self.timeline.year_starts[atom]))
            self._keys.append(key)  # type: ignore[arg-type]
        return found

    # -- rows ------------------------------------------------------------------------------------------------

    def add(self, terms: Coefficients, low: float, high: float) -> None:
        """Add one row, unless it stands there already."""
        row = Row(tuple(sorted((c, k) for c, k in terms.items() if k)), low, high)
        if row not in self._seen:
            self._seen.add(row)
            self.rows.append(row)

    def at_most(self, smaller: Sequence[int], larger: Sequence[int]) -> None:
        """sum of smaller <= sum of larger (an empty set: 0)."""
        if smaller and (len(smaller) > 1 or smaller[0] not in larger):
            terms = [(c, -1) for c in larger] + [(c, 1) for c in smaller]
            row = Row(tuple(sorted(terms)), -INFINITY, 0)
            if row not in self._seen:
                self._seen.add(row)
                self.rows.append(row)

    # -- what follows from the definitions ---------------------------------------------------------------------

    def relate(self, eras: Iterable[Era], start: int, quantities: Sequence[str]) -> None:
        """The unknowns of quantities in one fiscal year, as they stood behind each entry, and what the definitions
        say of them.

        Most entries know the same rows of a year: what was said for one of them is not said again.
        """
        time = self.timeline
        said: set[tuple[object, ...]] = set()
        for era in eras:
            epochs = tuple(sorted(era.epochs.items()))
            for k in range(start, self.cells.last_atom(era) + 1):
                if time.year_starts[k] != start:
                    break
                before = min(start, time.quarter_starts[k], time.month_run(k)[0])
                mark = (k, epochs, self.cells.number(era, "all", (before, k)))
                if mark not in said:
                    said.add(mark)
                    for quantity in quantities:
                        self._relate_atom(era, quantity, k)

    def _relate_atom(self, era: Era, quantity: str, k: int) -> None:
        """The cells of one atom; of people, the protected runs that end with it."""
        if self.quantities.structure[quantity] == "sum":
            for cell in self.cells.at(era, "all", k):
                self._cell(era, quantity, cell)
            return
        time = self.timeline
        for s in sorted({time.year_starts[k], time.quarter_starts[k], time.month_run(k)[0], k}):
            for agency in ("all", *era.agencies):
                self._relate_one(era, quantity, agency, (s, k))
            self._relate_agencies(era, quantity, (s, k))
        for people, encounters in self.quantities.people_of if self.people_rules else ():
            if people == quantity:
                for cell in self.cells.at(era, "all", k):
                    node = self._node(era, people, cell[0], (k, k))
                    self.at_most([] if node is None else [node], [self._cell(era, encounters, cell)])

    def _relate_run(self, era: Era, quantity: str, agency: str, run: tuple[int, int]) -> None:
        """The chain of runs with the start of `run`, so that each is tied to the months, quarters and years in it."""
        for k in range(run[1], run[0] - 1, -1):
            node = self._node(era, quantity, agency, (run[0], k))
            if (node, run[0]) in self._built:
                return
            self._built.add((node, run[0]))
            self._relate_one(era, quantity, agency, (run[0], k))

    def _relate_one(self, era: Era, quantity: str, agency: str, run: tuple[int, int]) -> None:
        """Each part <= union <= sum of parts, for the ways to cut `run` before its last month, quarter or year.

        That the longest parts are no more than the whole says it of the shorter ones too.
        """
        if not self.people_rules:
            return
        s, k = run
        time = self.timeline
        cuts = sorted({c for c in (time.year_starts[k], time.quarter_starts[k], time.month_run(k)[0], k) if c > s})
        whole = self._node(era, quantity, agency, run)
        for cut in cuts:
            left = self._node(era, quantity, agency, (s, cut - 1))
            right = self._node(era, quantity, agency, (cut, k))
            longest = ([left] if cut == cuts[-1] else []) + ([right] if cut == cuts[0] else [])
            self._union_of(quantity, whole, [left, right], longest)

    def _relate_agencies(self, era: Era, quantity: str, run: tuple[int, int]) -> None:
        if self.people_rules:
            whole = self._node(era, quantity, "all", run)
            parts = [self._node(era, quantity, a, run) for a in era.agencies]
            self._union_of(quantity, whole, parts, parts)

    def _union_of(self, quantity: str, whole: int | None, parts: list[int | None], longest: list[int | None]) -> None:
        wholes = [] if whole is None else [whole]
        self.at_most(wholes, [p for p in parts if p is not None])
        if self.quantities.structure[quantity] == "union":
            for part in longest:
                if part is not None:
                    self.at_most([part], wholes)

    # -- what was published ------------------------------------------------------------------------------------

    def published(self, era: Era, fact: Fact, *, remember: bool) -> Iterator[Row]:
        """The rows that a published count (low == high) or a published bound on one stands for, as minimal blocks
        of time.

        With `remember`, rows of later facts are reduced by these.
        """
        terms = self.count(era, fact.expression, fact.agency, fact.run)
        quantity = fact.expression[0][0]
        if self.quantities.structure[quantity] == "sum":
            reducer = self._reducers.setdefault((fact.expression, fact.agency), Reducer())
            reduced, low, high = reducer.reduce(terms, (fact.low, fact.high), remember=remember)
            if not fact.implied:
                yield Row(tuple(sorted(reduced.items())), low, high)
            if high != INFINITY and terms:
                yield from self._caps(era, fact, reduced, (low, high))
            return
        if fact.implied:
            return
        yield Row(tuple(sorted(terms.items())), fact.low, fact.high)
        if len(fact.expression) == 1 and self.people_rules:
            yield from self._people_rows(era, fact, remember=remember)

    def _caps(self, era: Era, fact: Fact, block: Coefficients, bounds: tuple[float, float]) -> Iterator[Row]:
        """A count that is part of the published one by its definition is no larger; the same count is the same.

        A known limit is all that a whole says about its parts: two counts that are both unpublished do not tie
        systems together,
        and neither does a limit over several fiscal years (blocks that long come of gaps, and say next to nothing
        of a month).
        """
        years = {self.blocks[c][1] for c in block}
        for pair in self.quantities.contained:
            if pair.whole != fact.expression or not block or (len(years) > 1 and not pair.same):
                continue
            terms, (low, high) = self._same_cells(block, pair.whole, pair.part), bounds
            if terms is None:
                terms, low, high = self.count(era, pair.part, fact.agency, fact.run), fact.low, fact.high
            yield Row(tuple(sorted(terms.items())), low if pair.same else -INFINITY, high)

    def _same_cells(self, block: Coefficients, whole: Expression, part: Expression) -> Coefficients | None:
        """`part` over the cells of a block of `whole`; None when the block is no plain sum of cells."""
        if any(k != 1 for k in block.values()):
            return None
        keys = [self._keys[c] for c in block]
        cells = {(epoch, cell) for _, epoch, cell in keys}
        if len(keys) != len(cells) * len(whole):
            return None
        return {self._cell_of(q, epoch, cell): k for epoch, cell in sorted(cells) for q, k in part}

    def _cell_of(self, quantity: str, epoch: int, cell: Cell) -> int:
        return self._column((quantity, epoch, cell), quantity, cell[1])

    def _people_rows(self, era: Era, fact: Fact, *, remember: bool) -> Iterator[Row]:
        """People of a narrower condition are no more; no people means no encounters of that condition either."""
        people = fact.expression[0][0]
        for smaller, larger in self.quantities.out_of:
            other = larger if smaller == people else smaller if larger == people else None
            column = self.union(era, other, fact.agency, fact.run) if other else None
            if column is not None:
                low, high = (fact.low, INFINITY) if other == larger else (0.0, fact.high)
                yield Row(((column, 1),), low, high)
        for counted, encounters in self.quantities.people_of:
            if counted == people and fact.high == 0:
                none = Fact(((encounters, 1),), fact.agency, fact.run, 0, 0)
                yield from self.published(era, none, remember=remember)
