"""The composite model against lme4, against dense textbook formulas, and against a truth that is known because it was drawn."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.need import composite, draws, weights
from oversight.need.composite import Components
from oversight.need.estimates import Z90

WEIGHTS = [15, 20, 35, 30]
GIVEN = Components(sigma2=0.05, tau2=0.02, icb=0.006, region=0.003)


def chance_among(pooled, k, draws_=5_000, seed=draws.SEED):
    """Chances and intervals of ranks of what ``pool`` found."""
    return draws.chances(draws.ranks(composite.as_estimates(pooled, lambda: None), draws_, seed), k)


def nation(seed, pcns=300, icbs=12, regions=3, components=GIVEN, replies=1.3):
    """Scores drawn from the model itself: score, pcn, icb of PCN, region of PCN, covariates, and the true T."""
    draw = np.random.default_rng(seed)
    icb = np.sort(draw.integers(0, icbs, pcns))
    region = icb * regions // icbs
    x = draw.normal(size=(pcns, 2))
    v, u = draw.normal(0, math.sqrt(components.icb), icbs), draw.normal(0, math.sqrt(components.region), regions)
    truth = 0.4 + 0.05 * x[:, 0] + u[region] + v[icb] + draw.normal(0, math.sqrt(components.tau2), pcns)
    pcn = np.repeat(np.arange(pcns), draw.poisson(replies, pcns))
    return truth[pcn] + draw.normal(0, math.sqrt(components.sigma2), len(pcn)), pcn, icb, region, x, truth


def dense(score, pcn, icb, region, x, c):
    """The naive second implementation: every worker's row, covariance matrices written out, generalised least squares.

    Returns the best linear unbiased predictor of every PCN's T, the full covariance of its error, and minus twice the
    restricted log-likelihood.
    """
    scaled = (x - x.mean(0)) / x.std(0) if x is not None else np.empty((len(icb), 0))
    between = scaled @ scaled.T + c.region * np.equal.outer(region, region) + c.icb * np.equal.outer(icb, icb) + c.tau2 * np.eye(len(icb))
    V = between[np.ix_(pcn, pcn)] + c.sigma2 * np.eye(len(pcn))
    inverse = np.linalg.inv(V)
    ones, to = np.ones(len(pcn)), between[:, pcn] @ inverse
    precision = ones @ inverse @ ones
    mean = ones @ inverse @ score / precision
    left = 1 - to @ ones
    covariance = between - to @ between[pcn] + np.outer(left, left) / precision
    residual = score - mean
    criterion = np.linalg.slogdet(V)[1] + math.log(precision) + residual @ inverse @ residual
    return mean + to @ residual, covariance, criterion


@st.composite
def small_nations(draw):
    """A few PCNs and replies, scores such as real answers give: (unmet, pcn, icb, region), at least one reply with a score."""
    pcns = draw(st.integers(1, 7))
    icb = np.array(draw(st.lists(st.integers(0, 3), min_size=pcns, max_size=pcns)))
    pcn = np.array(draw(st.lists(st.integers(0, pcns - 1), min_size=1, max_size=14)))
    unmet = np.array(draw(st.lists(st.tuples(*[st.sampled_from([0.0, 1.0])] * 4), min_size=len(pcn), max_size=len(pcn))))
    return unmet, pcn, icb, icb % 2


# ---- the score ------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(*[st.sampled_from([0.0, 1.0, np.nan])] * 4), max_size=8), st.tuples(*[st.sampled_from([0.0, 0.15, 0.2, 0.35])] * 4)
)
def test_composite_against_a_plain_loop(answers, weighing):
    unmet = np.array(answers).reshape(-1, 4)
    if not sum(weighing):
        with pytest.raises(ValueError, match="not all 0"):
            weights.composite(unmet, weighing)
        return
    score, used = weights.composite(unmet, weighing)
    for j, row in enumerate(answers):
        known = [(w, a) for w, a in zip(weighing, row, strict=True) if not math.isnan(a)]
        weight = sum(w for w, _ in known)
        assert math.isclose(used[j], weight / sum(weighing), abs_tol=1e-12)
        if 2 * weight < sum(weighing) - 1e-9:
            assert math.isnan(score[j])
        else:
            assert math.isclose(score[j], sum(w * a for w, a in known) / weight, abs_tol=1e-12)


def test_half_of_the_weight_is_enough():
    """Point of contact and clinical supervision are .15 + .35: half, whatever floating point makes of it."""
    score, _ = weights.composite([[1, np.nan, 0, np.nan], [1, 1, np.nan, np.nan]], WEIGHTS)
    assert math.isclose(score[0], 0.3)
    assert math.isnan(score[1])


# ---- the model ------------------------------------------------------------------------------------------------------


def test_agrees_with_lme4(oracles):
    """lme4 1.1-31 by REML on the same 1,637 workers: parameters, 1,250 predictions, the same hundred at the top."""
    workers, frame = pd.read_csv(oracles / "eblup_workers_sim_seed7.csv"), pd.read_csv(oracles / "eblup_pcn_frame_sim_seed7.csv")
    expected = pd.read_csv(oracles / "eblup_lme4_expected_scores.csv")["eblup"].to_numpy()
    known = pd.read_csv(oracles / "eblup_lme4_expected_params.csv").set_index("parameter")["value"]
    pooled = composite.pool(workers["s"], workers["pcn"], frame["icb"], frame["region"], frame[["x1", "x2", "x3"]])
    assert pooled.assumed == ""
    found = [pooled.sigma2, pooled.tau2, pooled.components.icb, pooled.components.region]
    np.testing.assert_allclose(found, known[["var_Residual", "var_pcn", "var_icb", "var_region"]], rtol=1e-3)
    slopes = pooled.coefficients[1:4] / frame[["x1", "x2", "x3"]].std(ddof=0)
    np.testing.assert_allclose(slopes, known[["beta_x1", "beta_x2", "beta_x3"]], rtol=1e-3)
    assert np.corrcoef(pooled.estimate, expected)[0, 1] > 0.999999
    np.testing.assert_allclose(pooled.estimate, expected, atol=2e-4)
    assert set(np.argsort(-pooled.estimate)[:100]) == set(np.argsort(-expected)[:100])
    np.testing.assert_array_equal(pooled.n, frame["n"])


@pytest.mark.parametrize("with_x", [False, True])
@pytest.mark.parametrize("components", [GIVEN, Components(0.05, 0.02, 0.0, 0.003), Components(0.05, 0.0, 0.0, 0.0)])
def test_estimate_and_sd_equal_the_dense_formulas(components, with_x):
    score, pcn, icb, region, x, _ = nation(3, pcns=40, icbs=6)
    x = x if with_x else None
    pooled = composite.pool(score, pcn, icb, region, x, components)
    estimate, covariance, _ = dense(score, pcn, icb, region, x, components)
    np.testing.assert_allclose(pooled.estimate, estimate, atol=1e-9)
    np.testing.assert_allclose(pooled.sd**2, np.diag(covariance), atol=1e-9)
    assert pooled.assumed == "given"


def test_variances_are_where_the_restricted_likelihood_is_highest():
    score, pcn, icb, region, _, _ = nation(5, pcns=350, icbs=20, regions=5, replies=1.1)
    pooled = composite.pool(score, pcn, icb, region)
    c = pooled.components
    assert min(c.sigma2, c.tau2, c.icb, c.region) > 1e-5  # else this draw would not test what it is to test
    best = dense(score, pcn, icb, region, None, c)[2]
    for name in ("sigma2", "tau2", "icb", "region"):
        for factor in (0.85, 1.15):
            moved = Components(**{**vars(c), name: getattr(c, name) * factor})
            assert dense(score, pcn, icb, region, None, moved)[2] > best, (name, factor)


def test_intervals_cover_the_truth_and_silent_pcns_have_wide_ones():
    covered, silent = [], []
    for seed in range(6):
        score, pcn, icb, region, x, truth = nation(seed, pcns=900, icbs=36, regions=7)
        pooled = composite.pool(score, pcn, icb, region, x)
        inside = (truth >= pooled.estimate - Z90 * pooled.sd) & (truth <= pooled.estimate + Z90 * pooled.sd)
        covered.append(inside.mean())
        silent.append(inside[pooled.n == 0].mean())
        assert pooled.sd[pooled.n == 0].min() > pooled.sd[pooled.n > 2].max()
        assert (pooled.reliability[pooled.n == 0] == 0).all()
        np.testing.assert_array_equal(pooled.estimate[pooled.n == 0], pooled.fitted[pooled.n == 0])
    assert 0.88 < np.mean(covered) < 0.92
    assert 0.87 < np.mean(silent) < 0.93


def test_reliability_is_the_stated_formula():
    score, pcn, icb, region, _, _ = nation(1)
    pooled = composite.pool(score, pcn, icb, region)
    some = pooled.n > 0
    np.testing.assert_allclose(pooled.reliability[some], pooled.tau2 / (pooled.tau2 + pooled.sigma2 / pooled.n[some]))


def test_missing_constant_and_doubled_covariates_do_no_harm():
    score, pcn, icb, region, x, _ = nation(2)
    plain = composite.pool(score, pcn, icb, region, x[:, :1])
    clumsy = composite.pool(
        score, pcn, icb, region, np.column_stack([x[:, 0], 7 * x[:, 0] - 3, np.full(len(x), 5.0), np.full(len(x), np.nan)])
    )
    np.testing.assert_allclose(clumsy.estimate, plain.estimate, atol=1e-4)
    gap = x[:, :1].copy()
    gap[3] = np.nan
    filled = np.where(np.isnan(gap), np.nanmean(gap), gap)
    np.testing.assert_allclose(
        composite.pool(score, pcn, icb, region, gap).estimate, composite.pool(score, pcn, icb, region, filled).estimate, atol=1e-3
    )


def test_a_nation_without_differences_between_icbs_gets_none():
    score, pcn, icb, region, _, _ = nation(4, components=Components(0.05, 0.03, 0.0, 0.0))
    c = composite.pool(score, pcn, icb, region).components
    assert c.icb < 0.002
    assert c.region < 0.001
    assert math.isclose(c.sigma2, 0.05, rel_tol=0.2)
    assert math.isclose(c.tau2, 0.03, rel_tol=0.35)


def test_one_reply_at_most_leaves_the_share_between_pcns_to_the_stated_fallback():
    score, pcn, icb, region, _, truth = nation(8, pcns=600)
    first = np.unique(pcn, return_index=True)[1]
    pooled = composite.pool(score[first], pcn[first], icb, region)
    assert pooled.assumed == "share"
    assert math.isclose(pooled.tau2 / (pooled.tau2 + pooled.sigma2), composite.PRIOR.tau2 / (composite.PRIOR.tau2 + composite.PRIOR.sigma2))
    assert math.isclose(pooled.tau2 + pooled.sigma2, GIVEN.tau2 + GIVEN.sigma2 + 0.05**2, rel_tol=0.15)  # the covariate's part is in it
    assert np.corrcoef(pooled.estimate, truth)[0, 1] > 0.5


def test_replies_from_one_icb_only_leave_the_others_uncertain():
    score, pcn, icb, region, _, _ = nation(2)
    of_one = icb[pcn] == icb[0]
    pooled = composite.pool(score[of_one], pcn[of_one], icb, region)
    assert (pooled.components.icb, pooled.components.region) == (composite.PRIOR.icb, composite.PRIOR.region)
    silent_there, elsewhere = (pooled.n == 0) & (icb == icb[0]), region != region[0]
    assert pooled.sd[elsewhere].min() > pooled.sd[silent_there].max()


@pytest.mark.parametrize("answer", [0.0, 0.35, 1.0])
@pytest.mark.parametrize("icbs", [1, 5])
def test_all_answers_alike_give_that_answer_and_an_interval_that_is_no_point(answer, icbs):
    pcn = np.repeat(np.arange(30), 2)[:-1]
    pooled = composite.pool(np.full(len(pcn), answer), pcn, np.arange(40) % icbs, np.zeros(40))
    np.testing.assert_allclose(pooled.estimate, answer, atol=1e-9)
    assert pooled.sd.min() > 0.005


@pytest.mark.parametrize("replies", [1, 2, 12])
def test_one_pcn(replies):
    pooled = composite.pool(np.linspace(0.2, 0.8, replies) if replies > 1 else [0.5], np.zeros(replies), [0], [0])
    np.testing.assert_allclose(pooled.estimate, 0.5, atol=1e-9)
    assert math.isclose(pooled.sd[0], math.sqrt(pooled.sigma2 / replies), rel_tol=1e-6)  # nothing but its own replies tells of it
    p, low, high = chance_among(pooled, 1)
    assert (p[0], low[0], high[0]) == (1, 1, 1)


@pytest.mark.parametrize("score", [[], [np.nan, np.nan]])
def test_no_reply_at_all_is_said_and_nothing_is_made_up(score):
    pooled = composite.pool(score, np.arange(len(score)), [0, 0, 1], [0, 0, 0])
    assert pooled.assumed == "no replies"
    assert pooled.n.tolist() == [0, 0, 0]
    for values in (
        pooled.estimate,
        pooled.sd,
        pooled.fitted,
        pooled.reliability,
    ):
        assert np.isnan(values).all()


def test_impossible_variances_are_refused():
    for wrong in (Components(0, 0.1, 0, 0), Components(0.1, -0.1, 0, 0)):
        with pytest.raises(ValueError, match="cannot be variances"):
            composite.pool([1.0], [0], [0], [0], components=wrong)


@settings(max_examples=60, deadline=None)
@given(small_nations())
def test_any_few_replies_give_finite_ordered_intervals(made):
    unmet, pcn, icb, region = made
    score, _ = weights.composite(unmet, WEIGHTS)
    pooled = composite.pool(score, pcn, icb, region)
    assert np.isfinite(pooled.estimate).all()
    low, high = composite.as_estimates(pooled, lambda: None).interval()
    assert (low >= 0).all()
    assert (low <= pooled.estimate + 1e-12).all()
    assert (pooled.estimate <= high + 1e-12).all()
    assert (high <= 1 + 1e-9).all()
    assert (low < high).all()


@settings(max_examples=60, deadline=None)
@given(small_nations(), st.data())
def test_one_more_unmet_answer_never_lowers_any_estimate(made, data):
    unmet, pcn, icb, region = made

    before = composite.pool(weights.composite(unmet, WEIGHTS)[0], pcn, icb, region, components=GIVEN)
    worse = unmet.copy()
    worse[data.draw(st.integers(0, len(unmet) - 1)), data.draw(st.integers(0, 3))] = 1
    after = composite.pool(weights.composite(worse, WEIGHTS)[0], pcn, icb, region, components=GIVEN)
    assert (after.estimate >= before.estimate - 1e-12).all()


# ---- reasons --------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(small_nations(), st.booleans())
def test_reasons_add_up_exactly(made, with_gaps):
    unmet, pcn, icb, region = made
    if with_gaps:
        unmet[::2, 0], unmet[::3, 2:] = np.nan, np.nan  # some workers lose their score
    split, _ = weights.parts(unmet, WEIGHTS)
    pooled = composite.pool(split.sum(axis=1), pcn, icb, region)
    if pooled.assumed == "no replies":
        return
    scored = ~np.isnan(split.sum(axis=1))
    added = composite._by_criterion(pooled, split[scored], pcn[scored])
    np.testing.assert_allclose(added.sum(axis=1), pooled.estimate - pooled.fitted, atol=1e-9)


def test_each_reason_is_the_smoother_applied_to_its_criterion():
    """Naive: pool each criterion's part of the score by itself, with the composite's variances."""
    _, pcn, icb, region, x, _ = nation(6, pcns=60, icbs=5)
    unmet = np.random.default_rng(1).integers(0, 2, (len(pcn), 4)).astype(float)
    split, _ = weights.parts(unmet, WEIGHTS)
    pooled = composite.pool(split.sum(axis=1), pcn, icb, region, x)
    added = composite._by_criterion(pooled, split, pcn)
    for k in range(4):
        alone = composite.pool(split[:, k], pcn, icb, region, x, pooled.components)
        np.testing.assert_allclose(added[:, k], alone.estimate - alone.fitted, atol=1e-10)


# ---- ranks and bands ------------------------------------------------------------------------------------------------


def test_chances_equal_those_from_the_dense_covariance():
    """Naive: draw from the full covariance matrix, rank draw by draw in a loop."""
    score, pcn, icb, region, x, _ = nation(9, pcns=25, icbs=4, replies=1.5)
    pooled = composite.pool(score, pcn, icb, region, x, GIVEN)
    p, low, high = chance_among(pooled, 5, draws_=20_000)
    estimate, covariance, _ = dense(score, pcn, icb, region, x, GIVEN)
    ranks = []
    for draw in np.random.default_rng(1).multivariate_normal(estimate, covariance, 20_000):
        place = {i: r for r, i in enumerate(sorted(range(25), key=lambda i, d=draw: -d[i]), start=1)}
        ranks.append([place[i] for i in range(25)])
    np.testing.assert_allclose(p, (np.array(ranks) <= 5).mean(axis=0), atol=0.02)
    np.testing.assert_allclose(low, np.quantile(ranks, 0.05, axis=0), atol=1)
    np.testing.assert_allclose(high, np.quantile(ranks, 0.95, axis=0), atol=1)


def test_chances_add_up_to_k_and_are_what_they_say():
    said, true = [], []
    for seed in range(8):
        score, pcn, icb, region, x, truth = nation(seed, pcns=500, icbs=20, regions=5)
        pooled = composite.pool(score, pcn, icb, region, x)
        p, low, high = chance_among(pooled, 50, draws_=1_000)
        assert math.isclose(p.sum(), 50)
        assert (low <= high).all()
        assert low.min() >= 1
        assert high.max() <= 500
        chosen = np.argsort(-pooled.estimate)[:50]
        said.append(p[chosen].mean())
        true.append(np.isin(chosen, np.argsort(-truth)[:50]).mean())
    assert abs(np.mean(said) - np.mean(true)) < 0.06


@pytest.mark.parametrize(("k", "expected"), [(0, 0.0), (3, 1.0), (9, 1.0)])
def test_k_at_its_ends(k, expected):
    pooled = composite.pool([0.1, 0.9], [0, 1], [0, 0, 0], [0, 0, 0])
    assert (chance_among(pooled, k)[0] == expected).all()


def test_chances_are_the_same_again_and_refuse_nonsense():
    score, pcn, icb, region, _, _ = nation(1, pcns=50)
    pooled = composite.pool(score, pcn, icb, region)
    for first, second in zip(chance_among(pooled, 5), chance_among(pooled, 5), strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(chance_among(pooled, 5)[0], chance_among(pooled, 5, seed=1)[0])
    with pytest.raises(ValueError, match="k is -1"):
        chance_among(pooled, -1)
