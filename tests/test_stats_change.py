"""Change: paired proportions and panels against published numbers, naive second implementations and their own laws."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as reference

from oversight import stats

TABLES = st.tuples(*[st.integers(0, 60)] * 4)


def test_mcnemar_equals_r(oracles):
    """R's mcnemar.test without correction and binom.test; it gives nothing where nobody changed, and so do we."""
    known = pd.read_csv(oracles / "mcnemar_r.csv")
    found = stats.mcnemar(known["n11"], known["n10"], known["n01"], known["n00"])
    np.testing.assert_allclose(found.chi2, known["chi2"], atol=1e-12)
    np.testing.assert_allclose(found.p, known["p"], atol=1e-12)
    np.testing.assert_allclose(found.p_exact, known["p_exact"], atol=1e-12)


@pytest.mark.parametrize(
    ("table", "difference", "low", "high", "digits"),
    [
        ((36, 12, 2, 0), -0.2, -0.3404, -0.0569, 4),  # Newcombe 1998, Statistics in Medicine 17: 2635
        ((14, 5, 0, 22), -0.122, -0.226, -0.011, 3),  # Altman et al. 2000, Statistics with Confidence, table 6.2
        ((59, 6, 16, 80), 0.0621, 0.0046, 0.1186, 4),  # tests of R's contingencytables 3.0, Cavo et al. 2012
    ],
)
def test_the_paired_interval_equals_published_examples(table, difference, low, high, digits):
    found = stats.mcnemar(*table)
    assert [round(float(v), digits) for v in (found.difference, found.low, found.high)] == [difference, low, high]


def test_mid_p_equals_published_examples():
    """Fagerland, Lydersen and Laake 2013: airway responses (Bentur) .039, and complete response (Cavo) .035."""
    assert round(float(stats.mcnemar(1, 1, 7, 12).p_mid), 3) == 0.039
    # the same authors 2014 (Statistics in Medicine 33: 2850), Newcombe's interval; they take later from earlier
    found = stats.mcnemar(1, 1, 7, 12)
    assert (round(float(found.low), 3), round(float(found.high), 3)) == (0.026, 0.507)
    assert round(float(stats.mcnemar(59, 6, 16, 80).p_mid), 3) == 0.035


@given(TABLES)
def test_mcnemar_equals_statsmodels(table):
    n11, n10, n01, n00 = table
    found = stats.mcnemar(*table)
    if n10 + n01 == 0:
        assert np.isnan([found.chi2, found.p, found.p_exact, found.p_mid]).all()
        return
    plain = reference([[n11, n10], [n01, n00]], exact=False, correction=False)
    assert math.isclose(float(found.chi2), plain.statistic, abs_tol=1e-12)
    assert math.isclose(float(found.p), plain.pvalue, abs_tol=1e-12)
    exact = reference([[n11, n10], [n01, n00]], exact=True)
    assert math.isclose(float(found.p_exact), exact.pvalue, abs_tol=1e-10)
    # naive: every possible split of those who changed; less likely ones count whole, equally likely ones half
    m, k = n10 + n01, n10
    ways = [math.comb(m, i) for i in range(m + 1)]
    mid = Fraction(sum(w for w in ways if w < ways[k]), 2**m) + Fraction(sum(w for w in ways if w == ways[k]), 2 ** (m + 1))
    assert math.isclose(float(found.p_mid), mid, abs_tol=1e-10)


@given(TABLES, st.sampled_from([stats.Z95, stats.Z998]))
def test_the_paired_interval_holds_the_difference_and_turns_round(table, z):
    n11, n10, n01, n00 = table
    found = stats.mcnemar(*table, z)
    if not sum(table):
        assert np.isnan([found.difference, found.low, found.high]).all()
        return
    assert -1 <= found.low <= found.difference + 1e-12
    assert found.difference - 1e-12 <= found.high <= 1
    back, other = stats.mcnemar(n11, n01, n10, n00, z), stats.mcnemar(n00, n01, n10, n11, z)
    for turned in (back, other):  # earlier and later exchanged; having and not having exchanged
        sign = -1
        np.testing.assert_allclose(
            [turned.difference, turned.low, turned.high], [sign * found.difference, -found.high, -found.low], atol=1e-9
        )


def test_counts_of_pairs_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="cannot be -1"):
        stats.mcnemar(-1, 2, 3, 4)


# --- panels ---------------------------------------------------------------------------------------------------------------

PCNS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)).flatmap(lambda n: st.tuples(
    st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))), max_size=25)  # fmt: skip


