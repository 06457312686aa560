"""Counts that hang together, however many agencies tie them."""

from __future__ import annotations

from pipeline.protect.component import Component
from pipeline.protect.era import Row
from pipeline.protect.tables import KEEP


def test_tables_stay_few_however_often_components_are_tied_together() -> None:
    """Of twelve agencies one after the other; each time the counts of the new agency fall apart into pieces."""
    whole = Component((0, 1, 2), [Row(((0, 1), (1, 1), (2, 1)), 30, 30)])
    assert whole.ends([0]) == (0, 30)
    for n in range(1, 13):
        own = 3 * n
        part = Component((own, own + 1, own + 2), [Row(((own, 1), (own + 1, 1), (own + 2, 1)), 30, 30)])
        part.seen()
        tie = Row(((own - 3, 1), (own, 1)), 10, 40)
        whole = Component.joined([whole, part], (), [tie])
        assert len(whole._tables) <= KEEP
    assert whole.ends([0]) == (0, 30)
    assert whole.ends(range(0, 39, 3)) == (60, 270)
