"""What an audience may see, applied inside ``ask`` after the numbers are worked out.

Each query names one rule in its header. A value that may not be seen is empty, never zero, and ``withheld`` in its row
says why. The thresholds are in data/reference/settings.toml; their sources are in the Methods page.

======== ============================================================================================================
rule     what it protects
======== ============================================================================================================
public   nothing: facts that are published about organisations, and definitions
counts   rows with ``level`` and yes, no, dont_know and other counts, and what was worked out from them
groups   the same for groups of any kind, and what would give a withheld one away beside its total
answers  rows of ``share`` for the answers to one question, and the answer's own words go with the numbers
parts    rows that share out one base, and a row of those whose part is open
sides    rows of ``share`` for several roles, and each one's difference from link workers
mean     rows with ``level``, a mean of ``n`` numbers, and ``others`` who answered without one
share    rows with ``level``, a numerator ``x`` and a base ``n``, and what was worked out from them
change   rows with ``level`` and two of those: x1, n1 and x2, n2
same     rows with ``level``, people by their earlier and later answer (n11, n10, n01, n00), and all who answered (as in change)
panel    as change, and what became of it in the PCNs heard both times (matched_x1, matched_n1 and matched_x2, matched_n2)
base     rows with ``level`` and a base ``responses``
sessions counts of sessions, withheld where fewer people than the threshold took part
pairs    counts of respondents in the cells ``a`` to ``d`` of two themes, or of sessions as above, and what was worked out from them
beside   survey and focus groups side by side: each as by itself, what is worked out from both only where both are shown
remedies rows with ``figure`` (aware, used_of_aware, used), ``x`` and ``n``, of which none may give another away
offers   how many PCNs stand where with the offer: England's numbers leave where they are not small
events   register entries about PCNs: only notes marked shareable leave the building
priority rows about single PCNs: only the PCN and its band leave the building
rows     single people's words or files: nothing leaves the building
======== ============================================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oversight.measures import measures
from oversight.settings import settings

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEW = "fewer than {n} respondents"
SMALL = "a number or its complement is {low} to {high}"
SPLIT = "the split into no and don't know has a number from {low} to {high}"
CELL = "one of the four numbers with both, one or neither is {low} to {high}"
OTHER = "a count of another state (no answer, does not apply …) is {low} to {high}"
REST = "it could be worked out from a small number that is withheld beside it"
OPEN = "the number of those whose part is not known, or of those whose part is, is {low} to {high}"
BESIDE = "link workers' own number beside it is withheld"
ENGLAND = "England's own number, which it is compared with, is withheld"
MEDIAN = "a median can be one person's own answer"
WHOLE = "some number gives {low} to {high} people, so that the mean would give the others away"
PLACE = "answers about a single PCN stay inside the programme"
SENSITIVE = "wellbeing, intention to leave and safeguarding are never shown for a PCN under {n} respondents"
SENSITIVE_GROUP = (
    "wellbeing, intention to leave, patient concerns and safeguarding are never shown for a group with fewer than {n} respondents"
)
REMAINDER = "it would give a withheld number away, as what is left of their total"
REASONS = "the numbers behind a PCN's reasons are left out under {n} respondents, as they would give safeguarding answers away"
DIFFERENCE = (
    "so few respondents came or went between the two snapshots (fewer than {n}, or {low} to {high} with or without it) that the difference "
    "would tell what they answered"
)
ONE_SIDED = "one of the two snapshots has nothing here that may be shown"
PAIRS = "one of the four groups of those who answered both times has {low} to {high} people"
OTHERS = "so few answered only one of the times (fewer than {n}, or {low} to {high} with or without it) that they could be worked out"
PLACES = "fewer than {n} PCNs were heard both times"
NOTE = "what people wrote beside their verdict stays inside the programme"
OFFERS = "where the PCNs of a region stand with the offer stays inside the programme"
GIVEN_AWAY = "it would give away a number of the same remedy that is withheld"
WORDS = "single people's words and rows stay inside the programme"

#: Elements and measures never shown for a PCN under the threshold, to anybody. Element 2 and "all three" would give the
#: safeguarding answer away beside the parts that are shown; so would patient concerns beside a need estimate, which holds both.
SENSITIVE_MEASURES = frozenset(
    {"patient_concerns_safeguarding", "patient_concerns", "safeguarding_route", "all_three", "intention_to_leave", "satisfaction",
     "worthwhile", "happiness", "anxiety", "safeguarding_topics"}
)  # fmt: skip
COUNTS = ("yes", "no", "dont_know", "prefer_not_to_say", "not_applicable", "blank", "not_asked", "unmapped")
#: What stays readable in a withheld row: what it is about, not what was found.
LABELS = frozenset(
    {"level", "code", "name", "region_code", "region_name", "icb_code", "icb_name", "pcn_code", "pcn_name", "element", "part_of",
     "is_part", "wave_id", "wave_name", "tool", "opened", "closed", "earlier_wave", "theme", "label", "remedy", "question_id", "text",
     "field", "value", "state", "kind", "position", "role", "parent", "theme_from", "line", "by_code", "by_name", "by_position",
     "across_code", "across_name", "across_position", "measure", "category", "other", "other_label", "unit", "missing", "outcome",
     "asked", "figure"}
)  # fmt: skip
#: What is said, whether or not there is any, where rows go as a whole.
WITHHELD_WHOLE = {
    "rows": f"Rows are withheld: {WORDS}.",
    "events": "Rows are withheld: what is not marked as shareable stays inside the programme.",
}
PRIORITY_SHAREABLE = ("pcn_code", "pcn_name", "icb_code", "icb_name", "region_code", "region_name", "band")


def apply(table: pd.DataFrame, rule: str, audience: str) -> tuple[pd.DataFrame, str]:
    """The table as this audience may see it, with a ``withheld`` column, and one sentence on what was withheld.

    Raises ``KeyError`` for a rule that does not exist: a query cannot be asked without one.
    """
    seen = RULES[rule](table.copy(), audience)
    if audience == "shareable" and rule in WITHHELD_WHOLE:  # neither how many nor whether there is any: a search would tell who wrote what
        return seen, WITHHELD_WHOLE[rule]
    return seen, _sentence(seen)


def _fill(text: str) -> str:
    s = settings()
    return text.format(n=s.min_respondents, low=s.small_low, high=s.small_high)


def _small(count: pd.Series) -> pd.Series:
    """Whether a count is one that points at few people."""
    return count.between(settings().small_low, settings().small_high)


def _hide(table: pd.DataFrame, rows: pd.Series, why: str, columns: list[str] | None = None) -> pd.DataFrame:
    """Empty the given columns (all but the labels) of the rows and write down why; a reason already there stays."""
    if "withheld" not in table:
        table["withheld"] = ""
    if rows.any():
        hidden = columns if columns is not None else [c for c in table.columns if c not in LABELS and c != "withheld"]
        for column in hidden:
            table[column] = table[column].mask(rows)
        table.loc[rows & (table["withheld"] == ""), "withheld"] = _fill(why)
    return table


def _public(table: pd.DataFrame, _: str) -> pd.DataFrame:
    return table


def _place_rows(table: pd.DataFrame, base: pd.Series, audience: str) -> pd.DataFrame:
    """The rules of place: PCN rows stay inside; sensitive measures of a PCN need the threshold for everybody."""
    at_pcn = table["level"] == "pcn"
    if audience == "shareable":
        table = _hide(table, at_pcn, PLACE)
    if "element" in table:
        sensitive = at_pcn & table["element"].isin(SENSITIVE_MEASURES) & ~(base >= settings().min_respondents)
        table = _hide(table, sensitive, SENSITIVE)
    return table


def _counts(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    base, yes, no, dont_know = (table[c].copy() for c in ("answered", "yes", "no", "dont_know"))
    table = _place_rows(table, base, audience)
    if audience == "shareable":
        table = _hide(table, base < settings().min_respondents, FEW)
        table = _hide(table, _small(yes) | _small(base - yes), SMALL)
        split = [c for c in table.columns if c in ("no", "dont_know", "known", "share_known", "low_known", "high_known", "dont_know_share")]
        table = _hide(table, _small(no) | _small(dont_know), SPLIT, split)
        table = _without_england(table)
        for column in COUNTS[3:]:  # the states outside the denominator are counts of people too
            if column in table:
                table = _hide(table, _small(table[column]).fillna(False), OTHER, [column])
    return table


def _without_england(table: pd.DataFrame) -> pd.DataFrame:
    """Where England's own share is withheld, how places compare with it is withheld too: that would tell where it lies."""
    if "against_england" not in table:
        return table
    england = (table["level"] == "england") & table["share"].isna() & (table["withheld"] != "")
    keys = [table[name] for name in ("element", "measure", "category") if name in table]
    unknown = england.groupby(keys).transform("any") if keys else pd.Series(england.any(), index=table.index)
    return _hide(table, unknown & (table["against_england"].fillna("") != ""), ENGLAND, ["against_england"])


