"""What every rule is made of: small numbers, hiding, and the rules of place."""

from __future__ import annotations

import pandas as pd

from oversight.disclosure import reasons
from oversight.settings import settings

#: Elements and measures never shown for a PCN under the threshold, to anybody. Element 2 and "all three" would give the
#: safeguarding answer away beside the parts that are shown; so would patient concerns beside a need estimate, which holds both.
SENSITIVE_MEASURES = frozenset(
    {"patient_concerns_safeguarding", "patient_concerns", "safeguarding_route", "all_three", "intention_to_leave", "satisfaction",
     "worthwhile", "happiness", "anxiety", "safeguarding_topics"}
)  # fmt: skip
#: What stays readable in a withheld row: what it is about, not what was found.
LABELS = frozenset(
    {"level", "code", "name", "region_code", "region_name", "icb_code", "icb_name", "pcn_code", "pcn_name", "element", "part_of",
     "is_part", "wave_id", "wave_name", "tool", "opened", "closed", "earlier_wave", "theme", "label", "remedy", "question_id", "text",
     "field", "value", "state", "kind", "position", "role", "parent", "theme_from", "line", "by_code", "by_name", "by_position",
     "across_code", "across_name", "across_position", "measure", "category", "other", "other_label", "unit", "missing", "outcome",
     "asked", "figure"}
)  # fmt: skip


def fill(text: str) -> str:
    """A reason with the thresholds in it."""
    s = settings()
    return text.format(n=s.min_respondents, low=s.small_low, high=s.small_high)


def small(count: pd.Series) -> pd.Series:
    """Whether a count is one that points at few people."""
    return count.between(settings().small_low, settings().small_high)


def few(count: pd.Series) -> pd.Series:
    """Whether a base is under the threshold."""
    return count < settings().min_respondents


def some_but_few(count: pd.Series) -> pd.Series:
    """Whether there is somebody, and fewer than the threshold."""
    return count.between(1, settings().min_respondents - 1)


def few_others(x: pd.Series, n: pd.Series) -> pd.Series:
    """Whether people left over beside a group that is shown are so few that subtracting tells what they answered."""
    return some_but_few(n) | small(x) | small(n - x)


def hide(table: pd.DataFrame, rows: pd.Series, why: str, columns: list[str] | None = None) -> pd.DataFrame:
    """Empty the given columns (all but the labels) of the rows and write down why; a reason already there stays."""
    if "withheld" not in table:
        table["withheld"] = ""
    if rows.any():
        hidden = columns if columns is not None else [c for c in table.columns if c not in LABELS and c != "withheld"]
        for column in hidden:
            table[column] = table[column].mask(rows)
        table.loc[rows & (table["withheld"] == ""), "withheld"] = fill(why)
    return table


def place_rows(table: pd.DataFrame, base: pd.Series, audience: str) -> pd.DataFrame:
    """The rules of place: PCN rows stay inside; sensitive measures of a PCN need the threshold for everybody."""
    at_pcn = table["level"] == "pcn"
    if audience == "shareable":
        table = hide(table, at_pcn, reasons.PLACE)
    if "element" in table:
        sensitive = at_pcn & table["element"].isin(SENSITIVE_MEASURES) & ~(base >= settings().min_respondents)
        table = hide(table, sensitive, reasons.SENSITIVE)
    return table
