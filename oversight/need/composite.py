"""Pooling: what the replies of a PCN, its ICB, its region and England together say of it. Plain functions on arrays.

A worker's *score* is the weighted share of the parts of supervision they report unmet (0 none, 1 all). A wave brings
about one reply per PCN or fewer, so PCNs are not compared on their own replies alone: a nested-error model

    s_ij = x_i'b + u_region + v_ICB + w_PCN + e_ij,   u ~ N(0, region), v ~ N(0, icb), w ~ N(0, τ²), e ~ N(0, σ²)

pulls a PCN's mean score s̄_i towards what its region, its ICB and any covariates let expect:

    T_i = fit_i + B_i (s̄_i - fit_i),   B_i = τ² / (τ² + σ²/n_i),   B_i = 0 where nobody replied

(Battese, Harter & Fuller 1988; Rao & Molina 2015, chapter 7). A silent PCN gets its fit and a wide interval, never 0. What
the model leaves out: that the variances are themselves estimated, and that the neediest may reply more, or less, often.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oversight.need.estimates import Estimates, Replies, scaled
from oversight.need.weights import Floats, Ints, parts


@dataclass(frozen=True)
class Components:
    """The variances: σ² within a PCN, τ² between PCNs of an ICB, between ICBs of a region, between regions."""

    sigma2: float
    tau2: float
    icb: float
    region: float


#: The sizes found by REML in a simulated nation with scores on 0 to 1. σ² and τ² start from it with the weight of one reply
#: and one PCN: lost among hundreds of replies, but with few, or all alike, it keeps an interval from closing to a point.
#: The variance between ICBs (regions) is the one given here while replies come from fewer than two of them.
PRIOR, PRIOR_WEIGHT = Components(sigma2=0.04, tau2=0.02, icb=0.0035, region=0.001), 1.0
#: While there are fewer replies than this beyond the first of each PCN, σ² and τ² cannot be told apart: only their sum is
#: estimated, and shared out as in ``PRIOR`` (a third between PCNs). ``Pooled.assumed`` says so.
MIN_WITHIN = 10


@dataclass(frozen=True)
class Sums:
    """The scores summed up by PCN, which is all the model needs; arrays have n_pcn rows.

    ``n`` replies with a score, their ``mean`` (0 where n is 0), ``within``: the sum of squares about those means.
    ``design`` has a column of ones, the covariates (centred and scaled), a column per ICB, a column per region; ``sizes``
    counts the columns of the three kinds.
    """

    n: Ints
    mean: Floats
    within: float
    design: Floats
    sizes: tuple[int, int, int]


@dataclass(frozen=True)
class Pooled:
    """What ``pool`` finds; arrays have n_pcn values, all NaN when there is no reply at all.

    ``estimate`` T on the scale of the score, its posterior standard deviation ``sd``, ``fitted`` the value expected
    from region, ICB and covariates, ``reliability`` B, ``n`` replies used.
    ``coefficients`` belong to the columns of ``replies.design``; their posterior covariance is ``root @ root.T``.
    ``assumed`` is "" when the variances were estimated, "share" when only σ² + τ² was (``MIN_WITHIN``), "given" when the
    caller set them, "no replies" when nothing could be estimated.
    """

    estimate: Floats
    fitted: Floats
    reliability: Floats
    sd: Floats
    n: Ints
    components: Components
    coefficients: Floats
    root: Floats
    replies: Sums
    assumed: str

    @property
    def sigma2(self) -> float:
        """The variance of scores within a PCN."""
        return self.components.sigma2

    @property
    def tau2(self) -> float:
        """The variance between the PCNs of an ICB."""
        return self.components.tau2


def pool(
    score: ArrayLike,
    pcn_index: ArrayLike,
    icb_index_of_pcn: ArrayLike,
    region_index_of_pcn: ArrayLike,
    x: ArrayLike | None = None,
    components: Components | None = None,
) -> Pooled:
    """The pooled need of every PCN: the model at the head of this module, variances by REML.

    ``score`` (n,) with NaN for a worker without one; ``pcn_index`` (n,) numbers their PCNs 0..n_pcn-1; the next two give
    each PCN's ICB and region as numbers from 0; ``x`` (n_pcn, covariates), NaN taken as the mean. ``components`` holds the
    variances fixed instead. Raises ``ValueError`` when those are not above 0 (σ²) or 0 and more (the others).
    """
    replies = _summed(score, pcn_index, icb_index_of_pcn, region_index_of_pcn, x)
    if not replies.n.any():
        none, columns = np.full(len(replies.n), np.nan), replies.design.shape[1]
        nothing = np.full((columns, columns), np.nan)
        return Pooled(none, none, none, none, replies.n, PRIOR, nothing[0], nothing, replies, "no replies")
    if components is None:
        components, assumed = _reml(replies)
    elif components.sigma2 > 0 and min(components.tau2, components.icb, components.region) >= 0:
        assumed = "given"
    else:
        raise ValueError(f"these cannot be variances: {components}")
    weight = _weight(replies.n, components)
    root = _root((replies.design * weight[:, None]).T @ replies.design, replies.sizes, components)
    coefficients = root @ (root.T @ (replies.design.T @ (weight * replies.mean)))
    fitted = replies.design @ coefficients
    reliability = components.tau2 * weight
    estimate = fitted + reliability * (replies.mean - fitted)
    # Given the coefficients a PCN's own effect has variance τ²(1 - B); their own uncertainty reaches T through (1 - B) fit.
    of_fit = ((replies.design @ root) ** 2).sum(axis=1)
    sd = np.sqrt((1 - reliability) ** 2 * of_fit + components.tau2 * (1 - reliability))
    return Pooled(estimate, fitted, reliability, sd, replies.n, components, coefficients, root, replies, assumed)


def _summed(score: ArrayLike, pcn: ArrayLike, icb: ArrayLike, region: ArrayLike, x: ArrayLike | None) -> Sums:
    """The scores summed up by PCN, and the design."""
    scores, of = np.asarray(score, dtype=float), np.asarray(pcn, dtype=np.int64)
    scores, of = scores[~np.isnan(scores)], of[~np.isnan(scores)]
    groups = [np.eye(max(g, default=-1) + 1)[g] for g in (np.asarray(icb, dtype=np.int64), np.asarray(region, dtype=np.int64))]
    size = len(groups[0])
    n = np.bincount(of, minlength=size).astype(np.int64)
    mean = np.bincount(of, scores, minlength=size) / np.maximum(n, 1)
    within = float(((scores - mean[of]) ** 2).sum())
    fixed = np.ones((size, 1)) if x is None else np.column_stack([np.ones(size), scaled(x)])
    return Sums(n, mean, within, np.hstack([fixed, *groups]), (fixed.shape[1], groups[0].shape[1], groups[1].shape[1]))


def _weight(n: ArrayLike, components: Components) -> Floats:
    """What a PCN's mean of n replies weighs: 1 / (τ² + σ²/n), 0 where n is 0."""
    replies = np.asarray(n, dtype=float)
    weight: Floats = replies / (replies * components.tau2 + components.sigma2)
    return weight


