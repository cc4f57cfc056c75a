"""The t-interval, differences between sides, and which side leans, against scipy, statsmodels and published tables."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats as scipy_stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.weightstats import DescrStatsW

from oversight import stats


@pytest.mark.parametrize(
    ("df", "published"),
    # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975
    [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (29, 2.045), (30, 2.042), (60, 2.000), (100, 1.984)],
)
def test_published_quantiles_of_t(df: int, published: float) -> None:
    assert round(stats.t_quantile(df), 3) == published


def test_quantiles_of_t_as_scipy_has_them() -> None:
    for df in [*range(1, 60), 61, 150, 399, 400, 401, 402, 1000, 12345, 10**6]:
        assert stats.t_quantile(df) == pytest.approx(scipy_stats.t.ppf(0.975, df), rel=1e-10), df
    with pytest.raises(ValueError, match="not 0"):
        stats.t_quantile(0)


@given(some.lists(some.integers(0, 10), min_size=0, max_size=40))
def test_the_interval_of_a_mean_is_that_of_statsmodels(numbers: list[int]) -> None:
    n = len(numbers)
    row = {"n": n, "mean": np.mean(numbers) if n else math.nan, "sd": statistics.stdev(numbers) if n > 1 else math.nan}
    out = stats.mean(pd.DataFrame([row])).iloc[0]
    if len(set(numbers)) < 2:
        assert math.isnan(out["low"]) and math.isnan(out["high"])
    else:
        assert (out["low"], out["high"]) == pytest.approx(DescrStatsW(numbers).tconfint_mean(0.05))


def test_each_role_against_link_workers_of_the_same_place_and_element() -> None:
    rows = [
        ("england", "ENG", "a", "splw", 56, 70),
        ("england", "ENG", "a", "pcn_manager", 48, 80),
        ("england", "ENG", "b", "splw", 0, 0),
        ("england", "ENG", "b", "pcn_manager", 3, 4),
        ("region", "R", "a", "pcn_manager", 3, 4),
    ]
    out = stats.sides(pd.DataFrame(rows, columns=["level", "code", "element", "role", "x", "n"]))
    # Newcombe 1998, table II, example (a): 56/70 - 48/80 = 0.2, interval 0.0524 to 0.3339, here the other way round
    assert out["difference"].tolist()[1] == pytest.approx(-0.2)
    assert (out["low_difference"][1], out["high_difference"][1]) == pytest.approx((-0.3339, -0.0524), abs=5e-5)
    assert out["verdict"].tolist() == ["", "lower", "", "", ""]
    assert out["difference"].isna().tolist() == [True, False, True, True, True]
    np.testing.assert_allclose(out[["low", "high"]].to_numpy()[1], np.ravel(stats.wilson(48, 80)))
    with pytest.raises(ValueError, match="unique"):
        stats.sides(pd.DataFrame(2 * rows[:2], columns=["level", "code", "element", "role", "x", "n"]))


@given(some.integers(0, 90), some.integers(1, 90), some.integers(0, 90), some.integers(1, 90))
def test_differences_are_those_of_statsmodels(x1: int, n1: int, x2: int, n2: int) -> None:
    x1, x2 = min(x1, n1), min(x2, n2)
    rows = [("england", "ENG", "a", "splw", x1, n1), ("england", "ENG", "a", "gp_supervisor", x2, n2)]
    out = stats.sides(pd.DataFrame(rows, columns=["level", "code", "element", "role", "x", "n"])).iloc[1]
    expected = confint_proportions_2indep(x2, n2, x1, n1, method="newcomb", compare="diff")
    assert (out["low_difference"], out["high_difference"]) == pytest.approx(expected, abs=1e-9)


@given(some.integers(0, 60), some.integers(0, 60))
def test_who_leans_is_mcnemars_test_without_correction(one: int, other: int) -> None:
    verdict = str(stats.leaning([one], [other])[0])
    if not one + other:
        assert verdict == ""
        return
    p = mcnemar([[0, one], [other, 0]], exact=False, correction=False).pvalue
    assert (verdict != "similar") == (p < 0.05)
    assert verdict == "similar" or (verdict == "higher") == (one > other)
