"""A program whose every number is made up, by a fixed formula: figures, series and receipts for tests of documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import sqrt
from pathlib import Path

from pipeline.measure.figure import Figure, Figures
from pipeline.measure.series import Series
from pipeline.program.metrics import shipped_metrics
from pipeline.program.model import Agency, Branding, Metric, Privacy, Program
from pipeline.program.period import Period, add_months, month, month_of
from pipeline.program.periods import edition_periods
from pipeline.publish.inputs import Candidate, EditionInputs, Moved, Previous, Sources, ViolationCount
from pipeline.receive.product import Receipt

TOWNS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper", "Larch", "Maple")
BEGAN = date(2022, 7, 1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
GROUPS = {
    "gender": ("female", "male", "nonbinary", "unknown"),
    "race_ethnicity": ("american_indian", "asian", "black", "hispanic", "white", "multiracial", "unknown"),
    "age_band": ("0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+", "unknown"),
    "veteran": ("true", "false", "unknown"),
    "unhoused": ("true", "false", "unknown"),
}


OF_ENCOUNTERS = {
    "kind": {"call": 84, "follow_up": 10, "self_initiated": 3, "referral_in": 1, "phone": 2},
    "weekday": dict(zip(WEEKDAYS, (15, 16, 17, 15, 16, 11, 10), strict=True)),
    "hour": {f"{h:02d}": 1 + 7 * (8 <= h < 20) for h in range(24)},
}


def metrics() -> dict[str, Metric]:
    """The shipped declarations: documents print their words."""
    return {name: Metric(id=name, **data) for name, data in shipped_metrics().data.items()}


def program(names: tuple[str, ...] = (), folder: Path = Path("made-up"), **changes: object) -> Program:
    """A made-up program of the agencies named (default four towns)."""
    given = names or tuple(f"{t} Police Department" for t in TOWNS[:4])
    made = Program(
        folder=folder, name="Made-Up Co-Responder Program", organization="Made-Up County Services",
        timezone="America/Chicago", fiscal_year_starts=7, began=BEGAN, contact="data@example.org", privacy=Privacy(),
        branding=Branding(), agencies=tuple(Agency(f"a{i}", n) for i, n in enumerate(given)), mappings=(),
        corrections=(), metrics=metrics(),
    )  # fmt: skip
    return replace(made, **changes)


def wave(seed: str, i: int, size: float) -> int:
    """A number that goes up and down a little, never random."""
    k = sum(ord(c) for c in seed) + 7 * i
    return max(0, round(size * (1 + 0.17 * ((k * 37 % 19) / 9.5 - 1) + 0.012 * i)))


SIZES = {
    "calls_responded": 130, "people_diverted": 20, "people_transported": 9, "people_referred": 34, "people_met": 110,
    "encounters": 170, "calls_for_service": 5200, "behavioral_health_calls": 300, "referrals_made": 48,
    "personnel_trained": 12, "team_calls": 140, "team_calls_without_log": 8, "log_entries_without_call": 3,
    "arrests_disagree": 1,
}  # fmt: skip
RATES = {
    "diversion_confirmed": (28, 0.955), "diversion_rate": (29, 0.975), "diversion_loose": (170, 0.989),
    "stable_rate": (80, 0.8), "direct_time_share": (42000, 0.84), "coverage": (310, 0.43),
    "resolved_in_community_rate": (165, 0.82), "involuntary_hold_rate": (165, 0.05), "force_rate": (168, 0.0),
    "injury_rate": (168, 0.01), "patrol_released_rate": (140, 0.6), "referral_accepted_rate": (44, 0.72),
    "referral_connected_rate": (32, 0.67), "follow_up_48h": (120, 0.7), "repeat_30_days": (120, 0.14),
    "team_calls_logged_rate": (140, 0.94),
}  # fmt: skip
TIMES = {
    "response_time_median": 8.0, "response_time_p90": 15.2, "dispatch_time_median": 5.7, "on_scene_time_median": 42.4,
    "days_to_connection_median": 6.0,
}  # fmt: skip


def wilson(k: float, n: float) -> tuple[float, float]:
    """The 95 % interval of k of n."""
    z, p = 1.959964, k / n
    middle, half, scale = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)), 1 + z * z / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def figure(metric: Metric, period: Period, agency: str, size: float, i: int, group: tuple = (None, None)) -> Figure:
    """One made-up figure; `size` is the agency's share of the program times the months."""
    base = Figure(
        metric.id, metric.title, metric.unit, period.label, period.start, period.end, agency, *group, None, None, None,
        None, None, 0, "no_data",
    )  # fmt: skip
    if metric.id in SIZES:
        value = float(wave(metric.id + agency, i, SIZES[metric.id] * size))
        return replace(base, numerator=value, value=value, unknown=wave(agency, i, 3), status="published")
    if metric.id in RATES:
        whole, share = RATES[metric.id]
        n = float(wave(metric.id + agency, i, whole * size))
        if n == 0:
            return replace(base, numerator=0.0, denominator=0.0)
        k = float(round(n * min(share + 0.01 * (i % 3 - 1), 1.0))) if share else 0.0
        low, high = wilson(k, n) if metric.kind == "rate" else (None, None)
        return replace(base, numerator=k, denominator=n, value=k / n, low=low, high=high, unknown=2, status="published")
    if metric.id in TIMES:
        value = round(TIMES[metric.id] * (1 + 0.05 * ((i * 7) % 5 - 2) / 2), 1)
        of = float(wave(metric.id + agency, i, 140 * size))
        return replace(
            base, denominator=of, value=value, low=value * 0.9, high=value * 1.1, unknown=4, status="published"
        )
    return base


