"""Survey beside focus groups in words and tables: theme by theme, with the verdict and the remedy.

Shares of respondents carry intervals. Sessions are counted and carry none: they are no sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight.challenges import capital, quoted
from oversight.findings import count, day, interval, listed, percent, the
from oversight.settings import settings

#: How two kinds of evidence may stand to each other, in the order in which they are shown: what it is called, what it means.
VERDICTS: Mapping[str, tuple[str, str]] = {
    "agreement": ("Agreement", "both say the same"),
    "dissonance": ("Dissonance", "one says common, the other rare"),
    "silence": ("Silence", "one speaks of it, the other does not or was not asked"),
    "partial": ("Partial agreement", "neither clearly the same nor clearly opposite"),
    "neither": ("Raised by neither", "nobody chose it and no session raised it"),
    "too_few": ("Too few to compare", "too few respondents or sessions to propose anything"),
    "withheld": ("Not for sharing", "one of the two may not be shown"),
}
SETTLED = "settled by people"
PROPOSED = "proposed by the rule"
LABELS = {
    "label": "Theme", "survey": "Survey", "groups": "Focus groups", "proposal": "The rule proposes", "settled": "People settled",
    "verdict_note": "Their note", "remedy": "Remedy the programme names", "withheld": "Withheld because",
}  # fmt: skip
#: Groups of many themes that say little: folded away.
FOLDED = ("partial", "too_few", "withheld")
OFFER = {
    "name": "Place", "pcns": "PCNs", "requested": "Asked for it", "eligible": "Found eligible", "offered": "Offered",
    "accepted": "Accepted", "started": "Started", "ended": "Ended", "withheld": "Withheld because",
}  # fmt: skip
REMEDIES = {
    "remedy": "Remedy", "aware": "Know of it", "used_of_aware": "Used it, of those who know of it", "used": "Used it, of all",
    "withheld": "Withheld because",
}  # fmt: skip
NOT_ASKED = "not asked in the survey"
_SURVEY = {"common": "common", "rare": "rare", "between": "neither common nor rare"}


def at(table: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    """A place's themes (the query convergence) with verdict and words, grouped by verdict, the most chosen first.

    Adds ``shown`` (a key of ``VERDICTS``: what people settled, else what is proposed), ``by`` (settled by people, or proposed by the
    rule), ``head`` (the label, marked where people settled it), ``group`` (its heading), ``survey`` ("34% (31% to 37%)"), ``groups``
    ("16 of 24"), ``proposal`` and ``settled`` in words.
    """
    rows = table[(table["level"] == level) & (table["code"] == code)]
    people = rows["verdict"].notna()
    shown = rows["verdict"].where(people, rows["proposed"]).fillna("withheld").astype(str)
    rows = rows.assign(
        shown=shown,
        by=[SETTLED if p else PROPOSED for p in people],
        head=[f"{label} ({SETTLED})" if p else label for label, p in zip(rows["label"], people, strict=True)],
        group=[VERDICTS[v][0] for v in shown],
        place=[list(VERDICTS).index(v) for v in shown],
        survey=[survey_words(r) for r in rows.to_dict("records")],
        groups=[groups_words(r) for r in rows.to_dict("records")],
        proposal=["" if pd.isna(p) else VERDICTS[str(p)][0] for p in rows["proposed"]],
        settled=[_settled(r) for r in rows.to_dict("records")],
        verdict_note=rows["verdict_note"].fillna(""),
    )
    order = ["place", "share", "label"]
    return rows.sort_values(order, ascending=[True, False, True], na_position="last", ignore_index=True).drop(columns="place")


def survey_words(row: Mapping[Any, Any]) -> str:
    """What the survey says of a theme: "34% (31% to 37%)", "not asked", or nothing where it is withheld or nobody answered."""
    if row["survey_says"] == "not_asked":
        return "not asked"
    return "" if pd.isna(row["share"]) else f"{percent(row['share'])} ({interval(row['low'], row['high'])})"


def groups_words(row: Mapping[Any, Any]) -> str:
    """What focus groups say of a theme: "16 of 24", "none held", or nothing where it is withheld."""
    if pd.isna(row["sessions"]):
        return ""
    return "none held" if row["sessions"] == 0 else f"{row['sessions_with']:.0f} of {row['sessions']:.0f}"


def _settled(row: Mapping[Any, Any]) -> str:
    return "" if pd.isna(row["verdict"]) else f"{VERDICTS[row['verdict']][0]}, {day(row['verdict_date'])}"


def headline(rows: pd.DataFrame, who: str) -> str:
    """How many of a place's themes stand in each group; why nothing is compared, where that is so. ``rows`` from ``at``."""
    if rows.empty:
        return "No theme is in the themes register yet"
    where, few = f"{who} in {the(rows['name'].iloc[0])}", settings().convergence
    counted = rows["shown"].value_counts()
    compared = {v: int(counted[v]) for v in ("agreement", "dissonance", "silence", "partial", "neither") if v in counted}
    if not compared:
        held, asked = rows["sessions"].max(), rows["n"].max()
        if held < few.min_sessions:
            return f"{capital(_held(held))} with {where}: at least {few.min_sessions} are needed to compare them with the survey"
        if asked < few.min_respondents:
            return (
                f"Only {count(asked, 'answer')} from {where}: at least {few.min_respondents} are needed to compare them with focus groups"
            )
        return f"Too few took part to set survey and focus groups of {where} side by side"
    words = {
        "agreement": "agreement on {}", "dissonance": "dissonance on {}", "silence": "silence of one on {}",
        "partial": "partial agreement on {}", "neither": "silence of both on {}",
    }  # fmt: skip
    parts = [words[v].format(n) for v, n in compared.items()]
    few_or_hidden = len(rows) - sum(compared.values())
    rest = f"; for {few_or_hidden:,} there is too little to compare" if few_or_hidden else ""
    return f"Survey and focus groups of {where}, {count(len(rows), 'theme')}: {listed(parts)}{rest}"


