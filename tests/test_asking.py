"""Whom to ask next: the worth of one more reply against integration and simulation, and who is asked, who is not, and why."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from scipy.stats import norm

from oversight import store
from oversight.need import asking, cases, draws

SCORES = st.floats(0, 1)
SPREADS = st.floats(0.001, 0.5)


def worth(estimate, sd, reply_sd, line):
    evsi, crosses = asking.value_of_reply([estimate], [sd], [reply_sd], line)
    return float(evsi[0]), float(crosses[0])


def by_integration(estimate, sd, reply_sd, line):
    """E max(new estimate, cut-off) less the better of the two now, over the estimate that one more reply will bring."""
    spread = sd**2 / math.sqrt(sd**2 + reply_sd**2)
    best, _ = integrate.quad(
        lambda z: max(estimate + spread * z - line, 0) * norm.pdf(z), -12, 12, points=[(line - estimate) / spread], limit=200
    )
    return best - max(estimate - line, 0)


@settings(max_examples=30)
@given(SCORES, st.floats(0.02, 0.5), st.floats(0.01, 0.6), SCORES)
def test_the_worth_is_what_integration_gives(estimate, sd, reply_sd, line):
    spread = sd**2 / math.sqrt(sd**2 + reply_sd**2)
    if abs(estimate - line) < 8 * spread:
        assert worth(estimate, sd, reply_sd, line)[0] == pytest.approx(by_integration(estimate, sd, reply_sd, line), abs=1e-7)


@pytest.mark.parametrize(("estimate", "sd", "reply_sd"), [(0.5, 0.12, 0.2), (0.42, 0.15, 0.25), (0.6, 0.1, 0.05), (0.35, 0.2, 0.2)])
def test_the_worth_is_what_drawing_one_more_reply_gives(estimate, sd, reply_sd):
    """Need drawn, one reply drawn, the estimate made anew, the place given or not: how much more need is served than without asking."""
    line, draws = 0.5, 400_000
    chance = np.random.default_rng(3)
    need = estimate + sd * chance.standard_normal(draws)
    reply = need + reply_sd * chance.standard_normal(draws)
    new = (estimate / sd**2 + reply / reply_sd**2) / (1 / sd**2 + 1 / reply_sd**2)
    served = np.where(new > line, need - line, 0) - (need - line if estimate > line else 0)
    error = served.std() / math.sqrt(draws)
    evsi, crosses = worth(estimate, sd, reply_sd, line)
    assert evsi == pytest.approx(served.mean(), abs=4 * error)
    assert error < 0.1 * evsi
    crossed = ((new > line) != (estimate > line)).mean()
    assert crosses == pytest.approx(crossed if estimate != line else 0.5, abs=0.004)


@settings(max_examples=30)
@given(SCORES, SPREADS, SPREADS, SCORES, st.floats(0, 0.5), st.floats(1, 3))
def test_the_worth_is_never_negative_falls_with_distance_and_rises_with_what_is_not_known(estimate, sd, reply_sd, line, further, wider):
    evsi, crosses = worth(estimate, sd, reply_sd, line)
    away = estimate + (further if estimate >= line else -further)
    assert evsi >= 0
    assert 0 <= crosses <= 0.5
    assert worth(away, sd, reply_sd, line)[0] <= evsi + 1e-15
    assert worth(estimate, wider * sd, reply_sd, line)[0] >= evsi - 1e-15
    assert worth(estimate, sd, wider * reply_sd, line)[0] <= evsi + 1e-15  # a noisier reply tells less
    assert worth(2 * line - estimate, sd, reply_sd, line)[0] == pytest.approx(evsi, abs=1e-12)  # above or below, the same


def test_nothing_is_learnt_where_nothing_is_uncertain_or_nothing_hangs_on_it():
    for line in (0.5, 0.4, math.inf, -math.inf):
        assert worth(0.5, 0, 0.2, line) == (0, 0)
        assert worth(0.5, 0, 0, line) == (0, 0)
    assert worth(0.5, 0.1, 0.2, math.inf) == (0, 0)
    assert worth(0.5, 0.1, 0.2, -math.inf) == (0, 0)
    assert worth(0.9, 0.001, 0.2, 0.1) == (0, 0)  # far away, without a warning
    at_the_line, half = worth(0.5, 0.1, 0, 0.5)  # a reply that tells all
    assert at_the_line == pytest.approx(0.1 / math.sqrt(2 * math.pi))
    assert half == 0.5


def test_the_cut_off_is_the_last_place_among_those_that_can_get_one():
    scores, can_get = [0.9, 0.8, 0.7, 0.6, 0.5], [False, True, True, True, True]
    assert [asking.cut_off(scores, can_get, k) for k in (0, 1, 2, 3, 4, 5, 99)] == [
        math.inf,
        0.8,
        0.7,
        0.6,
        -math.inf,
        -math.inf,
        -math.inf,
    ]
    assert asking.cut_off([], [], 3) == -math.inf
    with pytest.raises(ValueError, match="k is -1"):
        asking.cut_off(scores, can_get, -1)


@pytest.mark.parametrize(
    ("n_workers", "returned", "replies", "expected"),
    [
        (2.9, True, 1, 2), (2.0, True, 2, 0), (2.4, True, 2, 0), (0.3, True, 0, 1), (0.0, True, 0, 0), (1.0, False, 1, math.nan),
        (math.nan, False, 0, math.nan),
    ],
)  # fmt: skip
def test_people_not_heard_are_whole_people_and_unknown_without_a_return(n_workers, returned, replies, expected):
    assert asking.unheard([n_workers], [returned], [replies])[0] == pytest.approx(expected, nan_ok=True)


# ---- who is asked ----------------------------------------------------------------------------------------------------


def pcn(code, **given):
    """One PCN as ``priority`` gives it: one of three has replied."""
    plain = {"n_workers": 3.0, "returned": True, "replies": 1, "offer_status": None, "n": 1, "estimate": 0.5, "sd": 0.12, "reply_sd": 0.2}
    return {"pcn_code": code, **plain, **given}


def pcns(*rows):
    return pd.DataFrame(rows)


def test_who_is_asked_who_is_not_and_why():
    table = pcns(
        pcn("offered", estimate=0.9, offer_status="accepted"),
        pcn("eligible", estimate=0.52, offer_status="eligible"),
        pcn("line", estimate=0.5),
        pcn("silent", estimate=0.4, n=0, replies=0, sd=0.15),
        pcn("unscored", estimate=0.4, n=0, sd=0.14),
        pcn("far", estimate=0.38, sd=0.12),
        pcn("empty", n_workers=0.0, n=0, replies=0, estimate=0.49),
        pcn("heard", n_workers=1.4, estimate=0.5),
        pcn("unknown", n_workers=1.0, returned=False, estimate=0.47),
        pcn("settled", estimate=0.1, sd=0.08),
    )
    out = asking.by_worth(table, 3)
    why = dict(zip(out["pcn_code"], out["why"], strict=True))
    assert why == {
        "offered": "has_place", "eligible": "near", "line": "near", "silent": "silent", "unscored": "silent", "far": "wide",
        "empty": "nobody_in_post", "heard": "all_heard", "unknown": "near", "settled": "settled",
    }  # fmt: skip
    assert set(why.values()) == set(asking.WHY)
    assert set(out["cut_off"]) == {0.5}  # the offered one, though highest, takes no place
    asked = out[out["order"].notna()]
    assert asked["order"].tolist() == list(range(1, 7))
    assert asked["evsi"].is_monotonic_decreasing
    assert set(asked["why"]) == set(asking.TO_ASK)
    assert asked["pcn_code"].iloc[0] == "line"
    assert math.isnan(out.set_index("pcn_code").loc["unknown", "unheard"])


def test_equals_stand_in_the_order_of_the_published_rule():
    """By estimate, then replies, then people in post, the most first, then code; whatever order they come in and whatever the last bit."""
    rows = [pcn("e"), pcn("d", estimate=0.5 + 1e-16), pcn("c", n_workers=4.0), pcn("b", n=2), pcn("a", returned=False, n_workers=math.nan)]
    line = pcn("z", estimate=0.5, offer_status=None, sd=0.0)
    expected = ["b", "c", "d", "e", "a"]
    for turn in range(5):
        given = pcns(*rows[turn:], *rows[:turn], line)
        assert asking.by_worth(given, 6 - 1).query("order.notna()")["pcn_code"].tolist() == expected
    # as far above the cut-off as below: the same worth, the higher estimate first
    both = pcns(pcn("low", estimate=0.45), pcn("high", estimate=0.55), pcn("line", sd=0.0))
    assert asking.by_worth(both, 2)["pcn_code"].tolist()[:2] == ["high", "low"]


@pytest.mark.parametrize("k", [0, 3, 4])
def test_without_a_cut_off_nobody_need_be_asked(k):
    out = asking.by_worth(pcns(pcn("a"), pcn("b", n=0, replies=0), pcn("c", estimate=0.2)), k)
    assert set(out["why"]) == {"settled"}
    assert out["order"].isna().all()
    assert (out["evsi"] == 0).all()
    assert out["cut_off"].isna().all()


def test_when_nobody_has_replied_anywhere_everybody_who_can_be_reached_is_asked():
    nothing = {"n": 0, "replies": 0, "estimate": math.nan, "sd": math.nan, "reply_sd": math.nan}
    table = pcns(
        pcn("a", **nothing), pcn("b", **{**nothing, "n_workers": 5.0}), pcn("c", **{**nothing, "n_workers": 0.0}),
        pcn("d", **{**nothing, "offer_status": "started"}),
    )  # fmt: skip
    out = asking.by_worth(table, 1)
    assert out["pcn_code"].tolist() == ["b", "a", "d", "c"]
    assert out["why"].tolist() == ["silent", "silent", "has_place", "nobody_in_post"]
    assert out["order"].tolist()[:2] == [1, 2]
    assert out["evsi"].isna().all()
    assert asking.by_worth(table, 0)["order"].isna().all()


def test_all_silent_but_estimated_those_near_the_cut_off_come_first():
    table = pcns(*(pcn(f"P{i:02}", n=0, replies=0, estimate=0.3 + i / 50) for i in range(10)))
    out = asking.by_worth(table, 3)
    assert set(out["why"]) == {"silent"}
    assert out["pcn_code"].iloc[0] == "P07"  # the third highest


def test_no_pcn_at_all():
    out = asking.by_worth(pcns(pcn("a")).head(0), 5)
    assert out.empty
    assert {"order", "why", "evsi", "crosses", "cut_off", "unheard"} <= set(out.columns)


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="no column reply_sd, sd"):
        asking.by_worth(pcns(pcn("a")).drop(columns=["sd", "reply_sd"]), 1)


@settings(max_examples=20)
@given(
    st.lists(st.tuples(SCORES, SPREADS, st.integers(0, 3), st.integers(0, 4), st.booleans()), min_size=1, max_size=12), st.integers(0, 14)
)
def test_every_pcn_is_answered_for_once_and_the_order_has_no_gaps(rows, k):
    table = pcns(
        *(
            pcn(f"P{i:02}", estimate=e, sd=s, n=n, replies=n, n_workers=float(max(n, w)), returned=r)
            for i, (e, s, n, w, r) in enumerate(rows)
        )
    )
    out = asking.by_worth(table, k)
    assert sorted(out["pcn_code"]) == sorted(table["pcn_code"])
    asked = out[out["order"].notna()]
    assert asked["order"].tolist() == list(range(1, len(asked) + 1))
    assert set(asked["why"]) <= set(asking.TO_ASK)
    assert not (asked["unheard"] == 0).any()
    assert (out.loc[out["order"].isna(), "why"].isin(set(asking.WHY) - set(asking.TO_ASK))).all()
    pd.testing.assert_frame_equal(out, asking.by_worth(table.sample(frac=1, random_state=1), k))


# ---- the query -------------------------------------------------------------------------------------------------------

INTERNAL, SHAREABLE = store.Viewer(audience="internal"), store.Viewer(audience="shareable")


def test_the_answer_is_that_of_a_loop_in_plain_python(sample: store.Snapshot) -> None:
    """From the estimates of ``priority``: who may be asked, the k-th highest of those not offered, and the worth, one PCN at a time."""
    k = 60
    told = {row["pcn_code"]: row for row in store.ask("priority", INTERNAL, sample, k=k).table.to_dict("records")}
    answer = store.ask("whom_to_ask", INTERNAL, sample, k=k).table.to_dict("records")
    assert sorted(row["pcn_code"] for row in answer) == sorted(told)
    offered = {code for code, row in told.items() if row["offer_status"] in ("offered", "accepted", "started", "ended")}
    line = sorted((row["estimate"] for code, row in told.items() if code not in offered), reverse=True)[k - 1]
    worth, asked = {}, []
    for code, row in told.items():
        spread = row["sd"] ** 2 / math.sqrt(row["sd"] ** 2 + row["reply_sd"] ** 2)
        z = abs(row["estimate"] - line) / spread
        cross = math.erfc(z / math.sqrt(2)) / 2
        worth[code] = spread * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) - abs(row["estimate"] - line) * cross
        people = row["n_workers"] if row["returned"] else math.inf
        left = (max(round(people), 1) if people else 0) - row["replies"] if people < math.inf else 1
        if code not in offered and left > 0 and cross >= 0.01:
            asked.append((-round(worth[code], 12), -round(row["estimate"], 12), -row["n"], code))
    for row in answer:
        assert row["evsi"] == pytest.approx(worth[row["pcn_code"]], abs=1e-12)
        assert row["cut_off"] == pytest.approx(line)
    assert [row["pcn_code"] for row in answer if not pd.isna(row["order"])] == [code for *_, code in sorted(asked)]
    assert 100 < len(asked) < len(told)


def test_a_place_sees_its_part_of_the_order_of_england(sample: store.Snapshot) -> None:
    england = store.ask("whom_to_ask", INTERNAL, sample).table
    own = store.ask("whom_to_ask", store.Viewer(frozenset({"Y60"}), "internal"), sample).table
    pd.testing.assert_frame_equal(own, england[england["region_code"] == "Y60"].reset_index(drop=True))
    pd.testing.assert_frame_equal(own, store.ask("whom_to_ask", INTERNAL, sample, region="Y60").table)
    assert own["order"].dropna().tolist() != list(range(1, own["order"].count() + 1))


def test_nothing_is_drawn_for_it(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no draws, and with the estimates of ``priority`` made, none are made again."""
    store.ask("priority", INTERNAL, sample)
    before = cases._case.cache_info().misses
    monkeypatch.setattr(draws, "ranks", None)  # calling it would fail
    assert len(store.ask("whom_to_ask", INTERNAL, sample, k=37).table)
    assert cases._case.cache_info().misses == before


def test_for_sharing_the_same_names_leave_whatever_is_asked(sample: store.Snapshot) -> None:
    """Neither places nor weights move the list that leaves, and a place gets its part of it."""
    inside = store.ask("whom_to_ask", INTERNAL, sample).table
    names = store.ask("whom_to_ask", SHAREABLE, sample).table
    assert set(names["pcn_code"]) == set(inside.loc[inside["order"] <= 100, "pcn_code"])
    assert names["pcn_code"].tolist() != inside["pcn_code"].tolist()[:100]
    for filters in ({"k": 3}, {"weights": "0-0-100-0-0"}, {"also": "gp_supervisor"}, {"model": "composite"}):
        pd.testing.assert_frame_equal(names, store.ask("whom_to_ask", SHAREABLE, sample, **filters).table)
    part = store.ask("whom_to_ask", SHAREABLE, sample, region="Y60").table
    pd.testing.assert_frame_equal(part, names[names["region_code"] == "Y60"].reset_index(drop=True))
