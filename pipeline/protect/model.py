"""What an attacker knows, as linear inequalities over unknown counts (rule 3).

Unknowns: for counts that add up, one count per quantity, agency, atom of time and version of that month's rows;
for people one
count per quantity and set of such cells (a person may be in several). Everything published, and everything that
follows from
the definitions, is a row `low <= sum of coefficient x unknown <= high`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.protect.calendar import Timeline
from pipeline.protect.era import Era, Fact, Row
from pipeline.protect.quantities import Expression, Quantities
from pipeline.protect.reduce import Reducer
from pipeline.protect.solve import INFINITY

Coefficients = dict[int, int]  # column -> coefficient
Block = tuple[str, int]  # quantity, first atom of the fiscal year: columns that are always solved together
Cell = tuple[str, int, int]  # agency, atom, version


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
        self._sets: dict[tuple[Era, str, tuple[int, int]], tuple[int, int] | None] = {}
        self._numbers: dict[tuple[Cell, ...], int] = {}
        self._last: dict[Era, int] = {}
        self._cells: dict[tuple[Era, str, str, int], tuple[int, ...]] = {}
        self._years: dict[tuple[Era, int], tuple[tuple[Cell, ...], ...]] = {}
        self._at: dict[tuple[Era, str, int], tuple[Cell, ...]] = {}

    # -- counts as sums of unknowns ------------------------------------------------------------------------------

    def count(self, era: Era, expression: Expression, agency: str, run: tuple[int, int]) -> Coefficients:
        """The count `expression` of `agency` (or `all`) over a run of atoms, as a sum of unknowns."""
        total: Coefficients = {}
        for quantity, factor in expression:
            if self.quantities.structure[quantity] == "sum":
                for k in range(run[0], run[1] + 1):
                    for column in self._cells_at(era, quantity, agency, k):
                        total[column] = factor
            elif (node := self.union(era, quantity, agency, run)) is not None:
                total[node] = factor
        return total

    def _cells_at(self, era: Era, quantity: str, agency: str, atom: int) -> tuple[int, ...]:
        key = (era, quantity, agency, atom)
        found = self._cells.get(key)
        if found is None:
            found = self._cells[key] = tuple(self._cell(era, quantity, c) for c in self.at(era, agency, atom))
        return found

    def at(self, era: Era, agency: str, atom: int) -> tuple[Cell, ...]:
        """The cells with rows of `agency` (`all`, or several joined by `+`) at one atom."""
        found = self._at.get((era, agency, atom))
        if found is None:
            month = self.timeline.months[atom]
            wanted = era.agencies if agency == "all" else agency.split("+")
            found = tuple((a, atom, v) for a in wanted if (v := era.version(a, month)))
            self._at[era, agency, atom] = found
        return found

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
        found = self._set(era, agency, run)
        if found is None:
            return None
        number, last = found
        return self._column((quantity, era.epochs.get(quantity, 0), number), quantity, last)

    def _set(self, era: Era, agency: str, run: tuple[int, int]) -> tuple[int, int] | None:
        """The set of cells of a run: its number (the same set has the same number) and its last atom; None when
        empty."""
        key = (era, agency, run)
        if key not in self._sets:
            cells = tuple(c for k in range(run[0], run[1] + 1) for c in self.at(era, agency, k))
            self._sets[key] = (self._numbers.setdefault(cells, len(self._numbers)), cells[-1][1]) if cells else None
        return self._sets[key]

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

    def relate(self, era: Era, block: Block) -> None:
        """The unknowns of a quantity in one fiscal year, as they stood behind one entry, and what the definitions
        say of them."""
        quantity, start = block
        year = self.year(era, start)
        mark = (quantity, era.epochs.get(quantity, 0), year)
        if not year or mark in self._built:
            return
        self._built.add(mark)
        atoms = range(start, start + len(year))
        if self.quantities.structure[quantity] == "sum":
            for k in atoms:
                for cell in self.at(era, "all", k):
                    self._cell(era, quantity, cell)
            return
        for k in atoms:
            self._relate_atom(era, quantity, k)

    def year(self, era: Era, start: int) -> tuple[tuple[Cell, ...], ...]:
        """The cells behind one entry, atom by atom, of the fiscal year that starts with atom `start`."""
        found = self._years.get((era, start))
        if found is None:
            atoms = range(start, self.last_atom(era) + 1)
            found = tuple(self.at(era, "all", k) for k in atoms if self.timeline.year_starts[k] == start)
            self._years[era, start] = found
        return found

    def _relate_atom(self, era: Era, quantity: str, k: int) -> None:
        """The protected runs of people that end with one atom."""
        time = self.timeline
        for s in sorted({time.year_starts[k], time.quarter_starts[k], time.month_run(k)[0], k}):
            for agency in ("all", *era.agencies):
                self._relate_one(era, quantity, agency, (s, k))
            self._relate_agencies(era, quantity, (s, k))
        for people, encounters in self.quantities.people_of if self.people_rules else ():
            if people == quantity:
                for cell in self.at(era, "all", k):
                    node = self._node(era, people, cell[0], (k, k))
                    self.at_most([] if node is None else [node], [self._cell(era, encounters, cell)])

    def last_atom(self, era: Era) -> int:
        """The last atom of the period up to which the entry of `era` knows rows."""
        found = self._last.get(era)
        if found is None:
            found = max((k for k, a in enumerate(self.timeline.atoms) if a.start <= era.last), default=-1)
            self._last[era] = found
        return found

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
