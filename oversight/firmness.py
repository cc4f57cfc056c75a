"""How firm the ranking is, in words. Pure functions on the answers of the queries ``need_sensitivity`` and ``need_sensitivity_pcn``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from oversight import findings
from oversight.need.sensitivity import DRAWS, KINDS, MOVED, OTHERS, TILTED
from oversight.need.weights import NAMES
from oversight.reasons import named, records

#: What a check is about -> the heading it stands under.
GROUPS: Mapping[str, str] = MappingProxyType(
    {"weights": "Other weights", "replying": "Who replies", "model": "Another model", "reply": "One reply fewer"}
)
#: Which PCNs a list shows: code -> label.
SIDES: Mapping[str, str] = MappingProxyType(
    {"inside": "Among the highest, but not firmly", "outside": "Not among them, but in some checks"}
)
#: How to read the list of each side.
READING: Mapping[str, str] = MappingProxyType(
    {
        "inside": "The least firm first. A PCN stands here when it is not in every check, or when one reply decides that it is in. "
        f"*Any weights*: in how many of {DRAWS} random sets of weights it is among the highest.",
        "outside": "The nearest first. In a decision these stand beside those at the end of the list; they are not below them for certain. "
        f"*Any weights*: in how many of {DRAWS} random sets of weights it would be among the highest.",
    }
)
#: The odds of replying per standard deviation of need, beyond which about a sixth of PCNs lie, if the neediest reply less.
TIMES = f"{math.exp(TILTED):.1f}"
#: What a check is, where its label does not say enough.
MEANS: Mapping[str, str] = MappingProxyType(
    {
        "neediest_less": f"where need is well above average, as in a sixth of PCNs, the odds of a reply are {TIMES} times lower",
        "neediest_more": f"where need is well above average, as in a sixth of PCNs, the odds of a reply are {TIMES} times higher",
        "composite": "the score of each reply is pooled as a whole",
        "no_covariates": "patients, staff per patient and other covariates are left out",
    }
)


def _the(k: int) -> str:
    """The PCNs with the highest estimates as they stand in a sentence: "the 100", "the one PCN"."""
    return f"the {k:,}" if k != 1 else "the one PCN"


def _quarters(table: pd.DataFrame) -> pd.DataFrame:
    """The checks that move a single weight."""
    return table[~table["code"].isin(list(OTHERS))]


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The table with group, text ("92 of 100"), others (how many give way to other PCNs) and finding: what the headline names."""
    texts = []
    for row in records(table):
        if pd.isna(row["same"]):
            texts.append("too few to show")
            continue
        text = f"{row['same']:,} of {row['k']:,}"
        texts.append(
            text
            if pd.isna(row["same_low"]) or row["same_low"] == row["same_high"]
            else f"{text} ({row['same_low']:,} to {row['same_high']:,})"
        )
    quarters = _quarters(table)
    least = quarters.loc[quarters["same"] == quarters["same"].min(), "code"]
    return table.assign(
        group=table["kind"].map(GROUPS),
        text=pd.Series(texts, index=table.index, dtype="object"),
        others=table["k"] - table["same"],
        finding=table["code"].isin([*least, "one_reply"]),
    )


def headline(table: pd.DataFrame) -> str:
    """For example "At least 92 of the 100 stay whichever single weight moves by a quarter; 61 rest on one person's reply"."""
    same = dict(zip(table["code"], table["same"], strict=True))
    k = int(table["k"].iloc[0])
    rest = k - int(same["one_reply"])
    quarters = _quarters(table)["same"]
    if k == 1:
        reply = "it rests on one person's reply" if rest else "no single reply decides that"
        if quarters.empty:
            return f"For the one PCN with the highest estimate, {reply}"
        stays = "stays the same" if quarters.min() == 1 else "does not always stay the same"
        return f"The one PCN with the highest estimate {stays} when a single weight moves by a quarter; {reply}"
    reply = f"{f'{rest:,}' if rest else 'none'} {'rests' if rest < 2 else 'rest'} on one person's reply"
    if quarters.empty:
        return f"Of the {k:,} PCNs with the highest estimates, {reply}"
    least = int(quarters.min())
    if not least:
        return f"Moving a single weight by a quarter can change all {k:,}; {reply}"
    return f"{f'All {k:,}' if least == k else f'At least {least:,} of the {k:,}'} stay whichever single weight moves by a quarter; {reply}"


