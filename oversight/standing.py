"""How places stand against England: verdicts in words, the funnel, and sentences. Pure functions on the answers of ``breakdown``.

A list of places is judged by 99.8% intervals, a single chosen place by its 95% interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import groups, measures, reference, stats
from oversight.findings import FEW, LEVELS, count, interval, listed, percent

#: The ways to look at places.
WAYS = {"list": "ICBs", "regions": "Regions", "tiles": "Tiles", "map": "Map", "funnel": "Funnel"}
SIMILAR = "no clear difference"
TOO_FEW = f"fewer than {FEW} answered: too few to say"
LISTED = (
    "**Lists of places use 99.8%.** Of 36 ICBs about two would differ from England at 95% by chance alone. So in a list a place counts "
    "as different only when its 99.8% interval (the thin line) lies wholly above or below England's share. A single place that you "
    "choose is compared by its 95% interval (the thick line)."
)
FUNNEL = (
    "**The funnel.** Each dot is an ICB. The more people answered, the further right it stands and the narrower the limits are. "
    "Inside the limits the order of ICBs says nothing.",
    "**The dotted limits** are where 99.8% of ICBs would stand if all had England's share and only chance moved them: θ ± z√(θ(1 − θ)/n).",
    "**The solid limits** allow for ICBs differing by more than chance, as they usually do: sin²(arcsin √θ ± z√(1/(4n) + τ²)). τ² comes "
    "from how far the dots spread, the outermost tenth on either side pulled in (Spiegelhalter 2005). They are drawn only where that is "
    "more than chance gives. An ICB is named when it stands outside both.",
)
MAP = "**The map** is drawn from the boundaries in data/reference and from nothing else. Large areas are not more people."
#: What the Methods page says of all this.
METHODS = (
    "A place is called **better**, **worse**, **higher** or **lower** than England only when its whole interval lies above or below "
    "England's share. Otherwise there is no clear difference. Better and worse need a direction: see *What is measured*. "
    f"Where fewer than {FEW} answered, nothing is said in words.",
    f"**One place that you choose** is compared by its 95% interval. **Lists of places** use 99.8% (z = {stats.Z998:.2f}): of 36 ICBs, "
    "about two would stand out at 95% by chance alone. No PCN is coloured or judged.",
    *FUNNEL,
    MAP,
    "**Known headcount: off.** Where many of a known number of people replied at random, an interval could be narrower. Wilson's "
    "formula then takes (n − 1)/(1 − n/N) in place of n, as in R's survey package. Here N is an estimate and people choose to "
    "reply, so it would promise too much. Nothing in the dashboard uses it.",
)


def of_breakdown(regions: pd.DataFrame, icbs: pd.DataFrame, role: str) -> pd.DataFrame:
    """One measure's answers of ``breakdown`` by region and by ICB as rows of places: ``level``, ``code``, ``name`` beside the numbers."""
    rows = pd.concat([regions[regions["line"].isin(["england", "group"])], icbs[icbs["line"] == "group"]], ignore_index=True)
    rows = rows[rows["role"] == role]
    england = rows["line"] == "england"
    names = {"level": rows["level"].mask(england, "england"), "code": rows["by_code"].mask(england, "ENG")}
    return rows.assign(**names, name=rows["by_name"].mask(england, "England"), element=rows["measure"])


def picture(table: pd.DataFrame, measure: measures.Measure, level: str, code: str, category: str = "yes") -> pd.DataFrame:
    """The rows of one measure's answer with ``range``, ``short_name``, and their verdict by whichever rule applies: ``word``, ``against``.

    ``level`` and ``code``: the chosen place, compared by its 95% interval; every other row by its 99.8% interval. ``word`` is "" where
    there is no clear difference or fewer than ``FEW`` answered; ``against`` says so.
    """
    wanted = table["element"] == measure.name
    rows = table[wanted & (table["category"] == category) if "category" in table else wanted].copy()
    alone = ((rows["level"] == level) & (rows["code"] == code)).to_numpy()
    verdict = rows["against_england"].where(alone, rows["against_listed"]).fillna("").astype(str)
    judged = pd.Series(stats.better_or_worse(verdict, measure.direction_of(category)), index=rows.index)
    enough = ~(rows["answered"] < FEW)
    rows["word"] = judged.where((judged != "similar") & enough, "")
    rows["against"] = judged.where(judged != "similar", SIMILAR).where(enough | (judged == ""), TOO_FEW)
    for name, low, high in (("range", "low", "high"), ("range_listed", "low_listed", "high_listed")):
        rows[name] = [None if pd.isna(a) else interval(a, b) for a, b in zip(rows[low], rows[high], strict=True)]
    rows["short_name"] = rows["code"].map(reference.icb_tiles().set_index("icb_code")["short_name"]).fillna(rows["name"])
    rows["withheld"] = rows["withheld"].where(rows["share"].isna() | rows["no"].isna(), "") if "withheld" in rows else ""
    return rows


