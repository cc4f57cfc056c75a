"""Two waves, the same people or PCNs in two waves, and two snapshots."""

from __future__ import annotations

import pandas as pd

from oversight.disclosure import reasons
from oversight.disclosure.hiding import LABELS, few, few_others, hide, place_rows, small


def change(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Two shares: x1 of n1, then x2 of n2."""
    x1, n1, x2, n2 = (table[c].copy() for c in ("x1", "n1", "x2", "n2"))
    table = place_rows(table, pd.concat([n1, n2], axis=1).min(axis=1), audience)
    if audience == "shareable":
        table = hide(table, few(n1) | few(n2), reasons.FEW)
        table = hide(table, small(x1) | small(n1 - x1) | small(x2) | small(n2 - x2), reasons.SMALL)
    return table


def same(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """People by their earlier and later answer, and all who answered, of whom those left over must be safe too."""
    n11, n10, n01, n00 = (table[c].copy() for c in ("n11", "n10", "n01", "n00"))
    x1, n1, x2, n2 = (table[c].copy() for c in ("x1", "n1", "x2", "n2"))
    n = n11 + n10 + n01 + n00
    table = place_rows(table, n, audience)
    if audience == "shareable":
        table = hide(table, few(n), reasons.FEW)
        table = hide(table, small(n11) | small(n10) | small(n01) | small(n00), reasons.PAIRS)
        table = hide(table, small(n11 + n10) | small(n01 + n00) | small(n11 + n01) | small(n10 + n00), reasons.SMALL)
        table = hide(table, few_others(x1 - n11 - n10, n1 - n) | few_others(x2 - n11 - n01, n2 - n), reasons.OTHERS)
    return table


def panel(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """A change, and what became of it in the PCNs heard both times."""
    columns = ("x1", "n1", "x2", "n2")
    x1, n1, x2, n2 = (table[c].copy() for c in columns)
    same_x1, same_n1, same_x2, same_n2 = (table[f"matched_{c}"].copy() for c in columns)
    pcns = table["pcns_matched"].copy()
    table = change(table, audience)
    if audience == "shareable":
        overall = {*columns, "share1", "share2", "difference", "low_difference", "high_difference", "verdict_difference"}
        overall |= {"pcns_matched", "pcns_came", "pcns_went", "pcns_merged", "pcns_split"}
        split = [c for c in table.columns if c not in LABELS and c not in overall and c != "withheld"]
        table = hide(table, few(pcns), reasons.PLACES, split)
        table = hide(table, few(same_n1) | few(same_n2), reasons.FEW, split)
        table = hide(table, small(same_x1) | small(same_n1 - same_x1) | small(same_x2) | small(same_n2 - same_x2), reasons.SMALL, split)
        table = hide(table, few_others(x1 - same_x1, n1 - same_n1) | few_others(x2 - same_x2, n2 - same_n2), reasons.OTHERS, split)
    return table


def between(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Two snapshots side by side (x1 of n1, then x2 of n2), each as this audience may see it, less what their difference gives away.

    Those who came or went between the two are a group like any other. An ICB is shown only when that group is as large as
    the threshold; England and a region also where as many answered as before.
    """
    people, with_it = (table["n2"] - table["n1"]).abs(), (table["x2"] - table["x1"]).abs()
    without = (table["n2"] - table["x2"] - table["n1"] + table["x1"]).abs()
    table = change(table.copy(), audience)
    if audience == "shareable":
        too_few = few(people) & ((people > 0) | ~table["level"].isin(["england", "region"]))
        table = hide(table, too_few | small(with_it) | small(without), reasons.DIFFERENCE)
        table = hide(table, people.isna(), reasons.ONE_SIDED)
    return table