def series(metric: Metric, values: list[float | None], months: list[str], agency: str = "all") -> Series:
    """A series with XmR limits and a plain sentence; a rise is made by values above the mean for seven months."""
    known = [v for v in values if v is not None]
    count = len(known)
    if count < 6:
        return Series(
            metric.id, agency, tuple(months), tuple(values), None, None, None, False, (),
            "too_few" if count else "no_data", "Too few months for a usual range.",
        )  # fmt: skip
    mean = sum(known) / count
    moving = sum(abs(a - b) for a, b in pairwise(known)) / (count - 1)
    top = mean + 2.66 * moving
    lower, upper = max(0.0, mean - 2.66 * moving), min(1.0, top) if metric.unit == "fraction" else top
    last = known[-7:]
    rising = len(last) == 7 and all(v > mean for v in last)
    signals = tuple(range(len(values) - 7, len(values))) if rising else ()
    verdict = (
        ("better" if metric.direction == "higher" else "worse" if metric.direction == "lower" else "rise")
        if rising
        else "usual"
    )
    word = {"better": "improvement", "worse": "worsening", "rise": "rise"}.get(verdict, "")
    sentence = (
        f"A real {word}. Seven months in a row above the mean."
        if rising
        else "No change. The last month is within the usual range."
    )
    return Series(
        metric.id, agency, tuple(months), tuple(values), mean, lower, upper, count < 12, signals,
        verdict, sentence,
    )  # fmt: skip


FOLLOWED = (
    "calls_responded", "people_diverted", "people_transported", "people_referred", "diversion_rate", "stable_rate",
    "direct_time_share", "response_time_median", "coverage", "repeat_30_days",
)  # fmt: skip


