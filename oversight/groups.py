"""Groups of respondents (region, ICB, role, employer, months in post, and any two crossed): compared with England, in words.

The numbers come from the query ``breakdown``: one row per group and answer. Roles are never added up: each has its own row of
England to be compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from oversight import stats
from oversight.findings import FEW, count, interval, listed, percent, the
from oversight.measures import Measure, measures
from oversight.questionnaire import PCN_SIDE

#: Dimension -> what it is called, what one group of it is called, and how a group stands in a sentence.
DIMENSIONS: Mapping[str, tuple[str, str, str]] = {
    "england": ("England", "place", "in {}"),
    "region": ("Region", "region", "in {}"),
    "icb": ("ICB", "ICB", "in {}"),
    "role": ("Role", "role", "among {}"),
    "employer": ("Employer", "employer", "among those employed by {}"),
    "months": ("Time in post", "length of time in post", "among those {} in post"),
}
#: More groups than this are judged by their 99.8% intervals, fewer by 95%: of 36 ICBs that do not differ, 95% would flag two.
MANY = 10
#: Under a grid of two dimensions.
CROSSED = (
    "**▲ and ▼** mark groups whose interval lies wholly above or below England's share; a number without colour rests on fewer "
    f"than {FEW} answers, and a dash may not be shown. The intervals stand in the table."
)
_PLACES = ("england", "region", "icb")


def compared(table: pd.DataFrame) -> pd.DataFrame:
    """Step: what ``stats.coverage`` adds, each row against England's of the same role and answer, and the judgement.

    ``judged`` (95%) and ``judged_listed`` (99.8%): better, worse or similar, or the verdict itself where neither is better.
    Both are empty for the rows of all England, which are what the others are compared with.
    """
    line = table["line"].to_numpy(dtype=str)
    made = stats.coverage(table.assign(level=np.where(line == "england", "england", line)), by=("role", "category"))
    whole = [table[c].isna() | table[c].isin(["ENG", *table["role"]]) for c in ("by_code", "across_code")]
    own = (table["level"] == "england") & whole[0] & whole[1]
    made = made.assign(level=table["level"])
    for verdict, judged in (("against_england", "judged"), ("against_listed", "judged_listed")):
        made[verdict] = made[verdict].mask(own, "")
        made[judged] = ""
        for (measure, category), rows in made.groupby(["measure", "category"], sort=False):
            direction = measures()[str(measure)].direction_of(str(category))
            made.loc[rows.index, judged] = stats.better_or_worse(rows[verdict], direction)
    return made


def lower_first(text: str) -> str:
    """A name that is no proper one inside a sentence: "A GP practice" -> "a GP practice"; "I" stays."""
    return text if text[:2] in ("I ", "") else text[0].lower() + text[1:]


def title(measure: Measure, category: str) -> str:
    """The measure and, where it has several, the answer: "Who gives the supervision (a GP)", "Low life satisfaction (0 to 4)"."""
    if measure.bands and measure.words:
        return (words := measure.words[category])[0].upper() + words[1:]
    return f"{measure.label} ({lower_first(measure.category(category))})" if measure.categories else measure.label


def many(groups: pd.DataFrame) -> bool:
    """Whether so many groups are listed that 99.8% intervals decide."""
    return len(groups) > MANY


def with_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the breakdown with ``group`` (its name, both names where two are crossed), ``answer`` and ``range`` beside the numbers.

    ``against``: higher, lower or no clear difference, by 99.8% where many groups stand in the table; ``judgement``: better, worse.
    """
    strict = many(rows[rows["line"] == "group"].drop_duplicates(["by_code", "across_code"]))
    verdict, judged = ("against_listed", "judged_listed") if strict else ("against_england", "judged")
    words = {"higher": "higher", "lower": "lower", "similar": "no clear difference"}
    ranges = [None if pd.isna(low) else interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)]
    pairs = zip(rows["by_name"], rows["across_name"], strict=True)
    names = [", ".join(str(part) for part in pair if not pd.isna(part)) for pair in pairs]
    answers = [measures()[m].category(c) for m, c in zip(rows["measure"], rows["category"], strict=True)]
    return rows.assign(
        group=pd.Series(names, index=rows.index, dtype="object"),
        answer=pd.Series(answers, index=rows.index, dtype="object"),
        range=pd.Series(ranges, index=rows.index, dtype="object"),
        against=rows[verdict].map(words),
        verdict=rows[verdict],
        judgement=rows[judged].where(rows[judged].isin(["better", "worse"])),
        withheld=rows["withheld"].where(rows["share"].isna(), ""),
    )


def share_sentence(row: Mapping[str, Any], measure: Measure, who: str, where: str) -> str:
    """For example "48% of link workers in England have regular clinical or non-managerial supervision (45% to 51%)"."""
    role = str(row.get("role", "splw"))
    people, phrase = measure.people(who, role), measure.phrase(row["category"], role)
    if pd.isna(row["share"]):
        return f"Too few {people} in {the(where)} answered to say how many {phrase}"
    if row["answered"] < FEW:
        return (
            f"Only {count(row['answered'], 'person', 'people')} of the {people} in {the(where)} answered, too few to say how many {phrase}"
        )
    return f"{percent(row['share'])} of {people} in {the(where)} {phrase} ({interval(row['low'], row['high'])})"


