"""Sharing out places: the rules are kept, no selection that keeps them reaches more need, and what cannot be met is said."""

from __future__ import annotations

import csv
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from oversight import store
from oversight.need import choosing, draws, sharing
from oversight.need.sharing import Rules, share


def pcns(*rows, **columns):
    """Rows (code, region, ICB, estimate) of PCNs with one reply, two people in post and no offer; ``columns`` replace others."""
    table = pd.DataFrame(rows, columns=["pcn_code", "region_code", "icb_code", "estimate"])
    return table.assign(**{"n": 1, "n_workers": 2.0, "evidence": "some", "offer_status": None, **columns})


def twelve(**columns):
    """Three regions of four PCNs in two ICBs each; the estimates fall from .95 in steps of .05, region after region."""
    rows = [(f"P{i:02}", f"R{i // 4}", f"I{i // 2}", round(0.95 - 0.05 * i, 2)) for i in range(12)]
    return pcns(*rows, **columns)


def chosen(shared):
    plan = shared.table[shared.table["selected"]]
    return plan.sort_values("place")["pcn_code"].tolist()


tables = (
    st.integers(0, 14)
    .flatmap(
        lambda n: st.tuples(
            st.lists(st.tuples(st.sampled_from("EWN"), st.sampled_from("123"), st.integers(0, 8)), min_size=n, max_size=n),
            st.lists(st.tuples(st.integers(0, 3), st.sampled_from([1.0, 2.5, math.nan])), min_size=n, max_size=n),
            st.lists(st.sampled_from([None, None, None, "eligible", "offered", "ended"]), min_size=n, max_size=n),
            st.booleans(),
        )
    )
    .map(lambda made: _table(*made))
)
rules = st.builds(Rules, k=st.integers(0, 12), minimum=st.integers(0, 60), maximum=st.none() | st.integers(0, 4), modelled=st.booleans())


def _table(places, heard, offers, crossing):
    """``crossing``: an ICB's code says nothing of its region, so that it may lie in several."""
    rows = [(f"P{i:02}", region, icb if crossing else region + icb, e / 8) for i, (region, icb, e) in enumerate(places)]
    replies = [n for n, _ in heard]
    evidence = ["some" if n else "modelled only" for n in replies]
    return pcns(*rows, n=replies, n_workers=[w for _, w in heard], evidence=evidence, offer_status=pd.Series(offers, dtype=object))


# ---- the rules ------------------------------------------------------------------------------------------------------


def test_each_region_its_best_first_and_then_the_best_of_england():
    shared = share(twelve(), Rules(6, 17))
    assert chosen(shared) == ["P00", "P01", "P02", "P03", "P04", "P08"]
    assert shared.table.loc[shared.table["unconstrained"], "pcn_code"].tolist() == ["P00", "P01", "P02", "P03", "P04", "P05"]
    assert shared.table["place"].dropna().tolist() == [1, 2, 3, 4, 5, 6]
    assert shared.table.set_index("pcn_code")["plan"].value_counts().to_dict() == {"selected": 6, "reserve": 6}
    assert shared.regions["places"].tolist() == [4, 1, 1]
    assert shared.regions["unconstrained"].tolist() == [4, 2, 0]
    assert shared.regions["by_headcount"].tolist() == [2, 2, 2]
    assert shared.notes == ()


def test_what_fairness_costs():
    shared = share(twelve(n_workers=[1.0] * 8 + [4.0] * 4), Rules(4, 25))
    assert chosen(shared) == ["P00", "P01", "P04", "P08"]
    mean, best = np.mean([0.95 - 0.05 * i for i in range(12)]), np.mean([0.95, 0.9, 0.85, 0.8])
    assert shared.planned.captured == pytest.approx((np.mean([0.95, 0.9, 0.75, 0.55]) - mean) / (best - mean))
    assert (shared.best.captured, shared.best.reached) == (1, 4)
    assert shared.planned.reached == 7
    # 4 places for 4, 4 and 16 of 24 people: quotas 2/3, 2/3 and 8/3, and so the two equal remainders get a place each
    assert shared.regions["by_headcount"].tolist() == [1, 1, 2]
    assert shared.by_headcount.captured == pytest.approx((np.mean([0.95, 0.75, 0.55, 0.5]) - mean) / (best - mean))
    assert shared.by_headcount.reached == 10


