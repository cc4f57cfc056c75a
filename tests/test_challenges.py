"""Challenges in words and tables: against naive twins, toy tables with a known answer, and the published sample."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight import challenges, stats, store
from oversight.findings import day
from oversight.questionnaire import RESPONDENT_KINDS

INSIDE, OUTSIDE = store.Viewer(audience="internal"), store.Viewer(audience="shareable")


def table(chosen: dict[str, int], n: int = 100, level: str = "england", name: str = "England", code: str = "ENG") -> pd.DataFrame:
    """A place's rows of the query themes: theme -> how many of n chose it."""
    rows = pd.DataFrame({"theme": list(chosen), "label": [f"Label {t}" for t in chosen], "x": list(chosen.values()), "n": n})
    rows = rows.assign(level=level, code=code, name=name, region_code=None if level == "england" else "Y1", remedy="", withheld="")
    return stats.share(rows)


def region(chosen: dict[str, int], n: int = 100) -> pd.DataFrame:
    return table(chosen, n, "region", "North", "Y1")


def hidden(rows: pd.DataFrame, themes: list[str]) -> pd.DataFrame:
    """The rows with some themes as disclosure leaves them."""
    rows = rows.astype({"x": float, "n": float})
    rows.loc[rows["theme"].isin(themes), ["x", "n", "share", "low", "high"]] = float("nan")
    rows.loc[rows["theme"].isin(themes), "withheld"] = "too small"
    return rows


@given(st.lists(st.integers(0, 60), min_size=1, max_size=14), st.integers(60, 400))
def test_leading_are_the_top_and_all_whose_interval_reaches_it(counts: list[int], n: int) -> None:
    rows = table({f"t{i}": x for i, x in enumerate(counts)}, n)
    lead = challenges.leading(rows)
    top = max(counts)
    low_of_top, _ = stats.wilson(top, n)
    expected = {f"t{i}" for i, x in enumerate(counts) if stats.wilson(x, n)[1] >= low_of_top}
    assert set(lead["theme"]) == expected
    assert all(a >= b for a, b in pairwise(lead["share"]))


def test_one_that_stands_out_is_named_with_its_interval() -> None:
    sentence = challenges.leading_sentence(table({"a": 60, "b": 20}), "link workers")
    assert sentence == "“Label a” is the challenge that link workers in England choose most (60%, 50% to 69%)"


def test_those_too_close_to_tell_apart_lead_together() -> None:
    rows = table({"a": 50, "b": 45, "c": 10})
    assert (
        challenges.leading_sentence(rows, "link workers")
        == "Two challenges lead among link workers in England: “Label a” (50%) and “Label b” (45%)"
    )
    assert (
        challenges.leading_sentence(rows, "link workers", names=False)
        == "Two challenges lead among link workers in England, in no clear order"
    )


def test_where_many_are_close_nothing_stands_out() -> None:
    sentence = challenges.leading_sentence(table(dict.fromkeys("abcdef", 30) | {"g": 31}), "link workers")
    assert sentence.startswith("No single challenge stands out among link workers in England: “Label g” (31%")
    assert sentence.endswith("too close to 6 others to tell apart")


def test_withheld_ones_may_be_larger_and_the_sentence_says_so() -> None:
    rows = hidden(table({"a": 60, "b": 20, "c": 5}), ["c"])
    assert challenges.leading_sentence(rows, "link workers").startswith("Of those that can be shown, “Label a” is the challenge")


@pytest.mark.parametrize(("n", "said"), [(1, "Only 1 reply from"), (9, "Only 9 replies from")])
def test_few_replies_lead_to_no_ranking(n: int, said: str) -> None:
    assert challenges.leading_sentence(table({"a": 1, "b": 0}, n), "link workers").startswith(said)


def test_compared_says_higher_lower_or_no_clear_difference_and_puts_withheld_last() -> None:
    both = pd.concat([table({"a": 300, "b": 300, "c": 300, "d": 300}, 1000), hidden(region({"a": 60, "b": 32, "c": 10, "d": 5}), ["d"])])
    rows = challenges.compared(both, "region", "Y1").set_index("theme")
    assert rows["against"].to_dict() == {"a": "higher", "b": "no clear difference", "c": "lower", "d": ""}
    assert list(rows.index) == ["a", "b", "c", "d"]
    assert (rows["england"] == 0.3).all()
    sentence = challenges.against_sentence(rows.reset_index(), "link workers")
    assert sentence == (
        "Compared with England, link workers in North choose more often “Label a” (60% against 30%); "
        "less often “Label c” (10% against 30%)."
    )


