"""Small pieces of SQL text: names, literals, and codes as a CASE."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.program.model import Codes
from pipeline.sql_text import literal

__all__ = ["between", "coded", "literal", "literals", "name", "separator_of"]

#: Long code lists have one WHEN for each canonical value, with all its exact codes, in the order of the file.
_STAR = "*"


def name(text: str) -> str:
    """`text` as a quoted SQL name."""
    return '"' + text.replace('"', '""') + '"'


def literals(texts: Iterable[str]) -> str:
    """A SQL list of literals without brackets."""
    return ", ".join(literal(t) for t in texts)


#: White space of every kind, as RE2 knows it.
_SPACE = r"[\s\x{85}\p{Z}\x{200B}\x{FEFF}]"


def separator_of(split: str) -> str:
    """What parts the items of a cell: white space beside it does not count, unless there is nothing else.

    A line feed parts lines however they end; a space parts at any white space.
    """
    lines = "\n" if "\n" in split or "\r" in split else "\t" if "\t" in split else " "
    return split.strip() or lines


def between(separator: str) -> str:
    """A regular expression for one or more separators and the white space around them."""
    if separator == " ":
        return f"{_SPACE}+"
    if separator.isspace():
        return f"{_SPACE}*{separator}{_SPACE}*"
    escaped = "".join(c if c.isalnum() or not c.isascii() else f"\\{c}" for c in separator)
    return f"(?:{_SPACE}*{escaped})+{_SPACE}*"


def coded(lower: str, codes: Codes | None, known: Sequence[str] | None, otherwise: str = "NULL") -> str:
    """What a source value stands for: SQL over `lower`, the name of its lower-cased text.

    Exact codes come first, then those with wildcards in the order of the file, then values that are canonical already
    (`known`; None takes none of them), then the bare `*`, then `otherwise`. Null stays null.
    """
    pairs = codes.pairs if codes else ()
    whens = [f"WHEN {lower} IS NULL THEN NULL"]
    whens += _exact(lower, [(p, c) for p, c in pairs if _STAR not in p and p])
    whens += [f"WHEN {_like(lower, p)} THEN {literal(c)}" for p, c in pairs if _STAR in p and p != _STAR]
    if known:
        whens.append(f"WHEN {lower} IN ({literals(known)}) THEN {lower}")
    catch_all = next((literal(c) for p, c in pairs if p == _STAR), otherwise)
    return f"CASE {' '.join(whens)} ELSE {catch_all} END"


def _exact(lower: str, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """One WHEN for each canonical value; a code that stands twice keeps its first meaning."""
    meanings: dict[str, str] = {}
    for pattern, code in pairs:
        meanings.setdefault(pattern.lower(), code)
    groups: dict[str, list[str]] = {}
    for pattern, code in meanings.items():
        groups.setdefault(code, []).append(pattern)
    # lower() in SQL as well: it differs from Python's for a few letters, and the cell went through SQL's
    return [
        f"WHEN {lower} IN ({', '.join(f'lower({literal(p)})' for p in patterns)}) THEN {literal(code)}"
        for code, patterns in groups.items()
    ]


def _like(lower: str, pattern: str) -> str:
    escaped = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    escape = " ESCAPE '\\'" if escaped != pattern else ""
    return f"{lower} LIKE lower({literal(escaped.replace(_STAR, '%'))}){escape}"
