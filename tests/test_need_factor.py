"""The model behind the ranking against integrals worked out point by point, numerical derivatives, and a truth that was drawn."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.need import composite, draws, factor, posterior
from oversight.need.estimates import Replies, in_post, order, scaled
from oversight.need.factor import Parameters
from tests.test_need_composite import small_nations

WEIGHTS = np.array([0.15, 0.20, 0.35, 0.30])


def replies_of(unmet, pcn, icb, region=None, x=None, role=None, people=None, weights=WEIGHTS):
    """Replies with nothing special about them but what is given."""
    icb = np.asarray(icb, dtype=np.int64)
    return Replies(
        pcn=np.asarray(pcn, dtype=np.int64),
        unmet=np.asarray(unmet, dtype=float).reshape(len(pcn), -1),
        role=np.zeros(len(pcn), dtype=np.int64) if role is None else np.asarray(role, dtype=np.int64),
        icb=icb,
        region=np.zeros_like(icb) if region is None else np.asarray(region, dtype=np.int64),
        x=np.empty((len(icb), 0)) if x is None else scaled(x),
        n_workers=np.full(len(icb), 4.0) if people is None else np.asarray(people, dtype=float),
        weights=np.asarray(weights) / np.sum(weights),
    )


def nation(seed, pcns=600, icbs=30, sd=0.8):
    """Drawn from the model itself, with a covariate that tells and one that does not: replies and the true T."""
    draw = np.random.default_rng(seed)
    icb = np.sort(draw.integers(0, icbs, pcns))
    region, x = icb * 5 // icbs, draw.normal(size=(pcns, 2))
    c = 0.3 * x[:, 0] + draw.normal(0, 0.25, 5)[region] + draw.normal(0, 0.35, icbs)[icb] + draw.normal(0, sd, pcns)
    logit = np.array([-1.7, -1.1, -0.2, -2.0]) + c[:, None] + draw.normal(0, factor.EPSILON, (pcns, 4))
    p = 1 / (1 + np.exp(-logit))
    pcn = np.repeat(np.arange(pcns), draw.integers(0, 4, pcns))
    return replies_of((draw.random((len(pcn), 4)) < p[pcn]).astype(float), pcn, icb, region, x), p @ WEIGHTS


def by_hand(fit, i, rows, answers_weigh=1.0):
    """Naive: mean, variance and third central moment of T of PCN i given some of its replies, by loops over c and over each ε.

    A second way to the integrals: c on a fine and wide grid of its own, ε at 40 nodes.
    """
    c = np.linspace(-12, 12, 2401)
    nodes, node_weights = np.polynomial.hermite_e.hermegauss(40)
    node_weights = node_weights / node_weights.sum()
    p, moments = fit.parameters, []
    log_density = -0.5 * (c - fit.expected[i]) ** 2 / p.pcn
    for k, weight in enumerate(fit.replies.weights):
        total, first, second, third = (np.zeros(len(c)) for _ in range(4))
        for node, node_weight in zip(nodes, node_weights, strict=True):
            chance = 1 / (1 + np.exp(-(p.level[k, 0] + p.loading[k] * c + factor.EPSILON * node)))
            likelihood = np.ones(len(c))
            for j in rows:
                answer = fit.replies.unmet[j, k]
                if not math.isnan(answer):
                    likelihood = likelihood * (chance if answer else 1 - chance) ** answers_weigh
            total += node_weight * likelihood
            for power, moment in ((1, first), (2, second), (3, third)):
                moment += node_weight * likelihood * (weight * chance) ** power
        mean, square, cube = first / total, second / total, third / total
        moments.append((mean, square - mean**2, cube - 3 * mean * square + 2 * mean**3))
        log_density = log_density + np.log(total)
    density = np.exp(log_density - log_density.max())
    density /= density.sum()
    mean, variance, third = (sum(m[j] for m in moments) for j in range(3))
    at = density @ mean
    gap = mean - at
    return at, density @ (variance + gap**2), density @ (third + 3 * variance * gap + gap**3)


@pytest.fixture(scope="module")
def fitted():
    replies, truth = nation(1)
    fit = factor.fit(replies)
    return fit, posterior.read(fit), truth


def test_estimates_equal_the_integrals_worked_out_by_hand(fitted):
    fit, estimates, _ = fitted
    n = fit.replies.n
    some = [int(np.flatnonzero(n == k)[j]) for k in range(4) for j in (0, 5)]
    for i in some:
        mean, variance, third = by_hand(fit, i, np.flatnonzero(fit.replies.pcn == i))
        assert math.isclose(estimates.estimate[i], mean, abs_tol=2e-4)
        assert math.isclose(estimates.own[i], math.sqrt(variance), rel_tol=5e-3)
        assert math.isclose(estimates.skew[i], third / variance**1.5, abs_tol=0.02)
        assert math.isclose(estimates.fitted[i], by_hand(fit, i, [])[0], abs_tol=2e-4)
    np.testing.assert_allclose(estimates.estimate[n == 0], estimates.fitted[n == 0], atol=1e-12)


def log_posterior(fit, effects):
    """Log of marginal likelihood times prior, as a function of the effects."""
    heard = fit.replies.n > 0
    given_c, _ = factor.over_nodes(factor.log_likelihood(factor.chance(fit.parameters), fit.counts.pairs))
    told = factor.of_rows(given_c, fit.counts.pair[heard])
    prior = factor.prior(fit.design[heard] @ effects, fit.parameters.pcn)
    top = (told + prior).max(axis=1, keepdims=True)
    marginal = np.log(np.exp(told + prior - top).sum(axis=1)) + top[:, 0] - np.log(np.exp(prior).sum(axis=1))
    covariates, icbs = fit.replies.x.shape[1], fit.replies.icb.max() + 1
    sizes = [1, covariates, icbs, len(effects) - 1 - covariates - icbs]
    variances = np.repeat([4, factor.SLOPE_SD**2, fit.parameters.icb, fit.parameters.region], sizes)
    return marginal.sum() - 0.5 * (effects**2 / variances).sum()


def test_effects_are_where_the_posterior_is_highest_and_their_covariance_is_its_curvature(fitted):
    fit, _, _ = fitted
    step, base = 1e-3, fit.parameters.effects
    for column in (1, 2, 5, 20, len(base) - 1):
        up, down = (log_posterior(fit, base + sign * step * np.eye(len(base))[column]) for sign in (1, -1))
        slope = (up - down) / (2 * step)
        sd = math.sqrt(fit.covariance[column, column])
        assert abs(slope * sd) < 0.05, "a step of one standard deviation would gain more than is left by the rounds"
    columns = [1, 2, 5, 20]
    unit = 0.02 * np.eye(len(base))

    def bend(a, b):
        signs = [(s, t) for s in (1, -1) for t in (1, -1)]
        return sum(s * t * log_posterior(fit, base + s * unit[a] + t * unit[b]) for s, t in signs) / (4 * 0.02**2)

    hessian = np.array([[bend(a, b) for b in columns] for a in columns])
    precision = np.linalg.inv(fit.covariance)[np.ix_(columns, columns)]
    np.testing.assert_allclose(-hessian, precision, atol=0.02 * np.abs(precision).max())


def test_a_nation_drawn_from_the_model_is_found_again():
    inside, parameters, error = [], [], []
    for seed in range(4):
        replies, truth = nation(seed, pcns=1200, icbs=36)
        fit = factor.fit(replies)
        estimates = posterior.read(fit)
        low, high = estimates.interval()
        inside.append(((truth >= low) & (truth <= high)).mean())
        error.append(((estimates.estimate - truth).mean(), np.corrcoef(estimates.estimate, truth)[0, 1]))
        scale = fit.parameters.loading.mean()
        parameters.append([math.sqrt(fit.parameters.pcn) * scale, *(fit.parameters.effects[1:3] * scale), *fit.parameters.level[:, 0]])
    assert 0.87 < np.mean(inside) < 0.94
    assert abs(np.mean([bias for bias, _ in error])) < 0.01
    assert min(r for _, r in error) > 0.6
    np.testing.assert_allclose(np.mean(parameters, axis=0), [0.8, 0.3, 0.0, -1.7, -1.1, -0.2, -2.0], atol=0.12)


def test_the_two_models_mostly_agree(fitted):
    fit, estimates, _ = fitted
    assert np.corrcoef(estimates.estimate, composite.estimate(fit.replies).estimate)[0, 1] > 0.97


@settings(max_examples=40, deadline=None)
@given(small_nations(), st.data())
def test_one_more_unmet_answer_never_lowers_its_pcn_and_moves_no_other(made, data):
    """All parameters and effects held fixed, whatever they are."""
    unmet, pcn, icb, region = made
    replies = replies_of(unmet, pcn, icb, region)
    j, k = data.draw(st.integers(0, len(unmet) - 1)), data.draw(st.integers(0, 3))
    loadings = np.array(data.draw(st.lists(st.floats(0.1, 2), min_size=4, max_size=4)))
    columns = factor.design_of(replies).shape[1]
    levels = np.array([[-1.5], [0.3], [-0.2], [1.0]])
    held = Parameters(levels, loadings, np.linspace(-0.5, 0.5, columns), data.draw(st.floats(0.05, 2)), 0.1, 0.1)

    def read(answers):
        changed = replace(replies, unmet=answers)
        counts = factor.Counts.of(*factor.tallies(changed))
        return posterior.read(factor.Fit(changed, counts, factor.design_of(changed), held, 0.01 * np.eye(columns)))

    less, more = unmet.copy(), unmet.copy()
    less[j, k], more[j, k] = data.draw(st.sampled_from([0.0, math.nan])), 1
    before, after = read(less).estimate, read(more).estimate
    assert after[pcn[j]] >= before[pcn[j]] - 1e-12
    np.testing.assert_array_equal(np.delete(before, pcn[j]), np.delete(after, pcn[j]))


@settings(max_examples=25, deadline=None)
@given(small_nations(), st.booleans())
def test_any_few_replies_give_estimates_intervals_and_reasons_that_add_up(made, with_gaps):
    unmet, pcn, icb, region = made
    if with_gaps:
        unmet[::2, 0], unmet[::3, 3] = math.nan, math.nan
    fit = factor.fit(replies_of(unmet, pcn, icb, region))
    estimates = posterior.read(fit)
    low, high = estimates.interval()
    assert ((low >= 0) & (low <= estimates.estimate) & (estimates.estimate <= high) & (high <= 1) & (low < high)).all()
    added, context = estimates.explained()
    np.testing.assert_allclose(added.sum(axis=1), estimates.estimate - estimates.fitted, atol=1e-9)
    assert (context == 0).all()
    assert (added[fit.replies.n == 0] == 0).all()


def test_reasons_of_a_single_criterion_are_what_its_replies_move(fitted):
    """Where all other answers are taken away, all that is added is the criterion's own; and its sign is that of what was said."""
    fit, _, _ = fitted
    only = fit.replies.unmet.copy()
    only[:, [0, 1, 3]] = math.nan
    alone = replace(fit, replies=replace(fit.replies, unmet=only))
    alone = replace(alone, counts=factor.Counts.of(*factor.tallies(alone.replies)))
    estimates = posterior.read(alone)
    added, _ = estimates.explained()
    np.testing.assert_allclose(added[:, 2], estimates.estimate - estimates.fitted, atol=1e-9)
    np.testing.assert_allclose(added[:, [0, 1, 3]], 0, atol=1e-9)
    for i in np.flatnonzero(fit.replies.n == 1)[:30]:
        said = only[fit.replies.pcn == i, 2][0]
        assert (added[i, 2] > 0) == bool(said)


