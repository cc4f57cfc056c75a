"""Change between waves in words and small tables: never more than the intervals allow.

The rows come from the queries coverage_change (all who answered), change_same (the same respondents) and change_panel (the same
PCNs); no number is worked out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight.findings import FEW, LEVELS, count, coverage_sentence, interval, listed, percent, the
from oversight.measures import Measure, measures
from oversight.questionnaire import PCN_SIDE
from oversight.summary import points, size

Row = Mapping[str, Any]
MAIN = "clinical_supervision"
WAYS = (
    "**All who answered.** Everybody's answers in each wave; other people may have replied, and the interval takes them for different "
    "people (Newcombe 1998). Lists of places are judged at 99.8%, since of 36 ICBs about two would stand out at 95% by chance alone.",
    "**The same respondents.** Only those who answered both times, in the same role and place, linked by a code that they make up "
    "themselves. Nobody's coming or going can make a difference; only those who changed their answer do (McNemar; Newcombe's "
    "paired interval).",
    "**The same PCNs.** PCNs heard both times, whoever answered for them. The change of the overall share is split so that both parts "
    "add up to it. *Within* these PCNs: each is weighted by its share of the replies (the mean of both waves). *Who answered*: other "
    "numbers of replies from the same PCNs, and PCNs that came or went. Intervals: PCNs drawn again 2,000 times, always the same draws.",
    "**PCNs are today's.** What was answered for a PCN that merged counts for its successor. A PCN that was split has no one successor: "
    "its earlier answers are set aside and listed on the Data page.",
    "**Few waves, no trend.** Two to four waves are compared with each other. A control chart needs a dozen points or more.",
)
ASK_FOR_A_CODE = (
    "To follow the same people, ask in every wave for a code that respondents make up themselves and can make up again. The standard "
    "questionnaire has such a question. The code itself is never kept, only a print of it."
)
_AGAINST = {"higher": "more than in England", "lower": "fewer than in England", "similar": "no clear difference from England"}
_CLEAR = {"higher": "up", "lower": "down"}


def _missing(value: Any) -> bool:
    """Whether a cell is empty."""
    return bool(pd.isna(value))


def moved(row: Row | None, verdict: str = "verdict", difference: str = "difference") -> str:
    """What became of a share in a few words: "up 6 points", "no clear change"; "" where nothing can be compared."""
    if row is None or _missing(row.get(difference)) or row.get(verdict) in ("", None) or _missing(row.get(verdict)):
        return ""
    direction = _CLEAR.get(str(row[verdict]))
    return f"{direction} {size(row[difference])}" if direction else "no clear change"


def span(low: float, high: float) -> str:
    """(0.027, 0.113) -> "+2.7 to +11.3": an interval in points."""
    return f"{points(low)} to {points(high)}"


def row_of(table: pd.DataFrame, level: str, code: str, element: str, category: str = "yes") -> Row | None:
    """One place's row of one measure, None when the answer has none."""
    rows = table[(table["level"] == level) & (table["code"] == code) & (table["element"] == element)]
    if "category" in rows:
        rows = rows[rows["category"] == category]
    return None if rows.empty else dict(rows.iloc[0])


def opening(coverage: pd.DataFrame, change: pd.DataFrame, level: str, code: str, who: str, role: str, earlier: str) -> str:
    """The finding of Coverage: how many regular supervision reaches, what became of it, and which places stand out.

    ``coverage`` and ``change``: the queries coverage and coverage_change. ``earlier``: name of the wave that change compares with.
    Places are named only where their 99.8% interval is clear of England's share; "lowest" and "highest" only for the one of them that
    stands alone.
    """
    row = row_of(coverage, level, code, MAIN)
    measure = measures()[MAIN]
    if row is None:
        return f"Nobody answered in {code}"
    if _missing(row["share"]) or row["answered"] < FEW:
        return coverage_sentence(row, measure.short, who, "report" if role in PCN_SIDE else "have")
    reaches = "is reported by" if role in PCN_SIDE else "reaches"
    what = measure.short[0].upper() + measure.short[1:]
    start = f"{what} {reaches} {percent(row['share'])} of {who} in {the(row['name'])} ({interval(row['low'], row['high'])})"
    against = _AGAINST.get(str(row["against_england"]), "") if level != "england" else ""
    became = moved(row_of(change, level, code, MAIN)) if earlier else ""
    since = f"{became} since {earlier}" if became else ""
    told = " and ".join(p for p in (against, since) if p)
    inner = {"england": "region", "region": "icb"}.get(level)
    places = places_words(coverage[(coverage["level"] == inner) & (coverage["element"] == MAIN)]) if inner else ""
    return start + (f", {told}" if told else "") + (f"; {places}" if places else "")


