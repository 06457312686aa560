"""What the values of coded columns mean: code lists from the crosswalk, with what it does not know."""

from __future__ import annotations

import re
from collections import Counter

from pipeline.onboard.proposal import CodeList
from pipeline.program.sources import BOOL_WORDS
from pipeline.program.tables import service_codes, targets
from pipeline.recognize import Profile
from pipeline.recognize.crosswalk import Crosswalk, crosswalk, natures

#: What a value that nobody knows becomes, where the column has a code that says so.
CATCH_ALL = {
    "disposition": "other",
    "source": "other",
    "resolution": "other",
    "transported_to": "other",
    "service": "other",
    "course": "other",
    "category": "other",
    "gender": "unknown",
    "race_ethnicity": "unknown",
}
#: Longer lists are told by patterns where the crosswalk has some.
_LONG = 30
_SEPARATORS = (";", ",", "|", "/", " ")


def code_list(table: str, column: str, seen: Profile, null: frozenset[str] = frozenset()) -> CodeList | None:
    """The codes of one column; None when every value is one of ours. `null` are words that stand for nothing."""
    if targets(table)[column].kind == "bool":
        return _answers(table, column, seen, null)
    return _coded(crosswalk(table, column), targets(table)[column].codes, column, _spelled(seen, null))


def service_list(seen: Profile, separator: str | None, null: frozenset[str] = frozenset()) -> CodeList | None:
    """The codes of the services in a cell of referrals."""
    parts: Counter[str] = Counter()
    for value, count in _spelled(seen, null).items():
        for part in value.split(separator) if separator else [value]:
            if part.strip():
                parts[part.strip()] += count
    return _coded(crosswalk("referrals", "service"), service_codes(), "service", _merged(parts))


def behavioral_health(seen: Profile) -> CodeList | None:
    """Which call types count as behavioral health; None when none of them says so."""
    values = _spelled(seen, frozenset())
    found = natures(values)
    listed = CodeList(derived_from="nature")
    for kind, patterns in (("always", found.always), ("often", found.often)):
        for pattern, matched in patterns.items():
            listed.entries[pattern.upper()] = "true"
            listed.rows[pattern.upper()] = sum(values[v] for v in matched)
            doubt = " - does your program count these?" if kind == "often" else ""
            listed.notes[pattern.upper()] = _some(matched) + doubt
    for matched in found.ten_codes.values():
        listed.unknown |= {v: values[v] for v in matched}
    return listed if listed.entries or listed.unknown else None


def separator(seen: Profile, *, spaces: bool) -> str | None:
    """What separates several values in a cell; None when each cell has one."""
    marks = _SEPARATORS if spaces else _SEPARATORS[:-1]
    cells = seen.filled
    found = {m: sum(m in c.strip(m + " ") for c in cells) for m in marks}
    best = next((m for m in marks[:4] if found.get(m, 0) >= max(1, 0.01 * len(cells))), None)
    if best is None and spaces and found[" "] > 0.05 * len(cells):
        best = " "
    return best


def _coded(words: Crosswalk, own: tuple[str, ...], column: str, values: Counter[str]) -> CodeList | None:
    listed = CodeList()
    lettered = _lettered(words, values)
    for value, count in values.most_common():
        folded = " ".join(value.casefold().split())
        code = words.letters.get(folded) if lettered else None
        code = code or words.code(value)
        if folded in own:
            continue
        if code:
            listed.entries[value] = code
            listed.rows[value] = count
        else:
            listed.unknown[value] = count
    if len(listed.entries) > _LONG:
        _shorten(listed, words)
    if listed.unknown and column in CATCH_ALL:
        listed.catch_all = CATCH_ALL[column]
    return listed if listed.entries or listed.unknown else None


def _lettered(words: Crosswalk, values: Counter[str]) -> bool:
    """Whether single letters speak: nearly all values are such."""
    total = sum(values.values())
    known = sum(n for v, n in values.items() if v.casefold() in words.letters)
    return bool(words.letters) and total > 0 and known > 0.5 * total


def _shorten(listed: CodeList, words: Crosswalk) -> None:
    """Values that a pattern of the crosswalk knows stand under the pattern."""
    entries, rows, notes = dict[str, str](), Counter[str](), dict[str, str]()
    for value, code in listed.entries.items():
        pattern, meant = words.meaning(value)
        key = pattern if "*" in pattern and meant == code else value
        entries.setdefault(key, code)
        rows[key] += listed.rows[value]
        if key != value:
            notes.setdefault(key, f"{value}, …")
    listed.entries, listed.rows, listed.notes = entries, dict(rows), notes


def _answers(table: str, column: str, seen: Profile, null: frozenset[str]) -> CodeList | None:
    words = crosswalk(table, column)
    listed = CodeList()
    for value, count in _spelled(seen, null).most_common():
        if value.casefold() in BOOL_WORDS:
            continue
        code = words.code(value)
        if code in ("true", "false"):
            listed.entries[value] = code
            listed.rows[value] = count
        else:
            listed.unknown[value] = count
    return listed if listed.entries or listed.unknown else None


def _spelled(seen: Profile, null: frozenset[str]) -> Counter[str]:
    """Each value in its commonest spelling, with the rows of all its spellings; words for nothing left out."""
    counts = seen.whole if seen.whole is not None else Counter(c for c in seen.cells if c)
    return _merged(Counter({v: n for v, n in counts.items() if v not in null}))


def _merged(counts: Counter[str]) -> Counter[str]:
    spellings: dict[str, str] = {}
    merged: Counter[str] = Counter()
    for value, count in counts.most_common():
        spelling = spellings.setdefault(value.strip().casefold(), value.strip())
        merged[spelling] += count
    return merged


def _some(values: list[str], most: int = 3) -> str:
    shown = ", ".join(re.sub(r"\s+", " ", v) for v in values[:most])
    return shown + (f" and {len(values) - most} more" if len(values) > most else "")
