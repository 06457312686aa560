"""95% intervals of figures. Every formula names its source; tests compare with scipy and printed tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import ceil, exp, floor, lgamma, log, sqrt

from pipeline.measure.special import beta_share, binomial_cdf, gamma_share, solve

#: The 97.5th percentile of the standard normal distribution.
Z = 1.959963984540054
TAIL = 0.025
#: From this count on the chi-square quantile is taken from its expansion, good to 10 digits there.
_EXPANDED = 2_000
#: From this count on the expansion is a start from which Newton's method cannot go astray.
_NEWTON = 10

Interval = tuple[float, float]


def wilson(numerator: float, denominator: float) -> Interval | None:
    """Wilson's score interval of a share (Wilson 1927; Newcombe 1998, method 3), from 0 to 1. None without cases."""
    if denominator <= 0:
        return None
    p, zz = numerator / denominator, Z * Z
    centre = p + zz / (2 * denominator)
    half = Z * sqrt(p * (1 - p) / denominator + zz / (4 * denominator * denominator))
    scale = 1 + zz / denominator
    low = 0.0 if numerator == 0 else (centre - half) / scale
    high = 1.0 if numerator == denominator else (centre + half) / scale
    return max(low, 0.0), min(high, 1.0)


@lru_cache(maxsize=65_536)
def poisson(count: int) -> Interval:
    """Exact interval of a Poisson count (Garwood 1936): chi-square quantiles, halved."""
    low = 0.0 if count == 0 else _half_chi_square(TAIL, count)
    return low, _half_chi_square(1 - TAIL, count + 1)


def _half_chi_square(share: float, half_freedom: int) -> float:
    """Half the chi-square quantile with 2·half_freedom degrees: the mean at which P(half_freedom, mean) = share."""
    z = Z if share > 0.5 else -Z
    guess = _expanded(z, half_freedom)
    if half_freedom >= _EXPANDED:
        return guess
    if half_freedom < _NEWTON:
        return solve(lambda x: gamma_share(half_freedom, x) - share, 0.0, half_freedom + 8 * sqrt(half_freedom) + 20)
    for _ in range(4):
        slope = exp((half_freedom - 1) * log(guess) - guess - lgamma(half_freedom))
        step = (gamma_share(half_freedom, guess) - share) / slope
        guess -= step
        if abs(step) < 1e-12 * guess:
            break
    return guess


def _expanded(z: float, a: float) -> float:
    """Cornish–Fisher expansion of the gamma quantile (Abramowitz and Stegun 26.4.17 and 26.2.50, order 2)."""
    z2 = z * z
    terms = (
        a,
        z * sqrt(a),
        (z2 - 1) / 3,
        (z2 * z - 7 * z) / (36 * sqrt(a)),
        -(3 * z2 * z2 + 7 * z2 - 16) / (810 * a),
        (9 * z2 * z2 * z + 256 * z2 * z - 433 * z) / (38_880 * a * sqrt(a)),
    )
    return sum(terms)


@lru_cache(maxsize=16_384)
def order_ranks(n: int, share: float) -> tuple[int, int] | None:
    """Ranks (1-based) of the order statistics that bound a quantile (Conover 1999, 3.2); None when n is too small.

    Each side errs with at most 2.5%. For the median six values are needed, for the 90th percentile thirty-six.
    """
    if share**n > TAIL or (1 - share) ** n > TAIL:
        return None
    low = _smallest(n, share, lambda chance: chance > TAIL)
    high = _smallest(n, share, lambda chance: chance >= 1 - TAIL) + 1
    return low, high


def _smallest(n: int, share: float, reached: Callable[[float], bool]) -> int:
    """The smallest k at which P(X <= k) is reached, looked for around the normal approximation first."""
    middle = n * share
    spread = Z * sqrt(n * share * (1 - share))
    low, high = -1, n
    for guess in (floor(middle - spread), floor(middle + spread)):
        for k in (guess - 2, guess + 2):
            if low < k < high:
                low, high = (low, k) if reached(binomial_cdf(k, n, share)) else (k, high)
    while high - low > 1:
        k = (low + high) // 2
        low, high = (low, k) if reached(binomial_cdf(k, n, share)) else (k, high)
    return high


def log_log(survival: float, greenwood: float) -> Interval | None:
    """Interval of 1 − S(t): Greenwood's variance on the log(−log S) scale (Kalbfleisch and Prentice 2002, 1.4.1).

    `greenwood` is the sum of d/(n·(n − d)) over event times. None at S = 0 or 1, where the scale has no end.
    """
    if not 0 < survival < 1:
        return None
    spread = Z * sqrt(greenwood) / log(survival)
    low, high = sorted(exp(log(survival) * exp(side)) for side in (-spread, spread))
    return 1 - high, 1 - low


@lru_cache(maxsize=4_096)
def exact_share(numerator: int, denominator: int) -> Interval | None:
    """Exact interval of a share (Clopper and Pearson 1934), 2.5% on each side. None without cases."""
    if denominator <= 0:
        return None
    a, b = numerator, denominator - numerator
    low = 0.0 if a == 0 else solve(lambda p: beta_share(a, b + 1, p) - TAIL, 0.0, 1.0)
    high = 1.0 if b == 0 else solve(lambda p: beta_share(a + 1, b, p) - (1 - TAIL), 0.0, 1.0)
    return low, high


def rare_event(cases: int) -> str:
    """What none in so many cases says, in words: the exact upper bound of the rate, rounded up to a tenth of a percent.

    0 of 211 gives "none; the true rate could be as high as 1.8%" (1.733%; rounded down it would be no bound).
    """
    bounds = exact_share(0, cases)
    tenths = ceil(1000 * bounds[1] - 1e-9) if bounds else 1000
    return f"none; the true rate could be as high as {tenths / 10:.1f}%"
