"""Which files in raw/ are extracts, by which mapping, and in which order later ones win."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.errors import DeclarationError, UserError
from pipeline.program.model import Mapping, Program
from pipeline.program.paths import RawEntry, list_raw, matches
from pipeline.receive.order import sort_key
from pipeline.receive.product import Extract, Found, Receipt

_PROBLEMS = {
    "outside": (
        "This is a link that leads out of the program folder, or to something in it that is no extract. "
        "It was not opened. Put the file itself here."
    ),
    "special": "This is no ordinary file but a pipe, a socket or a device. It was not opened. Remove it.",
    "broken": "This is a link that leads nowhere. Put the file itself here, or remove the link.",
    "hidden": "Its name begins with a dot: hidden, not read. Rename it if it is an extract, or remove it.",
    "unreadable": "This folder may not be listed: its permissions forbid it. Allow reading and run again.",
}
_UNMATCHED = (
    "No mapping matches this file, so none of its rows is counted. Add an [[extract]] whose `files` matches it to "
    "agencies/*.toml (`outcomes onboard` proposes one), or move the file out of raw/."
)


def find_extracts(program: Program) -> Found:
    """The extracts in the order in which later ones win, with problems and notices (see `Found`).

    A file that mappings of several tables match is an extract of each. Of the files nothing but headings is read.
    DeclarationError when two mappings take the same rows of a file, or when a mapped heading stands in none of the
    matched files that can be read.
    """
    entries = list_raw(program)
    files = sorted((e for e in entries if e.kind == "file"), key=lambda e: sort_key(e.name))
    extracts: list[Extract] = []
    problems = [_problem(e.name or ".", _PROBLEMS[e.kind]) for e in entries if e.kind != "file"]
    mistakes: list[UserError] = []
    for entry in files:
        mappings = [m for m in program.mappings if matches(m.files, entry.name)]
        extracts += [Extract(entry.path, entry.name, m) for m in mappings]
        mistakes += [m for m in _taken_twice(entry, mappings) if m.where not in {k.where for k in mistakes}]
        if not mappings:
            problems.append(_problem(entry.name, _UNMATCHED))
    notices = [_no_file(m) for m in program.mappings if not any(e.mapping is m for e in extracts)]
    for mapping in program.mappings:
        mistakes += _headings_nowhere(mapping, [e for e in extracts if e.mapping is mapping])
    if mistakes:
        raise DeclarationError(mistakes)
    return Found(tuple(extracts), tuple(sorted(problems, key=lambda p: sort_key(p.extract))), tuple(notices))


def _problem(name: str, sentence: str) -> Receipt:
    return Receipt(extract=name, agency=None, table=None, sha256=None, problem=sentence)


def _no_file(mapping: Mapping) -> str:
    return f"{place(mapping)}: no file in raw/ matches `{mapping.files}`."


def place(mapping: Mapping, *key: str) -> str:
    """Where a mapping is declared: `agencies/waukee.toml, extract 2, columns.incident`."""
    return ", ".join([mapping.declared_in, f"extract {mapping.number}", *([".".join(key)] if key else [])])


def _taken_twice(entry: RawEntry, mappings: Sequence[Mapping]) -> list[UserError]:
    """Mappings of one table that read the same file and sheet would take every row twice."""
    found: list[UserError] = []
    for number, mapping in enumerate(mappings):
        for earlier in mappings[:number]:
            if earlier.table == mapping.table and _same_sheets(earlier, mapping):
                what = f"`{entry.name}` is taken for {mapping.table} by {place(earlier)} already"
                hint = "Narrow one of the globs, or name different sheets: each row may be taken once only."
                found.append(UserError(what, place(mapping, "files"), hint))
    return found


def _same_sheets(one: Mapping, other: Mapping) -> bool:
    first, second = ({s.strip().casefold() for s in m.sheets} for m in (one, other))
    return first == second or bool(first & second)


def _headings_nowhere(mapping: Mapping, extracts: Iterable[Extract]) -> list[UserError]:
    """The mapped headings that none of the files has. Small files are opened first, and no more than needed."""
    from pipeline.receive.read import Unreadable, read_headings
    from pipeline.receive.read.headings import missing_headings, nearest_heading, wanted_headings

    wanted = wanted_headings(mapping)
    lacking, seen = wanted, list[str]()
    files, newest = 0, None
    for extract in sorted(extracts, key=_cost):
        if not lacking:
            break
        try:
            rows = read_headings(extract.path, mapping)
        except Unreadable:
            continue
        files, newest = files + 1, extract
        for row in rows:
            missing = missing_headings(row.headings, mapping)
            lacking = [w for w in lacking if w in missing]
            seen += row.headings
    if newest is None:
        return []
    none = "the only file that can be read lacks" if files == 1 else f"none of the {files} files that can be read has"
    if not lacking:
        return []
    from pipeline.receive.renamed import renamed  # what recognizes headings is seldom wanted, and dear to load

    found: list[UserError] = []
    alike = {r.gone.alternatives: r for r in renamed(newest.path, mapping, lacking)}
    for w in lacking:
        if (like := alike.get(w.alternatives)) is not None:
            line = next(line for line in like.lines if line.startswith(f"{w.key[-1]} ="))
            hint = f'"{like.heading}" looks like it: {like.evidence}. If this is right, write\n    {line}'
            found.append(UserError(f"{none} the heading {w}", place(mapping, *w.key), hint))
            continue
        near = nearest_heading(w.alternatives[0], seen, surely_headings=len(lacking) < len(wanted))
        hint = f"Did you mean `{near}`?" if near else f"The files are those that `{mapping.files}` matches."
        found.append(UserError(f"{none} the heading {w}", place(mapping, *w.key), hint))
    return found


def _cost(extract: Extract) -> tuple[bool, int]:
    """Delimited text is read to its headings only, all else as a whole."""
    from pipeline.receive.read.kinds import kind_of

    try:
        size = extract.path.stat().st_size
    except OSError:
        size = 0
    return kind_of(extract.path) != "delimited", size
