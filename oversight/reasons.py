"""Need in words: bands, chances, evidence, reasons, and what to do next. Pure functions on the answer of the query ``priority``.

A rank is never given alone: always a chance of being among the neediest, or the interval the rank lies in. Where the
audience may only see the band, the numbers are missing and so are the words made from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from oversight import findings, need
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
OFFERED = ("offered", "accepted", "started", "ended")


def what(criterion: str) -> str:
    """The label of a criterion: "clinical_supervision" -> "Regular clinical or non-managerial supervision"."""
    return measures()[MEASURE_OF[criterion]].label


def named(name: str, code: str) -> str:
    """A PCN as it must be written, for names are not unique: "ALDER MALLET PCN (F0951)"."""
    return f"{name} ({code})"


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The table with words beside the numbers: pcn, sure, range, rank_range, heard, founded, reason, asked, offer.

    ``sure`` is the band in a word ("Clearly"), for a column headed "Among the neediest?". Words made from numbers that are
    withheld are None.
    """
    rows = [row for _, row in table.iterrows()]
    return table.assign(
        pcn=[named(r["pcn_name"], r["pcn_code"]) for r in rows],
        sure=[need.BANDS[b].label.split(" among")[0].removesuffix(" to be") for b in table["band"]],
        range=[None if pd.isna(r["low"]) else findings.interval(r["low"], r["high"]) for r in rows],
        rank_range=[rank_range(r) for r in rows],
        heard=[heard(r["replies"], r["headcount"], r["returned"]) for r in rows],
        founded=[evidence(r) for r in rows],
        reason=[reason(r) for r in rows],
        asked=[None if pd.isna(r["requested"]) else "Yes" if r["requested"] else "No" for r in rows],
        offer=[OFFER_STATUSES.get(s) if isinstance(s, str) else None for s in table["offer_status"]],
    )


def rank_range(row: Mapping[str, Any]) -> str | None:
    """ "1 to 163 of 1,247": where the rank lies with 90% certainty."""
    if pd.isna(row["rank_low"]):
        return None
    return f"{row['rank_low']:,} to {row['rank_high']:,} of {row['ranked']:,.0f}"


def heard(replies: float, headcount: float, returned: Any) -> str | None:
    """ "2 of about 6": replies of the people in post, which is an estimate; None when withheld."""
    if pd.isna(replies):
        return None
    if pd.isna(headcount) or not returned:
        return f"{replies:.0f} (people in post not known)" if replies else "Nobody (people in post not known)"
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
    ]
    return f"{str(row['evidence']).capitalize()}: {findings.listed([p for p in parts if p]) or 'from its ICB and region'}"


def reason(row: Mapping[str, Any]) -> str | None:
    """The part whose lack, as reported by those who replied, raises the estimate most; why there is none; None when withheld."""
    if pd.isna(row["n"]):
        return None
    if not row["n"]:
        return "Nobody has replied" if not row["replies"] else "Too little was answered"
    return what(row["main_reason"]) if row["main_reason"] else "None that can be named"


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
    """One row per band, neediest first: band, label, meaning, pcns, silent (of which nobody replied; missing when withheld)."""
    seen = table["replies"].notna().any()
    rows = []
    for code, band in need.BANDS.items():
        of = table[table["band"] == code]
        rows.append({"band": code, "label": band.label, "meaning": band.meaning, "pcns": len(of), "silent": (of["replies"] == 0).sum()})
    found = pd.DataFrame(rows)
    return found if seen or table.empty else found.assign(silent=float("nan"))


def by_band(table: pd.DataFrame) -> pd.DataFrame:
    """The rows by band, neediest first, then by code: an order that tells no more than the bands do."""
    position = table["band"].map(list(need.BANDS).index)
    return table.assign(position=position).sort_values(["position", "pcn_code"], ignore_index=True).drop(columns="position")