def _root(information: Floats, sizes: tuple[int, int, int], components: Components) -> Floats:
    """A square root of the coefficients' posterior covariance, from Henderson's mixed-model equations.

    ``information`` is W'D⁻¹W of the design. The mean has a flat prior, an ICB's or region's effect its variance, a
    covariate's slope N(0, 1): per standard deviation, of a score between 0 and 1, that says next to nothing, yet makes a
    constant or a doubled covariate harmless. Effects are solved on the scale of their own size, so a variance of 0 will do.
    """
    scale = np.repeat([1, np.sqrt(components.icb), np.sqrt(components.region)], sizes)
    prior = np.ones(len(scale))
    prior[0] = 0
    inverse = np.linalg.inv(np.linalg.cholesky(information * np.outer(scale, scale) + np.diag(prior)))
    root: Floats = scale[:, None] * inverse.T
    return root


class _Alike(NamedTuple):
    """What REML needs: one entry per number of replies n that occurs, summed over the PCNs with that n."""

    n: Ints
    pcns: Ints
    cross: Floats  # products of the design's columns
    right: Floats  # of the design's columns with the mean scores
    square: Floats  # of the mean scores


def _reml(replies: Sums) -> tuple[Components, str]:
    """The variances by REML, and what had to be assumed: Schall's fixed point (Biometrika 1991, 78: 719).

    PCNs with the same n enter only through sums, so a round costs the same however many PCNs there are.
    """
    ns = np.unique(replies.n[replies.n > 0])
    alike = [(replies.design[replies.n == n], replies.mean[replies.n == n]) for n in ns]
    sums = _Alike(
        ns,
        np.array([len(mean) for _, mean in alike]),
        np.array([design.T @ design for design, _ in alike]),
        np.array([design.T @ mean for design, mean in alike]),
        np.array([mean @ mean for _, mean in alike]),
    )
    shared = bool((ns - 1) @ sums.pcns < MIN_WITHIN)
    found = PRIOR
    for _ in range(1_000):
        last, found = found, _round(sums, replies, found, shared)
        if np.allclose(astuple(found), astuple(last), rtol=0, atol=1e-10 * (found.sigma2 + found.tau2)):
            break
    return found, "share" if shared else ""