def test_england_is_not_compared_with_itself() -> None:
    rows = challenges.compared(table({"a": 30, "b": 20}), "england", "ENG")
    assert rows["england"].isna().all()
    assert (rows["against"] == "").all()
    assert not any("England" in line for line in challenges.notes(rows, "link workers"))


def test_no_difference_from_england_is_said_too() -> None:
    rows = challenges.compared(pd.concat([table({"a": 30}), region({"a": 30})]), "region", "Y1")
    assert challenges.notes(rows, "link workers") == ["No challenge is chosen clearly more or less often in North than in England."]


def test_remedies_hold_every_theme_once_and_what_has_none_comes_last() -> None:
    rows = table({"a": 50, "b": 40, "c": 30, "d": 20}).assign(remedy=[None, "Coaching", "Peers", "Coaching"])
    found = challenges.remedies(rows)
    assert found["remedy"].tolist() == ["Coaching", "Peers", challenges.NO_REMEDY]
    assert found["themes"].tolist() == ["Label b (40%); Label d (20%)", "Label c (30%)", "Label a (50%)"]
    assert challenges.remedies_sentence(rows) == "For 1 of 4 challenges the programme names no remedy, “Label a” (50%)"
    two = rows.assign(remedy=[None, "Coaching", None, "Coaching"])
    assert (
        challenges.remedies_sentence(two) == "For 2 of 4 challenges the programme names no remedy, the most chosen of them “Label a” (50%)"
    )
    assert (
        challenges.remedies_sentence(hidden(two, ["a"])) == "For 2 of 4 challenges the programme names no remedy: “Label c” and “Label a”"
    )
    assert challenges.remedies_sentence(rows.assign(remedy="")) == "The programme names no remedy for any of the 4 challenges"
    assert challenges.remedies_sentence(rows.assign(remedy="Peers")) == "The programme names a remedy for each of the 4 challenges"


def test_regions_are_judged_by_wider_intervals_than_one_place() -> None:
    both = pd.concat([table({"a": 300}, 1000), region({"a": 41})])
    assert challenges.compared(both, "region", "Y1")["against"].tolist() == ["higher"]
    rows = challenges.by_region(both)
    assert rows["against"].tolist() == ["", "similar"]
    assert challenges.region_sentence(rows) == "Looked at all together, no region stands out from England in any challenge"


def test_regions_that_cannot_be_shown_are_not_said_to_be_like_england() -> None:
    both = pd.concat([table({"a": 300}, 1000), region({"a": 41}).assign(x=float("nan"), n=float("nan"), share=float("nan"))])
    assert challenges.region_sentence(challenges.by_region(both)) == "Too few people answered to compare regions with England"


def test_the_largest_differences_between_regions_come_first() -> None:
    both = pd.concat([table({"a": 300, "b": 300, "c": 300}, 1000), region({"a": 60, "b": 90, "c": 2})])
    sentence = challenges.region_sentence(challenges.by_region(both))
    assert sentence == (
        "“Label b” is chosen more often in North than in England (90% against 30%); "
        "“Label a” is chosen more often in North than in England (60% against 30%); and 1 more difference"
    )


def sessions(counts: dict[str, int], held: int) -> pd.DataFrame:
    rows = pd.DataFrame({"theme": list(counts), "label": [f"Label {t}" for t in counts], "sessions_with": list(counts.values())})
    rows = rows.assign(level="england", code="ENG", name="England", sessions=held, participants=8 * held, excerpts=5, withheld="")
    return challenges.sessions_at(rows, None)


@pytest.mark.parametrize(
    ("counts", "held", "said"),
    [
        ({"a": 3, "b": 9}, 10, "“Label b” came up most: in 9 of 10 focus groups with link workers in England."),
        ({"a": 9, "b": 9}, 9, "“Label a” and “Label b” came up most: each in all 9 focus groups with link workers in England."),
        (dict.fromkeys("abcde", 2) | {"f": 0}, 3, "5 themes came up most: each in 2 of 3 focus groups with link workers in England."),
        ({"a": 1, "b": 0}, 1, "1 theme came up in the only focus group with link workers in England."),
        ({"a": 0}, 4, "No theme was coded in 4 focus groups with link workers in England."),
    ],
)
def test_sessions_are_counted_in_words(counts: dict[str, int], held: int, said: str) -> None:
    assert challenges.sessions_sentence(sessions(counts, held), "link workers") == said


