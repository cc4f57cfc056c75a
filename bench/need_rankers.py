"""Rankings of need to compare the product's with: written on their own, from the textbook, importing nothing of the product.

Each takes a ``World`` and gives a score per PCN, larger the needier; PCNs a ranking cannot place get -inf.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from need_world import ITEMS, LOADING, MU, SD_ITEM, Floats, Ints, World, expit
from scipy.optimize import minimize
from scipy.special import betaln

#: Rounds of EM at most, and the change of a variance, as a share of all variance, at which it stops.
ROUNDS, CLOSE = 2_000, 1e-5
NODES_PCN, NODES_ITEM = 21, 7


def raw_mean(world: World) -> Floats:
    """The weighted share that a PCN's own replies report unmet; -inf where nobody replied."""
    total = np.bincount(world.pcn, world.answers @ world.weights, len(world.n))
    return np.divide(total, world.n, out=np.full(len(world.n), -np.inf), where=world.n > 0)


@dataclass(frozen=True)
class Fitted:
    """What the reference finds: ``score`` and ``fit`` per PCN, slopes (the mean first), and the variances."""

    score: Floats
    fit: Floats
    slopes: Floats
    within: float
    pcn: float
    icb: float
    region: float


def eblup(s: Floats, pcn: Ints, icb: Ints, region: Ints, x: Floats) -> Fitted:
    """The nested-error EBLUP of workers' scores ``s`` (replies,), whose PCNs are ``pcn``; ``x`` (PCNs, covariates).

    s = mean + x'b + region + ICB + PCN + e. The variance of e is the pooled one within PCNs of two replies or more; the slopes and
    the effects of regions and ICBs solve Henderson's mixed-model equations; the other variances come by EM, restricted likelihood.
    """
    n = np.bincount(pcn, minlength=len(icb))
    heard = n > 0
    mean = np.bincount(pcn, s, len(icb)) / np.maximum(n, 1)
    within = ((s - mean[pcn]) ** 2).sum() / (n[heard] - 1).sum()
    fixed, icbs, regions = 1 + x.shape[1], icb.max() + 1, region.max() + 1
    whole = np.hstack([np.ones((len(icb), 1)), x, np.eye(icbs)[icb], np.eye(regions)[region]])
    design, y, count = whole[heard], mean[heard], n[heard]
    of_icb, of_region = slice(fixed, fixed + icbs), slice(fixed + icbs, fixed + icbs + regions)
    v_pcn, v_icb, v_region = 0.02, 0.004, 0.002
    for _ in range(ROUNDS):
        weight = 1 / (v_pcn + within / count)
        penalty = np.concatenate([np.zeros(fixed), np.full(icbs, 1 / v_icb), np.full(regions, 1 / v_region)])
        left = (design * weight[:, None]).T @ design + np.diag(penalty)
        inverse = np.linalg.inv(left)
        effects = inverse @ (design.T @ (weight * y))
        own = v_pcn * weight  # what share of a PCN's distance from its fit is its own
        off = own * (y - design @ effects)
        left_over = v_pcn * (1 - own) + own**2 * ((design @ inverse) * design).sum(axis=1)
        last = np.array([v_pcn, v_icb, v_region])
        v_pcn = float(np.mean(off**2 + left_over))
        v_icb = float(np.mean(effects[of_icb] ** 2 + np.diag(inverse)[of_icb]))
        v_region = float(np.mean(effects[of_region] ** 2 + np.diag(inverse)[of_region]))
        if np.all(np.abs(np.array([v_pcn, v_icb, v_region]) - last) <= CLOSE * (within + last.sum())):
            break
    fit = whole @ effects
    own_share = v_pcn / (v_pcn + within / np.maximum(n, 1)) * heard
    return Fitted(fit + own_share * (mean - fit), fit, effects[:fixed], within, v_pcn, v_icb, v_region)


def reference(world: World) -> Floats:
    """The reference EBLUP of the weighted score."""
    return eblup(world.answers @ world.weights, world.pcn, world.icb, world.region, world.x).score


def beta_binomial(world: World) -> Floats:
    """Each item shrunk on its own to what all PCNs let expect (beta-binomial, maximum likelihood), then weighted."""
    heard, score = world.n > 0, np.zeros(len(world.n))
    for item, weight in enumerate(world.weights):
        unmet = np.bincount(world.pcn, world.answers[:, item], len(world.n))
        cells, times = np.unique(np.column_stack([unmet, world.n])[heard], axis=0, return_counts=True)

        def minus(log_ab: Floats, y: Floats = cells[:, 0], n: Floats = cells[:, 1], times: Ints = times) -> float:
            a, b = np.exp(log_ab)
            return -float(times @ (betaln(a + y, b + n - y) - betaln(a, b)))

        a, b = np.exp(minimize(minus, np.zeros(2), method="L-BFGS-B", bounds=[(-6, 6)] * 2).x)
        score += weight * (a + unmet) / (a + b + world.n)
    return score


def ceiling(world: World) -> Floats:
    """The mean of need given the replies when every parameter and the effects of regions and ICBs are known: no ranking can do better.

    A PCN's own leaning and the items' own deviations are integrated out by Gauss-Hermite quadrature. Only what is answered counts: where
    need decides who replies, silence would tell something too.
    """
    at, of = np.polynomial.hermite_e.hermegauss(NODES_PCN)
    item_at, item_of = np.polynomial.hermite_e.hermegauss(NODES_ITEM)
    leaning = world.expected[:, None] + world.scenario.sd_pcn * at  # (PCNs, nodes)
    posterior = np.tile(of, (len(world.n), 1))
    expected = np.empty((len(ITEMS), *leaning.shape))  # of each item at each node, given the PCN's replies
    for item in range(len(ITEMS)):
        unmet = np.bincount(world.pcn, world.answers[:, item], len(world.n))[:, None, None]
        p = expit(MU[item] + LOADING[item] * leaning[:, :, None] + SD_ITEM * item_at)
        likely = p**unmet * (1 - p) ** (world.n[:, None, None] - unmet) * item_of
        total = likely.sum(axis=2)
        expected[item] = (likely * p).sum(axis=2) / total
        posterior *= total
    posterior /= posterior.sum(axis=1, keepdims=True)
    return np.einsum("k,kig,ig->i", world.weights, expected, posterior)
