"""Every formula of ``oversight.stats`` against somebody else's: statsmodels, R packages run elsewhere, or printed tables."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from oversight import stats

COUNT = some.integers(1, 3_000).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n)))
ALPHA = {stats.Z95: 0.05, stats.Z998: 0.002}


@given(COUNT, some.sampled_from(list(ALPHA)))
@settings(max_examples=60)
def test_wilson_equals_statsmodels(count: tuple[int, int], z: float) -> None:
    expected = proportion_confint(*count, alpha=ALPHA[z], method="wilson")
    np.testing.assert_allclose(stats.wilson(*count, z), expected, atol=1e-8)


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17: 857, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_equals_the_table_of_newcombe(x: int, n: int, low: float, high: float) -> None:
    np.testing.assert_allclose(stats.wilson(x, n), (low, high), atol=5e-5)


@given(COUNT, COUNT)
@settings(max_examples=60)
def test_newcombe_equals_statsmodels(one: tuple[int, int], other: tuple[int, int]) -> None:
    expected = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff", alpha=0.05)
    np.testing.assert_allclose(stats.newcombe(*one, *other)[1:], expected, atol=1e-9)


@pytest.mark.parametrize(
    ("x1", "n1", "x2", "n2", "low", "high"),
    # Newcombe 1998, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17: 873,
    # table II, method 10, contrasts (a) to (h)
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_newcombe_equals_his_table(x1: int, n1: int, x2: int, n2: int, low: float, high: float) -> None:
    np.testing.assert_allclose(stats.newcombe(x1, n1, x2, n2)[1:], (low, high), atol=5.1e-5)


@pytest.mark.parametrize(
    ("design", "n", "N"), [("srs_fpc", 200, 6194), ("srs_first40_of_50", 40, 50), ("srs_first20_of_30", 20, 30), ("srs_nofpc", 200, np.inf)]
)
def test_wilson_with_a_known_headcount_equals_r_survey(oracles, design: str, n: int, N: float) -> None:
    known = pd.read_csv(oracles / "survey_svyciprop_expected.csv")
    known = known[(known["design"] == design) & (known["method"] == "wilson") & (known["df"] == "Inf")]
    assert len(known) == 2
    low, high = stats.wilson_known((known["p"] * n).round(), n, N)
    np.testing.assert_allclose(low, known["lower"], atol=1e-9)
    np.testing.assert_allclose(high, known["upper"], atol=1e-9)


def test_wilson_with_a_known_headcount_without_the_oracle_files() -> None:
    np.testing.assert_allclose(stats.wilson_known(163, 200, 6194), (0.756324861903456, 0.862122233228268), atol=1e-12)


@given(some.integers(1, 400), some.data())
def test_a_known_headcount_at_its_edges(n: int, data) -> None:
    x, N = data.draw(some.integers(0, n)), data.draw(some.integers(n, 5_000))
    low, high = stats.wilson_known(x, n, N)
    assert 0 <= low <= x / n <= high <= 1
    assert high - low > 0.0005  # never a point, though everybody may have replied
    if n == 1 or n / N > 0.9:
        assert (low, high) == stats.wilson(x, n)
    elif x == 0:  # closed form: at 0 of n the upper limit is z²/(n_eff + z²)
        effective = (n - 1) / (1 - n / N)
        assert math.isclose(high, stats.Z95**2 / (effective + stats.Z95**2))
    mirror = stats.wilson_known(n - x, n, N)
    np.testing.assert_allclose((low, high), (1 - mirror[1], 1 - mirror[0]), atol=1e-12)


def test_a_headcount_that_is_missing_or_too_small() -> None:
    assert stats.wilson_known(3, 10, np.nan) == stats.wilson(3, 10)
    assert np.isnan(stats.wilson_known(0, 0, 100)).all()
    with pytest.raises(ValueError, match="10 of 9"):
        stats.wilson_known(3, 10, 9)


def test_funnel_limits_equal_the_published_ones(oracles) -> None:
    """OHID's PHEindicatormethods: 100 sizes at 95% and 99.8%, from the totals of 303 places, and the place of each of these."""
    places, limits = pd.read_csv(oracles / "funnel_phe_prop_inputs.csv"), pd.read_csv(oracles / "funnel_phe_prop_outputs.csv")
    theta = places["numerator"].sum() / places["denominator"].sum()
    np.testing.assert_allclose(100 * theta, limits["Baseline"], atol=5.1e-7)
    for name, z in (("2s0025", stats.Z95), ("3s0001", stats.Z998)):
        low, high = stats.funnel(theta, limits["Population"], z)
        np.testing.assert_allclose(100 * low, limits[f"Lower{name}limit"], atol=5.1e-7)
        np.testing.assert_allclose(100 * high, limits[f"Upper{name}limit"], atol=5.1e-7)
    words = {"lower": "Low", "higher": "High"}
    said = pd.Series("Not significant", index=places.index)
    for label, z in (("0.025", stats.Z95), ("0.001", stats.Z998)):
        low, high = stats.funnel(theta, places["denominator"], z)
        share = places["numerator"] / places["denominator"]
        verdict = pd.Series(np.select([share < low, share > high], ["lower", "higher"], ""))
        said = said.mask(verdict != "", verdict.map(words) + f" ({label})")
    assert len(said) == 303
    assert said.tolist() == places["significance"].tolist()
    rows, _ = stats.funnel_rows(places.assign(share=0), theta, "numerator", "denominator")
    at_998 = places["significance"].map({"High (0.001)": "higher", "Low (0.001)": "lower"}).fillna("similar")
    assert rows["outside_plain"].tolist() == at_998.tolist()


