"""Two sides of one contract: the PCN's answers beside the link workers'."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from oversight.stats.arrays import Words, column, counted
from oversight.stats.differences import newcombe
from oversight.stats.proportions import against, wilson
from oversight.stats.steps import share


def sides(table: pd.DataFrame, reference: str = "splw") -> pd.DataFrame:
    """Step: ``x`` of ``n`` by ``level``, ``code``, ``element`` and ``role`` in; each role's share, and its difference from ``reference``.

    Adds what ``share`` adds; ``difference`` = share − share of the reference role at the same place and element, with its
    Newcombe interval ``low_difference``, ``high_difference``; ``verdict``: "lower", "similar" or "higher" than the reference. All
    empty for the reference itself and where either side has no answers. Raises ``ValueError`` when the reference stands twice.
    """
    out = share(table)
    keys = ["level", "code", "element"]
    other = table.loc[table["role"] == reference, [*keys, "x", "n"]].rename(columns={"x": "x_other", "n": "n_other"})
    both = table.merge(other, on=keys, how="left", validate="many_to_one")
    x, n, x_other, n_other = (column(both, name) for name in ("x", "n", "x_other", "n_other"))
    found = newcombe(x, n, x_other, n_other)
    own = (table["role"] == reference).to_numpy(dtype=bool)
    difference, low, high = (np.where(own, np.nan, value) for value in found)
    verdict = against(low, high, 0)
    return out.assign(difference=difference, low_difference=low, high_difference=high, verdict=verdict)


def leaning(one: ArrayLike, other: ArrayLike) -> Words:
    """Of pairs that disagree, whether ``one`` side alone says yes more often: "higher", "lower", or "similar"; "" where none disagree.

    The Wilson interval of one ÷ (one + other) against a half, which is McNemar's test without correction (1947) at 5%.

    >>> str(leaning(15, 4))
    'higher'
    """
    one, other = counted(one), counted(other)
    return against(*wilson(one, one + other), 0.5)