def headline(table: pd.DataFrame, place: str) -> str:
    """ "In Midlands 1 PCN clearly needs the offer most, 7 probably do, and for 140 of 250 we cannot tell"."""
    count = table["band"].value_counts()
    clearly, probably, unsure = (int(count.get(b, 0)) for b in ("clearly", "probably", "cannot_tell"))
    start = "" if place == "England" else f"In {place}, "
    if clearly:
        first = f"{findings.count(clearly, 'PCN')} clearly {'needs' if clearly == 1 else 'need'} the offer most, "
        first += f"{probably or 'none'} probably {'does' if probably == 1 else 'do'}"
    elif probably:
        first = f"no PCN clearly needs the offer most, {probably} probably {'does' if probably == 1 else 'do'}"
    else:
        first = "no PCN clearly or probably needs the offer most"
    sentence = f"{start}{first}, and for {unsure:,} of {len(table):,} we cannot tell"
    return sentence[0].upper() + sentence[1:]


def cautions(table: pd.DataFrame, k: int, who: str) -> list[str]:
    """What the headline does not say: what "most" means, that silence is not "no need", and how uncertain a rank is."""
    lines = [
        f"“Most” means: among the {k:,} neediest PCNs of England, for the offer has {findings.count(k, 'place')}. *Clearly* is a chance of "
        "80% or more, *probably* 50% to 80%. A band says how sure we are; it is not a league position."
    ]
    counts = bands(table)
    silent = counts["silent"].sum(min_count=1)
    if silent > 0:
        lines.append(
            f"**No {who} have replied from {findings.count(silent, 'PCN')}.** That is not “no need”: ask there first. Their estimates come "
            "from their ICB and region alone."
        )
    width = (table["rank_high"] - table["rank_low"] + 1)[table["n"] > 0].dropna()
    if len(width):
        lines.append(
            f"Ranks are wide: where someone replied, the 90% interval of a PCN's rank typically spans {width.astype(float).median():,.0f} of "
            f"{table['ranked'].iloc[0]:,.0f} places. So no single rank is given here, but the chance of being among the {k:,}."
        )
    return lines


def alt_bands(counts: pd.DataFrame) -> str:
    """The chart of the bands as text."""
    parts = []
    for _, row in counts.iterrows():
        silent = f", of which nobody replied from {row['silent']:,.0f}" if row["silent"] > 0 else ""
        parts.append(f"{row['label']}: {findings.count(row['pcns'], 'PCN')}{silent}")
    return "; ".join(parts)


def alt_needs(rows: pd.DataFrame) -> str:
    """The chart of estimates as text: the first five with interval and chance, and how many more."""
    parts = [
        f"{r['pcn']}: {findings.percent(r['estimate'])} ({r['range']}), chance {findings.percent(r['p_top_k'])}" for _, r in rows.head(5).iterrows()
    ]
    more = len(rows) - len(parts)
    return "Estimated need with 90% interval. " + "; ".join(parts) + (f"; and {more} more with lower estimates" if more else "")


def worked_out(k: int) -> list[str]:
    """How the estimate, chance, band, evidence and reason are worked out, and their limits."""
    weights = "; ".join(f"{what(name).lower() if name != 'gp_supervisor' else what(name)} {100 * w:.0f}%" for name, w in need.WEIGHTS.items())
    return [
        f"**{measures()['need'].label}.** {measures()['need'].how}",
        f"**Weights.** Each reply gets a score: the weighted share of the parts it reports missing. Weights: {weights}. Don't know counts as "
        "missing information, not as no; a reply counts when it covers at least half of the weight.",
        "**Pooling.** A PCN has few replies, so its own mean is drawn towards what its ICB and region let expect: the fewer replies, the more. "
        "A PCN from which nobody replied gets what its ICB and region let expect, with a wide interval. Never 0.",
        f"**Chance and band.** From 5,000 draws of all PCNs together: how often a PCN is among the {k:,} with the highest need. "
        + " ".join(f"*{b.label}*: {b.meaning[0].lower()}{b.meaning[1:]}." for b in need.BANDS.values()),
        "**Evidence.** Strong: 3 replies or more, or a reply and the PCN's own request. Some: a reply, a request or a coordinator's note. "
        "Modelled only: none of these. The offer itself changes neither estimate nor band.",
        "**Main thing reported missing.** The part that raises the estimate most among those that people of the PCN report missing. None can be "
        "named where they report nothing missing beyond what is usual in England, or only what may not be shown for so few people.",
        "**Limits.** It assumes that those who reply are like those who do not. If the neediest reply less often, the chances shown are too "
        f"high. {measures()['need'].caveats} Answers are the respondents' own, and posts turn over.",
    ]
