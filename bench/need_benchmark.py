"""How well rankings find the neediest PCNs: ``python bench/need_benchmark.py`` (about ten minutes on two idle cores).

The product's ranking (its whole step, from the rows a query gives), its linear alternative, a reference written on its own, the raw
mean and the best that can be done, side by side on made-up nations whose truth is known: the same 200 seeds every time. Prints

- what share of the true neediest 100 each finds (p@100) and how much of the need it captures (gain: 0 random, 1 perfect);
- product less reference on the same nations, with its 95% lower limit, and what both cost in this run;
- the same where one thing is different: fewer or more reply, the neediest reply less or more, PCNs differ less or more, ...;
- whether the chances shown come true, in five bands of the chance, also where the neediest reply less or more;
- how well the people in post are found by the estimate for coming months and by the one for the people in post.

A whole run (every scenario, 200 seeds) writes data/reference/need-study.csv, from which Methods and the Priority page state the
numbers; another run writes only where ``--out`` says. ``--seeds 20 --scenarios base`` is a quick look.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy is there: each process one core

import argparse
import csv
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import need_rankers as rankers  # noqa: E402
from need_world import SCENARIOS, Floats, World, draw, table  # noqa: E402

from oversight import need  # noqa: E402
from oversight.need import factor, posterior  # noqa: E402

OUT = ROOT / "data" / "reference" / "need-study.csv"
SEEDS, K, TIE_BREAKS = 200, 100, 20
#: Where the chances are checked, which takes the draws.
CHANCES_IN = ("base", "neediest reply less", "neediest reply more")
#: Lower ends of the bands of the chance.
BANDS = (0.0, 0.05, 0.2, 0.5, 0.8)
SELECTED = "the 100 at the top"
COLUMNS = ("scenario", "ranking", "target", "measure", "band", "value", "se", "n", "seeds")
Row = dict[str, str | float | int]
Done = TypeVar("Done")


def p_at(score: Floats, truth: Floats, k: int = K) -> float:
    """The share of the true ``k`` neediest among the ``k`` of the largest score; equal scores in the order they stand."""
    return len(np.intersect1d(_top(score, k), _top(truth, k))) / k


def gain(score: Floats, truth: Floats, k: int = K) -> float:
    """How much need the ``k`` of the largest score capture: 0 as much as a random choice, 1 as much as is possible."""
    best, everywhere = truth[_top(truth, k)].mean(), truth.mean()
    return float((truth[_top(score, k)].mean() - everywhere) / (best - everywhere))


def _top(score: Floats, k: int) -> np.ndarray:
    return np.argsort(-score, kind="stable")[:k]


def both(score: Floats, truth: Floats, tie_breaks: int = 1, seed: int = 0) -> tuple[float, float]:
    """(p@100, gain), with more than one tie-break the mean over as many random orders of the PCNs."""
    chance, found = np.random.default_rng(seed), []
    for _ in range(tie_breaks):
        order = chance.permutation(len(score))
        found.append((p_at(score[order], truth[order]), gain(score[order], truth[order])))
    p, g = np.mean(found, axis=0)
    return float(p), float(g)


def in_turn(answer: pd.DataFrame, *columns: str) -> list[Floats]:
    """Columns of the product's answer in the order in which the nation's PCNs are numbered (that of their codes)."""
    answer = answer.sort_values("pcn_code")
    return [answer[column].to_numpy(dtype=float) for column in columns]


def weights(world: World) -> str:
    """The nation's weights as the product takes them: "15-20-35-15-15"."""
    return "-".join(f"{100 * weight:g}" for weight in world.scenario.weights)


@dataclass(frozen=True)
class Found:
    """One nation judged: (ranking, target) -> (p@100, gain); seconds by ranking; band -> (PCNs, sum of chances, how many are true).

    ``shared``: the part of the list by need in the coming months that is also in the list by need of the people in post.
    """

    scenario: str
    seed: int
    scores: Mapping[tuple[str, str], tuple[float, float]]
    seconds: Mapping[str, float]
    chances: Mapping[str, tuple[int, float, int]]
    shared: float


