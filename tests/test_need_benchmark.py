"""The benchmark of the need ranking in bench/: its nations, its rankings against outside numbers, its arithmetic against plain Python."""

from __future__ import annotations

import importlib
import itertools
import math
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from oversight import need
from oversight.settings import ROOT


@pytest.fixture(scope="module")
def bench() -> Iterator[ModuleType]:
    """The benchmark as a module; ``bench`` is a folder of scripts."""
    before = list(sys.path)
    sys.path.insert(0, str(ROOT / "bench"))
    yield importlib.import_module("need_benchmark")
    sys.path[:] = before


@pytest.fixture(scope="module")
def world(bench: ModuleType) -> ModuleType:
    return sys.modules["need_world"]


@pytest.fixture(scope="module")
def rankers(bench: ModuleType) -> ModuleType:
    return sys.modules["need_rankers"]


def test_nations_have_the_stated_shape(world: ModuleType) -> None:
    nations = [world.draw(seed) for seed in range(25)]
    for one in nations:
        assert len(one.n) == 1_250 and sorted(set(one.icb.tolist())) == list(range(42)) and np.bincount(one.icb).min() >= 8
        icbs = {region: {int(i) for i in one.icb[one.region == region]} for region in range(7)}
        assert [len(icbs[region]) for region in range(7)] == [6, 5, 11, 4, 3, 6, 7]
        assert set(one.N.tolist()) == set(range(1, 7)) and (one.n <= one.N).all()
        assert len(one.answers) == len(one.pcn) == one.n.sum() and len(one.everyone) == one.N.sum()
        assert (np.bincount(one.pcn, minlength=1_250) == one.n).all()
    heard = np.mean([[(one.n == 0).mean(), (one.n == 1).mean(), (one.n == 2).mean(), (one.n > 2).mean()] for one in nations], axis=0)
    assert heard == pytest.approx([0.27, 0.37, 0.22, 0.14], abs=0.025)
    assert np.mean([one.N.mean() for one in nations]) == pytest.approx(2.86, abs=0.03)
    assert np.mean([one.n.sum() / one.N.sum() for one in nations]) == pytest.approx(0.45, abs=0.02)
    assert np.mean([one.x.mean(axis=0) for one in nations], axis=0) == pytest.approx(0, abs=0.03)
    spread = np.mean([(one.leaning - one.expected).std() for one in nations])
    assert spread == pytest.approx(0.8, abs=0.02)


def test_truth_is_what_the_answers_come_of(world: ModuleType) -> None:
    one = world.draw(3)
    by_hand = [sum(w * p for w, p in zip(world.WEIGHTS, row, strict=True)) for row in one.chance.tolist()]
    assert one.T.tolist() == pytest.approx(by_hand)
    for pcn in range(0, 1_250, 97):
        scores = [sum(w * y for w, y in zip(world.WEIGHTS, row, strict=True)) for row in one.everyone[one.of_everyone == pcn].tolist()]
        assert one.F[pcn] == pytest.approx(sum(scores) / one.N[pcn])
    residual = one.everyone - one.chance[one.of_everyone]
    assert residual.mean(axis=0) == pytest.approx(0, abs=0.03)  # 4 standard errors of 3,500 answers


def test_scenarios_change_one_thing_of_the_same_nation(world: ModuleType) -> None:
    base = world.draw(5)
    for name in world.SCENARIOS:
        other = world.draw(5, name)
        assert (other.icb == base.icb).all() and (other.N == base.N).all() and (other.x == base.x).all()
        same_need = name in {"base", "fewer reply", "more reply", "neediest reply less", "neediest reply more"}
        assert (other.T == base.T).all() == same_need, name

    def replied(name: str) -> float:
        return float(np.mean([o.n.sum() / o.N.sum() for o in (world.draw(seed, name) for seed in range(8))]))

    def needier(name: str) -> float:
        return float(np.mean([np.corrcoef(o.n / o.N, o.T)[0, 1] for o in (world.draw(seed, name) for seed in range(8))]))

    assert [replied(name) for name in ("fewer reply", "base", "more reply")] == pytest.approx([0.30, 0.45, 0.65], abs=0.045)
    assert needier("neediest reply less") < -0.2 < -0.05 < needier("base") < 0.05 < 0.2 < needier("neediest reply more")


def test_the_table_holds_the_nation(world: ModuleType) -> None:
    one = world.draw(1)
    rows = world.table(one)
    replies = rows[rows["respondent_id"].notna()]
    assert len(replies) == one.n.sum() and len(rows) == len(replies) + (one.n == 0).sum() and rows["pcn_code"].nunique() == 1_250
    assert replies[list(world.ITEMS)].to_numpy().tolist() == one.answers.tolist()
    silent = rows[rows["respondent_id"].isna()]
    assert silent[list(world.ITEMS)].isna().all(axis=None)
    first = rows[rows["pcn_code"] == "F0007"].iloc[0]
    assert first["covariates"] == dict(zip(world.COVARIATES, one.x[7].tolist(), strict=True)) and first["n_workers"] == one.N[7]
    assert list(world.ITEMS) == list(need.CRITERIA)