def place_sentence(row: Mapping[str, Any], measure: measures.Measure, who: str) -> str:
    """One place by itself and against England, as its ``word`` allows: "46% of link workers in … have …, worse than England"."""
    sentence = groups.share_sentence({"category": "yes", **row}, measure, who, str(row["name"]))
    if pd.isna(row["share"]) or row["answered"] < FEW:
        return sentence
    return f"{sentence}, {row['word']} than England" if row["word"] else f"{sentence}, {SIMILAR} from England"


def spread_sentence(rows: pd.DataFrame, level: str) -> str:
    """Which places of a list (with ``word``) differ from England; "No ICB differs clearly from England" when none does."""
    known = rows[rows["share"].notna() & (rows["answered"] >= FEW)]
    if known.empty:
        return f"Too few people answered to compare {LEVELS[level]}s"
    parts: list[str] = []
    for word in ("better", "higher", "worse", "lower"):
        found = known[known["word"] == word].sort_values(["share", "name"], ascending=[word in ("lower", "worse"), True])
        if names := found["name"].tolist():
            shown = listed(names) if len(names) <= 3 else f"{listed(names[:2])} and {len(names) - 2} more"
            parts.append(f"{word}: {shown}" if parts else f"{word} than England: {shown}")
    if not parts:
        return f"No {LEVELS[level]} differs clearly from England"
    return (text := "; ".join(parts))[0].upper() + text[1:]


def withheld_sentence(rows: pd.DataFrame, level: str) -> str:
    """How many places of a list have too few answers to show; "" when none has."""
    hidden = int(rows["share"].isna().sum())
    return f"{count(hidden, LEVELS[level])} {'has' if hidden == 1 else 'have'} too few answers to show." if hidden else ""


def funnel(rows: pd.DataFrame, theta: float, code: str = "") -> tuple[pd.DataFrame, stats.Spread]:
    """ICBs against the funnel around England's share ``theta``, with ``place`` in words and ``marked``.

    Marked: outside both limits with at least ``FEW`` answers, or chosen. Where ICBs do not differ by more than chance, or are too few
    to say, the plain limits count alone.
    """
    out, spread = stats.funnel_rows(rows, theta)
    out["wider"] = spread.tau2 > 0  # else the wide limits are those of chance once more, on another scale
    verdict = _verdict(out)
    words = {"higher": "above the limits", "lower": "below the limits", "similar": "inside the limits", "": None}
    plainly = {"higher": "above what chance alone explains", "lower": "below what chance alone explains"}
    place = [plainly.get(a, words[b]) if b == "similar" else words[b] for a, b in zip(out["outside_plain"], verdict, strict=True)]
    out["place"] = pd.Series(place, index=out.index, dtype="object")
    return out.assign(marked=verdict.isin(["higher", "lower"]) & (out["answered"] >= FEW) | (out["code"] == code)), spread


def taken(table: pd.DataFrame, category: str, limits: bool) -> pd.DataFrame:
    """One answer's rows of a table that may leave; where ``limits``, with the ICBs' funnel limits and verdicts, from it alone."""
    rows = table[table["category"] == category].reset_index(drop=True)
    theta = rows.loc[rows["line"] == "england", "share"]
    if not limits or theta.isna().all():
        return rows
    icbs, _ = stats.funnel_rows(rows[rows["level"] == "icb"], float(theta.iloc[0]))
    return rows.join(icbs[[c for c in icbs if c not in rows]])


