"""Comments in words: what was sought and found, who wrote it, how people coded it, and what coordinators noted beside it.

Nothing here is coded by machine. The challenges a respondent ticked are an answer to another question, and said to be so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import challenges
from oversight.challenges import capital, quoted
from oversight.findings import count, day, interval, listed, percent, the
from oversight.search import Search, marked
from oversight.settings import settings

Pieces = list[tuple[str, bool]]

PAGE = 10  # comments shown at once
FIRST_NOTES = 5
NOT_CODED = (
    "Nobody has coded comments of these respondents yet. Who codes them writes the codes into the register comment_codes.csv; the blank is "
    "on the Data page under Add files."
)
LABELS = {
    "label": "Theme",
    "share": "Wrote about it",
    "range": "95% interval",
    "x": "Respondents (n)",
    "n": "Of (n)",
    "withheld": "Withheld because",
}
FORMATS = {"share": "percent", "x": "whole", "n": "whole"}
SYNTAX = (
    "All words must stand in a comment, each at least as the beginning of a word. “Quoted words” must stand together, "
    "and a minus leaves out: -caseload. Capitals, accents and punctuation do not matter."
)
HOW = (
    "**Searching.** "
    + SYNTAX
    + " The words are searched as they stand after personal data was redacted; no likeness or meaning is guessed.",
    "**Coded by people.** A comment bears the codes that people gave it in the register `comment_codes.csv` (blank on the Data page under "
    "*Add files*). A comment without one was not coded, which is not the same as being about nothing. The challenges that the respondent "
    "ticked are an answer to another question and stand apart.",
    "**Shares of themes.** Out of respondents with a comment that people coded. Those who comment chose to, so this says what is written "
    "about, not how many have the problem: silence is not “no need”.",
    "**What stays inside.** Comments never leave the programme, nor does a PCN stand beside one: few reply from each, and that would be a "
    "name. For sharing there are numbers of themes only, small ones withheld, and the notes that coordinators marked as shareable. What is "
    "typed into the search is kept in no link.",
)


def found_sentence(found: int, total: int, search: Search, who: str, place: str, theme: str = "") -> str:
    """How many of how many comments match, and what was asked of them."""
    whose = f"of {who} in {the(place)}"
    if total == 0:
        return f"No comment {whose} in this wave"
    if search.nothing:
        return "The search holds no letter or digit, so there is nothing to look for"
    sought = search.words()
    if not sought and not theme:
        return f"{capital(who)} in {the(place)} wrote {count(total, 'comment')}"
    parts = [f"match {sought}" if sought else "", f"{'were' if not sought else 'are'} coded {quoted(theme)} by people" if theme else ""]
    verb = " and ".join(p for p in parts if p)
    if found == 0:
        return f"Not one of {count(total, 'comment')} {whose} {_singular(verb)}"
    return f"{found:,} of {count(total, 'comment')} {whose} {_singular(verb) if found == 1 else verb}"


def _singular(verb: str) -> str:
    return verb.replace("match ", "matches ").replace("were coded", "was coded").replace("are coded", "is coded")


def coded_note(table: pd.DataFrame) -> str:
    """How many of the comments shown people have coded."""
    coded = int(sum(len(codes) > 0 for codes in table["codes"]))
    if len(table) == 0:
        return ""
    if coded == 0:
        return "People have coded none of these yet."
    return (
        f"People have coded {f'all {coded:,}' if coded == len(table) else f'{coded:,}'} of these."
        if coded > 1
        else "People have coded 1 of these."
    )


def ordered(table: pd.DataFrame, order: str) -> pd.DataFrame:
    """The comments newest first (as the query gives them), or those with most hits first."""
    return table.sort_values("hits", ascending=False, kind="stable", ignore_index=True) if order == "best" else table.reset_index(drop=True)


def cards(table: pd.DataFrame, search: Search, names: Mapping[str, str], themes: Mapping[str, str], wave: str) -> list[tuple[Pieces, str]]:
    """Each comment in pieces with its hits marked, and where it is from: never the PCN.

    ``names``: kinds of respondent by code; ``themes``: labels by code.
    """
    made = []
    for said in table.to_dict("records"):
        kind = names.get(said["respondent_kind"], said["respondent_kind"])
        codes = [themes.get(t, t) for t in said["themes"]] or list(said["codes"])
        coded = f"Coded by people: {'; '.join(codes)}" if codes else "Not coded"
        ticked = "; ".join(themes.get(t, t) for t in said["ticked"])
        lines = [f"{said['region_name']} · {kind} · {wave}", f"On: {said['question']}", coded]
        made.append((marked(said["text"], search), "\n".join([*lines, *([f"Ticked in the survey: {ticked}"] if ticked else [])])))
    return made


def notes_sentence(found: int, total: int, search: Search, place: str) -> str:
    """How many coordinators' notes on a place match."""
    if total == 0:
        return f"No coordinator's note on {the(place)}"
    notes = f"{count(total, 'coordinator’s note', 'coordinators’ notes')} on {the(place)} and its PCNs"
    if search.nothing or not search.words():
        return notes
    return f"{f'{found:,}' if found else 'Not one'} of {notes} {'matches' if found == 1 else 'match'}"


