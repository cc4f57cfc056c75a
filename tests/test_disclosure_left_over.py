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


def breakdown(rows: list[tuple[str, str | None, str, str, str, int, int]]) -> pd.DataFrame:
    """Lines of a breakdown for sharing: line, group, role, measure, category, yes and no."""
    frame = [
        {"line": line, "level": "england", "region_code": None, "role": role, "by_code": code, "by_name": code, "by_position": 1,
         "across_code": None, "across_name": None, "across_position": None, "measure": measure, "category": category, "position": 1,
         "yes": yes, "no": no, "dont_know": 0, "unplaced": 0}
        for line, code, role, measure, category, yes, no in rows
    ]  # fmt: skip
    whole = groups.compared(pd.DataFrame(frame))
    assert set(JUDGED) <= set(whole.columns) and (whole.loc[whole["line"] == "group", "against_listed"] != "").all()
    return disclosure.apply(whole, "groups", "shareable")[0].set_index(["line", "by_code", "role", "category"])


def silent(table: pd.DataFrame, *row: object) -> bool:
    """Whether nothing is said of how that row compares with England."""
    return bool(table.loc[[row], list(JUDGED)].replace("", pd.NA).isna().all(axis=None))


def test_in_a_breakdown_it_goes_by_role_and_by_answer() -> None:
    seen = breakdown(
        [
            (line, code, role, "first_contact", "yes", yes, no)
            for line, code, role, yes, no in (
                ("england", None, "splw", 996, 4), ("group", "council", "splw", 200, 200), ("group", "pcn", "splw", 600, 0),
                ("england", None, "hwb_coach", 500, 500), ("group", "council", "hwb_coach", 100, 300), ("group", "pcn", "hwb_coach", 3, 90),
                ("group", "trust", "hwb_coach", 40, 110),
            )
        ]
    )  # fmt: skip
    assert pd.isna(seen.loc[("england", None, "splw", "yes"), "share"])
    assert silent(seen, "group", "council", "splw", "yes")
    assert pd.isna(seen.loc[("group", "pcn", "hwb_coach", "yes"), "share"])  # a group that is withheld is not England
    assert seen.loc[("group", "council", "hwb_coach", "yes"), "against_listed"] == "lower"


def test_an_england_that_goes_as_the_rest_of_its_total_takes_them_with_it() -> None:
    england = {"gp": 500, "clinician": 300, "peer": 5, "external": 12, "other": 183}
    council = {"gp": 100, "clinician": 100, "peer": 60, "external": 60, "other": 80}
    rows = [("england", None, "splw", "provider", c, n, 1000 - n) for c, n in england.items()]
    seen = breakdown([*rows, *(("group", "council", "splw", "provider", c, n, 400 - n) for c, n in council.items())])
    hidden = {c for c in england if pd.isna(seen.loc[("england", None, "splw", c), "share"])}
    assert hidden == {"peer", "external"}  # 5 is small, and 12 would give it away
    assert {c for c in england if silent(seen, "group", "council", "splw", c)} == hidden


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
