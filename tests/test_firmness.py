"""How firm the ranking is, in words: every number in a sentence is in the table, and the grammar holds for none, one and many."""

import re

import pandas as pd
import pytest

from oversight import charts, firmness, store
from oversight.need import sensitivity

INTERNAL = store.Viewer(audience="internal")
CODES = ["less:gp_supervisor", "more:gp_supervisor", "less:strain", "more:strain", "equal", "any"]
CODES += ["neediest_less", "neediest_more", "composite", "one_reply"]


def checks(k=100, codes=CODES, **same):
    """The answer of ``need_sensitivity``: everything stays but what is said by code (":" as "_")."""
    rows = []
    for code in codes:
        stay = same.get(code.replace(":", "_"), k)
        ends = {"same_low": max(stay - 9, 0), "same_high": min(stay + 1, k), "draws": 100} if code == "any" else {}
        kind = sensitivity.kind(code)
        rows.append({"code": code, "kind": kind, "label": sensitivity.label(code), "same": stay, "k": k, "n": 900, **ends})
    whole = ["same", "same_low", "same_high", "draws", "k", "n"]
    table = pd.DataFrame(rows, columns=["code", "kind", "label", *whole])
    return table.astype(dict.fromkeys(whole, "Int64"))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (checks(less_strain=92, more_gp_supervisor=95, equal=40, one_reply=39),
         "At least 92 of the 100 stay whichever single weight moves by a quarter; 61 rest on one person's reply"),
        (checks(one_reply=99), "All 100 stay whichever single weight moves by a quarter; 1 rests on one person's reply"),
        (checks(), "All 100 stay whichever single weight moves by a quarter; none rests on one person's reply"),
        (checks(k=2, less_strain=0, one_reply=0), "Moving a single weight by a quarter can change all 2; 2 rest on one person's reply"),
        (checks(k=3, codes=CODES[6:], one_reply=1), "Of the 3 PCNs with the highest estimates, 2 rest on one person's reply"),
        (checks(k=1, one_reply=0),
         "The one PCN with the highest estimate stays the same when a single weight moves by a quarter; "
         "it rests on one person's reply"),
        (checks(k=1, less_strain=0),
         "The one PCN with the highest estimate does not always stay the same when a single weight moves by a quarter; "
         "no single reply decides that"),
        (checks(k=1, codes=CODES[6:]), "For the one PCN with the highest estimate, no single reply decides that"),
        (checks(k=1200, one_reply=100),
         "All 1,200 stay whichever single weight moves by a quarter; 1,100 rest on one person's reply"),
    ],
)  # fmt: skip
def test_the_headline(table, said):
    assert firmness.headline(table) == said


def test_what_it_means_says_what_changes_most_and_no_number_of_its_own():
    table = firmness.in_words(checks(less_strain=92, composite=81, any=70, one_reply=39))
    most, weights, reply, last = firmness.lines(table)
    assert "“A simpler model” (the score of each reply is pooled as a whole) changes most: 19 of the 100 would be other PCNs" in most
    assert "70 of 100 would typically be the same (from 61 to 71 in 100 draws)" in weights
    assert "61 of the 100 would have a lower estimate" in reply
    assert not re.search(r"\d", last)
    told = {str(number) for column in ("same", "others", "k", "same_low", "same_high", "draws") for number in table[column].dropna()}
    assert set(re.findall(r"\d+", " ".join([most, weights, reply]))) <= told


def test_what_it_means_when_nothing_changes_and_when_one_place_does():
    assert firmness.lines(firmness.in_words(checks(codes=CODES[:5] + CODES[6:])))[0].startswith(
        "**It depends on none of the checks**: the 100 are"
    )
    assert len(firmness.lines(firmness.in_words(checks(codes=CODES[:5] + CODES[6:])))) == 2
    assert "1 of the 100 would be another PCN." in firmness.lines(firmness.in_words(checks(equal=99)))[0]
    assert "the one PCN is the same in every one" in firmness.lines(firmness.in_words(checks(k=1)))[0]


def test_the_table_in_words():
    table = firmness.in_words(checks(less_strain=92, any=70, one_reply=39)).set_index("code")
    assert table.loc["any", "text"] == "70 of 100 (61 to 71)" and table.loc["less:strain", "text"] == "92 of 100"
    assert table["others"].to_dict()["one_reply"] == 61
    assert table.index[table["finding"]].tolist() == ["less:strain", "one_reply"]
    assert table["group"].tolist() == ["Other weights"] * 6 + ["Who replies"] * 2 + ["Another model", "One reply fewer"]
    assert "Strain: a quarter less: 92 of 100; " in firmness.alt(table.reset_index())


def test_one_weight_is_one_row_of_the_chart():
    drawn = firmness.for_chart(firmness.in_words(checks(less_strain=92, more_strain=97, any=70)))
    rows = drawn.set_index("label")
    assert drawn["label"].tolist()[:4] == ["GP supervisor", "Strain", "All weigh the same", "Any weights"]
    assert rows.loc["Strain", ["same", "same_low", "same_high", "text", "finding"]].tolist() == [92, 92, 97, "92 to 97", True]
    assert (
        rows.loc["GP supervisor", "text"] == "100"
        and pd.isna(rows.loc["GP supervisor", "same_low"])
        and not rows.loc["GP supervisor", "finding"]
    )
    assert rows.loc["Any weights", "text"] == "70 (61 to 71)"
    one_way = firmness.for_chart(firmness.in_words(checks(codes=["more:strain", "one_reply"], more_strain=90)))
    assert one_way["text"].tolist() == ["90", "100"]
    assert len(firmness.for_chart(firmness.in_words(checks(codes=CODES[6:])))) == 4


