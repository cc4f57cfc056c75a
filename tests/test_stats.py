"""Intervals and comparisons against published numbers, naive second implementations and their own laws."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight import stats


@st.composite
def counts(draw, largest=5_000):
    n = draw(st.integers(1, largest))
    return draw(st.integers(0, n)), n


def test_wilson_equals_the_published_values(oracles):
    """OHID's PHEindicatormethods, 95% and 99.8%, with its multipliers of 1 and 100."""
    known = pd.read_csv(oracles / "wilson_phe_proportion.csv")
    low, high = stats.wilson(known["Numerator"], known["Denominator"])
    np.testing.assert_allclose(low * known["multiplier"], known["lower95_0cl"], atol=1e-9)
    np.testing.assert_allclose(high * known["multiplier"], known["upper95_0cl"], atol=1e-9)
    low, high = stats.wilson(known["Numerator"], known["Denominator"], stats.Z998)
    np.testing.assert_allclose(low * known["multiplier"], known["lower99_8cl"], atol=1e-9)
    np.testing.assert_allclose(high * known["multiplier"], known["upper99_8cl"], atol=1e-9)


def test_wilson_without_the_oracle_files():
    """Three of the same values, so that a checkout without the files still checks something."""
    low, high = stats.wilson([1, 65, 222], [100, 100, 3215])
    np.testing.assert_allclose(low, [0.0017674320641407, 0.5525444329688797, 0.0607916903636366], atol=1e-12)
    np.testing.assert_allclose(high, [0.0544861961786953, 0.7363575175690247, 0.0783395668138364], atol=1e-12)


@given(counts(), st.sampled_from([stats.Z95, stats.Z998]))
def test_wilson_limits_solve_the_equation_they_come_from(count, z):
    """Each limit p is where |x/n − p| is z standard errors of p itself."""
    x, n = count
    for p in stats.wilson(x, n, z):
        assert math.isclose((x / n - p) ** 2, z**2 * p * (1 - p) / n, rel_tol=1e-6, abs_tol=1e-12)


@given(counts(), st.sampled_from([stats.Z95, stats.Z998]))
def test_wilson_is_bounded_symmetric_and_monotone(count, z):
    x, n = count
    low, high = stats.wilson(x, n, z)
    assert 0 <= low <= x / n <= high <= 1
    assert low < high
    mirrored_low, mirrored_high = stats.wilson(n - x, n, z)
    assert math.isclose(low, 1 - mirrored_high, abs_tol=1e-12)
    assert math.isclose(high, 1 - mirrored_low, abs_tol=1e-12)
    if x < n:
        more_low, more_high = stats.wilson(x + 1, n, z)
        assert more_low > low
        assert more_high > high
    wider_low, wider_high = stats.wilson(x, n, z + 0.5)
    assert wider_low <= low
    assert wider_high >= high


def test_nothing_counted_is_nan_and_no_warning():
    low, high = stats.wilson([0, 1, np.nan], [0, 2, 3])
    np.testing.assert_array_equal(np.isnan(low), [True, False, True])
    np.testing.assert_array_equal(np.isnan(high), [True, False, True])


@pytest.mark.parametrize(("x", "n"), [(3, 2), (-1, 2)])
def test_counts_that_cannot_be_are_refused(x, n):
    with pytest.raises(ValueError, match=f"{x} of {n}"):
        stats.wilson([1, x], [2, n])


def test_against_equals_the_published_cases(oracles):
    """The comparison tests of DHSC's FingertipsNext."""
    known = pd.read_csv(oracles / "benchmark_fingertipsnext.csv")
    verdict = stats.against(known["lower"], known["upper"], known["benchmark"])
    directions = {"HighIsGood": "high is good", "LowIsGood": "low is good", "NoJudgement": "none"}
    assert len(known) == 12
    for i, row in known.iterrows():
        judged = stats.better_or_worse(verdict[i : i + 1], directions[row["polarity"]])
        assert judged[0] == row["expected"].lower(), row["polarity"]


def test_touching_is_similar_and_missing_is_unknown():
    verdict = stats.against([0.2, 0.1, 0.21, 0.1, np.nan, 0.1], [0.3, 0.2, 0.3, 0.19, 0.3, 0.3], [0.2, 0.2, 0.2, 0.2, 0.2, np.nan])
    assert verdict.tolist() == ["similar", "similar", "higher", "lower", "", ""]
    assert stats.better_or_worse(verdict, "low is good").tolist() == ["similar", "similar", "worse", "better", "", ""]
    assert stats.better_or_worse(verdict, "none").tolist() == verdict.tolist()
    with pytest.raises(ValueError, match="sideways"):
        stats.better_or_worse(verdict, "sideways")


