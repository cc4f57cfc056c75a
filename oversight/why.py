"""Why a PCN's estimate is not England's mean: parts that add up to the distance exactly. Pure functions on a row of ``priority``.

What a few people said of safeguarding and of how they are is never shown singly: it stands in one part with the PCN's place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import findings, need, reasons, summary

PLACE = "Its region and ICB"
CONTEXT = "Its list size, workforce and the like"
TOGETHER = "Its place, and replies that are not shown singly"
SAID = {
    "point_of_contact": "Replies: first point of contact",
    "gp_supervisor": "Replies: GP supervisor",
    "clinical_supervision": "Replies: clinical or non-managerial supervision",
    "safeguarding_and_concerns": "Replies: patient concerns and safeguarding",
    "strain": "Replies: strain",
}
#: From so many points on a part is named in the sentence.
NAMED_FROM = 0.005


def parts(row: Mapping[str, Any]) -> pd.DataFrame:
    """One row per part, the one that raises most first: label, points (share of 1), said ("+12.3 points"). Empty where withheld.

    Criteria that nobody's reply moved are left out; what is left adds up to the estimate less England's mean.
    """
    if pd.isna(row["estimate"]) or pd.isna(row["rest"]):
        return pd.DataFrame({"label": [], "points": [], "said": []})
    open_ = [name for name in need.CRITERIA if name not in need.SENSITIVE]
    shown = {SAID[name]: row[f"c_{name}"] for name in open_}
    if pd.isna(row["c_place"]):
        shown[TOGETHER] = row["rest"]
    else:
        shown |= {SAID[name]: row[f"c_{name}"] for name in need.CRITERIA if name in need.SENSITIVE}
        shown |= {PLACE: row["c_place"], CONTEXT: row["c_context"]}
    found = sorted(((label, float(value)) for label, value in shown.items() if value), key=lambda part: -part[1])
    rows = [(label, value, points(value)) for label, value in found]
    return pd.DataFrame(rows, columns=["label", "points", "said"])


def points(value: float) -> str:
    """A part in percentage points with its sign: "+12.3 points", "−0.4 points"; "0.0 points" where it rounds to nothing."""
    said = summary.points(value)
    return f"{said} {'point' if said[1:] == '1.0' else 'points'}"


def sentence(row: Mapping[str, Any]) -> str:
    """For example "12 points above England's mean: mostly its replies on clinical or non-managerial supervision"; "" where withheld."""
    found = parts(row)
    if found.empty:
        return ""
    distance = float(row["estimate"] - row["england"])
    size = round(100 * abs(distance))
    if not size:
        return "As England's mean: what raises it and what lowers it come to the same"
    start = f"{findings.count(size, 'point')} {'above' if distance > 0 else 'below'} England's mean"
    leading = found.iloc[0 if distance > 0 else -1]
    if abs(leading["points"]) < NAMED_FROM or leading["points"] * distance < 0:
        return start
    label = str(leading["label"])
    named = label[0].lower() + label[1:].replace("eplies: ", "eplies on ")
    mostly = "mostly" if abs(leading["points"]) > 0.5 * abs(distance) else "most of all"
    return f"{start}: {mostly} {named}"


def added_up(found: pd.DataFrame) -> pd.DataFrame:
    """The parts with their sum below them: how far the estimate is from England's mean."""
    total = float(found["points"].sum())
    return pd.concat(
        [found, pd.DataFrame([("Together: from England's mean", total, points(total))], columns=found.columns)], ignore_index=True
    )


def alt(found: pd.DataFrame) -> str:
    """The chart of the parts as text."""
    return "; ".join(f"{row['label']}: {row['said']}" for row in reasons.records(found))


def worked_out() -> list[str]:
    """How the parts are worked out."""
    return [
        "**Why.** Each part says how many percentage points it puts on the estimate beside the mean of all PCNs of England. The parts add "
        "up to the whole distance exactly. Replies can lower an estimate, too: somebody who has a supervisor speaks for less need.",
        "The replies are let into the model by degrees, all at the same pace, and what the estimate moves at each moment belongs to the "
        "criteria in proportion to what they move (Aumann and Shapley 1974). So no order of the questions is preferred.",
        f"Safeguarding, patient concerns and strain are shown singly only for PCNs with {need.SENSITIVE_UNDER} replies or more; else they "
        "stand together with region, ICB, list size, workforce and other covariates.",
    ]
