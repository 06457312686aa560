"""The data behind the edition: receipts, what waits and why, whether CAD and log agree, corrections, proposed links."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.publish import numbers, wording
from pipeline.publish.inputs import ViolationCount
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Cell, Head, Row, Table
from pipeline.receive.product import Receipt

COUNTS = ("read", "accepted", "quarantined", "duplicate", "superseded")
#: More extracts than this are summed up by agency and table.
MOST_EXTRACTS = 24
MOST_RULES = {"error": 6, "warning": 3}
MOST_CANDIDATES = 6
#: Agencies that are named where rows wait; more are counted.
MOST_NAMED = 2
#: Sentences of a message that the report repeats: what is wrong, and what to do. Letters carry the whole of it.
SENTENCES = re.compile(r"(?<=[.!?]) (?=[A-Z“])")


@dataclass(frozen=True, slots=True)
class DataPage:
    """The page about the data; tables that would be empty are left out."""

    intro: str
    tables: tuple[Table, ...]


def data_page(context: Context) -> DataPage:
    """Prepare the page."""
    found = (
        _receipts(context),
        _problems(context),
        _violations(context, "error"),
        _violations(context, "warning"),
        _matching(context),
        _candidates(context),
        _corrections(context),
    )
    intro = (
        "Every row received is accounted for: read = accepted + quarantined + duplicate + superseded. A quarantined "
        "row waits whole and unchanged, and counts nowhere until the agency sends a correction."
    )
    return DataPage(intro, tuple(t for t in found if t is not None))


def _receipts(context: Context) -> Table | None:
    """A row per extract, or per agency and table where there are many extracts."""
    sound = [r for r in context.inputs.receipts if r.problem is None]
    if not sound:
        return None
    few = len(sound) <= MOST_EXTRACTS
    rows = [Row(r.extract, _counts([r])) for r in sound] if few else _by_table(context, sound)
    rows.append(Row("All extracts", _counts(sound), small=f"{len(sound):,}" if not few else "", css="total"))
    if not few:
        rows = [replace(r, cells=(Cell(r.small), *r.cells), small="") for r in rows]
    first = Head("Extract" if few else "Agency and table", width=208.0 if few else 160.0)
    counts = (Head("Rows read" if c == "read" else c.capitalize(), "r") for c in COUNTS)
    heads = (first, *(() if few else (Head("Extracts", "r", 48.0),)), *counts)
    about = f"{wording.counted(len(sound), 'extracts')}; all add up" + ("" if few else "; outcomes check lists each")
    return Table("Receipts", heads, tuple(rows), about, "tight dense fixed long")


def _by_table(context: Context, receipts: list[Receipt]) -> list[Row]:
    """Receipts summed up, in the order of agencies and tables."""
    order = [*context.inputs.program.agencies]
    places = {a.id: i for i, a in enumerate(order)}
    groups: dict[tuple[int, str, str], list[Receipt]] = {}
    for r in receipts:
        name = context.names.get(r.agency or "", "Whole program")
        groups.setdefault((places.get(r.agency or "", len(order)), name, r.table or ""), []).append(r)
    return [
        Row(f"{name}, {table}", _counts(group), small=f"{len(group):,}")
        for (_, name, table), group in sorted(groups.items())
    ]


def _counts(receipts: list[Receipt]) -> tuple[Cell, ...]:
    sums = {c: sum(getattr(r, c) for r in receipts) for c in COUNTS}
    return tuple(Cell(f"{n:,}", css="r now" if c == "quarantined" and n else "r") for c, n in sums.items())


def _problems(context: Context) -> Table | None:
    broken = [r for r in context.inputs.receipts if r.problem is not None]
    if not broken:
        return None
    rows = tuple(Row(r.extract, (Cell(r.problem or "", css="lead-in"),)) for r in broken)
    heads = (Head("File", width=208.0), Head("What is wrong, and what to do", "lead-in"))
    about = "they could not be read, or no mapping matches them"
    return Table("Files that are not counted", heads, rows, about, "tight fixed long")


def _violations(context: Context, severity: str) -> Table | None:
    """Rules that were broken, most rows first, each with the message of one row as an example."""
    rules = _rules([v for v in context.inputs.violations if v.severity == severity])
    if not rules:
        return None
    most = MOST_RULES[severity]
    rows = [Row(_short(group[0]), (_where(context, group), Cell(f"{_rows(group):,}"))) for group in rules[:most]]
    if rest := [v for group in rules[most:] for v in group]:
        said = f"{wording.counted(len(rules) - most, 'further rules')}; outcomes check lists every row"
        rows.append(Row(said, (_where(context, rest), Cell(f"{_rows(rest):,}")), css="rest"))
    heads = (Head("One example, and what to do", width=366.0), Head("Where", "lead-in"), Head("Rows", "r", 36.0))
    waiting = sum(r.quarantined for r in context.inputs.receipts)
    caption = f"Why {wording.counted(waiting, 'rows')} wait{'s' if waiting == 1 else ''} in quarantine"
    if severity == "warning":
        caption = "Warnings: these rows count, and deserve a look"
    found = sum(_rows(group) for group in rules)
    about = "a row can break several rules" if severity == "error" and found > waiting else ""
    return Table(caption, heads, tuple(rows), about, "tight dense fixed long")


def _short(violation: ViolationCount) -> str:
    """The first two sentences of a message."""
    return " ".join(SENTENCES.split(violation.message)[:2])


def _rules(violations: list[ViolationCount]) -> list[list[ViolationCount]]:
    """Violations of the same rule together, the most frequent first."""
    groups: dict[str, list[ViolationCount]] = {}
    for v in violations:
        groups.setdefault(v.rule, []).append(v)
    for group in groups.values():
        group.sort(key=lambda v: -v.rows)
    return sorted(groups.values(), key=lambda group: -_rows(group))


def _rows(violations: list[ViolationCount]) -> int:
    return sum(v.rows for v in violations)


def _where(context: Context, violations: list[ViolationCount]) -> Cell:
    """Agencies, those with most rows first; many are counted."""
    rows: dict[str, int] = {}
    for v in violations:
        name = context.names.get(v.agency or "", v.agency or "whole program")
        rows[name] = rows.get(name, 0) + v.rows
    names = sorted(rows, key=lambda name: -rows[name])
    said = wording.listed(names) if len(names) <= MOST_NAMED else f"{wording.spelled(len(names))} agencies"
    return Cell(f"{said[0].upper()}{said[1:]}", css="lead-in")


def _matching(context: Context) -> Table | None:
    if not context.matching:
        return None
    heads = (
        Head("Agency"), Head("Team calls\nin CAD", "r"), Head("with a\nlog entry", "r"),
        Head("Share\nmatched", "r"), Head("CAD\nonly", "r"), Head("Log\nonly", "r"), Head("Arrest\ndisagrees", "r"),
    )  # fmt: skip
    rows = []
    for m in context.matching:
        share = numbers.percent(numbers.exact(m.with_log) / m.team_calls) if m.team_calls else numbers.DASH
        counts = (m.team_calls, m.with_log, share, m.cad_only, m.log_only, m.arrests_disagree)
        cells = tuple(Cell(c if isinstance(c, str) else f"{c:,}") for c in counts)
        whole = m.agency == "all"
        if whole and len(context.names) == 1:
            continue
        rows.append(Row("All agencies" if whole else context.names[m.agency], cells, css="total" if whole else ""))
    under = (
        "Team calls: calls on which CAD has a team among the units. CAD only: those that no log entry names; the "
        "number may be missing or mistyped there. Log only: log entries with an incident number that CAD lacks. "
        "Arrest disagrees: linked calls that ended in arrest according to one of the two; it may have been another "
        "person."
    )
    return Table("Do CAD and log agree", heads, tuple(rows), context.period.title, "tight dense nb-heads", under)


def _candidates(context: Context) -> Table | None:
    found = context.inputs.candidates
    if not found:
        return None
    rows = [
        Row(
            f"{c.extract} row {c.source_row}",
            (
                Cell(context.names.get(c.agency, c.agency), css="lead-in"),
                Cell(c.logged_incident or "none", css="lead-in"),
                Cell(c.call_incident, css="lead-in"),
                Cell(numbers.number(c.minutes_apart)),
            ),
        )
        for c in found[:MOST_CANDIDATES]
    ]
    heads = (
        Head("Log entry", width=188.0), Head("Agency", "lead-in", 104.0), Head("Incident in the log", "lead-in"),
        Head("May belong to call", "lead-in"), Head("Minutes apart", "r", 64.0),
    )  # fmt: skip
    more = len(found) - len(rows)
    under = "Proposed by agency, time and team unit; nothing was linked. The agency can correct the incident number."
    under += f" {more:,} more not listed." if more else ""
    return Table("Log entries that may belong to a call", heads, tuple(rows), css="tight dense fixed long", under=under)


def _corrections(context: Context) -> Table | None:
    rows = [
        Row(r.extract, (Cell(str(c.get("reason", "")), css="lead-in"), Cell(f"{c.get('rows', 0):,}")))
        for r in context.inputs.receipts
        for c in r.corrections
    ]
    if not rows:
        return None
    heads = (Head("Extract", width=150.0), Head("Why", "lead-in"), Head("Rows", "r", 36.0))
    return Table(
        "Corrections applied", heads, tuple(rows), "the extracts themselves are untouched", "tight dense fixed long"
    )
