"""Before and after the offer: by hand, against a naive second way, and in simulated nations where the offer does nothing, or something."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from oversight import need, store
from oversight.need import following

INTERNAL = store.Viewer(audience="internal")


def nation(seed: int, effect: float = 0.0, strict: bool = False, more: float = 0.0, given: int = 100) -> pd.DataFrame:
    """1,250 PCNs in two waves, about one reply each; the offer goes to those whose estimate is high, and moves their need by ``effect``.

    Shrunk with the true variances. ``strict``: to the very highest, so that nobody without it has the same; ``more``: further replies
    after from those with it.
    """
    random, size, between, within = np.random.default_rng(seed), 1250, 0.14, 0.2
    fit = 0.35 + random.normal(0, 0.06, 42)[random.integers(0, 42, size)]
    before = fit + random.normal(0, between, size)
    after = fit + 0.7 * (before - fit) + random.normal(0, between * np.sqrt(1 - 0.7**2), size)

    def seen(true: np.ndarray, n: np.ndarray) -> dict[str, np.ndarray]:
        own = np.where(n > 0, true + random.normal(0, within, size) / np.sqrt(np.maximum(n, 1)), np.nan)
        drawn = np.where(n > 0, between**2 / (between**2 + within**2 / np.maximum(n, 1)), 0)
        estimate = np.where(n > 0, fit + drawn * (np.nan_to_num(own) - fit), fit)
        return {"": estimate, "_sd": between * np.sqrt(1 - drawn), "_n": n, "_raw": own}

    first = seen(before, random.poisson(1.1, size))
    wanted = np.where(first["_n"] > 0, first[""] + random.normal(0, 0 if strict else 0.05, size), -1)
    offered = np.zeros(size, dtype=bool)
    offered[np.argsort(-wanted)[:given]] = True
    second = seen(after + effect * offered, random.poisson(1.1 + more * offered))
    standing = np.where(offered, "started", np.where(random.random(size) < 0.05, "asked", "none"))
    columns = {f"{when}{name}": values for when, one in (("before", first), ("after", second)) for name, values in one.items()}
    return pd.DataFrame({"standing": standing, **columns})


def of_started(pcns: pd.DataFrame) -> pd.Series:
    return following.groups(pcns).set_index("standing").loc["started"]


@pytest.mark.parametrize("world", [{}, {"strict": True}, {"more": 1.0, "given": 60}], ids=["usual", "strict", "fewer, who reply more"])
def test_where_the_offer_does_nothing_its_own_change_looks_like_one_and_the_comparison_holds_0(world: dict) -> None:
    rows = pd.DataFrame([of_started(nation(seed, **world)) for seed in range(40)])
    assert (rows["high_raw_change"] < 0).mean() > 0.85  # the trap: their own replies fall, in nearly every nation
    assert (rows["change"] < -0.04).mean() > 0.9  # and their estimates, for another reason: they are drawn towards the mean
    rows = rows[rows["beyond"].notna()]
    assert len(rows) > 35
    holds = ((rows["low_beyond"] <= 0) & (rows["high_beyond"] >= 0)).mean()
    assert holds >= 0.85  # of 40, a true 95% gives 34 or more in 99 of 100 runs
    assert abs(rows["beyond"].mean()) < 0.012


def test_a_true_effect_is_found_and_shows_smaller_than_it_is() -> None:
    rows = pd.DataFrame([of_started(nation(seed, effect=-0.15)) for seed in range(12)])
    assert (rows["verdict"] == "lower").mean() > 0.7
    assert -0.15 < rows["beyond"].mean() < -0.04
    harm = pd.DataFrame([of_started(nation(seed, effect=0.15)) for seed in range(12)])
    assert (harm["verdict"] == "higher").mean() > 0.7


def naive(pcns: pd.DataFrame, group: str, against: tuple[str, ...]) -> tuple[int, float]:
    """How many have similar PCNs, and their mean after less that of the similar ones, taken along the line of all the others."""
    rows = [r for r in pcns.to_dict("records") if r["before_n"] > 0 and r["after_n"] > 0]
    left = []
    for r in (r for r in rows if r["standing"] == group):
        others = [o for o in rows if o["standing"] in against and min(o["after_n"], 3) == min(r["after_n"], 3)]
        near = sorted(others, key=lambda o: abs(o["before"] - r["before"]))[:10]
        near = [o for o in near if abs(o["before"] - r["before"]) <= 0.05]
        if near:
            slope = np.polyfit([o["before"] for o in others], [o["after"] for o in others], 1)[0] if len(others) > 1 else 0.0
            moved = [o["after"] + slope * (r["before"] - o["before"]) for o in near]
            left.append(r["after"] - sum(moved) / len(moved))
    return len(left), sum(left) / len(left) if left else float("nan")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_comparison_equals_one_worked_out_pcn_by_pcn(seed: int) -> None:
    pcns = nation(seed)
    table = following.groups(pcns).set_index("standing")
    for group, against in (("started", ("asked", "none")), ("asked", ("none",))):
        row = table.loc[group]
        matched, beyond = naive(pcns, group, against)
        assert (row["matched"], row["beyond"]) == (matched, pytest.approx(beyond, abs=1e-9))
        assert row["after"] - row["without"] == pytest.approx(row["beyond"], abs=1e-12)
        assert row["after"] - row["before"] == pytest.approx(row["change"], abs=1e-12)
        assert row["low_beyond"] < row["beyond"] < row["high_beyond"]
    both = pcns[(pcns["before_n"] > 0) & (pcns["after_n"] > 0) & (pcns["standing"] == "none")]
    none = table.loc["none"]
    assert (none["heard"], none["raw_before"]) == (len(both), pytest.approx(both["before_raw"].mean()))
    assert none["raw_change"] == pytest.approx((both["after_raw"] - both["before_raw"]).mean())
    assert np.isnan(none["beyond"]) and none["verdict"] == ""


def test_similar_is_near_and_heard_as_often_and_each_is_wholly_made_of_similar_ones() -> None:
    before, n = np.array([0.5, 0.5, 0.9]), np.array([1, 5, 1])
    others, of = np.array([0.46, 0.52, 0.44, 0.5, 0.5]), np.array([1, 1, 1, 2, 3])
    share = following.matched(before, n, others, of)
    np.testing.assert_allclose(share, [[0.5, 0.5, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]])
    many = following.matched(np.array([0.5]), np.array([1]), np.linspace(0.46, 0.54, 40), np.ones(40, dtype=int))
    assert (many > 0).sum() == following.MATCHES and many.sum() == pytest.approx(1)
    assert following.matched(np.array([]), np.array([]), others, of).shape == (0, 5)
    assert following.matched(before, n, np.array([]), np.array([])).shape == (3, 0)


def test_nothing_is_claimed_of_few_and_the_silent_are_counted_apart() -> None:
    pcns = nation(5)
    few = pd.concat([pcns[pcns["standing"] != "started"], pcns[pcns["standing"] == "started"].head(12)])
    mine = few[few["standing"] == "started"]
    row = of_started(few)
    heard = (mine[["before_n", "after_n"]] > 0).sum(axis=1)
    assert (row["pcns"], row["heard"], row["once"], row["never"]) == (12, (heard == 2).sum(), (heard == 1).sum(), (heard == 0).sum())
    assert row["heard"] < 10
    numbers = ["before", "low_before", "after", "change", "raw_before", "raw_change", "low_raw_change", "without", "beyond", "high_beyond"]
    assert row[numbers].isna().all() and row["verdict"] == ""
    # what those say who were heard once changes nothing
    once = (pcns["before_n"] > 0) != (pcns["after_n"] > 0)
    other = pcns.assign(before=pcns["before"].mask(once, 0.99), after=pcns["after"].mask(once, 0.01))
    pd.testing.assert_frame_equal(following.groups(other), following.groups(pcns))
    empty = following.groups(pcns.iloc[:0])
    assert list(empty["standing"]) == list(need.following.STANDINGS) and (empty["pcns"] == 0).all()
    assert empty["beyond"].isna().all()


@settings(max_examples=10)
@given(some.integers(0, 10**6), some.integers(0, 60), some.booleans())
def test_groups_hold_for_any_nation(seed: int, size: int, alike: bool) -> None:
    pcns = nation(seed).sample(size, random_state=seed)
    if alike:
        pcns = pcns.assign(before=0.4, after=0.4, before_raw=0.4, after_raw=0.4)
    table = following.groups(pcns)
    assert table["pcns"].sum() == size
    assert (table["heard"] + table["once"] + table["never"] == table["pcns"]).all()
    assert (table["matched"] <= table["heard"]).all()
    assert (table["beyond"].notna() <= (table["matched"] >= following.FEWEST)).all()
    shuffled = following.groups(pcns.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(shuffled, table)


def test_the_sample_through_the_model(sample: store.Snapshot) -> None:
    table = store.ask("offer_change", INTERNAL, sample).table.set_index("standing")
    assert table["pcns"].sum() == 1247
    asked = table.loc["asked"]
    assert asked["matched"] >= following.FEWEST and 0 < asked["low_before"] < asked["before"] < asked["high_before"] < 1
    assert table.loc[["started", "accepted", "offered", "earlier"], "beyond"].isna().all()  # too few were heard
    one, other = (store.ask("needs", INTERNAL, sample, wave=wave).table for wave in ("2026-1-spring", "2026-2-autumn"))
    heard = one.merge(other, on="pcn_code", suffixes=("_before", "_after")).query("n_before > 0 and n_after > 0")
    standing = store._cursor(sample.path).execute(
        store.queries()["offer_change"].sql, {"wave": "2026-2-autumn", "earlier": None, "role": "splw", "also": None}
    ).df().drop_duplicates("pcn_code").set_index("pcn_code")["standing"]  # fmt: skip
    none = heard[heard["pcn_code"].map(standing) == "none"]
    assert table.loc["none", "heard"] == len(none)
    assert table.loc["none", ["before", "after"]].tolist() == pytest.approx([none["estimate_before"].mean(), none["estimate_after"].mean()])
    first = store.ask("offer_change", INTERNAL, sample, wave="2026-1-spring").table
    assert (first["pcns"] == 0).all() and first["before"].isna().all()  # nothing is before it
    shared = store.ask("offer_change", store.Viewer(), sample)
    assert shared.table.empty and "inside the programme" in shared.withheld


def test_without_a_survey_or_with_one_wave_there_is_nothing_to_compare(bare, tiny) -> None:
    for folder in (bare, tiny):
        snapshot = store.find_snapshot(next(folder.glob("*.duckdb")))
        table = store.ask("offer_change", INTERNAL, snapshot).table
        assert (table["pcns"] == 0).all() and len(table) == len(need.following.STANDINGS)