def places_words(rows: pd.DataFrame) -> str:
    """Which places of a list stand out from England at 99.8%: "lowest in Midlands", "higher than England in A and B"; "" for none.

    ``rows``: one measure and level of the query coverage. Only places with enough answers to be shown are spoken of.
    """
    known = rows[rows["share"].notna() & (rows["answered"] >= FEW)]
    parts = []
    for verdict, extreme in (("lower", "lowest"), ("higher", "highest")):
        out = known[known["against_listed"] == verdict].sort_values("share", ascending=verdict == "lower")
        names = [the(name) for name in out["name"]]
        if not names:
            continue
        furthest = known["share"].min() if verdict == "lower" else known["share"].max()
        if len(names) == 1 and (known["share"] == furthest).sum() == 1 and out["share"].iloc[0] == furthest:
            parts.append(f"{extreme} in {names[0]}")
        else:
            shown = listed(names) if len(names) <= 3 else f"{listed(names[:2])} and {len(names) - 2} more"
            parts.append(f"{verdict} than England in {shown}")
    return " and ".join(parts)


def change_sentence(row: Row | None, measure: Measure, category: str, who: str, role: str, earlier: str) -> str:
    """All who answered: "48% of link workers in England have …, up 7 points since Spring 2026 (+2.7 to +11.3)"."""
    if row is None or _missing(row["n2"]) or row["n1"] < FEW or row["n2"] < FEW or not moved(row):
        return f"{measure.label}: too few {who} answered in one of the two waves to compare them"
    start = f"{percent(row['share2'])} of {measure.people(who, role)} in {the(row['name'])} {measure.phrase(category, role)}"
    return f"{start}, {moved(row)} since {earlier} ({span(row['low'], row['high'])} points)"


def same_sentence(row: Row | None, who: str, earlier: str) -> str:
    """The same respondents: how many said so then and say so now, and how many changed."""
    if row is None or _missing(row["n"]):
        return f"The same {who}: too few answered both times to show this safely."
    if not row["n"]:
        return f"The same {who}: nobody's answers are linked between the two waves. {ASK_FOR_A_CODE}"
    if row["n"] < FEW:
        return f"The same {who}: only {row['n']:.0f} answered both times, too few to compare."
    shares = f"{percent(row['share1'])} said so in {earlier} and {percent(row['share2'])} say so now"
    became = f"{moved(row)} ({span(row['low'], row['high'])} points)"
    of_whom = f"{row['n01']:,.0f} say so only now and {row['n10']:,.0f} said so only then"
    return f"Of the {row['n']:,.0f} {who} who answered both times, {shares}: {became}. {of_whom}."


def panel_sentence(row: Row | None, earlier: str) -> str:
    """The same PCNs: change within them, and what part who answered has in the change of the overall share."""
    if row is None or _missing(row["within"]):
        return "The same PCNs: too few were heard both times to split the change."
    if _missing(row["low_within"]):
        pcns = count(row["pcns_matched"], "PCN was", "PCNs were")
        return f"The same PCNs: only {pcns} heard both times, too few to split the change."
    within = moved(row, "verdict_within", "within")
    other = moved(row, "verdict_composition", "composition")
    who_answered = "no clear effect" if other == "no clear change" else f"{other}"
    return (
        f"Within the {row['pcns_matched']:,.0f} PCNs heard both times: {within} since {earlier} "
        f"({span(row['low_within'], row['high_within'])} points). "
        f"Through who answered: {who_answered} ({span(row['low_composition'], row['high_composition'])} points)."
    )


