"""A made-up co-responder program: rows of encounters drawn from a seeded generator, and its true figures counted
with numpy.

Shares follow what was measured on real reports: 16 % of encounters arrest-likely, 97.5 % of these diverted, 7 %
transported, 27 % referred.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np

from pipeline.measure.figure import Figure, Status
from pipeline.program.model import Agency, Branding, Metric, Privacy, Program
from pipeline.protect.calendar import Calendar, Span, add_months, month_of
from pipeline.protect.counts import Request
from pipeline.protect.edition import Protected, protect
from pipeline.protect.ledger import Ledger
from pipeline.protect.plan import Asked
from pipeline.protect.rules import Rules

KEY = b"made-up key"
FLAGS = ("likely", "arrested", "transported", "referred", "known", "stable", "force")


def _metric(name: str, kind: str, numerator: str, denominator: str | None = None, last_by: str | None = None) -> Metric:
    unit = "people" if kind == "people" else "fraction" if kind == "rate" else "encounters"
    return Metric(
        name, name, name, "encounters", kind, unit, numerator=numerator, denominator=denominator, last_by=last_by
    )


METRICS = {
    m.id: m
    for m in (
        _metric("calls_responded", "count", "kind = 'call'"),
        _metric("people_diverted", "people", "likely AND NOT arrested"),
        _metric("people_transported", "people", "transported"),
        _metric("people_referred", "people", "referred"),
        _metric("diversion_rate", "rate", "NOT arrested", "likely"),
        _metric("stable_rate", "rate", "stable", "known", last_by="person_key"),
        _metric("people_met", "people", "true"),
        _metric("encounters", "count", "true"),
        _metric("diversion_loose", "rate", "NOT arrested", "arrested IS NOT NULL"),
        _metric("force_rate", "rate", "force", "force IS NOT NULL"),
        Metric(
            "time_median", "time_median", "", "encounters", "median", "minutes", denominator="known", measure="minutes"
        ),
    )
}


@dataclass
class Rows:
    """Encounters: agency number, month number, person, and one array per flag."""

    agency: np.ndarray
    month: np.ndarray
    person: np.ndarray
    flags: dict[str, np.ndarray]

    def take(self, keep: np.ndarray) -> Rows:
        return Rows(self.agency[keep], self.month[keep], self.person[keep], {k: v[keep] for k, v in self.flags.items()})

    def plus(self, other: Rows) -> Rows:
        def join(a: np.ndarray, b: np.ndarray) -> np.ndarray:
            return np.concatenate([a, b])

        flags = {k: join(v, other.flags[k]) for k, v in self.flags.items()}
        return Rows(
            join(self.agency, other.agency), join(self.month, other.month), join(self.person, other.person), flags
        )


def draw(
    seed: int,
    months: int,
    a_month: float = 147,
    shares: Sequence[float] = (0.45, 0.28, 0.17, 0.10),
    known: float = 0.2,
    arrests: float = 0.025,
) -> Rows:
    """Encounters of a program with one agency per share. A month stays the same when more months are drawn."""
    found = [_month(np.random.default_rng([seed, m]), m, a_month, shares, known, arrests) for m in range(months)]
    rows = found[0]
    for more in found[1:]:
        rows = rows.plus(more)
    return rows


def _month(
    rng: np.random.Generator, month: int, a_month: float, shares: Sequence[float], known: float, arrests: float
) -> Rows:
    n = int(rng.poisson(a_month * (1 + 0.15 * np.sin(month * np.pi / 6))))
    again = rng.random(n) < 0.25  # met before, or elsewhere
    person = np.where(
        again, rng.integers(0, max(1, int(a_month) * (month + 1) // 4), n), 10**6 + month * 10**5 + np.arange(n)
    )
    likely = rng.random(n) < 0.16
    flags = {
        "likely": likely,
        "arrested": (rng.random(n) < arrests) & likely,
        "transported": rng.random(n) < 0.07,
        "referred": rng.random(n) < 0.27,
        "known": rng.random(n) < known,
        "stable": rng.random(n) < 0.8,
        "force": rng.random(n) < 0.01,
    }
    return Rows(rng.choice(len(shares), n, p=np.array(shares) / sum(shares)), np.full(n, month), person, flags)


@dataclass
class Simulated:
    """True figures of `rows`. `metrics` are ids of METRICS."""

    rows: Rows
    agencies: tuple[str, ...]
    first: date
    metrics: dict[str, Metric] = field(default_factory=lambda: dict(METRICS))
    _cache: dict[tuple[str, Span, str], Figure] = field(default_factory=dict)

    def prepare(self, wanted: Iterable[Request]) -> None:
        """Nothing to do: counting is quick."""

    def _number(self, day: date) -> int:
        return (day.year - self.first.year) * 12 + day.month - self.first.month

    def figure(self, metric: str, span: Span, agency: str) -> Figure:
        key = (metric, span, agency)
        if key not in self._cache:
            keep = (self.rows.month >= self._number(span.start)) & (self.rows.month <= self._number(span.end))
            if agency != "all":
                keep &= self.rows.agency == self.agencies.index(agency)
            self._cache[key] = self._figure(metric, span, agency, self.rows.take(keep))
        return self._cache[key]

    def _figure(self, metric: str, span: Span, agency: str, rows: Rows) -> Figure:
        if metric == "time_median":
            known = float(rows.flags["known"].sum())
            return Figure(
                metric,
                "",
                "minutes",
                "",
                span.start,
                span.end,
                agency,
                None,
                None,
                None,
                known,
                20.0 if known else None,
                None,
                None,
                0,
                "published" if known else "no_data",
            )
        n, d = count(metric, rows)
        declared = self.metrics[metric]
        value = float(n) if d is None else n / d if d else None
        status: Status = "no_data" if d == 0 else "published"
        return Figure(
            metric,
            declared.title,
            declared.unit,
            f"{span.start}..{span.end}",
            span.start,
            span.end,
            agency,
            None,
            None,
            float(n),
            None if d is None else float(d),
            value,
            None,
            None,
            0,
            status,
        )

    def breakdown(self, metric: str, group: str, span: Span) -> Sequence[Figure]:
        """A person's gender is a made-up function of the person; other groups are not kept."""
        if group != "gender":
            return []
        keep = (self.rows.month >= self._number(span.start)) & (self.rows.month <= self._number(span.end))
        rows = self.rows.take(keep)
        kind = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 3])[rows.person % 10]
        found = []
        for i, category in enumerate(("female", "male", "nonbinary", "unknown")):
            figure = self._figure(metric, span, "all", rows.take(kind == i))
            found.append(replace(figure, group=group, category=category))
        return found

    def fingerprints(self) -> dict[tuple[str, date], str]:
        r = self.rows
        found: dict[tuple[str, date], str] = {}
        columns = np.column_stack([r.agency, r.month, r.person, *(r.flags[f].astype(int) for f in FLAGS)])
        for key in np.unique(columns[:, :2], axis=0):
            mine = columns[(columns[:, :2] == key).all(axis=1)]
            mine = mine[np.lexsort(mine.T)]
            found[self.agencies[key[0]], add_months(self.first, int(key[1]))] = hashlib.sha256(
                mine.tobytes()
            ).hexdigest()
        return found


