"""The model of need: one thing behind all that a PCN's link workers lack, and what is special to each criterion.

A reply j of PCN i says that criterion k is unmet with the probability p, where

    logit p_ijk = μ_k(role of j) + λ_k c_i + ε_ik,   c_i = x_i'β + u_region + v_ICB + w_i

with u, v, w and ε normal with mean 0 and standard deviations of their own. c_i is how short of support the PCN is as a whole: four
answers of one person tell more of it than their weighted sum does, which is why this model finds more of the neediest than one of the
sum alone (``composite``). The need of a PCN is T_i = Σ_k W_k E(p_ik | all replies) at the μ of the role asked for: never below 0 or
above 1, and in units that a person understands. A PCN from which nobody replied has the T that its region, ICB and covariates let expect.

Everything about c_i is worked out on a grid, everything about ε_ik at Gauss–Hermite nodes. The effects β, u, v are at their posterior
mode (Newton's method on the marginal likelihood, whose curvature gives their covariance); μ and λ by EM; the variances by their
posterior expectations (EM; for w as Schall 1991). Bartholomew, Knott & Moustaki 2011, chapter 4; Rabe-Hesketh & Skrondal 2004. What
it leaves out: that μ, λ and the variances are themselves estimated, and that the neediest may reply more, or less, often (see
``posterior.tilted``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oversight.need.estimates import Replies
from oversight.need.weights import Floats, Ints

#: Where c_i is worked out. Sums over it are exact to six digits while what is summed is wider than about 0.14.
GRID: Floats = np.linspace(-7, 7, 71)
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(5)
#: Standard deviation of ε, at its nodes. Held fixed: a wave says next to nothing of it.
EPSILON = 0.4
NODES: Floats = EPSILON * _NODES
NODE_WEIGHTS: Floats = _NODE_WEIGHTS / _NODE_WEIGHTS.sum()
#: What is taken for likely before any reply: loadings about 1, levels from "hardly anybody" to "nearly everybody", slopes of covariates
#: up to 1 per standard deviation. The variances start from these, with the weight of so many PCNs, or of one ICB or region: lost among
#: hundreds of replies, but with a handful they keep an estimate from following a single answer.
LOADING_SD, LEVEL, LEVEL_SD, SLOPE_SD = 0.2, -0.5, 2.0, 0.5
START_PCN, START_ICB, START_REGION, PCN_WEIGHT, GROUP_WEIGHT = 0.64, 0.10, 0.05, 5.0, 1.0
SMALLEST_PCN = 0.15**2  # so that the grid stays fine enough
_ROUNDS, _SETTLED = 60, 2e-3


@dataclass(frozen=True)
class Parameters:
    """What is estimated of the nation: ``level`` μ (k, roles), ``loading`` λ (k,), ``effects`` (columns of the design), variances."""

    level: Floats
    loading: Floats
    effects: Floats
    pcn: float
    icb: float
    region: float


@dataclass(frozen=True)
class Counts:
    """The replies as counts. An *item* is a criterion as asked of one role; item k × roles + r belongs to criterion k and role r.

    ``pairs`` (u, 2): the pairs of (answers, of which unmet) that occur; ``pair`` (rows, items): the number of each row's pair.
    """

    pairs: Ints
    pair: Ints

    @classmethod
    def of(cls, answered: Ints, unmet: Ints) -> Counts:
        """From answers and unmet ones, both (rows, items)."""
        flat = np.column_stack([answered.ravel(), unmet.ravel()])
        pairs, pair = np.unique(flat, axis=0, return_inverse=True)
        return cls(pairs.reshape(-1, 2), pair.reshape(answered.shape))


@dataclass(frozen=True)
class Fit:
    """The model fitted: its parameters, and the covariance of the design's effects (columns: 1, covariates, ICBs, regions)."""

    replies: Replies
    counts: Counts
    design: Floats
    parameters: Parameters
    covariance: Floats

    @cached_property
    def expected(self) -> Floats:
        """c_i as region, ICB and covariates let expect."""
        found: Floats = self.design @ self.parameters.effects
        return found