def pcns_sentence(row: Row | None, earlier: str) -> str:
    """How the PCNs of both waves were matched: heard both times, merged, came, went, split; "" where that may not be shown."""
    if row is None or _missing(row["pcns_matched"]):
        return ""
    matched = f"{count(row['pcns_matched'], 'PCN was', 'PCNs were') if row['pcns_matched'] else 'No PCN was'} heard both times"
    if row["pcns_merged"]:
        matched += f" ({row['pcns_merged']:,.0f} of them with earlier answers of a PCN that has merged into it)"
    text = f"{matched}, {row['pcns_came']:,.0f} only now and {row['pcns_went']:,.0f} only in {earlier}."
    if row["pcns_split"]:
        split = count(row["pcns_split"], "PCN has been split since: its", "PCNs have been split since: their")
        text += f" {split} earlier answers are set aside."
    return text


def reading(everybody: Row | None, same: Row | None, panel: Row | None) -> str:
    """What the three ways say together, and why they can differ; "" where there is nothing to compare."""
    first = str((everybody or {}).get("verdict") or "")
    others = {
        "the same respondents": _verdict(same, "verdict", "n"),
        "the same PCNs": _verdict(panel, "verdict_within", "pcns_matched"),
    }
    known = {name: verdict for name, verdict in others.items() if verdict}
    if first not in ("higher", "lower", "similar") or not known:
        return ""
    words = {"higher": "a clear rise", "lower": "a clear fall"}
    clear = {name: verdict for name, verdict in known.items() if verdict != "similar"}
    if first == "similar":
        if not clear:
            return "No way of comparing the waves shows a clear change."
        parts = listed([f"{name} show {words[verdict]}" for name, verdict in clear.items()])
        return f"All who answered show no clear change, but {parts}: a change of who answered may hide it."
    if any(verdict not in (first, "similar") for verdict in known.values()):
        parts = listed([f"{name} show {words[verdict]}" for name, verdict in clear.items()])
        return f"All who answered show {words[first]}, but {parts}: who answered has changed, so do not rely on one figure."
    rise = words[first].removeprefix("a clear ")
    if clear:
        agreeing = listed(list(clear))
        rest = [name for name in known if name not in clear]
        tail = f" Among {rest[0]} no change is clear: fewer can be compared there." if rest else ""
        return f"All who answered and {agreeing} show {words[first]}: the {rise} is not only a matter of who answered.{tail}"
    return (
        f"All who answered show {words[first]}; among {listed(list(known))} no change is clear. Fewer can be compared there, so it stays "
        f"open how much of the {rise} is a matter of who answered."
    )


def _verdict(row: Row | None, verdict: str, n: str) -> str:
    """The verdict of a row with enough behind it to be spoken of, else ""."""
    if row is None or _missing(row.get(n)) or row[n] < FEW or _missing(row.get(verdict)):
        return ""
    return str(row[verdict])


def ways(everybody: Row | None, same: Row | None, panel: Row | None) -> pd.DataFrame:
    """The three ways side by side, one row each and one for who answered.

    Columns: ``way``, ``people`` (who is compared), ``before`` and ``now`` (shares), ``change`` (in words with its interval), and for the
    picture ``difference``, ``low``, ``high`` and ``moved``.
    """
    rows = [
        _way("All who answered", everybody, _people(everybody, "{n1:,.0f}, then {n2:,.0f} people"), "", True),
        _way("The same respondents", same, _people(same, "{n:,.0f} people, both times"), "", True),
        _way("Within the same PCNs", panel, _people(panel, "{pcns_matched:,.0f} PCNs, both times", "within"), "within"),
        _way("Who answered", panel, _people(panel, "{pcns_came:,.0f} PCNs came, {pcns_went:,.0f} went", "within"), "composition"),
    ]
    return pd.DataFrame(rows)


def _people(row: Row | None, text: str, needs: str = "difference") -> str:
    return "" if row is None or _missing(row[needs]) else text.format(**row)


def _people_of(row: Row) -> float:
    """How many people a row of coverage_change or change_same compares."""
    return float(row["n"]) if "n11" in row else float(min(row["n1"], row["n2"]))


