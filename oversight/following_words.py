"""Following the offer in words: who stands where, and whether need differs from that of similar PCNs. Pure functions on tables.

Of the answers of ``offers``, ``offer_counts`` and ``offer_change``. A change is claimed only beyond similar PCNs without the offer, never
from a group's own change, and never as something the offer did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import findings
from oversight.model import OFFER_STATUSES
from oversight.need import following
from oversight.reasons import names, records
from oversight.summary import points

#: In a table of PCNs: where it stands, in few words.
STATUS: Mapping[str, str] = {**OFFER_STATUSES, "eligible": "Eligible", "offered": "Offered, no reply yet"}
STEPS = ("requested", "eligible", "offered", "accepted", "started", "ended")
FEW = following.FEWEST


def headline(offers: pd.DataFrame, change: pd.DataFrame, place: str, earlier: str | None) -> str:
    """How many have started, and what can be said of their need since: "7 of 33 PCNs in the offer's register have started; …".

    ``offers``: of the place; ``change``: of England; ``earlier``: name of the wave before, None for the first.
    """
    where = "" if place == "England" else f"In {findings.the(place)}, "
    if offers.empty:
        first = f"{where}no PCN stands in the offer's register yet"
        return first[0].upper() + first[1:]
    begun, total = int(offers[["started", "ended"]].notna().any(axis=1).sum()), len(offers)
    if total == 1:
        first = f"{where}the one PCN in the offer's register has {'started' if begun else 'not started'}"
    else:
        first = f"{where}{begun or 'none'} of the {total} PCNs in the offer's register {'has' if begun == 1 else 'have'} started"
    return f"{first[0].upper()}{first[1:]}; {'in all of England, ' if where else ''}{_since(change, earlier)}"


def _since(change: pd.DataFrame, earlier: str | None) -> str:
    """What can be said of the need of those that started between the waves."""
    if earlier is None:
        return "there is no wave before this one to compare need with"
    row = _row(change, "started")
    if not row["pcns"]:
        return "none started between the two waves, so there is no before and after"
    if row["heard"] < FEW:
        return "too few replied before and after to say whether need fell"
    if row["verdict"] == "":
        return "too few have similar PCNs without the offer to say whether need fell"
    return beside(row, "their need")


def _row(change: pd.DataFrame, standing: str) -> dict[str, Any]:
    return records(change[change["standing"] == standing])[0]


#: A group and whom it is compared with, in a sentence.
GROUPS: Mapping[str, tuple[str, str]] = {
    "started": ("PCNs where it started or ended between the waves", "similar PCNs without the offer"),
    "accepted": ("PCNs that accepted and have not started", "similar PCNs without the offer"),
    "offered": ("PCNs that were offered it and have not replied", "similar PCNs without the offer"),
    "asked": ("PCNs that asked and were not offered it", "similar PCNs that did not ask"),
}


def beside(row: Mapping[str, Any], whose: str) -> str:
    """A group beside similar PCNs: "their need is now 4 to 9 points lower than that of similar PCNs without the offer"."""
    similar = GROUPS[str(row["standing"])][1]
    if row["verdict"] == "similar":
        return f"{whose} shows no clear difference from that of {similar}"
    near, far = sorted(100 * abs(row[end]) for end in ("low_beyond", "high_beyond"))
    return f"{whose} is now {near:.1f} to {far:.1f} points {row['verdict']} than that of {similar}"


def cautions(change: pd.DataFrame, earlier: str, now: str) -> list[str]:
    """Who is heard, and why a group's own change says little."""
    row = _row(change, "started")
    lines = []
    if row["pcns"]:
        lines.append(
            f"{findings.count(row['pcns'], 'PCN')} of England started (or ended) after {earlier} opened and before {now} did. Of "
            f"{'these' if row['pcns'] > 1 else 'this'}, {row['heard']:.0f} had a reply that counts both times, {row['once']:.0f} only "
            f"one of the times, {row['never']:.0f} neither. Only those heard both times can show a change."
        )
    lines.append(
        "**Need that was high looks lower the next time, whatever is done**, for part of what looked high was chance. So each PCN is set "
        f"beside up to {following.MATCHES} PCNs that were not offered a place and had the same estimate in {earlier}. Only a difference "
        "from these is a finding. Even that is no proof of what the offer did: it was not given out by lot."
    )
    return lines


