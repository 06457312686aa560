"""What the commands print for a person: receipts and violations as text or JSON, and where a build put its edition."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Protocol

from pipeline.publish import wording
from pipeline.receive.product import Receipt, Violation
from pipeline.wrap import width_of, wrapped

#: Places named for each rule in text; the JSON form holds them all.
EXAMPLES = 3
WIDTH = 100
#: The width of what goes to a file.
UNSEEN = 140
UNREAD = "could not be read, see below"
COUNTS = ("read", "accepted", "quarantined", "duplicate", "superseded")


class CheckedLike(Protocol):
    """What `check` found; violations can be walked once more each time they are asked for."""

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """One for each extract, problems last."""

    def violations(self) -> Iterator[Violation]:
        """Every violation, in the order of extracts and rows."""

    def violations_as_json(self) -> Iterator[str]:
        """The same as JSON objects, some at a time with commas between."""


class BuiltLike(Protocol):
    """What `build` made."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of the edition, the report first."""

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """One for each extract, problems last."""


def plain(text: object) -> str:
    """Text of an agency made harmless for a terminal: no control characters, no escape sequences."""
    return "".join(c if c.isprintable() else " " for c in str(text))


def _lines(text: str) -> str:
    """The same, its lines kept: those to be copied into a declaration stand alone."""
    return "\n".join(plain(line) for line in text.splitlines())


def write_check_json(checked: CheckedLike, out: IO[str]) -> None:
    """The JSON of spec 2; violations are written some at a time, so that memory does not grow with them."""
    receipts = []
    for receipt in checked.receipts:
        entry = {k: v for k, v in asdict(receipt).items() if k != "corrections" or v}
        receipts.append(entry)
    out.write('{"extracts": ' + json.dumps(receipts, ensure_ascii=False, indent=1) + ',\n"violations": [')
    separator = "\n"
    for some in checked.violations_as_json():
        out.write(separator + some)
        separator = ",\n"
    out.write("\n]}\n")


def write_check_text(checked: CheckedLike, out: IO[str]) -> None:
    """A table with a line per extract, then each broken rule with what to do and its first places."""
    width = width_of(out)

    def say(text: str) -> None:
        out.write(wrapped(text, width) + "\n")

    if not checked.receipts:
        say("No extract in raw/. Put the files of the agencies there, as they came, and run again.")
        return
    for line in _receipt_table(checked.receipts, width or UNSEEN):
        say(line)
    for receipt in checked.receipts:
        if receipt.problem:
            say(f"{plain(receipt.extract)}: {_lines(receipt.problem)}")
        for correction in receipt.corrections:
            rows = wording.counted(int(str(correction["rows"])), "rows")
            say(f"{plain(receipt.extract)}: {rows} corrected by corrections.toml: {plain(correction['reason'])}")
    _print_rules(checked.violations(), say, min(WIDTH, width or WIDTH))


def _receipt_table(receipts: Sequence[Receipt], width: int) -> Iterator[str]:
    """A line for each extract; where names are too long for that, a line for the name and one for the counts."""
    names = [plain(r.extract) for r in receipts]
    tables = [r.table or "–" for r in receipts]
    total = {c: sum(getattr(r, c) for r in receipts if not r.problem) for c in COUNTS}
    widths = {c: max(len(c), len(f"{total[c]:,}")) for c in COUNTS}
    counted = sum(widths.values()) + 2 * len(widths)
    table, name = max(len("Table"), *map(len, tables)), max(len("All extracts"), *map(len, names))
    apart = name + 2 + table + counted > width
    wide = max(len("All extracts"), min(name + table + 2, width - counted)) if apart else name

    def line(first: str, second: str, cells: Iterable[str]) -> str:
        label = first.ljust(wide) if apart else f"{first.ljust(wide)}  {second.ljust(table)}"
        return f"{label}{''.join(f'  {c.rjust(w)}' for c, w in zip(cells, widths.values(), strict=True))}".rstrip()

    rule = "─" * min(width, (wide if apart else wide + 2 + table) + counted)
    yield from (line("Extract", "Table", (c.capitalize() for c in COUNTS)), rule)
    for receipt, extract, kind in zip(receipts, names, tables, strict=True):
        counts = [f"{getattr(receipt, c):,}" for c in COUNTS]
        if apart:
            yield extract
        if receipt.problem:
            yield f"  {kind}: {UNREAD}" if apart else f"{extract.ljust(wide)}  {kind.ljust(table)}  {UNREAD}"
        else:
            yield line(f"  {kind}" if apart else extract, kind, counts)
    yield from (rule, line("All extracts", "", (f"{total[c]:,}" for c in COUNTS)), "")


class _Rule:
    """One rule of one table and column: how often it was broken, and where first."""

    def __init__(self, first: Violation) -> None:
        self.first = first
        self.count = 0
        self.examples: list[Violation] = []

    def add(self, violation: Violation) -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(violation)


