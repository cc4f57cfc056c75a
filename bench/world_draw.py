"""Draw a made-up nation whose needs are known, for ``worlds.py``. Nothing of the product is used here.

The need of a PCN comes from a logit: covariates x1, x2 (x3 is noise), region, ICB and PCN effects, and five things that a link worker
may lack: a first contact, a GP supervisor, regular clinical supervision, a safeguarding route and someone for patient concerns, and
freedom from strain. ``truth`` is the weighted chance that a worker of the PCN lacks them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ITEMS = ("point_of_contact", "gp_supervisor", "clinical_supervision", "safeguarding_and_concerns", "strain")
WEIGHTS = (0.15, 0.20, 0.35, 0.15, 0.15)
UNMET_AT_ZERO, LOADING = (0.15, 0.25, 0.45, 0.12, 0.35), (1.0, 1.0, 1.0, 1.0, 0.6)
SLOPES = (0.30, 0.20, 0.0)
HEADS, HEADS_P = (1, 2, 3, 4, 5, 6), (0.16, 0.30, 0.25, 0.15, 0.09, 0.05)


@dataclass(frozen=True)
class Recipe:
    """What a world is drawn from. ``areas`` are (ICB code, region code); ``heads`` people per PCN to draw from, None: 1 to 6."""

    areas: Sequence[tuple[str, str]]
    pcns: int
    heads: Sequence[int] | None = None
    response: float = 0.45
    silent_regions: tuple[str, ...] = ()
    all_alike: bool = False
    other_role: bool = False


@dataclass(frozen=True)
class Nation:
    """PCNs and their workers. Arrays have one row per PCN; ``unmet`` has (PCN, worker, item) rows of those who replied."""

    codes: list[str]
    icb: list[str]
    region: list[str]
    x: Floats
    truth: Floats
    people: Ints
    replies: dict[str, list[tuple[int, tuple[bool, ...]]]] = field(default_factory=dict)


def expit(value: Floats) -> Floats:
    """The inverse of the logit."""
    return 1 / (1 + np.exp(-value))


def draw(recipe: Recipe, seed: int) -> Nation:
    """One nation and who replied. Codes are F and four digits, which the real list of organisations never uses."""
    rng = np.random.default_rng(seed)
    areas = list(recipe.areas)
    if recipe.pcns > 9_999:
        raise ValueError("there are 9,999 fictional codes")
    least = min(8, recipe.pcns // len(areas))
    spread = rng.multinomial(recipe.pcns - least * len(areas), rng.dirichlet(np.full(len(areas), 5.0))) + least
    of_icb = np.repeat(np.arange(len(areas)), spread)
    regions = sorted({region for _, region in areas})
    of_region = np.array([regions.index(areas[i][1]) for i in of_icb])
    x = rng.standard_normal((recipe.pcns, 3))
    common = (
        x @ np.array(SLOPES)
        + rng.normal(0, 0.25, len(regions))[of_region]
        + rng.normal(0, 0.35, len(areas))[of_icb]
        + rng.normal(0, 0.80, recipe.pcns)
    )
    base = np.log(np.array(UNMET_AT_ZERO) / (1 - np.array(UNMET_AT_ZERO)))
    chance = expit(base + common[:, None] * np.array(LOADING) + rng.normal(0, 0.40, (recipe.pcns, 5)))
    people = rng.choice(recipe.heads, recipe.pcns) if recipe.heads is not None else rng.choice(HEADS, recipe.pcns, p=HEADS_P)
    rho = _reply_chance(rng, recipe.response, of_icb, len(areas), recipe.pcns)
    rho[np.isin(np.array(regions)[of_region], recipe.silent_regions)] = 0
    replies = {"splw": _replies(rng, people, rho, chance, recipe.all_alike)}
    if recipe.other_role:
        # Care Coordinators lack clinical supervision less often, and share what is common to their PCN
        theirs = expit(np.log(chance / (1 - chance)) - np.array([0, 0, 0.5, 0, 0]))
        replies["care_coordinator"] = _replies(rng, rng.choice(HEADS, recipe.pcns, p=HEADS_P), rho, theirs, False)
    return Nation(
        [f"F{i + 1:04}" for i in range(recipe.pcns)],
        [areas[i][0] for i in of_icb],
        [areas[i][1] for i in of_icb],
        x,
        chance @ np.array(WEIGHTS),
        people.astype(np.int64),
        replies,
    )


def _reply_chance(rng: np.random.Generator, response: float, of_icb: Ints, icbs: int, pcns: int) -> Floats:
    level = np.log(response / (1 - response)) if response else -np.inf
    return expit(level + rng.normal(0, 0.5, icbs)[of_icb] + rng.normal(0, 0.7, pcns))


def _replies(rng: np.random.Generator, people: Ints, rho: Floats, chance: Floats, alike: bool) -> list[tuple[int, tuple[bool, ...]]]:
    """(PCN, which of the five are unmet) of everybody who replied."""
    n = rng.binomial(people, rho)
    of = np.repeat(np.arange(len(n)), n)
    unmet = rng.random((len(of), 5)) < chance[of]
    if alike:
        unmet[:] = (False, True, True, False, False)
    return [(int(pcn), tuple(map(bool, row))) for pcn, row in zip(of, unmet, strict=True)]
