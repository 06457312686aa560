"""Which unknowns hang together: rows tie the unknowns in them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from pipeline.protect.era import Row


class Ties:
    """Unknowns, or what stands for several of them, that rows tie together."""

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}

    def root(self, one: Hashable) -> Hashable:
        """What stands for all that `one` hangs together with."""
        parent = self._parent
        parent.setdefault(one, one)
        while (above := parent[one]) != one:
            parent[one] = parent[above]
            one = parent[one]
        return one

    def tie(self, many: Iterable[Hashable]) -> None:
        """These hang together from now on."""
        first, *others = (self.root(x) for x in many)
        for x in others:
            self._parent[self.root(x)] = first

    @classmethod
    def of(
        cls, rows: Sequence[Row], stands_for: Callable[[int], Hashable] | None = None
    ) -> Iterator[tuple[list[int], list[Row]]]:
        """The unknowns in `rows` that hang together, and the rows that tie them; in the order of the rows."""
        ties = cls()
        names = stands_for or int
        for row in rows:
            ties.tie(names(c) for c, _ in row.terms)
        found: dict[Hashable, tuple[dict[int, None], list[Row]]] = {}
        for row in rows:
            columns, mine = found.setdefault(ties.root(names(row.terms[0][0])), ({}, []))
            columns.update(dict.fromkeys(c for c, _ in row.terms))
            mine.append(row)
        for columns, mine in found.values():
            yield list(columns), mine


def alike(columns: Sequence[int], rows: Sequence[Row]) -> tuple[dict[int, int], list[list[int]]]:
    """Unknowns by the rows in which they stand: the class of each, and the unknowns of each class."""
    places: dict[int, list[tuple[int, int]]] = {c: [] for c in columns}
    for i, row in enumerate(rows):
        for c, k in row.terms:
            places[c].append((i, k))
    number: dict[tuple[tuple[int, int], ...], int] = {}
    class_of: dict[int, int] = {}
    classes: list[list[int]] = []
    for c in columns:
        i = number.setdefault(tuple(places[c]), len(classes))
        if i == len(classes):
            classes.append([])
        classes[i].append(c)
        class_of[c] = i
    return class_of, classes
