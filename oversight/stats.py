"""Intervals and comparisons: the only place where they are worked out.

Plain functions on counts, then the table steps a query's header may name (``-- then: stats.coverage``). A step
returns a copy of its table with columns added; it never drops or reorders a row. Where a denominator is 0 or missing the
result is NaN, never 0; counts that cannot be (more with than in all) raise ``ValueError``, for the query is at fault.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

#: Normal quantiles for 95% intervals, and for the 99.8% intervals used where many places are compared at once.
Z95 = 1.959963984540054
Z998 = 3.090232306

Direction = Literal["high is good", "low is good", "none"]
Floats = NDArray[np.float64]
Words = NDArray[np.str_]


def wilson(x: ArrayLike, n: ArrayLike, z: float = Z95) -> tuple[Floats, Floats]:
    """Wilson score interval of the proportion x / n: (low, high), each between 0 and 1, NaN where n is 0.

    (2x + z² ∓ z√(z² + 4x(1 − x/n))) / (2(n + z²)): Wilson 1927, the standard of OHID's Fingertips.
    """
    x, n = _counts(x, n)
    share = _ratio(x, n)
    half = z * np.sqrt(z**2 + 4 * x * (1 - share))
    low, high = (2 * x + z**2 - half) / (2 * (n + z**2)), (2 * x + z**2 + half) / (2 * (n + z**2))
    return low, np.clip(high, share, 1)  # at n of n rounding may leave it to either side of 1


def against(low: ArrayLike, high: ArrayLike, benchmark: ArrayLike) -> Words:
    """An interval against a benchmark: "lower" or "higher" when wholly below or above it, else "similar".

    Touching is similar (DHSC, Fingertips); "" where any of the three is NaN.
    """
    low, high, benchmark = (np.asarray(a, dtype=float) for a in (low, high, benchmark))
    unknown = np.isnan(low + high + benchmark)
    return np.select([unknown, high < benchmark, low > benchmark], ["", "lower", "higher"], default="similar")


def better_or_worse(verdict: ArrayLike, direction: Direction) -> Words:
    """A verdict of ``against`` as a judgement: "better", "similar" or "worse"; unchanged where direction is "none"."""
    if direction not in ("high is good", "low is good", "none"):
        raise ValueError(f"direction is {direction!r}; it can be 'high is good', 'low is good' or 'none'")
    words = np.asarray(verdict, dtype=str)
    if direction == "none":
        return words
    good, bad = ("higher", "lower") if direction == "high is good" else ("lower", "higher")
    return np.select([words == good, words == bad], ["better", "worse"], default=words)


def newcombe(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, z: float = Z95) -> tuple[Floats, Floats, Floats]:
    """x1 / n1 − x2 / n2 for two different sets of people: (difference, low, high), NaN where either n is 0.

    Newcombe 1998 (Statistics in Medicine 17: 873), method 10: both Wilson intervals combined.
    """
    (x1, n1), (x2, n2) = _counts(x1, n1), _counts(x2, n2)
    p1, p2 = _ratio(x1, n1), _ratio(x2, n2)
    (low1, high1), (low2, high2) = wilson(x1, n1, z), wilson(x2, n2, z)
    low = p1 - p2 - np.hypot(p1 - low1, high2 - p2)
    high = p1 - p2 + np.hypot(high1 - p1, p2 - low2)
    return p1 - p2, low, high


def bounds(x: ArrayLike, n: ArrayLike, N: ArrayLike) -> tuple[Floats, Floats]:
    """The share among all N people when x of the n who replied are counted and nothing is assumed of the others: (low, high).

    [x/N, (x + N − n)/N]: nobody who is silent counts, or everybody. NaN where N is 0 or missing.
    """
    x, n = _counts(x, n)
    n, N = _counts(n, N)
    return _ratio(x, N), _ratio(x + N - n, N)


def share(table: pd.DataFrame, z: float = Z95) -> pd.DataFrame:
    """Step: columns ``x`` and ``n`` in; adds ``share`` = x / n with its Wilson interval ``low``, ``high``."""
    x, n = _column(table, "x"), _column(table, "n")
    low, high = wilson(x, n, z)
    return table.assign(share=_ratio(x, n), low=low, high=high)


def rate(table: pd.DataFrame) -> pd.DataFrame:
    """Step: columns ``responses`` and ``headcount`` in; adds ``rate``, their ratio, NaN where the headcount is 0 or missing.

    A rate is at most 1 because a headcount is the larger of its estimate and the responses; more responses than
    headcount raise ``ValueError`` rather than being cut to 1.
    """
    return table.assign(rate=_ratio(*_counts(_column(table, "responses"), _column(table, "headcount"))))


def change(table: pd.DataFrame, z: float = Z95) -> pd.DataFrame:
    """Step: ``x1`` of ``n1`` earlier and ``x2`` of ``n2`` now in; adds what became of the share, other people having replied.

    Adds ``share1``, ``share2``, ``difference`` = share2 − share1 with its Newcombe interval ``low``, ``high``, and
    ``verdict``: "lower", "similar" or "higher" than before, "" where either wave has no answers.
    """
    x1, n1, x2, n2 = (_column(table, name) for name in ("x1", "n1", "x2", "n2"))
    difference, low, high = newcombe(x2, n2, x1, n1, z)
    out = table.assign(share1=_ratio(x1, n1), share2=_ratio(x2, n2), difference=difference, low=low, high=high)
    return out.assign(verdict=against(low, high, 0))


def coverage(table: pd.DataFrame, z: float = Z95, by: tuple[str, ...] = ("element",)) -> pd.DataFrame:
    """Step: counts ``yes``, ``no``, ``dont_know`` in; adds shares and Wilson intervals over both denominators.

    Adds ``answered`` (all three), ``share`` of yes with ``low`` and ``high``; ``known`` (yes and no), ``share_known``,
    ``low_known``, ``high_known``; ``dont_know_share``. Where the table has a column ``level``, also ``against_england``:
    each row's ``low`` to ``high`` against the ``share`` of the row of the same ``by`` whose level is "england" (lower,
    similar, higher; "" for that row itself and where there is nothing to compare). For lists of places pass ``Z998``.
    """
    yes, no, dont_know = (_column(table, name) for name in ("yes", "no", "dont_know"))
    answered, known = yes + no + dont_know, yes + no
    low, high = wilson(yes, answered, z)
    low_known, high_known = wilson(yes, known, z)
    _counts(dont_know, answered)
    out = table.assign(
        answered=_whole(answered),
        share=_ratio(yes, answered),
        low=low,
        high=high,
        known=_whole(known),
        share_known=_ratio(yes, known),
        low_known=low_known,
        high_known=high_known,
        dont_know_share=_ratio(dont_know, answered),
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


def _counts(part: ArrayLike, whole: ArrayLike) -> tuple[Floats, Floats]:
    """Both as float arrays of one shape. Raises ``ValueError`` for a negative count or a part larger than its whole."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=float), np.asarray(whole, dtype=float))
    wrong = (part < 0) | (part > whole)
    if np.any(wrong):
        raise ValueError(f"{np.sum(wrong)} counts cannot be, for example {part[wrong][0]:g} of {whole[wrong][0]:g}")
    return part, whole


def _ratio(part: Floats, whole: Floats) -> Floats:
    """One over the other, NaN where the whole is 0 or missing."""
    ratio: Floats = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
    return ratio


def _column(table: pd.DataFrame, name: str) -> Floats:
    """A column of numbers as floats, NULL as NaN. Raises ``ValueError`` when the query does not give it."""
    if name not in table:
        raise ValueError(f"the query gives no column {name!r}")
    return table[name].to_numpy(dtype=float, na_value=np.nan)


def _whole(counts: Floats) -> Floats | NDArray[np.int64]:
    """Counts as whole numbers where none is missing."""
    return counts if np.isnan(counts).any() else counts.astype(np.int64)
