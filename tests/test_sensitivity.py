"""How firm the ranking is: every count against sets and loops, with a model as plain as can be, and what a step makes of it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import disclosure, need, store
from oversight.need import sensitivity

CRITERIA = ("point_of_contact", "gp_supervisor", "clinical_supervision")
WEIGHTS = dict(zip(CRITERIA, (0.2, 0.3, 0.5), strict=True))


def table(*rows):
    """Rows (pcn, respondent or None, the three criteria)."""
    frame = pd.DataFrame(rows, columns=["pcn_code", "respondent_id", *CRITERIA])
    names = {"pcn_name": "PCN " + frame["pcn_code"], "icb_code": "I", "icb_name": "ICB", "region_code": "R", "region_name": "Region"}
    return frame.assign(**names, n_workers=2.0, covariates=[{"patients": 1.0}] * len(frame))


def score(rows, weights, lift=0.0):
    """(n, need) of one PCN: the mean of its replies' weighted answers drawn half way to one half, as one reply weighs one."""
    replied = [[row[c] for c in CRITERIA] for row in rows if row["respondent_id"] is not None]
    total = sum(sum(w * a for w, a in zip(weights.values(), one, strict=True)) / sum(weights.values()) for one in replied)
    return len(replied), (total + 0.5 + lift * (len(replied) == 0)) / (len(replied) + 1)


def by_pcn(frame):
    names = ["pcn_code", "respondent_id", *CRITERIA]
    found = {code: [] for code in sorted(set(frame["pcn_code"]))}
    for row in zip(*(frame[name].tolist() for name in names), strict=True):
        found[row[0]].append(dict(zip(names, row, strict=True)) | {"respondent_id": row[1] if isinstance(row[1], str) else None})
    return found


def points(frame, weights, lift=0.0, power=1.0):
    rows = []
    for code, of in by_pcn(frame).items():
        n, estimate = score(of, weights, lift)
        rows.append({"pcn_code": code, "n": n, "n_workers": 2.0, "estimate": estimate**power})
    rows.sort(key=lambda r: (-round(r["estimate"], 12), -r["n"], -r["n_workers"], r["pcn_code"]))
    out = pd.DataFrame(rows, columns=["pcn_code", "n", "n_workers", "estimate"])
    out[["pcn_name", "icb_code", "icb_name", "region_code", "region_name"]] = "any"
    if not (out["n"] > 0).any():
        out["estimate"] = np.nan
    return out


def without_one(frame, weights):
    found = []
    for code, of in by_pcn(frame).items():
        for row in of:
            if row["respondent_id"] is not None:
                found.append({"pcn_code": code, "estimate": score([r for r in of if r is not row], weights)[1]})
    return pd.DataFrame(found, columns=["pcn_code", "estimate"])


MODELS = sensitivity.Models(
    points=points,
    many=lambda frame, many: [points(frame, weights) for weights in many],
    composite=lambda frame, weights: points(frame, weights, power=2),  # the same order: nothing may change
    bare=lambda frame, weights: points(frame, dict.fromkeys(weights, 1.0)),
    tilted=lambda frame, weights, delta: points(frame, weights, lift=-delta),
    without_one=without_one,
)
ANSWERS = st.lists(st.tuples(st.sampled_from("ABCDEF"), *(st.sampled_from([0.0, 1.0]) for _ in CRITERIA)), min_size=0, max_size=12)


def replies(answers, silent):
    """A table of those answers, and a row for every PCN of ``silent`` that nobody answered for."""
    rows = [(code, f"r{i}", *values) for i, (code, *values) in enumerate(answers)]
    return table(*rows, *((code, None, None, None, None) for code in silent if code not in {a[0] for a in answers}))


def test_weights_move_by_a_quarter_and_still_add_up_to_one():
    found = sensitivity.weightings({**WEIGHTS, "strain": 0.0})
    assert list(found) == [f"{word}:{name}" for name in CRITERIA for word in ("less", "more")] + ["equal"]
    more = found["more:clinical_supervision"]
    assert more == pytest.approx(
        {"point_of_contact": 0.2 / 1.125, "gp_supervisor": 0.3 / 1.125, "clinical_supervision": 0.625 / 1.125, "strain": 0}
    )
    assert found["equal"] == pytest.approx({"point_of_contact": 1 / 3, "gp_supervisor": 1 / 3, "clinical_supervision": 1 / 3, "strain": 0})