def _print_rules(violations: Iterator[Violation], write: Callable[[str], None], width: int) -> None:
    rules: dict[tuple[str, str, str, str], _Rule] = {}
    for violation in violations:
        key = (violation.severity, violation.table, violation.rule, violation.column or "")
        rules.setdefault(key, _Rule(violation)).add(violation)
    for severity, heading in (
        ("error", "Errors: these rows wait in quarantine"),
        ("warning", "Warnings: these rows count"),
    ):
        chosen = sorted((k, r) for k, r in rules.items() if k[0] == severity)
        if not chosen:
            continue
        write("")
        write(heading)
        for (_, table, rule, column), found in sorted(chosen, key=lambda item: -item[1].count):
            rows = wording.counted(found.count, "rows")
            write(f"  {table}{'.' + column if column else ''} · {rule} · {rows}")
            for example in found.examples:
                text = f"{_place(example)}: {plain(example.message)}"
                write(wrapped(f"    {text}", width))
            if found.count > len(found.examples):
                write(f"    … and {found.count - len(found.examples):,} more (--format json lists all)")


def _place(violation: Violation) -> str:
    sheet = f" sheet {plain(violation.sheet)}" if violation.sheet else ""
    return f"{plain(violation.extract)}{sheet} row {violation.source_row}"


def built_text(built: BuiltLike) -> str:
    """Where the edition is: its files, one a line."""
    return "\n".join(str(path) for path in built.files)


def waiting_text(built: BuiltLike) -> str | None:
    """How many rows wait in quarantine; None when none does."""
    waiting, read = (sum(getattr(r, name) for r in built.receipts) for name in ("quarantined", "read"))
    wait = "waits" if waiting == 1 else "wait"
    said = f"{waiting:,} of {wording.counted(read, 'rows')} {wait} in quarantine; `outcomes check` says why"
    return said if waiting else None


def attention_text(built: BuiltLike) -> list[str]:
    """Which files need attention, and why; one line a file."""
    found = [r for r in built.receipts if r.problem]
    return [f"needs attention: {plain(r.extract)}: {_lines(str(r.problem))}" for r in found]


def editions_text(shown: Sequence[Any]) -> str:
    """The published editions (`pipeline.editions.Shown`), each with what was withheld and why: for staff."""
    if not shown:
        return "Nothing has been published yet. `outcomes build` publishes the last complete month."
    lines = []
    for one in shown:
        told = one.listed
        state = f"withdrawn: {plain(told.withdrawn)}" if told.withdrawn else "" if one.there else "not in out/"
        restated = f"; prints anew {', '.join(told.restated)}" if told.restated else ""
        counts = f"{wording.counted(told.shown, 'figures')} shown, {told.withheld:,} withheld{restated}"
        lines.append(f"{told.edition}  {counts}{'  (' + state + ')' if state else ''}")
        for metric, agency, period, why in one.reasons:
            text = f"{metric}, {agency}, {period}: {plain(why)}"
            lines.append(textwrap.fill(text, WIDTH, initial_indent="    ", subsequent_indent="      "))
    return "\n".join(lines)


def comparison_text(found: Any) -> str:
    """What moved between two editions (`pipeline.compare.Comparison`)."""
    moved, same = wording.counted(len(found.moved), "figures"), f"{found.same:,} {'is' if found.same == 1 else 'are'}"
    lines = [f"{found.first} against {found.second}: {moved} moved, {same} the same."]
    if found.only_before or found.only_now:
        lines.append(f"Only in the first: {found.only_before:,}; only in the second: {found.only_now:,}.")
    for moved in found.moved:
        group = f", {moved.now['group']} {moved.now['category']}" if moved.now["group"] else ""
        days = f"{moved.now['period_start']} to {moved.now['period_end']}"
        where = f"{moved.now['metric']}, {moved.now['agency']}{group}, {days}"
        before, now = _shown(moved.before), _shown(moved.now)
        if before == now and moved.before["unknown"] != moved.now["unknown"]:
            before, now = (f"{row['unknown'] or 0} unknown" for row in (moved.before, moved.now))
        text = f"{where}: {before} before, {now} now. Why: {plain(moved.why)}"
        lines.append(textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="    "))
    return "\n".join(lines)


def _shown(row: Mapping[str, str]) -> str:
    if row["status"] != "published":
        return row["status"].replace("_", " ")
    if row["denominator"] and row["numerator"]:
        return f"{row['numerator']} of {row['denominator']}"
    return row["value"]


def audit_text(found: Any) -> str:
    """The verdict (`pipeline.protect.audit.Audit`), failures first, then notes, then how many counts are safe."""
    lines = [found.sentence]
    by_verdict = {v: [c for c in found.counts if c.verdict == v] for v in ("fails", "note", "safe")}
    for verdict, heading in (("fails", "Given away"), ("note", "Notes, no harm unless the count is small")):
        if by_verdict[verdict]:
            lines += ["", heading]
            lines += [
                textwrap.fill(plain(c.sentence), WIDTH, initial_indent="  ", subsequent_indent="    ")
                for c in by_verdict[verdict]
            ]
    if by_verdict["safe"]:
        safe = wording.counted(len(by_verdict["safe"]), "other unpublished counts")
        lines += ["", f"{safe} could have any small value."]
        for c in by_verdict["safe"]:
            lines.append(f"  {plain(c.sentence)}")
    return "\n".join(lines)


def verified_text(found: Any) -> str:
    """Whether an edition is what its inputs give (`pipeline.verify.Verified`)."""
    if found.same:
        return f"{found.edition}: built again, all {found.documents} files are the same, byte by byte."
    return "\n".join([f"{found.edition}: not the same.", *(f"  {plain(d)}" for d in found.differences)])
