"""Which headings a mapping names, where they stand in a file, and which row of a file holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.program.model import Mapping
from pipeline.program.refused import NOT_OURS, refused_headings
from pipeline.receive.read.source import MissingHeadings, Unreadable

#: The heading row is looked for among so many rows that are not blank.
LOOK_AT = 50
#: No export has so many columns; each costs memory in every step.
MOST_COLUMNS = 1_000
#: How alike (0 to 100) a heading must be to be named as the nearest.
_ALIKE = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """A heading that a mapping names: the key that names it, and the alternatives of which the file must have one."""

    key: tuple[str, ...]
    alternatives: tuple[str, ...]

    def __str__(self) -> str:
        """As it is named to users: "A" or "A" or "B"."""
        return " or ".join(f'"{a}"' for a in self.alternatives)


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """The headings of one file or sheet and the number of their row; `sheet` is set when several sheets are read."""

    headings: tuple[str, ...]
    number: int
    sheet: str | None = None


def heading_key(text: str) -> str:
    """What two headings must share to be the same: case and surplus space do not count."""
    return " ".join(text.replace("\ufeff", "").split()).casefold()


def wanted_headings(mapping: Mapping) -> list[Wanted]:
    """Every heading that the mapping needs, in the order of the declaration."""
    found = [Wanted(("columns", column), part) for column, source in mapping.columns.items() for part in source.parts]
    if mapping.unpivot:
        found += [
            Wanted(("unpivot", category), part)
            for category, source in mapping.unpivot.columns.items()
            for part in source.parts
        ]
    return found


def find_heading(headings: Sequence[str], alternatives: Iterable[str]) -> int | None:
    """The place of the first alternative that the headings have, counted from 0; None when they have none."""
    keys = [heading_key(h) for h in headings]
    for alternative in alternatives:
        key = heading_key(alternative)
        if key in keys:
            return keys.index(key)
    return None


def one_name_for_each(mapping: Mapping, parts: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """For each part of a file that has headings of its own (a sheet, an element): which go by another name.

    Where { any = [...] } lists several headings, a part may have one and the next part another: all go by the one that
    is listed first of those that stand anywhere in the file. The answer maps heading keys to names, part by part.
    """
    keys = [{heading_key(h) for h in part} for part in parts]
    renamed: list[dict[str, str]] = [{} for _ in parts]
    for alternatives in interchangeable(mapping):
        own = [(heading_key(a), a) for a in alternatives]
        name = next((a for key, a in own if any(key in k for k in keys)), None)
        for present, names in zip(keys, renamed, strict=True):
            chosen = next((key for key, _ in own if key in present), None)
            if name is not None and chosen is not None and chosen != heading_key(name):
                names[chosen] = name
    return renamed


def interchangeable(mapping: Mapping) -> list[tuple[str, ...]]:
    """The alternatives of each { any = [...] } of the mapping.

    Those of which two columns share a heading are left out: one of them would read the cells of the other.
    """
    every = list(dict.fromkeys(w.alternatives for w in wanted_headings(mapping)))
    keys = {a: {heading_key(h) for h in a} for a in every}
    return [a for a in every if len(a) > 1 and not any(keys[a] & keys[other] for other in every if other != a)]


def missing_headings(headings: Sequence[str], mapping: Mapping) -> list[Wanted]:
    """The headings that the mapping names and the file lacks."""
    keys = {heading_key(h) for h in headings}
    return [w for w in wanted_headings(mapping) if not any(heading_key(a) in keys for a in w.alternatives)]


def nearest_heading(name: str, headings: Sequence[str], *, surely_headings: bool) -> str | None:
    """The heading most like `name`, if one is like it at all.

    None where it is not sure that these are headings: the row may hold the cells of a person.
    """
    from rapidfuzz import fuzz, process, utils

    choices = [h.strip() for h in headings if h.strip()] if surely_headings else []
    best = process.extractOne(name, choices, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=_ALIKE)
    return best[0] if best else None


def check_headings(row: HeadingRow, mapping: Mapping) -> None:
    """Raises Unreadable when the file lacks a mapped heading, has it twice, or has a column that none may carry."""
    if len(row.headings) > MOST_COLUMNS:
        raise Unreadable(
            f"The file has {len(row.headings):,} columns; more than {MOST_COLUMNS:,} are not read. Export only those"
            " that are needed, or check the delimiter."
        )
    missing = missing_headings(row.headings, mapping)
    place = f'sheet "{row.sheet}", row {row.number}' if row.sheet else f"row {row.number}"
    if missing:
        sure = len(missing) < len(wanted_headings(mapping))
        each = dict.fromkeys(w.alternatives for w in missing)
        named = "; ".join(_describe([w for w in missing if w.alternatives == a], row, sure) for a in each)
        raise MissingHeadings(
            f"{_count(len(each))} missing in this file (headings were looked for in {place}): {named}.{_nameless(row)}",
            missing,
        )
    twice = doubled_headings(row.headings, mapping)
    if twice:
        listed = ", ".join(f'"{h}"' for h in twice)
        raise Unreadable(
            f"The mapped heading {listed} stands more than once in {place}, so it is not clear which column is meant. "
            "Rename or remove the other column in the export."
        )
    refused = refused_headings(row.headings)
    if refused:
        heading, what = refused[0]
        raise Unreadable(
            f'The file has the column "{heading}". It names {what}, which must not be stored here (CJIS), so nothing of'
            f" the file was read. {NOT_OURS}"
        )


def doubled_headings(headings: Sequence[str], mapping: Mapping) -> list[str]:
    """The mapped headings that stand more than once."""
    keys = [heading_key(h) for h in headings]
    found: list[str] = []
    for wanted in wanted_headings(mapping):
        at = find_heading(headings, wanted.alternatives)
        if at is not None and keys.count(keys[at]) > 1 and headings[at].strip() not in found:
            found.append(headings[at].strip())
    return found


def score(cells: Sequence[str], mapping: Mapping) -> int:
    """How many of the headings that the mapping names stand in this row."""
    return _scored(cells, _wanted_keys(mapping))


def _wanted_keys(mapping: Mapping) -> list[list[str]]:
    return [[heading_key(a) for a in w.alternatives] for w in wanted_headings(mapping)]


def _scored(cells: Sequence[str], wanted: list[list[str]]) -> int:
    keys = {heading_key(c) for c in cells}
    return sum(any(a in keys for a in alternatives) for alternatives in wanted)


def best_row(rows: Sequence[tuple[int, list[str]]], mapping: Mapping) -> tuple[int, list[str]] | None:
    """Of (row number, cells) the row with most mapped headings, of several the fullest, of these the first.

    When no row has any, the first that is at least half as full as the fullest: a title is not.
    """
    wanted = _wanted_keys(mapping)
    best = max(rows, key=lambda r: (_scored(r[1], wanted), _filled(r[1]), -r[0]), default=None)
    if best is None or score(best[1], mapping):
        return best
    return next(r for r in rows if 2 * _filled(r[1]) >= _filled(best[1]))


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(c.strip()) for c in cells)


def column_name(number: int) -> str:
    """Column 3 is `Column C`, as a spreadsheet names it."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"Column {letters}"


def _nameless(row: HeadingRow) -> str:
    """A sentence on columns among the others that have no heading: one of them may be the missing one."""
    last = max((n for n, h in enumerate(row.headings) if h.strip()), default=0)
    blank = [column_name(n + 1) for n in range(last) if not row.headings[n].strip()]
    if not blank:
        return ""
    several = f" and {len(blank) - 1} more have" if len(blank) > 1 else " has"
    return f" {blank[0]}{several} no heading: if its heading was lost, write it back into the export."


def _count(missing: int) -> str:
    return "A mapped heading is" if missing == 1 else f"{missing} mapped headings are"


def _describe(same: Sequence[Wanted], row: HeadingRow, surely_headings: bool) -> str:
    """One missing heading, with all the columns that it is mapped to."""
    near = nearest_heading(same[0].alternatives[0], row.headings, surely_headings=surely_headings)
    columns = ", ".join(f"`{c}`" for c in dict.fromkeys(w.key[-1] for w in same))
    return f"{same[0]} (mapped to {columns}" + (f'; nearest heading here: "{near}")' if near else ")")
