"""The plan in words, its chart and its page: every number of a sentence stands in the answers, and nothing leaves before it is decided."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from hypothesis import given, settings

from oversight import charts, plan_words, reasons, store
from oversight.need import sharing
from oversight.need.sharing import Rules
from tests.test_pages import healthy, run
from tests.test_sharing import rules, tables

INTERNAL = store.Viewer(audience="internal")


def england(**given):
    """England's row of ``sharing``: 100 places of which 3 are moved by the rules."""
    row = {
        "places": 100, "choosable": 660, "moved": 3, "captured": 0.983, "served": 27, "ask_first": 557, "would_be": 16, "both": 85,
        "unconstrained": 100, "reached": 246.2, "reached_unconstrained": 244.0, "by_headcount": 100, "captured_by_headcount": 0.934,
        "reached_by_headcount": 240.4, "note": "",
    }  # fmt: skip
    return {**row, **given}


@pytest.mark.parametrize(
    ("row", "rules", "said"),
    [
        ({}, Rules(100), "100 places: 98% of the need that the best 100 would reach, with at least 5 places in every region"),
        ({}, Rules(100, 5, 3),
         "100 places: 98% of the need that the best 100 would reach, with at least 5 places in every region and at most 3 in an ICB"),
        ({}, Rules(100, 0, 1), "100 places: 98% of the need that the best 100 would reach, with at most 1 place in an ICB"),
        ({"captured": 0.9981}, Rules(100, 1),
         "100 places: over 99% of the need that the best 100 would reach, with at least 1 place in every region"),
        ({"moved": 0, "captured": 1.0}, Rules(100, 0), "100 places, for the 100 PCNs that need it most of those that can be chosen"),
        ({"moved": 0, "captured": 1.0, "places": 1}, Rules(1), "1 place, for the 1 PCN that needs it most of those that can be chosen"),
        ({"note": "The minimum of 5 …"}, Rules(100), "100 places: 98% of the need that the best 100 would reach"),
        ({"places": 40}, Rules(100, 0, 1),
         "40 places of 100: 98% of the need that the best 100 would reach, with at most 1 place in an ICB"),
        ({"places": 40, "choosable": 40}, Rules(100, 0), "40 places of 100: every PCN that can be chosen has one"),
        ({"places": 1, "choosable": 1}, Rules(100, 0), "1 place of 100: the only PCN that can be chosen has it"),
        ({"captured": math.nan}, Rules(100), "100 places, with at least 5 places in every region"),
        ({"places": 0, "choosable": 0}, Rules(1), "No PCN can be chosen for the 1 place"),
        ({"places": 0}, Rules(0), "There are no places to share out"),
    ],
)  # fmt: skip
def test_the_headline(row, rules, said):
    assert plan_words.headline(england(**row), rules) == said


def test_what_the_headline_leaves_out():
    changed, again, ask, post = plan_words.facts(england(), Rules(100))
    assert "3 PCNs have a place that would have none" in changed
    assert "27 PCNs have been offered a place, or have had one, already. The 100 places come on top." in again
    assert "557 PCNs are known only from the model" in ask and "16 of them would have a place if they could" in ask
    assert "85 of the 100 places would go to the same PCNs" in post
    one = plan_words.facts(england(moved=1, served=1, ask_first=1, would_be=1, places=1, both=1), Rules(1))
    assert "1 PCN has a place that would have none" in one[0]
    assert "1 PCN has been offered a place, or has had one, already. The 1 place comes on top." in one[1]
    assert "1 PCN is known only from the model" in one[2] and "It would have a place if it could be chosen" in one[2]
    assert plan_words.facts(england(moved=0, served=0, ask_first=0, places=0), Rules(0)) == []
    assert "Not one of them would have a place if they could" in plan_words.ask_first(england(would_be=0))