def _held(sessions: float) -> str:
    return "no focus group was held" if sessions == 0 else f"only {count(sessions, 'focus group')} held"


def notes(rows: pd.DataFrame) -> list[str]:
    """What the headline does not say: how many verdicts are people's, and what cannot be told."""
    people = int((rows["by"] == SETTLED).sum())
    lines = []
    if people:
        rest = "; the others are proposed by the rule" if people < len(rows) else ""
        lines.append(f"{count(people, 'verdict was', 'verdicts were')} {SETTLED}{rest}.")
    elif rows["shown"].isin(["agreement", "dissonance", "silence", "partial"]).any():
        lines.append("All are proposed by the rule; people have settled none yet.")
    if (rows["shown"] == "silence").any():
        lines.append("Silence is not “no need”: a survey hears what it asks, and a focus group what comes up.")
    return lines


def theme_sentence(row: Mapping[Any, Any], who: str, remedy: str = "") -> str:
    """One theme in a sentence: what both say of it, how they converge and who says so, and the remedy beside it.

    ``row`` of ``at``; ``remedy`` from ``remedy_words``. It claims common, rare or the like only where the rule found so.
    """
    name, survey, groups = quoted(row["label"]), _survey_part(row, who), _groups_part(row)
    shown, says, theirs = row["shown"], row["survey_says"], row["sessions_say"]
    facts = f"{survey} and {groups}"
    if row["by"] == SETTLED:
        proposal = f" (the rule proposes: {row['proposal'].lower()})" if row["proposal"] and row["proposed"] != shown else ""
        note = f" and noted: “{str(row['verdict_note']).rstrip('. ')}”" if row["verdict_note"] else ""
        text = f"{name}: {facts}. People settled this as {VERDICTS[shown][0].lower()} on {day(row['verdict_date'])}{proposal}{note}"
    elif shown == "agreement":
        text = f"{name} is {_SURVEY[says]} in both: {facts}"
    elif shown == "dissonance":
        text = f"{name} is {_SURVEY[says]} in the survey and {_SURVEY[theirs]} in focus groups: {survey}, but {groups}"
    elif shown == "silence":
        text = f"{name}: {survey}, but {groups}. Silence is not “no need”"
    elif shown == "partial" and says == "unclear":
        text = f"{name} is {_SURVEY[theirs]} in focus groups: {groups}; {survey} chose it, too wide an interval to say {_whether(row)}"
    elif shown == "partial":
        text = f"{name} is {_SURVEY[says]} in the survey and {_SURVEY[theirs]} in focus groups: {facts}"
    elif shown == "neither":
        text = f"{name} is raised by neither: {facts}. Silence is not “no need”"
    else:
        text = f"{name}: {facts}, not compared"
    return f"{text}. {capital(remedy)}." if remedy else f"{text}."