def test_reasons_do_not_depend_on_how_finely_they_are_summed(fitted, monkeypatch):
    fit, _, _ = fitted
    eight, _ = posterior.explained(fit)
    steps, step_weights = np.polynomial.legendre.leggauss(40)
    monkeypatch.setattr(posterior, "_STEPS", steps)
    monkeypatch.setattr(posterior, "_STEP_WEIGHTS", step_weights)
    forty, _ = posterior.explained(fit)
    np.testing.assert_allclose(eight, forty, atol=1e-6)


def test_context_is_what_covariates_add(fitted):
    fit, estimates, _ = fitted
    _, context = estimates.explained()
    share = fit.replies.x @ fit.parameters.effects[1:3]
    assert np.corrcoef(context, share)[0, 1] > 0.99
    without = replace(
        fit, replies=replace(fit.replies, x=0 * fit.replies.x), design=fit.design * np.r_[1, 0, 0, np.ones(fit.design.shape[1] - 3)]
    )
    np.testing.assert_allclose(estimates.fitted - context, posterior.read(without).fitted, atol=1e-12)


def test_without_one_reply_is_the_estimate_from_the_others(fitted):
    fit, _, _ = fitted
    found = posterior.without_one(fit)
    assert len(found) == len(fit.replies.pcn)
    for j in (0, 1, 17, 100, 333):
        i = fit.replies.pcn[j]
        others = np.setdiff1d(np.flatnonzero(fit.replies.pcn == i), [j])
        assert math.isclose(found[j], by_hand(fit, i, others)[0], abs_tol=2e-4)


