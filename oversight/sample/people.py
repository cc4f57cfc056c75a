"""Who works where and who answers: latent need, headcounts and response propensity of every PCN.

The model follows the programme's need benchmark: the chance that a worker goes without each element of support is
logistic in effects of the region, the ICB and the PCN, its workload and its deprivation, all drawn from the seed.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, pstdev

from oversight.sample.files import stream
from oversight.sample.places import APRIL, OCTOBER, Country

WAVES = ("2026-1-spring", "2026-2-autumn")

#: Share of link workers who go without, spring and autumn, averaged over all of them.
UNMET: Mapping[str, tuple[float, float]] = {
    "first_contact": (0.21, 0.20),
    "gp_supervisor": (0.33, 0.31),
    "clinical": (0.57, 0.51),
    "patient_concerns": (0.31, 0.30),
    "safeguarding": (0.13, 0.12),
    "strain": (0.35, 0.33),
}
LOADING = {"strain": 0.6}  # of the common effect; 1 for the others
SD_REGION, SD_ICB, SD_PCN, SD_ITEM = 0.25, 0.35, 0.80, 0.40
BETA_WORKLOAD, BETA_DEPRIVATION = 0.30, 0.20
HEADCOUNT = {
    "splw": (0.06, 0.22, 0.28, 0.20, 0.12, 0.08, 0.04),  # none to six
    "care_coordinator": (0.08, 0.18, 0.22, 0.18, 0.14, 0.10, 0.10),
    "hwb_coach": (0.42, 0.34, 0.16, 0.08),
    "gp_supervisor": (0.15, 0.85),
    "pcn_manager": (0.05, 0.95),
}
#: Responses aimed at, per wave.
TARGET = {"splw": 1050, "care_coordinator": 300, "hwb_coach": 120, "gp_supervisor": 80, "pcn_manager": 60}
#: Other kinds of respondent see less of an element missing, or more: added to the logit.
KIND_SHIFT = {"splw": 0.0, "care_coordinator": 0.15, "hwb_coach": 0.25, "gp_supervisor": -0.7, "pcn_manager": -0.5}


@dataclass
class Pcn:
    """One PCN as the sample knows it. ``lacks`` gives, per wave, the chance that a link worker goes without each item."""

    code: str
    common: float
    deprivation: float
    propensity: float
    lacks: dict[str, dict[str, float]] = field(default_factory=dict)
    heads: dict[str, dict[str, int]] = field(default_factory=dict)
    replies: dict[str, dict[str, int]] = field(default_factory=dict)

    def need(self, wave: str) -> float:
        """Expected weighted share of unmet support of one link worker, 0 to 1 (weights of the need composite)."""
        p = self.lacks[wave]
        either = 1 - (1 - p["patient_concerns"]) * (1 - p["safeguarding"])
        return 0.15 * p["first_contact"] + 0.20 * p["gp_supervisor"] + 0.35 * p["clinical"] + 0.30 * either


def expit(x: float) -> float:
    """Inverse logit."""
    return 1 / (1 + math.exp(-x))


def logit(p: float) -> float:
    """Log odds."""
    return math.log(p / (1 - p))


def solve(target: float, offsets: Sequence[float], weights: Sequence[float]) -> float:
    """The intercept at which the weighted sum of expit(intercept + offset) is ``target``; bisection to 2^-40."""
    low, high = -12.0, 12.0
    for _ in range(44):
        middle = (low + high) / 2
        total = sum(w * expit(middle + o) for o, w in zip(offsets, weights, strict=True))
        low, high = (middle, high) if total < target else (low, middle)
    return (low + high) / 2


def make_people(seed: int, country: Country) -> dict[str, Pcn]:
    """Every PCN of either map with its effects, headcounts and replies per wave and kind of respondent."""
    rng = stream(seed, "people")
    april, october = country.home(APRIL), country.home(OCTOBER)
    home = {**april, **october}
    codes = sorted(home)
    heads = {code: {kind: rng.choices(range(len(p)), p)[0] for kind, p in HEADCOUNT.items()} for code in codes}
    for code in _must_have_workers(country):
        heads[code]["splw"] = max(heads[code]["splw"], 3)
    workload = _workload(country, heads)
    region_effect = {r: rng.gauss(0, SD_REGION) for r in sorted({i.region_code for i in country.icbs.values()})}
    icb_effect = {i: rng.gauss(0, SD_ICB) for i in sorted(country.icbs)}
    icb_reply = {i: rng.gauss(0, 0.5) for i in sorted(country.icbs)}
    pcns = {}
    for code in codes:
        icb = country.icbs[home[code]]
        deprivation = rng.gauss(0, 1)
        place = region_effect[icb.region_code] + icb_effect[icb.code] + rng.gauss(0, SD_PCN)
        common = place + BETA_WORKLOAD * workload[code] + BETA_DEPRIVATION * deprivation
        pcns[code] = Pcn(code, common, deprivation, icb_reply[icb.code] + rng.gauss(0, 0.7))
        pcns[code].heads = {WAVES[0]: _before(rng, heads[code]) if code in april else {}, WAVES[1]: heads[code]}
    _draw_lacks(rng, list(pcns.values()))
    for wave in WAVES:
        _draw_replies(rng, country, pcns, wave)
    return pcns


def _must_have_workers(country: Country) -> list[str]:
    return sorted(country.personas[p][0] for p in ("merged", "split", "two_icbs", "icb_changed", "opened"))


def _before(rng: random.Random, now: dict[str, int]) -> dict[str, int]:
    """Headcounts half a year earlier: a worker fewer or more here and there."""
    return {kind: max(0, n + rng.choices((-1, 0, 1), (0.10, 0.83, 0.07))[0]) if n > 1 else n for kind, n in now.items()}


def _workload(country: Country, heads: dict[str, dict[str, int]]) -> dict[str, float]:
    """Standardised log of registered patients per link worker."""
    patients: Counter[str] = Counter()
    for practices in (country.april, country.october):
        listed: Counter[str] = Counter()
        for practice in practices:
            listed[practice.pcn_code] += practice.patients
        patients |= listed  # the larger of the two, for a PCN that is on one map only or grew
    raw = {code: math.log(patients[code] / max(h["splw"], 0.5)) for code, h in heads.items()}
    mean, sd = fmean(raw.values()), pstdev(raw.values())
    return {code: (x - mean) / sd for code, x in raw.items()}


def _draw_lacks(rng: random.Random, pcns: list[Pcn]) -> None:
    """Chance of going without each item, in both waves; intercepts are solved so that the national shares come out."""
    weights = [float(p.heads[WAVES[1]]["splw"]) for p in pcns]
    for item, shares in UNMET.items():
        offsets = [LOADING.get(item, 1.0) * p.common + rng.gauss(0, SD_ITEM) for p in pcns]
        for wave, share in zip(WAVES, shares, strict=True):
            intercept = solve(share * sum(weights), offsets, weights)
            for pcn, offset in zip(pcns, offsets, strict=True):
                pcn.lacks.setdefault(wave, {})[item] = expit(intercept + offset)


def _draw_replies(rng: random.Random, country: Country, pcns: dict[str, Pcn], wave: str) -> None:
    """How many of each kind reply, PCN by PCN: binomial, its chance the PCN's propensity at the target's level."""
    for pcn in pcns.values():
        pcn.replies[wave] = {}
    for kind, target in TARGET.items():
        working = [p for p in pcns.values() if p.heads[wave].get(kind)]
        level = solve(target, [p.propensity for p in working], [float(p.heads[wave][kind]) for p in working])
        for pcn in working:
            chance = expit(level + pcn.propensity)
            pcn.replies[wave][kind] = sum(rng.random() < chance for _ in range(pcn.heads[wave][kind]))
    for code in _must_have_workers(country):
        if pcns[code].heads[wave]:
            pcns[code].replies[wave]["splw"] = max(2, pcns[code].replies[wave]["splw"])
    _silence(rng, country, pcns, wave)


def _silence(rng: random.Random, country: Country, pcns: dict[str, Pcn], wave: str) -> None:
    """Two personas: a PCN nobody ever answered for, and one with a single reply in all."""
    if "silent" not in country.personas:
        taken = {code for codes in country.personas.values() for code in codes}
        fits = [c for c, p in pcns.items() if c not in taken and all(p.heads[w].get("splw", 0) >= 2 for w in WAVES)]
        country.personas["silent"], country.personas["single_reply"] = ([code] for code in rng.sample(fits, 2))
    for persona in ("silent", "single_reply"):
        replies = pcns[country.personas[persona][0]].replies[wave]
        replies.update(dict.fromkeys(replies, 0))
    if wave == WAVES[1]:
        pcns[country.personas["single_reply"][0]].replies[wave]["splw"] = 1
