"""The table steps that a query may name in its header (``-- then: stats.coverage``).

A step returns a copy of its table with columns added; it never drops or reorders a row.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oversight.stats.arrays import Floats, checked, column, ratio, whole
from oversight.stats.differences import newcombe
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
    ``verdict``: "lower", "similar" or "higher" than before, "" where either wave has no answers.
    """
    x1, n1, x2, n2 = (column(table, name) for name in ("x1", "n1", "x2", "n2"))
    difference, low, high = newcombe(x2, n2, x1, n1, z)
    out = table.assign(share1=ratio(x1, n1), share2=ratio(x2, n2), difference=difference, low=low, high=high)
    return out.assign(verdict=against(low, high, 0))


def coverage(table: pd.DataFrame, z: float = Z95, by: tuple[str, ...] = ("element",)) -> pd.DataFrame:
    """Step: counts ``yes``, ``no``, ``dont_know`` in; adds shares and Wilson intervals over both denominators.

    Adds ``answered`` (all three), ``share`` of yes with ``low`` and ``high``; ``known`` (yes and no), ``share_known``,
    ``low_known``, ``high_known``; ``dont_know_share``. Where the table has a column ``level``, also ``against_england``:
    each row's ``low`` to ``high`` against the ``share`` of the row of the same ``by`` whose level is "england" (lower,
    similar, higher; "" for that row itself and where there is nothing to compare), for one place that was chosen, and
    ``against_listed``, the same from 99.8% intervals ``low_listed``, ``high_listed``, for lists of places: of 36 ICBs about two
    would stand out at 95% by chance alone.
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
    if "level" not in out:
        return out
    low_listed, high_listed = wilson(yes, answered, Z998)
    is_england, benchmark = _england(out, by)
    return out.assign(
        against_england=np.where(is_england, "", against(low, high, benchmark)),
        low_listed=low_listed,
        high_listed=high_listed,
        against_listed=np.where(is_england, "", against(low_listed, high_listed, benchmark)),
    )


def _england(table: pd.DataFrame, by: tuple[str, ...]) -> tuple[NDArray[np.bool_], Floats]:
    """Which rows are England's, and for each row England's share of the same key; ``ValueError`` when England stands twice for one."""
    is_england = (table["level"] == "england").to_numpy(dtype=bool)
    keys = ["level", *(name for name in by if name in table)]
    # Level, made the same everywhere, lets the join work for a table without any of the keys as well.
    england = table.loc[is_england, [*keys, "share"]]
    both = table[keys].assign(level="england").merge(england, on=keys, how="left", validate="many_to_one")
    return is_england, both["share"].to_numpy(dtype=float)
