"""Made-up nations in which the need of every PCN is known: what rankings of need are tried on.

A nation has 7 regions, 42 ICBs and 1,250 PCNs with one to six workers each. A PCN's *leaning* (log odds) comes of three covariates
(workload, deprivation, one that means nothing), its region, its ICB and itself. Five things can be unmet: first point of contact, GP
supervisor, clinical supervision, safeguarding route, and strain. How likely each is follows the leaning, and a little of its own.

- The **need** T of a PCN is the weighted probability that they are unmet for a worker there: what matters for coming months.
- F is the weighted share that is unmet among the workers in post now.

Each worker replies or not; PCNs and ICBs differ in how many do, and in some scenarios so does need. Every random number is drawn in the
same order whatever the scenario, so the scenarios of a seed are the same nation but for the one thing that is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

ICBS_OF_REGIONS = (6, 5, 11, 4, 3, 6, 7)
PCNS, FEWEST_PER_ICB, EVENNESS = 1_250, 8, 5.0
#: How often a PCN has 1, 2, ... 6 workers.
WORKERS = (0.16, 0.30, 0.25, 0.15, 0.09, 0.05)
#: Effect of each covariate on the log odds: workload, deprivation, one that means nothing.
BETA = (0.30, 0.20, 0.0)
COVARIATES = ("workload", "deprivation", "noise")
#: Standard deviations on the scale of log odds: of regions, of ICBs, of an item in a PCN. That of PCNs is the scenario's.
SD_REGION, SD_ICB, SD_ITEM = 0.25, 0.35, 0.40
#: The same for the log odds of replying.
SD_REPLY_ICB, SD_REPLY_PCN = 0.5, 0.7
#: As the product names them -> (how often unmet where the leaning is 0, how strongly it follows the leaning).
ITEMS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "point_of_contact": (0.15, 1.0),
        "gp_supervisor": (0.25, 1.0),
        "clinical_supervision": (0.45, 1.0),
        "safeguarding_and_concerns": (0.12, 1.0),
        "strain": (0.35, 0.6),
    }
)
MU = np.log([rate / (1 - rate) for rate, _ in ITEMS.values()])
LOADING = np.array([loading for _, loading in ITEMS.values()])
WEIGHTS = (0.15, 0.20, 0.35, 0.15, 0.15)


@dataclass(frozen=True)
class Scenario:
    """What may differ: share of workers who reply, how their log odds of it follow need (per standard deviation of the leaning),
    standard deviation between PCNs, what the covariates' effects are multiplied by, weights of the items.
    """

    response: float = 0.45
    follows_need: float = 0.0
    sd_pcn: float = 0.80
    times_beta: float = 1.0
    weights: tuple[float, ...] = WEIGHTS


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "base": Scenario(),
        "fewer reply": Scenario(response=0.30),
        "more reply": Scenario(response=0.65),
        "neediest reply less": Scenario(follows_need=-0.5),
        "neediest reply more": Scenario(follows_need=0.5),
        "PCNs differ less": Scenario(sd_pcn=0.4),
        "PCNs differ more": Scenario(sd_pcn=1.2),
        "covariates tell nothing": Scenario(times_beta=0.0),
        "covariates tell twice as much": Scenario(times_beta=2.0),
        "one question": Scenario(weights=(0.0, 0.0, 1.0, 0.0, 0.0)),
    }
)


@dataclass(frozen=True)
class World:
    """One nation; arrays have a value per PCN unless said otherwise.

    ``icb``, ``region`` numbers from 0; ``N`` workers in post; ``n`` how many replied; ``x`` (PCNs, 3) covariates; ``T`` need of a
    worker in coming months and ``F`` of those in post, both 0..1. ``answers`` (replies, 5) of 1 unmet and 0 met with ``pcn``
    (replies,), the PCN of each; ``everyone``, ``of_everyone`` the same of all workers in post, and ``replied`` which of them did.
    The truth: ``leaning`` (log odds), ``expected`` its part from covariates, region and ICB, ``chance`` (PCNs, 5) of each item.
    """

    seed: int
    scenario: Scenario
    icb: Ints
    region: Ints
    N: Ints
    n: Ints
    x: Floats
    T: Floats
    F: Floats
    everyone: Floats
    of_everyone: Ints
    replied: Flags
    leaning: Floats
    expected: Floats
    chance: Floats

    @property
    def answers(self) -> Floats:
        """The answers of those who replied, one row per worker, one column per item."""
        return self.everyone[self.replied]

    @property
    def pcn(self) -> Ints:
        """The PCN of each row of ``answers``."""
        return self.of_everyone[self.replied]

    @property
    def weights(self) -> Floats:
        """The weights of the items."""
        return np.array(self.scenario.weights)


def expit(logit: Floats) -> Floats:
    """The probability of log odds."""
    return 1 / (1 + np.exp(-logit))


def draw(seed: int, scenario: Scenario | str = "base") -> World:
    """The nation of a seed, in a scenario or the one of that name in ``SCENARIOS``."""
    s = SCENARIOS[scenario] if isinstance(scenario, str) else scenario
    chance = np.random.default_rng(seed)
    icbs = sum(ICBS_OF_REGIONS)
    spare = chance.multinomial(PCNS - FEWEST_PER_ICB * icbs, chance.dirichlet(np.full(icbs, EVENNESS)))
    icb = np.repeat(np.arange(icbs), FEWEST_PER_ICB + spare)
    region = np.repeat(np.arange(len(ICBS_OF_REGIONS)), ICBS_OF_REGIONS)[icb]
    workers = chance.choice(np.arange(1, len(WORKERS) + 1), PCNS, p=WORKERS)
    x = chance.standard_normal((PCNS, len(BETA)))
    of_region, of_icb = chance.standard_normal(len(ICBS_OF_REGIONS)), chance.standard_normal(icbs)
    expected = s.times_beta * x @ np.array(BETA) + SD_REGION * of_region[region] + SD_ICB * of_icb[icb]
    leaning = expected + s.sd_pcn * chance.standard_normal(PCNS)
    p = expit(MU + LOADING * leaning[:, None] + SD_ITEM * chance.standard_normal((PCNS, len(ITEMS))))
    of_everyone = np.repeat(np.arange(PCNS), workers)
    everyone = (chance.random((len(of_everyone), len(ITEMS))) < p[of_everyone]).astype(float)
    reply = SD_REPLY_ICB * chance.standard_normal(icbs)[icb] + SD_REPLY_PCN * chance.standard_normal(PCNS)
    z = (leaning - leaning.mean()) / leaning.std()
    reply += s.follows_need * z + _level(s, workers, z)
    turn = chance.random(len(of_everyone))
    # How many of a PCN reply is binomial; which of them does not matter, workers of a PCN being alike.
    replied = turn < expit(reply)[of_everyone]
    weights = np.array(s.weights)
    unmet = np.bincount(of_everyone, everyone @ weights, PCNS) / workers
    n = np.bincount(of_everyone[replied], minlength=PCNS)
    return World(
        seed, s, icb, region, workers, n, x, p @ weights, unmet, everyone, of_everyone, replied, leaning, expected, p
    )  # fmt: skip


def _level(s: Scenario, workers: Ints, z: Floats) -> float:
    """The constant at which the share of workers who would reply is as asked, before ICBs and PCNs pull it a little towards a half."""
    low, high = -12.0, 12.0
    for _ in range(50):
        middle = (low + high) / 2
        short = float(workers @ expit(middle + s.follows_need * z)) < s.response * workers.sum()
        low, high = (middle, high) if short else (low, middle)
    return low


def table(world: World) -> pd.DataFrame:
    """The nation as queries give it to the step ``need.rank``: one row per PCN and reply, one for a PCN nobody answered for."""
    rows = np.concatenate([world.pcn, np.flatnonzero(world.n == 0)])
    silent = np.full((len(rows) - len(world.pcn), len(ITEMS)), np.nan)
    codes = np.array([f"F{i:04d}" for i in range(PCNS)], dtype=object)
    icbs, regions = (np.array([f"{letter}{i:02d}" for i in range(99)], dtype=object) for letter in "IR")
    answers = np.concatenate([world.answers, silent])
    known = dict(zip(COVARIATES, world.x.T, strict=True))
    maps = np.empty(PCNS, dtype=object)
    maps[:] = [{name: float(values[i]) for name, values in known.items()} for i in range(PCNS)]
    return pd.DataFrame(
        {
            "pcn_code": codes[rows],
            "pcn_name": codes[rows],
            "icb_code": icbs[world.icb[rows]],
            "icb_name": icbs[world.icb[rows]],
            "region_code": regions[world.region[rows]],
            "region_name": regions[world.region[rows]],
            "n_workers": world.N[rows].astype(float),
            "returned": True,
            "respondent_id": [f"r{i:05d}" if i < len(world.pcn) else None for i in range(len(rows))],
            "role": "splw",
            "respondent_role": ["splw" if i < len(world.pcn) else None for i in range(len(rows))],
            **dict(zip(ITEMS, answers.T, strict=True)),
            "covariates": maps[rows],
            "replies": world.n[rows],
            "responses_all": world.n[rows],
            "requested": False,
            "offer_status": None,
            "notes": 0,
            "mentions": 0,
        }
    )
