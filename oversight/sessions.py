"""Focus groups in words and tables: what there is of each session, which codes lack a theme, who said what and what was coded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight.challenges import NO_WORDS
from oversight.downloads import neutral
from oversight.findings import count, day, listed
from oversight.focus_groups import ancestors
from oversight.model import REGISTER_BY_NAME, RESPONDENT_KINDS
from oversight.redact import redact

#: Table -> its columns as they are shown.
LABELS: Mapping[str, Mapping[str, str]] = {
    "sessions": {
        "name": "Session", "coded": "Coded", "said": "Transcript: turns", "voices": "Speakers", "kind": "Held with",
        "region_name": "Region", "participants": "People",
    },
    "codes": {
        "name": "Code", "theme_name": "Theme", "how": "Line of the register", "excerpts": "Excerpts", "sessions": "Sessions",
        "coders": "Coders", "withheld": "Withheld because",
    },
}  # fmt: skip
FORMATS: Mapping[str, str] = dict.fromkeys(("participants", "excerpts", "sessions", "coders", "said", "voices"), "whole")
NOTHING = "Add sessions.csv (a blank one is among the registers below Add files), the export of your coding tool, and transcripts."
OWN, ABOVE, NONE = "Its own", "That of {}", "No line"


def sessions(table: pd.DataFrame) -> pd.DataFrame:
    """The query ``sessions`` with the session's ``name`` and what there is of it in words."""
    names = [f"{session} · {day(date)}" for session, date in zip(table["session_id"], table["date"], strict=True)]
    coded = [
        f"{count(excerpts, 'excerpt')}, {count(codes, 'code')}" + (f", {coders} coders" if coders > 1 else "")
        if excerpts
        else "Nothing yet"
        for excerpts, codes, coders in table[["excerpts", "codes", "coders"]].to_numpy()
    ]
    said, voices = (table[name].astype("Int64").where(table["turns"] > 0) for name in ("turns", "speakers"))
    return table.assign(name=names, kind=table["respondent_kind"].map(RESPONDENT_KINDS), coded=coded, said=said, voices=voices)


def sessions_sentence(table: pd.DataFrame) -> str:
    """How many sessions there are, and of how many there is what."""
    coded, spoken = int((table["excerpts"] > 0).sum()), int((table["turns"] > 0).sum())
    nothing = int(((table["excerpts"] == 0) & (table["turns"] == 0)).sum())
    words = [f"{coded} coded", f"{spoken} with a transcript", *([f"{nothing} with neither"] if nothing else [])]
    return f"{count(len(table), 'focus group')}: {', '.join(words)}"


def codes(table: pd.DataFrame) -> pd.DataFrame:
    """The query ``codes`` with ``name`` (set in below the code above it), the theme's name, and how the theme is known."""
    names = ["– " * len(ancestors(code)) + code.rsplit(" > ", 1)[-1] for code in table["code"]]
    labels = [label if isinstance(label, str) else theme for label, theme in zip(table["label"], table["theme"], strict=True)]
    how = [
        NONE if not isinstance(by, str) else OWN if by == code else ABOVE.format(by)
        for code, by in zip(table["code"], table["theme_from"], strict=True)
    ]
    return table.assign(name=names, theme_name=labels, how=how)


def codes_sentence(table: pd.DataFrame) -> str:
    """How many codes have no theme, of those that an excerpt bears."""
    lacking, used = len(without_theme(table)), int(table["excerpts"].ne(0).sum())
    if not used:
        return "No code is in use yet"
    if not lacking:
        return f"{'The one code' if used == 1 else f'All {used} codes'} in use {'has' if used == 1 else 'have'} a theme"
    return f"{lacking} of {count(used, 'code')} in use {'has' if lacking == 1 else 'have'} no theme"


def without_theme(table: pd.DataFrame) -> pd.DataFrame:
    """The codes that an excerpt bears and that neither stand in the themes register nor lie below one that does."""
    return table[table["theme"].isna() & table["excerpts"].ne(0)]


def lacking_sentence(table: pd.DataFrame, most: int = 8) -> str:
    """Which codes have no theme, those of most excerpts first, and what becomes of what they were put on."""
    lacking = without_theme(table).sort_values(["excerpts", "code"], ascending=[False, True], na_position="last")
    named = [
        f"{code} ({count(n, 'excerpt')})" if pd.notna(n) else str(code)
        for code, n in lacking[["code", "excerpts"]].head(most).itertuples(index=False)
    ]
    more = [f"{len(lacking) - most} more"] if len(lacking) > most else []
    return f"Without a theme: {listed([*named, *more])}. Their excerpts are kept, and counted under no theme."


def theme_rows(table: pd.DataFrame) -> bytes:
    """The codes without a theme as rows for themes.csv, the theme left blank for the team to fill in.

    Codes are the team's own words, so the file holds nothing that may not leave; personal data in them is taken out all the
    same, and none of them is run as a formula.
    """
    columns = list(REGISTER_BY_NAME["themes"].columns)
    rows = pd.DataFrame({"code": [neutral(redact(code)) for code in without_theme(table)["code"]]}, columns=columns)
    return ("\ufeff" + rows.to_csv(index=False, lineterminator="\r\n")).encode()


def clock(seconds: float | None) -> str:
    """Seconds as people read them: "0:03", "1:02:03"; "" when they are not known."""
    if seconds is None or pd.isna(seconds):
        return ""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def turns(transcript: pd.DataFrame) -> list[tuple[str, str]]:
    """The query ``transcript`` as (words, who and when), what one speaker says without a break put together."""
    found: list[tuple[str, str]] = []
    before: object = None
    for row in transcript.to_dict("records"):
        speaker = row["speaker"] if isinstance(row["speaker"], str) else None
        if speaker and speaker == before:
            words, where = found[-1]
            found[-1] = f"{words} {row['text']}", where
        else:
            found.append((str(row["text"]), " · ".join(filter(None, (speaker or "Nobody named", clock(row["started"]))))))
        before = speaker
    return found


def passages(excerpts: pd.DataFrame) -> list[tuple[str, str]]:
    """The query ``excerpts`` of one session as (words, number, where it stands, codes and coders)."""
    found = []
    several = len({coder for coders in excerpts["coders"] for coder in coders}) > 1
    for row in excerpts.to_dict("records"):
        words = str(row["text"]) if isinstance(row["text"], str) else NO_WORDS
        coders = f" ({', '.join(row['coders'])})" if several else ""
        found.append((words, f"{row['position']}. {', '.join(row['codes'])}{coders}" + (f" · {place}" if (place := _place(row)) else "")))
    return found


def _place(row: Mapping[Any, Any]) -> str:
    """Where an excerpt stands: in the tool's own words, else by its characters; "" where the tool says neither."""
    if isinstance(row["place"], str):
        return row["place"]
    return "" if pd.isna(row["start"]) else f"characters {row['start'] + 1:,.0f} to {row['stop']:,.0f}"