def count(metric: str, rows: Rows) -> tuple[int, int | None]:
    """Numerator and denominator of a metric over rows."""
    f = rows.flags
    people = {
        "people_diverted": f["likely"] & ~f["arrested"],
        "people_transported": f["transported"],
        "people_referred": f["referred"],
        "people_met": np.ones(len(rows.month), bool),
    }
    if metric in people:
        return len(np.unique(rows.person[people[metric]])), None
    if metric in ("calls_responded", "encounters"):
        return len(rows.month), None
    if metric == "follow_up":
        return int(f["followed"].sum()), len(rows.month)
    if metric == "stable_rate":
        known = np.flatnonzero(f["known"])
        last = dict(zip(rows.person[known], known, strict=True))  # rows lie in order of time
        return sum(bool(f["stable"][i]) for i in last.values()), len(last)
    hit, over = {
        "diversion_rate": (~f["arrested"], f["likely"]),
        "diversion_loose": (~f["arrested"], np.ones(len(rows.month), bool)),
        "force_rate": (f["force"], np.ones(len(rows.month), bool)),
    }[metric]
    return int((hit & over).sum()), int(over.sum())


def program(
    folder: Path,
    agencies: Sequence[str],
    metrics: Iterable[str] = METRICS,
    suppress_below: int = 11,
    began: date = date(2022, 7, 1),
    fiscal_year_starts: int = 7,
) -> Program:
    """A program without extracts: disclosure control asks it for agencies, metrics, calendar and threshold only."""
    return Program(
        folder,
        "Made up",
        "Made up",
        "America/Chicago",
        fiscal_year_starts,
        began,
        "",
        Privacy(suppress_below),
        Branding(),
        tuple(Agency(a, a) for a in agencies),
        (),
        (),
        {m: METRICS[m] for m in metrics},
    )


def asked(month: date) -> Asked:
    return Asked(f"{month:%Y-%m}", month_of(month))


def build(
    folder: Path,
    counts: Simulated,
    what: Asked,
    *,
    settings: Program | None = None,
    rules: Rules | None = None,
    inputs: str = "",
) -> Protected:
    """One edition: protect, then append to the ledger."""
    ledger = Ledger.read(folder)
    settings = settings or program(folder, counts.agencies, counts.metrics)
    name = f"{what.period.replace('..', '_to_')}_{len(ledger.entries) + 1:08x}"
    done = protect(
        settings,
        counts,
        ledger,
        asked=what,
        edition=name,
        inputs=inputs or name,
        fingerprints=counts.fingerprints(),
        key=KEY,
        rules=rules,
    )
    ledger.append(done.entry)
    return done


def until(rows: Rows, month: int) -> Rows:
    """Rows up to a month (inclusive): what is known when that month's edition is built."""
    return rows.take(rows.month <= month)


CALENDAR = Calendar(date(2022, 7, 1), 7)
