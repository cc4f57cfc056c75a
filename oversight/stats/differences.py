"""Change between two waves."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc

import numpy as np
from numpy.typing import ArrayLike

from oversight.stats.arrays import Floats, checked, ratio
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
    """
    (x1, n1), (x2, n2) = checked(x1, n1), checked(x2, n2)
    p1, p2 = ratio(x1, n1), ratio(x2, n2)
    (low1, high1), (low2, high2) = wilson(x1, n1, z), wilson(x2, n2, z)
    low = p1 - p2 - np.hypot(p1 - low1, high2 - p2)
    high = p1 - p2 + np.hypot(high1 - p1, p2 - low2)
    return p1 - p2, low, high


def mcnemar(n11: ArrayLike, n10: ArrayLike, n01: ArrayLike, n00: ArrayLike, z: float = Z95) -> Paired:
    """What became of a share among the same people, from the table of their two answers. Arrays of one shape, counts of people.

    The first digit is the earlier answer, the second the later one: ``n10`` people had it and no longer do, ``n01`` are new.
    ``difference`` = (n01 - n10) / n, later less earlier, NaN where n is 0. Its interval is Newcombe's for paired proportions
    (1998, Statistics in Medicine 17: 2635, method 10). Tests: McNemar 1947 (Psychometrika 12: 153); mid-p as in Fagerland,
    Lydersen and Laake 2013 (BMC Medical Research Methodology 13: 91). Raises ``ValueError`` for a negative count.
    """
    n11, n10, n01, n00 = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (n11, n10, n01, n00)))
    n = n11 + n10 + n01 + n00
    for part in (n11, n10, n01, n00):
        checked(part, n)
    before, now = n11 + n10, n11 + n01
    share1, share2 = ratio(before, n), ratio(now, n)
    low, high = _paired_interval(n11, n10, n01, n00, z)
    changed, fewer = n10 + n01, np.minimum(n10, n01)
    chi2 = ratio((n10 - n01) ** 2, changed)
    exact, mid = _binomial_tests(fewer, changed)
    normal = np.vectorize(lambda x: erfc(np.sqrt(x / 2)), otypes=[float])  # the upper tail of chi-squared with one degree of freedom
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
    most = int(np.nanmax(changed, initial=0))
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most + 1)))])
    for at in np.ndindex(changed.shape):
        if not changed[at] > 0:
            continue
        m, k = int(changed[at]), int(fewer[at])
        upto = np.arange(k + 1)
        chances = np.exp(log_factorial[m] - log_factorial[upto] - log_factorial[m - upto] - m * np.log(2))
        exact[at] = min(1.0, 2 * chances.sum())
        mid[at] = exact[at] - (chances[k] if 2 * k < m else chances[k] / 2)
    return exact, mid