def in_words(change: pd.DataFrame) -> pd.DataFrame:
    """One row per group with PCNs: label, pcns, heard, matched, then, now ("54% (46% to 61%)"), without, alone, beyond, said."""
    rows = []
    for row in records(change[change["pcns"] > 0]):
        few = pd.isna(row["before"])
        rows.append(
            {
                **{name: row[name] for name in ("standing", "label", "pcns", "heard", "once", "never")},
                "matched": row["matched"] if row["standing"] in following.COMPARED else None,
                "then": None if few else f"{findings.percent(row['before'])} ({findings.interval(row['low_before'], row['high_before'])})",
                "now": None if few else f"{findings.percent(row['after'])} ({findings.interval(row['low_after'], row['high_after'])})",
                "without": None if pd.isna(row["without"]) else findings.percent(row["without"]),
                "beyond": None if pd.isna(row["beyond"]) else spread(row, "beyond"),
                "alone": None if few else f"{findings.percent(row['raw_before'])}, then {findings.percent(row['raw_after'])}",
                "said": said(row),
            }
        )
    columns = ["standing", "label", "pcns", "heard", "once", "never", "matched", "then", "now", "without", "beyond", "alone", "said"]
    return pd.DataFrame(rows, columns=columns)


def spread(row: Mapping[str, Any], name: str) -> str:
    """A change in points with its interval: "−4.4 (−8.3 to −0.5)"."""
    return f"{points(row[name])} ({points(row[f'low_{name}'])} to {points(row[f'high_{name}'])})"


def said(row: Mapping[str, Any]) -> str:
    """What may be said of a group beside similar PCNs, in few words."""
    if row["standing"] not in following.COMPARED:
        return "no time before it" if row["standing"] == "earlier" else "what others are compared with"
    if row["heard"] < FEW:
        return f"too few heard both times ({row['heard']:.0f})"
    if row["verdict"] == "":
        return f"too few have similar PCNs ({row['matched']:.0f})"
    return {"lower": "lower than similar PCNs", "higher": "higher than similar PCNs", "similar": "no clear difference"}[row["verdict"]]


def drawn(change: pd.DataFrame) -> pd.DataFrame:
    """The groups of whom there is enough to draw, with how many PCNs in the label: name, and the numbers of ``offer_change``."""
    found = change[change["before"].notna()].reset_index(drop=True)
    size = found["matched"].where(found["standing"].isin(list(following.COMPARED)), found["heard"])
    return found.assign(name=[f"{label} ({findings.count(n, 'PCN')})" for label, n in zip(found["label"], size, strict=True)])


def effects(change: pd.DataFrame) -> pd.DataFrame:
    """Two rows for each group compared, for ``charts.effects``: what its own replies alone moved, and what is left beside similar PCNs."""
    rows = []
    for row in records(drawn(change[change["beyond"].notna()])):
        ends = {"difference": row["raw_change"], "low": row["low_raw_change"], "high": row["high_raw_change"]}
        rows.append({"way": f"{row['label']}: their replies alone", **ends, "moved": "", "change": ""})
        ends = {"difference": row["beyond"], "low": row["low_beyond"], "high": row["high_beyond"]}
        rows.append({"way": "Beside similar PCNs", **ends, "moved": said(row), "change": ""})
    return pd.DataFrame(rows, columns=["way", "difference", "low", "high", "moved", "change"])


def sentence(change: pd.DataFrame) -> str:
    """What the comparison gives, group by group: the heading above the chart."""
    rows = [row for row in records(change) if row["verdict"]]
    if not rows:
        return "Too few PCNs of any group were heard both times to compare them with similar PCNs"
    return "; ".join(beside(row, f"{'the' if at else 'The'} need of {GROUPS[row['standing']][0]}") for at, row in enumerate(rows))