def by_hand(pcns: list[tuple[int, int, int, int]]) -> dict[str, Fraction] | None:
    """The parts by their definition, in fractions, PCN by PCN; None where no PCN is matched."""
    both = [p for p in pcns if p[1] and p[3]]
    if not both:
        return None
    share = lambda rows, at: Fraction(sum(r[at] for r in rows), sum(r[at + 1] for r in rows))  # noqa: E731
    same1, same2 = sum(p[1] for p in both), sum(p[3] for p in both)
    within, mix = Fraction(0), Fraction(0)
    for x1, n1, x2, n2 in both:
        w1, w2, p1, p2 = Fraction(n1, same1), Fraction(n2, same2), Fraction(x1, n1), Fraction(x2, n2)
        within += (w1 + w2) / 2 * (p2 - p1)
        mix += (p1 + p2) / 2 * (w2 - w1)
    came, went = share(pcns, 2) - share(both, 2), share(both, 0) - share(pcns, 0)
    return {
        "difference": share(pcns, 2) - share(pcns, 0),
        "within": within,
        "composition": mix + came + went,
        "mix": mix,
        "came": came,
        "went": went,
    }


def columns(pcns: list[tuple[int, int, int, int]]) -> list[np.ndarray]:
    return list(np.array(pcns, dtype=float).reshape(-1, 4).T)


@given(PCNS)
def test_a_panel_equals_its_definition_and_adds_up(pcns):
    found, expected = stats.panel(*columns(pcns), draws=0), by_hand(pcns)
    assert (found.matched, found.came, found.went) == (
        sum(p[1] > 0 and p[3] > 0 for p in pcns),
        sum(p[1] == 0 and p[3] > 0 for p in pcns),
        sum(p[1] > 0 and p[3] == 0 for p in pcns),
    )
    if expected is None:
        assert all(np.isnan(v).all() for v in found.value.values())
        return
    assert expected["within"] + expected["composition"] == expected["difference"]
    for part, value in expected.items():
        assert math.isclose(found.value[part][0], value, abs_tol=1e-12)


def test_a_panel_worked_by_hand():
    """A: 1 of 2, then 2 of 2. B: 0 of 2, then 1 of 4. C came with 3 of 4; D went with 2 of 4.

    Matched: 1/4, then 1/2. Weights ½ ½, then ⅓ ⅔. within = 5/12·½ + 7/12·¼ = 17/48; mix = ¾·(−⅙) + ⅛·⅙ = −5/48.
    came = 6/10 − 1/2; went = 1/4 − 3/8. All: 3/8, then 6/10.
    """
    found = stats.panel([1, 0, 0, 2], [2, 2, 0, 4], [2, 1, 3, 0], [2, 4, 4, 0])
    expected = {"within": 17 / 48, "mix": -5 / 48, "came": 0.1, "went": -0.125, "composition": -5 / 48 - 0.025, "difference": 0.225}
    assert {name: round(float(v[0]), 12) for name, v in found.value.items()} == {name: round(v, 12) for name, v in expected.items()}
    assert np.isnan([*found.low.values(), *found.high.values()]).all()  # two matched PCNs are too few for an interval


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=20))
def test_within_is_all_of_it_when_the_same_number_answers_everywhere(rows):
    n = np.array([r[0] for r in rows])
    x1, x2 = np.minimum([r[1] for r in rows], n), np.minimum([r[2] for r in rows], n)
    found = stats.panel(x1, n, x2, n, draws=0)
    assert math.isclose(found.value["within"][0], (x2.sum() - x1.sum()) / n.sum(), abs_tol=1e-12)
    assert math.isclose(found.value["composition"][0], 0, abs_tol=1e-12)


def test_nobody_changing_within_is_all_composition():
    found = stats.panel([2, 0], [2, 2], [4, 0], [4, 2], draws=0)
    assert math.isclose(found.value["within"][0], 0, abs_tol=1e-12)
    assert math.isclose(found.value["composition"][0], 4 / 6 - 2 / 4, abs_tol=1e-12)


@settings(max_examples=5)
@given(st.integers(0, 2**32 - 1))
def test_the_bootstrap_is_drawing_pcns_again_and_again(seed):
    """Second implementation: draw PCNs with the same generator, work each sample out by its definition, take the middle 95%."""
    maker = np.random.default_rng(seed)
    n1, n2 = maker.integers(0, 4, 40), maker.integers(0, 4, 40)
    x1, x2 = maker.binomial(n1, 0.4), maker.binomial(n2, 0.6)
    pcns = [tuple(map(int, p)) for p in zip(x1, n1, x2, n2, strict=True)]
    found = stats.panel(x1, n1, x2, n2, draws=60, seed=seed)
    picks = np.random.default_rng(seed).integers(0, len(pcns), (60, len(pcns)))
    samples = [made for pick in picks if (made := by_hand([pcns[i] for i in pick]))]
    if found.matched[0] < 10:
        assert np.isnan(found.low["within"][0])
        return
    for part in ("difference", "within", "composition"):
        expected = np.quantile([float(s[part]) for s in samples], [0.025, 0.975])
        np.testing.assert_allclose([found.low[part][0], found.high[part][0]], expected, atol=1e-9)