def funnel_sentence(rows: pd.DataFrame) -> str:
    """Which ICBs stand outside the funnel; nothing about the order of those inside."""
    known = rows[rows["share"].notna() & (rows["answered"] >= FEW)]
    if known.empty:
        return "Too few people answered to compare ICBs"
    verdict = _verdict(known)
    parts = []
    for word, said in (("higher", "above"), ("lower", "below")):
        names = known.loc[verdict == word].sort_values("name")["name"].tolist()
        if names:
            shown = listed(names) if len(names) <= 3 else f"{listed(names[:2])} and {len(names) - 2} more"
            parts.append(f"{said} the limits: {shown}")
    if parts:
        return (text := "; ".join(parts))[0].upper() + text[1:]
    beyond = int(known.loc[known["wider"], "outside_plain"].isin(["higher", "lower"]).sum())
    if beyond:
        stands = "1 ICB stands" if beyond == 1 else f"{beyond} ICBs stand"
        return f"{stands} further from England than chance alone explains, none further than ICBs usually differ"
    return "No ICB stands outside the limits"


def spread_words(rows: pd.DataFrame, spread: stats.Spread) -> str:
    """How much ICBs differ, in a sentence; why there are no wide limits where there are too few ICBs."""
    known = int(rows["share"].notna().sum())
    if math.isnan(spread.phi):
        return f"{count(known, 'ICB')} can be shown, too few to say how much ICBs usually differ: only the limits of chance are drawn."
    if spread.tau2 == 0:
        return f"The {known} ICBs that can be shown differ by no more than chance would make them (φ = {spread.phi:.1f})."
    return f"The {known} ICBs that can be shown differ more than chance alone would make them (φ = {spread.phi:.1f}; 1 is chance alone)."


def chosen(rows: pd.DataFrame, level: str, code: str) -> frozenset[str] | None:
    """Codes of the ICBs of the chosen place; None for all of England."""
    if level == "england":
        return None
    return frozenset(rows.loc[rows["code"] == code if level == "icb" else rows["region_code"] == code, "code"])


def sizes(rows: pd.DataFrame) -> list[float]:
    """Numbers of answers at which limits are drawn: close together where few answered, where they bend most."""
    largest = 1.1 * float(rows.loc[rows["share"].notna(), "answered"].max())
    return [max(1.0, largest * (step / 60) ** 2) for step in range(61) if step == 60 or largest * (step / 60) ** 2 >= 1]


def lines(places: int) -> str:
    """What the lines beside the dots are."""
    rule = "Thick lines are 95% intervals, thin ones 99.8%."
    return f"{rule} A place is named better, worse, higher or lower by the thin one." if places > 1 else rule


def alt_listed(rows: pd.DataFrame) -> str:
    """A list of places as text: each with its share, 95% interval and verdict, the highest first."""
    known = rows[rows["share"].notna()].sort_values("share", ascending=False)
    parts = [f"{r['name']} {percent(r['share'])} ({r['range']}){', ' + r['word'] if r['word'] else ''}" for _, r in known.iterrows()]
    hidden = len(rows) - len(known)
    return "; ".join(parts + ([f"{hidden} with too few answers to show"] if hidden else []))


def alt_funnel(rows: pd.DataFrame, theta: float) -> str:
    """The funnel as text: England's share, and every ICB outside or chosen with its share."""
    named = [
        f"{r['name']} {percent(r['share'])} of {r['answered']:.0f}, {r['place']}" for _, r in rows[rows["marked"]].iterrows() if r["place"]
    ]
    inside = int((rows["place"] == "inside the limits").sum())
    return "; ".join([f"England {percent(theta)}", *named, f"{count(inside, 'ICB')} inside the limits"])


def _verdict(rows: pd.DataFrame) -> pd.Series:
    """Outside both limits, or outside the plain ones where there are no wide ones."""
    both = rows["outside_plain"].where(rows["outside_plain"] == rows["outside_wide"], "similar")
    return both.where((rows["outside_wide"] != "") & rows["wider"], rows["outside_plain"])