def test_what_fairness_costs_in_need_and_in_people():
    rows = plan_words.costs(england()).to_dict("records")
    assert [(r["way"], r["captured"], round(r["reached"])) for r in rows] == [
        ("By these rules", "98%", 246), ("By need alone", "100%", 244), ("In proportion to people in post", "93%", 240)
    ]  # fmt: skip
    unknown = plan_words.costs(england(by_headcount=pd.NA, captured_by_headcount=math.nan, reached_by_headcount=math.nan))
    assert unknown["way"].tolist() == ["By these rules", "By need alone"]
    assert plan_words.costs(england(captured=math.nan))["captured"].isna().tolist() == [True, True, False]


def regions(*rows):
    table = pd.DataFrame(rows, columns=["code", "name", "places", "unconstrained", "by_headcount"])
    return table.astype({"by_headcount": "Int64"})


def test_regions_in_words():
    table = regions(
        ("Y62", "North West", 5, 3, 9), ("Y60", "Midlands", 29, 30, 33), ("Y58", "South West", 13, 14, 14), ("Y56", "London", 1, 1, None)
    )
    rows = plan_words.by_region(table)
    assert rows["label"].tolist() == ["29 (30)", "13 (14)", "5 (3)", "1"]
    said = plan_words.region_sentence(rows)
    assert said == "Against need alone, the rules give 2 more to the North West, 1 fewer to the South West and 1 fewer to the Midlands"
    assert plan_words.region_sentence(rows.tail(1)) == "Every region has as many places as by need alone"
    assert plan_words.own_region(rows, "Y62") == ["**The North West.** 5 places, by need alone 3, in proportion to people in post 9."]
    assert plan_words.own_region(rows, "Y56") == ["**London.** 1 place, by need alone 1."]
    assert plan_words.own_region(rows, None) == []
    assert plan_words.alt(rows).startswith("Midlands: 29 places, by need alone 30; South West: 13 places")


def test_the_chart_draws_the_rows_and_the_minimum():
    rows = plan_words.by_region(regions(("Y62", "North West", 5, 3, 9), ("Y60", "A & B", 29, 30, 33)))
    figure = charts.places_given(rows, minimum=5, chosen="Y62", fictional=True)
    traces = {t.name: t for t in figure.data}
    assert list(traces["by the rules"].x) == [29, 5]
    assert list(traces["by need alone"].x) == [30, 3]
    assert list(figure.layout.yaxis.ticktext) == ["A &amp; B", "<b>North West</b>"]
    texts = [a.text for a in figure.layout.annotations]
    assert {"29 (30)", "5 (3)", "minimum 5", "FICTIONAL"} <= set(texts)
    assert len(charts.places_given(rows, minimum=0).layout.shapes) == 0
    assert charts.places_given(rows.head(0), minimum=2).layout.height > 0


def test_what_the_controls_offer():
    assert list(plan_words.minima(5, 100))[:3] == ["5", "0", "1"]
    assert plan_words.minima(5, 30)["5"] == "5%: 1 place"
    assert plan_words.minima(5, 100)["0"] == "No minimum"
    assert plan_words.minima(33, 100)["33"] == "33%: 33 places"
    assert list(plan_words.maxima().items())[:2] == [("all", "No limit"), ("1", "1 place")]
    assert next(iter(plan_words.MODELLED)) == "no"


@settings(max_examples=15, deadline=None)
@given(tables, rules)
def test_every_number_of_a_sentence_is_in_the_answer(table, rules):
    found = sharing.summary(table.assign(in_post=table["estimate"], region_name=table["region_code"]), rules)
    row = found.iloc[0].to_dict()
    may_be = {str(v) for v in row.values()} | {str(v) for v in (rules.k, rules.maximum, min(rules.k, row["choosable"]))}
    may_be |= {plan_words._share(row["captured"]).removesuffix("%").removeprefix("over ")} if not math.isnan(row["captured"]) else set()
    for sentence in (plan_words.headline(row, rules), *plan_words.facts(row, rules)):
        assert set(re.findall(r"\d+", sentence)) <= may_be, sentence
        assert not re.search(r"\b1 (places|PCNs)\b|nan|<NA>|None ", sentence), sentence
    regions = plan_words.by_region(found.iloc[1:])
    if len(regions):
        numbers = {str(abs(a - b)) for a, b in zip(regions["places"], regions["unconstrained"], strict=True)}
        assert set(re.findall(r"\d+", plan_words.region_sentence(regions))) <= numbers


