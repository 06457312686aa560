"""A proposal as TOML: sound for our own loader, and readable for people who never saw TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from importlib import resources
from string import Template

from pipeline.onboard.opened import Opened
from pipeline.onboard.proposal import Choice, CodeList, Proposal, in_order
from pipeline.receive.times import shown

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LINE = 140
#: So many unknown values are listed; of more than a few those that return, because others may be free text.
_LISTED, _FEW = 40, 12


def quoted(text: str) -> str:
    """Text as a TOML string."""
    return json.dumps(" ".join(text.split()) if "\n" in text else text, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(name: str) -> str:
    """A key, quoted where it must be."""
    return name if _BARE.fullmatch(name) else quoted(name)


def listed(texts: Sequence[str]) -> str:
    """A list of strings; a single one stands alone."""
    return quoted(texts[0]) if len(texts) == 1 else "[" + ", ".join(map(quoted, texts)) + "]"


def note(text: str) -> str:
    """Text that can stand in a comment: one line, nothing that is not printable."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def file_head(agency: str, name: str) -> str:
    """The first lines of a new agencies/ID.toml."""
    text = resources.files("pipeline.onboard").joinpath("templates", "agency.toml").read_text(encoding="utf-8")
    return Template(text).substitute(agency=agency, name=note(name))


def extract_text(proposal: Proposal, opened: Opened) -> str:
    """One [[extract]] with its parts."""
    blocks = [_head(proposal, opened), _columns(proposal, opened)]
    if proposal.unpivot:
        blocks.append(_unpivot(proposal))
    if proposal.split:
        blocks.append(
            _aligned("[extract.split]", [(n, quoted(m), "several values in a cell") for n, m in proposal.split.items()])
        )
    blocks += [_codes(name, codes) for name, codes in proposal.codes.items()]
    return "\n".join(block for block in blocks if block)


def _head(proposal: Proposal, opened: Opened) -> str:
    below = "below raw/"
    if "*" in proposal.files:
        below += "; * stands for anything, so that next month's file is read as well"
    rows = [("table", quoted(proposal.table), ""), ("files", quoted(proposal.files), below)]
    if proposal.grain == "unit":
        rows.append(("grain", '"unit"', "one row for each unit that was sent; the rows of an incident become one call"))
    if proposal.sheets:
        rows.append(("sheet", listed(proposal.sheets), "the sheet that holds the rows"))
    if proposal.datetime:
        forms = [quoted(f) for f in proposal.datetime]
        rows.append(("datetime", f"[{', '.join(forms)}]", _say_formats(proposal)))
    if proposal.null:
        words = ", ".join(map(quoted, ("", *proposal.null)))
        rows.append(("null", f"[{words}]", "what stands where there is no value"))
    about = f"# Proposed from {note(opened.path.name)}: {opened.rows:,} rows, headings in row {opened.heading_row}."
    if opened.kind == "json":
        about = f"# Proposed from {note(opened.path.name)}: {opened.rows:,} rows."
    notes = [f"# {line}" for n in proposal.notes for line in _wrapped(note(n), _LINE - 2)]
    return _aligned("\n".join([about, *notes, "[[extract]]"]), rows)


def _say_formats(proposal: Proposal) -> str:
    how = " or ".join(dict.fromkeys(shown(f) for f in proposal.datetime[:3]))
    order = {
        "month": "; the month comes first",
        "day": "; the day comes first",
        "undecided": "; day or month first cannot be told from this file",
    }.get(proposal.order, "")
    return note(how + order)


def _columns(proposal: Proposal, opened: Opened) -> str:
    rows = [(c.column, _source(c), _because(c)) for c in in_order(proposal)]
    text = _aligned("[extract.columns]", rows)
    if proposal.doubtful:
        text += "# Doubtful, so not used. To use one, take away the # in front of it:\n"
        offered = [(c.column, _source(c), _because(c)) for c in proposal.doubtful]
        text += _commented(_aligned("", offered))
    return text + _left_over(proposal, opened)


