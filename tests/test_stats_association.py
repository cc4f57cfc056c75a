"""Overlap, association and agreement against published values, other people's code, and their own laws."""

from __future__ import annotations

import csv
import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some
from scipy.spatial import distance as scipy_distance

from oversight import stats
from oversight.stats.agreement import Level

CELLS = some.tuples(*(some.integers(0, 60) for _ in range(4)))


def vectors(a: int, b: int, c: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """The two yes/no columns behind a fourfold table."""
    return np.array([1] * a + [1] * b + [0] * c + [0] * d), np.array([1] * a + [0] * b + [1] * c + [0] * d)


@given(CELLS)
def test_phi_is_the_correlation_of_two_columns_of_yes_and_no(cells: tuple[int, int, int, int]) -> None:
    one, two = vectors(*cells)
    found = float(stats.phi(*cells))
    if len(one) == 0 or len(set(one)) == 1 or len(set(two)) == 1:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(np.corrcoef(one, two)[0, 1], abs=1e-12)
        assert -1 <= found <= 1


@given(CELLS)
def test_jaccard_is_one_less_scipys_distance(cells: tuple[int, int, int, int]) -> None:
    one, two = vectors(*cells)
    found = float(stats.jaccard(*cells[:3]))
    if not sum(cells[:3]):
        assert math.isnan(found)
    else:
        assert found == pytest.approx(1 - scipy_distance.jaccard(one.astype(bool), two.astype(bool)), abs=1e-12)


def test_values_published_elsewhere() -> None:
    """Berkeley's admissions (Bickel, Hammel and O'Connell 1975, Science 187: 398): 3,738 of 8,442 men and 1,494 of 4,321 women.

    They print a chi-squared of 110.8 with Yates' correction; φ² · n is the one without, 111.25 (scipy.stats.chi2_contingency).
    """
    a, b, c, d = 3738, 4704, 1494, 2827
    n, value = a + b + c + d, float(stats.phi(a, b, c, d))
    assert value**2 * n == pytest.approx(111.2497, abs=1e-4)
    corrected = n * (abs(a * d - b * c) - n / 2) ** 2 / ((a + b) * (c + d) * (a + c) * (b + d))
    assert corrected == pytest.approx(110.8, abs=0.06)
    one, two = {0, 1, 2, 5, 6}, {0, 2, 3, 5, 7, 9}
    assert float(stats.jaccard(len(one & two), len(one - two), len(two - one))) == 0.375


def delta_interval(cells: tuple[int, ...], z: float) -> tuple[float, float]:
    """A second way to the interval: φ's gradient by differences, the multinomial's covariance, and Fisher's scale."""
    n = sum(cells)
    p = np.array(cells) / n

    def phi(q: np.ndarray) -> float:
        k1, k2, whole = q[0] + q[1], q[0] + q[2], q.sum()
        return float((whole * q[0] - k1 * k2) / math.sqrt(k1 * k2 * (whole - k1) * (whole - k2)))

    step = 1e-6
    slope = np.array([(phi(p + step * np.eye(4)[i]) - phi(p - step * np.eye(4)[i])) / (2 * step) for i in range(4)])
    variance = slope @ (np.diag(p) - np.outer(p, p)) @ slope / n
    at, half = math.atanh(phi(p)), z * math.sqrt(variance) / (1 - phi(p) ** 2)
    return math.tanh(at - half), math.tanh(at + half)


@given(some.tuples(*(some.integers(1, 400) for _ in range(4))), some.sampled_from([stats.Z95, stats.Z998]))
def test_the_interval_of_phi_equals_the_delta_method_by_differences(cells: tuple[int, int, int, int], z: float) -> None:
    assume(abs(float(stats.phi(*cells))) < 0.95)
    low, high = stats.phi_interval(*cells, z=z)
    assert (float(low), float(high)) == pytest.approx(delta_interval(cells, z), abs=2e-4)
    assert -1 <= low <= stats.phi(*cells) <= high <= 1


def test_the_interval_of_phi_holds_it_95_times_in_100() -> None:
    """Unequal and small shares, where the interval of Pearson's r falls to 80%."""
    draw = np.random.default_rng(20261125)
    for p, q, truth in ((0.33, 0.3, 0.0), (0.14, 0.14, 0.2), (0.33, 0.1, 0.1), (0.5, 0.5, 0.4), (0.2, 0.3, -0.1)):
        both = p * q + truth * math.sqrt(p * q * (1 - p) * (1 - q))
        cells = draw.multinomial(1000, [both, p - both, q - both, 1 - p - q + both], size=20_000).T
        low, high = stats.phi_interval(*cells)
        assert 0.935 < np.mean((low <= truth) & (truth <= high)) < 0.965


def test_an_interval_of_phi_never_closes_to_a_point() -> None:
    for cells in ((10, 0, 0, 10), (0, 10, 10, 0), (500, 0, 0, 3)):
        low, high = (float(v) for v in stats.phi_interval(*cells))
        assert high - low > 0.01
        assert low <= float(stats.phi(*cells)) <= high


@pytest.mark.parametrize("cells", [(-1, 2, 3, 4), (1, -2, 3, 4), (1, 2, -3, 4), (1, 2, 3, -4)])
def test_counts_below_zero_are_refused(cells: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        stats.phi(*cells)
    if cells[3] > 0:
        with pytest.raises(ValueError, match="cannot be"):
            stats.jaccard(*cells[:3])


def test_the_step_judges_respondents_only_and_nothing_that_chance_makes_rare() -> None:
    table = pd.DataFrame(
        [
            {"unit": "respondents", "a": 60, "b": 40, "c": 40, "d": 60},  # φ .2 of 200, 50 expected
            {"unit": "respondents", "a": 100, "b": 20, "c": 20, "d": 60},
            {"unit": "respondents", "a": 4, "b": 15, "c": 15, "d": 66},  # 3.6 expected
            {"unit": "sessions", "a": 9, "b": 1, "c": 1, "d": 3},
            {"unit": "respondents", "a": 0, "b": 0, "c": 0, "d": 0},
        ]
    )
    out = stats.pairs(table)
    pd.testing.assert_frame_equal(out[table.columns], table)
    assert out["verdict"].tolist() == ["similar", "higher", "", "", ""]
    assert out["expected"].tolist()[:4] == pytest.approx([50, 72, 3.61, 100 / 14])
    assert out["phi"].isna().tolist() == [False, False, True, False, True]
    assert out["jaccard"].isna().tolist() == [False, False, True, False, True]
    assert out["low"].isna().tolist() == [False, False, True, True, True]
    assert out["first"].tolist() == [100, 120, 19, 10, 0]
    low, high = stats.phi_interval(60, 40, 40, 60, stats.Z998)
    assert (out["low"][0], out["high"][0]) == (low, high)


# ---- Krippendorff's alpha ---------------------------------------------------------------------------------------------


def reliability_data(path: Path) -> np.ndarray:
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))[1:]
    return np.array([[float(v) if v else np.nan for v in row] for row in rows])