def test_a_panel_is_the_same_every_time_and_a_measure_beside_others_is_as_alone():
    maker = np.random.default_rng(7)
    n1, n2 = maker.integers(0, 3, (200, 3)), maker.integers(0, 3, (200, 3))
    x1, x2 = maker.binomial(n1, 0.4), maker.binomial(n2, 0.5)
    first, again = stats.panel(x1, n1, x2, n2), stats.panel(x1, n1, x2, n2)
    alone = stats.panel(x1[:, 1], n1[:, 1], x2[:, 1], n2[:, 1])
    for part in first.value:
        np.testing.assert_array_equal(first.low[part], again.low[part])
        np.testing.assert_allclose([first.low[part][1], first.high[part][1]], [alone.low[part][0], alone.high[part][0]], atol=1e-12)
        assert first.low[part][1] < first.value[part][1] < first.high[part][1]


def test_the_bootstrap_interval_is_about_as_wide_as_theory_says():
    """One reply per PCN both times and a panel of all: the interval of the difference is that of paired proportions."""
    maker = np.random.default_rng(3)
    before, now = maker.binomial(1, 0.4, 900), maker.binomial(1, 0.5, 900)
    found = stats.panel(before, np.ones(900), now, np.ones(900))
    pairs = pd.Series(list(zip(before, now, strict=True))).value_counts()
    theory = stats.mcnemar(*(pairs.get(k, 0) for k in ((1, 1), (1, 0), (0, 1), (0, 0))))
    np.testing.assert_allclose([found.low["within"][0], found.high["within"][0]], [theory.low, theory.high], atol=0.006)


def test_the_steps_keep_every_row_in_its_place():
    pairs = pd.DataFrame({"code": ["A", "B"], "n11": [23, 0], "n10": [15, 0], "n01": [19, 0], "n00": [31, 0]}, index=[5, 2])
    out = stats.same(pairs)
    assert out.index.tolist() == [5, 2]
    assert out["n"].tolist() == [88, 0]
    assert out["verdict"].tolist() == ["similar", ""]
    np.testing.assert_allclose(out["share2"], [42 / 88, np.nan])
    lists = {"x1": [[1, 0, 0, 2], [1, 0]], "n1": [[2, 2, 0, 4], [1, 0]], "x2": [[2, 1, 3, 0], [0, 0]], "n2": [[2, 4, 4, 0], [0, 1]]}
    table = pd.DataFrame({"level": ["icb", "icb"], "code": ["B", "A"], **lists}, index=[9, 4])
    made = stats.panels(table)
    assert made.index.tolist() == [9, 4]
    assert made[["x1", "n1", "x2", "n2"]].to_numpy().tolist() == [[3, 8, 6, 10], [1, 1, 0, 1]]
    assert made[["pcns_matched", "pcns_came", "pcns_went"]].to_numpy().tolist() == [[2, 1, 1], [0, 1, 1]]
    np.testing.assert_allclose(made["within"], [17 / 48, np.nan])
    assert made[["matched_x1", "matched_n1", "matched_x2", "matched_n2"]].to_numpy().tolist() == [[1, 4, 3, 6], [0, 0, 0, 0]]
    assert made["verdict_within"].tolist() == ["", ""]


def test_change_at_99_8_percent_claims_less():
    out = stats.change(pd.DataFrame({"x1": [48, 5], "n1": [80, 80], "x2": [56, 60], "n2": [70, 80]}))
    assert out["verdict"].tolist() == ["higher", "higher"]
    assert out["verdict_listed"].tolist() == ["similar", "higher"]
    np.testing.assert_allclose(out[["low_listed", "high_listed"]].to_numpy()[0], [-0.03348725364244223, 0.4018117646026352], atol=1e-9)


def test_a_panel_of_no_place_and_of_a_place_without_pcns_keeps_its_columns():
    empty = pd.DataFrame({"level": [], "code": [], "x1": [], "n1": [], "x2": [], "n2": []})
    nobody = pd.DataFrame({"level": ["icb"], "code": ["A"], "x1": [[]], "n1": [[]], "x2": [[]], "n2": [[]]})
    assert stats.panels(empty).columns.tolist() == stats.panels(nobody).columns.tolist()
    row = stats.panels(nobody).iloc[0]
    assert (row["n1"], row["pcns_matched"], row["verdict_within"]) == (0, 0, "")
    assert math.isnan(row["within"])
