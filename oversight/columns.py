"""What the columns of an answer mean: those of the SQL as its header says, those of a Python step as they stand here."""

from __future__ import annotations

import re
from collections.abc import Mapping

from oversight.store import queries

#: Column that a step adds -> its meaning, whatever the query; ``BY_STEP`` says where one step means something else by it.
ADDED: Mapping[str, str] = {
    "answered": "how many answered, don't know included: the base of the share",
    "share": "share of those who answered, from 0 to 1",
    "low": "lower end of the 95% interval of the share",
    "high": "upper end of the 95% interval of the share",
    "known": "how many answered yes or no",
    "share_known": "share of yes among yes and no",
    "low_known": "lower end of its 95% interval",
    "high_known": "upper end of its 95% interval",
    "dont_know_share": "share who said they do not know",
    "against_england": "the 95% interval against England's share: lower, similar or higher; for one chosen place",
    "low_listed": "lower end of the 99.8% interval of the share",
    "high_listed": "upper end of the 99.8% interval of the share",
    "against_listed": "the 99.8% interval against England's share: lower, similar or higher; for lists of places",
    "share1": "share in the earlier wave",
    "share2": "share in this wave",
    "difference": "this wave's share less the earlier one's",
    "verdict": "the interval of the difference against 0: lower, similar or higher",
    "rate": "replies as a share of the estimated people in post",
    "plain_low": "lower 99.8% funnel limit by chance alone",
    "plain_high": "upper 99.8% funnel limit by chance alone",
    "wide_low": "lower 99.8% funnel limit with the usual difference between places",
    "wide_high": "upper 99.8% funnel limit with the usual difference between places",
    "outside_plain": "the share against the limits of chance alone: lower, similar (inside) or higher",
    "outside_wide": "the share against the wider limits: lower, similar (inside) or higher",
    "withheld": "why something in this row is left out",
}
BY_STEP: Mapping[str, Mapping[str, str]] = {
    "stats.change": {
        "low": "lower end of the 95% interval of the difference",
        "high": "upper end of the 95% interval of the difference",
    },
    "need.rank": {
        "n": "replies that count",
        "estimate": "estimated need, from 0 (nothing unmet) to 1",
        "low": "lower end of its 90% interval",
        "high": "upper end of its 90% interval",
        "p_top_k": "chance of being among the neediest",
        "rank_low": "lowest rank of its 90% interval",
        "rank_high": "highest rank of its 90% interval",
        "band": "how surely it is among the neediest",
        "evidence": "what the estimate rests on",
        "main_reason": "what is most reported missing",
        "c_point_of_contact": "part of the estimate: no first point of contact",
        "c_gp_supervisor": "part of the estimate: no GP supervisor",
        "c_clinical_supervision": "part of the estimate: no regular clinical or non-managerial supervision",
        "c_safeguarding_and_concerns": "part of the estimate: patient concerns and safeguarding",
        "england": "England's mean need",
        "ranked": "how many PCNs were ranked",
    },
}
_SHARES = re.compile(r"(?:\w+_)?share\d?|(?:share|low|high|plain|wide|rate|difference)(?:_\w+|\d)?|p_top_k|estimate|england|c_\w+")


def meaning(query: str, column: str) -> str:
    """What a column of a query's answer means; "" where neither its header nor its step says."""
    asked = queries()[query]
    said = {name: text for name, _, text in asked.columns}
    return said.get(column) or BY_STEP.get(asked.then, {}).get(column) or ADDED.get(column, "")


def is_share(query: str, column: str) -> bool:
    """Whether a column of numbers holds shares, to be written as percentages: only what a step worked out does."""
    return column not in {name for name, _, _ in queries()[query].columns} and _SHARES.fullmatch(column) is not None