def test_funnel_limits_without_the_oracle_files() -> None:
    np.testing.assert_allclose(stats.funnel(0.8064244785714955, [2, 5]), ([0.25885383, 0.46011039], [1, 1]), atol=5.1e-9)


def test_the_dispersion_ratio_equals_the_one_that_funnelplotr_publishes() -> None:
    """FunnelPlotR's own test of φ (test-classes_methods.R: 2.948033), whose scores are √d·ln(x/d) with nothing cut off."""
    x, d = np.array([100, 150, 180, 80, 120, 225]), np.array([108, 112, 165, 95, 100, 220])
    assert stats.dispersion(np.sqrt(d) * np.log(x / d), 1 / np.sqrt(d), trim=0).phi == pytest.approx(2.948033, abs=5e-7)


PLACES = some.lists(some.integers(1, 800).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n))), min_size=2, max_size=40)


@given(PLACES)
@settings(max_examples=60)
def test_the_variance_between_places_is_that_of_dersimonian_and_laird(places: list[tuple[int, int]]) -> None:
    """Without winsorising and around the weighted mean it is the moment estimator of a random-effects meta-analysis: statsmodels."""
    x, n = map(np.array, zip(*places, strict=True))
    effects, variances = np.arcsin(np.sqrt(x / n)), 1 / (4 * n)
    with np.errstate(all="ignore"):  # statsmodels goes on to weigh by what may be 0
        expected = max(0.0, combine_effects(effects, variances, method_re="dl").tau2)
    centre = np.average(effects, weights=1 / variances)
    assert stats.overdispersion(x, n, np.sin(centre) ** 2, trim=0).tau2 == pytest.approx(expected, abs=1e-9)


def spread_by_hand(places: list[tuple[int, int]], theta: float) -> tuple[float, float]:
    """Spiegelhalter's steps one at a time, with plain Python and sorted lists."""
    scores = sorted((math.asin(math.sqrt(x / n)) - math.asin(math.sqrt(theta))) * 2 * math.sqrt(n) for x, n in places)
    k = len(scores)

    def quantile(q: float) -> float:  # R's type 7
        at = q * (k - 1)
        below = math.floor(at)
        return scores[below] + (at - below) * (scores[min(below + 1, k - 1)] - scores[below])

    lowest, highest = quantile(0.1), quantile(0.9)
    phi = sum(min(max(z, lowest), highest) ** 2 for z in scores) / k
    total, squares = sum(4 * n for _, n in places), sum((4 * n) ** 2 for _, n in places)
    return phi, max(0.0, (k * phi - (k - 1)) / (total - squares / total))


