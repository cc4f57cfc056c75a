"""Need in words: bands, chances, evidence, reasons, and what to do next. Pure functions on the answer of the query ``priority``.

A rank is never given alone: always a chance of being among the neediest, or the interval the rank lies in. Where the
audience may only see the band, the numbers are missing and so are the words made from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Any

import pandas as pd

from oversight import findings, need, need_study
from oversight.measures import measures
from oversight.model import OFFER_STATUSES

#: What a criterion of the score is called: the measure of that name (``queries/measures.toml``).
MEASURE_OF: Mapping[str, str] = MappingProxyType(
    {
        "point_of_contact": "first_contact",
        "gp_supervisor": "gp_supervisor",
        "clinical_supervision": "clinical_supervision",
        "safeguarding_and_concerns": "patient_concerns_safeguarding",
    }
)
#: What there is to do with a PCN: code -> label. A PCN may stand under several.
STEPS: Mapping[str, str] = MappingProxyType(
    {
        "all": "All PCNs",
        "ask": "Nobody has replied yet: ask first",
        "replied": "Someone has replied",
        "requested": "Asked for the offer, not offered yet",
        "offered": "Offered or served",
    }
)
OFFERED = need.sharing.SERVED


def what(criterion: str) -> str:
    """The label of a criterion: "clinical_supervision" -> "Regular clinical or non-managerial supervision"."""
    if criterion == "strain":
        return "Strain (anxiety yesterday 6 or more of 10)"
    return measures()[MEASURE_OF[criterion]].label


def named(name: str, code: str) -> str:
    """A PCN as it must be written, for names are not unique: "ALDER MALLET PCN (F0951)"."""
    return f"{name} ({code})"


def names(table: pd.DataFrame) -> pd.Series:
    """The PCNs of a table as they must be written."""
    found = [named(name, code) for name, code in zip(table["pcn_name"], table["pcn_code"], strict=True)]
    return pd.Series(found, table.index, dtype=object)


def sure(band: Any) -> str | None:
    """The band in a word, for a column headed "Among the neediest?"; None when there is none."""
    return need.BANDS[band].label.split(" among")[0].removesuffix(" to be") if isinstance(band, str) else None


WORDS = ("pcn", "sure", "chance", "value", "range", "mean", "rank_range", "heard", "founded", "reason", "asked", "offer")


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The table with words beside the numbers, in the columns ``WORDS``. Words made from withheld numbers are missing.

    ``pcn``: name and code; ``sure``: the band in a word, for a column headed "Among the neediest?"; ``value``: the estimate
    with its ``range``; ``mean``: England's; the others as the functions of this module make them.
    """
    words = pd.DataFrame([_words(row) for row in records(table)], index=table.index, columns=list(WORDS))
    return pd.concat([table, words], axis=1)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, each as column -> value."""
    names = [str(name) for name in table.columns]
    cells = [table[name].to_numpy(dtype=object) for name in table.columns]  # text held by Arrow is slow to walk through
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _words(row: Mapping[str, Any]) -> dict[str, str | None]:
    span = None if pd.isna(row["low"]) else findings.interval(row["low"], row["high"])
    return {
        "pcn": named(row["pcn_name"], row["pcn_code"]),
        "sure": sure(row["band"]),
        "chance": None if pd.isna(row["p_top_k"]) else chance(row["p_top_k"]),
        "value": span and f"{findings.percent(row['estimate'])} ({span})",
        "range": span,
        "mean": None if pd.isna(row["england"]) else findings.percent(row["england"]),
        "rank_range": rank_range(row),
        "heard": heard(row["replies"], row["n_workers"], row["returned"]),
        "founded": evidence(row),
        "reason": reason(row),
        "asked": None if pd.isna(row["requested"]) else "Yes" if row["requested"] else "No",
        "offer": OFFER_STATUSES.get(row["offer_status"]) if isinstance(row["offer_status"], str) else None,
    }


def rank_range(row: Mapping[str, Any]) -> str | None:
    """Where the rank lies with 90% certainty: "1 to 163 of 1,247"; None when not known."""
    if pd.isna(row["rank_low"]):
        return None
    return f"{row['rank_low']:,} to {row['rank_high']:,} of {row['ranked']:,.0f}"


def heard(replies: Any, headcount: Any, returned: Any) -> str | None:
    """Replies of the people in post, whose number is an estimate: "2 of about 6"; None when withheld."""
    if pd.isna(replies):
        return None
    if pd.isna(headcount) or not returned:
        return f"{f'{replies:.0f}' if replies else 'Nobody'} of an unknown number"
    if not round(headcount):
        return "Nobody (none in post in the workforce return)"
    return f"{replies:.0f} of about {headcount:.0f}" if replies else f"Nobody of about {headcount:.0f}"


def evidence(row: Mapping[str, Any]) -> str | None:
    """How well the estimate is founded and on what: "Strong: 2 replies and its own request"; None when withheld."""
    if pd.isna(row["n"]):
        return None
    unscored = row["replies"] - row["n"]
    parts = [
        findings.count(row["n"], "reply", "replies") if row["n"] else "",
        f"{findings.count(unscored, 'reply', 'replies')} with too little answered" if unscored > 0 else "",
        "its own request" if row["requested"] else "",
        findings.count(row["notes"], "coordinator's note", "coordinators' notes") if row["notes"] else "",
        findings.count(row["mentions"], "mention in focus groups", "mentions in focus groups") if row["mentions"] else "",
    ]
    return f"{str(row['evidence']).capitalize()}: {findings.listed([p for p in parts if p]) or 'from its place and context'}"


def reason(row: Mapping[str, Any]) -> str | None:
    """The part whose lack, as reported by those who replied, raises the estimate most; why there is none; None when withheld."""
    if pd.isna(row["n"]):
        return None
    if not row["n"]:
        return "Nobody has replied" if not row["replies"] else "Too little was answered"
    return what(row["main_reason"]) if row["main_reason"] else "Nothing that can be named"


def step(table: pd.DataFrame, code: str) -> pd.DataFrame:
    """The rows of ``table`` with which to do what ``code`` of ``STEPS`` says. Raises ``KeyError`` for an unknown code."""
    offered = table["offer_status"].isin(OFFERED)
    rows = {
        "all": pd.Series(True, index=table.index),
        "ask": table["replies"] == 0,
        "replied": table["replies"] > 0,
        "requested": (table["requested"] == True) & ~offered,  # noqa: E712 - missing is not True
        "offered": offered,
    }
    return table[rows[code]]


def steps(table: pd.DataFrame) -> dict[str, str]:
    """Code -> label with the number of PCNs: "Offered or served (27)"."""
    return {code: f"{label} ({len(step(table, code)):,})" for code, label in STEPS.items()}


def bands(table: pd.DataFrame) -> pd.DataFrame:
    """One row per band, neediest first: band, label, chance, pcns, silent (of which nobody replied; no such column when withheld)."""
    seen = table["replies"].notna().any()
    rows = []
    for code, band in need.BANDS.items():
        of = table[table["band"] == code]
        meaning = band.meaning.removeprefix("The chance of being among the neediest is ").removeprefix("The chance is ")
        rows.append({"band": code, "label": band.label, "chance": meaning, "pcns": len(of), "silent": (of["replies"] == 0).sum()})
    found = pd.DataFrame(rows)
    return found if seen else found.drop(columns="silent")


def by_band(table: pd.DataFrame) -> pd.DataFrame:
    """The rows by band, neediest first, then by code: an order that tells no more than the bands do."""
    position = table["band"].map(list(need.BANDS).index)
    return table.assign(position=position).sort_values(["position", "pcn_code"], ignore_index=True).drop(columns="position")


def no_choice(k: int | None, ranked: Any) -> str:
    """Why being among the k neediest of ``ranked`` PCNs tells nothing: there is no place, or one for everybody. "" where it does."""
    if k is not None and k <= 0:
        return "the offer has no places"
    if k is None or pd.isna(ranked) or k < ranked:
        return ""
    return "the offer has a place for the only PCN" if ranked == 1 else f"the offer has a place for every one of the {ranked:,.0f} PCNs"


def among(k: int, what: str = "") -> str:
    """Words such as "among the 100 neediest", and "the neediest" where there is one place; ``what``: "PCNs", if it is to be said."""
    if k == 1:
        return f"the neediest {what.removesuffix('s')}".strip()
    return f"among the {k:,} neediest {what}".strip()


def nobody(who: str) -> str:
    """What is said where nobody replied in the whole wave."""
    return f"No {who} have replied in this wave, so there is nothing to estimate need from. Choose another wave, or ask them."


def _ranked(table: pd.DataFrame) -> Any:
    """How many PCNs were ranked, missing when withheld."""
    return table["ranked"].iloc[0] if len(table) and "ranked" in table else pd.NA


def headline(table: pd.DataFrame, place: str, k: int | None = None) -> str:
    """For example "In the Midlands, 1 PCN clearly needs the offer most, 7 probably do, and for 140 of 250 we cannot tell".

    With ``k``, the places of the offer, it says so where there is nothing to choose.
    """
    ranked = _ranked(table)
    if settled := no_choice(k, len(table) if place == "England" and pd.isna(ranked) else ranked):
        return f"{settled[0].upper()}{settled[1:]}, so nobody has to be chosen"
    count = table["band"].value_counts()
    clearly, probably, unsure = (int(count.get(b, 0)) for b in ("clearly", "probably", "cannot_tell"))
    start = "" if place == "England" else f"In {findings.the(place)}, "
    if clearly:
        first = f"{findings.count(clearly, 'PCN')} clearly {'needs' if clearly == 1 else 'need'} the offer most, "
        first += f"{probably or 'none'} probably {'does' if probably == 1 else 'do'}"
    elif probably:
        first = f"no PCN clearly needs the offer most, {probably} probably {'does' if probably == 1 else 'do'}"
    else:
        first = "no PCN clearly or probably needs the offer most"
    sentence = f"{start}{first}, " + (f"and for {unsure:,} of {len(table):,} we cannot tell" if unsure else f"of {len(table):,}")
    return sentence[0].upper() + sentence[1:]


def cautions(table: pd.DataFrame, k: int, who: str) -> list[str]:
    """What the headline does not say: what "most" means, that silence is not "no need", and how uncertain a rank is."""
    ranked = _ranked(table)
    settled = no_choice(k, ranked)
    lines = [
        f"For {findings.count(k, 'place')} the bands tell nothing: {settled}. The estimates do. With fewer places than PCNs, and at least "
        "one, a band says who is surely, or perhaps, among the neediest."
        if settled
        else f"“Most” means: {among(k, 'PCNs')} of England, for the offer has {findings.count(k, 'place')}. *Clearly*: the chance of "
        "that is 80% or more. *Probably*: 50% to 80%. *We cannot tell*: 5% to 20%, or nobody has replied. A band says how sure we are, "
        "not how well or badly a PCN does."
    ]
    if silent := (table["replies"] == 0).sum():
        lines.append(
            f"**No {who} have replied from {findings.count(silent, 'PCN')}.** That is not “no need”: ask there first. "
            f"{'Its estimate comes' if silent == 1 else 'Their estimates come'} from ICB, region, list size and the like alone."
        )
    width = (table["rank_high"] - table["rank_low"] + 1)[table["n"] > 0].dropna().astype(float)
    if len(width) and ranked > 1:
        instead = "" if settled else f", but the chance of being {'first' if k == 1 else f'among the {k:,}'}"
        lines.append(
            f"**What a rank is not.** It is no league table and no verdict: a PCN above another may have less need. Ranks are wide: "
            f"where someone replied, the 90% interval of a PCN's rank typically spans {width.median():,.0f} of {ranked:,.0f} places. So no "
            f"single rank is given here{instead}."
        )
    return lines


def who_replies() -> str:
    """How far the chances may be out, because those in most need may reply less, or more, often than others."""
    return f"**Who replies matters.** {need_study.overstated()} Nobody can tell from the replies which of these is the case."


def top_sentence(rows: pd.DataFrame) -> str:
    """What the highest estimates have in common: how many are clearly above England, and whether their order is certain."""
    if rows.empty:
        return "No estimate here rests on a reply"
    above, england = int((rows["low"] > rows["england"]).sum()), findings.percent(rows["england"].iloc[0])
    order = _order(rows)
    if len(rows) == 1:
        return f"The one PCN with a reply is {'clearly' if above else 'not clearly'} above England's mean of {england}"
    part = {0: "Not one", len(rows): "All"}.get(above, f"{above}")
    return f"{part} of the {len(rows)} highest estimates {'is' if above < 2 else 'are'} clearly above England's {england}; {order}"


def _order(rows: pd.DataFrame) -> str:
    """What the intervals say of the order of some estimates, two by two."""
    overlaps = [a[0] <= b[1] and b[0] <= a[1] for a, b in combinations(rows[["low", "high"]].to_numpy(dtype=float).tolist(), 2)]
    if all(overlaps):
        return "their intervals overlap, so their order is not certain"
    if not any(overlaps):
        return "their intervals lie apart, so their order is clear"
    return "most intervals overlap" if sum(overlaps) > len(overlaps) / 2 else "some intervals overlap"


#: How to read a chart of estimates.
READING = "Dot: estimated need, from 0% (nothing missing) to 100% (everything missing). Line: its 90% interval."


def alt_bands(counts: pd.DataFrame) -> str:
    """The chart of the bands as text."""
    parts = []
    for row in records(counts):
        silent = f", of which nobody replied from {row['silent']:,.0f}" if row.get("silent") else ""
        parts.append(f"{row['label']}: {findings.count(row['pcns'], 'PCN')}{silent}")
    return "; ".join(parts)


def alt_needs(rows: pd.DataFrame) -> str:
    """The chart of estimates as text: the first five with interval and chance, and how many more."""
    first = records(rows.head(5))
    parts = [f"{row['pcn']}: {row['value']}, chance {row['chance']}" for row in first]
    more = f"; and {len(rows) - len(first)} more with lower estimates" if len(rows) > len(first) else ""
    return f"Estimated need with 90% interval. {'; '.join(parts)}{more}"


def chance(p: float) -> str:
    """For example "88%"; never 0% or 100%, for what comes from draws is neither; "just under 5%" where a band ends at 5%."""
    if p <= 0.005 or p >= 0.995:
        return "under 1%" if p < 0.5 else "over 99%"
    rounded_up = any(p < edge <= round(p, 2) for edge in need.EDGES)
    return f"just under {findings.percent(p)}" if rounded_up else findings.percent(p)


def worked_out(k: int) -> list[str]:
    """How the estimate, chance, band, evidence and reason are worked out, and their limits."""
    measure = measures()["need"]
    shares = need.weights.shares(need.WEIGHTS)
    weights = "; ".join(f"{what(name)} {findings.percent(share)}" for name, share in shares.items() if share)
    bands = " ".join(f"*{band.label}*: {band.meaning[0].lower()}{band.meaning[1:]}." for band in need.BANDS.values())
    often = "has the highest need" if k == 1 else f"is among the {k:,} with the highest need"
    return [
        f"**{measure.label}.** {measure.how}",
        f"**Weights.** The need of a PCN is the chance that each part is missing, times its weight, added up. The weights as set are: "
        f"{weights}. "
        "Don't know counts as missing information, not as no; a reply counts when it covers at least half of the weight.",
        "**A pooled estimate.** A PCN has few replies, so what they say is drawn towards what its ICB, its region, its list size, its "
        "workforce and other covariates let expect: the fewer replies, the more. The answers of one person to several questions are taken "
        "together: who lacks one thing often lacks others. A PCN from which nobody replied gets what its surroundings let expect, with a "
        "wide interval; never 0.",
        f"**Chance and band.** From {need.DRAWS:,} draws of all PCNs together: how often a PCN {often}. {bands}",
        "**Evidence.** Strong: 3 replies or more, or a reply and the PCN's own request. Some: a reply, a request or a coordinator's "
        "note, or a focus group that names it. Modelled only: none of these. Requests, notes, mentions and the offer change neither "
        "estimate nor band.",
        "**Main thing reported missing.** The part that raises the estimate most among those that people of the PCN report missing. "
        "Nothing can be named where they report nothing missing beyond what is usual, or only what may not be shown for so few people. "
        f"How much safeguarding, patient concerns and strain add is shown for no PCN under {need.SENSITIVE_UNDER} respondents.",
        "**Limits.** It assumes that those who reply are like those who do not. If the neediest reply less often, the chances shown are "
        f"too high. Answers are the respondents' own, and posts turn over. {measure.caveats}",
    ]
