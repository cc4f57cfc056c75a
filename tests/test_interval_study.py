"""The coverage study of bench/: its arithmetic against plain Python, what it found, and how Methods states it."""

from __future__ import annotations

import csv
import importlib.util
import math
import random
import re
import sys
from types import ModuleType

import numpy as np
import pytest

from oversight import interval_study, methods
from oversight.settings import REFERENCE, ROOT


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """The study as a module; ``bench`` is a folder of scripts."""
    spec = importlib.util.spec_from_file_location("coverage_study", ROOT / "bench" / "coverage_study.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def committed() -> list[dict[str, str]]:
    with (REFERENCE / "coverage-study.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def wilson(x: int, n: int) -> tuple[float, float]:
    """Wilson's interval by halving: the p that lie 1.96 standard errors (of p itself) from x / n."""
    z, share = 1.959963984540054, x / n

    def edge(inside: float, outside: float) -> float:
        for _ in range(80):
            middle = (inside + outside) / 2
            if abs(share - middle) <= z * math.sqrt(middle * (1 - middle) / n):
                inside = middle
            else:
                outside = middle
        return inside

    return edge(share, 0.0), edge(share, 1.0)


def one_draw_by_hand(place, before, now, mechanism: str, chances, numbers) -> dict[tuple[str, str, str], tuple[int, int]]:
    """One survey of both waves, worker by worker: (level, method, target) -> (intervals, intervals that hold the target)."""
    begins = {level: [int(b) for b in place.begins[level]] for level in place.begins}

    def where(worker: int, level: str) -> int:
        return max(i for i, b in enumerate(begins[level]) if b <= worker)

    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    for level in begins:
        tallies = [[[0, 0, 0, 0, 0.0] for _ in begins[level]] for _ in range(2)]  # x, n, all yes, people, sum of rates
        for wave, rates in enumerate((before, now)):
            for worker in range(len(rates)):
                said, came = numbers[wave][0][worker], numbers[wave][1][worker]
                yes = bool(said < rates[worker])
                replied = bool(came < chances[wave][0 if yes else 1][worker])
                tally = tallies[wave][where(worker, level)]
                tally[0] += yes and replied
                tally[1] += replied
                tally[2] += yes
                tally[3] += 1
                tally[4] += float(rates[worker])
        rows = {("wilson", "rate"): [], ("wilson", "people"): [], ("change, newcombe", "rate"): [], ("change, newcombe", "people"): []}
        for (x1, n1, yes1, people1, sum1), (x2, n2, yes2, people2, sum2) in zip(*tallies, strict=True):
            if n2:
                low, high = wilson(x2, n2)
                rows["wilson", "rate"].append(low <= sum2 / people2 <= high)
                rows["wilson", "people"].append(low <= yes2 / people2 <= high)
            if n1 and n2:
                (low1, high1), (low2, high2), p1, p2 = wilson(x1, n1), wilson(x2, n2), x1 / n1, x2 / n2
                low = p2 - p1 - math.hypot(p2 - low2, high1 - p1)
                high = p2 - p1 + math.hypot(high2 - p2, p1 - low1)
                rows["change, newcombe", "rate"].append(low <= sum2 / people2 - sum1 / people1 <= high)
                rows["change, newcombe", "people"].append(low <= yes2 / people2 - yes1 / people1 <= high)
        found |= {(level, *key): (len(flags), sum(flags)) for key, flags in rows.items()}
    return found


@pytest.mark.parametrize("mechanism", ["random", "clustered", "those without reply more", "those without reply less"])
def test_one_draw_by_hand_gives_the_same(bench: ModuleType, mechanism: str) -> None:
    chance = np.random.default_rng(4)
    place = bench.nation(chance)
    chances, numbers, waves = [], [], []
    for rate in (place.before, place.now):
        replies = bench.propensity(place, rate, mechanism, 700.0, 1, chance)
        expected = math.fsum(
            p * (if_yes if yes else if_no)
            for p0, if_yes, if_no in zip(rate.tolist(), replies[0][0].tolist(), replies[1][0].tolist(), strict=True)
            for yes, p in ((True, p0), (False, 1 - p0))
        )
        assert expected == pytest.approx(700, abs=0.01)
        drawn = chance.random((2, 1, place.workers))
        chances.append((replies[0][0], replies[1][0]))
        numbers.append((drawn[0][0], drawn[1][0]))
        waves.append(bench.survey(rate, *replies, drawn[0], drawn[1]))
    by_hand = one_draw_by_hand(place, place.before, place.now, mechanism, chances, numbers)
    ours = {
        (level, method, target): (int((~np.isnan(width)).sum()), int((inside & ~np.isnan(width)).sum()))
        for level, method, target, inside, width in bench.judge(place, *waves)
    }
    assert {key: ours[key] for key in by_hand} == by_hand
    assert set(ours) - set(by_hand) == {
        *((level, "wilson, headcount known", t) for level in bench.LEVELS for t in ("rate", "people")),
        *(("england", "wilson, weighted by region", t) for t in ("rate", "people")),
    }


def test_a_nation_looks_like_the_one_that_is_overseen(bench: ModuleType) -> None:
    place = bench.nation(np.random.default_rng(0))
    assert [len(place.begins[level]) for level in bench.LEVELS] == [1, 7, 36]
    sizes = np.sort(np.unique(place.pcn, return_counts=True)[1])
    assert [sizes[len(sizes) * q // 4] for q in (1, 2, 3)] == [1, 2, 3]
    assert 950 < len(sizes) < 1_100 and 2_300 < place.workers < 3_000
    assert sum(w * c for w, c in zip(bench.WORKERS, bench.CHANCES, strict=True)) * bench.PCNS == pytest.approx(2_642, rel=0.05)
    assert sum(bench.CHANCES) == pytest.approx(1)
    assert place.icb.tolist() == sorted(place.icb.tolist())


def test_those_who_reply_are_who_should(bench: ModuleType) -> None:
    """The odds of replying, worked out again from a simulation in plain Python."""
    chance, dice = np.random.default_rng(1), random.Random(1)
    place = bench.nation(chance)
    if_yes, if_no = bench.propensity(place, place.now, "those without reply less", 1_000.0, 1, chance)
    came = {True: [0, 0], False: [0, 0]}
    for _ in range(20):
        for p, a, b in zip(place.now.tolist(), if_yes[0].tolist(), if_no[0].tolist(), strict=True):
            yes = dice.random() < p
            came[yes][0] += dice.random() < (a if yes else b)
            came[yes][1] += 1
    odds = {yes: replied / (people - replied) for yes, (replied, people) in came.items()}
    assert odds[False] / odds[True] == pytest.approx(math.exp(-0.5), rel=0.06)
    assert sum(replied for replied, _ in came.values()) / 20 == pytest.approx(1_000, rel=0.02)


def test_a_small_study_again_gives_much_the_same(bench: ModuleType, committed: list[dict[str, str]]) -> None:
    again = {(r["mechanism"], r["level"], r["method"], r["target"]): r for r in bench.study(range(1_000, 1_006), 12)}
    before = {(r["mechanism"], r["level"], r["method"], r["target"]): r for r in committed}
    assert set(again) == set(before)
    for key, row in again.items():
        if key[1] == "icb" and key[0] == "random":  # enough intervals of few seeds to compare
            assert float(row["held"]) == pytest.approx(float(before[key]["held"]), abs=0.02), key
        assert float(row["odds"]) == float(before[key]["odds"])
    once, twice = (bench.study(range(2), 2) for _ in range(2))
    assert once == twice


def test_the_committed_study_is_nominal_where_replies_are_random(committed: list[dict[str, str]]) -> None:
    nominal = [r for r in committed if r["mechanism"] == "random" and r["target"] == "rate" and r["method"] != "wilson, headcount known"]
    assert {r["method"] for r in nominal} == {"wilson", "change, newcombe", "wilson, weighted by region"}
    assert all(abs(float(r["held"]) - 0.95) <= 0.02 for r in nominal), nominal
    for_people = [r for r in committed if r["mechanism"] == "random" and r["target"] == "people"]
    assert all(abs(float(r["held"]) - 0.95) <= 0.02 for r in for_people if r["method"] == "wilson, headcount known"), for_people
    assert all(float(r["held"]) > 0.95 for r in for_people if r["method"] == "wilson")  # wider than need be, and said
    england = [int(r["intervals"]) for r in committed if r["level"] == "england"]
    assert min(england) >= 200


def test_methods_states_the_study_from_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every number of the section moves with the file; none is typed."""
    section = next(s for s in methods.sections() if s.title == "What intervals cannot tell")
    rows = [dict(r) for r in interval_study._rows()]
    changed = tuple({**r, "held": str(round(0.111 + 0.0013 * i, 4)), "odds": "7.77"} for i, r in enumerate(rows))
    monkeypatch.setattr(interval_study, "_rows", lambda: changed)
    known = {interval_study.of_100(v) for v in interval_study.held().values()} | {"7.77"}
    meant = {"95", "100", "95%"}
    for paragraph in interval_study.text():
        assert set(re.findall(r"\d+(?:\.\d+)?%?", paragraph)) <= known | meant, paragraph
    cells = [c for row in interval_study.table().iloc[:, 1:].to_numpy() for c in row]
    assert all(re.fullmatch(r"\d+\.\d \((\d+\.\d short|as meant)\)", c) for c in cells)
    assert {c.split()[0] for c in cells} <= known
    assert len(section.tables[0][1]) == 4


@pytest.mark.parametrize(
    ("held", "said"), [(0.95, "as meant"), (0.9604, "as meant"), (0.9496, "as meant"), (0.9, "5.0 short"), (0.0, "95.0 short")]
)
def test_how_far_short(held: float, said: str) -> None:
    assert interval_study.short(held) == said
