"""Intervals against scipy and printed tables."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from pipeline.measure.intervals import exact_share, log_log, order_ranks, poisson, rare_event, wilson
from pipeline.measure.special import beta_share, binomial_cdf, gamma_share


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [  # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_newcombes_table(numerator, denominator, low, high):
    found = wilson(numerator, denominator)
    assert found is not None
    assert [round(x, 4) for x in found] == [low, high]


def test_wilson_is_scipys():
    for n in (1, 2, 7, 50, 490, 5269):
        for k in {0, 1, n // 3, n - 1, n}:
            theirs = stats.binomtest(k, n).proportion_ci(method="wilson")
            assert wilson(k, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert wilson(0, 0) is None


@pytest.mark.parametrize("count", [0, 1, 2, 5, 9, 10, 11, 50, 367, 1999, 2000, 2486, 123_456, 6_000_000])
def test_poisson_is_scipys(count):
    low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0
    high = stats.chi2.ppf(0.975, 2 * count + 2) / 2
    assert poisson(count) == pytest.approx((low, high), rel=1e-10, abs=1e-12)


def test_poisson_is_the_printed_table():
    """Ulm 1990, American Journal of Epidemiology 131:373, and any table of Garwood's limits."""
    printed = {0: (0.0, 3.69), 1: (0.03, 5.57), 3: (0.62, 8.77), 10: (4.80, 18.39), 100: (81.36, 121.63)}
    for count, bounds in printed.items():
        assert tuple(round(x, 2) for x in poisson(count)) == bounds


def test_ranks_of_the_median_are_the_printed_table():
    """Altman and others, Statistics with Confidence (2000), table 18.4."""
    printed = {6: (1, 6), 7: (1, 7), 8: (1, 8), 9: (2, 8), 10: (2, 9), 11: (2, 10), 20: (6, 15), 50: (18, 33), 100: (40, 61)}  # fmt: skip
    assert {n: order_ranks(n, 0.5) for n in printed} == printed
    assert [order_ranks(n, 0.5) for n in range(1, 6)] == [None] * 5


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_ranks_err_at_most_a_fortieth_on_each_side_and_no_closer_ones_do(share):
    for n in [*range(1, 130), 500, 4_321, 600_000]:
        ranks = order_ranks(n, share)
        if ranks is None:
            assert share**n > 0.025 or (1 - share) ** n > 0.025
            continue
        low, high = ranks
        assert 1 <= low < high <= n
        assert stats.binom.cdf(low - 1, n, share) <= 0.025 < stats.binom.cdf(low, n, share)
        assert stats.binom.sf(high - 1, n, share) <= 0.025 < stats.binom.sf(high - 2, n, share)


def test_exact_shares_are_scipys():
    for n in (1, 5, 211, 3118):
        for k in {0, 1, n // 2, n}:
            theirs = stats.binomtest(k, n).proportion_ci(method="exact")
            assert exact_share(k, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert exact_share(0, 0) is None


def test_nothing_in_so_many_says_how_high_the_rate_could_be():
    """0 of 211: the exact upper bound is 1.733 %, and a bound is rounded up, or it would bound nothing."""
    high = 1 - 0.025 ** (1 / 211)
    assert exact_share(0, 211) == pytest.approx((0, high), abs=1e-12)
    assert rare_event(211) == "none; the true rate could be as high as 1.8%"
    assert rare_event(3) == "none; the true rate could be as high as 70.8%"
    assert rare_event(1_000_000) == "none; the true rate could be as high as 0.1%"


def test_the_integrals_are_scipys():
    special = pytest.importorskip("scipy.special")
    for a in (1, 2.5, 30, 800):
        for x in (0.01, 1, a, 3 * a):
            assert gamma_share(a, x) == pytest.approx(special.gammainc(a, x), abs=1e-12)
        for b in (1, 4, 300):
            for x in (0, 1e-6, 0.2, 0.5, 0.99, 1):
                assert beta_share(a, b, x) == pytest.approx(special.betainc(a, b, x), abs=1e-12)
    assert [binomial_cdf(k, 3, 0.5) for k in (-1, 0, 3, 9)] == pytest.approx([0, 0.125, 1, 1])


def test_log_log_is_kalbfleisch_and_prentices():
    """Leukaemia trial (Freireich 1963), 6-mercaptopurine, 10 weeks: S = 0.753, Greenwood 0.0093/S²; log-log 0.503 to 0.889."""
    deaths = [(21, 3), (17, 1), (15, 1)]
    survival = math.prod(1 - d / n for n, d in deaths)
    greenwood = sum(d / (n * (n - d)) for n, d in deaths)
    assert round(survival, 3) == 0.753
    low, high = log_log(survival, greenwood) or (0, 0)
    assert (round(1 - high, 3), round(1 - low, 3)) == (0.503, 0.889)
    assert log_log(1.0, 0.0) is None
    assert log_log(0.0, 1.0) is None
