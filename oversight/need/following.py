"""Following the offer: the need of PCNs before and after, beside PCNs that were not offered it. Plain functions, and the step of a query.

PCNs are offered a place when their need looks high, and part of what looks high is chance: it is lower the next time whatever is done
(regression to the mean: Barnett, van der Pols & Dobson 2005, Int J Epidemiol 34:215-220). So nothing is claimed from a group's own change.
Each of its PCNs is set beside the ``MATCHES`` PCNs without the offer whose estimate before was nearest, among those from which as many
people replied after, for an estimate from more replies is drawn less towards the mean. What remains of the difference in the estimate
before is taken off by a line (Abadie & Imbens 2011, J Bus Econ Stat 29:1-11); the variance is that of matching with replacement (Abadie
& Imbens 2006, Econometrica 74:235-267), with Student's t of one less than the group's PCNs. Not a trial: what else tells PCNs with and
without the offer apart is not taken out. Estimates after are drawn towards the mean too, so a true change shows smaller than it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from oversight.need.cases import Case, case
from oversight.need.weights import Floats, Ints
from oversight.stats import Z95, t_quantile

#: Where a PCN stands with the offer between two waves, as ``queries/offer_change.sql`` words it. The first four were offered it.
STANDINGS: Mapping[str, str] = MappingProxyType(
    {
        "started": "Started or ended between the waves",
        "earlier": "Started before the earlier wave opened",
        "accepted": "Accepted, not started",
        "offered": "Offered, no reply yet",
        "asked": "Asked for it, not offered",
        "none": "Neither asked nor offered",
    }
)
#: Whom a group is compared with. Those where it started before the first wave have no time before it; the last are nobody's like.
COMPARED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"started": ("asked", "none"), "accepted": ("asked", "none"), "offered": ("asked", "none"), "asked": ("none",)}
)
#: Nothing is claimed of fewer PCNs; how many similar PCNs each is set beside; how near their estimate before has to be, on 0 to 1.
FEWEST, MATCHES, NEAR = 10, 10, 0.05
#: From so many replies on it makes no difference how many more there are.
MANY = 3
_KEYS, _SEEN = ("when", "standing"), ("", "_sd", "_n", "_raw")


def change(table: pd.DataFrame, weights: str | None = None, model: str = "factor") -> pd.DataFrame:
    """Step: the raw rows of two waves in (``when``: before or after; ``standing``; else as for ``need.rank``), ``groups`` of them out."""
    standing = table.drop_duplicates("pcn_code").set_index("pcn_code")["standing"]
    found = {when: _seen(case(rows.drop(columns=list(_KEYS)), weights, model)) for when, rows in table.groupby("when")}
    if set(found) != {"before", "after"}:
        return groups(pd.DataFrame(columns=["standing", *(f"{when}{c}" for when in ("before", "after") for c in _SEEN)]))
    return groups(found["before"].add_prefix("before").join(found["after"].add_prefix("after")).join(standing))


def _seen(found: Case) -> pd.DataFrame:
    """By pcn_code: the estimate (under ""), its _sd, and of the replies of the role asked for _n and _raw, their mean score."""
    n, total = found.replies.own()
    raw = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    columns = (found.estimates.estimate, found.estimates.sd, n, raw)
    return pd.DataFrame(dict(zip(_SEEN, columns, strict=True)), index=pd.Index(found.pcns["pcn_code"], name="pcn_code"))


def groups(pcns: pd.DataFrame) -> pd.DataFrame:
    """One row per group of ``STANDINGS``, from one row per PCN: standing, and of each wave (before, after) the estimate, its standard
    deviation (_sd), replies that count (_n) and the mean score of those alone (_raw).

    standing, label; pcns, heard (a reply both times), once (only one of the times), never; matched (how many of those heard have similar
    PCNs without the offer), similar (how many different PCNs those are). The rest is of the PCNs matched, or of those heard where a group
    is compared with nobody, and missing under ``FEWEST``: before, after, change (mean estimates, low_ and high_ their 95% interval),
    raw_before, raw_after, raw_change (the same of their own replies alone; the interval of the change), without (mean estimate after of
    similar PCNs at the same estimate before), beyond (after less without, with its interval), verdict (lower, similar, higher or "").
    """
    both = pcns[(pcns["before_n"] > 0) & (pcns["after_n"] > 0)]
    rows = []
    for code, label in STANDINGS.items():
        every, heard = pcns[pcns["standing"] == code], both[both["standing"] == code]
        never = int(((every["before_n"] == 0) & (every["after_n"] == 0)).sum())
        row = {"standing": code, "label": label, "pcns": len(every), "heard": len(heard), "once": len(every) - len(heard) - never}
        others = both[both["standing"].isin(COMPARED.get(code, ()))]
        share = matched(_numbers(heard, "before"), _replies(heard), _numbers(others, "before"), _replies(others))
        has = share.any(axis=1)
        of = heard[pd.Series(has, index=heard.index)] if code in COMPARED else heard
        row |= {"never": never, "matched": int(has.sum()), "similar": int(share.any(axis=0).sum())}
        rows.append({**row, **_own(of), **_beside(of, others, share[has])})
    return pd.DataFrame(rows)


def _own(of: pd.DataFrame) -> dict[str, float]:
    """The means of a group before and after, as estimated and from its replies alone; missing where it is small."""
    size, enough = len(of), len(of) >= FEWEST
    # the errors of the PCNs as if independent: what they share through region and ICB is small beside them
    error = {when: float(np.sqrt((_numbers(of, f"{when}_sd") ** 2).sum())) / max(size, 1) for when in ("before", "after")}
    means = {when: float(_numbers(of, when).mean()) if enough else np.nan for when in error}
    found = dict(means)
    for when, mean in means.items():
        found |= {f"low_{when}": max(mean - Z95 * error[when], 0.0), f"high_{when}": min(mean + Z95 * error[when], 1.0)} if enough else {
            f"low_{when}": np.nan, f"high_{when}": np.nan
        }  # fmt: skip
    moved, half = means["after"] - means["before"], Z95 * float(np.hypot(error["before"], error["after"]))
    found |= {"change": moved, "low_change": moved - half, "high_change": moved + half}
    for when in error:
        found[f"raw_{when}"] = float(_numbers(of, f"{when}_raw").mean()) if enough else np.nan
    by_pcn = _numbers(of, "after_raw") - _numbers(of, "before_raw")
    moved = float(by_pcn.mean()) if enough else np.nan
    half = _t(size) * float(by_pcn.std(ddof=1)) / np.sqrt(size) if enough else np.nan
    return {**found, "raw_change": moved, "low_raw_change": moved - half, "high_raw_change": moved + half}


def _beside(of: pd.DataFrame, others: pd.DataFrame, share: Floats) -> dict[str, float | str]:
    """What similar PCNs of ``others`` have after, and what the group's have beyond that; missing where it is small."""
    size = len(share)
    if size < FEWEST:
        return {**dict.fromkeys(("without", "beyond", "low_beyond", "high_beyond"), np.nan), "verdict": ""}
    expected, variance = _expected(of, others, share)
    left = _numbers(of, "after") - expected
    beyond = float(left.mean())
    half = _t(size) * float(np.sqrt(((left - beyond) ** 2).sum() / (size * (size - 1)) + variance))
    low, high = beyond - half, beyond + half
    verdict = "lower" if high < 0 else "higher" if low > 0 else "similar"
    return {"without": float(expected.mean()), "beyond": beyond, "low_beyond": low, "high_beyond": high, "verdict": verdict}


