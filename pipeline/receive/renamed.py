"""An export whose headings have changed: which new heading looks like one that is gone, and the one line to change.

Headings and values both speak, and the extract before, in which the old heading still stands. Nothing of a person or an
address is shown: their values are not looked at, and a column that looks like theirs is never proposed for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.program.model import Mapping, Program, Source
from pipeline.program.paths import list_raw, matches
from pipeline.receive.order import sort_key
from pipeline.receive.product import Extract
from pipeline.receive.read import Unreadable, open_source, read_headings
from pipeline.receive.read.headings import Wanted, find_heading, missing_headings, wanted_headings
from pipeline.receive.resemble import Column, Likeness, likeness

#: Rows that are looked at, extracts that are asked for the old heading, and how sure a proposal must be.
_ROWS, _ASKED, _SURE = 2_000, 4, 0.5
STAFF = "For the program staff: "


@dataclass(frozen=True, slots=True)
class Renamed:
    """One heading that is gone, the new one that looks like it, what speaks for it, and the lines to change."""

    gone: Wanted
    heading: str
    evidence: str
    lines: tuple[str, ...]


def advice(path: Path, mapping: Mapping, missing: Sequence[Wanted], before: Extract | None = None) -> str:
    """What to tell about headings that are missing in the file at `path`; empty when no heading looks like one.

    `before` is an extract of the same mapping in which they still stand.
    """
    found = renamed(path, mapping, missing, before)
    if not found:
        return ""
    seen = "".join(f'\n  {r.gone} looks renamed to "{r.heading}": {r.evidence}.' for r in found)
    lines = "".join(f"\n    {line}" for r in found for line in r.lines)
    where = f"{mapping.declared_in}, extract {mapping.number}"
    what = "a line" if sum(len(r.lines) for r in found) == 1 else "lines"
    return f"{seen}\n  {STAFF}if this is right, change {what} in {where}:{lines}"


def renamed(
    path: Path, mapping: Mapping, missing: Sequence[Wanted], before: Extract | None = None
) -> tuple[Renamed, ...]:
    """For each missing heading the new one most like it, each new heading once; where none is like it, nothing."""
    wanted = {w.alternatives: [v for v in missing if v.alternatives == w.alternatives] for w in missing}
    if len(missing) == len(wanted_headings(mapping)):
        return ()  # it is not sure that these are headings: the row may hold the cells of a person
    now = _columns(path, _without(mapping, missing))
    old = _columns(before.path, mapping) if before else []
    known = {c.key for c in old}
    free = [c for c in now if c.heading.strip() and not _is_mapped(c.heading, mapping)]
    new = [c for c in free if c.key not in known] or free
    pairs = []
    for gone in wanted.values():
        then = next((c for c in old if find_heading([c.heading], gone[0].alternatives) is not None), None)
        pairs += [(likeness(mapping, gone, column, then), gone, column) for column in new]
    return tuple(_best(pairs, mapping, before))


def _best(
    pairs: Iterable[tuple[Likeness, list[Wanted], Column]], mapping: Mapping, before: Extract | None
) -> Iterator[Renamed]:
    """The most alike pairs, each heading once, in the order of the mapping."""
    ranked = sorted((p for p in pairs if p[0].sure >= _SURE), key=lambda p: (-p[0].sure, p[2].place))
    taken: dict[tuple[str, ...], tuple[Likeness, list[Wanted], Column]] = {}
    used: set[int] = set()
    for pair in ranked:
        _, gone, column = pair
        if gone[0].alternatives not in taken and column.place not in used:
            taken[gone[0].alternatives] = pair
            used.add(column.place)
    order = [w.alternatives for w in wanted_headings(mapping)]
    for like, gone, column in sorted(taken.values(), key=lambda pair: order.index(pair[1][0].alternatives)):
        heading = " ".join(column.heading.split())
        where = f" in {before.name}" if before else ""
        lines = tuple(dict.fromkeys(_line(w, heading, mapping) for w in gone))
        yield Renamed(gone[0], heading, like.evidence.replace("{before}", where), lines)


def extract_before(extract: Extract, program: Program, missing: Sequence[Wanted]) -> Extract | None:
    """The extract of the same mapping nearest before this one (else after it) that has the headings missing here."""
    mapping = extract.mapping
    entries = [e for e in list_raw(program) if e.kind == "file" and matches(mapping.files, e.name)]
    names = sorted((e for e in entries if e.name != extract.name), key=lambda e: sort_key(e.name))
    own = sort_key(extract.name)
    before = [e for e in reversed(names) if sort_key(e.name) < own]
    after = [e for e in names if sort_key(e.name) > own]
    for entry in (*before[:_ASKED], *after[:_ASKED]):
        try:
            rows = read_headings(entry.path, mapping)
        except Unreadable:
            continue
        if any(not set(missing_headings(row.headings, mapping)) & set(missing) for row in rows):
            return Extract(entry.path, entry.name, mapping)
    return None


def _columns(path: Path, mapping: Mapping) -> list[Column]:
    """The columns of a file with the cells of its first rows; none when it cannot be read."""
    try:
        source = open_source(path, mapping)
        batch = next(iter(source.batches(_ROWS)), None)
    except (Unreadable, OSError):
        return []
    cells = [batch.column(f"c{n}").slice(0, _ROWS).to_pylist() if batch else [] for n in range(len(source.headings))]
    return [Column(n, heading, tuple(c)) for n, (heading, c) in enumerate(zip(source.headings, cells, strict=True))]


def _without(mapping: Mapping, missing: Sequence[Wanted]) -> Mapping:
    """The mapping without the columns that need a missing heading."""
    gone = {w.key for w in missing}
    columns = {c: s for c, s in mapping.columns.items() if ("columns", c) not in gone}
    unpivot = mapping.unpivot
    if unpivot is not None:
        unpivot = replace(unpivot, columns={c: s for c, s in unpivot.columns.items() if ("unpivot", c) not in gone})
    return replace(mapping, columns=columns, unpivot=unpivot)


def _is_mapped(heading: str, mapping: Mapping) -> bool:
    return any(find_heading([heading], w.alternatives) is not None for w in wanted_headings(mapping))


def _line(gone: Wanted, heading: str, mapping: Mapping) -> str:
    """The line of the declaration with the new heading in it."""
    declared = mapping.columns if gone.key[0] == "columns" or mapping.unpivot is None else mapping.unpivot.columns
    source: Source = declared[gone.key[-1]]
    parts = [
        _part((*alternatives, heading) if alternatives == gone.alternatives else alternatives)
        for alternatives in source.parts
    ]
    return f"{gone.key[-1]} = {parts[0] if len(parts) == 1 else '[' + ', '.join(parts) + ']'}"


def _part(alternatives: tuple[str, ...]) -> str:
    quoted = [_quoted(a) for a in alternatives]
    return quoted[0] if len(quoted) == 1 else f"{{ any = [{', '.join(quoted)}] }}"


def _quoted(text: str) -> str:
    """A TOML string."""
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in text)
    return f'"{escaped}"'
