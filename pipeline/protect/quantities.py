"""What is counted, derived from the metrics' declarations: which counts are the same, contain each other, or need
protection.

An attacker reads the same declarations, so the relations that follow from them are part of what is published.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Literal

from pipeline.program.model import Metric
from pipeline.protect.conditions import conjuncts, known, negated, plain

#: How counts of parts and of a whole belong together. `sum`: whole = sum of parts. `union` (people): each part <=
#: whole <= sum of
#: parts. `latest` (only a person's last row counts): whole <= sum of parts, and no more.
Structure = Literal["sum", "union", "latest"]
Form = Literal["count", "rate", "pair", "sample", "free"]
Expression = tuple[tuple[str, int], ...]  # (quantity, coefficient)

_PERSON_TABLES = frozenset({"encounters", "encounters_linked", "referrals", "places", "reconciliation"})
_NOT_PEOPLE_TABLES = frozenset({"shifts", "trainings"})
_SAME_ROWS = {"encounters_linked": "encounters"}
_TEAM = re.compile(r"\b(co_response|encounters?|team\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declared:
    """The part of a metric's declaration that says what is counted. It is public, and stands in each ledger entry."""

    id: str
    kind: str
    over: str
    unit: str
    numerator: str | None = None
    denominator: str | None = None
    measure: str | None = None
    last_by: str | None = None
    time: str | None = None
    residents: tuple[str, ...] = ()  # per_1000: agencies with a population, which alone are counted
    additive: bool = True  # false: distinct things were seen to straddle months, so parts need not add up

    @classmethod
    def of(cls, metric: Metric, residents: tuple[str, ...] = (), *, additive: bool = True) -> Declared:
        """The declaration of `metric` as disclosure control reads it."""
        return cls(
            metric.id,
            metric.kind,
            metric.over,
            metric.unit,
            metric.numerator,
            metric.denominator,
            metric.measure,
            metric.last_by,
            metric.time,
            residents if metric.kind == "per_1000" else (),
            additive,
        )

    def to_json(self) -> str:
        """One line of text, the same for the same declaration."""
        return json.dumps({k: v for k, v in asdict(self).items() if v not in (None, True, ())}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Declared:
        """The declaration that `to_json` wrote."""
        fields = json.loads(text)
        return cls(**{**fields, "residents": tuple(fields.get("residents", ()))})


@dataclass(frozen=True, slots=True)
class Shape:
    """How the printed numbers of one metric are made of quantities.

    `count`: parts (n). `rate`: parts (numerator, denominator - numerator). `pair`: parts (numerator, denominator),
    a ratio of two
    counts neither of which contains the other. `sample` (median, p90, survival): parts (n). `free`: nothing is
    protected.
    """

    metric: str
    form: Form
    parts: tuple[str, ...] = ()
    guarded: tuple[bool, ...] = ()  # per part: is a small count of it protected

    @property
    def whole(self) -> Expression:
        """The count itself, or the denominator of a rate."""
        return ((self.parts[1], 1),) if self.form == "pair" else tuple((p, 1) for p in self.parts)

    @property
    def first(self) -> Expression:
        """The count itself, or the numerator of a rate."""
        return ((self.parts[0], 1),)

    @property
    def rest(self) -> Expression:
        """Denominator - numerator of a rate."""
        return ((self.parts[1], 1),)

    @property
    def protected(self) -> tuple[Expression, ...]:
        """Rule 2: the counts of this metric whose values from 1 to `suppress_below` - 1 nobody may learn."""
        single = tuple(((p, 1),) for p, guarded in zip(self.parts, self.guarded, strict=True) if guarded)
        return (*single, self.whole) if self.form == "rate" and all(self.guarded) else single


@dataclass(frozen=True, slots=True)
class Contained:
    """The rows of `part` are among those of `whole`, in every agency and month; `same`: they are the same rows."""

    part: Expression
    whole: Expression
    same: bool


@dataclass(frozen=True)
class Quantities:
    """All shapes and what is known of their counts by definition."""

    shapes: dict[Declared, Shape]
    structure: dict[str, Structure]
    contained: tuple[Contained, ...]
    people_of: tuple[tuple[str, str], ...]  # people <= encounters of the same condition
    out_of: tuple[tuple[str, str], ...]  # people with a narrower condition <= people with a wider one


RowSet = tuple[str, frozenset[str]]  # (table and clock, conditions)


def derive(declared: Iterable[Declared]) -> Quantities:
    """Shapes and relations of these metrics; worked out once for the same declarations."""
    return _derive(tuple(declared))


@lru_cache(maxsize=32)
def _derive(declared: tuple[Declared, ...]) -> Quantities:
    """Shapes and relations of all metrics (rules 2 and 3 of spec 3, "Disclosure control")."""
    shapes: dict[Declared, Shape] = {}
    structure: dict[str, Structure] = {}
    rows: dict[Expression, RowSet] = {}
    people: dict[str, RowSet] = {}
    for d in declared:
        shape, kind, sets = _shape(d)
        shapes[d] = shape
        for name in shape.parts:  # what was once seen not to add up is never taken to add up
            structure[name] = kind if structure.get(name, "sum") == "sum" else structure[name]
        if d.kind == "people":
            people[shape.parts[0]] = sets[shape.whole]
        else:
            rows.update(sets)
    rows = {e: r for e, r in rows.items() if structure[e[0][0]] == "sum"}
    counted = {e: r for e, r in rows.items() if not e[0][0].startswith("distinct")}
    same = tuple((p, e[0][0]) for p, r in people.items() for e, s in counted.items() if r == s and len(e) == 1)
    return Quantities(shapes, structure, _contained(rows, counted), same, _out_of(people))


def _key(prefix: str, rows: RowSet) -> str:
    return "|".join((prefix, rows[0], *sorted(rows[1])))


_Shaped = tuple[Shape, Structure, dict[Expression, RowSet]]


def _shape(d: Declared) -> _Shaped:
    if d.over in _NOT_PEOPLE_TABLES:
        return Shape(d.id, "free"), "sum", {}
    base = f"{_SAME_ROWS.get(d.over, d.over)}:{d.time or ''}"
    if d.kind == "rate":
        return _rate(d, base)
    if d.kind == "share_of_sum":
        return _shares(d)
    form: Form = "sample" if d.kind in ("median", "p90", "survival") else "count"
    rows: RowSet = (base, plain(conjuncts(d.numerator) | conjuncts(d.denominator)))
    prefix = "people" if d.kind == "people" else "rows"
    if form == "sample":
        rows = (base, plain(rows[1] | known(d.measure or "person_key")))
    elif d.measure:
        what = {"count": "sum of", "people": "people"}.get(d.kind, "distinct")
        prefix = f"{what} {' '.join(d.measure.split())}"
    if d.last_by and d.kind != "people":
        prefix = f"last by {d.last_by} {d.id}"
    name = _key(prefix, rows)
    union = d.kind == "people" or not d.additive or bool(d.last_by)
    shape = Shape(d.id, form, (name,), (d.kind == "people" or _guarded(d.over, rows[1]),))
    same_rows = prefix in ("people", "rows") or prefix.startswith("distinct")
    return shape, "union" if union else "sum", {shape.whole: rows} if same_rows else {}


def _rate(d: Declared, base: str) -> _Shaped:
    over, wanted = conjuncts(d.denominator), conjuncts(d.numerator)
    one = " and ".join(sorted(wanted - over))  # several conditions: false by one of them, another may be unknown
    clear = frozenset({f"known({one})"}) if len(wanted - over) > 1 else frozenset().union(*(known(c) for c in wanted))
    hit: RowSet = (base, plain(over | wanted))
    miss: RowSet = (base, plain(over | {negated(wanted - over)} | clear) if wanted - over else frozenset({"false"}))
    prefix = f"last by {d.last_by} {d.id}" if d.last_by else "rows"
    names = (_key(prefix, hit), _key(prefix, miss))
    shape = Shape(d.id, "rate", names, (_guarded(d.over, hit[1]), _guarded(d.over, over)))
    sets = {((names[0], 1),): hit, ((names[1], 1),): miss, shape.whole: (base, plain(over | clear))}
    return shape, "latest" if d.last_by or not d.additive else "sum", {} if d.last_by else sets


def _shares(d: Declared) -> _Shaped:
    """A ratio of two sums. Minutes are not protected; sums of anything else are treated as two counts of their
    own."""
    if "minutes" in (d.unit, d.measure):
        return Shape(d.id, "free"), "sum", {}
    names = (f"sum {d.id} numerator", f"sum {d.id} denominator")
    return Shape(d.id, "pair", names, (True, True)), "sum" if d.additive else "latest", {}


def _guarded(table: str, condition: frozenset[str]) -> bool:
    """Counts over calls need protection only where a team (or an encounter) selects them; all else is about people
    met."""
    if table in _PERSON_TABLES:
        return True
    return any(_TEAM.search(c) and not c.startswith(("not ", "not(", "known(")) for c in condition)


def _contained(smaller: Mapping[Expression, RowSet], larger: Mapping[Expression, RowSet]) -> tuple[Contained, ...]:
    """Pairs of counts of which the first is part of the second by its conditions; those that follow from others
    left out."""
    pairs = {(e, f) for e, r in smaller.items() for f, s in larger.items() if not set(e) <= set(f) and _part_of(r, s)}
    return tuple(
        Contained(e, f, smaller[e] == larger[f])
        for e, f in sorted(pairs)
        if not any((set(e) < set(g) and h == f) or (g == e and set(h) < set(f)) for g, h in pairs)
    )


def _part_of(rows: RowSet, wider: RowSet) -> bool:
    """True when every row of `rows` is one of `wider`; a row that meets a simple condition has its columns known."""
    clear = frozenset().union(*(known(c) for c in rows[1]))
    return rows[0] == wider[0] and wider[1] <= rows[1] | clear


def _out_of(people: Mapping[str, RowSet]) -> tuple[tuple[str, str], ...]:
    return tuple((p, q) for p, r in people.items() for q, s in people.items() if p != q and _part_of(r, s) and r != s)
