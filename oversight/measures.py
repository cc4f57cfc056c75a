"""The measures as ``queries/measures.toml`` states them: label, why, how, direction, denominator, caveats, review."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from oversight.model import STATES
from oversight.questionnaire import BY_FIELD, EVERYONE, PCN_SIDE
from oversight.settings import QUERIES
from oversight.stats import Direction

DIRECTIONS: tuple[Direction, ...] = ("high is good", "low is good", "none")


@dataclass(frozen=True)
class Measure:
    """One measure. Sentences read "48% of <link workers> <of> <verb> <short>", for example "48% of link workers have …".

    ``words`` (category -> phrase) stand in place of ``short`` where a measure has several answers, ``directions`` in place of
    ``direction`` for those of which more is better or worse. ``labels`` say an answer otherwise
    than the questionnaire does. ``bands``: band -> (lowest, highest) score.
    """

    name: str
    label: str
    short: str
    why: str
    how: str
    direction: Direction
    denominator: str
    caveats: str
    author: str
    checker: str
    next_review: date
    verb: str
    of: str = ""
    field: str = ""
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    directions: Mapping[str, Direction] = dataclasses.field(default_factory=dict)
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    bands: Mapping[str, tuple[int, int]] = dataclasses.field(default_factory=dict)
    surveyed: bool = True

    @property
    def categories(self) -> Mapping[str, str]:
        """Category -> its label, in order, where the measure has several answers; none where it is answered by yes or no."""
        if not self.words:
            return {}
        if self.bands:
            return {band: f"{band.replace('_', ' ').capitalize()} ({_scores(*scores)})" for band, scores in self.bands.items()}
        return {code: self.labels.get(code, text) for code, text in BY_FIELD[self.field].answers.items() if code not in STATES}

    @property
    def one_answer(self) -> bool:
        """Whether everybody gave exactly one of the categories, so that they add up to all who know."""
        return bool(self.words) and (not self.field or BY_FIELD[self.field].kind != "multi")

    @property
    def asked(self) -> tuple[str, ...]:
        """The kinds of respondent who are asked."""
        return BY_FIELD[self.field].asked if self.field else EVERYONE

    def category(self, code: str) -> str:
        """The label of one category; that of the measure itself where it is answered by yes or no."""
        return self.categories.get(code, self.label)

    def phrase(self, category: str = "yes", role: str = "splw") -> str:
        """What is said of people in one category: "have a GP supervisor", "get it from a GP".

        GP supervisors and PCN managers speak for their PCN: they "report a GP supervisor".
        """
        phrase = f"{self.verb} {self.words.get(category, self.short)}"
        return f"report {phrase.removeprefix('have ')}" if role in PCN_SIDE and phrase.startswith("have ") else phrase

    def direction_of(self, category: str = "yes") -> Direction:
        """Whether more in this category is better, worse or neither."""
        return self.directions.get(category, self.direction)

    def people(self, who: str, role: str = "splw") -> str:
        """Those of ``who`` (a plural) that the measure is about: "link workers with clinical or non-managerial supervision"."""
        of = f"who report {self.of.removeprefix('with ')}" if role in PCN_SIDE and self.of.startswith("with ") else self.of
        return f"{who} {of}".rstrip()


def _scores(low: int, high: int) -> str:
    return f"{low} {'or' if high == low + 1 else 'to'} {high}"


@cache
def measures() -> Mapping[str, Measure]:
    """Every measure by name. Raises ``ValueError`` for an unknown direction, ``TypeError`` for a missing or unknown key."""
    with (QUERIES / "measures.toml").open("rb") as file:
        raw = tomllib.load(file)
    defaults = raw.pop("defaults")
    made = {name: Measure(name=name, **{**defaults, **entry}) for name, entry in raw.items()}
    if wrong := [m.name for m in made.values() if not {m.direction, *m.directions.values()} <= set(DIRECTIONS)]:
        raise ValueError(f"measures.toml: {wrong[0]} has an unknown direction; use one of {', '.join(DIRECTIONS)}")
    return made


@cache
def surveyed() -> tuple[str, ...]:
    """The measures that answers of respondents give, in the order of the view ``measure``."""
    return tuple(m.name for m in measures().values() if m.surveyed)


def label(name: str) -> str:
    """The label of a measure, or the name itself when it has none."""
    return measures()[name].label if name in measures() else name
