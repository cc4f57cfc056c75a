"""Draws of all PCNs together: how often each is among the neediest, and the interval its rank lies in.

PCNs of one ICB rise and fall with its uncertain effect, so they are drawn jointly (Goldstein & Spiegelhalter 1996; Lin et al. 2006).
"""

from __future__ import annotations

from contextvars import ContextVar
from threading import Event

import numpy as np
from numpy.typing import NDArray

from oversight.need.estimates import Estimates
from oversight.need.weights import Floats

DRAWS, SEED = 5_000, 20_210_401
#: Set by whoever no longer waits for the draws of this thread: they stop.
given_up: ContextVar[Event | None] = ContextVar("given_up", default=None)


class GivenUp(Exception):
    """Nobody waits for these draws any more."""


Ranks = NDArray[np.uint16]
_CHUNK = 125  # draws held at a time: they stay in the cache of one core


def ranks(estimates: Estimates, draws: int = DRAWS, seed: int = SEED) -> Ranks:
    """The rank of each PCN in each draw, 1 the neediest: (draws, n_pcn). The same ``seed`` gives the same ranks.

    Raises ``ValueError`` for fewer than 1 draw or more than 65,535 PCNs, ``GivenUp`` when nobody waits for them any more (``given_up``).
    """
    unwanted = given_up.get()
    size = len(estimates.estimate)
    if draws < 1 or size > np.iinfo(np.uint16).max:
        raise ValueError(f"{draws} draws of {size} PCNs; there must be 1 draw or more and at most 65,535 PCNs")
    random = np.random.default_rng(seed)
    found = np.empty((draws, size), dtype=np.uint16)
    places, numbers = np.arange(1, size + 1, dtype=np.uint16), np.arange(size, dtype=np.int64)
    shared = np.ascontiguousarray(estimates.shared.T, dtype=np.float32)
    centre, own, skew = (a.astype(np.float32) for a in (estimates.estimate, estimates.own, estimates.skew))
    linear, square = own, own * skew / 6  # Cornish and Fisher's first term: own × (z + skew / 6 × (z² - 1))
    lopsided = bool(square.any())
    centre -= square
    for start in range(0, draws, _CHUNK):
        if unwanted and unwanted.is_set():
            raise GivenUp
        rows = min(_CHUNK, draws - start)
        z = random.standard_normal((rows, size), dtype=np.float32)
        need = random.standard_normal((rows, len(shared)), dtype=np.float32) @ shared
        need += centre
        need += z * (square * z + linear) if lopsided else z * linear
        for row, order in enumerate(_order(need, numbers)):
            found[start + row, order] = places
    return found


def _order(need: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """``argsort(-need, axis=1, kind="stable")`` in a third of the time: NumPy sorts whole numbers faster than it sorts their places.

    The bits of a float, read as a whole number, are in the order of the floats (those below 0 the other way round); the PCN's number
    stands below them, so that a tie goes to the PCN that comes first on every machine.
    """
    bits = np.negative(need + np.float32(0)).view(np.int32)  # + 0: -0 is 0
    keys: NDArray[np.int64] = (bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))).astype(np.int64)
    keys <<= 16
    keys |= numbers
    keys.sort(axis=1)
    keys &= 0xFFFF
    return keys


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