def _groups(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    base, yes = table["answered"].to_numpy(dtype=float), table["yes"].to_numpy(dtype=float)
    few = table["measure"].isin(SENSITIVE_MEASURES) & (table["answered"] > 0) & (table["answered"] < settings().min_respondents)
    table = _hide(_counts(table, audience), few, SENSITIVE_GROUP)
    if audience == "shareable":
        table = _hide(table, _small(table["unplaced"]).fillna(False), OTHER, ["unplaced"])
        hidden = table["share"].isna().to_numpy() & (base > 0) | few.to_numpy()
        more = remainders(yes, base, hidden, parts_of_totals(table))
        table = _hide(table, pd.Series(more & ~hidden, index=table.index), REMAINDER)
    return table


def parts_of_totals(table: pd.DataFrame) -> list[tuple[list[int], bool]]:
    """Rows of a breakdown that add up to a total which is shown too: (row numbers, whether they are answers of one group).

    The answers of one group, where everybody gives one; the groups of one answer; where two dimensions are crossed, the groups
    of each row and of each column. Places add up to their region.
    """
    sets: dict[tuple[object, ...], list[int]] = {}
    for i, row in enumerate(table.to_dict("records")):
        line, group = (row["line"], row["role"]), (row["by_code"], row["across_code"])
        if measures()[row["measure"]].one_answer:
            sets.setdefault(("answers", *line, *group), []).append(i)
        if row["line"] == "group":
            region = row["region_code"] if row["level"] == "icb" else None
            sets.setdefault(("across", *line, row["category"], group[1], region), []).append(i)
            sets.setdefault(("by", *line, row["category"], group[0], region), []).append(i)
    return [(rows, key[0] == "answers") for key, rows in sets.items() if len(rows) > 1]


def remainders(yes: Floats, base: Floats, hidden: Flags, sets: list[tuple[list[int], bool]]) -> Flags:
    """The rows to withhold so that no total less what is shown tells of few people: ``hidden`` and what has to go with it.

    In each set, what is withheld together must be a base, a numerator and a complement that could be shown by itself, of at
    least two rows; until it is, the smallest row that is still shown goes too. A row may stand in several sets, so it is
    repeated until nothing changes. It guards against subtraction from one total, not against several at once.
    """
    hidden, changed = hidden.copy(), True
    low, high, fewest = settings().small_low, settings().small_high, settings().min_respondents
    while changed:
        changed = False
        for rows, answers in sets:
            at = np.array(rows)
            while (gone := at[hidden[at] & (base[at] > 0)]).size and not hidden[at].all():
                x, n = yes[gone].sum(), base[gone[0]] if answers else base[gone].sum()
                small = low <= x <= high or (not answers and (low <= n - x <= high or n < fewest))
                if gone.size > 1 and not small:
                    break
                left = at[~hidden[at]]
                hidden[left[np.argmin((yes if answers else base)[left])]] = True
                changed = True
    return hidden


def _share(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    base, x = table["n"].copy(), table["x"].copy()
    table = _place_rows(table, base, audience)
    if audience == "shareable":
        table = _hide(table, base < settings().min_respondents, FEW)
        table = _hide(table, _small(x) | _small(base - x), SMALL)
    return table


def _answers(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    x, kind = table["x"].copy(), table["kind"].copy()
    keys = [table[name] for name in ("level", "code", "role")]
    table = _share(table, audience)
    if audience == "shareable":
        hidden = table["withheld"] != ""
        numbers = (kind == "number") & hidden.groupby(keys).transform("any")
        table = _hide(table, numbers, WHOLE)
        # several answers may be chosen, so only single choices add up to their base
        table = _hide(table, _with_the_rest(x, hidden, keys) & ~kind.isin(["multi", "number"]), REST)
        table["value"] = table["value"].mask(table["withheld"] != "")
    return table


def _parts(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    if audience == "internal":
        return table
    if table.empty:
        return _share(table, audience)
    x, n, is_open = table["x"].copy(), table["n"].copy(), table["state"] == "open"
    keys = [table[name] for name in ("level", "code", "element") if name in table]
    # the open ones and their complement are the difference of two bases that are both shown
    split = ((_small(x) | _small(n - x)) & is_open).groupby(keys).transform("any")
    table = _hide(table, split, OPEN)
    table = _share(table, audience)
    hidden = table["withheld"] != ""
    return _hide(table, _with_the_rest(x.mask(is_open, 0), hidden & ~is_open, keys), REST)


def _with_the_rest(x: pd.Series, hidden: pd.Series, keys: list[pd.Series]) -> pd.Series:
    """Rows to hide as well, so that what is hidden of a base is never one number alone, nor so few that their sum tells.

    ``x`` of each group of ``keys`` add up to a base that is shown; the smallest numbers that are not 0 go first.
    """
    more = pd.Series(False, index=x.index)
    for _, counts in x[hidden.groupby(keys).transform("any")].groupby(keys):
        gone = hidden[counts.index] & (counts > 0)
        for row in counts[~hidden[counts.index] & (counts > 0)].sort_values(kind="stable").index:
            if not gone.any() or (gone.sum() > 1 and counts[gone].sum() > settings().small_high):
                break
            more[row] = gone[row] = True
    return more


def _sides(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    table = _share(table, audience)
    if audience == "shareable":
        keys = [table[name] for name in ("level", "code", "element")]
        without = ((table["withheld"] != "") & (table["role"] == "splw")).groupby(keys).transform("any")
        table = _hide(table, without, BESIDE, ["difference", "low_difference", "high_difference", "verdict"])
    return table


def _mean(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    n, others = table["n"].copy(), table["others"].copy()
    table = _place_rows(table, n, audience)
    if audience == "shareable":
        table = _hide(table, n < settings().min_respondents, FEW)
        table = _hide(table, _small(others), SMALL)
        table = _hide(table, pd.Series(True, index=table.index), MEDIAN, ["median", "sd"])
    return table


def _change(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    x1, n1, x2, n2 = (table[c].copy() for c in ("x1", "n1", "x2", "n2"))
    table = _place_rows(table, pd.concat([n1, n2], axis=1).min(axis=1), audience)
    if audience == "shareable":
        table = _hide(table, (n1 < settings().min_respondents) | (n2 < settings().min_respondents), FEW)
        table = _hide(table, _small(x1) | _small(n1 - x1) | _small(x2) | _small(n2 - x2), SMALL)
    return table


def _few_others(x: pd.Series, n: pd.Series) -> pd.Series:
    """Whether people left over beside a group that is shown are so few that subtracting tells what they answered."""
    return n.between(1, settings().min_respondents - 1) | _small(x) | _small(n - x)


def _same(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    n11, n10, n01, n00 = (table[c].copy() for c in ("n11", "n10", "n01", "n00"))
    x1, n1, x2, n2 = (table[c].copy() for c in ("x1", "n1", "x2", "n2"))
    n = n11 + n10 + n01 + n00
    table = _place_rows(table, n, audience)
    if audience == "shareable":
        table = _hide(table, n < settings().min_respondents, FEW)
        table = _hide(table, _small(n11) | _small(n10) | _small(n01) | _small(n00), PAIRS)
        table = _hide(table, _small(n11 + n10) | _small(n01 + n00) | _small(n11 + n01) | _small(n10 + n00), SMALL)
        table = _hide(table, _few_others(x1 - n11 - n10, n1 - n) | _few_others(x2 - n11 - n01, n2 - n), OTHERS)
    return table


def _panel(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    columns = ("x1", "n1", "x2", "n2")
    x1, n1, x2, n2 = (table[c].copy() for c in columns)
    same_x1, same_n1, same_x2, same_n2 = (table[f"matched_{c}"].copy() for c in columns)
    pcns = table["pcns_matched"].copy()
    table = _change(table, audience)
    if audience == "shareable":
        overall = {*columns, "share1", "share2", "difference", "low_difference", "high_difference", "verdict_difference"}
        overall |= {"pcns_matched", "pcns_came", "pcns_went", "pcns_merged", "pcns_split"}
        split = [c for c in table.columns if c not in LABELS and c not in overall and c != "withheld"]
        table = _hide(table, pcns < settings().min_respondents, PLACES, split)
        table = _hide(table, (same_n1 < settings().min_respondents) | (same_n2 < settings().min_respondents), FEW, split)
        table = _hide(table, _small(same_x1) | _small(same_n1 - same_x1) | _small(same_x2) | _small(same_n2 - same_x2), SMALL, split)
        table = _hide(table, _few_others(x1 - same_x1, n1 - same_n1) | _few_others(x2 - same_x2, n2 - same_n2), OTHERS, split)
    return table


def between(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Two snapshots side by side (x1 of n1, then x2 of n2), each as this audience may see it, less what their difference gives away.

    Those who came or went between the two are a group like any other. An ICB is shown only when that group is as large as
    the threshold; England and a region also where as many answered as before.
    """
    people, with_it = (table["n2"] - table["n1"]).abs(), (table["x2"] - table["x1"]).abs()
    without = (table["n2"] - table["x2"] - table["n1"] + table["x1"]).abs()
    table = _change(table.copy(), audience)
    if audience == "shareable":
        few = (people < settings().min_respondents) & ((people > 0) | ~table["level"].isin(["england", "region"]))
        table = _hide(table, few | _small(with_it) | _small(without), DIFFERENCE)
        table = _hide(table, people.isna(), ONE_SIDED)
    return table


def _base(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    if audience == "shareable":
        base = table["responses"].copy()
        table = _hide(table, table["level"] == "pcn", PLACE)
        table = _hide(table, base < settings().min_respondents, FEW)
    return table


def _sessions(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    if audience == "shareable":
        table = _hide(table, table["participants"].between(1, settings().min_respondents - 1), FEW)
    return table


def _pairs(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    if audience == "shareable":
        people, base = table["unit"] == "respondents", table["participants"].copy()
        # with the totals of the two themes, any one of the cells gives the other three, so all of them go together
        small = _small(table["a"]) | _small(table["b"]) | _small(table["c"]) | _small(table["d"])
        table = _hide(table, (base < settings().min_respondents) & (people | (base > 0)), FEW)
        table = _hide(table, people & small, CELL)
    return table


def _events(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    return table[table["audience"] == "shareable"] if audience == "shareable" else table


def _priority(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    if audience == "shareable" and len(table):
        table = _hide(table, pd.Series(True, index=table.index), PLACE, [c for c in table.columns if c not in PRIORITY_SHAREABLE])
        return table.sort_values("pcn_code", ignore_index=True)  # the order of the estimates is a number too
    # one reason's number is the estimate less the others, so safeguarding is only safe when all of them are left out
    reasons = [c for c in table.columns if c.startswith("c_")]
    return _hide(table, table["n"] < settings().min_respondents, REASONS, reasons)


def _beside(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    if audience == "shareable":
        n, x = table["n"].copy(), table["x"].copy()
        few = table["participants"].between(1, settings().min_respondents - 1)
        survey = ["x", "n", "share", "low", "high", "survey_says", "chosen", "proposed"]
        table = _hide(table, (n < settings().min_respondents) & table["asked"].astype(bool), FEW, survey)
        table = _hide(table, _small(x) | _small(n - x), SMALL, survey)
        table = _hide(table, few, FEW, ["sessions_with", "sessions", "participants", "sessions_share", "sessions_say", "proposed"])
        table = _hide(table, table["verdict_note"].fillna("") != "", NOTE, ["verdict_note"])
    return table


def _remedies(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """As shares are; and who is aware is the base of those who use it, so what one figure withholds no other may tell."""
    table = _share(table, audience)
    if audience == "shareable":
        place, figure, hidden = [table[c] for c in ("level", "code", "remedy")], table["figure"], table["withheld"] != ""

        def withheld(name: str) -> pd.Series:
            """Whether that figure of the same place and remedy is withheld, for every row."""
            return (hidden & (figure == name)).groupby(place).transform("any")

        of_aware = withheld("aware") | withheld("used_of_aware")
        table = _hide(table, (figure == "used_of_aware") & of_aware, GIVEN_AWAY)
        table = _hide(table, (figure == "used") & of_aware & ~withheld("aware"), GIVEN_AWAY)
    return table


def _offers(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    if audience == "shareable":
        table = _hide(table, table["level"] != "england", OFFERS)
        for column in ("requested", "eligible", "offered", "accepted", "started", "ended"):
            table = _hide(table, _small(table[column]).fillna(False), SMALL, [column])
    return table


def _rows(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    return table.iloc[:0] if audience == "shareable" else table


RULES: Mapping[str, Callable[[pd.DataFrame, str], pd.DataFrame]] = {
    "public": _public,
    "counts": _counts,
    "groups": _groups,
    "share": _share,
    "answers": _answers,
    "parts": _parts,
    "sides": _sides,
    "mean": _mean,
    "change": _change,
    "same": _same,
    "panel": _panel,
    "base": _base,
    "sessions": _sessions,
    "pairs": _pairs,
    "events": _events,
    "priority": _priority,
    "beside": _beside,
    "remedies": _remedies,
    "offers": _offers,
    "rows": _rows,
}


def _sentence(table: pd.DataFrame) -> str:
    """What was withheld and why, in one sentence; "" when nothing was."""
    if "withheld" not in table or not (table["withheld"] != "").any():
        return ""
    reasons = table.loc[table["withheld"] != "", "withheld"].value_counts()
    total = int(reasons.sum())
    return f"{total:,} {'row is' if total == 1 else 'rows are'} withheld in whole or part: {'; '.join(reasons.index)}."