def test_if_the_neediest_reply_less_silence_points_to_need(fitted):
    fit, estimates, _ = fitted
    n, less, same, more = fit.replies.n, *(posterior.tilted(fit, delta) for delta in (-0.5, 0.0, 0.5))
    np.testing.assert_allclose(same, estimates.estimate, atol=1e-9)
    assert (less[n == 0] > estimates.estimate[n == 0]).all()
    assert (more[n == 0] < estimates.estimate[n == 0]).all()
    assert (less[n == 3] < estimates.estimate[n == 3]).mean() > 0.9  # three of four replied
    unknown = replace(fit, replies=replace(fit.replies, n_workers=np.full(len(n), math.nan)))
    np.testing.assert_allclose(posterior.tilted(unknown, -0.5), estimates.estimate, atol=1e-9)


def test_further_kinds_of_respondent_count_without_their_level():
    """Everybody of the second kind lacks everything far more often, in all PCNs alike: that says nothing of link workers' level."""
    replies, _ = nation(5)
    more = np.random.default_rng(0).random((len(replies.pcn), 4)) < 0.9
    kinds, pcn = np.repeat([0, 1], len(replies.pcn)), np.tile(replies.pcn, 2)
    both = replies_of(np.vstack([replies.unmet, more]), pcn, replies.icb, replies.region, replies.x, kinds)
    alone, pooled = (posterior.read(factor.fit(r)).estimate for r in (replies, both))
    assert abs(alone.mean() - pooled.mean()) < 0.01
    assert factor.fit(both).parameters.level[:, 1].mean() > 1.5
    mixed = composite.estimate(both).estimate
    assert abs(mixed.mean() - composite.estimate(replies).estimate.mean()) < 0.02


