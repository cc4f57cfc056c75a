"""``oversight.stats`` as a stranger would call it: one number or many, of any kind; counts that cannot be; very large ones."""

from __future__ import annotations

import doctest
import importlib
import math
import pkgutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats as scipy_stats

from oversight import stats


def paired(n10: Any, n01: Any, n11: Any, n00: Any) -> tuple[Any, ...]:
    """What ``mcnemar`` finds, those who changed first: the tests rest on them alone."""
    found = stats.mcnemar(n11, n10, n01, n00)
    return found.n, found.share1, found.share2, found.difference, found.low, found.high, found.chi2, found.p, found.p_exact, found.p_mid


#: Function of counts -> two sets of counts that it takes.
CALLS: dict[str, tuple[Callable[..., Any], tuple[tuple[float, ...], tuple[float, ...]]]] = {
    "wilson": (stats.wilson, ((3, 10), (7, 8))),
    "wilson_known": (stats.wilson_known, ((3, 10, 40), (7, 8, 30))),
    "against": (stats.against, ((0.1, 0.2, 0.3), (0.5, 0.6, 0.2))),
    "newcombe": (stats.newcombe, ((56, 70, 48, 80), (9, 10, 3, 10))),
    "bounds": (stats.bounds, ((3, 10, 40), (7, 8, 8))),
    "mcnemar": (paired, ((6, 16, 59, 80), (1, 7, 1, 12))),
    "jaccard": (stats.jaccard, ((3, 2, 3), (1, 0, 4))),
    "phi": (stats.phi, ((30, 10, 20, 40), (1, 2, 3, 4))),
    "phi_interval": (stats.phi_interval, ((30, 10, 20, 40), (1, 2, 3, 4))),
    "funnel": (stats.funnel, ((0.5, 10), (0.2, 300))),
    "funnel_overdispersed": (lambda theta, n: stats.funnel_overdispersed(theta, n, 0.01), ((0.5, 10), (0.2, 300))),
    "leaning": (stats.leaning, ((15, 4), (3, 3))),
    "mean_interval": (stats.mean_interval, ((5.5, 2, 16), (7, 1.5, 30))),
}  # fmt: skip
FORMS: dict[str, Callable[[tuple[float, float]], Any]] = {
    "lists": list,
    "tuples": tuple,
    "arrays": np.array,
    "a column": lambda v: pd.Series(v, index=[9, -1]),
    "a column of pandas' own numbers": lambda v: pd.Series(v, index=["b", "b"], dtype="Float64"),
    "a column of objects": lambda v: pd.Series(list(v), dtype="object"),
}


def flat(found: Any) -> list[Any]:
    """What a function gave, as a list of arrays."""
    return [np.asarray(part) for part in (found if isinstance(found, tuple) else (found,))]


@pytest.mark.parametrize("name", CALLS)
def test_one_number_or_many_of_any_kind_are_the_same(name: str) -> None:
    function, (one, other) = CALLS[name]
    singly = [flat(function(*one)), flat(function(*other))]
    assert all(part.shape == () for found in singly for part in found)
    for made in FORMS.values():
        together = flat(function(*(made(pair) for pair in zip(one, other, strict=True))))
        for part, first, second in zip(together, *singly, strict=True):
            assert part.tolist() == [first.item(), second.item()]
    spread = flat(function(one[0], *(np.array([value, value]) for value in one[1:])))  # one number beside many
    for part, first in zip(spread, singly[0], strict=True):
        assert part.tolist() == [first.item()] * 2
    for part in flat(function(*([] for _ in one))):
        assert part.shape == (0,)


