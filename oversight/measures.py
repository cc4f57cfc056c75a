"""The measures as ``queries/measures.toml`` states them: label, why, how, direction, denominator, caveats, review."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from oversight.settings import QUERIES

DIRECTIONS = ("high is good", "low is good", "none")


@dataclass(frozen=True)
class Measure:
    """One measure. ``short`` completes the sentence "48% of link workers have …"."""

    name: str
    label: str
    short: str
    why: str
    how: str
    direction: str
    denominator: str
    caveats: str
    author: str
    checker: str
    next_review: date


@cache
def measures() -> Mapping[str, Measure]:
    """Every measure by name. Raises ``ValueError`` for an unknown direction, ``TypeError`` for a missing or unknown key."""
    with (QUERIES / "measures.toml").open("rb") as file:
        raw = tomllib.load(file)
    defaults = raw.pop("defaults")
    made = {name: Measure(name=name, **{**defaults, **entry}) for name, entry in raw.items()}
    if wrong := [m.name for m in made.values() if m.direction not in DIRECTIONS]:
        raise ValueError(f"measures.toml: {wrong[0]} has an unknown direction; use one of {', '.join(DIRECTIONS)}")
    return made


def label(name: str) -> str:
    """The label of a measure, or the name itself when it has none."""
    return measures()[name].label if name in measures() else name
