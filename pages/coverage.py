"""Coverage: who has each element of the contract and what goes with it, where, for whom, and what changed."""

import streamlit as st

from oversight import findings, measures, reach, ui
from pages.parts import coverage_elements, coverage_groups, coverage_places

#: Part -> (what its button says, what draws it). Only the open part is asked for and drawn.
PARTS = {
    "elements": ("Elements", coverage_elements.draw),
    "places": ("Places", coverage_places.draw),
    "groups": ("Groups", coverage_groups.draw),
}

view = ui.here()
result = view.ask("coverage")
level, code = view.place
here = result.table[(result.table["level"] == level) & (result.table["code"] == code)]
if not result.table["answered"].fillna(0).any() and not result.withheld:
    ui.headline(f"Coverage · {view.scope}", "Nobody answered here in this wave")
    ui.empty("no_data")
    st.stop()
main = here[here["element"] == "clinical_supervision"].iloc[0]
people = reach.of_place(view.ask("responses", region=None, icb=None).table, level, code)  # of every place: one answer serves them all
ui.headline(
    f"Coverage · {view.scope}",
    findings.coverage_sentence(main, measures.measures()["clinical_supervision"].short, view.who),
    [f"{reach.reply_sentence(people, view.who)} {reach.bounds_sentence(main, people)}"],
)
part = view.picker.part("coverage_part", {name: label for name, (label, _) in PARTS.items()}, "Part of this page")
PARTS[part][1](view)
