"""How often the intervals hold the truth: ``python bench/coverage_study.py --seeds 200`` (``--draws 25`` surveys of each nation).

Each seed is a made-up nation: the real regions and 36 ICBs, 1,250 PCNs of which some have no link worker, the others one to a dozen
(quartiles 1, 2, 3), and one yes-or-no question whose probability varies by region, ICB, cluster of PCNs and PCN. Each nation is
surveyed again and again, with 0.3 to 1 answer per PCN, and from one wave to the next its probability moves.

Who replies, in four ways:

- ``random``: every link worker as likely as any other;
- ``clustered``: some ICBs, and some clusters of PCNs within them, reply far more often than others, whatever they would answer;
- ``those without reply more``, ``those without reply less``: the odds that a link worker without replies are 1.65 times those of
  one with, or 0.61 times.

What an interval is to hold is the **underlying rate**: the mean probability of yes of all link workers in post, what would come of
asking such link workers again and again. The **share of the people in post** itself varies around it; a survey that reached a good
part of them knows it better than the interval says. Both are counted.

The table of results goes to data/reference/coverage-study.csv; Methods states them from there.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from oversight import stats  # noqa: E402

OUT = ROOT / "data" / "reference" / "coverage-study.csv"
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PCNS, FEWEST_PER_ICB, CLUSTER = 1_250, 12, 5
#: How many link workers a PCN has, and how often: 18 in 100 have none; of the others the quartiles are 1, 2 and 3.
WORKERS = (0, 1, 2, 3, 4, 5, 6, 8, 12)
CHANCES = (0.18, 0.23, 0.25, 0.15, 0.09, 0.05, 0.03, 0.014, 0.006)
#: Standard deviations on the scale of log odds.
SD_REGION, SD_ICB, SD_CLUSTER, SD_PCN, SD_CHANGE = 0.25, 0.35, 0.5, 0.6, 0.2
SD_REPLY_ICB, SD_REPLY_CLUSTER, ODDS_OF_REPLY = 1.0, 1.5, 0.5
#: Who replies -> what is added to the log odds of replying of those who would say no.
MECHANISMS: Mapping[str, float] = {
    "random": 0.0,
    "clustered": 0.0,
    "those without reply more": ODDS_OF_REPLY,
    "those without reply less": -ODDS_OF_REPLY,
}
LEVELS = ("england", "region", "icb")


@dataclass(frozen=True)
class Nation:
    """Link workers in the order of their places: their PCN and cluster, their chance of yes in two waves, where each place begins."""

    pcn: NDArray[np.int64]
    cluster: NDArray[np.int64]
    icb: NDArray[np.int64]
    before: Floats
    now: Floats
    begins: Mapping[str, NDArray[np.int64]]

    @property
    def workers(self) -> int:
        """How many link workers are in post."""
        return len(self.pcn)


@dataclass(frozen=True)
class Survey:
    """Surveys of one wave: what each worker would say and whether they reply, one row per survey."""

    yes: Flags
    replied: Flags


@dataclass(frozen=True)
class Counts:
    """Yes among replies, replies, yes among all and all link workers, one column per place and one row per survey."""

    x: Floats
    n: Floats
    all_yes: Floats
    people: Floats


def expit(logit: Floats) -> Floats:
    """The probability of log odds."""
    return 1 / (1 + np.exp(-logit))


def nation(chance: np.random.Generator) -> Nation:
    """One made-up nation."""
    with (ROOT / "data" / "reference" / "icb.csv").open(encoding="utf-8", newline="") as file:
        regions = sorted(row["region_code"] for row in csv.DictReader(file))  # one entry per ICB
    numbers = {code: i for i, code in enumerate(dict.fromkeys(regions))}
    spare = chance.multinomial(PCNS - FEWEST_PER_ICB * len(regions), chance.dirichlet(np.full(len(regions), 5.0)))
    pcn_icb = np.repeat(np.arange(len(regions)), FEWEST_PER_ICB + spare)
    within = np.arange(PCNS) - np.searchsorted(pcn_icb, pcn_icb)
    pcn_cluster = np.unique(pcn_icb * PCNS + within // CLUSTER, return_inverse=True)[1]
    people = chance.choice(WORKERS, PCNS, p=CHANCES)
    people[np.searchsorted(pcn_icb, np.arange(len(regions)))] += 1  # so that no ICB is empty
    share = chance.uniform(0.2, 0.9)
    icb_region = np.array([numbers[code] for code in regions])
    logit = np.log(share / (1 - share)) + chance.normal(0, SD_REGION, len(numbers))[icb_region][pcn_icb]
    logit += chance.normal(0, SD_ICB, len(regions))[pcn_icb] + chance.normal(0, SD_CLUSTER, pcn_cluster.max() + 1)[pcn_cluster]
    logit += chance.normal(0, SD_PCN, PCNS)
    later = logit + chance.normal(0, SD_CHANGE) + chance.normal(0, SD_CHANGE, PCNS)
    pcn = np.repeat(np.arange(PCNS), people)
    icb = pcn_icb[pcn]
    region = icb_region[icb]
    begins = {"england": np.array([0]), "region": np.unique(region, return_index=True)[1], "icb": np.unique(icb, return_index=True)[1]}
    return Nation(pcn, pcn_cluster[pcn], icb, expit(logit)[pcn], expit(later)[pcn], begins)


def propensity(
    place: Nation, rate: Floats, mechanism: str, answers: float, surveys: int, chance: np.random.Generator
) -> tuple[Floats, Floats]:
    """The chance of replying of a worker who would say yes, and no: one row per survey; on average ``answers`` in all reply."""
    logit = np.zeros((surveys, place.workers))
    if mechanism == "clustered":
        logit = logit + chance.normal(0, SD_REPLY_ICB, (surveys, place.icb.max() + 1))[:, place.icb]
        logit = logit + chance.normal(0, SD_REPLY_CLUSTER, (surveys, place.cluster.max() + 1))[:, place.cluster]
    without = MECHANISMS[mechanism]
    low, high = np.full((surveys, 1), -12.0), np.full((surveys, 1), 12.0)
    for _ in range(40):  # halving, until so many reply as should
        middle = (low + high) / 2
        expected = (rate * expit(logit + middle) + (1 - rate) * expit(logit + middle + without)).sum(axis=1, keepdims=True)
        low, high = np.where(expected < answers, middle, low), np.where(expected < answers, high, middle)
    return expit(logit + low), expit(logit + low + without)


def survey(rate: Floats, if_yes: Floats, if_no: Floats, said: Floats, came: Floats) -> Survey:
    """Answers and replies from two uniform random numbers per worker and survey."""
    yes = said < rate
    return Survey(yes, came < np.where(yes, if_yes, if_no))


def count(place: Nation, made: Survey, level: str) -> Counts:
    """Counts of every place of a level."""
    begins = place.begins[level]

    def total(flags: Flags) -> Floats:
        return np.add.reduceat(flags.astype(float), begins, axis=1)

    return Counts(total(made.yes & made.replied), total(made.replied), total(made.yes), total(np.ones_like(made.yes)))


def mean_rate(place: Nation, rate: Floats, level: str) -> Floats:
    """The underlying rate of every place: the mean probability of its link workers."""
    begins = place.begins[level]
    return np.add.reduceat(rate, begins) / np.add.reduceat(np.ones_like(rate), begins)


def judge(place: Nation, before: Survey, now: Survey) -> Iterator[tuple[str, str, str, Flags, Floats]]:
    """Every interval of one nation: level, method, target, whether the target lies in it, and its width; NaN width: no interval."""
    for level in LEVELS:
        first, last = count(place, before, level), count(place, now, level)
        rate, people = mean_rate(place, place.now, level), last.all_yes / last.people
        made = {"wilson": stats.wilson(last.x, last.n), "wilson, headcount known": stats.wilson_known(last.x, last.n, last.people)}
        if level == "england":
            strata = count(place, now, "region")
            low, high = stats.post_stratified(strata.x, strata.n, strata.people, finite=False)[2:]
            made["wilson, weighted by region"] = low[:, None], high[:, None]
        for method, (low, high) in made.items():
            yield level, method, "rate", (low <= rate) & (rate <= high), high - low
            yield level, method, "people", (low <= people) & (people <= high), high - low
        _, low, high = stats.newcombe(last.x, last.n, first.x, first.n)
        moved, seen = rate - mean_rate(place, place.before, level), people - first.all_yes / first.people
        yield level, "change, newcombe", "rate", (low <= moved) & (moved <= high), high - low
        yield level, "change, newcombe", "people", (low <= seen) & (seen <= high), high - low


def study(seeds: range, draws: int) -> list[dict[str, str | int | float]]:
    """All mechanisms over all seeds: one row per mechanism, level, method and target with how many intervals hold it."""
    held: dict[tuple[str, str, str, str], list[float]] = {}
    for seed in seeds:
        chance = np.random.default_rng(seed)
        place = nation(chance)
        answers = chance.uniform(0.3, 1.0) * PCNS
        for mechanism in MECHANISMS:
            waves = []
            for rate in (place.before, place.now):
                chances = propensity(place, rate, mechanism, answers, draws, chance)
                waves.append(survey(rate, *chances, chance.random((draws, place.workers)), chance.random((draws, place.workers))))
            for level, method, target, inside, width in judge(place, *waves):
                there = ~np.isnan(width)
                row = held.setdefault((mechanism, level, method, target), [0, 0, 0.0])
                row[0] += int(there.sum())
                row[1] += int((inside & there).sum())
                row[2] += float(width[there].sum())
    names = ("mechanism", "level", "method", "target")
    odds = {name: round(float(np.exp(added)), 2) for name, added in MECHANISMS.items()}  # of replying, of those without to those with
    return [
        {
            **dict(zip(names, key, strict=True)),
            "odds": odds[key[0]],
            "intervals": n,
            "held": round(inside / n, 4),
            "width": round(width / n, 4),
        }
        for key, (n, inside, width) in held.items()
    ]


def main() -> None:
    """Run the study, print what it found and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--draws", type=int, default=25)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    rows = study(range(arguments.seeds), arguments.draws)
    print(f"{'Who replies':<26}{'Level':<9}{'Interval':<28}{'Holds':<8}{'Intervals':>10}{'Held':>8}{'Short by':>10}{'Width':>8}")
    for row in rows:
        short = f"{100 * (0.95 - float(row['held'])):.1f}"
        print(
            f"{row['mechanism']:<26}{row['level']:<9}{row['method']:<28}{row['target']:<8}{row['intervals']:>10,}"
            f"{100 * float(row['held']):>7.1f}%{short:>10}{100 * float(row['width']):>8.1f}"
        )
    with arguments.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
