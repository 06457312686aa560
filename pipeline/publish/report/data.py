"""The data behind the edition: receipts, what waits and why, whether CAD and log agree, corrections, proposed links."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.publish import numbers, wording
from pipeline.publish.inputs import ViolationCount
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Cell, Head, Row, Table
from pipeline.receive.product import Receipt

COUNTS = ("read", "accepted", "quarantined", "duplicate", "superseded")
#: More extracts than this are summed up by agency and table.
MOST_EXTRACTS = 24
MOST_RULES = {"error": 10, "warning": 6}
MOST_CANDIDATES = 12


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
    rows.append(Row("All extracts", _counts(sound), css="total"))
    first = Head("Extract" if few else "Agency and table", width=208.0)
    heads = (first, *(Head("Rows read" if c == "read" else c.capitalize(), "r") for c in COUNTS))
    about = f"{wording.counted(len(sound), 'extracts')}; all add up"
    under = "" if few else "manifest.json and `outcomes check` list every extract."
    return Table("Receipts", heads, tuple(rows), about, "tight fixed long", under)


def _by_table(context: Context, receipts: list[Receipt]) -> list[Row]:
    """Receipts summed up, in the order of agencies and tables."""
    order = [*context.inputs.program.agencies]
    places = {a.id: i for i, a in enumerate(order)}
    groups: dict[tuple[int, str, str], list[Receipt]] = {}
    for r in receipts:
        name = context.names.get(r.agency or "", "Whole program")
        groups.setdefault((places.get(r.agency or "", len(order)), name, r.table or ""), []).append(r)
    return [
        Row(f"{name}, {table}", _counts(group), small=wording.counted(len(group), "extracts"))
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
    rows = [Row(group[0].message, (_where(context, group), Cell(f"{_rows(group):,}"))) for group in rules[:most]]
    if rest := [v for group in rules[most:] for v in group]:
        rows.append(
            Row(
                f"{wording.counted(len(rules) - most, 'further rules')}",
                (Cell("", css="lead-in"), Cell(f"{_rows(rest):,}")),
            )
        )
    heads = (Head("One example, and what to do", width=310.0), Head("Where", "lead-in"), Head("Rows", "r", 40.0))
    waiting = sum(r.quarantined for r in context.inputs.receipts)
    caption = f"Why {wording.counted(waiting, 'rows')} wait{'s' if waiting == 1 else ''} in quarantine"
    if severity == "warning":
        caption = "Warnings: these rows count, and deserve a look"
    found = sum(_rows(group) for group in rules)
    about = "a row can break several rules" if severity == "error" and found > waiting else ""
    return Table(caption, heads, tuple(rows), about, "tight fixed long")


def _rules(violations: list[ViolationCount]) -> list[list[ViolationCount]]:
    """Violations of the same rule and table together, the most frequent first."""
    groups: dict[tuple[str, str], list[ViolationCount]] = {}
    for v in violations:
        groups.setdefault((v.rule, v.table), []).append(v)
    for group in groups.values():
        group.sort(key=lambda v: -v.rows)
    return sorted(groups.values(), key=lambda group: -_rows(group))


def _rows(violations: list[ViolationCount]) -> int:
    return sum(v.rows for v in violations)


def _where(context: Context, violations: list[ViolationCount]) -> Cell:
    agencies = [context.names.get(v.agency or "", v.agency or "Whole program") for v in violations]
    columns = [v.column for v in violations if v.column]
    place = violations[0].table + (f": {wording.listed(list(dict.fromkeys(columns)))}" if columns else "")
    return Cell(", ".join(dict.fromkeys(agencies)), place, "lead-in")


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
