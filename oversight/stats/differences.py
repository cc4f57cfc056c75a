"""Change between two waves."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from oversight.stats.arrays import Floats, checked, ratio
from oversight.stats.proportions import Z95, wilson


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
