"""The same places twice: change within them, and change of who answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oversight.stats.arrays import Floats, checked, ratio

DRAWS, SEED = 2000, 20_261_125
#: Under so many PCNs heard both times there is no interval: too few to draw from.
FEWEST_PCNS = 10
#: What a change is made of; ``composition`` is the sum of the three after it.
PARTS = ("difference", "within", "composition", "mix", "came", "went")


@dataclass(frozen=True)
class Panel:
    """A change of the overall share and its parts: ``value[part]`` with ``low[part]`` to ``high[part]``, one number per table.

    Parts: difference = within + composition, and composition = mix + came + went (see ``panel``). ``matched``, ``came`` and
    ``went`` count PCNs; x1 of n1 and x2 of n2 are the people of the matched PCNs.
    """

    value: dict[str, Floats]
    low: dict[str, Floats]
    high: dict[str, Floats]
    matched: NDArray[np.int64]
    came: NDArray[np.int64]
    went: NDArray[np.int64]
    x1: Floats
    n1: Floats
    x2: Floats
    n2: Floats


def panel(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, *, draws: int = DRAWS, seed: int = SEED) -> Panel:
    """What became of a share between two waves, split into change within PCNs and change of who answered.

    ``x1`` of ``n1`` people earlier and ``x2`` of ``n2`` later, one row per PCN and, if there are several, one column per measure;
    0 of 0 where nobody of a PCN answered.
    PCNs with people both times are matched. With weights w = n / n of all matched and shares p = x / n of each wave:

    - within = Σ ½(w1 + w2)(p2 - p1) over the matched;
    - mix = Σ ½(p1 + p2)(w2 - w1) over the matched: the same PCNs, other numbers of replies;
    - came = the overall share later less the matched PCNs' share later; went = the matched PCNs' share earlier less the
      overall share earlier.

    The four add up to the difference of the overall shares. Midpoint weights: Kitagawa 1955 (JASA 50: 1168); those who came and
    went against those who stayed: Melitz and Polanec 2015 (RAND Journal of Economics 46: 362). Everything is NaN where no PCN
    is matched. Intervals are the middle 95% of ``draws`` bootstrap samples of PCNs, always the same for one ``seed``, and NaN
    under ``FEWEST_PCNS`` matched PCNs. Raises ``ValueError`` for counts that cannot be or are missing.

    >>> made = panel([8, 5, 3], [10, 10, 10], [9, 6, 0], [10, 20, 0], draws=0)
    >>> [round(float(made.value[part][0]), 4) for part in ("difference", "within", "mix", "came", "went")]
    [-0.0333, -0.075, -0.075, 0.0, 0.1167]
    """
    (x1, n1), (x2, n2) = checked(x1, n1), checked(x2, n2)
    x1, n1, x2, n2 = (_columns(a) for a in np.broadcast_arrays(x1, n1, x2, n2))
    if np.isnan(x1 + n1 + x2 + n2).any():
        raise ValueError("a count is missing: where nobody of a PCN answered it is 0 of 0")
    both = (n1 > 0) & (n2 > 0)
    moved = np.where(both, np.nan_to_num(ratio(x2, n2) - ratio(x1, n1)), 0)
    terms = np.stack([x1, n1, x2, n2, both * x1, both * n1, both * x2, both * n2, both * n1 * moved, both * n2 * moved])
    value = _parts(terms.sum(axis=1))
    rows, measures = x1.shape
    if rows and draws:
        flat = terms.transpose(1, 0, 2).reshape(rows, -1)
        sums = (_resampled(rows, draws, seed) @ flat).reshape(draws, len(terms), measures).transpose(1, 0, 2)
        drawn = _parts(sums)
    else:
        drawn = {name: np.full((1, measures), np.nan) for name in PARTS}
    matched = both.sum(axis=0)
    limits = {name: _middle(drawn[name], (matched >= FEWEST_PCNS) & (draws > 0)) for name in PARTS}
    return Panel(
        value,
        {name: low for name, (low, _) in limits.items()},
        {name: high for name, (_, high) in limits.items()},
        matched,
        ((n1 == 0) & (n2 > 0)).sum(axis=0),
        ((n1 > 0) & (n2 == 0)).sum(axis=0),
        *(term.sum(axis=0) for term in terms[4:8]),
    )


def _columns(values: Floats) -> Floats:
    return values.reshape(-1, 1) if values.ndim < 2 else values


def _parts(sums: Floats) -> dict[str, Floats]:
    """The parts from the sums over PCNs: every part is made of ratios of them, so a bootstrap sample is one product."""
    x1, n1, x2, n2, matched_x1, matched_n1, matched_x2, matched_n2, moved1, moved2 = sums
    all1, all2, same1, same2 = ratio(x1, n1), ratio(x2, n2), ratio(matched_x1, matched_n1), ratio(matched_x2, matched_n2)
    within = (ratio(moved1, matched_n1) + ratio(moved2, matched_n2)) / 2
    mix, came, went = same2 - same1 - within, all2 - same2, same1 - all1
    return {
        "difference": within + mix + came + went,
        "within": within,
        "composition": mix + came + went,
        "mix": mix,
        "came": came,
        "went": went,
    }


def _resampled(rows: int, draws: int, seed: int) -> Floats:
    """How often each row stands in each bootstrap sample: draws × rows."""
    picked = np.random.default_rng(seed).integers(0, rows, (draws, rows)) + rows * np.arange(draws)[:, None]
    counts: Floats = np.bincount(picked.ravel(), minlength=draws * rows).reshape(draws, rows).astype(float)
    return counts


def _middle(drawn: Floats, enough: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """The middle 95% of the samples of each measure, NaN where there are too few PCNs."""
    limits = np.full((2, len(enough)), np.nan)
    holes = np.isnan(drawn).any(axis=0)  # a sample may hold no matched PCN at all
    limits[:, enough & ~holes] = np.quantile(drawn[:, enough & ~holes], [0.025, 0.975], axis=0)
    for at in np.nonzero(enough & holes)[0]:
        limits[:, at] = np.quantile(drawn[~np.isnan(drawn[:, at]), at], [0.025, 0.975])
    return limits[0], limits[1]