def test_the_reference_agrees_with_lme4(rankers: ModuleType, oracles: Path) -> None:
    frame, workers, expected = (
        pd.read_csv(oracles / f"eblup_{name}.csv") for name in ("pcn_frame_sim_seed7", "workers_sim_seed7", "lme4_expected_scores")
    )
    found = rankers.eblup(
        workers["s"].to_numpy(), workers["pcn"].to_numpy(), frame["icb"].to_numpy(), frame["region"].to_numpy(),
        frame[["x1", "x2", "x3"]].to_numpy(),
    )  # fmt: skip
    by_lme4 = expected.sort_values("pcn")["eblup"].to_numpy()
    assert np.corrcoef(found.score, by_lme4)[0, 1] > 0.9999
    assert set(np.argsort(-found.score)[:100]) == set(np.argsort(-by_lme4)[:100])
    lme4 = pd.read_csv(oracles / "eblup_lme4_expected_params.csv").set_index("parameter")["value"]
    assert found.slopes == pytest.approx([lme4["beta0"], lme4["beta_x1"], lme4["beta_x2"], lme4["beta_x3"]], abs=2e-4)
    assert [found.within, found.pcn, found.icb, found.region] == pytest.approx(
        [lme4["var_Residual"], lme4["var_pcn"], lme4["var_icb"], lme4["var_region"]], rel=0.025
    )


def test_the_ceiling_is_the_mean_given_the_replies(world: ModuleType, rankers: ModuleType) -> None:
    """By weighting draws from the prior, in plain Python."""
    one, dice = world.draw(2), random.Random(2)
    best = rankers.ceiling(one)
    rates, loadings = zip(*world.ITEMS.values(), strict=True)
    for pcn in (int(np.flatnonzero(one.n == n)[0]) for n in (0, 1, 3)):
        answers = one.answers[one.pcn == pcn].tolist()
        weight_sum = total = 0.0
        for _ in range(20_000):
            leaning = one.expected[pcn] + dice.gauss(0, 0.8)
            p = [
                1 / (1 + math.exp(-(math.log(rate / (1 - rate)) + loading * leaning + dice.gauss(0, 0.4))))
                for rate, loading in zip(rates, loadings, strict=True)
            ]
            likely = math.prod(q if y else 1 - q for row in answers for y, q in zip(row, p, strict=True))
            weight_sum += likely
            total += likely * sum(w * q for w, q in zip(world.WEIGHTS, p, strict=True))
        assert best[pcn] == pytest.approx(total / weight_sum, abs=0.006), pcn


def test_beta_binomial_is_where_the_likelihood_is_highest(world: ModuleType, rankers: ModuleType) -> None:
    one = world.draw(4, world.Scenario(weights=(0, 1, 0, 0, 0)))
    unmet, found = np.bincount(one.pcn, one.answers[:, 1], 1_250), rankers.beta_binomial(one)
    prior = found[one.n == 0][0]
    pcn = int(np.flatnonzero((one.n == 1) & (unmet == 1))[0])
    size = (1 - found[pcn]) / (found[pcn] - prior)  # (a + 1) / (a + b + 1) solved for a + b

    def likely(mean: float, size: float) -> float:
        heard = one.n > 0
        return float(betabinom.logpmf(unmet[heard], one.n[heard], mean * size, (1 - mean) * size).sum())

    best = likely(prior, size)
    assert all(likely(prior + move, size * factor) < best for move, factor in ((0.03, 1), (-0.03, 1), (0, 1.4), (0, 0.7)))


small = st.lists(st.tuples(st.integers(0, 5), st.floats(0, 1)), min_size=4, max_size=12)


@settings(max_examples=30)
@given(small, st.data())
def test_metrics_are_what_they_say(bench: ModuleType, pcns: list[tuple[int, float]], data: st.DataObject) -> None:
    score, truth = [float(s) for s, _ in pcns], [t + i * 1e-3 for i, (_, t) in enumerate(pcns)]
    k = data.draw(st.integers(1, len(pcns) - 1))
    chosen = sorted(range(len(pcns)), key=lambda i: -score[i])[:k]  # sorted is stable
    best = sorted(range(len(pcns)), key=lambda i: -truth[i])[:k]
    assert bench.p_at(np.array(score), np.array(truth), k) == pytest.approx(sum(i in best for i in chosen) / k)
    mean = sum(truth) / len(truth)
    reached, possible = (sum(truth[i] for i in who) / k - mean for who in (chosen, best))
    if possible > 1e-6:
        assert bench.gain(np.array(score), np.array(truth), k) == pytest.approx(reached / possible, abs=1e-6)