def test_ties_by_replies_then_people_then_code():
    rows = [(code, "R", "I", 0.5 + (1e-14 if code == "P4" else 0)) for code in ("P5", "P4", "P3", "P2", "P1")]
    table = pcns(*rows, n=[3, 1, 1, 1, 1], n_workers=[1.0, 2.0, 2.0, math.nan, 9.0])
    assert chosen(share(table, Rules(5))) == ["P5", "P1", "P3", "P4", "P2"]
    assert all(word in sharing.TIES for word in ("replies", "people in post", "alphabet"))


def test_served_and_modelled_only_are_out_and_said():
    offers = ["offered", "accepted", "started", "ended", "eligible", *[None] * 7]
    evidence = ["some"] * 5 + ["modelled only", *["some"] * 6]
    shared = share(twelve(offer_status=offers, evidence=evidence), Rules(3, 0))
    assert chosen(shared) == ["P04", "P06", "P07"]
    assert shared.table["plan"].tolist() == ["served"] * 4 + ["selected", "ask_first", "selected", "selected"] + ["reserve"] * 4
    assert (shared.table["plan"] == "served").sum() == 4
    assert chosen(share(twelve(offer_status=offers, evidence=evidence), Rules(3, 0, modelled=True))) == ["P04", "P05", "P06"]


def test_the_reserve_list_is_a_fifth_and_at_least_ten():
    many = pcns(*[(f"P{i:03}", "R", "I", 1 - i / 300) for i in range(200)])
    for k, expected in ((0, 0), (1, 10), (50, 10), (51, 11), (100, 20), (185, 15), (200, 0)):
        shared = share(many, Rules(k))
        waiting = shared.table[shared.table["plan"] == "reserve"]
        assert waiting["reserve"].tolist() == list(range(1, expected + 1))
        assert waiting["pcn_code"].tolist() == [f"P{i:03}" for i in range(k, k + expected)]


def test_a_place_that_stays_empty_captures_nothing():
    shared = share(twelve(), Rules(6, 0, maximum=1))
    assert chosen(shared) == ["P00", "P02", "P04", "P06", "P08", "P10"]
    table = twelve()
    table["icb_code"] = "I"
    shared = share(table, Rules(6, 0, maximum=2))
    assert chosen(shared) == ["P00", "P01"]
    assert 0 < shared.planned.captured < 1
    assert shared.notes == ("With at most 2 places for an ICB, 4 of the 6 cannot be given.",)


def test_a_minimum_is_kept_where_an_icb_lies_in_two_regions():
    """The shared ICB's one place goes to the region that has nobody else, and what is given back goes to the best that is left."""
    table = pcns(("A", "E", "both", 0.9), ("B", "E", "E1", 0.5), ("C", "E", "E2", 0.4), ("D", "W", "both", 0.3), ("F", "N", "N1", 0.2))
    assert chosen(share(table, Rules(3, 34, maximum=1))) == ["B", "D", "F"]
    assert chosen(share(table, Rules(4, 25, maximum=1))) == ["B", "C", "D", "F"]
    assert chosen(share(table, Rules(4, 0, maximum=1))) == ["A", "B", "C", "F"]


# ---- what cannot be met ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "rules", "notes"),
    [
        ({}, Rules(12, 33), ()),
        ({"offer_status": [*["ended"] * 3, *[None] * 9]}, Rules(9, 30), ("Fewer PCNs can be chosen than the minimum of 2: R0 has 1.",)),
        ({}, Rules(6, 50), ("The minimum of 3 in every region comes to more than 6 places, so each region gets 2 first.",)),
        ({}, Rules(1, 100), ("The minimum of 1 in every region comes to more than 1 place, so each region gets 0 first.",)),
        ({}, Rules(9, 34, 1), ("With at most 1 place for an ICB, 3 of the 9 cannot be given.",
                               "With at most 1 place for an ICB, the minimum of 3 cannot be kept: R0 has 2, R1 has 2 and R2 has 2.")),
        ({}, Rules(13, 0), ("Only 12 PCNs can be chosen for 13 places: 1 is left over.",)),
        ({"offer_status": "ended"}, Rules(2, 0), ("No PCN can be chosen for 2 places: 2 are left over.",)),
        ({"estimate": math.nan}, Rules(3), ("Nobody has replied anywhere, so there is no need to go by: no PCN is chosen.",)),
        ({"region_name": ["Midlands"] * 4 + ["London"] * 4 + ["South West"] * 4, "offer_status": ["ended"] * 7 + [None] * 5},
         Rules(4, 50), ("Fewer PCNs can be chosen than the minimum of 2: the Midlands has 0 and London has 1.",)),
    ],
)  # fmt: skip
def test_what_cannot_be_met_is_said(columns, rules, notes):
    shared = share(twelve(**columns), rules)
    assert shared.notes == notes


