"""A metric month by month, read as an XmR chart: the contract between measure/xmr.py and the charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: `rise` and `fall` for metrics without a direction, `better` and `worse` for those with one.
Verdict = Literal["usual", "rise", "fall", "better", "worse", "too_few", "no_data"]


@dataclass(frozen=True, slots=True)
class Series:
    """Monthly values of one metric and agency, oldest first, with the natural process limits.

    Limits are the mean ± 2.66 × the mean moving range, cut at 0, and at 1 for fractions; mean, lower and upper are None
    under 6 points; `trial` marks limits from 6 to 11 points. `signals` are indexes of months that are a signal
    (outside, seven on one side, seven in one direction).
    """

    metric: str
    agency: str
    months: tuple[str, ...]  # "2023-11"
    values: tuple[float | None, ...]
    mean: float | None
    lower: float | None
    upper: float | None
    trial: bool
    signals: tuple[int, ...]
    verdict: Verdict
    sentence: str
