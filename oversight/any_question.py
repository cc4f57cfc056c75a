"""Any question in words and tables: who gave which answer, by place and by kind of respondent.

Tables of the queries ``questions``, ``question_by`` and ``question_numbers`` in. What people wrote is counted and never shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import stats
from oversight.findings import FEW, count, interval, listed, percent, the
from oversight.reasons import records

LABELS: Mapping[str, str] = {
    "place": "Who", "label": "Answer", "share": "Share", "range": "95% interval", "x": "Respondents", "n": "Answered (n)",
    "against": "Compared", "withheld": "Withheld because",
}  # fmt: skip
NUMBER_LABELS: Mapping[str, str] = {
    "place": "Who", "n": "Answered (n)", "mean": "Mean", "span": "95% interval", "median": "Median", "others": "Answered otherwise",
    "withheld": "Withheld because",
}  # fmt: skip
FORMATS: Mapping[str, str] = {"share": "percent", "x": "whole", "n": "whole", "mean": "one", "median": "one", "others": "whole"}
#: How answers can be looked at.
BY: Mapping[str, str] = {"here": "All answers", "region": "By region", "icb": "By ICB", "role": "By role"}
_STATES = {"dont_know": "Don't know", "unmapped": "not in the mapping"}
LEVELS = {"region": "region", "icb": "ICB"}
#: So many answers that cannot be told apart are named; more are counted.
MOST_NAMED = 3

HOW = (
    "**Who counts.** Everybody of the role who gave any answer to the question, don't know and answers in words that the mapping does not "
    "know included. No answer, does not apply, prefer not to say and not asked are not answers. For a question in people's own words, "
    "everybody it was put to counts, and what they wrote is not shown.",
    "**Several answers.** Where several could be chosen, each person counts once for each of them: shares need not add up to 100%.",
    "**Comparisons.** A region or ICB differs clearly from England where its 99.8% interval leaves England's share out: of 36 places, 95% "
    "would make about two differences out of nothing. Roles are compared with link workers by Newcombe's interval, and never added up.",
    "**Means** carry 95% intervals by Student's t; two of them differ clearly where their intervals do not meet. A median is the number "
    "that half of the people gave or stay under.",
)


def names(questions: pd.DataFrame, who: str) -> dict[str, str]:
    """Question id -> its number, wording and how many answered, in the order of the export; clinical supervision first.

    ``questions``: the query questions of one role, called ``who``.
    """
    found = {}
    for row in records(questions):
        many = f"not asked of {who}" if not_asked(row) else "n withheld" if pd.isna(row["responses"]) else f"n = {row['responses']:,.0f}"
        found[str(row["question_id"])] = f"{row['position']}. {row['text']} ({many})"
    first = "clinical_supervision"
    return {first: found[first], **found} if first in found else found


def not_asked(question: Mapping[str, Any]) -> bool:
    """Whether the question was put to nobody of the role; False where nobody of it replied at all."""
    return not pd.isna(question["asked"]) and not question["asked"]


def label(value: Any, state: str) -> str:
    """An answer as it is shown: its words, and what it was taken for where that is not plain."""
    if not isinstance(value, str):
        return _STATES.get(state, "")
    return f"{value} ({_STATES[state]})" if state == "unmapped" else value


def code(value: Any, state: str) -> str:
    """A short code of an answer for a link: the same for the same words, in any export."""
    return hashlib.sha256(f"{state}:{value}".encode()).hexdigest()[:8]


def answers(table: pd.DataFrame, level: str, place: str, role: str) -> pd.DataFrame:
    """One place's and role's answers with ``label``, ``answer`` (its code), ``range`` and, of numbers, ``number``.

    ``table``: the query question_by. The most frequent first, withheld ones last and without words; numbers in their order.
    """
    here = table[(table["level"] == level) & (table["code"] == place) & (table["role"] == role)]
    rows = _labelled(here)
    if rows.empty or rows["kind"].iloc[0] != "number":  # the order of withheld ones must not tell their size
        return rows.sort_values(["x", "label"], ascending=[False, True], na_position="last", ignore_index=True)
    number = pd.to_numeric(rows["value"], errors="coerce").where(rows["state"] == "answered")
    return rows.assign(number=number).sort_values(["number", "label"], na_position="last", ignore_index=True)


def _labelled(table: pd.DataFrame) -> pd.DataFrame:
    rows = records(table)
    labels = ["Withheld" if pd.isna(r["x"]) else label(r["value"], r["state"]) or "Answered in their own words" for r in rows]
    return table.assign(
        label=pd.Series(labels, index=table.index, dtype="object"),
        answer=pd.Series([code(r["value"], r["state"]) for r in rows], index=table.index, dtype="object"),
        range=pd.Series(["" if pd.isna(r["low"]) else interval(r["low"], r["high"]) for r in rows], index=table.index, dtype="object"),
    )


def answers_sentence(rows: pd.DataFrame, whom: str) -> str:
    """How many answered and what they said most, as far as intervals tell.

    ``rows``: of ``answers``. ``whom``: "link workers in England".
    """
    if rows.empty:
        return f"No {whom} answered this in this wave"
    seen = rows[rows["x"].notna()]
    if seen.empty:
        if rows["kind"].iloc[0] == "number":
            return f"How many of the {whom} gave each number cannot be shown: some are too few"
        return f"Too few {whom} answered this to show"
    n, kind = seen["n"].iloc[0], rows["kind"].iloc[0]
    if kind == "text":
        wrote = stats.share(pd.DataFrame({"x": [seen["x"].sum()], "n": [n]})).iloc[0]
        if n < FEW:
            return f"Of the {whom}, {wrote['x']:.0f} of only {n:.0f} wrote something; what they wrote is not shown here"
        share = f"{percent(wrote['share'])} of {n:,.0f} {whom} wrote something ({interval(wrote['low'], wrote['high'])})"
        return f"{share}; what they wrote is not shown here"
    if n < FEW:
        return f"Only {n:.0f} of the {whom} answered: too few to say what they said most"
    if kind == "number":
        return f"{n:,.0f} {whom} answered with a number"
    gave = seen[seen["x"] > 0].sort_values(["share", "label"], ascending=[False, True])
    if gave.empty:
        return f"{n:,.0f} {whom} answered; what they said cannot be shown in numbers so small"
    lead = gave[gave["high"] >= gave["low"].iloc[0]]
    some = ", of those that can be shown," if rows["x"].isna().any() else ""
    span = f", {interval(lead['low'].iloc[0], lead['high'].iloc[0])}" if len(lead) == 1 else ""  # of several they stand in the table
    told = [f"“{row['label']}” ({percent(row['share'])}{span})" for row in records(lead.head(MOST_NAMED))]
    start = f"{n:,.0f} {whom} answered"
    if len(lead) == 1:
        return f"{start}; the most frequent answer{some} is {told[0]}"
    if len(lead) <= MOST_NAMED:
        return f"{start}; the most frequent answers{some} are {listed(told)}, too close to tell apart"
    return f"{start}; no answer is clearly the most frequent, for the first {len(lead)}{some} are too close to tell apart"


def options(table: pd.DataFrame, level: str, place: str, role: str | None = None) -> dict[str, str]:
    """The answers of one place that can be compared: code -> its words, the most frequent first; of all roles where none is named."""
    here = table[(table["level"] == level) & (table["code"] == place) & (table["x"].fillna(0) > 0)]
    rows = _labelled(here if role is None else here[here["role"] == role])
    rows = rows.sort_values(["x", "label"], ascending=[False, True]).drop_duplicates("answer")
    return dict(zip(rows["answer"], rows["label"], strict=True))


def by_place(table: pd.DataFrame, level: str, answer: str) -> pd.DataFrame:
    """One answer at England and every place of a level, with ``against`` England at 99.8%; a withheld place has no number.

    ``table``: the query question_by of one role. ``answer``: its code.
    """
    every = table[table["level"].isin(["england", level])].drop_duplicates(["level", "code"])
    own = _labelled(table[table["level"].isin(["england", level])])
    shown = own[own["x"].notna() & (own["answer"] == answer)]
    rows = _where(every, shown, ["level", "code", "name", "region_code"])
    england = rows.loc[rows["level"] == "england", "share"]
    low, high = stats.wilson(rows["x"].astype(float), rows["n"].astype(float), stats.Z998)
    verdict = pd.Series(stats.against(low, high, england.iloc[0] if len(england) else float("nan")), index=rows.index)
    return rows.assign(verdict=verdict.mask(rows["level"] == "england", ""), place=rows["name"]).pipe(_compared, "England")


def by_role(table: pd.DataFrame, level: str, place: str, answer: str, roles: Mapping[str, str], reference: str = "splw") -> pd.DataFrame:
    """One answer at one place, role by role, with its difference from link workers. ``roles``: code -> what they are called."""
    here = table[(table["level"] == level) & (table["code"] == place)]
    every = here.drop_duplicates("role")
    own = _labelled(here)
    rows = _where(every, own[own["x"].notna() & (own["answer"] == answer)], ["level", "code", "name", "region_code", "role"])
    rows = stats.sides(rows.drop(columns=["share", "low", "high"]).assign(element=answer), reference)
    rows = rows.assign(place=rows["role"].map(roles), order=rows["role"].map(list(roles).index))
    return rows.sort_values("order", ignore_index=True).drop(columns=["order", "element"]).pipe(_compared, roles[reference])


def _where(every: pd.DataFrame, shown: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """A row for each of ``every``, with the answer's numbers where they may be seen and the reason where not."""
    found = shown.set_index(["level", "code", "role"])
    rows = every[keys].copy()
    rows["role"] = every["role"]
    index = pd.MultiIndex.from_frame(rows[["level", "code", "role"]])
    for column in ("x", "n", "share", "low", "high"):
        rows[column] = found[column].reindex(index).to_numpy(dtype=float)
    label = found["label"].iloc[0] if len(found) else ""
    reasons = ["" if not pd.isna(x) else "too few to show" for x in rows["x"]]
    ranges = ["" if pd.isna(low) else interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)]
    return rows.assign(label=label, withheld=reasons, range=ranges).reset_index(drop=True)


