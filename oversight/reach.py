"""How far the answers carry: who replied of those in post, what the silent could change, and England weighted by region, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import stats
from oversight.findings import FEW, count, interval, listed, percent, the

BOUNDS = (
    "**If all had replied.** The lowest and highest that the share of everybody in post could be, if nobody or everybody who is silent "
    "counted: x ÷ N to (x + N − n) ÷ N, with x the yes, n those who answered, and N the estimated people in post. It assumes nothing about "
    "those who did not reply, so it is wide. Not given for a follow-up question."
)
WEIGHTS = (
    "**Weighted by region.** Every region's share counts by its estimated people in post rather than by its replies, so a region that "
    "replies less does not count less. The interval is Wilson's with the effective number of answers. Weights mend uneven replies between "
    "regions, not who replied within them."
)


def could_be(row: Mapping[str, Any] | pd.Series, headcount: float) -> tuple[float, float] | None:
    """The lowest and the highest that a share could be among everybody in post; None where either is not known or withheld.

    ``row``: of a coverage or breakdown table; ``headcount``: estimated people in post (see ``stats.bounds``).
    """
    if pd.isna(row["share"]) or pd.isna(row["yes"]) or pd.isna(headcount):
        return None
    low, high = stats.bounds(row["yes"], row["answered"], max(float(headcount), float(row["answered"])))
    return float(low), float(high)


def reply_sentence(people: Mapping[str, Any] | None, who: str) -> str:
    """For example "1,024 of an estimated 3,028 link workers replied (34%)."; "" where it may not be told."""
    if people is None or pd.isna(people["responses"]):
        return ""
    if pd.isna(people["headcount"]) or pd.isna(people["rate"]):
        return f"{count(people['responses'], 'reply', 'replies')}; how many {who} there are is not known."
    return f"{people['responses']:,.0f} of an estimated {people['headcount']:,.0f} {who} replied ({percent(people['rate'])})."


def bounds_sentence(row: Mapping[str, Any], people: Mapping[str, Any] | None) -> str:
    """What the share could be if the silent were counted; "" where it may not be told, and where nobody is silent."""
    if people is None or row["answered"] < FEW or (found := could_be(row, people["headcount"])) is None:
        return ""
    low, high = percent(found[0]), percent(found[1])
    return f"If those who did not reply were counted, it could be anywhere from {low} to {high}." if low != high else ""


def of_place(responses: pd.DataFrame, level: str, code: str) -> Mapping[str, Any] | None:
    """The row of one place of the query ``responses``; None when there is none."""
    rows = responses[(responses["level"] == level) & (responses["code"] == code)]
    return dict(rows.iloc[0].items()) if len(rows) else None  # type: ignore[arg-type]


def with_bounds(table: pd.DataFrame, headcount: float) -> pd.DataFrame:
    """The rows with ``could_be`` in words ("16% to 84%"), empty for a follow-up question: not everybody was asked."""
    found = [None if row["element"] == "supervision_often_enough" else could_be(row, headcount) for _, row in table.iterrows()]
    return table.assign(could_be=pd.Series([interval(*f) if f else None for f in found], index=table.index, dtype="object"))


def weighted_sentence(row: Mapping[str, Any], what: str, who: str, verb: str = "have") -> str:
    """England's share weighted by region beside the share as people replied; says why where it cannot be weighted.

    The two are not compared: both rest on the same answers.
    """
    if pd.isna(row["share"]) or row["answered"] < FEW:
        return "Too few people answered to weight England by region."
    if row["silent"]:
        return f"England cannot be weighted by region: nobody answered in {listed([the(name) for name in row['silent'].split('; ')])}."
    if pd.isna(row["weighted"]):
        return "England cannot be weighted by region: not every region has a workforce return to weight it by."
    plain = f"{percent(row['share'])} ({interval(row['low'], row['high'])})"
    weighted = percent(row["weighted"])
    if not pd.isna(row["weighted_low"]):
        weighted += f" ({interval(row['weighted_low'], row['weighted_high'])})"
    return f"With every region counted by its people in post, {weighted} of {who} in England {verb} {what}; as they replied, {plain}."


def ranges(table: pd.DataFrame) -> pd.DataFrame:
    """Both intervals of the weighted table in words: ``range`` and ``weighted_range``."""
    pairs = {"range": ("low", "high"), "weighted_range": ("weighted_low", "weighted_high")}
    words = {
        name: [None if pd.isna(a) else interval(a, b) for a, b in zip(table[low], table[high], strict=True)]
        for name, (low, high) in pairs.items()
    }
    return table.assign(**{name: pd.Series(texts, index=table.index, dtype="object") for name, texts in words.items()})