def test_ties_are_broken_at_random(bench: ModuleType) -> None:
    truth = np.arange(1_250.0)
    p, g = bench.both(np.zeros(1_250), truth, 200)
    assert p == pytest.approx(0.08, abs=0.007) and g == pytest.approx(0, abs=0.02)
    perfect = bench.both(truth, truth, 3)
    assert perfect == (1.0, 1.0)
    with_half = np.where(truth >= 1_200, truth, 0.0)  # 50 placed rightly, 50 of the other 1,200 at random
    assert bench.both(with_half, truth, 200)[0] == pytest.approx(0.5 + 0.5 * 50 / 1_200, abs=0.006)


def test_chances_are_counted_in_their_bands(bench: ModuleType) -> None:
    dice = random.Random(1)
    said = [dice.choice([0.0, 0.05, 0.2, 0.5, 0.8, 1.0, dice.random() ** 3]) for _ in range(600)]
    truth, estimate = [dice.random() for _ in said], [dice.random() for _ in said]
    neediest = set(sorted(range(600), key=lambda i: -truth[i])[:100])
    top = sorted(range(600), key=lambda i: -estimate[i])[:100]
    found = bench.come_true(np.array(estimate), np.array(said), np.array(truth))
    ends = [0, 0.05, 0.2, 0.5, 0.8, 2]
    for i, (low, high) in enumerate(itertools.pairwise(ends)):
        who = [j for j, p in enumerate(said) if low <= p < high]
        assert found[bench.band_name(i)] == (len(who), pytest.approx(sum(said[j] for j in who)), len(neediest & set(who)))
    assert found[bench.SELECTED] == (100, pytest.approx(sum(said[j] for j in top)), len(neediest & set(top)))
    assert list(found) == ["0 to 0.05", "0.05 to 0.2", "0.2 to 0.5", "0.5 to 0.8", "0.8 to 1", bench.SELECTED]


def test_results_are_summed_over_nations(bench: ModuleType) -> None:
    dice, found = random.Random(3), []
    names = [("product", "T"), ("reference", "T"), ("product", "F")]
    for scenario, seed in [("fewer reply", 1), ("base", 1), ("base", 0), ("base", 2)]:
        scores = {name: (dice.random(), dice.random()) for name in names}
        chances = {"a": (dice.randrange(20, 40), 9 * dice.random(), dice.randrange(1, 20))} if scenario == "base" else {}
        found.append(bench.Found(scenario, seed, scores, {}, chances, dice.random()))
    rows = {tuple(r[c] for c in bench.COLUMNS[:5]): r for r in bench.summed(found)}
    base = [f for f in found if f.scenario == "base"]
    less = [f.scores["product", "T"][1] - f.scores["reference", "T"][1] for f in base]
    mean = sum(less) / 3
    se = math.sqrt(sum((x - mean) ** 2 for x in less) / 2 / 3)
    row = rows["base", "product less reference", "T", "gain", ""]
    assert (row["value"], row["se"], row["seeds"]) == (round(mean, 5), round(se, 5), 3)
    n, said, true = (sum(f.chances["a"][i] for f in base) for i in range(3))
    row = rows["base", "product", "T", "true", "a"]
    assert (row["value"], row["n"], row["seeds"]) == (round(true / n, 5), n, 3)
    assert rows["base", "product", "T", "said", "a"]["value"] == round(said / n, 5)
    left = sum((f.chances["a"][2] - true / n * f.chances["a"][0]) ** 2 for f in base)
    assert row["se"] == round(math.sqrt(left * 3 / 2) / n, 5) > 0.01
    assert ("fewer reply", "product", "T", "said", "a") not in rows and rows["fewer reply", "product", "T", "p100", ""]["n"] == 1


def test_the_product_beats_raw_means_and_not_the_ceiling(bench: ModuleType) -> None:
    found = [bench.judge("base", seed, draws=False) for seed in (1_001, 1_002, 1_003)]
    p = {name: np.mean([f.scores[name, "T"][0] for f in found]) for name in ("raw mean", "product", "ceiling")}
    gain = {name: np.mean([f.scores[name, "T"][1] for f in found]) for name in ("raw mean", "product", "ceiling")}
    assert p["product"] > p["raw mean"] + 0.01 and gain["raw mean"] + 0.02 < gain["product"] < gain["ceiling"] + 0.01
    assert all(f.scores["product, people in post", "F"][1] > f.scores["product", "F"][1] for f in found)