def test_what_changes_nothing_and_what_may_not_be_set_is_no_check():
    assert sensitivity.weightings({"gp_supervisor": 3.0, "strain": 0.0}) == {}
    assert "equal" not in sensitivity.weightings({"gp_supervisor": 2.0, "strain": 2.0})
    allowed = sensitivity.weightings(WEIGHTS, lambda w: w["clinical_supervision"] <= 0.5)
    assert {"more:clinical_supervision", "less:gp_supervisor", "less:point_of_contact"}.isdisjoint(allowed)
    assert {"less:clinical_supervision", "equal"} <= set(allowed)


def test_any_weights_are_drawn_evenly_from_what_may_be_set():
    drawn = sensitivity.any_weights({**WEIGHTS, "strain": 0.0}, 400)
    numbers = np.array([list(w.values()) for w in drawn])
    assert numbers.shape == (400, 4)
    assert np.allclose(numbers.sum(axis=1), 1) and (numbers >= 0).all() and not numbers[:, 3].any()
    assert np.allclose(numbers[:, :3].mean(axis=0), 1 / 3, atol=0.05)
    # evenly over a triangle: one weight is over a half in a quarter of all draws
    assert np.allclose((numbers[:, :3] > 0.5).mean(axis=0), 0.25, atol=0.07)
    assert drawn == sensitivity.any_weights({**WEIGHTS, "strain": 0.0}, 400)
    some = sensitivity.any_weights(WEIGHTS, 50, allowed=lambda w: w["gp_supervisor"] < 0.3)
    assert len(some) == 50 and max(w["gp_supervisor"] for w in some) < 0.3
    assert sensitivity.any_weights({"gp_supervisor": 1.0}) == []


@settings(max_examples=12)
@given(ANSWERS, st.sets(st.sampled_from("ABCDEF")), st.integers(0, 8))
def test_every_count_against_sets_and_loops(answers, silent, k):
    frame = replies(answers, sorted(silent))
    found = sensitivity.measured(frame, k, WEIGHTS, MODELS, draws=5)
    rows = sensitivity.alternatives(found).set_index("code")
    pcns = sensitivity.of_pcns(found).set_index("pcn_code")
    assert len(pcns) == frame["pcn_code"].nunique()
    if not answers:
        assert rows.empty and not pcns["in_k"].any() and not pcns["checks"].any() and not pcns["rests_on_one"].any()
        return

    def first(points):
        return set(points["pcn_code"].tolist()[:k])

    now = first(points(frame, WEIGHTS))
    others = {}
    for name in CRITERIA:
        for word, times in (("less", 0.75), ("more", 1.25)):
            others[f"{word}:{name}"] = first(points(frame, {**WEIGHTS, name: times * WEIGHTS[name]}))
    others["equal"] = first(points(frame, dict.fromkeys(CRITERIA, 1.0)))
    others["neediest_less"] = first(points(frame, WEIGHTS, lift=0.5))
    others["neediest_more"] = first(points(frame, WEIGHTS, lift=-0.5))
    others["composite"] = now
    others["no_covariates"] = others["equal"]
    assert set(rows.index) == {*others, "any", "one_reply"}
    for code, other in others.items():
        assert rows.loc[code, "same"] == len(now & other), code
    assert set(rows["k"]) == {min(k, len(pcns))}
    drawn = [first(points(frame, w)) for w in sensitivity.any_weights(WEIGHTS, 5)]
    overlaps = sorted(len(now & d) for d in drawn)
    assert rows.loc["any", ["same", "same_low", "same_high", "draws"]].tolist() == [overlaps[2], overlaps[0], overlaps[4], 5]

    decided = set()
    for at in range(len(frame)):
        if frame["respondent_id"].iloc[at] is None:
            continue
        code = frame["pcn_code"].iloc[at]
        # the others stay as they are; the PCN stays in the list with one reply fewer
        fewer = frame.copy()
        fewer.loc[fewer.index[at], ["respondent_id", *CRITERIA]] = None
        if (code in now) != (code in first(points(fewer, WEIGHTS))):
            decided.add(code)
    assert set(pcns.index[pcns["rests_on_one"]]) == decided
    assert rows.loc["one_reply", "same"] == len(now - decided)

    for code, row in pcns.iterrows():
        assert row["in_k"] == (code in now)
        assert row["in_checks"] == sum(code in other for other in others.values())
        assert row["checks"] == len(others) == row["weights_checks"] + row["replying_checks"] + row["model_checks"]
        assert row["in_checks"] == row["in_weights"] + row["in_replying"] + row["in_model"]
        assert row["any_share"] == pytest.approx(sum(code in d for d in drawn) / 5)
        times = row["in_checks"] + row["in_k"]
        standing = "firm" if times == 12 else "mostly" if times > 6 else "depends" if times else ""
        assert row["standing"] == standing
        alone = [e for c, e in without_one(frame, WEIGHTS).itertuples(index=False) if c == code]
        if len(alone) < 2:
            assert np.isnan(row["low_without"]) and np.isnan(row["high_without"])
        else:
            assert abs(row["low_without"] - min(alone)) <= 0.025 + 1e-9 and abs(row["high_without"] - max(alone)) <= 0.025 + 1e-9
            assert abs(20 * row["low_without"] - round(20 * row["low_without"])) < 1e-9  # no finer than 5 parts of 100


