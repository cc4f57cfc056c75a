"""The table steps that a query may name in its header (``-- then: stats.coverage``).

A step returns a copy of its table with columns added; it never drops or reorders a row.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from oversight.stats.arrays import Words, checked, column, ratio, whole
from oversight.stats.differences import mcnemar, newcombe
from oversight.stats.panels import PARTS, panel
from oversight.stats.proportions import Z95, Z998, against, wilson


def share(table: pd.DataFrame, z: float = Z95) -> pd.DataFrame:
    """Step: columns ``x`` and ``n`` in; adds ``share`` = x / n with its Wilson interval ``low``, ``high``."""
    x, n = column(table, "x"), column(table, "n")
    low, high = wilson(x, n, z)
    return table.assign(share=ratio(x, n), low=low, high=high)


def rate(table: pd.DataFrame) -> pd.DataFrame:
    """Step: columns ``responses`` and ``headcount`` in; adds ``rate``, their ratio, NaN where the headcount is 0 or missing.

    A rate is at most 1 because a headcount is the larger of its estimate and the responses; more responses than
    headcount raise ``ValueError`` rather than being cut to 1.
    """
    return table.assign(rate=ratio(*checked(column(table, "responses"), column(table, "headcount"))))


def change(table: pd.DataFrame, z: float = Z95) -> pd.DataFrame:
    """Step: ``x1`` of ``n1`` earlier and ``x2`` of ``n2`` now in; adds what became of the share, other people having replied.

    Adds ``share1``, ``share2``, ``difference`` = share2 − share1 with its Newcombe interval ``low``, ``high``, and
    ``verdict``: "lower", "similar" or "higher" than before, "" where either wave has no answers. ``low_listed``, ``high_listed`` and
    ``verdict_listed`` are the same at 99.8%, for lists of places.
    """
    x1, n1, x2, n2 = (column(table, name) for name in ("x1", "n1", "x2", "n2"))
    difference, low, high = newcombe(x2, n2, x1, n1, z)
    _, low_listed, high_listed = newcombe(x2, n2, x1, n1, Z998)
    return table.assign(
        share1=ratio(x1, n1),
        share2=ratio(x2, n2),
        difference=difference,
        low=low,
        high=high,
        verdict=against(low, high, 0),
        low_listed=low_listed,
        high_listed=high_listed,
        verdict_listed=against(low_listed, high_listed, 0),
    )


def same(table: pd.DataFrame) -> pd.DataFrame:
    """Step: ``n11``, ``n10``, ``n01``, ``n00`` in, people by their earlier and later answer; adds what became of their share.

    Adds ``n``, ``share1``, ``share2``, ``difference`` with its paired interval ``low``, ``high``, ``verdict`` as in ``change``, and
    ``p_mid``, the mid-p McNemar test.
    """
    n11, n10, n01, n00 = (column(table, name) for name in ("n11", "n10", "n01", "n00"))
    pair = mcnemar(n11, n10, n01, n00)
    return table.assign(
        n=whole(pair.n),
        share1=pair.share1,
        share2=pair.share2,
        difference=pair.difference,
        low=pair.low,
        high=pair.high,
        verdict=against(pair.low, pair.high, 0),
        p_mid=pair.p_mid,
    )


def panels(table: pd.DataFrame) -> pd.DataFrame:
    """Step: lists ``x1``, ``n1``, ``x2``, ``n2`` with an entry per PCN in; the lists become what ``panel`` makes of them.

    Adds ``share1`` and ``share2`` of all who answered, ``difference``, ``within``, ``composition``, ``mix``, ``came``, ``went``, the
    first three with ``low``, ``high`` and ``verdict`` (as in ``low_within``); counts of PCNs ``pcns_matched``, ``pcns_came``,
    ``pcns_went``; and the people of matched PCNs, ``matched_x1`` of ``matched_n1`` and ``matched_x2`` of ``matched_n2``. The lists
    become their sums. Rows of one place (same level and code) must hold the same PCNs in the same order.
    """
    found: list[pd.DataFrame] = []
    place = [name for name in ("level", "code") if name in table]
    for _, rows in table.groupby(place, sort=False) if place else [("", table)]:
        lists = {name: np.array([np.asarray(v, dtype=float) for v in rows[name]]).T for name in ("x1", "n1", "x2", "n2")}
        made = panel(lists["x1"], lists["n1"], lists["x2"], lists["n2"])
        sums = {name: values.sum(axis=0) for name, values in lists.items()}
        numbers = {
            **{name: values.astype(np.int64) for name, values in sums.items()},
            "share1": ratio(sums["x1"], sums["n1"]),
            "share2": ratio(sums["x2"], sums["n2"]),
            **{name: made.value[name] for name in PARTS},
            **{f"{limit}_{name}": getattr(made, limit)[name] for name in PARTS[:3] for limit in ("low", "high")},
            **{f"verdict_{name}": against(made.low[name], made.high[name], 0) for name in PARTS[:3]},
            **{f"pcns_{name}": getattr(made, name) for name in ("matched", "came", "went")},
            **{f"matched_{name}": getattr(made, name).astype(np.int64) for name in ("x1", "n1", "x2", "n2")},
        }
        found.append(pd.DataFrame(numbers, index=rows.index))
    if not found:
        return table
    numbers_of_all = pd.concat(found).loc[table.index]
    return pd.concat([table.drop(columns=["x1", "n1", "x2", "n2"]), numbers_of_all], axis=1)


def coverage(table: pd.DataFrame, z: float = Z95, by: tuple[str, ...] = ("element",)) -> pd.DataFrame:
    """Step: counts ``yes``, ``no``, ``dont_know`` in; adds shares and Wilson intervals over both denominators.

    Adds ``answered`` (all three), ``share`` of yes with ``low`` and ``high``; ``known`` (yes and no), ``share_known``,
    ``low_known``, ``high_known``; ``dont_know_share``. Where the table has a column ``level``, also ``against_england``:
    each row's ``low`` to ``high`` against the ``share`` of the row of the same ``by`` whose level is "england" (lower,
    similar, higher; "" for that row itself and where there is nothing to compare). For lists of places pass ``Z998``.
    """
    yes, no, dont_know = (column(table, name) for name in ("yes", "no", "dont_know"))
    answered, known = yes + no + dont_know, yes + no
    low, high = wilson(yes, answered, z)
    low_known, high_known = wilson(yes, known, z)
    checked(dont_know, answered)
    out = table.assign(
        answered=whole(answered),
        share=ratio(yes, answered),
        low=low,
        high=high,
        known=whole(known),
        share_known=ratio(yes, known),
        low_known=low_known,
        high_known=high_known,
        dont_know_share=ratio(dont_know, answered),
    )
    return out.assign(against_england=_against_england(out, by)) if "level" in out else out


def _against_england(table: pd.DataFrame, by: tuple[str, ...]) -> Words:
    """Each row against England's row of the same key; raises ``ValueError`` when England stands twice for one key."""
    is_england = (table["level"] == "england").to_numpy(dtype=bool)
    keys = ["level", *(name for name in by if name in table)]
    # Level, made the same everywhere, lets the join work for a table without any of the keys as well.
    england = table.loc[is_england, [*keys, "share"]]
    both = table[keys].assign(level="england").merge(england, on=keys, how="left", validate="many_to_one")
    benchmark = both["share"].to_numpy(dtype=float)
    return np.where(is_england, "", against(table["low"], table["high"], benchmark))
