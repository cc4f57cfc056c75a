"""Pooling against lme4, against dense textbook formulas, and against a truth that is known because it was drawn."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import need
from oversight.need import Components

CRITERIA = list(need.WEIGHTS)
GIVEN = Components(sigma2=0.05, tau2=0.02, icb=0.006, region=0.003)


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
def test_composite_against_a_plain_loop(answers, weights):
    unmet = np.array(answers).reshape(-1, 4)
    if not sum(weights):
        with pytest.raises(ValueError, match="not all 0"):
            need.composite(unmet, weights)
        return
    score, used = need.composite(unmet, weights)
    for j, row in enumerate(answers):
        known = [(w, a) for w, a in zip(weights, row, strict=True) if not math.isnan(a)]
        weight = sum(w for w, _ in known)
        assert math.isclose(used[j], weight / sum(weights), abs_tol=1e-12)
        if 2 * weight < sum(weights) - 1e-9:
            assert math.isnan(score[j])
        else:
            assert math.isclose(score[j], sum(w * a for w, a in known) / weight, abs_tol=1e-12)


def test_half_of_the_weight_is_enough():
    """Point of contact and clinical supervision are .15 + .35: half, whatever floating point makes of it."""
    score, _ = need.composite([[1, np.nan, 0, np.nan], [1, 1, np.nan, np.nan]], list(need.WEIGHTS.values()))
    assert math.isclose(score[0], 0.3)
    assert math.isnan(score[1])


# ---- the model ------------------------------------------------------------------------------------------------------


def test_agrees_with_lme4(oracles):
    """lme4 1.1-31 by REML on the same 1,637 workers: parameters, 1,250 predictions, the same hundred at the top."""
    workers, frame = pd.read_csv(oracles / "eblup_workers_sim_seed7.csv"), pd.read_csv(oracles / "eblup_pcn_frame_sim_seed7.csv")
    expected = pd.read_csv(oracles / "eblup_lme4_expected_scores.csv")["eblup"].to_numpy()
    known = pd.read_csv(oracles / "eblup_lme4_expected_params.csv").set_index("parameter")["value"]
    pooled = need.pool(workers["s"], workers["pcn"], frame["icb"], frame["region"], frame[["x1", "x2", "x3"]])
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
    pooled = need.pool(score, pcn, icb, region, x, components)
    estimate, covariance, _ = dense(score, pcn, icb, region, x, components)
    np.testing.assert_allclose(pooled.estimate, estimate, atol=1e-9)
    np.testing.assert_allclose(pooled.sd**2, np.diag(covariance), atol=1e-9)
    assert pooled.assumed == "given"


def test_variances_are_where_the_restricted_likelihood_is_highest():
    score, pcn, icb, region, _, _ = nation(5, pcns=350, icbs=20, regions=5, replies=1.1)
    pooled = need.pool(score, pcn, icb, region)
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
        pooled = need.pool(score, pcn, icb, region, x)
        inside = (truth >= pooled.estimate - need.Z90 * pooled.sd) & (truth <= pooled.estimate + need.Z90 * pooled.sd)
        covered.append(inside.mean())
        silent.append(inside[pooled.n == 0].mean())
        assert pooled.sd[pooled.n == 0].min() > pooled.sd[pooled.n > 2].max()
        assert (pooled.reliability[pooled.n == 0] == 0).all()
        np.testing.assert_array_equal(pooled.estimate[pooled.n == 0], pooled.fitted[pooled.n == 0])
    assert 0.88 < np.mean(covered) < 0.92
    assert 0.87 < np.mean(silent) < 0.93


def test_reliability_is_the_stated_formula():
    score, pcn, icb, region, _, _ = nation(1)
    pooled = need.pool(score, pcn, icb, region)
    some = pooled.n > 0
    np.testing.assert_allclose(pooled.reliability[some], pooled.tau2 / (pooled.tau2 + pooled.sigma2 / pooled.n[some]))


def test_missing_constant_and_doubled_covariates_do_no_harm():
    score, pcn, icb, region, x, _ = nation(2)
    plain = need.pool(score, pcn, icb, region, x[:, :1])
    clumsy = need.pool(score, pcn, icb, region, np.column_stack([x[:, 0], 7 * x[:, 0] - 3, np.full(len(x), 5.0), np.full(len(x), np.nan)]))
    np.testing.assert_allclose(clumsy.estimate, plain.estimate, atol=1e-4)
    gap = x[:, :1].copy()
    gap[3] = np.nan
    filled = np.where(np.isnan(gap), np.nanmean(gap), gap)
    np.testing.assert_allclose(
        need.pool(score, pcn, icb, region, gap).estimate, need.pool(score, pcn, icb, region, filled).estimate, atol=1e-3
    )


def test_a_nation_without_differences_between_icbs_gets_none():
    score, pcn, icb, region, _, _ = nation(4, components=Components(0.05, 0.03, 0.0, 0.0))
    c = need.pool(score, pcn, icb, region).components
    assert c.icb < 0.002
    assert c.region < 0.001
    assert math.isclose(c.sigma2, 0.05, rel_tol=0.2)
    assert math.isclose(c.tau2, 0.03, rel_tol=0.35)


def test_one_reply_at_most_leaves_the_share_between_pcns_to_the_stated_fallback():
    score, pcn, icb, region, _, truth = nation(8, pcns=600)
    first = np.unique(pcn, return_index=True)[1]
    pooled = need.pool(score[first], pcn[first], icb, region)
    assert pooled.assumed == "share"
    assert math.isclose(pooled.tau2 / (pooled.tau2 + pooled.sigma2), need.PRIOR.tau2 / (need.PRIOR.tau2 + need.PRIOR.sigma2))
    assert math.isclose(pooled.tau2 + pooled.sigma2, GIVEN.tau2 + GIVEN.sigma2 + 0.05**2, rel_tol=0.15)  # the covariate's part is in it
    assert np.corrcoef(pooled.estimate, truth)[0, 1] > 0.5


def test_replies_from_one_icb_only_leave_the_others_uncertain():
    score, pcn, icb, region, _, _ = nation(2)
    of_one = icb[pcn] == icb[0]
    pooled = need.pool(score[of_one], pcn[of_one], icb, region)
    assert (pooled.components.icb, pooled.components.region) == (need.PRIOR.icb, need.PRIOR.region)
    silent_there, elsewhere = (pooled.n == 0) & (icb == icb[0]), region != region[0]
    assert pooled.sd[elsewhere].min() > pooled.sd[silent_there].max()


@pytest.mark.parametrize("answer", [0.0, 0.35, 1.0])
@pytest.mark.parametrize("icbs", [1, 5])
def test_all_answers_alike_give_that_answer_and_an_interval_that_is_no_point(answer, icbs):
    pcn = np.repeat(np.arange(30), 2)[:-1]
    pooled = need.pool(np.full(len(pcn), answer), pcn, np.arange(40) % icbs, np.zeros(40))
    np.testing.assert_allclose(pooled.estimate, answer, atol=1e-9)
    assert pooled.sd.min() > 0.005
    assert (pooled.high > pooled.low).all()


@pytest.mark.parametrize("replies", [1, 2, 12])
def test_one_pcn(replies):
    pooled = need.pool(np.linspace(0.2, 0.8, replies) if replies > 1 else [0.5], np.zeros(replies), [0], [0])
    np.testing.assert_allclose(pooled.estimate, 0.5, atol=1e-9)
    assert math.isclose(pooled.sd[0], math.sqrt(pooled.sigma2 / replies), rel_tol=1e-6)  # nothing but its own replies tells of it
    p, low, high = need.chance_among(pooled, 1)
    assert (p[0], low[0], high[0]) == (1, 1, 1)


@pytest.mark.parametrize("score", [[], [np.nan, np.nan]])
def test_no_reply_at_all_is_said_and_nothing_is_made_up(score):
    pooled = need.pool(score, np.arange(len(score)), [0, 0, 1], [0, 0, 0])
    assert pooled.assumed == "no replies"
    assert pooled.n.tolist() == [0, 0, 0]
    for values in (pooled.estimate, pooled.low, pooled.high, pooled.sd, pooled.fitted, pooled.reliability, *need.chance_among(pooled, 1)):
        assert np.isnan(values).all()
    contributions, england = need.reasons(pooled, np.empty((0, 4)), np.empty(0))
    assert np.isnan(contributions).all()
    assert math.isnan(england)
    assert set(need.band(need.chance_among(pooled, 1)[0], pooled.n)) == {"cannot_tell"}


def test_impossible_variances_are_refused():
    for wrong in (Components(0, 0.1, 0, 0), Components(0.1, -0.1, 0, 0)):
        with pytest.raises(ValueError, match="cannot be variances"):
            need.pool([1.0], [0], [0], [0], components=wrong)


@settings(max_examples=60, deadline=None)
@given(small_nations())
def test_any_few_replies_give_finite_ordered_intervals(made):
    unmet, pcn, icb, region = made
    score, _ = need.composite(unmet, list(need.WEIGHTS.values()))
    pooled = need.pool(score, pcn, icb, region)
    assert np.isfinite(pooled.estimate).all()
    assert (pooled.low >= 0).all()
    assert (pooled.low <= pooled.estimate + 1e-12).all()
    assert (pooled.estimate <= pooled.high + 1e-12).all()
    assert (pooled.high <= 1 + 1e-9).all()
    assert (pooled.low < pooled.high).all()


@settings(max_examples=60, deadline=None)
@given(small_nations(), st.data())
def test_one_more_unmet_answer_never_lowers_any_estimate(made, data):
    unmet, pcn, icb, region = made
    weights = list(need.WEIGHTS.values())
    before = need.pool(need.composite(unmet, weights)[0], pcn, icb, region, components=GIVEN)
    worse = unmet.copy()
    worse[data.draw(st.integers(0, len(unmet) - 1)), data.draw(st.integers(0, 3))] = 1
    after = need.pool(need.composite(worse, weights)[0], pcn, icb, region, components=GIVEN)
    assert (after.estimate >= before.estimate - 1e-12).all()


# ---- reasons --------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(small_nations(), st.booleans())
def test_reasons_add_up_exactly(made, with_gaps):
    unmet, pcn, icb, region = made
    if with_gaps:
        unmet[::2, 0], unmet[::3, 2:] = np.nan, np.nan  # some workers lose their score
    split, _ = need.parts(unmet, list(need.WEIGHTS.values()))
    pooled = need.pool(split.sum(axis=1), pcn, icb, region)
    contributions, england = need.reasons(pooled, split, pcn)
    if pooled.assumed == "no replies":
        return
    assert math.isclose(england, pooled.estimate.mean(), abs_tol=1e-9)
    np.testing.assert_allclose(contributions.sum(axis=1), pooled.estimate - england, atol=1e-9)


def test_each_reason_is_the_smoother_applied_to_its_criterion():
    """Naive: pool each criterion's part of the score by itself, with the composite's variances."""
    _, pcn, icb, region, x, _ = nation(6, pcns=60, icbs=5)
    unmet = np.random.default_rng(1).integers(0, 2, (len(pcn), 4)).astype(float)
    split, _ = need.parts(unmet, list(need.WEIGHTS.values()))
    pooled = need.pool(split.sum(axis=1), pcn, icb, region, x)
    contributions, _ = need.reasons(pooled, split, pcn)
    for k in range(4):
        alone = need.pool(split[:, k], pcn, icb, region, x, pooled.components).estimate
        np.testing.assert_allclose(contributions[:, k], alone - alone.mean(), atol=1e-10)


# ---- ranks and bands ------------------------------------------------------------------------------------------------


def test_chances_equal_those_from_the_dense_covariance():
    """Naive: draw from the full covariance matrix, rank draw by draw in a loop."""
    score, pcn, icb, region, x, _ = nation(9, pcns=25, icbs=4, replies=1.5)
    pooled = need.pool(score, pcn, icb, region, x, GIVEN)
    p, low, high = need.chance_among(pooled, 5, draws=20_000)
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
        pooled = need.pool(score, pcn, icb, region, x)
        p, low, high = need.chance_among(pooled, 50, draws=1_000)
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
    pooled = need.pool([0.1, 0.9], [0, 1], [0, 0, 0], [0, 0, 0])
    assert (need.chance_among(pooled, k)[0] == expected).all()


def test_chances_are_the_same_again_and_refuse_nonsense():
    score, pcn, icb, region, _, _ = nation(1, pcns=50)
    pooled = need.pool(score, pcn, icb, region)
    for first, second in zip(need.chance_among(pooled, 5), need.chance_among(pooled, 5), strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(need.chance_among(pooled, 5)[0], need.chance_among(pooled, 5, seed=1)[0])
    with pytest.raises(ValueError, match="k is -1"):
        need.chance_among(pooled, -1)


def test_bands_by_their_thresholds():
    p = [1, 0.8, 0.79, 0.5, 0.49, 0.2, 0.19, 0.05, 0.049, 0, 0.9, 0, np.nan]
    n = [1] * 10 + [0, 0, 1]
    expected = ["clearly"] * 2 + ["probably"] * 2 + ["possible"] * 2 + ["cannot_tell"] * 2 + ["unlikely"] * 2 + ["cannot_tell"] * 3
    assert need.band(p, n).tolist() == expected
    assert set(expected) == set(need.BANDS)


# ---- the step -------------------------------------------------------------------------------------------------------


def answers(*rows):
    """Rows (pcn, respondent, the four criteria) as the query gives them, in three ICBs of two regions."""
    places = {"A": ("I1", "R1"), "B": ("I1", "R1"), "C": ("I2", "R1"), "D": ("I3", "R2"), "E": ("I3", "R2")}
    table = pd.DataFrame(rows, columns=["pcn_code", "respondent_id", *CRITERIA])
    return table.assign(
        pcn_name="PCN " + table["pcn_code"],
        icb_code=table["pcn_code"].map(lambda code: places[code][0]),
        region_code=table["pcn_code"].map(lambda code: places[code][1]),
        headcount=[float(len(code)) for code in table["pcn_code"]],
        responses_all=1,
        requested=table["pcn_code"].isin(["B", "D"]),
        offer_status=None,
        notes=np.where(table["pcn_code"] == "E", 2, 0),
    )


def five_pcns():
    return answers(
        ("A", "a1", 1.0, 1.0, 1.0, 1.0),
        ("A", "a2", 0.0, 1.0, 1.0, 1.0),
        ("A", "a3", 1.0, 0.0, 1.0, 1.0),
        ("B", "b1", 0.0, 0.0, 0.0, 1.0),
        ("C", "c1", 0.0, 0.0, 0.0, 0.0),
        ("D", None, None, None, None, None),
        ("E", "e1", None, None, None, 1.0),  # a reply without enough of the weight for a score
    )


def test_rank_one_row_per_pcn_and_none_lost():
    out = need.rank(five_pcns(), 2).set_index("pcn_code")
    assert sorted(out.index) == list("ABCDE")
    assert out.index[0] == "A"
    assert out.index[-1] == "C"
    assert out["n"].to_dict() == {"A": 3, "B": 1, "C": 1, "D": 0, "E": 0}
    assert out["estimate"].is_monotonic_decreasing
    assert out["evidence"].to_dict() == {"A": "strong", "B": "strong", "C": "some", "D": "some", "E": "some"}
    assert (out.loc[["D", "E"], "band"] == "cannot_tell").all()
    assert (out.loc[["D", "E"], "high"] - out.loc[["D", "E"], "low"]).min() > 0.2
    assert math.isclose(out["p_top_k"].sum(), 2)
    assert str(out["rank_low"].dtype) == "Int64"
    assert out["pcn_name"]["B"] == "PCN B"


def test_rank_equals_its_functions_put_together():
    table = five_pcns()
    out = need.rank(table, 2).set_index("pcn_code").sort_index()
    replied = table[table["respondent_id"].notna()]
    split, _ = need.parts(replied[CRITERIA].to_numpy(dtype=float), list(need.WEIGHTS.values()))
    pcn = replied["pcn_code"].map("ABCDE".index).to_numpy()
    pooled = need.pool(split.sum(axis=1), pcn, [0, 0, 1, 2, 2], [0, 0, 0, 1, 1])
    np.testing.assert_allclose(out["estimate"], pooled.estimate, atol=1e-12)
    np.testing.assert_allclose(out[["low", "high"]].to_numpy(), np.column_stack([pooled.low, pooled.high]), atol=1e-12)
    np.testing.assert_allclose(out["p_top_k"], need.chance_among(pooled, 2)[0], atol=1e-12)
    contributions, england = need.reasons(pooled, split, pcn)
    np.testing.assert_allclose(out["england"], england, atol=1e-12)
    np.testing.assert_allclose(out[[f"c_{name}" for name in CRITERIA[:3]]].to_numpy(), contributions[:, :3], atol=1e-12)


def test_main_reason_is_reported_and_never_a_few_peoples_safeguarding():
    out = need.rank(five_pcns(), 2).set_index("pcn_code")
    assert out["main_reason"].to_dict() == {"A": "clinical_supervision", "B": "", "C": "", "D": "", "E": ""}
    assert out["c_safeguarding_and_concerns"].isna().to_dict() == {"A": True, "B": True, "C": True, "D": False, "E": False}
    ten = answers(*[("A", f"a{i}", 0.0, 0.0, 0.0, 1.0) for i in range(10)], ("C", "c1", 0.0, 0.0, 0.0, 0.0))
    out = need.rank(ten, 1).set_index("pcn_code")
    assert out["main_reason"]["A"] == "safeguarding_and_concerns"
    assert out["c_safeguarding_and_concerns"].notna()["A"]
    out = need.rank(ten.iloc[1:], 1).set_index("pcn_code")
    assert out["main_reason"]["A"] == ""
    assert out["c_safeguarding_and_concerns"].isna()["A"]


def test_main_reason_is_the_largest_of_those_reported_and_above_england():
    split = np.array([[0.15, 0, 0.35], [0, 0.2, 0], [0, 0.2, 0.35]])
    shown = np.array([[0.1, 0.3, 0.2], [0.1, -0.1, 0.2], [np.nan, np.nan, 0.1]])
    found = need._main_reason(shown, split, np.array([0, 1, 2]), ["first", "second", "third"])
    assert found.tolist() == ["third", "", "third"]
    assert need._main_reason(shown, split[:0], np.array([], dtype=int), ["first", "second", "third"]).tolist() == ["", "", ""]


def test_evidence_in_all_its_cases():
    n = np.array([3, 1, 2, 0, 0, 0])
    asks, notes = [False, True, False, True, False, False], [0, 0, 0, 0, 1, 0]
    expected = ["strong", "strong", "some", "some", "some", "modelled only"]
    for requested in (pd.Series(asks), pd.Series(asks, dtype="boolean"), pd.Series([a or None for a in asks], dtype=object)):
        assert need._evidence(n, requested, pd.Series(notes)).tolist() == expected
    assert need._evidence(n, pd.Series(asks), pd.Series([1, None, None, None, 1, None])).tolist() == expected


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(shuffle):
    """Not in the last bit either: scores of .15/.65 or .2/.85 add up to different sums in a different order."""
    given_in_part = [(1.0, 0.0, 1.0, 1.0), (1.0, 0.0, 0.0, None), (None, 1.0, 0.0, 0.0), (0.0, 1.0, None, 1.0)]
    rows = [(code, f"{code}{i}", *given_in_part[(i * i + ord(code)) % 4]) for code in "ABCE" for i in range(7)]
    table = answers(*rows, ("D", None, None, None, None, None))
    order = list(range(len(table)))
    shuffle.shuffle(order)
    pd.testing.assert_frame_equal(need.rank(table.iloc[order], 2), need.rank(table, 2), check_exact=True)


def test_equal_pcns_stand_in_the_order_of_their_codes():
    rows = [(code, f"{code}1", 0.0, 1.0, 0.0, 0.0) for code in "EDCBA"]
    assert need.rank(answers(*rows).assign(icb_code="I1", region_code="R1"), 2)["pcn_code"].tolist() == list("ABCDE")


def test_nobody_replied_anywhere():
    silent = answers(*[(code, None, None, None, None, None) for code in "BAC"])
    out = need.rank(silent, 2)
    assert out["pcn_code"].tolist() == ["A", "B", "C"]
    assert out[["estimate", "low", "high", "p_top_k", "rank_low", "rank_high", "england"]].isna().all(axis=None)
    assert set(out["band"]) == {"cannot_tell"}
    assert set(out["main_reason"]) == {""}
    assert out["evidence"].tolist() == ["modelled only", "some", "modelled only"]


def test_nothing_in_nothing_out_with_the_same_columns():
    full, empty = need.rank(five_pcns(), 2), need.rank(five_pcns().head(0), 2)
    assert empty.empty
    assert empty.columns.tolist() == full.columns.tolist()
    assert need.rank(five_pcns().head(0).assign(x=1.0), 2, covariates=["x"]).empty


def test_weights_and_covariates_can_be_chosen():
    table = five_pcns().assign(deprivation=lambda t: t["pcn_code"].map({"A": 1.0, "B": 2.0, "C": 3.0, "D": 4.0, "E": np.nan}))
    out = need.rank(table, 2, weights={"clinical_supervision": 1.0}, covariates=["deprivation"]).set_index("pcn_code")
    assert [c for c in out.columns if c.startswith("c_")] == ["c_clinical_supervision"]
    assert "deprivation" in out
    np.testing.assert_allclose(out["c_clinical_supervision"], out["estimate"] - out["england"], atol=1e-9)


def test_a_query_that_gives_too_little_is_told_so():
    with pytest.raises(ValueError, match="gp_supervisor, notes"):
        need.rank(five_pcns().drop(columns=["notes", "gp_supervisor"]), 2)
    with pytest.raises(ValueError, match="1 rows of the query have no pcn_code"):
        need.rank(five_pcns().assign(pcn_code=[None, *"AABCDE"]), 2)