def _compared(rows: pd.DataFrame, reference: str) -> pd.DataFrame:
    words = {"higher": f"more often than {reference}", "lower": f"less often than {reference}", "similar": "no clear difference"}
    return rows.assign(against=[words.get(str(v), "") for v in rows["verdict"]])


def place_sentence(rows: pd.DataFrame, level: str, answer: str) -> str:
    """Where one answer is given clearly more or less often than in England; at most three places are named."""
    places = rows[rows["level"] == level]
    known = places[places["n"] >= FEW]
    what = f"“{answer}”"
    england = rows.loc[rows["level"] == "england", "share"]
    if known.empty or england.isna().all():
        return f"Too few people answered to compare {LEVELS[level]}s in how often {what} is given"
    clear = known[known["verdict"].isin(["higher", "lower"])]
    if clear.empty:
        return f"No {LEVELS[level]} differs clearly from England in how often {what} is given"
    clear = clear.sort_values("share", key=lambda s: (s - float(england.iloc[0])).abs(), ascending=False)
    words = {"higher": "more", "lower": "less"}
    parts = [
        f"{words[r['verdict']]} often in {the(r['name'])} than in England ({percent(r['share'])} against {percent(england.iloc[0])})"
        for r in records(clear.head(3))
    ]
    more = f"; and {count(len(clear) - 3, f'more {LEVELS[level]}')} differ{'s' if len(clear) == 4 else ''}" if len(clear) > 3 else ""
    return f"{what} is given {'; '.join(parts)}{more}"