def test_nothing_to_share_and_nobody_to_share_among():
    nobody = share(twelve().head(0), Rules(5))
    assert nobody.table.columns.tolist() == [*twelve().columns, *sharing.ADDED]
    assert nobody.notes == ("No PCN can be chosen for 5 places: 5 are left over.",)
    assert nobody.regions.empty
    assert nobody.by_headcount is None
    nothing = share(twelve(), Rules(0, 100, 0))
    assert (chosen(nothing), nothing.notes) == ([], ())
    assert math.isnan(nothing.planned.captured)
    silent = share(twelve(estimate=math.nan, evidence="modelled only"), Rules(5))
    assert set(silent.table["plan"]) == {"ask_first"}
    unknown = share(twelve(n_workers=math.nan), Rules(5))
    assert unknown.by_headcount is None
    assert unknown.regions["by_headcount"].isna().all()


def test_a_pcn_without_region_or_icb_takes_part_without_their_rules():
    table = twelve(region_code=None, icb_code=None)
    shared = share(table, Rules(6, 50, maximum=1))
    assert chosen(shared) == [f"P{i:02}" for i in range(6)]
    assert (shared.regions["places"].sum(), shared.notes) == (6, ())


@pytest.mark.parametrize("wrong", [{"k": -1}, {"minimum": -1}, {"minimum": 101}, {"maximum": -1}])
def test_rules_that_cannot_be(wrong):
    with pytest.raises(ValueError, match="cannot be"):
        Rules(**{"k": 1, **wrong})


def test_a_table_that_cannot_be():
    with pytest.raises(ValueError, match="no column evidence, n_workers"):
        share(twelve().drop(columns=["n_workers", "evidence"]), Rules(1))
    with pytest.raises(ValueError, match="P00 stands in two rows"):
        share(pd.concat([twelve(), twelve()]), Rules(1))


# ---- what always holds ----------------------------------------------------------------------------------------------


def can_be_chosen(table, rules):
    return table[~table["offer_status"].isin(["offered", "ended"]) & ((table["n"] > 0) | rules.modelled)]


