"""How far people who coded the same focus groups agree, and whether new themes still come up, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import stats
from oversight.challenges import MOST_LEADING
from oversight.findings import count, day, listed, the
from oversight.reasons import records

VERDICTS: Mapping[str, str] = {"firm": "Firm", "tentative": "Tentative", "weak": "Do not rest on it", "": "Cannot be told"}
NOTHING = (
    "No session was coded by two people in a project that tells them apart. Export the project as .qdpx (REFI-QDA) from the coding tool, "
    "with two people's coding of the same sessions, and add it on the Data page."
)
HOW = (
    "**What is compared.** For each theme and each session that at least two people coded: did each of them code the theme in it at all? "
    "Somebody who coded nothing in a session counts as not having coded it. Where the passages begin and end does not matter.",
    "**Krippendorff's α** (alpha) is 1 less the disagreement seen ÷ the disagreement that chance would give (nominal, Krippendorff 2011). "
    f"1 is full agreement, 0 is what chance gives. From {stats.FIRM:g} on a theme is firm, from {stats.TENTATIVE:g} on it is tentative, "
    "below that do not rest anything on it (Krippendorff 2004).",
    "**A low α beside much agreement.** Where nearly every session holds a theme, people agree by chance alone. Then one disagreement in "
    "six sessions takes α to 0: the sessions cannot tell good coding from habit. Code more sessions twice, or look at single passages.",
    "**Undefined.** Where everybody coded a theme in every session, or nobody ever did, α cannot be told: nothing varies, so agreement "
    "cannot be told from habit. **Few sessions.** With few sessions one disagreement moves α a long way, and α is no sample's estimate: "
    "it carries no interval here. Read the counts beside it.",
    f"**New themes.** Sessions stand in order of date. The themes of the first {stats.BASE} are the base; the new themes of each "
    f"{stats.RUN} sessions in a row after them are divided by it (Guest, Namey and Chen 2020). Up to 5% is often taken to mean that "
    "further sessions add little. Themes come from a list, so nothing beyond that list can come up as new.",
)


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """The query theme_agreement as people read it, the least firm first and what cannot be told last.

    Adds ``alpha_words``, ``how_firm`` and ``words`` for one line.
    """
    seen = table["sessions"].notna()
    rows = table.assign(
        alpha_words=["" if pd.isna(a) else f"{a:.3f}".replace("-", "−") for a in table["alpha"]],
        how_firm=[VERDICTS[str(v)] if s else "" for v, s in zip(table["verdict"], seen, strict=True)],
    )
    rows = rows.assign(words=[_words(row) for row in records(rows)])
    return rows.sort_values(["alpha", "label"], ascending=[False, True], na_position="last", ignore_index=True)


def _words(row: Mapping[str, Any]) -> str:
    if pd.isna(row["sessions"]):
        return f"{row['label']}: too few to show"
    return (
        f"{row['label']}: α {row['alpha_words'] or 'cannot be told'}, the same in {row['same']:.0f} of {count(row['sessions'], 'session')}"
    )


def state(table: pd.DataFrame) -> str:
    """Why there is no agreement to show, as an empty state of ``ui``; "" when there is."""
    if table.empty or (table["sessions"].fillna(1) == 0).all():
        return "no_data"
    return "too_few" if table["sessions"].isna().any() else ""


def agreement_sentence(rows: pd.DataFrame) -> str:
    """On how many themes coders agree firmly, tentatively, or not enough, and on how many sessions that rests (``agreement`` rows)."""
    counts = rows["verdict"].value_counts()
    firm, tentative, weak, unknown = (int(counts.get(v, 0)) for v in ("firm", "tentative", "weak", ""))
    sessions = int(rows["sessions"].max())
    who = f"Those who coded the same {count(sessions, 'focus group') if sessions > 1 else 'focus group'}"
    told = len(rows) - unknown
    if not told:
        return f"{who} cannot be compared: in no theme does anything vary"
    parts = [
        words
        for n, words in (
            (firm, f"firmly on {firm} of {count(len(rows), 'theme')}" if firm else ""),
            (tentative, f"tentatively on {tentative}" if firm else f"tentatively on {tentative} of {count(len(rows), 'theme')}"),
        )
        if n
    ]
    start = f"{who} agree {listed(parts)}" if parts else f"{who} do not agree well enough on any of {count(len(rows), 'theme')}"
    rest = []
    if weak and parts:
        rest.append(f"too little on {weak}")
    if unknown:
        rest.append(f"on {unknown} it cannot be told")
    return "; ".join([start, *rest])


def overall_sentence(rows: pd.DataFrame) -> str:
    """Alpha over every theme and session together, with how many judgements it rests on; "" where it cannot be told."""
    overall = rows["overall"].iloc[0]
    if pd.isna(overall):
        return ""
    said = f"{overall:.3f}".replace("-", "−")
    judgements = f"{rows['sessions'].sum():,.0f} judgements, each of one theme in one session"
    word = {"firm": "firm", "tentative": "tentative", "weak": "too little to rest on"}[str(stats.how_firm([overall])[0])]
    return f"Over all themes together α is {said} ({judgements}): {word}."


def weak_sentence(rows: pd.DataFrame) -> str:
    """The themes on which nothing should rest, by name where they are few; "" when there are none."""
    names = [f"“{label}”" for label in rows.loc[rows["verdict"] == "weak", "label"]]
    if len(names) > MOST_LEADING:
        return f"Rest nothing on the {len(names)} themes marked so before the coders have talked about what belongs to them."
    return (
        f"Rest nothing on {listed(names)} before the coders have talked about what belongs to {'it' if len(names) == 1 else 'them'}."
        if names
        else ""
    )


def alt_agreement(rows: pd.DataFrame) -> str:
    """The chart as text: the sentence, then every theme."""
    return f"{agreement_sentence(rows)}. {'; '.join(rows['words'])}"


def note(rows: pd.DataFrame) -> str:
    """How many sessions and coders the figures rest on."""
    coders = int(rows["coders"].max())
    return (
        f"{count(rows['sessions'].max(), 'session')} coded by {coders} people at most"
        if coders > 2
        else f"{count(rows['sessions'].max(), 'session')} coded by two people"
    )


def saturation_sentence(rows: pd.DataFrame, who: str, place: str) -> str:
    """Since how many sessions no new theme came up (the query theme_saturation, in order)."""
    held = len(rows)
    where = f"with {who} in {the(place)}"
    if held < stats.BASE + stats.RUN:
        needed = stats.BASE + stats.RUN
        return f"{count(held, 'coded focus group')} {where}: at least {needed} are needed to say whether new themes still come up"
    latest = rows.loc[rows["new"] > 0, "number"]
    since = held - int(latest.max()) if len(latest) else held
    if since == 0:
        return f"The last of {held} focus groups {where} still raised {count(rows['new'].iloc[-1], 'new theme')}"
    last = "the last" if since == 1 else f"the last {since}"
    return f"No new theme came up in {last} of {held} focus groups {where}"


def saturation_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The sessions as people read them, with the day and the ratio in words."""
    words = [
        "" if pd.isna(s) else f"{n:.0f} of {b:.0f} ({100 * s:.0f}%)"
        for n, b, s in zip(rows["run_new"], rows["base_themes"], rows["saturation"], strict=True)
    ]
    return rows.assign(day=[day(d) for d in rows["date"]], run=words)