def all_series(declared: dict[str, Metric], months: int, last: date, empty: bool) -> tuple[Series, ...]:
    """Series of the followed metrics over so many months up to the one that holds `last`."""
    names = [month_of(add_months(last.replace(day=1), k - months + 1)).label for k in range(months)]
    made = []
    for m in FOLLOWED:
        values: list[float | None] = []
        for i, label in enumerate(names):
            at = month(int(label[:4]), int(label[5:]))
            value = figure(declared[m], at, "all", 1.0, i).value
            values.append(None if empty else value)
        if m == "calls_responded" and months > 12 and not empty:
            values = [*values[:-7], *(max(v or 0, 150.0 + 3 * k) for k, v in enumerate(values[-7:]))]
        made.append(series(declared[m], values, names))
    return tuple(made)


def receipts(agencies: tuple[str, ...], each: int = 2) -> tuple[Receipt, ...]:
    """Receipts that add up, `each` per agency."""
    made = []
    for a in agencies:
        for k in range(each):
            read = wave(a, k, 900)
            waiting = k % 3
            made.append(
                Receipt(
                    f"{a}/cad_{2023 - k // 12}-{12 - k % 12:02d}.csv",
                    a,
                    "calls",
                    "ab" * 32,
                    read,
                    read - waiting - 4,
                    waiting,
                    4,
                    0,
                )
            )
    made[0].corrections.append({"reason": "CAD clock one hour ahead after the time change", "rows": 41})
    return tuple(made)


def violations(agencies: tuple[str, ...]) -> tuple[ViolationCount, ...]:
    """Some rules that were broken."""
    first, last = agencies[0], agencies[-1]
    return (
        ViolationCount(
            first,
            "calls",
            "incident",
            "excel_damage",
            "error",
            6,
            "Incident number 5.00E+93 was damaged by Excel. Export again as CSV and do not open it before sending.",
        ),
        ViolationCount(
            last,
            "encounters",
            "started_at",
            "required",
            "error",
            4,
            "started_at is missing. Fill in the time of contact.",
        ),
        ViolationCount(
            last,
            "calls",
            "arrived_at",
            "order",
            "warning",
            12,
            "arrived_at is before received_at; the time between is unknown. Check the CAD clock.",
        ),
    )


def inputs(
    label: Period | None = None, *, names: tuple[str, ...] = (), months: int = 17, empty: bool = False,
    extracts: int = 2, made: Program | None = None, groups: bool = True,
) -> EditionInputs:  # fmt: skip
    """Inputs of a made-up edition: `empty` has no encounters at all, `months` is the length of the series."""
    program_ = made or program(names)
    period = label or month(2023, 11)
    periods = edition_periods(period, 7, BEGAN)
    agencies = tuple(a.id for a in program_.agencies)
    rows = []
    for i, p in enumerate(periods):
        length = 0.0 if empty else max(1.0, (p.end - p.start).days / 30.4)
        for m in program_.metrics.values():
            rows.append(figure(m, p, "all", length, i))
            rows += [
                figure(m, p, a, length * (0.5 - 0.35 * k / len(agencies)) / 1.3, i) for k, a in enumerate(agencies)
            ]
        if groups and not empty:
            met = program_.metrics["people_met"]
            for group, codes in GROUPS.items():
                rows += [figure(met, p, "all", length / len(codes), i, (group, c)) for c in codes]
            every = program_.metrics["encounters"]
            for group, codes in OF_ENCOUNTERS.items():
                rows += [figure(every, p, "all", length * w / 100, i, (group, c)) for c, w in codes.items()]
    return EditionInputs(
        program=program_, period=period, comparisons=periods[1:], figures=Figures(rows),
        series=all_series(program_.metrics, months, period.end, empty), receipts=receipts(agencies, extracts),
        violations=violations(agencies), sources=Sources({"a0/cad.csv": "00" * 32}, {"program.toml": "11" * 32}, "22" * 8),
        candidates=(Candidate(agencies[0], "a0/log_2023-11.xlsx", 17, None, "2023-004711", 4.0),),
        previous=Previous("2023-10_b81d4000", (Moved("calls_responded", "all", month(2023, 10), "161", "162", "One row corrected by Alder"),)),
    )  # fmt: skip