def test_without_covariates_is_a_check_only_where_there_are_any():
    frame = replies([("A", 1.0, 1.0, 1.0), ("B", 0.0, 0.0, 0.0)], "C")
    codes = [set(sensitivity.measured(f, 1, WEIGHTS, MODELS, draws=1).checks) for f in (frame, frame.assign(covariates=[{}] * 3))]
    assert codes[0] - codes[1] == {"no_covariates"}


def test_one_criterion_leaves_the_other_checks():
    frame = replies([("A", 1.0, 1.0, 1.0), ("B", 0.0, 0.0, 0.0)], "C")
    found = sensitivity.measured(frame, 2, {"gp_supervisor": 1.0, "point_of_contact": 0.0, "clinical_supervision": 0.0}, MODELS)
    assert sensitivity.alternatives(found)["code"].tolist() == ["neediest_less", "neediest_more", "composite", "no_covariates", "one_reply"]
    assert sensitivity.of_pcns(found)["any_share"].isna().all()


def test_all_answers_alike_only_the_tie_rule_speaks():
    frame = replies([(code, 1.0, 1.0, 1.0) for code in "ABCD"], "EF")
    found = sensitivity.measured(frame, 2, WEIGHTS, MODELS, draws=3)
    rows = sensitivity.alternatives(found).set_index("code")
    assert rows.drop(["one_reply", "neediest_less"])["same"].eq(2).all()
    assert rows.loc["neediest_less", "same"] == 0  # the silent overtake everybody
    assert sorted(found.now) == ["A", "B"]
    assert rows.loc["one_reply", "same"] == 0  # each has one reply, and falls behind those that keep theirs
    assert sensitivity.of_pcns(found).set_index("pcn_code")["standing"].to_dict() == {
        "A": "mostly", "B": "mostly", "C": "", "D": "", "E": "depends", "F": "depends"
    }  # fmt: skip


def test_every_code_has_a_label_of_its_own():
    codes = [*sensitivity.weightings(dict.fromkeys(need.weights.NAMES, 1.0) | {"strain": 2.0}), *sensitivity.OTHERS]
    labels = [sensitivity.label(code) for code in codes]
    assert len(set(labels)) == len(set(codes)) == 2 * 5 + 7
    assert all(sensitivity.kind(code) in (*sensitivity.KINDS, "reply") for code in codes)


