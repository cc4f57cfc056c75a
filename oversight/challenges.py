"""Challenges in words and tables: what respondents chose, what came up in focus groups, and the remedy named for each.

Two kinds of evidence stay two: shares of respondents carry intervals; sessions are counted, for they are not a sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import stats
from oversight.findings import FEW, count, day, interval, listed, percent, the
from oversight.questionnaire import BY_FIELD
from oversight.settings import settings

HOW = (
    "**Order and differences.** A challenge leads together with every other whose interval reaches into its own. A place is said to differ "
    "from England where England's share lies outside its 95% interval: of 14 such comparisons about one may look clear by chance. Between "
    "regions, where there are about a hundred, 99.8% intervals decide. Focus groups are not a sample, so sessions are counted and carry no "
    "interval; they belong to no wave and are held by region."
)
NO_REMEDY = "No remedy named yet"
NO_WORDS = "(Counted only: the coding tool exports this passage without its words.)"
#: More than this many that cannot be told apart do not lead: nothing stands out.
MOST_LEADING = 4
_NUMBERS = ("no", "one", "two", "three", "four")


def was_asked(questions: pd.DataFrame, role: str | None) -> bool:
    """Whether the wave's export has the challenges question and our questionnaire puts it to this kind of respondent."""
    return role in BY_FIELD["challenges"].asked and bool((questions["field"] == "challenges").any())


def survey_state(table: pd.DataFrame, level: str, code: str, asked: bool) -> str:
    """Why there are no shares for a place, as an empty state of ``ui``; "" when there are.

    ``table``: the query themes. ``asked``: see ``was_asked``; answers that came all the same count more than the plan.
    """
    rows = _at(table, level, code)
    if rows.empty:
        return "outside" if len(table) else "no_data"
    if (rows["share"] > 0).any():
        return ""
    england = table.loc[table["level"] == "england", "n"]
    if not asked and not (england > 0).any():
        return "not_asked"
    return "too_few" if rows["n"].isna().any() else "no_data"  # what is withheld is empty, what nobody said is 0


def nothing_sentence(state: str, who: str, place: str) -> str:
    """The page's heading when ``survey_state`` found nothing to show."""
    return {
        "no_data": f"No {who} in {the(place)} said what challenges them in this wave",
        "not_asked": capital(f"{who} were not asked about challenges in this wave"),
        "too_few": f"Too few {who} in {the(place)} answered to show what challenges them",
        "outside": f"{capital(the(place))} is outside the regions you can see",
    }[state]


def compared(table: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    """A place's themes, the most chosen first and withheld ones last, each with England beside it.

    Adds ``england`` (share), ``against`` (higher, lower, no clear difference), both empty for England itself, and ``range``.
    """
    rows = _at(table, level, code)
    england = table[table["level"] == "england"].set_index("theme")["share"]
    benchmark = rows["theme"].map(england).astype(float)
    verdict = stats.against(rows["low"], rows["high"], benchmark)
    words = {"higher": "higher", "lower": "lower", "similar": "no clear difference"}
    ranges = ["" if pd.isna(low) else interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)]
    against = [words.get(v, "") if level != "england" else "" for v in verdict]
    found = rows.assign(england=benchmark if level != "england" else float("nan"), against=against, range=ranges)
    return found.sort_values(["share", "label"], ascending=[False, True], na_position="last", ignore_index=True)


def leading(rows: pd.DataFrame) -> pd.DataFrame:
    """The most chosen theme and those whose interval reaches into its own: their order could be chance."""
    known = rows[rows["share"].notna()].sort_values("share", ascending=False)
    return known[known["high"] >= known["low"].iloc[0]] if len(known) else known


