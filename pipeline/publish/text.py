"""Figures as text and Markdown: each with its copy-ready sentence, period, denominator, definition and caveat.

Light on purpose: `figures` answers within a second, so nothing heavy is imported here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.measure.figure import Figure
from pipeline.program.model import Metric, Program
from pipeline.publish import labels, numbers, sentences, wording

WIDTH = 88


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said about one metric: the program's figure and, when asked for, rows by agency or month."""

    metric: Metric
    whole: Figure
    parts: tuple[Figure, ...]
    met: Figure | None


def entries(
    program: Program, figures: Iterable[Figure], only: Sequence[str] = (), beside: Iterable[Figure] = ()
) -> list[Entry]:
    """Figures grouped by metric: the headline metrics in their order, or those in `only`.

    The figure for all agencies over the longest period stands first, the others are its parts. `beside` may hold people
    met, the whole of counts of people, when the figures lack it.
    """
    rows = [f for f in figures if f.group is None]
    met = {(f.period, f.agency): f for f in (*beside, *rows) if f.metric == labels.PEOPLE_MET}
    wanted = only or [m for m in labels.HEADLINE if any(f.metric == m for f in rows)]
    found = []
    for metric in wanted:
        own = [f for f in rows if f.metric == metric]
        if not own or metric not in program.metrics:
            continue
        whole = max(own, key=lambda f: (f.agency == "all", f.period_end - f.period_start))
        parts = tuple(f for f in own if f is not whole)
        declared = program.metrics[metric]
        of = (
            met.get((whole.period, whole.agency)) if declared.kind == "people" and metric != labels.PEOPLE_MET else None
        )
        found.append(Entry(declared, whole, parts, of))
    return found


def figures_text(program: Program, entries_: Sequence[Entry], *, audience: str = "staff") -> str:
    """Plain text for a terminal, at most 88 columns."""
    if not entries_:
        return "No figures.\n"
    lines = [_title(program), f"{_period_line(entries_[0].whole)} · {_audience(audience)}"]
    for entry in entries_:
        lines += ["", *_entry_text(program, entry)]
    return "\n".join([*lines, "", *_wrapped(closing(), ""), ""])


def figures_markdown(program: Program, entries_: Sequence[Entry], *, audience: str = "staff") -> str:
    """The same as Markdown: headings, a quoted sentence to copy, lists, tables."""
    if not entries_:
        return "No figures.\n"
    lines = [
        f"# {markdown_safe(_title(program))}",
        "",
        f"{_period_line(entries_[0].whole)} · {_audience(audience)}",
    ]
    for entry in entries_:
        lines += ["", *_entry_markdown(program, entry)]
    return "\n".join([*lines, "", f"*{closing()}*", ""])


def closing() -> str:
    """The sentence under every list of figures."""
    return (
        "People are counted once in the period, whatever the number of encounters. These figures describe what "
        "happened; they do not show what would have happened without the program."
    )


def _title(program: Program) -> str:
    return f"{clean(program.name)}, {clean(program.organization)}"


def _period_line(figure: Figure) -> str:
    span = wording.span_of(figure)
    days = f"{wording.day(span.start)} to {wording.day(span.end)}"
    return f"{span.title} ({days})"


def _audience(audience: str) -> str:
    return "Staff only: not for publication" if audience == "staff" else "Public figures"


def _facts(entry: Entry) -> list[tuple[str, str]]:
    """Label and text of each thing that belongs beside the number."""
    figure, metric = entry.whole, entry.metric
    rare = sentences.rare(metric, figure)
    facts = [("Out of", _out_of(entry)), ("In words", rare)]
    facts += [] if rare else [("95% interval", numbers.interval_text(figure))]
    if figure.unknown:
        facts.append((labels.unknown(metric), numbers.number(figure.unknown)))
    facts += [("Definition", metric.definition), ("Keep in mind", metric.caveat), ("Source", metric.source)]
    return [(label, clean(text)) for label, text in facts if text]


def _out_of(entry: Entry) -> str:
    """`31 of 32 (encounters where arrest was likely)`, `48 calls`, `107 people met`; empty for plain counts."""
    figure, metric = entry.whole, entry.metric
    if entry.met is not None and entry.met.value is not None and figure.status == "published":
        return f"{wording.counted(entry.met.value, 'people')} met"
    counts = numbers.of_text(figure)
    if not counts or counts == numbers.WITHHELD:
        return counts
    if metric.unit != "fraction":
        return sentences.things(metric, figure.denominator or 0)
    return f"{counts.removeprefix('of ')} ({labels.out_of(metric).removeprefix('of ')})"


def _entry_text(program: Program, entry: Entry) -> list[str]:
    value = numbers.spoken(entry.whole)
    title = clean(entry.metric.title)
    lines = [f"{title} {'.' * max(WIDTH - len(title) - len(value) - 2, 3)} {value}"]
    lines += _wrapped(f"“{clean(sentences.copy_ready(entry.metric, entry.whole))}”", "  ")
    for label, text in _facts(entry):
        lines += _wrapped(text, "  ", f"{label}: ")
    if entry.parts:
        lines += ["", *_parts_text(program, entry)]
    return lines


def _parts_text(program: Program, entry: Entry) -> list[str]:
    rows = [(_part_name(program, f), numbers.value_text(f), _of(f)) for f in entry.parts]
    first = min(max(len(r[0]) for r in rows), WIDTH - 30)
    return [f"  {name[:first]:<{first}}  {value:>10}  {of}".rstrip() for name, value, of in rows]


def _part_name(program: Program, figure: Figure) -> str:
    names = {a.id: a.name for a in program.agencies}
    agency = "All agencies" if figure.agency == "all" else clean(names.get(figure.agency, figure.agency))
    span = wording.span_of(figure)
    if span.text == "to-date" or not span.complete:  # an agency's year so far ends with the last quarter
        year = "program" if span.text == "to-date" else span.text
        return f"{agency}, {year} through {wording.short_month(span.end)}"
    return f"{agency}, {span.short}"


def _of(figure: Figure) -> str:
    return "" if figure.status == "withheld" else numbers.of_text(figure)


def _entry_markdown(program: Program, entry: Entry) -> list[str]:
    value = numbers.spoken(entry.whole)
    lines = [f"## {markdown_safe(entry.metric.title)}: {value}", ""]
    lines += [f"> {markdown_safe(sentences.copy_ready(entry.metric, entry.whole))}", ""]
    lines += [f"- **{label}:** {markdown_safe(text)}" for label, text in _facts(entry)]
    if entry.parts:
        lines += ["", "| Agency and period | Value | Out of |", "|---|---:|---|"]
        for f in entry.parts:
            name = markdown_safe(_part_name(program, f))
            lines.append(f"| {name} | {numbers.value_text(f)} | {_of(f)} |")
    return lines


def _wrapped(text: str, indent: str, label: str = "") -> list[str]:
    return textwrap.wrap(
        f"{label}{text}", WIDTH, initial_indent=indent, subsequent_indent=indent + "  " if label else indent
    )


def clean(text: str) -> str:
    """Text of a declaration made harmless for a terminal: no control characters, no escape sequences."""
    return "".join(c if c.isprintable() else " " for c in text)


def markdown_safe(text: str) -> str:
    """Text that Markdown shows as it stands: no markup, no HTML, no table bars of its own."""
    text = clean(text)
    for mark in "\\`*_[]|":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("&", "&amp;").replace("<", "&lt;")