def world(*answers, covariates=None, role="splw"):
    """Rows (pcn, respondent or None, the five criteria) as ``queries/needs.sql`` gives them, two PCNs to an ICB."""
    frame = pd.DataFrame(answers, columns=["pcn_code", "respondent_id", *need.CRITERIA])
    frame[list(need.CRITERIA)] = frame[list(need.CRITERIA)].astype(float)
    icb = ["I" + str(ord(code) // 2) for code in frame["pcn_code"]]
    return frame.assign(
        pcn_name="PCN", icb_code=icb, icb_name=icb, region_code="R", region_name="Region", n_workers=2.0, returned=True, role="splw",
        respondent_role=[None if r is None else role for r in frame["respondent_id"]], covariates=[covariates or {}] * len(frame),
        replies=1, responses_all=1, requested=False, offer_status=None, notes=0, mentions=0,
    )  # fmt: skip


MET, UNMET, UNKNOWN = [0.0] * 5, [1.0] * 5, [None] * 5
WORLDS = {
    "one PCN, one reply": world(("A", "a", *UNMET)),
    "one PCN, nobody": world(("A", None, *UNKNOWN)),
    "nobody anywhere": world(("A", None, *UNKNOWN), ("B", None, *UNKNOWN), ("C", None, *UNKNOWN)),
    "all alike": world(*((code, code, *UNMET) for code in "ABCD"), ("E", None, *UNKNOWN)),
    "all met, covariates": world(*((code, code, *MET) for code in "ABCD"), covariates={"patients": 3.0}),
    "a reply that says too little": world(("A", "a", None, None, None, 1.0, None), ("B", "b", *UNMET)),
    "only others replied": world(("A", "a", *UNMET), ("B", "b", *MET), role="pcn_manager"),
}


@pytest.mark.parametrize("weights", [None, "0-0-1-0-0", "1-1-1-0-3"])
@pytest.mark.parametrize("name", WORLDS)
def test_small_worlds_in_the_model_itself(name, weights):
    frame = WORLDS[name]
    for k in (1, 50):
        rows, pcns = need.checks(frame, k, weights), need.checks_of_pcns(frame, k, weights)
        assert sorted(pcns["pcn_code"]) == sorted(set(frame["pcn_code"]))
        if name in ("one PCN, nobody", "nobody anywhere", "only others replied"):
            assert rows.empty and not pcns["in_k"].any() and not pcns["checks"].any()
            continue
        assert set(rows["k"]) == {min(k, len(pcns))} and pcns["in_k"].sum() == min(k, len(pcns))
        assert rows["same"].between(0, rows["k"]).all() and rows["code"].iloc[-1] == "one_reply"
        assert ("no_covariates" in set(rows["code"])) == (name == "all met, covariates")
        assert (pcns["in_checks"] <= pcns["checks"]).all() and pcns["in_checks"].sum() == min(k, len(pcns)) * pcns["checks"].iloc[0]
        assert ("any" in set(rows["code"])) == (weights != "0-0-1-0-0") == pcns["any_share"].notna().all()
        if k == 50:
            assert (rows["same"] == rows["k"]).all() and not pcns["rests_on_one"].any()
        assert pcns["low_without"].isna().all()  # nobody has two replies


INTERNAL, SHAREABLE = store.Viewer(audience="internal"), store.Viewer(audience="shareable")


def test_the_checks_of_the_sample_are_a_recount_of_estimates_asked_one_by_one(sample):
    k = 60
    rows = {r["code"]: r for r in store.ask("need_sensitivity", INTERNAL, sample, k=k).table.to_dict("records")}
    pcns = {r["pcn_code"]: r for r in store.ask("need_sensitivity_pcn", INTERNAL, sample, k=k).table.to_dict("records")}

    query = store.queries()["needs"]
    raw = store._cursor(sample.path).execute(query.sql, {"wave": "2026-2-autumn", "role": "splw", "also": None}).df()

    def first(**more):
        return set(need.points(raw, **more)["pcn_code"].tolist()[:k])

    now, weights = first(), [15, 20, 35, 30, 0]
    others = {"equal": first(weights="1-1-1-1-0"), "composite": first(model="composite")}
    for at, name in enumerate(need.CRITERIA[:4]):
        for word, times in (("less", 0.75), ("more", 1.25)):
            others[f"{word}:{name}"] = first(weights="-".join(str(w * times if i == at else w) for i, w in enumerate(weights)))
    others["neediest_less"], others["neediest_more"] = (set(need.cases.tilted(raw, None, d)["pcn_code"].tolist()[:k]) for d in (-0.5, 0.5))
    others["no_covariates"] = set(need.points(raw.assign(covariates=[{}] * len(raw)))["pcn_code"].tolist()[:k])
    assert set(rows) == {*others, "any", "one_reply"}
    assert {code: row["same"] for code, row in rows.items() if code in others} == {code: len(now & o) for code, o in others.items()}
    assert {row["k"] for row in rows.values()} == {k}
    assert {code for code, row in pcns.items() if row["in_k"]} == now
    assert {code: row["in_checks"] for code, row in pcns.items()} == {code: sum(code in o for o in others.values()) for code in pcns}

    table = need.points(raw)
    cut_in, cut_out = table["estimate"].iloc[k - 1], table["estimate"].iloc[k]
    decided = set()
    for code, estimate in need.cases.without_one(raw, None).itertuples(index=False):
        assert min(abs(estimate - cut_in), abs(estimate - cut_out)) > 1e-9  # no ties here: the tie rule has a test of its own
        if (code in now) != (estimate > (cut_out if code in now else cut_in)):
            decided.add(code)
    assert {code for code, row in pcns.items() if row["rests_on_one"]} == decided
    assert rows["one_reply"]["same"] == len(now - decided)
    assert 0 < rows["any"]["same_low"] <= rows["any"]["same"] <= rows["any"]["same_high"] <= k


def test_many_weights_of_one_fit_give_what_each_by_itself_gives(sample):
    query = store.queries()["needs"]
    raw = store._cursor(sample.path).execute(query.sql, {"wave": "2026-1-spring", "role": "splw", "also": None}).df()
    drawn = sensitivity.any_weights(dict(need.WEIGHTS), 6, allowed=sensitivity._allowed)
    for weights, quick in zip(drawn, sensitivity.MODELS.many(raw, drawn), strict=True):
        each = need.points(raw, need.weights.to_text(weights))
        assert quick["pcn_code"].tolist() == each["pcn_code"].tolist()
        np.testing.assert_allclose(quick["estimate"], each["estimate"], atol=1e-9)


def test_for_sharing_only_the_set_ranking_and_no_pcn(sample):
    told = store.ask("need_sensitivity", SHAREABLE, sample, k=7, weights="1-0-0-0-0")
    inside = store.ask("need_sensitivity", INTERNAL, sample)
    pd.testing.assert_frame_equal(told.table[inside.table.columns], inside.table)
    assert store.ask("need_sensitivity_pcn", SHAREABLE, sample).table.empty


@pytest.mark.parametrize(("replied", "shown"), [(9, False), (10, True)])
def test_nothing_leaves_that_rests_on_few_replies(replied, shown):
    frame = replies([("ABCDE"[i % 5], 1.0, float(i % 2), 0.0) for i in range(replied)], "F")
    table = sensitivity.alternatives(sensitivity.measured(frame, 2, WEIGHTS, MODELS, draws=1))
    told, why = disclosure.apply(table, "checks", "shareable")
    assert len(told) == 13 and told["same"].notna().all() == told["n"].notna().all() == told["k"].notna().all() == shown
    assert told[["same", "same_low", "same_high", "k", "n", "draws"]].notna().any(axis=None) == shown == (why == "")
    assert disclosure.apply(table, "checks", "internal")[0]["same"].notna().all()


def test_the_k_and_the_weights_asked_for_are_those_checked(sample):
    one = store.ask("need_sensitivity", INTERNAL, sample, k=5000, weights="0-1-0-0-0").table
    assert one["code"].tolist() == ["neediest_less", "neediest_more", "composite", "no_covariates", "one_reply"]
    assert (one["k"] == 1247).all() and (one["same"] == 1247).all()
    none = store.ask("need_sensitivity", INTERNAL, sample, k=0).table
    assert (none["k"] == 0).all() and (none["same"] == 0).all()
    pcn = store.ask("need_sensitivity_pcn", INTERNAL, sample, pcn="F0002").table
    assert pcn["pcn_code"].tolist() == ["F0002"]


def test_whether_one_reply_decides_follows_the_published_order_in_a_tie():
    """Left out, a reply takes the estimate to that of the next PCN: with one reply fewer it comes after it, not before it."""
    points = pd.DataFrame(
        [("A", 0.6, 2, 3.0), ("B", 0.5, 1, 3.0), ("C", 0.1, 1, 3.0)], columns=["pcn_code", "estimate", "n", "n_workers"]
    )  # fmt: skip
    tied = pd.DataFrame({"pcn_code": ["A"], "estimate": [0.5]})  # A without one reply: 0.5 from 1 reply, as B, and its code comes first
    found = sensitivity.Firmness(points, 1, {}, (), tied)
    assert sensitivity.decided_by_one(found) == frozenset()
    fewer = sensitivity.Firmness(points.assign(n=[2, 2, 1]), 1, {}, (), tied)  # B has 2 replies, A would have 1: B goes first
    assert sensitivity.decided_by_one(fewer) == frozenset({"A"})