def judge(scenario: str, seed: int, draws: bool = True) -> Found:
    """Every ranking on one nation; the chances too where ``draws`` says so and the scenario is one of ``CHANCES_IN``."""
    world = draw(seed, scenario)
    rows = table(world)
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Done]) -> Done:
        start = time.process_time()
        done = work()
        seconds[name] = time.process_time() - start
        return done

    raw = timed("raw mean", lambda: rankers.raw_mean(world))
    reference = timed("reference", lambda: rankers.reference(world))
    estimate, in_post = in_turn(timed("product", lambda: need.points(rows, weights(world))), "estimate", "in_post")
    if scenario == "base":
        replies = need.case(rows, weights(world)).replies
        timed("product, its model alone", lambda: posterior.read(factor.fit(replies)))
    (linear,) = in_turn(timed("product, linear", lambda: need.points(rows, weights(world), model="composite")), "estimate")
    scores = {
        ("raw mean", "T"): both(raw, world.T, TIE_BREAKS, seed),
        ("beta-binomial", "T"): both(timed("beta-binomial", lambda: rankers.beta_binomial(world)), world.T, TIE_BREAKS, seed),
        ("reference", "T"): both(reference, world.T),
        ("product, linear", "T"): both(linear, world.T),
        ("product", "T"): both(estimate, world.T),
        ("ceiling", "T"): both(timed("ceiling", lambda: rankers.ceiling(world)), world.T),
        ("raw mean", "F"): both(raw, world.F, TIE_BREAKS, seed),
        ("product", "F"): both(estimate, world.F, TIE_BREAKS, seed),
        ("product, people in post", "F"): both(in_post, world.F, TIE_BREAKS, seed),
    }
    chances: dict[str, tuple[int, float, int]] = {}
    if draws and scenario in CHANCES_IN:
        again, said = in_turn(timed("product, with draws", lambda: need.rank(rows, K, weights(world))), "estimate", "p_top_k")
        if not np.allclose(again, estimate, atol=1e-9):
            raise ArithmeticError(f"the step with draws and the one without differ in nation {seed}")
        chances = come_true(estimate, said, world.T)
    shared = len(np.intersect1d(_top(estimate, K), _top(in_post, K))) / K
    return Found(scenario, seed, scores, seconds, chances, shared)


def come_true(estimate: Floats, said: Floats, truth: Floats) -> dict[str, tuple[int, float, int]]:
    """Band of the chance -> (PCNs, sum of the chances said, how many truly are among the 100); and of the 100 at the top."""
    true = np.zeros(len(truth), dtype=bool)
    true[_top(truth, K)] = True
    chosen = np.zeros(len(truth), dtype=bool)
    chosen[_top(estimate, K)] = True
    of = np.searchsorted(BANDS, said, side="right") - 1
    groups = {band_name(i): of == i for i in range(len(BANDS))} | {SELECTED: chosen}
    return {name: (int(who.sum()), float(said[who].sum()), int(true[who].sum())) for name, who in groups.items()}


def band_name(number: int) -> str:
    """A band by its number: 0.05 to 0.2, say; the last ends at 1."""
    return f"{BANDS[number]:g} to {(*BANDS, 1.0)[number + 1]:g}"


