"""What moved since the last edition, and why."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.publish import wording
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Cell, Head, Row, Table


@dataclass(frozen=True, slots=True)
class MovedSince:
    """The section; `table` is None when nothing moved, and `note` says so."""

    table: Table | None
    note: str


def moved_since(context: Context) -> MovedSince | None:
    """Prepare the section; None for a first edition."""
    previous = context.inputs.previous
    if previous is None:
        return None
    changed = previous.definitions_changed
    note = f"Definition changed: {wording.listed(list(changed))}." if changed else "No definition changed."
    if not previous.moved:
        same = f"Nothing: all headline figures of earlier periods are those of edition {previous.edition}."
        return MovedSince(None, f"{same} {note}")
    heads = (
        Head("Figure", width=150.0), Head("Period", width=96.0), Head("Before", "r", 56.0), Head("Now", "r", 56.0),
        Head("Why", "lead-in"),
    )  # fmt: skip
    rows = tuple(
        Row(
            context.title(m.metric) + ("" if m.agency == "all" else f", {context.names.get(m.agency, m.agency)}"),
            (
                Cell(wording.span(m.period).title, css=""),
                Cell(m.before),
                Cell(m.now),
                Cell(m.why, css="lead-in"),
            ),
        )
        for m in previous.moved
    )
    caption = f"Edition {previous.edition} against this one"
    table = Table(caption, heads, rows, "headline figures of earlier periods", "tight fixed")
    return MovedSince(table, f"{note} All other headline figures of earlier periods are the same.")
