"""Weights, bands, reasons, evidence and the steps that put them beside the estimates."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import need
from oversight.need import draws, factor, posterior, ranking
from oversight.need.estimates import Replies, scaled

CRITERIA = list(need.CRITERIA)


def test_bands_by_their_thresholds():
    p = [1, 0.8, 0.79, 0.5, 0.49, 0.2, 0.19, 0.05, 0.049, 0, 0.9, 0, np.nan]
    n = [1] * 10 + [0, 0, 1]
    expected = ["clearly"] * 2 + ["probably"] * 2 + ["possible"] * 2 + ["cannot_tell"] * 2 + ["unlikely"] * 2 + ["cannot_tell"] * 3
    assert need.band(p, n).tolist() == expected
    assert set(expected) == set(need.BANDS)


# ---- the step -------------------------------------------------------------------------------------------------------


def answers(*rows):
    """Rows (pcn, respondent, four criteria) as the query gives them, in three ICBs of two regions."""
    places = {"A": ("I1", "R1"), "B": ("I1", "R1"), "C": ("I2", "R1"), "D": ("I3", "R2"), "E": ("I3", "R2")}
    table = pd.DataFrame(rows, columns=["pcn_code", "respondent_id", *CRITERIA[:4]])
    return table.assign(
        pcn_name="PCN " + table["pcn_code"],
        icb_code=table["pcn_code"].map(lambda code: places[code][0]),
        region_code=table["pcn_code"].map(lambda code: places[code][1]),
        strain=None,
        role="splw",
        respondent_role=np.where(table["respondent_id"].notna(), "splw", None),
        n_workers=[float(len(code)) for code in table["pcn_code"]],
        covariates=[{"list size": float(ord(code))} for code in table["pcn_code"]],
        mentions=0,
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
    replied = table[table["respondent_id"].notna() & (table["respondent_id"] != "e1")]
    pcn = replied["pcn_code"].map("ABCDE".index).to_numpy()
    x = scaled([[float(ord(code))] for code in "ABCDE"])
    replies = Replies(
        pcn, replied[CRITERIA[:4]].to_numpy(dtype=float), np.zeros(len(pcn), dtype=int),
        np.array([0, 0, 1, 2, 2]), np.array([0, 0, 0, 1, 1]),
        x, np.ones(5), np.array([0.15, 0.2, 0.35, 0.3])
    )  # fmt: skip
    estimates = posterior.read(factor.fit(replies))
    np.testing.assert_allclose(out["estimate"], estimates.estimate, atol=1e-12)
    np.testing.assert_allclose(out[["low", "high"]].to_numpy(), np.column_stack(estimates.interval()), atol=1e-12)
    np.testing.assert_allclose(out["p_top_k"], draws.chances(draws.ranks(estimates), 2)[0], atol=1e-12)
    np.testing.assert_allclose(out["england"], estimates.estimate.mean(), atol=1e-12)
    added, _ = estimates.explained()
    np.testing.assert_allclose(out[[f"c_{name}" for name in CRITERIA[:3]]].to_numpy(), added[:, :3], atol=1e-12)


@pytest.mark.parametrize("model", list(need.cases.MODELS))
def test_reasons_add_up_whether_they_may_be_shown_or_not(model):
    ten = answers(*[("A", f"a{i}", i % 2, 0.0, 1.0, 1.0) for i in range(10)], *five_pcns().iloc[3:, :6].itertuples(index=False, name=None))
    out = need.rank(ten, 2, model=model)
    shown = out[["c_point_of_contact", "c_gp_supervisor", "c_clinical_supervision", "rest"]].sum(axis=1)
    np.testing.assert_allclose(shown, out["estimate"] - out["england"], atol=1e-9)
    hidden = out[["c_safeguarding_and_concerns", "c_strain", "c_place", "c_context"]]
    assert hidden.isna().any(axis=1).tolist() == ((out["n"] > 0) & (out["n"] < 10)).tolist()
    every = hidden.sum(axis=1)[out["n"] >= 10]
    np.testing.assert_allclose(every, out["rest"][out["n"] >= 10], atol=1e-9)


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
    reported = np.array([[True, False, True, False, False], [False, True, False, False, False], [False, True, True, False, False]])
    shown = np.array([[0.1, 0.3, 0.2, 0, 0], [0.1, -0.1, 0.2, 0, 0], [np.nan, np.nan, 0.1, 0, 0]])
    assert ranking._main_reason(shown, reported).tolist() == ["clinical_supervision", "", "clinical_supervision"]
    assert ranking._main_reason(shown, np.zeros_like(reported)).tolist() == ["", "", ""]


def test_evidence_in_all_its_cases():
    n = np.array([3, 1, 2, 0, 0, 0, 0])
    asks, notes, mentions = [False, True, False, True, False, False, False], [0, 0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0, 2]
    expected = ["strong", "strong", "some", "some", "some", "modelled only", "some"]
    for requested in (pd.Series(asks), pd.Series(asks, dtype="boolean"), pd.Series([a or None for a in asks], dtype=object)):
        pcns = pd.DataFrame({"requested": requested, "notes": notes, "mentions": mentions})
        assert ranking._evidence(n, pcns).tolist() == expected
        assert ranking._evidence(n, pcns.assign(notes=[None, None, None, 0, 1, None, None])).tolist() == expected


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


def test_weights_decide_what_counts():
    out = need.rank(five_pcns(), 2, weights="0-0-1-0-0").set_index("pcn_code")
    assert out["n"]["E"] == 0
    shown = out[["c_point_of_contact", "c_gp_supervisor", "c_clinical_supervision", "rest"]].sum(axis=1)
    np.testing.assert_allclose(shown, out["estimate"] - out["england"], atol=1e-9)
    assert out["estimate"]["A"] > out["england"]["A"]
    halved = need.rank(five_pcns(), 2, weights="7.5-10-17.5-15-0")
    pd.testing.assert_frame_equal(halved, need.rank(five_pcns(), 2))


def test_points_are_the_ranking_without_draws():
    whole, quick = need.rank(five_pcns(), 2), need.points(five_pcns())
    pd.testing.assert_frame_equal(quick, whole[list(quick.columns)])


def test_the_fit_is_kept_while_weights_move_and_each_table_has_its_own():
    table = five_pcns()
    first, moved = need.case(table), need.case(table, "10-20-40-30-0")
    assert first.fit.parameters is moved.fit.parameters
    assert need.case(table.iloc[::-1]) is first
    assert need.case(table.assign(gp_supervisor=0.0)).fit.parameters is not first.fit.parameters
    assert need.case(table, covariates=False).fit.design.shape[1] == first.fit.design.shape[1] - 1


def test_covariates_may_be_missing_constant_or_absent():
    plain = five_pcns().assign(covariates=None)
    out = need.rank(plain, 2)
    assert need.case(plain).replies.x.shape == (5, 0)
    constant = need.rank(five_pcns().assign(covariates=[{"same": 3.0}] * 7), 2)
    np.testing.assert_allclose(constant.sort_values("pcn_code")["estimate"], out.sort_values("pcn_code")["estimate"], atol=1e-9)
    gap = five_pcns()
    gap["covariates"] = [{} if code == "B" else maps for code, maps in zip(gap["pcn_code"], gap["covariates"], strict=True)]
    assert need.case(gap).replies.x[1, 0] == 0
    assert need.rank(gap, 2)["estimate"].notna().all()


def test_replies_of_other_kinds_count_only_beside_one_of_the_kind_asked_for():
    table = five_pcns()
    others = table.assign(respondent_role=np.where(table["respondent_role"].notna(), "pcn_manager", None))
    assert (need.rank(others, 2)["n"] == 0).all()
    mixed = table.assign(respondent_role=np.where(table["respondent_id"] == "c1", "pcn_manager", table["respondent_role"]))
    out = need.rank(mixed, 2).set_index("pcn_code")
    assert out["n"]["C"] == 1
    assert out["in_post"]["C"] == out["estimate"]["C"]  # nobody of the kind asked for has replied there


def test_tilted_and_without_one_name_the_pcns():
    table = five_pcns()
    assert need.cases.tilted(table, None, 0.0).round(9).equals(need.points(table)[["pcn_code", "estimate"]].round(9))
    left = need.cases.without_one(table, None)
    assert left["pcn_code"].tolist() == ["A", "A", "A", "B", "C"]
    alone = need.case(table)
    np.testing.assert_allclose(left["estimate"].iloc[3:], alone.estimates.fitted[[1, 2]], atol=1e-9)
    silent = answers(*[(code, None, None, None, None, None) for code in "BAC"])
    assert need.cases.without_one(silent, None).empty
    assert need.cases.tilted(silent, None, -0.5)["estimate"].isna().all()


# ---- weights --------------------------------------------------------------------------------------------------------


@given(st.lists(st.one_of(st.integers(0, 100), st.floats(0.001, 100)), min_size=5, max_size=5))
def test_weights_as_text_and_back(numbers):
    given_ = dict(zip(need.CRITERIA, numbers, strict=True))
    total = sum(numbers)
    if not total or numbers[3] + numbers[4] > 0.5 * total * (1 + 1e-9):
        with pytest.raises(ValueError, match=r"all 0|more than half"):
            need.weights.checked(given_)
        return
    back = need.weights.from_text(need.weights.to_text(need.weights.checked(given_)))
    assert list(back.values()) == numbers


@pytest.mark.parametrize("text", ["0.0000000001-0-0-0-0", "0.0000000014-0.0000000014-0-0.0000000026-0"])
def test_weights_however_small_are_used_as_they_are(text):
    kept = need.weights.to_text(need.weights.from_text(text))
    assert kept == text
    assert need.points(five_pcns(), kept)["estimate"].notna().all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1-2-3", "5 numbers joined by hyphens"),
        ("a-b-c-d-e", "5 numbers joined by hyphens"),
        ("0-0-0-0-0", "all 0"),
        ("nan-1-1-1-1", "must be a number from 0"),
        ("0-0-0-1-1", "more than half"),
        ("", "5 numbers joined by hyphens"),
    ],
)
def test_weights_that_cannot_be_say_why(text, message):
    with pytest.raises(ValueError, match=message):
        need.weights.from_text(text)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("weights", "is not TOML"),
        ("[other]", "has no"),
        ("[weights]\nclinical = 1", "no criterion clinical"),
        ("[weights]\nclinical_supervision = -1", "must be a number from 0"),
        ('[weights]\nclinical_supervision = "much"', "must be a number from 0"),
        ("[weights]\nclinical_supervision = true", "must be a number from 0"),
        ("[weights]\nstrain = 1", "more than half"),
    ],
)
def test_a_file_of_weights_that_cannot_be_used_is_named_with_the_reason(tmp_path, content, message):
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=message) as problem:
        need.weights.of_file(path)
    assert str(problem.value).startswith(str(path))


def test_the_set_weights_are_those_of_the_definition(tmp_path):
    total = sum(need.WEIGHTS.values())
    assert {name: round(value / total, 9) for name, value in need.WEIGHTS.items()} == {
        "point_of_contact": 0.15, "gp_supervisor": 0.20, "clinical_supervision": 0.35, "safeguarding_and_concerns": 0.30, "strain": 0.0
    }  # fmt: skip
    path = tmp_path / "mine.toml"
    path.write_text("[weights]\ngp_supervisor = 0.25\nclinical_supervision = 0.75\n", encoding="utf-8")
    assert need.weights.of_file(path) == "0-0.25-0.75-0-0"


def test_a_query_that_gives_too_little_is_told_so():
    with pytest.raises(ValueError, match="gp_supervisor, notes"):
        need.rank(five_pcns().drop(columns=["notes", "gp_supervisor"]), 2)
    with pytest.raises(ValueError, match="1 rows of the query have no pcn_code"):
        need.rank(five_pcns().assign(pcn_code=[None, *"AABCDE"]), 2)
