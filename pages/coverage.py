"""Coverage: who has each element of the contract and what goes with it, where, for whom, and what changed."""

import streamlit as st

from oversight import findings, measures, ui
from pages.parts import coverage_contract, coverage_elements, coverage_places, coverage_question

#: Part -> (what its button says, what draws it). Only the open part is asked for and drawn.
PARTS = {
    "elements": ("Elements", coverage_elements.draw),
    "places": ("Places", coverage_places.draw),
    "contract": ("Contract", coverage_contract.draw),
    "question": ("Any question", coverage_question.draw),
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
ui.headline(f"Coverage · {view.scope}", findings.coverage_sentence(main, measures.measures()["clinical_supervision"].short, view.who))
part = view.picker.part("coverage_part", {name: label for name, (label, _) in PARTS.items()}, "Part of this page")
PARTS[part][1](view)