def _left_over(proposal: Proposal, opened: Opened) -> str:
    """The headings that nothing uses, those that tell who somebody is apart."""
    offered = {h for c in proposal.doubtful for h in c.headings}
    left = [h.strip() for h in opened.headings if h.strip() and h.strip() not in proposal.used | offered]
    private = [h for h in left if h in proposal.persons]
    other = [h for h in left if h not in proposal.persons]
    lines: list[str] = []
    if private:
        lines += _wrapped(
            f"Never used, because they may tell who somebody is: {', '.join(map(quoted, private))}.", _LINE - 2
        )
    if other:
        lines += _wrapped(f"Not used: {', '.join(map(quoted, other))}.", _LINE - 2)
    return "".join(f"# {note(line)}\n" for line in lines)


def _source(choice: Choice) -> str:
    return f"{{ value = {quoted(choice.constant)} }}" if choice.constant is not None else listed(choice.headings)


def _because(choice: Choice) -> str:
    sure = f"{min(choice.confidence, 0.99):.0%}"
    return note(f"{sure}: {choice.because}" if choice.reasons else sure)


def _unpivot(proposal: Proposal) -> str:
    rows = [("unit", quoted(proposal.unpivot_unit), "of the numbers in these columns")]
    rows += [(c.column, listed(c.headings), _because(c)) for c in proposal.unpivot.values()]
    return _aligned(
        "[extract.unpivot]                     # a column for each activity: each becomes a row of shifts", rows
    )


def _codes(name: str, codes: CodeList) -> str:
    """A code list; of a derived yes or no the patterns that mean yes, one a line."""
    if codes.derived_from:
        return _derived(name, codes)
    if not codes.entries and not codes.catch_all:
        return ""
    rows = [(key(v), quoted(c), _count(codes, v)) for v, c in codes.entries.items()]
    text = ""
    if codes.catch_all:
        total = sum(codes.unknown.values())
        rows.append(('"*"', quoted(codes.catch_all), f"every other value ({total:,} rows of this file)"))
    text = _aligned(f"[extract.codes.{name}]", rows)
    few = len(codes.unknown) <= _FEW
    unknown = [v for v, n in codes.unknown.items() if few or n > 1]
    if unknown:
        shown_values = ", ".join(f"{quoted(v)} ({codes.unknown[v]:,})" for v in unknown[:_LISTED])
        said = "Not recognized" + (
            " and taken as " + quoted(codes.catch_all) if codes.catch_all else ", so their rows wait"
        )
        text += "".join(f"# {line}\n" for line in _wrapped(note(f"{said}: {shown_values}"), _LINE - 2))
    return text


def _derived(name: str, codes: CodeList) -> str:
    lines = [f"[extract.codes.{name}]", f'from = "{codes.derived_from}"']
    if codes.entries:
        width = max(len(quoted(v)) for v in codes.entries) + 1
        lines.append("true = [")
        for value in codes.entries:
            lines.append(f"    {(quoted(value) + ',').ljust(width)}  # {note(_count(codes, value))}")
        lines.append("]")
    if codes.unknown:
        values = ", ".join(quoted(v) for v in list(codes.unknown)[:_LISTED])
        lines += [
            f"# {li}"
            for li in _wrapped(
                f"Ten-codes differ from place to place. Add those that mean a crisis: {note(values)}", _LINE
            )
        ]
    return "\n".join(lines) + "\n" if codes.entries else "".join(f"# {li}\n" for li in lines)


def _count(codes: CodeList, value: str) -> str:
    rows = codes.rows.get(value, 0)
    said = f"{rows:,} {'row' if rows == 1 else 'rows'}" if rows else ""
    return f"{said}: {codes.notes[value]}" if value in codes.notes else said


def _aligned(header: str, rows: Iterable[tuple[str, str, str]]) -> str:
    """Keys, values and comments in columns of their own; a long comment goes above its line."""
    rows = list(rows)
    wide = max((len(k) for k, _, _ in rows), default=0)
    values = [f"{k.ljust(wide)} = {v}" for k, v, _ in rows]
    column = min(max((len(v) for v in values), default=0), 60) + 2
    lines = [header] if header else []
    for value, (_, _, comment) in zip(values, rows, strict=True):
        if not comment:
            lines.append(value)
        elif len(value) <= column and column + len(comment) + 2 <= _LINE:
            lines.append(f"{value.ljust(column)}# {comment}")
        else:
            lines += [f"# {line}" for line in _wrapped(comment, _LINE - 2)]
            lines.append(value)
    return "\n".join(lines) + "\n"


def _commented(text: str) -> str:
    return "".join(f"{line}\n" if line.startswith("#") else f"# {line}\n" for line in text.splitlines())


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
