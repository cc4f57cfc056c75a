"""The plan in words: how the places are shared out, what fairness costs, and the lists. Pure functions on two answers.

``england`` and ``regions`` are rows of the query ``sharing``; ``table`` is the answer of ``priority`` by the same rules, for the chosen
place, in words (``reasons.in_words``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight.findings import count, listed, percent, the
from oversight.need import sharing
from oversight.need.sharing import PLAN, Rules

Row = Mapping[str, Any]

#: What the controls offer beside what is set.
MINIMA, MAXIMA = tuple(range(21)), (1, 2, 3, 4, 5, 6, 8, 10, 15, 20)
MODELLED = {"no": "Ask them first", "yes": "Can get a place"}
#: The lists of the plan, in the order in which they are worked through.
LISTS = ("selected", "reserve", "ask_first", "in_post", "served")
IN_POST = sharing.Status(
    "By people now in post instead", "Would have a place by the need of the people now in post, but has none by that of the coming months"
)
#: How many PCNs a region's own reserve has at least, where there are so many.
OWN_RESERVE = 5
READING = (
    "Blue dot: places by these rules. Grey ring: places if only need counted in England as a whole; in brackets where it is another number."
)
NOT_DECIDED = (
    "Who would get a place, and how many places each region would get, stays inside the programme until it is decided: a "
    "proposal that is known outside is taken for a promise. For sharing, a PCN leaves with its band only."
)


def minima(least: int, k: int) -> dict[str, str]:
    """The choice of the minimum, what is set first: per cent of the places (as text) -> "5%: 5 places"."""
    return {str(m): f"{m}%: {count(k * m // 100, 'place')}" if m else "No minimum" for m in dict.fromkeys((least, *MINIMA))}


def maxima() -> dict[str, str]:
    """The choice of the maximum: "all" for none, else places."""
    return {"all": "No limit", **{str(m): count(m, "place") for m in MAXIMA}}


def headline(england: Row, rules: Rules) -> str:
    """For example "100 places: 98% of the need that the best 100 would reach, with at least 5 places in every region"."""
    if not rules.k:
        return "There are no places to share out"
    if not england["places"]:
        return f"No PCN can be chosen for the {count(rules.k, 'place')}"
    start = count(england["places"], "place") + (f" of {rules.k:,}" if england["places"] < rules.k else "")
    kept = _kept(england, rules)
    if england["places"] == england["choosable"] < rules.k:
        return (
            f"{start}: every PCN that can be chosen has one"
            if england["places"] > 1
            else f"{start}: the only PCN that can be chosen has it"
        )
    if not england["moved"] and england["places"] == min(rules.k, england["choosable"]):
        needs = "need" if england["places"] != 1 else "needs"
        end = f", {kept}" if kept else ""
        return f"{start}, for the {count(england['places'], 'PCN')} that {needs} it most of those that can be chosen{end}"
    if math.isnan(england["captured"]):
        return start + (f", {kept}" if kept else "")
    best = "PCN" if rules.k == 1 else f"{min(rules.k, england['choosable']):,}"
    return f"{start}: {_share(england['captured'])} of the need that the best {best} would reach{f', {kept}' if kept else ''}"


def _kept(england: Row, rules: Rules) -> str:
    """The rules that the plan keeps: "with at least 5 places in every region and at most 3 in an ICB"."""
    parts = []
    if rules.least and "minimum" not in str(england["note"]):
        parts.append(f"at least {count(rules.least, 'place')} in every region")
    if rules.maximum is not None:
        parts.append(f"at most {rules.maximum:,} in an ICB" if parts else f"at most {count(rules.maximum, 'place')} in an ICB")
    return f"with {listed(parts)}" if parts else ""


def _share(captured: float) -> str:
    """A share as text that is never rounded up to all, nor down to none."""
    return "over 99%" if 0.995 <= captured < 1 - 1e-9 else "under 1%" if 0 < captured < 0.005 else percent(captured)


def facts(england: Row, rules: Rules) -> list[str]:
    """What the headline leaves out: who is moved by the rules, who is out, and that another question gives another list."""
    lines = []
    if england["moved"]:
        moved = count(england["moved"], "PCN")
        has = "has a place" if england["moved"] == 1 else "have a place"
        lines.append(f"**What the rules change.** {moved} {has} that would have none if only need counted in England as a whole.")
    if england["served"]:
        been = "has been offered a place, or has had one," if england["served"] == 1 else "have been offered a place, or have had one,"
        come = "comes" if rules.k == 1 else "come"
        lines.append(
            f"**Not counted again.** {count(england['served'], 'PCN')} {been} already. The {count(rules.k, 'place')} {come} on top."
        )
    if england["ask_first"]:
        lines.append(f"**Ask first.** {ask_first(england)}")
    if england["places"]:
        lines.append(
            "**Coming months or people in post.** The order is by the need of whoever will work there in the coming months, for posts turn "
            f"over. By the need of the people now in post, {england['both']:,} of the {count(england['places'], 'place')} would go to the "
            "same PCNs."
        )
    return lines


def ask_first(england: Row) -> str:
    """How many PCNs are known only from the model, and how many of them would have a place."""
    n, n_first = england["would_be"], england["ask_first"]
    known = (
        f"{count(n_first, 'PCN')} {'is' if n_first == 1 else 'are'} known only from the model: no usable reply, request, note or mention."
    )
    if n_first == 1:
        return f"{known} It would {'' if n else 'not '}have a place if it could be chosen."
    return f"{known} {f'{n:,}' if n else 'Not one'} of them would have a place if {'it' if n == 1 else 'they'} could be chosen."


def costs(england: Row) -> pd.DataFrame:
    """Three ways to share out: way, places, captured, reached (people in post)."""
    rows = [
        ("By these rules", england["places"], england["captured"], england["reached"]),
        ("By need alone", england["unconstrained"], math.nan if math.isnan(england["captured"]) else 1.0, england["reached_unconstrained"]),
        ("In proportion to people in post", england["by_headcount"], england["captured_by_headcount"], england["reached_by_headcount"]),
    ]
    found = pd.DataFrame(rows, columns=["way", "places", "captured", "reached"])
    found = found[found["places"].notna()].astype({"captured": "float64", "reached": "float64"})
    return found.assign(captured=found["captured"].map(_share, na_action="ignore"))


def by_region(regions: pd.DataFrame) -> pd.DataFrame:
    """The rows of the regions, most places first, with ``label`` for the chart ("13 (14)")."""
    rows = regions.sort_values(["places", "unconstrained", "name"], ascending=[False, False, True], ignore_index=True)
    label = [f"{p:,}" if p == u else f"{p:,} ({u:,})" for p, u in zip(rows["places"], rows["unconstrained"], strict=True)]
    return rows.assign(label=label)


def region_sentence(rows: pd.DataFrame) -> str:
    """Which regions the rules give more or fewer places than need alone: the heading of the chart."""
    moved = (rows["places"] - rows["unconstrained"]).astype(int)
    largest = sorted(zip(rows["name"], moved, strict=True), key=lambda of: (-of[1], of[0]))
    parts = [f"{n:,} more to {the(name)}" for name, n in largest if n > 0]
    parts += [f"{-n:,} fewer to {the(name)}" for name, n in reversed(largest) if n < 0]
    return f"Against need alone, the rules give {listed(parts)}" if parts else "Every region has as many places as by need alone"


def own_region(rows: pd.DataFrame, code: str | None) -> list[str]:
    """What the chosen region gets, a sentence that begins with its name in bold; nothing where none is chosen."""
    found = []
    for r in rows[rows["code"] == code].to_dict("records"):
        name = str(the(r["name"]))
        heads = "" if pd.isna(r["by_headcount"]) else f", in proportion to people in post {r['by_headcount']:,}"
        found.append(f"**{name[0].upper()}{name[1:]}.** {count(r['places'], 'place')}, by need alone {r['unconstrained']:,}{heads}.")
    return found


def alt(rows: pd.DataFrame) -> str:
    """The chart of the regions as text."""
    return "; ".join(
        f"{name}: {count(p, 'place')}, by need alone {u:,}" for name, p, u in rows[["name", "places", "unconstrained"]].to_numpy()
    )


def lists(table: pd.DataFrame, region: bool) -> dict[str, str]:
    """The lists of the plan with how many PCNs of the place each has: code -> "In the plan (29)". ``region``: see ``of_list``."""
    return {code: f"{status(code).label} ({len(of_list(table, code, region)):,})" for code in LISTS}


def status(code: str) -> sharing.Status:
    """What one of ``LISTS`` is called and what it means."""
    return IN_POST if code == "in_post" else PLAN[code]


def of_list(table: pd.DataFrame, code: str, region: bool = False) -> pd.DataFrame:
    """The rows of one list in its order, with people (in post), by_need and in_post_too (whether it would have a place by those), in words.

    ``region``: the table is a region's, whose reserve goes on after the national list, so that it has ``OWN_RESERVE`` PCNs.
    """
    rows = table[table["by_post"] & ~table["selected"]] if code == "in_post" else table[table["plan"] == code]
    if code in ("selected", "reserve"):
        rows = rows.sort_values("place" if code == "selected" else "reserve")
    if code == "reserve" and region:
        after = table[table["plan"] == "not_selected"].head(max(OWN_RESERVE - len(rows), 0))
        rows = pd.concat([rows, after]) if len(after) else rows
    people = ["not known" if pd.isna(n) else f"about {n:,.0f}" if n >= 0.5 else "none" for n in rows["n_workers"]]
    line = ["after the list" if pd.isna(n) else f"{n:,}" for n in rows["reserve"]]
    by_need, too = (["Yes" if u else "No" for u in rows[column]] for column in ("unconstrained", "by_post"))
    return rows.assign(people=people, line=line, by_need=by_need, in_post_too=too)


def place_sentence(table: pd.DataFrame, place: str, rules: Rules) -> str:
    """How many of the places the chosen place has: "In the Midlands: 29 of the 100 places"."""
    n = int(table["selected"].sum())
    here = "" if place == "England" else f"In {the(place)}: "
    if not here:
        return f"The {count(n, 'place')}, one by one" if n > 1 else "The one place" if n else "No place is given"
    return f"{here}{f'{n:,}' if n else 'none'} of the {count(rules.k, 'place')}"


def paragraphs() -> tuple[str, ...]:
    """How places are shared out, for Methods and for under the page."""
    return (
        "**Sharing out.** Each region gets its minimum first: the PCNs of the region with the highest estimates. The other places go to "
        "the highest estimates in England. No ICB gets more than its maximum, where there is one. No other selection that keeps these "
        "rules has a higher sum of estimates.",
        f"**Ties.** {sharing.TIES}",
        "**Who can be chosen.** Not PCNs that have been offered a place or have had one. Not, unless it is switched on, PCNs "
        "known only from the model: no usable reply, no request, no note and no mention in a focus group. They are asked "
        "first, for the offer is for PCNs that can show their need.",
        "**What fairness costs.** The need that is reached is what the chosen PCNs' estimates have above the mean of all PCNs, added up,"
        " as a share of what the highest estimates would have. *By need alone* leaves minimum and maximum out. *In proportion to people "
        "in post* shares the places among regions so, by largest remainder, and takes each region's highest estimates. People reached "
        "are the estimated people in post in the chosen PCNs.",
        f"**Reserve list.** The next PCNs in order, one for every {sharing.RESERVE_FOR} places and at least {sharing.RESERVE_LEAST}. "
        + sharing.MOVING_UP,
        "**What it is not.** Estimates are uncertain: PCNs just inside and just outside the plan can hardly be told apart, as their "
        "intervals show. The rules are there so that everybody is treated alike where need alone does not decide.",
    )
