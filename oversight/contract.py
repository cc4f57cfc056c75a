"""The contract as a whole: which elements are missing together, and what the PCN's side says beside its link workers.

Tables of the queries ``missing_combinations``, ``sides`` and ``sides_pairs`` in; tables to draw and sentences out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import measures, stats
from oversight.findings import FEW, count, interval, listed, percent, the
from oversight.questionnaire import PCN_SIDE
from oversight.reasons import records

ELEMENTS = ("point_of_contact", "patient_concerns_safeguarding", "clinical_supervision")
PARTS = (
    "first_contact", "gp_supervisor", "patient_concerns", "safeguarding_route", "has_clinical_supervision", "supervision_often_enough",
)  # fmt: skip
#: Element -> what it is called in a narrow column, and inside a sentence.
SHORT: Mapping[str, str] = {
    "point_of_contact": "Contact and GP supervisor", "patient_concerns_safeguarding": "Patient concerns and safeguarding",
    "clinical_supervision": "Regular supervision", "first_contact": "First contact", "gp_supervisor": "GP supervisor",
    "patient_concerns": "GP for concerns", "safeguarding_route": "Safeguarding route",
    "has_clinical_supervision": "Non-managerial supervision", "supervision_often_enough": "Supervision often enough",
}  # fmt: skip
INSIDE: Mapping[str, str] = {
    "point_of_contact": "a point of contact and GP supervisor",
    "patient_concerns_safeguarding": "a GP for patient concerns with a known safeguarding route",
    "clinical_supervision": "regular clinical or non-managerial supervision",
    "first_contact": "a named first point of contact",
    "gp_supervisor": "a GP supervisor",
    "patient_concerns": "a GP for patient concerns",
    "safeguarding_route": "a known safeguarding route",
    "has_clinical_supervision": "clinical or non-managerial supervision",
    "supervision_often_enough": "supervision often enough",
}
SIDES: Mapping[str, str] = {"splw": "link workers", "gp_supervisor": "GP supervisors", "pcn_manager": "PCN managers"}
OUTCOMES: Mapping[str, str] = {
    "both": "Both say yes", "pcn_side": "Only the PCN's side", "link_workers": "Only link workers", "neither": "Neither",
}  # fmt: skip
#: Combinations of the parts are many: so many are drawn, the rest stands together in one row.
MOST_DRAWN = 12
REST = "rest"
#: Of so many gaps that cannot be told apart none is named as the most common.
MOST_NAMED = 3

HOW = (
    "**Missing together.** An element is missing where the answer is no. Combinations are those of respondents of whom every element is "
    "known; where one is not (don't know, no answer, not asked), the respondent is counted in a row of their own and in no combination. "
    "A gap is said to be the most common one only where its 95% interval lies wholly above those of the others.",
    "**The PCN's side.** GP supervisors and PCN managers were asked the same. Their answers stand beside those of link workers and are "
    "never added to them. Don't know counts among the answers. A difference is the role's share less that of link workers, with "
    "Newcombe's 95% interval; it is called one only where the interval holds no zero.",
    "**The same PCN.** Where both sides of a PCN answered, a side says *no* where anybody of it does, and *yes* where all of it who say "
    "yes or no say yes. Where a side has only don't knows, the PCN is not compared. Which side alone says yes more often is judged by "
    "McNemar's test at 5%.",
)


def at(table: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    """The rows of one place."""
    return table[(table["level"] == level) & (table["code"] == code)]


def combinations(table: pd.DataFrame, level: str, code: str, names: tuple[str, ...] = ELEMENTS) -> pd.DataFrame:
    """One place's combinations as they are drawn: the most frequent first, the rest together, those not known last.

    ``table``: the query missing_combinations. Adds ``label`` ("Only regular supervision missing"), ``words`` ("18% (113)"), ``range``,
    and for each of ``names`` a column that says "has", "missing", "not asked" or "" (not known, or a row of many combinations).
    """
    here = at(table, level, code)
    known = here[(here["state"] == "known") & (here["x"].isna() | (here["x"] > 0))]
    known = known.sort_values(["x", "missing"], ascending=[False, True], na_position="last")
    rows = records(known.head(MOST_DRAWN))
    if len(known) > MOST_DRAWN:
        rows.append(_rest(known.iloc[MOST_DRAWN:]))
    rows += records(here[(here["state"] == "open") & (here["x"].isna() | (here["x"] > 0))])
    columns = list(here.columns)
    found = pd.DataFrame(rows, columns=columns).assign(
        label=[label(row["missing"], names) for row in rows],
        words=[_words(row) for row in rows],
        range=["" if pd.isna(row["low"]) else interval(row["low"], row["high"]) for row in rows],
    )
    return found.assign(**{name: [_mark(row["missing"], name) for row in rows] for name in names})


def _words(row: Mapping[str, Any]) -> str:
    """The number beside a bar; the open ones are a share of another number of people, which is said in a second line."""
    if pd.isna(row["x"]):
        return ""
    return f"{percent(row['share'])} ({row['x']:,.0f})" + (f"\nof all {row['n']:,.0f}" if row["state"] == "open" else "")


def _rest(rows: pd.DataFrame) -> dict[str, Any]:
    """The less frequent combinations as one row; without a number where any of them is withheld."""
    first = records(rows.head(1))[0]
    if rows["x"].isna().any():
        empty = {"x": float("nan"), "share": float("nan"), "low": float("nan"), "high": float("nan")}
        return {**first, "missing": REST, **empty, "withheld": "some of its numbers are withheld"}
    together = pd.DataFrame({"x": [rows["x"].sum()], "n": [first["n"]]})
    return {**first, "missing": REST, **records(stats.share(together))[0]}


def label(missing: str, names: tuple[str, ...] = ELEMENTS) -> str:
    """A combination in words: "Only regular supervision", "All but first contact"."""
    if missing == "none":
        return "Nothing missing"
    if missing == "not_known":
        return "At least one not known"
    if missing == REST:
        return "Other combinations"
    lacking = missing.split()
    if len(lacking) == len(names):
        return "All three missing" if len(names) == 3 else "All missing"
    if len(lacking) == 1:
        return f"Only {_inside(SHORT[lacking[0]])} missing"
    return f"{SHORT[lacking[0]]}; {'; '.join(_inside(SHORT[name]) for name in lacking[1:])} missing"


def _inside(text: str) -> str:
    """A label inside a sentence: lower case but for names in capitals."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _mark(missing: str, name: str) -> str:
    if missing in ("not_known", REST):
        return ""
    lacking = missing.split()
    if name == "supervision_often_enough" and "has_clinical_supervision" in lacking:
        return "not asked"
    return "missing" if name in lacking else "has"


