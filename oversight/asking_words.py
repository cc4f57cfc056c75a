"""Whom to ask next, in words. Pure functions on the answer of the query ``whom_to_ask``, and what the trial of it found.

The trial is ``bench/ask_next.py``: its numbers come from its file, never from a sentence.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from oversight import findings, reasons
from oversight.disclosure.people import ASKED
from oversight.interval_study import of_100
from oversight.need import asking
from oversight.settings import REFERENCE
from oversight.why import points

#: How many PCNs of England to ask first: code -> label.
FIRST: Mapping[str, str] = MappingProxyType(
    {"50": "The first 50", "25": "The first 25", "100": "The first 100", "all": "All where a reply may decide"}
)
#: So many PCNs are drawn.
DRAWN = 20
#: What the audience that may not see answers is told.
SHARED = (
    "For sharing: the names of the PCNs to ask first in England, by region and code. Neither the order leaves the building, nor who has "
    "replied, nor an estimate: with one or two replies to a PCN they would tell what single people said."
)
#: What the file holds.
TAKEN = (
    f"The file names those of the {ASKED} PCNs of England to ask first that are in this place, by region and code, whatever was chosen "
    "above: no order, no replies, no estimates. What people answered stays inside the programme."
)
#: How to read a column of the list.
DECIDES = "*It decides*: the chance that one more reply carries the estimate across the cut-off."
#: How to read the chart.
READING = (
    "Dot: estimated need; line: its 90% interval; an open dot rests on no reply. The nearer the dot is to the cut-off and the longer its "
    "line, the more one reply may decide."
)


def first(table: pd.DataFrame, how_many: str) -> pd.DataFrame:
    """The rows to ask first: those of the first ``how_many`` of England ("all": every one with an order) that are in ``table``."""
    asked = table[table["order"].notna()]
    return asked if how_many == "all" else asked[asked["order"] <= int(how_many)]


def named(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with pcn: name and code."""
    return rows.assign(pcn=reasons.names(rows))


def in_words(rows: pd.DataFrame, priority: pd.DataFrame, who: str) -> pd.DataFrame:
    """The rows with words beside the numbers: pcn (name and code), heard, whom (to ask), because (why), sure (its band).

    ``priority``: the answer of that query for the same place, which has the bands; ``who``: respondents in the plural, "link workers".
    """
    bands = dict(zip(priority["pcn_code"], priority["band"], strict=True))
    said = reasons.records(rows)
    return named(rows).assign(
        heard=[reasons.heard(row["replies"], row["n_workers"], row["returned"]) or "" for row in said],
        whom=[whom(row["unheard"], who) for row in said],
        because=[because(row) for row in said],
        sure=[reasons.sure(bands.get(row["pcn_code"])) or "" for row in said],
    )


def people(number: float, who: str) -> str:
    """(1, "link workers") -> "1 link worker"."""
    return findings.count(number, who.removesuffix("es") if who.endswith("ches") else who.removesuffix("s"), who)


def whom(unheard: float, who: str) -> str:
    """Who in a PCN has not been heard: "2 link workers"; how many is not known where no workforce return was made."""
    return f"Any {who} (no workforce return)" if math.isnan(unheard) else people(unheard, who)


def because(row: Mapping[str, Any]) -> str:
    """Why a PCN is to be asked: "No reply, near the cut-off"."""
    if row["why"] == "silent":
        said = "Too little answered" if row["replies"] else "No reply"
        return f"{said}, near the cut-off" if row["crosses"] >= asking.NEAR else said
    return "Near the cut-off" if row["why"] == "near" else "Wide interval"


def _where(place: str) -> str:
    return "" if place == "England" else f" in {findings.the(place)}"


def _silent(rows: pd.DataFrame) -> str:
    """From how many of the rows nobody has replied: "nobody has replied from 25 of them"."""
    silent = int((rows["replies"] == 0).sum())
    if not silent:
        return "someone has replied from it" if len(rows) == 1 else "someone has replied from each"
    if silent == len(rows):
        return "nobody has replied from it" if silent == 1 else "nobody has replied from any of them"
    return f"nobody has replied from {silent:,} of them"


def headline(rows: pd.DataFrame, how_many: str, place: str) -> str:
    """For example "Asking 50 PCNs would tell most; nobody has replied from 31 of them".

    ``rows``: what ``first`` gives for the choice ``how_many``; ``place``: "England" or the name of a region or ICB.
    """
    count, where = len(rows), _where(place)
    if not count and (how_many == "all" or place == "England"):
        return f"There is no PCN{where} where one more reply would be likely to decide who gets a place"
    if not count:
        return f"Not one of the {how_many} PCNs of England to ask first is{where}"
    if how_many == "all":
        return f"{findings.count(count, 'PCN')}{where} could gain or lose a place by one more reply; {_silent(rows)}"
    if place == "England":
        return f"Asking {findings.count(count, 'PCN')} would tell most; {_silent(rows)}"
    return f"{count:,} of the {how_many} PCNs of England to ask first {'is' if count == 1 else 'are'}{where}; {_silent(rows)}"


