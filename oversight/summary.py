"""The wave in one screen: what the Overview says, worked out from the answers of the queries it asks.

Tables in, tables and sentences out; no numbers of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import measures
from oversight.findings import count, day, interval, listed, percent, the
from oversight.settings import settings

CHANGE_WORDS = (
    "**Change.** This wave's share less the share of the wave before, with a 95% interval (Newcombe); “no clear change” where the interval "
    "holds none. Both waves are open to everybody, so other people may have replied: part of a change can be who answered."
)
_ELEMENT_SHORT = {
    "point_of_contact": "a point of contact and GP supervisor",
    "patient_concerns_safeguarding": "a GP for patient concerns with a known safeguarding route",
    "clinical_supervision": "regular clinical or non-managerial supervision",
}


def row_at(table: pd.DataFrame, level: str, code: str) -> Mapping[str, Any] | None:
    """The one row of a place, None when the answer has none (a place outside the viewer's regions, or no data at all)."""
    rows = table[(table["level"] == level) & (table["code"] == code)]
    return None if rows.empty else dict(rows.iloc[0])


def replies_state(table: pd.DataFrame, level: str, code: str, asked: bool) -> str:
    """Why there is nothing to say about a place, as an empty state of ``ui``; "" when there is something.

    ``table``: the query responses. ``asked``: whether the wave was put to this kind of respondent at all.
    """
    if table.empty:
        return "no_data"
    if not asked:
        return "not_asked"
    row = row_at(table, level, code)
    if row is None:
        return "outside"
    if pd.isna(row["responses"]):
        return "too_few"
    return "" if row["responses"] else "no_data"


def nothing_sentence(state: str, who: str, place: str) -> str:
    """The page's heading when ``replies_state`` found nothing to show."""
    outside = the(place)
    return {
        "no_data": f"No {who} in {the(place)} answered in this wave",
        "not_asked": f"{who[0].upper()}{who[1:]} were not asked in this wave",
        "too_few": f"Too few {who} in {the(place)} answered to show what they said",
        "outside": f"{outside[:1].upper()}{outside[1:]} is outside the regions you can see",
    }[state]


def earlier_wave(change: pd.DataFrame) -> str | None:
    """The wave that the query coverage_change compares with, None for the first wave."""
    known = change["earlier_wave"].dropna()
    return None if known.empty else str(known.iloc[0])


def period(waves: pd.DataFrame, wave: str | None) -> str:
    """When a wave was open: "14 September 2026 to 23 October 2026"; the year once where it is the same."""
    rows = waves[waves["wave_id"] == wave]
    if rows.empty:
        return ""
    opened, closed = pd.Timestamp(rows["opened"].iloc[0]), pd.Timestamp(rows["closed"].iloc[0])
    first = day(opened).removesuffix(f" {closed.year}") if opened.year == closed.year else day(opened)
    return f"{first} to {day(closed)}"


def rate_words(row: Mapping[str, Any]) -> tuple[str, str]:
    """Response rate of a place and what it is a share of. An en dash where nobody knows how many are in post."""
    if row["pcns"] == row["pcns_no_return"]:
        return "–", "Not known: no workforce return counts this role here"
    if pd.isna(row["rate"]):
        return "–", "Not known: nobody is recorded in post here"
    people = round(row["headcount"], -1 if row["headcount"] >= 100 else 0)
    return percent(row["rate"]), f"Of about {people:,.0f} people in post: an estimate, for headcount is not published"


def reply_facts(row: Mapping[str, Any], who: str, period: str) -> list[tuple[str, str, str]]:
    """How many were heard at a place, as (name, number, words): responses, response rate, and PCNs, silent ones pointed out.

    ``row``: one place of the query responses. ``period``: when the wave was open.
    """
    rate, of_whom = rate_words(row)
    silent = row["pcns"] - row["pcns_heard"]
    from_whom = f"From {count(silent, 'PCN')} nobody replied: that is not “no need”" if silent else "Somebody replied from every PCN"
    return [
        ("Responses", f"{row['responses']:,.0f}", f"From {who}, {period}"),
        ("Response rate", rate, of_whom),
        ("PCNs heard", f"{row['pcns_heard']:,.0f} of {row['pcns']:,.0f}", from_whom),
    ]


def elements(coverage: pd.DataFrame, change: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    """The three elements and all three at one place: the coverage rows with what changed, in the order they are shown.

    Adds ``label``, ``range`` ("45% to 51%"), ``yes`` ("48% (45% to 51%)"), ``before`` (the share in the earlier wave), ``change``
    and ``moved`` (in words), ``england`` (England's share) and ``note`` (why a number is missing).
    """
    wholes = coverage[coverage["part_of"].isna()]
    rows = wholes[(wholes["level"] == level) & (wholes["code"] == code)].sort_values("position")
    then = change[(change["level"] == level) & (change["code"] == code)].set_index("element")
    england = wholes[wholes["level"] == "england"].set_index("element")["share"]
    found = [dict(then.loc[e]) if e in then.index else {} for e in rows["element"]]
    ranges = ["" if pd.isna(low) else interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)]
    return rows.assign(
        label=[measures.label(e) for e in rows["element"]],
        range=ranges,
        yes=[f"{percent(share)} ({words})" if words else "" for share, words in zip(rows["share"], ranges, strict=True)],
        before=[f.get("share1", float("nan")) for f in found],
        change=[change_words(f) for f in found],
        moved=[moved(f) for f in found],
        england=rows["element"].map(england),
        note=[_note(row) for _, row in rows.iterrows()],
    )


def drawable(rows: pd.DataFrame) -> pd.DataFrame:
    """The elements somebody answered, withheld ones too: what was not asked is no number and gets no place in a chart."""
    return rows[~rows["note"].isin(["not asked", "nobody answered"])]


def _note(row: pd.Series) -> str:
    if pd.isna(row["share"]) and row["withheld"]:
        return str(row["withheld"])
    if row["answered"] == 0:
        return "not asked" if row["not_asked"] else "nobody answered"
    return ""


def noted(rows: pd.DataFrame) -> dict[str, str]:
    """The column of notes for a table of ``elements``, where there is anything to note."""
    return {"note": "Note"} if (rows["note"] != "").any() else {}


def points(difference: float) -> str:
    """0.048 -> "+4.8", -0.02 -> "−2.0": percentage points with their sign."""
    number = f"{abs(100 * difference):.1f}"
    if number == "0.0":
        return number
    return ("+" if difference > 0 else "−") + number


def size(difference: float) -> str:
    """0.062 -> "6 points", 0.009 -> "1 point", 0.002 -> "less than 1 point"."""
    number = round(abs(100 * difference))
    return count(number, "point") if number else "less than 1 point"


def moved(row: Mapping[str, Any]) -> str:
    """A change since the earlier wave in a few words: "up 5 points", "no clear change"; "" where there is none to tell.

    ``row``: one place and element of the query coverage_change.
    """
    if not row or pd.isna(row["earlier_wave"]) or row["withheld"] or pd.isna(row["difference"]):
        return ""
    direction = {"higher": "up", "lower": "down"}.get(str(row["verdict"]))
    return f"{direction} {size(row['difference'])}" if direction else "no clear change"


def change_words(row: Mapping[str, Any]) -> str:
    """A change since the earlier wave with its interval: "No clear change (−3.6 to +3.6)", or why there is none to tell."""
    if words := moved(row):
        return f"{words[0].upper()}{words[1:]} ({points(row['low'])} to {points(row['high'])})"
    if not row or pd.isna(row["earlier_wave"]):
        return "No earlier wave"
    return "Too few answers to compare" if row["withheld"] else "Nothing to compare with"


def main_sentence(row: Mapping[str, Any], who: str, verb: str, earlier: str) -> str:
    """The wave's finding: how many have all three elements, and what became of it since the wave called ``earlier``.

    ``row``: all three at one place, from ``elements``. ``verb``: "have", or "report" of those who speak for their PCN.
    """
    place = row["name"]
    if row["answered"] == 0:
        return f"No {who} in {the(place)} said enough to tell whether they {verb} all three elements of supervision"
    if row["answered"] < settings().min_respondents:
        replies = count(row["answered"], "reply", "replies")
        answer = "answers" if row["answered"] == 1 else "answer"
        return f"Only {replies} from {who} in {the(place)} {answer} this: too few to say how many {verb} all three elements of supervision"
    if pd.isna(row["share"]):
        return f"Too small a number to show how many {who} in {the(place)} {verb} all three elements of supervision"
    sentence = f"{percent(row['share'])} of {who} in {the(place)} {verb} all three elements of supervision ({row['range']})"
    return f"{sentence}; {row['moved']} since {earlier}" if row["moved"] else sentence


def weakest_sentence(rows: pd.DataFrame) -> str:
    """Which of the three elements is least common, or which two, where their intervals lie wholly below the others'."""
    known = rows[(rows["element"] != "all_three") & rows["share"].notna()].sort_values("share")
    if len(known) < 3 or known["answered"].min() < settings().min_respondents:
        return "The elements of supervision that the contract asks for"
    close = known[known["low"] <= known["high"].iloc[0]]
    named = [f"{_ELEMENT_SHORT[row['element']]} ({percent(row['share'])})" for _, row in close.iterrows()]
    if len(close) == 1:
        return f"Of the three elements, {named[0]} is least common"
    if len(close) == 2:
        return f"Of the three elements, {listed(named)} are least common, too close to tell apart"
    return "No element is clearly less common than the other two"
