"""Coverage: who has each element of the contract and what goes with it, where, for whom, and what changed."""

import streamlit as st

from oversight import reach, summary, trends, ui
from pages.parts import coverage_change, coverage_contract, coverage_elements, coverage_groups, coverage_places, coverage_question

#: Part -> (what its button says, what draws it). Only the open part is asked for and drawn.
PARTS = {
    "elements": ("Elements", coverage_elements.draw),
    "places": ("Places", coverage_places.draw),
    "change": ("Change", coverage_change.draw),
    "groups": ("Groups", coverage_groups.draw),
    "contract": ("Contract", coverage_contract.draw),
    "question": ("Any question", coverage_question.draw),
}

view = ui.here()
result = view.ask("coverage")
level, code = view.place
if not result.table["answered"].fillna(0).any() and not result.withheld:
    ui.headline(f"Coverage · {view.scope}", "Nobody answered here in this wave")
    ui.empty("no_data")
    st.stop()
here = result.table[(result.table["level"] == level) & (result.table["code"] == code)]
main = here[here["element"] == trends.MAIN].iloc[0]
change = view.ask("coverage_change").table
before = summary.earlier_wave(change)
role = view.filters["role"] or "splw"
sentence = trends.opening(result.table, change, level, code, view.who, role, view.name(before) if before else "")
people = reach.of_place(view.ask("responses", region=None, icb=None).table, level, code)  # of every place: one answer serves them all
more = f"{reach.reply_sentence(people, view.who)} {reach.bounds_sentence(main, people)}".strip()
ui.headline(f"Coverage · {view.scope}", sentence, [more] if more else [])
part = view.picker.part("coverage_part", {name: label for name, (label, _) in PARTS.items()}, "Part of this page")
PARTS[part][1](view)
