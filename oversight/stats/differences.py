"""Change between two waves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from oversight.stats.arrays import Floats, checked, counted, ratio
from oversight.stats.proportions import Z95, wilson


@dataclass(frozen=True)
class Paired:
    """The same people asked twice, one entry per table: how many, both shares, their difference and tests of "no change".

    ``low`` to ``high`` is the interval of ``difference``. ``chi2`` with ``p`` is McNemar's test without a correction,
    ``p_exact`` the exact binomial test, ``p_mid`` its mid-p version; these four are NaN where nobody changed their answer.
    """

    n: Floats
    share1: Floats
    share2: Floats
    difference: Floats
    low: Floats
    high: Floats
    chi2: Floats
    p: Floats
    p_exact: Floats
    p_mid: Floats


def newcombe(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, z: float = Z95) -> tuple[Floats, Floats, Floats]:
    """x1 / n1 − x2 / n2 for two different sets of people: (difference, low, high), NaN where either n is 0.

    Newcombe 1998 (Statistics in Medicine 17: 873), method 10: both Wilson intervals combined.

    >>> np.round(newcombe(56, 70, 48, 80), 4)
    array([0.2   , 0.0524, 0.3339])
    """
    (x1, n1), (x2, n2) = checked(x1, n1), checked(x2, n2)
    p1, p2 = ratio(x1, n1), ratio(x2, n2)
    (low1, high1), (low2, high2) = wilson(x1, n1, z), wilson(x2, n2, z)
    low = p1 - p2 - np.hypot(p1 - low1, high2 - p2)
    high = p1 - p2 + np.hypot(high1 - p1, p2 - low2)
    return p1 - p2, low, high


def mcnemar(n11: ArrayLike, n10: ArrayLike, n01: ArrayLike, n00: ArrayLike, z: float = Z95) -> Paired:
    """What became of a share among the same people, from the table of their two answers: counts of people, one table or many.

    The first digit is the earlier answer, the second the later one: ``n10`` people had it and no longer do, ``n01`` are new.
    ``difference`` = (n01 - n10) / n, later less earlier, NaN where n is 0. Its interval is Newcombe's for paired proportions
    (1998, Statistics in Medicine 17: 2635, method 10). Tests: McNemar 1947 (Psychometrika 12: 153); mid-p as in Fagerland,
    Lydersen and Laake 2013 (BMC Medical Research Methodology 13: 91). Raises ``ValueError`` for a count below 0 or not whole.

    >>> change = mcnemar(59, 6, 16, 80)
    >>> np.round([change.difference, change.chi2, change.p_exact], 4)
    array([0.0621, 4.5455, 0.0525])
    """
    n11, n10, n01, n00 = np.broadcast_arrays(*(counted(a) for a in (n11, n10, n01, n00)))
    n = n11 + n10 + n01 + n00
    if np.any(~np.isnan(n) & ((n10 % 1 != 0) | (n01 % 1 != 0))):
        raise ValueError("people who changed their answer are counted in whole numbers")
    before, now = n11 + n10, n11 + n01
    share1, share2 = ratio(before, n), ratio(now, n)
    low, high = _paired_interval(n11, n10, n01, n00, z)
    changed, fewer = n10 + n01, np.minimum(n10, n01)
    chi2 = ratio((n10 - n01) ** 2, changed)
    exact, mid = _binomial_tests(fewer, changed)
    normal = np.vectorize(lambda x: math.erfc(math.sqrt(x / 2)), otypes=[float])  # the upper tail of chi-squared with one degree of freedom
    return Paired(n, share1, share2, ratio(n01 - n10, n), low, high, chi2, normal(chi2), exact, mid)


def _paired_interval(n11: Floats, n10: Floats, n01: Floats, n00: Floats, z: float) -> tuple[Floats, Floats]:
    """Newcombe's method 10: both Wilson intervals combined, allowing for how alike the two answers are."""
    n, before, now = n11 + n10 + n01 + n00, n11 + n10, n11 + n01
    share1, share2 = ratio(before, n), ratio(now, n)
    (low1, high1), (low2, high2) = wilson(before, n, z), wilson(now, n, z)
    product = n11 * n00 - n10 * n01
    likeness = np.where(product > 0, np.maximum(product - n / 2, 0), product)
    phi = np.nan_to_num(ratio(likeness, np.sqrt(before) * np.sqrt(n - before) * np.sqrt(now) * np.sqrt(n - now)))
    down2, up2, down1, up1 = share2 - low2, high2 - share2, share1 - low1, high1 - share1
    difference = share2 - share1
    # rounding may leave a square just under 0
    low = difference - np.sqrt(np.maximum(down2**2 - 2 * phi * down2 * up1 + up1**2, 0))
    high = difference + np.sqrt(np.maximum(up2**2 - 2 * phi * up2 * down1 + down1**2, 0))
    return np.maximum(low, -1), np.minimum(high, 1)


def _binomial_tests(fewer: Floats, changed: Floats) -> tuple[Floats, Floats]:
    """Exact and mid-p two-sided tests that either kind of change is as likely: (exact, mid-p), NaN where nobody changed."""
    exact, mid = np.full(changed.shape, np.nan), np.full(changed.shape, np.nan)
    for at in np.ndindex(changed.shape):
        if not changed[at] > 0:
            continue
        m, k = int(changed[at]), int(fewer[at])
        point = _half_chance(k, m)
        # further than so many below k nothing is left: 1e-50 of the chance of k
        down = np.arange(k, max(0, k - 100 - 8 * math.isqrt(m)), -1, dtype=float)
        below = point * float(np.cumprod(down / (m - down + 1)).sum())
        exact[at] = min(1.0, 2 * (point + below))
        mid[at] = exact[at] - (point if 2 * k < m else point / 2)
    return exact, mid


def _half_chance(k: int, m: int) -> float:
    """The chance of k heads in m tosses, exact for any m (Loader 2000, Fast and Accurate Computation of Binomial Probabilities)."""
    if k in (0, m):
        return 0.5**m
    spread = sum(_deviance((count - m / 2) / (m / 2)) for count in (k, m - k)) * m / 2
    return math.sqrt(m / (2 * math.pi * k * (m - k))) * math.exp(_stirling(m) - _stirling(k) - _stirling(m - k) - spread)


def _deviance(apart: float) -> float:
    return (1 + apart) * math.log1p(apart) - apart


def _stirling(n: int) -> float:
    """What Stirling's formula lacks of the logarithm of n!, for n of 1 or more."""
    if n < 16:
        return math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2 * math.pi)
    return 1 / (12 * n) - 1 / (360 * n**3) + 1 / (1260 * n**5) - 1 / (1680 * n**7)
