"""The data behind the edition: receipts, what waits and why, whether CAD and log agree, corrections, proposed links."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.publish import numbers, wording
from pipeline.publish.inputs import ViolationCount
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Cell, Head, Row, Table
from pipeline.receive.product import Receipt

COUNTS = ("read", "accepted", "quarantined", "duplicate", "superseded")
#: More extracts than this are summed up by agency; those with something to say stay in the table.
MOST_EXTRACTS = 60
MOST_RULES = 25
MOST_CANDIDATES = 20


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
    sound = [r for r in context.inputs.receipts if r.problem is None]
    if not sound:
        return None
    heads = (Head("Extract", width=208.0), *(Head("Rows read" if c == "read" else c.capitalize(), "r") for c in COUNTS))
    listed = sound if len(sound) <= MOST_EXTRACTS else [r for r in sound if r.quarantined or r.superseded]
    rows = [Row(r.extract, _counts(r)) for r in listed[:MOST_EXTRACTS]]
    under = ""
    if len(rows) < len(sound):
        rest = [r for r in sound if r not in listed[:MOST_EXTRACTS]]
        rows.append(Row(f"{len(rest):,} other extracts", _sums(rest)))
        under = "The other extracts are listed one by one in manifest.json."
    rows.append(Row("All extracts", _sums(sound), css="total"))
    about = f"{wording.counted(len(sound), 'extracts')}; all add up"
    return Table("Receipts", heads, tuple(rows), about, "tight fixed long", under)


def _counts(receipt: Receipt) -> tuple[Cell, ...]:
    strong = {"quarantined"} if receipt.quarantined else set()
    return tuple(Cell(f"{getattr(receipt, c):,}", css="r now" if c in strong else "r") for c in COUNTS)


def _sums(receipts: list[Receipt]) -> tuple[Cell, ...]:
    return tuple(Cell(f"{sum(getattr(r, c) for r in receipts):,}") for c in COUNTS)


def _problems(context: Context) -> Table | None:
    broken = [r for r in context.inputs.receipts if r.problem is not None]
    if not broken:
        return None
    rows = tuple(Row(r.extract, (Cell(r.problem or "", css="lead-in"),)) for r in broken)
    heads = (Head("File", width=208.0), Head("What is wrong, and what to do", "lead-in"))
    return Table("Files that could not be read", heads, rows, "nothing of them is counted", "tight fixed long")


def _violations(context: Context, severity: str) -> Table | None:
    """Rules that were broken, most rows first, with the first message of each as an example."""
    counts = [v for v in context.inputs.violations if v.severity == severity]
    if not counts:
        return None
    rows = [Row(v.message, (_where(context, v), Cell(f"{v.rows:,}"))) for v in counts[:MOST_RULES]]
    if len(counts) > MOST_RULES:
        rest = counts[MOST_RULES:]
        rows.append(
            Row(
                f"{len(rest):,} further rules, see the letters",
                (Cell("", css="lead-in"), Cell(f"{sum(v.rows for v in rest):,}")),
            )
        )
    heads = (
        Head("Example of what is wrong, and what to do", width=310.0),
        Head("Where", "lead-in"),
        Head("Rows", "r", 40.0),
    )
    waiting = sum(r.quarantined for r in context.inputs.receipts)
    caption = f"Why {wording.counted(waiting, 'rows')} wait{'s' if waiting == 1 else ''} in quarantine"
    if severity == "warning":
        caption = "Warnings: these rows count, and deserve a look"
    about = "a row can break several rules" if severity == "error" and sum(v.rows for v in counts) > waiting else ""
    return Table(caption, heads, tuple(rows), about, "tight fixed long")


def _where(context: Context, violation: ViolationCount) -> Cell:
    agency = context.names.get(violation.agency or "", violation.agency or "all agencies")
    place = violation.table + (f", {violation.column}" if violation.column else "")
    return Cell(agency, place, "lead-in")


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
        "CAD only: team calls without a log entry. Log only: log entries that name an incident which CAD does not have."
    )
    return Table("Do CAD and log agree", heads, tuple(rows), context.period.title, "tight nb-heads", under)


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
        Head("Log entry", width=190.0), Head("Agency", "lead-in"), Head("Incident in the log", "lead-in"),
        Head("Call it may belong to", "lead-in"), Head("Minutes apart", "r"),
    )  # fmt: skip
    more = len(found) - len(rows)
    under = "Proposed by agency, time and team unit; nothing was linked. The agency can correct the incident number."
    under += f" {more:,} more are not shown." if more else ""
    return Table("Log entries that may belong to a call", heads, tuple(rows), css="tight fixed long", under=under)


def _corrections(context: Context) -> Table | None:
    rows = [
        Row(r.extract, (Cell(str(c.get("reason", "")), css="lead-in"), Cell(f"{c.get('rows', 0):,}")))
        for r in context.inputs.receipts
        for c in r.corrections
    ]
    if not rows:
        return None
    heads = (Head("Extract", width=180.0), Head("Why", "lead-in"), Head("Rows", "r", 40.0))
    return Table("Corrections applied", heads, tuple(rows), "the extracts themselves are untouched", "tight fixed long")
