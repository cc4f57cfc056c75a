"""What further replies gain, by how they are chosen: ``python bench/ask_next.py --seeds 60`` (a few minutes on one core).

Each seed is a made-up nation (``need_world``), surveyed once. Then some PCNs are chosen in one of four ways, one more worker of each
replies, and the need of every PCN is estimated anew:

- ``worth``: by what one more reply is expected to be worth (``oversight.need.asking``), as the dashboard does;
- ``random``: any PCNs where somebody has not replied;
- ``silent``: any PCNs where nobody has replied, then any others;
- ``neediest``: those with the highest estimates.

Counted over the seeds, each against the same nation before: the share of the truly neediest 100 that are found (``p100``), the need
captured (``gain``: 0 as by chance, 1 as if all were known), how far the plain mean score of all who replied lies above that of all
workers (``plain``), and how far the mean estimate of all PCNs lies above the truth (``pooled``). Of PCNs chosen by worth also ``crosses``:
the chance that was given to a reply of carrying the estimate across the cut-off, and how much more or less often it did. Every worker
chosen does reply, which no chasing achieves. The table goes to data/reference/ask-next.csv; pages and Methods state it from there.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import need_world  # noqa: E402

from oversight.need import asking, composite, factor, posterior  # noqa: E402
from oversight.need.estimates import Estimates, Replies  # noqa: E402

OUT = ROOT / "data" / "reference" / "ask-next.csv"
PLACES = 100
REPLIES = (25, 50, 100, 125, 250)
WAYS = ("worth", "random", "silent", "neediest")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def fit(world: need_world.World, replied: Flags, model: str) -> Estimates:
    """The product's estimate of every PCN from those who replied."""
    role = np.zeros(replied.sum(), dtype=np.int64)
    unmet, pcn = world.everyone[replied], world.of_everyone[replied]
    replies = Replies(pcn, unmet, role, world.icb, world.region, world.x, world.N.astype(float), world.weights)
    return posterior.read(factor.fit(replies)) if model == "factor" else composite.estimate(replies)


def measured(world: need_world.World, replied: Flags, found: Estimates) -> dict[str, float]:
    """The measures of one survey of a nation."""
    chosen, neediest = (np.argsort(-score, kind="stable")[:PLACES] for score in (found.estimate, world.T))
    level = world.T.mean()
    score = world.everyone @ world.weights
    return {
        "p100": len(np.intersect1d(chosen, neediest)) / PLACES,
        "gain": (world.T[chosen].mean() - level) / (world.T[neediest].mean() - level),
        "plain": score[replied].mean() - np.average(world.T, weights=world.N),
        "pooled": found.estimate.mean() - level,
    }


def orders(world: need_world.World, found: Estimates, chance: np.random.Generator) -> dict[str, Ints]:
    """Way of choosing -> the PCNs where somebody has not replied, in the order in which they are asked."""
    n = np.bincount(world.of_everyone[world.replied], minlength=len(world.N))
    table = pd.DataFrame(
        {
            "pcn_code": [f"{i:04}" for i in range(len(world.N))], "n_workers": world.N.astype(float), "returned": True,
            "replies": n, "n": n, "offer_status": None, "estimate": found.estimate, "sd": found.sd, "reply_sd": found.reply_sd,
        }
    )  # fmt: skip
    asked = asking.by_worth(table, PLACES)
    worth = asked.loc[asked["order"].notna(), "pcn_code"].astype(int).to_numpy()
    left = np.flatnonzero(n < world.N)
    mixed = chance.permutation(left)
    return {
        "worth": worth,
        "random": mixed,
        "silent": mixed[np.argsort(n[mixed] > 0, kind="stable")],
        "neediest": left[np.argsort(-found.estimate[left], kind="stable")],
    }


def one_more(world: need_world.World, replied: Flags, pcns: Ints, turn: Floats) -> Flags:
    """Who has replied once one more worker of each of these PCNs did: of those who had not, the one whose ``turn`` comes first."""
    waiting = np.flatnonzero(~replied & np.isin(world.of_everyone, pcns))
    waiting = waiting[np.lexsort((turn[waiting], world.of_everyone[waiting]))]
    first = waiting[np.unique(world.of_everyone[waiting], return_index=True)[1]]
    after: Flags = replied.copy()
    after[first] = True
    return after


def crossed(found: Estimates, after: Estimates, pcns: Ints) -> tuple[float, float]:
    """(the chance that one more reply carries an estimate across the cut-off, how often it did), on average over the PCNs asked."""
    line = asking.cut_off(found.estimate, np.ones(len(found.estimate), dtype=bool), PLACES)
    said = asking.value_of_reply(found.estimate, found.sd, found.reply_sd, line)[1]
    return float(said[pcns].mean()), float(((found.estimate >= line) != (after.estimate >= line))[pcns].mean())


def of_seed(seed: int, model: str) -> Iterator[tuple[str, int, dict[str, tuple[float, float]]]]:
    """Way, further replies, and each measure before and after them."""
    world = need_world.draw(seed)
    chance = np.random.default_rng([seed, 1])
    turn = chance.random(len(world.of_everyone))  # the same worker of a PCN, however it was chosen
    found = fit(world, world.replied, model)
    first = measured(world, world.replied, found)
    for way, pcns in orders(world, found, chance).items():
        for replies in REPLIES:
            replied = one_more(world, world.replied, pcns[:replies], turn)
            if replied.sum() - world.replied.sum() != replies:
                raise RuntimeError(f"seed {seed}: only {replied.sum() - world.replied.sum()} PCNs to ask, by {way}")
            after = fit(world, replied, model)
            pairs = {measure: (first[measure], value) for measure, value in measured(world, replied, after).items()}
            yield way, replies, pairs | ({"crosses": crossed(found, after, pcns[:replies])} if way == "worth" else {})


def study(seeds: range, model: str) -> list[dict[str, str | int | float]]:
    """One row per way, number of further replies and measure: its mean before, its mean change, and the standard error of that."""
    found: dict[tuple[str, int, str], list[tuple[float, float]]] = {}
    for seed in seeds:
        for way, replies, pairs in of_seed(seed, model):
            for measure, pair in pairs.items():
                found.setdefault((way, replies, measure), []).append(pair)
    changes = {key: np.array([after - before for before, after in pairs]) for key, pairs in found.items()}
    return [
        {
            "model": model,
            "way": way,
            "replies": replies,
            "measure": measure,
            "seeds": len(seeds),
            "before": round(float(np.mean([before for before, _ in pairs])), 4),
            "change": round(float(changes[way, replies, measure].mean()), 4),
            "error": round(float(changes[way, replies, measure].std(ddof=1)) / len(seeds) ** 0.5, 4),
        }
        for (way, replies, measure), pairs in found.items()
    ]


def main() -> None:
    """Run the study, print what it found and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--model", choices=("factor", "composite"), default="factor")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    rows = study(range(arguments.seeds), arguments.model)
    print(f"{'Chosen by':<12}{'Replies':>8}  {'Measure':<8}{'Before':>8}{'Change':>9}{'± error':>9}")
    for row in rows:
        print(f"{row['way']:<12}{row['replies']:>8}  {row['measure']:<8}{row['before']:>8}{row['change']:>+9.4f}{row['error']:>9}")
    with arguments.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
