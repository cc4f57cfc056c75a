"""The weights in words: what they amount to, what they must not be, and who comes in and goes out when they change.

Pure functions on weights and on the answers of the queries ``needs`` and ``priority``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from oversight import findings, need, reasons
from oversight.need.choosing import largest_remainder
from oversight.need.weights import NAMES, SENSITIVE_AT_MOST, shares

#: What is unmet, in a few words: what a weight is for.
UNMET: Mapping[str, str] = MappingProxyType(
    {
        "point_of_contact": "Nobody is named as first point of contact",
        "gp_supervisor": "There is no GP supervisor",
        "clinical_supervision": "No clinical or non-managerial supervision, or less often than counts as regular",
        "safeguarding_and_concerns": "Cannot usually discuss patient concerns with a relevant GP, or does not know the safeguarding route",
        "strain": "Anxiety yesterday of 6 or more, from 0 to 10",
    }
)
HIGHEST = 100


def steps(weights: Mapping[str, float]) -> dict[str, int]:
    """The weights as whole numbers from 0 to 100, as they stand on the page: as they are, or else in per cent of the whole.

    A weight above 0 stays above 0. For showing only: what is used is what was given.
    """
    given = {name: weights.get(name, 0.0) for name in need.CRITERIA}
    if all(float(w).is_integer() and w <= HIGHEST for w in given.values()):
        return {name: int(w) for name, w in given.items()}
    return {name: max(round(100 * share), 1) if share > 0 else 0 for name, share in shares(given).items()}


def per_cent(weights: Mapping[str, float]) -> dict[str, int]:
    """What the weights amount to in whole per cent that add up to 100 (largest remainders first; ties in the order of criteria)."""
    given = [weights.get(name, 0.0) for name in need.CRITERIA]
    return dict(zip(need.CRITERIA, largest_remainder(given, 100) if any(given) else [0] * len(given), strict=True))


def amount_to(weights: Mapping[str, float]) -> str:
    """For example "Point of contact 15% · GP supervisor 20% · … of the whole"."""
    return " · ".join(f"{NAMES[name]} **{share}%**" for name, share in per_cent(weights).items())


def problem(weights: Mapping[str, float]) -> str:
    """Why these weights cannot be used, and what to do; "" when they can."""
    if not any(weights.get(name, 0) > 0 for name in need.CRITERIA):
        return "All weights are 0, so nothing would count. Raise at least one of them."
    sensitive = sum(share for name, share in shares(weights).items() if name in need.SENSITIVE)
    if sensitive > SENSITIVE_AT_MOST * (1 + 1e-9):
        return (
            f"Safeguarding and strain hold {_above(sensitive)} of the whole; together they may hold at most half. An estimate made mostly "
            "of them would show what single people said about safeguarding or how they feel. Lower one of them, or raise another weight."
        )
    return ""


def _above(share: float) -> str:
    """A share above a half, never rounded down to it."""
    return "just over 50%" if share < 0.505 else findings.percent(share)


def compared(now: pd.DataFrame, as_set: pd.DataFrame, k: int) -> pd.DataFrame:
    """Both answers of ``needs`` for all of England side by side, in the order of ``now``.

    Added: ``before`` (the estimate as set), ``among`` and ``was`` (whether it is among the ``k`` highest estimates, now and as set), and
    ``change``: "comes in", "goes out" or "". Without any reply nobody is among the highest.
    """
    at = pd.Index(as_set["pcn_code"].to_numpy(dtype=object)).get_indexer(pd.Index(now["pcn_code"].to_numpy(dtype=object)))
    before, estimate = as_set["estimate"].to_numpy(dtype=float)[at], now["estimate"].to_numpy(dtype=float)
    among = (np.arange(len(now)) < k) & ~np.isnan(estimate)
    was = (at < k) & ~np.isnan(before)
    change = np.select([among & ~was, was & ~among], ["comes in", "goes out"], default="")
    return now.assign(before=before, among=among, was=was, change=change)


def headline(table: pd.DataFrame, k: int, changed: str, place: str = "England", codes: frozenset[str] | None = None) -> str:
    """How many of the K highest estimates stay the same: "With these weights 88 of the 100 stay the same".

    ``table``: of ``compared``. ``changed``: what is not as set ("these weights"), "" when nothing is. ``codes``: the PCNs of ``place``.
    """
    most, entering = int(table["was"].sum()), int(table["among"].sum())
    if not most and entering:
        counts = "reply counts, with everything as set none does"
        return f"With {changed} a {counts}: {findings.count(entering, 'PCN')} {'comes' if entering == 1 else 'come'} in"
    if not most:
        return "The offer has no places, so weights decide nothing" if len(table) and not k else "There is nothing to weigh here"
    if not changed:
        return "The weights are as set: move one to see which PCNs would come in and which would go out"
    if k >= len(table):
        return f"There are places for all {len(table):,} PCNs, so weights decide nothing"
    stay = int((table["among"] & table["was"]).sum())
    many = "all" if stay == most else "none" if not stay else f"{stay:,}"
    verb = "stays" if stay == 1 and most > 1 else "stay"
    sentence = f"With {changed} {many} of the {most:,} {verb} the same"
    if most == 1:
        sentence = f"With {changed} the one PCN {'stays the same' if stay else 'is another'}"
    if place != "England" and codes is not None and stay < most:
        here = table[table["pcn_code"].isin(codes)]["change"].value_counts()
        sentence += f"; of {findings.the(place)} {_moves(int(here.get('comes in', 0)), int(here.get('goes out', 0)))}"
    return sentence


def _moves(entering: int, leaving: int) -> str:
    if not entering and not leaving:
        return "none moves"
    parts = [f"{entering} {'comes' if entering == 1 else 'come'} in" if entering else "none comes in"]
    return f"{parts[0]} and {f'{leaving} ' + ('goes' if leaving == 1 else 'go') if leaving else 'none goes'} out"


def changed(weights: bool, also: bool) -> str:
    """What of the estimates is not as set, in words: "these weights and replies"."""
    return {(True, True): "these weights and replies", (True, False): "these weights", (False, True): "these replies"}.get(
        (weights, also), ""
    )


def moves(table: pd.DataFrame) -> pd.DataFrame:
    """Who comes in (the highest first) and who goes out, with words: pcn, change in words, heard."""
    found = pd.concat([table[table["change"] == one] for one in ("comes in", "goes out")])
    return found.assign(
        pcn=reasons.names(found),
        moves=found["change"].str.capitalize(),
        heard=pd.Series([reasons.heard(*row) for row in found[["replies", "n_workers", "returned"]].to_numpy()], found.index, dtype=object),
    )


def with_chances(found: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """``moves`` with what the draws say of each under these weights: chance, rank_range, sure. ``drawn``: of the query ``priority``."""
    more = reasons.in_words(drawn[drawn["pcn_code"].isin(found["pcn_code"])])
    return found.drop(columns=["chance", "rank_range", "sure"], errors="ignore").merge(
        more[["pcn_code", "chance", "rank_range", "sure"]], on="pcn_code", how="left"
    )


def moves_sentence(table: pd.DataFrame, place: str) -> str:
    """How many come in and go out here, for the head of their table."""
    count = table["change"].value_counts()
    entering, leaving = int(count.get("comes in", 0)), int(count.get("goes out", 0))
    where = "" if place == "England" else f" of {findings.the(place)}"
    if not entering and not leaving:
        return f"No PCN{where} comes in or goes out"
    inward = f"{findings.count(entering, 'PCN') if entering else 'No PCN'}{where} {'come' if entering > 1 else 'comes'} in"
    return f"{inward}, {leaving or 'none'} {'go' if leaving > 1 else 'goes'} out"


def bands_beside(now: pd.DataFrame, as_set: pd.DataFrame) -> pd.DataFrame:
    """PCNs in each band, under these weights and as set: band, label, chance, pcns, before. Both tables: of ``priority``."""
    counts = reasons.bands(now).drop(columns="silent", errors="ignore")
    return counts.assign(before=reasons.bands(as_set)["pcns"].to_numpy())


def bands_sentence(counts: pd.DataFrame, changed: str) -> str:
    """For example "12 PCNs clearly need the offer most, 14 with everything as set"; ``changed``: as in ``headline``."""
    now, before = (int(counts.loc[counts["band"] == "clearly", column].iloc[0]) for column in ("pcns", "before"))
    sentence = f"{findings.count(now, 'PCN') if now else 'No PCN'} clearly {'need' if now > 1 else 'needs'} the offer most"
    if not changed:
        return sentence
    return f"{sentence}, {'as many as' if now == before else before or 'none'} with everything as set"


def highest(rows: int) -> str:
    """The head of the chart of ``rows`` estimates."""
    return f"The {rows:,} highest estimates with these weights" if rows > 1 else "The one estimate with these weights"


def alt(rows: pd.DataFrame) -> str:
    """The chart of the highest estimates as text: the first five, each with its interval and what it is as set."""
    first = reasons.records(rows.head(5))
    parts = [
        f"{row['pcn']}: {findings.percent(row['estimate'])} ({findings.interval(row['low'], row['high'])}), "
        f"as set {findings.percent(row['before'])}"
        for row in first
    ]
    more = f"; and {len(rows) - len(first)} more with lower estimates" if len(rows) > len(first) else ""
    return f"Estimated need with 90% interval. {'; '.join(parts)}{more}"


def toml(weights: Mapping[str, float]) -> str:
    """The weights as a file like ``data/reference/need.toml``, which the command line reads."""
    lines = [f"{name} = {weights.get(name, 0):.10g} # {UNMET[name][0].lower()}{UNMET[name][1:]}" for name in need.CRITERIA]
    return "\n".join(["# What each criterion weighs; only their proportions count.", "[weights]", *lines, ""])


def command(k: int, role: str, also: str | None) -> str:
    """How the same is asked on the command line with that file."""
    more = f" --also {also}" if also else ""
    return f"python -m oversight ask priority --weights weights.toml --role {role}{more} --k {k} --audience internal --format csv"


FOR_GOOD = (
    "**For good.** The set weights stand in `data/reference/need.toml`, under version control. Put the `[weights]` of the file below in "
    "place of those there, let a colleague check it, and restart the dashboard: every page, the command line and all that is shared then "
    "use them. Until then these weights are in the address of this page and nowhere else: whoever opens the link sees the same."
)
READING = (
    "Dot: estimated need with these weights, from 0% (nothing missing) to 100% (everything missing). Line: its 90% interval. Upright mark: "
    "the estimate with everything as set. An open dot rests on no reply."
)
LATER = f"Chances and bands follow in a moment: they need {need.DRAWS:,} draws of all PCNs together."
TAKEN = "What is taken away for sharing has the set weights, places and replies."
SHARED = (
    "For sharing, the weights, the number of places and who counts are as set: trying one after the other would show what single people "
    "answered. They stand in `data/reference/need.toml`. Choose “Inside the programme” to try others."
)


def table_as_set() -> pd.DataFrame:
    """The set weights: label, unmet (what is unmet), share (0..1)."""
    rows = [(NAMES[name], UNMET[name], share) for name, share in shares(need.WEIGHTS).items()]
    return pd.DataFrame(rows, columns=["label", "unmet", "share"])


def paragraphs() -> tuple[str, ...]:
    """What weights are, and what trying others does and does not change: for Methods and under the part."""
    return (
        "**Weights.** Each criterion counts with its weight; only proportions matter, so 30-40-70-60-0 is the same as 15-20-35-30-0. A "
        "reply counts when it covers at least half of the weight. A criterion of weight 0 is left out altogether.",
        "**Why they can be moved.** Weights are a judgement, not a finding: how bad it is to lack one thing against another. Moving them "
        "shows which places in the ranking rest on that judgement. They are not for finding weights under which a certain PCN gets a "
        "place: agree them before looking, and keep them.",
        "**What follows when.** The estimates with their intervals are worked out at once from the fitted model. Chances, bands and ranks "
        f"need {need.DRAWS:,} draws of all PCNs together and come a moment later; moving a weight again does not wait for them.",
        "**Who comes in or goes out.** Compared are the PCNs with the highest estimates in England, as many as there are places, with "
        "these weights and with everything as set. It is not the plan: that also knows who was offered before, what regions get at "
        "least, and whom to ask first.",
        "**Sensitive criteria.** Safeguarding and patient concerns, and strain, may together hold at most half of the weight, for "
        "everybody: an estimate made mostly of them would show what single people said. Strain is anxiety of 6 or more yesterday; its set "
        f"weight is {100 * shares(need.WEIGHTS)['strain']:.0f}%.",
    )