def mean_and_se(values: Sequence[float]) -> tuple[float, float]:
    """The mean over seeds and its standard error."""
    return float(np.mean(values)), float(np.std(values, ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.nan


def summed(found: Sequence[Found]) -> list[Row]:
    """The rows of the table of results."""
    rows: list[Row] = []
    for scenario in [name for name in SCENARIOS if any(f.scenario == name for f in found)]:
        nations = sorted((f for f in found if f.scenario == scenario), key=lambda f: f.seed)

        def row(ranking: str, target: str, measure: str, values: Sequence[float], scenario: str = scenario) -> Row:
            mean, se = mean_and_se(values)
            return _row(scenario, ranking, target, measure, "", mean, se, len(values), len(values))

        for ranking, target in nations[0].scores:
            for i, measure in enumerate(("p100", "gain")):
                rows.append(row(ranking, target, measure, [f.scores[ranking, target][i] for f in nations]))
        for i, measure in enumerate(("p100", "gain")):
            less = [f.scores["product", "T"][i] - f.scores["reference", "T"][i] for f in nations]
            rows.append(row("product less reference", "T", measure, less))
        rows.append(row("product", "F", "shared", [f.shared for f in nations]))
        rows += _chances(scenario, [f.chances for f in nations if f.chances])
    return rows


def _row(scenario: str, ranking: str, target: str, measure: str, band: str, value: float, se: float, n: int, seeds: int) -> Row:
    return dict(zip(COLUMNS, (scenario, ranking, target, measure, band, round(value, 5), round(se, 5), n, seeds), strict=True))


def _chances(scenario: str, nations: Sequence[Mapping[str, tuple[int, float, int]]]) -> list[Row]:
    """Said and true by band; the standard error treats a nation as one, its PCNs being drawn together."""
    rows: list[Row] = []
    for band in nations[0] if nations else ():
        n, said, true = np.array([chances[band] for chances in nations], dtype=float).T
        if not (total := n.sum()):
            continue
        for measure, part in (("said", said), ("true", true)):
            value = part.sum() / total
            spread = math.sqrt(((part - value * n) ** 2).sum() * len(nations) / max(len(nations) - 1, 1)) / total
            rows.append(_row(scenario, "product", "T", measure, band, value, spread, int(total), len(nations)))
    return rows


def show(rows: Sequence[Row], found: Sequence[Found]) -> None:
    """The results as plain tables."""
    at = {(r["scenario"], r["ranking"], r["target"], r["measure"], r["band"]): r for r in rows}

    def cell(scenario: str, ranking: str, measure: str, target: str = "T", band: str = "") -> str:
        r = at.get((scenario, ranking, target, measure, band))
        return f"{r['value']:.4f} ({r['se']:.4f})" if r else "-"

    scenarios = list(dict.fromkeys(str(r["scenario"]) for r in rows))
    rankings = list(dict.fromkeys(str(r["ranking"]) for r in rows if r["target"] == "T"))
    for scenario in scenarios[:1]:
        print(f"\n{scenario}: {len([f for f in found if f.scenario == scenario])} nations; p@100 and gain (standard error)")
        for ranking in rankings:
            print(f"  {ranking:26}{cell(scenario, ranking, 'p100'):>18}{cell(scenario, ranking, 'gain'):>18}")
        for measure in ("p100", "gain"):
            r = at[scenario, "product less reference", "T", measure, ""]
            low = float(r["value"]) - 1.96 * float(r["se"])
            print(f"  product less reference in {measure}: 95% lower limit {low:+.4f} ({'above' if low > -0.01 else 'NOT ABOVE'} -.01)")
    mean = {name: float(np.mean([f.seconds[name] for f in found if name in f.seconds])) for f in found[:1] for name in f.seconds}
    print("\ncost: milliseconds of processor time, and times the reference's")
    for name, seconds in mean.items():
        print(f"  {name:26}{1000 * seconds:10.1f}{seconds / mean['reference']:10.2f}")
    for measure in ("p100", "gain"):
        print(f"\n{measure} by scenario" + "".join(f"{r:>23}" for r in rankings))
        for scenario in scenarios:
            print(f"{scenario:30}" + "".join(f"{cell(scenario, r, measure):>23}" for r in rankings))
    for scenario in [s for s in scenarios if (s, "product", "T", "said", SELECTED) in at]:
        print(f"\nchances, {scenario}: said, true, PCNs")
        for band in [str(r["band"]) for r in rows if r["scenario"] == scenario and r["measure"] == "said"]:
            n = at[scenario, "product", "T", "said", band]["n"]
            print(f"  {band:22}{cell(scenario, 'product', 'said', 'T', band):>20}{cell(scenario, 'product', 'true', 'T', band):>20}{n:>10}")
    print("\npeople in post: p@100 and gain against the need of those in post now")
    for scenario in scenarios[:1]:
        for ranking in [str(r["ranking"]) for r in rows if (r["scenario"], r["target"], r["measure"]) == (scenario, "F", "p100")]:
            print(f"  {ranking:26}{cell(scenario, ranking, 'p100', 'F'):>18}{cell(scenario, ranking, 'gain', 'F'):>18}")
        print(f"  the two lists share {cell(scenario, 'product', 'shared', 'F')}")


def _judge(task: tuple[str, int, bool]) -> Found:
    return judge(*task)


def study(seeds: Sequence[int], scenarios: Sequence[str], workers: int = 1, draws: bool = True) -> list[Found]:
    """Every nation judged, in ``workers`` processes; progress goes to standard error."""
    tasks = [(scenario, seed, draws) for scenario in scenarios for seed in seeds]
    found, start = [], time.monotonic()
    with ProcessPoolExecutor(workers) as pool:
        for one in pool.map(_judge, tasks, chunksize=2) if workers > 1 else map(_judge, tasks):
            found.append(one)
            if len(found) % 50 == 0 or len(found) == len(tasks):
                print(f"{len(found)} of {len(tasks)} nations, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Run the study, print it, and write it where it is whole or where one is told to."""
    parser = argparse.ArgumentParser(description="How well rankings find the neediest PCNs of made-up nations")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="nations of each scenario: seeds 0, 1, ...")
    parser.add_argument("--scenarios", nargs="+", choices=list(SCENARIOS), default=list(SCENARIOS), metavar="NAME")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--no-draws", action="store_true", help="leave the chances out")
    parser.add_argument("--out", type=Path, help="where to write the results of a run that is not whole")
    given = parser.parse_args()
    found = study(range(given.seeds), given.scenarios, given.workers, not given.no_draws)
    rows = summed(found)
    show(rows, found)
    whole = given.seeds == SEEDS and given.scenarios == list(SCENARIOS) and not given.no_draws
    if out := given.out or (OUT if whole else None):
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        print(f"\nwritten: {out}")
    else:
        print("\nnot written: only a whole run is, or one with --out")


if __name__ == "__main__":
    main()