def tallies(replies: Replies) -> tuple[Ints, Ints]:
    """Answers to each item and unmet ones among them, by PCN: two arrays (n_pcn, items)."""
    criteria, roles = replies.unmet.shape[1], int(replies.role.max(initial=0)) + 1
    cell = replies.pcn[:, None] * criteria * roles + np.arange(criteria) * roles + replies.role[:, None]
    size = len(replies.icb) * criteria * roles
    known = ~np.isnan(replies.unmet)
    answered = np.bincount(cell[known], minlength=size)
    unmet = np.bincount(cell[known], replies.unmet[known], minlength=size)
    return answered.reshape(-1, criteria * roles).astype(np.int64), unmet.reshape(-1, criteria * roles).astype(np.int64)


def design_of(replies: Replies) -> Floats:
    """A column of ones, the covariates, a column per ICB, a column per region: (n_pcn, columns)."""
    groups = [np.eye(max(g, default=-1) + 1)[g] for g in (replies.icb, replies.region)]
    return np.hstack([np.ones((len(replies.icb), 1)), replies.x, *groups])


def chance(parameters: Parameters) -> Floats:
    """P(unmet) of each item at each point of the grid and each node of ε: (items, grid, nodes)."""
    roles = parameters.level.shape[1]
    logit = parameters.level.ravel()[:, None, None] + np.repeat(parameters.loading, roles)[:, None, None] * GRID[:, None] + NODES
    found: Floats = 1 / (1 + np.exp(-logit))
    return found


def log_likelihood(p: Floats, pairs: Ints) -> Floats:
    """Of each item's pairs of counts given c and ε: (items, pairs, grid, nodes)."""
    unmet = pairs[:, 1][:, None, None]
    found: Floats = unmet * np.log(p)[:, None] + (pairs[:, 0][:, None, None] - unmet) * np.log1p(-p)[:, None]
    return found


def over_nodes(log_p: Floats) -> tuple[Floats, Floats]:
    """From ``log_likelihood``: the log likelihood given c alone (items, pairs, grid), and P(node | c, answers), which adds up to 1."""
    top = log_p.max(axis=3, keepdims=True)  # hundreds of answers would otherwise come to a likelihood of 0
    joint = np.exp(log_p - top) * NODE_WEIGHTS
    total = joint.sum(axis=3, keepdims=True)
    return (np.log(total) + top)[..., 0], joint / total


def prior(expected: Floats, variance: float) -> Floats:
    """Log density of c on the grid, less a constant, for PCNs of which so much is expected: (n, grid)."""
    found: Floats = -0.5 * (GRID - expected[:, None]) ** 2 / variance
    return found


def normalised(log_density: Floats) -> Floats:
    """Weights on the grid that add up to 1 in each row."""
    weight = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    found: Floats = weight / weight.sum(axis=1, keepdims=True)
    return found


def of_rows(by_pair: Floats, pair: Ints) -> Floats:
    """Items' values by pair (items, pairs, grid) added up for each row: (rows, grid)."""
    total = np.zeros((len(pair), by_pair.shape[2]))
    for item, values in enumerate(by_pair):
        total += values[pair[:, item]]
    return total


def fit(replies: Replies) -> Fit:
    """Fit the model; there must be a reply of the role asked for."""
    heard = replies.n > 0
    counts = Counts.of(*tallies(replies))
    own, design = Counts(counts.pairs, counts.pair[heard]), design_of(replies)
    columns = design.shape[1]
    sizes = (1, replies.x.shape[1], max(replies.icb, default=-1) + 1, max(replies.region, default=-1) + 1)
    answered, unmet = (total.sum(axis=0) for total in tallies(replies))
    level = np.log((unmet + 0.5) / (answered - unmet + 0.5)).reshape(replies.unmet.shape[1], -1)
    found = Parameters(level, np.ones(len(level)), np.zeros(columns), START_PCN, START_ICB, START_REGION)
    # what says which PCNs have which pair, so that sums over PCNs are one product of matrices
    member = np.array([np.equal.outer(np.arange(len(own.pairs)), pair) for pair in own.pair.T], dtype=float)
    covariance = np.eye(columns)
    for _ in range(_ROUNDS):
        last = found
        found, covariance = _round(found, own, member, design[heard], sizes)
        if np.abs(_settling(found) - _settling(last)).max() < _SETTLED:
            break
    return Fit(replies, counts, design, found, covariance)