def _whether(row: Mapping[Any, Any]) -> str:
    """Which threshold the survey's interval reaches over: "whether that is common"."""
    rule = settings().convergence
    over = ["common"] * (row["high"] >= rule.survey_common) + ["rare"] * (row["low"] < rule.survey_rare)
    return f"whether that is {' or '.join(over)}"


def _survey_part(row: Mapping[Any, Any], who: str) -> str:
    if row["survey_says"] == "not_asked":
        return f"the survey did not ask {who} about it"
    if pd.isna(row["share"]):
        return "too few answers to show" if pd.isna(row["n"]) else f"no answers of {who}"
    if row["x"] == 0:
        return f"none of {row['n']:,.0f} {who}" if row["n"] > 1 else f"not chosen in the only answer of {who}"
    return f"{percent(row['share'])} of {who} ({interval(row['low'], row['high'])})"


def _groups_part(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["sessions"]):
        return "focus groups with too few participants to show"
    if row["sessions"] == 0:
        return "no focus group held"
    if row["sessions_with"] == 0:
        return f"none of {count(row['sessions'], 'focus group')}"
    return f"{row['sessions_with']:.0f} of {count(row['sessions'], 'focus group')}"


def in_middle(name: str) -> str:
    """A name as it stands within a sentence: "The network" -> "the network"."""
    return name[:1].lower() + name[1:] if name.split(" ", 1)[0] in ("The", "An", "A", "Individual", "Clarifying") else name


def remedy_words(remedy: Any, figures: pd.DataFrame, offer: Mapping[Any, Any] | None) -> str:
    """The remedy named for a theme and how far it reaches: "…, is known to 61% (58% to 64%) and used by 22% (19% to 25%)".

    ``figures``: a place's rows of the query remedies. ``offer``: a row of offer_counts, None where there is none.
    """
    if pd.isna(remedy) or not str(remedy).strip():
        return "the programme names no remedy for it"
    rows = {r["figure"]: r for r in figures[figures["remedy"] == remedy].to_dict("records")}
    start = f"the remedy named for it, {in_middle(str(remedy))},"
    kind = next(iter(rows.values()))["kind"] if rows else "other"
    if kind == "supervision_offer":
        return f"{start} {_offered(offer)}"
    if "aware" not in rows:
        return f"{start} is not asked about in the survey"
    known, used = (_part(rows[f]) for f in ("aware", "used"))
    if not known and not used:
        return f"{start} was not asked about" if rows["aware"]["n"] == 0 else f"{start} has too few answers to show"
    return f"{start} is {' and '.join(p for p in (f'known to {known}' if known else '', f'used by {used}' if used else '') if p)}"


def _part(row: Mapping[Any, Any]) -> str:
    return "" if pd.isna(row["share"]) else f"{percent(row['share'])} ({interval(row['low'], row['high'])})"


def _offered(offer: Mapping[Any, Any] | None) -> str:
    """How far the supervision offer has come, in PCNs; the survey does not ask after it."""
    if offer is None:
        return "is counted in no register"
    words = {"requested": "asked for by", "offered": "offered to", "accepted": "accepted by", "started": "started in", "ended": "ended in"}
    seen = [c for c in words if not pd.isna(offer[c])]
    parts = [f"{words[c]} {count(offer[c], 'PCN') if c == seen[0] else f'{offer[c]:,.0f}'}" for c in seen]
    return f"was {listed(parts)} ({offer['name']})" if parts else "has reached a number of PCNs that stays inside the programme"


def state(rows: pd.DataFrame) -> str:
    """Why there is nothing to set side by side, as an empty state of ``ui``; "" when there is. ``rows`` from ``at``."""
    if rows.empty or (rows["n"].fillna(0).eq(0) & rows["sessions"].fillna(0).eq(0)).all():
        return "too_few" if len(rows) and (rows["n"].isna() | rows["sessions"].isna()).any() else "no_data"
    return ""


