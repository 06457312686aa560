"""Figures for everybody: the only type that anything below `public/` accepts. Only this room makes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.measure.figure import Figure

_MAKER = object()  # whoever holds this may make PublicFigures: protect, and the reader of the ledger


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure whose earlier published value was replaced on purpose; both values are rows of the public figures."""

    month: date
    reason: str
    old: Figure
    new: Figure


class PublicFigures:
    """Figures that passed disclosure control, withheld ones (all numbers null) included, in the order of the plan.

    `protected` is false when the program switched control off (`suppress_below = 1`); every public page says so then.
    """

    def __init__(
        self, rows: Iterable[Figure], *, suppress_below: int, restated: Iterable[Restated] = (), maker: object = None
    ) -> None:
        if maker is not _MAKER:
            raise TypeError(
                "PublicFigures are made by pipeline.protect alone; staff figures never become public as they are"
            )
        self.rows: tuple[Figure, ...] = tuple(rows)
        self.restated: tuple[Restated, ...] = tuple(restated)
        self.suppress_below = suppress_below
        old = {id(r.old) for r in self.restated}
        self._by_key = {(f.metric, f.period, f.agency, f.group, f.category): f for f in self.rows if id(f) not in old}

    @property
    def protected(self) -> bool:
        """False when disclosure control is switched off."""
        return self.suppress_below > 1

    def __iter__(self) -> Iterator[Figure]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def get(
        self, metric: str, period: str, agency: str = "all", group: str | None = None, category: str | None = None
    ) -> Figure | None:
        """The public figure with this key, or None when it is not in the plan. Of a restated figure the new value."""
        return self._by_key.get((metric, period, agency, group, category))


def only_public(figures: PublicFigures) -> PublicFigures:
    """The same figures. TypeError for staff figures: what the type checker says, said once more when it runs."""
    if not isinstance(figures, PublicFigures):
        raise TypeError("what lies below public/ is made from PublicFigures alone")
    return figures


def make_public(rows: Iterable[Figure], suppress_below: int, restated: Iterable[Restated] = ()) -> PublicFigures:
    """For this room only: rows that passed the gate, or that stand in the ledger."""
    return PublicFigures(rows, suppress_below=suppress_below, restated=restated, maker=_MAKER)
