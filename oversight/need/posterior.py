"""What the fitted model says of each PCN: its need, how sure that is, and what each of its replies adds to it."""

from __future__ import annotations

from functools import partial

import numpy as np

from oversight.need import factor
from oversight.need.estimates import Estimates, Replies
from oversight.need.factor import GRID, NODE_WEIGHTS, Counts, Fit
from oversight.need.weights import Floats, Ints

_STEPS, _STEP_WEIGHTS = np.polynomial.legendre.leggauss(8)
#: How differently PCNs reply whatever their need: standard deviation of their log-odds of replying, in ``tilted``.
REPLYING_SD = 0.8


def read(fit: Fit) -> Estimates:
    """The need of every PCN under the weights of ``fit.replies``."""
    weight = _weights(fit, fit.counts, fit.expected)
    need, spread, third, noise = _given_c(fit, fit.counts)
    at = (weight * need).sum(axis=1)
    own_variance = (weight * (spread + (need - at[:, None]) ** 2)).sum(axis=1)
    lopsided = (weight * (third + 3 * spread * (need - at[:, None]) + (need - at[:, None]) ** 3)).sum(axis=1)
    own = np.sqrt(np.maximum(own_variance, 1e-18))
    # how T moves with what is expected of the PCN: its covariance with c, in units of the variance of w
    moves = ((weight * need) @ GRID - at * (weight @ GRID)) / fit.parameters.pcn
    shared = moves[:, None] * (fit.design @ np.linalg.cholesky(fit.covariance))
    return Estimates(
        estimate=at,
        sd=np.sqrt(own_variance + (shared**2).sum(axis=1)),
        fitted=_fitted(fit, fit.expected),
        reply_sd=np.sqrt((weight * noise).sum(axis=1)),
        shared=shared,
        own=own,
        skew=lopsided / own**3,
        explained=partial(explained, fit),
        assumed="",
    )


def nothing(replies: Replies) -> Estimates:
    """No reply of the role asked for: nothing is known of anybody."""
    none = np.full(len(replies.icb), np.nan)
    wide = np.full((len(none), len(replies.weights)), np.nan)
    return Estimates(none, none, none, none, none[:, None], none, none, lambda: (wide, none), "no replies")


def _weights(fit: Fit, counts: Counts, expected: Floats) -> Floats:
    """P(c) on the grid given replies, for rows of which so much is expected: (rows, grid)."""
    given_c, _ = factor.over_nodes(factor.log_likelihood(factor.chance(fit.parameters), counts.pairs))
    return factor.normalised(factor.of_rows(given_c, counts.pair) + factor.prior(expected, fit.parameters.pcn))


def _asked(fit: Fit) -> Ints:
    """The items of the role asked for, one per criterion."""
    found: Ints = np.arange(len(fit.parameters.loading), dtype=np.int64) * fit.parameters.level.shape[1]
    return found


def _given_c(fit: Fit, counts: Counts) -> tuple[Floats, Floats, Floats, Floats]:
    """Given replies and c: the need, its variance, its third central moment, and the variance of a further reply's score about it."""
    asked, w = _asked(fit), fit.replies.weights[:, None, None]
    p = factor.chance(fit.parameters)[asked][:, None]
    _, joint = factor.over_nodes(factor.log_likelihood(p[:, 0], counts.pairs))
    mean = (joint * p).sum(axis=3)
    gap = p - mean[..., None]
    moments = (w * mean, w**2 * (joint * gap**2).sum(axis=3), w**3 * (joint * gap**3).sum(axis=3), w**2 * (joint * p * (1 - p)).sum(axis=3))
    need, spread, third, noise = (factor.of_rows(by_pair, counts.pair[:, asked]) for by_pair in moments)
    return need, spread, third, noise


def _mean_need(fit: Fit, counts: Counts, weight: Floats) -> Floats:
    """The need of rows, given P(c) on the grid."""
    found: Floats = (weight * _given_c(fit, counts)[0]).sum(axis=1)
    return found


def each(fit: Fit) -> Floats:
    """The need on each criterion by itself (n_pcn, k): the estimate under any weights is their weighted sum."""
    asked, weight = _asked(fit), _weights(fit, fit.counts, fit.expected)
    p = factor.chance(fit.parameters)[asked][:, None]
    _, joint = factor.over_nodes(factor.log_likelihood(p[:, 0], fit.counts.pairs))
    of_pair = (joint * p).sum(axis=3)
    pair = fit.counts.pair[:, asked]
    return np.column_stack([(weight * factor.of_rows(of_pair[[k]], pair[:, [k]])).sum(axis=1) for k in range(len(asked))])


def _fitted(fit: Fit, expected: Floats) -> Floats:
    """The need that is expected where nobody has replied."""
    need = fit.replies.weights @ (factor.chance(fit.parameters)[_asked(fit)] @ NODE_WEIGHTS)
    found: Floats = factor.normalised(factor.prior(expected, fit.parameters.pcn)) @ need
    return found


