"""What is withheld beside a withheld number: England's share beside the places', and what could be had from a total."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from oversight import disclosure, groups, stats
from oversight.disclosure import left_over

SMALL = range(1, 8)
JUDGED = ("against_england", "against_listed", "judged", "judged_listed")


@pytest.mark.parametrize(("yes", "known"), [(996, False), (500, True)])
def test_every_word_on_how_a_place_compares_goes_with_englands_share(yes: int, known: bool) -> None:
    rows = [("england", "ENG", yes, 1000 - yes, 0), ("icb", "X", 20, 20, 0)]
    table = pd.DataFrame(rows, columns=["level", "code", "yes", "no", "dont_know"]).assign(element="first_contact")
    outside, _ = disclosure.apply(stats.coverage(table), "counts", "shareable")
    place = outside.iloc[1]
    assert place["share"] == 0.5
    assert (place["against_england"] in ("lower", "similar")) == (place["against_listed"] in ("lower", "similar")) == known
    assert ("England's own number" in place["withheld"]) == (not known)


def test_in_a_breakdown_too() -> None:
    rows = [
        {"line": line, "level": "england", "region_code": None, "role": "splw", "by_code": code, "by_name": code, "by_position": 1,
         "across_code": None, "across_name": None, "across_position": None, "measure": "first_contact", "category": "yes", "position": 1,
         "yes": yes, "no": no, "dont_know": 0, "unplaced": 0}
        for line, code, yes, no in (("england", None, 996, 4), ("group", "council", 200, 200), ("group", "pcn", 600, 0))
    ]  # fmt: skip
    whole = groups.compared(pd.DataFrame(rows))
    assert set(JUDGED) <= set(whole.columns) and whole.loc[1, "judged_listed"] == "worse"
    outside, _ = disclosure.apply(whole, "groups", "shareable")
    assert outside.loc[0, "share"] != outside.loc[0, "share"]
    assert outside.loc[1:, list(JUDGED)].replace("", pd.NA).isna().all(axis=None)


@given(some.lists(some.tuples(some.sampled_from("ab"), some.integers(0, 40), some.booleans()), min_size=1, max_size=10))
def test_numbers_of_one_base_are_not_left_over_alone(rows: list[tuple[str, int, bool]]) -> None:
    """Stated again: what is hidden of a base is nothing, all of it that is not 0, or two numbers or more that are over 7 together."""
    key = pd.Series([k for k, _, _ in rows])
    x = pd.Series([n for _, n, _ in rows])
    hidden = pd.Series([(h and n > 0) or n in SMALL for _, n, h in rows])
    more = left_over.with_the_rest(x, hidden, [key])
    assert not (more & (hidden | (x == 0))).any()
    for _, at in x.groupby(key):
        gone = at[(hidden | more)[at.index]]
        assert gone.empty or len(gone) == (at > 0).sum() or (len(gone) > 1 and gone.sum() > 7)
        if more[at.index].any():  # no more than has to: without the last one to go, it would tell
            least = gone.drop(at[more[at.index]].idxmax())
            assert len(least) < 2 or least.sum() <= 7