def about(table: pd.DataFrame, who: str) -> str:
    """What is counted, in a sentence or two. ``who``: "link workers"."""
    k = int(table["k"].iloc[0])
    dot = (
        f"how many of the {k:,} PCNs with the highest estimates still are"
        if k != 1
        else "1 where the same PCN is still the highest, 0 where not"
    )
    moved = (
        " A weight is set a quarter lower, then a quarter higher: the dot is the fewer that stay, the line goes to the more. Of any "
        "weights, drawn at random, the dot is the typical draw and the line goes from the fewest to the most."
    )
    return (
        f"All PCNs of England are ranked again by what {who} report, with one thing set otherwise at a time. Dot: {dot}."
        f"{moved if len(_quarters(table)) and k != 1 else ''}"
    )


def scope(given: str, place: str) -> str:
    """The scope of numbers that are England's whatever place is chosen."""
    return given.removesuffix(place) + "England"


def lines(table: pd.DataFrame) -> list[str]:
    """What it means for a decision, in sentences on the numbers of ``in_words``."""
    same = {row["code"]: row for row in records(table)}
    k = int(table["k"].iloc[0])
    found = []
    checks = table[~table["code"].isin(["any", "one_reply"])]
    if len(checks) and int(checks["same"].min()) < k:
        worst = records(checks.sort_values("same", kind="stable"))[0]
        others = k - worst["same"]
        means = f" ({MEANS[worst['code']]})" if worst["code"] in MEANS else ""
        most = f"changes most: {others:,} of {_the(k)} would be {'another PCN' if others == 1 else 'other PCNs'}"
        found.append(
            f"**What it depends on most.** Of the checks, “{worst['label']}”{means} "
            f"{most if k != 1 else 'is one in which another PCN would be the highest'}."
        )
    elif len(checks):
        found.append(f"**It depends on none of the checks**: {_the(k)} {'are' if k != 1 else 'is'} the same in every one.")
    if "any" in same:
        row = same["any"]
        spread = f"from {row['same_low']:,} to {row['same_high']:,} in {row['draws']:,} draws"
        typical = f"{row['same']:,} of {k:,} would typically be the same ({spread})"
        if k == 1:
            typical = f"the highest would typically be {'the same' if row['same'] else 'another'} PCN ({row['draws']:,} draws)"
        found.append(
            f"**Weights are a choice.** Were they drawn at random, {typical}. Say who set the weights, and why, before the list is used."
        )
    rest = k - int(same["one_reply"]["same"])
    if rest:
        who = f"their own replies, {rest:,} of the {k:,} would have a lower estimate than the first PCN outside"
        if k == 1:
            who = "its own replies, the PCN would have a lower estimate than the next"
        found.append(f"**One reply can decide.** Without one of {who}. Ask there again before the decision.")
    found.append(
        "**Near the end of the list the numbers do not choose.** Among PCNs that come and go, use what the estimate leaves out: their own "
        "requests, coordinators' notes and what they are already offered."
    )
    return found


def alt(table: pd.DataFrame) -> str:
    """The chart as text. ``table``: of ``in_words``."""
    k = int(table["k"].iloc[0]) if len(table) else 0
    return f"How many of the {k:,} stay. " + "; ".join(f"{row['label']}: {row['text']}" for row in records(table))