def explained(fit: Fit) -> tuple[Floats, Floats]:
    """Why T is what it is: what the replies on each criterion add to what was expected (n_pcn, k), and what covariates add (n_pcn,).

    The replies are let in by degrees, all at the same pace, and each moment's movement of T belongs to the criteria in proportion to what
    they move (Aumann & Shapley 1974). So the parts add up to T less what was expected; what the sum over steps leaves, at most about a
    millionth, is shared out as they are.
    """
    heard = fit.replies.n > 0
    pair, expected = fit.counts.pair[heard], fit.expected
    asked, roles, w = _asked(fit), fit.parameters.level.shape[1], fit.replies.weights
    p = factor.chance(fit.parameters)[:, None]
    log_p = factor.log_likelihood(p[:, 0], fit.counts.pairs)
    prior = factor.prior(expected[heard], fit.parameters.pcn)
    added = np.zeros((len(pair), len(w)))
    for degree, step in zip((_STEPS + 1) / 2, _STEP_WEIGHTS / 2, strict=True):
        given_c, joint = factor.over_nodes(degree * log_p)
        weight = factor.normalised(factor.of_rows(given_c, pair) + prior)
        told, share = (joint * log_p).sum(axis=3), (joint * p).sum(axis=3)[asked]
        both = (joint * log_p * p).sum(axis=3)[asked] - share * told[asked]
        need = factor.of_rows(w[:, None, None] * share, pair[:, asked])
        about = weight * (need - (weight * need).sum(axis=1, keepdims=True))
        for k in range(len(w)):
            items = slice(k * roles, (k + 1) * roles)
            said = factor.of_rows(told[items], pair[:, items])
            own = factor.of_rows(w[k] * both[k : k + 1], pair[:, asked[k : k + 1]])
            added[:, k] += step * ((about * said).sum(axis=1) + (weight * own).sum(axis=1))
    fitted = _fitted(fit, expected)
    weight = _weights(fit, Counts(fit.counts.pairs, pair), expected[heard])
    left = _mean_need(fit, Counts(fit.counts.pairs, pair), weight) - fitted[heard] - added.sum(axis=1)
    size = np.abs(added)
    added += left[:, None] * np.divide(size, size.sum(axis=1, keepdims=True), out=np.full(size.shape, 1 / size.shape[1]), where=size > 0)
    by_criterion = np.zeros((len(heard), len(w)))
    by_criterion[heard] = added
    context = fit.replies.x @ fit.parameters.effects[1 : 1 + fit.replies.x.shape[1]]
    return by_criterion, fitted - _fitted(fit, expected - context)


def without_one(fit: Fit) -> Floats:
    """The need of each reply's PCN had that reply not come, all parameters held fixed: one value per reply."""
    replies = fit.replies
    answered, unmet = factor.tallies(replies)
    alone = Replies(**{**vars(replies), "pcn": np.arange(len(replies.pcn)), "icb": replies.icb[replies.pcn]})
    one, of_it = factor.tallies(alone)
    counts = Counts.of(answered[replies.pcn] - one, unmet[replies.pcn] - of_it)
    return _mean_need(fit, counts, _weights(fit, counts, fit.expected[replies.pcn]))


def tilted(fit: Fit, delta: float) -> Floats:
    """The need of each PCN if the log-odds of replying changed by ``delta`` per standard deviation of c: (n_pcn,).

    How many of its people replied then tells of a PCN's need, too. Beside that PCNs are taken to differ in replying by ``REPLYING_SD``,
    and the odds of all together are such that as many reply as did. PCNs whose people in post are not known are left as they are; the
    parameters stay as fitted.
    """
    replies = fit.replies
    n = np.bincount(replies.pcn[replies.role == 0], minlength=len(replies.icb))
    people = np.where(np.isnan(replies.n_workers), 0, np.maximum(np.round(np.nan_to_num(replies.n_workers)), n)).astype(np.int64)
    c = factor.prior(fit.expected, fit.parameters.pcn)
    untold = factor.normalised(c)
    mean = untold @ GRID
    spread = np.sqrt(max((untold @ GRID**2).mean() - mean.mean() ** 2, 1e-12))
    nodes, node_weights = np.polynomial.hermite_e.hermegauss(9)
    node_weights = node_weights / node_weights.sum()
    counts = Counts.of(people[:, None], np.minimum(n, people)[:, None])
    weight = _weights(fit, fit.counts, fit.expected)
    told = np.log(np.maximum(weight, 1e-300))
    tilt = delta * (GRID - mean.mean()) / spread
    low, high = -20.0, 20.0
    for _ in range(50):  # the level at which as many reply as did
        level = (low + high) / 2
        odds = 1 / (1 + np.exp(-(level + tilt[:, None] + REPLYING_SD * nodes)))
        replied = np.maximum(counts.pairs[:, 1][:, None, None], 0)
        log_odds = replied * np.log(odds) + (counts.pairs[:, 0][:, None, None] - replied) * np.log1p(-odds)
        by_pair = np.log(np.maximum((np.exp(log_odds) * node_weights).sum(axis=2), 1e-300))
        weight = factor.normalised(told + by_pair[counts.pair[:, 0]])
        expected_replies = (people[:, None] * weight * (odds @ node_weights)).sum()
        low, high = (level, high) if expected_replies < np.minimum(n, people).sum() else (low, level)
    return _mean_need(fit, fit.counts, weight)