def test_alpha_equals_the_published_values(oracles) -> None:
    """Krippendorff's data C (four coders, twelve units, some missing): .743, .815, .849 and .797."""
    data = reliability_data(oracles / "kripp_irr_C_data.csv")
    known = (oracles / "kripp_irr_C_expected.csv").read_text(encoding="utf-8").splitlines()
    expected = {row["level"]: float(row["alpha"]) for row in csv.DictReader(known)}
    assert set(expected) == {"nominal", "ordinal", "interval", "ratio"}
    for level, alpha in expected.items():
        assert stats.krippendorff(data, level) == pytest.approx(alpha, abs=1e-12)


DATA_C = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, None],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)])
def test_alpha_without_the_oracle_files(level: Level, alpha: float) -> None:
    """The same data, typed: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section D."""
    assert stats.krippendorff(np.array(DATA_C, dtype=float), level) == pytest.approx(alpha, abs=5e-4)


def test_alpha_of_two_coders_and_yes_or_no_as_published() -> None:
    """Krippendorff 2011, section A: two observers, ten units, .095."""
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert stats.krippendorff([meg, owen]) == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_two_coders_and_words_as_published() -> None:
    """Krippendorff 2011, section B: two observers, twelve units, five categories, .692."""
    meg, owen = list("aabbdcccedda"), list("babbbccceddd")
    assert stats.krippendorff([meg, owen]) == pytest.approx(0.692, abs=5e-4)