@pytest.mark.parametrize(
    ("x1", "n1", "x2", "n2", "low", "high", "low998", "high998"),
    [
        # statsmodels 0.15.0, confint_proportions_2indep(method="newcomb", compare="diff"), alpha .05 and .002;
        # the first two are also in Newcombe 1998, Statistics in Medicine 17: 873, table II, method 10.
        (56, 70, 48, 80, 0.05243147240236498, 0.33387265403690614, -0.03348725364244223, 0.4018117646026352),
        (9, 10, 3, 10, 0.1705227239345029, 0.809017973535488, -0.04762237192141028, 0.8540903630788513),
        (10, 10, 0, 20, 0.6790860371419145, 1.0, 0.4142946533652717, 1.0),
        (0, 10, 0, 10, -0.27753279986288926, 0.27753279986288926, -0.4884789004534622, 0.4884789004534622),
        (5, 56, 0, 29, -0.038137147903536936, 0.19256001385511165, -0.1666616007496382, 0.27332304949935227),
        (120, 400, 150, 420, -0.12068045339841016, 0.007208532051650701, -0.15646351212647913, 0.044170036565002624),
    ],
)
def test_newcombe_equals_statsmodels(x1, n1, x2, n2, low, high, low998, high998):
    difference, *interval = stats.newcombe(x1, n1, x2, n2)
    assert math.isclose(difference, x1 / n1 - x2 / n2)
    np.testing.assert_allclose(interval, [low, high], atol=1e-12)
    wider = stats.newcombe(x1, n1, x2, n2, stats.Z998)[1:]
    np.testing.assert_allclose(wider, [low998, high998], atol=1e-9)
    assert -1 <= wider[0] <= wider[1] <= 1


@given(counts(500), counts(500))
def test_newcombe_contains_the_difference_and_turns_round(first, second):
    difference, low, high = stats.newcombe(*first, *second)
    assert -1 <= low <= difference <= high <= 1
    other, other_low, other_high = stats.newcombe(*second, *first)
    np.testing.assert_allclose([other, other_low, other_high], [-difference, -high, -low], atol=1e-12)


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.data())
def test_bounds_are_what_the_silent_could_make_of_it(everyone, data):
    """Naive: all ways in which the silent could answer; the bounds are the least and the most."""
    replied = data.draw(st.integers(0, len(everyone)))
    x, N = sum(everyone[:replied]), len(everyone)
    shares = [(x + silent) / N for silent in range(N - replied + 1)]
    low, high = stats.bounds(x, replied, N)
    assert math.isclose(low, min(shares))
    assert math.isclose(high, max(shares))
    assert low <= sum(everyone) / N <= high


def test_bounds_without_a_headcount_are_unknown():
    assert np.isnan(stats.bounds(0, 0, 0)).all()
    assert np.isnan(stats.bounds(1, 2, np.nan)).all()
    with pytest.raises(ValueError, match="3 of 2"):
        stats.bounds(1, 3, 2)


def coverage_table():
    return pd.DataFrame(
        {
            "level": ["england", "region", "icb", "icb", "england", "icb"],
            "code": ["E", "Y60", "A", "B", "E", "A"],
            "element": ["poc", "poc", "poc", "poc", "clinical", "clinical"],
            "yes": [600, 200, 2, 0, 90, 0],
            "no": [200, 50, 38, 0, 10, 7],
            "dont_know": [200, 50, 0, 0, 0, 0],
        },
        index=[5, 3, 1, 0, 2, 9],
    )