def shared_headline(table: pd.DataFrame, place: str) -> str:
    """How many PCNs to ask, for sharing."""
    if not len(table):
        return f"No PCN to ask first{_where(place)}"
    return f"{findings.count(len(table), 'PCN')}{_where(place)} to ask for further replies"


def cut_off(table: pd.DataFrame, k: int) -> str:
    """What the list is made by, with the cut-off; why there is none when there is none. ``table`` may be of one place."""
    line = table["cut_off"].dropna()
    if len(line):
        return (
            "One more reply is worth most where it may decide who gets a place: near the cut-off, and where little is known. The cut-off "
            f"is an estimated need of {findings.percent(line.iloc[0])}, {nth(k)} among the PCNs of England that were not made the offer."
        )
    if table["estimate"].isna().all():
        return "Nobody has replied from anywhere yet, so there is no estimate and no cut-off. Ask every PCN where somebody is in post."
    why = "there are no places to give" if k == 0 else "there are places enough for every PCN"
    return f"There is no cut-off, for {why}: no reply would decide who gets one."


def nth(k: int) -> str:
    """1 -> "the highest", 100 -> "the 100th highest"."""
    ending = "th" if k % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(k % 10, "th")
    return "the highest" if k == 1 else f"the {k:,}{ending} highest"


def not_asked(table: pd.DataFrame) -> str:
    """Which PCNs are not to be asked and why, with how many: one sentence, "" when there are none."""
    counts = table["why"].value_counts()
    said = {
        "settled": "where one more reply would hardly change who gets a place",
        "all_heard": "where everybody in post has replied",
        "nobody_in_post": "where nobody is in post by the workforce return (a charity may host somebody: if you know of one, ask)",
        "has_place": "that had the offer already",
    }
    parts = [f"{counts[code]:,} {words}" for code, words in said.items() if counts.get(code, 0)]
    return f"Not to be asked: {'; '.join(parts)}." if parts else ""


def by_place(rows: pd.DataFrame, level: str) -> pd.DataFrame:
    """One row per region (``level`` "england") or ICB ("region"), most PCNs first.

    Columns: name, pcns to ask, silent (of which nobody replied), unheard (people not yet heard, as far as known), text.
    """
    by = {"england": "region", "region": "icb"}[level]
    groups = rows.assign(silent=rows["replies"] == 0).groupby([f"{by}_code", f"{by}_name"], as_index=False)
    found = groups.agg(pcns=("pcn_code", "size"), silent=("silent", "sum"), unheard=("unheard", "sum")).rename(
        columns={f"{by}_name": "name"}
    )
    found = found.sort_values(["pcns", "name"], ascending=[False, True], ignore_index=True)
    text = [f"{p:,}" + (f", {s:,} no reply" if s else "") for p, s in zip(found["pcns"], found["silent"], strict=True)]
    return found.assign(text=text)


def alt_places(counts: pd.DataFrame) -> str:
    """The chart of places as text."""
    parts = [
        f"{r['name']}: {findings.count(r['pcns'], 'PCN')}, of which nobody replied from {r['silent']:,}" for r in reasons.records(counts)
    ]
    return f"PCNs to ask, by place. {'; '.join(parts)}"


def drawn_sentence(rows: pd.DataFrame) -> str:
    """What the chart shows and how to read it."""
    return f"**{f'The first {DRAWN} of them a' if len(rows) > DRAWN else 'A'}gainst the cut-off.** {READING}"


def alt_line(drawn: pd.DataFrame) -> str:
    """The chart of estimates against the cut-off as text: the first five, and how many more are drawn."""
    parts = [
        f"{r['pcn']}: {findings.percent(r['estimate'])} ({findings.interval(r['low'], r['high'])}), {r['because'].lower()}"
        for r in reasons.records(drawn.head(5))
    ]
    line = drawn["cut_off"].dropna()
    start = f"Estimated need with 90% interval against the cut-off of {findings.percent(line.iloc[0])}" if len(line) else "Estimated need"
    return f"{start}. {'; '.join(parts)}" + (f"; and {len(drawn) - len(parts)} more" if len(drawn) > len(parts) else "")


