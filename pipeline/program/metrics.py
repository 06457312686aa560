"""metrics.toml: metrics of the program's own and changes to the shipped ones, judged before any data is read."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from string import Formatter
from typing import Any

from pipeline.errors import UserError
from pipeline.program.mistakes import Declared, Mistakes, nearest, suggest
from pipeline.program.model import Metric

#: Kind -> (keys it needs, keys it takes besides the conditions and the words).
KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "count": ((), ("measure",)),
    "distinct": (("measure",), ()),
    "people": ((), ("measure",)),
    "rate": (("numerator", "denominator"), ()),
    # without `measure`, numerator and denominator are themselves the numbers that are summed
    "share_of_sum": (("numerator",), ("measure",)),
    "median": (("measure",), ()),
    "p90": (("measure",), ()),
    "survival": (("event", "within_days"), ()),
    "per_1000": ((), ("measure",)),
}
UNITS = ("calls", "people", "encounters", "referrals", "fraction", "minutes", "days", "per_1000")
DIRECTIONS = ("higher", "lower", "neither")
CONDITIONS = ("numerator", "denominator", "event")
#: Keys that only some kinds use; elsewhere they would be read as a promise that nothing keeps.
_SPECIAL = ("measure", "event", "within_days")
#: What a sentence may name: the columns of the figures table, and the value of a rate as a percentage.
SENTENCE_FIELDS = (
    "metric",
    "title",
    "unit",
    "period",
    "period_start",
    "period_end",
    "agency",
    "group",
    "category",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "unknown",
    "status",
    "edition",
    "percent",
)

_REQUIRED = ("title", "definition", "over", "kind", "unit")
_ID = re.compile(r"[a-z][a-z0-9_]{0,62}")


@lru_cache(maxsize=1)
def shipped_metrics() -> Declared:
    """The metrics that come with Outcomes. A test holds them to the same rules, not each start."""
    source = files("pipeline") / "measure" / "metrics.toml"
    text = source.read_text(encoding="utf-8") if source.is_file() else ""
    return Declared("metrics.toml (shipped)", text, tomllib.loads(text))


def read_metrics(own: Declared | None, shipped: Declared, mistakes: Mistakes) -> dict[str, Metric]:
    """Shipped metrics in their order, changed where the program changes them, then the program's own."""
    metrics = {name: Metric(id=name, **data) for name, data in shipped.data.items()}
    for name, data in (own.data if own else {}).items():
        assert own is not None  # noqa: S101 - for the type checker
        if name not in shipped.data and _is_misspelt(name, data, shipped, own, mistakes):
            continue
        metric = _judge(name, data, shipped.data.get(name, {}), own, mistakes)
        if metric is not None:
            metrics[name] = metric
    return metrics


def _is_misspelt(name: str, data: Any, shipped: Declared, declared: Declared, mistakes: Mistakes) -> bool:
    """A table that gives little and has nearly the id of a shipped metric was meant to change that one."""
    missing = [k for k in _REQUIRED if isinstance(data, dict) and k not in data]
    near = nearest(name, shipped.data) if len(missing) > 1 else None
    if near is None:
        return False
    what = f"there is no metric `{name}`, and a new one needs {', '.join(f'`{k}`' for k in missing)} too"
    mistakes.add(what, declared, (name,), f"Did you mean to change `{near}`?")
    return True


def _judge(name: str, data: Any, base: dict[str, Any], declared: Declared, mistakes: Mistakes) -> Metric | None:
    """One metric of the program; a change gives only the keys that it changes."""
    from pipeline.program.shapes import MetricIn, fit

    if not isinstance(data, dict):
        hint = suggest(name, MetricIn.model_fields, many=0) or "Write `[metric_id]` above its keys."
        mistakes.add(f"`{name}` stands outside of a metric", declared, (name,), hint)
        return None
    if not _ID.fullmatch(name):
        hint = "An id has lower-case letters, digits and `_`, and begins with a letter."
        mistakes.add(f"`{name}` is no metric id", declared, (name,), hint)
    merged = {**_kept(base, data), **data}
    found = fit(
        MetricIn, merged, declared, (name,), mistakes, dict.fromkeys(("title", "definition", "unit", "kind"), "-")
    )
    if found is None:
        return None
    metric = Metric(id=name, own=True, **found.model_dump())
    _MetricJudge(metric, data, declared, mistakes).judge()
    return metric