def test_no_session_and_too_few_participants_are_two_states() -> None:
    rows = sessions({"a": 0}, 0)
    assert challenges.sessions_state(rows) == "no_data"
    assert challenges.sessions_state(rows.assign(sessions=float("nan"), sessions_with=float("nan"))) == "too_few"
    assert challenges.sessions_state(sessions({"a": 0}, 3)) == ""


# ---- the published sample -------------------------------------------------------------------------------------------


def state(sample: store.Snapshot, viewer: store.Viewer, level: str, code: str, role: str = "splw", **filters: str) -> str:
    asked = challenges.was_asked(store.ask("questions", viewer, sample).table, role)
    return challenges.survey_state(store.ask("themes", viewer, sample, role=role, **filters).table, level, code, asked)


@pytest.mark.parametrize("viewer", [INSIDE, OUTSIDE])
def test_each_empty_state_has_its_own_reason(sample: store.Snapshot, viewer: store.Viewer) -> None:
    assert state(sample, viewer, "england", "ENG") == ""
    assert state(sample, viewer, "england", "ENG", role="gp_supervisor") == "not_asked"  # whatever the audience may see
    assert state(sample, viewer, "region", "Y99") == "outside"
    small = store.ask("responses", INSIDE, sample, level="icb").table.query("level == 'icb' and 0 < responses < 10").iloc[0]
    few = "" if viewer is INSIDE else "too_few"
    assert state(sample, viewer, "icb", small["code"], region=small["region_code"], icb=small["code"]) == few


def test_a_wave_without_the_question_did_not_ask(sample: store.Snapshot) -> None:
    questions = store.ask("questions", INSIDE, sample).table
    assert challenges.was_asked(questions, "splw")
    assert not challenges.was_asked(questions[questions["field"] != "challenges"], "splw")
    silent = table({"a": 0}, 0)
    assert challenges.survey_state(silent, "england", "ENG", asked=False) == "not_asked"
    assert challenges.survey_state(silent, "england", "ENG", asked=True) == "no_data"
    assert challenges.survey_state(silent.iloc[:0], "england", "ENG", asked=True) == "no_data"
    mostly_hidden = hidden(table({"a": 3, "b": 0}, 12), ["a"])  # that nobody chose b says little of a
    assert challenges.survey_state(mostly_hidden, "england", "ENG", asked=True) == "too_few"
    assert challenges.survey_state(table({"a": 3}), "england", "ENG", asked=False) == ""  # answers count more than the plan


def test_the_regions_table_holds_the_numbers_of_the_query(sample: store.Snapshot) -> None:
    asked = store.ask("themes", INSIDE, sample).table
    wide = challenges.wide(challenges.by_region(asked))
    numbers = {(r["label"], r["name"]): r["share"] for _, r in asked[asked["level"].isin(["england", "region"])].iterrows()}
    seen = {(row["label"], head.split(" (n")[0]): row[head] for _, row in wide.iterrows() for head in wide.columns[1:]}
    assert seen == numbers
    assert wide.columns[1] == f"England (n\u00a0=\u00a0{asked.loc[asked['level'] == 'england', 'n'].max():,})"
    assert wide[wide.columns[1]].is_monotonic_decreasing


def test_survey_and_focus_groups_meet_theme_by_theme(sample: store.Snapshot) -> None:
    rows = challenges.compared(store.ask("themes", INSIDE, sample).table, "england", "ENG")
    held = challenges.sessions_at(store.ask("theme_sessions", INSIDE, sample, role="splw").table, None)
    both = challenges.together(rows, held).set_index("theme")
    assert len(both) == len(rows) == len(held)
    for _, row in held.iterrows():
        assert both.loc[row["theme"], "words"] == f"{row['sessions_with']} of {row['sessions']}"


def test_excerpts_keep_their_words_and_name_no_speaker(sample: store.Snapshot) -> None:
    said = store.ask("excerpts", INSIDE, sample, theme="confusion", role="splw").table
    cards = challenges.excerpt_cards(said, RESPONDENT_KINDS)
    assert [text for text, _ in cards] == said["text"].tolist()
    first = said.iloc[0]
    assert cards[0][1] == f"{day(first['date'])} · {first['region_name']} · Social prescribing link worker · session {first['session_id']}"
    assert store.ask("excerpts", OUTSIDE, sample, theme="confusion").table.empty