def role_sentence(rows: pd.DataFrame, answer: str) -> str:
    """Which roles give one answer clearly more or less often than link workers (``rows`` of ``by_role``)."""
    what = f"“{answer}”"
    workers = rows[(rows["role"] == "splw") & (rows["n"] >= FEW)]
    others = rows[(rows["role"] != "splw") & (rows["n"] >= FEW) & rows["difference"].notna()]
    if workers.empty or others.empty:
        return f"Too few people answered to compare roles in how often {what} is given"
    clear = others[others["verdict"].isin(["higher", "lower"])]
    if clear.empty:
        return f"No role differs clearly from link workers in how often {what} is given"
    share = percent(workers["share"].iloc[0])
    words = {"higher": "more", "lower": "less"}
    parts = [f"{words[r['verdict']]} often by {r['place']} ({percent(r['share'])})" for r in records(clear)]
    return f"{what} is given {listed(parts)} than by link workers ({share})"


def numbers(table: pd.DataFrame, level: str | None = None) -> pd.DataFrame:
    """The query question_numbers with ``place``, ``span`` ("4.4 to 4.7") and ``verdict`` against England's mean; England and one level."""
    rows = table if level is None else table[table["level"].isin(["england", level])]
    spans = ["" if pd.isna(low) else f"{low:,.1f} to {high:,.1f}" for low, high in zip(rows["low"], rows["high"], strict=True)]
    return rows.assign(place=rows["name"], span=spans)


def roles(table: pd.DataFrame, level: str, place: str, names: Mapping[str, str]) -> pd.DataFrame:
    """The rows of ``numbers`` at one place, role by role in the order of ``names`` (code -> what they are called)."""
    rows = table[(table["level"] == level) & (table["code"] == place)]
    order = rows["role"].map(list(names).index)
    return rows.assign(place=rows["role"].map(names), order=order).sort_values("order", ignore_index=True).drop(columns="order")


