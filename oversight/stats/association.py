"""How often two things go together: overlap, association, and what chance alone would give."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from oversight.stats.arrays import Floats, column, counted, ratio
from oversight.stats.proportions import Z95, Z998, against

#: Pairs that chance alone would bring together less often than this are not judged: their φ is mostly noise.
LEAST_EXPECTED = 5.0


def jaccard(a: ArrayLike, b: ArrayLike, c: ArrayLike) -> Floats:
    """Of those with either of two things, the share with both: a / (a + b + c), 0 to 1, NaN where nobody has either.

    ``a`` have both, ``b`` only the first, ``c`` only the second. Jaccard 1901.

    >>> float(jaccard(3, 2, 3))
    0.375
    """
    a, b, c, _ = _cells(a, b, c, 0)
    return ratio(a, a + b + c)


def phi(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Floats:
    """The correlation of two yes/no things, −1 to 1: (n·a − k₁k₂) / √(k₁k₂(n − k₁)(n − k₂)), NaN where one of them does not vary.

    ``a`` have both, ``b`` only the first, ``c`` only the second, ``d`` neither; k₁ = a + b and k₂ = a + c of n. Pearson 1904.

    >>> round(float(phi(30, 10, 20, 40)), 4)
    0.4082
    """
    a, b, c, d = _cells(a, b, c, d)
    first, second, n = a + b, a + c, a + b + c + d
    spread = np.sqrt(first * second * (n - first) * (n - second))
    return np.clip(ratio(n * a - first * second, spread), -1, 1)  # rounding may leave it a hair outside


def phi_interval(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike, z: float = Z95) -> tuple[Floats, Floats]:
    """Interval of ``phi`` on Fisher's scale: tanh(atanh φ ∓ z·se / (1 − φ²)), NaN where φ is.

    se is the large-sample standard error of φ for counts (Bishop, Fienberg and Holland 1975, Discrete Multivariate Analysis,
    chapter 11); the one of Pearson's r is too narrow where both shares are small. Where φ is −1 or 1 the interval is that of the
    table with half a count more in every cell (Haldane), reaching to φ: it never closes to a point.

    >>> np.round(phi_interval(30, 10, 20, 40), 4)
    array([0.218 , 0.5686])
    """
    a, b, c, d = _cells(a, b, c, d)
    point = phi(a, b, c, d)
    extreme = np.where(np.abs(point) > 1 - 1e-9, 0.5, 0.0)
    a, b, c, d = a + extreme, b + extreme, c + extreme, d + extreme
    n, inner = a + b + c + d, phi(a, b, c, d)
    p, q = ratio(a + b, n), ratio(a + c, n)
    both = ratio((1 - 2 * p) * (1 - 2 * q), np.sqrt(p * (1 - p) * q * (1 - q)))
    each = ratio((1 - 2 * p) ** 2, p * (1 - p)) + ratio((1 - 2 * q) ** 2, q * (1 - q))
    variance = ratio(1 - inner**2 + inner * (1 + inner**2 / 2) * both - 0.75 * inner**2 * each, n)
    half = z * np.sqrt(np.clip(variance, 0, None)) / (1 - inner**2)
    low, high = np.tanh(np.arctanh(inner) - half), np.tanh(np.arctanh(inner) + half)
    return np.minimum(low, point), np.maximum(high, point)


def pairs(table: pd.DataFrame, z: float = Z998) -> pd.DataFrame:
    """Step: for every pair ``a`` with both, ``b`` only the first, ``c`` only the second, ``d`` neither; adds how they go together.

    Adds ``n``, ``first`` and ``second`` (how many have each), ``expected`` (how many would have both by chance), ``jaccard`` and
    ``phi``, both NaN where ``expected`` is under 5. Where the table's ``unit`` is "respondents" also ``low`` and ``high`` of φ (99.8%,
    for some ninety pairs are looked at together) and ``verdict``: "higher", "similar" or "lower" than chance, "" where nothing is
    judged. Sessions and excerpts are no sample, so theirs stay empty.
    """
    a, b, c, d = (column(table, name) for name in "abcd")
    n, first, second = a + b + c + d, a + b, a + c
    expected = ratio(first * second, n)
    judged = expected >= LEAST_EXPECTED
    sampled = judged & (table["unit"] == "respondents").to_numpy(dtype=bool)
    low, high = (np.where(sampled, limit, np.nan) for limit in phi_interval(a, b, c, d, z))
    return table.assign(
        n=n,
        first=first,
        second=second,
        expected=expected,
        jaccard=np.where(judged, jaccard(a, b, c), np.nan),
        phi=np.where(judged, phi(a, b, c, d), np.nan),
        low=low,
        high=high,
        verdict=against(low, high, 0.0),
    )


def _cells(*counts: ArrayLike) -> list[Floats]:
    """The cells of fourfold tables as float arrays of one shape. Raises ``ValueError`` for a negative count."""
    return list(np.broadcast_arrays(*(counted(count) for count in counts)))
