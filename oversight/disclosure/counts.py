"""Shares and counts of groups: one row a group, with its base."""

from __future__ import annotations

import pandas as pd

from oversight.disclosure import reasons
from oversight.disclosure.hiding import SENSITIVE_MEASURES, few, hide, place_rows, small, some_but_few
from oversight.disclosure.left_over import parts_of_totals, remainders

#: States outside the denominator, and what is said of a place beside England.
OUTSIDE = ("prefer_not_to_say", "not_applicable", "blank", "not_asked", "unmapped")
AGAINST_ENGLAND = ("against_england", "against_listed", "judged", "judged_listed")


def counts(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Rows with yes, no, don't know and other counts; where only the split is small, the share of all stays."""
    base, yes, no, dont_know = (table[c].copy() for c in ("answered", "yes", "no", "dont_know"))
    table = place_rows(table, base, audience)
    if audience == "shareable":
        table = hide(table, few(base), reasons.FEW)
        table = hide(table, small(yes) | small(base - yes), reasons.SMALL)
        split = [c for c in table.columns if c in ("no", "dont_know", "known", "share_known", "low_known", "high_known", "dont_know_share")]
        table = hide(table, small(no) | small(dont_know), reasons.SPLIT, split)
        table = _without_england(table)
        for column in OUTSIDE:  # these are counts of people too
            if column in table:
                table = hide(table, small(table[column]).fillna(False), reasons.OTHER, [column])
    return table


def _without_england(table: pd.DataFrame) -> pd.DataFrame:
    """Where England's own share is withheld, how places compare with it is withheld too: that would tell where it lies."""
    columns = [column for column in AGAINST_ENGLAND if column in table]
    if not columns:
        return table
    of_england = table["line"] == "england" if "line" in table else table["level"] == "england"  # groups of England are no England
    england = of_england & table["share"].isna() & (table["withheld"] != "")
    keys = [table[name] for name in ("element", "measure", "role", "category") if name in table]
    unknown = england.groupby(keys).transform("any") if keys else pd.Series(england.any(), index=table.index)
    return hide(table, unknown & (table[columns].fillna("") != "").any(axis=1), reasons.ENGLAND, columns)


def groups(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """The same for groups of any kind, and what would give a withheld one away beside its total."""
    base, yes = table["answered"].to_numpy(dtype=float), table["yes"].to_numpy(dtype=float)
    sensitive = table["measure"].isin(SENSITIVE_MEASURES) & some_but_few(table["answered"])
    table = hide(counts(table, audience), sensitive, reasons.SENSITIVE_GROUP)
    if audience == "shareable":
        table = hide(table, small(table["unplaced"]).fillna(False), reasons.OTHER, ["unplaced"])
        hidden = table["share"].isna().to_numpy() & (base > 0) | sensitive.to_numpy()
        more = remainders(yes, base, hidden, parts_of_totals(table))
        table = hide(table, pd.Series(more & ~hidden, index=table.index), reasons.REMAINDER)
        table = _without_england(table)  # once more: England's own share may have gone as the rest of its total
    return table


def share(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Rows with a numerator ``x`` and a base ``n``."""
    base, x = table["n"].copy(), table["x"].copy()
    table = place_rows(table, base, audience)
    if audience == "shareable":
        table = hide(table, few(base), reasons.FEW)
        table = hide(table, small(x) | small(base - x), reasons.SMALL)
    return table


def sides(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Shares of several roles; each one's difference from link workers goes where theirs is withheld."""
    table = share(table, audience)
    if audience == "shareable":
        keys = [table[name] for name in ("level", "code", "element")]
        without = ((table["withheld"] != "") & (table["role"] == "splw")).groupby(keys).transform("any")
        table = hide(table, without, reasons.BESIDE, ["difference", "low_difference", "high_difference", "verdict"])
    return table


def remedies(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """As shares are; and who is aware is the base of those who use it, so what one figure withholds no other may tell."""
    table = share(table, audience)
    if audience == "shareable":
        place, figure, hidden = [table[c] for c in ("level", "code", "remedy")], table["figure"], table["withheld"] != ""

        def withheld(name: str) -> pd.Series:
            """Whether that figure of the same place and remedy is withheld, for every row."""
            return (hidden & (figure == name)).groupby(place).transform("any")

        of_aware = withheld("aware") | withheld("used_of_aware")
        table = hide(table, (figure == "used_of_aware") & of_aware, reasons.GIVEN_AWAY)
        table = hide(table, (figure == "used") & of_aware & ~withheld("aware"), reasons.GIVEN_AWAY)
    return table