def combinations_sentences(table: pd.DataFrame, level: str, code: str, who: str, role: str = "splw") -> list[str]:
    """What is missing most at a place: how many lack nothing, and which gap is the most common, as far as intervals tell.

    ``table``: the query missing_combinations of the three elements.
    """
    here = at(table, level, code)
    known = here[here["state"] == "known"]
    seen = known[known["x"].notna()]
    whom = f"{who} in {the(here['name'].iloc[0])}" if len(here) else who
    asked = seen["n"].max() if len(seen) else 0
    if not len(known) or not asked or pd.isna(asked):
        hidden = len(known) > 0 and known["x"].isna().any()
        return [
            f"Too few {whom} answered about all three elements to show what is missing"
            if hidden
            else f"For none of the {whom} are all three elements known"
        ]
    if asked < FEW:
        return [f"All three elements are known for only {asked:.0f} of the {whom}: too few to say what is missing most"]
    said = []
    nothing = seen[seen["missing"] == "none"]
    of = f"Of the {asked:,.0f} {whom} whose three elements are known"
    if len(nothing):
        row = nothing.iloc[0]
        said.append(
            f"{of}, {percent(row['share'])} {'report' if role in PCN_SIDE else 'have'} all three ({interval(row['low'], row['high'])})"
        )
    gaps = seen[(seen["missing"] != "none") & (seen["x"] > 0)].sort_values(["share", "missing"], ascending=[False, True])
    if gaps.empty:
        return said or [f"All three elements are known for {asked:,.0f} {whom}; the numbers are too small to show what is missing"]
    lead = gaps[gaps["high"] >= gaps["low"].iloc[0]]
    some = " of those that can be shown" if known["x"].isna().any() else ""
    if len(lead) == 1:
        top = lead.iloc[0]
        said.append(
            f"The most common gap{some}: {percent(top['share'])} {_lack(top['missing'], role)} ({interval(top['low'], top['high'])})"
        )
    elif len(lead) <= MOST_NAMED:
        named = [f"{percent(row['share'])} {_lack(row['missing'], role)}" for row in records(lead)]
        said.append(f"The most common gaps{some}, too close to tell apart: {listed(named)}")
    else:
        said.append(f"No gap{some} is clearly the most common: the first {len(lead)} are too close to tell apart")
    return said


