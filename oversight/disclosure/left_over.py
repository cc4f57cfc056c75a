"""What a reader could work out from a total and what is shown of it, and what has to go so that nobody can."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oversight.measures import measures
from oversight.settings import settings

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def remainders(yes: Floats, base: Floats, hidden: Flags, sets: list[tuple[list[int], bool]]) -> Flags:
    """The rows to withhold so that no total less what is shown tells of few people: ``hidden`` and what has to go with it.

    ``sets``: row numbers that add up to a total which is shown, and whether they share one base (the answers of one group) or
    bring each their own (the groups of one answer). In each set, what is withheld together must be at least two rows and a
    numerator that could be shown by itself, and so must base and complement where each row has its own; until it is, the smallest
    row that is still shown goes too. A row may stand in several sets, so it is repeated until nothing changes. It guards against
    subtraction from one total, not against several at once.
    """
    hidden, changed = hidden.copy(), True
    low, high, fewest = settings().small_low, settings().small_high, settings().min_respondents
    while changed:
        changed = False
        for rows, one_base in sets:
            at = np.array(rows, dtype=np.intp)
            while (gone := at[hidden[at] & (base[at] > 0)]).size and not hidden[at].all():
                x, n = yes[gone].sum(), base[gone].sum()
                small = min(low, 1) <= x <= high or (not one_base and (low <= n - x <= high or n < fewest))
                if gone.size > 1 and not small:
                    break
                left = at[~hidden[at]]
                hidden[left[np.argmin((yes if one_base else base)[left])]] = True
                changed = True
    return hidden


def with_the_rest(x: pd.Series, hidden: pd.Series, keys: list[pd.Series]) -> pd.Series:
    """Rows to hide as well, where the ``x`` of each group of ``keys`` add up to one base that is shown.

    A number that is 0 takes no part: nobody is not somebody, so it neither has to go nor covers for one that does.
    """
    counts = x.to_numpy(dtype=float, na_value=0.0)
    sets = [([row for row in rows if counts[row] > 0], True) for rows in x.groupby(keys).indices.values()]
    was = hidden.to_numpy(dtype=bool)
    return pd.Series(remainders(counts, counts, was, sets) & ~was, index=x.index)


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
