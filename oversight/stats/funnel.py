"""Funnel limits: how far places of a given size may stand from a common share by chance, and by how much places differ anyway."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from oversight.stats.arrays import Floats, Words, checked, column, counted, floats, ratio
from oversight.stats.proportions import Z95, Z998, against

#: The lowest and highest tenth of the z-scores is pulled in before the spread is judged, so that outliers do not hide themselves.
TRIM = 0.1
#: Among fewer places their spread cannot be told from chance, and only the plain limits stand.
FEWEST = 10


class Spread(NamedTuple):
    """How much places differ: ``phi``, 1 when by chance alone, and ``tau2``, the variance between them (of arcsin √share)."""

    phi: float
    tau2: float


def funnel(theta: ArrayLike, n: ArrayLike, z: float = Z95) -> tuple[Floats, Floats]:
    """Limits for the share of n people where the common share is theta: (low, high), within 0 to 1, NaN where n is 0.

    θ ± z√(θ(1 − θ)/n): Spiegelhalter 2005 (Statistics in Medicine 24: 1185), as published for England's public health profiles.

    >>> np.round(funnel(0.8064, [10, 100]), 4)
    array([[0.5615, 0.729 ],
           [1.    , 0.8838]])
    """
    theta, n = np.broadcast_arrays(_shares(theta), counted(n))
    half = z * np.sqrt(theta * (1 - theta) * ratio(np.ones_like(n), n))
    return np.clip(theta - half, 0, 1), np.clip(theta + half, 0, 1)


def funnel_overdispersed(theta: ArrayLike, n: ArrayLike, tau2: float, z: float = Z95) -> tuple[Floats, Floats]:
    """Limits that allow for places differing by more than chance: (low, high), within 0 to 1, NaN where n is 0.

    sin²(arcsin √θ ± z√(s² + τ²)), s = 1/(2√n): the additive random-effects limits of Spiegelhalter 2005, section 4.3, on the scale
    on which a proportion's variance does not depend on it. An angle beyond 0° or 90° is cut to it. Raises ``ValueError`` for
    a variance below 0.

    >>> np.round(funnel_overdispersed(0.5, 100, 0.01), 4)
    array([0.2878, 0.7122])
    """
    if np.any(floats(tau2) < 0):
        raise ValueError(f"a variance between places cannot be {tau2}")
    centre, n = np.broadcast_arrays(np.arcsin(np.sqrt(_shares(theta))), counted(n))
    half = z * np.sqrt(ratio(np.ones_like(n), 4 * n) + tau2)
    low, high = np.clip(centre - half, 0, np.pi / 2), np.clip(centre + half, 0, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2


def overdispersion(x: ArrayLike, n: ArrayLike, theta: float | None = None, trim: float = TRIM) -> Spread:
    """How much the shares x / n of places spread around theta (their common share if left out); places without answers do not count.

    Y = arcsin √(x/n), s = 1/(2√n), z = (Y − arcsin √θ)/s, then ``dispersion``: Spiegelhalter 2005; the same steps as
    FunnelPlotR for proportions.

    >>> spread = overdispersion([40, 45, 50, 60, 75], 100)
    >>> round(spread.phi, 3), round(spread.tau2, 5)
    (4.213, 0.01067)
    """
    x, n = checked(x, n)
    counted = np.isfinite(x) & (n > 0)
    x, n = x[counted], n[counted]
    if not len(n):
        return Spread(np.nan, np.nan)
    theta = float(x.sum() / n.sum()) if theta is None else theta
    s = 1 / (2 * np.sqrt(n))
    return dispersion((np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(_shares(theta)))) / s, s, trim)


def dispersion(z: ArrayLike, s: ArrayLike, trim: float = TRIM) -> Spread:
    """φ and τ² from z-scores and their standard errors s, the lowest and highest ``trim`` of the scores pulled in (winsorised).

    φ = Σz²/k, τ² = max(0, (kφ − (k − 1))/(Σw − Σw²/Σw)), w = 1/s². One score alone has no variance between places: τ² is 0.
    Raises ``ValueError`` for a standard error that is not above 0.
    """
    scores, errors = np.broadcast_arrays(np.atleast_1d(floats(z)), floats(s))
    if np.any(errors <= 0):
        raise ValueError(f"a standard error cannot be {errors[errors <= 0][0]:g}")
    k = len(scores)
    if k == 0:
        return Spread(np.nan, np.nan)
    lowest, highest = np.quantile(scores, [trim, 1 - trim])
    phi = float(np.mean(np.clip(scores, lowest, highest) ** 2))
    weights = errors**-2
    room = float(weights.sum() - (weights**2).sum() / weights.sum())
    return Spread(phi, max(0.0, (k * phi - (k - 1)) / room) if k > 1 and room > 0 else 0.0)


def funnel_rows(table: pd.DataFrame, theta: float, x: str = "yes", n: str = "answered") -> tuple[pd.DataFrame, Spread]:
    """Places (``x`` of ``n`` with their ``share``) against 99.8% funnel limits around ``theta``, and how much they spread.

    Adds ``plain_low``, ``plain_high``, ``wide_low``, ``wide_high`` (over-dispersed) and for each pair ``outside_plain``,
    ``outside_wide``: "lower", "similar" (inside or on the limit), "higher", "" where nothing can be said. Among fewer than
    ``FEWEST`` places with answers the spread, the wide limits and their verdict stay empty.
    """
    answers, sizes = column(table, x), column(table, n)
    known = np.isfinite(answers) & (sizes > 0)
    spread = overdispersion(answers[known], sizes[known], theta) if known.sum() >= FEWEST else Spread(np.nan, np.nan)
    limits = {"plain": funnel(theta, sizes, Z998), "wide": funnel_overdispersed(theta, sizes, spread.tau2, Z998)}
    out = table.copy()
    for name, (low, high) in limits.items():
        out[f"{name}_low"], out[f"{name}_high"] = low, high
    for name, (low, high) in limits.items():
        out[f"outside_{name}"] = _outside(ratio(answers, sizes), low, high)
    return out, spread


def funnel_curves(theta: float, sizes: ArrayLike, tau2: float) -> pd.DataFrame:
    """Both pairs of limits at the given sizes, to be drawn: n, then plain and wide, 95 and 998, low and high."""
    n = floats(sizes)
    out = {"n": n}
    for name, z in (("95", Z95), ("998", Z998)):
        out[f"plain_low_{name}"], out[f"plain_high_{name}"] = funnel(theta, n, z)
        out[f"wide_low_{name}"], out[f"wide_high_{name}"] = funnel_overdispersed(theta, n, tau2, z)
    return pd.DataFrame(out)


def _outside(share: Floats, low: Floats, high: Floats) -> Words:
    """The same rule as against a benchmark, with the limits as the interval: a share above both is "higher"."""
    verdict = against(low, high, share)
    return np.select([verdict == "lower", verdict == "higher"], ["higher", "lower"], default=verdict)


def _shares(theta: ArrayLike) -> Floats:
    shares = floats(theta)
    if np.any(wrong := (shares < 0) | (shares > 1)):
        raise ValueError(f"a share of {shares[wrong][0]:g} cannot be")
    return shares
