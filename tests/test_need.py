"""Bands, reasons, evidence and the step that puts them beside the pooled estimates."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import need

CRITERIA = list(need.WEIGHTS)


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
    split, _ = need.weights.parts(replied[CRITERIA].to_numpy(dtype=float), list(need.WEIGHTS.values()))
    pcn = replied["pcn_code"].map("ABCDE".index).to_numpy()
    pooled = composite.pool(split.sum(axis=1), pcn, [0, 0, 1, 2, 2], [0, 0, 0, 1, 1])
    np.testing.assert_allclose(out["estimate"], pooled.estimate, atol=1e-12)
    np.testing.assert_allclose(out[["low", "high"]].to_numpy(), np.column_stack([pooled.low, pooled.high]), atol=1e-12)
    np.testing.assert_allclose(out["p_top_k"], pooling.chance_among(pooled, 2)[0], atol=1e-12)
    contributions, england = pooling.reasons(pooled, split, pcn)
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