def test_the_chart_draws_every_row_from_none_to_all():
    drawn = firmness.for_chart(firmness.in_words(checks(less_strain=92, more_strain=97, any=70, one_reply=12)))
    figure = charts.overlaps(drawn, fictional=True)
    points = {text.split(": ")[0]: x for trace in figure.data[1:] for text, x in zip(trace.text, trace.x, strict=True)}
    assert points == dict(zip(drawn["label"], drawn["same"], strict=True))
    assert [x for x in figure.data[0].x if x is not None] == [92, 97, 61, 71]
    assert figure.layout.xaxis.range[0] < 0 < 100 < figure.layout.xaxis.range[1]
    notes = [note.text for note in figure.layout.annotations]
    assert {"<b>92 to 97</b>", "<b>12</b>", "70 (61 to 71)", "FICTIONAL"} <= set(notes)
    headings = [text for text in figure.layout.yaxis.ticktext if text.startswith("<b>")]
    assert len(headings) == drawn["group"].nunique() == 5
    empty = charts.overlaps(firmness.for_chart(firmness.in_words(checks(codes=[]))))
    assert not empty.data[1].x and not empty.layout.annotations


def pcn(**given):
    row = {
        "pcn_code": "F0001", "pcn_name": "ALDER", "n": 1, "in_k": True, "in_checks": 11, "checks": 13, "any_share": 0.9,
        "in_weights": 8, "weights_checks": 9, "in_replying": 2, "replying_checks": 2, "in_model": 1, "model_checks": 2,
        "low_without": float("nan"), "high_without": float("nan"), "rests_on_one": False,
    }  # fmt: skip
    return {**row, **given}


WHAT = "(other weights, another model, other assumptions about who replies)."


@pytest.mark.parametrize(
    ("row", "k", "said"),
    [
        (pcn(), 100, [f"**How firm is that?** It is among the 100 with the highest estimates, and still is in 11 of 13 checks {WHAT}"]),
        (pcn(in_checks=13, rests_on_one=True), 100,
         [f"**How firm is that?** It is among the 100 with the highest estimates, and still is in all of 13 checks {WHAT}",
          "That rests on one person's reply: without it, it would no longer be among them."]),
        (pcn(n=2, low_without=0.3, high_without=0.45, rests_on_one=True), 100,
         [f"**How firm is that?** It is among the 100 with the highest estimates, and still is in 11 of 13 checks {WHAT}",
          "Without one of its 2 replies its estimate would be between about 30% and 45%, depending on which: "
          "it could then no longer be among them."]),
        (pcn(n=3, in_k=False, in_checks=1, low_without=0.3, high_without=0.3), 1,
         [f"**How firm is that?** It is not the one with the highest estimate, but would be in 1 of 13 checks {WHAT}",
          "Without one of its 3 replies its estimate would be about 30%, whichever it is."]),
        (pcn(in_k=False, in_checks=0, rests_on_one=True), 1,
         [f"**How firm is that?** It is not the one with the highest estimate, nor in any of 13 checks {WHAT}",
          "That rests on one person's reply: without it, it would be that one."]),
        (pcn(in_k=False, in_checks=0, n=4, low_without=0.1, high_without=0.2), 100, []),
        (pcn(in_k=False, in_checks=0, checks=0), 100, []),
    ],
)  # fmt: skip
def test_one_pcn_in_sentences(row, k, said):
    assert firmness.of_pcn(row, k) == said


def test_the_lists_of_both_sides_against_plain_filters(sample):
    table = store.ask("need_sensitivity_pcn", INTERNAL, sample).table
    rows = table.to_dict("records")
    inside = {r["pcn_code"] for r in rows if r["in_k"] and (r["in_checks"] < r["checks"] or r["rests_on_one"])}
    outside = {r["pcn_code"] for r in rows if not r["in_k"] and r["in_checks"]}
    found = firmness.side(table, "inside"), firmness.side(table, "outside")
    assert (set(found[0]["pcn_code"]), set(found[1]["pcn_code"])) == (inside, outside)
    assert min(len(inside), len(outside)) > 10
    assert found[0]["in_checks"].is_monotonic_increasing and found[1]["in_checks"].is_monotonic_decreasing
    first = found[0].iloc[0]
    assert first["times"] == f"{first['in_checks']} of {first['checks']}" and first["weights"] == f"{first['in_weights']} of 9"
    assert set(found[0]["decides"]) == {"Yes", "No"}
    assert firmness.sides(table) == {
        "inside": f"Among the highest, but not firmly ({len(inside)})",
        "outside": f"Not among them, but in some checks ({len(outside)})",
    }
    # nothing that tells one weight's effect on one PCN, and no estimate but to 5 parts of 100
    assert not any(":" in column or "estimate" in column for column in table)


def test_the_scope_is_england_whatever_place_is_chosen():
    assert firmness.scope("Autumn 2026 · link workers · Midlands", "Midlands") == "Autumn 2026 · link workers · England"


def test_how_it_is_worked_out_states_what_was_set():
    said = " ".join(firmness.paragraphs())
    assert "25% less and 25% more" in said and f"{sensitivity.DRAWS} sets" in said and "1.6 times" in said and "nearest 5%" in said
    assert "the 1 " not in firmness.about(checks(k=1), "link workers") and "the 100 PCNs" in firmness.about(checks(), "link workers")