def _round(sums: _Alike, replies: Sums, c: Components, shared: bool) -> Components:
    """One round of REML: each variance becomes its predicted effects' sum of squares over their effective number."""
    weight = _weight(sums.n, c)
    root = _root(np.tensordot(weight, sums.cross, 1), replies.sizes, c)
    b, covariance = root @ (root.T @ (weight @ sums.right)), root @ root.T
    left = np.maximum(sums.square - 2 * sums.right @ b + np.einsum("i,gij,j->g", b, sums.cross, b), 0)
    spent = np.einsum("ij,gij->g", covariance, sums.cross) * weight  # degrees of freedom that b takes
    reliability = c.tau2 * weight
    between, between_df = reliability**2 @ left, reliability @ (sums.pcns - spent)
    within = replies.within + (sums.n * (1 - reliability) ** 2) @ left
    within_df = sums.n @ sums.pcns - reliability @ sums.pcns - (1 - reliability) @ spent
    if shared:
        start = PRIOR.sigma2 + PRIOR.tau2
        part = PRIOR.tau2 / start
        both = (between / part + within / (1 - part) + PRIOR_WEIGHT * start) / (between_df + within_df + PRIOR_WEIGHT)
        sigma2, tau2 = (1 - part) * both, part * both
    else:
        sigma2 = (within + PRIOR_WEIGHT * PRIOR.sigma2) / (within_df + PRIOR_WEIGHT)
        tau2 = (between + PRIOR_WEIGHT * PRIOR.tau2) / (between_df + PRIOR_WEIGHT)
    (_, icb, region), (_, icb_left, region_left) = (np.split(a, np.cumsum(replies.sizes)[:2]) for a in (b, np.diag(covariance)))
    return Components(float(sigma2), float(tau2), _of_groups(icb, icb_left, c.icb), _of_groups(region, region_left, c.region))


def _of_groups(effects: Floats, variances: Floats, last: float) -> float:
    """The variance between groups; as it was where the replies say nothing of it (fewer than two groups) or it has reached 0."""
    effective = len(effects) - float(variances.sum()) / last if last > 1e-12 else 0.0
    return float(effects @ effects) / effective if effective > 1e-9 else last


def estimate(replies: Replies) -> Estimates:
    """The model at the head of this module, on the scores of the replies.

    What the kinds of respondent differ by is taken out of the scores first: the mean residual of each further kind about its PCNs'
    estimates, until it moves no more (backfitting).
    """
    split, _ = parts(replies.unmet, replies.weights)
    score, icb, region = split.sum(axis=1), replies.icb, replies.region
    kinds = np.unique(replies.role[replies.role > 0])
    shift = np.zeros(int(replies.role.max(initial=0)) + 1)
    for _ in range(100 if len(kinds) else 0):
        expected = pool(score - shift[replies.role], replies.pcn, icb, region, replies.x).estimate[replies.pcn]
        residual = score - expected
        base = residual[replies.role == 0].mean() if (replies.role == 0).any() else 0.0
        last, shift = shift, np.array([0.0, *(residual[replies.role == r].mean() - base for r in range(1, len(shift)))])
        if np.abs(shift - last).max() < 1e-6:
            break
    pooled = pool(score - shift[replies.role], replies.pcn, icb, region, replies.x)

    def explained() -> tuple[Floats, Floats]:
        # the shift belongs to no criterion: it is shared out as the weights are
        by_criterion = _by_criterion(pooled, split - np.outer(shift[replies.role], replies.weights), replies.pcn)
        slopes = pooled.coefficients.copy()
        slopes[0] = slopes[pooled.replies.sizes[0] :] = 0
        return by_criterion, pooled.replies.design @ slopes

    return as_estimates(pooled, explained)


def as_estimates(pooled: Pooled, explained: Callable[[], tuple[Floats, Floats]]) -> Estimates:
    """What ``pool`` found as any model's estimates."""
    lacks = 1 - pooled.reliability
    return Estimates(
        estimate=pooled.estimate,
        sd=pooled.sd,
        fitted=pooled.fitted,
        reply_sd=np.full(len(lacks), np.sqrt(pooled.sigma2)),
        shared=lacks[:, None] * (pooled.replies.design @ pooled.root),
        own=np.sqrt(pooled.tau2 * lacks),
        skew=np.zeros(len(lacks)),
        explained=explained,
        assumed=pooled.assumed,
    )


def _by_criterion(pooled: Pooled, split: Floats, pcn: Ints) -> Floats:
    """What the replies on each criterion add to what was expected: the composite's own smoother on each, so that they add up exactly."""
    design, size = pooled.replies.design, len(pooled.n)
    totals = [np.bincount(pcn, column, minlength=size) for column in split.T]
    means = np.column_stack(totals) / np.maximum(pooled.n, 1)[:, None]
    fitted = design @ (pooled.root @ (pooled.root.T @ (design.T @ (_weight(pooled.n, pooled.components)[:, None] * means))))
    added: Floats = pooled.reliability[:, None] * (means - fitted)
    return added
