"""Counts and columns as arrays of floats, checked once for every formula."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Words = NDArray[np.str_]


def floats(values: ArrayLike) -> Floats:
    """One number or many (list, array, Series or column of any type, whatever its index) as floats; None and pd.NA are NaN.

    Raises ``ValueError`` for what is no number.
    """
    if isinstance(values, (pd.Series, pd.Index, pd.DataFrame, pd.api.extensions.ExtensionArray)):
        made: Floats = values.to_numpy(dtype=float, na_value=np.nan)
        return made
    if isinstance(values, np.ma.MaskedArray):
        return np.ma.filled(values.astype(float), np.nan)
    try:
        return np.asarray(values, dtype=float)
    except TypeError:  # pd.NA among them, or what is no number at all
        mixed = np.asarray(values, dtype=object)
    try:
        return np.where(pd.isna(mixed), np.nan, mixed).astype(float)
    except TypeError as error:
        raise ValueError(f"these are not numbers: {values!r:.60}") from error


def checked(part: ArrayLike, whole: ArrayLike) -> tuple[Floats, Floats]:
    """Both as float arrays of one shape. Raises ``ValueError`` for a negative count or a part larger than its whole."""
    part, whole = np.broadcast_arrays(floats(part), floats(whole))
    wrong = (part < 0) | (part > whole) | (whole < 0)
    if np.any(wrong):
        raise ValueError(f"counts cannot be {part[wrong][0]:.15g} of {whole[wrong][0]:.15g} ({np.sum(wrong)} of {part.size} cannot be)")
    return part, whole


def counted(counts: ArrayLike) -> Floats:
    """Counts as floats. Raises ``ValueError`` for one below 0."""
    counts = floats(counts)
    if np.any(counts < 0):
        raise ValueError(f"a count cannot be {counts[counts < 0][0]:.15g}")
    return counts


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
