"""What the study of the need ranking found (``bench/need_benchmark.py``), in words: numbers come from its file, never from a sentence."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

import pandas as pd

from oversight.settings import REFERENCE
from oversight.stats import Z95

#: Ranking, as the study names it -> as people say it, in the order of the table.
RANKINGS = {
    "raw mean": "Raw shares",
    "reference": "Linear model, for comparison",
    "product, linear": "The dashboard's linear model",
    "product": "This ranking",
    "ceiling": "Best possible",
}
SCENARIOS = {
    "base": "As assumed",
    "fewer reply": "Fewer reply (30%)",
    "more reply": "More reply (65%)",
    "neediest reply less": "The neediest reply less",
    "neediest reply more": "The neediest reply more",
    "PCNs differ less": "PCNs differ half as much",
    "PCNs differ more": "PCNs differ half as much again",
    "covariates tell nothing": "Context tells nothing",
    "covariates tell twice as much": "Context tells twice as much",
    "one question": "Only clinical supervision counts",
}
IN_POST = {"raw mean": "Raw shares", "product": "Need in the coming months", "product, people in post": "Need of the people in post"}
PLACES, SELECTED = 100, "the 100 at the top"
LESS = "product less reference"


@dataclass(frozen=True)
class Result:
    """A number of the study with its standard error, ``n`` what it is a mean over, and how many nations that took."""

    value: float
    se: float
    n: int
    seeds: int

    @property
    def low(self) -> float:
        """Lower end of the 95% interval."""
        return self.value - Z95 * self.se


@cache
def found() -> dict[tuple[str, str, str, str, str], Result]:
    """(scenario, ranking, target, measure, band) -> result. Targets: T need in coming months, F need of the people in post."""
    with (REFERENCE / "need-study.csv").open(encoding="utf-8", newline="") as file:
        return {
            (r["scenario"], r["ranking"], r["target"], r["measure"], r["band"]): Result(
                float(r["value"]), float(r["se"]), int(r["n"]), int(r["seeds"])
            )
            for r in csv.DictReader(file)
        }


def result(scenario: str, ranking: str, measure: str, target: str = "T", band: str = "") -> Result:
    """One number of the study; ``KeyError`` when it has none such."""
    return found()[scenario, ranking, target, measure, band]


def finds(scenario: str = "base", ranking: str = "product", target: str = "T") -> str:
    """How many of the true neediest a ranking finds: "47"."""
    return f"{PLACES * result(scenario, ranking, 'p100', target).value:.0f}"


def captures(scenario: str = "base", ranking: str = "product", target: str = "T") -> str:
    """How much of the need that could be reached a ranking reaches: "72%"."""
    return f"{result(scenario, ranking, 'gain', target).value:.0%}"


def how_well() -> str:
    """The sentence on how well the ranking finds the neediest."""
    return (
        f"In {result('base', 'product', 'p100').seeds:,} simulated nations whose truth is known, the {PLACES} PCNs at the top held "
        f"{finds()} of the {PLACES} truly neediest. Raw shares held {finds(ranking='raw mean')}. A ranking of the same replies "
        f"that knew how the nation was made held {finds(ranking='ceiling')}."
    )


def chances(scenario: str) -> str:
    """How the chances of the PCNs at the top compare with what came true: "47% shown, 47% came true"."""
    said, true = (result(scenario, "product", measure, band=SELECTED).value for measure in ("said", "true"))
    return f"{said:.0%} shown, {true:.0%} came true"


def standing(scenario: str) -> str:
    """Whether the chances shown at the top are "too high", "too low" or "about right": a difference counts beyond its 95% interval."""
    said, true = (result(scenario, "product", measure, band=SELECTED) for measure in ("said", "true"))
    if abs(said.value - true.value) <= Z95 * true.se:
        return "about right"
    return "too high" if said.value > true.value else "too low"


def overstated() -> str:
    """The sentence on the chances where those in most need reply less, or more, often; for Methods and the Priority page."""
    less, more = ((standing(s), chances(s)) for s in ("neediest reply less", "neediest reply more"))
    return (
        f"In simulated nations with {PLACES} places, where the neediest reply less often the chances shown at the top are {less[0]}: "
        f"{less[1]}. "
        f"Where they reply more often they are {more[0]}: {more[1]}."
    )


def text() -> tuple[str, ...]:
    """How well the ranking finds the neediest, whether its chances come true, and what it does for the people in post."""
    less, gained = result("base", LESS, "p100"), result("base", LESS, "gain")
    shared = result("base", "product", "shared", "F").value
    return (
        how_well(),
        f"Of the need that the best choice of {PLACES} would reach beyond a random one, it reached {captures()} "
        f"(raw shares {captures(ranking='raw mean')}, the best possible {captures(ranking='ceiling')}). "
        "Most of what is missed no method could find: a PCN's one or two replies do not tell it.",
        "**Against a linear model** that was written for comparison and ranked the same nations: of the neediest it found "
        f"{_difference(less, 'fewer')}, of 100 parts of need it reached {_difference(gained, 'less')}.",
        f"**Do the chances come true?** Of the {PLACES} at the top they are {standing('base')}: {chances('base')}. {overstated()} "
        "Nobody can tell from the replies which of these is the case.",
        f"**People in post.** Need in the coming months finds {finds(ranking='product', target='F')} of the {PLACES} PCNs whose people in "
        f"post have most unmet and captures {captures(ranking='product', target='F')}; the estimate for the people in post "
        f"{finds(ranking='product, people in post', target='F')} and {captures(ranking='product, people in post', target='F')}; raw shares "
        f"{finds(ranking='raw mean', target='F')} and {captures(ranking='raw mean', target='F')}. "
        f"The two estimates' lists share {PLACES * shared:.0f} of {PLACES} PCNs.",
        "A simulated nation has 1,250 PCNs with one to six workers, of whom 45% reply. How much PCNs, ICBs and regions differ in it was "
        "chosen, not measured; the table shows what other choices change. The real nation may differ in ways that nobody knows.",
        "*Raw shares* puts PCNs nobody answered for last, and equals in random order. *Best possible* knows all but how each PCN differs "
        "from its context, and sees the same replies.",
    )


def _difference(less: Result, fewer: str) -> str:
    """A difference in points, in words that its 95% interval allows: "0.9 more (95% interval 0.5 to 1.3)"."""
    low, high = 100 * less.low, 100 * (less.value + Z95 * less.se)

    def side(points: float) -> str:
        return f"{abs(points):.1f} {'more' if points >= 0 else fewer}"

    if low > 0 or high < 0:
        ends = sorted((abs(low), abs(high)))
        return f"{side(100 * less.value)} (95% interval {ends[0]:.1f} to {ends[1]:.1f})"
    return f"much the same (95% interval {side(low)} to {side(high)})"


def table() -> pd.DataFrame:
    """How many of the 100 neediest each ranking finds, and the part of the need that it captures, by scenario."""
    return pd.DataFrame(
        [
            {"If": words, **{name: f"{finds(s, r)} ({captures(s, r)})" for r, name in RANKINGS.items()}}
            for s, words in SCENARIOS.items()
            if (s, "product", "T", "p100", "") in found()
        ]
    )


def chances_table() -> pd.DataFrame:
    """By band of the chance and by who replies: the mean chance said, the share that is truly among the neediest, and of how many PCNs."""
    rows = []
    for band in [band for scenario, _, _, measure, band in found() if (scenario, measure) == ("base", "said") and band != SELECTED]:
        low, high = (f"{float(end):.0%}" for end in band.split(" to "))
        row = {"Chance shown": f"{low} to {high}"}
        for scenario in ("base", "neediest reply less", "neediest reply more"):
            said, true = (result(scenario, "product", measure, band=band) for measure in ("said", "true"))
            row[SCENARIOS[scenario]] = f"{said.value:.1%} said, {true.value:.1%} true (± {Z95 * true.se:.1%}; {said.n:,} PCNs)"
        rows.append(row)
    return pd.DataFrame(rows)


def in_post_table() -> pd.DataFrame:
    """How well the people in post who have most unmet are found, by what PCNs are ordered by."""
    return pd.DataFrame(
        [
            {"Ordered by": words, "Found of 100": finds(ranking=r, target="F"), "Need captured": captures(ranking=r, target="F")}
            for r, words in IN_POST.items()
        ]
    )
