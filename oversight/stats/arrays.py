"""Counts and columns as arrays of floats, checked once for every formula."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Words = NDArray[np.str_]


def checked(part: ArrayLike, whole: ArrayLike) -> tuple[Floats, Floats]:
    """Both as float arrays of one shape. Raises ``ValueError`` for a negative count or a part larger than its whole."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=float), np.asarray(whole, dtype=float))
    wrong = (part < 0) | (part > whole)
    if np.any(wrong):
        raise ValueError(f"{np.sum(wrong)} counts cannot be, for example {part[wrong][0]:g} of {whole[wrong][0]:g}")
    return part, whole


def ratio(part: Floats, whole: Floats) -> Floats:
    """One over the other, NaN where the whole is 0 or missing."""
    ratio: Floats = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
    return ratio


def column(table: pd.DataFrame, name: str) -> Floats:
    """A column of numbers as floats, NULL as NaN. Raises ``ValueError`` when the query does not give it."""
    if name not in table:
        raise ValueError(f"the query gives no column {name!r}")
    return table[name].to_numpy(dtype=float, na_value=np.nan)


def whole(counts: Floats) -> Floats | NDArray[np.int64]:
    """Counts as whole numbers where none is missing."""
    return counts if np.isnan(counts).any() else counts.astype(np.int64)