def test_people_in_post_are_those_who_replied_and_the_others():
    replies = replies_of([[1, 1, 1, 1], [0, 0, 0, 0], [1, 0, 0, 0]], [0, 0, 1], [0, 0, 0, 0], people=[2, 4, math.nan, 0], role=[0, 0, 0])
    estimates = posterior.read(factor.fit(replies))
    found = in_post(estimates, replies)
    assert math.isclose(found[0], 0.5)
    assert math.isclose(found[1], (0.15 + 3 * estimates.estimate[1]) / 4)
    np.testing.assert_array_equal(found[2:], estimates.estimate[2:])


@pytest.mark.parametrize(
    ("unmet", "pcns"), [(np.zeros((300, 4)), 40), (np.ones((300, 4)), 40), (np.tile([[1, 0, 0, 1], [0, 0, 0, 0]], (100, 1)), 1)]
)
def test_answers_all_alike_or_all_from_one_pcn(unmet, pcns):
    replies = replies_of(unmet, np.arange(len(unmet)) % pcns, np.arange(pcns) % 3)
    estimates = posterior.read(factor.fit(replies))
    low, high = estimates.interval()
    assert (np.abs(estimates.estimate - (unmet @ WEIGHTS).mean()) < 0.03).all()
    assert (low < high).all()
    assert math.isclose(draws.chances(draws.ranks(estimates, 200), 1)[0].sum(), 1)


def test_a_handful_of_replies_leaves_the_variances_near_where_they_start():
    """Three PCNs, one lacking everything, one nothing: a variance fitted to them alone would follow each single answer."""
    replies = replies_of([[1, 1, 1, 1], [0, 0, 0, 0], [1, 0, 1, math.nan]], [0, 1, 2], [0, 0, 0, 0, 0])
    parameters = factor.fit(replies).parameters
    assert 0.5 * factor.START_PCN < parameters.pcn < 2 * factor.START_PCN
    assert 0.5 * factor.START_ICB < parameters.icb < 2 * factor.START_ICB
    estimates = posterior.read(factor.fit(replies)).estimate
    assert estimates[0] < 0.85 and estimates[1] > 0.15


def test_the_published_order_to_twelve_digits():
    estimate = [0.5, 0.50001, 0.5 + 1e-14, 0.5, math.nan, 0.2]
    found = order(estimate, n=[1, 1, 2, 1, 9, 9], n_workers=[2, 1, 1, math.nan, 5, 5], code=list("ABCDEF"))
    assert found.tolist() == [1, 2, 0, 3, 5, 4]
    assert order([0.5, 0.5], [1, 1], [3, 3], ["B", "A"]).tolist() == [1, 0]


