"""Draws of all PCNs together: how often each is among the neediest, and the interval its rank lies in.

PCNs of one ICB rise and fall with its uncertain effect, so they are drawn jointly (Goldstein & Spiegelhalter 1996; Lin et al. 2006).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oversight.need.estimates import Estimates
from oversight.need.weights import Floats

DRAWS, SEED = 5_000, 20_210_401
Ranks = NDArray[np.uint16]
_CHUNK = 250  # draws held at a time


def ranks(estimates: Estimates, draws: int = DRAWS, seed: int = SEED) -> Ranks:
    """The rank of each PCN in each draw, 1 the neediest: (draws, n_pcn). The same ``seed`` gives the same ranks.

    Raises ``ValueError`` for fewer than 1 draw or more than 65,535 PCNs.
    """
    size = len(estimates.estimate)
    if draws < 1 or size > np.iinfo(np.uint16).max:
        raise ValueError(f"{draws} draws of {size} PCNs; there must be 1 draw or more and at most 65,535 PCNs")
    random = np.random.default_rng(seed)
    found = np.empty((draws, size), dtype=np.uint16)
    places = np.arange(1, size + 1, dtype=np.uint16)
    shared = estimates.shared.T.astype(np.float32)
    centre, own, skew = (a.astype(np.float32) for a in (estimates.estimate, estimates.own, estimates.skew))
    for start in range(0, draws, _CHUNK):
        rows = min(_CHUNK, draws - start)
        z = random.standard_normal((rows, size), dtype=np.float32)
        need = centre + random.standard_normal((rows, len(shared)), dtype=np.float32) @ shared
        need += own * (z + skew / 6 * (z * z - 1))  # Cornish and Fisher's first term
        for row, order in enumerate(np.argsort(-need, axis=1)):
            found[start + row, order] = places
    return found


def chances(ranks: Ranks, k: int) -> tuple[Floats, Floats, Floats]:
    """P(among the k neediest) and a 90% interval of the rank: (p_top, rank_low, rank_high), each (n_pcn,).

    Raises ``ValueError`` when k is below 0.
    """
    if k < 0:
        raise ValueError(f"k is {k}, but cannot be below 0")
    draws = len(ranks)
    ends = (int(0.05 * (draws - 1)), draws - 1 - int(0.05 * (draws - 1)))
    ordered = np.partition(np.ascontiguousarray(ranks.T), ends, axis=1)
    return (ranks <= k).mean(axis=0), ordered[:, ends[0]].astype(float), ordered[:, ends[1]].astype(float)