def matched(before: Floats, replies: Ints, other_before: Floats, other_replies: Ints) -> Floats:
    """How much each of the others counts beside each PCN: (PCNs, others), a row adds up to 1, or to 0 where nobody is similar.

    The ``MATCHES`` with the nearest estimate before, no further than ``NEAR``, among those with as many replies after (up to ``MANY``).
    """
    if not len(before) or not len(other_before):
        return np.zeros((len(before), len(other_before)))
    far = np.abs(before[:, None] - other_before[None, :])
    far = np.where(np.minimum(replies, MANY)[:, None] == np.minimum(other_replies, MANY)[None, :], far, np.inf)
    nearest = np.argsort(far, axis=1, kind="stable")[:, :MATCHES]
    near = np.zeros(far.shape, dtype=bool)
    np.put_along_axis(near, nearest, np.take_along_axis(far, nearest, axis=1) <= NEAR, axis=1)
    share: Floats = near / np.maximum(near.sum(axis=1, keepdims=True), 1)
    return share


def _expected(group: pd.DataFrame, others: pd.DataFrame, share: Floats) -> tuple[Floats, float]:
    """What similar PCNs have after, at each PCN's own estimate before; and what that adds to the variance of the group's mean difference.

    The line is that of all the others from which as many replied: the nearest alone lie too close together to tell its slope.
    """
    x, y = _numbers(others, "before"), _numbers(others, "after")
    own, of = (np.minimum(_replies(table), MANY) for table in (group, others))
    further, weight, same = _numbers(group, "before") - share @ x, share.sum(axis=0), (share**2).sum(axis=0)
    expected, variance = share @ y, 0.0
    for n in np.unique(own):
        among, here = of == n, own == n
        dx, dy = x[among] - x[among].mean(), y[among] - y[among].mean()
        steep = float((dx**2).sum())
        slope = float((dx * dy).sum()) / steep if steep > 1e-12 else 0.0
        spread = float(((dy - slope * dx) ** 2).sum()) / max(int(among.sum()) - 2, 1)
        expected[here] += slope * further[here]
        variance += spread * float((weight[among] ** 2 - same[among]).sum())  # some are used more than once
        variance += spread / steep * float(further[here].sum()) ** 2 if steep > 1e-12 else 0.0
    return expected, variance / len(group) ** 2


def _t(size: int) -> float:
    return t_quantile(max(size - 1, 1))


def _numbers(table: pd.DataFrame, column: str) -> Floats:
    return table[column].to_numpy(dtype=float)


def _replies(table: pd.DataFrame) -> Ints:
    return table["after_n"].to_numpy(dtype=np.int64)