# ---- draws ----------------------------------------------------------------------------------------------------------


def test_ranks_are_those_of_the_draws_one_by_one(fitted):
    """Naive: the same random numbers, a Python sort for each draw."""
    _, estimates, _ = fitted
    found = draws.ranks(estimates, 20, seed=3)
    random = np.random.default_rng(3)
    z = random.standard_normal((20, len(estimates.estimate)), dtype=np.float32)
    common = random.standard_normal((20, estimates.shared.shape[1]), dtype=np.float32)
    for row in range(20):
        need = estimates.estimate + estimates.shared @ common[row] + estimates.own * (z[row] + estimates.skew / 6 * (z[row] ** 2 - 1))
        order = sorted(range(len(need)), key=lambda i: -need[i])
        by_hand = {i: place for place, i in enumerate(order, start=1)}
        assert np.mean([found[row, i] == by_hand[i] for i in range(len(need))]) > 0.99  # single precision may swap neighbours
    p, low, high = draws.chances(found, 50)
    np.testing.assert_allclose(p, (found <= 50).mean(axis=0))
    in_order = np.sort(found, axis=0)
    np.testing.assert_array_equal(low, in_order[0])
    np.testing.assert_array_equal(high, in_order[19])


def test_chances_are_those_of_the_whole_posterior(fitted):
    """Naive: effects drawn, then c on the grid and the chances at it, PCN by PCN: no normal or skewed form assumed."""
    fit, estimates, _ = fitted
    size, k, rounds = len(estimates.estimate), 50, 400
    random = np.random.default_rng(2)
    need, spread, _, _ = posterior._given_c(fit, fit.counts)
    given_c, _ = factor.over_nodes(factor.log_likelihood(factor.chance(fit.parameters), fit.counts.pairs))
    told = factor.of_rows(given_c, fit.counts.pair)
    top = np.zeros(size)
    for effects in random.multivariate_normal(fit.parameters.effects, fit.covariance, rounds):
        weight = factor.normalised(told + factor.prior(fit.design @ effects, fit.parameters.pcn))
        at = (weight.cumsum(axis=1) < random.random((size, 1))).sum(axis=1).clip(0, weight.shape[1] - 1)
        drawn = need[np.arange(size), at] + np.sqrt(spread[np.arange(size), at]) * random.standard_normal(size)
        top[np.argsort(-drawn)[:k]] += 1
    p, _, _ = draws.chances(draws.ranks(estimates, 4_000), k)
    assert math.isclose(p.sum(), k)
    assert np.abs(p - top / rounds).max() < 0.12
    assert np.abs(p - top / rounds).mean() < 0.012
    chosen = np.argsort(-estimates.estimate)[:k]
    assert abs(p[chosen].mean() - top[chosen].mean() / rounds) < 0.02


def test_chances_refuse_nonsense(fitted):
    _, estimates, _ = fitted
    with pytest.raises(ValueError, match="k is -1"):
        draws.chances(draws.ranks(estimates, 5), -1)
    with pytest.raises(ValueError, match="0 draws"):
        draws.ranks(estimates, 0)


@pytest.mark.parametrize("huge", [1e200, 1e308, -1e308, np.inf, np.nan])
def test_covariates_however_large_are_scaled(huge):
    found = scaled(np.array([[huge, 1.0], [1.0, 2.0], [2.0, np.nan], [3.0, 4.0]]))
    assert np.isfinite(found).all() and (np.abs(found) < 2).all()
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-12)
    assert found[2, 1] == 0


def test_a_criterion_that_goes_against_the_others_never_counts_against_need():
    one = np.repeat([1.0, 0.0], 40)  # of 80 PCNs, those that lack the first three have the fourth, with two replies each
    unmet = np.repeat(np.column_stack([one, one, one, 1 - one]), 2, axis=0)
    pcn, groups = np.repeat(np.arange(80), 2), np.arange(80) % 4
    replies = Replies(pcn, unmet, np.zeros(160, dtype=int), groups, groups % 2, np.empty((80, 0)), np.full(80, 3.0), np.full(4, 0.25))
    assert factor.fit(replies).parameters.loading.min() == pytest.approx(0.1)
