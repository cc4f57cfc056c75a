"""What goes into a model of need and what comes out of it, whichever model it is. Arrays only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from oversight.need import weights
from oversight.need.weights import Floats, Ints

Z90 = 1.6448536269514722


@dataclass(frozen=True)
class Replies:
    """The replies that count, and what is known of the PCNs.

    Per reply (n rows): ``pcn``, the number of its PCN; ``unmet`` (n, k), 1 unmet, 0 met, NaN not known; ``role``, 0 for the kind of
    respondent whose need is estimated. Per PCN (n_pcn rows): ``icb`` and ``region``, numbers from 0; ``x`` (n_pcn, covariates),
    centred and scaled; ``n_workers``, NaN where not known. ``weights`` (k,) add up to 1.
    """

    pcn: Ints
    unmet: Floats
    role: Ints
    icb: Ints
    region: Ints
    x: Floats
    n_workers: Floats
    weights: Floats

    @property
    def n(self) -> Ints:
        """Replies of each PCN."""
        return np.bincount(self.pcn, minlength=len(self.icb)).astype(np.int64)

    def score(self) -> Floats:
        """Each reply's score, 0..1."""
        return weights.composite(self.unmet, self.weights)[0]

    def own(self) -> tuple[Ints, Floats]:
        """Replies of the role asked for, and the sum of their scores, by PCN."""
        own, size = self.role == 0, len(self.icb)
        n = np.bincount(self.pcn[own], minlength=size).astype(np.int64)
        return n, np.bincount(self.pcn[own], self.score()[own], minlength=size).astype(np.float64)


@dataclass(frozen=True)
class Estimates:
    """The estimated need of every PCN; arrays have n_pcn rows, all NaN when there is no reply at all.

    ``estimate``: T, the need of a worker of the role asked for in the coming months, 0..1; ``sd`` its posterior standard deviation.
    ``fitted``: what region, ICB and covariates alone let expect. ``reply_sd``: standard deviation of one further reply's score about the
    PCN's need. T varies as estimate + shared @ z + own × z_i: ``shared`` (n_pcn, c) is how it moves with what is uncertain for many
    PCNs together (the effects of region, ICB and covariates), ``own`` what is uncertain of it alone, ``skew`` how lopsided that is.
    ``explained``, asked for only where it is shown: what its replies on each criterion add to ``fitted`` (n_pcn, k), and what its
    covariates add (n_pcn,).
    ``assumed``: what had to be assumed rather than estimated, "" when nothing.
    """

    estimate: Floats
    sd: Floats
    fitted: Floats
    reply_sd: Floats
    shared: Floats
    own: Floats
    skew: Floats
    explained: Callable[[], tuple[Floats, Floats]]
    assumed: str

    def interval(self) -> tuple[Floats, Floats]:
        """The 90% interval (low, high): never beyond 0..1, always around the estimate."""
        skew = self.skew * (self.own / np.maximum(self.sd, 1e-12)) ** 3 / 6 * (Z90**2 - 1)
        # Covariates can carry an estimate of the composite out of 0..1: the interval is cut there, the estimate is not
        low = np.minimum(np.maximum(self.estimate + self.sd * (skew - Z90), 0), self.estimate)
        return low, np.maximum(np.minimum(self.estimate + self.sd * (skew + Z90), 1), self.estimate)

    @property
    def england(self) -> float:
        """The mean estimate of all PCNs, each counted once."""
        return float(self.estimate.mean()) if len(self.estimate) else float("nan")


def scaled(x: ArrayLike) -> Floats:
    """Covariates with mean 0 and standard deviation 1; 0 where one is missing or the same everywhere."""
    plain = np.asarray(x, dtype=float)
    _, twos = np.frexp(np.abs(np.where(np.isfinite(plain), plain, 0)).max(axis=0, initial=0))
    given = np.ma.masked_invalid(np.ldexp(plain, -np.maximum(twos, 0)))  # to 1 at most, exactly: squares of what is huge would overflow
    centred: Floats = np.ma.filled(given - given.mean(axis=0), 0.0)
    sd = np.sqrt((centred**2).sum(axis=0) / max(len(centred), 1))
    return centred / np.where(sd > 1e-12, sd, 1)


def order(estimate: ArrayLike, n: ArrayLike, n_workers: ArrayLike, code: ArrayLike) -> Ints:
    """The PCNs' numbers by the published rule (``sharing.TIES``), the neediest first; what is not known comes last.

    Rounded, so that PCNs with the same replies tie whatever the last bit says.
    """
    people = np.nan_to_num(np.asarray(n_workers, dtype=float), nan=-1)
    keys = (np.asarray(code), -people, -np.asarray(n, dtype=float), -np.round(np.asarray(estimate, dtype=float), 12))
    return np.lexsort(keys).astype(np.int64)


def in_post(estimates: Estimates, replies: Replies) -> Floats:
    """F: the need of the people now in post, (n × their mean score + (N - n) T) / N; T where N is not known or 0.

    Only replies of the role asked for are of its people in post.
    """
    n, total = replies.own()
    people = np.maximum(np.nan_to_num(replies.n_workers), n)
    return np.divide(total + (people - n) * estimates.estimate, people, out=estimates.estimate.copy(), where=people > 0)
