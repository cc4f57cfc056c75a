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
    "base_themes": "themes raised in the first sessions, which are the base",
    "run_new": "themes that were new in this session or the one before it, none of which is in the base",
    "saturation": "new themes of that run as a share of the themes in the base",
    "judged": "the verdict at 95% as a judgement: better, worse or similar; the verdict itself where neither is better",
    "judged_listed": "the same at 99.8%, for lists",
    "verdict_listed": "the 99.8% interval of the difference against 0: lower, similar or higher",
    "p_mid": "mid-p McNemar test of whether as many changed one way as the other",
    "low_difference": "lower end of the 95% interval of the difference",
    "high_difference": "upper end of the 95% interval of the difference",
    "within": "part of the difference that is change within PCNs heard in both waves",
    "composition": "part of the difference that is a change of who answered",
    "mix": "part of the composition that is other weights of the same PCNs",
    "came": "part of the composition that is PCNs heard only now",
    "went": "part of the composition that is PCNs heard only before",
    "low_within": "lower end of the 95% interval of the change within",
    "high_within": "upper end of the 95% interval of the change within",
    "low_composition": "lower end of the 95% interval of the change of composition",
    "high_composition": "upper end of the 95% interval of the change of composition",
    "verdict_difference": "the interval of the difference against 0: lower, similar or higher",
    "verdict_within": "the interval of the change within against 0: lower, similar or higher",
    "verdict_composition": "the interval of the change of composition against 0: lower, similar or higher",
    "pcns_matched": "PCNs heard in both waves",
    "pcns_came": "PCNs heard only in this wave",
    "pcns_went": "PCNs heard only in the earlier wave",
    "matched_x1": "people of matched PCNs who had it in the earlier wave",
    "matched_n1": "people of matched PCNs who answered in the earlier wave",
    "matched_x2": "people of matched PCNs who had it in this wave",
    "matched_n2": "people of matched PCNs who answered in this wave",
    "weighted": "share weighted by people in post",
    "weighted_low": "lower end of its 95% interval",
    "weighted_high": "upper end of its 95% interval",
    "silent": "places with too few answers to stand for their people",
    "sessions_share": "share of the sessions held",
    "survey_says": "what the survey says of the theme",
    "sessions_say": "what the focus groups say of the theme",
    "proposed": "proposed convergence of the two",
    "withheld": "why something in this row is left out",
}
_POINTS = {
    "n": "replies that count",
    "estimate": "estimated need of a worker in the coming months, from 0 (nothing unmet) to 1",
    "fitted": "what region, ICB and covariates alone let expect",
    "in_post": "estimated need of the people now in post",
    "england": "England's mean need",
    "ranked": "how many PCNs were ranked",
}
BY_STEP: Mapping[str, Mapping[str, str]] = {
    "stats.change": {
        "low": "lower end of the 95% interval of the difference",
        "high": "upper end of the 95% interval of the difference",
        "low_listed": "lower end of the 99.8% interval of the difference",
        "high_listed": "upper end of the 99.8% interval of the difference",
    },
    "stats.mean": {"low": "lower end of the 95% interval of the mean", "high": "upper end of the 95% interval of the mean"},
    "stats.pairs": {
        "n": "how many of both themes' units there are",
        "first": "units with the first theme",
        "second": "units with the second theme",
        "expected": "how many would have both by chance",
        "jaccard": "those with both among those with either",
        "phi": "correlation of the two themes",
        "low": "lower end of the 99.8% interval of phi",
        "high": "upper end of the 99.8% interval of phi",
        "verdict": "the interval of phi against 0: lower, similar or higher",
    },
    "stats.agreement": {
        "same": "sessions in which all coders said the same",
        "alpha": "Krippendorff's alpha of the theme",
        "verdict": "firm, tentative or weak agreement",
        "overall": "alpha over all themes together",
    },
    "stats.same": {
        "n": "people who answered in both waves",
        "low": "lower end of the 95% interval of the difference",
        "high": "upper end of the 95% interval of the difference",
    },
    "need.points": _POINTS,
    "need.rank": {
        **_POINTS,
        "low": "lower end of its 90% interval",
        "high": "upper end of its 90% interval",
        "sd": "standard deviation of the estimate",
        "reply_sd": "standard deviation of one further reply's score about the PCN's need",
        "p_top_k": "chance of being among the neediest",
        "rank_low": "lowest rank of its 90% interval",
        "rank_high": "highest rank of its 90% interval",
        "band": "how surely it is among the neediest",
        "evidence": "what the estimate rests on",
        "main_reason": "what is most reported missing",
        "c_point_of_contact": "what replies on the first point of contact add to what was expected",
        "c_gp_supervisor": "what replies on the GP supervisor add",
        "c_clinical_supervision": "what replies on clinical or non-managerial supervision add",
        "c_safeguarding_and_concerns": "what replies on patient concerns and safeguarding add",
        "c_strain": "what replies on strain add",
        "c_place": "what its region and ICB add to England's mean",
        "c_context": "what its covariates add to England's mean",
        "rest": "place, covariates, safeguarding and strain together: with the other reasons it makes up the estimate less England's mean",
        "selected": "whether it has a place by the rules",
        "plan": "how it stands in the plan",
        "place": "order of the places",
    },
}
#: Steps whose low and high are ends of something that is no share.
NO_SHARES = frozenset({"stats.mean", "stats.pairs", "stats.agreement"})
_SHARES = re.compile(
    r"(?:\w+_)?share\d?|(?:share|low|high|plain|wide|rate|difference|weighted)(?:_\w+|\d)?"
    r"|within|composition|mix|came|went|p_top_k|estimate|england|fitted|in_post|rest|c_\w+"
)


def meaning(query: str, column: str) -> str:
    """What a column of a query's answer means; "" where neither its header nor its step says."""
    asked = queries()[query]
    said = {name: text for name, _, text in asked.columns}
    return said.get(column) or BY_STEP.get(asked.then, {}).get(column) or ADDED.get(column, "")


def is_share(query: str, column: str) -> bool:
    """Whether a column of numbers holds shares, to be written as percentages: only what a step worked out does."""
    asked = queries()[query]
    if asked.then in NO_SHARES or column in {name for name, _, _ in asked.columns}:
        return False
    return _SHARES.fullmatch(column) is not None