def mean_sentence(rows: pd.DataFrame, whom: str) -> str:
    """The mean of one place with its interval, and the median where it may be seen; "" where no mean may be told."""
    known = rows[rows["mean"].notna() & (rows["n"] >= FEW)]
    if known.empty:
        return ""
    row = records(known)[0]
    span = f" ({row['span']})" if row["span"] else ", the same for everybody"
    median = "" if pd.isna(row["median"]) else f"; half gave {row['median']:,.10g} or less"
    return f"The mean of {whom} is {row['mean']:,.1f}{span}{median}"


def means_sentence(rows: pd.DataFrame, what: str, reference: str) -> str:
    """Whose mean is clearly higher or lower than the reference's: the intervals of the two do not meet.

    ``rows``: place, n, mean, low, high, and ``main``, true for the reference. ``what``: "region", "ICB" or "role".
    """
    main, others = rows[rows["main"] & rows["mean"].notna()], rows[~rows["main"] & rows["mean"].notna() & rows["low"].notna()]
    others = others[others["n"] >= FEW]
    if main.empty or others.empty or main["low"].isna().all() or main["n"].iloc[0] < FEW:
        return f"Too few people answered to compare {what}s"
    one = records(main)[0]
    parts = []
    for words, clear in (("higher", others[others["low"] > one["high"]]), ("lower", others[others["high"] < one["low"]])):
        named = [f"{the(r['place'])} ({r['mean']:,.1f}, {r['span']})" for r in records(clear)]
        if named:
            shown = listed(named) if len(named) <= 3 else f"{listed(named[:2])} and {len(named) - 2} more"
            parts.append(f"{words} in {shown}")
    if not parts:
        return f"No {what} has a mean clearly other than that of {reference} ({one['mean']:,.1f}, {one['span']})"
    return f"Against {one['mean']:,.1f} ({one['span']}) of {reference}, the mean is clearly {'; '.join(parts)}"


def grid(table: pd.DataFrame, order: Mapping[str, str], by: str) -> pd.DataFrame:
    """Answers × places (or roles) as a long table with ``label`` and ``head`` ("Midlands (n = 314)"), the commonest answer first.

    ``order``: code of a column -> its name. Only answers that are shown somewhere; at most 20.
    """
    rows = _labelled(table[table[by].isin(list(order))])
    n = rows.groupby(by)["n"].transform("max")
    heads = [order[c] if pd.isna(v) else f"{order[c]} (n\u00a0=\u00a0{v:,.0f})" for c, v in zip(rows[by], n, strict=True)]
    rows = rows.assign(head=heads, at=rows[by].map(list(order).index))
    seen = rows[rows["x"].notna()]
    first = seen[seen["x"] > 0].sort_values(["at", "share", "label"], ascending=[True, False, True])["label"].drop_duplicates().head(20)
    rank = {text: i for i, text in enumerate(first)}
    found = seen[seen["label"].isin(list(rank))]
    return found.assign(rank=found["label"].map(rank)).sort_values(["rank", "at"], ignore_index=True).drop(columns=["rank", "at"])


def alt_answers(rows: pd.DataFrame) -> str:
    """All answers of one place as text (``rows`` of ``answers``)."""
    told = [f"{r['label']} {percent(r['share'])} ({r['x']:,.0f})" for r in records(rows[rows["x"].notna()])]
    hidden = len(rows) - len(told)
    return "; ".join(told) + (f"; {count(hidden, 'more answer')} withheld" if hidden else "")


def alt_one(rows: pd.DataFrame, label: str) -> str:
    """One answer, place by place or role by role, as text."""
    told = [f"{r['place']} {percent(r['share'])} ({r['range']})" if r["range"] else f"{r['place']} too few to show" for r in records(rows)]
    return f"{label}: {'; '.join(told)}"


def alt_means(rows: pd.DataFrame) -> str:
    """A chart of means as text."""
    return "; ".join(
        f"{r['place']} {r['mean']:,.1f} ({r['span']})" if not pd.isna(r["mean"]) else f"{r['place']} too few to show" for r in records(rows)
    )


def alt_grid(rows: pd.DataFrame) -> str:
    """The grid as text: each column's most frequent answer."""
    tops = rows.sort_values("share", ascending=False).drop_duplicates("head")
    return "Most frequent in each: " + "; ".join(f"{r['head']}: {r['label']} {percent(r['share'])}" for r in records(tops))
