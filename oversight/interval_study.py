"""What the coverage study found (``bench/coverage_study.py``), in words: numbers come from its file, never from a sentence."""

from __future__ import annotations

import csv
from functools import cache

import pandas as pd

from oversight.settings import REFERENCE

NOMINAL = 0.95
#: Who replies, as the study names it -> as people say it.
MECHANISMS = {
    "random": "Everybody is as likely to reply",
    "clustered": "Some ICBs and clusters of PCNs reply far more than others",
    "those without reply more": "Those who lack it reply more",
    "those without reply less": "Those who lack it reply less",
}
#: What is judged: level and interval, as the study names them -> as a column of the table.
COLUMNS = {
    ("england", "wilson"): "England",
    ("region", "wilson"): "Region",
    ("icb", "wilson"): "ICB",
    ("england", "change, newcombe"): "Change, England",
    ("icb", "change, newcombe"): "Change, ICB",
}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with (REFERENCE / "coverage-study.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def held() -> dict[tuple[str, str, str, str], float]:
    """(who replies, level, interval, target) -> share of intervals that held the target, 0 to 1."""
    return {(r["mechanism"], r["level"], r["method"], r["target"]): float(r["held"]) for r in _rows()}


def odds(mechanism: str) -> str:
    """The odds of replying of those who lack it, over those of the others: "1.65"."""
    return next(r["odds"] for r in _rows() if r["mechanism"] == mechanism)


def of_100(share: float) -> str:
    """0.9483 -> "94.8"."""
    return f"{100 * share:.1f}"


def short(share: float) -> str:
    """How far a share lies under the nominal one, in points: 0.883 -> "6.7 short"; "as meant" when it is not under it."""
    missing = round(100 * (NOMINAL - share), 1)
    return f"{missing:.1f} short" if missing > 0 else "as meant"


def table() -> pd.DataFrame:
    """How many of 100 intervals hold the underlying rate, and how many are short of 95, by who replies."""
    rows = {
        words: {
            column: f"{of_100(found)} ({short(found)})"
            for (level, method), column in COLUMNS.items()
            for found in [held()[name, level, method, "rate"]]
        }
        for name, words in MECHANISMS.items()
    }
    return pd.DataFrame([{"Who replies": words, **cells} for words, cells in rows.items()])


def text() -> tuple[str, ...]:
    """What an interval is to hold, how often it does, and what would have to be true."""
    known = held()

    def found(mechanism: str, level: str, target: str = "rate", method: str = "wilson") -> str:
        return of_100(known[mechanism, level, method, target])

    worst = min(
        (share, name) for (name, level, method, target), share in known.items() if (level, method, target) == ("icb", "wilson", "rate")
    )
    return (
        "A 95% interval is meant to hold the **underlying rate** 95 times in 100: the share that would come of asking such link workers "
        "of such places again and again. Whether it does was tried on made-up nations in which the truth is known.",
        f"**If everybody is as likely to reply**, it holds it {found('random', 'england')} times in 100 for England, "
        f"{found('random', 'region')} for a region and {found('random', 'icb')} for an ICB.",
        "**The share of exactly the people in post** is another target. A survey that reached a good part of them knows it better than "
        f"the interval says: it holds that share {found('random', 'england', 'people')} times in 100 for England and "
        f"{found('random', 'icb', 'people')} for an ICB, so it is wider than it need be.",
        "An interval made for a known headcount would be right for the people in post "
        f"({found('random', 'icb', 'people', 'wilson, headcount known')} in 100 for an ICB), and too narrow for the underlying rate "
        f"({found('random', 'icb', 'rate', 'wilson, headcount known')}). Headcounts are estimates here, so it is not used.",
        "**If who replies depends on the answer, no interval helps.** Where those who lack supervision have "
        f"{odds('those without reply more')} times the odds of replying, England's interval holds the truth "
        f"{found('those without reply more', 'england')} times in 100; where they have {odds('those without reply less')} times the odds, "
        f"{found('those without reply less', 'england')}.",
        "A narrow interval is missed most: it is sure of the wrong number. Weighting by region does not mend that "
        f"({found('those without reply more', 'england', 'rate', 'wilson, weighted by region')} in 100 for England). "
        f"For a single ICB the interval is wide, and still holds the truth only {of_100(worst[0])} times in 100 at worst.",
        "**Change is safer.** If the same kinds of people reply in both waves, what they distort cancels: the interval of a change in "
        f"England holds it {found('those without reply more', 'england', 'rate', 'change, newcombe')} and "
        f"{found('those without reply less', 'england', 'rate', 'change, newcombe')} times in 100.",
    )