def _kept(base: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """What stays of the shipped metric: with another kind, only what that kind uses."""
    kind = data.get("kind", base.get("kind"))
    if kind == base.get("kind") or not isinstance(kind, str) or kind not in KINDS:
        return base
    uses = KINDS[kind][0] + KINDS[kind][1]
    return {k: v for k, v in base.items() if k not in _SPECIAL or k in uses}


class _MetricJudge:
    """Judges what the shape of a metric cannot: words of lists, conditions, the sentence."""

    def __init__(self, metric: Metric, given: dict[str, Any], declared: Declared, mistakes: Mistakes) -> None:
        self.metric, self.given, self.declared, self.mistakes = metric, given, declared, mistakes

    def note(self, what: str, key: str, hint: str = "") -> None:
        place = (self.metric.id, key) if key in self.given or key == "kind" else (self.metric.id,)
        self.mistakes.add(what, self.declared, place, hint)

    def judge(self) -> None:
        self._words()
        self._keys_of_kind()
        self._sql()
        if self.metric.sentence:
            self._sentence()

    def _words(self) -> None:
        for key, valid in (("kind", tuple(KINDS)), ("unit", UNITS), ("direction", DIRECTIONS)):
            value = getattr(self.metric, key)
            if value not in valid and value != "-":
                self.note(f"`{value}` is no {key}", key, suggest(value, valid))

    def _keys_of_kind(self) -> None:
        if self.metric.kind not in KINDS:
            return
        needs, takes = KINDS[self.metric.kind]
        for key in needs:
            if getattr(self.metric, key) is None and key not in self.given:
                self.note(f"the kind `{self.metric.kind}` needs the key `{key}`", key)
        for key in _SPECIAL:
            if key in self.given and key not in needs + takes:
                self.note(f"the kind `{self.metric.kind}` makes no use of `{key}`", key, "Leave it out.")

    def _sql(self) -> None:
        from pipeline.program.sql import check_sql, relation_columns

        try:
            columns = relation_columns(self.metric.over)
        except UserError as problem:
            self.note(problem.what, "over", problem.hint)
            return
        for key in (*CONDITIONS, "measure"):
            text = getattr(self.metric, key)
            if text is None:
                continue
            want = self._wanted(key)
            try:
                check_sql(text, self.metric.over, want, columns)
            except UserError as problem:
                self.note(problem.what, key, problem.hint)
        self._columns(columns)

    def _wanted(self, key: str) -> Any:
        if key in CONDITIONS:
            summed = self.metric.kind == "share_of_sum" and self.metric.measure is None
            return "number" if summed else "bool"
        return "any" if self.metric.kind in ("distinct", "people", "per_1000") else "number"

    def _columns(self, columns: dict[str, str]) -> None:
        """`time` and `last_by` are columns, not expressions."""
        times = [name for name, kind in columns.items() if kind in ("TIMESTAMP", "DATE")]
        if self.metric.time is not None and self.metric.time not in times:
            self.note(
                f"`{self.metric.time}` is no time of `{self.metric.over}`", "time", suggest(self.metric.time, times)
            )
        if self.metric.last_by is not None and self.metric.last_by not in columns:
            what = f"`{self.metric.over}` has no column `{self.metric.last_by}`"
            self.note(what, "last_by", suggest(self.metric.last_by, columns))

    def _sentence(self) -> None:
        """Only `{name}`: no attribute, index, conversion or format, which could reach beyond the figure."""
        try:
            fields = [part[1:] for part in Formatter().parse(self.metric.sentence) if part[1] is not None]
        except ValueError:
            self.note("a brace of the sentence has no partner", "sentence")
            return
        if "{{" in self.metric.sentence or "}}" in self.metric.sentence:
            self.note("a sentence takes plain `{name}` fields; doubled braces are not allowed", "sentence")
            return
        for name, form, conversion in fields:
            if form or conversion or (name not in SENTENCE_FIELDS and not re.fullmatch(r"\w+", name or "")):
                piece = "{" + str(name) + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "") + "}"
                self.note(f"`{piece}` is no plain field", "sentence", "Write a name alone, like {percent}.")
            elif name not in SENTENCE_FIELDS:
                self.note(f"a figure has no `{name}`", "sentence", suggest(str(name), SENTENCE_FIELDS))
