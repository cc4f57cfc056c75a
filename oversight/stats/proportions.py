"""Proportions: Wilson intervals, benchmarks, and what the silent could change."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from oversight.stats.arrays import Floats, Words, checked, floats, ratio

#: Normal quantiles for 95% intervals, and for the 99.8% intervals used where many places are compared at once.
Z95 = 1.959963984540054
Z998 = 3.090232306

#: Above this share of replies the correction for a known headcount would close the interval to a point.
NEARLY_ALL = 0.9

Direction = Literal["high is good", "low is good", "none"]


def wilson(x: ArrayLike, n: ArrayLike, z: float = Z95) -> tuple[Floats, Floats]:
    """Wilson score interval of the proportion x / n: (low, high), each between 0 and 1, NaN where n is 0.

    (2x + z² ∓ z√(z² + 4x(1 − x/n))) / (2(n + z²)): Wilson 1927, the standard of OHID's Fingertips.

    >>> np.round(wilson(81, 263), 4)
    array([0.2553, 0.3662])
    """
    x, n = checked(x, n)
    share = ratio(x, n)
    half = z * np.sqrt(z**2 + 4 * x * (1 - share))
    low, high = (2 * x + z**2 - half) / (2 * (n + z**2)), (2 * x + z**2 + half) / (2 * (n + z**2))
    return np.clip(low, 0, share), np.clip(high, share, 1)  # at 0 of n and n of n rounding may leave them to either side


def wilson_known(x: ArrayLike, n: ArrayLike, N: ArrayLike, z: float = Z95) -> tuple[Floats, Floats]:
    """Wilson interval where n of a known number N of people replied, a simple random sample: (low, high), NaN where n is 0.

    Wilson's formula with n_eff = (n − 1)/(1 − n/N) in place of n, which is p(1 − p)/Var(p): R survey 4.5, ``svyciprop`` with
    method "wilson" and infinite degrees of freedom. Plain Wilson where n is 1, where N is missing, and where more than nine tenths
    replied (``NEARLY_ALL``), so that an interval never closes to a point. Off everywhere in the product: see Methods.

    >>> np.round(wilson_known(163, 200, 6194), 4)
    array([0.7563, 0.8621])
    """
    x, n = checked(x, n)
    checked(n, N)
    x, n, N = np.broadcast_arrays(x, n, floats(N))
    share, replied = ratio(x, n), ratio(n, N)
    corrected = (n > 1) & (replied <= NEARLY_ALL)
    effective = np.where(corrected, (n - 1) / (1 - np.where(corrected, replied, 0)), n)
    return wilson(np.where(corrected, np.minimum(share * effective, effective), x), effective, z)


def against(low: ArrayLike, high: ArrayLike, benchmark: ArrayLike) -> Words:
    """An interval against a benchmark: "lower" or "higher" when wholly below or above it, else "similar".

    Touching is similar (DHSC, Fingertips); "" where any of the three is NaN.

    >>> against([2.9, 1.9, -0.1], [5.1, 4.1, 2.1], [1, 2, 4]).tolist()
    ['higher', 'similar', 'lower']
    """
    low, high, benchmark = (floats(a) for a in (low, high, benchmark))
    unknown = np.isnan(low + high + benchmark)
    return np.select([unknown, high < benchmark, low > benchmark], ["", "lower", "higher"], default="similar")


def better_or_worse(verdict: ArrayLike, direction: Direction) -> Words:
    """A verdict of ``against`` as a judgement: "better", "similar" or "worse"; unchanged where direction is "none".

    One direction for all verdicts; a verdict that is missing is "". Raises ``ValueError`` for another direction.

    >>> better_or_worse(["higher", "similar", "lower"], "low is good").tolist()
    ['worse', 'similar', 'better']
    """
    if direction not in ("high is good", "low is good", "none"):
        raise ValueError(f"direction is {direction!r}; it can be 'high is good', 'low is good' or 'none'")
    given = np.asarray(verdict, dtype=object)
    words = np.where(pd.isna(given), "", given).astype(str)
    if direction == "none":
        return words
    good, bad = ("higher", "lower") if direction == "high is good" else ("lower", "higher")
    return np.select([words == good, words == bad], ["better", "worse"], default=words)


def bounds(x: ArrayLike, n: ArrayLike, N: ArrayLike) -> tuple[Floats, Floats]:
    """The share among all N people when x of the n who replied are counted and nothing is assumed of the others: (low, high).

    [x/N, (x + N − n)/N]: nobody who is silent counts, or everybody. NaN where N is 0 or missing (Manski 1989, Journal of Human
    Resources 24: 343).

    >>> np.round(bounds(30, 50, 100), 4)
    array([0.3, 0.8])
    """
    x, n = checked(x, n)
    n, N = checked(n, N)
    x = np.broadcast_to(x, N.shape)
    return ratio(x, N), ratio(x + N - n, N)