@pytest.mark.parametrize("missing", [None, pd.NA, float("nan"), np.ma.masked])
@pytest.mark.parametrize("name", CALLS)
def test_what_is_missing_stays_missing_and_hurts_nothing_else(name: str, missing: Any) -> None:
    function, (one, _) = CALLS[name]
    whole = flat(function(*one))
    first = np.ma.array([one[0], 1], mask=[False, True]) if missing is np.ma.masked else pd.Series([one[0], missing], dtype="object")
    for part, known in zip(flat(function(first, *([value] * 2 for value in one[1:]))), whole, strict=True):
        assert part[0] == known
        assert part[1] == "" or math.isnan(part[1])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: stats.wilson(5_000_001, 5_000_000), "5000001 of 5000000"),
        (lambda: stats.wilson(0, -3), "0 of -3"),
        (lambda: stats.wilson("many", 3), "many"),
        (lambda: stats.wilson([1, 2], [3, 4, 5]), "shape"),
        (lambda: stats.wilson_known(3, 10, 9), "10 of 9"),
        (lambda: stats.bounds(3, 10, 9), "10 of 9"),
        (lambda: stats.newcombe(3, 2, 1, 2), "3 of 2"),
        (lambda: stats.mcnemar(1, -2, 3, 4), "-2"),
        (lambda: stats.mcnemar(1, 2.5, 3, 4), "whole"),
        (lambda: stats.jaccard(3, -1, 2), "-1"),
        (lambda: stats.phi(3, 1, 2, -4), "-4"),
        (lambda: stats.leaning(3, -1), "-1"),
        (lambda: stats.funnel([0.5, 1.2], 10), "1.2"),
        (lambda: stats.funnel(0.5, -10), "-10"),
        (lambda: stats.funnel_overdispersed(0.5, 10, -0.1), "-0.1"),
        (lambda: stats.overdispersion([1, 5], [2, 4]), "5 of 4"),
        (lambda: stats.dispersion([1, 2], [0.1, 0]), "standard error"),
        (lambda: stats.post_stratified(1, 2, 1), "2 of 1"),
        (lambda: stats.panel([3], [2], [1], [2]), "3 of 2"),
        (lambda: stats.panel([3, None], [4, None], [1, 1], [2, 2]), "0 of 0"),
        (lambda: stats.mean_interval(5, -1, 10), "-1"),
        (lambda: stats.t_quantile(0), "1 or more"),
        (lambda: stats.t_quantile(2.5), "whole"),
        (lambda: stats.krippendorff([[1, 2], [1, 2]], "nominally"), "nominal, ordinal"),
        (lambda: stats.krippendorff([["a", "b"], ["a", "b"]], "ordinal"), "a"),
        (lambda: stats.krippendorff([1, 2, 3]), "dimensions"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize(
    ("fewer", "more"), [(0, 1), (3, 9), (40, 40), (480, 520), (49_800, 50_200), (499_990_000, 500_010_000), (1, 40_000)]
)
def test_mcnemars_exact_tests_of_any_size(fewer: int, more: int) -> None:
    m = fewer + more
    found = stats.mcnemar(10**9, fewer, more, 10**9)
    assert found.p_exact == pytest.approx(min(1, 2 * scipy_stats.binom.cdf(fewer, m, 0.5)), rel=1e-7, abs=1e-300)
    less = scipy_stats.binom.pmf(fewer, m, 0.5) * (1 if fewer < more else 0.5)
    assert found.p_mid == pytest.approx(float(found.p_exact) - less, rel=1e-7, abs=1e-300)


def test_very_many_people() -> None:
    low, high = stats.wilson(5 * 10**8, 10**9)
    assert low == pytest.approx(0.5 - 1.959963984540054 * 0.5 / math.sqrt(1e9), rel=1e-9)
    assert high == pytest.approx(1 - float(low), rel=1e-12)
    assert stats.newcombe(10**9, 10**9, 10**9, 10**9)[1] < 0
    assert float(stats.phi(10**9, 0, 0, 10**9)) == 1
    assert stats.wilson(0, 10, 2.7)[0] == 0


def test_one_standard_error_for_all_scores_is_that_of_each() -> None:
    scores = np.linspace(-4, 4, 20)
    assert stats.dispersion(scores, 0.1) == stats.dispersion(scores, np.full(20, 0.1))
    assert stats.dispersion(scores, 0.1).tau2 > 0
    assert stats.dispersion(2.0, 0.1).tau2 == 0


def test_one_stratum_and_one_pcn_may_be_given_as_numbers() -> None:
    one = [float(value) for value in stats.post_stratified(40, 50, 800)]
    assert one == [float(value) for value in stats.post_stratified([40], [50], [800])]
    assert one[0] == 0.8
    assert float(stats.panel(3, 10, 5, 10).value["difference"][0]) == pytest.approx(0.2)


def test_words_can_be_coded_and_many_different_numbers_need_little_memory() -> None:
    words = pd.DataFrame([list("aabbddcccedda"), list("babbbcccceddc")])
    assert stats.krippendorff(words) == stats.krippendorff(words.replace({letter: i for i, letter in enumerate("abcde")}).astype(float))
    words.iloc[0, 0] = pd.NA
    assert stats.krippendorff(words) == stats.krippendorff(words.iloc[:, 1:])
    assert math.isnan(stats.krippendorff([["a", "b"]]))  # one coder alone agrees with nobody
    rng = np.random.default_rng(1)
    truth = rng.normal(10, 3, 1_500)
    assert stats.krippendorff(truth + rng.normal(0, 0.3, (2, 1_500)), "interval") > 0.98


def test_a_missing_verdict_is_no_judgement() -> None:
    given = pd.Series(["higher", None, np.nan, ""], index=[3, 1, 4, 1])
    assert stats.better_or_worse(given, "high is good").tolist() == ["better", "", "", ""]
    assert stats.better_or_worse("lower", "low is good") == "better"


@pytest.mark.parametrize("module", [m.name for m in pkgutil.iter_modules(stats.__path__, "oversight.stats.")])
def test_the_examples_in_the_docstrings(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0
