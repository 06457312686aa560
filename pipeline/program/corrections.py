"""corrections.toml: known faults of extracts, each judged against the table of the mapping that reads the extract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pipeline.errors import UserError
from pipeline.program.globs import matches
from pipeline.program.mistakes import Declared, Key, Mistakes, suggest
from pipeline.program.model import Agency, Correction, Mapping
from pipeline.program.paths import check_relative
from pipeline.program.shapes import CorrectionIn, fit, plain_text
from pipeline.program.sources import BOOL_WORDS, is_number
from pipeline.program.sql import check_sql
from pipeline.program.tables import Target, canonical_types, targets

_ACTIONS = ("shift", "set", "exclude")
_SPARE = {"reason": "-", "expect": 0, "where": "true", "extract": "-"}


def read_corrections(
    declared: Declared, mappings: Sequence[Mapping], agencies: tuple[Agency, ...], mistakes: Mistakes
) -> tuple[Correction, ...]:
    """The corrections in the order of the file, in which they are applied."""
    for name in declared.data:
        if name != "correction":
            mistakes.add(f"unknown key `{name}`", declared, (name,), suggest(name, ("correction",)))
    listed = declared.data.get("correction", [])
    if not isinstance(listed, list):
        what, hint = "`correction` must be a list", "Write `[[correction]]` with two brackets."
        mistakes.add(what, declared, ("correction",), hint)
        return ()
    ids = tuple(a.id for a in agencies)
    found: list[Correction] = []
    for number, data in enumerate(listed):
        judge = _Judge(declared, ("correction", number), mappings, ids, mistakes)
        correction = judge.read(data)
        if correction is None:
            continue
        if any(_same(correction, other) for other in found):
            mistakes.add("this correction stands twice; it would be applied twice", declared, ("correction", number))
        found.append(correction)
    return tuple(found)


def _same(one: Correction, other: Correction) -> bool:
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("extract", "where", "shift_columns", "shift_minutes", "set", "exclude")
    )


class _Judge:
    """Judges one [[correction]]."""

    def __init__(
        self, declared: Declared, key: Key, mappings: Sequence[Mapping], agencies: tuple[str, ...], mistakes: Mistakes
    ) -> None:
        self.declared, self.key, self.mistakes = declared, key, mistakes
        self.mappings, self.agencies = mappings, agencies

    def note(self, what: str, *key: str | int, hint: str = "") -> None:
        self.mistakes.add(what, self.declared, (*self.key, *key), hint)

    def read(self, data: Any) -> Correction | None:
        shape = fit(CorrectionIn, data, self.declared, self.key, self.mistakes, _SPARE)
        if shape is None:
            return None
        self._one_action(data)
        mapping = self._mapping(shape.extract) if "extract" in data else None
        values: dict[str, str] = {}
        if mapping is not None:
            self._where(shape.where, mapping)
            self._shift(shape, mapping)
            values = self._set(shape.set or {}, mapping)
        if shape.set == {}:
            self.note("`set` is empty", "set", hint='For example set = { disposition = "other" }.')
        if shape.shift is not None and shape.shift.minutes == 0:
            self.note("a shift of 0 minutes changes nothing", "shift", "minutes")
        return Correction(
            extract=shape.extract,
            reason=shape.reason,
            where=shape.where,
            expect=shape.expect,
            shift_columns=tuple(shape.shift.columns) if shape.shift else (),
            shift_minutes=shape.shift.minutes if shape.shift else 0,
            set=values,
            exclude=bool(shape.exclude),
        )

    def _one_action(self, data: dict[str, Any]) -> None:
        given = [a for a in _ACTIONS if data.get(a) not in (None, False)]
        if not given:
            hint = 'For example shift = { columns = ["received_at"], minutes = -60 }, or exclude = true.'
            self.note("none of `shift`, `set` and `exclude` is given", hint=hint)
        elif len(given) > 1:
            self.note(f"both `{given[0]}` and `{given[1]}`", hint="Write one [[correction]] for each.")

    def _mapping(self, extract: str) -> Mapping | None:
        """The mapping that reads the extract; a correction that no mapping's files can match would never apply."""
        try:
            check_relative(extract)
        except UserError as problem:
            self.note(problem.what, "extract", hint=problem.hint)
            return None
        found = next((m for m in self.mappings if matches(m.files, extract)), None)
        if found is None:
            hint = "It is the file's path below raw/, one file, no glob. " + suggest(
                extract, [m.files for m in self.mappings]
            )
            self.note(f"no mapping reads `{extract}`", "extract", hint=hint.strip())
        return found

    def _where(self, where: str, mapping: Mapping) -> None:
        try:
            types = canonical_types(mapping.table, mapping.grain)
            codes = {n: t.codes for n, t in targets(mapping.table, mapping.grain).items() if t.codes}
            check_sql(where, mapping.table, "bool", types, codes)
        except UserError as problem:
            self.note(problem.what, "where", hint=problem.hint)

    def _target(self, name: str, mapping: Mapping, *key: str | int) -> Target | None:
        """A canonical column that a correction may change."""
        valid = targets(mapping.table, mapping.grain)
        changeable = [t for t in valid if t not in ("person", "address", "referrals")]
        if name not in changeable:
            what = f"the table {mapping.table} has no column `{name}`"
            if name in valid or name in ("person_key", "place_key", "source_row", "extract"):
                what = f"`{name}` cannot be corrected"
            self.note(what, *key, hint=suggest(name, changeable))
            return None
        return valid[name]

    def _shift(self, shape: CorrectionIn, mapping: Mapping) -> None:
        for number, name in enumerate(shape.shift.columns if shape.shift else []):
            target = self._target(name, mapping, "shift", "columns", number)
            if target is not None and target.kind != "timestamp":
                self.note(f"`{name}` is no time", "shift", "columns", number)

    def _set(self, values: dict[str, Any], mapping: Mapping) -> dict[str, str]:
        found = {}
        for name, value in values.items():
            target = self._target(name, mapping, "set", name)
            if target is not None:
                text = self._value(value, name, target)
                found.update({name: text} if text is not None else {})
        return found

    def _value(self, value: Any, name: str, target: Target) -> str | None:
        """The value as canonical text, or None when the column cannot take it (the mistake is noted)."""
        if isinstance(value, (dict, list)):
            self.note(f"`{name}` takes one value", "set", name)
            return None
        text = plain_text(value).strip()
        if not text and not target.required and name not in ("agency", "kind", "encounter"):
            return text  # the value becomes unknown
        codes = self.agencies if name == "agency" else target.codes
        if target.kind == "bool" and (found := BOOL_WORDS.get(text.casefold())):
            return found
        if target.kind == "bool" or ((codes or name == "agency") and text not in codes):
            self.note(f"`{text}` is no code of `{name}`", "set", name, hint=suggest(text, codes or ("true", "false")))
            return None
        if not text or not _fits(text, target.kind):
            hint = "Write times like 2023-11-05 02:00:00." if target.kind in ("timestamp", "date") else ""
            self.note(f"`{text}` is no value for `{name}`", "set", name, hint=hint)
            return None
        return text


def _fits(text: str, kind: str) -> bool:
    if kind in ("number", "integer"):
        return is_number(text, whole=kind == "integer")
    if kind in ("timestamp", "date"):
        try:
            return dt.datetime.fromisoformat(text).tzinfo is None
        except ValueError:
            return False
    return True