def leading_sentence(rows: pd.DataFrame, who: str, names: bool = True) -> str:
    """Which challenges lead at a place, as many as cannot be told apart; ``names``: with each of them and its share.

    ``rows``: one place of the query themes, with a share for some theme.
    """
    lead, replies, whom = leading(rows), rows["n"].max(), f"{who} in {the(rows['name'].iloc[0])}"
    if replies < settings().min_respondents:
        return f"Only {count(replies, 'reply', 'replies')} from {whom}: too few to say what challenges them most"
    first = lead.iloc[0]
    if len(lead) > MOST_LEADING:
        sentence = f"no single challenge stands out among {whom}"
        detail = f": {quoted(first['label'])} ({_share(first)}) is chosen most, too close to {len(lead) - 1} others to tell apart"
    elif len(lead) > 1:
        sentence = f"{_NUMBERS[len(lead)]} challenges lead among {whom}"
        detail = ": " + listed([f"{quoted(r['label'])} ({percent(r['share'])})" for _, r in lead.iterrows()])
    else:
        sentence, detail = f"{quoted(first['label'])} is the challenge that {whom} choose most", f" ({_share(first)})"
    some = "of those that can be shown, " if rows["share"].isna().any() else ""
    return capital(f"{some}{sentence}{detail if names else ', in no clear order' if 1 < len(lead) <= MOST_LEADING else ''}")


def capital(text: str) -> str:
    """A sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def _share(row: pd.Series) -> str:
    return f"{percent(row['share'])}, {interval(row['low'], row['high'])}"


def notes(rows: pd.DataFrame, who: str) -> list[str]:
    """What the headline does not say: that an order could be chance, and what differs from England (``rows`` from ``compared``)."""
    lines = []
    if len(leading(rows)) > 1:
        lines.append(
            "Where intervals overlap, the order could be chance. Several challenges could be chosen, so shares do not add up to 100%."
        )
    if rows["level"].iloc[0] != "england":
        lines.append(against_sentence(rows, who))
    return lines


def quoted(label: Any) -> str:
    """A theme's name as it stands, in quotation marks: it may hold commas and capitals of its own."""
    return f"“{label}”"


def against_sentence(rows: pd.DataFrame, who: str) -> str:
    """Which challenges a place's respondents choose clearly more or less often than England's (``rows`` from ``compared``)."""
    parts = []
    known = rows[rows["n"] >= FEW]
    if known.empty:
        return f"Too few {who} in {the(rows['name'].iloc[0])} answered to compare them with England."
    for verdict, words in (("higher", "more"), ("lower", "less")):
        found = known[known["against"] == verdict]
        if len(found):
            names = [f"{quoted(r['label'])} ({percent(r['share'])} against {percent(r['england'])})" for _, r in found.iterrows()]
            parts.append(f"{words} often {listed(names)}")
    place = rows["name"].iloc[0]
    if not parts:
        return f"No challenge is chosen clearly more or less often in {the(place)} than in England."
    return f"Compared with England, {who} in {the(place)} choose {'; '.join(parts)}."


def region_of(rows: pd.DataFrame) -> str | None:
    """The region that the rows of one place lie in, None for England: focus groups are held by region, not by ICB."""
    return None if rows.empty or pd.isna(rows["region_code"].iloc[0]) else str(rows["region_code"].iloc[0])


def sessions_at(table: pd.DataFrame, region: str | None) -> pd.DataFrame:
    """The themes in a region's focus groups (None: England's), those of most sessions first, with ``words``: "16 of 24".

    ``table``: the query theme_sessions.
    """
    rows = _at(table, "region" if region else "england", region or "ENG")
    rows = rows.sort_values(["sessions_with", "label"], ascending=[False, True], na_position="last", ignore_index=True)
    words = ["" if pd.isna(w) else f"{w:.0f} of {n:.0f}" for w, n in zip(rows["sessions_with"], rows["sessions"], strict=True)]
    return rows.assign(words=words)


def sessions_state(rows: pd.DataFrame) -> str:
    """Why there are no sessions to show, as an empty state of ``ui``; "" when there are."""
    if rows.empty or (rows["sessions"] == 0).all():
        return "no_data"
    return "too_few" if rows["sessions"].isna().all() else ""


def no_sessions(state: str, who: str, place: str) -> str:
    """What to say where ``sessions_state`` found nothing to show."""
    if state == "too_few":
        return f"The focus groups with {who} in {the(place)} had too few participants. Choose a larger place."
    return f"No focus group with {who} is recorded for {the(place)}. That is not “no challenges”: choose another role or place."


