"""The wave in one screen: sentences for every case, and the published sample's numbers as the queries give them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight import measures, stats, store, summary

INSIDE, OUTSIDE = store.Viewer(audience="internal"), store.Viewer(audience="shareable")
NAN = float("nan")


def change(x1: int, n1: int, x2: int, n2: int) -> dict[str, Any]:
    """One row of the query coverage_change as ``ask`` gives it."""
    row = stats.change(pd.DataFrame({"x1": [x1], "n1": [n1], "x2": [x2], "n2": [n2]})).iloc[0]
    return {**row, "earlier_wave": "2026-1-spring", "withheld": ""}


@pytest.mark.parametrize(
    ("row", "moved", "words"),
    [
        (change(200, 1000, 300, 1000), "up 10 points", "Up 10 points (+6.2 to +13.7)"),
        (change(300, 1000, 200, 1000), "down 10 points", "Down 10 points (−13.7 to −6.2)"),
        (change(200, 1000, 210, 1000), "no clear change", "No clear change (−2.5 to +4.5)"),
        (change(0, 0, 210, 1000), "", "Nothing to compare with"),
        ({**change(200, 1000, 300, 1000), "earlier_wave": None}, "", "No earlier wave"),
        ({**change(200, 1000, 300, 1000), "withheld": "small"}, "", "Too few answers to compare"),
        ({}, "", "No earlier wave"),
    ],
)
def test_a_change_is_said_only_where_its_interval_is_clear_of_none(row: dict[str, Any], moved: str, words: str) -> None:
    assert summary.moved(row) == moved
    assert summary.change_words(row) == words


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 500), st.integers(1, 500))
def test_no_clear_change_is_when_the_interval_holds_none(x1: int, n1: int, x2: int, n2: int) -> None:
    row = change(min(x1, n1), n1, min(x2, n2), n2)
    unclear = row["low"] <= 0 <= row["high"]
    assert (summary.moved(row) == "no clear change") == unclear
    assert unclear or summary.moved(row).startswith("up" if row["difference"] > 0 else "down")


@pytest.mark.parametrize(("share", "said"), [(0.048, "+4.8"), (-0.02, "−2.0"), (0.0, "0.0"), (-0.0004, "0.0")])
def test_points_carry_their_sign(share: float, said: str) -> None:
    assert summary.points(share) == said


def whole(share: float = 0.21, answered: float = 979, moved: str = "no clear change") -> dict[str, Any]:
    return {"name": "England", "share": share, "answered": answered, "range": "19% to 24%", "moved": moved}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (whole(), "21% of link workers in England have all three elements of supervision (19% to 24%); no clear change since Spring 2026"),
        (
            whole(moved="up 4.8 points"),
            "21% of link workers in England have all three elements of supervision (19% to 24%); up 4.8 points since Spring 2026",
        ),
        (whole(moved=""), "21% of link workers in England have all three elements of supervision (19% to 24%)"),
        (
            whole(1.0, 1),
            "Only 1 reply from link workers in England answers this: too few to say how many have all three elements of supervision",
        ),
        (whole(NAN, 0), "No link workers in England said enough to tell whether they have all three elements of supervision"),
        (whole(NAN, NAN), "Too small a number to show how many link workers in England have all three elements of supervision"),
    ],
)  # fmt: skip
def test_the_main_sentence_says_no_more_than_the_numbers(row: dict[str, Any], said: str) -> None:
    assert summary.main_sentence(row, "link workers", "have", "Spring 2026") == said


def three(contact: int, concerns: int, clinical: int, n: int = 1000) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"element": ["point_of_contact", "patient_concerns_safeguarding", "clinical_supervision"], "x": [contact, concerns, clinical]}
    )
    return stats.share(rows.assign(n=n)).assign(answered=n)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (three(560, 630, 470), "Of the three elements, regular clinical or non-managerial supervision (47%) is least common"),
        (
            three(480, 630, 470),
            "Of the three elements, regular clinical or non-managerial supervision (47%) and a point of contact and GP supervisor (48%) "
            "are least common, too close to tell apart",
        ),
        (three(480, 490, 470), "No element is clearly less common than the other two"),
        (three(1, 1, 1, 1), "The elements of supervision that the contract asks for"),
        (three(560, 630, 470).iloc[:2], "The elements of supervision that the contract asks for"),
    ],
)
def test_the_least_common_element_is_named_where_it_is_one(rows: pd.DataFrame, said: str) -> None:
    assert summary.weakest_sentence(rows) == said


# ---- the published sample -------------------------------------------------------------------------------------------


def test_a_role_outside_the_workforce_return_has_no_response_rate(sample: store.Snapshot) -> None:
    row = summary.row_at(store.ask("responses", INSIDE, sample, role="gp_supervisor").table, "england", "ENG")
    assert row is not None
    assert row["responses"] > 0
    assert summary.rate_words(row)[0] == "–"
    workers = summary.row_at(store.ask("responses", INSIDE, sample).table, "england", "ENG")
    assert workers is not None
    rate, words = summary.rate_words(workers)
    assert rate == f"{100 * workers['responses'] / workers['headcount']:.0f}%"
    assert "estimate" in words


def test_each_empty_state_has_its_own_reason(sample: store.Snapshot) -> None:
    def state(viewer: store.Viewer, code: str, asked: bool = True, **filters: str) -> str:
        return summary.replies_state(store.ask("responses", viewer, sample, **filters).table, "icb", code, asked)

    icbs = store.ask("responses", INSIDE, sample, level="icb").table
    small = icbs.query("level == 'icb' and 0 < responses < 10").iloc[0]
    others = store.ask("responses", INSIDE, sample, role="gp_supervisor", level="icb").table
    silent = others.query("level == 'icb' and responses == 0")["code"].iloc[0]
    elsewhere = frozenset({*icbs["region_code"].dropna()} - {small["region_code"]})
    assert state(INSIDE, small["code"]) == ""
    assert state(OUTSIDE, small["code"]) == "too_few"
    assert state(INSIDE, silent, role="gp_supervisor") == "no_data"
    assert state(INSIDE, small["code"], asked=False) == "not_asked"
    assert state(store.Viewer(elsewhere, "internal"), small["code"]) == "outside"
    assert summary.replies_state(icbs.iloc[:0], "icb", small["code"], True) == "no_data"
    for reason in ("no_data", "not_asked", "too_few", "outside"):
        assert "link workers" in summary.nothing_sentence(reason, "link workers", "X").lower() or reason == "outside"


def test_elements_are_the_four_wholes_with_the_queries_own_numbers(sample: store.Snapshot) -> None:
    coverage, changes = store.ask("coverage", INSIDE, sample).table, store.ask("coverage_change", INSIDE, sample).table
    rows = summary.elements(coverage, changes, "region", "Y61").set_index("element")
    assert list(rows.index) == ["point_of_contact", "patient_concerns_safeguarding", "clinical_supervision", "all_three"]
    for element, row in rows.iterrows():
        there = coverage[(coverage["level"] == "region") & (coverage["code"] == "Y61") & (coverage["element"] == element)].iloc[0]
        england = coverage[(coverage["level"] == "england") & (coverage["element"] == element)].iloc[0]
        then = changes[(changes["level"] == "region") & (changes["code"] == "Y61") & (changes["element"] == element)].iloc[0]
        assert (row["share"], row["england"], row["before"]) == (there["share"], england["share"], then["share1"])
        assert row["label"] == measures.label(str(element))
        assert row["yes"] == f"{100 * there['share']:.0f}% ({100 * there['low']:.0f}% to {100 * there['high']:.0f}%)"
        assert row["note"] == ""


def test_a_withheld_element_says_why_and_an_unasked_one_is_not_drawn(sample: store.Snapshot) -> None:
    coverage, changes = store.ask("coverage", OUTSIDE, sample).table, store.ask("coverage_change", OUTSIDE, sample).table
    few = coverage.loc[coverage["withheld"].str.startswith("fewer") & (coverage["level"] == "icb"), "code"].iloc[0]
    rows = summary.elements(coverage, changes, "icb", few)
    assert (rows["note"] == rows["withheld"].where(rows["share"].isna(), "")).all()
    assert summary.noted(rows) == {"note": "Note"}
    assert len(summary.drawable(rows)) == len(rows) == 4
    counts = ["answered", "yes", "no", "dont_know"]
    unasked = store.ask("coverage", INSIDE, sample).table.assign(share=NAN, low=NAN, high=NAN, not_asked=5, **dict.fromkeys(counts, 0))
    rows = summary.elements(unasked, changes, "england", "ENG")
    assert (rows["note"] == "not asked").all()
    assert summary.drawable(rows).empty


def test_the_first_wave_has_none_before_it(sample: store.Snapshot) -> None:
    assert summary.earlier_wave(store.ask("coverage_change", INSIDE, sample).table) == "2026-1-spring"
    assert summary.earlier_wave(store.ask("coverage_change", INSIDE, sample, wave="2026-1-spring").table) is None


def test_the_facts_say_when_how_many_and_who_was_silent(sample: store.Snapshot) -> None:
    row = summary.row_at(store.ask("responses", INSIDE, sample).table, "england", "ENG")
    assert row is not None
    period = summary.period(store.ask("waves", INSIDE, sample).table, "2026-2-autumn")
    assert period == "14 September to 23 October 2026"
    facts = summary.reply_facts(row, "link workers", period)
    silent = row["pcns"] - row["pcns_heard"]
    assert facts[0] == ("Responses", f"{row['responses']:,}", "From link workers, 14 September to 23 October 2026")
    assert facts[2] == (
        "PCNs heard",
        f"{row['pcns_heard']:,} of {row['pcns']:,}",
        f"From {silent:,} PCNs nobody replied: that is not “no need”",
    )