def note_cards(table: pd.DataFrame, search: Search) -> list[tuple[Pieces, str]]:
    """Each note with its hits marked, its place and day."""
    return [(marked(n["note"], search), f"{n['place_name']} ({n['place_code']}) · {day(n['date'])}") for n in table.to_dict("records")]


def coded_at(table: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    """A place's themes of coded comments, the most written about first, with ``range``. ``table``: the query comment_themes."""
    rows = table[(table["level"] == level) & (table["code"] == code)]
    ranges = ["" if pd.isna(low) else interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)]
    return rows.assign(range=ranges).sort_values(["share", "label"], ascending=[False, True], na_position="last", ignore_index=True)


def top(rows: pd.DataFrame) -> float:
    """The end of the axis for the shares of ``coded_at``: the next tenth above the longest interval."""
    return min(1.0, math.ceil(10 * float(rows["high"].max()) + 0.5) / 10)


def coded_state(rows: pd.DataFrame) -> str:
    """Why there are no shares of coded comments, as an empty state of ``ui``; "" when there are."""
    if rows["share"].notna().any() and (rows["share"].fillna(0) > 0).any():
        return ""
    return "too_few" if rows["n"].isna().any() else "no_data"


def coded_sentence(rows: pd.DataFrame, who: str) -> str:
    """What coded comments are most about, as many themes as cannot be told apart. ``rows`` from ``coded_at``, with some share."""
    n, place = rows["n"].max(), rows["name"].iloc[0]
    writers = f"{n:,.0f} {who} in {the(place)} whose comments people coded"
    if n < settings().min_respondents:
        whose = f"{n:,.0f} {who if n != 1 else 'respondent'} in {the(place)}"
        return f"People coded comments of only {whose}: too few to say what they are about"
    lead = challenges.leading(rows)
    some = "of the themes that can be shown, " if rows["share"].isna().any() else ""
    first: Any = lead.iloc[0]
    if len(lead) > challenges.MOST_LEADING:
        close = f"{quoted(first['label'])} ({percent(first['share'])}) most, too close to {len(lead) - 1} others to tell apart"
        return capital(f"{some}no single theme stands out among {writers}: {close}")
    if len(lead) > 1:
        named = listed([f"{quoted(r['label'])} ({percent(r['share'])})" for _, r in lead.iterrows()])
        return capital(f"{some}{len(lead)} themes lead among {writers}: {named}")
    span = interval(first["low"], first["high"])
    return capital(f"{some}{quoted(first['label'])} is what people write about most: {percent(first['share'])} of {writers} ({span})")