@given(PLACES, some.floats(0.01, 0.99), some.sampled_from([stats.Z95, stats.Z998]))
@settings(max_examples=60)
def test_overdispersed_limits_equal_a_second_way(places: list[tuple[int, int]], theta: float, z: float) -> None:
    x, n = map(np.array, zip(*places, strict=True))
    spread = stats.overdispersion(x, n, theta)
    phi, tau2 = spread_by_hand(places, theta)
    assert spread == pytest.approx((phi, tau2), rel=1e-9, abs=1e-12)
    low, high = stats.funnel_overdispersed(theta, n, spread.tau2, z)
    for size, lower, upper in zip(n, low, high, strict=True):
        # sin²(a ± h) by the addition formula on 2a: (1 − cos 2(a ± h))/2
        angle, half = 2 * math.asin(math.sqrt(theta)), 2 * z * math.sqrt(1 / (4 * int(size)) + tau2)
        assert lower == pytest.approx(0 if half >= angle else (1 - math.cos(angle - half)) / 2, abs=1e-9)
        assert upper == pytest.approx(1 if half >= math.pi - angle else (1 - math.cos(angle + half)) / 2, abs=1e-9)
        assert 0 <= lower <= theta + 1e-12
        assert theta - 1e-12 <= upper <= 1


def test_more_spread_makes_wider_limits_and_chance_alone_makes_none() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(40, 200, 400)
    chance = stats.overdispersion(rng.binomial(n, 0.4), n)
    assert chance.phi < 1.1
    assert chance.tau2 < 0.0005
    true = np.sin(np.arcsin(np.sqrt(0.4)) + rng.normal(0, 0.1, 400)) ** 2
    wide = stats.overdispersion(rng.binomial(n, true), n)
    # the tenths that are pulled in take some of a true spread with them
    assert 0.005 < wide.tau2 < 0.01
    plain, wider = stats.funnel_overdispersed(0.4, 100, 0), stats.funnel_overdispersed(0.4, 100, wide.tau2)
    assert wider[0] < plain[0] < plain[1] < wider[1]


def test_funnel_of_few_of_none_and_of_what_cannot_be() -> None:
    table = pd.DataFrame({"yes": [5.0, 0, np.nan], "answered": [10.0, 0, np.nan], "share": [0.5, np.nan, np.nan]})
    rows, spread = stats.funnel_rows(table, 0.4)
    assert np.isnan(spread.tau2)
    assert rows["outside_plain"].tolist() == ["similar", "", ""]
    assert rows["outside_wide"].tolist() == ["", "", ""]
    assert rows[["plain_low", "wide_low"]].isna().to_numpy().tolist() == [[False, True], [True, True], [True, True]]
    assert np.isnan(stats.overdispersion([], [])).all()
    assert stats.overdispersion([5], [10], 0.1).tau2 == 0
    with pytest.raises(ValueError, match=r"share of 1\.2 cannot be"):
        stats.funnel(1.2, 10)
    curves = stats.funnel_curves(0.4, [10, 100], 0.01)
    np.testing.assert_allclose(curves[["plain_low_998", "plain_high_998"]], np.transpose(stats.funnel(0.4, [10, 100], stats.Z998)))
    np.testing.assert_allclose(curves[["wide_low_95", "wide_high_95"]], np.transpose(stats.funnel_overdispersed(0.4, [10, 100], 0.01)))


@given(some.lists(some.tuples(some.integers(0, 60), some.integers(0, 60), some.integers(0, 9)), min_size=1, max_size=12))
@settings(max_examples=50)
def test_lists_of_places_are_judged_at_99_8_percent(places: list[tuple[int, int, int]]) -> None:
    rows = [("england", "E", *(sum(p[i] for p in places) for i in range(3))), *(("icb", str(i), *p) for i, p in enumerate(places))]
    out = stats.coverage(pd.DataFrame(rows, columns=["level", "code", "yes", "no", "dont_know"]))
    england = out["share"].iloc[0]
    assert out["against_listed"].iloc[0] == ""
    for row in out.iloc[1:].to_dict("records"):
        if not row["answered"]:
            assert row["against_listed"] == ""
            assert math.isnan(row["low_listed"])
            continue
        low, high = proportion_confint(row["yes"], row["answered"], alpha=0.002, method="wilson")
        assert (row["low_listed"], row["high_listed"]) == pytest.approx((low, high), abs=1e-8)
        assert row["against_listed"] == ("lower" if high < england - 1e-12 else "higher" if low > england + 1e-12 else "similar")
        if row["against_listed"] != "similar":  # the stricter rule never says what the other one does not
            assert row["against_listed"] == row["against_england"]