def test_alpha_of_three_coders_with_missing_values_as_published() -> None:
    """The example of the encyclopaedia Wikipedia, "Krippendorff's alpha": three coders, fifteen units, .691 nominal, .811 interval."""
    coders = ("*****34121133*3", "1*213343*******", "**21344*21133*4")
    values = [[math.nan if value == "*" else int(value) for value in coder] for coder in coders]
    assert stats.krippendorff(values) == pytest.approx(0.691, abs=5e-4)
    assert stats.krippendorff(values, "interval") == pytest.approx(0.811, abs=5e-4)


def naive_alpha(table: list[list[float | None]], level: str) -> float:
    """By definition: mean disagreement of values within units against that of all pairable values, pair by pair."""
    units = [[v for v in unit if v is not None] for unit in zip(*table, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    values = sorted(v for unit in units for v in unit)

    def apart(one: float, two: float) -> float:
        if level == "nominal":
            return float(one != two)
        if level == "ordinal":
            low, high = min(one, two), max(one, two)
            between = sum(low <= v <= high for v in values)
            return (between - (values.count(low) + values.count(high)) / 2) ** 2 if one != two else 0.0
        return (one - two) ** 2 if level == "interval" else ((one - two) / (one + two)) ** 2 if one + two else 0.0

    n = len(values)
    if n < 2:
        return math.nan
    seen = sum(apart(x, y) / (len(unit) - 1) for unit in units for x, y in itertools.permutations(unit, 2)) / n
    expected = sum(apart(values[i], values[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    return 1 - seen / expected if expected else math.nan


VALUE = some.sampled_from([None, 0, 1, 2, 5])
UNITS = some.integers(2, 4).flatmap(lambda coders: some.lists(some.lists(VALUE, min_size=coders, max_size=coders), min_size=1, max_size=8))


@given(UNITS, some.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_equals_its_definition_pair_by_pair(units: list[list[float | None]], level: Level) -> None:
    table = [list(coder) for coder in zip(*units, strict=True)]
    expected = naive_alpha(table, level)
    found = stats.krippendorff(np.array(table, dtype=float), level)
    assert math.isnan(found) if math.isnan(expected) else found == pytest.approx(expected, abs=1e-9)


def test_alpha_is_undefined_where_nobody_varies_and_refuses_what_it_cannot_take() -> None:
    assert math.isnan(stats.krippendorff([[1, 1, 1], [1, 1, 1]]))
    assert math.isnan(stats.krippendorff([[1, np.nan], [np.nan, 0]]))
    assert math.isnan(stats.krippendorff(np.empty((2, 0))))
    assert stats.krippendorff([[0, 1], [0, 1]]) == 1.0
    with pytest.raises(ValueError, match="sideways"):
        stats.krippendorff([[1], [1]], "sideways")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="dimensions"):
        stats.krippendorff([1, 2])
    with pytest.raises(ValueError, match="below 0"):
        stats.krippendorff([[-1, 2], [1, 2]], "ratio")


def test_how_firm_an_agreement_is() -> None:
    assert stats.how_firm([1, 0.8, 0.7999, 0.667, 0.6669, -0.2, np.nan]).tolist() == [
        "firm",
        "firm",
        "tentative",
        "tentative",
        "weak",
        "weak",
        "",
    ]


def test_the_step_takes_lists_of_any_length() -> None:
    table = pd.DataFrame({"theme": ["a", "b", "c", "d"], "said": [[[1, 1], [0, 0]], [[1, 0], [0, 1, 1]], [[1, 1], [1, 1]], None]})
    out = stats.agreement(table)
    assert out["same"].tolist() == [2, 0, 2, 0]
    assert out["alpha"].round(3).tolist()[:2] == [1.0, round(naive_alpha([[1, 0], [0, 1], [None, 1]], "nominal"), 3)]
    assert out["verdict"].tolist() == ["firm", "weak", "", ""]
    assert "said" not in out
