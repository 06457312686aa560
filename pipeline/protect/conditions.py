"""Conditions of metrics as sets: which rows satisfy one condition whenever they satisfy another."""

from __future__ import annotations

import re


def conjuncts(condition: str | None) -> frozenset[str]:
    """The conditions that AND joins in `condition`, each in one spelling; a row satisfies it when it satisfies all
    of them."""
    text = " ".join((condition or "").split())
    if not text or text.lower() == "true":
        return frozenset()
    parts = _split_and(text)
    if len(parts) == 1:
        inner = _unwrap(parts[0])
        return _one(inner) if inner == parts[0] else conjuncts(inner)
    return frozenset().union(*(conjuncts(p) for p in parts))


def _one(condition: str) -> frozenset[str]:
    plain = condition if "'" in condition else condition.lower()
    column = re.fullmatch(r"(\w+) is not null", plain, re.IGNORECASE)
    return frozenset({f"known({column[1].lower()})"}) if column else frozenset({plain})


def _split_and(text: str) -> list[str]:
    tokens = re.split(r"('(?:[^']|'')*'|\(|\)|\b(?:AND|OR|BETWEEN|CASE|END)\b)", text, flags=re.IGNORECASE)
    parts, current, depth, between = [], "", 0, 0
    for token in tokens:
        word = token.upper()
        depth += word in ("(", "CASE")
        depth -= word in (")", "END")
        if depth == 0 and word == "OR":
            return [text]
        if depth == 0 and word == "AND" and not between:
            parts.append(current.strip())
            current = ""
            continue
        between += depth == 0 and word == "BETWEEN"
        between -= depth == 0 and word == "AND"
        current += token
    return [*parts, current.strip()]


def _unwrap(text: str) -> str:
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if depth == 0 and i < len(text) - 1:
            return text
    return text[1:-1].strip()


_SIMPLE = re.compile(r"[\w\s=<>!.,'()-]*")
_WORDS = re.compile(r"'[^']*'|\b[a-z_]\w*\b", re.IGNORECASE)
_NO_COLUMNS = frozenset({"not", "in", "is", "null", "true", "false", "between", "and", "like", "distinct", "from"})


def known(condition: str) -> frozenset[str]:
    """What is known on every row on which `condition` is true or false: its columns, when it is simple; else
    itself."""
    if condition.startswith("known("):
        return frozenset()  # whether something is known is always known
    words = [w.lower() for w in _WORDS.findall(condition) if not w.startswith("'")]
    columns = [w for w in words if w not in _NO_COLUMNS]
    if not columns:
        return frozenset()
    simple = _SIMPLE.fullmatch(condition) and not re.search(r"(?!(?:not|in|and)\b)\b\w+\s*\(", condition, re.IGNORECASE)
    if not simple or {"or", "case", "null"} & set(words) or ("and" in words and "between" not in words):
        return frozenset({f"known({condition})"})
    return frozenset(f"known({c})" for c in columns)


def plain(conditions: frozenset[str]) -> frozenset[str]:
    """The same rows, without saying that something is known where another condition has it."""
    clear = frozenset().union(*(known(c) for c in conditions))
    return frozenset(c for c in conditions if c not in clear)


def negated(conditions: frozenset[str]) -> str:
    """The condition that holds where not all of `conditions` do."""
    one = " and ".join(sorted(conditions))
    if len(conditions) != 1:
        return f"not({one})"
    return one.removeprefix("not ") if one.startswith("not ") and " " not in one[4:] else f"not {one}"