def for_chart(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``in_words`` as they are drawn: both ways of moving one weight in one row, with a range; what a dot says is ``same``."""
    rows = []
    for row in records(table):
        word, _, criterion = row["code"].partition(":")
        if not criterion:
            rows.append({**row, "text": row["text"].replace(f" of {row['k']:,}", "")})
        elif word == "less" or f"less:{criterion}" not in set(table["code"]):
            both = table.loc[table["code"].str.endswith(f":{criterion}"), "same"]
            low, high = int(both.min()), int(both.max())
            ends = {"same": low, "same_low": low if low < high else None, "same_high": high if low < high else None}
            text = f"{low:,} to {high:,}" if low < high else f"{low:,}"
            quarters = _quarters(table)["same"]
            rows.append(
                {**row, **ends, "label": NAMES[criterion], "group": "One weight, a quarter less or more", "text": text}
                | {"finding": low == quarters.min()}
            )
    return pd.DataFrame(rows, columns=list(table.columns))


def side(table: pd.DataFrame, code: str) -> pd.DataFrame:
    """The PCNs to list, the least firm first: pcn_code, pcn, icb_name, any_share; times, weights, replying, model ("8 of 9"); decides.

    ``code``: of ``SIDES``; inside: those among the K that are not in every check or rest on one reply; outside: those that are in some.
    """
    inside = code == "inside"
    if inside:
        rows = table[table["in_k"] & ((table["in_checks"] < table["checks"]) | table["rests_on_one"])]
    else:
        rows = table[~table["in_k"] & (table["in_checks"] > 0)]
    rows = rows.sort_values(["in_checks", "any_share", "pcn_code"], ascending=[inside, inside, True], ignore_index=True)
    words = [_side(row) for row in records(rows)]
    return pd.concat([rows, pd.DataFrame(words, index=rows.index, columns=["pcn", "times", *KINDS, "decides"])], axis=1)


def _side(row: Mapping[str, Any]) -> dict[str, str]:
    counts = {kind: f"{row[f'in_{kind}']:.0f} of {row[f'{kind}_checks']:.0f}" for kind in KINDS}
    times = f"{row['in_checks']:.0f} of {row['checks']:.0f}"
    return {"pcn": named(row["pcn_name"], row["pcn_code"]), "times": times, **counts, "decides": "Yes" if row["rests_on_one"] else "No"}


def sides(table: pd.DataFrame) -> dict[str, str]:
    """Code -> label with the number of PCNs."""
    return {code: f"{label} ({len(side(table, code)):,})" for code, label in SIDES.items()}


def of_pcn(row: Mapping[str, Any], k: int) -> list[str]:
    """How firm the place of one PCN is, in sentences; [] where there is nothing that helps: it is never near the K, or not checked.

    ``row``: of ``need_sensitivity_pcn``.
    """
    if not row["checks"] or not (row["in_k"] or row["in_checks"] or row["rests_on_one"]):
        return []
    here = f"among the {k:,} with the highest estimates" if k != 1 else "the one with the highest estimate"
    every = findings.count(row["checks"], "check")
    times = f"in all of {every}" if row["in_checks"] == row["checks"] else f"in {row['in_checks']:.0f} of {every}"
    what = "other weights, another model, other assumptions about who replies"
    if row["in_k"]:
        found = [f"**How firm is that?** It is {here}, and still is {times} ({what})."]
    elif row["in_checks"]:
        found = [f"**How firm is that?** It is not {here}, but would be {times} ({what})."]
    else:
        found = [f"**How firm is that?** It is not {here}, nor in any of {every} ({what})."]
    decides = f"it could then {'no longer be' if row['in_k'] else 'be'} {'among them' if k != 1 else 'that one'}"
    if not pd.isna(row["low_without"]):
        low, high = findings.percent(row["low_without"]), findings.percent(row["high_without"])
        between = f"about {low}, whichever it is" if low == high else f"between about {low} and {high}, depending on which"
        last = f": {decides}" if row["rests_on_one"] else ""
        found.append(f"Without one of its {row['n']:.0f} replies its estimate would be {between}{last}.")
    elif row["rests_on_one"]:
        found.append(f"That rests on one person's reply: without it, {decides.replace('could then', 'would')}.")
    return found


def paragraphs() -> tuple[str, ...]:
    """How it is worked out, for Methods and the page."""
    return (
        "**How firm the ranking is.** All PCNs are ranked again with one thing changed at a time, and it is counted how many of the K with "
        f"the highest estimates stay. *Weights*: each one {MOVED:.0%} less and {MOVED:.0%} more, the others sharing the rest in "
        "proportion, and all the same; a weight of 0 stays 0, and what may not be set is not checked. *Any weights*: "
        f"{DRAWS} sets drawn evenly from all that may be set (fixed seed).",
        "*Who replies*: the model takes those who did not reply to be like those who did. Two checks suppose instead that the odds of "
        f"replying fall, or rise, {TIMES} times with every standard deviation of a PCN's need. Nobody can know which is right.",
        "*Another model*: a simpler one, which pools the score of each reply as a whole; and the same model without a PCN's "
        "context: its registered patients, its staff per 10,000 patients and whatever is in the register of covariates.",
        "*One reply fewer*: each respondent is left out in turn, with what was estimated from everybody held as it is. A PCN rests on one "
        "reply when, without one of its own, it would change places with the first PCN on the other side.",
        "**What is not shown.** Of a single PCN only counts of checks are given, never its estimate under other weights, and its estimate "
        "without one reply only from two replies on, to the nearest 5%: else they would tell what one person answered.",
    )
