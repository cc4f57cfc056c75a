"""Themes in words: every number stands in the table, comparisons only where the interval says so, nothing withheld is told."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from oversight import challenge_change, challenge_groups, coders, disclosure, stats, theme_pairs
from oversight.store import Audience

LABELS = {"a": "Alpha", "b": "Beta", "c": "Gamma", "d": "Delta"}
PAIRS = [("a", "b"), ("a", "c"), ("b", "c"), ("a", "d"), ("b", "d"), ("c", "d")]
AUDIENCES = some.sampled_from(["internal", "shareable"])
few_and_fast = settings(max_examples=40, deadline=None)
Row = tuple[int, int, int, int]


def numbers(text: str) -> set[str]:
    """The numbers of a sentence as they are written, minus signs left out."""
    return set(re.findall(r"\d[\d,]*(?:\.\d+)?", text))


def written(*values: float) -> set[str]:
    """Each value as sentences may write it: whole, as a percentage, with one to three decimals."""
    found: set[str] = set()
    for v in map(abs, (float(v) for v in values if not pd.isna(v))):
        found |= {f"{v:,.0f}", f"{100 * v:.0f}", f"{v:.1f}", f"{v:,.1f}", f"{v:.2f}", f"{v:.3f}"}
    return found


def cells(table: pd.DataFrame) -> set[str]:
    """Every number of a table as sentences may write it."""
    return written(*(v for c in table.select_dtypes("number") for v in table[c]))


# ---- pairs ------------------------------------------------------------------------------------------------------------


def pairs(rows: list[Row], unit: str = "respondents", audience: Audience = "internal", people: int | None = None) -> pd.DataFrame:
    """Pairs of themes as ``ask`` gives them."""
    frame = pd.DataFrame(
        [
            {
                "level": "england", "code": "ENG", "name": "England", "region_code": None, "unit": unit,
                "theme": one, "label": LABELS[one], "other": two, "other_label": LABELS[two],
                **dict(zip("abcd", row, strict=True)), "participants": sum(row) if people is None else people,
            }
            for row, (one, two) in zip(rows, PAIRS, strict=False)
        ]
    )  # fmt: skip
    table, _ = disclosure.apply(stats.pairs(frame), "pairs", audience)
    return theme_pairs.ranked(table)


@some.composite
def fourfold(draw: some.DrawFn) -> list[Row]:
    """One to six pairs among the same number of people."""
    n = draw(some.sampled_from([0, 1, 9, 10, 40, 400]))
    found = []
    for _ in range(draw(some.integers(1, 6))):
        cuts = sorted(draw(some.lists(some.integers(0, n), min_size=3, max_size=3)))
        found.append((cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], n - cuts[2]))
    return found


@few_and_fast
@given(fourfold(), AUDIENCES)
def test_what_goes_together_is_only_what_the_interval_says(rows: list[Row], audience: Audience) -> None:
    table = pairs(rows, audience=audience)
    if theme_pairs.state(table, asked=True):
        return
    sentence = theme_pairs.pairs_sentence(table, "link workers")
    clear = table[table["verdict"].isin(["higher", "lower"])]
    for words, verdict in (("together more often", "higher"), ("together less often", "lower")):
        assert (words in sentence) <= (clear["verdict"] == verdict).any()
    if table["n"].max() < 10:
        assert "too few to say" in sentence and "often" not in sentence
    elif len(clear):
        assert "more often" in sentence or "less often" in sentence
    judged = (table["verdict"].isin(list(theme_pairs.VERDICTS))).sum()
    assert numbers(sentence) <= cells(table) | written(judged, len(clear) - 1)
    for hidden in table[table["a"].isna()].to_dict("records"):
        assert f"“{hidden['label']}” and “{hidden['other_label']}”" not in sentence
        said = theme_pairs.pair_sentence(hidden)
        assert numbers(said) == set()
        assert hidden["words"].endswith("too few to show")
    for shown in table[table["a"].notna()].to_dict("records"):
        said = theme_pairs.pair_sentence(shown)
        assert ("than by chance" in said) <= (shown["verdict"] in ("higher", "lower"))
        assert numbers(said) <= cells(pd.DataFrame([shown])) | {"99.8"}
        assert not re.search(r"\b1 respondents\b", said)


@few_and_fast
@given(fourfold(), some.sampled_from(["sessions", "excerpts"]), some.sampled_from([0, 9, 10, 80]), AUDIENCES)
def test_sessions_and_excerpts_are_counted_and_never_called_a_link(rows: list[Row], unit: str, people: int, audience: Audience) -> None:
    table = pairs(rows, unit, audience, people)
    if theme_pairs.state(table, asked=True):
        return
    sentence = theme_pairs.pairs_sentence(table, "link workers")
    assert "chance" not in sentence and "link worker" in sentence
    most = table["a"].max()
    tied = (table["a"] == most).sum()
    assert numbers(sentence) <= written(most, table["n"].max(), tied)
    assert (table["verdict"].fillna("") == "").all()
    assert all("no clear link" not in theme_pairs.pair_sentence(row) for row in table.to_dict("records"))


def test_pairs_in_plain_words() -> None:
    table = pairs([(60, 10, 10, 120), (4, 15, 15, 66), (20, 30, 30, 45)])
    assert theme_pairs.pairs_sentence(table, "link workers") == (
        "Of the 2 pairs that can be judged, “Alpha” and “Beta” are chosen together more often than by chance (60 of 200 link workers in "
        "England, 24 expected)"
    )
    assert theme_pairs.hidden_sentence(table) == "1 of 3 pairs is not judged: by chance alone fewer than 5 respondents would have both."
    none = pairs([(50, 50, 50, 50)])
    assert theme_pairs.pairs_sentence(none, "link workers") == (
        "No two challenges are chosen together clearly more or less often than by chance among link workers in England"
    )
    assert theme_pairs.hidden_sentence(none) == ""
    held = pairs([(3, 1, 0, 1), (3, 0, 1, 1), (1, 1, 1, 2)], "sessions")
    assert theme_pairs.pairs_sentence(held, "link workers") == (
        "“Alpha” with “Beta” and “Alpha” with “Gamma” came up together most: each in 3 of 5 focus groups with link workers in England"
    )
    only = pairs([(1, 0, 0, 0)], "sessions")
    assert theme_pairs.pairs_sentence(only, "link workers").endswith("came up together most: in the only one with link workers in England")
    assert theme_pairs.pair_sentence(only.to_dict("records")[0]) == (
        "“Alpha” and “Beta”: 1 session of 1 raised both; by chance it would be 1.0. Too few to judge."
    )


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ((20, 20, 20, 20), True),
        ((0, 20, 20, 20), True),  # nobody is not somebody
        ((8, 8, 8, 8), True),
        ((7, 20, 20, 20), False),
        ((20, 1, 20, 20), False),
        ((20, 20, 5, 20), False),
        ((20, 20, 20, 3), False),
        ((0, 9, 0, 0), False),  # nine people in all
        ((0, 10, 0, 0), True),
    ],
)
def test_the_rule_of_pairs_by_hand(row: Row, shown: bool) -> None:
    seen = pairs([row], audience="shareable").iloc[0]
    hidden = ("a", "b", "c", "d", "n", "first", "second", "participants", "expected", "jaccard", "phi", "low", "high")
    assert pd.notna(seen["a"]) == pd.notna(seen["n"]) == shown
    if not shown:
        assert seen[list(hidden)].isna().all() and not isinstance(seen["verdict"], str) and seen["withheld"]
    assert pd.notna(pairs([row]).iloc[0]["a"])  # inside the programme all is seen


def test_where_nothing_is_judged_the_matrix_offers_counts_only() -> None:
    assert list(theme_pairs.strengths(pairs([(4, 15, 15, 66)]))) == ["a"]
    assert list(theme_pairs.strengths(pairs([(60, 10, 10, 120)]))) == ["phi", "jaccard", "a"]
    assert list(theme_pairs.strengths(pairs([(1, 1, 1, 1)], audience="shareable"))) == ["a"]


def test_the_default_pair_is_the_strongest_and_its_partner_can_be_chosen() -> None:
    table = pairs([(60, 10, 10, 120), (70, 0, 5, 125), (20, 30, 30, 120)])
    assert (table["theme"][0], table["other"][0]) == ("a", "c")
    assert theme_pairs.partner(table, "a") == "c"
    assert theme_pairs.partner(table, "b") == "a"
    assert next(iter(theme_pairs.first_to(theme_pairs.names(table), "c"))) == "c"
    assert theme_pairs.pair_of(table, "c", "b")["a"] == 20
    assert theme_pairs.order(table) == ["c", "a", "b"]  # 75, 70 and 70 have them


def test_excerpts_of_a_pair_are_told_apart_and_marked() -> None:
    said = pd.DataFrame({"session_id": ["S1", "S1", "S2"], "themes": [["a", "b"], ["a"], ["b", "c"]]})
    both, others = theme_pairs.split(said, "a", "b")
    assert (both.index.tolist(), others.index.tolist()) == ([0], [1, 2])
    cards = theme_pairs.marked([("x", "where"), ("y", "there"), ("z", "here")], said, LABELS, "a", "b")
    assert [where for _, where in cards] == ["where · Alpha + Beta", "there · Alpha", "here · Beta"]
    assert theme_pairs.excerpts_sentence(both, others, "Alpha", "Beta") == (
        "1 excerpt is about “Alpha” and “Beta” at once; 2 focus groups raised both."
    )
    assert theme_pairs.excerpts_sentence(both.iloc[:0], others, "Alpha", "Beta").startswith(
        "No excerpt is about “Alpha” and “Beta” at once; "
    )


# ---- change -----------------------------------------------------------------------------------------------------------


@some.composite
def two_waves(draw: some.DrawFn) -> list[Row]:
    n1, n2 = draw(some.sampled_from([0, 5, 12, 60, 900])), draw(some.sampled_from([0, 5, 12, 60, 900]))
    return [(draw(some.integers(0, n1)), n1, draw(some.integers(0, n2)), n2) for _ in range(draw(some.integers(1, 4)))]


def change(rows: list[Row], audience: Audience = "internal") -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            {"level": "region", "code": "Y1", "name": "North", "region_code": "Y1", "theme": t, "label": LABELS[t], "earlier_wave": "1",
             **dict(zip(("x1", "n1", "x2", "n2"), row, strict=True))}
            for row, t in zip(rows, LABELS, strict=False)
        ]
    )  # fmt: skip
    table, _ = disclosure.apply(stats.change(frame), "change", audience)
    return challenge_change.changed(table, "region", "Y1")


@few_and_fast
@given(two_waves(), AUDIENCES)
def test_change_is_claimed_only_where_the_wider_interval_holds_no_zero(rows: list[Row], audience: Audience) -> None:
    table = change(rows, audience)
    if challenge_change.change_state(table):
        assert table["difference"].isna().all()
        return
    sentence = challenge_change.change_sentence(table, "link workers", "Spring")
    for words, low, high in (("more often “", 0, 1), ("less often “", -1, 0)):
        clear = table[(table["low"] >= low) & (table["high"] <= high) & (table["low"] * table["high"] > 0)]
        assert (words in sentence) == bool(len(clear) and table[["n1", "n2"]].max().min() >= 10)
    shown = table[table["difference"].notna()]
    assert numbers(sentence) <= cells(shown[["share1", "share2"]]) | written(len(shown))
    for label in table.loc[table["difference"].isna(), "label"]:
        assert label not in sentence
        assert label not in challenge_change.alt_change(table, "link workers", "Spring")
    if table["difference"].isna().any() and "Too few" not in sentence:
        assert sentence.startswith("Of those that can be shown, ")


def test_change_in_plain_words() -> None:
    table = change([(300, 1000, 200, 1000), (100, 1000, 170, 1000), (50, 1000, 52, 1000)])
    assert challenge_change.change_sentence(table, "link workers", "Spring 2026") == (
        "Compared with Spring 2026, link workers in North choose more often “Beta” (10% then, 17% now); "
        "less often “Alpha” (30% then, 20% now)"
    )
    assert table["points"].tolist() == ["−10", "+7", "0"]
    same = change([(300, 1000, 310, 1000)])
    assert challenge_change.change_sentence(same, "link workers", "Spring 2026") == (
        "Link workers in North choose no challenge clearly more or less often than in Spring 2026"
    )
    assert challenge_change.change_sentence(change([(3, 9, 1, 1000)]), "link workers", "Spring") == (
        "Too few link workers in North answered in one of the two waves to say what changed"
    )
    assert (challenge_change.signed(-0.0004), challenge_change.signed(0.042), challenge_change.signed(-0.1)) == ("0", "+4", "−10")


def waves(
    then: dict[str, int], held1: int, now: dict[str, int], held2: int, audience: Audience = "internal", people: int = 8
) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            {"level": "england", "code": "ENG", "name": "England", "region_code": None, "wave_id": wave, "theme": t, "label": LABELS[t],
             "sessions_with": counts.get(t, 0), "sessions": held, "participants": people * held, "excerpts": 3}
            for wave, counts, held in (("1", then, held1), ("2", now, held2))
            for t in LABELS
        ]
    )  # fmt: skip
    table, _ = disclosure.apply(frame, "sessions", audience)
    return challenge_change.sessions_then_and_now(table, None, "1", "2")


@few_and_fast
@given(some.data(), some.integers(0, 6), some.integers(0, 6), some.sampled_from([3, 8]), AUDIENCES)
def test_sessions_then_and_now_are_counted_without_a_trend(
    data: some.DataObject, one: int, two: int, people: int, audience: Audience
) -> None:
    then, now = ({t: data.draw(some.integers(0, held)) for t in LABELS} for held in (one, two))
    table = waves(then, one, now, two, audience, people)
    if challenge_change.sessions_state(table):
        assert min(one, two) == 0 or (audience == "shareable" and people * min(one, two) < 10)
        said = challenge_change.no_sessions(table, "link workers", "Spring", "Autumn")
        assert said.endswith(".") and numbers(said) == set()
        return
    sentence = challenge_change.sessions_sentence(table, "link workers", "Spring", "Autumn")
    assert not re.search(r"\b(more|less|fewer|rose|fell|up by|down)\b", sentence)
    assert numbers(sentence) <= written(one, two, *range(5))
    assert not re.search(r"\b1 (focus groups|themes)\b", sentence)
    for t, label in LABELS.items():
        assert table.set_index("theme")["then"][t] == f"{then[t]} of {one}"
        if (then[t] > 0) == (now[t] > 0):
            assert label not in sentence


# ---- roles and regions ------------------------------------------------------------------------------------------------

ROLES = {"splw": "link workers", "care_coordinator": "Care Coordinators", "hwb_coach": "Health and Wellbeing Coaches"}


def shares(counts: list[int], n: int, audience: Audience) -> pd.DataFrame:
    place = {"level": "england", "code": "ENG", "name": "England", "region_code": None, "n": n}
    frame = pd.DataFrame([{**place, "theme": t, "label": LABELS[t], "x": x} for x, t in zip(counts, LABELS, strict=False)])
    return disclosure.apply(stats.share(frame), "share", audience)[0]


@some.composite
def three_roles(draw: some.DrawFn) -> dict[str, tuple[list[int], int]]:
    sizes = {role: draw(some.sampled_from([0, 5, 14, 90, 900])) for role in ROLES}
    return {role: (draw(some.lists(some.integers(0, n), min_size=3, max_size=3)), n) for role, n in sizes.items()}


@few_and_fast
@given(three_roles(), AUDIENCES)
def test_roles_are_compared_only_where_the_interval_says_so(given_roles: dict[str, tuple[list[int], int]], audience: Audience) -> None:
    tables = {role: shares(counts, n, audience) for role, (counts, n) in given_roles.items()}
    rows = challenge_groups.by_role(tables, ROLES, "england", "ENG")
    if rows.empty:
        return
    sentence = challenge_groups.role_sentence(rows, "England")
    claimed = {(r["role_name"], r["label"]) for r in rows.to_dict("records") if r["against"] in ("higher", "lower")}
    if re.search(r"choose “", sentence):
        assert claimed
        for name, label in re.findall(r"(Care Coordinators|Health and Wellbeing Coaches) choose “(\w+)”", sentence):
            assert (name, label) in claimed
    for r in rows.to_dict("records"):
        if r["against"]:
            _, low, high = stats.newcombe(r["x"], r["n"], *_first(rows, r["theme"]), stats.Z998)
            assert r["against"] == ("higher" if low > 0 else "lower" if high < 0 else "similar")
    assert numbers(sentence) <= cells(rows[["share", "reference"]]) | written(len(claimed) - 2)
    assert set(rows.loc[rows["share"].isna(), "against"]) <= {""}
    if rows["share"].isna().any() and "Too few" not in sentence:
        compared = {challenge_groups.FIRST, *(r for r in rows["role"] if rows.loc[rows["role"] == r, "n"].max() >= 10)}
        if rows.loc[rows["role"].isin(compared), "share"].isna().any():
            assert sentence.startswith("Of those that can be shown, ")


def _first(rows: pd.DataFrame, theme: str) -> tuple[float, float]:
    row = rows[(rows["role"] == "splw") & (rows["theme"] == theme)].iloc[0]
    return float(row["x"]), float(row["n"])


def test_roles_in_plain_words() -> None:
    tables = {"splw": shares([300, 100], 1000, "internal"), "care_coordinator": shares([200, 100], 400, "internal")}
    rows = challenge_groups.by_role(tables, ROLES, "england", "ENG")
    assert challenge_groups.role_sentence(rows, "England") == (
        "In England: Care Coordinators choose “Alpha” more often than link workers (50% against 30%); "
        "Care Coordinators choose “Beta” more often than link workers (25% against 10%)"
    )
    assert rows["head"].tolist()[:2] == ["Link workers (n\u00a0=\u00a01,000)", "Care Coordinators (n\u00a0=\u00a0400)"]
    alone = challenge_groups.by_role({"splw": tables["splw"]}, ROLES, "england", "ENG")
    assert challenge_groups.role_sentence(alone, "England").startswith("Too few people of other roles")


def grid(counts: dict[str, list[tuple[float, float]]]) -> pd.DataFrame:
    rows = [
        {"theme": t, "label": LABELS[t], "role": role, "sessions_with": w, "sessions": n}
        for role, pairs_ in counts.items()
        for t, (w, n) in zip(LABELS, pairs_, strict=False)
    ]
    return challenge_groups.sessions(pd.DataFrame(rows), "role", ROLES)


def test_the_only_pair_that_can_be_judged_is_not_one_of_1_pairs() -> None:
    table = pairs([(6, 8, 8, 8), (1, 2, 2, 25)])
    assert (table["verdict"] != "").sum() == 1
    assert theme_pairs.pairs_sentence(table, "link workers").startswith("The only pair that can be judged is not chosen together clearly")


def test_once_more_than_a_few_themes_came_up_in_one_wave_they_are_counted() -> None:
    names = "abcdef"
    rows = pd.DataFrame({"label": list(names), "name": "England", "with1": [1, 1, 1, 0, 0, 0], "with2": [0, 0, 0, 1, 1, 1]})
    said = challenge_change.sessions_sentence(rows.assign(sessions1=1, sessions2=1), "link workers", "Spring", "Autumn")
    assert said.endswith("3 themes came up only now; 3 themes came up only then")


def test_sessions_by_role_are_counted() -> None:
    rows = grid({"splw": [(3, 5), (0, 5)], "care_coordinator": [(1, 2), (2, 2)], "hwb_coach": [(0, 0), (0, 0)]})
    assert (
        challenge_groups.sessions_sentence(rows, "role")
        == "1 of 2 themes came up in focus groups of both roles that took part, all but “Beta”"
    )
    assert list(dict.fromkeys(rows["head"])) == ["Link workers", "Care Coordinators"]
    assert challenge_groups.sessions_table(rows).to_dict("records")[0] == {
        "label": "Alpha",
        "Link workers": "3 of 5",
        "Care Coordinators": "1 of 2",
    }
    hidden = grid({"splw": [(3, 5), (1, 5)], "care_coordinator": [(1, 2), (2, 2)], "hwb_coach": [(float("nan"), float("nan"))] * 2})
    assert challenge_groups.sessions_sentence(hidden, "role") == "Every theme came up in focus groups of both roles that can be shown"
    assert challenge_groups.sessions_sentence(grid({"splw": [(3, 5)]}), "role") == "Focus groups were held with one role only"
    assert grid({"splw": [(0, 0)]}).empty


# ---- coders -----------------------------------------------------------------------------------------------------------


@few_and_fast
@given(
    some.lists(some.lists(some.tuples(some.integers(0, 1), some.integers(0, 1)), min_size=6, max_size=6), min_size=1, max_size=4), AUDIENCES
)
def test_agreement_counts_every_theme_once(said: list[list[tuple[int, int]]], audience: Audience) -> None:
    frame = pd.DataFrame(
        [
            {"theme": t, "label": LABELS[t], "sessions": 6, "coders": 2, "participants": 48, "everybody": sum(a + b == 2 for a, b in units),
             "somebody": sum(a != b for a, b in units), "nobody": sum(a + b == 0 for a, b in units), "said": [list(u) for u in units]}
            for units, t in zip(said, LABELS, strict=False)
        ]
    )  # fmt: skip
    table, _ = disclosure.apply(stats.agreement(frame), "sessions", audience)
    rows = coders.agreement(table)
    sentence = coders.agreement_sentence(rows)
    counts = rows["verdict"].value_counts()
    assert ("firmly" in sentence) == ("firm" in counts)
    assert ("tentatively" in sentence) == ("tentative" in counts)
    assert numbers(sentence) <= written(6, len(rows), *counts)
    assert not re.search(r"\b1 themes\b", sentence)
    weak = coders.weak_sentence(rows)
    assert {label for label in rows["label"] if label in weak} == set(rows.loc[rows["verdict"] == "weak", "label"])
    assert (rows["same"] + rows["somebody"] == rows["sessions"]).all()


def test_agreement_of_few_people_is_withheld_whole() -> None:
    frame = pd.DataFrame({"theme": ["a"], "label": ["Alpha"], "sessions": [1], "coders": [2], "participants": [6], "everybody": [1],
                          "somebody": [0], "nobody": [0], "said": [[[1, 1]]]})  # fmt: skip
    table, _ = disclosure.apply(stats.agreement(frame), "sessions", "shareable")
    assert coders.state(table) == "too_few"
    assert coders.agreement(table)["words"].tolist() == ["Alpha: too few to show"]
    assert coders.state(table.assign(sessions=0)) == "no_data"


@pytest.mark.parametrize(("overall", "word"), [(0.85, "firm"), (0.7, "tentative"), (0.1, "too little to rest on")])
def test_agreement_over_all_themes(overall: float, word: str) -> None:
    rows = pd.DataFrame({"overall": [overall] * 2, "sessions": [6, 6]})
    assert (
        coders.overall_sentence(rows)
        == f"Over all themes together α is {overall:.3f} (12 judgements, each of one theme in one session): {word}."
    )
    assert coders.overall_sentence(rows.assign(overall=float("nan"))) == ""


def sessions_in_order(new: list[int]) -> pd.DataFrame:
    return stats.saturation(pd.DataFrame({"number": range(1, len(new) + 1), "new": new, "date": "2026-05-01"}))


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ([5, 2, 1, 0, 1, 0, 0], "No new theme came up in the last 2 of 7 focus groups with link workers in England"),
        ([5, 2, 1, 0, 1, 0], "No new theme came up in the last of 6 focus groups with link workers in England"),
        ([5, 2, 1, 0, 1, 1], "The last of 6 focus groups with link workers in England still raised 1 new theme"),
        ([5], "1 coded focus group with link workers in England: at least 6 are needed to say whether new themes still come up"),
    ],
)
def test_whether_new_themes_still_come_up(new: list[int], said: str) -> None:
    assert coders.saturation_sentence(sessions_in_order(new), "link workers", "England") == said


def test_saturation_as_worked_out_by_hand() -> None:
    """Guest, Namey and Chen 2020, PLOS ONE 15: e0232076: of a base of 37 themes a run of 4 new ones is 11%, a run of one is below 5%."""
    rows = sessions_in_order([20, 9, 5, 3, 3, 1, 0])
    assert rows["run_new"].tolist()[5:] == [4, 1]
    assert rows["saturation"].tolist()[5:] == pytest.approx([4 / 37, 1 / 37])
    assert rows["saturation"][:5].isna().all()
    assert coders.saturation_table(rows)["run"].tolist()[5:] == ["4 of 37 (11%)", "1 of 37 (3%)"]