# ---- what it is expected to help ---------------------------------------------------------------------------------------


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with (REFERENCE / "ask-next.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def trial() -> dict[tuple[str, int, str], tuple[float, float, float]]:
    """(way of choosing, further replies, measure) -> (before, change, standard error of the change)."""
    return {(r["way"], int(r["replies"]), r["measure"]): (float(r["before"]), float(r["change"]), float(r["error"])) for r in _rows()}


def studied(how_many: str) -> int:
    """The number of further replies of the trial that is spoken of beside a choice of ``FIRST``."""
    return int(how_many) if how_many != "all" else max(replies for _, replies, _ in trial())


def helps(how_many: str) -> str:
    """What further replies chosen so are expected to help, against as many chosen at random."""
    replies, known = studied(how_many), trial()
    before, chosen, error = known["worth", replies, "p100"]
    return (
        f"**What it helps.** Tried on {_rows()[0]['seeds']} made-up nations of 1,250 PCNs with 100 places: of the 100 truly neediest PCNs, "
        f"{of_100(before)} were found before. After one more reply from each of {replies} PCNs chosen so it was {of_100(before + chosen)} "
        f"(standard error of the gain {of_100(error)}); from {replies} PCNs chosen at random, "
        f"{of_100(before + known['random', replies, 'p100'][1])}. Not everybody who is asked replies: expect less."
    )


def anywhere(how_many: str) -> str:
    """That a reply from anywhere counts, and what asking only where need is high does to percentages."""
    replies, known = studied(how_many), trial()
    plain, pooled = (points(known["worth", replies, measure][1]) for measure in ("plain", "pooled"))
    return (
        "**A reply from anywhere counts.** The list says where to begin, not whom to listen to. PCNs near the cut-off are needier than "
        f"most: in a trial, {replies} replies from them alone moved the plain mean of all who replied by {plain}, and the pooled "
        f"estimates, which allow for where replies come from, by {pooled}. Ask everybody in post in the same way: to pick people for what "
        "they are likely to say would bias every estimate, and nothing here could tell."
    )


def _borne_out() -> str:
    """How often a reply did carry the estimate across the cut-off, beside the chance that was given."""
    said, off, _ = trial()["worth", 100, "crosses"]
    return f"In the trial the chance given was {of_100(said)}% on average, and {of_100(said + off)}% did cross it."


def worked_out(k: int) -> list[str]:
    """How the list is made, in words."""
    return [
        "**What a reply is worth.** Before a reply comes nobody knows what it will say, but it is known how far it is likely to move the "
        "estimate: the less is known of the PCN, the further. Its worth is how much more need the places would reach, on average, by "
        "deciding after the reply rather than now (the expected value of sample information). It is highest for a PCN at the cut-off of "
        "which little is known, and next to nothing for one far from the cut-off or well known.",
        f"**The cut-off** is {nth(k)} estimate among the PCNs that were not made the offer. Those that nobody answered for are among them: "
        "a reply is what would let them into the plan.",
        f"**It decides**: the chance that one more reply carries the estimate across the cut-off, one way or the other. {_borne_out()} "
        f"Under {findings.percent(asking.SETTLED)} a PCN is not asked: whether it gets a place is settled as far as one reply goes.",
        "**Who is asked.** PCNs where somebody in post has not replied. People in post are an estimate from the workforce return. Where no "
        "return was made their number is not known, and the PCN stays on the list.",
        "**Order.** By worth; equals by estimate, replies and people in post, the most first, then by code. The worth is that of one more "
        "reply from one PCN: make the list anew when replies have come in.",
    ]


def paragraphs() -> tuple[str, ...]:
    """Whom to ask next, for Methods: how it is worked out and what the trial found."""
    known = trial()
    ways = {"random": "chosen at random", "silent": "chosen among those nobody answered for", "neediest": "with the highest estimates"}
    others = findings.listed([f"{of_100(known[way, 100, 'p100'][1])} {words}" for way, words in ways.items()])
    before, change, error = known["worth", 100, "p100"]
    plain, pooled = (points(known["worth", 100, measure][1]) for measure in ("plain", "pooled"))
    return (
        "**Whom to ask next.** With V the posterior variance of a PCN's need, σ² the variance of one more reply about it and d how far its "
        "estimate is from the cut-off, a reply moves the estimate with standard deviation σ̃ = V/√(V + σ²) and is worth "
        "σ̃φ(d/σ̃) − dΦ(−d/σ̃), the expected value of sample information (Raiffa and Schlaifer 1961). PCNs are asked by it.",
        f"In {_rows()[0]['seeds']} made-up nations, {of_100(before)} of the 100 truly neediest PCNs were found. One more reply from each "
        f"of 100 PCNs chosen so found {of_100(change)} more (standard error {of_100(error)}); from 100 PCNs {others}. {_borne_out()}",
        f"PCNs chosen so are needier than most: the plain mean of all who replied moved by {plain}, the pooled estimates by {pooled}. In "
        "the trial everybody chosen replies, and who replies in a PCN does not depend on what they would say. Neither can be counted on.",
    )
