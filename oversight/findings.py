"""Findings in words: sentences from tables, never more than the numbers allow.

The same sentences serve pages, downloads and, later, slides and briefs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from oversight import measures

if TYPE_CHECKING:
    from oversight.store import Result

INTERVALS = (
    "**Intervals.** The lines beside the dots are 95% Wilson intervals: if the survey were repeated with other people of the same "
    "places, about 95 in 100 such intervals would hold the true share. They do not correct for who chose to reply."
)
#: Under so many answers no page makes a claim in words; the numbers stand in its tables.
FEW = 10
LEVELS = {"region": "region", "icb": "ICB"}
_WITH_ARTICLE = frozenset({"Midlands", "East of England", "North East and Yorkshire", "North West", "South East", "South West"})


def percent(value: float) -> str:
    """0.476 -> "48%"."""
    return f"{100 * value:.0f}%"


def interval(low: float, high: float) -> str:
    """(0.45, 0.51) -> "45% to 51%"."""
    return f"{100 * low:.0f}% to {100 * high:.0f}%"


def count(number: float, singular: str, plural: str | None = None) -> str:
    """1 -> "1 response", 2 -> "2 responses"."""
    return f"{number:,.0f} {singular if number == 1 else plural or singular + 's'}"


def listed(names: list[str]) -> str:
    """[A] -> "A", [A, B] -> "A and B", [A, B, C] -> "A, B and C"."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def the(name: Any) -> str:
    """The name of a place as it stands inside a sentence: "the Midlands", "the East of England"; others as they are."""
    return f"the {name}" if name in _WITH_ARTICLE else str(name)


def day(date: Any) -> str:
    """A date as people write it: 23 October 2026."""
    stamp = pd.Timestamp(date)
    return f"{stamp.day} {stamp:%B %Y}"


def source_line(result: Result, scope: str, n: float | None = None, extra: str = "") -> str:
    """n, scope, extra, date and id of the snapshot, and whether the data is fictional, in one line."""
    parts = [f"n = {n:,.0f}" if n is not None and not pd.isna(n) else "", scope, extra]
    if result.snapshot.data_until:
        parts.append(f"data until {day(result.snapshot.data_until)}")
    parts.append(f"snapshot {result.snapshot.snapshot_id[:8]}")
    if result.snapshot.fictional:
        parts.append("FICTIONAL")
    return " · ".join(p for p in parts if p)


def with_words(table: pd.DataFrame) -> pd.DataFrame:
    """The coverage table with ``range`` ("45% to 51%") and ``against`` (higher, lower, no clear difference) beside the numbers.

    Why something is withheld stays only where a number that pages show is.
    """
    words = {"higher": "higher", "lower": "lower", "similar": "no clear difference"}
    ranges = [None if pd.isna(low) else interval(low, high) for low, high in zip(table["low"], table["high"], strict=True)]
    hidden = table["share"].isna() | table["no"].isna()
    return table.assign(
        range=pd.Series(ranges, index=table.index, dtype="object"),
        against=table["against_england"].map(words),
        withheld=table["withheld"].where(hidden, ""),
    )


def element_labels(table: pd.DataFrame) -> list[str]:
    """The label of each row's element; a part is set off by a dash."""
    return [("– " if part else "") + measures.label(e) for e, part in zip(table["element"], table["part_of"].notna(), strict=True)]


def coverage_sentence(row: Mapping[str, Any], what: str, who: str, verb: str = "have") -> str:
    """For example "48% of link workers in Midlands have … (45% to 51%), no clear difference from England".

    ``verb``: "report" of those who speak for their PCN.
    """
    place = row["name"]
    if pd.isna(row["share"]):
        return f"Too few {who} in {the(place)} answered to say how many {verb} {what}"
    if row["answered"] < FEW:
        return f"Only {row['answered']:.0f} of the {who} in {the(place)} answered, too few to say how many {verb} {what}"
    sentence = f"{percent(row['share'])} of {who} in {the(place)} {verb} {what} ({interval(row['low'], row['high'])})"
    against = {"higher": ", more than in England", "lower": ", fewer than in England", "similar": ", no clear difference from England"}
    return sentence + (against.get(str(row.get("against_england")), "") if row["level"] != "england" else "")


def spread_sentence(rows: pd.DataFrame, level: str) -> str:
    """Which places differ from England beyond their intervals; "no clear difference" when none does."""
    known = rows[rows["share"].notna() & (rows["answered"] >= FEW)]
    if known.empty:
        return f"Too few people answered to compare {LEVELS[level]}s"
    parts = []
    for verdict in ("higher", "lower"):
        found = known[known["against_england"] == verdict].sort_values("share", ascending=verdict == "lower")
        names = [the(name) for name in found["name"]]
        if names:
            shown = listed(names) if len(names) <= 3 else f"{listed(names[:2])} and {len(names) - 2} more"
            parts.append(f"{verdict} than England in {shown}")
    if not parts:
        return f"No {LEVELS[level]} differs clearly from England"
    return (text := "; ".join(parts))[0].upper() + text[1:]


def alt_shares(rows: pd.DataFrame, name: str) -> str:
    """A chart of shares as text: every label with its share and interval, highest first."""
    known = rows[rows["share"].notna()].sort_values("share", ascending=False)
    parts = [f"{r[name]} {percent(r['share'])} ({interval(r['low'], r['high'])})" for _, r in known.iterrows()]
    hidden = len(rows) - len(known)
    return "; ".join([*parts, *([f"{hidden} with too few answers to show"] if hidden else [])])
