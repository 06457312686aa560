"""Rule 4: a figure is admitted only if every protected count stays safe with it (rule 3) and no unpublished count
becomes provable (rule 10)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.protect.component import Component, State
from pipeline.protect.era import Era, Fact, Row
from pipeline.protect.model import Model
from pipeline.protect.protected import ProtectedCounts, Truth
from pipeline.protect.quantities import Expression
from pipeline.protect.safety import Bounds, Item, Limits, Watch
from pipeline.protect.settle import Settled, says_nothing
from pipeline.protect.solve import INFINITY, ContradictionError
from pipeline.protect.ties import Ties

NO_COUNT = Item(("contradiction",), (), 0, None)


@dataclass(frozen=True, slots=True)
class Finding:
    """A count that what is published would give away."""

    item: Item
    low: int
    high: int


@dataclass(eq=False)
class Group:
    """Unknowns that rows tie together. What is costly is made when somebody asks."""

    columns: list[int]
    rows: list[Row]
    component: Component | None = None
    watch: Watch | None = None
    items: Sequence[int] = ()  # numbers of the counts that `watch` looks at
    suspects: Sequence[int] = ()  # numbers of counts that are looked at first


Standing = tuple[tuple[Group, int], ...]


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
        self._agencies = self._parts = True
        self._groups: dict[int, Group] = {}  # of each unknown that a row limits
        self._of_column: dict[int, list[int]] = defaultdict(list)  # protected counts with this unknown
        self._pieces: dict[tuple[int, ...], tuple[list[tuple[Group, list[int], int]], bool]] = {}
        self._refused: dict[tuple[Fact, ...], tuple[Finding, Standing]] = {}
        self.items: list[Item] = []

    def keep(self, expressions: Iterable[Expression], *, agencies: bool, parts: bool) -> None:
        """Look at fewer counts than rule 2 says: for tests that show what each half of the rule is good for."""
        self._expressions = sorted(set(expressions))
        self._agencies, self._parts = agencies, parts

    def start(self, facts: Iterable[tuple[Era, Fact]], planned: Iterable[Fact] = ()) -> None:
        """Take in what is published already. Raises ContradictionError when no table of counts agrees with it.

        Short totals first, so that long ones shrink to blocks; `planned` facts only get their unknowns ready.
        """
        for era, fact in sorted(facts, key=lambda f: self._length(f[1])):
            for row in self.model.published(era, fact, remember=True):
                self.model.add(dict(row.terms), row.low, row.high)
        for fact in planned:
            for _ in self.model.published(self.eras[-1], fact, remember=False):
                pass
        for year, quantities in self._blocks():
            self.model.relate(self.eras, year, quantities)
        self._settled = Settled(self.model.rows)
        self._read_rows = len(self.model.rows)
        self._watch_all()
        for columns, rows in Ties.of(self._settled.rows):
            self._own(Group(columns, rows))

    def _length(self, fact: Fact) -> tuple[bool, int, int, Fact]:
        years = self.model.timeline.year_starts
        i, j = fact.run
        return years[i] != years[j], i, j, fact  # facts are compared whole in the end: the order is always the same

    def _blocks(self) -> list[tuple[int, list[str]]]:
        """Each fiscal year, and what is counted in it."""
        time = self.model.timeline
        years = sorted({time.year_starts[k] for k in range(self.model.cells.last_atom(self.eras[-1]) + 1)})
        return [(y, sorted({q for e in self._expressions for q, _ in e})) for y in years]

    def _watch_all(self) -> None:
        counts = ProtectedCounts(
            self.model, self.eras, self._expressions, self._truth, self.limits.suppress_below, self._settled.fixed
        )
        counts.agencies, counts.parts = self._agencies, self._parts
        self.items = list(counts)
        self._near = counts.near
        for n, item in enumerate(self.items):
            for c in item.columns:
                self._of_column[c].append(n)

    # -- decisions -----------------------------------------------------------------------------------------------

    def admit(self, facts: Sequence[Fact]) -> Finding | None:
        """Add the facts of one figure if every count stays safe; otherwise nothing changes and the reason is
        returned."""
        rows = self._rows_of(facts)
        refused = self._refused.get(tuple(facts))
        if refused is not None and refused[1] == self._stand(rows, refused[0]):
            return refused[0]  # nothing that matters to it was published since
        try:
            finding = self._try(rows)
        except ContradictionError:
            finding = Finding(NO_COUNT, 0, 0)
        if finding is not None:
            self._refused[tuple(facts)] = finding, self._stand(rows, finding)
        else:
            for fact in facts:
                for _ in self.model.published(self.eras[-1], fact, remember=True):
                    pass
        return finding

    def _stand(self, rows: Sequence[Row], finding: Finding) -> Standing:
        """What stands around a figure and the count that it would give away."""
        columns = [*(c for r in rows for c, _ in r.terms), *finding.item.columns]
        groups = dict.fromkeys(g for c in columns if (g := self._groups.get(c)))
        return tuple((g, len(g.rows)) for g in groups)

    def _rows_of(self, facts: Sequence[Fact]) -> list[Row]:
        rows = [r for f in facts for r in self.model.published(self.eras[-1], f, remember=False)]
        new = self.model.rows[self._read_rows :]  # what follows from definitions for unknowns that are new
        self._read_rows = len(self.model.rows)
        for groups, loose, mine in self._tied(new):
            columns = [*(c for g in groups for c in g.columns), *loose]
            self._own(Group(columns, [*(r for g in groups for r in g.rows), *mine]))
            self._settled.sums.add_all(mine)
        return rows

    def _try(self, rows: Sequence[Row]) -> Finding | None:
        """Add rows to all groups that they touch, then look at each: a count may lie in several of them."""
        changed: list[tuple[Group, State | None, list[Row]]] = []
        before: dict[int, Group | None] = {}
        finding: Finding | None = None
        done = False
        try:
            for groups, loose, mine in self._tied(rows):
                group, state = self._with(groups, loose, mine)
                changed.append((group, state, mine))
                before.update((c, self._groups.get(c)) for c in (group.columns if state is None else ()))
                self._own(group)
            unsafe = next((u for group, _, mine in changed if (u := self._unsafe(group, mine))), None)
            finding = Finding(*unsafe) if unsafe else None
            done = finding is None
        finally:
            if done:
                for _, _, mine in changed:
                    self._settled.sums.add_all(mine)
            else:
                self._undo(changed, before)
        return finding

    def _undo(
        self, changed: Iterable[tuple[Group, State | None, list[Row]]], before: Mapping[int, Group | None]
    ) -> None:
        for group, state, _ in changed:
            if state is not None:
                self._component(group).pop(state)
        self._pieces.clear()
        for column, owner in before.items():
            if owner is None:
                self._groups.pop(column, None)
            else:
                self._groups[column] = owner

    def _with(self, groups: list[Group], loose: list[int], rows: list[Row]) -> tuple[Group, State | None]:
        """A group with more rows: the same one (and how to take them away again), or a new one of several."""
        if len(groups) == 1 and not loose:
            component = self._component(groups[0])
            if component.takes(rows):
                return groups[0], component.push(rows)
        component = Component.joined([self._component(g) for g in groups], loose, rows, self._near)
        suspects = [g.items[i] for g in groups if g.watch for i in g.watch.suspects]
        return Group(list(component.columns), component.rows, component, suspects=suspects), None

    def _unsafe(self, group: Group, rows: Iterable[Row]) -> tuple[Item, int, int] | None:
        """A count of `group` that new rows give away."""
        watch = self._watch(group)
        touched = {n for r in rows for c, _ in r.terms for n in self._of_column.get(c, ())}
        return watch.unsafe(_places(group.items, touched))

    def check(self) -> Finding | None:
        """Look at every count once (rule 10: `build` checks rule 3 against the rows before anything appears)."""
        return next(self.findings(), None)

    def findings(self) -> Iterator[Finding]:
        """Counts that are given away: one of each group, and those that no group holds."""
        for group in dict.fromkeys(self._groups.values()):
            unsafe = self._watch(group).unsafe()
            if unsafe is not None:
                yield Finding(*unsafe)
        for item in self.items:
            if not any(c in self._groups for c in item.columns):
                low = round(item.known)
                high = self.limits.suppress_below if item.columns else low
                if not self.limits.safe(item.truth, low, high):
                    yield Finding(item, low, high)

    def ends(self, item: Item) -> tuple[float, float]:
        """The smallest and largest possible value of a count; infinity when nothing published limits it."""
        low, high = self._elsewhere(item.columns, True)
        return item.known + low, item.known + high

    def beside(self, item: Item) -> Sequence[Item]:
        """The counts that hang together with this one."""
        groups = {id(g): g for c in item.columns if (g := self._groups.get(c))}
        return [i for g in groups.values() for i in self._watch(g).items] or [item]

    # -- groups ----------------------------------------------------------------------------------------------------

    def _tied(self, rows: Iterable[Row]) -> Iterator[tuple[list[Group], list[int], list[Row]]]:
        """New rows that say something, with the groups and the unknowns of no group that they tie together."""
        known = [self._settled.sums.reduced(self._settled.substitute(r)) for r in rows]
        new = [r for r in known if not says_nothing(r) and self._settled.sums.implied(r) is None]
        for columns, mine in Ties.of(new, self._root):
            owners = [self._groups.get(c) for c in columns]
            yield (
                list(dict.fromkeys(g for g in owners if g)),
                [c for c, g in zip(columns, owners, strict=True) if not g],
                mine,
            )

    def _root(self, column: int) -> Hashable:
        return self._groups.get(column) or column

    def _own(self, group: Group) -> None:
        """From now on these unknowns hang together."""
        self._groups.update(dict.fromkeys(group.columns, group))
        self._pieces.clear()

    def _component(self, group: Group) -> Component:
        if group.component is None:
            group.component = Component(group.columns, group.rows, self._near)
            group.rows = group.component.rows
        return group.component

    def _watch(self, group: Group) -> Watch:
        if group.watch is None:
            numbers = sorted({n for c in group.columns for n in self._of_column.get(c, ())})
            items, first = [self.items[n] for n in numbers], _places(numbers, group.suspects)
            group.items = numbers
            group.watch = Watch(self._component(group), items, self.limits, self._elsewhere, first)
        return group.watch

    def _elsewhere(self, columns: Sequence[int], exact: bool) -> Bounds:
        """Between which values the sum of these unknowns lies: as tables show so far, or exactly."""
        pieces, unlimited = self._pieces_of(tuple(columns))
        total_low = total_high = 0.0
        for group, mine, part in pieces:
            component = self._component(group)
            if exact:
                low, high = component.ends(mine)
                high = high if high < component.limit - 1 else INFINITY
            else:
                self._watch(group).prepare()
                low, high = component.glance(part)
            total_low, total_high = total_low + low, total_high + high
        return total_low, INFINITY if unlimited else total_high

    def _pieces_of(self, columns: tuple[int, ...]) -> tuple[list[tuple[Group, list[int], int]], bool]:
        """In which groups unknowns lie, and as which part of each; and whether some lie in none."""
        found = self._pieces.get(columns)
        if found is None:
            split: dict[Group, list[int]] = {}
            for c in columns:
                if c in self._groups:
                    split.setdefault(self._groups[c], []).append(c)
            pieces = [(g, mine, self._component(g).part(mine)) for g, mine in split.items()]
            found = self._pieces[columns] = pieces, not all(c in self._groups for c in columns)
        return found


def _places(numbers: Sequence[int], wanted: Iterable[int]) -> list[int]:
    """Where these stand among `numbers`, which are sorted."""
    return [bisect_left(numbers, n) for n in wanted]