def test_coverage_row_by_row_against_plain_python():
    table = coverage_table()
    out = stats.coverage(table)
    assert out.index.tolist() == table.index.tolist()
    pd.testing.assert_frame_equal(out[table.columns], table)
    england = {"poc": 0.6, "clinical": 0.9}
    for _, row in out.iterrows():
        answered, known = row["yes"] + row["no"] + row["dont_know"], row["yes"] + row["no"]
        assert (row["answered"], row["known"]) == (answered, known)
        if not answered:
            names = ["share", "low", "high", "share_known", "low_known", "high_known", "dont_know_share"]
            assert row[names].isna().all()
            assert row["against_england"] == ""
            continue
        assert math.isclose(row["share"], row["yes"] / answered)
        assert math.isclose(row["share_known"], row["yes"] / known)
        assert math.isclose(row["dont_know_share"], row["dont_know"] / answered)
        np.testing.assert_allclose([row["low"], row["high"]], np.ravel(stats.wilson(row["yes"], answered)))
        np.testing.assert_allclose([row["low_known"], row["high_known"]], np.ravel(stats.wilson(row["yes"], known)))
        expected = "higher" if row["low"] > england[row["element"]] else "lower" if row["high"] < england[row["element"]] else "similar"
        assert row["against_england"] == ("" if row["level"] == "england" else expected)
    assert out["against_england"].tolist() == ["", "higher", "lower", "", "", "lower"]


def test_coverage_at_99_8_percent_flags_less():
    assert stats.coverage(coverage_table(), z=stats.Z998)["against_england"].tolist() == ["", "similar", "lower", "", "", "lower"]


def test_coverage_without_a_level_with_more_keys_and_with_nulls():
    table = coverage_table()
    assert "against_england" not in stats.coverage(table.drop(columns="level"))
    both = pd.concat([table.assign(wave=1), table.assign(wave=2, yes=table["yes"] // 2)], ignore_index=True)
    with pytest.raises(ValueError, match="unique"):
        stats.coverage(both)
    twice = stats.coverage(both, by=("element", "wave"))
    assert twice["against_england"].tolist()[:6] == stats.coverage(table)["against_england"].tolist()
    one = table.query("element == 'poc'").drop(columns="element")
    assert stats.coverage(one)["against_england"].tolist() == ["", "higher", "lower", ""]
    nobody = table.query("level != 'england'")
    assert set(stats.coverage(nobody)["against_england"]) == {""}
    nulls = stats.coverage(
        table.assign(yes=pd.array([600, None, 2, 0, 90, 0], dtype="Int64"), level=["england", None, *table["level"][2:]])
    )
    assert nulls["share"].isna().tolist() == [False, True, False, True, False, False]


def test_empty_tables_keep_their_columns():
    full, empty = stats.coverage(coverage_table()), stats.coverage(coverage_table().head(0))
    assert empty.columns.tolist() == full.columns.tolist()
    assert empty.empty
    assert stats.share(pd.DataFrame({"x": [], "n": []})).columns.tolist() == ["x", "n", "share", "low", "high"]


def test_share_step():
    out = stats.share(pd.DataFrame({"theme": list("abc"), "x": [1, 0, 0], "n": [4, 5, 0]}))
    np.testing.assert_array_equal(out["share"], [0.25, 0, np.nan])
    np.testing.assert_allclose(out[["low", "high"]].to_numpy()[0], np.ravel(stats.wilson(1, 4)))
    assert out["low"].isna().tolist() == [False, False, True]
    with pytest.raises(ValueError, match="'n'"):
        stats.share(pd.DataFrame({"x": [1]}))


def test_rate_step():
    out = stats.rate(pd.DataFrame({"responses": [1, 0, 0, 3, 2], "headcount": [4.0, 2.5, 0, 3, np.nan]}))
    np.testing.assert_array_equal(out["rate"], [0.25, 0, np.nan, 1, np.nan])
    with pytest.raises(ValueError, match=r"3 of 2\.5"):
        stats.rate(pd.DataFrame({"responses": [3], "headcount": [2.5]}))


def test_change_step_is_now_less_before():
    out = stats.change(pd.DataFrame({"x1": [48, 56, 10, 0], "n1": [80, 70, 20, 0], "x2": [56, 48, 10, 3], "n2": [70, 80, 20, 4]}))
    np.testing.assert_allclose(out["difference"][:3], [0.2, -0.2, 0], atol=1e-12)
    np.testing.assert_allclose(out[["low", "high"]].to_numpy()[0], [0.05243147240236498, 0.33387265403690614], atol=1e-12)
    np.testing.assert_array_equal(out["share1"], [0.6, 0.8, 0.5, np.nan])
    np.testing.assert_array_equal(out["share2"], [0.8, 0.6, 0.5, 0.75])
    assert out["verdict"].tolist() == ["higher", "lower", "similar", ""]
