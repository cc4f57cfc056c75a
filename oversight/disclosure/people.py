"""Rows about people, sessions, single PCNs and registers."""

from __future__ import annotations

import pandas as pd

from oversight.disclosure import reasons
from oversight.disclosure.hiding import few, hide, small, some_but_few

PRIORITY_SHAREABLE = ("pcn_code", "pcn_name", "icb_code", "icb_name", "region_code", "region_name", "band")
#: Numbers of a PCN that would give away what few people said of what is sensitive.
UNDER_TEN = ("c_safeguarding_and_concerns", "c_strain", "c_place", "c_context", "fitted")
#: Of the PCNs to ask, so many leave as a list: one list, for with lists of several lengths the order would leave too.
ASKED = 100


def base(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Rows with a base ``responses``."""
    if audience == "shareable":
        responses = table["responses"].copy()
        table = hide(table, table["level"] == "pcn", reasons.PLACE)
        table = hide(table, few(responses), reasons.FEW)
    return table


def sessions(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Counts of sessions: withheld where fewer people than the threshold took part."""
    if audience == "shareable":
        table = hide(table, some_but_few(table["participants"]), reasons.FEW)
    return table


def pairs(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Respondents in the four cells of two themes, or sessions."""
    if audience == "shareable":
        people, took_part = table["unit"] == "respondents", table["participants"].copy()
        # with the totals of the two themes, any one of the cells gives the other three, so all of them go together
        small_cell = small(table["a"]) | small(table["b"]) | small(table["c"]) | small(table["d"])
        table = hide(table, few(took_part) & (people | (took_part > 0)), reasons.FEW)
        table = hide(table, people & small_cell, reasons.CELL)
    return table


def events(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Register entries: only those marked shareable leave."""
    return table[table["audience"] == "shareable"] if audience == "shareable" else table


def priority(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Single PCNs: for sharing the band alone; inside, no sensitive reason under the threshold."""
    if audience == "shareable" and len(table):
        table = hide(table, pd.Series(True, index=table.index), reasons.PLACE, [c for c in table.columns if c not in PRIORITY_SHAREABLE])
        return table.sort_values("pcn_code", ignore_index=True)  # the order of the estimates is a number too
    # with what the place lets expect shown, what is left of the estimate would be the sensitive part: they are shown as one, in "rest"
    hidden = [c for c in UNDER_TEN if c in table]
    few_replied = some_but_few(table["n"])
    if "in_post" in table:  # with the estimate it gives the replies' own mean score: with strain in it, what they said of that
        table = hide(table, few_replied & table["strain_counts"].astype(bool), reasons.IN_POST, ["in_post"])
    return hide(table, few_replied, reasons.REASONS, hidden)


def checks(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """How many PCNs of England stay in the ranking when something is set otherwise: withheld where it rests on few replies."""
    return hide(table, few(table["n"]), reasons.FEW) if audience == "shareable" else table


def asking(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Single PCNs and whom of them to ask: for sharing, the names of those to ask first, by region and code."""
    if audience == "shareable":
        table = table[(table["order"] <= ASKED).fillna(False)]
        table = hide(table, pd.Series(True, index=table.index), reasons.PLACE, [c for c in table.columns if c not in PRIORITY_SHAREABLE])
        return table.sort_values(["region_code", "pcn_code"], ignore_index=True)
    return table


def beside(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Survey and focus groups side by side: each as by itself, what is worked out from both only where both are shown."""
    if audience == "shareable":
        n, x = table["n"].copy(), table["x"].copy()
        survey = ["x", "n", "share", "low", "high", "survey_says", "chosen", "proposed"]
        table = hide(table, few(n) & table["asked"].astype(bool), reasons.FEW, survey)
        table = hide(table, small(x) | small(n - x), reasons.SMALL, survey)
        groups = ["sessions_with", "sessions", "participants", "sessions_share", "sessions_say", "proposed"]
        table = hide(table, some_but_few(table["participants"]), reasons.FEW, groups)
        table = hide(table, table["verdict_note"].fillna("") != "", reasons.NOTE, ["verdict_note"])
    return table


def offers(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """How many PCNs stand where with the offer: England's numbers, where they are not small."""
    if audience == "shareable":
        table = hide(table, table["level"] != "england", reasons.OFFERS)
        for column in ("requested", "eligible", "offered", "accepted", "started", "ended"):
            table = hide(table, small(table[column]).fillna(False), reasons.SMALL, [column])
    return table


def inside(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Where single PCNs, or a few together, stand with the offer: nothing leaves."""
    return table.iloc[:0] if audience == "shareable" else table


def rows(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Single people's words or files: nothing leaves."""
    return table.iloc[:0] if audience == "shareable" else table


def plan(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """How the places would be shared out: nothing leaves before it is decided."""
    return table.iloc[:0] if audience == "shareable" else table
