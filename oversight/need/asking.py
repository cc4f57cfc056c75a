"""Whom to ask next: what one more reply of a PCN is expected to be worth for deciding who gets a place.

A place goes to the PCNs with the highest estimates. A reply is worth something where it can carry a PCN's estimate across the
cut-off. In the normal model a PCN's need is T ~ N(estimate, V), V = sd², and one more reply is T plus noise of variance σ² = reply_sd²; so
before it comes, the new estimate is N(estimate, σ̃²) with σ̃² = V²/(V + σ²). With d = |estimate - cut-off| the expected gain of a
decision made after the reply over the same decision made now, in units of need, is the *expected value of sample information*

    EVSI = σ̃ φ(d/σ̃) - d Φ(-d/σ̃)

(Raiffa & Schlaifer 1961, chapter 5: the unit normal loss integral). It is highest near the cut-off and where least is known, never
negative, and 0 where nothing more can be learnt (V = 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oversight.need.cases import case
from oversight.need.estimates import order
from oversight.need.ranking import points
from oversight.need.sharing import SERVED
from oversight.need.weights import Floats, Ints

Flags = NDArray[np.bool_]

#: Under this chance that one more reply carries the estimate across the cut-off, a PCN's place counts as settled.
SETTLED = 0.01
#: From this chance on a PCN counts as near the cut-off: it lies within one standard deviation of what a reply usually changes.
NEAR = 0.15865525393145707
#: Why a PCN is to be asked, or not: code -> meaning. The first three are to be asked.
WHY: Mapping[str, str] = MappingProxyType(
    {
        "silent": "nobody has replied",
        "near": "near the cut-off, so that one more reply may well decide",
        "wide": "further from the cut-off, but so little is known that one more reply may decide",
        "has_place": "the offer was made already",
        "nobody_in_post": "the workforce return says that nobody is in post",
        "all_heard": "everybody in post has replied",
        "settled": "one more reply would hardly change whether it gets a place",
    }
)
TO_ASK = ("silent", "near", "wide")
#: What ``by_worth`` needs to know of a PCN.
NEEDED = ("pcn_code", "n_workers", "returned", "replies", "offer_status", "n", "estimate", "sd", "reply_sd")


def _below(z: ArrayLike) -> Floats:
    """P(a standard normal is at most z) for each z."""
    values = np.asarray(z, dtype=float)
    return np.array([NormalDist().cdf(value) if value == value else np.nan for value in values.ravel()]).reshape(values.shape)


def change_of_estimate(sd: ArrayLike, reply_sd: ArrayLike) -> Floats:
    """σ̃: the standard deviation of what one more reply changes in an estimate, V/√(V + σ²); 0 where nothing is uncertain."""
    variance, noise = np.asarray(sd, dtype=float) ** 2, np.asarray(reply_sd, dtype=float) ** 2
    total = variance + noise
    change: Floats = np.divide(variance, np.sqrt(total), out=np.zeros(np.broadcast(variance, noise).shape), where=~(total <= 0))
    return change


def value_of_reply(estimate: ArrayLike, sd: ArrayLike, reply_sd: ArrayLike, cut_off: float) -> tuple[Floats, Floats]:
    """(EVSI, chance that one more reply carries the estimate across the cut-off): see the head of this module.

    ``estimate``, its posterior standard deviation ``sd`` and the standard deviation ``reply_sd`` of one reply about a PCN's need, all in
    units of need; ``cut_off`` may be infinite (no places, or enough for all): then no reply decides anything.
    """
    spread = change_of_estimate(sd, reply_sd)
    distance = np.abs(np.asarray(estimate, dtype=float) - cut_off)
    z = np.divide(distance, spread, out=np.full(np.broadcast(distance, spread).shape, np.inf), where=~(spread <= 0))
    crosses = _below(-z)
    # far from the cut-off the two terms cancel to the last bit, which must not make a value negative (nor ∞ times 0 a NaN)
    density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    lost = np.multiply(z, crosses, out=np.zeros(z.shape), where=~np.isinf(z))
    return np.maximum(spread * (density - lost), 0.0), crosses


def cut_off(estimate: ArrayLike, can_get: ArrayLike, k: int) -> float:
    """The score at which the places end: the k-th highest estimate among the PCNs that can get a place.

    Those are all that were not made the offer. A PCN nobody answered for is among them, though the plan leaves it out until somebody
    does: what is asked for is a reply that would let it in. -∞ when the places are enough for all, ∞ when there are none, so that no
    reply decides anything. Raises ``ValueError`` when ``k`` is negative.
    """
    if k < 0:
        raise ValueError(f"k is {k}; it must be 0 or more")
    scores = np.asarray(estimate, dtype=float)[np.asarray(can_get, dtype=bool)]
    if k == 0:
        return np.inf
    if k >= len(scores):
        return -np.inf
    return float(np.partition(scores, len(scores) - k)[len(scores) - k])


def unheard(n_workers: ArrayLike, returned: ArrayLike, replies: ArrayLike) -> Floats:
    """How many people in post have not replied: the estimated number, in whole people, less the replies. NaN where it is not known.

    It is not known where no workforce return was made. Somebody counts as one person, however few hours the return gives.
    """
    workers = np.asarray(n_workers, dtype=float)
    people = np.where(workers > 0, np.maximum(np.round(workers), 1), workers)
    left = np.maximum(people - np.asarray(replies, dtype=float), 0)
    return np.where(np.asarray(returned, dtype=bool), left, np.nan)


def by_worth(table: pd.DataFrame, k: int) -> pd.DataFrame:
    """The PCNs with what one more reply is expected to be worth: those to ask first, the most worth on top, then the others.

    ``table``: one row per PCN with the columns ``NEEDED`` (as in the answer of the query ``priority``) and any others. ``k``: places of
    the offer. Added: ``unheard`` (people in post who have not replied, NaN not known), ``cut_off``, ``evsi``, ``crosses`` (chance that
    one more reply carries the estimate across the cut-off), ``why`` (code of ``WHY``), ``order`` (1 to ask first; missing where not to
    ask). Equal values: by estimate, then by replies, then by people in post, most first, then by code. When nobody has replied
    anywhere there is no estimate: all who can be reached are to be asked, by people in post and code. Raises ``ValueError`` when a
    column is missing or ``k`` is negative.
    """
    if absent := set(NEEDED) - set(table.columns):
        raise ValueError(f"the table has no column {', '.join(sorted(absent))}")
    number = {name: table[name].to_numpy(dtype=float, na_value=np.nan) for name in NEEDED if name not in ("pcn_code", "offer_status")}
    has_place = table["offer_status"].isin(SERVED).to_numpy()
    line = cut_off(number["estimate"], ~has_place, k)
    evsi, crosses = value_of_reply(number["estimate"], number["sd"], number["reply_sd"], line)
    returned = number["returned"] > 0
    left = unheard(number["n_workers"], returned, number["replies"])
    nothing_known = np.isnan(number["estimate"])  # nobody has replied anywhere
    why = np.select(
        [
            has_place,
            returned & (number["n_workers"] == 0),
            left == 0,
            np.isinf(line) | (crosses < SETTLED),
            nothing_known | (number["n"] == 0),
            crosses >= NEAR,
        ],
        ["has_place", "nobody_in_post", "all_heard", "settled", "silent", "near"],
        default="wide",
    )
    out = table.assign(unheard=left, cut_off=np.where(np.isinf(line), np.nan, line), evsi=evsi, crosses=crosses, why=why)
    asked = np.isin(why, TO_ASK)
    out = out.iloc[_order(table["pcn_code"].to_numpy(dtype=str), asked, evsi, number)].reset_index(drop=True)
    place = pd.Series(np.arange(1, len(out) + 1), dtype="Int64")
    return out.assign(order=place.where(out["why"].isin(TO_ASK)))


def _order(code: NDArray[np.str_], asked: Flags, evsi: Floats, number: Mapping[str, Floats]) -> Ints:
    """The rows in their order. Rounded, so that PCNs alike in all that counts stand in the published order, whatever the last bit."""
    position = np.argsort(order(number["estimate"], number["n"], number["n_workers"], code))
    return np.lexsort((position, -np.where(asked, np.nan_to_num(np.round(evsi, 12)), 0), ~asked)).astype(np.int64)


def ask_next(table: pd.DataFrame, k: int, weights: str | None = None, model: str = "factor") -> pd.DataFrame:
    """Step: whom to ask next, one row per PCN: see ``by_worth``. In: as ``need.rank``, whose estimates are used and not made again.

    Added: n (replies that count), estimate, low, high (90% interval), sd, reply_sd, and those of ``by_worth``. There are no draws: how
    uncertain one estimate is is known without.
    """
    found = case(table, weights, model)
    uncertain = pd.DataFrame({"sd": found.estimates.sd, "reply_sd": found.estimates.reply_sd}, index=found.pcns["pcn_code"])
    known = points(table, weights, model).drop(columns=["fitted", "in_post", "strain_counts", "england", "ranked"])
    return by_worth(known.join(uncertain, on="pcn_code"), k)