def role_sentence(rows: pd.DataFrame, measure: Measure, category: str, plurals: Mapping[str, str]) -> str:
    """Each role by itself, without comparing them: "48% of link workers and 52% of coaches have …; 60% of GP supervisors report it"."""
    known = [row for row in rows.to_dict("records") if not pd.isna(row["share"]) and row["answered"] >= FEW]
    if not known:
        return f"Too few people of any role answered to say how many {measure.phrase(category)}"
    said: list[str] = []
    for reports in (False, True):  # the PCN's side reports what the others have
        own = [row for row in known if (measure.phrase(category, row["role"]) != measure.phrase(category)) == reports]
        if own:
            shares = listed([f"{percent(row['share'])} of {plurals[row['role']]} ({interval(row['low'], row['high'])})" for row in own])
            phrase = "report it" if reports and said else measure.phrase(category, own[0]["role"])
            said.append(f"{measure.people(shares, own[0]['role'])} {phrase}")
    return "; ".join(said)


def spread_sentence(rows: pd.DataFrame, by: str, across: str | None) -> str:
    """Which groups differ clearly from England (rows of ``with_words``); "no … differs clearly" when none does."""
    _, one, where = DIMENSIONS[by] if not across else ("", "group", "{}")
    known = rows[rows["share"].notna() & (rows["answered"] >= FEW)]
    if known.empty:
        return "Too few people answered to compare groups"
    parts = []
    for verdict in ("higher", "lower"):
        found = known[known["verdict"] == verdict].sort_values("share", ascending=verdict == "lower", kind="stable")
        if found.empty:
            continue
        pairs = zip(found["by_name"], found["across_name"], strict=True)
        names = [", ".join(n if d in _PLACES else lower_first(n) for d, n in zip((by, across), pair, strict=True) if d) for pair in pairs]
        if across:
            parts.append(f"{verdict} than England in {count(len(names), 'group')} (furthest: {names[0]})")
        else:
            names = [the(name) for name in names]
            shown = listed(names) if len(names) <= 3 else f"{listed(names[:2])} and {len(names) - 2} more"
            parts.append(f"{verdict} than England {where.format(shown)}")
    if not parts:
        return f"No {one} differs clearly from England"
    return (text := "; ".join(parts))[0].upper() + text[1:]


def unplaced_sentence(row: Mapping[str, Any], dimensions: list[str]) -> str:
    """How many of those who answered are in no group, in words; "" when nobody is, or when it may not be told."""
    number = row["unplaced"]
    of = " or ".join({"employer": "employer", "months": "time in post"}[d] for d in dimensions if d in ("employer", "months"))
    if pd.isna(number) or not number or not of:
        return ""
    if row.get("role") in PCN_SIDE:
        return f"GP supervisors and PCN managers are not asked for their {of}, so they are in none of these groups."
    are = "is" if number == 1 else "are"
    return f"{count(number, 'person', 'people')} who answered did not give their {of} and {are} in none of these groups."


def answering(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """The groups whose role is asked, without those nobody of whom answered; a group whose numbers are withheld stays."""
    return rows[rows["role"].isin(measure.asked) & (rows["answered"].isna() | (rows["answered"] > 0))]


def worth_a_row(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The groups for a chart, and how many are left out: withheld ones keep their row unless they are as many as make a list long."""
    hidden = rows["share"].isna()
    return (rows[~hidden], int(hidden.sum())) if hidden.sum() > MANY else (rows, 0)


def notes(rows: pd.DataFrame, hidden: int) -> str:
    """What must be said below a chart of groups: how many are left out, and by which intervals many of them are judged."""
    said = [f"{hidden} of {len(rows)} groups have too few answers to show; they stand in the table."] if hidden else []
    if many(rows):
        said.append(
            "The lines are 95% intervals. Among so many groups only those whose 99.8% interval is clear of England are called higher or "
            "lower, so a line may miss England's share without being a finding."
        )
    return " ".join(said)


def worked_out(measure: Measure) -> tuple[str, ...]:
    """How the groups are compared, and what the measure counts, in paragraphs."""
    bands = ", ".join(f"{label[0].lower()}{label[1:]}" for label in measure.categories.values()) if measure.bands and measure.words else ""
    return (
        f"**{measure.label}.** {measure.why} {measure.how}" + (f" The bands: {bands}." if bands else ""),
        f"**Out of.** {measure.denominator}",
        f"**Take care.** {measure.caveats}",
        "**Groups.** Each is compared with England's share for the same role: higher or lower only where its interval lies wholly to one "
        f"side. Where more than {MANY} groups are listed their 99.8% intervals decide, for among so many some would differ by chance. "
        "Roles are never added up. People whose employer or time in post is not known are in no group of that kind.",
    )
