"""Sharing out: the rules, how many places each region gets, what fairness costs, and who is on which list."""

import pandas as pd
import streamlit as st

from oversight import charts, need, plan_words, reasons, ui
from pages.parts import priority_decided

WAYS = {"way": "Places shared out", "places": "Places", "captured": "Need reached", "reached": "People in post reached"}
REGIONS = {
    "name": "Region", "places": "Places", "unconstrained": "By need alone", "by_headcount": "In proportion to people in post",
    "minimum": "At least", "pcns": "PCNs", "choosable": "Can be chosen", "workers": "People in post", "reached": "Of them reached",
}  # fmt: skip
LIST = {
    "pcn": "PCN", "icb_name": "ICB", "p_top_k": "Chance", "estimate": "Need", "range": "90% interval", "people": "People in post",
}  # fmt: skip
FIRST = {"selected": {"place": "Place"}, "reserve": {"line": "In reserve"}, "served": {"offer": "Offer"}}
ALONE = {"by_need": "By need alone too", "in_post_too": "By people now in post too"}
LAST = {"founded": "Evidence", "reason": "Main thing reported missing"}
WHOLE = dict.fromkeys(("places", "unconstrained", "by_headcount", "minimum", "pcns", "choosable", "workers", "reached"), "whole")


def draw(view: ui.View) -> None:
    """The rules to choose, the finding, regions, costs, and one list at a time."""
    if view.viewer.audience == "shareable":
        st.header("The plan stays inside the programme until it is decided", anchor=False)
        st.markdown(plan_words.NOT_DECIDED)
        priority_decided.draw(view)
        ui.worked_out(*plan_words.paragraphs())
        return
    heading = st.container()
    chosen = _rules(view)
    shared, result = view.ask("sharing", **chosen), view.ask("priority", **chosen)
    rules = need.sharing.rules_of(*(shared.filters[name] for name in ("k", "minimum", "maximum", "modelled")))
    england = shared.table.iloc[0].to_dict()
    with heading:
        st.header(ui.plain(plan_words.headline(england, rules)), anchor=False)
    if note := england["note"]:
        st.warning(ui.plain(note), icon=":material/rule:")
    for line in (*plan_words.own_region(shared.table, view.filters["region"]), *plan_words.facts(england, rules)):
        st.markdown(line)
    if england["places"]:
        _regions(view, plan_words.by_region(shared.table.iloc[1:]), rules)
        st.subheader("What fairness costs", anchor=False)
        ui.table(plan_words.costs(england), WAYS, "plan-costs", WHOLE)
    _lists(view, reasons.in_words(result.table), rules)
    ui.source(view, result, result.table["n"].sum(), "90% intervals")
    ui.download(view, result, "bands", label="the bands")
    priority_decided.draw(view, result)
    ui.worked_out(*plan_words.paragraphs())


def _rules(view: ui.View) -> dict[str, str]:
    """The rules as chosen: parameters of both queries."""
    k = int(view.filters.get("k") or 0)
    st.session_state["sharing-k"] = k
    places, least, most, model = st.columns(4, vertical_alignment="bottom")
    places.number_input("Places of the offer", 0, 1_000_000, key="sharing-k", on_change=_moved)
    with least:
        minimum = view.picker.pick("minimum", plan_words.minima(need.set_minimum(), k), "At least, for each region", in_page=True)
    with most:
        maximum = view.picker.pick("maximum", plan_words.maxima(), "At most, for one ICB", in_page=True)
    with model:
        modelled = view.picker.pick("modelled", plan_words.MODELLED, "PCNs known only from the model", in_page=True)
    return {"minimum": minimum, "maximum": maximum, "modelled": modelled}


def _moved() -> None:
    st.session_state["filter-k"] = str(st.session_state["sharing-k"])


def _regions(view: ui.View, rows: pd.DataFrame, rules: need.Rules) -> None:
    st.subheader(ui.plain(plan_words.region_sentence(rows)), anchor=False)
    st.markdown(plan_words.READING)
    figure = charts.places_given(rows, minimum=rules.least, chosen=view.filters["region"] or "", fictional=view.snapshot.fictional)
    ui.chart(figure, plan_words.alt(rows), "plan-regions")
    ui.table(rows, REGIONS, "plan-regions-table", WHOLE)


def _lists(view: ui.View, table: pd.DataFrame, rules: need.Rules) -> None:
    """The lists of the chosen place: for a region, the list of its Regional Learning Coordinators."""
    st.header(ui.plain(plan_words.place_sentence(table, view.name(view.place[1]), rules)), anchor=False)
    region = view.place[0] == "region"
    code = view.picker.part("plan_list", plan_words.lists(table, region), "Which list")
    st.markdown(
        f"{plan_words.status(code).meaning}. " + (need.sharing.MOVING_UP if code == "reserve" else "By estimated need, the highest first.")
    )
    rows = plan_words.of_list(table, code, region)
    if rows.empty:
        ui.empty("no_data", "No PCN of this place is on this list.")
    else:
        ui.pcns(
            rows, {**FIRST.get(code, {}), **LIST, **(ALONE if code == "selected" else {}), **LAST}, f"plan-{code}", ("p_top_k", "estimate")
        )