def _lack(missing: str, role: str) -> str:
    """A gap as what people do: "lack only regular … supervision", "lack all three"; the PCN's side can only say that it is missing."""
    lacking = missing.split()
    only = "only " if len(lacking) == 1 else ""
    what = "all three" if len(lacking) == len(ELEMENTS) else f"{only}{listed([INSIDE[name] for name in lacking])}"
    return f"say that {what} {'is' if only else 'are'} missing" if role in PCN_SIDE else f"lack {what}"


def open_sentence(table: pd.DataFrame, level: str, code: str, who: str) -> str:
    """How many have an element that is not known, and that this is not a no; "" where that may not be seen or too few answered."""
    here = at(table, level, code)
    row = here[(here["state"] == "open") & here["x"].notna() & (here["n"] >= FEW)]
    if row.empty:
        return ""
    one = records(row)[0]
    if not one["x"]:
        return f"Every element is known for all {one['n']:,.0f} {who}."
    share = f"{percent(one['share'])}, {interval(one['low'], one['high'])}"
    return (
        f"For {one['x']:,.0f} of {one['n']:,.0f} {who} ({share}) at least one element is not known. "
        "Not known is not “no”: they stand in a row of their own."
    )


def alt_combinations(rows: pd.DataFrame) -> str:
    """The picture of combinations as text (``rows`` from ``combinations``)."""
    return "; ".join(f"{row['label']}: {' '.join(row['words'].split()) or 'withheld'}" for row in records(rows))


