"""What a proposal would change in a mapping that is there: what both say, without notes, order or alignment."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.onboard.toml_text import key, listed, quoted
from pipeline.program.model import Mapping, Source


def difference(now: Mapping, proposed: Mapping) -> str:
    """Lines that only the mapping as it is has (-), and those that only the proposal has (+); empty when none."""
    old, new = list(_lines(now)), list(_lines(proposed))
    # case counts neither in headings nor in values
    have, want = ({line.casefold() for line in lines} for lines in (old, new))
    changed = [(line, "-") for line in old if line.casefold() not in want]
    changed += [(line, "+") for line in new if line.casefold() not in have]
    places = {line.split(" = ")[0]: n for n, line in enumerate([*old, *new])}
    changed.sort(key=lambda c: (places[c[0].split(" = ")[0]], c[1] == "+"))
    return "\n".join(f"{sign} {line}" for line, sign in changed)


def _lines(mapping: Mapping) -> Iterator[str]:
    """Each thing that a mapping says about how its rows are read, one a line."""
    yield f"grain = {quoted(mapping.grain)}"
    for name, values in (("datetime", mapping.datetime), ("null", mapping.null), ("sheet", mapping.sheets)):
        for value in values:
            yield f"{name} = {quoted(value)}"
    for name, source in mapping.columns.items():
        yield f"columns.{name} = {_source(source)}"
    for name, mark in mapping.split.items():
        yield f"split.{name} = {quoted(mark)}"
    for name, codes in mapping.codes.items():
        yield from (f"codes.{name}.{key(pattern)} = {quoted(code)}" for pattern, code in codes.pairs)
    if mapping.unpivot:
        yield f"unpivot.unit = {quoted(mapping.unpivot.unit)}"
        for name, source in mapping.unpivot.columns.items():
            yield f"unpivot.{name} = {_source(source)}"


def _source(source: Source) -> str:
    if source.constant is not None:
        return f"{{ value = {quoted(source.constant)} }}"
    return listed([" or ".join(part) for part in source.parts])