def sessions_sentence(rows: pd.DataFrame, who: str) -> str:
    """Which themes came up in most of a place's focus groups, and how many sessions there were."""
    sessions, most = rows["sessions"].max(), rows["sessions_with"].max()
    top = rows.loc[rows["sessions_with"] == most, "label"].tolist()
    where = f"with {who} in {the(rows['name'].iloc[0])}"
    if most == 0:
        return f"No theme was coded in {count(sessions, 'focus group')} {where}."
    if sessions == 1:
        return f"{count(len(top), 'theme')} came up in the only focus group {where}."
    named = f"{len(top)} themes" if len(top) > MOST_LEADING else listed([quoted(t) for t in top])
    of = ("both" if sessions == 2 else f"all {sessions:.0f}") if most == sessions else f"{most:.0f} of {sessions:.0f}"
    return f"{named} came up most: {'each ' if len(top) > 1 else ''}in {of} focus groups {where}."


def sessions_note(rows: pd.DataFrame, level: str) -> str:
    """How many sessions and people the counts rest on, and that they belong to no wave and to no single ICB."""
    held = f"{count(rows['sessions'].max(), 'focus group')} of any date, {count(rows['participants'].max(), 'participant')}"
    return f"{held}, all of {rows['name'].iloc[0]}" if level == "icb" else held