def remedies_sentence(figures: pd.DataFrame, who: str) -> str:
    """How well the remedies are known that the survey asks about. ``figures``: a place's rows of the query remedies."""
    known = figures[(figures["figure"] == "aware") & figures["share"].notna()].sort_values("share", ascending=False)
    if known.empty:
        return "What the programme offers"
    used = figures[figures["figure"] == "used"].set_index("remedy")["share"].to_dict()
    parts = []
    for row in known.to_dict("records"):
        by = used.get(row["remedy"])
        it = "them" if str(row["remedy"]).endswith("networks") else "it"
        use = f" and {percent(by)} have used {it}" if by is not None and not pd.isna(by) else ""
        parts.append(f"{percent(row['share'])} know of {in_middle(str(row['remedy']))}{use}")
    return f"Of the {who} in {the(known['name'].iloc[0])}, {'; '.join(parts)}"


def offer_sentence(figures: pd.DataFrame, offer: Mapping[Any, Any] | None) -> str:
    """How far the supervision offer has come, where the themes register names one; "" where it does not."""
    named = figures.loc[figures["kind"] == "supervision_offer", "remedy"]
    return f"{named.iloc[0]} {_offered(offer)}." if len(named) else ""


def remedies(figures: pd.DataFrame) -> pd.DataFrame:
    """One row per remedy: who knows of it and who has used it, each with interval and n, or that the survey does not ask."""
    made = []
    for remedy, rows in figures.groupby("remedy", sort=True):
        cells = {r["figure"]: _cell(r) for r in rows.to_dict("records")}
        hidden = [w for w in rows.get("withheld", []) if w]
        made.append(
            {
                "remedy": remedy,
                "aware": cells.get("aware", capital(NOT_ASKED)),
                "used_of_aware": cells.get("used_of_aware", ""),
                "used": cells.get("used", ""),
                "withheld": hidden[0] if hidden else "",
            }
        )
    return pd.DataFrame(made, columns=list(REMEDIES))


def _cell(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["x"]):
        return ""
    of = f"{row['x']:,.0f} of {row['n']:,.0f}"
    return f"{_part(row)}, {of}" if row["n"] else "Not asked"


def at_place(table: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    """The rows of one place."""
    return table[(table["level"] == level) & (table["code"] == code)]


def alt(rows: pd.DataFrame) -> str:
    """The picture as text: each theme under its verdict, with both numbers."""
    parts = []
    for group, part in rows.groupby("group", sort=False):
        themes = [
            f"{r['label']}: survey {r['survey'] or 'not shown'}, focus groups {r['groups'] or 'not shown'}" for _, r in part.iterrows()
        ]
        parts.append(f"{group}: {'; '.join(themes)}")
    return ". ".join(parts)


def how() -> tuple[str, ...]:
    """How verdicts come about, with the thresholds in force, and how people overrule them."""
    r = settings().convergence
    return (
        "**The rule.** A theme is *common* in the survey where its whole 95% interval is at or above "
        f"{percent(r.survey_common)} of respondents, *rare* where it is wholly below {percent(r.survey_rare)}. In focus groups it is "
        f"*common* where at least {percent(r.sessions_common)} of sessions raised it, *rare* where at most {percent(r.sessions_rare)} did. "
        "Sessions are no sample, so they carry no interval.",
        "**Agreement**: both say common, both rare, or both neither. **Dissonance**: one common, the other rare. **Silence**: one speaks "
        "of it, the other does not or was not asked. **Partial agreement**: everything else, also where the survey's interval reaches over "
        f"a threshold. Under {r.min_respondents} respondents or {r.min_sessions} sessions nothing is proposed.",
        "**People decide.** The rule proposes. What people settle stands in the register `convergence.csv` (theme; region code, empty for "
        "England; agreement, partial, silence or dissonance; date; note) and is shown in place of the proposal, the latest for each theme "
        "and place. A verdict for England says nothing of its regions. The blank register is on the Data page under *Add files*, where the "
        "filled one is added.",
        "**Remedies.** The remedy is the one the themes register names. The survey asks after coaching and the peer support networks: who "
        "knows of it, and of those who has used it; *of all* counts those who do not know of it as not having used it. The supervision "
        "offer is counted in PCNs from the registers. Of other remedies the survey does not ask. A remedy is recognised by its words "
        "(“coaching”, “peer support” or “peer network”, “supervision offer”).",
        "**Two kinds of evidence.** Choosing a challenge from a list and talking about it for an hour are not the same act: shares of "
        "respondents and shares of sessions are not added up or averaged. Focus groups belong to no wave and are held by region.",
    )
