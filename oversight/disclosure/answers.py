"""Numbers that share out one base: answers to a question, parts of a whole, and a mean of answers in numbers."""

from __future__ import annotations

import pandas as pd

from oversight.disclosure import reasons
from oversight.disclosure.counts import share
from oversight.disclosure.hiding import few, hide, place_rows, small
from oversight.disclosure.left_over import with_the_rest


def answers(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Answers to one question; the answer's own words go with the numbers."""
    x, kind = table["x"].copy(), table["kind"].copy()
    keys = [table[name] for name in ("level", "code", "role")]
    table = share(table, audience)
    if audience == "shareable":
        hidden = table["withheld"] != ""
        numbers = (kind == "number") & hidden.groupby(keys).transform("any")
        table = hide(table, numbers, reasons.WHOLE)
        # several answers may be chosen, so only single choices add up to their base
        table = hide(table, with_the_rest(x, hidden, keys) & ~kind.isin(["multi", "number"]), reasons.REST)
        table["value"] = table["value"].mask(table["withheld"] != "")
    return table


def parts(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Rows that share out one base, and a row of those whose part is open."""
    if audience == "internal":
        return table
    if table.empty:
        return share(table, audience)
    x, n, is_open = table["x"].copy(), table["n"].copy(), table["state"] == "open"
    keys = [table[name] for name in ("level", "code", "element") if name in table]
    # the open ones and their complement are the difference of two bases that are both shown
    split = ((small(x) | small(n - x)) & is_open).groupby(keys).transform("any")
    table = hide(table, split, reasons.OPEN)
    table = share(table, audience)
    hidden = table["withheld"] != ""
    return hide(table, with_the_rest(x.mask(is_open, 0), hidden & ~is_open, keys), reasons.REST)


def mean(table: pd.DataFrame, audience: str) -> pd.DataFrame:
    """A mean of ``n`` numbers, and ``others`` who answered without one; median and spread never leave."""
    n, others = table["n"].copy(), table["others"].copy()
    table = place_rows(table, n, audience)
    if audience == "shareable":
        table = hide(table, few(n), reasons.FEW)
        table = hide(table, small(others), reasons.SMALL)
        table = hide(table, pd.Series(True, index=table.index), reasons.MEDIAN, ["median", "sd"])
    return table
