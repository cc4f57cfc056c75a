"""One PCN in words: who it is, its workforce, who replied, what they have, and how its need is estimated.

Pure functions on the answers of the queries ``pcn``, ``pcn_workforce``, ``pcn_replies``, ``coverage``, ``pcn_themes``,
``pcn_events`` and, through ``reasons.in_words``, ``priority``. A few people's answers are counts ("2 of 3"), not percentages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import findings, measures, reasons
from oversight.model import OFFER_STATUSES, RESPONDENT_KINDS, WORKFORCE_ROLES
from oversight.reasons import records

#: Below so many answers a share is written as a count only.
FEW = 5
RULES = {
    "patients": "most of its registered patients are there",
    "workforce": "the workforce file places it there",
    "earliest_practice": "the practice that joined first is there",
}
KINDS = {
    "request": "Request for the offer",
    "offer": "Offer",
    "note": "Coordinator's note",
    "mention": "Named in a focus group",
    "session": "Focus group of its ICB",
}
VERDICTS = {
    "clearly": "{} is clearly among the PCNs that most need the offer",
    "probably": "{} is probably among the PCNs that most need the offer",
    "possible": "{} may be among the PCNs that most need the offer",
    "cannot_tell": "We cannot tell whether {} is among the PCNs that most need the offer",
    "unlikely": "{} is unlikely to be among the PCNs that most need the offer",
}


def of(x: float, n: float) -> str:
    """X of n people: "2 of 3", from 5 people on "40% (2 of 5)"; "nobody answered" where n is 0."""
    if not n:
        return "nobody answered"
    return f"{x:.0f} of {n:.0f}" if n < FEW else f"{findings.percent(x / n)} ({x:.0f} of {n:.0f})"


def headline(row: Mapping[str, Any], who: str, k: int | None = None) -> str:
    """The PCN and its band as a sentence. ``row``: of ``reasons.in_words``; ``who``: "link workers"; ``k`` places of the offer."""
    if row["replies"] == 0:
        return f"{row['pcn']}: no {who} have replied, so we cannot tell how much it needs the offer"
    settled = reasons.no_choice(k, row["ranked"])
    return f"{row['pcn']}: {settled}" if settled else VERDICTS[row["band"]].format(row["pcn"])


def facts(pcn: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, str]:
    """Who the PCN is and where it stands: name of a fact -> the fact. ``pcn``: of ``pcn``, ``row``: of ``reasons.in_words``."""
    known = {
        "ICB": str(pcn["icb_name"]),
        "Region": str(pcn["region_name"]),
        "Practices": f"{pcn['practices']:,}",
        "Registered patients": "not loaded" if pd.isna(pcn["patients"]) else f"{pcn['patients']:,.0f}",
        "Open since": "" if pd.isna(pcn["opened"]) else findings.day(pcn["opened"]),
        "Took over from": "" if pd.isna(pcn["formerly"]) else f"{pcn['formerly']} (closed)",
        "Asked for the offer": "" if pd.isna(row["asked"]) else row["asked"],
        "Offer": "" if pd.isna(row["asked"]) else "none yet" if pd.isna(row["offer"]) else row["offer"],
    }
    return {name: fact for name, fact in known.items() if fact}


def remarks(pcn: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """What must be known about the PCN as an organisation. ``names``: code -> name of every place."""
    lines = []
    if pcn["icbs"] > 1:
        rule = RULES.get(str(pcn["icb_rule"]), "")
        lines.append(f"Its practices lie in {pcn['icbs']} ICBs. It counts in {pcn['icb_name']}{': ' + rule if rule else ''}.")
    if not pd.isna(pcn["formerly"]):
        lines.append(f"Replies and register entries of {pcn['formerly']}, now closed, count here.")
    if same := sorted(code for code, name in names.items() if name == pcn["pcn_name"] and code != pcn["pcn_code"]):
        lines.append(f"Another PCN has the same name: {findings.listed(same)}. Go by the code.")
    return lines


def estimate(row: Mapping[str, Any], k: int, who: str, wave: str) -> list[str]:
    """The estimate of one PCN in sentences: chance, interval, England, rank interval, reason, evidence. [] when withheld."""
    if pd.isna(row["estimate"]):
        return []
    settled = reasons.no_choice(k, row["ranked"])
    if not row["n"]:
        silent = f"No {who} have replied" if not row["replies"] else "Too little was answered"
        return [
            f"**{silent} from this PCN in {wave}.** The estimate, {row['value']}, comes from its ICB and region: it says little about "
            "this PCN itself.",
            "That is not “no need”: ask there first."
            + ("" if settled else f" Chance of being {reasons.among(k)}, as far as can be told: {row['chance']}."),
        ]
    lines = [
        ("" if settled else f"**Chance of being {reasons.among(k)} of England: {row['chance']}.** ")
        + f"Estimated need: {row['value']}, the range being a 90% interval; the mean of England's PCNs is "
        f"{findings.percent(row['england'])}."
    ]
    if row["ranked"] > 1:
        lines.append(f"With 90% certainty its rank is somewhere from {row['rank_range']}.")
    if row["main_reason"]:
        lines.append(f"Main thing reported missing by those who replied: **{row['reason']}**.")
    grade, parts = row["founded"].split(": ")
    return [*lines, f"Evidence ({grade.lower()}): {parts}."]


def in_each_wave(answers: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The PCN's row of ``priority`` in each wave, in words, under ``wave_name``. ``answers``: name of a wave -> the row; none, none."""
    found = [reasons.in_words(rows).assign(wave_name=name) for name, rows in answers.items()]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def side_by_side(history: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """The history turned round, so that it fits a narrow screen: one row per column of ``labels``, one column per wave."""
    waves = {row["wave_name"]: [row[column] for column in labels] for row in records(history)}
    return pd.DataFrame({"what": list(labels.values()), **waves})


def change(history: pd.DataFrame, wave: str) -> str:
    """Whether a wave's estimate differs clearly from the one before it; "" where there are not two with replies.

    ``history``: newest wave first.
    """
    rows = records(history)
    names = [row["wave_name"] for row in rows]
    since = [row for row in rows[names.index(wave) :] if row["n"] > 0] if wave in names else []
    if len(since) < 2 or since[0]["wave_name"] != wave:
        return ""
    now, before = since[:2]
    if now["low"] <= before["high"] and before["low"] <= now["high"]:
        return f"No clear change since {before['wave_name']}: the two intervals overlap"
    return f"{'Higher' if now['low'] > before['high'] else 'Lower'} need than in {before['wave_name']}, beyond both intervals"


def alt_history(history: pd.DataFrame) -> str:
    """The chart of the estimates as text."""
    parts = [
        f"{row['wave_name']}: {row['value']}{'' if row['n'] else ', nobody replied'}, England {findings.percent(row['england'])}"
        for row in records(history[history["estimate"].notna()])
    ]
    return f"Estimated need with 90% interval. {'; '.join(parts)}"


def elements(table: pd.DataFrame, code: str) -> pd.DataFrame:
    """One row per element and part: label, has, lacks, unsure, england; counts of a few people are not turned into shares.

    ``table``: the answer of ``coverage`` with level "pcn". A withheld row says "not shown".
    """
    england = table[table["level"] == "england"].set_index("element")["share"]
    rows = []
    for row in records(table[(table["level"] == "pcn") & (table["code"] == code)]):
        label = ("" if pd.isna(row["part_of"]) else "– ") + measures.label(row["element"])
        share = england.get(row["element"], float("nan"))
        has, lacks, unsure = _answers(row)
        rows.append(
            {"label": label, "has": has, "lacks": lacks, "unsure": unsure, "england": None if pd.isna(share) else findings.percent(share)}
        )
    return pd.DataFrame(rows, columns=["label", "has", "lacks", "unsure", "england"])


def _answers(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Yes, no and don't know of one element in words; why there is nothing to count."""
    if pd.isna(row["answered"]):
        return "not shown", "–", "–"
    if not row["answered"]:
        return "does not apply" if row["not_applicable"] else "nobody answered", "–", "–"
    return of(row["yes"], row["answered"]), f"{row['no']:.0f}", f"{row['dont_know']:.0f}"


def replies(table: pd.DataFrame) -> pd.DataFrame:
    """One row per kind of respondent, one column per wave, newest first: "2 of about 6", "Nobody", "Not asked"."""
    cells = {(row["role"], row["wave_name"]): _heard(row) for row in records(table)}
    found = {"kind": list(RESPONDENT_KINDS.values())}
    for wave in _waves(table):
        found[wave] = [cells.get((role, wave), "Not asked") for role in RESPONDENT_KINDS]
    return pd.DataFrame(found)


def columns(table: pd.DataFrame) -> dict[str, str]:
    """The columns of ``replies`` under their readable names."""
    return {"kind": "Kind of respondent", **{wave: wave for wave in _waves(table)}}


def _waves(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table.sort_values("wave_id", ascending=False)["wave_name"].unique()]


def _heard(row: Mapping[str, Any]) -> str:
    if row["role"] in WORKFORCE_ROLES.values():
        return reasons.heard(row["responses"], row["headcount"], row["returned"]) or "–"
    # how many GP supervisors and managers there are is published nowhere
    return f"{row['responses']:.0f}" if row["responses"] else "Nobody"


def workforce(table: pd.DataFrame) -> pd.DataFrame:
    """One row per census, newest first, with splw, care_coordinator and hwb_coach in words. No return is not zero."""
    rows = []
    for census in sorted(table["census"].unique(), reverse=True):
        cells = {row["role"]: _staff(row) for row in records(table[table["census"] == census])}
        rows.append({"census": findings.day(census), **cells})
    return pd.DataFrame(rows)


def _staff(row: Mapping[str, Any]) -> str:
    """One role at one census: "6.0 FTE: 4 named people, 2.8 FTE contracted"."""
    if not row["returned"]:
        return "No return made: not known"
    if not row["fte"]:
        return "Nobody in the return"
    named = findings.count(row["named_people"], "named person", "named people") if row["named_people"] else ""
    contracted = f"{row['contracted_fte']:.1f} FTE contracted" if row["contracted_fte"] else ""
    return f"{row['fte']:.1f} FTE: {', '.join(part for part in (named, contracted) if part)}"


def themes(table: pd.DataFrame) -> pd.DataFrame:
    """The challenges that anybody chose, most often first: label, said ("2 of 3"), remedy. Withheld ones are left out."""
    rows = table[table["x"].fillna(0) > 0].sort_values(["x", "label"], ascending=[False, True])
    said = [of(x, n) for x, n in zip(rows["x"], rows["n"], strict=True)]
    return pd.DataFrame({"label": rows["label"], "said": said, "remedy": rows["remedy"]})


def events(table: pd.DataFrame) -> pd.DataFrame:
    """What speaks for the PCN, piece by piece, newest first: day, kind, words."""
    found = [(findings.day(row["date"]), KINDS[row["kind"]], _in_words(row)) for row in records(table)]
    return pd.DataFrame(found, columns=["day", "kind", "words"])


def _in_words(row: Mapping[str, Any]) -> str:
    if row["kind"] == "offer":
        return OFFER_STATUSES.get(row["what"], str(row["what"]))
    if row["kind"] == "mention":
        return f"“{row['what']}” ({row['source']})"
    if row["kind"] == "session":
        return f"{RESPONDENT_KINDS[row['what']]}: lack of supervision was raised ({row['source']})"
    return "" if pd.isna(row["what"]) else str(row["what"])


def speaks(table: pd.DataFrame, row: Mapping[str, Any], who: str) -> dict[str, str]:
    """What speaks for a PCN, kind by kind: name -> how much. ``table``: of ``pcn_events``, ``row``: of ``reasons.in_words``."""
    by_kind = {kind: table[table["kind"] == kind].sort_values("date") for kind in KINDS}
    asked, offered = by_kind["request"], by_kind["offer"]
    found = {
        f"Replies of {who}": str(row["heard"]),
        "Its own request": f"{findings.day(asked['date'].iloc[-1])}" if len(asked) else "none",
        "Coordinators' notes": _so_many(by_kind["note"], "note"),
        "Named in focus groups": _so_many(by_kind["mention"], "time"),
        "Offer so far": f"{OFFER_STATUSES[offered['what'].iloc[-1]]}, {findings.day(offered['date'].iloc[-1])}" if len(offered) else "none",
        "Focus groups of its ICB that raised lack of supervision": _so_many(by_kind["session"], "session"),
    }
    return found


def _so_many(rows: pd.DataFrame, what: str) -> str:
    """For example "2 notes, the last on 3 May 2026"; "none"."""
    if rows.empty:
        return "none"
    last = findings.day(rows["date"].iloc[-1])
    return f"{findings.count(len(rows), what)}, {'the last on' if len(rows) > 1 else 'on'} {last}"


def speaks_sentence(table: pd.DataFrame, row: Mapping[str, Any]) -> str:
    """The evidence level and what it rests on beside replies: the heading of the section."""
    kinds = {"request": "its own request", "note": "notes", "mention": "being named in focus groups"}
    there = [words for kind, words in kinds.items() if (table["kind"] == kind).any()]
    if not there:
        return "Nothing speaks for it but replies" if row["replies"] else "Nothing speaks for or against it yet: ask there first"
    replied = [f"{findings.count(row['replies'], 'reply', 'replies')}"] if row["replies"] else []
    return f"What speaks for it: {findings.listed([*replied, *there])}"


NOT_COUNTED = (
    "Of what stands here only replies go into the estimate. Requests, notes, mentions, earlier offers and what focus groups of the ICB "
    "said **do not change it**: they stand beside it, for people to weigh. A name can also be that of a place or a system: read the words. "
    "A focus group of the ICB is context, not a word about this PCN."
)
