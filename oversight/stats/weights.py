"""Shares weighted by what is known of the places people come from."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from oversight.stats.arrays import Floats, checked, ratio
from oversight.stats.proportions import Z95, wilson
from oversight.stats.steps import coverage


def post_stratified(
    x: ArrayLike, n: ArrayLike, N: ArrayLike, *, z: float = Z95, least: int = 1, finite: bool = True
) -> tuple[Floats, Floats, Floats, Floats]:
    """Share of all when x of the n who answered in each stratum count for its N people: (share, standard error, low, high).

    The last axis holds the strata (a single number is one stratum), each answer weighing w = N / n. Variance
    Σ (N_h/N)² (1 − f_h) s_h² / n_h with f_h = n_h / N_h and s_h² = n_h p_h (1 − p_h) / (n_h − 1)
    (Cochran 1977, Sampling Techniques, 5.10; Lohr, Sampling: Design and Analysis, 4.2).
    ``finite=False`` leaves 1 − f_h out: right where N is an estimate and replying is voluntary. The interval is Wilson's with
    the effective number p (1 − p) / variance; where everybody or nobody counts, with the number of answers.

    NaN where a stratum has people and fewer than ``least`` answers: silence is no share. The standard error and the interval
    are NaN too where such a stratum has one answer, which tells nothing about its spread. Strata without people weigh nothing.
    Raises ``ValueError`` for more answers than people.

    >>> np.round(post_stratified([40, 30], [50, 50], [800, 200]), 4)
    array([0.76  , 0.0459, 0.6603, 0.8377])
    """
    x, n = checked(x, n)
    n, N = checked(n, N)
    x, n, N = (np.atleast_1d(a) for a in np.broadcast_arrays(x, n, N))
    weight = ratio(N, np.broadcast_to(N.sum(axis=-1, keepdims=True), N.shape))
    counts = N > 0
    p = ratio(x, np.where(n >= least, n, 0))
    share = np.where(counts, weight * p, 0).sum(axis=-1)
    spread = ratio(p * (1 - p), np.where(n > 1, n - 1, 0)) * (1 - ratio(n, N) if finite else 1)
    variance = np.where(counts, weight**2 * spread, 0).sum(axis=-1)
    total = np.where(counts, n, 0).sum(axis=-1)
    effective = np.where(variance > 0, ratio(share * (1 - share), variance), np.where(np.isnan(variance), np.nan, total))
    known = np.where(np.isnan(share) | ~(N.sum(axis=-1) > 0), np.nan, np.clip(share, 0, 1))
    low, high = wilson(known * effective, effective, z)
    return known, np.sqrt(np.where(np.isnan(known), np.nan, variance)), low, high


def weighted(table: pd.DataFrame, z: float = Z95) -> pd.DataFrame:
    """Step: England's counts and, as lists, those of its places in; adds the plain share and the one weighted by people in post.

    Takes ``yes``, ``no``, ``dont_know``, ``places`` (names), ``place_yes``, ``place_answered``, ``place_headcount``, ``least``; the
    lists go, for they are numbers of small places. Adds what ``coverage`` adds, ``weighted`` with ``weighted_low``,
    ``weighted_high``, and ``silent``, the names of the places with too few answers to stand for their people.
    """
    made, silent = [], []
    for row in table.to_dict("records"):
        n, people = np.asarray(row["place_answered"], dtype=float), np.asarray(row["place_headcount"], dtype=float)
        # no finite correction: people in post are an estimate, and who replies chose to
        share, _, low, high = post_stratified(row["place_yes"], n, people, z=z, least=row["least"], finite=False)
        made.append((float(share), float(low), float(high)))
        silent.append("; ".join(name for name, few in zip(row["places"], (people > 0) & (n < row["least"]), strict=True) if few))
    kept = coverage(table.drop(columns=["places", "place_yes", "place_answered", "place_headcount", "least"]))
    shares = pd.DataFrame(made, columns=["weighted", "weighted_low", "weighted_high"], index=table.index, dtype=float)
    return kept.join(shares).assign(silent=pd.Series(silent, index=table.index, dtype="object"))