def _settling(p: Parameters) -> Floats:
    """What the replies tell apart: loadings and the size of c only count together, and settle much sooner than each by itself."""
    found: Floats = np.concatenate([p.level.ravel(), p.loading * np.sqrt(p.pcn), p.effects * p.loading.mean()])
    return found


def _round(last: Parameters, own: Counts, member: Floats, design: Floats, sizes: tuple[int, int, int, int]) -> tuple[Parameters, Floats]:
    """One round: c of every PCN that was heard, then the effects, the variances, and levels and loadings."""
    p = chance(last)
    given_c, share = over_nodes(log_likelihood(p, own.pairs))
    expected = design @ last.effects
    weight = normalised(of_rows(given_c, own.pair) + prior(expected, last.pcn))
    mean = weight @ GRID
    variance = np.maximum(weight @ GRID**2 - mean**2, 0)
    # the marginal likelihood's slope in what is expected of a PCN, and its curvature: how much the replies tell
    slope, told = (mean - expected) / last.pcn, np.maximum(1 - variance / last.pcn, 1e-6) / last.pcn
    precision = np.repeat([1 / 2.0**2, SLOPE_SD**-2, 1 / last.icb, 1 / last.region], sizes)
    covariance = np.linalg.inv((design * told[:, None]).T @ design + np.diag(precision))
    effects = last.effects + covariance @ (design.T @ slope - precision * last.effects)
    of_icb, of_region = (slice(sum(sizes[:2]), sum(sizes[:3])), slice(sum(sizes[:3]), None))
    spread = effects**2 + np.diag(covariance)
    icb, region = (
        float((spread[of].sum() + GROUP_WEIGHT * start) / (size + GROUP_WEIGHT))
        for of, size, start in ((of_icb, sizes[2], START_ICB), (of_region, sizes[3], START_REGION))
    )
    spent = (told * ((design @ covariance) * design).sum(axis=1)).sum()  # degrees of freedom that the effects take
    left = max((1 - variance / last.pcn).sum() - spent, 0.0)
    pcn = (((mean - design @ effects) ** 2).sum() + PCN_WEIGHT * START_PCN) / (left + PCN_WEIGHT)
    level, loading = _levels(last, p, share, weight, member, own)
    level = level + loading[:, None] * effects[0]  # the mean of c is 0: the levels carry it
    effects = np.concatenate([[0.0], effects[1:]])
    found = Parameters(level, loading, effects, max(float(pcn), SMALLEST_PCN), icb, region)
    return found, np.asarray(covariance, dtype=np.float64)


def _levels(last: Parameters, p: Floats, share: Floats, weight: Floats, member: Floats, own: Counts) -> tuple[Floats, Floats]:
    """One step of Newton's for μ and λ of each criterion, on what the replies let expect at each c and ε (EM)."""
    # how often each item meets each c and ε, and is answered and unmet there
    met = (member @ weight)[..., None] * share
    tried = np.tensordot(own.pairs[:, 0].astype(float), met, (0, 1))
    unmet = np.tensordot(own.pairs[:, 1].astype(float), met, (0, 1))
    gap, curve = (unmet - tried * p).sum(axis=2), (tried * p * (1 - p)).sum(axis=2)  # (items, grid)
    roles = last.level.shape[1]
    level, loading = last.level.copy(), last.loading.copy()
    for k in range(len(loading)):
        g, h = gap[k * roles : (k + 1) * roles], curve[k * roles : (k + 1) * roles]
        down = np.append(g.sum(axis=1) - (level[k] - LEVEL) / LEVEL_SD**2, (g @ GRID).sum() - (loading[k] - 1) / LOADING_SD**2)
        bend = np.zeros((roles + 1, roles + 1))
        bend[:roles, :roles] = np.diag(h.sum(axis=1) + LEVEL_SD**-2)
        bend[:roles, roles] = bend[roles, :roles] = h @ GRID
        bend[roles, roles] = (h @ GRID**2).sum() + LOADING_SD**-2
        step = np.linalg.solve(bend, down)
        level[k] = np.clip(level[k] + step[:roles], -9, 9)
        loading[k] = max(loading[k] + step[roles], 0.1)  # a criterion never counts against need
    return level, loading
