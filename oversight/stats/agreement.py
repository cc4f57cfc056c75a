"""How far several people who coded the same material agree: Krippendorff's alpha."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from oversight.stats.arrays import Floats, Words, floats

Level = Literal["nominal", "ordinal", "interval", "ratio"]
#: From these values on agreement counts as firm, and as tentative (Krippendorff 2004, Content Analysis, 2nd edition, page 241).
FIRM, TENTATIVE = 0.8, 0.667


def krippendorff(values: ArrayLike, level: Level = "nominal") -> float:
    """Krippendorff's alpha: 1 is full agreement, 0 what chance would give, less is worse than chance.

    ``values``: one row per coder, one column per unit (arrays, lists of lists or a DataFrame), numbers or, on the nominal level,
    words; NaN, None or pd.NA where a coder gave none; a unit with one value or none does not count. ``level``: nominal (the same
    or not), ordinal (by rank), interval (by difference) or ratio (by proportion; no value below 0).
    NaN where no unit has two values, or where all values are the same: without variation
    nobody can say whether coders agree or code by habit. Raises ``ValueError`` for another level or shape.

    1 − observed ÷ expected disagreement, from the coincidences of values within units (Krippendorff 2011, Computing
    Krippendorff's Alpha-Reliability).

    >>> round(krippendorff([list("aabbdcccedda"), list("babbbccceddd")]), 3)
    0.692
    """
    if level not in get_args(Level):
        raise ValueError(f"level is {level!r}; it can be {', '.join(get_args(Level))}")
    table = _table(values, level)
    if table.ndim != 2:
        raise ValueError(f"values have {table.ndim} dimensions: one row per coder and one column per unit are needed")
    given = table[~np.isnan(table)]
    if level == "ratio" and (given < 0).any():
        raise ValueError(f"a value of a ratio scale is below 0: {given.min():g}")
    scale = np.unique(given)
    counts = (table[:, :, None] == scale).sum(axis=0).astype(float)  # unit × value: how many coders gave it
    counts = counts[counts.sum(axis=1) >= 2]
    if not len(counts):
        return float("nan")
    m = counts.sum(axis=1)
    # Every ordered pair of values in a unit, each unit weighing as many as its values.
    weighed = counts / (m - 1)[:, None]
    coincidences = weighed.T @ counts - np.diag(weighed.sum(axis=0))
    totals = coincidences.sum(axis=0)
    distance = _distance(scale, totals, level)
    expected = float((np.outer(totals, totals) * distance).sum() / (totals.sum() - 1))
    return 1 - float((coincidences * distance).sum()) / expected if expected > 0 else float("nan")


def _table(values: ArrayLike, level: Level) -> Floats:
    """The values as numbers; words, which only a nominal scale can have, numbered in the order in which they come."""
    try:
        return floats(values)
    except ValueError:
        words = np.asarray(values, dtype=object)
        if level != "nominal" or words.ndim != 2:
            raise
        codes = pd.factorize(words.ravel())[0].astype(float)
        return np.where(codes < 0, np.nan, codes).reshape(words.shape)


def _distance(scale: Floats, totals: Floats, level: Level) -> Floats:
    """How far each two values of the scale are apart, squared; 0 for a value and itself."""
    if level == "nominal":
        apart: Floats = 1 - np.eye(len(scale))
        return apart
    if level == "ordinal":  # how many values lie between the two, their own halved
        rank = np.cumsum(totals) - totals / 2
        return np.subtract.outer(rank, rank) ** 2
    difference, total = np.subtract.outer(scale, scale), np.add.outer(scale, scale)
    if level == "interval":
        return difference**2
    return np.divide(difference, total, out=np.zeros_like(difference), where=total > 0) ** 2


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Step: ``said`` in (per session the yes (1) and no (0) of everybody who coded it); adds how far they agree, and takes ``said`` out.

    Adds ``same``, the sessions in which all said the same, ``alpha`` (nominal; NaN where nobody varies) and ``verdict``: "firm",
    "tentative", "weak", or "" where alpha is undefined; and ``overall``, alpha over all rows together, the same in each.
    """
    rows = [[list(unit) for unit in said] if isinstance(said, (list, np.ndarray)) else [] for said in table["said"]]
    alpha = np.array([_of_units(units) for units in rows], dtype=float)
    same = np.array([sum(len(set(unit)) == 1 for unit in units) for units in rows], dtype=np.int64)
    overall = _of_units([unit for units in rows for unit in units])
    return table.drop(columns="said").assign(same=same, alpha=alpha, verdict=how_firm(alpha), overall=overall)


def _of_units(units: list[list[float]]) -> float:
    """Alpha of yes and no, from the values of each unit."""
    table = np.full((max((len(unit) for unit in units), default=0), len(units)), np.nan)
    for column, unit in enumerate(units):
        table[: len(unit), column] = unit
    return krippendorff(table)


def how_firm(alpha: ArrayLike) -> Words:
    """What may rest on an alpha: "firm" from .80, "tentative" from .667, else "weak"; "" where it is NaN."""
    alpha = floats(alpha)
    return np.select([np.isnan(alpha), alpha >= FIRM, alpha >= TENTATIVE], ["", "firm", "tentative"], default="weak")