def _way(name: str, row: Row | None, people: str, part: str, shares: bool = False) -> dict[str, Any]:
    """One row of ``ways``; ``part``: which part of a panel, "" for a difference itself."""
    end = f"_{part}" if part else ""
    nothing = row is None or _missing(row[part or "difference"]) or (not part and _people_of(row) < FEW)
    known: dict[str, Any] = {} if nothing or row is None else dict(row)
    low, high = known.get(f"low{end}", float("nan")), known.get(f"high{end}", float("nan"))
    became = moved(known, f"verdict{end}", part or "difference") if known else ""
    nobody = row is not None and "n11" in row and row["n"] == 0
    words = f"{became[0].upper()}{became[1:]} ({span(low, high)})" if became else "Nobody is linked" if nobody else "Too few to compare"
    return {
        "way": name,
        "people": people or "–",
        "before": known.get("share1", float("nan")) if shares else float("nan"),
        "now": known.get("share2", float("nan")) if shares else float("nan"),
        "change": words,
        "difference": known.get(part or "difference", float("nan")) if became else float("nan"),
        "low": low if became else float("nan"),
        "high": high if became else float("nan"),
        "moved": became,
    }


def drawable(rows: pd.DataFrame, label: list[str], listed_places: bool = False) -> pd.DataFrame:
    """Rows of coverage_change for the picture and its table, under their labels.

    ``listed_places``: judged at 99.8%. Adds ``label``, ``lower`` and ``upper`` (of the difference), ``moved`` and ``change`` (in words).
    """
    end = "_listed" if listed_places else ""
    became = [moved(dict(row), f"verdict{end}") for _, row in rows.iterrows()]
    changes = [
        f"{words[0].upper()}{words[1:]} ({span(low, high)})" if words else ("Too few to show" if hidden else "Nothing to compare with")
        for words, low, high, hidden in zip(became, rows[f"low{end}"], rows[f"high{end}"], rows["withheld"] != "", strict=True)
    ]
    return rows.assign(label=label, lower=rows[f"low{end}"], upper=rows[f"high{end}"], moved=became, change=changes)


def alt_changes(rows: pd.DataFrame, earlier: str) -> str:
    """A picture of changes as text: every label with both shares and what became of it."""
    known = rows[rows["moved"] != ""]
    parts = [f"{r['label']} {percent(r['share1'])}, then {percent(r['share2'])}, {r['moved']}" for _, r in known.iterrows()]
    hidden = len(rows) - len(known)
    text = f"Change since {earlier}: {'; '.join(parts) or 'nothing that can be shown'}"
    return text + (f"; {hidden} that cannot be compared" if hidden else "")


def alt_ways(table: pd.DataFrame) -> str:
    """The picture of the three ways as text."""
    return "; ".join(f"{r['way']}: {r['change']}" for _, r in table.iterrows())


def inner_rows(table: pd.DataFrame, level: str) -> tuple[pd.DataFrame, str]:
    """The rows to set beside a place: the regions of England, the ICBs of a region; for an ICB itself, its region and England."""
    if level == "icb":
        return table, "place"
    inner = {"england": "region", "region": "icb"}[level]
    return table[table["level"] == inner], inner


def places_sentence(rows: pd.DataFrame, inner: str, earlier: str) -> str:
    """Which places of a list changed clearly (at 99.8%), or that none did. ``rows``: from ``drawable``."""
    known = rows[rows["moved"] != ""]
    if known.empty:
        return f"Too few answered to compare {LEVELS[inner]}s"
    parts = []
    for verdict, word in (("higher", "Up"), ("lower", "Down")):
        names = [the(name) for name in known.loc[known["verdict_listed"] == verdict, "name"]]
        if names:
            shown = listed(names) if len(names) <= 3 else f"{listed(names[:2])} and {len(names) - 2} more"
            parts.append(f"{word} since {earlier} in {shown}")
    which = f"{LEVELS[inner]}" if len(known) == len(rows) else f"{LEVELS[inner]} that can be compared"
    return "; ".join(parts) or f"No {which} changed clearly since {earlier}"