def alt_groups(rows: pd.DataFrame) -> str:
    """The chart of the groups as text."""
    parts = []
    for row in records(rows):
        other = "" if pd.isna(row["without"]) else f", similar PCNs without the offer then {findings.percent(row['without'])}"
        parts.append(f"{row['name']}: {findings.percent(row['before'])} before, {findings.percent(row['after'])} after{other}")
    return f"Mean estimated need before and after. {'; '.join(parts)}"


def alt_effects(rows: pd.DataFrame) -> str:
    """The chart of the changes as text."""
    parts = [f"{row['way']}: {points(row['difference'])} ({points(row['low'])} to {points(row['high'])})" for row in records(rows)]
    return f"Change in points with 95% interval. {'; '.join(parts)}"


def wave_before(waves: pd.DataFrame, wave: str | None) -> str | None:
    """The name of the wave before one, None where there is none. ``waves``: answer of the query."""
    earlier = waves[waves["wave_id"] < (wave or "")].sort_values("wave_id")
    return None if earlier.empty else str(earlier["wave_name"].iloc[-1])


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``offer_counts`` to show, England first: those of which anything may be shown."""
    known = table[table[list(STEPS)].notna().any(axis=1)]
    return known.sort_values(["level", "name"], ignore_index=True)


def counts_sentence(counts: pd.DataFrame) -> str:
    """Of England: how many asked, were offered it, and started; withheld numbers are left out: "60 PCNs have asked for the offer; …"."""
    row = counts[counts["level"] == "england"].iloc[0]
    words = {"requested": "asked for the offer", "offered": "were offered a place", "started": "started", "ended": "ended"}
    parts = [f"{row[name]:,.0f} {done}" for name, done in words.items() if not pd.isna(row[name])]
    if not parts:
        return "How many PCNs have come how far is too small a number to show"
    if row["pcns"] == 1:
        return f"Of the one PCN of England, {findings.listed(parts)}"
    return f"Of England's {row['pcns']:,.0f} PCNs, {findings.listed(parts)}"


def listed(offers: pd.DataFrame) -> pd.DataFrame:
    """The PCNs of the register, those furthest on first: pcn, where they stand and the day of each step, in words."""
    order = list(OFFER_STATUSES)
    found = offers.assign(
        pcn=names(offers),
        stands=offers["status"].map(STATUS),
        position=[-order.index(status) for status in offers["status"]],
    ).sort_values(["position", "since", "pcn_code"], ignore_index=True)
    for column in (*STEPS, "since"):
        found[column] = [None if pd.isna(date) else f"{pd.Timestamp(date):%Y-%m-%d}" for date in found[column]]
    return found.drop(columns="position")


def paragraphs() -> tuple[str, ...]:
    """How need before and after the offer is compared, and what that cannot tell."""
    return (
        "**Before and after the offer.** A PCN counts as before and after when the offer started there after the earlier wave opened and "
        "before the later one did. Need in each wave is the pooled estimate of that wave. Only PCNs with a reply that counts in both waves "
        f"are compared, and nothing is said of fewer than {FEW}; the others are counted, not guessed.",
        "**Regression to the mean.** PCNs are offered places because their need looked high, and part of what looked high was chance, so "
        "it looks lower the next time whatever is done (Barnett, van der Pols & Dobson 2005). Estimates fall too: with few replies they "
        f"are drawn back towards what region and ICB let expect. So each PCN is set beside up to {following.MATCHES} PCNs that were not "
        f"offered a place, whose estimate before was nearest (within {100 * following.NEAR:.0f} points) and from which as many people "
        "replied after. What is left of the difference before is taken off along the line of all PCNs without the offer (Abadie & Imbens "
        "2011); the 95% interval is that of matching with replacement (Abadie & Imbens 2006). Tried on simulated nations in which the "
        "offer does nothing, the PCNs' own replies fell in nearly every one; the comparison held 0 in about 95 of 100.",
        "**Limits.** The offer is not given out by lot: PCNs with it may differ in ways that replies do not show, such as having asked for "
        "it. An estimate from one or two replies moves only part of the way, so a true change shows smaller than it is: in simulation, "
        "under half of it. PCNs that asked and were not offered it are shown for that reason: what their need did without the offer.",
    )