def sides(table: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    """One place's elements and parts with each role's share, as they are drawn: ``label``, ``who``, ``words``, ``range`` and ``gap``.

    ``table``: the query sides. ``gap``: the difference from link workers in points with its interval.
    """
    rows = at(table, level, code)
    cells = records(rows)
    return rows.assign(
        label=[("– " if isinstance(row["part_of"], str) else "") + measures.label(row["element"]) for row in cells],
        who=rows["role"].map(SIDES),
        words=["" if pd.isna(row["share"]) else percent(row["share"]) for row in cells],
        range=["" if pd.isna(row["low"]) else interval(row["low"], row["high"]) for row in cells],
        gap=[_gap(row) for row in cells],
    )


def wide_sides(rows: pd.DataFrame) -> pd.DataFrame:
    """``sides`` as people read it: a row per element, a column per role ("58% of 975 (55% to 61%)"), and the differences in points."""
    found = rows.drop_duplicates("element")[["element", "label"]].set_index("element")
    for role in SIDES:
        own = rows[rows["role"] == role].set_index("element")
        found[role] = [f"{r['words']} of {r['n']:,.0f} ({r['range']})" if r["words"] else _why(r) for r in records(own)]
        if role != "splw":
            found[f"{role}_gap"] = own["gap"]
    return found.reset_index(drop=True)


def wide_pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """``pairs`` as people read it: a row per element, a column per outcome ("42 of 70 (60%, 48% to 71%)")."""
    found = rows.drop_duplicates("element")[["element", "label"]].set_index("element")
    for outcome in OUTCOMES:
        own = rows[rows["outcome"] == outcome].set_index("element")
        found[outcome] = [f"{r['words']} ({percent(r['share'])}, {r['range']})" if r["range"] else _why(r) for r in records(own)]
    return found.reset_index(drop=True)


def _why(row: Mapping[str, Any]) -> str:
    return "withheld" if row.get("withheld") else "nobody answered"


def _gap(row: Mapping[str, Any]) -> str:
    if pd.isna(row["difference"]):
        return ""
    signed = [
        f"{'+' if v > 0 else '−' if v < 0 else ''}{abs(100 * v):.1f}"
        for v in (row["difference"], row["low_difference"], row["high_difference"])
    ]
    return f"{signed[0]} ({signed[1]} to {signed[2]})"


def compared(rows: pd.DataFrame) -> pd.DataFrame:
    """The differences of a place that a claim may be made of: shown, on both sides, and resting on enough answers on each."""
    workers = rows[rows["role"] == "splw"].set_index("element")
    n, share = rows["element"].map(workers["n"]), rows["element"].map(workers["share"])
    enough = (rows["n"] >= FEW) & (n >= FEW) & rows["difference"].notna() & (rows["role"] != "splw")
    return rows.assign(share_workers=share)[enough.fillna(False)]


def sides_sentences(rows: pd.DataFrame) -> list[str]:
    """Where the PCN's side reports an element clearly more or less often than link workers; differences first, one sentence each.

    ``rows``: one place of ``sides``. Whole elements only; their parts are left to the table.
    """
    wholes = compared(rows[rows["element"].isin(ELEMENTS)])
    found: list[str] = []
    said = []
    for role, who in SIDES.items():
        own = wholes[wholes["role"] == role]
        if role == "splw":
            continue
        if own.empty:
            said.append(f"Too few {who} or link workers answered to compare the two")
            continue
        clear = own[own["verdict"].isin(["higher", "lower"])].sort_values("difference", key=lambda d: d.abs(), ascending=False)
        if clear.empty:
            some = "any of the three elements" if len(own) == len(ELEMENTS) else "the elements that can be shown"
            said.append(f"No clear difference between {who} and link workers in {some}")
            continue
        found += [f"{who[:1].upper()}{who[1:]} report {_difference(row)}" for row in records(clear)]
    return found + said


def _difference(row: Mapping[str, Any]) -> str:
    """One clear difference: "regular … supervision more often than link workers: 72% against 55% (difference 17.1 points, 9.0 to 24.2)"."""
    points = sorted(abs(100 * row[name]) for name in ("low_difference", "high_difference"))
    how = "more" if row["verdict"] == "higher" else "less"
    return (
        f"{INSIDE[row['element']]} {how} often than link workers: {percent(row['share'])} against {percent(row['share_workers'])} "
        f"(difference {abs(100 * row['difference']):.1f} points, {points[0]:.1f} to {points[1]:.1f})"
    )


def alt_sides(rows: pd.DataFrame) -> str:
    """The picture of both sides as text."""
    return _told(rows, "who")


def pairs(table: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    """One place's PCNs by outcome, the not known left out, with ``label``, ``answer`` (the outcome in words), ``words`` and ``range``."""
    rows = at(table, level, code)
    rows = rows[rows["state"] == "known"]
    cells = records(rows)
    return rows.assign(
        label=[("– " if isinstance(row["part_of"], str) else "") + measures.label(row["element"]) for row in cells],
        answer=rows["outcome"].map(OUTCOMES),
        words=["" if pd.isna(row["x"]) else f"{row['x']:,.0f} of {row['n']:,.0f}" for row in cells],
        range=["" if pd.isna(row["low"]) else interval(row["low"], row["high"]) for row in cells],
    )


def pairs_sentences(table: pd.DataFrame, level: str, code: str, element: str = "clinical_supervision") -> list[str]:
    """Whether both sides of the same PCN say the same of one element: which side alone says yes more often, then how many say what."""
    rows = at(table, level, code)
    rows = rows[(rows["element"] == element) & (rows["state"] == "known")].set_index("outcome")
    what = INSIDE[element]
    if rows.empty or rows["n"].isna().all():
        return [f"Too few PCNs have answers from both sides to compare what they say of {what}"]
    pcns = rows["n"].max()
    if not pcns:
        return [f"In no PCN did both sides answer about {what}"]
    if pcns < FEW:
        return [f"Both sides answered in only {count(pcns, 'PCN')}: too few to compare what they say of {what}"]
    shown = {str(name): float(row["x"]) for name, row in rows.iterrows() if not pd.isna(row["x"])}
    words = {
        "both": "both sides say they have it", "pcn_side": "only the PCN's side does",
        "link_workers": "only the link workers do", "neither": "neither does",
    }  # fmt: skip
    parts = [f"in {shown[name]:,.0f} {text}" for name, text in words.items() if name in shown]
    counts = f"In {pcns:,.0f} PCNs both sides answered about {what}: {listed(parts)}"
    if not {"pcn_side", "link_workers"} <= shown.keys():
        return [counts]
    lean = {
        "": f"The two sides of a PCN never disagree about {what}",
        "higher": f"Where the two sides of a PCN disagree about {what}, it is more often the PCN's side that says yes",
        "lower": f"Where the two sides of a PCN disagree about {what}, it is more often the link workers who say yes",
        "similar": f"Where the two sides of a PCN disagree about {what}, neither clearly says yes more often",
    }
    return [lean[str(stats.leaning([shown["pcn_side"]], [shown["link_workers"]])[0])], counts]


def pairs_state(rows: pd.DataFrame) -> str:
    """Why there are no pairs to draw, as an empty state of ``ui``; "" when there are (``rows`` from ``pairs``)."""
    if rows["x"].notna().any() and rows["n"].max() > 0:
        return ""
    return "too_few" if rows["n"].isna().any() else "no_data"


def alt_pairs(rows: pd.DataFrame) -> str:
    """The grid of PCNs as text."""
    return _told(rows, "answer")


def _told(rows: pd.DataFrame, whose: str) -> str:
    """Label by label what each one (a column of names) has, in words."""
    parts = []
    for name, own in rows.groupby("label", sort=False):
        told = [f"{row[whose]} {row['words']}" for row in records(own) if row["words"]]
        parts.append(f"{str(name).removeprefix('– ')}: {', '.join(told) or 'too few to show'}")
    return "; ".join(parts)
