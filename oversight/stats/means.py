"""Means of numbers, with the interval of Student's t."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from oversight.stats.arrays import Floats, column, counted, floats

#: From so many degrees of freedom the expansion is exact to 12 digits and the series needlessly long.
_LARGE = 400


def _between(t: float, df: int) -> float:
    """P(−t < T < t) for Student's t with whole degrees of freedom: Abramowitz & Stegun 1964, 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(df))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = df % 2
    term = total = cosine if odd else 1.0
    for k in range(2 + odd, df - 1, 2):
        term *= (k - 1) / k * cosine**2
        total += term
    if not odd:
        return sine * total
    return 2 / math.pi * (angle + (sine * total if df > 1 else 0.0))


@cache
def t_quantile(df: int) -> float:
    """The t between −t and t of which Student's t with ``df`` (1 or more, whole) degrees of freedom lies in 95 of 100 cases.

    Bisection of the exact series; for large ``df`` the Cornish-Fisher expansion about the normal quantile (Abramowitz & Stegun
    1964, 26.7.5). Raises ``ValueError`` for ``df`` under 1 or not whole.

    >>> round(t_quantile(10), 3)
    2.228
    """
    if not df >= 1 or df != int(df):
        raise ValueError(f"degrees of freedom must be a whole number of 1 or more, not {df}")
    df = int(df)
    z = 1.959963984540054
    if df > _LARGE:
        terms = (
            (z**3 + z) / 4,
            (5 * z**5 + 16 * z**3 + 3 * z) / 96,
            (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
            (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
        )
        return z + sum(term / float(df) ** power for power, term in enumerate(terms, 1))
    low, high = z, 13.0
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _between(middle, df) < 0.95 else (low, middle)
    return (low + high) / 2


def mean_interval(mean: ArrayLike, sd: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    """95% interval of the mean of n numbers with standard deviation sd (of a sample, over n − 1): (low, high).

    mean ∓ t·sd/√n with Student's t on n − 1 degrees of freedom; NaN under 2 numbers and where all are the same: both say nothing
    of their spread, and an interval never closes to a point. Raises ``ValueError`` for an n or sd below 0 or an n that is not whole.

    >>> np.round(mean_interval(5.5, 2, 16), 4)
    array([4.4343, 6.5657])
    """
    centre, sd, n = np.broadcast_arrays(floats(mean), counted(sd), counted(n))
    known = (n >= 2) & (sd > 0)
    quantile = np.vectorize(lambda count: t_quantile(count - 1), otypes=[float])
    half = np.full(n.shape, math.nan)
    half[known] = quantile(n[known]) * sd[known] / np.sqrt(n[known])
    return centre - half, centre + half


def mean(table: pd.DataFrame) -> pd.DataFrame:
    """Step: columns ``n``, ``mean`` and ``sd`` in; adds ``low`` and ``high``, the 95% interval of the mean (see ``mean_interval``)."""
    low, high = mean_interval(*(column(table, name) for name in ("mean", "sd", "n")))
    return table.assign(low=low, high=high)