@settings(max_examples=60, deadline=None)
@given(tables, rules)
def test_no_selection_that_keeps_the_rules_reaches_more_need(table, rules):
    """Against a linear programme in whole numbers: as many places as can be, and among those selections the highest sum."""
    shared = share(table, rules)
    selected = table[shared.table["selected"]]
    assert set(selected.index) <= set(can_be_chosen(table, rules).index)
    assert len(selected) <= rules.k
    if rules.maximum is not None and len(selected):
        assert selected["icb_code"].value_counts().max() <= rules.maximum
    candidates = can_be_chosen(table, rules)
    if candidates.empty:
        assert selected.empty
        return
    groups = [(candidates["region_code"] == r, rules.k * rules.minimum // 100, math.inf) for r in sorted(set(table["region_code"]))]
    most = math.inf if rules.maximum is None else rules.maximum
    groups += [(candidates["icb_code"] == i, 0, most) for i in sorted(set(candidates["icb_code"]))]
    groups += [(candidates["icb_code"].notna(), 0, rules.k)]
    limits = LinearConstraint(np.array([g.to_numpy(dtype=float) for g, _, _ in groups]), [g[1] for g in groups], [g[2] for g in groups])
    worth = 100 + candidates["estimate"].to_numpy()
    found = milp(-worth, constraints=limits, bounds=Bounds(0, 1), integrality=np.ones(len(candidates)))
    if not found.success:
        assert shared.notes
        return
    assert (100 + selected["estimate"]).sum() == pytest.approx(-found.fun, abs=1e-6)
    assert (shared.regions["places"] >= rules.k * rules.minimum // 100).all()
    assert not any("minimum" in note for note in shared.notes)


@settings(max_examples=30, deadline=None)
@given(tables, rules, st.randoms(use_true_random=False))
def test_the_same_plan_whatever_the_order_of_the_rows(table, rules, shuffle):
    order = list(range(len(table)))
    shuffle.shuffle(order)
    one, other = share(table, rules), share(table.iloc[order], rules)
    assert other.table.index.tolist() == order
    pd.testing.assert_frame_equal(other.table.sort_index(), one.table, check_dtype=len(table) > 0)
    pd.testing.assert_frame_equal(one.regions, other.regions)
    assert str(one.planned) + str(one.by_headcount) + str(one.notes) == str(other.planned) + str(other.by_headcount) + str(other.notes)


@settings(max_examples=30, deadline=None)
@given(tables, rules)
def test_one_place_more_drops_nobody_where_there_is_no_minimum(table, rules):
    before, after = (set(chosen(share(table, Rules(k, 0, rules.maximum, rules.modelled)))) for k in (rules.k, rules.k + 1))
    assert before <= after
    assert len(after) <= len(before) + 1


@settings(max_examples=30, deadline=None)
@given(tables, rules)
def test_the_numbers_are_those_of_the_plan(table, rules):
    shared = share(table, rules)
    plan = shared.table
    assert set(plan["plan"]) <= set(sharing.PLAN)
    assert (plan["place"].notna() == plan["selected"]).all()
    assert sorted(plan["place"].dropna()) == list(range(1, plan["selected"].sum() + 1))
    assert (plan["reserve"].notna() == (plan["plan"] == "reserve")).all()
    assert shared.regions["places"].sum() == plan["selected"].sum() == shared.planned.places
    assert shared.regions["unconstrained"].sum() == plan["unconstrained"].sum() == shared.best.places
    assert shared.planned.reached == pytest.approx(plan.loc[plan["selected"], "n_workers"].sum())
    if shared.by_headcount:
        assert shared.regions["by_headcount"].sum() == shared.by_headcount.places == shared.best.places
    if shared.planned.places == shared.best.places and not math.isnan(shared.planned.captured):
        assert shared.planned.captured <= 1 + 1e-12
        every, some, best = (
            table["estimate"].mean(),
            plan[plan["selected"]]["estimate"].mean(),
            plan[plan["unconstrained"]]["estimate"].mean(),
        )
        assert shared.planned.captured == pytest.approx((some - every) / (best - every))


# ---- in the answers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minimum", "maximum", "modelled"), [(None, None, None), (0, None, "yes"), (8, 4, "no")])
def test_the_places_of_the_sample_shared_out_by_hand(minimum, maximum, modelled, sample):
    """Region after region its best, then the best of England, each only while its ICB has room; without pandas."""
    rules = {"minimum": minimum, "maximum": maximum, "modelled": modelled}
    viewer = store.Viewer(audience="internal")
    rows = store.ask("priority", viewer, sample, **rules).table.to_dict("records")
    answer = {r["code"]: r for r in store.ask("sharing", viewer, sample, **rules).table.to_dict("records")}
    least, regions = (5 if minimum is None else minimum), sorted({r["region_code"] for r in rows})
    served = {r["pcn_code"] for r in rows if r["offer_status"] in ("offered", "accepted", "started", "ended")}
    ask = {r["pcn_code"] for r in rows if r["evidence"] == "modelled only"} - served
    free = [r for r in rows if r["pcn_code"] not in served | (set() if modelled == "yes" else ask)]
    held: dict[str, int] = {}
    taken: dict[str, str] = {}
    for region in [*regions, None]:
        for r in free:
            room = maximum is None or held.get(r["icb_code"], 0) < maximum
            full = sum(of == region for of in taken.values()) == least if region else len(taken) == 100
            if r["pcn_code"] not in taken and r["region_code"] == (region or r["region_code"]) and room and not full:
                taken[r["pcn_code"]] = r["region_code"]
                held[r["icb_code"]] = held.get(r["icb_code"], 0) + 1
    assert len(served) > 5 and len(taken) == 100
    assert {r["pcn_code"] for r in rows if r["selected"]} == set(taken)
    best = [r for r in free][:100]
    people = {r["pcn_code"]: 0 if math.isnan(r["n_workers"]) else r["n_workers"] for r in rows}
    mean = sum(r["estimate"] for r in rows) / len(rows)
    gain = [sum(r["estimate"] - mean for r in of) for of in ([r for r in rows if r["pcn_code"] in taken], best)]
    england = answer["ENG"]
    assert england["captured"] == pytest.approx(gain[0] / gain[1])
    assert (england["reached"], england["workers"]) == pytest.approx((sum(people[p] for p in taken), sum(people.values())))
    assert england["reached_unconstrained"] == pytest.approx(sum(people[r["pcn_code"]] for r in best))
    assert 0 < england["captured_by_headcount"] < 1 and 0 < england["captured"] <= 1
    assert 0 < england["both"] < 100
    assert (england["served"], england["ask_first"], england["minimum"]) == (len(served), len(ask) if modelled != "yes" else 0, least)
    for region in regions:
        here = [r for r in rows if r["region_code"] == region]
        row = answer[region]
        assert row["places"] == sum(of == region for of in taken.values()) >= least
        assert row["unconstrained"] == sum(r["region_code"] == region for r in best)
        assert (row["pcns"], row["name"]) == (len(here), here[0]["region_name"])
        quota = 100 * sum(people[r["pcn_code"]] for r in here) / sum(people.values())
        assert abs(row["by_headcount"] - quota) < 1
    assert sum(answer[r]["by_headcount"] for r in regions) == 100


def test_another_rule_of_sharing_takes_no_other_draws(sample, monkeypatch):
    viewer = store.Viewer(audience="internal")
    first = store.ask("priority", viewer, sample).table
    monkeypatch.setattr(draws, "ranks", lambda *_: pytest.fail("drawn again"))
    second = store.ask("priority", viewer, sample, minimum=11, maximum=3, k=60).table
    assert second["selected"].sum() == 60 and not second["selected"].equals(first["selected"])


def test_a_plan_leaves_for_nobody(sample):
    shareable = store.ask("sharing", store.Viewer(audience="shareable"), sample)
    assert shareable.table.empty
    assert "until it is decided" in shareable.withheld
    table = store.ask("priority", store.Viewer(audience="shareable"), sample, minimum=0, maximum=1).table
    assert table[["plan", "selected", "place", "reserve", "unconstrained"]].replace("", None).isna().all(axis=None)


@settings(max_examples=20, deadline=None)
@given(tables, rules)
def test_by_another_column_is_the_plan_with_that_as_estimate(table, rules):
    other = table.assign(in_post=table["estimate"].iloc[::-1].to_numpy())
    expected = share(other.assign(estimate=other["in_post"]), rules).table["selected"]
    assert sharing.selected_by(other, rules, "in_post").tolist() == expected.tolist()


# ---- places in proportion -------------------------------------------------------------------------------------------


def test_published_cases_of_largest_remainders(oracles):
    with (oracles / "apportionment_balinski_young.csv").open(encoding="utf-8", newline="") as file:
        cases = [c for c in csv.DictReader(file) if c["method"] == "largest_remainder" or c["method"].startswith("any")]
    assert len(cases) == 7
    for case in cases:
        votes = [int(v) for v in case["votes"].split()]
        assert choosing.largest_remainder(votes, int(case["seats"])) == [int(s) for s in case["expected"].split()], case


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=7).filter(lambda v: sum(v) > 0), st.integers(0, 300))
def test_seats_in_proportion_are_all_given_and_within_one_of_the_quota(votes, seats):
    given_out = choosing.largest_remainder(votes, seats)
    assert sum(given_out) == seats
    assert all(abs(g - v * seats / sum(votes)) < 1 + 1e-6 for g, v in zip(given_out, votes, strict=True))


@pytest.mark.parametrize(("votes", "seats"), [([1, -1], 1), ([1], -1), ([0, 0], 1), ([], 1)])
def test_seats_that_cannot_be_given(votes, seats):
    with pytest.raises(ValueError, match="there must be votes"):
        choosing.largest_remainder(votes, seats)