# ---- lists and page -------------------------------------------------------------------------------------------------


def test_the_lists_of_england_and_of_a_region(sample):
    whole = reasons.in_words(store.ask("priority", INTERNAL, sample).table)
    assert plan_words.lists(whole, False)["selected"] == "In the plan (100)"
    plan = plan_words.of_list(whole, "selected")
    assert plan["place"].tolist() == list(range(1, 101))
    assert set(plan["by_need"]) == {"Yes", "No"}
    assert plan_words.of_list(whole, "reserve")["line"].tolist() == [str(n) for n in range(1, 21)]
    here = reasons.in_words(store.ask("priority", INTERNAL, sample, region="Y62").table)
    assert set(plan_words.of_list(here, "selected")["region_code"]) == {"Y62"}
    own = plan_words.of_list(here, "reserve", region=True)
    assert len(own) == max(plan_words.OWN_RESERVE, (here["plan"] == "reserve").sum())
    assert own["line"].iloc[-1] == "after the list"
    assert own["estimate"].is_monotonic_decreasing
    assert set(plan_words.of_list(whole, "ask_first")["n"]) == {0}
    assert plan_words.of_list(whole, "served")["offer"].notna().all()
    both = int(store.ask("sharing", INTERNAL, sample).table["both"].iloc[0])
    instead = plan_words.of_list(whole, "in_post")
    assert (len(instead), (plan["in_post_too"] == "Yes").sum()) == (100 - both, both)
    assert not instead["selected"].any() and instead["n"].min() > 0
    assert (
        plan_words.place_sentence(here, "North West", Rules(100)) == f"In the North West: {len(here[here['selected']])} of the 100 places"
    )
    assert plan_words.place_sentence(whole, "England", Rules(100)) == "The 100 places, one by one"
    assert plan_words.place_sentence(here.head(0), "London", Rules(1)) == "In London: none of the 1 place"
    silent = whole.head(3).assign(n_workers=[math.nan, 0.2, 2.6], plan="ask_first")
    assert plan_words.of_list(silent, "ask_first")["people"].tolist() == ["not known", "none", "about 3"]


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"region": "Y62", "plan_list": "reserve"}, "The North West.** 5 places"),
        ({"region": "Y61", "icb": "D7T5G", "plan_list": "ask_first"}, "of the 100 places"),
        ({"k": "900", "minimum": "15", "plan_list": "served"}, "every PCN that can be chosen has one"),
        ({"k": "0", "role": "gp_supervisor"}, "There are no places to share out"),
        ({"minimum": "101", "maximum": "x", "modelled": "perhaps", "plan_list": "mine"}, "of the need that the best 100"),
    ],
)  # fmt: skip
def test_the_page(filters, says, sample, monkeypatch):
    app = run("priority", sample.path.parent, monkeypatch, priority_part="sharing", **filters)
    assert says in healthy(app)


def test_the_rules_are_kept_in_the_link_and_change_the_plan(sample, monkeypatch):
    app = run("priority", sample.path.parent, monkeypatch, priority_part="sharing")
    app.selectbox(key="filter-maximum").set_value("1").run()
    assert app.query_params["maximum"] == "1"
    assert "1 place for an ICB" in healthy(app)
    app.number_input(key="sharing-k").set_value(12).run()
    assert app.query_params["k"] == "12"
    assert any(header.value.startswith("12 places") for header in app.header)


def test_for_sharing_the_page_says_that_the_plan_stays_inside(sample, monkeypatch):
    said = healthy(run("priority", sample.path.parent, monkeypatch, priority_part="sharing", audience="shareable", region="Y60"))
    assert "stays inside the programme until it is decided" in said
    assert not re.search(r"\b(In the plan|In reserve)\b", said)


@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_the_page_of_one_response_and_of_none(audience, tiny, bare, monkeypatch):
    for folder in (tiny, bare):
        healthy(run("priority", folder, monkeypatch, priority_part="sharing", audience=audience))