def together(rows: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Survey and focus groups in one table, theme by theme in the survey's order: what ``compared`` and ``sessions_at`` gave.

    ``withheld`` says what is missing of the survey; ``words`` (sessions) and ``excerpts`` are empty where they may not be seen.
    """
    return rows.merge(held[["theme", "words", "excerpts"]], on="theme", how="left", validate="one_to_one")


def alt_sessions(rows: pd.DataFrame) -> str:
    """The sessions chart as text, most sessions first."""
    known = rows[rows["sessions_with"].notna()].sort_values("sessions_with", ascending=False)
    return "Focus-group sessions in which each theme came up: " + "; ".join(f"{r['label']} {r['words']}" for _, r in known.iterrows())


def remedies(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per remedy the programme names: remedy, themes (with the place's share), the most chosen theme's first.

    ``rows``: one place of the query themes. Themes without a remedy come last, together. Shares are not added up: the
    same person may choose several.
    """
    shares = ["" if pd.isna(share) else f" ({percent(share)})" for share in rows["share"]]
    named = rows.assign(remedy=rows["remedy"].fillna("").replace("", NO_REMEDY), words=rows["label"] + shares)
    named = named.sort_values(["share", "label"], ascending=[False, True], na_position="last")
    found = named.groupby("remedy", sort=False).agg(themes=("words", "; ".join)).reset_index()
    return found.sort_values("remedy", key=lambda r: r == NO_REMEDY, kind="stable", ignore_index=True)


def remedies_sentence(rows: pd.DataFrame) -> str:
    """How many challenges have no remedy named, and the most chosen of them; which ones, where not all shares are known."""
    without = rows[rows["remedy"].fillna("") == ""].sort_values(["share", "label"], ascending=[False, True], na_position="last")
    if without.empty:
        return f"The programme names a remedy for each of the {len(rows)} challenges"
    if len(without) == len(rows):
        return f"The programme names no remedy for any of the {len(rows)} challenges"
    start = f"For {len(without)} of {len(rows)} challenges the programme names no remedy"
    if without["share"].isna().any():
        return f"{start}: {listed([quoted(label) for label in without['label']])}" if len(without) <= MOST_LEADING else start
    lead = leading(without)
    if without["n"].max() < FEW or len(lead) > MOST_LEADING:
        return start
    named = listed([f"{quoted(row['label'])} ({percent(row['share'])})" for _, row in lead.iterrows()])
    if len(without) == 1:
        return f"{start}, {named}"
    return (
        f"{start}, the most chosen of them {named}"
        if len(lead) == 1
        else f"{start}, the most chosen of them, too close to tell apart, {named}"
    )


def by_region(table: pd.DataFrame) -> pd.DataFrame:
    """England and every region, theme by theme, England's most chosen theme first: the query themes with two columns more.

    ``head`` is the place with its n; ``against`` how it compares with England, at 99.8%: at 95% a hundred comparisons at once
    would make five differences out of nothing.
    """
    rows = table[table["level"].isin(["england", "region"])]
    is_england = rows["level"] == "england"
    benchmark = rows["theme"].map(rows[is_england].set_index("theme")["share"]).astype(float)
    low, high = stats.wilson(rows["x"].astype(float), rows["n"].astype(float), stats.Z998)
    verdict = pd.Series(stats.against(low, high, benchmark), index=rows.index).mask(is_england, "")
    asked = rows["n"].groupby(rows["code"]).transform("max")  # withheld rows have none of their own
    heads = [name if pd.isna(n) else f"{name} (n\u00a0=\u00a0{n:,.0f})" for name, n in zip(rows["name"], asked, strict=True)]
    rows = rows.assign(england=benchmark, against=verdict, head=heads, place=~is_england)
    order = ["england", "label", "theme", "place", "name"]
    return rows.sort_values(order, ascending=[False, True, True, True, True], na_position="last", ignore_index=True).drop(columns="place")


def region_sentence(rows: pd.DataFrame) -> str:
    """Where regions differ from England beyond the 99.8% intervals of ``by_region``; the largest difference first."""
    known = rows[rows["against"].isin(["higher", "lower"]) & (rows["n"] >= FEW)]
    if not ((rows["level"] == "region") & rows["share"].notna() & (rows["n"] >= FEW)).any():
        return "Too few people answered to compare regions with England"
    if known.empty:
        return "Looked at all together, no region stands out from England in any challenge"
    known = known.assign(gap=(known["share"] - known["england"]).abs()).sort_values("gap", ascending=False)
    words = {"higher": "more often", "lower": "less often"}
    parts = [
        f"{quoted(r['label'])} is chosen {words[r['against']]} in {the(r['name'])} than in England "
        f"({percent(r['share'])} against {percent(r['england'])})"
        for _, r in known.head(2).iterrows()
    ]
    return "; ".join(parts) + (f"; and {count(len(known) - 2, 'more difference')}" if len(known) > 2 else "")


def alt_regions(rows: pd.DataFrame) -> str:
    """The grid of regions as text: what stands out, then each place's most chosen challenge (``rows`` from ``by_region``)."""
    known = rows[rows["share"].notna()].sort_values("share", ascending=False).drop_duplicates("name")
    tops = [f"{r['name']}: {r['label']} {percent(r['share'])}" for _, r in known.sort_values(["level", "name"]).iterrows()]
    return f"{region_sentence(rows)}. Most chosen in each: {'; '.join(tops)}"


def wide(rows: pd.DataFrame) -> pd.DataFrame:
    """The regions' table as people read it: label, then one column of shares per place, England first.

    ``rows`` from ``by_region``.
    """
    table = rows.drop_duplicates("theme").set_index("theme")[["label"]]
    for head, place in rows.groupby("head", sort=False):
        table[str(head)] = place.set_index("theme")["share"]
    return table.reset_index(drop=True)


def excerpts_sentence(excerpts: pd.DataFrame, label: str) -> str:
    """How much was said of a theme: excerpts and sessions, which say how much, not how many people."""
    sessions = excerpts["session_id"].nunique()
    are = "is" if len(excerpts) == 1 else "are"
    return f"{count(len(excerpts), 'excerpt')} from {count(sessions, 'focus group')} {are} about {quoted(label)}"


def no_excerpts(label: str, who: str, place: str) -> str:
    """What to say where nothing was coded: that a theme was not raised is no finding about it."""
    return f"No excerpt of focus groups with {who} in {the(place)} is about {quoted(label)}. Not raised is not “no problem”."


def excerpt_cards(excerpts: pd.DataFrame, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each excerpt's words and where they were said, never by whom: ("…", "11 May 2026 · Midlands · Care Coordinator · session FG08").

    ``excerpts``: the query excerpts. ``names``: kinds of respondent by code.
    """
    cards = []
    for said in excerpts.to_dict("records"):
        kind = names.get(said["respondent_kind"], said["respondent_kind"])
        words = NO_WORDS if pd.isna(said["text"]) else str(said["text"])
        cards.append((words, f"{day(said['date'])} · {said['region_name']} · {kind} · session {said['session_id']}"))
    return cards


def _at(table: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    return table[(table["level"] == level) & (table["code"] == code)]
