"""The forms that a column of a mapping and a code list can take in TOML, as `Source` and `Codes`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from pipeline.errors import UserError
from pipeline.program.mistakes import suggest
from pipeline.program.model import Source
from pipeline.program.refused import NOT_OURS, refused_because
from pipeline.program.shapes import plain_text

#: What counts as yes and no in any case (spec 1); the values of a bool column in declarations.
BOOL_WORDS = {
    **dict.fromkeys(("true", "yes", "y", "t", "1", "x"), "true"),
    **dict.fromkeys(("false", "no", "n", "f", "0"), "false"),
}

#: What `datetime` may name beside formats of strptime: seconds and milliseconds since 1970.
EPOCHS = ("epoch", "epoch_ms")

_FORMS = 'Write a heading, a list of headings, { value = "constant" } or { any = ["Old heading", "New heading"] }.'


def parse_source(value: Any) -> Source:
    """A heading, a list of headings joined with a space, `{ value = … }`, or `{ any = [...] }`. UserError otherwise."""
    if isinstance(value, dict):
        if "value" in value or "any" in value:
            return _from_table(value)
        raise UserError("neither `value` nor `any` is given", hint=_FORMS)
    if isinstance(value, list):
        if not value:
            raise UserError("the list of headings is empty", hint=_FORMS)
        return Source(parts=tuple(_alternatives(item) for item in value))
    if isinstance(value, bool):
        raise UserError("this is no heading", hint=f"For a constant write {{ value = {plain_text(value)} }}.")
    return Source(parts=((_heading(value),),))


def _from_table(value: dict[str, Any]) -> Source:
    if len(value) > 1:
        other = next(k for k in value if k != "value") if "value" in value else next(k for k in value if k != "any")
        if other in ("any", "value"):
            raise UserError("`value` and `any` exclude each other", hint=_FORMS)
        raise UserError(f"unknown key `{other}`", hint=suggest(other, ("value", "any")))
    if "any" in value:
        return Source(parts=(_alternatives(value),))
    constant = value["value"]
    if isinstance(constant, (dict, list)):
        raise UserError("a constant must be one value", hint=_FORMS)
    text = plain_text(constant).strip()
    if not text:
        raise UserError("the constant is empty", hint="Leave the column out when the extract does not have it.")
    return Source(constant=text)


def _alternatives(item: Any) -> tuple[str, ...]:
    if not isinstance(item, dict):
        return (_heading(item),)
    if set(item) != {"any"}:
        raise UserError("inside a list only headings and { any = [...] } can stand", hint=_FORMS)
    listed = item["any"]
    if not isinstance(listed, list) or not listed:
        raise UserError("`any` must be a list of headings", hint=_FORMS)
    return tuple(_heading(h) for h in listed)


def _heading(value: Any) -> str:
    if isinstance(value, (bool, dict, list)):
        raise UserError("a heading must be text in double quotes", hint=_FORMS)
    text = plain_text(value).strip()
    if not text:
        raise UserError("the heading is empty", hint=_FORMS)
    if what := refused_because(text):
        raise UserError(f"the heading `{text}` names {what}, which must not be stored here (CJIS)", hint=NOT_OURS)
    return text


def code_entries(table: dict[str, Any], *, derived: bool) -> Iterator[tuple[str, str, str]]:
    """(key in the file, source pattern, canonical value as written) of a code list, in file order.

    `"ARR" = "arrest"` maps a source code; `true = ["MENTAL", "SUICIDE*"]` lists the patterns of one canonical value, as
    always with `from`. UserError for values that are neither.
    """
    for key, value in table.items():
        if key == "from":
            continue
        if isinstance(value, list) or derived:
            for pattern in value if isinstance(value, list) else [value]:
                yield key, _pattern(pattern), key
        else:
            yield key, _pattern(key), _pattern(value)


def is_number(text: str, *, whole: bool) -> bool:
    """Whether a declared text is a finite number, and without decimals where it must be whole."""
    try:
        number = float(text)
    except ValueError:
        return False
    return math.isfinite(number) and (not whole or number == int(number))


def _pattern(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise UserError("a code must be one value", hint='Write "SOURCE CODE" = "canonical code".')
    return plain_text(value).strip()
